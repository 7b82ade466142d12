"""Which files there are, and what each is for."""
import os
import subprocess

# Folders whose C is the product; the ratio of test lines to source lines is counted against them.
PRODUCT = ("augd", "cli", "command", "image", "libaug", "protocol", "stream", "text", "trainer")
C_SUFFIXES = (".c", ".h", ".cpp", ".hpp")
SCRIPT_SUFFIXES = (".py", ".sh")


def root():
    """Folder of the project: the one above tools/."""
    return os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def listed(top):
    """Every file of the project below top, as sorted relative paths.

    Git knows them (tracked, and new ones that are not ignored); in an unpacked archive, everything
    that is not a build folder counts.
    """
    try:
        done = subprocess.run(["git", "-c", "safe.directory=*", "ls-files", "-z", "-c", "-o",
                               "--exclude-standard"],
                              cwd=top, capture_output=True, check=True)
        names = {n for n in done.stdout.decode().split("\0") if n}
    except (OSError, subprocess.CalledProcessError):
        names = set()
        for folder, folders, files in os.walk(top):
            folders[:] = [f for f in folders
                          if f not in ("build", "demo-out", "__pycache__") and not f.startswith(".")]
            names |= {os.path.relpath(os.path.join(folder, f), top) for f in files}
    return sorted(n for n in names if os.path.isfile(os.path.join(top, n)))


def is_c(name):
    """A C or C++ source or header."""
    return name.endswith(C_SUFFIXES)


def is_product(name):
    """C of the libraries and programs."""
    return is_c(name) and name.split("/")[0] in PRODUCT


def is_test(name):
    """Test code: C, Python or shell below tests/."""
    return name.startswith("tests/") and name.endswith(C_SUFFIXES + SCRIPT_SUFFIXES)


def is_code(name):
    """Everything that people read as code."""
    return name.endswith(C_SUFFIXES + SCRIPT_SUFFIXES)


def is_build(name):
    """What CMake reads: its scripts, and the lists of what is built."""
    return name.endswith(("CMakeLists.txt", ".cmake", ".list"))


def begins_with_words(text):
    """Whether a text begins with a comment, behind the line that names an interpreter."""
    if text.startswith("#!"):
        text = text.partition("\n")[2]
    return text.startswith(("/* ", "# ", '"""'))


def operations(top):
    """Source files of operations, from the one list."""
    with open(os.path.join(top, "libaug/ops.list"), encoding="utf-8") as f:
        lines = (line.strip() for line in f)
        return [line for line in lines if line and not line.startswith("#")]


def read(top, name):
    """Text of a file; bytes that are not UTF-8 are replaced."""
    with open(os.path.join(top, name), encoding="utf-8", errors="replace") as f:
        return f.read()
