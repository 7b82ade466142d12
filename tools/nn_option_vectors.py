"""Cases for make_nn_vectors.py that show each option and each default of the trainer's modules, beside those that show
how a module behaves. tests/golden/test_nn_coverage.py says which are missing."""
import math

import torch
import torch.nn.functional as F
from torch import nn


def tokens(case, sequence):
    """Embeddings and bags of them. Texts of one length, where shorter ones end in padding."""
    ids = torch.tensor([[0, 3, 3, 1], [2, 2, 2, 2], [5, 1, 4, 4]])
    padded = torch.tensor([[0, 3, 2, 2], [5, 5, 1, 2], [4, 2, 2, 2]])

    def token_case(name, op, x, params, function):
        w = sequence(2, 6, 5).requires_grad_()
        y = function(x, w)
        dy = sequence(50, *y.shape)
        y.backward(dy)
        return case(name, "layer", op, params, {"x": x, "w": w, "dy": dy}, {"y": y, "dw": w.grad})

    cases = [token_case("embedding", "embedding", ids, {}, F.embedding),
             token_case("embedding_padding", "embedding", padded, {"padding_idx": 2},
                        lambda x, w: F.embedding(x, w, padding_idx=2))]
    for mode in ("mean", "sum", "max"):
        given = {} if mode == "mean" else {"mode": mode}
        cases.append(token_case(f"embedding_bag_{mode}", "embedding_bag", ids, given,
                                lambda x, w: F.embedding_bag(x, w, mode=mode)))
        cases.append(token_case(f"embedding_bag_{mode}_padding", "embedding_bag", padded, {**given, "padding_idx": 2},
                                lambda x, w: F.embedding_bag(x, w, mode=mode, padding_idx=2)))
    return cases


def joined(case, sequence):
    """Layers of several inputs, and what leaves values as they are."""
    def several(name, op, shapes, function):
        leaves = [sequence(1 + k, *shape).requires_grad_() for k, shape in enumerate(shapes)]
        y = function(leaves)
        dy = sequence(50, *y.shape)
        y.backward(dy)
        return case(name, "layer", op, {}, {**{f"x{k + 1}": x for k, x in enumerate(leaves)}, "dy": dy},
                    {"y": y, **{f"dx{k + 1}": x.grad for k, x in enumerate(leaves)}})

    return [several("add", "add", [[2, 3, 4, 2]] * 2, sum), several("add_three", "add", [[3, 9]] * 3, sum),
            several("concat", "concat", [[2, 3, 2, 4], [2, 9, 2, 4]], lambda xs: torch.cat(xs, 1)),
            several("concat_four", "cat", [[3, n] for n in (1, 8, 2, 5)], lambda xs: torch.cat(xs, 1))]


def shapes(case, sequence, layer_case):
    """Plain layers that are missing elsewhere."""
    return [
        layer_case("flatten", "flatten", {}, lambda x: x.flatten(1), {"x": sequence(1, 2, 3, 4, 2)}),
        layer_case("reshape_to_channels", "reshape", {"channels": 24}, lambda x: x.reshape(-1, 24, 1, 1),
                   {"x": sequence(1, 3, 2, 3, 4)}),
        layer_case("conv_defaults", "conv2d", {}, lambda x, w, b: F.conv2d(x, w, b),
                   {"x": sequence(1, 2, 3, 5, 6), "w": sequence(2, 4, 3, 3, 3), "b": sequence(3, 4)}),
        layer_case("conv1d_defaults", "conv1d", {}, lambda x, w, b: F.conv1d(x, w, b),
                   {"x": sequence(1, 2, 3, 7), "w": sequence(2, 4, 3, 3), "b": sequence(3, 4)}),
        layer_case("conv1d_no_bias", "conv1d", {"stride": 2}, lambda x, w: F.conv1d(x, w, stride=2),
                   {"x": sequence(1, 2, 3, 8), "w": sequence(2, 10, 3, 5)}),
        layer_case("max_pool1d", "max_pool1d", {"kernel_size": 3, "stride": 2, "padding": 1},
                   lambda x: F.max_pool1d(x, 3, 2, 1), {"x": sequence(1, 2, 5, 8)}),
        layer_case("avg_pool1d", "avg_pool1d", {"kernel_size": [4], "stride": None}, lambda x: F.avg_pool1d(x, 4),
                   {"x": sequence(1, 2, 3, 9)}),
        layer_case("adaptive_avg_pool1d", "adaptive_avg_pool1d", {"output_size": 4},
                   lambda x: F.adaptive_avg_pool1d(x, 4), {"x": sequence(1, 2, 3, 9)}),
        layer_case("global_avg_pool_large", "global_avg_pool2d", {}, lambda x: F.adaptive_avg_pool2d(x, 1),
                   {"x": sequence(1, 1, 1, 40, 40) + 16}) | {"tol": 1e-6},
    ]


