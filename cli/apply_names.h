/* Where 'aug apply' puts its pictures: a folder per class, names made of the source's name, the
 * index in the data set and the number of the copy. */
#ifndef CLI_APPLY_NAMES_H
#define CLI_APPLY_NAMES_H

#include "aug/dataset.h"

/* Longest name below the output folder, NUL included: a folder, a stem, two numbers, an ending. */
#define CLI_NAME_SIZE 256

/* info: of the data set; folders: one name per class, unique, NULL where there are no labels. Const
 * while pictures are made, so any thread may ask for names. */
typedef struct CliNames {
    const AugDatasetInfo *info;
    char **folders;
    uint32_t n_folders;
    int index_width;
    uint32_t n_copies;
    const char *extension;
} CliNames;

/* extension without dot, static. */
AUG_MUST_CHECK AugStatus cli_names_init(CliNames *layout, const AugDataset *dataset,
                                        uint32_t n_copies, const char *extension, AugError *error);

/* Accepts a zeroed layout. */
void cli_names_fini(CliNames *layout);

/* Makes the folder of every class below output, so that classes keep their numbers even where a
 * class has no picture. */
AUG_MUST_CHECK AugStatus cli_names_make_folders(const CliNames *layout, const char *output,
                                                AugError *error);

/* Name of a copy below the output folder, such as "cat/001-0017-0.png"; without "-0" where one copy
 * is made. Different for every index and copy, whatever the source's name. Any thread. */
void cli_names_name(const CliNames *layout, const AugSample *sample, uint64_t index, uint32_t copy,
                    char name[CLI_NAME_SIZE]);

#endif
