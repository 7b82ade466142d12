#!/usr/bin/env python3
"""Makes text/unicode/properties_index.c and properties_blocks.c: what Unicode says of each code.

make_unicode_tables.py            writes both files
make_unicode_tables.py --check    says which of them is stale, and exits with 1 if one is

Reads the data files of Debian's package unicode-data (15.0), or the folder UNICODE_DATA. The names
that it writes are those of text/unicode/properties.h.
"""
import os
import re
import subprocess
import sys

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
DATA = os.environ.get("UNICODE_DATA", "/usr/share/unicode")
VERSION = "15.0.0"
N_CODES = 0x110000

# Blocks of 32 codes give the smallest tables of two stages. Above END everything is as unassigned
# codes are, but for the first codes of plane 14 (tags, variation selectors, and what is ignored),
# whose blocks follow those below END.
BLOCK = 32
END, PLANE_14, N_PLANE_14 = 0x32400, 0xE0000, 0x1000

HEAD = """/* Made by tools/make_unicode_tables.py from the data files of Unicode {version}; do not edit.
 *
 * {what}
 *
 * Copyright (c) 1991-2022 Unicode, Inc. The data are used under the terms of
 * text/unicode/UNICODE-LICENSE.txt; changed: joined into tables.
 */
"""

SCRIPTS = {
    "Latin": "LATIN", "Greek": "GREEK", "Cyrillic": "CYRILLIC", "Armenian": "ARMENIAN",
    "Georgian": "GEORGIAN", "Hebrew": "HEBREW", "Arabic": "ARABIC", "Devanagari": "DEVANAGARI",
    "Bengali": "BENGALI", "Tamil": "TAMIL", "Thai": "THAI", "Lao": "LAO", "Khmer": "KHMER",
    "Myanmar": "MYANMAR", "Hangul": "HANGUL", "Han": "HAN", "Hiragana": "KANA",
    "Katakana": "KANA", "Common": "COMMON", "Inherited": "COMMON",
}

CLASSES = {
    "L": "LETTER", "M": "MARK", "Nd": "DIGIT", "N": "NUMBER", "P": "PUNCTUATION", "S": "SYMBOL",
    "Z": "SPACE", "Cn": "UNASSIGNED", "Co": "UNASSIGNED", "C": "CONTROL",
}


def rows(name):
    """(first, last, fields) of each line of a data file."""
    with open(os.path.join(DATA, name), encoding="utf-8") as file:
        for line in file:
            fields = [f.strip() for f in line.partition("#")[0].split(";")]
            if fields[0]:
                first, _, last = fields[0].partition("..")
                yield int(first, 16), int(last or first, 16), fields[1:]


def values(name, default):
    """A property's value for every code."""
    result = [default] * N_CODES
    for first, last, fields in rows(name):
        result[first:last + 1] = [fields[0]] * (last + 1 - first)
    return result


def members(name, *wanted):
    """The codes of lines whose first field is one of those wanted."""
    return {code for first, last, fields in rows(name) if fields[0] in wanted
            for code in range(first, last + 1)}


def class_of(category, is_space):
    """Our class of a general category; white space is what the property says, controls too."""
    if is_space:
        return "SPACE"
    return CLASSES.get(category) or CLASSES[category[0]]


def records():
    """What is said of each code, as the text of one row of C."""
    category = values("extracted/DerivedGeneralCategory.txt", "Cn")
    breaks = [(prefix, values(f"auxiliary/{name}BreakProperty.txt", "Other"))
              for prefix, name in (("WB", "Word"), ("GB", "Grapheme"), ("SB", "Sentence"))]
    script = values("Scripts.txt", "Unknown")
    space = members("PropList.txt", "White_Space")
    unstable = members("DerivedNormalizationProps.txt", "NFC_QC")
    unstable |= {code for first, last, fields in rows("extracted/DerivedCombiningClass.txt")
                 if fields[0] != "0" for code in range(first, last + 1)}
    flags = [
        ("UPPER", members("DerivedCoreProperties.txt", "Uppercase")),
        ("LOWER", members("DerivedCoreProperties.txt", "Lowercase")),
        ("TITLE", {code for code in range(N_CODES) if category[code] == "Lt"}),
        ("PICTOGRAPH", members("emoji/emoji-data.txt", "Extended_Pictographic")),
        ("UNSTABLE", unstable),
        ("FOLDED", members("DerivedCoreProperties.txt", "Changes_When_Casefolded")),
    ]
    result = []
    for code in range(N_CODES):
        words = [f"TXT_{prefix}_{value[code].upper()}" for prefix, value in breaks]
        words.append(f"TXT_CLASS_{class_of(category[code], code in space)}")
        words.append(f"TXT_SCRIPT_{SCRIPTS.get(script[code], 'OTHER')}")
        words.append(" | ".join(f"TXT_IS_{name}" for name, codes in flags if code in codes) or "0")
        result.append("{" + ", ".join(words) + "}")
    return result


