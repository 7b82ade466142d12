"""aug check: every mistake with its line and column, the forms it prints, and the data set."""
import json
import os
import re

import program
from program import (aug, contains, equal, fail, make_folder, make_idx, picture, pixels, read, succeed,
                     write)

GOOD = """augd: 1
seed: 42
dataset: train
pipeline:
  - RandomCrop: {size: 28, padding: 3}
  - OneOf:
      transforms:
        - HorizontalFlip: {p: 1}
        - Rotate: {limit: 15}
batch:
  size: 4
  mix:
    - MixUp: {alpha: 0.2}
"""

BAD = """augd: 1
seed: -3
pipeline:
  - HorizontalFlp: {p: 0.5}
  - Rotate: {limt: 15}
  - Cutout: {size: 0}
  - HorizontalFlip: {p: 1.5}
  - MixUp: {alpha: 0.2}
batch:
  sice: 16
output: {dtype: float31}
"""

# Line, column and a part of the sentence of each mistake in BAD.
EXPECTED = [
    (2, 7, "seed is -3"),
    (4, 5, "did you mean 'HorizontalFlip'?"),
    (5, 14, "did you mean 'limit'?"),
    (6, 20, "size"),
    (7, 25, "1.5"),
    (8, 5, "MixUp"),
    (10, 3, "did you mean 'size'?"),
    (11, 17, "did you mean 'float32'?"),
]


def places(text):
    """(line, column, sentence) of every line FILE:LINE:COLUMN: SENTENCE."""
    return [(int(a), int(b), c) for a, b, c in re.findall(r"^\S+?:(\d+):(\d+): (.*)$", text, re.M)]


def test_all_mistakes_at_once_with_their_places():
    write("bad.yaml", BAD)
    found = places(fail(2, "check", "bad.yaml"))
    equal(sorted(p[:2] for p in found), [p[:2] for p in EXPECTED], "places")
    for (line, column, part), place in zip(EXPECTED, sorted(found)):
        contains(place[2], part)
        equal(place[:2], (line, column), part)


def test_mistakes_as_json():
    write("bad.yaml", BAD)
    done = aug("check", "bad.yaml", "--json")
    equal(done.returncode, 2, "exit code")
    result = json.loads(done.stdout)
    equal(result["valid"], False, "valid")
    equal(sorted((p["line"], p["column"]) for p in result["problems"]),
          [p[:2] for p in EXPECTED], "places")
    for problem in result["problems"]:
        equal(problem["where"], f"bad.yaml:{problem['line']}:{problem['column']}", "where")


PHOTOS = """augd: 1
dataset: {kind: image_folder, path: photos}
pipeline:
  - RandomResizedCrop: {size: [12, 12]}
batch: {size: 4}
"""


def make_damaged():
    """Twelve photographs, of which one ends too early and one is of another format."""
    names = make_folder("photos", 12)
    order = sorted(names)
    write(f"photos/{names[2]}", read(f"photos/{names[2]}")[:300])
    write(f"photos/{names[7]}", b"GIF89a" + read(f"photos/{names[7]}")[6:])
    write("spec.yaml", PHOTOS)
    write("replace.yaml", PHOTOS.replace("size: 4", "size: 4, on_error: replace"))
    return [(order.index(name), name) for name in (names[2], names[7])]


def test_decoding_lists_what_is_damaged():
    damaged = make_damaged()
    for spec, code, words in (("spec.yaml", 1, "a stream ends at the first"),
                              ("replace.yaml", 0, "other samples stand in")):
        for threads in (1, 3):
            done = aug("check", spec, "--decode", "--threads", threads)
            equal((done.returncode, done.stderr), (code, ""), spec)
            contains(done.stdout, "12 samples: 2 damaged\n", words)
            listed = re.findall(r"^  damaged  (\d+), (\S+): (.+)$", done.stdout, re.M)
            equal([(int(i), name) for i, name, _ in listed], sorted(damaged), spec)
    contains(done.stdout, "truncated", "GIF")
    equal(aug("check", "spec.yaml").returncode, 0, "without --decode nothing is read")
    write("resize.yaml", PHOTOS.replace("photos", "whole"))
    make_folder("whole", 5)
    contains(succeed("check", "resize.yaml", "--decode"), "decoded  5 samples: 0 damaged\n")


