"""output.ids: ids and lengths in batches, in buckets of like length, from every tokenizer; and the
vocabularies that aug data build makes."""
import json
import os
import random

import program
from program import TOP, aug, contains, equal, fail, numpy, read, succeed, write
from served import Server

VECTORS = os.path.join(TOP, "tests", "golden", "tokens")
TYPES = {"I32": "<i4", "I64": "<i8", "U32": "<u4", "U64": "<u8", "U8": "u1", "F32": "<f4"}
SPEC = "augd: 1\nseed: 6\ndataset: {{kind: tsv, path: rows.tsv}}\npipeline: [{ops}]\n" \
       "batch: {{size: 16{batch}}}\noutput: {{{output}}}\n"


def make_rows(n=200):
    """Texts of 1 to 40 words; returns them."""
    draw = random.Random(5)
    words = ["the", "harbour", "was", "quiet", "Größe", "오늘", "天气", "don't", "café", "."]
    texts = [" ".join(draw.choice(words) for _ in range(1 + i * 7 % 40)) for i in range(n)]
    write("rows.tsv", "".join(f"{i % 2}\t{text}\n" for i, text in enumerate(texts)))
    return texts


def write_spec(output, ops="", batch=""):
    write("spec.yaml", SPEC.format(output=output, ops=ops, batch=batch))


def batch(*options):
    """Tensors of a batch by name."""
    succeed("batch", "spec.yaml", "-o", "b.safetensors", *options)
    content = read("b.safetensors")
    start = 8 + int.from_bytes(content[:8], "little")
    tensors = {}
    for name, part in json.loads(content[8:start]).items():
        if name != "__metadata__":
            first, end = part["data_offsets"]
            flat = numpy.frombuffer(content[start + first:start + end], TYPES[part["dtype"]])
            tensors[name] = flat.reshape(part["shape"])
    return tensors


def texts_of(tensors):
    """The texts of the ragged tensor of that name."""
    ends, whole = tensors["text.offsets"], tensors["text"].tobytes()
    return [whole[ends[i]:ends[i + 1]] for i in range(len(ends) - 1)]


def test_bytes_are_those_of_the_text():
    make_rows()
    write_spec("ids: {tokenizer: bytes, max_length: 40}", "RandomSwap: {}")
    tensors = batch("--epoch", 2, "--step", 3)
    equal(tensors["ids"].shape, (16, 40), "shape of ids")
    for text, ids, length in zip(texts_of(tensors), tensors["ids"].tolist(), tensors["length"].tolist()):
        expected = [byte + 3 for byte in text[:39]] + [1]
        equal(length, len(expected), "length")
        equal(ids, expected + [0] * (40 - length), "ids")


def test_ragged_ids_have_no_padding():
    make_rows()
    write_spec("text: false, ids: {tokenizer: bytes, padding: false, special_tokens: false}")
    tensors = batch()
    equal(sorted(tensors), ["ids", "ids.offsets", "index", "label"], "tensors")
    write_spec("ids: {tokenizer: bytes, padding: false, special_tokens: false}")
    both = batch()
    equal(both["ids.offsets"].tolist(), both["text.offsets"].tolist(), "offsets")
    equal((both["ids"] - 3).tolist(), both["text"].tolist(), "ids")


def test_a_tokenizer_file():
    write("rows.tsv", "0\tThe harbour was quiet\n1\t\n")
    path = os.path.join(VECTORS, "word_piece.json")
    write_spec(f"ids: {{tokenizer: {path}, max_length: 6, padding_id: 9}}", batch=", shuffle: false")
    ids = batch()["ids"].tolist()
    equal((ids[0][0], ids[0][-1]), (2, 3), "[CLS] and [SEP] around a text that is cut")
    equal(ids[1], [2, 3, 9, 9, 9, 9], "an empty text")


def padding_share():
    """As aug bench prints it, and as batches have it."""
    printed = succeed("bench", "spec.yaml", "--seconds", 0.1)
    share = next(line for line in printed.splitlines() if line.startswith("padding of ids"))
    n_ids = n_places = 0
    for step in range(12):
        length = batch("--step", step)["length"].tolist()
        n_ids += sum(length)
        n_places += len(length) * max(length)
    return float(share.split()[3]), 100 * (1 - n_ids / n_places)


