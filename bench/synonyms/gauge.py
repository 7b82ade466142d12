"""Label safety on SST-2 with a naive Bayes gauge: what augmenting the dev set does to its predictions, beside
EDA at the same number of edits in each row.

    bench/synonyms/gauge.py --data FOLDER [--aug build/release/cli/aug] [--seeds 20] [--set "tag_margin: 3"]

FOLDER has sst2_train.tsv.gz and sst2_dev.tsv.gz (label TAB text). The gauge is trained on train, with unigrams and
bigrams of the tokens as they stand. For every operation, alpha and seed the rows of dev go through `aug apply`;
EDA then gets as many edits for each row as ours made there, articles that follow a replacement not counted. It does so
twice: as published, which first takes all marks, digits and apostrophes away, and on the text as it is, which
compares the choice of words alone. Printed are the share of predictions that flip, in percent, and the points of
accuracy lost, against the label of the row that was augmented; means over the seeds, with a 95 % interval of the paired
difference.
"""
import argparse
import collections
import gzip
import json
import math
import os
import random
import subprocess
import tempfile

import eda

# Two-sided 95 % quantile of Student's t, by degrees of freedom; 1.96 for others.
QUANTILES = {1: 12.71, 2: 4.30, 4: 2.78, 9: 2.26, 19: 2.09, 39: 2.02}
# They set an article right where a word behind it is new.
WITH_ARTICLES = ("SynonymReplacement", "RandomInsertion")
OPERATIONS = (("SynonymReplacement", "SR"), ("RandomInsertion", "RI"), ("RandomSwap", "RS"), ("RandomDeletion", "RD"))


def read_rows(path):
    with gzip.open(path, "rt", encoding="utf-8", newline="\n") as file:
        return [line.rstrip("\n").split("\t", 1) for line in file]


class NaiveBayes:
    """Multinomial, unigrams and bigrams, each count plus one."""

    def __init__(self, rows):
        self.counts = collections.defaultdict(collections.Counter)
        labels = collections.Counter(label for label, _ in rows)
        for label, text in rows:
            self.counts[label].update(self.grams(text))
        self.words = len(set().union(*self.counts.values()))
        self.totals = {label: sum(counts.values()) for label, counts in self.counts.items()}
        self.priors = {label: math.log(n / len(rows)) for label, n in labels.items()}
        self.labels = sorted(labels)

    @staticmethod
    def grams(text):
        tokens = text.split()
        return tokens + [" ".join(pair) for pair in zip(tokens, tokens[1:])]

    def predict(self, text):
        grams = [gram for gram in self.grams(text) if any(gram in counts for counts in self.counts.values())]

        def score(label):
            counts, total = self.counts[label], self.totals[label] + self.words
            return self.priors[label] + sum(math.log((counts[gram] + 1) / total) for gram in grams)

        return max(self.labels, key=score)