def test_decoding_as_json():
    damaged = make_damaged()
    done = aug("check", "replace.yaml", "--decode", "--json")
    equal(done.returncode, 0, done.stderr)
    result = json.loads(done.stdout)
    equal((result["valid"], result["decoded"], result["damaged"], result["failed"], result["usable"]),
          (True, 12, 2, 0, True), "counts")
    equal([(f["index"], f["where"], f["damaged"]) for f in result["failures"]],
          [(i, name, True) for i, name in sorted(damaged)], "failures")
    equal(sorted(f["status"] for f in result["failures"]), ["CORRUPT", "UNSUPPORTED"], "statuses")
    done = aug("check", "spec.yaml", "--decode", "--json")
    equal((done.returncode, json.loads(done.stdout)["usable"]), (1, False), "without replacement")


def test_a_set_of_damage_is_not_usable():
    for name in make_folder("photos", 4):
        write(f"photos/{name}", "no picture")
    write("replace.yaml", PHOTOS.replace("size: 4", "size: 4, on_error: replace"))
    done = aug("check", "replace.yaml", "--decode")
    equal(done.returncode, 1, done.stdout)
    contains(done.stdout, "4 samples: 4 damaged")
    contains(fail(1, "digest", "replace.yaml"), "most of the data set is damaged", "aug check --decode")


def test_decoding_needs_data():
    write("named.yaml", GOOD)
    contains(fail(2, "check", "named.yaml", "--decode"), "train")
    write("bad.yaml", BAD)
    equal(sorted(p[:2] for p in places(fail(2, "check", "bad.yaml", "--decode"))),
          [p[:2] for p in EXPECTED], "mistakes come first")


def test_replaced_samples_in_batches_and_digests():
    damaged = dict(make_damaged())
    done = aug("digest", "replace.yaml", "--epochs", 3)
    equal((done.returncode, done.stderr), (0, "6 damaged samples were replaced\n"), "digest")
    listed = []
    for step in range(3):
        said = aug("batch", "replace.yaml", "--step", step, "-o", f"{step}.safetensors").stderr
        listed += re.findall(r"^  row \d: sample (\d+) is damaged, (\d+) stands in for it: (\S+): ", said, re.M)
    equal(sorted((int(i), name) for i, _, name in listed), sorted(damaged.items()), "batches of an epoch")
    equal(any(int(i) in damaged for _, i, _ in listed), False, "replacements are whole")


def test_syntax_errors():
    write("x.yaml", "augd: 1\npipeline: [\n")
    contains(fail(2, "check", "x.yaml"), "x.yaml:")
    write("twice.yaml", "augd: 1\nseed: 1\nseed: 2\n")
    contains(fail(2, "check", "twice.yaml"), "twice.yaml:3:1:")
    write("empty.yaml", "")
    contains(fail(2, "check", "empty.yaml"), "empty.yaml")
    write("binary.yaml", bytes(range(256)))
    contains(fail(2, "check", "binary.yaml"), "binary.yaml")


def test_missing_file():
    contains(fail(2, "check", "nowhere.yaml"), "nowhere.yaml: ", "there is no such file")
    contains(fail(2, "check", "."), ".: is a folder; allowed is a file")


def test_standard_input():
    equal(aug("check", "-", input=GOOD).returncode, 0, "exit code")
    done = aug("check", "-", input=BAD)
    equal((done.returncode, len(places(done.stderr))), (2, len(EXPECTED)), "mistakes")


def test_summary():
    write("spec.yaml", GOOD)
    text = succeed("check", "spec.yaml")
    contains(text, "the specification is valid", "4 in the pipeline, 1 on batches",
             "4 samples, seed 42", "'train', not opened")


