#!/usr/bin/env python3
"""Makes tests/golden/tokens: small tokenizers, trained by Hugging Face's tokenizers on the sentences
below, and the ids that it gives to texts. Needs that package (pip install tokenizers==0.23.3):

    tools/make_token_vectors.py tests/golden/tokens

NAME.json is a tokenizer; ids.txt has lines "NAME max_length text-in-hex: ids".
"""
import copy
import json
import pathlib
import random
import sys

from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers

SENTENCES = """
The harbour was quiet, and the two fishermen were mending their nets before sunrise.
She didn't want to sell the old piano; it had been her grandmother's, after all.
We'll need 12 eggs, 3 lemons and half a litre of milk for Sunday's cake.
The train from Leeds arrived at 10:45, twenty minutes late, and nobody complained.
He's never been to the seaside, they've been there twice, and I'm going tomorrow.
Unbelievably, the smallest team won the longest race of the whole summer.
Der Bäcker öffnet um sechs Uhr, und die Straße riecht nach frischem Brot.
Größere Brücken müssen jährlich überprüft werden, kleinere alle zwei Jahre.
오늘 아침에는 비가 와서 우산을 들고 학교에 갔습니다.
친구들과 같이 영화를 보고 저녁에 김치찌개를 먹었어요.
今天的天气很好，我们去公园散步，看见了很多花。
这家小店的面条又便宜又好吃，老板也很热情。
เมื่อวานนี้ฝนตกหนักมาก แต่วันนี้ท้องฟ้าแจ่มใส
القطة نائمة على السطح والشمس مشرقة اليوم.
Le garçon a mangé des crêpes près de l'église à midi.
İstanbul'da hava güzel, çocuklar ışıklı sokakta oynuyor.
"""
SPECIAL_BERT = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
SPECIAL_BYTES = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]

# What the sentences do not hold: the empty text, white space, broken sequences, marks in any order,
# specials inside of words, long words.
ODD = [b"", b" ", b"\n\n", b"\t the\r\n  harbour", b"The [MASK] was[SEP]quiet<mask>!", b"a<mask> b </s>c",
       "e\u0301\u0323 e\u0323\u0301 \u1ec7 \u00e9".encode(), "\u0344\u0315\u0301x".encode(),
       "가각 \u1100\u1161\u11a8".encode(), "İI ıi ẞß ΣΑΣ".encode(), "１２ ½ ² Ⅻ 3.14".encode(),
       "a\u00a0b\u2003c\u3000d\u200be\ufeff".encode(), "a\u0000b\u0007c\ufffdd".encode(),
       "👩\u200d👩\u200d👧 👍🏽!".encode(), b"ok \xff\xfe \xe4\xb8 \xf0\x9f\x91 \xc3( \xed\xa0\x80 end",
       b"they'll they're 'tis ''s I'M o'clock 's 't", b"   three   spaces   ", b"x" * 300,
       b"unbelievably-unfriendly_words//and...dots", "中文English한국어ไทย".encode(),
       "\u0301\u0323".encode() * 40, "ⱥⱦ ǅ Ꭰ ꭰ Ა ა".encode(), "क्षि நி ကြ་".encode(), b"the " * 60]


def bert():
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.train_from_iterator(SENTENCES.split("\n"), trainers.WordPieceTrainer(
        vocab_size=420, special_tokens=SPECIAL_BERT, show_progress=False))
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 2), ("[SEP]", 3)])
    return json.loads(tokenizer.to_str())


def roberta():
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.train_from_iterator(SENTENCES.split("\n"), trainers.BpeTrainer(
        vocab_size=500, special_tokens=SPECIAL_BYTES, show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    tokenizer.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0), add_prefix_space=False)
    return json.loads(tokenizer.to_str())


def added(content, number, **flags):
    return {"id": number, "content": content, "single_word": False, "lstrip": False, "rstrip": False,
            "normalized": False, "special": False, **flags}


def sequence(*types):
    return {"type": "Sequence", "normalizers": [{"type": name} for name in types]}


def changed(base, **changes):
    """A copy in which members are others; those of "model" and further added tokens are added."""
    new = copy.deepcopy(base)
    new["model"].update(changes.pop("model", {}))
    new["added_tokens"] += changes.pop("added", [])
    new.update(changes)
    return new


def tokenizers():
    pieces, merged = bert(), roberta()
    n_pieces, n_merged = len(pieces["model"]["vocab"]), len(merged["model"]["vocab"])
    yield "word_piece", pieces
    yield "word_piece_cased", changed(
        pieces, normalizer={"type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": True,
                            "strip_accents": None, "lowercase": False},
        added=[added("Harbour", n_pieces, single_word=True, normalized=True), added("é", n_pieces + 1, normalized=True),
               added("<x>", n_pieces + 2, lstrip=True, rstrip=True)])
    yield "word_piece_forms", changed(pieces, normalizer=sequence("NFD", "StripAccents", "Lowercase", "NFC"),
                                      pre_tokenizer={"type": "WhitespaceSplit"}, post_processor=None)
    yield "byte_pairs", merged
    yield "byte_pairs_prefix", changed(
        merged, pre_tokenizer={"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True},
        model={"ignore_merges": True}, normalizer=sequence("NFC"),
        added=[added("quiet", n_merged, lstrip=True, single_word=True)])
    vocabulary = {token: number for token, number in merged["model"]["vocab"].items()
                  if token.startswith("<") or not set(token) & set("aĠé")}
    yield "byte_pairs_unknown", changed(
        merged, post_processor={"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": False, "use_regex": True},
        model={"unk_token": "<unk>", "fuse_unk": True, "vocab": vocabulary,
               "merges": [pair for pair in merged["model"]["merges"] if "".join(pair) in vocabulary]})


def texts():
    draw = random.Random(9)
    words = SENTENCES.split() + [text.decode("utf-8", "replace") for text in ODD[3:16]]
    yield from (line.encode() for line in SENTENCES.split("\n") if line)
    yield from ODD
    for _ in range(20):
        yield draw.choice(["", " ", "\n"]).join(draw.choice(words) for _ in range(draw.randrange(1, 9))).encode()


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    lines = []
    for name, tokenizer in tokenizers():
        text = json.dumps(tokenizer, ensure_ascii=False, separators=(",", ":"))
        (folder / f"{name}.json").write_text(text + "\n")
        for most in (100000, 9):
            theirs = Tokenizer.from_file(str(folder / f"{name}.json"))
            theirs.enable_truncation(most)
            for row in texts():
                ids = theirs.encode(row.decode("utf-8", "replace")).ids
                lines.append(f"{name} {most} {row.hex()}: {' '.join(map(str, ids))}\n")
    (folder / "ids.txt").write_text("".join(lines))


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
