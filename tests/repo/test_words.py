"""Words that may not stand in the project: unsafe functions, paths of one machine, unfinished work."""
import re
import sys

from project import TOP

from measure import declarations, files

# Calls that cannot be told how much room there is, or that hide errors or state.
UNSAFE = re.compile(r"\b(sprintf|vsprintf|strcpy|strcat|strtok|atoi|atol|atof|gets|alloca)\s*\(")
# A library that prints, ends the process or reads the environment decides for its program.
RUDE = re.compile(r"\b(printf|puts|putchar|exit|_exit|abort|perror|system|popen)\s*\(")
# libm rounds differently from machine to machine; parameters are made of our own functions.
INEXACT = re.compile(r"\b(expf?|logf?|log2|log10|sinf?|cosf?|tanf?|powf?|atan2f?|cbrtf?)\s*\(")
LIBRARIES = ("libaug/", "image/", "text/", "protocol/", "trainer/nn/")
# The patterns are split so that this file does not contain what it looks for.
MACHINE = re.compile("(/wo" "rk/|/fa" "rm/|/tmp/bash" "_jobs|/ro" "ot/|/ho" r"me/\w+/)")
UNFINISHED = re.compile(r"\b(TO" "DO|FIX" "ME|X" "XX|HA" "CK|not imple" r"mented)\b")
BINARY = (".png", ".jpg", ".jpeg", ".gz", ".bin", ".idx", ".safetensors", ".tar")
# Prose in which such a word is a quotation.
QUOTES = ("CONTRIBUTING.md", "LICENSE")


def unsafe_calls(name, text):
    """Sentences about calls in code; comments and strings do not count."""
    code = declarations.blank(text, False)
    patterns = [(UNSAFE, "is not used here")]
    if name.startswith(LIBRARIES):
        patterns.append((RUDE, "is for programs, not for libraries"))
    if name.startswith(("libaug/", "image/")):
        patterns.append((INEXACT, "differs between machines; use libaug/base/exact_math.h"))
    for pattern, why in patterns:
        for match in pattern.finditer(code):
            line = code.count("\n", 0, match.start()) + 1
            yield f"{name}:{line}: {match.group(1)} {why}"


def unfit_words(name, text):
    """Sentences about words in any text file."""
    for pattern, why in ((MACHINE, "a path of one machine"), (UNFINISHED, "unfinished work")):
        for match in pattern.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            yield f"{name}:{line}: {why}: {match.group(1)}"


def sees():
    """Whether the search finds what it must."""
    return (len(list(unsafe_calls("libaug/a.c", 'str' 'cpy(a, b); printf("x"); y = exp(2);'))) == 3
            and not list(unsafe_calls("cli/a.c", '/* gets(x) */ printf("atoi(1)"); my_gets(1);'))
            and len(list(unfit_words("x.md", "see /ro" "ot/x, TO" "DO"))) == 2)


def main():
    wrong = []
    for name in files.listed(TOP):
        if name.endswith(BINARY) or name in QUOTES:
            continue
        text = files.read(TOP, name)
        wrong += unfit_words(name, text)
        if files.is_c(name):
            wrong += unsafe_calls(name, text)
    for sentence in wrong:
        print(sentence)
    if not sees():
        print("the search no longer finds what it must")
    print(f"{len(wrong)} found")
    return 1 if wrong or not sees() else 0


sys.exit(main())
