"""What augtrain export writes as ONNX computes what augtrain predict does: every layer, read and run by
an own reader with NumPy, in doubles."""
import os
import struct
import sys
import tempfile

sys.dont_write_bytecode = True
try:
    import numpy
except ImportError:
    print("skipped: NumPy is needed")
    sys.exit(77)
import exported  # noqa: E402
import onnx_numpy  # noqa: E402

if not os.path.exists(exported.AUGTRAIN):
    print("skipped: augtrain is not built")
    sys.exit(77)


def read(path):
    """A model; the file is whole, and says what it is."""
    with open(path, "rb") as file:
        model = onnx_numpy.Model(file.read())
    assert (model.ir_version, model.opset) == (7, 13)
    assert model.input[0] == "input" and model.output[0] == "output"
    assert "float32" in model.notes["input"] or "uint8" in model.notes["input"]
    return model


def check_layers_again(folder):
    """The layers that stand in a file of weights are those of the model file."""
    exported.augtrain("export", "model.yaml", "--weights", "weights.safetensors", "-o", "own.safetensors", folder=folder)
    exported.augtrain("export", "own.safetensors", "-o", "again.onnx", folder=folder)
    with open(os.path.join(folder, "model.onnx"), "rb") as one, open(os.path.join(folder, "again.onnx"), "rb") as other:
        first, second = onnx_numpy.Model(one.read()), onnx_numpy.Model(other.read())
    assert first.nodes == second.nodes, folder


def check_network(folder, layers, shape):
    """Both files of a network against its outputs; returns the larger deviation."""
    x, expected = exported.make(folder, layers, shape=shape)
    check_layers_again(folder)
    worst = 0
    for file in ("model.onnx", "kept.onnx"):
        model = read(os.path.join(folder, file))
        assert model.input[2] == ["N", *x.shape[1:]], model.input
        worst = max(worst, exported.check_close(model.run(x), expected, os.path.join(folder, file)))
    return worst


def check_folding(folder):
    """Of the case "norms" no batch norm is left in the one file, and all of them in the other."""
    kinds = [[node[0] for node in read(os.path.join(folder, name)).nodes] for name in ("model.onnx", "kept.onnx")]
    assert [names.count("BatchNormalization") for names in kinds] == [0, 3], kinds


def check_bytes(top):
    """With --bytes pictures of 8 bits give what augtrain predict makes of them by the run's specification."""
    spec = exported.EVAL.replace("normalize: none", "normalize: imagenet").replace("input.idx", "pixels.idx")
    pixels = numpy.random.default_rng(2).integers(0, 256, (20, 7, 7, 3)).astype(numpy.uint8)
    os.makedirs(top)
    with open(os.path.join(top, "pixels.idx"), "wb") as file:
        file.write(bytes([0, 0, 8, 4]) + struct.pack(">4i", *pixels.shape) + pixels.tobytes())
    rest = exported.REST.replace("eval:", "train: eval.yaml, eval:")
    labelled = spec.replace("path: pixels.idx, labels: none", "path: pixels.idx, labels: labels.idx")
    with open(os.path.join(top, "labels.idx"), "wb") as file:
        file.write(bytes([0, 0, 8, 1]) + struct.pack(">i", 20) + bytes(i % 3 for i in range(20)))
    for name, text in (("eval.yaml", labelled), ("model.yaml", f"model: {{input: [7, 7, 3], layers: [conv: 4, relu, flatten, "
                                                 f"linear: 3]}}\n{rest}")):
        with open(os.path.join(top, name), "w", encoding="utf-8") as file:
            file.write(text)
    exported.augtrain("model.yaml", "-o", "run", folder=top)
    exported.augtrain("export", "run", "-o", "bytes.onnx", "--bytes", folder=top)
    exported.augtrain("predict", "run", "idx:pixels.idx,labels=none", "--values", "logits", "-o", "y.npy", folder=top)
    model = read(os.path.join(top, "bytes.onnx"))
    assert model.input[1] == numpy.uint8 and "normalizes" in model.notes["input"], model.notes
    exported.check_close(model.run(pixels.transpose(0, 3, 1, 2)), numpy.load(os.path.join(top, "y.npy")), "bytes")


def check_refusal(folder):
    """A layer that ONNX cannot express is named, and leaves no file."""
    try:
        exported.make(folder, "[batch_norm: {track_running_stats: false}, flatten, linear: 3]")
    except AssertionError as error:
        assert "layer 0 (batch_norm): without running statistics" in str(error), error
        assert not os.path.exists(os.path.join(folder, "model.onnx"))
        return
    raise AssertionError("a norm of its batch was exported")


def main():
    worst, networks = 0, exported.networks()
    with tempfile.TemporaryDirectory(prefix="augd-onnx-") as top:
        for name, (layers, shape) in networks.items():
            worst = max(worst, check_network(os.path.join(top, name), layers, shape))
        check_folding(os.path.join(top, "norms"))
        check_bytes(os.path.join(top, "bytes"))
        check_refusal(os.path.join(top, "refused"))
    print(f"{len(networks)} networks, off by at most {worst:.2g} of the largest value")


main()
