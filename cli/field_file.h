/* Fields of a sample that become files of their own: as the domain says, or picture files. */
#ifndef CLI_FIELD_FILE_H
#define CLI_FIELD_FILE_H

#include "aug/plan.h"
#include "libaug/spec/presenter.h"

/* Room for the name of a folder, NUL included. */
#define CLI_FIELD_FOLDER_SIZE 66

/* One such field.
 *
 * number:    of the field in the data set
 * desc:      of what the plan makes of it
 * presenter: who writes it; NULL: it is a picture file
 * format:    of a picture file, "png" or "jpeg"; quality of the latter, 1 to 100
 * folder:    the files' folder below the output folder; "" for the first field
 */
typedef struct CliFieldFile {
    uint32_t number;
    const AugFieldDesc *desc;
    const AugPresenter *presenter;
    const char *format, *extension;
    int quality;
    char folder[CLI_FIELD_FOLDER_SIZE];
} CliFieldFile;

/* All of a data set; strings live as long as the plan. */
typedef struct CliFieldFiles {
    uint32_t n;
    CliFieldFile items[AUG_MAX_FIELDS];
} CliFieldFiles;

/* Finds them. format and quality are those of pictures; masks are always PNG, since a class number
 * survives no loss. Fails with AUG_UNSUPPORTED where a picture is not decoded by the domain, so
 * that it could not follow the others. */
AUG_MUST_CHECK AugStatus cli_field_files_find(CliFieldFiles *files, const AugPlan *plan,
                                              const char *format, int quality, AugError *error);

/* Content of a field's file; the caller frees *bytes. Any thread. */
AUG_MUST_CHECK AugStatus cli_field_file_encode(const CliFieldFile *file, const AugField *value,
                                               uint8_t **bytes, size_t *size, AugError *error);

#endif
