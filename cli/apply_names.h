/* Where 'aug apply' puts its files: a folder per class, names made of the source's name, the index
 * in the data set and the number of the copy; files of further fields in folders of their own.
 *
 * Folders of classes sort, by the bytes of their names, in the order of the classes' numbers, since
 * that is the number that a reader of folders gives to a class. A folder has the very name of its
 * class if that holds for the names of all classes and each can be one; else all of them begin with
 * their class's number: "07.Black Bear".
 */
#ifndef CLI_APPLY_NAMES_H
#define CLI_APPLY_NAMES_H

#include "cli/field_file.h"

/* Longest name below the output folder, NUL included: two folders, a stem, two numbers, an ending.
 */
#define CLI_NAME_SIZE 640

/* info: of the data set; folders: one name per class, unique and in
 * byte order, NULL where there are no labels;
 * files: the fields that become files, borrowed. Const while samples are made, so any thread may
 * ask for names. */
typedef struct CliNames {
    const AugDatasetInfo *info;
    char **folders;
    uint32_t n_folders;
    int index_width;
    uint32_t n_copies;
    const CliFieldFiles *files;
} CliNames;

/* Zeroed layouts are made whole. */
AUG_MUST_CHECK AugStatus cli_names_init(CliNames *layout, const AugDataset *dataset,
                                        uint32_t n_copies, const CliFieldFiles *files,
                                        AugError *error);

/* Accepts a zeroed layout. */
void cli_names_fini(CliNames *layout);

/* What is done with a folder, by its name below the output folder. */
typedef AugStatus (*CliFolderVisit)(const void *user, const char *name, AugError *error);

/* Visits the folder of every class, including those without a picture, and those of further fields;
 * a folder comes before those in it. Ends with the first visit that fails. */
AUG_MUST_CHECK AugStatus cli_names_visit_folders(const CliNames *layout, CliFolderVisit visit,
                                                 const void *user, AugError *error);

/* One copy of one sample. */
typedef struct CliCopy {
    const AugSample *sample;
    uint64_t index;
    uint32_t number;
} CliCopy;

/* Name of a copy's file below the output folder, such as "cat/001-0017-0.png"; without "-0" where
 * one copy is made. Different for every index, copy and file, whatever the source's name. file
 * counts those of the layout. Any thread. */
void cli_names_name(const CliNames *layout, const CliCopy *copy, uint32_t file,
                    char name[CLI_NAME_SIZE]);

/* Copies a word so that it is one harmless file name: no separators, no control characters, no dot
 * or dash in front. The result may be empty. Returns whether it is the word itself. */
bool cli_name_clean(char *to, size_t size, const char *from, size_t length);

#endif
