"""aug bench: the numbers hang together, and scripts can read the last word."""
import json
import re

import program
from program import contains, equal, fail, make_folder, make_idx, succeed, write

SPEC = "augd: 1\ndataset: data\npipeline: [{}]\nbatch: {{size: 8}}\n"


def test_rate_only_is_one_number():
    make_idx("mnist", 20)
    write("spec.yaml", SPEC.format("RandomCrop: {size: 28, padding: 2}"))
    text = succeed("bench", "spec.yaml", "--dataset", "data=idx:mnist,split=test", "--rate-only",
                   "--seconds", 0.2)
    if not re.fullmatch(r"\d+\.\d\n", text) or float(text) < 100:
        raise AssertionError(f"no rate: {text!r}")


def test_the_table_ends_with_the_rate():
    make_folder("in", 8)
    write("spec.yaml", SPEC.format("RandomResizedCrop: {size: 16}"))
    text = succeed("bench", "spec.yaml", "--dataset", "data=image_folder:in", "--seconds", 0.2,
                   "--threads", 2)
    contains(text, "read, decode everything", "read, decode, augment, output",
             "whole stream, 2 threads")
    last = text.splitlines()[-1]
    rate = re.fullmatch(r"samples per second: (\d+\.\d)", last).group(1)
    row = next(line for line in text.splitlines() if line.startswith("whole stream"))
    equal(row.split()[4], rate, "rate of the row and of the last line")


def test_json():
    make_folder("in", 8)
    write("spec.yaml", SPEC.format("RandomResizedCrop: {size: 16}"))
    result = json.loads(succeed("bench", "spec.yaml", "--dataset", "data=image_folder:in",
                                "--seconds", 0.2, "--json"))
    equal(result["threads"], 1, "threads")
    stages = result["stages"]
    equal(len(stages), 4, "stages")
    for name, stage in list(stages.items()) + [("stream", result["stream"])]:
        if stage["samples"] < 1 or stage["seconds"] <= 0:
            raise AssertionError(f"{name}: {stage}")
        rate = stage["samples"] / stage["seconds"]
        # The same quotient of the same doubles, printed so that it reads back.
        equal(abs(rate - stage["samples_per_second"]) <= 1e-9 * rate, True, name)
    # Reading alone does less than reading and decoding, by far more than timers are wrong.
    equal(stages["read"]["samples_per_second"] >
          stages["read, decode everything"]["samples_per_second"], True, "read is faster")


def test_mistakes():
    write("spec.yaml", SPEC.format("HorizontalFlip"))
    contains(fail(2, "bench", "spec.yaml", "--seconds", 0), "--seconds is 0")
    make_folder("in", 4)
    contains(fail(2, "bench", "spec.yaml", "--dataset", "data=image_folder:in"), "differ in size")
    write("in/cat/broken.png", "no picture")
    write("spec.yaml", SPEC.format("Resize: {size: [8, 8]}"))
    contains(fail(1, "bench", "spec.yaml", "--dataset", "data=image_folder:in", "--seconds", 0.1),
             "cat/broken.png")


program.main(globals())
