"""`python -m ipcviz` is the same program as `ipcviz`."""

from ipcviz.cli import main

if __name__ == "__main__":
    main()
