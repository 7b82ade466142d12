"""SynonymReplacement and RandomInsertion beside English: German and Spanish by thesauri of MyThes, Korean by a list of
a user's own, with small ones of ours.
"""
import json
import unicodedata

import program
from program import contains, equal, fail, succeed, write

GERMAN = """UTF-8
Haus|1
-|Haus|Gebäude|Bauwerk
Gebäude|1
-|Haus|Gebäude|Bauwerk
Bauwerk|1
-|Haus|Gebäude|Bauwerk
schnell|1
-|schnell|rasch|flott (ugs.)
rasch|1
-|schnell|rasch|flott (ugs.)
flott|1
-|schnell|rasch|flott (ugs.)
Bank|2
-|Bank|Geldinstitut
-|Bank|Sitzbank
Geldinstitut|1
-|Bank|Geldinstitut
schön|1
-|schön|hübsch|so richtig schön
hübsch|2
-|schön|hübsch|so richtig schön
-|hübsch|nett
laufen|1
-|laufen|rennen|Lauf
rennen|1
-|laufen|rennen|Lauf
Lauf|1
-|laufen|rennen|Lauf
der|1
-|der|welcher
welcher|1
-|der|welcher
miteinander|1
-|miteinander|zusammen|mit
zusammen|1
-|miteinander|zusammen|mit
mit|1
-|miteinander|zusammen|mit
"""
SPANISH = """ISO8859-1
rápido|1
- |rápido|veloz|raudo
veloz|1
- |rápido|veloz|raudo
raudo|1
- |rápido|veloz|raudo
coche|1
- |coche|automóvil|auto
automóvil|1
- |coche|automóvil|auto
feliz|1
- |feliz|contento|triste (antónimo)
contento|1
- |feliz|contento|triste (antónimo)
"""
KOREAN = """영화\tn\t작품
작품\tn\t영화
배우\tn\t연기자
드라마\tn\t연속극
정말\tr\t진짜
보다\tv\t관람하다
고양이\tn\t냥이
고양\tn\t찬양
완성\tn\t마무리
게임\tn\tgame
"""


def build(kind, lang, content, encoding="utf-8"):
    """A lexicon of a small source; its path."""
    write(f"{lang}.txt", content.encode(encoding))
    succeed("data", "build", kind, f"{lang}.txt", "--lang", lang, "--output", f"{lang}.augx")
    return f"./{lang}.augx"


def replace(lexicon, texts, params="alpha: 1", output="{}", op="SynonymReplacement"):
    """What becomes of each text, as (outcome, text)."""
    write("in.txt", "".join(text + "\n" for text in texts))
    write("spec.yaml", f"augd: 1\nseed: 3\npipeline:\n  - {op}: {{lang: {lexicon}, {params}}}\noutput: {output}\n")
    succeed("apply", "spec.yaml", "--input", "lines:in.txt", "--output", "out.txt", "--edits", "edits.jsonl")
    lines = program.read("out.txt").decode().split("\n")[:-1]
    outcomes = [json.loads(line)["outcome"] for line in program.read("edits.jsonl").decode().splitlines()]
    for name in ("out.txt", "edits.jsonl"):
        program.os.remove(name)
    equal(len(lines), len(texts), "lines")
    return list(zip(outcomes, lines))


def one_of(found, *allowed):
    """The text is one of these."""
    if found[1] not in allowed:
        raise AssertionError(f"{found} is none of {allowed}")


def test_german():
    german = build("mythes", "de", GERMAN)
    texts = ["Das Haus ist schnell gebaut.", "Schnell ging er zur Bank.", "Sie laufen.", "Ein schneller Tag.",
             "Das ist schön.", "Wir gehen miteinander der Sonne nach, mit Hut.", "Das ist flott."]
    expected = ["Das Haus ist rasch gebaut.", "Rasch ging er zur Bank.", "Sie rennen.",
                # No entry is inflected, a word that has a second sense does not come, and one that has a mark of
                # style is replaced, but does not come either.
                "Ein schneller Tag.", "Das ist schön.",
                # Words that hold a sentence together neither go nor come.
                "Wir gehen zusammen der Sonne nach, mit Hut."]
    found = replace(german, texts)
    equal([made for _, made in found[:6]], expected, "with names as they are")
    one_of(found[6], "Das ist schnell.", "Das ist rasch.")
    equal([outcome for outcome, _ in found[3:5]], ["no_data", "no_data"], "what cannot be done is said")
    # Nouns have capitals, and so look like names.
    found = replace(german, texts[:2], output="{unprotect: [names]}")
    one_of(found[0], "Das Gebäude ist rasch gebaut.", "Das Bauwerk ist rasch gebaut.")
    one_of(found[1], "Rasch ging er zur Bank.")


def test_spanish():
    spanish = build("mythes", "es", SPANISH, "latin-1")
    rows = ["Un coche rápido.", "RÁPIDO como él", unicodedata.normalize("NFD", "Es rápido."), "Soy feliz.", "coches"]
    found = replace(spanish, rows)
    one_of(found[0], "Un automóvil veloz.", "Un automóvil raudo.")
    one_of(found[2], "Es veloz.", "Es raudo.")
    equal(found[3], ("fewer", "Soy contento."), "no antonym comes")
    equal(found[4], ("no_data", "coches"), "a form that is not listed")


def test_korean():
    korean = build("list", "ko", KOREAN)
    cases = [
        ("이 영화는 정말 좋다.", "이 작품은 진짜 좋다."),
        ("이 작품이 좋다", "이 영화가 좋다"),
        # A particle behind a quotation mark agrees with the word inside.
        ("‘영화’를 ‘영화’ 영화(2)는", "‘영화’를 ‘작품’ 영화(2)는"),
        ("영화로 영화에서만", "작품으로 작품에서만"),
        ("배우들과 드라마를", "연기자들과 연속극을"),
        ("고양이가 고양이", "냥이가 냥이"),
        ("완성도", "완성도"),
        ("게임은 게임의", "게임은 game의"),
        ("영화입니다 영화였다", "영화입니다 영화였다"),
        ("안 보다", "안 보다"),
        ("정말로", "정말로"),
    ]
    found = replace(korean, [text for text, _ in cases])
    equal([made for _, made in found], [expected for _, expected in cases], "composed")
    nfd = replace(korean, [unicodedata.normalize("NFD", text) for text, _ in cases])
    equal([made for _, made in nfd], [unicodedata.normalize("NFD", expected) for _, expected in cases], "decomposed")
    equal([outcome for outcome, _ in nfd], [outcome for outcome, _ in found], "outcomes")


def test_a_language_without_lexicon():
    write("in.txt", "un texte\n")
    write("spec.yaml", "augd: 1\npipeline: [SynonymReplacement: {lang: fr}]\n")
    contains(fail(2, "apply", "spec.yaml", "--input", "lines:in.txt", "--output", "out.txt"),
             "spec.yaml:2:12: SynonymReplacement: fr: there is no lexicon 'fr'", "aug data build")


if __name__ == "__main__":
    program.main(globals())
