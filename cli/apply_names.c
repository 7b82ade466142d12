/* Names that are harmless whatever a data set's names hold: classes become folders, samples become
 * file names. */
#include "cli/apply_names.h"

#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/apply_folder.h"
#include "libaug/data/support/passed_over.h"
#include "libaug/spec/param.h"

/* Bytes kept of a source name, so that everything fits into CLI_NAME_SIZE. */
#define MAX_STEM 100

static const char *const list_names[] = {CLI_APPLY_RUN_FILE, CLI_APPLY_LABELS_FILE,
                                         CLI_APPLY_ROWS_FILE, CLI_APPLY_ERRORS_FILE};

bool cli_name_clean(char *to, size_t size, const char *from, size_t length)
{
    bool same = true;
    size_t n = 0;
    for (size_t i = 0; i < length && n + 1 < size; i++) {
        const unsigned char c = (unsigned char)from[i];
        const bool leading = n == 0 && (c == '.' || c == '-' || c == '_');
        const bool harmless = c >= ' ' && c != 0x7f && !strchr("/\\:*?\"<>|", c);
        if (!leading)
            to[n++] = harmless ? (char)c : '_';
        same = same && harmless && !leading;
    }
    to[n] = 0;
    return same && n == length;
}

/* Whether a name means something else in the output folder. */
static bool is_taken(const CliNames *layout, const char *name)
{
    for (size_t i = 0; i < AUG_COUNT(list_names); i++)
        if (strcmp(name, list_names[i]) == 0)
            return true;
    for (uint32_t i = 0; i < layout->files->n; i++)
        if (strcmp(name, layout->files->items[i].folder) == 0)
            return true;
    AugiPassReason reason;
    return augi_name_is_passed_over(name, &reason);
}

/* Whether a class can have a folder of its very name. Names aside end like no folder does. */
static bool is_folder_name(const CliNames *layout, const char *name)
{
    const size_t length = strlen(name);
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)name[i] < ' ' || name[i] == 0x7f || name[i] == '/')
            return false;
    return length > 0 && length <= NAME_MAX && name[0] != '.' && !is_taken(layout, name);
}

/* Whether all classes can have folders of their names, which then sort like the classes. */
static bool are_folder_names(const CliNames *layout, const AugDataset *dataset)
{
    for (uint32_t i = 0; i < layout->n_folders; i++) {
        const char *name = aug_dataset_class_name(dataset, i);
        if (!is_folder_name(layout, name) ||
            (i > 0 && strcmp(aug_dataset_class_name(dataset, i - 1), name) >= 0))
            return false;
    }
    return true;
}

/* "017.Black Bear", as in data sets that number their classes, or "017" where a class is called by
 * its number. A name is cut, but not in the middle of a UTF-8 character. */
static char *numbered_folder(const char *name, uint32_t label, int width)
{
    char clean[NAME_MAX - 16], digits[16];
    snprintf(digits, sizeof(digits), "%" PRIu32, label);
    cli_name_clean(clean, sizeof(clean), name, strlen(name));
    size_t length = strlen(clean);
    if (length == sizeof(clean) - 1)
        while (length > 0 && ((unsigned char)clean[length - 1] & 0xc0) == 0x80)
            length--;
    if (length > 0 && (unsigned char)clean[length - 1] >= 0xc0)
        length--;
    if (strcmp(name, digits) == 0)
        length = 0;
    char *folder;
    if (asprintf(&folder, "%0*" PRIu32 "%s%.*s", width, label, length > 0 ? "." : "", (int)length,
                 clean) < 0)
        return NULL;
    return folder;
}

/* Fills the folders; false if memory is out. */
static bool name_folders(CliNames *layout, const AugDataset *dataset)
{
    const bool plain = are_folder_names(layout, dataset);
    const int width = snprintf(NULL, 0, "%" PRIu32, layout->n_folders - 1);
    for (uint32_t i = 0; i < layout->n_folders; i++) {
        const char *name = aug_dataset_class_name(dataset, i);
        layout->folders[i] = plain ? strdup(name) : numbered_folder(name, i, width);
        if (!layout->folders[i])
            return false;
    }
    return true;
}

