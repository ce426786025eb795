from __future__ import annotations

from pathlib import Path

from ipcviz.ui.source import program_text


def shown(folder: Path, text: str | bytes) -> list[tuple[int, str]]:
    file = folder / "program.py"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return program_text(str(file))


def test_a_script_is_shown_from_where_its_flow_begins(tmp_path: Path) -> None:
    text = '"""Words."""\n\nimport os\n\n\ndef one():\n    return 1\n\n\n# note\nprint(one())\n'
    assert shown(tmp_path, text)[0] == (11, "print(one())")


def test_a_script_that_only_calls_main_is_shown_from_main(tmp_path: Path) -> None:
    text = 'import os\n\ndef main():\n    pass\n\nif __name__ == "__main__":\n    main()\n'
    assert shown(tmp_path, text)[0] == (3, "def main():")


def test_any_other_program_is_shown_from_the_top(tmp_path: Path) -> None:
    assert shown(tmp_path, "#!/bin/sh\nread x < pipe\n")[0] == (1, "#!/bin/sh")
    assert shown(tmp_path, "import os\n")[0] == (1, "import os")


def test_its_text_cannot_act_on_the_terminal(tmp_path: Path) -> None:
    assert shown(tmp_path, b"\x1b[2J\tx = '[red]'\r\n\xff\n")[:2] == [
        (1, "        x = '[red]'"),
        (2, "�"),
    ]


def test_what_is_no_text_or_cannot_be_read_is_not_shown(tmp_path: Path) -> None:
    assert shown(tmp_path, b"\x7fELF\0\0") == []
    assert program_text(str(tmp_path / "nowhere")) == []
    assert program_text(str(tmp_path)) == []
    assert program_text(None) == []
