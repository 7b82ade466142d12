#!/usr/bin/env python3
"""Random networks of all layers, beside PyTorch: how far outputs and gradients of ours in float are from those of
PyTorch in double, relative to how far PyTorch's own in float are. Needs PyTorch 2.13 and a built nn_vectors:

    tools/nn_random_networks.py [--networks 200] [--seed 1] [--program build/release/trainer/nn_vectors]
                                [--kernels auto] [--keep FILE --kept 12]

A network's deviation is the largest of its tensors', each relative to the tensor's largest value; tensors that are
rounding alone (below 1e-5 of the largest of their kind) are left out. Networks in which a rectifier or a maximum is so
close to its edge that float may fall to the other side are drawn again. Prints the quantiles of the ratios, and every
network above 4. --keep writes some small networks as test vectors.
"""
import argparse
import itertools
import json
import math
import os
import random
import subprocess
import sys
import tempfile

import torch
import torch.nn.functional as F

torch.set_num_threads(1)
# Relative distance to an edge below which a network is drawn again: some hundred roundings of float.
MARGIN = 2e-5
MAX_VALUES = 60000


def pair(value):
    return list(value) if isinstance(value, (list, tuple)) else [value, value]


class Interpreter:
    """Runs a list of layers as a model file has them, with PyTorch's functions. Parameters are made where they are
    missing, and from then on used; margin is the smallest distance to an edge that was seen."""

    def __init__(self, dtype, draw=None, parameters=None):
        self.dtype, self.draw, self.parameters = dtype, draw, parameters if parameters is not None else {}
        self.buffers, self.margin = {}, math.inf

    def tensor(self, name, shape, scale, center=0.0):
        if name not in self.parameters:
            self.parameters[name] = (center + scale * torch.randn(shape, generator=self.draw)).float()
        if not torch.is_tensor(self.parameters[name]) or self.parameters[name].dtype != self.dtype:
            self.parameters[name] = self.parameters[name].to(self.dtype)
        self.parameters[name].requires_grad_()
        return self.parameters[name]

    def edge(self, distance, scale):
        if distance.numel():
            self.margin = min(self.margin, float(distance.detach().abs().min()) / max(float(scale.detach().abs().max()), 1e-30))

    def run(self, layers, x, prefix=""):
        seen = {"input": x}
        for i, entry in enumerate(layers):
            kind, params = next((k, v) for k, v in entry.items() if k not in ("name", "from"))
            name = entry.get("name", str(i))
            sources = entry.get("from", None)
            sources = [sources] if isinstance(sources, str) else sources
            inputs = [seen[s] for s in sources] if sources else [x]
            x = getattr(self, "do_" + kind)(prefix + name, params if isinstance(params, dict) else {"": params}, inputs)
            seen[name] = x
        return x

    # --- layers -----------------------------------------------------------------------------------------------------

    def conv_weight(self, name, shape, p, outputs):
        fan = shape[1] * shape[2] * (shape[3] if len(shape) > 3 else 1)
        w = self.tensor(name + ".weight", shape, math.sqrt(2 / fan))
        return w, self.tensor(name + ".bias", [outputs], 0.1) if p.get("bias", True) else None

    def do_conv(self, name, p, xs):
        groups = p.get("groups", 1)
        w, b = self.conv_weight(name, [p["filters"], xs[0].shape[1] // groups, *pair(p["kernel"])], p, p["filters"])
        return F.conv2d(xs[0], w, b, p.get("stride", 1), p.get("padding", 0), p.get("dilation", 1), groups)

    def do_conv_transpose(self, name, p, xs):
        groups = p.get("groups", 1)
        w, b = self.conv_weight(name, [xs[0].shape[1], p["filters"] // groups, *pair(p["kernel"])], p, p["filters"])
        return F.conv_transpose2d(xs[0], w, b, p.get("stride", 1), p.get("padding", 0), p.get("output_padding", 0), groups)

    def do_linear(self, name, p, xs):
        n = xs[0].shape[1]
        w = self.tensor(name + ".weight", [p["features"], n], math.sqrt(2 / n))
        return F.linear(xs[0], w, self.tensor(name + ".bias", [p["features"]], 0.1) if p.get("bias", True) else None)

    def affine(self, name, shape, bias=True):
        return (self.tensor(name + ".weight", shape, 0.2, 1.0), self.tensor(name + ".bias", shape, 0.2) if bias else None)

    def do_batch_norm(self, name, p, xs):
        c = xs[0].shape[1]
        w, b = self.affine(name, [c])
        mean, variance = torch.zeros(c, dtype=self.dtype), torch.ones(c, dtype=self.dtype)
        y = F.batch_norm(xs[0], mean, variance, w, b, True, 0.1, 1e-5)
        self.buffers[name + ".running_mean"], self.buffers[name + ".running_var"] = mean, variance
        return y

    def do_group_norm(self, name, p, xs):
        return F.group_norm(xs[0], p["num_groups"], *self.affine(name, [xs[0].shape[1]]))

    def do_instance_norm(self, name, p, xs):
        return F.instance_norm(xs[0])

    def do_layer_norm(self, name, p, xs):
        x = xs[0]
        if p.get("over") == "channels":
            return F.layer_norm(x.permute(0, 2, 3, 1), [x.shape[1]], *self.affine(name, [x.shape[1]])).permute(0, 3, 1, 2)
        shape = p.get("normalized_shape", list(x.shape[1:]))
        return F.layer_norm(x, shape, *self.affine(name, shape))

    def do_rms_norm(self, name, p, xs):
        shape = list(xs[0].shape[1:])
        return F.rms_norm(xs[0], shape, self.affine(name, shape, False)[0], 1.1920929e-7)

    def do_relu(self, name, p, xs):
        self.edge(xs[0], xs[0])
        return F.relu(xs[0])

    def do_leaky_relu(self, name, p, xs):
        self.edge(xs[0], xs[0])
        return F.leaky_relu(xs[0], p.get("negative_slope", 0.01))

    def do_gelu(self, name, p, xs):
        return F.gelu(xs[0], approximate=p.get("approximate", "none"))

    def do_hardswish(self, name, p, xs):
        self.edge(xs[0].abs() - 3, xs[0])
        return F.hardswish(xs[0])

    def do_max_pool(self, name, p, xs):
        k, stride, padding = pair(p["kernel"]), pair(p.get("stride", p["kernel"])), pair(p.get("padding", 0))
        x = F.pad(xs[0].detach(), [padding[1]] * 2 + [padding[0]] * 2, value=-1e9)
        windows = x.unfold(2, k[0], stride[0]).unfold(3, k[1], stride[1]).flatten(4)
        if windows.shape[-1] > 1:
            top = windows.topk(2, -1).values
            self.edge((top[..., 0] - top[..., 1])[top[..., 1] > -1e8], xs[0])
        return F.max_pool2d(xs[0], k, stride, padding)

    def do_avg_pool(self, name, p, xs):
        return F.avg_pool2d(xs[0], pair(p["kernel"]), pair(p.get("stride", p["kernel"])), pair(p.get("padding", 0)),
                            count_include_pad=p.get("count_include_pad", True))

    def do_global_avg_pool(self, name, p, xs):
        return F.adaptive_avg_pool2d(xs[0], 1)

    def do_adaptive_avg_pool(self, name, p, xs):
        return F.adaptive_avg_pool2d(xs[0], p["output_size"])

    def do_adaptive_max_pool(self, name, p, xs):
        x = xs[0].detach()
        n = pair(p["output_size"])
        for i in range(n[0]):
            for j in range(n[1]):
                rows = slice(i * x.shape[2] // n[0], -(-(i + 1) * x.shape[2] // n[0]))
                columns = slice(j * x.shape[3] // n[1], -(-(j + 1) * x.shape[3] // n[1]))
                window = x[:, :, rows, columns].flatten(2)
                if window.shape[-1] > 1:
                    top = window.topk(2, -1).values
                    self.edge(top[..., 0] - top[..., 1], x)
        return F.adaptive_max_pool2d(xs[0], n)

    def do_upsample(self, name, p, xs):
        more = {"align_corners": p.get("align_corners", False)} if p["mode"] == "bilinear" else {}
        return F.interpolate(xs[0], scale_factor=p["scale_factor"], mode=p["mode"], **more)

    def do_l2_normalize(self, name, p, xs):
        return F.normalize(xs[0], dim=1)

    def do_flatten(self, name, p, xs):
        return xs[0].flatten(1)

    def do_reshape(self, name, p, xs):
        return xs[0].reshape(-1, p["channels"], p["height"], p["width"])

    def do_add(self, name, p, xs):
        return sum(xs)

    def do_concat(self, name, p, xs):
        return torch.cat(xs, 1)

    def do_residual(self, name, p, xs):
        shortcut = self.run(p["shortcut"], xs[0], name + ".shortcut.") if "shortcut" in p else xs[0]
        return self.run(p["branch"], xs[0], name + ".branch.") + shortcut


for plain, function in {"elu": F.elu, "silu": F.silu, "tanh": torch.tanh, "sigmoid": torch.sigmoid,
                        "softplus": F.softplus, "softmax": lambda x: F.softmax(x, 1),
                        "log_softmax": lambda x: F.log_softmax(x, 1)}.items():
    setattr(Interpreter, "do_" + plain, lambda self, name, p, xs, function=function: function(xs[0]))


# --- drawing ----------------------------------------------------------------------------------------------------------


class Drawer:
    """Draws a list of layers, following the shape [channels, height, width]."""

    def __init__(self, rng, limit):
        self.rng, self.limit = rng, limit

    def same(self, shape):
        """A layer that leaves the shape as it is."""
        c, h, w = shape
        options = [{n: {}} for n in ("relu", "leaky_relu", "elu", "gelu", "silu", "tanh", "sigmoid", "softplus",
                                     "hardswish", "layer_norm", "rms_norm", "l2_normalize", "softmax")]
        options += [{"batch_norm": {}}] * 4 + [{"relu": {}}] * 3
        options += [{"gelu": {"approximate": "tanh"}}, {"layer_norm": {"over": "channels"}}]
        if h > 1 and w > 1:
            options += [{"layer_norm": {"normalized_shape": [h, w]}}, {"layer_norm": {"normalized_shape": [w]}},
                        {"instance_norm": {}}, {"group_norm": {"num_groups": self.rng.choice([g for g in range(1, c + 1) if c % g == 0])}}]
        if h > 2 and w > 2:
            options += [{"max_pool": {"kernel": 3, "stride": 1, "padding": 1}}, {"avg_pool": {"kernel": 3, "stride": 1, "padding": 1}},
                        {"avg_pool": {"kernel": 3, "stride": 1, "padding": 1, "count_include_pad": False}}]
        options += [{"conv": {"filters": c, "kernel": 3, "padding": 1, "bias": self.rng.random() < 0.5}}] * 5
        options += [{"conv": {"filters": c, "kernel": 3, "padding": 2, "dilation": 2, "groups": c}}] * (c > 1)
        return self.rng.choice(options)

    def residual(self, shape, depth=0):
        branch = [self.same(shape) if depth > 1 or self.rng.random() < 0.75 else self.residual(shape, depth + 1)
                  for _ in range(self.rng.randint(1, 3))]
        params = {"branch": branch}
        if self.rng.random() < 0.5:
            params["shortcut"] = [self.same(shape)]
        return {"residual": params}

    def change(self, shape):
        """A layer that changes the shape, and the new one."""
        c, h, w = shape
        filters, r = self.rng.randint(1, 24), self.rng
        options = [({"conv": {"filters": filters, "kernel": 1}}, [filters, h, w])]
        if h > 3 and w > 3:
            options += [({"conv": {"filters": filters, "kernel": 3, "stride": 2, "padding": 1}}, [filters, (h + 1) // 2, (w + 1) // 2]),
                        ({"conv": {"filters": filters, "kernel": [3, 2]}}, [filters, h - 2, w - 1]),
                        ({"max_pool": {"kernel": 2}}, [c, h // 2, w // 2]), ({"avg_pool": {"kernel": 2}}, [c, h // 2, w // 2]),
                        ({"adaptive_avg_pool": {"output_size": [3, 2]}}, [c, 3, 2]),
                        ({"adaptive_max_pool": {"output_size": [2, 3]}}, [c, 2, 3])]
        if h * w <= 100:
            options += [({"upsample": {"scale_factor": 2, "mode": r.choice(["nearest", "bilinear"])}}, [c, 2 * h, 2 * w]),
                        ({"upsample": {"scale_factor": 1.5, "mode": "nearest"}}, [c, int(h * 1.5), int(w * 1.5)]),
                        ({"conv_transpose": {"filters": filters, "kernel": 3, "stride": 2, "padding": 1, "output_padding": 1}},
                         [filters, 2 * h, 2 * w])]
        groups = [g for g in (2, 3, 4) if c % g == 0]
        if groups:
            g = r.choice(groups)
            options.append(({"conv": {"filters": 2 * g, "kernel": 3, "padding": 1, "groups": g}}, [2 * g, h, w]))
        return r.choice(options)

    def joined(self, shape, index):
        """Two sides of the last layer, put together."""
        names = [f"a{index}", f"b{index}"]
        before = f"at{index}"
        layers = [{**self.same(shape), "name": before}]
        layers += [{**self.same(shape), "name": n, "from": before} for n in names]
        if self.rng.random() < 0.5:
            return layers + [{"add": {}, "from": names}], shape
        return layers + [{"concat": {}, "from": names}], [2 * shape[0], shape[1], shape[2]]

    def network(self):
        r = self.rng
        n = r.randint(2, 8)
        side = r.choice([1, 3, 5, 8, 9, 14, 20, 28] if self.limit > 5000 else [1, 3, 5, 6])
        shape = [r.randint(1, 12 if self.limit > 5000 else 4), side, max(1, side + r.randint(-1, 2))]
        start, layers = [n, *shape], []
        for index in range(r.randint(2, 8)):
            choice = r.random()
            if choice < 0.2:
                layers.append(self.residual(shape))
            elif choice < 0.3:
                more, shape = self.joined(shape, index)
                layers += more
            elif choice < 0.6:
                layer, shape = self.change(shape)
                layers.append(layer)
            else:
                layers.append(self.same(shape))
        if r.random() < 0.6:
            if r.random() < 0.5:
                layers.append({"global_avg_pool": {}})
                shape = [shape[0], 1, 1]
            layers += [{"flatten": {}}, {"linear": {"features": r.randint(2, 20), "bias": r.random() < 0.5}}]
            layers += r.choice([[], [{"relu": {}}, {"linear": {"features": 5}}], [{"log_softmax": {}}], [{"batch_norm": {}}]])
        return start, layers


# --- comparing --------------------------------------------------------------------------------------------------------


def evaluate(layers, x, dy, parameters, dtype):
    """Output, gradients and buffers, as nn_vectors names them; and the margin."""
    run = Interpreter(dtype, parameters={k: v.detach().clone() for k, v in parameters.items()})
    y = run.run(layers, x.to(dtype))
    y.backward(dy.to(dtype))
    result = {"y": y.detach()}
    result.update({"d." + k: p.grad for k, p in run.parameters.items() if p.grad is not None})
    result.update({"b." + k: b for k, b in run.buffers.items()})
    return result, run.margin


def draw_network(seed, limit):
    """A network whose results are not at an edge: case for nn_vectors, reference, and PyTorch's own in float."""
    for attempt in range(1000):
        rng = random.Random(seed * 1000 + attempt)
        start, layers = Drawer(rng, limit).network()
        generator = torch.Generator().manual_seed(seed * 1000 + attempt)
        if math.prod(start) > limit:
            continue
        x = torch.randn(start, generator=generator)
        first = Interpreter(torch.float32, generator)
        try:
            y = first.run(layers, x)
        except (RuntimeError, ValueError):
            continue
        values = y.numel() + sum(p.numel() for p in first.parameters.values())
        if values > limit or not first.parameters:
            continue
        dy = torch.randn(y.shape, generator=generator)
        exact, margin = evaluate(layers, x, dy, first.parameters, torch.float64)
        if margin < MARGIN or not all(torch.isfinite(t).all() for t in exact.values()):
            continue
        own, _ = evaluate(layers, x, dy, first.parameters, torch.float32)
        return layers, x, dy, first.parameters, exact, own
    raise SystemExit(f"seed {seed}: no network in 1000 draws")


def as_tensor(t):
    return {"shape": list(t.shape), "data": t.detach().double().flatten().tolist()}


def relevant(exact):
    """Tensors that are more than rounding."""
    top = {}
    for name, t in exact.items():
        top[name[:2]] = max(top.get(name[:2], 0.0), float(t.abs().max()))
    return {name: t for name, t in exact.items() if float(t.abs().max()) > 1e-5 * top[name[:2]] > 0}


def is_calm(drawn):
    """Whether PyTorch's own float is near the exact values."""
    return all(float((drawn[5][name].double() - t).abs().max()) < 4e-6 * max(1.0, float(t.abs().max()))
               for name, t in relevant(drawn[4]).items())


def make_case(name, drawn, digits=None):
    layers, x, dy, parameters, exact, _ = drawn
    case = {"name": name, "kind": "network", "op": "gradients", "params": {"layers": layers},
            "inputs": {"x": as_tensor(x), "dy": as_tensor(dy), **{"w." + k: as_tensor(p) for k, p in parameters.items()}},
            "expect": {k: as_tensor(t) for k, t in relevant(exact).items()}}
    if digits:
        for tensor in case["expect"].values():
            tensor["data"] = [float(f"{v:.{digits}g}") for v in tensor["data"]]
    return case


def deviations(drawn, report):
    """Ours and PyTorch's in float: of the output and running statistics, and of the gradients."""
    exact, own = relevant(drawn[4]), drawn[5]
    ours = {t["name"]: t["deviation"] for t in report["tensors"]}
    result = {}
    for kind, chosen in (("outputs", lambda n: n[:2] != "d."), ("gradients", lambda n: n[:2] == "d.")):
        pairs = []
        for name, t in exact.items():
            if chosen(name):
                scale = float(t.abs().max())
                pairs.append((name, ours[name] / scale, float((own[name].double() - t).abs().max()) / scale))
        # Of some networks all gradients are rounding.
        if pairs:
            result[kind] = (max(p[1] for p in pairs), max(p[2] for p in pairs), max(pairs, key=lambda p: p[1])[0])
    return result


def run_ours(program, kernels, cases):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "networks.json")
        with open(path, "w", encoding="ascii") as file:
            json.dump({"format": 1, "made_with": "torch " + torch.__version__, "cases": cases}, file)
        done = subprocess.run([program, "--json", "--kernels", kernels, path], capture_output=True, text=True, check=False)
    reports = json.loads(done.stdout)["files"][0]["cases"]
    for report in reports:
        if report["outcome"] not in ("holds", "fails"):
            raise SystemExit(f"{report['name']}: {report['message']}")
    return reports


def summary(kind, rows):
    ratios = sorted(row[kind][0] / max(row[kind][1], 2 ** -26) for row in rows if kind in row)
    at = lambda share: ratios[min(len(ratios) - 1, int(share * len(ratios)))]
    print(f"{kind:9} ratio of deviations: median {at(0.5):.2f}, 90 % below {at(0.9):.2f}, largest {ratios[-1]:.2f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--networks", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--program", default="build/release/trainer/nn_vectors")
    parser.add_argument("--kernels", default="auto")
    parser.add_argument("--keep")
    parser.add_argument("--kept", type=int, default=12)
    options = parser.parse_args()
    if options.keep:
        # Those in which float keeps a fifth of the tolerance.
        drawn = (draw_network(options.seed * 1000 + i, 900) for i in range(100 * options.kept))
        calm = [d for d in itertools.islice(filter(is_calm, drawn), options.kept)]
        cases = [make_case(f"random_{i}", d, 13) for i, d in enumerate(calm)]
        with open(options.keep, "w", encoding="ascii") as file:
            text = ",\n ".join(json.dumps(c, separators=(",", ":")) for c in cases)
            file.write('{"format":1,"made_with":"torch %s, float64","cases":[\n %s\n]}\n'
                       % (torch.__version__.split("+")[0], text))
        return 0
    rows = []
    for first in range(0, options.networks, 20):
        drawn = [draw_network(options.seed * 100000 + i, MAX_VALUES) for i in range(first, min(first + 20, options.networks))]
        reports = run_ours(options.program, options.kernels, [make_case(f"network {first + i}", d) for i, d in enumerate(drawn)])
        for i, (d, report) in enumerate(zip(drawn, reports)):
            found = deviations(d, report)
            rows.append(found)
            for kind, (ours, theirs, name) in found.items():
                if ours > 4 * max(theirs, 2 ** -26):
                    print(f"network {first + i}: {kind}: {name} is off by {ours:.1e}, PyTorch by {theirs:.1e}: "
                          f"{ours / max(theirs, 2 ** -26):.1f} times; {json.dumps(d[0])}")
    for kind in ("outputs", "gradients"):
        summary(kind, rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
