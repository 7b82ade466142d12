#!/usr/bin/env python3
"""Makes tests/golden/nn/*.json: what PyTorch computes for our layers, loss, optimizer, schedules and
whole networks, in float64. Needs PyTorch 2.13 (pip install torch==2.13.0 numpy):

    tools/make_nn_vectors.py tests/golden/nn

Inputs are short dyadic numbers, so that they are exact in text and in float32. Big tensors are
given by the number of a fixed sequence (value()), which the test computes again.
"""
import json
import math
import pathlib
import sys

import torch
import torch.nn.functional as F
from torch import nn

import nn_option_vectors as more
from nn_vector_losses import losses
from nn_vector_parts import U32, case, sequence

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)
def layer_case(name, op, params, function, tensors, salt=50):
    """A function of tensors (x, and w and b if it has them), with the gradients of sum(dy * y)."""
    leaves = {k: t.clone().requires_grad_() for k, t in tensors.items()}
    y = function(**leaves)
    dy = sequence(salt, *y.shape)
    y.backward(dy)
    expect = {"y": y, **{"d" + k: t.grad for k, t in leaves.items()}}
    return case(name, "layer", op, params, {**tensors, "dy": dy}, expect)


def conv_case(name, x, w, stride, padding, bias=True):
    tensors = {"x": sequence(1, *x), "w": sequence(2, *w)}
    if bias:
        tensors["b"] = sequence(3, w[0])
    params = {"stride": stride, "padding": padding, "dilation": [1, 1], "groups": 1}
    return layer_case(name, "conv2d", params,
                      lambda x, w, b=None: F.conv2d(x, w, b, stride, padding), tensors)


def layers():
    cases = [
        conv_case("conv_3x3", [2, 3, 5, 4], [4, 3, 3, 3], [1, 1], [1, 1]),
        conv_case("conv_no_padding", [1, 1, 6, 5], [2, 1, 3, 2], [1, 1], [0, 0]),
        conv_case("conv_stride", [2, 2, 7, 6], [3, 2, 3, 3], [2, 3], [1, 0], bias=False),
        conv_case("conv_stride_leaves_a_rest", [1, 2, 8, 8], [9, 2, 3, 3], [3, 2], [0, 1]),
        conv_case("conv_1x1", [3, 5, 2, 3], [10, 5, 1, 1], [1, 1], [0, 0]),
        conv_case("conv_1x1_stride", [2, 4, 5, 5], [3, 4, 1, 1], [2, 2], [0, 0], bias=False),
        conv_case("conv_one_pixel", [2, 3, 1, 1], [4, 3, 3, 3], [1, 1], [1, 1]),
        conv_case("conv_5x3", [1, 2, 6, 7], [17, 2, 5, 3], [1, 1], [2, 1]),
    ]
    for name, n, inputs, outputs, bias in [("linear", 3, 7, 5, True), ("linear_wide", 2, 9, 19, True),
                                           ("linear_no_bias", 1, 4, 2, False)]:
        tensors = {"x": sequence(1, n, inputs), "w": sequence(2, outputs, inputs)}
        if bias:
            tensors["b"] = sequence(3, outputs)
        cases.append(layer_case(name, "linear", {}, lambda x, w, b=None: F.linear(x, w, b),
                                tensors))
    for name, x, kernel, stride, padding in [
            ("max_pool_2", [2, 3, 4, 6], [2, 2], [2, 2], [0, 0]),
            ("max_pool_odd", [1, 2, 5, 7], [2, 2], [2, 2], [0, 0]),
            ("max_pool_overlap", [1, 3, 6, 5], [3, 3], [2, 1], [1, 1]),
            ("max_pool_one_pixel", [2, 2, 1, 1], [1, 1], [1, 1], [0, 0])]:
        params = {"kernel_size": kernel, "stride": stride, "padding": padding}
        cases.append(layer_case(name, "max_pool2d", params,
                                lambda x: F.max_pool2d(x, kernel, stride, padding),
                                {"x": sequence(1, *x)}))
    for name, x, kernel, stride, padding, count in [
            ("avg_pool_2", [2, 3, 4, 6], [2, 2], [2, 2], [0, 0], True),
            ("avg_pool_padding", [1, 2, 5, 7], [3, 2], [2, 2], [1, 1], True),
            ("avg_pool_padding_not_counted", [1, 2, 5, 7], [3, 2], [2, 2], [1, 1], False),
            ("avg_pool_overlap", [1, 3, 6, 5], [3, 3], [1, 2], [1, 0], True)]:
        params = {"kernel_size": kernel, "stride": stride, "padding": padding,
                  "count_include_pad": count}
        cases.append(layer_case(
            name, "avg_pool2d", params,
            lambda x: F.avg_pool2d(x, kernel, stride, padding, count_include_pad=count),
            {"x": sequence(1, *x)}))
    cases.append(layer_case("global_avg_pool", "global_avg_pool2d", {},
                            lambda x: F.adaptive_avg_pool2d(x, 1), {"x": sequence(1, 3, 5, 4, 3)}))
    cases.append(layer_case("relu", "relu", {}, lambda x: F.relu(x), {"x": sequence(1, 2, 3, 4, 5)}))
    # Equal values: the first position takes the gradient; zero has no gradient.
    ties = torch.tensor([0.5, 0.5, 0.25, 0.5, 0.0, 0.0, -1.0, 0.0] * 2).reshape(1, 1, 4, 4)
    cases.append(layer_case("max_pool_ties", "max_pool2d",
                            {"kernel_size": [2, 2], "stride": [2, 2], "padding": [0, 0]},
                            lambda x: F.max_pool2d(x, 2), {"x": ties}))
    cases.append(layer_case("relu_at_zero", "relu", {}, lambda x: F.relu(x), {"x": ties}))
    return cases


