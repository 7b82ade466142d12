"""The folders include each other only along the arrows, and each library stays in its place."""
import sys

from project import TOP

from measure import files, include_rules

# What must be refused, or the search has gone blind: file, its text, a word of the sentence.
REFUSED = [
    ("libaug/spec/spec.c", '#include "image/geometry/geometry.h"', "may not include"),
    ("protocol/frame.c", '#include "aug/status.h"', "may not include"),
    ("trainer/nn/layers/conv.c", '#include "augd/server.h"', "may not include"),
    ("libaug/run/loader.c", "#include <uv.h>", "may appear only"),
    ("text/domain/scan.c", "#include <utf8proc.h>", "may appear only"),
    ("image/resize.c", "#  include <opencv2/imgproc.hpp>", "may appear only"),
    ("image/codec.cpp", "", "only in image/cv/"),
    ("cli/aug.c", "#include <curl/curl.h>", "not in the tables"),
    ("extras/x.c", "", "no row"),
]
ALLOWED = [
    ("image/resize.c", '#include "libaug/spec/op.h"\n#include "image/window.h"\n#include <string.h>'),
    ("image/cv/warp.cpp", "#include <opencv2/imgproc.hpp>\n#include <exception>"),
    ("augd/stream.c", '#include <uv.h>\n#include "protocol/frame.h"\n#include "aug/loader.h"'),
    ("protocol/frame.c", '#include "frame.h"'),
]


def main():
    blind = [(n, t) for n, t, word in REFUSED if word not in " ".join(include_rules.check_file(n, t))]
    strict = [s for n, t in ALLOWED for s in include_rules.check_file(n, t)]
    for name, text in blind:
        print(f"the rules do not refuse {text!r} in {name}")
    names = [n for n in files.listed(TOP) if files.is_c(n)]
    wrong = include_rules.check_all((n, files.read(TOP, n)) for n in names)
    for sentence in strict + wrong:
        print(sentence)
    print(f"{len(names)} files, {len(wrong)} violations")
    return 1 if blind or strict or wrong or len(names) < 50 else 0


sys.exit(main())
