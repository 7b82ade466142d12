"""The yardstick sees what it is there to see: a small project is clean, each fault breaks its row."""
import json
import os
import subprocess
import sys
import tempfile

from project import TOP, skip

from measure import functions

HEADER = "/* File. */\n\n/* One. */\nint one(void);\n"
SOURCE = '/* Source. */\n#include "libaug/one.h"\n\nint one(void)\n{\n    return 1;\n}\n'
TEST = "/* Test. */\n#include <check.h>\n" + "/* A line. */\n" * 20


def body(lines):
    """A function of the given number of lines."""
    return "int long_one(void)\n{\n" + "    one();\n" * (lines - 4) + "    return 0;\n}\n"


# Fault -> (row that must break, file, what it then holds).
FAULTS = {
    "function of 101 lines": ("functions over 100 lines", "libaug/one.c", SOURCE + body(101)),
    "long test function": ("functions over 100 lines", "tests/unit/test_one.c", TEST + body(101)),
    "long Python function": ("functions over 100 lines", "tools/x.py", "def f():\n" + "    a = 1\n" * 100),
    "one of two over 60": ("functions over 60 lines", "libaug/one.c", SOURCE + body(61)),
    "seven parameters": ("functions with over 6 parameters", "libaug/one.c",
                         "int f(int a, int b, int c, int d, int (*e)(int, int), int g, int h)\n{\n    return 0;\n}\n"),
    "five levels": ("functions nested over 4 levels", "libaug/one.c",
                    "int f(int a)\n{\n" + "if (a) {\n" * 5 + "a++;\n" + "}\n" * 5 + "    return a;\n}\n"),
    "file of 801 lines": ("files over 800 lines", "libaug/one.c", "\n" * 801),
    "operation of 151 lines": ("longest operation file", "image/ops/flip.c", "\n" * 151),
    "bare declaration": ("public declarations documented", "libaug/include/aug/one.h", HEADER + "int two(void);\n\nint three(void);\n"),
    "bare internal declaration": ("all header declarations documented", "libaug/two.h", "/* File. */\n\nint two(void);\n"),
    "source without a comment": ("files that do not say what they are for", "libaug/x.c", '#include "libaug/one.h"\n'),
    "header without a comment": ("files that do not say what they are for", "libaug/x.h", "#ifndef X_H\n#define X_H\n#endif\n"),
    "script without a comment": ("files that do not say what they are for", "tools/x.sh", "#!/bin/sh\nset -e\n"),
    "list without a comment": ("files that do not say what they are for", "libaug/x.list", "libaug/one.c\n"),
    "wrong arrow": ("include-rule violations", "protocol/x.c", '#include "libaug/one.h"\n'),
    "few tests": ("test lines / source lines", "tests/unit/test_one.c", "\n"),
}
# What must not break a row.
FINE = {
    "script with a comment": ("files that do not say what they are for", "tools/x.py", '#!/usr/bin/env python3\n"""X."""\n'),
    "function of 100 lines": ("functions over 100 lines", "libaug/one.c", SOURCE + body(100)),
    "variadic": ("functions with over 6 parameters", "libaug/one.c",
                 "int f(int a, int b, int c, int d, int e, int g, ...)\n{\n    return 0;\n}\n"),
    "four levels and a literal": ("functions nested over 4 levels", "libaug/one.c",
                                  "int f(int a)\n{\n" + "if (a) {\n" * 4 + "g((Size){a, 1});\n" + "}\n" * 4 + "    return a;\n}\n"),
    "operation of 150 lines": ("longest operation file", "image/ops/flip.c", "\n" * 150),
}


def write(top, name, text):
    path = os.path.join(top, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)


def rows_of(change):
    """Measures a small clean project with one file replaced."""
    with tempfile.TemporaryDirectory() as top:
        write(top, "libaug/ops.list", "# Operations.\nimage/ops/flip.c\n")
        write(top, "libaug/one.h", HEADER)
        write(top, "libaug/include/aug/one.h", HEADER)
        write(top, "libaug/one.c", SOURCE)
        write(top, "image/ops/flip.c", "/* Flip. */\nstatic int flip(void)\n{\n    return 0;\n}\n")
        write(top, "tests/unit/test_one.c", TEST)
        if change:
            write(top, *change)
        done = subprocess.run([sys.executable, os.path.join(TOP, "tools/yardstick.py"), "--json", "--root", top],
                              capture_output=True, text=True, check=False)
        if not done.stdout:
            sys.exit(done.stderr)
        rows = {row["name"]: row for row in json.loads(done.stdout)}
        if (done.returncode == 0) != all(row["ok"] or row["goal"] for row in rows.values()):
            sys.exit(f"exit status {done.returncode} does not say what the rows say")
        return rows


def main():
    if not functions.available():
        skip("universal-ctags is not installed")
    failed = 0
    broken = [row for row in rows_of(None).values() if not row["ok"]]
    if broken:
        print(f"a clean project breaks {broken}")
        failed += 1
    for cases, expected in ((FAULTS, False), (FINE, True)):
        for title, (name, *change) in cases.items():
            row = rows_of(change)[name]
            if row["ok"] != expected:
                print(f"{title}: the row '{name}' says ok={row['ok']}, expected {expected}: {row['value']}")
                failed += 1
    print(f"{len(FAULTS) + len(FINE) + 1} projects measured, {failed} wrong")
    return 1 if failed else 0


sys.exit(main())