def augment(aug, data, operation, settings, seed):
    """Texts of dev after one operation, and for each how many edits it got."""
    with tempfile.TemporaryDirectory() as folder:
        spec, out, edits = (os.path.join(folder, name) for name in ("spec.yaml", "out.tsv", "edits.jsonl"))
        with open(spec, "w", encoding="utf-8") as file:
            file.write("augd: 1\nseed: %d\noutput: {allow_label_change: true}\npipeline:\n  - %s: {%s}\n"
                       % (seed, operation, settings))
        subprocess.run([aug, "apply", spec, "--input", os.path.join(data, "sst2_dev.tsv.gz"), "--output", out,
                        "--edits", edits, "--quiet"], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        with open(out, encoding="utf-8", newline="\n") as file:
            texts = [line.rstrip("\n").split("\t", 1)[1] for line in file]
        counts = [0] * len(texts)
        originals = [text.encode() for _, text in read_rows(os.path.join(data, "sst2_dev.tsv.gz"))]
        with open(edits, encoding="utf-8") as file:
            for line in file:
                row = json.loads(line)
                spans = [originals[row["source"]][start:end].lower() for start, end, *_ in row["edits"]]
                articles = (b"a", b"an") if operation in WITH_ARTICLES else ()
                counts[row["source"]] = sum(span not in articles for span in spans)
        return texts, counts


def eda_text(kind, text, n, rng, wordnet):
    """A text with n edits of EDA's."""
    if n == 0:
        return text
    if kind == "SR":
        edits = eda.synonym_replacement(text, n, rng, wordnet)
    elif kind == "RI":
        edits = eda.random_insertion(text, n, rng, wordnet)
    elif kind == "RS":
        edits = eda.random_swap(text, n // 2, rng)
    else:
        edits = eda.random_deletion(text, n, rng)
    return eda.apply_edits(text, edits)


def measure(gauge, rows, before, texts):
    """Percent of predictions that flipped, and percent that are right."""
    now = [gauge.predict(text) for text in texts]
    flips = sum(a != b for a, b in zip(before, now))
    right = sum(label == b for (label, _), b in zip(rows, now))
    return 100 * flips / len(rows), 100 * right / len(rows)


def interval(values):
    """Mean, and half of its 95 % interval."""
    n, mean = len(values), sum(values) / len(values)
    if n < 2:
        return mean, float("nan")
    deviation = math.sqrt(sum((value - mean) ** 2 for value in values) / (n - 1))
    return mean, QUANTILES.get(n - 1, 1.96) * deviation / math.sqrt(n)


def compare(options, gauge, rows, wordnet, names, alpha):
    """The lines of an operation, by its name and the short one, at one alpha."""
    operation, kind = names
    before = [gauge.predict(text) for _, text in rows]
    unedited = 100 * sum(label == guess for (label, _), guess in zip(rows, before)) / len(rows)
    ours, published, words, n_edits = [], [], [], 0
    for seed in range(options.seeds):
        settings = "alpha: %g" % alpha + (", " + options.set if options.set and kind in ("SR", "RI") else "")
        texts, counts = augment(options.aug, options.data, operation, settings, seed)
        n_edits += sum(counts)
        ours.append(measure(gauge, rows, before, texts))
        for runs, clean in ((published, eda.clean), (words, str)):
            rng = random.Random(1000 + seed)
            runs.append(measure(gauge, rows, before, [eda_text(kind, clean(text), n, rng, wordnet)
                                                      for (_, text), n in zip(rows, counts)]))
    flips = sum(one[0] for one in ours) / options.seeds
    print("%s alpha %.1f: %.2f edits a row; flips %.2f %%, points lost %.2f ± %.2f"
          % (kind, alpha, n_edits / len(rows) / options.seeds, flips, *interval([unedited - one[1] for one in ours])))
    for name, runs in (("EDA as published", published), ("EDA's words alone", words)):
        theirs = sum(one[0] for one in runs) / options.seeds
        apart = interval([one[0] - two[0] for one, two in zip(ours, runs)])
        print("    %s: flips %.2f %%, of which ours are %.2f (%+.2f ± %.2f points); points lost %.2f ± %.2f"
              % (name, theirs, flips / theirs if theirs else math.nan, *apart,
                 *interval([unedited - one[1] for one in runs])), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    top = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    parser.add_argument("--data", required=True, help="folder with sst2_train.tsv.gz and sst2_dev.tsv.gz")
    parser.add_argument("--aug", default=os.path.join(top, "build/release/cli/aug"))
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--kinds", default="SR,RI,RS,RD")
    parser.add_argument("--set", default="", help="more settings of SynonymReplacement and RandomInsertion")
    options = parser.parse_args()
    rows = read_rows(os.path.join(options.data, "sst2_dev.tsv.gz"))
    gauge = NaiveBayes(read_rows(os.path.join(options.data, "sst2_train.tsv.gz")))
    before = [gauge.predict(text) for _, text in rows]
    print("unedited: %.2f %% right of %d" % (
        100 * sum(label == guess for (label, _), guess in zip(rows, before)) / len(rows), len(rows)))
    wordnet = eda.WordNet()
    for operation, kind in OPERATIONS:
        for alpha in (0.1, 0.3):
            if kind in options.kinds.split(","):
                compare(options, gauge, rows, wordnet, (operation, kind), alpha)


if __name__ == "__main__":
    main()
