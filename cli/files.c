/* Writing whole files with the signals held back, and questions about paths that may not exist yet.
 */
#include "cli/files.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/signals.h"
#include "libaug/base/output_file.h"

/* A name aside is at most so many characters longer: ".tmp-" and a number of 64 bits. */
#define LONGEST_ENDING 25

AugStatus cli_file_failed(int number, const char *path, const char *action, AugError *error)
{
    const bool theirs = number == ENOENT || number == ENOTDIR || number == EACCES ||
                        number == EROFS || number == EEXIST;
    if (number == EISDIR)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, path, "is a folder; allowed is a file");
    if (number == EEXIST)
        return AUG_FAIL(error, AUG_NOT_FOUND, path, "is no folder; allowed is a folder");
    return AUG_FAIL(error, theirs ? AUG_NOT_FOUND : AUG_IO, path, "cannot %s: %s", action,
                    strerror(number));
}

static AugStatus write_whole(const char *path, const void *bytes, size_t size,
                             AugiOutputOptions options, AugError *error)
{
    if (strlen(path) >= PATH_MAX - LONGEST_ENDING)
        return AUG_FAIL(error, AUG_TOO_LARGE, path, "the path has more than %d characters",
                        PATH_MAX - LONGEST_ENDING);
    sigset_t before;
    int number;
    cli_signals_hold(&before);
    const AugStatus status = augi_output_file_save(path, bytes, size, options, &number, error);
    cli_signals_release(&before);
    return status == AUG_IO ? cli_file_failed(number, path, "write it", error) : status;
}

AugStatus cli_file_write(const char *path, const void *bytes, size_t size, AugError *error)
{
    return write_whole(path, bytes, size, (AugiOutputOptions){.sole = true}, error);
}

bool cli_is_standard(const char *path)
{
    return strcmp(path, "-") == 0;
}

AugStatus cli_output_check(const CmdCall *call, const char *path, AugError *error)
{
    if (!cli_is_standard(path))
        return AUG_OK;
    if (call->json)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                        "--output - and --json both write to standard output; allowed is one of "
                        "them, or a file as --output");
    if (isatty(STDOUT_FILENO))
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                        "--output is -, and standard output is a terminal, which the bytes would "
                        "garble; allowed is a file, a pipe or a redirection");
    return AUG_OK;
}

AugStatus cli_output_write(const char *path, const void *bytes, size_t size, AugError *error)
{
    if (!cli_is_standard(path))
        return write_whole(path, bytes, size, (AugiOutputOptions){0}, error);
    if (fwrite(bytes, 1, size, stdout) == size && fflush(stdout) == 0)
        return AUG_OK;
    return AUG_FAIL(error, AUG_IO, "standard output", "cannot write to it: %s", strerror(errno));
}

AugStatus cli_folder_make(const char *path, AugError *error)
{
    if (mkdir(path, 0777) == 0)
        return AUG_OK;
    struct stat status;
    const int number = errno;
    if (number == EEXIST && stat(path, &status) == 0 && S_ISDIR(status.st_mode))
        return AUG_OK;
    return cli_file_failed(number, path, "make the folder", error);
}

/* The real path of a path, or of its nearest ancestor that exists. */
static bool resolve_existing(const char *path, char resolved[PATH_MAX])
{
    char part[PATH_MAX];
    if (snprintf(part, sizeof(part), "%s", path) >= (int)sizeof(part))
        return false;
    while (!realpath(part, resolved)) {
        char *slash = strrchr(part, '/');
        if (errno != ENOENT || slash == part || strcmp(part, ".") == 0)
            return false;
        if (slash)
            *slash = 0;
        else
            snprintf(part, sizeof(part), ".");
    }
    return true;
}

bool cli_path_is_inside(const char *path, const char *folder)
{
    char inner[PATH_MAX];
    char outer[PATH_MAX];
    if (!resolve_existing(path, inner) || !realpath(folder, outer))
        return false;
    const size_t length = strlen(outer);
    if (strcmp(outer, "/") == 0)
        return true;
    return strncmp(inner, outer, length) == 0 && (inner[length] == '/' || inner[length] == 0);
}