def activations():
    """Values from -8 to 8, with 0 and the places where something bends among them."""
    bends = torch.tensor([[0.0, -3.0, 3.0, -0.5, 0.5, 1e-3]] * 2)
    x = torch.cat([sequence(1, 2, 20, scale=8.0), bends], 1)
    cases = []
    for name, op, params, function in [
            ("leaky_relu", "leaky_relu", {}, F.leaky_relu),
            ("leaky_relu_steep", "leaky_relu", {"negative_slope": 0.25}, lambda x: F.leaky_relu(x, 0.25)),
            ("elu", "elu", {}, F.elu),
            ("elu_low", "elu", {"alpha": 0.5}, lambda x: F.elu(x, 0.5)),
            ("gelu_erf", "gelu_erf", {}, F.gelu),
            ("gelu_tanh", "gelu_tanh", {}, lambda x: F.gelu(x, approximate="tanh")),
            ("silu", "silu", {}, F.silu),
            ("tanh", "tanh", {}, torch.tanh),
            ("sigmoid", "sigmoid", {}, torch.sigmoid),
            ("softplus", "softplus", {}, F.softplus),
            ("softplus_steep", "softplus", {"beta": 2.0, "threshold": 5.0}, lambda x: F.softplus(x, 2.0, 5.0)),
            ("hardswish", "hardswish", {}, F.hardswish)]:
        cases.append(layer_case(name, op, params, lambda x: function(x), {"x": x}))
    # Values of other sizes: what would overflow, and what would lose its digits.
    far = torch.tensor([[-1e4, -200.0, -90.0, -30.0, 30.0, 90.0, 200.0, 1e4]])
    near = torch.tensor([[-1e-4, -1e-6, 1e-6, 1e-4, 0.25, -0.25, 0.375, -0.375]])
    for op, function in [("elu", F.elu), ("gelu_erf", F.gelu), ("silu", F.silu), ("tanh", torch.tanh),
                         ("sigmoid", torch.sigmoid), ("softplus", F.softplus), ("hardswish", F.hardswish),
                         ("gelu_tanh", lambda x: F.gelu(x, approximate="tanh"))]:
        cases.append(layer_case(op + "_far" + ("_zero" if op == "tanh" else ""), op, {}, lambda x: function(x), {"x": far}))
        cases.append(layer_case(op + "_near", op, {}, lambda x: function(x), {"x": near}))
    for name, shape in [("", [3, 10]), ("_map", [2, 5, 3, 4]), ("_wide", [2, 37])]:
        x = sequence(1, *shape, scale=4.0)
        cases.append(layer_case("softmax" + name, "softmax", {}, lambda x: F.softmax(x, 1), {"x": x}))
        cases.append(layer_case("log_softmax" + name, "log_softmax", {}, lambda x: F.log_softmax(x, 1), {"x": x}))
        cases.append(layer_case("l2_normalize" + name, "l2_normalize", {}, lambda x: F.normalize(x, dim=1), {"x": x}))
    cases.append(layer_case("log_softmax_far", "log_softmax", {}, lambda x: F.log_softmax(x, 1), {"x": far}))
    cases.append(layer_case("l2_normalize_eps", "l2_normalize", {"eps": 4.0},
                            lambda x: F.normalize(x, dim=1, eps=4.0), {"x": sequence(1, 4, 3, scale=3.0)}))
    return cases


def convolutions():
    """Groups, dilation, one dimension, and transposed."""
    cases = []
    for name, x, w, params in [
            ("conv_dilation", [2, 3, 7, 8], [4, 3, 3, 2], {"stride": [1, 2], "padding": [2, 1], "dilation": [2, 3]}),
            ("conv_groups", [2, 6, 5, 4], [9, 2, 3, 3], {"stride": [1, 1], "padding": [1, 1], "groups": 3}),
            ("conv_groups_wide", [1, 4, 3, 3], [36, 2, 2, 2], {"groups": 2}),
            ("conv_depthwise", [2, 10, 6, 5], [10, 1, 3, 3], {"stride": [2, 1], "padding": [1, 1], "groups": 10}),
            ("conv_depthwise_double", [1, 3, 4, 4], [6, 1, 2, 3], {"padding": [1, 1], "dilation": [1, 2], "groups": 3}),
            ("conv_dilation_no_bias", [3, 1, 5, 5], [2, 1, 2, 2], {"dilation": [3, 2]})]:
        tensors = {"x": sequence(1, *x), "w": sequence(2, *w)}
        if "no_bias" not in name:
            tensors["b"] = sequence(3, w[0])
        cases.append(layer_case(name, "conv2d", params, lambda x, w, b=None: F.conv2d(x, w, b, **params), tensors))
    for name, x, w, params in [
            ("conv1d", [2, 5, 9], [4, 5, 3], {"padding": [1]}), ("conv1d_stride", [1, 3, 10], [18, 3, 4], {"stride": [3]}),
            ("conv1d_dilation", [2, 2, 9], [3, 2, 3], {"dilation": [2], "padding": [2]}),
            ("conv1d_groups", [2, 4, 7], [6, 2, 2], {"groups": 2})]:
        cases.append(layer_case(name, "conv1d", params, lambda x, w, b: F.conv1d(x, w, b, **params),
                                {"x": sequence(1, *x), "w": sequence(2, *w), "b": sequence(3, w[0])}))
    for name, x, w, params in [
            ("conv_transpose", [2, 3, 4, 3], [3, 5, 3, 3], {}),
            ("conv_transpose_stride", [2, 9, 3, 4], [9, 2, 3, 2], {"stride": [2, 3], "padding": [1, 0], "output_padding": [1, 2]}),
            ("conv_transpose_dilation", [1, 2, 3, 3], [2, 17, 2, 3], {"dilation": [3, 2], "padding": [2, 1]}),
            ("conv_transpose_groups", [2, 6, 3, 2], [6, 4, 2, 2], {"stride": [2, 2], "groups": 3}),
            ("conv_transpose_one_pixel_no_bias", [2, 4, 1, 1], [4, 3, 4, 4], {})]:
        tensors = {"x": sequence(1, *x), "w": sequence(2, *w)}
        if "no_bias" not in name:
            tensors["b"] = sequence(3, w[1] * params.get("groups", 1))
        cases.append(layer_case(name, "conv_transpose2d", params,
                                lambda x, w, b=None: F.conv_transpose2d(x, w, b, **params), tensors))
    return cases


