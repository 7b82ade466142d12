"""Ids in streams equal those of Hugging Face's tokenizers, on rows of at least five languages: a
WordPiece and a byte-level BPE are trained on them there, and every batch is compared. Needs that
package: AUGD_PYTHON names a Python that has it, where the system's has not."""
import gzip
import json
import os
import random
import struct
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
TOP, BUILD = os.environ["AUGD_SOURCE"], os.environ["AUGD_BUILD"]
OTHER = os.environ.pop("AUGD_PYTHON", None)
if OTHER:
    os.execv(OTHER, [OTHER, os.path.abspath(__file__)])
os.environ["TOKENIZERS_PARALLELISM"] = "false"
try:
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers
except ImportError:
    print("skipped: tokenizers is not installed (pip install tokenizers)")
    sys.exit(77)

DATA = os.environ.get("AUGD_DATA") or os.path.join(TOP, "..", "shared", "data")
FILES = ["text/sst2_train.tsv.gz", "text/ag_news_5k.tsv.gz", "text/nsmc_ko_train16k.tsv.gz",
         "text/waimai_zh_6k.tsv.gz", "hostile-text/udhr-multilingual.tsv.gz"]
ROWS, BATCH = 100000, 5000
# Cut in the middle of most texts of the longer kind.
MAX_LENGTH = 48


def rows():
    """Texts of all files, then as many as are missing made of words of several of them."""
    texts = []
    for name in FILES:
        path = os.path.join(DATA, name)
        if not os.path.exists(path):
            print(f"skipped: {path} is absent")
            sys.exit(77)
        with gzip.open(path, "rt", encoding="utf-8", newline="\n") as file:
            texts += [line.rstrip("\n").split("\t", 1)[1] for line in file]
    draw = random.Random(1)
    marks = ["<mask>", "[MASK]", "'s", " ", "e\u0301", "\u0323\u0301", "\u00a0", "１２", "👍🏽", "İ", "\u200d"]
    while len(texts) < ROWS:
        words = [draw.choice(draw.choice(texts).split(" ")) for _ in range(draw.randrange(1, 12))]
        words.insert(draw.randrange(len(words) + 1), draw.choice(marks))
        texts.append(draw.choice([" ", "", "  "]).join(words))
    return [text.replace("\t", " ") for text in texts[:ROWS]]


def word_piece(texts):
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.train_from_iterator(texts, trainers.WordPieceTrainer(
        vocab_size=20000, show_progress=False, special_tokens=["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]))
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 2), ("[SEP]", 3)])
    return tokenizer


def byte_pairs(texts):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    tokenizer.train_from_iterator(texts, trainers.BpeTrainer(
        vocab_size=20000, show_progress=False, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        special_tokens=["<s>", "<pad>", "</s>", "<unk>", "<mask>"]))
    tokenizer.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0))
    return tokenizer


def tensor(content, name):
    """Numbers of a tensor of a safetensors file."""
    start = 8 + int.from_bytes(content[:8], "little")
    first, end = json.loads(content[8:start])[name]["data_offsets"]
    return struct.unpack(f"<{(end - first) // 4}i", content[start + first:start + end])


def batch_ids(step):
    """Rows of ids of a batch."""
    done = subprocess.run([os.path.join(BUILD, "cli", "aug"), "batch", "spec.yaml", "--step", str(step), "-o", "-", "--quiet"],
                          stdout=subprocess.PIPE, check=True)
    ids, lengths = tensor(done.stdout, "ids"), tensor(done.stdout, "length")
    return [list(ids[i * MAX_LENGTH:i * MAX_LENGTH + n]) for i, n in enumerate(lengths)]


def compare(name, tokenizer, texts):
    tokenizer.save(f"{name}.json")
    with open("spec.yaml", "w", encoding="utf-8") as file:
        file.write(f"augd: 1\ndataset: {{kind: tsv, path: rows.tsv}}\npipeline: []\n"
                   f"batch: {{size: {BATCH}, shuffle: false}}\n"
                   f"output: {{text: false, ids: {{tokenizer: {name}.json, max_length: {MAX_LENGTH}}}}}\n")
    tokenizer.enable_truncation(MAX_LENGTH)
    n_ids = wrong = 0
    for step in range(ROWS // BATCH):
        part = texts[step * BATCH:(step + 1) * BATCH]
        for text, ours, theirs in zip(part, batch_ids(step), tokenizer.encode_batch(part)):
            n_ids += len(ours)
            if ours != theirs.ids:
                wrong += 1
                print(f"{name}: {text!r}\n  ours:   {ours}\n  theirs: {theirs.ids}")
    print(f"{name}: {ROWS} rows, {n_ids} ids, {wrong} rows differ")
    return wrong


def main():
    texts = rows()
    with tempfile.TemporaryDirectory(prefix="augd-tokens-") as folder:
        os.chdir(folder)
        with open("rows.tsv", "w", encoding="utf-8", newline="\n") as file:
            file.write("".join(f"0\t{text}\n" for text in texts))
        wrong = sum(compare(name, train(texts[:40000]), texts)
                    for name, train in (("word_piece", word_piece), ("byte_pairs", byte_pairs)))
        os.chdir(TOP)
    sys.exit(1 if wrong else 0)


main()
