"""All operations on texts in forty languages (the Universal Declaration of Human Rights, $AUGD_DATA) and on Korean
film reviews: what comes out is the text and its edits, what cannot be done is said by its name, and languages
without spaces between words are not damaged.
"""
import collections
import gzip
import json
import os
import re
import unicodedata

import program
from program import equal, succeed, write

UNSPACED = {"cmn_hans", "cmn_hant", "jpn", "khm", "lao", "mya", "tha"}
# Amharic has a mark between words.
SPACES = r"[\s፡]+"
# Operations on words; those that ask for a lexicon have tests of their own.
WORDS = {"RandomSwap", "RandomDeletion"}
WITH_LEXICON = {"SynonymReplacement", "RandomInsertion"}


def rows_of(name, most):
    """Rows (first column, text) of a file of the development data; none where it is absent."""
    path = program.data(name)
    if not path:
        return []
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [line.rstrip("\n").split("\t", 1) for line in file][:most]


def operations():
    """Names of all operations on texts that need no lexicon."""
    listed = json.loads(succeed("ops", "--json"))
    return [op["name"] for op in listed if op.get("domain") == "text" and op["name"] not in WITH_LEXICON]


def applied(edits, original, made):
    """The original with edits: all between them is the same in both."""
    out, at = b"", 0
    for start, end, new_start, new_end, *_ in edits:
        out += original[at:start] + made[new_start:new_end]
        at = end
    return out + original[at:]


def run(op, rows, params="{}", output="{}"):
    """Applies an operation to the rows; returns what became of each text: (outcome, result), checked by the edits."""
    write("in.tsv", "".join(f"{label}\t{text}\n" for label, text in rows))
    write("spec.yaml", f"augd: 1\nseed: 5\npipeline:\n  - {op}: {params}\noutput: {output}\n")
    for name in ("out.tsv", "edits.jsonl"):
        if os.path.exists(name):
            os.remove(name)
    succeed("apply", "spec.yaml", "--input", "tsv:in.tsv", "--output", "out.tsv", "--edits", "edits.jsonl",
            "--copies", 1)
    with open("out.tsv", "rb") as file:
        found = [line.split(b"\t", 1) for line in file.read().split(b"\n")[:-1]]
    with open("edits.jsonl", encoding="utf-8") as file:
        lines = [json.loads(line) for line in file]
    equal((len(found), len(lines)), (len(rows), len(rows)), f"{op}: rows")
    result = []
    for (label, text), (new_label, made), line in zip(rows, found, lines):
        original = text.encode()
        equal(new_label, label.encode(), f"{op}: label")
        equal(applied(line["edits"], original, made), made, f"{op}: edits of {text!r}")
        equal(bool(line["edits"]), made != original, f"{op}: whether {text!r} has edits")
        equal(bool(made) or not original, True, f"{op}: {text!r} became empty")
        # Sequences that are no UTF-8 fail here.
        result.append((line["outcome"], made.decode()))
    return result


def letters(text):
    """The characters of a text without spaces and case, in the normal form C, and how often each is there."""
    small = "".join(text.split()).replace("İ", "i").replace("I", "ı").casefold().replace("ı", "i")
    return collections.Counter(unicodedata.normalize("NFC", small))


def check_row(op, text, outcome, made):
    """What an operation may do to a text."""
    if outcome in ("unchanged", "not_applicable", "no_data", "rejected"):
        equal(made, text, f"{op}: {outcome}")
    if op == "RandomSwap":
        equal(letters(made), letters(text), f"{op}: letters of {text!r}")
    elif op == "RandomDeletion":
        equal(letters(made) - letters(text), collections.Counter(), f"{op}: letters that are new")
    elif op == "AEDA":
        more = collections.Counter("".join(made.split())) - collections.Counter("".join(text.split()))
        equal(set(more) <= set(".;?:!,"), True, f"{op}: {more} in {made!r}")
        equal(collections.Counter(text) - collections.Counter(made), collections.Counter(), f"{op}: what is lost")


def test_forty_languages():
    rows = rows_of("hostile-text/udhr-multilingual.tsv.gz", 10000)
    for op in operations() if rows else []:
        shares = collections.defaultdict(collections.Counter)
        for (language, text), (outcome, made) in zip(rows, run(op, rows)):
            if len(re.split(SPACES, text)) >= 6 or language in UNSPACED:
                shares[language][outcome] += 1
            check_row(op, text, outcome, made)
        equal(len(shares), 40, "languages")
        for language, counts in shares.items():
            n = sum(counts.values())
            if op in WORDS and language in UNSPACED:
                equal(counts["not_applicable"] >= 0.95 * n, True, f"{op} in {language}: {counts}")
            elif op in WORDS | {"AEDA"}:
                equal(counts["not_applicable"] <= 0.05 * n, True, f"{op} in {language}: {counts}")


def test_words_by_icu():
    rows = [row for row in rows_of("hostile-text/udhr-multilingual.tsv.gz", 10000) if row[0] in UNSPACED]
    write("icu.yaml", "augd: 1\npipeline: [AEDA]\noutput: {segmenter: icu}\n")
    write("one.txt", "a\n")
    done = program.aug("apply", "icu.yaml", "--input", "lines:one.txt", "--output", "two.txt")
    if done.returncode:
        program.contains(done.stderr, "output.segmenter", "ICU")
        print("skipped: ICU is not installed")
        program.SKIPPED.append("ICU")
        return
    for op in sorted(WORDS) if rows else []:
        n_applied = collections.Counter()
        for (language, text), (outcome, made) in zip(rows, run(op, rows, output="{segmenter: icu}")):
            check_row(op, text, outcome, made)
            n_applied[language] += outcome in ("applied", "fewer")
        for language in UNSPACED:
            equal(n_applied[language] > 50, True, f"{op} in {language}: {n_applied[language]} rows")


def eojeols(text):
    """Words between spaces without the marks around them."""
    return collections.Counter(word.strip(".,!?~;:'\"()…") for word in text.split())


def test_korean_reviews():
    rows = rows_of("text/nsmc_ko_train16k.tsv.gz", 10000)
    for op in ("RandomSwap", "AEDA") if rows else ():
        n_changed = 0
        for (_, text), (outcome, made) in zip(rows, run(op, rows)):
            check_row(op, text, outcome, made)
            n_changed += made != text
            # Chinese characters have no spaces between them: marks may stand there.
            if op == "AEDA" and not any("CJK" in unicodedata.name(c, "") for c in text):
                equal(eojeols(text) - eojeols(made), collections.Counter(), f"eojeol of {text!r}")
        equal(n_changed > 0.8 * len(rows), True, f"{op}: {n_changed} changed")


def test_korean_decomposed():
    rows = [(label, unicodedata.normalize("NFD", text)) for label, text in rows_of("text/nsmc_ko_test4k.tsv.gz", 1000)]
    for op in operations() if rows else ():
        for (_, text), (outcome, made) in zip(rows, run(op, rows)):
            check_row(op, text, outcome, made)
            if op in ("RandomSwap", "RandomDeletion", "AEDA"):
                equal(made, unicodedata.normalize("NFD", made), f"{op} keeps the normal form")


def test_turkish_capitals():
    rows = [("0", "Işık ilk."), ("0", "İlk ışık."), ("0", "Isik ilk."), ("0", "Ilk ışik.")]
    found = [made for _, made in run("RandomSwap", rows, "{n: 1}")]
    equal(found, ["İlk ışık.", "Işık ilk.", "Ilk isik.", "Işik ılk."], "swapped")


if __name__ == "__main__":
    program.main(globals())