def upsamples(sequence, layer_case):
    """Scales and sizes where a rounded step decides which pixel is the nearest. In float32, as in double the two
    directions of PyTorch do not always agree; all sums are exact."""
    cases = []
    for name, side, params in [("scale_41", 2, {"scale_factor": 41}), ("scale_49", 3, {"scale_factor": 49}),
                               ("scale_three_tenths", 13, {"scale_factor": 0.3}), ("scale_7_7", 5, {"scale_factor": 7.7}),
                               ("size_74", 24, {"size": [1, 74]}), ("size_82", 16, {"size": [1, 82]}),
                               ("size_double", 21, {"size": [2, 42]})]:
        x = sequence(1, 1, 2 if "size" in params else 1, 4 if side == 13 else 1, side)
        cases.append(layer_case("upsample_nearest_" + name, "upsample_nearest", params,
                                lambda x: F.interpolate(x.float(), mode="nearest", **params).double(), {"x": x}))
    return cases


def drops(case, sequence):
    """Given masks, of single values, channels and samples."""
    cases = []
    x, dy = sequence(1, 4, 6, 3, 2), sequence(2, 4, 6, 3, 2)
    for name, op, params, shape in [
            ("dropout_default", "dropout", {}, x.shape), ("dropout_map", "dropout", {"p": 0.2}, x.shape),
            ("dropout2d", "dropout2d", {}, (4, 6, 1, 1)), ("dropout2d_p", "dropout2d", {"p": 0.3}, (4, 6, 1, 1)),
            ("stochastic_depth", "stochastic_depth", {"p": 0.25}, (4, 1, 1, 1)),
            ("stochastic_depth_batch", "stochastic_depth", {"p": 0.4, "mode": "batch"}, (4, 1, 1, 1))]:
        mask = (sequence(7, *shape) > -0.3).double()
        if params.get("mode") == "batch":
            mask = torch.ones(shape)
        scale = 1 / (1 - params.get("p", 0.5))
        cases.append(case(name, "dropout", op, params, {"x": x, "mask": mask, "dy": dy},
                          {"y": x * mask * scale, "dx": dy * mask * scale, "y_eval": x}))
    return cases


def norms(case, sequence, one_norm_case, affine):
    """normalized_shape of fewer dimensions than a sample has, and batch norm without running statistics."""
    cases = []
    for name, of in [("line", [5]), ("plane", [3, 5]), ("whole", [2, 3, 5])]:
        x = sequence(1, 3, 2, 3, 5)
        cases.append(one_norm_case(f"layer_norm_{name}", "layer_norm", {"normalized_shape": of},
                                   lambda x, gamma, beta: F.layer_norm(x, of, gamma, beta), {"x": x, **affine(*of)}))
        cases.append(one_norm_case(f"rms_norm_{name}", "rms_norm", {"normalized_shape": of, "eps": 0.125},
                                   lambda x, gamma: F.rms_norm(x, of, gamma, 0.125),
                                   {"x": x, "gamma": sequence(4, *of)}))
    cases.append(one_norm_case("layer_norm_tokens", "layer_norm", {"normalized_shape": 7},
                               lambda x, gamma, beta: F.layer_norm(x, [7], gamma, beta),
                               {"x": sequence(1, 2, 4, 7), **affine(7)}))
    x1, x2, dy = sequence(1, 3, 4, 2, 3), sequence(2, 3, 4, 2, 3) * 2 + 1, sequence(3, 3, 4, 2, 3)
    leaf = x1.clone().requires_grad_()
    norm = nn.BatchNorm2d(4, track_running_stats=False)
    y1 = norm(leaf)
    y1.backward(dy)
    cases.append(case("batch_norm_untracked", "norm", "batch_norm", {"track_running_stats": False},
                      {"x1": x1, "x2": x2, "dy": dy},
                      {"y1": y1, "dx1": leaf.grad, "dgamma1": norm.weight.grad, "dbeta1": norm.bias.grad,
                       "y2": norm(x2), "y1_eval": norm.eval()(x1)}))
    return cases