def maps():
    """Adaptive pooling, upsampling, reshaping."""
    cases = []
    for name, x, size in [("", [2, 3, 7, 5], [3, 2]), ("_one", [2, 9, 4, 6], [1, 1]),
                          ("_larger", [1, 2, 2, 3], [3, 5]), ("_same", [1, 2, 3, 3], [3, 3])]:
        params = {"output_size": size}
        cases.append(layer_case("adaptive_avg_pool" + name, "adaptive_avg_pool2d", params,
                                lambda x: F.adaptive_avg_pool2d(x, size), {"x": sequence(1, *x)}))
        cases.append(layer_case("adaptive_max_pool" + name, "adaptive_max_pool2d", params,
                                lambda x: F.adaptive_max_pool2d(x, size), {"x": sequence(1, *x)}))
    cases.append(layer_case("max_over_time", "max_over_time", {},
                            lambda x: F.adaptive_max_pool1d(x.flatten(2), 1).unsqueeze(3),
                            {"x": sequence(1, 1, 2, 1, 300)}))
    for name, x, params in [("", [2, 3, 3, 4], {"scale_factor": 2}), ("_broken", [1, 2, 5, 3], {"scale_factor": 1.6}),
                            ("_size", [1, 9, 3, 4], {"size": [7, 5]}), ("_smaller", [1, 2, 7, 6], {"size": [3, 4]})]:
        cases.append(layer_case("upsample_nearest" + name, "upsample_nearest", params,
                                lambda x: F.interpolate(x, mode="nearest", **params), {"x": sequence(1, *x)}))
        for align in [False, True]:
            if align and name == "_broken":
                continue
            cases.append(layer_case(
                "upsample_bilinear" + name + ("_aligned" if align else ""), "upsample_bilinear",
                {**params, "align_corners": align},
                lambda x: F.interpolate(x, mode="bilinear", align_corners=align, **params), {"x": sequence(1, *x)}))
    cases.append(layer_case("reshape", "reshape", {"channels": 4, "height": 3, "width": 5},
                            lambda x: x.reshape(-1, 4, 3, 5), {"x": sequence(1, 2, 6, 2, 5)}))
    cases.append(layer_case("reshape_features", "reshape", {"channels": 3, "height": 2, "width": 4},
                            lambda x: x.reshape(-1, 3, 2, 4), {"x": sequence(1, 3, 24)}))
    return cases


def norm_case(name, shape, eps, momentum, affine, offset=0.0):
    x1, x2 = sequence(1, *shape) + offset, sequence(2, *shape) * 4 - offset
    dy = sequence(3, *shape)
    kind = nn.BatchNorm2d if len(shape) == 4 else nn.BatchNorm1d
    norm = kind(shape[1], eps=eps, momentum=momentum, affine=affine)
    inputs = {"x1": x1, "x2": x2, "dy": dy}
    if affine:
        inputs["gamma"], inputs["beta"] = sequence(4, shape[1]), sequence(5, shape[1])
        norm.weight.data.copy_(inputs["gamma"])
        norm.bias.data.copy_(inputs["beta"])
    expect = {}

    def run(x, suffix, gradients):
        x = x.clone().requires_grad_()
        norm.zero_grad()
        y = norm(x)
        expect["y" + suffix] = y
        if not gradients:
            return
        y.backward(dy)
        expect["dx" + suffix] = x.grad
        if affine:
            expect["dgamma" + suffix] = norm.weight.grad.clone()
            expect["dbeta" + suffix] = norm.bias.grad.clone()

    run(x1, "1", True)
    expect["rm1"], expect["rv1"] = norm.running_mean.clone(), norm.running_var.clone()
    run(x2, "2", False)
    expect["rm2"], expect["rv2"] = norm.running_mean.clone(), norm.running_var.clone()
    norm.eval()
    run(x1, "1_eval", True)
    params = {"eps": eps, "momentum": momentum, "affine": affine}
    return case(name, "norm", "batch_norm", params, inputs, expect)


def one_norm_case(name, op, params, function, tensors, scale=1.0):
    """A normalization of one batch; function gets x, and gamma and beta if the case has them."""
    leaves = {k: t.clone().requires_grad_() for k, t in tensors.items()}
    y = function(**leaves)
    dy = sequence(50, *y.shape)
    y.backward(dy)
    expect = {"y": y, **{"d" + k: t.grad for k, t in leaves.items()}}
    return case(name, "norm", op, params, {**tensors, "dy": dy}, expect)


