#!/usr/bin/env python3
"""Asks Hugging Face's tokenizers about every code point and writes text/tokens/codes.inc.

    python3 -m venv VENV && VENV/bin/pip install tokenizers
    VENV/bin/python tools/token_codes.py > text/tokens/codes.inc

The file is committed; it is made again where a newer version of the package differs.
"""
import tokenizers
from tokenizers import AddedToken, Regex, Tokenizer, models, normalizers, pre_tokenizers

CODES = [code for code in range(0x110000) if not 0xD800 <= code <= 0xDFFF]
# The canonical combining classes that a mark is put beside: the highest one, and one below all.
HIGH_MARK, OVERLAY = "\u0315", "\u0334"


def bert(**on):
    """A BertNormalizer of which only some parts are on."""
    parts = dict.fromkeys(("clean_text", "handle_chinese_chars", "strip_accents", "lowercase"), False)
    return normalizers.BertNormalizer(**{**parts, **on})


def bits():
    """The bits of codes.h, in its order, for each code point."""
    split = pre_tokenizers.BertPreTokenizer()
    clean, accents = bert(clean_text=True), bert(strip_accents=True)
    marks = normalizers.StripAccents()
    level = pre_tokenizers.ByteLevel(add_prefix_space=False)
    single = Tokenizer(models.WordLevel({"a": 0, "u": 1}, unk_token="u"))
    single.add_tokens([AddedToken("XYZ", single_word=True)])
    added = single.token_to_id("XYZ")
    found = {}
    for code in CODES:
        char = chr(code)
        pieces = len(split.pre_tokenize_str("a" + char + "b"))
        tests = (pieces == 3, pieces == 2,
                 clean.normalize_str(char) == "", accents.normalize_str(char) == "",
                 marks.normalize_str(char) == "",
                 len(level.pre_tokenize_str("b" + char)) == 1, len(level.pre_tokenize_str("1" + char)) == 1,
                 added not in single.encode("XYZ" + char).ids)
        found[code] = sum(1 << i for i, holds in enumerate(tests) if holds)
    return found


def lower():
    """Lower case forms of one code point, where they are another one."""
    form = normalizers.Lowercase()
    forms = {code: form.normalize_str(chr(code)) for code in CODES}
    several = [code for code, text in forms.items() if len(text) != 1]
    assert several == [0x130], several
    return {code: ord(text) for code, text in forms.items() if len(text) == 1 and ord(text) != code}


def unknown(form_of, class_of):
    """Code points with a canonical form or class that the package does not know of."""
    nfd = normalizers.NFD()
    for code in CODES:
        char = chr(code)
        if form_of("NFD", char) != char:
            if nfd.normalize_str(char) == char:
                yield code
        elif 0 < class_of(char) < 232 and nfd.normalize_str("a" + HIGH_MARK + char) == "a" + HIGH_MARK + char:
            yield code
        elif class_of(char) >= 232 and nfd.normalize_str("a" + char + OVERLAY) == "a" + char + OVERLAY:
            yield code


def ranges(values):
    """Rows (first, last, value) of neighbours of one value."""
    rows = []
    for code, value in values:
        if rows and rows[-1][1] == code - 1 and rows[-1][2] == value:
            rows[-1][1] = code
        else:
            rows.append([code, code, value])
    return rows


def steps(forms):
    """Rows (first, last, step, difference): every step-th code point moves by the difference."""
    rows = []
    for code, form in sorted(forms.items()):
        last = rows[-1] if rows else None
        if last and last[3] == form - code and code - last[1] in (1, 2) and last[2] in (0, code - last[1]):
            last[1], last[2] = code, code - last[1]
        else:
            rows.append([code, code, 0, form - code])
    return [[first, last, step or 1, by] for first, last, step, by in rows]


def table(kind, name, rows):
    """A C array."""
    print(f"static const {kind} {name}[] = {{")
    line = "   "
    for row in rows:
        text = " {" + ", ".join(row) + "},"
        if len(line + text) > 99:
            print(line)
            line = "   "
        line += text
    print(line + "\n};\n")


def main():
    import unicodedata2
    print(f"/* Made by tools/token_codes.py with tokenizers {tokenizers.__version__}. */")
    table("BitsRow", "bits_rows", [(f"{a:#x}", f"{b:#x}", str(v)) for a, b, v in ranges(sorted(bits().items())) if v])
    table("LowerRow", "lower_rows", [(f"{a:#x}", f"{b:#x}", str(s), str(d)) for a, b, s, d in steps(lower())])
    rows = ranges((code, 0) for code in unknown(unicodedata2.normalize, unicodedata2.combining))
    table("UnknownRow", "unknown_rows", [(f"{a:#x}", f"{b:#x}") for a, b, _ in rows])


if __name__ == "__main__":
    main()
