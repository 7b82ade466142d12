"""ONNX models of augtrain pass the checker of the onnx package and give the outputs of augtrain predict in
onnxruntime. Needs both packages: AUGD_PYTHON names a Python that has them, where the system's has not."""
import os
import sys
import tempfile

sys.dont_write_bytecode = True
OTHER = os.environ.pop("AUGD_PYTHON", None)
if OTHER:
    os.execv(OTHER, [OTHER, os.path.abspath(__file__)])
try:
    import numpy
    import onnx
    import onnxruntime
except ImportError:
    print("skipped: onnx and onnxruntime are not installed (pip install onnx onnxruntime)")
    sys.exit(77)
import exported  # noqa: E402

if not os.path.exists(exported.AUGTRAIN):
    print("skipped: augtrain is not built")
    sys.exit(77)


def run(path, x):
    """The output of a model that the checker passes, with its shapes inferred."""
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    return session.run(["output"], {"input": x})[0]


def main():
    worst, networks = 0, exported.networks()
    with tempfile.TemporaryDirectory(prefix="augd-onnx-") as top:
        networks.update(exported.shipped(top))
        for name, (layers, shape) in networks.items():
            folder = os.path.join(top, name)
            x, expected = exported.make(folder, layers, shape=shape)
            for file in ("model.onnx", "kept.onnx"):
                found = run(os.path.join(folder, file), numpy.ascontiguousarray(x))
                worst = max(worst, exported.check_close(found, expected, f"{name}, {file}"))
    print(f"onnx {onnx.__version__}, onnxruntime {onnxruntime.__version__}: {len(networks)} networks, off by at most "
          f"{worst:.2g} of the largest value")


main()
