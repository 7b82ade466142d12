/* Names that are harmless whatever a data set's names hold: classes become folders, samples become
 * file names. */
#include "cli/apply_names.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/files.h"

/* Bytes kept of a class name and of a source name, so that everything fits into CLI_NAME_SIZE. */
#define MAX_FOLDER 100
#define MAX_STEM 100

/* Where samples without a label go in a data set that has labels. */
#define NO_LABEL_FOLDER "_unlabelled"

bool cli_name_clean(char *to, size_t size, const char *from, size_t length)
{
    bool same = true;
    size_t n = 0;
    for (size_t i = 0; i < length && n + 1 < size; i++) {
        const unsigned char c = (unsigned char)from[i];
        const bool leading = n == 0 && (c == '.' || c == '-' || c == '_');
        const bool harmless = c > ' ' && c != 0x7f && !strchr("/\\:*?\"<>|", c);
        if (!leading)
            to[n++] = harmless ? (char)c : '_';
        same = same && harmless && !leading;
    }
    to[n] = 0;
    return same && n == length;
}

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Whether two folders have one name; sorts a copy of the pointers. Without memory it says yes,
 * which only makes names longer. */
static bool names_collide(char *const *names, size_t n)
{
    char **sorted = malloc((n + 1) * sizeof(char *));
    if (!sorted)
        return true;
    memcpy(sorted, names, n * sizeof(char *));
    qsort(sorted, n, sizeof(char *), compare_texts);
    bool found = false;
    for (size_t i = 1; i < n && !found; i++)
        found = strcmp(sorted[i - 1], sorted[i]) == 0;
    free(sorted);
    return found;
}

static char *folder_name(const char *class_name, uint32_t label, bool numbered)
{
    char clean[MAX_FOLDER + 1];
    const bool same = cli_name_clean(clean, sizeof(clean), class_name, strlen(class_name));
    char name[MAX_FOLDER + 16];
    if (same && !numbered)
        snprintf(name, sizeof(name), "%s", clean);
    else
        snprintf(name, sizeof(name), "%s%s%" PRIu32, clean, clean[0] ? "-" : "", label);
    return strdup(name);
}

/* Fills the folders; false if memory is out. */
static bool name_folders(CliNames *layout, const AugDataset *dataset, bool numbered)
{
    for (uint32_t i = 0; i < layout->n_folders; i++) {
        free(layout->folders[i]);
        layout->folders[i] = folder_name(aug_dataset_class_name(dataset, i), i, numbered);
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
    bool named = layout->folders && name_folders(layout, dataset, false);
    if (named && names_collide(layout->folders, layout->n_folders))
        named = name_folders(layout, dataset, true);
    if (named)
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

static AugStatus make_folder(const char *output, const char *name, AugError *error)
{
    char *path = NULL;
    if (asprintf(&path, "%s/%s", output, name) < 0)
        return AUG_FAIL(error, AUG_NO_MEMORY, output, "no memory for a path");
    const AugStatus status = cli_folder_make(path, error);
    free(path);
    return status;
}

/* Of every class, in the folder of one field's files ("": the output itself). */
static AugStatus make_class_folders(const CliNames *layout, const char *output, const char *folder,
                                    AugError *error)
{
    char name[CLI_NAME_SIZE];
    for (uint32_t i = 0; i < layout->n_folders; i++) {
        snprintf(name, sizeof(name), "%s%s%s", folder, folder[0] ? "/" : "", layout->folders[i]);
        AUG_TRY(make_folder(output, name, error));
    }
    return AUG_OK;
}

AugStatus cli_names_make_folders(const CliNames *layout, const char *output, AugError *error)
{
    for (uint32_t i = 0; i < layout->files->n; i++) {
        const char *folder = layout->files->items[i].folder;
        if (folder[0])
            AUG_TRY(make_folder(output, folder, error));
        AUG_TRY(make_class_folders(layout, output, folder, error));
    }
    return AUG_OK;
}

static const char *folder_of(const CliNames *layout, int64_t label)
{
    if (label >= 0 && label < layout->n_folders)
        return layout->folders[label];
    return layout->n_folders > 0 ? NO_LABEL_FOLDER : "";
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
