#!/usr/bin/env python3
"""Whether augmenting Korean text keeps what a classifier learns of it: naive Bayes over character 1- to 3-grams,
trained on film reviews (NSMC), with and without one augmented copy of each.

  tools/korean_gauge.py FOLDER [--build build/release] [--seeds 5]

FOLDER has nsmc_ko_train16k.tsv.gz and nsmc_ko_test4k.tsv.gz. Prints for each pipeline, as a mean over seeds:
valid:    share of augmented rows that are UTF-8, not empty, and the row with its edits
changed:  share of them that differ from their row
accuracy: on the test rows as they are, after training on the rows and the copies; the difference to training on
          the rows alone, in points
flips:    share of predictions that change when the test rows are augmented, and the accuracy there, by the
          classifier that was trained on the rows alone

Ends with 1 if a row is not valid, or an accuracy is more than half a point below that without copies.
"""
import argparse
import collections
import gzip
import json
import math
import os
import subprocess
import sys
import tempfile

LIMIT_POINTS = 0.5
# A list as users write it: film reviews' nouns, and adverbs.
LIST = """영화\tn\t작품|필름
작품\tn\t영화
배우\tn\t연기자
연기자\tn\t배우
감독\tn\t연출자
스토리\tn\t줄거리|이야기
줄거리\tn\t스토리|이야기
이야기\tn\t스토리|줄거리
내용\tn\t줄거리
평점\tn\t점수|별점
점수\tn\t평점|별점
별점\tn\t평점|점수
주인공\tn\t주역
드라마\tn\t연속극
음악\tn\t선율
결말\tn\t끝|마무리
마무리\tn\t결말
장면\tn\t대목
시간\tn\t시각
사람\tn\t인간
인간\tn\t사람
친구\tn\t벗
아이\tn\t어린이
가족\tn\t식구
감동\tn\t감명
재미\tn\t흥미
웃음\tn\t폭소
눈물\tn\t울음
극장\tn\t영화관
영화관\tn\t극장
제목\tn\t표제
대사\tn\t말
액션\tn\t활극
만화\tn\t웹툰
관객\tn\t관람객
진짜\tr\t정말
정말\tr\t진짜
매우\tr\t아주
아주\tr\t매우
가장\tr\t제일
제일\tr\t가장
"""
PIPELINES = {
    "RandomSwap": "{RandomSwap: {}}",
    "AEDA": "{AEDA: {}}",
    "SynonymReplacement": "{SynonymReplacement: {lang: LEXICON, alpha: 0.3}}",
}


