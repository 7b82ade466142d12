"""Every model of docs/compare.md is one that augtrain takes and trains: tools/compare/variants.py has them."""
import json
import subprocess
import sys

import program
import trained
from program import TOP, equal, make_idx, write
from trained import AUGTRAIN, augtrain

sys.path.insert(0, f"{TOP}/tools/compare")
import variants  # noqa: E402

SPEC = """\
augd: 1
dataset: NAME
batch: {size: 2, tail: TAIL}
output: {layout: hwc, normalize: fashion_mnist}
"""


# Pictures of each set; those for training make 62 steps, as warming up takes 60.
SETS = {"train": 124, "choice": 20, "test": 22}


def test_all_train():
    modules = json.loads(subprocess.run([AUGTRAIN, "modules", "--json"], stdout=subprocess.PIPE, check=True).stdout)
    variants.take_in(modules)
    data = []
    for name, n in SETS.items():
        data += ["--dataset", f"{name}=idx:{make_idx(name, n, 28, 10)}"]
        tail = "drop" if name == "train" else "short"
        write(f"{name}.yaml", SPEC.replace("NAME", name).replace("TAIL", tail))
    rates = {name: choices[0] for name, choices in variants.RATES.items()}
    for variant in variants.variants(rates):
        write("model.yaml", variant["model"].replace("EVAL", "test"))
        done = augtrain("model.yaml", *data, "--epochs", "1", "--threads", "1", "--quiet", "--overwrite", "--output",
                        "run")
        equal(done.returncode, 0, f"{variant['group']}: {variant['name']}: {done.stderr}")


program.main(globals())