def optimizers(case, sequence, optimizer_case):
    """The options that all have, on each; and a problem whose gradients follow the weights."""
    common = {"l1": 0.125, "clip_norm": 0.75, "clip_value": 0.5, "weight_decay": 0.0625}
    cases = [optimizer_case(op, op + "_common", lr=0.0625, **common)
             for op in ("gd", "sgd", "adagrad", "rmsprop", "adam", "adamw", "lion")]
    cases.append(optimizer_case("gd", "gd_default"))
    half = sequence(1, 4, 4)
    a, b, w0 = half @ half.T + torch.eye(4), sequence(2, 4), sequence(3, 4)
    for op, make, options in [("sgd", torch.optim.SGD, {"lr": 0.125, "momentum": 0.75}),
                              ("adam", torch.optim.Adam, {"lr": 0.0625, "amsgrad": True})]:
        w = w0.clone().requires_grad_()
        optimizer, seen = make([w], **options), []
        for _ in range(20):
            w.grad = (a @ w - b).detach()
            optimizer.step()
            seen.append(w.detach().clone())
        cases.append(case(op + "_problem", "optimizer", op, options, {"A": a, "b": b, "w0": w0, "steps": torch.tensor(20)},
                          {"w": torch.stack(seen)}))
    return cases


def schedules(case, schedule_case, formula_case):
    """Lengths of the whole run, other units, and thresholds that are left alone."""
    s = torch.optim.lr_scheduler
    falling = [5.0, 4.0, 4.0, 4.0, 4.0, 4.0, 4.0, 4.0, 4.0, 4.0, 4.0, 4.0, 4.0, 4.0, 4.0, 4.0, 3.0]

    def whole(op, name, make, ours, **theirs):
        made = schedule_case(op, name, make, n=30, **theirs)
        made["params"] = {"base_lr": 0.5, **ours}
        return made

    def by_epoch(op, name, make, per, **options):
        """What is counted: epochs of three steps, or steps."""
        made = schedule_case(op, name, make, n=27 if per == "step" else 9, **options)
        made["params"].update(per=per, per_epoch=3)
        if per == "epoch":
            for key, tensor in made["expect"].items():
                tensor["data"] = [value for value in tensor["data"] for _ in range(3)]
                tensor["shape"] = [27]
        return made

    cosine_warmup = lambda t, total_iters, start_factor, end_factor: start_factor + (end_factor - start_factor) * (
        1 - math.cos(math.pi * min(t, total_iters) / total_iters)) / 2
    made = [
        whole("cosine", "cosine_whole_run", s.CosineAnnealingLR, {"T_max": 0}, T_max=30),
        whole("polynomial", "polynomial_whole_run", s.PolynomialLR, {"total_iters": 0}, total_iters=30),
        whole("warmup_linear", "warmup_linear_whole_run", s.LinearLR, {"total_iters": 0}, total_iters=30),
        formula_case("warmup_cosine", "warmup_cosine_factors", cosine_warmup, total_iters=12, start_factor=0.25,
                     end_factor=0.75),
        formula_case("inverse_sqrt", "inverse_sqrt_default", lambda t: 4000 ** 0.5 * (t + 1) * 4000 ** -1.5, base=100),
        schedule_case("plateau", "plateau_default", s.ReduceLROnPlateau, n=17, metric=falling),
        schedule_case("plateau", "plateau_eps", s.ReduceLROnPlateau, n=17, metric=falling, patience=1, factor=0.5, eps=0.1),
        by_epoch("step", "step_by_step", s.StepLR, "step", step_size=4),
        by_epoch("step", "step_by_epoch", s.StepLR, "epoch", step_size=4),
        by_epoch("multistep", "multistep_by_step", s.MultiStepLR, "step", milestones=[4, 9]),
        by_epoch("exponential", "exponential_by_step", s.ExponentialLR, "step", gamma=0.875),
        by_epoch("cosine", "cosine_by_epoch", s.CosineAnnealingLR, "epoch", T_max=6),
        by_epoch("polynomial", "polynomial_by_epoch", s.PolynomialLR, "epoch", total_iters=6),
        by_epoch("cosine_warm_restarts", "restarts_by_step", s.CosineAnnealingWarmRestarts, "step", T_0=5),
    ]
    whole_cosine = formula_case("warmup_cosine", "warmup_cosine_whole_run", cosine_warmup, n=30, total_iters=30,
                                start_factor=1 / 3, end_factor=1)
    whole_cosine["params"] = {"base_lr": 0.5, "total_iters": 0}
    watched = schedule_case("plateau", "plateau_of_accuracy", s.ReduceLROnPlateau, n=17,
                            metric=[1 - value / 8 for value in falling], mode="max", patience=2)
    watched["params"]["metric"] = "accuracy"
    return made + [whole_cosine, watched]


