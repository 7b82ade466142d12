/* Opening whatever "aug apply --input" names, so that its samples have the numbers that they have
 * in a stream. */
#ifndef CLI_INPUT_H
#define CLI_INPUT_H

#include "aug/dataset.h"

/* Opens a folder as image_folder, a file by its content as tar, idx or a single picture, and where
 * no such path exists the form KIND:PATH of --dataset. Fails with AUG_NOT_FOUND or AUG_BAD_ARGUMENT
 * with a sentence that names what is allowed. limits NULL: the defaults. */
AUG_MUST_CHECK AugStatus cli_input_open(AugDataset **out, const char *input,
                                        const AugLimits *limits, AugError *error);

/* A data set goes by the endings of names. Opens the same folder or tar with those of other formats
 * of pictures, too: dataset, which was opened above, and the files that it leaves out. *out is NULL
 * if there are none, or if the input is of another kind. */
AUG_MUST_CHECK AugStatus cli_input_open_wider(AugDataset **out, const char *input,
                                              const AugDataset *dataset, AugError *error);

/* The kind of data set that a name such as "more.csv.gz" says; NULL: none of text. Static. */
const char *cli_input_text_kind(const char *path);

#endif