def stages(row_of):
    """The distinct rows, the distinct blocks of numbers of rows, and the block of each 32 codes."""
    numbers, blocks, index = {row_of[END]: 0}, {}, []
    for code in range(END, N_CODES):
        if not PLANE_14 <= code < PLANE_14 + N_PLANE_14 and row_of[code] not in numbers:
            sys.exit(f"U+{code:04X}, above the tables, is {row_of[code]}")
    for first in list(range(0, END, BLOCK)) + list(range(PLANE_14, PLANE_14 + N_PLANE_14, BLOCK)):
        block = tuple(numbers.setdefault(row_of[first + k], len(numbers)) for k in range(BLOCK))
        index.append(blocks.setdefault(block, len(blocks)))
    if len(numbers) > 256:
        sys.exit(f"{len(numbers)} distinct rows do not fit into bytes")
    return list(numbers), list(blocks), index


def formatted(text):
    """A source as clang-format leaves it."""
    done = subprocess.run(["clang-format", "--style=file", "--assume-filename=text/unicode/x.c"],
                          input=text, cwd=TOP, capture_output=True, text=True, check=True)
    return done.stdout


def head(what):
    """The comment that a file begins with, and its includes."""
    return HEAD.format(version=VERSION, what=what) + '#include "text/unicode/properties.h"\n\n'


def numbers_text(numbers):
    """Numbers in lines as wide as a line may be; spaces would need a third more of them."""
    lines, line = [], ""
    for number in numbers:
        word = f"{number},"
        if len(line) + len(word) > 96:
            lines.append("    " + line)
            line = ""
        line += word
    return "\n".join(lines + ["    " + line])


def files():
    """Name and content of each file."""
    with open(os.path.join(DATA, "auxiliary/WordBreakProperty.txt"), encoding="utf-8") as file:
        if not re.search(re.escape(f"-{VERSION}.txt"), file.readline()):
            sys.exit(f"the data in {DATA} are not of Unicode {VERSION}")
    row_of = records()
    distinct, blocks, index = stages(row_of)
    ascii_rows = [row_of[code].strip("{}").split(",")[0] for code in range(128)]
    index_text = head("The distinct rows, the block of each 32 codes, and what ASCII bytes are in words.")
    index_text += "const TxtProperties txt_properties_rows[] = {\n" + ",\n".join(distinct) + ",\n};\n\n"
    index_text += "// clang-format off\n"
    index_text += "const uint16_t txt_properties_index[TXT_PROPERTIES_BLOCKS] = {\n"
    index_text += numbers_text(index) + "\n};\n// clang-format on\n\n"
    index_text += "const uint8_t txt_ascii_word_break[128] = {\n" + ", ".join(ascii_rows) + "};\n"
    block_text = head("The number of the row of each code, for each distinct block of 32 codes.")
    block_text += "// clang-format off\n"
    block_text += "const uint8_t txt_properties_blocks[] = {\n"
    block_text += numbers_text([number for block in blocks for number in block])
    block_text += "\n};\n// clang-format on\n"
    return {"properties_index.c": formatted(index_text), "properties_blocks.c": formatted(block_text)}


def main():
    stale = 0
    for name, text in files().items():
        path = os.path.join(TOP, "text/unicode", name)
        if sys.argv[1:] == ["--check"]:
            with open(path, encoding="utf-8") as file:
                if file.read() != text:
                    print(f"text/unicode/{name} is stale; tools/make_unicode_tables.py writes it")
                    stale = 1
        else:
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
    return stale


if __name__ == "__main__":
    sys.exit(main())
