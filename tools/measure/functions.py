"""Length, nesting and parameters of functions, in C (by universal-ctags) and in Python (by ast)."""
import ast
import os
import re
import subprocess
from typing import NamedTuple

from measure import declarations, files


class Function(NamedTuple):
    """One function; depth is its deepest nesting of braces below its own, or 0 in Python."""
    name: str
    file: str
    line: int
    lines: int
    parameters: int
    depth: int


def count_parameters(signature):
    """Named parameters of a C signature "(int a, void (*f)(int), ...)"; "..." is not one."""
    inner, depth, count = signature.strip()[1:-1], 0, 1
    if inner.strip() in ("", "void"):
        return 0
    for c in inner:
        depth += c in "(["
        depth -= c in ")]"
        count += c == "," and depth == 0
    return count - inner.rstrip().endswith("...")


def nesting(code):
    """Deepest level of statements in a function's code, its own body being level 0."""
    deepest, stack = 0, []
    for match in re.finditer(r"[{};=(]", code):
        c = match.group(0)
        if c == "{":
            # An initializer or a compound literal is data, not a level of statements.
            before = code[:match.start()].rstrip()
            stack.append(not (before.endswith(("=", "{", ",")) or bool(re.search(r"\(\s*(struct )?[A-Z]\w*[^()]*\)$", before))))
            deepest = max(deepest, sum(stack) - 1)
        elif c == "}" and stack:
            stack.pop()
    return deepest


def c_functions(top, names):
    """Functions of C and C++ files."""
    if not names:
        return []
    command = ["ctags", "--quiet", "--fields=+neS", "--kinds-C=f", "--kinds-C++=f",
               "--langmap=C:.c.h", "--sort=no", "-L", "-", "-o", "-"]
    done = subprocess.run(command, input="\n".join(names), text=True, cwd=top,
                          capture_output=True, check=True)
    texts, found = {}, []
    for row in done.stdout.splitlines():
        if row.startswith("!_"):
            continue
        cells = row.split("\t")
        name, file = cells[0], cells[1]
        fields = dict(c.split(":", 1) for c in cells[3:] if ":" in c)
        first, last = int(fields["line"]), int(fields.get("end", fields["line"]))
        if file not in texts:
            texts[file] = declarations.blank(files.read(top, file), False).split("\n")
        body = "\n".join(texts[file][first - 1:last])
        found.append(Function(name, file, first, last - first + 1,
                              count_parameters(fields.get("signature", "()")), nesting(body)))
    return found


def python_functions(top, names):
    """Functions and methods of Python files."""
    found = []
    for file in names:
        for node in ast.walk(ast.parse(files.read(top, file), file)):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                given = node.args
                count = len(given.posonlyargs) + len(given.args) + len(given.kwonlyargs)
                found.append(Function(node.name, file, node.lineno,
                                      node.end_lineno - node.lineno + 1, count, 0))
    return found


def available():
    """Whether universal-ctags is here; other programs of that name do not tell where functions end."""
    try:
        done = subprocess.run(["ctags", "--version"], text=True, capture_output=True, check=False)
    except OSError:
        return False
    return "Universal Ctags" in done.stdout


def all_functions(top, names):
    """Every function of the given files."""
    return (c_functions(top, [n for n in names if files.is_c(n)])
            + python_functions(top, [n for n in names if n.endswith(".py")]))


def where(function):
    """Place of a function for messages."""
    return f"{function.file}:{function.line} {function.name}"


def relative(path, top):
    """Path below the project's folder."""
    return os.path.relpath(path, top)
