/* Reads plain or inflates, as the file's first bytes say; damage and a short file are errors. */
#include "libaug/data/support/reader.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

/* Enough that system calls are cheap beside inflating; small beside what is read. */
#define INPUT_SIZE 65536

/* Deflate stores at most 258 bytes in two bits: 1032 to one. */
#define MAX_RATIO 1032

struct AugiReader {
    const char *path;
    AugiFile file;
    uint64_t offset;   /* of the next byte of the file */
    uint64_t position; /* bytes given to the caller */
    bool is_gzip;
    bool is_inflating; /* inside a gzip member */
    z_stream inflater;
    uint8_t input[INPUT_SIZE];
};

static AugStatus find_kind(AugiReader *stream, AugError *error)
{
    uint8_t magic[2] = {0};
    if (stream->file.stamp.size >= 2)
        AUG_TRY(augi_file_read(&stream->file, 0, magic, 2, stream->path, error));
    if (magic[0] != 0x1f || magic[1] != 0x8b)
        return AUG_OK;
    /* 15: the largest window; 16: gzip framing, with its checksum verified. */
    if (inflateInit2(&stream->inflater, 15 + 16) != Z_OK)
        return AUG_FAIL(error, AUG_NO_MEMORY, stream->path, "no memory to unpack gzip");
    stream->is_gzip = stream->is_inflating = true;
    return AUG_OK;
}

static AugStatus open_reader(AugiReader **out, const char *path, bool is_standard, AugError *error)
{
    *out = NULL;
    AugiReader *stream = calloc(1, sizeof(*stream));
    if (!stream)
        return AUG_FAIL(error, AUG_NO_MEMORY, path, "no memory to read it");
    stream->path = path;
    AugStatus status = is_standard ? augi_file_open_standard(&stream->file, error)
                                   : augi_file_open(&stream->file, AT_FDCWD, path, path, error);
    if (status == AUG_OK)
        status = find_kind(stream, error);
    if (status == AUG_OK)
        *out = stream;
    else
        augi_reader_close(stream);
    return status;
}

AugStatus augi_reader_open(AugiReader **out, const char *path, AugError *error)
{
    return open_reader(out, path, false, error);
}

AugStatus augi_reader_open_any(AugiReader **out, const char *path, AugError *error)
{
    return open_reader(out, path, strcmp(path, "-") == 0, error);
}

void augi_reader_close(AugiReader *stream)
{
    if (!stream)
        return;
    if (stream->is_gzip)
        inflateEnd(&stream->inflater);
    augi_file_close(&stream->file);
    free(stream);
}

/* Reads the next bytes of the file as it is; *n is 0 at its end. */
static AugStatus read_raw(AugiReader *stream, void *to, size_t size, size_t *n, AugError *error)
{
    uint64_t left = stream->file.stamp.size - stream->offset;
    *n = left < size ? (size_t)left : size;
    AUG_TRY(augi_file_read(&stream->file, stream->offset, to, *n, stream->path, error));
    stream->offset += *n;
    return AUG_OK;
}

static AugStatus refill(AugiReader *stream, AugError *error)
{
    size_t n;
    AUG_TRY(read_raw(stream, stream->input, INPUT_SIZE, &n, error));
    stream->inflater.next_in = stream->input;
    stream->inflater.avail_in = (uInt)n;
    return AUG_OK;
}

/* After one member: nothing, or another one (files made by joining .gz files). */
static AugStatus next_member(AugiReader *stream, AugError *error)
{
    z_stream *inflater = &stream->inflater;
    stream->is_inflating = false;
    if (inflater->avail_in == 0)
        AUG_TRY(refill(stream, error));
    if (inflater->avail_in == 0)
        return AUG_OK;
    if (inflater->next_in[0] != 0x1f)
        return AUG_FAIL(error, AUG_CORRUPT, stream->path,
                        "other bytes follow the gzip data at byte %" PRIu64,
                        stream->offset - inflater->avail_in);
    if (inflateReset(inflater) != Z_OK)
        return AUG_FAIL(error, AUG_INTERNAL, stream->path, "zlib cannot be reset");
    stream->is_inflating = true;
    return AUG_OK;
}

