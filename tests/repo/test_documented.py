"""Every declaration of every header has a comment directly above; and the search can see."""
import sys

from project import TOP

from measure import declarations, files

SAMPLE = '''/* File. */
#ifndef X_H
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif

typedef struct Bare Bare;

/* A pair; and its
 * free. */
AUG_API int pair_new(struct Pair **out, const char *text /* { ; */);
AUG_API void pair_free(struct Pair *pair);

struct Elsewhere;
/* Kinds. */
typedef enum Kind { KIND_A, KIND_B } Kind;

extern const int table[];
/* Inline. */
static inline int one(void)
{
    struct { int x; } a = {1};
    return a.x;
}

static inline int two(void) { return 2; }

static int template(void) { return 2; }
#ifdef __cplusplus
}
#endif
#endif
'''
# Line and verdict of each declaration of the sample.
EXPECTED = [(8, False), (12, True), (13, True), (17, True), (19, False), (21, True), (27, False)]


def main():
    seen = [(d.line, d.documented) for d in declarations.declarations(SAMPLE)]
    if seen != EXPECTED:
        print(f"sample: found {seen}, expected {EXPECTED}")
        return 1
    headers = [n for n in files.listed(TOP) if n.endswith(".h")]
    found = [(n, d) for n in headers for d in declarations.declarations(files.read(TOP, n))]
    bare = [(n, d) for n, d in found if not d.documented]
    for name, declaration in bare:
        print(f"{name}:{declaration.line}: no comment directly above: {declaration.text}")
    print(f"{len(headers)} headers, {len(found)} declarations, {len(bare)} without a comment")
    return 1 if bare or len(found) < 100 else 0


sys.exit(main())
