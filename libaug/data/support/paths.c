/* Making, sorting and listing paths, and finding the nearest name to one that does not exist. */
#include "libaug/data/support/paths.h"

#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "libaug/data/support/file.h"
#include "libaug/spec/param.h"

/* Entries of a folder that are looked at for a similar name. */
#define MAX_SIMILAR 300

void augi_paths_fini(AugiPaths *paths)
{
    for (size_t i = 0; i < paths->n; i++)
        free(paths->items[i]);
    free(paths->items);
    *paths = (AugiPaths){0};
}

AugStatus augi_path_make(char **path, AugError *error, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = vasprintf(path, format, arguments);
    va_end(arguments);
    if (length >= 0)
        return AUG_OK;
    *path = NULL;
    return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for a path");
}

AugStatus augi_paths_add(AugiPaths *paths, AugError *error, const char *format, ...)
{
    if (paths->n == paths->capacity) {
        size_t capacity = paths->capacity ? 2 * paths->capacity : 16;
        char **items = realloc(paths->items, capacity * sizeof(*items));
        if (!items)
            return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for %zu paths", capacity);
        paths->items = items;
        paths->capacity = capacity;
    }
    va_list arguments;
    va_start(arguments, format);
    int length = vasprintf(&paths->items[paths->n], format, arguments);
    va_end(arguments);
    if (length < 0)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for a path");
    paths->n++;
    return AUG_OK;
}

static int compare(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

void augi_paths_sort(AugiPaths *paths)
{
    if (paths->n)
        qsort(paths->items, paths->n, sizeof(*paths->items), compare);
}

bool augi_path_is_folder(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

bool augi_path_exists(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0;
}

const char *augi_path_base(const char *path)
{
    return path + augi_path_folder_size(path);
}

size_t augi_path_folder_size(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? (size_t)(slash - path) + 1 : 0;
}

/* Whether a path can lead out of the folder at which it starts. */
static bool leads_out(const char *path)
{
    if (path[0] == '/')
        return true;
    for (const char *part = path; part; part = strchr(part, '/')) {
        part += *part == '/';
        if (strncmp(part, "..", 2) == 0 && (part[2] == '/' || part[2] == '\0'))
            return true;
    }
    return false;
}

AugStatus augi_path_place(char **placed, const char *path, const char *file, AugError *error)
{
    *placed = NULL;
    if (file && file[0] == '\0')
        return AUG_FAIL(error, AUG_BAD_SPEC, NULL,
                        "'%s' is a file of this machine, and a spec from elsewhere may name none "
                        "here; a daemon allows those below a folder with --files",
                        path);
    if (file && file[strlen(file) - 1] == '/' && leads_out(path))
        return AUG_FAIL(error, AUG_BAD_SPEC, NULL,
                        "'%s' leads out of the folder whose files a spec from elsewhere may name; "
                        "allowed is a relative path without '..'",
                        path);
    const bool starts_there = file && path[0] != '/';
    const int folder = starts_there ? (int)augi_path_folder_size(file) : 0;
    return augi_path_make(placed, error, "%.*s%s", folder, folder ? file : "", path);
}

bool augi_path_has_suffix(const char *name, const char *suffix)
{
    size_t size = strlen(name), end = strlen(suffix);
    return size >= end && strcasecmp(name + size - end, suffix) == 0;
}

static const char *item_at(const void *list, size_t i)
{
    return ((char *const *)list)[i];
}

bool augi_path_similar(const char *path, char *similar, size_t size)
{
    char folder[4096];
    size_t length = augi_path_folder_size(path);
    const char *base = path + length;
    if (length + 2 > sizeof(folder) || !base[0])
        return false;
    snprintf(folder, sizeof(folder), "%.*s.", (int)length, path);
    DIR *directory = opendir(folder);
    if (!directory)
        return false;
    AugiPaths names = {0};
    for (const struct dirent *entry = readdir(directory); entry && names.n < MAX_SIMILAR;
         entry = readdir(directory))
        if (entry->d_name[0] != '.' && augi_paths_add(&names, NULL, "%s", entry->d_name) != AUG_OK)
            break;
    closedir(directory);
    /* Sorted, so that of two equally near names it is the same one everywhere. */
    augi_paths_sort(&names);
    const char *near = augi_nearest_name(base, item_at, names.items, names.n);
    if (near)
        snprintf(similar, size, "%.*s%s", (int)length, path, near);
    augi_paths_fini(&names);
    return near != NULL;
}

/* One entry of a folder that is listed. */
static AugStatus list_entry(AugiPaths *paths, const char *folder, const char *name, AugError *error)
{
    const size_t length = strlen(folder);
    if (paths->n == AUGI_MAX_PATHS)
        return AUG_FAIL(error, AUG_TOO_LARGE, folder, "holds more than %d files to open",
                        AUGI_MAX_PATHS);
    return augi_paths_add(paths, error, "%s%s%s", folder,
                          length && folder[length - 1] == '/' ? "" : "/", name);
}

AugStatus augi_paths_list(AugiPaths *paths, const char *folder, bool (*wanted)(const char *name),
                          AugiPassedOver *passed, AugError *error)
{
    DIR *directory = opendir(folder);
    if (!directory)
        return augi_file_failed(errno, folder, folder, error);
    AugStatus status = AUG_OK;
    for (const struct dirent *entry = readdir(directory); entry && status == AUG_OK;
         entry = readdir(directory)) {
        const char *name = entry->d_name;
        AugiPassReason reason = AUGI_PASS_ENDING;
        if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
            continue;
        if (augi_name_is_passed_over(name, &reason))
            status = augi_passed_over_add(passed, reason, name, error);
        else if (!wanted(name))
            status = augi_passed_over_add(passed, AUGI_PASS_ENDING, name, error);
        else
            status = list_entry(paths, folder, name, error);
    }
    closedir(directory);
    augi_paths_sort(paths);
    return status;
}
