"""Weights of augtrain load into the same network in PyTorch, all of them and no other (load_state_dict,
strict), and give the outputs of augtrain predict: for every layer, and for every network of examples/.
Needs PyTorch: AUGD_PYTHON names a Python that has it, where the system's has not."""
import json
import os
import sys
import tempfile

sys.dont_write_bytecode = True
OTHER = os.environ.pop("AUGD_PYTHON", None)
if OTHER:
    os.execv(OTHER, [OTHER, os.path.abspath(__file__)])
try:
    import numpy
    import torch
    from torch.nn import RMSNorm  # noqa: F401  (older ones lack it)
except ImportError:
    print("skipped: PyTorch 2.4 or later is not installed")
    sys.exit(77)
import exported  # noqa: E402
import torch_network  # noqa: E402

if not os.path.exists(exported.AUGTRAIN):
    print("skipped: augtrain is not built")
    sys.exit(77)


def check_network(folder, layers, shape):
    """PyTorch's outputs with the weights of a file against augtrain's; and the file written again."""
    x, expected = exported.make(folder, layers, shape=shape)
    exported.augtrain("export", "model.yaml", "--weights", "weights.safetensors", "-o", "again.safetensors", folder=folder)
    metadata, tensors = exported.read_tensors(os.path.join(folder, "again.safetensors"))
    given = exported.read_tensors(os.path.join(folder, "weights.safetensors"))[1]
    assert {name: array.tobytes() for name, array in tensors.items()} == {
        name: array.tobytes() for name, array in given.items()}, f"{folder}: weights are written otherwise"
    network = torch_network.Chain(json.loads(metadata["model"])["layers"], tensors).eval()
    network.load_state_dict({name: torch.from_numpy(array.copy()) for name, array in tensors.items()}, strict=True)
    with torch.no_grad():
        found = network(torch.from_numpy(numpy.ascontiguousarray(x)))
    return exported.check_close(found.numpy(), expected, folder)


def main():
    worst, networks = 0, exported.networks()
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory(prefix="augd-torch-") as top:
        networks.update(exported.shipped(top))
        for name, (layers, shape) in networks.items():
            worst = max(worst, check_network(os.path.join(top, name), layers, shape))
    print(f"PyTorch {torch.__version__}: {len(networks)} networks, off by at most {worst:.2g} of the largest value")


main()
