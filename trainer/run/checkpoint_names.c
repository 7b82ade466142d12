/* Reads the folder of checkpoints. */
#include "trainer/run/checkpoint_names.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "trainer/run/files.h"
#include "trainer/run/folder.h"

void train_checkpoint_name(uint64_t step, char name[64])
{
    snprintf(name, 64, TRAIN_CHECKPOINTS "/step-%08" PRIu64 ".safetensors", step);
}

/* The step that a file's name says; false if it is no checkpoint's. */
static bool read_name(const char *file, uint64_t *step)
{
    char name[64];
    if (sscanf(file, "step-%20" SCNu64, step) != 1)
        return false;
    train_checkpoint_name(*step, name);
    return !strcmp(strchr(name, '/') + 1, file);
}

static int newer_first(const void *a, const void *b)
{
    const uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;
    return (left < right) - (left > right);
}

static AugStatus read_all(DIR *entries, uint64_t **steps, size_t *n, AugError *error)
{
    uint64_t step;
    for (const struct dirent *entry = readdir(entries); entry; entry = readdir(entries)) {
        if (!read_name(entry->d_name, &step))
            continue;
        uint64_t *grown = realloc(*steps, (*n + 1) * sizeof(step));
        if (!grown)
            return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for a list of checkpoints");
        *steps = grown;
        grown[(*n)++] = step;
    }
    if (*n > 0)
        qsort(*steps, *n, sizeof(step), newer_first);
    return AUG_OK;
}

AugStatus train_checkpoints_list(const char *folder, uint64_t **steps, size_t *n, AugError *error)
{
    *steps = NULL;
    *n = 0;
    char *path = train_path_join(folder, TRAIN_CHECKPOINTS);
    if (!path)
        return AUG_FAIL(error, AUG_NO_MEMORY, folder, "no memory for a path");
    DIR *entries = opendir(path);
    free(path);
    if (!entries)
        return AUG_OK;
    const AugStatus status = read_all(entries, steps, n, error);
    closedir(entries);
    if (status != AUG_OK) {
        free(*steps);
        *steps = NULL;
        *n = 0;
    }
    return status;
}

void train_checkpoints_prune(const char *folder, size_t keep)
{
    uint64_t *steps;
    size_t n;
    if (train_checkpoints_list(folder, &steps, &n, NULL) != AUG_OK)
        return;
    for (size_t i = keep; i < n; i++) {
        char name[64];
        train_checkpoint_name(steps[i], name);
        char *path = train_path_join(folder, name);
        if (path)
            (void)unlink(path);
        free(path);
    }
    free(steps);
}