/* One step of inflating into what is left of the output. */
static AugStatus inflate_step(AugiReader *stream, AugError *error)
{
    z_stream *inflater = &stream->inflater;
    if (inflater->avail_in == 0)
        AUG_TRY(refill(stream, error));
    if (inflater->avail_in == 0)
        return AUG_FAIL(error, AUG_CORRUPT, stream->path,
                        "the gzip data is cut off at byte %" PRIu64, stream->offset);
    int code = inflate(inflater, Z_NO_FLUSH);
    if (code == Z_STREAM_END)
        return next_member(stream, error);
    if (code == Z_MEM_ERROR)
        return AUG_FAIL(error, AUG_NO_MEMORY, stream->path, "no memory to unpack gzip");
    if (code != Z_OK && code != Z_BUF_ERROR)
        return AUG_FAIL(error, AUG_CORRUPT, stream->path,
                        "the gzip data is damaged before byte %" PRIu64 " (%s)",
                        stream->offset - inflater->avail_in,
                        inflater->msg ? inflater->msg : "no detail");
    return AUG_OK;
}

static AugStatus read_gzip(AugiReader *stream, uint8_t *to, size_t size, size_t *n, AugError *error)
{
    z_stream *inflater = &stream->inflater;
    *n = 0;
    while (*n < size && stream->is_inflating) {
        /* zlib counts in 32 bits. */
        size_t left = size - *n < (1u << 30) ? size - *n : (1u << 30);
        inflater->next_out = to + *n;
        inflater->avail_out = (uInt)left;
        AUG_TRY(inflate_step(stream, error));
        *n += left - inflater->avail_out;
    }
    return AUG_OK;
}

AugStatus augi_reader_read(AugiReader *stream, void *to, size_t size, size_t *n, AugError *error)
{
    if (stream->is_gzip)
        AUG_TRY(read_gzip(stream, to, size, n, error));
    else
        AUG_TRY(read_raw(stream, to, size, n, error));
    stream->position += *n;
    return AUG_OK;
}

AugStatus augi_reader_read_all(AugiReader *stream, void *to, size_t size, AugError *error)
{
    size_t n;
    AUG_TRY(augi_reader_read(stream, to, size, &n, error));
    if (n < size)
        return AUG_FAIL(error, AUG_CORRUPT, stream->path,
                        "the content ends after %" PRIu64 " bytes; %" PRIu64 " are needed",
                        stream->position, stream->position - n + size);
    return AUG_OK;
}

AugStatus augi_reader_end(AugiReader *stream, AugError *error)
{
    uint8_t extra;
    size_t n;
    uint64_t position = stream->position;
    AUG_TRY(augi_reader_read(stream, &extra, 1, &n, error));
    if (n > 0)
        return AUG_FAIL(error, AUG_CORRUPT, stream->path,
                        "more follows after the %" PRIu64 " bytes that belong there", position);
    return augi_file_check(&stream->file, stream->path, error);
}

bool augi_reader_can_hold(const AugiReader *stream, uint64_t content_size)
{
    uint64_t size = stream->file.stamp.size;
    return stream->is_gzip ? content_size / MAX_RATIO <= size : content_size == size;
}

bool augi_reader_is_gzip(const AugiReader *stream)
{
    return stream->is_gzip;
}

uint64_t augi_reader_taken(const AugiReader *stream)
{
    return stream->offset;
}

uint64_t augi_reader_position(const AugiReader *stream)
{
    return stream->position;
}

const AugiFile *augi_reader_file(const AugiReader *stream)
{
    return &stream->file;
}

AugiFile augi_reader_take_file(AugiReader *stream)
{
    AugiFile file = stream->file;
    stream->file.is_open = false;
    return file;
}