def test_summary_with_data():
    write("spec.yaml", GOOD)
    make_idx("mnist", 20)
    text = succeed("check", "spec.yaml", "--dataset", "train=idx:mnist,split=test")
    contains(text, "20, 10 classes", "5 steps", "[4, 1, 28, 28]", "F32 [4, 10]")
    whole, part = (int(re.search(r"batches of (\d+) bytes", shown).group(1)) for shown in
                   (text, succeed("check", "spec.yaml", "--dataset", "train=idx:mnist,split=test", "--world", 3)))
    # But for the padding of the header to a multiple of 64.
    equal(abs(whole - part - 2 * (28 * 28 * 4 + 10 * 4 + 8)) < 64, True, "bytes of 4 samples and of 2")
    contains(succeed("check", "spec.yaml", "--dataset", "train=idx:mnist,split=test", "--world", 3),
             "3 ranks, up to 2 samples of a batch each", "[2, 1, 28, 28]")
    contains(fail(2, "check", "spec.yaml", "--dataset", "train=idx:mnist,split=test", "--world", 5),
             "5 ranks would share batches of 4 samples")
    expected = {"file": "spec.yaml", "valid": True, "problems": [], "warnings": [], "passed_over": []}
    equal(json.loads(succeed("check", "spec.yaml", "--json")), expected, "JSON of a valid spec")


def test_spec_and_data_that_do_not_fit():
    make_folder("pictures")
    write("spec.yaml", "augd: 1\ndataset: {kind: image_folder, path: pictures}\n"
          "pipeline: [HorizontalFlip]\n")
    contains(fail(2, "check", "spec.yaml"), "spec.yaml", "size")
    problems = json.loads(aug("check", "spec.yaml", "--json").stdout)["problems"]
    equal(len(problems), 1, "problems")
    write("spec.yaml", "augd: 1\ndataset: {kind: image_folder, path: picturs}\n")
    contains(fail(2, "check", "spec.yaml"), "picturs")


def test_sizes_are_looked_at():
    spec = "augd: 1\ndataset: {kind: image_folder, path: %s}\npipeline: [HorizontalFlip]\n"
    for i, size in enumerate([(20, 10), (20, 10), (20, 10), (30, 40)]):
        for folder in ["differ"] if i == 3 else ["differ", "same"]:
            write(f"{folder}/a/{i}.png", picture(pixels(i, *size), "PNG"))
    write("differ.yaml", spec % "differ")
    contains(fail(2, "check", "differ.yaml"),
             "differ.yaml: the pictures of the data set differ in size ('a/0.png' has [20, 10], "
             "'a/3.png' [30, 40]) and no operation makes them equal; add RandomResizedCrop: {size: "
             "[height, width]} or Resize: {size: [height, width]} to the pipeline\n")
    write("same.yaml", spec % "same")
    contains(fail(2, "check", "same.yaml"),
             "same.yaml: no operation makes the pictures of the data set certain to fit a batch, "
             "though all that were looked at (3) have the size [20, 10]; add Resize: {size: [20, "
             "10]} to the pipeline\n")
    write("broken/a/0.png", b"no picture")
    write("broken.yaml", spec % "broken")
    contains(fail(2, "check", "broken.yaml"),
             "broken.yaml: the pictures of the data set may differ in size ('a/0.png' does not say its "
             "own: found 10 bytes that begin like no known picture; allowed are JPEG and PNG) and no "
             "operation makes them equal; add ")


