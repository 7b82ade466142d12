/* What builds trees shares, whatever they are built from: memory, limits and refusals. */
#ifndef AUGI_TREE_BUILD_H
#define AUGI_TREE_BUILD_H

#include "libaug/base/arena.h"
#include "libaug/base/tree.h"

/* State of one building. nodes counts values, and size the bytes of their texts and keys, both with
 * aliases expanded, so that a small text cannot grow into a huge tree: not in what it takes here,
 * nor in what becomes of it. */
typedef struct AugiTreeBuild {
    AugiArena *arena;
    const AugLimits *limits;
    AugProblems *problems;
    size_t nodes, size;
} AugiTreeBuild;

/* Makes the document, lets fill put its root, and reports when memory is out. source is fill's. On
 * failure *out is NULL; fill may succeed and have added problems. */
AUG_MUST_CHECK AugStatus augi_tree_build(
    AugiTreeDocument **out, const AugLimits *limits, AugProblems *problems,
    AugStatus (*fill)(AugiTreeBuild *build, void *source, AugiTree *root), void *source);

/* Counts one value; fails where there are too many, or too deep. */
AUG_MUST_CHECK AugStatus augi_tree_build_enter(AugiTreeBuild *build, const AugiTree *at,
                                               uint32_t depth);

/* Counts values and bytes of texts, such as those of a value that stands here once more; fails
 * where they are too many. */
AUG_MUST_CHECK AugStatus augi_tree_build_count(AugiTreeBuild *build, const AugiTree *at,
                                               size_t nodes, size_t size);

/* Makes a scalar of size bytes of text, and counts them; fails for a NUL among them. */
AUG_MUST_CHECK AugStatus augi_tree_build_scalar(AugiTreeBuild *build, AugiTree *out,
                                                const char *text, size_t size, bool quoted);

/* Makes a list or a map with room for n children; n_children is left to the caller. Fails for a map
 * of too many keys. */
AUG_MUST_CHECK AugStatus augi_tree_build_children(AugiTreeBuild *build, AugiTree *out,
                                                  AugiTreeKind kind, size_t n);

/* Reports each key of a map that stands there before, and takes its value out of the map. */
AUG_MUST_CHECK AugStatus augi_tree_build_keys(AugiTreeBuild *build, AugiTree *map);

/* Adds a problem at a value and returns AUG_BAD_SPEC. */
AugStatus augi_tree_build_refuse(AugiTreeBuild *build, const AugiTree *at, const char *format, ...)
    AUG_PRINTF(3, 4);

#endif