def read(path):
    """Rows (label, text) of a packed file."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [tuple(line.rstrip("\n").split("\t", 1)) for line in file]


def grams(text):
    """Character 1- to 3-grams, with the ends of the text marked."""
    text = f" {text} "
    for n in (1, 2, 3):
        for i in range(len(text) - n + 1):
            yield text[i:i + n]


class Bayes:
    """Multinomial naive Bayes of two classes of equal size, smoothed by one."""

    def __init__(self, rows=(), base=None):
        """Of these rows, and of those that another was made of."""
        self.counts = {c: collections.Counter(base.counts[c] if base else ()) for c in "01"}
        for label, text in rows:
            self.counts[label].update(grams(text))
        known = len(set(self.counts["0"]) | set(self.counts["1"]))
        self.totals = {c: sum(self.counts[c].values()) + known for c in "01"}
        self.bias = math.log(self.totals["0"] / self.totals["1"])

    def predict(self, text):
        """The class of a text."""
        no, yes = self.counts["0"], self.counts["1"]
        score = sum(self.bias + math.log((yes[g] + 1) / (no[g] + 1)) for g in grams(text))
        return "1" if score > 0 else "0"


def share(flags):
    """Per cent of what is true."""
    flags = list(flags)
    return 100 * sum(flags) / len(flags)


def is_edited(line, original, made):
    """Whether the edits of a line make of the original what was made."""
    out, at = b"", 0
    for start, end, new_start, new_end, *_ in line["edits"]:
        out += original[at:start] + made[new_start:new_end]
        at = end
    return out + original[at:] == made and bool(made or not original)


class Aug:
    """The program, and files for it."""

    def __init__(self, build, folder):
        self.program = os.path.join(build, "cli", "aug")
        self.folder = folder
        self.lexicon = self.path("ko.augx")
        with open(self.path("list.tsv"), "w", encoding="utf-8") as file:
            file.write(LIST)
        self.run("data", "build", "list", self.path("list.tsv"), "--lang", "ko", "--output", self.lexicon)

    def path(self, name):
        """Of a file in the folder."""
        return os.path.join(self.folder, name)

    def run(self, *arguments):
        """Runs aug; what it says goes nowhere unless it fails."""
        done = subprocess.run([self.program, *arguments], text=True, capture_output=True)
        if done.returncode:
            sys.exit(f"aug {' '.join(arguments)}: {done.stderr}")

    def augment(self, step, seed, rows):
        """One copy of each row, and how many of them are valid."""
        with open(self.path("in.tsv"), "w", encoding="utf-8") as file:
            file.writelines(f"{label}\t{text}\n" for label, text in rows)
        with open(self.path("spec.yaml"), "w", encoding="utf-8") as file:
            file.write(f"augd: 1\nseed: {seed}\npipeline: [{step.replace('LEXICON', self.lexicon)}]\n")
        for name in ("out.tsv", "edits.jsonl"):
            if os.path.exists(self.path(name)):
                os.remove(self.path(name))
        self.run("apply", self.path("spec.yaml"), "--input", "tsv:" + self.path("in.tsv"), "--output",
                 self.path("out.tsv"), "--edits", self.path("edits.jsonl"))
        with open(self.path("out.tsv"), "rb") as file:
            lines = file.read().split(b"\n")[:-1]
        with open(self.path("edits.jsonl"), encoding="utf-8") as file:
            edits = [json.loads(line) for line in file]
        if not len(lines) == len(edits) == len(rows):
            sys.exit(f"{step}: {len(rows)} rows became {len(lines)}")
        made, n_valid = [], 0
        for (label, text), line, edit in zip(rows, lines, edits):
            new = line.split(b"\t", 1)
            # Bytes that are no UTF-8 end the run here.
            made.append((label, new[1].decode()))
            n_valid += new[0] == label.encode() and is_edited(edit, text.encode(), new[1])
        return made, n_valid


def measure(aug, step, seeds, data, base):
    """The figures of a pipeline."""
    train, test = data
    plain = [base.predict(text) for _, text in test]
    sums = collections.Counter()
    for seed in range(seeds):
        copies, n_valid = aug.augment(step, seed, train)
        tested, n_valid_tests = aug.augment(step, seed + seeds, test)
        trained = Bayes(copies, base)
        there = [base.predict(text) for _, text in tested]
        sums["valid"] += 100 * (n_valid + n_valid_tests) / (len(train) + len(test))
        sums["changed"] += share(a != b for a, b in zip(train, copies))
        sums["accuracy"] += share(trained.predict(text) == label for label, text in test)
        sums["flips"] += share(a != b for a, b in zip(plain, there))
        sums["there"] += share(a == label for a, (label, _) in zip(there, test))
    return {name: total / seeds for name, total in sums.items()}


def main():
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--build", default="build/release")
    parser.add_argument("--seeds", type=int, default=5)
    given = parser.parse_args()
    data = [read(os.path.join(given.folder, f"nsmc_ko_{part}.tsv.gz")) for part in ("train16k", "test4k")]
    base = Bayes(data[0])
    plain = share(base.predict(text) == label for label, text in data[1])
    print(f"{len(data[0])} rows, tested on {len(data[1])}; accuracy without copies: {plain:.2f} %")
    print(f"{'':20}{'valid':>9}{'changed':>9}{'accuracy':>10}{'':>8}{'flips':>8}{'there':>8}")
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        aug = Aug(given.build, folder)
        for name, step in PIPELINES.items():
            found = measure(aug, step, given.seeds, data, base)
            more = found["accuracy"] - plain
            print(f"{name:20}{found['valid']:8.2f}%{found['changed']:8.1f}%{found['accuracy']:9.2f}%"
                  f"{more:+8.2f}{found['flips']:7.2f}%{found['there']:7.2f}%", flush=True)
            failed |= found["valid"] < 100 or more < -LIMIT_POINTS
    return failed


if __name__ == "__main__":
    sys.exit(main())
