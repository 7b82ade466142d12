"""Networks written by augtrain, with the inputs and outputs that other programs are to agree with: every
layer's own example and cases for what they leave out. For tests; needs NumPy alone."""
import json
import os
import struct
import subprocess

import numpy

TOP = os.environ.get("AUGD_SOURCE") or os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
BUILD = os.environ.get("AUGD_BUILD") or os.path.join(TOP, "build", "release")
AUGTRAIN = os.path.join(BUILD, "trainer", "augtrain")

REST = "optimizer: {sgd: {lr: 0.1}}\ntrain: {epochs: 1}\ndata: {eval: eval.yaml}\n"
EVAL = "augd: 1\ndataset: {kind: idx, path: input.idx, labels: none}\nbatch: {size: 4}\noutput: {layout: hwc, normalize: none}\n"
# Layers of networks on maps of 7 x 7 x 3, beside each layer's example.
CASES = {
    "norms": "[conv: {filters: 6, padding: 1}, batch_norm, relu, residual: {branch: [conv: {filters: 8, padding: 1, "
             "bias: false}, batch_norm: {affine: false}], shortcut: [conv: {filters: 8, kernel: 1}]}, relu, flatten, "
             "linear: {features: 12, bias: false}, batch_norm, relu, dropout, linear: 5]",
    "groups": "[conv: {filters: 6, kernel: [3, 2], stride: [2, 1], padding: [1, 0], groups: 3}, batch_norm, "
              "conv: {filters: 4, kernel: 2, dilation: [1, 2], groups: 2}, flatten, batch_norm, linear: 3]",
    "read_twice": "[{conv: {filters: 3, padding: 1}, name: a}, {batch_norm: {}, name: b}, {add: {}, from: [a, b]}, "
                  "flatten, linear: 3]",
    "transposed": "[conv: {filters: 4, stride: 2}, conv_transpose: {filters: 6, kernel: [3, 4], stride: [2, 3], "
                  "padding: [1, 0], output_padding: [1, 2], groups: 2}, conv_transpose: {filters: 2, dilation: 2}]",
    "pools": "[avg_pool: {kernel: 3, stride: 2, padding: 1, count_include_pad: false}, upsample: {size: [9, 5]}, "
             "max_pool: {kernel: [3, 2], stride: 1, padding: [1, 1]}, avg_pool: {kernel: 2, padding: 1}, "
             "adaptive_max_pool: [2, 4], adaptive_avg_pool: [3, 2]]",
    "upsampled": "[upsample: {scale_factor: 2.5, mode: bilinear}, upsample: {size: [4, 6], mode: bilinear, "
                 "align_corners: true}, upsample: {scale_factor: 1.7}]",
    "rows": "[layer_norm: {normalized_shape: [7]}, rms_norm: {normalized_shape: [7, 7]}, layer_norm: channels, "
            "rms_norm: sample, layer_norm: {elementwise_affine: false}, group_norm: {num_groups: 3, affine: false}, "
            "instance_norm: {track_running_stats: true}, flatten, linear: 6, layer_norm, rms_norm, softmax]",
    "bends": "[gelu, gelu: tanh, softplus: {beta: 3, threshold: 1}, elu: 0.3, leaky_relu: 0.2, silu, hardswish, "
             "log_softmax, flatten, l2_normalize, linear: 3, tanh, sigmoid]",
}
# Layers of networks on texts of 12 ids, which are bytes and three before them; padding has 0.
TEXT_EVAL = ("augd: 1\ndataset: {kind: tsv, path: input.tsv}\nbatch: {size: 4}\n"
             "output: {text: false, ids: {tokenizer: bytes, max_length: LENGTH, special_tokens: false, padding_id: 0}}\n")
TEXT_CASES = {
    "embedding": "[{embedding: {num_embeddings: 259, embedding_dim: 6}, name: e}, {conv1d: {filters: 4, padding: 1}}, relu, "
                 "{max_over_time: {}, name: a}, {conv1d: {filters: 5, kernel: 2, dilation: 2}, from: e}, tanh, "
                 "{max_over_time: {}, name: b}, {concat: {}, from: [a, b]}, flatten, linear: 3]",
    **{f"bag_{mode}": f"[embedding_bag: {{num_embeddings: 259, embedding_dim: 6, padding_idx: 0, mode: {mode}}}, linear: 3]"
       for mode in ("mean", "sum", "max")},
    "bag_of_all": "[embedding_bag: {num_embeddings: 259, embedding_dim: 6}, linear: 3]",
}


def augtrain(*words, folder):
    """Runs augtrain in a folder; it must succeed."""
    done = subprocess.run([AUGTRAIN, *words, "--quiet"], cwd=folder, text=True, capture_output=True, timeout=120,
                          check=False)
    assert done.returncode == 0, f"augtrain {words}: {done.stderr}"
    return done.stdout


def read_tensors(path):
    """Metadata, and name -> array, of a safetensors file."""
    with open(path, "rb") as file:
        data = file.read()
    size, = struct.unpack("<Q", data[:8])
    header = json.loads(data[8:8 + size])
    metadata = header.pop("__metadata__", {})
    kinds = {"F32": numpy.float32, "I64": numpy.int64}
    return metadata, {name: numpy.frombuffer(data[8 + size + entry["data_offsets"][0]:8 + size + entry["data_offsets"][1]],
                                             kinds[entry["dtype"]]).reshape(entry["shape"])
                      for name, entry in header.items()}