def affine(*shape):
    return {"gamma": sequence(4, *shape), "beta": sequence(5, *shape)}


def instance_case(name, shape, eps, momentum, with_affine):
    """Running statistics after one batch, and what evaluation makes with them."""
    x, dy = sequence(1, *shape) * 2 + 1, sequence(50, *shape)
    norm = nn.InstanceNorm2d(shape[1], eps=eps, momentum=momentum, affine=with_affine,
                             track_running_stats=True)
    inputs = {"x": x, "dy": dy}
    leaf = x.clone().requires_grad_()
    if with_affine:
        inputs.update(affine(shape[1]))
        norm.weight.data.copy_(inputs["gamma"])
        norm.bias.data.copy_(inputs["beta"])
    y = norm(leaf)
    y.backward(dy)
    expect = {"y": y, "dx": leaf.grad, "rm": norm.running_mean.clone(), "rv": norm.running_var.clone()}
    if with_affine:
        expect.update(dgamma=norm.weight.grad, dbeta=norm.bias.grad)
    norm.eval()
    expect["y_eval"] = norm(x)
    return case(name, "norm", "instance_norm", {"eps": eps, "momentum": momentum}, inputs, expect)


def more_norms():
    features, image, wide = [3, 10], [2, 3, 4, 2], [2, 6, 3, 3]
    far = sequence(1, 3, 12) + 64
    cases = []
    for name, shape in [("", features), ("_map", image)]:
        x = sequence(1, *shape)
        of = shape[1:]
        cases += [
            one_norm_case("layer_norm" + name, "layer_norm", {"normalized_shape": of},
                          lambda x, gamma, beta: F.layer_norm(x, of, gamma, beta), {"x": x, **affine(*of)}),
            one_norm_case("layer_norm_plain" + name, "layer_norm", {"normalized_shape": of, "eps": 0.5},
                          lambda x: F.layer_norm(x, of, eps=0.5), {"x": x}),
            one_norm_case("layer_norm_factor" + name, "layer_norm", {"normalized_shape": of},
                          lambda x, gamma: F.layer_norm(x, of, gamma), {"x": x, "gamma": sequence(4, *of)}),
            one_norm_case("rms_norm" + name, "rms_norm", {"normalized_shape": of, "eps": 1.1920929e-7},
                          lambda x, gamma: F.rms_norm(x, of, gamma, 1.1920929e-7),
                          {"x": x, "gamma": sequence(4, *of)}),
            one_norm_case("rms_norm_plain" + name, "rms_norm", {"normalized_shape": of, "eps": 0.25},
                          lambda x: F.rms_norm(x, of, eps=0.25), {"x": x})]
    cases.append(one_norm_case("layer_norm_far_mean", "layer_norm", {"normalized_shape": [12]},
                               lambda x: F.layer_norm(x, [12]), {"x": far}))

    def by_pixel(x, function):
        return function(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)

    cases.append(one_norm_case(
        "layer_norm_channels", "layer_norm", {"over": "channels"},
        lambda x, gamma, beta: by_pixel(x, lambda t: F.layer_norm(t, [6], gamma, beta)),
        {"x": sequence(1, *wide), **affine(6)}))
    cases.append(one_norm_case(
        "rms_norm_channels", "rms_norm", {"over": "channels", "eps": 1e-3},
        lambda x, gamma: by_pixel(x, lambda t: F.rms_norm(t, [6], gamma, 1e-3)),
        {"x": sequence(1, *wide), "gamma": sequence(4, 6)}))
    for name, groups, shape in [("", 3, wide), ("_one_group", 1, wide), ("_each_channel", 6, wide),
                                ("_features", 4, [3, 12]), ("_large_eps", 2, wide)]:
        eps = 0.5 if "eps" in name else 1e-5
        cases.append(one_norm_case("group_norm" + name, "group_norm", {"groups": groups, "eps": eps},
                                   lambda x, gamma, beta: F.group_norm(x, groups, gamma, beta, eps),
                                   {"x": sequence(1, *shape), **affine(shape[1])}))
    cases.append(one_norm_case("group_norm_plain", "group_norm", {"groups": 2},
                               lambda x: F.group_norm(x, 2), {"x": sequence(1, *wide) + 16}))
    cases.append(one_norm_case("instance_norm", "instance_norm", {}, lambda x: F.instance_norm(x),
                               {"x": sequence(1, *wide)}))
    cases.append(one_norm_case("instance_norm_affine", "instance_norm", {"eps": 1e-3},
                               lambda x, gamma, beta: F.instance_norm(x, weight=gamma, bias=beta, eps=1e-3),
                               {"x": sequence(1, 2, 9, 3, 2), **affine(9)}))
    cases.append(instance_case("instance_norm_running", [5, 3, 3, 2], 1e-5, 0.1, True))
    cases.append(instance_case("instance_norm_running_plain", [2, 4, 2, 2], 1e-2, 0.5, False))
    return cases


def norms():
    return more_norms() + [
        norm_case("batch_norm", [4, 3, 3, 2], 1e-5, 0.1, True),
        norm_case("batch_norm_large_eps", [3, 5, 2, 2], 0.5, 0.25, True),
        norm_case("batch_norm_cumulative", [2, 3, 3, 3], 1e-5, None, True),
        norm_case("batch_norm_plain", [5, 2, 2, 1], 1e-3, 0.1, False),
        norm_case("batch_norm_features", [6, 9], 1e-5, 0.1, True),
        norm_case("batch_norm_one_sample", [1, 3, 4, 3], 1e-5, 0.1, True),
        norm_case("batch_norm_far_mean", [4, 2, 3, 3], 1e-5, 0.1, True, offset=64.0),
    ]


