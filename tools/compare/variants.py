"""What docs/compare.md compares: model files that differ from a base in one thing.

A variant is {"group", "name", "model": text of a model file}; the epochs are those of the group's base.
"""
import re

# Pictures for training, for choosing rates, and for the test, taken from the begin of the files' own sets.
N_TRAIN, N_CHOICE, N_TEST = 2000, 1000, 2000
BATCH = 64
EPOCHS = {"regularization": 20}
USUAL_EPOCHS = 8
SGD = "{sgd: {lr: 0.1, momentum: 0.9, nesterov: true, weight_decay: 5e-4}}"

# Rates that an optimizer is given a choice of, by what is chosen among on other pictures than the test's.
RATES = {
    "gd": [0.3, 1, 3],
    "sgd": [0.1, 0.3, 1],
    "sgd, momentum": [0.03, 0.1, 0.3],
    "sgd, Nesterov": [0.03, 0.1, 0.3],
    "adagrad": [0.01, 0.03, 0.1],
    "rmsprop": [0.003, 0.01, 0.03],
    "rmsprop, centered, momentum": [0.001, 0.003, 0.01],
    "adam": [0.003, 0.01, 0.03],
    "adam, amsgrad": [0.003, 0.01, 0.03],
    "adamw": [0.003, 0.01, 0.03],
    "lion": [0.0003, 0.001, 0.003],
}
OPTIMIZERS = {
    "gd": "{gd: {lr: RATE}}",
    "sgd": "{sgd: {lr: RATE}}",
    "sgd, momentum": "{sgd: {lr: RATE, momentum: 0.9}}",
    "sgd, Nesterov": "{sgd: {lr: RATE, momentum: 0.9, nesterov: true}}",
    "adagrad": "{adagrad: {lr: RATE}}",
    "rmsprop": "{rmsprop: {lr: RATE}}",
    "rmsprop, centered, momentum": "{rmsprop: {lr: RATE, centered: true, momentum: 0.9}}",
    "adam": "{adam: {lr: RATE}}",
    "adam, amsgrad": "{adam: {lr: RATE, amsgrad: true}}",
    "adamw": "{adamw: {lr: RATE, weight_decay: 0.05}}",
    "lion": "{lion: {lr: RATE, weight_decay: 0.05}}",
}
SCHEDULES = {
    "constant": "constant",
    "step": "{step: {step_size: 3, gamma: 0.2}}",
    "multistep": "{multistep: {milestones: [4, 6], gamma: 0.2}}",
    "exponential": "{exponential: {gamma: 0.7}}",
    "polynomial, a line": "{polynomial: {power: 1}}",
    "polynomial, power 2": "{polynomial: {power: 2}}",
    "cosine": "cosine",
    "cosine_warm_restarts": "{cosine_warm_restarts: {T_0: 2, T_mult: 2}}",
    "one_cycle": "one_cycle",
    "one_cycle, three phases": "{one_cycle: {three_phase: true}}",
    "inverse_sqrt": "{inverse_sqrt: {warmup: 60}}",
    "warmup_linear, then cosine": "[{warmup_linear: {total_iters: 60, start_factor: 0.1}}, cosine]",
    "warmup_cosine, then cosine": "[{warmup_cosine: {total_iters: 60, start_factor: 0}}, cosine]",
    "plateau": "{plateau: {factor: 0.3, patience: 1}}",
}
# Schedules that go by figures, which are not to be the test's.
CHOOSING = {"plateau"}
INITS = {
    "he_normal": "init: he_normal", "he_uniform": "init: he_uniform", "xavier_normal": "init: xavier_normal",
    "xavier_uniform": "init: xavier_uniform", "orthogonal": "init: orthogonal", "torch": "init: torch",
    "normal, 0.01": "init: normal, init_gain: 0.01", "truncated_normal, 0.02": "init: truncated_normal, init_gain: 0.02",
    "constant, 0.01": "init: constant, init_gain: 0.01",
}
NORMS = {
    "none": None, "batch_norm": "batch_norm", "layer_norm, sample": "layer_norm",
    "layer_norm, channels": "layer_norm: {over: channels}",
    "instance_norm": "instance_norm: {affine: true}", "group_norm, 4 groups": "group_norm: 4",
    "rms_norm, sample": "rms_norm", "rms_norm, channels": "rms_norm: {over: channels}",
}
# Of the regularizations: dropout before the last two layers, L2, L1, smoothing.
REGULARIZATION = {
    "none": (0, 0, 0, 0),
    "dropout 0.2": (0.2, 0, 0, 0), "dropout 0.5": (0.5, 0, 0, 0),
    "L2 0.001": (0, 0.001, 0, 0), "L2 0.01": (0, 0.01, 0, 0),
    "L1 0.0001": (0, 0, 0.0001, 0), "L1 0.001": (0, 0, 0.001, 0),
    "smoothing 0.1": (0, 0, 0, 0.1), "smoothing 0.3": (0, 0, 0, 0.3),
    "dropout 0.5, L2 0.001, smoothing 0.1": (0.5, 0.001, 0, 0.1),
}


