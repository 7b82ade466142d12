#!/usr/bin/env python3
"""Writes tests/golden/nn_sums.json: long sums that layers take, in float64, and how far PyTorch's
float32 is from them. Needs PyTorch.

    tools/make_nn_sums.py > tests/golden/nn_sums.json

A case is a line of layers as a model file has them, an input of positive values (sums without
cancellation, where a running float sum loses most), and one step of cross-entropy. The deviation of
a tensor is its largest difference by its largest value.
"""
import json
import sys

import numpy as np
import torch
from torch import nn

# Values of a tensor that are kept; they lie evenly over it.
MOST = 64


def values(salt, shape):
    """Numbers from 0 to below 1 in steps of 2^-24; sums_value in tests/unit/test_nn_sums.c."""
    i = np.arange(int(np.prod(shape)), dtype=np.uint64) + np.uint64(salt * 1000003)
    h = (i * np.uint64(2654435761)) & np.uint64(0xffffffff)
    h = ((h ^ (h >> np.uint64(15))) * np.uint64(2246822519)) & np.uint64(0xffffffff)
    h = ((h ^ (h >> np.uint64(13))) * np.uint64(3266489917)) & np.uint64(0xffffffff)
    return torch.from_numpy(((h ^ (h >> np.uint64(16))) >> np.uint64(8)).astype(np.float64) / 2**24).reshape(shape)


class Rms(nn.Module):
    """RMSNorm over a whole sample."""

    def __init__(self, shape):
        super().__init__()
        self.norm = nn.RMSNorm(shape, eps=1.1920929e-7)
        self.weight = self.norm.weight

    def forward(self, x):
        return self.norm(x)


class Softmax(nn.Module):
    """A function of rows, without parameters."""

    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, x):
        return self.function(x)


class Embedding(nn.Module):
    """Tokens to a map of height 1, channels second."""

    def __init__(self, n, size):
        super().__init__()
        self.inner = nn.Embedding(n, size)
        self.weight = self.inner.weight

    def forward(self, x):
        return self.inner(x).permute(0, 2, 1).unsqueeze(2)


def pooled(layer):
    return [layer, nn.AdaptiveAvgPool2d(1), nn.Flatten()]


# name, layers, input shape (channels first; a lone number: features), samples, ids (0: values), modules
CASES = [
    ("global_avg_pool", "[global_avg_pool, flatten]", [4, 224, 224], 2, 0,
     lambda: [nn.AdaptiveAvgPool2d(1), nn.Flatten()]),
    ("avg_pool", "[avg_pool: 112, global_avg_pool, flatten]", [4, 224, 224], 2, 0,
     lambda: pooled(nn.AvgPool2d(112))),
    ("adaptive_avg_pool", "[adaptive_avg_pool: 3, global_avg_pool, flatten]", [4, 224, 224], 2, 0,
     lambda: pooled(nn.AdaptiveAvgPool2d(3))),
    ("batch_norm", "[batch_norm: {momentum: 1}, global_avg_pool, flatten]", [3, 112, 112], 8, 0,
     lambda: pooled(nn.BatchNorm2d(3, momentum=1))),
    ("group_norm", "[group_norm: 2, global_avg_pool, flatten]", [4, 112, 112], 4, 0,
     lambda: pooled(nn.GroupNorm(2, 4))),
    ("instance_norm", "[instance_norm: {affine: true}, global_avg_pool, flatten]", [4, 112, 112], 4, 0,
     lambda: pooled(nn.InstanceNorm2d(4, affine=True))),
    ("layer_norm", "[layer_norm, global_avg_pool, flatten]", [4, 112, 112], 4, 0,
     lambda: pooled(nn.LayerNorm([4, 112, 112]))),
    ("rms_norm", "[rms_norm, global_avg_pool, flatten]", [4, 112, 112], 4, 0, lambda: pooled(Rms([4, 112, 112]))),
    ("conv", "[conv: {filters: 3, padding: 1}, global_avg_pool, flatten]", [2, 112, 112], 4, 0,
     lambda: pooled(nn.Conv2d(2, 3, 3, padding=1))),
    ("conv_pointwise", "[conv: {filters: 3, kernel: 1}, global_avg_pool, flatten]", [8, 112, 112], 4, 0,
     lambda: pooled(nn.Conv2d(8, 3, 1))),
    ("conv_grouped", "[conv: {filters: 4, padding: 1, groups: 2}, global_avg_pool, flatten]", [4, 112, 112], 4, 0,
     lambda: pooled(nn.Conv2d(4, 4, 3, padding=1, groups=2))),
    ("conv_depthwise", "[conv: {filters: 4, padding: 1, groups: 4}, global_avg_pool, flatten]", [4, 112, 112], 4, 0,
     lambda: pooled(nn.Conv2d(4, 4, 3, padding=1, groups=4))),
    ("conv_wide", "[conv: {filters: 3, kernel: [1, 3]}, global_avg_pool, flatten]", [2, 1, 16384], 2, 0,
     lambda: pooled(nn.Conv2d(2, 3, (1, 3)))),
    ("conv_depthwise_wide", "[conv: {filters: 2, kernel: [1, 3], groups: 2}, global_avg_pool, flatten]",
     [2, 1, 16384], 2, 0, lambda: pooled(nn.Conv2d(2, 2, (1, 3), groups=2))),
    ("conv_deep", "[conv: {filters: 3, padding: 1}, global_avg_pool, flatten]", [1024, 3, 3], 4, 0,
     lambda: pooled(nn.Conv2d(1024, 3, 3, padding=1))),
    ("conv_transpose_deep", "[conv_transpose: {filters: 3}, global_avg_pool, flatten]", [4096, 2, 2], 4, 0,
     lambda: pooled(nn.ConvTranspose2d(4096, 3, 3))),
    ("linear", "[linear: 5]", [16], 4096, 0, lambda: [nn.Linear(16, 5)]),
    ("linear_deep", "[linear: 5]", [16384], 6, 0, lambda: [nn.Linear(16384, 5)]),
    ("embedding", "[embedding: {num_embeddings: 3, embedding_dim: 4}, global_avg_pool, flatten]", [4096], 8, 3,
     lambda: [Embedding(3, 4), nn.AdaptiveAvgPool2d(1), nn.Flatten()]),
    ("embedding_bag", "[embedding_bag: {num_embeddings: 3, embedding_dim: 4}]", [4096], 8, 3,
     lambda: [nn.EmbeddingBag(3, 4)]),
    ("softmax", "[softmax]", [16384], 4, 0, lambda: [nn.Softmax(1)]),
    ("log_softmax", "[log_softmax]", [16384], 4, 0, lambda: [nn.LogSoftmax(1)]),
    ("l2_normalize", "[l2_normalize]", [16384], 4, 0, lambda: [Softmax(lambda x: nn.functional.normalize(x, dim=1))]),
]


