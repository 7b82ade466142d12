/* A parsed text or object as a tree in which every value knows its place.
 *
 * Pipeline specs, model files and the objects that a socket brings are read through it, so that
 * every error can say where it is. Values stay text until a parameter table (param.h) gives them a
 * type.
 */
#ifndef AUGI_TREE_H
#define AUGI_TREE_H

#include <stdbool.h>
#include <stddef.h>

#include "aug/limits.h"
#include "aug/problems.h"
#include "aug/status.h"
#include "libaug/base/place.h"

struct json_t;

/* What a value is. */
typedef enum AugiTreeKind { AUGI_TREE_SCALAR, AUGI_TREE_LIST, AUGI_TREE_MAP } AugiTreeKind;

/* One value. text and quoted belong to scalars; children to lists and maps; a child of a map has
 * its key, with the key's own place. */
typedef struct AugiTree {
    AugiTreeKind kind;
    AugiPlace place;
    const char *text;
    bool quoted;
    const char *key;
    AugiPlace key_place;
    struct AugiTree *children;
    size_t n_children;
} AugiTree;

/* A whole document; owns every node and string. */
typedef struct AugiTreeDocument {
    AugiTree root;
    struct AugiArena *arena;
} AugiTreeDocument;

/* Parses one document of YAML (JSON is a subset) in UTF-8. The time that it takes grows with size
 * and the limits, whatever the text. name appears in error places ("train.yaml:3:7") and is copied
 * into problems. Errors (syntax, duplicate key, key that is not a string, several
 * documents, a limit) go to problems; returns AUG_OK only if there were none. *out is NULL on
 * failure. */
AUG_MUST_CHECK AugStatus augi_tree_parse(AugiTreeDocument **out, const char *text, size_t size,
                                         const char *name, const AugLimits *limits,
                                         AugProblems *problems);

/* The same for a caller who looks for further mistakes in what can be read: where only keys are
 * wrong (they stand twice, or are no words), that goes to problems, and AUG_OK comes with the tree
 * of the others. So the caller must ask problems, too. */
AUG_MUST_CHECK AugStatus augi_tree_parse_lenient(AugiTreeDocument **out, const char *text,
                                                 size_t size, const char *name,
                                                 const AugLimits *limits, AugProblems *problems);

/* Reads a file of at most limits->max_spec_size bytes and parses it leniently. */
AUG_MUST_CHECK AugStatus augi_tree_load(AugiTreeDocument **out, const char *path,
                                        const AugLimits *limits, AugProblems *problems);

/* The tree of a parsed JSON value (jansson's json_t), which may be freed afterwards. Strings are
 * quoted scalars; numbers, true, false and null are bare words, as in YAML. Places are JSON
 * pointers below the name ("/spec/batch/size"). Fails for the same limits as a text. */
AUG_MUST_CHECK AugStatus augi_tree_from_json(AugiTreeDocument **out, const struct json_t *json,
                                             const char *name, const AugLimits *limits,
                                             AugProblems *problems);

/* NULL does nothing. */
void augi_tree_free(AugiTreeDocument *document);

/* Child of a map by key; NULL if absent or if map is not a map. Borrowed from the document. */
const AugiTree *augi_tree_get(const AugiTree *map, const char *key);

/* Value that a JSON pointer leads to; where a step leads nowhere, the value before it. */
const AugiTree *augi_tree_at(const AugiTree *root, const char *pointer);

/* "a single value", "a list" or "a map", for messages. */
const char *augi_tree_kind_text(AugiTreeKind kind);

/* The same of a value, or "nothing" where there is none: "key:" and what follows elsewhere. */
const char *augi_tree_what(const AugiTree *tree);

/* Whether a value is left out, or written as YAML writes none: "~", "null". */
bool augi_tree_is_empty(const AugiTree *tree);

/* Adds a problem at a value: where becomes "name:line:column" or "/name/key", the message "path:
 * sentence" (path may be NULL). */
void augi_tree_problem(AugProblems *problems, const AugiTree *at, const char *path,
                       const char *format, ...) AUG_PRINTF(4, 5);

/* Adds that there is no memory for what is made of a value. */
void augi_tree_no_memory(AugProblems *problems, const AugiTree *at);

/* Like augi_tree_problem, at the place of the value's key, for keys that are not known. */
void augi_tree_key_problem(AugProblems *problems, const AugiTree *at, const char *path,
                           const char *format, ...) AUG_PRINTF(4, 5);

/* Whether a further problem would only be counted, so that its sentence need not be made: searching
 * for a near name costs far more than a mistake costs to write. */
bool augi_tree_problems_full(const AugProblems *problems);

#endif
