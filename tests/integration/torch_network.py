"""The network of a model file in PyTorch, made of torch.nn's own modules from the layers that stand in the
metadata of model.safetensors. For tests. A map is [N, C, H, W], a list [N, F], ids are [N, T]."""
import torch
from torch import nn
from torch.nn import functional


def pair(value):
    """A size as a tuple of two."""
    return (value, value) if isinstance(value, (int, float)) else tuple(value)


class PixelNorm(nn.LayerNorm):
    """LayerNorm over the channels of each pixel."""

    def forward(self, x):
        return super().forward(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2) if x.ndim == 4 else super().forward(x)


class PixelRms(nn.RMSNorm):
    """RMSNorm over the channels of each pixel."""

    def forward(self, x):
        return super().forward(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2) if x.ndim == 4 else super().forward(x)


class Positions(nn.Conv1d):
    """Conv1d on maps of height 1."""

    def forward(self, x):
        return super().forward(x.squeeze(2)).unsqueeze(2)


class Words(nn.Embedding):
    """Embedding as a map of height 1."""

    def forward(self, x):
        return super().forward(x).permute(0, 2, 1).unsqueeze(2)


class Function(nn.Module):
    """A module without parameters."""

    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, *x):
        return self.function(*x)


def convolution(kind, p, weight):
    """Conv2d, or Conv1d on maps of height 1."""
    size = pair if kind is nn.Conv2d else int
    groups, dilation = p.get("groups", 1), p.get("dilation", 1)
    return kind(weight.shape[1] * groups, p["filters"], size(p["kernel"]), size(p["stride"]), size(p["padding"]),
                size(dilation), groups, p["bias"])


def transposed(p, weight):
    """ConvTranspose2d, whose weight begins with the inputs."""
    return nn.ConvTranspose2d(weight.shape[0], p["filters"], pair(p["kernel"]), pair(p["stride"]), pair(p["padding"]),
                              pair(p["output_padding"]), p["groups"], p["bias"], pair(p["dilation"]))


def row_norm(kinds, p, weight, bias):
    """LayerNorm or RMSNorm over samples, the last dimensions, or the channels of pixels."""
    options = {} if kinds[0] is nn.RMSNorm else {"bias": bias is not None}
    plain = kinds[0] is nn.RMSNorm
    if p["elementwise_affine"]:
        kind = kinds[1] if p["over"] == "channels" else kinds[0]
        return kind(tuple(weight.shape), eps=p["eps"], **options)
    assert p["over"] == "sample" and not p.get("normalized_shape"), "no size is known"
    norm = functional.rms_norm if plain else functional.layer_norm
    return Function(lambda x: norm(x, tuple(x.shape[1:]), eps=p["eps"]))


def batch_norm(p, tensors):
    """BatchNorm2d, or BatchNorm1d of lists."""
    n = tensors["running_mean"].shape[0]
    norm = nn.BatchNorm2d(n, p["eps"], p["momentum"], p["affine"])
    norm._check_input_dim = lambda x: None  # that of a list is BatchNorm1d, which computes the same
    return norm


def upsample(p):
    """Upsample."""
    align = {"align_corners": p["align_corners"]} if p["mode"] == "bilinear" else {}
    size = {"size": pair(p["size"])} if p.get("size") else {"scale_factor": p["scale_factor"][0]}
    return Function(lambda x: functional.interpolate(x, mode=p["mode"], **size, **align))


def window(p):
    """Kernel, stride and padding of a pooling layer."""
    stride = p.get("stride")
    return pair(p["kernel"]), pair(stride) if stride and stride != [0, 0] else None, pair(p["padding"])


def group_norm(p, t):
    """GroupNorm; without weights the number of channels is known when it runs."""
    if p["affine"]:
        return nn.GroupNorm(p["num_groups"], t["weight"].shape[0], p["eps"])
    return Function(lambda x: functional.group_norm(x, p["num_groups"], eps=p["eps"]))


def instance_norm(p, t):
    """InstanceNorm2d."""
    n = next((tensor.shape[0] for tensor in t.values()), 1)
    return nn.InstanceNorm2d(n, p["eps"], p["momentum"], p["affine"], p["track_running_stats"])


