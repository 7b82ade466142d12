/* What builds trees shares, whatever they are built from: memory, limits and refusals. */
#ifndef AUGI_TREE_BUILD_H
#define AUGI_TREE_BUILD_H

#include "libaug/base/arena.h"
#include "libaug/base/tree.h"

/* State of one building. nodes counts values with aliases expanded, so that a small text cannot
 * grow into a huge tree. */
typedef struct AugiTreeBuild {
    AugiArena *arena;
    const AugLimits *limits;
    AugProblems *problems;
    size_t nodes;
} AugiTreeBuild;

/* Makes the document, lets fill put its root, and reports when memory is out. source is fill's. On
 * failure *out is NULL. */
AUG_MUST_CHECK AugStatus augi_tree_build(
    AugiTreeDocument **out, const AugLimits *limits, AugProblems *problems,
    AugStatus (*fill)(AugiTreeBuild *build, void *source, AugiTree *root), void *source);

/* Counts one value; fails where there are too many, or too deep. */
AUG_MUST_CHECK AugStatus augi_tree_build_enter(AugiTreeBuild *build, const AugiTree *at,
                                               uint32_t depth);

/* Makes a scalar of size bytes of text; fails for a NUL among them. */
AUG_MUST_CHECK AugStatus augi_tree_build_scalar(AugiTreeBuild *build, AugiTree *out,
                                                const char *text, size_t size, bool quoted);

/* Makes a list or a map with room for n children; n_children is left to the caller. Fails for a map
 * of too many keys. */
AUG_MUST_CHECK AugStatus augi_tree_build_children(AugiTreeBuild *build, AugiTree *out,
                                                  AugiTreeKind kind, size_t n);

/* Adds a problem at a value and returns AUG_BAD_SPEC. */
AugStatus augi_tree_build_refuse(AugiTreeBuild *build, const AugiTree *at, const char *format, ...)
    AUG_PRINTF(3, 4);

#endif
