"""What the cases of test vectors are made of: exact numbers, tensors as JSON, and a case."""
import math

import torch

U32 = 0xFFFFFFFF


def value(salt, i):
    """Number i of sequence salt, as nn_fixture_value computes it."""
    x = (i * 0x9E3779B9 + salt * 0x85EBCA6B + 0xC2B2AE35) & U32
    x = ((x ^ x >> 16) * 0x7FEB352D) & U32
    x = ((x ^ x >> 15) * 0x846CA68B) & U32
    x ^= x >> 16
    return ((x % 128) * 2 + 1) / 128 - 1


def sequence(salt, *shape, scale=1.0):
    n = math.prod(shape)
    return torch.tensor([value(salt, i) * scale for i in range(n)]).reshape(shape)


def plain(number):
    """13 digits: the tightest tolerance is 1e-10."""
    number = float(f"{number:.13g}")
    return int(number) if number.is_integer() and abs(number) < 1e13 else number


def tensor(t):
    t = torch.as_tensor(t)
    return {"shape": list(t.shape), "data": [plain(v) for v in t.detach().flatten().tolist()]}


def case(name, kind, op, params, inputs, expect):
    return {"name": name, "kind": kind, "op": op, "params": params,
            "inputs": {k: tensor(v) for k, v in inputs.items()},
            "expect": {k: tensor(v) for k, v in expect.items()}}
