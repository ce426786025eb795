"""What the functions look like."""

import inspect
import io
import os
import pickle
import shutil
import sys
import time

from printing import show


class Attribute:
    read = os.read
    open = open


def appearances():
    for one in os.read, os.write, os.open, os.close, os.kill, os.fork, time.sleep, open, io.open:
        show(one.__name__, one.__qualname__, one.__module__, (one.__doc__ or "")[:40])
        show(one.__text_signature__)
    for one in os.read, os.open, os.kill, os.fork:
        show(inspect.signature(one))
    for one in os.read, time.sleep, open:
        show(pickle.loads(pickle.dumps(one)) is one)
    show(shutil.rmtree.avoids_symlink_attacks)
    for name in "dir_fd", "effective_ids", "fd", "follow_symlinks":
        supporting = getattr(os, "supports_" + name)
        show(sorted(one.__name__ for one in supporting if one is getattr(os, one.__name__)))
    zero = os.open("/dev/zero", os.O_RDONLY)
    show(Attribute().read(zero, 2), os.read is Attribute.read)
    os.close(zero)
    with Attribute().open("/dev/null") as null:
        show(null)
    show(io.open is open, "_ipcviz_tracer" in sys.modules, "sitecustomize" in sys.modules)
    show([name for name in sys.path if "inject" in name])
