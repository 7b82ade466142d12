/* Files that are flushed to the disk before they take their names, and paths beside others. */
#include "trainer/run/files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libaug/base/output_file.h"

AugStatus train_file_save(const char *path, const void *bytes, size_t size, AugError *error)
{
    return augi_output_file_save(path, bytes, size, (AugiOutputOptions){.durable = true}, NULL,
                                 error);
}

AugStatus train_file_check_new(const char *path, bool overwrite, AugError *error)
{
    struct stat status;
    const char *slash = strrchr(path, '/');
    char *folder = slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
    if (!folder)
        return AUG_FAIL(error, AUG_NO_MEMORY, path, "no memory for a path");
    const bool is_there = stat(folder, &status) == 0 && S_ISDIR(status.st_mode);
    free(folder);
    if (!is_there)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, path, "there is no folder for this file");
    if (stat(path, &status) == 0 && S_ISDIR(status.st_mode))
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, path, "this is a folder; allowed is a file");
    if (overwrite || access(path, F_OK) != 0)
        return AUG_OK;
    return AUG_FAIL(error, AUG_BAD_ARGUMENT, path,
                    "there is such a file; allowed is another --output, or --overwrite to replace "
                    "it");
}

char *train_path_join(const char *folder, const char *name)
{
    char *path;
    return asprintf(&path, "%s/%s", folder, name) < 0 ? NULL : path;
}

char *train_path_beside(const char *base, const char *name)
{
    const char *slash = strrchr(base, '/');
    if (name[0] == '/' || !slash)
        return strdup(name);
    char *path;
    return asprintf(&path, "%.*s/%s", (int)(slash - base), base, name) < 0 ? NULL : path;
}