def test_texts_that_would_grow_or_take_long():
    before = sum(os.times()[2:4])
    levels = "".join(f"b{i}: &b{i} [{','.join([f'*b{i - 1}'] * 8)}]\n" for i in range(1, 6))
    write("aliases.yaml", f'augd: 1\nb0: &b0 "{"x" * 60000}"\n{levels}')
    contains(fail(2, "check", "aliases.yaml"),
             "the texts of all values have more than 1048576 bytes, aliases included")
    for opening in ("{", "[", "- ", "? "):
        write("deep.yaml", opening * (2**20 // len(opening)))
        contains(fail(2, "check", "deep.yaml"), "values are nested deeper than 32 levels")
    equal(sum(os.times()[2:4]) - before < 5, True, "less than 5 seconds of a processor")


def test_names_of_data_sets():
    write("spec.yaml", GOOD)
    make_idx("mnist", 20)
    place = "idx:mnist,split=test"
    contains(fail(2, "check", "spec.yaml", "--dataset", f"trian={place}"), "train", "trian")
    contains(fail(2, "check", "spec.yaml", "--dataset", place), "NAME")
    contains(fail(2, "check", "spec.yaml", "--dataset", "train=idz:mnist"), "idx")
    contains(fail(2, "digest", "spec.yaml"), "--dataset train=KIND:PATH")
    contains(fail(2, "check", "spec.yaml", f"--dataset=train={place}", "--dataset",
                  f"train={place}"), "train")


def test_parts_show_their_shares_and_what_they_lack():
    parts = "augd: 1\ndataset: {kind: synthetic, count: 40, split: {eval: 0.1, by: class}, part: train}\nbatch: {size: 1}\n"
    write("parts.yaml", parts)
    done = aug("check", "parts.yaml")
    equal(done.returncode, 0, "exit status")
    contains(done.stdout, "part     train, 37 of 40 samples; eval has 7.5 %, of classes 0.0 % (0) to 25.0 % (5)")
    lacking = "none of the 4 samples of class '8' is in the part eval"
    contains(done.stderr, f"parts.yaml: warning: {lacking}\n")
    equal(done.stderr.count("warning"), 7, "classes that eval lacks")
    found = json.loads(succeed("check", "parts.yaml", "--json"))["warnings"]
    equal(len(found), 7, "warnings as JSON")
    equal(found[5], lacking, "a warning as JSON")
    write("expanded.json", succeed("check", "parts.yaml", "--expand"))
    equal(json.loads(succeed("check", "expanded.json", "--json"))["warnings"], found, "warnings of the expanded form")
    write("parts.yaml", parts.replace("count: 40", "count: 399, classes: 398"))
    text = aug("check", "parts.yaml").stderr
    equal(len(re.findall("class '.*' is (?:not )?in the part eval", text)), 10, "classes named that eval lacks")
    contains(text, "the only sample of class '1' is not in the part ")
    contains(text, "nor is any sample of ")


def test_files_that_are_passed_over():
    for name in ("cat/a.png", "cat/b.webp", "cat/c.WEBP", "cat/Thumbs.db", "@eaDir/x.png"):
        os.makedirs(os.path.dirname("mixed/" + name), exist_ok=True)
        write("mixed/" + name, "")
    spec = "augd: 1\ndataset: {kind: image_folder, path: mixed}\npipeline: [{Resize: [4, 4]}]\n"
    write("mixed.yaml", spec)
    out = succeed("check", "mixed.yaml")
    contains(out, "samples  1, 1 classes")
    contains(out, "passed   2 over, such as 'cat/b.webp': the name ends in nothing that is read")
    contains(out, "passed   2 over, such as '@eaDir': a system or program keeps such names")
    passed = json.loads(succeed("check", "mixed.yaml", "--json"))["passed_over"]
    equal([(p["word"], p["n"], p["example"]) for p in passed],
          [("system", 2, "@eaDir"), ("ending", 2, "cat/b.webp")], "what was passed over")


def test_canonical_and_expanded_forms():
    write("spec.yaml", GOOD)
    canonical = succeed("check", "spec.yaml", "--canonical")
    equal(json.loads(canonical)["seed"], 42, "seed in the canonical form")
    write("canonical.json", canonical)
    equal(succeed("check", "canonical.json", "--canonical"), canonical, "canonical of canonical")
    expanded = succeed("check", "spec.yaml", "--expand")
    write("expanded.json", expanded)
    equal(succeed("check", "expanded.json", "--canonical"), canonical, "canonical of expanded")
    equal(json.loads(expanded)["dataset"], "train", "data set in the expanded form")
    contains(fail(2, "check", "nowhere", "--canonical"), "nowhere")


program.main(globals())
