"""Cases of losses."""
import math

import torch
import torch.nn.functional as F

from nn_vector_parts import case, sequence


def loss_case(op, name, function, params, **tensors):
    """A loss of tensors, with the gradients by those that are rows of samples."""
    leaves = {k: t.clone().requires_grad_() for k, t in tensors.items() if k in ("logits", "p", "n")}
    loss = function(**{**tensors, **leaves})
    loss.backward()
    return case(name, "loss", op, params, tensors,
                {"loss": loss, **{"d" + k: leaf.grad for k, leaf in leaves.items()}})


def of_torch(function, **params):
    """A function of PyTorch with options, of logits, target and what else the case has."""
    return lambda logits, target, **tensors: function(logits, target, **tensors, **params)


def cross_entropies(logits, hard, soft):
    """Smoothing, weights of classes and an ignored label, in every combination."""
    cases = []
    some = torch.tensor([0, -100, 3, 3, -100])
    weight = torch.tensor([0.5, 1.0, 2.0, 3.0, 0.25, 1.5, 0.0])
    for smoothing in [0.0, 0.125]:
        for weighted in [False, True]:
            tensors = {"weight": weight} if weighted else {}
            word = ("_smoothing" if smoothing else "") + ("_weight" if weighted else "")
            function = of_torch(F.cross_entropy, label_smoothing=smoothing)
            params = {"reduction": "mean", "label_smoothing": smoothing}
            for kind, target in [("", hard), ("_ignore", some), ("_soft", soft)]:
                cases.append(loss_case("cross_entropy", "cross_entropy" + kind + word, function, params,
                                       logits=logits, target=target, **tensors))
            cases.append(loss_case("cross_entropy", "cross_entropy_ignore_a_class" + word,
                                   of_torch(F.cross_entropy, label_smoothing=smoothing, ignore_index=3),
                                   {**params, "ignore_index": 3}, logits=logits, target=hard, **tensors))
    return cases


def focal_softmax(logits, target, gamma=2.0, weight=None):
    """Lin et al. 2017 for classes that exclude each other, mean over samples."""
    log_p = F.log_softmax(logits, 1)
    if target.ndim == 1:
        target = F.one_hot(target, logits.shape[1]).to(logits.dtype)
    each = -target * (1 - log_p.exp()) ** gamma * log_p
    return (each if weight is None else each * weight).sum(1).mean()


def focal_sigmoid(logits, target, gamma=2.0, alpha=0.25):
    """torchvision.ops.sigmoid_focal_loss with reduction mean."""
    p = torch.sigmoid(logits)
    loss = F.binary_cross_entropy_with_logits(logits, target, reduction="none")
    loss = loss * (1 - (p * target + (1 - p) * (1 - target))) ** gamma
    return (loss if alpha < 0 else loss * (alpha * target + (1 - alpha) * (1 - target))).mean()


def nt_xent(logits, temperature=0.5):
    """Chen et al. 2020: rows 0 to n - 1 first views, n to 2 n - 1 second ones."""
    n = logits.shape[0] // 2
    u = F.normalize(logits, dim=1)
    s = (u @ u.T / temperature).masked_fill(torch.eye(2 * n, dtype=torch.bool), -math.inf)
    return F.cross_entropy(s, torch.arange(2 * n).roll(n))