def run(modules, x, labels):
    """Everything that a step leaves: name -> tensor."""
    net = nn.Sequential(*modules).to(x.dtype if x.dtype.is_floating_point else modules[0].weight.dtype)
    out = {}
    net.train()
    loss = nn.functional.cross_entropy(net(x), labels)
    out["loss"] = loss.detach().reshape(1)
    if any(p.requires_grad for p in net.parameters()):
        loss.backward()
    for i, module in enumerate(modules):
        for name in ("weight", "bias"):
            p = getattr(module, name, None)
            if isinstance(p, nn.Parameter):
                out[f"gradient {i}.{name}"] = p.grad
        for name in ("running_mean", "running_var"):
            if getattr(module, name, None) is not None:
                out[f"{i}.{name}"] = getattr(module, name)
    net.eval()
    out["output"] = net(x).detach()
    return out


def case(name, layers, shape, n, n_ids, make):
    x = values(1, [n] + shape)
    if n_ids:
        x = (x * n_ids).to(torch.int64)
    found = []
    for dtype in (torch.float64, torch.float32):
        modules = make()
        for module in modules:
            module.to(dtype)
            for k, p in enumerate(p for p in (getattr(module, "weight", None), getattr(module, "bias", None))
                                  if isinstance(p, nn.Parameter)):
                p.data = (values(2 + k, list(p.shape)) - 0.5).to(torch.float32).to(dtype)
        classes = nn.Sequential(*modules)(x[:1].to(dtype) if not n_ids else x[:1]).shape[1]
        for module in modules:
            if hasattr(module, "reset_running_stats"):
                module.reset_running_stats()
        labels = torch.arange(n) % classes
        found.append(run(modules, x.to(dtype) if not n_ids else x, labels))
    tensors = []
    for key, exact in found[0].items():
        largest = float(exact.abs().max())
        deviation = float((found[1][key].double() - exact).abs().max()) / largest
        # What cancels to nothing has no deviation by its size.
        if deviation > 1e-3:
            continue
        flat = exact.flatten()
        step = max(1, flat.numel() // MOST)
        tensors.append({"name": key, "n": flat.numel(), "step": step, "largest": largest,
                        "torch_deviation": float(f"{deviation:.5g}"), "values": flat[::step].tolist()})
    return {"name": name, "layers": layers, "input": shape, "samples": n, "ids": n_ids,
            "trains": any(t["name"].startswith("gradient") for t in tensors), "tensors": tensors}


def main():
    torch.set_num_threads(1)
    torch.manual_seed(0)
    cases = [case(*c) for c in CASES]
    text = ",\n".join(json.dumps(c) for c in cases)
    sys.stdout.write(f'{{"torch": "{torch.__version__}", "cases": [\n{text}\n]}}\n')


if __name__ == "__main__":
    main()
