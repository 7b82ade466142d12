"""docs/text.md as a newcomer reads it: every block is saved or run, in order (walk.py), prints what is
shown, and does what is said of it. What needs PyTorch is left out where that is not installed."""
import csv
import importlib.util
import json
import os
import sys
import tempfile

sys.dont_write_bytecode = True
import walk  # noqa: E402

HAS_TORCH = importlib.util.find_spec("torch") is not None


def rows(folder, name):
    """Rows of a CSV, by its header."""
    with open(os.path.join(folder, name), encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def check_copies(folder):
    """The first command: each row before four others, all columns but the text as they were."""
    originals, made = rows(folder, "reviews.csv"), rows(folder, "more.csv")
    assert len(made) == 5 * len(originals), len(made)
    for i, original in enumerate(originals):
        first, *copies = made[5 * i:5 * i + 5]
        assert first == original, (first, original)
        for copy in copies:
            assert {**copy, "text": original["text"]} == original, copy
            assert copy["text"] != original["text"] and copy["text"], copy


def named(folder, name):
    """What the spans of each row name."""
    with open(os.path.join(folder, name), encoding="utf-8") as file:
        loaded = [json.loads(line) for line in file]
    return [[(row["text"][start:end], label) for start, end, label in row["spans"]] for row in loaded]


def check_names(folder):
    """Spans name the same words in every copy."""
    originals, made = named(folder, "names.jsonl"), named(folder, "more-names.jsonl")
    assert made == [row for row in originals for _ in range(3)], made


def check_files(folder):
    """What the other commands write."""
    copies = rows(folder, "copies.csv")
    assert len({row["text"] for row in copies}) == len(copies) > 12, "copies without duplicates"
    with open(os.path.join(folder, "edits.jsonl"), encoding="utf-8") as file:
        assert len(file.readlines()) == len(copies), "a line of edits a row"
    with open(os.path.join(folder, "reviews.html"), encoding="utf-8") as file:
        page = file.read()
    assert "<ins>" in page and "<del>" in page, "changes on the page"
    assert [row["id"] for row in rows(folder, "mended.csv")] == ["1", "3"], "rows that are whole"
    assert not os.path.exists(os.path.join(folder, "augd.sock")), "the daemon is gone"


def main():
    walk.need("aug", "augd")
    if not os.path.exists(os.path.join(walk.BUILD, "share", "augd", "text", "en.augx")):
        print("skipped: there is no English lexicon; the packages wordnet-base and hunspell-en-us make it")
        sys.exit(77)
    text, n_run, n_saved = walk.script("text.md", lambda content: "train.py" in content and not HAS_TORCH)
    assert n_run >= 9 and n_saved >= 8, (n_run, n_saved)
    with tempfile.TemporaryDirectory(prefix="aug-text-") as folder:
        said = walk.run(text, folder, PYTHONPATH=os.path.join(walk.TOP, "examples"))
        for line in walk.shown("text.md"):
            assert line in said, f"docs/text.md shows, but nothing prints:\n{line}\nin:\n{said}"
        check_copies(folder)
        check_names(folder)
        check_files(folder)
        assert not HAS_TORCH or said.count("loss ") == 9, said


main()