def sup_con(logits, target, temperature=0.07):
    """L_out of Khosla et al. 2020; views as in nt_xent, any number. A row without positives counts 0."""
    u = F.normalize(logits, dim=1)
    target = target.repeat(len(logits) // len(target))
    others = 1 - torch.eye(len(target))
    positive = (target[:, None] == target[None]) * others
    s = u @ u.T / temperature
    log_p = s - (s.exp() * others).sum(1, keepdim=True).log()
    return (-(positive * log_p).sum(1) / positive.sum(1).clamp_min(1)).mean()


def batch_triplet(logits, target, margin=1.0, mining="semi_hard"):
    """Hermans et al. 2017 (hard, all without what is 0) and FaceNet's semi-hard; views as in nt_xent."""
    target = target.repeat(len(logits) // len(target))
    d = torch.cdist(logits, logits, compute_mode="donot_use_mm_for_euclid_dist")
    same = target[:, None] == target[None]
    positive = same & ~torch.eye(len(target), dtype=torch.bool)
    losses = []
    for a in range(len(target)):
        near, far = d[a][positive[a]], d[a][~same[a]]
        if mining == "all":
            losses += [loss for loss in (near[:, None] - far[None] + margin).flatten() if loss > 0]
        elif mining == "hard" and len(near) and len(far):
            losses.append(F.relu(near.max() - far.min() + margin))
        elif mining == "semi_hard" and len(far):
            losses += [F.relu(p - (far[far > p].min() if (far > p).any() else far.max()) + margin) for p in near]
    return torch.stack(losses).mean()


def losses_of_classes(logits, hard, soft):
    cases = []
    several = (sequence(4, 5, 7) > 0).double()
    weights = {"pos_weight": torch.tensor([1.0, 2.0, 0.5, 3.0, 0.0, 4.0, 1.5])}
    bce = of_torch(F.binary_cross_entropy_with_logits)
    mean = {"reduction": "mean"}
    cases.append(loss_case("bce_with_logits", "bce", bce, mean, logits=logits, target=several))
    cases.append(loss_case("bce_with_logits", "bce_shares", bce, mean, logits=logits, target=soft))
    cases.append(loss_case("bce_with_logits", "bce_pos_weight", bce, mean, logits=logits, target=several, **weights))
    weights["weight"] = torch.tensor([1.0, 0.25, 2.0, 3.0, 0.5, 0.0, 1.0])
    cases.append(loss_case("bce_with_logits", "bce_weights", bce, mean, logits=logits, target=several, **weights))
    cases.append(loss_case("bce_with_logits", "bce_huge", bce, mean, logits=logits * 2500, target=several))
    for gamma in [0.0, 0.5, 2.0, 5.0]:
        function = of_torch(focal_softmax, gamma=gamma)
        params = {"gamma": gamma}
        cases.append(loss_case("focal", f"focal_{gamma}", function, params, logits=logits, target=hard))
        cases.append(loss_case("focal", f"focal_soft_weight_{gamma}", function, params, logits=logits, target=soft,
                               weight=weights["weight"]))
        for alpha in [0.25, -1.0, 0.75]:
            cases.append(loss_case("focal", f"focal_sigmoid_{gamma}_{alpha}",
                                   of_torch(focal_sigmoid, gamma=gamma, alpha=alpha),
                                   {"form": "sigmoid", "gamma": gamma, "alpha": alpha}, logits=logits, target=several))
    batchmean = {"reduction": "batchmean"}
    kl = of_torch(F.kl_div, reduction="batchmean")
    soft = torch.cat([soft[:, :6], torch.zeros(5, 1)], 1)
    logs = F.log_softmax(logits, 1)
    cases.append(loss_case("kl_div", "kl_div", kl, batchmean, logits=logits, target=soft))
    cases.append(loss_case("kl_div_batchmean", "kl_div_log_softmax", kl, batchmean, logits=(logs * 128).round() / 128,
                           target=soft))
    cases.append(loss_case("kl_div", "kl_div_from_logits",
                           lambda logits, target: F.kl_div(F.log_softmax(logits, 1), target, reduction="batchmean"),
                           {**batchmean, "from_logits": True}, logits=logits, target=soft))
    cases.append(loss_case("kl_div", "kl_div_log_target", of_torch(F.kl_div, reduction="batchmean", log_target=True),
                           {**batchmean, "log_target": True}, logits=logits, target=(logs * 128).round() / 128))
    return cases


def losses_of_values(logits):
    mean, target = {"reduction": "mean"}, sequence(3, 5, 7) * 3
    # The bends are met exactly, too.
    target[0, :4] = logits[0, :4] - torch.tensor([0.0, 1.0, -1.0, 0.25])
    cases = [loss_case("mse", "mse", of_torch(F.mse_loss), mean, logits=logits, target=target),
             loss_case("l1", "l1", of_torch(F.l1_loss), mean, logits=logits, target=target)]
    for beta in [0.0, 0.25, 1.0]:
        cases.append(loss_case("smooth_l1", f"smooth_l1_{beta}", of_torch(F.smooth_l1_loss, beta=beta),
                               {**mean, "beta": beta}, logits=logits, target=target))
    for delta in [0.25, 1.0]:
        cases.append(loss_case("huber", f"huber_{delta}", of_torch(F.huber_loss, delta=delta),
                               {**mean, "delta": delta}, logits=logits, target=target))
    return cases


def losses_of_rows():
    cases = []
    for temperature in [0.1, 0.5, 2.0]:
        cases.append(loss_case("nt_xent", f"nt_xent_{temperature}", lambda logits: nt_xent(logits, temperature),
                               {"temperature": temperature}, logits=sequence(1, 14, 5)))
    cases.append(loss_case("nt_xent", "nt_xent_wide", nt_xent, {}, logits=sequence(1, 20, 17)))
    groups = torch.tensor([0, 1, 0, 2, 1, 1, 3, 5, 0, 2, 1])
    for temperature in [0.07, 0.5]:
        cases.append(loss_case("sup_con", f"sup_con_{temperature}", of_torch(sup_con, temperature=temperature),
                               {"temperature": temperature}, logits=sequence(1, 22, 6), target=groups))
    for name, views in [("one_view", 1), ("three_views", 3)]:
        cases.append(loss_case("sup_con", f"sup_con_{name}", sup_con, {}, logits=sequence(1, 11 * views, 4),
                               target=groups))
    for name, views, params in [("", 1, {}), ("_margin", 1, {"margin": 4.0}), ("_views", 2, {"margin": 0.25}),
                                ("_hard", 1, {"mining": "hard"}), ("_hard_views", 2, {"mining": "hard", "margin": 8.0}),
                                ("_all", 1, {"mining": "all"}), ("_all_views", 3, {"mining": "all", "margin": 0.25})]:
        cases.append(loss_case("batch_triplet", "batch_triplet" + name, of_torch(batch_triplet, **params), params,
                               logits=sequence(1, 11 * views, 5) * 2, target=groups))
    a, p, n = sequence(1, 6, 5), sequence(2, 6, 5), sequence(3, 6, 5)
    # Where the distances to the third are equal, and where nothing is left of the loss.
    p[4] = a[4]
    n[5] = a[5] + 64
    for name, params in [("", {}), ("_swap", {"swap": True, "margin": 2.0}), ("_norm_1", {"p": 1.0, "margin": 4.0}),
                         ("_norm_3", {"p": 3.0, "eps": 0.125}), ("_swap_norm", {"swap": True, "p": 1.5, "margin": 0.5})]:
        cases.append(loss_case("triplet", "triplet" + name,
                               lambda logits, p, n: F.triplet_margin_loss(logits, p, n, **params), params,
                               logits=a, p=p, n=n))
    return cases


def losses():
    logits = sequence(1, 5, 7) * 4
    hard = torch.tensor([0, 6, 3, 3, 1])
    soft = sequence(2, 5, 7).abs() / 8
    huge = torch.tensor([[1e4, -1e4, 0.0], [-1e4, -1e4, -1e4], [1e4, 1e4, 0.0]])
    plain = of_torch(F.cross_entropy)
    return [
        *cross_entropies(logits, hard, soft),
        loss_case("cross_entropy", "cross_entropy_huge", plain, {}, logits=huge, target=torch.tensor([1, 0, 2])),
        loss_case("cross_entropy", "cross_entropy_one_sample", plain, {}, logits=logits[:1], target=hard[1:2]),
        *losses_of_classes(logits, hard, soft), *losses_of_values(logits), *losses_of_rows(),
    ]
