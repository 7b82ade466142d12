/* Makes, locks and replaces folders of runs. */
#include "trainer/run/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libaug/spec/param.h"
#include "trainer/run/files.h"
#include "trainer/run/folder_files.h"

/* Folders tried for a run whose folder was not chosen. */
#define MAX_FOLDERS 10000

/* What the new run's folder is called on its way, in order. */
static const char next_name[] = "next", replacing_name[] = "replacing", moving_name[] = "moving";

static AugStatus fail_make(const char *path, AugError *error)
{
    return AUG_FAIL(error, errno == EACCES || errno == ENOTDIR ? AUG_BAD_ARGUMENT : AUG_IO, path,
                    "the folder cannot be made: %s", strerror(errno));
}

static AugStatus fail_memory(const char *path, AugError *error)
{
    return AUG_FAIL(error, AUG_NO_MEMORY, path, "no memory for a path");
}

/* --- the lock --------------------------------------------------------------------------------- */

static AugStatus fail_locked(int fd, const char *folder, AugError *error)
{
    char text[32] = "";
    const ssize_t n = pread(fd, text, sizeof(text) - 1, 0);
    const long pid = n > 0 ? strtol(text, NULL, 10) : 0;
    if (pid > 0)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, folder,
                        "process %ld writes a run to this folder; choose another one with "
                        "--output, or wait until that one ended",
                        pid);
    return AUG_FAIL(error, AUG_BAD_ARGUMENT, folder,
                    "another process writes a run to this folder; choose another one with "
                    "--output, or wait until that one ended");
}

static AugStatus take_lock(TrainFolder *folder, AugError *error)
{
    char *path = train_path_join(folder->path, "lock");
    if (!path)
        return fail_memory(folder->path, error);
    const int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
    free(path);
    if (fd < 0)
        return AUG_FAIL(error, errno == EACCES ? AUG_BAD_ARGUMENT : AUG_IO, folder->path,
                        "the lock cannot be made: %s", strerror(errno));
    AugStatus status = AUG_OK;
    if (flock(fd, LOCK_EX | LOCK_NB) != 0)
        status = errno == EWOULDBLOCK
                     ? fail_locked(fd, folder->path, error)
                     : AUG_FAIL(error, AUG_IO, folder->path, "the folder cannot be locked: %s",
                                strerror(errno));
    if (status != AUG_OK) {
        close(fd);
        return status;
    }
    /* Only for whoever is refused; a disk without room for it is no reason to stop. */
    if (ftruncate(fd, 0) == 0)
        (void)dprintf(fd, "%ld\n", (long)getpid());
    folder->lock = fd;
    return AUG_OK;
}

/* --- replacing -------------------------------------------------------------------------------- */

/* folder/name goes to *path, which the caller frees, if it exists; else NULL does. */
static AugStatus find(const char *folder, const char *name, char **path, AugError *error)
{
    struct stat status;
    *path = train_path_join(folder, name);
    if (!*path)
        return fail_memory(folder, error);
    if (lstat(*path, &status) == 0)
        return AUG_OK;
    free(*path);
    *path = NULL;
    return AUG_OK;
}

/* folder/from becomes folder/to, on the disk too. */
static AugStatus rename_inner(const char *folder, const char *from, const char *to, AugError *error)
{
    char *before = train_path_join(folder, from);
    char *after = train_path_join(folder, to);
    AugStatus status = AUG_OK;
    if (!before || !after)
        status = fail_memory(folder, error);
    else if (rename(before, after) != 0)
        status = AUG_FAIL(error, AUG_IO, folder, "%s cannot be renamed to %s: %s", from, to,
                          strerror(errno));
    free(before);
    free(after);
    train_folder_flush(folder);
    return status;
}

/* Does the rest of a replacement that was begun. */
static AugStatus end_old(const char *folder, AugError *error)
{
    char *path;
    AUG_TRY(find(folder, replacing_name, &path, error));
    if (!path)
        return AUG_OK;
    free(path);
    AUG_TRY(train_folder_files_remove(folder, error));
    return rename_inner(folder, replacing_name, moving_name, error);
}

static AugStatus move_new(const char *folder, AugError *error)
{
    char *path;
    AUG_TRY(find(folder, moving_name, &path, error));
    const AugStatus status = path ? train_folder_files_move(path, folder, error) : AUG_OK;
    free(path);
    return status;
}

static AugStatus go_on_replacing(const char *folder, AugError *error)
{
    AUG_TRY(end_old(folder, error));
    return move_new(folder, error);
}

/* What a run left that was killed before it had a checkpoint. */
static AugStatus remove_next(const char *folder, AugError *error)
{
    char *path;
    AUG_TRY(find(folder, next_name, &path, error));
    if (!path)
        return AUG_OK;
    train_folder_files_sweep(path);
    AugStatus status = train_folder_files_remove(path, error);
    if (status == AUG_OK && rmdir(path) != 0)
        status = AUG_FAIL(error, AUG_IO, path, "the folder cannot be removed: %s", strerror(errno));
    free(path);
    return status;
}

