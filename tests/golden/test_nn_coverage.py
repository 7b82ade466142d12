"""The committed vectors speak of everything: every module of the trainer's lists once with nothing but defaults, and
every parameter once with a value of its own. What a vector cannot show is named in ELSEWHERE with who shows it."""
import glob
import json
import os
import subprocess
import sys

TOP = os.environ.get("AUGD_SOURCE") or os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.environ.get("AUGD_BUILD") or os.path.join(TOP, "build", "release")
# Parameters of which no value of a vector depends.
ELSEWHERE = {
    ("optimizer", "decay_all"): "the tensors of a case are matrices; tests/unit/test_nn_optimizers.c",
    ("loss", "top_5"): "a figure beside the loss; tests/unit/test_nn_losses.c",
}


def run(name, *arguments):
    done = subprocess.run([os.path.join(BUILD, "trainer", name), *arguments], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def plain(value):
    """A value as it compares: a list of equal numbers is one of them."""
    if isinstance(value, list) and value and all(v == value[0] for v in value):
        return plain(value[0])
    return value


def seen(files):
    """For each module what each case gave it: (list, name) -> list of maps."""
    given = {}
    for file in run("nn_vectors", "--json", *files)["files"]:
        for case in file["cases"]:
            for module in case["modules"]:
                params = module["params"] if isinstance(module["params"], dict) else {"": module["params"]}
                given.setdefault((module["list"], module["name"]), []).append(params)
    return given


def missing(modules, given):
    """What the vectors do not speak of, in sentences."""
    for module in modules:
        if module["kind"] == "task":
            continue
        word, rows = f"{module['kind']} {module['name']}", module["parameters"]
        cases = given.get((module["kind"], module["name"]), [])
        if not cases:
            yield f"{word} is in no case"
            continue
        # A lone value is that of the first row.
        cases = [{next(iter(rows)) if not key and rows else key: value for key, value in case.items()} for case in cases]
        defaults = {name: plain(row["default"]) for name, row in rows.items() if "default" in row}
        if not any(all(plain(value) == defaults.get(name, plain(value)) for name, value in case.items()) for case in cases):
            yield f"{word} is in no case with its defaults alone"
        for name in rows:
            own = [case for case in cases if name in case and (name not in defaults or plain(case[name]) != defaults[name])]
            if not own and (module["kind"], name) not in ELSEWHERE:
                yield f"{word}: {name} is in no case with a value of its own"


def main():
    modules = run("augtrain", "modules", "--json")
    given = seen(sorted(glob.glob(os.path.join(TOP, "tests", "golden", "nn", "*.json"))))
    wrong = list(missing(modules, given))
    for sentence in wrong:
        print(sentence)
    # The search must see what it is there to see.
    for key in (("layer", "conv"), ("optimizer", "adam"), ("schedule", "step")):
        without = {k: v for k, v in given.items() if k != key}
        if len(list(missing(modules, without))) != len(wrong) + 1:
            wrong.append(key)
            print(f"{key} taken out goes unnoticed")
    print(f"{len(given)} modules in cases, {len(wrong)} gaps")
    return 1 if wrong else 0


sys.exit(main())
