/* Everything below an open folder goes through *at() calls with its descriptor. */
#include "cli/apply_output.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/files.h"
#include "cli/signals.h"
#include "libaug/base/output_file.h"

AugStatus cli_apply_output_failed(const CliOutput *output, int number, const char *name,
                                  const char *action, AugError *error)
{
    char path[sizeof(error->where)];
    if (strcmp(name, ".") == 0)
        return cli_file_failed(number, output->path, action, error);
    snprintf(path, sizeof(path), "%s/%s", output->path, name);
    if (number == EISDIR)
        return AUG_FAIL(error, AUG_IO, path, "cannot %s: %s", action, strerror(number));
    return cli_file_failed(number, path, action, error);
}

bool cli_apply_output_has(const CliOutput *output, const char *name)
{
    struct stat status;
    return fstatat(output->fd, name, &status, 0) == 0 && S_ISREG(status.st_mode) &&
           status.st_size > 0;
}

AugStatus cli_apply_output_write(const CliOutput *output, const char *name, const void *bytes,
                                 size_t size, AugError *error)
{
    const AugiOutputOptions options = {
        .sole = true, .flushed = output->flushed, .below = &output->fd};
    sigset_t before;
    int number;
    cli_signals_hold(&before);
    const AugStatus status = augi_output_file_save(name, bytes, size, options, &number, error);
    cli_signals_release(&before);
    return status == AUG_IO ? cli_apply_output_failed(output, number, name, "write it", error)
                            : status;
}

AugStatus cli_apply_output_make_folder(const CliOutput *output, const char *name, AugError *error)
{
    if (mkdirat(output->fd, name, 0777) == 0)
        return AUG_OK;
    struct stat status;
    const int number = errno;
    if (number == EEXIST && fstatat(output->fd, name, &status, 0) == 0 && S_ISDIR(status.st_mode))
        return AUG_OK;
    return cli_apply_output_failed(output, number, name, "make the folder", error);
}

AugStatus cli_apply_output_flush(const CliOutput *output, AugError *error)
{
    if (syncfs(output->fd) != 0)
        return cli_file_failed(errno, output->path, "flush it to the disk", error);
    return AUG_OK;
}

AugStatus cli_apply_output_check(const CliOutput *output, AugError *error)
{
    struct stat opened, found;
    if (fstat(output->fd, &opened) != 0)
        return cli_file_failed(errno, output->path, "look at the folder", error);
    if (stat(output->path, &found) == 0 && found.st_dev == opened.st_dev &&
        found.st_ino == opened.st_ino)
        return AUG_OK;
    return AUG_FAIL(error, AUG_IO, output->path,
                    "the folder was deleted, moved or replaced while results were written into it");
}

static bool ends_with(const char *name, size_t length, const char *ending)
{
    const size_t n = strlen(ending);
    return length >= n && memcmp(name + length - n, ending, n) == 0;
}

/* Whether a name is one of those aside. */
static bool is_left_over(const char *name, const char *const *endings, size_t n)
{
    size_t length = strlen(name);
    if (!ends_with(name, length, CLI_PART_ENDING))
        return false;
    length -= strlen(CLI_PART_ENDING);
    for (size_t i = 0; i < n; i++)
        if (ends_with(name, length, endings[i]))
            return true;
    return false;
}

AugStatus cli_apply_output_sweep(const CliOutput *output, const char *name,
                                 const char *const *endings, size_t n, AugError *error)
{
    const int fd = openat(output->fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT)
        return AUG_OK;
    DIR *folder = fd >= 0 ? fdopendir(fd) : NULL;
    if (!folder) {
        const int number = errno;
        if (fd >= 0)
            close(fd);
        return cli_apply_output_failed(output, number, name, "read the folder", error);
    }
    AugStatus status = AUG_OK;
    for (const struct dirent *entry = readdir(folder); entry && status == AUG_OK;
         entry = readdir(folder))
        if (is_left_over(entry->d_name, endings, n) && unlinkat(fd, entry->d_name, 0) != 0 &&
            errno != ENOENT)
            status = cli_apply_output_failed(output, errno, name,
                                             "remove what a killed run left in it", error);
    closedir(folder);
    return status;
}
