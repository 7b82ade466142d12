/* The spec: what a user writes to say which data is augmented how.
 *
 * A spec is parsed from YAML (JSON is a subset), checked completely, and then const. Its canonical
 * form, with every default spelt out, is part of a stream's identity.
 */
#ifndef AUG_SPEC_H
#define AUG_SPEC_H

#include "aug/dataset.h"
#include "aug/limits.h"
#include "aug/problems.h"
#include "aug/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Opaque; const once parsed, but for its seed. */
typedef struct AugSpec AugSpec;

/* Parses a spec. name is what error places begin with. limits NULL: the defaults. Every mistake, of
 * the map of its data set too, goes to problems; on any, *out is NULL. Relative paths in the text
 * start at the current folder. */
AUG_API AUG_MUST_CHECK AugStatus aug_spec_parse(AugSpec **out, const char *text, size_t size,
                                                const char *name, const AugLimits *limits,
                                                AugProblems *problems);

/* The same from a file, at whose folder relative paths in it start; "-" is standard input. */
AUG_API AUG_MUST_CHECK AugStatus aug_spec_load(AugSpec **out, const char *path,
                                               const AugLimits *limits, AugProblems *problems);

/* NULL does nothing. */
AUG_API void aug_spec_free(AugSpec *spec);

/* Seed of every draw. Any thread. */
AUG_API uint64_t aug_spec_seed(const AugSpec *spec);
/* Sets the seed. Before the spec is compiled or shared. */
AUG_API void aug_spec_set_seed(AugSpec *spec, uint64_t seed);

/* Name of the data set if the spec gives a name, else NULL; borrowed. */
AUG_API const char *aug_spec_dataset_name(const AugSpec *spec);

/* Opens the data set that the spec describes; fails with AUG_BAD_SPEC if it gives a name or none.
 */
AUG_API AUG_MUST_CHECK AugStatus aug_spec_open_dataset(const AugSpec *spec, AugDataset **out,
                                                       AugError *error);

/* Canonical JSON: keys in one fixed order, defaults spelt out, one spelling per value, without the
 * data set (which has its own fingerprint), and without keys such as batch.views that are no part
 * of a stream's identity at their default. Expanded: every default, indented, with the data set.
 * The caller frees the text; NULL if memory is out. Any thread. */
AUG_API char *aug_spec_canonical(const AugSpec *spec);
AUG_API char *aug_spec_expanded(const AugSpec *spec);

/* JSON Schema (draft 2020-12) of the spec, made from the parameter tables, for editors. The caller
 * frees it. */
AUG_API char *aug_spec_schema(void);

#ifdef __cplusplus
}
#endif
#endif
