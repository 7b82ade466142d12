"""What the tests of aug share: running the program, files to work on, and saying what went wrong.

A test is a function whose name begins with test_; main() runs all of a module, each in a new folder
that is also the current one, and ends the process with 1 if any failed, else with 77 if data was absent.
"""
import gzip
import hashlib
import io
import os
import shutil
import struct
import subprocess
import sys
import tarfile
import tempfile
import traceback

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.environ.get("AUGD_SOURCE") or os.path.dirname(os.path.dirname(HERE))
BUILD = os.environ.get("AUGD_BUILD") or os.path.join(TOP, "build", "release")
AUG = os.path.join(BUILD, "cli", "aug")
AUGD = os.path.join(BUILD, "augd", "augd")
TIMEOUT_S = 120
# What was not here, and left a part of a test out.
SKIPPED = []
# Tests write files of equal names and sizes again and again.
os.environ.setdefault("AUGD_CACHE", "off")

try:
    import numpy
    from PIL import Image
except ImportError:
    print("skipped: Pillow and NumPy are needed")
    sys.exit(77)


def aug(*arguments, **options):
    """Runs aug; the result has returncode, stdout and stderr as text."""
    return subprocess.run([AUG, *map(str, arguments)], text=True, timeout=TIMEOUT_S,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)


def succeed(*arguments, **options):
    """Runs aug, which must exit with 0; returns its standard output."""
    done = aug(*arguments, **options)
    equal(done.returncode, 0, f"aug {arguments}: {done.stderr}")
    return done.stdout


def fail(code, *arguments, **options):
    """Runs aug, which must exit with code and say something; returns its standard error."""
    done = aug(*arguments, **options)
    equal(done.returncode, code, f"aug {arguments}: {done.stdout}{done.stderr}")
    if not done.stderr.strip():
        raise AssertionError(f"aug {arguments} failed without a word")
    return done.stderr


def equal(found, expected, what):
    """Both sides are printed where they differ."""
    if found != expected:
        raise AssertionError(f"{what}\n  found:    {found!r}\n  expected: {expected!r}")


def contains(text, *parts):
    """Every part stands in the text."""
    for part in parts:
        if part not in text:
            raise AssertionError(f"not found: {part!r}\n  in: {text!r}")


def write(path, content):
    """A file with text or bytes, in folders that are made where needed."""
    if os.path.dirname(path):
        os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(content.encode() if isinstance(content, str) else content)


def read(path):
    """Content of a file."""
    with open(path, "rb") as file:
        return file.read()


def tree(folder):
    """Every file below a folder: relative name -> content."""
    found = {}
    for place, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(place, name)
            found[os.path.relpath(path, folder)] = read(path)
    return found


def pixels(seed, height, width, channels=3):
    """A picture that no flip, turn or shift leaves as it is: gradients and noise from a seed."""
    generator = numpy.random.default_rng(seed)
    y, x = numpy.mgrid[0:height, 0:width]
    planes = [(x * 5 + y * 3 * (c + 1) + seed * 17) % 200 for c in range(channels)]
    noise = generator.integers(0, 55, (height, width, channels))
    return (numpy.stack(planes, axis=2) + noise).astype(numpy.uint8)


def picture(array, form="PNG"):
    """The bytes of a picture file."""
    array = array[:, :, 0] if array.shape[2] == 1 else array
    file = io.BytesIO()
    Image.fromarray(array).save(file, form, **({"quality": 92} if form == "JPEG" else {}))
    return file.getvalue()


def make_folder(path, n=12, classes=("bird", "cat", "dog"), size=(40, 56)):
    """Pictures in class folders, JPEG and PNG by turns, no two of one size; returns their names."""
    names = []
    for i in range(n):
        jpeg = i % 2 == 0
        name = f"{classes[i % len(classes)]}/{i:03d}.{'jpg' if jpeg else 'png'}"
        array = pixels(i, size[0] + i % 5, size[1] - i % 7)
        write(os.path.join(path, name), picture(array, "JPEG" if jpeg else "PNG"))
        names.append(name)
    return names


def make_tar(path, n=12, classes=3):
    """The same kind of pictures in one tar, KEY.jpg or KEY.png beside KEY.cls."""
    with tarfile.open(path, "w", format=tarfile.USTAR_FORMAT) as archive:
        for i in range(n):
            jpeg = i % 3 != 0
            content = picture(pixels(i + 50, 44 + i % 4, 60), "JPEG" if jpeg else "PNG")
            for ending, part in (("jpg" if jpeg else "png", content),
                                 ("cls", str(i % classes).encode())):
                member = tarfile.TarInfo(f"{i:04d}.{ending}")
                member.size = len(part)
                archive.addfile(member, io.BytesIO(part))


def make_idx(folder, n=20, side=28, classes=10):
    """Grey pictures and labels in the files of MNIST's test split; returns the image file."""
    images = numpy.stack([pixels(i, side, side, 1)[:, :, 0] for i in range(n)])
    labels = bytes(i % classes for i in range(n))
    path = os.path.join(folder, "t10k-images-idx3-ubyte.gz")
    write(path, gzip.compress(struct.pack(">4i", 2051, n, side, side) + images.tobytes()))
    write(os.path.join(folder, "t10k-labels-idx1-ubyte.gz"),
          gzip.compress(struct.pack(">2i", 2049, n) + labels))
    return path


def make_cifar(path, n=20):
    """Records of CIFAR-10: a label and 32 x 32 pixels as three planes."""
    records = [bytes([i % 10]) + pixels(i, 32, 32).transpose(2, 0, 1).tobytes() for i in range(n)]
    write(path, b"".join(records))


def data(name):
    """Path of a file of the development data, or None with a word where it is absent."""
    folder = os.environ.get("AUGD_DATA") or os.path.join(TOP, "..", "shared", "data")
    path = os.path.join(folder, name)
    if os.path.exists(path):
        return os.path.abspath(path)
    print(f"skipped: {name} is not here")
    SKIPPED.append(name)
    return None


def sha256(content):
    """Hexadecimal digest of bytes."""
    return hashlib.sha256(content).hexdigest()


def main(module):
    """Runs the tests of a module (its globals())."""
    if not os.path.exists(AUG):
        print(f"there is no {AUG}; build it first")
        sys.exit(1)
    names = sys.argv[1:] or [n for n in module if n.startswith("test_")]
    failed = [name for name in names if not passes(name, module[name])]
    print(f"{len(names) - len(failed)} of {len(names)} tests passed")
    sys.exit(1 if failed or not names else 77 if SKIPPED else 0)


def passes(name, test):
    """Runs one test in a folder of its own."""
    folder = tempfile.mkdtemp(prefix="augd-cli-")
    before = os.getcwd()
    os.chdir(folder)
    try:
        test()
        return True
    except Exception:  # any failure of a test is reported the same way
        print(f"{name} failed:")
        traceback.print_exc(file=sys.stdout)
        return False
    finally:
        os.chdir(before)
        shutil.rmtree(folder, ignore_errors=True)