def layers(norm="batch_norm", init="init: he_normal"):
    """Three convolutions, with a normalization after each, as the network bn3 has them."""
    lines = []
    for i, filters in enumerate((16, 32, 64)):
        lines.append(f"conv: {{filters: {filters}, padding: 1, bias: {'false' if norm else 'true'}, {init}}}")
        lines += ([norm] if norm else []) + ["relu"] + (["max_pool: 2"] if i < 2 else [])
    return lines + ["global_avg_pool", "flatten", f"linear: {{features: 10, {init}}}"]


def wide_layers(dropout):
    """Convolutions and two linear layers without normalization, which learn 2,000 pictures by heart."""
    drop = [f"dropout: {dropout}"] if dropout else []
    return (["conv: {filters: 16, padding: 1}", "relu", "max_pool: 2", "conv: {filters: 32, padding: 1}", "relu",
             "max_pool: 2", "flatten"] + drop + ["linear: 64", "relu"] + drop + ["linear: 10"])


def model(body, optimizer=SGD, schedule="cosine", loss="cross_entropy", epochs=USUAL_EPOCHS, train_eval=0):
    """A model file; the specs stand beside it. train_eval: training pictures that each test is made of as well."""
    validation = "validation: choice.yaml, " if CHOOSING & set(re.findall(r"\w+", schedule)) else ""
    listed = "".join(f"    - {line}\n" for line in body)
    return (f"augtrain: 1\nmodel:\n  input: [28, 28, 1]\n  layers:\n{listed}loss: {loss}\noptimizer: {optimizer}\n"
            f"schedule: {schedule}\ntrain: {{epochs: {epochs}, log_every: 5, train_eval: {train_eval}}}\n"
            f"data: {{train: train.yaml, {validation}eval: EVAL.yaml}}\n")


def regularized(dropout, l2, l1, smoothing):
    """The wide network with some of these."""
    return model(wide_layers(dropout), f"{{sgd: {{lr: 0.05, momentum: 0.9, weight_decay: {l2}, l1: {l1}}}}}", "cosine",
                 f"{{cross_entropy: {{label_smoothing: {smoothing}}}}}", EPOCHS["regularization"], N_TRAIN)


def optimized(name, rate):
    """An optimizer at a rate; None: its text says one."""
    return model(layers(), OPTIMIZERS[name].replace("RATE", f"{rate or 0:g}"))


def variants(rates):
    """All variants, in the order of the page. rates: of each optimizer, chosen before."""
    found = [("schedules", name, model(layers(), schedule=text)) for name, text in SCHEDULES.items()]
    found += [("optimizers", name, optimized(name, rates.get(name))) for name in OPTIMIZERS]
    found += [("initializations", name, model(layers(init=text))) for name, text in INITS.items()]
    found += [("initializations without normalization", name, model(layers(None, text), SGD.replace("0.1", "0.05")))
              for name, text in INITS.items()]
    found += [("normalizations", name, model(layers(text), SGD.replace("0.1", "0.05"))) for name, text in NORMS.items()]
    found += [("regularization", name, regularized(*amounts)) for name, amounts in REGULARIZATION.items()]
    return [{"group": group, "name": name, "model": text} for group, name, text in found]


def take_in(modules):
    """Adds what `augtrain modules --json` lists and no table has: as its own example says it."""
    tables = {"schedule": SCHEDULES, "optimizer": OPTIMIZERS, "initialization": INITS, "layer": NORMS}
    for module in modules:
        name, table = module["name"], tables.get(module["kind"])
        is_shown = table is None or module["kind"] == "layer" and not name.endswith("_norm") or any(
            name in re.findall(r"\w+", f"{key} {body}") for key, body in table.items())
        if not is_shown:
            table[name] = {"initialization": f"init: {name}", "layer": name}.get(module["kind"], module["example"])
