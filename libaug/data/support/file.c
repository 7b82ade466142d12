/* Opening, reading at offsets, and comparing what a file is now with what it was. */
#include "libaug/data/support/file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libaug/data/support/paths.h"

AugiFileStamp augi_file_stamp(const struct stat *status)
{
    return (AugiFileStamp){
        .device = (uint64_t)status->st_dev,
        .inode = (uint64_t)status->st_ino,
        .size = (uint64_t)status->st_size,
        .modified_ns = (int64_t)status->st_mtim.tv_sec * 1000000000 + status->st_mtim.tv_nsec,
        .changed_ns = (int64_t)status->st_ctim.tv_sec * 1000000000 + status->st_ctim.tv_nsec,
    };
}

bool augi_file_stamp_equal(const AugiFileStamp *a, const AugiFileStamp *b)
{
    return a->device == b->device && a->inode == b->inode && a->size == b->size &&
           a->modified_ns == b->modified_ns && a->changed_ns == b->changed_ns;
}

AugStatus augi_file_failed(int code, const char *name, const char *where, AugError *error)
{
    if (code == ENOENT || code == ENOTDIR) {
        char similar[256];
        if (augi_path_unglob(name, similar, sizeof(similar)))
            return AUG_FAIL(error, AUG_NOT_FOUND, where,
                            "does not exist; * and ? are a shell's, here several files are written "
                            "in braces and quotes: '%s'",
                            similar);
        if (name[0] == '~' || name[0] == '$')
            return AUG_FAIL(error, AUG_NOT_FOUND, where,
                            "does not exist; ~ and $ are a shell's, here paths are written out");
        if (augi_path_similar(name, similar, sizeof(similar)))
            return AUG_FAIL(error, AUG_NOT_FOUND, where, "does not exist; did you mean '%s'?",
                            similar);
        return AUG_FAIL(error, AUG_NOT_FOUND, where, "does not exist");
    }
    return AUG_FAIL(error, AUG_IO, where, "cannot be opened: %s", strerror(code));
}

AugStatus augi_file_open(AugiFile *file, int folder, const char *name, const char *where,
                         AugError *error)
{
    *file = (AugiFile){0};
    int descriptor = openat(folder, name, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (descriptor < 0)
        return augi_file_failed(errno, folder == AT_FDCWD ? name : "", where, error);
    struct stat status;
    AugStatus result = AUG_OK;
    if (fstat(descriptor, &status) != 0)
        result = AUG_FAIL(error, AUG_IO, where, "cannot be looked at: %s", strerror(errno));
    else if (S_ISDIR(status.st_mode))
        result = AUG_FAIL(error, AUG_BAD_ARGUMENT, where, "is a folder; allowed is a file");
    else if (!S_ISREG(status.st_mode))
        result = AUG_FAIL(error, AUG_BAD_ARGUMENT, where,
                          "is a pipe, socket or device; allowed is a regular file");
    if (result != AUG_OK) {
        close(descriptor);
        return result;
    }
    file->descriptor = descriptor;
    file->is_open = true;
    file->stamp = augi_file_stamp(&status);
    return AUG_OK;
}

void augi_file_close(AugiFile *file)
{
    if (file->is_open)
        close(file->descriptor);
    *file = (AugiFile){0};
}

AugStatus augi_file_read(const AugiFile *file, uint64_t offset, void *to, size_t size,
                         const char *where, AugError *error)
{
    uint8_t *at = to;
    size_t left = size;
    while (left > 0) {
        ssize_t n = pread(file->descriptor, at, left, (off_t)offset);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return AUG_FAIL(error, AUG_IO, where, "cannot be read: %s", strerror(errno));
        if (n == 0)
            return AUG_FAIL(error, AUG_CHANGED, where,
                            "the file ends at byte %" PRIu64 "; it had %" PRIu64
                            " when the data set was opened",
                            offset, file->stamp.size);
        at += n;
        left -= (size_t)n;
        offset += (uint64_t)n;
    }
    return AUG_OK;
}

AugStatus augi_file_changed(const AugiFileStamp *expected, const AugiFileStamp *found,
                            const char *where, AugError *error)
{
    if (found->size != expected->size)
        return AUG_FAIL(error, AUG_CHANGED, where,
                        "the file has %" PRIu64 " bytes; it had %" PRIu64
                        " when the data set was opened",
                        found->size, expected->size);
    const char *what = found->device != expected->device || found->inode != expected->inode
                           ? "replaced"
                       : found->modified_ns != expected->modified_ns
                           ? "written to"
                           : "written to (and its time set back), linked or given other rights";
    return AUG_FAIL(error, AUG_CHANGED, where, "the file was %s since the data set was opened",
                    what);
}

AugStatus augi_file_check(const AugiFile *file, const char *where, AugError *error)
{
    struct stat status;
    if (fstat(file->descriptor, &status) != 0)
        return AUG_FAIL(error, AUG_IO, where, "cannot be looked at: %s", strerror(errno));
    AugiFileStamp found = augi_file_stamp(&status);
    if (status.st_nlink == 0)
        found.changed_ns = file->stamp.changed_ns;
    if (!augi_file_stamp_equal(&found, &file->stamp))
        return augi_file_changed(&file->stamp, &found, where, error);
    return AUG_OK;
}
