#include "libaug/data/support/pictures.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libaug/data/support/paths.h"

AugStatus augi_pictures_open(AugiPictures *pictures, const char *path, AugError *error)
{
    int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK);
    if (folder < 0 && errno == ENOTDIR && augi_path_exists(path))
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, path, "is a file; allowed is a folder");
    if (folder < 0)
        return augi_file_failed(errno, path, path, error);
    pictures->folder = folder;
    pictures->is_open = true;
    return AUG_OK;
}

AugStatus augi_pictures_add(AugiPictures *pictures, const char *name, const AugLimits *limits,
                            const char *where, AugError *error)
{
    struct stat status;
    if (fstatat(pictures->folder, name, &status, 0) != 0)
        return AUG_FAIL(error, errno == ENOENT ? AUG_NOT_FOUND : AUG_IO, where,
                        "'%.200s' cannot be opened: %s", name, strerror(errno));
    if (!S_ISREG(status.st_mode))
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, where,
                        "'%.200s' is not a regular file; allowed are picture files", name);
    AUG_TRY(augi_grow(&pictures->items, &pictures->capacity, pictures->n + 1,
                      sizeof(*pictures->items), limits->max_resident_size, error));
    struct AugiPicture *picture = &pictures->items[pictures->n];
    picture->stamp = augi_file_stamp(&status);
    AUG_TRY(augi_strings_add(&pictures->names, name, strlen(name), limits->max_resident_size,
                             &picture->name, error));
    pictures->n++;
    return AUG_OK;
}

const char *augi_pictures_name(const AugiPictures *pictures, uint64_t index)
{
    return pictures->names.text + pictures->items[index].name;
}

static AugStatus read_file(const AugiFile *file, const AugiFileStamp *expected,
                           const AugLimits *limits, AugBuffer *buffer, AugSample *sample,
                           AugError *error)
{
    const char *name = sample->name;
    if (!augi_file_stamp_equal(&file->stamp, expected))
        return augi_file_changed(expected, &file->stamp, name, error);
    if (expected->size > limits->max_encoded_size)
        return AUG_FAIL(error, AUG_TOO_LARGE, name,
                        "the file has %" PRIu64 " bytes; %" PRIu64 " are allowed", expected->size,
                        limits->max_encoded_size);
    AUG_TRY(augi_buffer_reserve(buffer, (size_t)expected->size, error));
    AUG_TRY(augi_file_read(file, 0, buffer->bytes, (size_t)expected->size, name, error));
    AUG_TRY(augi_file_check(file, name, error));
    sample->fields[0] = (AugField){.bytes = buffer->bytes, .size = (size_t)expected->size};
    return AUG_OK;
}

AugStatus augi_pictures_read(const AugiPictures *pictures, uint64_t index, const AugLimits *limits,
                             AugBuffer *buffer, AugSample *sample, AugError *error)
{
    sample->name = augi_pictures_name(pictures, index);
    AugiFile file;
    AugStatus status = augi_file_open(&file, pictures->folder, sample->name, sample->name, error);
    if (status == AUG_NOT_FOUND)
        return AUG_FAIL(error, AUG_CHANGED, sample->name,
                        "the file is gone since the data set was opened");
    if (status != AUG_OK)
        return status;
    status = read_file(&file, &pictures->items[index].stamp, limits, buffer, sample, error);
    augi_file_close(&file);
    return status;
}

void augi_pictures_fini(AugiPictures *pictures)
{
    if (pictures->is_open)
        close(pictures->folder);
    augi_strings_fini(&pictures->names);
    free(pictures->items);
    *pictures = (AugiPictures){0};
}

bool augi_picture_extension(const char *extension, const char *extensions)
{
    size_t size = strlen(extension);
    for (const char *word = extensions; *word;) {
        word += strspn(word, " ");
        size_t n = strcspn(word, " ");
        if (n && n == size && strncasecmp(word, extension, n) == 0)
            return true;
        word += n;
    }
    return false;
}

const char *augi_picture_suffix(const char *name)
{
    const char *base = augi_path_base(name);
    const char *dot = strrchr(base, '.');
    return dot ? dot + 1 : "";
}