def write_tensors(path, tensors):
    """A safetensors file of float32."""
    header, at = {}, 0
    for name, array in tensors.items():
        header[name] = {"dtype": "F32", "shape": list(array.shape), "data_offsets": [at, at + array.nbytes]}
        at += array.nbytes
    text = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for array in tensors.values():
            file.write(numpy.ascontiguousarray(array, dtype="<f4").tobytes())


def write_input(path, values):
    """An IDX file of floats, [n, height, width, channels]."""
    with open(path, "wb") as file:
        file.write(bytes([0, 0, 0x0d, values.ndim]) + struct.pack(f">{values.ndim}i", *values.shape))
        file.write(values.astype(">f4").tobytes())


def changed(tensors, generator):
    """Weights that no two of are alike, and that no norm leaves as they are."""
    result = {}
    for name, array in tensors.items():
        noise = generator.normal(size=array.shape)
        if name.endswith("running_var"):
            result[name] = generator.uniform(0.5, 2, array.shape)
        elif array.ndim == 1 or name.endswith("running_mean"):
            result[name] = array + 0.3 * noise
        else:
            result[name] = array + 0.02 * noise
    return {name: array.astype(numpy.float32) for name, array in result.items()}


def examples():
    """Name and layers of every layer's example that reads values."""
    modules = json.loads(subprocess.run([AUGTRAIN, "modules", "--json"], capture_output=True, check=True).stdout)
    layers = {item["name"]: item["example"] for item in modules if item["kind"] == "layer"}
    assert len(layers) > 30
    return {name: example for name, example in layers.items() if "embedding" not in name}


def put_pictures(folder, shape, n, generator):
    """Pictures of normal values, and how they are read; returns them as [n, C, H, W] and the shape."""
    values = generator.normal(size=(n, *shape)).astype(numpy.float32)
    write_input(os.path.join(folder, "input.idx"), values)
    return EVAL, values.transpose(0, 3, 1, 2)


def put_texts(folder, shape, n, generator):
    """Texts of 1 letter to as many as there is room for, padded; returns their ids."""
    length, = shape
    ids = numpy.zeros((n, length), dtype=numpy.int32)
    with open(os.path.join(folder, "input.tsv"), "w", encoding="utf-8") as file:
        for i in range(n):
            letters = generator.integers(97, 123, generator.integers(1, length + 1))
            ids[i, :len(letters)] = letters + 3
            file.write(f"{i % 3}\t{bytes(letters.tolist()).decode()}\n")
    return TEXT_EVAL.replace("LENGTH", str(length)), ids


def make(folder, layers, seed=1, n=9, shape=(7, 7, 3)):
    """A network in a folder: model.yaml, weights.safetensors, model.onnx, kept.onnx (with its norms), and
    its inputs and outputs. A shape of one number is that of texts."""
    os.makedirs(folder, exist_ok=True)
    generator = numpy.random.default_rng(seed)
    put = put_pictures if len(shape) == 3 else put_texts
    spec, x = put(folder, shape, n, generator)
    for name, text in (("model.yaml", f"model: {{input: {list(shape)}, layers: {layers}}}\n" + REST), ("eval.yaml", spec)):
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.write(text)
    augtrain("export", "model.yaml", "-o", "fresh.safetensors", folder=folder)
    _, tensors = read_tensors(os.path.join(folder, "fresh.safetensors"))
    write_tensors(os.path.join(folder, "weights.safetensors"), changed(tensors, generator))
    model = ("model.yaml", "--weights", "weights.safetensors")
    augtrain("export", *model, "-o", "model.onnx", folder=folder)
    augtrain("export", *model, "-o", "kept.onnx", "--keep-norms", folder=folder)
    augtrain("predict", *model, "--values", "logits", "-o", "outputs.npy", folder=folder)
    return x, numpy.load(os.path.join(folder, "outputs.npy"))


def networks():
    """Name -> layers and shape of all networks."""
    pictures = {name: (layers, (7, 7, 3)) for name, layers in {**examples(), **CASES}.items()}
    return {**pictures, **{name: (layers, (12,)) for name, layers in TEXT_CASES.items()}}


def shipped(folder):
    """Name -> layers and shape of every network in examples/."""
    found = {}
    for directory, _, names in os.walk(os.path.join(TOP, "examples")):
        for name in names:
            path = os.path.join(directory, name)
            with open(path, "rb") as file:
                is_model = name.endswith(".yaml") and b"\naugtrain: 1" in b"\n" + file.read()
            if not is_model:
                continue
            target = os.path.join(folder, "shipped.safetensors")
            augtrain("export", os.path.abspath(path), "-o", target, "--overwrite", folder=folder)
            model = json.loads(read_tensors(target)[0]["model"])
            found[os.path.relpath(path, TOP).replace("/", "_")] = (json.dumps(model["layers"]), tuple(model["input"]))
    assert len(found) > 0
    return found


def check_close(found, expected, what, most=1e-5):
    """Equal within a share of the largest value: what float32 sums in another order differ by."""
    assert found.shape == expected.shape, f"{what}: {found.shape}, expected {expected.shape}"
    off = float(numpy.abs(found - expected).max() / numpy.abs(expected).max())
    assert off <= most, f"{what}: off by {off:.3g} of the largest value; allowed is {most:.3g}"
    return off
