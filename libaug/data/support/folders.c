/* Walks folders below a root, remembering which were visited, so that links cannot lead in circles.
 */
#include "libaug/data/support/folders.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libaug/data/support/pictures.h"

static AugStatus remember(AugiFolders *walk, int descriptor, const char *name, AugError *error)
{
    struct stat status;
    if (fstat(descriptor, &status) != 0)
        return AUG_FAIL(error, AUG_IO, walk->root, "'%.200s' cannot be looked at: %s", name,
                        strerror(errno));
    uint64_t identity[2] = {(uint64_t)status.st_dev, (uint64_t)status.st_ino};
    uint64_t n_before = walk->visited.n;
    uint32_t number;
    AUG_TRY(augi_intern_add(&walk->visited, identity, sizeof(identity),
                            walk->limits->max_resident_size, &number, error));
    if (walk->visited.n == n_before)
        return AUG_FAIL(error, AUG_CORRUPT, walk->root,
                        "the folder '%.200s' is reached twice, by a link; each folder may stand in "
                        "the tree once",
                        name);
    return AUG_OK;
}

static AugStatus open_folder(AugiFolders *walk, const char *name, DIR **directory, AugError *error)
{
    int descriptor =
        openat(walk->folder, name[0] ? name : ".", O_RDONLY | O_DIRECTORY | O_NONBLOCK | O_CLOEXEC);
    if (descriptor < 0)
        return AUG_FAIL(error, AUG_IO, walk->root, "the folder '%.200s' cannot be opened: %s", name,
                        strerror(errno));
    AugStatus status = remember(walk, descriptor, name, error);
    *directory = status == AUG_OK ? fdopendir(descriptor) : NULL;
    if (*directory)
        return AUG_OK;
    if (status == AUG_OK)
        status = AUG_FAIL(error, AUG_NO_MEMORY, walk->root, "no memory to list a folder");
    close(descriptor);
    return status;
}

/* A link without an end may have been a folder of pictures. One with a picture's name is refused
 * where pictures are added. */
static AugStatus refuse_link(const AugiFolders *walk, const char *path, int reason, AugError *error)
{
    char target[256];
    const ssize_t size = readlinkat(walk->folder, path, target, sizeof(target));
    return AUG_FAIL(error, reason == ENOENT ? AUG_NOT_FOUND : AUG_IO, walk->root,
                    "'%.200s' is a link to '%.*s', which cannot be opened: %s; allowed are links "
                    "to what is there",
                    path, (int)(size > 0 ? size : 0), target, strerror(reason));
}

/* The type that readdir tells saves a system call; links, and file systems that do not tell it,
 * need one. */
static AugStatus take_entry(const AugiFolders *walk, const struct dirent *entry, const char *path,
                            AugiPaths *folders, AugiPaths *files, AugError *error)
{
    const bool is_picture =
        augi_picture_extension(augi_picture_suffix(entry->d_name), walk->extensions);
    const bool is_unclear = entry->d_type == DT_LNK || entry->d_type == DT_UNKNOWN;
    struct stat status = {0};
    if (is_unclear && fstatat(walk->folder, path, &status, 0) != 0 && !is_picture)
        return refuse_link(walk, path, errno, error);
    if (entry->d_type == DT_DIR || (is_unclear && S_ISDIR(status.st_mode)))
        return augi_paths_add(folders, error, "%s", path);
    if (is_picture)
        return augi_paths_add(files, error, "%s", path);
    if (walk->elsewhere && augi_picture_extension(augi_picture_suffix(path), walk->elsewhere))
        return AUG_OK;
    return augi_passed_over_add(walk->passed, AUGI_PASS_ENDING, path, error);
}

static bool is_self_or_parent(const char *name)
{
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

AugStatus augi_folders_list(AugiFolders *walk, const char *name, AugiPaths *folders,
                            AugiPaths *files, AugError *error)
{
    DIR *directory;
    AUG_TRY(open_folder(walk, name, &directory, error));
    AugStatus status = AUG_OK;
    for (const struct dirent *entry = readdir(directory); entry && status == AUG_OK;
         entry = readdir(directory)) {
        if (is_self_or_parent(entry->d_name))
            continue;
        char *path;
        AugiPassReason reason;
        status = augi_path_make(&path, error, "%s%s%s", name, name[0] ? "/" : "", entry->d_name);
        if (status == AUG_OK)
            status = augi_name_is_passed_over(entry->d_name, &reason)
                         ? augi_passed_over_add(walk->passed, reason, path, error)
                         : take_entry(walk, entry, path, folders, files, error);
        free(path);
    }
    closedir(directory);
    return status;
}

AugStatus augi_folders_collect(AugiFolders *walk, const char *name, AugiPaths *files,
                               AugError *error)
{
    AugiPaths waiting = {0};
    AugStatus status = augi_paths_add(&waiting, error, "%s", name);
    while (status == AUG_OK && waiting.n > 0) {
        char *folder = waiting.items[--waiting.n];
        status = augi_folders_list(walk, folder, &waiting, files, error);
        free(folder);
    }
    augi_paths_fini(&waiting);
    augi_paths_sort(files);
    return status;
}

void augi_folders_fini(AugiFolders *walk)
{
    augi_intern_fini(&walk->visited);
}
