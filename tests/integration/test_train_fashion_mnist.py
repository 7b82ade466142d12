"""The Fashion-MNIST example learns: one epoch of the network of the demonstration on real data."""
import json
import os
import subprocess
import sys
import tempfile

TOP = os.environ.get("AUGD_SOURCE") or os.path.join(os.path.dirname(__file__), "..", "..")
BUILD = os.environ.get("AUGD_BUILD") or os.path.join(TOP, "build", "release")
AUGTRAIN = os.path.join(BUILD, "trainer", "augtrain")
DATA = os.environ.get("AUGD_DEMO_DATA") or "/usr/share/datasets/fashion-mnist"


def skip(reason):
    """Ends with the code for a test that was not made."""
    print(f"skipped: {reason}")
    sys.exit(77)


def main():
    if not os.path.exists(f"{DATA}/train-images-idx3-ubyte.gz"):
        skip("Fashion-MNIST is not installed (Debian: dataset-fashion-mnist)")
    with open(os.path.join(BUILD, "CMakeCache.txt")) as cache:
        settings = dict(line.strip().split("=", 1) for line in cache if "=" in line)
    if settings.get("AUGD_SANITIZE:STRING") or settings.get("CMAKE_BUILD_TYPE:STRING") == "Debug":
        skip("real data is for optimized builds")
    with tempfile.TemporaryDirectory(prefix="augd-train-") as folder:
        subprocess.run([AUGTRAIN, os.path.join(TOP, "examples/fashion_mnist/model.yaml"),
                        "--epochs", "1", "--quiet", "--output", folder,
                        "--dataset", f"fashion-mnist-train=idx:{DATA}/train-images-idx3-ubyte.gz",
                        "--dataset", f"fashion-mnist-test=idx:{DATA}/t10k-images-idx3-ubyte.gz"],
                       check=True, timeout=280)
        with open(os.path.join(folder, "log.jsonl")) as file:
            end = json.loads(file.readlines()[-1])
    # The same bytes on one kind of kernels; others round differently and may move it by a point.
    print(f"test accuracy after one epoch: {end['test_accuracy']:.4f}")
    if end["test_samples"] != 10000 or end["test_accuracy"] < 0.85:
        print(f"expected at least 0.85 of 10,000: {end}")
        sys.exit(1)


main()
