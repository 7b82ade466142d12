"""Declarations of C headers, and which of them have no comment directly above.

A declaration is a function, a type or a variable at the outermost level. It is documented if a
comment ends on the line above it, or if it stands directly below a documented one: a comment may
speak for a group. A forward declaration (`struct Foo;`) names what another header documents, and a
static function that is not inline is the body of a template (one header compiled several times),
not an interface; neither is counted.
"""
import re
from typing import NamedTuple


class Declaration(NamedTuple):
    """One declaration: its line (from 1), its first words, and whether a comment stands above."""
    line: int
    text: str
    documented: bool


COMMENT = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)


def blank(text, keep_strings=True):
    """The text with comments (and strings, if asked) as spaces; line breaks stay."""
    def spaces(match):
        found = match.group(0)
        if found[0] in "\"'":
            return found if keep_strings else found[0] + " " * (len(found) - 2) + found[0]
        return re.sub(r"[^\n]", " ", found)
    return COMMENT.sub(spaces, text)


def comment_end_lines(text):
    """Lines (from 1) on which a comment ends that has its lines to itself."""
    ends = set()
    for match in COMMENT.finditer(text):
        if match.group(0)[0] in "\"'":
            continue
        before = text[text.rfind("\n", 0, match.start()) + 1:match.start()]
        if not before.strip():
            ends.add(text.count("\n", 0, match.end()) + 1)
    return ends


def without_preprocessor(code):
    """Code with preprocessor lines, continued ones included, and `extern "C" {` as spaces."""
    code = re.sub(r"^[ \t]*#(?:[^\n\\]|\\.|\\\n)*", lambda m: re.sub(r"[^\n]", " ", m.group(0)),
                  code, flags=re.M)
    return re.sub(r'extern\s+"C"\s*\{', lambda m: re.sub(r"[^\n]", " ", m.group(0)), code)


def statements(code):
    """(start, end) of each outermost statement; a body in braces belongs to its statement."""
    depth, start, i = 0, None, 0
    while i < len(code):
        c = code[i]
        if start is None and not c.isspace() and c not in "};":
            start = i
        if c == "{":
            depth += 1
        elif c == "}" and depth > 0:
            depth -= 1
            is_body = depth == 0 and start is not None and ends_statement(code, start, i)
            if is_body:
                yield start, i + 1
                start = None
        elif c == ";" and depth == 0 and start is not None:
            yield start, i + 1
            start = None
        i += 1


def ends_statement(code, start, end):
    """A function's closing brace ends it; that of a type or an initializer waits for its `;`."""
    head = code[start:code.index("{", start)]
    return "(" in head and "=" not in head and not re.match(r"(typedef|struct|union|enum)\b[^(]*$", head)


def declarations(text):
    """All declarations of one header, in order."""
    code = without_preprocessor(blank(text))
    ends = comment_end_lines(text)
    found, last_line, last_documented = [], -1, False
    for start, end in statements(code):
        words = " ".join(code[start:end].split())
        line = code.count("\n", 0, start) + 1
        if re.fullmatch(r"(struct|union|enum) \w+ ?;|static (?!.*\binline\b).*\}", words):
            documented = True
        else:
            documented = line - 1 in ends or (line - 1 == last_line and last_documented)
            found.append(Declaration(line, words[:70], documented))
        last_line, last_documented = code.count("\n", 0, end) + 1, documented
    return found
