"""What the programs here print with: nothing that differs from run to run."""

import gc
import os
import sys
import traceback


def show(*what):
    print(*what, flush=True)


def descriptors():
    """The open descriptors of this process, without the one that lists them."""
    gc.collect()
    listed = [int(name) for name in os.listdir("/proc/self/fd")]
    return sorted(number for number in listed if os.path.exists("/proc/self/fd/%d" % number))


def failing(what, *args, **options):
    try:
        what(*args, **options)
    except Exception:
        traceback.print_exc(file=sys.stdout)
    else:
        show("did not fail")
