/* Adds picture files to a table, and reads one again only if it is still what it was. */
#include "libaug/data/support/pictures.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libaug/data/identity.h"
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

uint64_t augi_pictures_size(const AugiPictures *pictures, uint64_t index)
{
    return pictures->items[index].stamp.size;
}

void augi_pictures_add_manifest(const AugiPictures *pictures, AugiHash *hash)
{
    for (uint64_t i = 0; i < pictures->n; i++) {
        augi_hash_add_text(hash, augi_pictures_name(pictures, i));
        augi_hash_add_u64(hash, augi_pictures_size(pictures, i));
    }
}

/* Memory for the bytes of a field. */
static AugStatus reserve(AugBuffer *buffer, uint32_t field, size_t size, uint8_t **bytes,
                         AugError *error)
{
    if (field > 0)
        AUG_TRY(augi_buffer_reserve_field(buffer, field, size, error));
    else
        AUG_TRY(augi_buffer_reserve(buffer, size, error));
    *bytes = field > 0 ? buffer->more[field].bytes : buffer->bytes;
    return AUG_OK;
}

/* What a picture is read with; name is the place in messages. is_known: its content is, so that
 * only its size must be what it was. */
typedef struct Reading {
    const char *name;
    const AugiFileStamp *expected;
    bool is_known;
    const AugLimits *limits;
    AugBuffer *buffer;
    uint32_t field;
} Reading;

static AugStatus read_file(const Reading *reading, const AugiFile *file, AugField *value,
                           AugError *error)
{
    const char *name = reading->name;
    const AugiFileStamp *expected = reading->expected;
    if (file->stamp.size != expected->size ||
        (!reading->is_known && !augi_file_stamp_equal(&file->stamp, expected)))
        return augi_file_changed(expected, &file->stamp, name, error);
    if (expected->size > reading->limits->max_encoded_size)
        return AUG_FAIL(error, AUG_TOO_LARGE, name,
                        "the file has %" PRIu64 " bytes; %" PRIu64 " are allowed", expected->size,
                        reading->limits->max_encoded_size);
    const size_t size = (size_t)expected->size;
    uint8_t *bytes;
    AUG_TRY(reserve(reading->buffer, reading->field, size, &bytes, error));
    AUG_TRY(augi_file_read(file, 0, bytes, size, name, error));
    if (!reading->is_known)
        AUG_TRY(augi_file_check(file, name, error));
    *value = (AugField){.bytes = bytes, .size = size};
    return AUG_OK;
}

AugStatus augi_pictures_read(const AugiPictures *pictures, const AugDataset *dataset,
                             uint64_t index, AugBuffer *buffer, AugSample *sample, AugError *error)
{
    const Reading reading = {
        .name = augi_pictures_name(pictures, index),
        .expected = &pictures->items[index].stamp,
        .is_known = augi_dataset_is_known(dataset, index),
        .limits = &dataset->limits,
        .buffer = buffer,
        .field = pictures->field,
    };
    if (reading.field == 0)
        sample->name = reading.name;
    AugiFile file;
    AugStatus status = augi_file_open(&file, pictures->folder, reading.name, reading.name, error);
    if (status == AUG_NOT_FOUND)
        return AUG_FAIL(error, AUG_CHANGED, reading.name,
                        "the file is gone since the data set was opened");
    if (status == AUG_BAD_ARGUMENT)
        return AUG_FAIL(error, AUG_CHANGED, reading.name,
                        "the file was replaced by a folder, pipe, socket or device since the data "
                        "set was opened");
    if (status != AUG_OK)
        return status;
    status = read_file(&reading, &file, &sample->fields[reading.field], error);
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