static AugStatus mend(const char *folder, AugError *error)
{
    AUG_TRY(go_on_replacing(folder, error));
    AUG_TRY(remove_next(folder, error));
    train_folder_files_sweep(folder);
    return AUG_OK;
}

AugStatus train_folder_settle(TrainFolder *folder, AugError *error)
{
    if (!strcmp(folder->path, folder->writes))
        return AUG_OK;
    char *path = strdup(folder->path);
    if (!path)
        return fail_memory(folder->path, error);
    AugStatus status = rename_inner(folder->path, next_name, replacing_name, error);
    if (status == AUG_OK)
        status = go_on_replacing(folder->path, error);
    if (status != AUG_OK) {
        free(path);
        return status;
    }
    free(folder->writes);
    folder->writes = path;
    return AUG_OK;
}

/* --- making ----------------------------------------------------------------------------------- */

/* The folders above path, which may exist. */
static AugStatus make_parents(const char *path, AugError *error)
{
    char *copy = strdup(path);
    if (!copy)
        return fail_memory(path, error);
    AugStatus status = AUG_OK;
    for (char *slash = strchr(copy + 1, '/'); slash && status == AUG_OK;
         slash = strchr(slash + 1, '/')) {
        *slash = 0;
        if (mkdir(copy, 0777) != 0 && errno != EEXIST)
            status = fail_make(copy, error);
        *slash = '/';
    }
    free(copy);
    return status;
}

/* The folder in which a run waits to replace another. */
static AugStatus make_next(TrainFolder *folder, AugError *error)
{
    char *next = train_path_join(folder->path, next_name);
    if (!next)
        return fail_memory(folder->path, error);
    free(folder->writes);
    folder->writes = next;
    return mkdir(next, 0777) == 0 ? AUG_OK : fail_make(next, error);
}

static AugStatus use_wanted(TrainFolder *folder, bool overwrite, AugError *error)
{
    const char *path = folder->path;
    AUG_TRY(make_parents(path, error));
    const bool made = mkdir(path, 0777) == 0;
    struct stat status;
    if (!made && (errno != EEXIST || stat(path, &status) != 0))
        return fail_make(path, error);
    if (!made && !S_ISDIR(status.st_mode))
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, path, "this is a file; a folder is needed");
    AUG_TRY(take_lock(folder, error));
    AUG_TRY(mend(path, error));
    const char *old = train_folder_files_find(path);
    if (!old)
        return AUG_OK;
    if (!overwrite)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, path,
                        "there is a run in this folder (%s); choose another one, give --overwrite "
                        "to replace it, or --resume to go on with it",
                        old);
    AUG_TRY(train_folder_files_check(path, error));
    return make_next(folder, error);
}

/* File name without folders and ending. */
static void stem(const char *path, char text[128])
{
    const char *slash = strrchr(path, '/');
    snprintf(text, 128, "%.100s", slash ? slash + 1 : path);
    char *dot = strrchr(text, '.');
    if (dot && dot != text)
        *dot = 0;
}

static AugStatus use_numbered(char path[192], const char *model_path, AugError *error)
{
    char name[128];
    stem(model_path, name);
    for (int i = 1; i <= MAX_FOLDERS; i++) {
        if (i == 1)
            snprintf(path, 192, "runs/%s", name);
        else
            snprintf(path, 192, "runs/%s-%d", name, i);
        AUG_TRY(make_parents(path, error));
        if (mkdir(path, 0777) == 0)
            return AUG_OK;
        if (errno != EEXIST)
            return fail_make(path, error);
    }
    return AUG_FAIL(error, AUG_BAD_ARGUMENT, "runs", "there are %d runs of %s; give --output",
                    MAX_FOLDERS, name);
}

static AugStatus name_it(TrainFolder *folder, const char *path, AugError *error)
{
    *folder = (TrainFolder){.path = strdup(path), .writes = strdup(path), .lock = -1};
    return folder->path && folder->writes ? AUG_OK : fail_memory(path, error);
}

AugStatus train_folder_make(TrainFolder *folder, const char *wanted, const char *model_path,
                            bool overwrite, AugError *error)
{
    char numbered[192];
    if (wanted) {
        AUG_TRY(name_it(folder, wanted, error));
        return use_wanted(folder, overwrite, error);
    }
    AUG_TRY(use_numbered(numbered, model_path, error));
    AUG_TRY(name_it(folder, numbered, error));
    return take_lock(folder, error);
}

AugStatus train_folder_reopen(TrainFolder *folder, const char *path, AugError *error)
{
    struct stat status;
    AUG_TRY(name_it(folder, path, error));
    if (stat(path, &status) != 0 || !S_ISDIR(status.st_mode))
        return AUG_FAIL(error, AUG_NOT_FOUND, path,
                        "there is no such folder; --resume needs that of a run");
    AUG_TRY(take_lock(folder, error));
    return mend(path, error);
}

void train_folder_fini(TrainFolder *folder)
{
    if (folder->path && folder->lock >= 0)
        close(folder->lock);
    free(folder->path);
    free(folder->writes);
    *folder = (TrainFolder){.lock = -1};
}

void train_folder_flush(const char *path)
{
    const int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return;
    /* Folders of some file systems cannot be flushed. */
    (void)fsync(fd);
    close(fd);
}
