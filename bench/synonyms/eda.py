"""EDA (Wei and Zou 2019, arXiv:1901.11196) as published, for comparison: which words it would replace by what.

Written anew from the paper and what is known of its authors' program: synonyms are all words of all senses of
all parts of speech in WordNet, the candidates are the distinct words that are not stop words, and every
occurrence of a chosen word is replaced. Unlike theirs it can work on text as it is: a word is a run of letters,
and everything between words stays, so that both systems can be compared on the same sentences.
"""
import os
import random
import re

STOP_WORDS = frozenset(
    "i me my myself we our ours ourselves you your yours yourself yourselves he him his himself she her hers herself "
    "it its itself they them their theirs themselves what which who whom this that these those am is are was were be "
    "been being have has had having do does did doing a an the and but if or because as until while of at by for with "
    "about against between into through during before after above below to from up down in out on off over under "
    "again further then once here there when where why how all any both each few more most other some such no nor not "
    "only own same so than too very s t can will just don should now".split())
WORD = re.compile(r"[A-Za-z]+")
DETACH = {"noun": (("s", ""), ("ses", "s"), ("xes", "x"), ("zes", "z"), ("ches", "ch"), ("shes", "sh"), ("men", "man"),
                   ("ies", "y")),
          "verb": (("s", ""), ("ies", "y"), ("es", "e"), ("es", ""), ("ed", "e"), ("ed", ""), ("ing", "e"),
                   ("ing", "")),
          "adj": (("er", ""), ("est", ""), ("er", "e"), ("est", "e")), "adv": ()}


class WordNet:
    """The database files of WordNet 3.0 (Debian's wordnet-base), read as wn(5) describes them."""

    def __init__(self, folder="/usr/share/wordnet"):
        self.index, self.words, self.exceptions = {}, {}, {}
        for part in DETACH:
            self.index[part], self.words[part] = {}, {}
            for line in self._lines(folder, "index." + part):
                fields = line.split()
                self.index[part][fields[0]] = fields[-int(fields[2]):]
            for line in self._lines(folder, "data." + part):
                fields = line.split(" ")
                n = int(fields[3], 16)
                self.words[part][fields[0]] = [fields[4 + 2 * i] for i in range(n)]
            self.exceptions[part] = dict(line.split()[:2] for line in self._lines(folder, part + ".exc"))

    @staticmethod
    def _lines(folder, name):
        with open(os.path.join(folder, name), encoding="latin-1") as file:
            return [line for line in file if line.strip() and not line.startswith("  ")]

    def _bases(self, word, part):
        """The word itself and what it may be a form of."""
        bases = [word]
        if word in self.exceptions[part]:
            bases.append(self.exceptions[part][word])
        bases += [word[:-len(end)] + new for end, new in DETACH[part] if word.endswith(end) and len(word) > len(end)]
        return [base for base in bases if base in self.index[part]]

    def synonyms(self, word):
        """All words of all senses of all parts of speech, cleaned as EDA cleans them, in byte order."""
        found = set()
        for part in DETACH:
            for base in self._bases(word.lower(), part)[:2]:
                for at in self.index[part][base]:
                    found.update(self.words[part][at])
        names = {re.sub("[^a-z ]", "", re.sub("[_-]", " ", re.sub(r"\((a|p|ip)\)$", "", name)).lower()) for name in found}
        return sorted(names - {word.lower(), ""})


def clean(text):
    """What the authors' program makes of a text before anything else: letters a to z and single spaces."""
    return re.sub(" +", " ", re.sub("[^a-z ]", " ", re.sub("['’]", "", text).lower())).strip(" ")


def synonym_replacement(text, n, rng, wordnet):
    """Up to n distinct words of text replaced, every occurrence of each: [(start, end, new)] in order."""
    places = {}
    for match in WORD.finditer(text):
        if match.group().lower() not in STOP_WORDS:
            places.setdefault(match.group(), []).append(match.span())
    candidates = sorted(places)
    rng.shuffle(candidates)
    edits, done = [], 0
    for word in candidates:
        choices = wordnet.synonyms(word)
        if choices:
            new = rng.choice(choices)
            edits += [(start, end, new) for start, end in places[word]]
            done += 1
        if done >= n:
            break
    return sorted(edits)


def random_insertion(text, n, rng, wordnet):
    """Up to n synonyms of random words, each before a random word: [(start, start, new)] in order."""
    places = [match.span() for match in WORD.finditer(text)]
    edits = []
    for _ in range(n if places else 0):
        for _attempt in range(10):
            start, end = rng.choice(places)
            choices = wordnet.synonyms(text[start:end])
            if choices:
                at = rng.choice(places)[0]
                edits.append((at, at, choices[0] + " "))
                break
    return sorted(edits)


def random_swap(text, n, rng):
    """n swaps of two random words: [(start, end, new)] in order."""
    places = [match.span() for match in WORD.finditer(text)]
    order = list(range(len(places)))
    for _ in range(n if len(places) > 1 else 0):
        one, two = rng.sample(range(len(places)), 2)
        order[one], order[two] = order[two], order[one]
    return [(*places[i], text[slice(*places[k])]) for i, k in enumerate(order) if i != k]


def random_deletion(text, n, rng):
    """n random words left out, but not all: [(start, end, "")] in order."""
    places = [match.span() for match in WORD.finditer(text)]
    return sorted((*place, "") for place in rng.sample(places, max(0, min(n, len(places) - 1))))


def apply_edits(text, edits):
    """The text with edits made; they are sorted and do not overlap."""
    parts, at = [], 0
    for start, end, new in edits:
        parts += [text[at:start], new]
        at = end
    return "".join(parts) + text[at:]


if __name__ == "__main__":
    database = WordNet()
    sentence = "a gorgeous, witty, seductive movie about two brothers who went to the old shop"
    for seed in range(5):
        print(apply_edits(sentence, synonym_replacement(sentence, 2, random.Random(seed), database)))
