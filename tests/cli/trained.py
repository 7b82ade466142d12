"""What the tests of augtrain share: running the program, and a spec of made-up pictures.

Importing it ends a test as skipped where augtrain is not built.
"""
import os
import subprocess
import sys

from program import AUGD, BUILD, TIMEOUT_S

AUGTRAIN = os.path.join(BUILD, "trainer", "augtrain")
if not os.path.exists(AUGTRAIN):
    print("skipped: augtrain is not built")
    sys.exit(77)

# 24 pictures of 8 x 8 x 3 of four classes.
SPEC = """\
augd: 1
dataset: {kind: synthetic, count: 24, size: 8, classes: 4}
batch: {size: 8}
output: {layout: hwc}
"""


def need_augd():
    """Ends a test as skipped where augd is not built."""
    if not os.path.exists(AUGD):
        print("skipped: augd is not built")
        sys.exit(77)


def augtrain(*arguments, **options):
    """Runs augtrain; the result has returncode, stdout and stderr as text."""
    return subprocess.run([AUGTRAIN, *map(str, arguments)], text=True, timeout=TIMEOUT_S, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, check=False, **options)