MAKERS = {
    "conv": lambda p, t: convolution(nn.Conv2d, p, t["weight"]),
    "conv1d": lambda p, t: convolution(Positions, p, t["weight"]),
    "conv_transpose": lambda p, t: transposed(p, t["weight"]),
    "linear": lambda p, t: nn.Sequential() if t is None else nn.Linear(t["weight"].shape[1], p["features"], p["bias"]),
    "batch_norm": batch_norm, "group_norm": group_norm, "instance_norm": instance_norm,
    "layer_norm": lambda p, t: row_norm((nn.LayerNorm, PixelNorm), p, t.get("weight"), t.get("bias")),
    "rms_norm": lambda p, t: row_norm((nn.RMSNorm, PixelRms), p, t.get("weight"), None),
    "embedding": lambda p, t: Words(p["num_embeddings"], p["embedding_dim"], p["padding_idx"] if p["padding_idx"] >= 0 else None),
    "embedding_bag": lambda p, t: nn.EmbeddingBag(p["num_embeddings"], p["embedding_dim"], mode=p["mode"],
                                                  padding_idx=p["padding_idx"] if p["padding_idx"] >= 0 else None),
    "relu": lambda p, t: nn.ReLU(), "sigmoid": lambda p, t: nn.Sigmoid(), "tanh": lambda p, t: nn.Tanh(),
    "silu": lambda p, t: nn.SiLU(), "hardswish": lambda p, t: nn.Hardswish(),
    "gelu": lambda p, t: nn.GELU(p["approximate"]), "elu": lambda p, t: nn.ELU(p["alpha"]),
    "leaky_relu": lambda p, t: nn.LeakyReLU(p["negative_slope"]),
    "softplus": lambda p, t: nn.Softplus(p["beta"], p["threshold"]),
    "softmax": lambda p, t: nn.Softmax(1), "log_softmax": lambda p, t: nn.LogSoftmax(1),
    "l2_normalize": lambda p, t: Function(lambda x: functional.normalize(x, dim=1, eps=p["eps"])),
    "dropout": lambda p, t: nn.Dropout(p["p"]), "dropout2d": lambda p, t: nn.Dropout2d(p["p"]),
    "stochastic_depth": lambda p, t: nn.Identity(), "flatten": lambda p, t: nn.Flatten(),
    "reshape": lambda p, t: Function(lambda x: x.reshape(-1, p["channels"], p["height"], p["width"])),
    "max_pool": lambda p, t: nn.MaxPool2d(*window(p)),
    "avg_pool": lambda p, t: nn.AvgPool2d(*window(p), count_include_pad=p["count_include_pad"]),
    "global_avg_pool": lambda p, t: nn.AdaptiveAvgPool2d(1), "max_over_time": lambda p, t: nn.AdaptiveMaxPool2d(1),
    "adaptive_avg_pool": lambda p, t: nn.AdaptiveAvgPool2d(pair(p["output_size"])),
    "adaptive_max_pool": lambda p, t: nn.AdaptiveMaxPool2d(pair(p["output_size"])),
    "upsample": lambda p, t: upsample(p),
    "add": lambda p, t: Function(lambda *x: sum(x[1:], x[0])), "concat": lambda p, t: Function(lambda *x: torch.cat(x, 1)),
}


class Chain(nn.Module):
    """A list of layers, whose modules have the names of the file."""

    def __init__(self, layers, tensors, prefix=""):
        super().__init__()
        self.steps = []
        for i, layer in enumerate(layers):
            kind, = [key for key in layer if key not in ("name", "from")]
            name = layer.get("name") or str(i)
            self.add_module(name, self.make(kind, layer[kind], tensors, f"{prefix}{name}."))
            self.steps.append((name, kind, layer.get("from")))

    @staticmethod
    def make(kind, parameters, tensors, prefix):
        """The module of a layer."""
        if kind != "residual":
            own = {name[len(prefix):]: array for name, array in tensors.items() if name.startswith(prefix)}
            return MAKERS[kind](parameters, own)
        block = nn.Module()
        block.branch = Chain(parameters["branch"], tensors, prefix + "branch.")
        block.shortcut = Chain(parameters.get("shortcut", []), tensors, prefix + "shortcut.")
        return block

    def forward(self, x, around=None):
        """Runs the layers; around: values by name in the lists around this one."""
        known = dict(around or {"input": x})
        for name, kind, sources in self.steps:
            inputs = [known[source] for source in sources] if sources else [x]
            module = getattr(self, name)
            if kind == "residual":
                x = module.branch(inputs[0], known) + module.shortcut(inputs[0], known)
            elif kind == "linear" and inputs[0].ndim == 4:
                x = module(inputs[0].flatten(1))
            else:
                x = module(*inputs)
            known[name] = x
        return x