AugStatus cli_names_init(CliNames *layout, const AugDataset *dataset, uint32_t n_copies,
                         const CliFieldFiles *files, AugError *error)
{
    const AugDatasetInfo *info = aug_dataset_info(dataset);
    *layout = (CliNames){.info = info,
                         .n_folders = info->n_classes,
                         .n_copies = n_copies,
                         .files = files,
                         .index_width = snprintf(NULL, 0, "%" PRIu64, info->n_samples - 1)};
    layout->folders = calloc((size_t)info->n_classes + 1, sizeof(char *));
    if (layout->folders && name_folders(layout, dataset))
        return AUG_OK;
    cli_names_fini(layout);
    return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for the names of %u classes",
                    info->n_classes);
}

void cli_names_fini(CliNames *layout)
{
    for (uint32_t i = 0; layout->folders && i < layout->n_folders; i++)
        free(layout->folders[i]);
    free(layout->folders);
    *layout = (CliNames){0};
}

/* Of every class, in the folder of one field's files ("": the output itself). */
static AugStatus visit_classes(const CliNames *layout, const char *folder, CliFolderVisit visit,
                               const void *user, AugError *error)
{
    char name[CLI_NAME_SIZE];
    for (uint32_t i = 0; i < layout->n_folders; i++) {
        snprintf(name, sizeof(name), "%s%s%s", folder, folder[0] ? "/" : "", layout->folders[i]);
        AUG_TRY(visit(user, name, error));
    }
    return AUG_OK;
}

AugStatus cli_names_visit_folders(const CliNames *layout, CliFolderVisit visit, const void *user,
                                  AugError *error)
{
    for (uint32_t i = 0; i < layout->files->n; i++) {
        const char *folder = layout->files->items[i].folder;
        if (folder[0])
            AUG_TRY(visit(user, folder, error));
        AUG_TRY(visit_classes(layout, folder, visit, user, error));
    }
    return AUG_OK;
}

/* Samples without a label lie beside the folders of classes: a further folder would be a further
 * class to who reads the output, and move the numbers of those behind it. */
static const char *folder_of(const CliNames *layout, int64_t label)
{
    if (label >= 0 && label < layout->n_folders)
        return layout->folders[label];
    return "";
}

/* The last part of the sample's name without ending; a mere number ("#17") gives nothing, since the
 * index stands in the name anyway. */
static void stem_of(const char *name, char stem[MAX_STEM + 1])
{
    const char *slash = strrchr(name, '/');
    const char *last = slash ? slash + 1 : name;
    const char *dot = strrchr(last, '.');
    const size_t length = dot && dot > last ? (size_t)(dot - last) : strlen(last);
    stem[0] = 0;
    if (last[0] != '#')
        cli_name_clean(stem, MAX_STEM + 1, last, length);
}

void cli_names_name(const CliNames *layout, const CliCopy *copy, uint32_t file,
                    char name[CLI_NAME_SIZE])
{
    const AugSample *sample = copy->sample;
    const CliFieldFile *field = &layout->files->items[file];
    const char *folder = folder_of(layout, aug_sample_class(layout->info, sample));
    char stem[MAX_STEM + 1];
    stem_of(sample->name ? sample->name : "", stem);
    char suffix[16] = "";
    if (layout->n_copies > 1)
        snprintf(suffix, sizeof(suffix), "-%" PRIu32, copy->number);
    snprintf(name, CLI_NAME_SIZE, "%s%s%s%s%s%s%0*" PRIu64 "%s.%s", field->folder,
             field->folder[0] ? "/" : "", folder, folder[0] ? "/" : "", stem, stem[0] ? "-" : "",
             layout->index_width, copy->index, suffix, field->extension);
}
