"""Where the project is, for the tests of this folder; importing it opens tools/ for imports."""
import os
import sys

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.environ.get("AUGD_SOURCE") or os.path.dirname(os.path.dirname(HERE))
BUILD = os.environ.get("AUGD_BUILD") or os.path.join(TOP, "build", "release")
sys.path.insert(0, os.path.join(TOP, "tools"))


def program(name):
    """Path of a built program: aug, augd, augtrain or nn_vectors."""
    folder = {"aug": "cli", "augd": "augd", "augtrain": "trainer", "nn_vectors": "trainer"}[name]
    return os.path.join(BUILD, folder, name)


def skip(why):
    """Ends a test as skipped, with a word why."""
    print(f"skipped: {why}")
    sys.exit(77)
