"""nn_vectors as its users run it: exit codes, what it prints, JSON, and files that are wrong."""
import json
import os
import subprocess

from program import BUILD, TOP, equal, main

NN_VECTORS = os.path.join(BUILD, "trainer", "nn_vectors")
LAYERS = os.path.join(TOP, "tests", "golden", "nn", "layers.json")


def run(*arguments):
    """Runs nn_vectors; the result has returncode, stdout and stderr as text."""
    return subprocess.run([NN_VECTORS, *arguments], text=True, capture_output=True, timeout=60)


def case(**changes):
    """One case, of which some members are others."""
    tensor = {"shape": [1, 2], "data": [-1, 2]}
    return {"name": "r", "kind": "layer", "op": "relu", "inputs": {"x": tensor},
            "expect": {"y": {"shape": [1, 2], "data": [0, 2]}}, **changes}


def write(name, *cases):
    with open(name, "w", encoding="ascii") as file:
        json.dump({"format": 1, "made_with": "hand", "cases": cases}, file)
    return name


def test_all_hold():
    done = run(LAYERS)
    equal(done.returncode, 0, done.stdout + done.stderr)
    lines = done.stdout.splitlines()
    assert len(lines) > 50 and all(line.endswith(": holds") for line in lines), done.stdout
    assert "0 fail, 0 are broken, 0 unknown" in done.stderr, done.stderr
    equal(run("--quiet", LAYERS).stdout, "", "nothing to say")


def test_exit_codes():
    """The worst of all files counts: unknown before broken before failing."""
    good, bad = write("good", case()), write("bad", case(expect={"y": {"shape": [1, 2], "data": [0, 3]}}))
    zero = write("zero", case(expect={"y": {"shape": [1, 2], "data": [0, 0]}}))
    unknown = write("unknown", case(op="mish"), case())
    for files, code in (([good], 0), ([good, bad], 1), ([bad, zero], 2), ([zero, unknown, bad], 3),
                        ([unknown, good], 3), (["none"], 2), (["none", bad], 2), ([], 2)):
        equal(run(*files).returncode, code, files)


def test_json():
    done = run("--json", "--kernels", "reference", "--threads", "3", write("a", case(), case(op="mish")))
    equal(done.returncode, 3, done.stderr)
    told = json.loads(done.stdout)
    equal((told["kernels"], told["precision"]), ("reference", "float"), "settings")
    first, second = told["files"][0]["cases"]
    equal((first["outcome"], second["outcome"]), ("holds", "unknown"), "outcomes")
    equal(first["tensors"][0]["deviation"], 0, "deviation")
    assert "mish" in second["message"], second


def test_zero_is_allowed_where_it_is_meant():
    nothing = {"y": {"shape": [1, 2], "data": [0, 0]}}
    inputs = {"x": {"shape": [1, 2], "data": [-1, -2]}}
    equal(run(write("z", case(name="r_zero", inputs=inputs, expect=nothing))).returncode, 0, "_zero")
    equal(run(write("n", case(name="r", inputs=inputs, expect=nothing))).returncode, 2, "no _zero")


def test_hostile_files():
    """Each is refused in one sentence, and nothing crashes."""
    good = json.dumps({"format": 1, "cases": [case()]})
    texts = [good[:n] for n in range(0, len(good), 7)] + ["[" * 100000, "\0", good.replace("[-1, 2]", "[1e400, 2]")]
    sizes = [10 ** 18, -1, 0, 1.5, "2", None, [2], 2 ** 24 + 1]
    texts += [json.dumps({"format": 1, "cases": [case(inputs={"x": {"shape": [1, size], "data": [1, 2]}})]})
              for size in sizes]
    conv = case(op="conv2d")
    for shape in ([2 ** 20, 1, 1, 1], [1, 1, 255, 255], [1, 3, 1, 1]):
        n = 1
        for size in shape:
            n *= size
        texts.append(json.dumps({"format": 1, "cases": [
            {**conv, "inputs": {"x": {"shape": [1, 1, 1, 2], "data": [1, 2]}, "w": {"shape": shape, "data": [1] * n}}}]}))
    for text in texts:
        with open("hostile", "w", encoding="latin-1") as file:
            file.write(text)
        done = run("hostile")
        equal(done.returncode, 2, f"{text[:200]}: {done.stdout[:300]}{done.stderr[:300]}")


main(globals())
