"""What docs/cli.md shows as printed is what is printed: a block without a language behind a block of
commands is the output of the first of them. "..." stands for a part of a line, or alone for any lines."""
import os
import re

import program
from program import aug, equal, make_folder, read, write

TEXT = read(os.path.join(program.TOP, "docs", "cli.md")).decode()
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.M | re.S)
RIGHT = "augd: 1\nseed: 42\ndataset: {kind: image_folder, path: data/train}\n" \
        "pipeline:\n  - RandomResizedCrop: {size: [32, 32]}\n  - HorizontalFlip\nbatch: {size: 4}\n"
WRONG = "augd: 1\ndataset: {kind: image_folder, path: data/trian}\npipeline:\n" \
        "  - HorizontalFlip: {p: 1.5}\n  - Rotate: {limt: 15}\n"


def make_case():
    """The files that the page's commands name."""
    make_folder("data/train", 12)
    write("data/train/notes.txt", "no picture")
    write("train.yaml", RIGHT)


def damage():
    """A picture that ends too early."""
    name = "data/train/bird/012.jpg"
    write(name, read("data/train/bird/000.jpg")[:-200])
    os.remove("data/train/cat/010.jpg")


def shown():
    """The outputs that the page shows, by their commands."""
    blocks = FENCE.findall(TEXT)
    return {before[1].splitlines()[0].removeprefix("aug "): block[1]
            for before, block in zip(blocks, blocks[1:]) if before[0] == "sh" and block[0] == ""}


def compare(command, **changed):
    """Runs a command of the page; changed: words of it that are others here."""
    done = aug(*[changed.get(word, word) for word in command.split()])
    found = done.stdout + done.stderr
    pattern = "".join(r"(?:.*\n)*?" if line == "..." else re.escape(line).replace(r"\.\.\.", ".+") + "\n"
                      for line in shown()[command].splitlines())
    if not re.fullmatch(pattern, found):
        raise AssertionError(f"docs/cli.md shows of 'aug {command}':\n{shown()[command]}\nprinted is:\n{found}")
    return done.returncode


def test_mistakes():
    make_case()
    write("spec.yaml", WRONG)
    equal(compare("check spec.yaml"), 2, "exit code")


def test_a_summary():
    make_case()
    equal(compare("check train.yaml"), 0, "exit code")


def test_damaged_samples():
    make_case()
    damage()
    equal(compare("check train.yaml --decode"), 1, "exit code")


def test_ids_of_data():
    make_case()
    os.environ["AUGD_CACHE"] = os.path.abspath("cache")
    aug("fingerprint", "image_folder:data/train", "--content")
    equal(compare("fingerprint image_folder:data/train"), 0, "exit code")
    os.environ["AUGD_CACHE"] = "off"


def test_speed():
    make_case()
    write("spec.yaml", RIGHT)
    equal(compare("bench spec.yaml --threads 2 --seconds 5", **{"5": "0.05"}), 0, "exit code")


def test_texts():
    write("reviews.tsv", "1\tFresh , funny and a little sad .\n")
    write("texts.yaml", "augd: 1\nseed: 7\ndataset: {kind: tsv, path: reviews.tsv}\n"
                        "pipeline:\n  - OneOf: {transforms: [RandomSwap, RandomDeletion, AEDA]}\n")
    equal(compare("preview texts.yaml --samples 1 --variants 3"), 0, "exit code")


def test_every_output_is_compared():
    compared = {"preview texts.yaml --samples 1 --variants 3", "check spec.yaml", "check train.yaml",
                "check train.yaml --decode", "fingerprint image_folder:data/train", "bench spec.yaml --threads 2 --seconds 5"}
    equal(set(shown()), compared, "outputs in docs/cli.md")


if __name__ == "__main__":
    program.main(globals())
