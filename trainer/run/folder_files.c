/* Walks the names of a run's files. */
#include "trainer/run/folder_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libaug/spec/param.h"
#include "trainer/run/files.h"
#include "trainer/run/folder.h"

/* Every file that a run may leave, but for its lock. Checkpoints are the last to move: where they
 * are, everything is. */
static const char *const file_names[] = {"config.json",
                                         "log.jsonl",
                                         "steps.csv",
                                         "epochs.csv",
                                         "events.out.tfevents.augtrain",
                                         "model.safetensors",
                                         "best.safetensors",
                                         "report.html",
                                         "bad_batch.safetensors",
                                         TRAIN_CHECKPOINTS};

static AugStatus fail_memory(const char *folder, AugError *error)
{
    return AUG_FAIL(error, AUG_NO_MEMORY, folder, "no memory for a path");
}

const char *train_folder_files_find(const char *folder)
{
    const char *found = NULL;
    struct stat status;
    const int fd = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
    for (size_t i = 0; i < AUG_COUNT(file_names) && fd >= 0 && !found; i++)
        if (fstatat(fd, file_names[i], &status, AT_SYMLINK_NOFOLLOW) == 0)
            found = file_names[i];
    if (fd >= 0)
        close(fd);
    return found;
}

static bool is_checkpoint(const char *name)
{
    return strstr(name, ".safetensors") != NULL;
}

static bool is_aside(const char *name)
{
    return strstr(name, ".tmp-") != NULL;
}

/* Removes those files of a folder that are of a kind. */
static void remove_inner(const char *folder, bool (*is_of_kind)(const char *name))
{
    /* What a link leads to is somebody else's. */
    const int fd = open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *entries = fd >= 0 ? fdopendir(fd) : NULL;
    if (!entries) {
        if (fd >= 0)
            close(fd);
        return;
    }
    for (const struct dirent *entry = readdir(entries); entry; entry = readdir(entries))
        if (is_of_kind(entry->d_name))
            (void)unlinkat(dirfd(entries), entry->d_name, 0);
    closedir(entries);
}

void train_folder_files_sweep(const char *folder)
{
    remove_inner(folder, is_aside);
    char *path = train_path_join(folder, TRAIN_CHECKPOINTS);
    if (path)
        remove_inner(path, is_aside);
    free(path);
}

/* What no run left stays, and with it the folder. */
static AugStatus remove_one(const char *folder, const char *name, AugError *error)
{
    char *path = train_path_join(folder, name);
    if (!path)
        return fail_memory(folder, error);
    const bool is_folder = !strcmp(name, TRAIN_CHECKPOINTS);
    if (is_folder)
        remove_inner(path, is_checkpoint);
    const int result = is_folder ? rmdir(path) : unlink(path);
    const int code = errno;
    free(path);
    if (result == 0 || code == ENOENT || (is_folder && (code == ENOTEMPTY || code == EEXIST)))
        return AUG_OK;
    return AUG_FAIL(error, AUG_IO, folder, "%s cannot be removed: %s", name, strerror(code));
}

AugStatus train_folder_files_check(const char *folder, AugError *error)
{
    struct stat status;
    char *path = train_path_join(folder, TRAIN_CHECKPOINTS);
    if (!path)
        return fail_memory(folder, error);
    const bool is_other = lstat(path, &status) == 0 && !S_ISDIR(status.st_mode);
    free(path);
    return is_other
               ? AUG_FAIL(error, AUG_BAD_ARGUMENT, folder,
                          TRAIN_CHECKPOINTS " is no folder, as a run leaves one; remove it, or "
                                            "choose another --output")
               : AUG_OK;
}

AugStatus train_folder_files_remove(const char *folder, AugError *error)
{
    for (size_t i = 0; i < AUG_COUNT(file_names); i++)
        AUG_TRY(remove_one(folder, file_names[i], error));
    train_folder_flush(folder);
    return AUG_OK;
}

/* Moves the checkpoints of a folder into another one, which holds something else. */
static bool move_into(const char *from, const char *to)
{
    bool good = true;
    DIR *entries = opendir(from);
    const int target = open(to, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    for (const struct dirent *entry = entries ? readdir(entries) : NULL; entry && target >= 0;
         entry = readdir(entries))
        if (is_checkpoint(entry->d_name) &&
            renameat(dirfd(entries), entry->d_name, target, entry->d_name) != 0)
            good = false;
    good = good && entries && target >= 0;
    if (target >= 0)
        close(target);
    if (entries)
        closedir(entries);
    return good && rmdir(from) == 0;
}

static AugStatus move_one(const char *from, const char *to, const char *name, AugError *error)
{
    char *before = train_path_join(from, name);
    char *after = train_path_join(to, name);
    AugStatus status = AUG_OK;
    if (!before || !after)
        status = fail_memory(from, error);
    else if (rename(before, after) != 0 && errno != ENOENT &&
             !((errno == ENOTEMPTY || errno == EEXIST) && move_into(before, after)))
        status = AUG_FAIL(error, AUG_IO, from, "%s cannot be moved to %s: %s", name, to,
                          strerror(errno));
    free(before);
    free(after);
    return status;
}

AugStatus train_folder_files_move(const char *from, const char *to, AugError *error)
{
    train_folder_files_sweep(from);
    for (size_t i = 0; i < AUG_COUNT(file_names); i++)
        AUG_TRY(move_one(from, to, file_names[i], error));
    train_folder_flush(to);
    if (rmdir(from) == 0)
        return AUG_OK;
    return AUG_FAIL(error, AUG_IO, from, "the folder cannot be removed: %s", strerror(errno));
}
