"""No circle of includes leaves its folder, and some folders have none at all."""
import sys

from project import TOP

from measure import circles, files

# A circle that must be found, or the search has gone blind, and one that may be.
BLIND = [
    [("a/x.c", '#include "b/y.h"'), ("a/x.h", ""), ("b/y.c", '#include "a/x.h"'), ("b/y.h", "")],
    [("libaug/run/x.h", '#include "y.h"'), ("libaug/run/y.h", '#include "libaug/run/x.h"')],
]
ALLOWED = [("a/x.h", '#include "a/y.h"'), ("a/y.c", '#include "a/x.h"'), ("a/y.h", "")]


def main():
    for case in BLIND:
        if not list(circles.wrong(case)):
            print(f"the circle of {case} is not found")
            return 1
    if list(circles.wrong(ALLOWED)):
        print("a circle inside a folder is refused")
        return 1
    names = [n for n in files.listed(TOP) if files.is_product(n)]
    found = list(circles.wrong((n, files.read(TOP, n)) for n in names))
    for sentence in found:
        print(sentence)
    print(f"{len(names)} files, {len(found)} circles between folders or in strict ones")
    return 1 if found or len(names) < 50 else 0


sys.exit(main())