def dropouts():
    cases = []
    for name, p in [("dropout", 0.25), ("dropout_half", 0.5)]:
        x, dy = sequence(1, 8, 20), sequence(2, 8, 20)
        mask = torch.ones_like(x)
        y, dx = x * mask / (1 - p), dy * mask / (1 - p)
        cases.append(case(name, "dropout", "dropout", {"p": p}, {"x": x, "mask": mask, "dy": dy},
                          {"y": y, "dx": dx, "y_eval": x}))
    return cases


class Lion(torch.optim.Optimizer):
    """Algorithm 2 of Chen et al. 2023, which PyTorch does not have."""

    def __init__(self, params, lr=1e-4, betas=(0.9, 0.99), weight_decay=0.0):
        super().__init__(params, {"lr": lr, "betas": betas, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for w in group["params"]:
                beta1, beta2 = group["betas"]
                m = self.state[w].setdefault("m", torch.zeros_like(w))
                c = beta1 * m + (1 - beta1) * w.grad
                w -= group["lr"] * (c.sign() + group["weight_decay"] * w)
                m.copy_(beta2 * m + (1 - beta2) * w.grad)


OPTIMIZERS = {"sgd": torch.optim.SGD, "adagrad": torch.optim.Adagrad, "gd": torch.optim.SGD,
              "rmsprop": torch.optim.RMSprop, "adam": torch.optim.Adam,
              "adamw": torch.optim.AdamW, "lion": Lion}


def optimizer_case(op, name, steps=6, n=5, **options):
    w0, g = sequence(1, n), sequence(2, steps, n)
    w = w0.clone().requires_grad_()
    theirs = {key: value for key, value in options.items() if key not in ("l1", "clip_norm", "clip_value")}
    optimizer = OPTIMIZERS[op]([w], **theirs)
    seen = []
    for gradient in g:
        w.grad = gradient.clone()
        if "clip_value" in options:
            torch.nn.utils.clip_grad_value_([w], options["clip_value"])
        if "clip_norm" in options:
            torch.nn.utils.clip_grad_norm_([w], options["clip_norm"])
        w.grad += options.get("l1", 0) * w.detach().sign()
        optimizer.step()
        seen.append(w.detach().clone())
    return case(name, "optimizer", op, options, {"w0": w0, "g": g}, {"w": torch.stack(seen)})


def sgd_case(name, steps=6, n=5, **options):
    return optimizer_case("sgd", name, steps, n, **options)


def optimizers():
    return [
        sgd_case("sgd", lr=0.25),
        sgd_case("sgd_decay", lr=0.25, weight_decay=0.125),
        sgd_case("sgd_momentum", lr=0.125, momentum=0.75),
        sgd_case("sgd_dampening", lr=0.125, momentum=0.75, dampening=0.5),
        sgd_case("sgd_nesterov", lr=0.125, momentum=0.875, nesterov=True),
        sgd_case("sgd_nesterov_decay", lr=0.125, momentum=0.875, nesterov=True, weight_decay=0.25),
        sgd_case("sgd_dampening_decay", lr=0.125, momentum=0.5, dampening=0.25, weight_decay=0.25),
        sgd_case("sgd_l1", lr=0.125, l1=0.25, weight_decay=0.125),
        sgd_case("sgd_clip_norm", lr=0.25, clip_norm=0.75, momentum=0.5),
        sgd_case("sgd_clip_norm_far", lr=0.25, clip_norm=100.0),
        sgd_case("sgd_clip_value", lr=0.25, clip_value=0.25, weight_decay=0.125),
        optimizer_case("gd", "gd", lr=0.25, weight_decay=0.125),
        optimizer_case("adagrad", "adagrad"),
        optimizer_case("adagrad", "adagrad_options", lr=0.125, lr_decay=0.25, weight_decay=0.125,
                       initial_accumulator_value=0.5, eps=0.0625),
        optimizer_case("rmsprop", "rmsprop"),
        optimizer_case("rmsprop", "rmsprop_eps", lr=0.125, alpha=0.75, eps=0.125, weight_decay=0.25),
        optimizer_case("rmsprop", "rmsprop_momentum", lr=0.03125, alpha=0.875, momentum=0.75),
        optimizer_case("rmsprop", "rmsprop_centered", lr=0.03125, alpha=0.875, centered=True,
                       eps=0.0625),
        optimizer_case("rmsprop", "rmsprop_all", lr=0.03125, alpha=0.875, centered=True,
                       momentum=0.5, weight_decay=0.125, eps=0.03125, l1=0.0625, clip_norm=1.0),
        optimizer_case("adam", "adam"),
        optimizer_case("adam", "adam_eps", lr=0.0625, betas=(0.75, 0.875), eps=0.125,
                       weight_decay=0.25),
        optimizer_case("adam", "adam_amsgrad", 9, lr=0.0625, betas=(0.5, 0.75), amsgrad=True,
                       eps=0.03125),
        optimizer_case("adamw", "adamw"),
        optimizer_case("adamw", "adamw_options", 9, lr=0.125, betas=(0.75, 0.875), eps=0.0625,
                       weight_decay=0.5, amsgrad=True),
        optimizer_case("adamw", "adamw_l1_clip", lr=0.125, l1=0.25, clip_value=0.5),
        optimizer_case("lion", "lion"),
        optimizer_case("lion", "lion_options", lr=0.125, betas=(0.75, 0.875), weight_decay=0.5),
    ]


def one_cycle_case(name, total, **options):
    w = torch.zeros(1, requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=1.0, momentum=0.9)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=0.5, total_steps=total,
                                                   **options)
    lr, momentum = [], []
    for step in range(total):
        lr.append(optimizer.param_groups[0]["lr"])
        momentum.append(optimizer.param_groups[0]["momentum"])
        optimizer.step()
        if step + 1 < total:
            schedule.step()
    params = {"max_lr": 0.5, "total_steps": total, **options}
    # Rates are far below 1: scaled, so that a tolerance for numbers near 1 means something.
    scaled = {"lr_times_1e6": [v * 1e6 for v in lr]}
    return case(name, "schedule", "one_cycle", params, {},
                {"lr": lr, "momentum": momentum, **scaled})


def schedule_case(op, name, make, n=40, base=0.5, metric=None, **options):
    """Rates of n steps; figures, if there are any, are told after each."""
    w = torch.zeros(1, requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=base)
    schedule = make(optimizer, **options)
    lr = []
    for step in range(n):
        lr.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step(*([metric[step]] if metric else []))
    inputs = {"metric": torch.tensor(metric)} if metric else {}
    return case(name, "schedule", op, {"base_lr": base, **options}, inputs,
                {"lr": lr, "lr_times_1e6": [v * 1e6 for v in lr]})


def formula_case(op, name, factor, n=40, base=0.5, **options):
    """What PyTorch does not have, by its formula."""
    lr = [base * factor(t, **options) for t in range(n)]
    return case(name, "schedule", op, {"base_lr": base, **options}, {}, {"lr": lr})


def plain_schedules():
    s = torch.optim.lr_scheduler
    falling = [5.0, 4.0, 4.0, 4.1, 3.9999, 3.9, 4.0, 4.0, 4.0, 4.0, 4.0, 3.0, 3.5, 3.5, 3.5, 3.5, 3.5]
    rising = [0.1, 0.5, 0.5, 0.50004, 0.6, 0.6, 0.6, 0.6, 0.6, 0.6, 0.7, 0.6, 0.6, 0.6, 0.6, 0.6, 0.6]
    return [
        schedule_case("step", "step", s.StepLR, step_size=7),
        schedule_case("step", "step_gamma", s.StepLR, step_size=3, gamma=0.75),
        schedule_case("multistep", "multistep", s.MultiStepLR, milestones=[4, 5, 20]),
        schedule_case("multistep", "multistep_gamma", s.MultiStepLR, milestones=[1, 8], gamma=0.5),
        schedule_case("exponential", "exponential", s.ExponentialLR, gamma=0.875),
        schedule_case("cosine", "cosine", s.CosineAnnealingLR, n=60, T_max=25),
        schedule_case("cosine", "cosine_min", s.CosineAnnealingLR, T_max=40, eta_min=0.125),
        schedule_case("cosine_warm_restarts", "restarts", s.CosineAnnealingWarmRestarts, T_0=7),
        schedule_case("cosine_warm_restarts", "restarts_longer", s.CosineAnnealingWarmRestarts,
                      n=60, T_0=4, T_mult=3, eta_min=0.0625),
        schedule_case("polynomial", "polynomial", s.PolynomialLR),
        schedule_case("polynomial", "polynomial_power", s.PolynomialLR, total_iters=30, power=2.5),
        schedule_case("warmup_linear", "warmup_linear", s.LinearLR),
        schedule_case("warmup_linear", "warmup_linear_factors", s.LinearLR, total_iters=17,
                      start_factor=0.125, end_factor=0.75),
        formula_case("warmup_cosine", "warmup_cosine", lambda t, total_iters, start_factor:
                     start_factor + (1 - start_factor) *
                     (1 - math.cos(math.pi * min(t, total_iters) / total_iters)) / 2,
                     total_iters=20, start_factor=0.125),
        formula_case("inverse_sqrt", "inverse_sqrt", lambda t, warmup:
                     warmup ** 0.5 * min((t + 1) ** -0.5, (t + 1) * warmup ** -1.5), warmup=12),
        schedule_case("plateau", "plateau", s.ReduceLROnPlateau, n=17, metric=falling, factor=0.5,
                      patience=2),
        schedule_case("plateau", "plateau_cooldown", s.ReduceLROnPlateau, n=17, metric=falling,
                      factor=0.25, patience=1, cooldown=2, min_lr=0.0625),
        schedule_case("plateau", "plateau_max", s.ReduceLROnPlateau, n=17, metric=rising,
                      mode="max", factor=0.5, patience=1),
        schedule_case("plateau", "plateau_abs", s.ReduceLROnPlateau, n=17, metric=falling,
                      threshold=0.5, threshold_mode="abs", factor=0.5, patience=1),
    ]


def schedules():
    return plain_schedules() + [
        case("constant", "schedule", "constant", {"base_lr": 0.125}, {}, {"lr": [0.125] * 4}),
        one_cycle_case("one_cycle", 20),
        one_cycle_case("one_cycle_short", 4),
        one_cycle_case("one_cycle_linear", 17, anneal_strategy="linear", pct_start=0.45),
        one_cycle_case("one_cycle_three_phase", 25, three_phase=True, pct_start=0.4),
        one_cycle_case("one_cycle_factors", 15, div_factor=5.0, final_div_factor=50.0,
                       base_momentum=0.7, max_momentum=0.9),
        one_cycle_case("one_cycle_momentum_stays", 11, cycle_momentum=False),
    ]


def inits():
    cases = []
    shape = (8, 3, 5, 5)
    fan_in, fan_out = 75, 200
    gain = nn.init.calculate_gain("relu")
    for op, key, params, number in [
            ("he_uniform", "bound", {"nonlinearity": "relu", "mode": "fan_in"},
             gain * math.sqrt(3 / fan_in)),
            ("he_normal", "std", {"nonlinearity": "relu", "mode": "fan_in"},
             gain / math.sqrt(fan_in)),
            ("he_uniform", "bound", {"nonlinearity": "tanh", "mode": "fan_out"},
             5 / 3 * math.sqrt(3 / fan_out)),
            ("he_normal", "std", {"nonlinearity": "leaky_relu", "a": 0.5, "mode": "fan_out"},
             math.sqrt(2 / 1.25 / fan_out)),
            ("xavier_uniform", "bound", {"gain": 1}, math.sqrt(6 / (fan_in + fan_out))),
            ("xavier_uniform", "bound", {"gain": 2.5}, 2.5 * math.sqrt(6 / (fan_in + fan_out))),
            ("xavier_normal", "std", {"gain": 1}, math.sqrt(2 / (fan_in + fan_out))),
            ("xavier_normal", "std", {"gain": 0.25}, 0.25 * math.sqrt(2 / (fan_in + fan_out)))]:
        # The formula against a million of PyTorch's own draws, so that it is not ours twice.
        torch.manual_seed(1)
        function = {"he_uniform": nn.init.kaiming_uniform_, "he_normal": nn.init.kaiming_normal_,
                    "xavier_uniform": nn.init.xavier_uniform_,
                    "xavier_normal": nn.init.xavier_normal_}[op]
        drawn = torch.stack([function(torch.empty(shape), **params) for _ in range(500)])
        seen = drawn.abs().max() if key == "bound" else drawn.std()
        assert abs(seen / number - 1) < 0.01, (op, seen, number)
        name = "_".join([op, *(str(value) for value in params.values())])
        cases.append(case(name, "init", op, params, {"shape": torch.tensor(shape)}, {key: number}))
    return cases


def options():
    return [*more.tokens(case, sequence), *more.joined(case, sequence), *more.shapes(case, sequence, layer_case),
            *more.upsamples(sequence, layer_case), *more.drops(case, sequence),
            *more.norms(case, sequence, one_norm_case, affine),
            *more.optimizers(case, sequence, optimizer_case), *more.schedules(case, schedule_case, formula_case),
            *more.inits(case), *more.reductions(case, sequence)]


def metrics():
    return more.metrics(case, sequence) + more.averages(case, sequence)


# --- whole networks -------------------------------------------------------------------------------


def philox(counter, key):
    """Philox4x32-10 (Salmon et al. 2011)."""
    c, k = list(counter), list(key)
    for _ in range(10):
        a, b = c[0] * 0xD2511F53, c[2] * 0xCD9E8D57
        c = [b >> 32 ^ c[1] ^ k[0], b & U32, a >> 32 ^ c[3] ^ k[1], a & U32]
        k = [(k[0] + 0x9E3779B9) & U32, (k[1] + 0xBB67AE85) & U32]
    return c


class Dropout(nn.Module):
    """Dropout with the mask that our network draws: value i of a sample in row, column, channel
    order, by (seed, step, node, sample)."""

    def __init__(self, p, node, seed):
        super().__init__()
        self.p, self.node, self.seed, self.step = p, node, seed, 0

    def forward(self, x):
        # What is flat here was a map of C x H x W before; self.map says which.
        channels, height, width = self.map
        rows = []
        for sample in range(x.shape[0]):
            words = []
            for block in range((channels * height * width + 3) // 4):
                words += philox((block, self.step, sample, 0xFFFE0000 | self.node), (self.seed, 0))
            drawn = torch.tensor(words[:channels * height * width], dtype=torch.int64)
            keep = (drawn >= int(self.p * 4294967296)).reshape(height, width, channels)
            rows.append(keep.permute(2, 0, 1).reshape(-1))
        self.step += 1
        return x * torch.stack(rows).reshape(x.shape) / (1 - self.p)


class Residual(nn.Module):
    def __init__(self, branch, shortcut):
        super().__init__()
        self.branch, self.shortcut = nn.Sequential(*branch), nn.Sequential(*shortcut)

    def forward(self, x):
        return self.branch(x) + self.shortcut(x)


def conv(inputs, outputs, kernel=3, stride=1, bias=False):
    return nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=bias)


SEED = 11


def mapped(dropout, *shape):
    dropout.map = shape
    return dropout


def demo():
    text = """[conv: {filters: 16, kernel: 3, padding: 1, bias: false}, batch_norm, relu,
        max_pool: 2, conv: {filters: 32, kernel: 3, padding: 1, bias: false}, batch_norm, relu,
        max_pool: 2, conv: {filters: 64, kernel: 3, padding: 1, bias: false}, batch_norm, relu,
        flatten, dropout: 0.2, linear: 10]"""
    return text, nn.Sequential(
        conv(1, 16), nn.BatchNorm2d(16), nn.ReLU(), nn.MaxPool2d(2), conv(16, 32),
        nn.BatchNorm2d(32), nn.ReLU(), nn.MaxPool2d(2), conv(32, 64), nn.BatchNorm2d(64), nn.ReLU(),
        nn.Flatten(), mapped(Dropout(0.2, 13, SEED), 64, 7, 7), nn.Linear(3136, 10)), (1, 28, 28)


def lenet():
    text = """[conv: {filters: 32, padding: 1}, relu, max_pool: 2, conv: {filters: 64, padding: 1},
        relu, max_pool: 2, flatten, linear: 128, relu, dropout: 0.25, linear: 10]"""
    return text, nn.Sequential(
        conv(1, 32, bias=True), nn.ReLU(), nn.MaxPool2d(2), conv(32, 64, bias=True), nn.ReLU(),
        nn.MaxPool2d(2), nn.Flatten(), nn.Linear(3136, 128), nn.ReLU(),
        mapped(Dropout(0.25, 10, SEED), 128, 1, 1), nn.Linear(128, 10)), (1, 28, 28)


def residual():
    text = """[conv: {filters: 8, padding: 1}, batch_norm, relu,
        residual: {branch: [conv: {filters: 8, padding: 1}, batch_norm, relu,
                            conv: {filters: 8, padding: 1}, batch_norm]}, relu,
        residual: {branch: [conv: {filters: 12, stride: 2, padding: 1}, batch_norm],
                   shortcut: [conv: {filters: 12, kernel: 1, stride: 2}, batch_norm]}, relu,
        avg_pool: 2, global_avg_pool, flatten, linear: 5]"""
    return text, nn.Sequential(
        conv(3, 8, bias=True), nn.BatchNorm2d(8), nn.ReLU(),
        Residual([conv(8, 8, bias=True), nn.BatchNorm2d(8), nn.ReLU(), conv(8, 8, bias=True),
                  nn.BatchNorm2d(8)], []), nn.ReLU(),
        Residual([conv(8, 12, stride=2, bias=True), nn.BatchNorm2d(12)],
                 [conv(8, 12, 1, 2, bias=True), nn.BatchNorm2d(12)]), nn.ReLU(),
        nn.AvgPool2d(2), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(12, 5)), (3, 9, 8)


def network_case(name, build, n):
    text, net, shape = build()
    classes = net[-1].out_features
    options = {"lr": 0.125, "momentum": 0.875, "nesterov": True, "weight_decay": 0.0625}
    parameters = dict(net.named_parameters())
    scales = {}
    for salt, (key, p) in enumerate(parameters.items(), 100):
        # Weights of He's size, rounded to a power of two; factors of batch norm around 1.
        fan = p[0].numel() if p.ndim > 1 else 16
        scales[key] = 2.0 ** round(math.log2(math.sqrt(6 / fan)))
        p.data.copy_(sequence(salt, *p.shape, scale=scales[key]))
        if p.ndim == 1 and key.endswith("weight"):
            p.data.add_(1)
    optimizer = torch.optim.SGD(
        [{"params": [p for p in net.parameters() if p.ndim > 1]},
         {"params": [p for p in net.parameters() if p.ndim == 1], "weight_decay": 0.0}], **options)
    expect = {}

    def put(key, t):
        """Some values of a tensor, and its products with fixed sequences, so that every value
        counts. Scaled to about 1, which makes the tolerance relative."""
        t = t.detach().flatten()
        projections = torch.stack(
            [(t * sequence(200 + k, t.numel())).sum() / math.sqrt(t.numel()) for k in range(3)])
        some = t[:: max(1, t.numel() // 24)]
        data = torch.cat([some, projections])
        scale = 2.0 ** math.floor(-math.log2(float(data.abs().max())))
        expect[key] = torch.cat([torch.tensor([scale]), data * scale])

    for step in range(2):
        x = sequence(300 + step, n, *shape)
        labels = torch.tensor([(3 * i + step) % classes for i in range(n)])
        optimizer.zero_grad()
        loss = F.cross_entropy(net(x), labels, label_smoothing=0.125)
        loss.backward()
        expect[f"loss.{step}"] = loss
        for key, p in parameters.items():
            if p.grad.abs().max() > 1e-12:
                put(f"gradient.{step}.{key}", p.grad)
        optimizer.step()
        for key, p in parameters.items():
            put(f"value.{step}.{key}", p)
    for key, b in net.named_buffers():
        if not key.endswith("num_batches_tracked"):
            put(f"value.1.{key}", b)
    net.eval()
    for module in net.modules():
        if isinstance(module, Dropout):
            module.p, module.forward = 0, lambda x: x
    put("logits", net(sequence(302, n, *shape)))
    params = {"layers": " ".join(text.split()), "input": [shape[1], shape[2], shape[0]], "n": n,
              "seed": SEED, "classes": classes, "label_smoothing": 0.125, "scales": scales,
              **options}
    return case(name, "network", "train", params, {}, expect)


def networks():
    return [network_case("demo", demo, 6), network_case("lenet", lenet, 5),
            network_case("residual", residual, 19)]


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    made_with = f"torch {torch.__version__.split('+')[0]}, float64"
    for make in [layers, activations, convolutions, maps, norms, dropouts, losses, optimizers, schedules, inits, options,
                 metrics, networks]:
        with open(folder / f"{make.__name__}.json", "w", encoding="ascii") as file:
            cases = ",\n ".join(json.dumps(c, separators=(",", ":")) for c in make())
            file.write('{"format":1,"made_with":"%s","cases":[\n %s\n]}\n' % (made_with, cases))


if __name__ == "__main__":
    main()