def inits(case):
    """Distributions of each kind of layer, and those without a rule of fans."""
    cases = []
    for op, layer, shape, params, key, number in [
            ("torch", "linear", [6, 8], {}, "bound", 8 ** -0.5), ("torch", "conv", [4, 2, 3, 3], {"gain": 2}, "bound", 2 * 18 ** -0.5),
            ("torch", "conv_transpose", [4, 2, 3, 3], {}, "bound", 18 ** -0.5),
            ("normal", "linear", [6, 8], {"gain": 0.25}, "std", 0.25),
            ("truncated_normal", "conv1d", [6, 2, 5], {"gain": 0.5}, "std", 0.5),
            ("orthogonal", "linear", [6, 8], {"gain": 1.5}, "gain", 1.5),
            ("constant", "conv", [4, 2, 3, 3], {"gain": 0.5}, "value", 0.5),
            ("he_uniform", "conv1d", [6, 2, 5], {"nonlinearity": "tanh", "mode": "fan_out"}, "bound", 5 / 3 * math.sqrt(3 / 30)),
            ("he_uniform", "conv_transpose", [4, 6, 3, 3], {"nonlinearity": "linear", "mode": "fan_out"}, "bound", math.sqrt(3 / 36)),
            ("he_normal", "linear", [6, 8], {"nonlinearity": "selu", "mode": "fan_out"}, "std", 0.75 / math.sqrt(6)),
            ("he_normal", "linear", [6, 8], {}, "std", math.sqrt(2 / 8)),
            ("xavier_uniform", "conv_transpose", [4, 6, 3, 3], {}, "bound", math.sqrt(6 / 90)),
            ("xavier_normal", "conv1d", [6, 2, 5], {"gain": 3}, "std", 3 * math.sqrt(2 / 40))]:
        given = {**params, "layer": layer}
        name = "_".join([op, layer, *map(str, params.values())])
        cases.append(case(name, "init", op, given, {"shape": torch.tensor(shape)}, {key: number}))
    return cases


def metrics(case, sequence):
    """Shares and counts; of equal outputs the first is the largest."""
    logits = (sequence(1, 12, 5) * 4).round()
    target = torch.tensor([0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 0, 1])
    rank = torch.stack([torch.sort(-row, stable=True).indices for row in logits])
    found = rank[:, 0]
    confusion = torch.zeros(5, 5)
    for true, guess in zip(target, found):
        confusion[true, guess] += 1
    given = {"logits": logits, "target": target}
    right = (found == target).double().mean()
    cases = [case("accuracy", "metric", "accuracy", {}, given, {"value": right}),
             case("confusion", "metric", "confusion", {}, given, {"value": confusion})]
    for k in (1, 2, 3):
        share = (rank[:, :k] == target[:, None]).any(1).double().mean()
        cases.append(case(f"top_{k}", "metric", "top_k", {"k": k}, given, {"value": share}))
    return cases


def reductions(case, sequence):
    """Losses as a sum, and of each sample or value; gradients are those of the sum."""
    logits, values, hard = sequence(1, 5, 7) * 4, sequence(3, 5, 7), torch.tensor([0, -100, 3, 3, 1])
    weight = torch.tensor([0.5, 1.0, 2.0, 3.0, 0.25, 1.5, 0.75])
    cases = []
    for op, function, target, params, more in [
            ("cross_entropy", F.cross_entropy, hard, {"label_smoothing": 0.125}, {"weight": weight}),
            ("mse", F.mse_loss, values, {}, {}), ("smooth_l1", F.smooth_l1_loss, values, {"beta": 0.5}, {}),
            ("bce_with_logits", F.binary_cross_entropy_with_logits, values.abs(), {}, {})]:
        for reduction in ("sum", "none"):
            leaf = logits.clone().requires_grad_()
            loss = function(leaf, target, reduction=reduction, **params, **more)
            loss.sum().backward()
            cases.append(case(f"{op}_{reduction}", "loss", op, {"reduction": reduction, **params},
                              {"logits": logits, "target": target, **more}, {"loss": loss, "dlogits": leaf.grad}))
    return cases


def averages(case, sequence):
    """torch.optim.swa_utils.AveragedModel with get_ema_multi_avg_fn: the first average is the weights themselves."""
    w = sequence(1, 9, 5)
    cases = []
    for name, decay in [("ema", 0.875), ("ema_default", 0.999), ("ema_none", 0.0)]:
        model = nn.Linear(1, 5, bias=False)
        average = torch.optim.swa_utils.AveragedModel(
            model, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(decay))
        seen = []
        for row in w:
            model.weight.data.copy_(row[:, None])
            average.update_parameters(model)
            seen.append(average.module.weight.detach().flatten().clone())
        cases.append(case(name, "ema", "ema", {} if decay == 0.999 else {"decay": decay}, {"w": w},
                          {"ema": torch.stack(seen)}))
    return cases
