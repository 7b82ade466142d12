/* Which data files there are (aug/text.h). */
#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "aug/text.h"
#include "text/lexicon/data_path.h"

/* Room for what a file is called without its ending. */
#define NAME_SIZE 256

static const char *const kind_names[TXT_N_DATA_KINDS] = {
    [TXT_DATA_INDEX] = "lexicon",
    [TXT_DATA_TAGGER] = "tagger",
};

int aug_text_data_folder(size_t i, char path[AUG_TEXT_PATH_SIZE])
{
    path[0] = 0;
    if (i >= TXT_N_DATA_PLACES)
        return 0;
    txt_data_place(i, path);
    return 1;
}

int aug_text_data_output(const char *language, char path[AUG_TEXT_PATH_SIZE])
{
    return txt_data_own_path(language ? language : "en", TXT_DATA_INDEX, path, NULL) == AUG_OK;
}

/* The kind of a file by its name, with the name that a spec knows it by; TXT_N_DATA_KINDS if it is
 * of none. */
static int kind_of(const char *file, char name[NAME_SIZE])
{
    const char *ending = strrchr(file, '.');
    for (int kind = 0; ending && kind < TXT_N_DATA_KINDS; kind++) {
        if (strcmp(ending, txt_data_ending((TxtDataKind)kind)) == 0) {
            snprintf(name, NAME_SIZE, "%.*s", (int)(ending - file), file);
            return kind;
        }
    }
    return TXT_N_DATA_KINDS;
}

/* Whether a name leads to this path rather than to one in a folder before. */
static bool is_found(const char *name, TxtDataKind kind, const char *path)
{
    char found[TXT_PATH_SIZE];
    return txt_data_find(name, kind, found, NULL) == AUG_OK && strcmp(found, path) == 0;
}

static void show_file(size_t place, const char *folder, const char *file,
                      void (*show)(void *user, const AugTextFile *file), void *user)
{
    char path[TXT_PATH_SIZE], name[NAME_SIZE];
    struct stat status;
    const int kind = kind_of(file, name);
    if (kind == TXT_N_DATA_KINDS ||
        snprintf(path, sizeof(path), "%s/%s", folder, file) >= TXT_PATH_SIZE ||
        stat(path, &status) != 0)
        return;
    const AugTextFile found = {.path = path,
                               .name = name,
                               .kind = kind_names[kind],
                               .size = (uint64_t)status.st_size,
                               .place = place,
                               .is_used = is_found(name, (TxtDataKind)kind, path)};
    show(user, &found);
}

/* The same order in every locale. */
static int by_bytes(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

AugStatus aug_text_data_list(void (*show)(void *user, const AugTextFile *file), void *user,
                             AugError *error)
{
    char folder[TXT_PATH_SIZE];
    for (size_t i = 0; aug_text_data_folder(i, folder); i++) {
        struct dirent **entries;
        const int n = folder[0] ? scandir(folder, &entries, NULL, by_bytes) : 0;
        if (n < 0 && errno == ENOMEM)
            return AUG_FAIL(error, AUG_NO_MEMORY, folder, "no memory for the names in it");
        if (n <= 0)
            continue;
        for (int k = 0; k < n; k++) {
            show_file(i, folder, entries[k]->d_name, show, user);
            free(entries[k]);
        }
        free(entries);
    }
    return AUG_OK;
}
