"""Sheets for judging replacements by hand (rules.md): ours and EDA's in the same rows, shuffled, origin hidden.

    bench/synonyms/judge.py sheet ROWS.tsv[.gz] FOLDER [--aug build/release/cli/aug] [--n 200] [--seed 1]
    bench/synonyms/judge.py count FOLDER
    bench/synonyms/judge.py publish FOLDER OUT.tsv

`sheet` writes FOLDER/sheet.tsv (number, sentence before, sentence after) and FOLDER/key.tsv (number, origin).
The judge writes FOLDER/verdicts.tsv (number, 1 or 0), and `count` tells what share of each origin is acceptable. Sentences may not be
given away with this program where their licence does not allow it, so `publish` writes of each line the origin, the
verdict, both words, and the first 16 digits of the SHA-256 of the sentence as the data set has it.
"""
import argparse
import gzip
import hashlib
import json
import math
import os
import random
import re
import subprocess
import sys
import tempfile

import eda

SPEC = "augd: 1\nseed: %d\npipeline:\n  - SynonymReplacement: {alpha: 0.1}\n"
ALPHA = 0.1


def read_rows(path):
    opener = gzip.open if path.endswith(".gz") else open
    with opener(path, "rt", encoding="utf-8", newline="\n") as file:
        return [line.rstrip("\n").split("\t")[-1] for line in file]


def ours(options, rows):
    """For each row the replacements that `aug` made: [(start, end, new)] in characters."""
    with tempfile.TemporaryDirectory() as folder:
        spec, out, edits = (os.path.join(folder, name) for name in ("spec.yaml", "out.tsv", "edits.jsonl"))
        with open(spec, "w", encoding="utf-8") as file:
            file.write(SPEC % options.seed)
        subprocess.run([options.aug, "apply", spec, "--input", "tsv:" + os.path.abspath(options.rows), "--output", out,
                        "--edits", edits, "--quiet"], check=True)
        texts = [text.encode() for text in read_rows(out)]
        found = [[] for _ in rows]
        with open(edits, encoding="utf-8") as file:
            for line in file:
                made = json.loads(line)
                source, row = made["source"], rows[made["source"]].encode()
                for start, end, new_start, new_end, _ in made["edits"]:
                    new = texts[source][new_start:new_end].decode()
                    # An article that follows its noun is no replacement of a word.
                    if row[start:end].lower() not in (b"a", b"an", b"", b"n"):
                        found[source].append((len(row[:start].decode()), len(row[:end].decode()), new))
    return found


def mark(text, edit):
    start, end, new = edit
    return f"{text[:start]}[{text[start:end]}]{text[end:]}", f"{text[:start]}[{new}]{text[end:]}"


def sheet(options):
    rng, wordnet = random.Random(options.seed), eda.WordNet()
    rows = read_rows(options.rows)
    replaced = ours(options, rows)
    numbers = [i for i, edits in enumerate(replaced) if edits]
    rng.shuffle(numbers)
    lines = []
    for i in numbers:
        n = max(1, int(ALPHA * len(rows[i].split())))
        theirs = eda.synonym_replacement(rows[i], n, rng, wordnet)
        if not theirs:
            continue
        lines += [("ours", *mark(rows[i], rng.choice(replaced[i]))), ("eda", *mark(rows[i], rng.choice(theirs)))]
        if len(lines) == 2 * options.n:
            break
    if len(lines) < 2 * options.n:
        sys.exit(f"judge.py: only {len(lines) // 2} rows have replacements of both; {options.n} are needed")
    rng.shuffle(lines)
    os.makedirs(options.folder, exist_ok=True)
    with open(os.path.join(options.folder, "sheet.tsv"), "w", encoding="utf-8") as file:
        file.writelines(f"{i}\t{before}\t{after}\n" for i, (_, before, after) in enumerate(lines, 1))
    with open(os.path.join(options.folder, "key.tsv"), "w", encoding="utf-8") as file:
        file.writelines(f"{i}\t{origin}\n" for i, (origin, _, _) in enumerate(lines, 1))


def read_pairs(folder, name):
    with open(os.path.join(folder, name), encoding="utf-8") as file:
        return dict(line.split()[:2] for line in file)


def count(options):
    key, verdicts = read_pairs(options.folder, "key.tsv"), read_pairs(options.folder, "verdicts.tsv")
    if set(key) != set(verdicts) or not set(verdicts.values()) <= {"0", "1"}:
        sys.exit("judge.py: verdicts.tsv must have a 0 or a 1 for each line of the sheet")
    for origin in ("ours", "eda"):
        values = [int(verdicts[number]) for number in key if key[number] == origin]
        share = sum(values) / len(values)
        half = 1.96 * math.sqrt(share * (1 - share) / len(values))
        print(f"{origin}: {sum(values)} of {len(values)} acceptable, {100 * share:.1f} % +- {100 * half:.1f}")


def publish(options):
    key, verdicts = read_pairs(options.folder, "key.tsv"), read_pairs(options.folder, "verdicts.tsv")
    with open(os.path.join(options.folder, "sheet.tsv"), encoding="utf-8") as file, \
            open(options.out, "w", encoding="utf-8") as out:
        out.write("number\torigin\tacceptable\tbefore\tafter\tsentence\n")
        for line in file:
            number, before, after = line.rstrip("\n").split("\t")
            start, end = place(before, after)
            sentence = before[:start] + before[start + 1:end - 1] + before[end:]
            digest = hashlib.sha256(sentence.encode()).hexdigest()[:16]
            new = after[start + 1:len(after) - (len(before) - end) - 1]
            out.write("\t".join((number, key[number], verdicts[number], before[start + 1:end - 1], new, digest)) + "\n")


def place(before, after):
    """Where the marked word stands in the sentence before, brackets included: a sentence may have others."""
    for match in re.finditer(r"\[[^\]]*\]", before):
        if after.startswith(before[:match.start() + 1]) and after.endswith("]" + before[match.end():]):
            return match.span()
    raise ValueError(before)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(required=True)
    parts = commands.add_parser("sheet")
    parts.add_argument("rows")
    parts.add_argument("folder")
    parts.add_argument("--aug", default="build/release/cli/aug")
    parts.add_argument("--n", type=int, default=200)
    parts.add_argument("--seed", type=int, default=1)
    parts.set_defaults(call=sheet)
    parts = commands.add_parser("count")
    parts.add_argument("folder")
    parts.set_defaults(call=count)
    parts = commands.add_parser("publish")
    parts.add_argument("folder")
    parts.add_argument("out")
    parts.set_defaults(call=publish)
    options = parser.parse_args()
    options.call(options)


if __name__ == "__main__":
    main()
