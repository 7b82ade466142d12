/* Building a vocabulary from texts. */
#ifndef TXT_VOCABULARY_BUILD_H
#define TXT_VOCABULARY_BUILD_H

#include "text/tokens/units.h"

/* Different units that are counted at most, and their bytes; about 1 GiB with the table. */
#define TXT_MAX_COUNTED 16777216
#define TXT_MAX_COUNTED_SIZE (512u << 20)

/* What is counted so far. Opaque; not for two threads at once. */
typedef struct TxtVocabularyBuild TxtVocabularyBuild;

/* AUG_NO_MEMORY; *out is then NULL. */
AUG_MUST_CHECK AugStatus txt_vocabulary_build_new(TxtVocabularyBuild **out, TxtUnit unit,
                                                  bool lower, AugError *error);

/* NULL does nothing. */
void txt_vocabulary_build_free(TxtVocabularyBuild *build);

/* Counts the units of a text of any bytes. Fails with AUG_TOO_LARGE and AUG_NO_MEMORY. */
AUG_MUST_CHECK AugStatus txt_vocabulary_build_add(TxtVocabularyBuild *build, const void *text,
                                                  size_t size, AugError *error);

/* Writes a file of one unit a line: [PAD], [UNK], then what was counted min_count times or more,
 * the most frequent first, those that are equally frequent in the order of their bytes; max_size
 * lines in all (0: any number). The same texts give the same bytes, in whatever order they came.
 * Units that hold a line end are left out. *n: lines. Fails as augi_output_file_begin does. */
AUG_MUST_CHECK AugStatus txt_vocabulary_build_save(TxtVocabularyBuild *build, const char *path,
                                                   uint64_t min_count, uint32_t max_size,
                                                   uint32_t *n, AugError *error);

#endif
