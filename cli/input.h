/* Opening whatever "aug apply --input" names. */
#ifndef CLI_INPUT_H
#define CLI_INPUT_H

#include "aug/dataset.h"

/* Opens a folder as image_folder, a file by its content as tar, idx or a single picture, and where
 * no such path exists the form KIND:PATH of --dataset. Fails with AUG_NOT_FOUND or AUG_BAD_ARGUMENT
 * with a sentence that names what is allowed. */
AUG_MUST_CHECK AugStatus cli_input_open(AugDataset **out, const char *input, AugError *error);

#endif