def test_buckets_save_padding_and_keep_the_stream():
    make_rows()
    shares = []
    for bucket in ("", ", group_by_length: 6"):
        write_spec("text: false, ids: {tokenizer: bytes, max_length: 300}", "RandomSwap: {}", bucket)
        digests = {succeed("digest", "spec.yaml", "--threads", n, "--epochs", 2) for n in (1, 2, 8)}
        equal(len(digests), 1, f"streams with{bucket or 'out buckets'}")
        printed, counted = padding_share()
        shares.append(counted)
        if abs(printed - counted) > 6:
            raise AssertionError(f"padding of {printed} % printed, {counted} % in batches")
        whole = batch("--step", 1)
        parts = [batch("--step", 1, "--rank", rank, "--world", 3) for rank in range(3)]
        for name in ("ids", "length", "index"):
            joined = numpy.concatenate([part[name] for part in parts])
            equal(joined.tolist(), whole[name].tolist(), f"{name} of all ranks")
    print(f"padding: {shares[0]:.1f} % in chance order, {shares[1]:.1f} % in buckets")
    if shares[1] > 0.6 * shares[0]:
        raise AssertionError(f"{shares[1]} % of padding in buckets, {shares[0]} % without")


def test_a_server_gives_the_same():
    make_rows()
    write_spec("text: false, ids: {tokenizer: bytes, max_length: 50}", "RandomDeletion: {}",
               ", group_by_length: 3")
    text = read("spec.yaml").decode().replace("{kind: tsv, path: rows.tsv}", "rows")
    write("spec.yaml", text)
    here = succeed("digest", "spec.yaml", "--dataset", "rows=tsv:rows.tsv")
    with Server("rows=tsv:rows.tsv") as server:
        equal(succeed("digest", "spec.yaml", "--from", server.addresses[0]), here, "digests")


def test_what_does_not_fit_is_refused():
    make_rows()
    for output, words in (
            ("ids: words", "needs a vocabulary, which 'aug data build vocabulary' makes"),
            ("ids: none.json", "none.json: there is no such file"),
            ("ids: wrods", "there is no tokenizer 'wrods' (did you mean 'words'?); allowed is words, hashing"),
            ("ids: gpt2", "there is no tokenizer 'gpt2'; allowed is words, hashing"),
            ("ids: {tokenizer: bytes, lower: true}", "lower is given"),
            ("ids: {tokenizer: bytes, buckets: 5}", "buckets is given"),
            ("ids: {tokenizer: hashing}", "words need a vocabulary or buckets"),
            ("ids: {tokenizer: bytes, max_length: 1}", "the tokenizer adds 1 ids to every text"),
            ("ids: {tokenizer: bytes, max_size: 1}", "the key 'max_size' is not known"),
            ("ids: {max_length: 9}", "tokenizer is missing"),
            ("ids: [bytes]", "tokenizer is a list; allowed is text")):
        write_spec(output)
        contains(fail(2, "check", "spec.yaml"), words)
    write_spec("ids: {tokenizer: bytes, max_length: 20, truncation: false}")
    contains(fail(1, "batch", "spec.yaml", "-o", "b.safetensors"), "#", "more than 20 ids")


def test_vocabularies():
    write("rows.tsv", "0\tb a B c\n1\tc b .\n0\tÄ\n")
    done = aug("data", "build", "vocabulary", "tsv:rows.tsv", "--lower", "-o", "words.txt")
    equal(done.returncode, 0, done.stderr)
    contains(done.stderr, "words.txt: 7 lines from the texts of 3 samples")
    equal(read("words.txt").decode(), "[PAD]\n[UNK]\nb\nc\n.\na\nä\n", "lines")
    succeed("data", "build", "vocabulary", "rows.tsv", "--lower", "-o", "same.txt")
    equal(read("same.txt"), read("words.txt"), "the kind follows from the name")
    succeed("data", "build", "vocabulary", "tsv:rows.tsv", "-o", "few.txt", "--min-count", 2, "--field", "text")
    equal(read("few.txt").decode(), "[PAD]\n[UNK]\nb\nc\n", "lines")
    succeed("data", "build", "vocabulary", "tsv:rows.tsv", "-o", "one.txt", "--max-size", 3,
            "--unit", "graphemes")
    equal(read("one.txt").decode(), "[PAD]\n[UNK]\n \n", "lines")
    write_spec("ids: {tokenizer: words, vocabulary: words.txt, lower: true, max_length: 4}",
               batch=", shuffle: false")
    equal(batch()["ids"].tolist(), [[2, 5, 2, 3], [3, 2, 4, 0], [6, 0, 0, 0]], "ids")
    contains(fail(2, "data", "build", "vocabulary", "tsv:rows.tsv"), "--output is missing")
    contains(fail(2, "data", "build", "vocabulary", "tsv:rows.tsv", "-o", "x", "--field", "txt"),
             "'txt' is no field of text")
    contains(fail(2, "data", "build", "vocabulary", "synthetic:count=3,size=8", "-o", "x"),
             "no field of text")
    contains(fail(2, "data", "build", "wordnet", "--min-count", 3), "--min-count is no option")


program.main(globals())
