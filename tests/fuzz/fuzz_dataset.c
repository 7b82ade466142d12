/* Data sets: whatever files hold, a set opens and every sample reads the same each time, or a
 * sentence says why not.
 *
 * Input: a short form "KIND:PATH,key=value..." with paths relative to the folder of the files, then
 * for each file its name and its content, all between lines "%%". A name may have folders.
 */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "aug/dataset.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/support.h"

/* Files of one input, and samples that are read of a set. */
#define MAX_FILES 8
#define MAX_SAMPLES 64

static AugLimits limits;
static int home = -1;

static void init(void)
{
    home = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
    aug_limits_init(&limits);
    limits.max_encoded_size = 1u << 20;
    limits.max_resident_size = 1u << 22;
    limits.max_samples = 1u << 16;
    limits.max_classes = 1u << 12;
    limits.max_pixels = 1u << 18;
}

/* Whether a path stays in the folder of the files. */
static bool is_inside(const char *path)
{
    return path[0] != 0 && path[0] != '/' && !strstr(path, "..") && !strstr(path, "//");
}

/* Whether a short form names nothing outside; the files of whoever runs this are not its matter. */
static bool is_harmless(const char *location)
{
    const char *path = strchr(location, ':');
    if (!path || !is_inside(path + 1))
        return false;
    for (const char *at = location; (at = strchr(at, '/')); at++)
        if (at == location || !strchr("abcdefghijklmnopqrstuvwxyz", at[-1]))
            return false;
    return true;
}

static void make_parents(char *path)
{
    for (char *at = path; (at = strchr(at, '/')); at++) {
        *at = 0;
        (void)mkdir(path, 0700);
        *at = '/';
    }
}

/* Writes one file; what cannot have such a name is left out. */
static void write_file(char *name, const void *bytes, size_t size)
{
    if (!is_inside(name))
        return;
    make_parents(name);
    FILE *file = fopen(name, "wb");
    if (!file)
        return;
    FUZZ_CHECK(fwrite(bytes, 1, size, file) == size, "%s: %s", name, strerror(errno));
    FUZZ_CHECK(fclose(file) == 0, "%s: %s", name, strerror(errno));
}

static void write_files(FuzzInput *input)
{
    for (int i = 0; i < MAX_FILES && input->left > 0; i++) {
        size_t size;
        char *name = fuzz_part_text(input);
        uint8_t *content = fuzz_part(input, &size);
        write_file(name, content, size);
        free(content);
        free(name);
    }
}

static int remove_entry(const char *path, const struct stat *status, int flag, struct FTW *info)
{
    (void)status;
    (void)flag;
    return info->level == 0 ? 0 : remove(path);
}

static void check_field(const AugFieldDesc *desc, const AugField *field)
{
    FUZZ_CHECK(field->bytes != NULL || field->size == 0, "%s has no bytes", desc->name);
    if (desc->form == AUG_FORM_PIXELS || desc->form == AUG_FORM_PLANES)
        FUZZ_CHECK(field->size == (size_t)field->height * (size_t)field->width *
                                      (size_t)field->channels * aug_dtype_size(desc->tensor.dtype),
                   "%s: %d x %d x %d in %zu bytes", desc->name, field->height, field->width,
                   field->channels, field->size);
    /* A sanitizer looks whether they are there. */
    volatile uint8_t sum = 0;
    for (size_t i = 0; i < field->size; i++)
        sum = (uint8_t)(sum + ((const uint8_t *)field->bytes)[i]);
}

/* Reads a sample into two buffers; both have the same of it. */
static void check_sample(const AugDataset *dataset, uint64_t index, AugBuffer buffers[2])
{
    const AugDatasetInfo *info = aug_dataset_info(dataset);
    AugSample samples[2];
    AugError error = {0};
    const AugStatus status = aug_dataset_read(dataset, index, &buffers[0], &samples[0], &error);
    FUZZ_CHECK(aug_dataset_read(dataset, index, &buffers[1], &samples[1], NULL) == status,
               "sample %llu: %s once only", (unsigned long long)index, aug_status_name(status));
    const int64_t label = aug_dataset_label(dataset, index);
    FUZZ_CHECK(-1 <= label && label < (int64_t)info->n_classes, "class %lld of %u",
               (long long)label, info->n_classes);
    if (status != AUG_OK) {
        fuzz_check_failure(status, &error);
        return;
    }
    FUZZ_CHECK(strcmp(samples[0].name, samples[1].name) == 0, "%s became %s", samples[0].name,
               samples[1].name);
    FUZZ_CHECK(aug_sample_class(info, &samples[0]) == label, "%s has another class",
               samples[0].name);
    for (uint32_t f = 0; f < info->n_fields; f++) {
        const AugField *first = &samples[0].fields[f], *second = &samples[1].fields[f];
        check_field(&info->fields[f], first);
        FUZZ_CHECK(first->size == second->size &&
                       (first->size == 0 || memcmp(first->bytes, second->bytes, first->size) == 0),
                   "%s: %s is another", samples[0].name, info->fields[f].name);
    }
}

static void check_dataset(AugDataset *dataset)
{
    const AugDatasetInfo *info = aug_dataset_info(dataset);
    FUZZ_CHECK(info->n_samples > 0 && info->n_samples <= limits.max_samples, "%llu samples",
               (unsigned long long)info->n_samples);
    FUZZ_CHECK(info->n_fields > 0 && info->n_fields <= AUG_MAX_FIELDS, "%u fields", info->n_fields);
    FUZZ_CHECK(info->n_classes <= limits.max_classes, "%u classes", info->n_classes);
    for (uint32_t i = 0; i < info->n_classes; i++)
        FUZZ_CHECK(aug_dataset_class_name(dataset, i) != NULL, "class %u has no name", i);
    AugBuffer buffers[2] = {{0}, {0}};
    for (uint64_t i = 0; i < info->n_samples && i < MAX_SAMPLES; i++)
        check_sample(dataset, i, buffers);
    aug_buffer_fini(&buffers[0]);
    aug_buffer_fini(&buffers[1]);
    char hex[65];
    AugError error = {0};
    const AugStatus status = aug_dataset_fingerprint(dataset, hex, &error);
    if (status != AUG_OK)
        fuzz_check_failure(status, &error);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    if (limits.version == 0)
        init();
    FuzzInput input = {bytes, size};
    char *location = fuzz_part_text(&input);
    const bool harmless = is_harmless(location);
    if (harmless) {
        FUZZ_CHECK(chdir(test_folder()) == 0, "the folder is gone");
        write_files(&input);
        AugDataset *dataset;
        AugError error = {0};
        const AugStatus status = aug_dataset_open(&dataset, location, &limits, &error);
        FUZZ_CHECK((status == AUG_OK) == (dataset != NULL), "%s", aug_status_name(status));
        if (dataset)
            check_dataset(dataset);
        else
            fuzz_check_failure(status, &error);
        aug_dataset_unref(dataset);
        nftw(".", remove_entry, 16, FTW_DEPTH | FTW_PHYS);
        FUZZ_CHECK(fchdir(home) == 0, "the first folder is gone");
    }
    free(location);
    return harmless ? 0 : -1;
}
