/* Reads one IDX file: the header is checked against the limits before its sizes are believed. */
#include "libaug/data/support/idx_file.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "libaug/base/huge_pages.h"
#include "libaug/data/support/reader.h"

/* Element types. */
enum { TYPE_BYTE = 0x08, TYPE_FLOAT = 0x0d };

static uint32_t big_endian(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/* What is asked of one file. */
typedef struct Request {
    const char *path;
    AugiIdxContent content;
    const AugLimits *limits;
} Request;

static AugStatus check_type(uint8_t type, const Request *request, AugDtype *dtype, AugError *error)
{
    *dtype = type == TYPE_FLOAT ? AUG_DTYPE_F32 : AUG_DTYPE_U8;
    if (type == TYPE_BYTE || (type == TYPE_FLOAT && request->content == AUGI_IDX_PICTURES))
        return AUG_OK;
    return AUG_FAIL(error, AUG_UNSUPPORTED, request->path,
                    "holds elements of type 0x%02x; allowed is 0x08, unsigned bytes%s", type,
                    request->content == AUGI_IDX_PICTURES ? ", or 0x0d, floats" : "");
}

static AugStatus check_magic(const uint8_t magic[4], const Request *request, AugDtype *dtype,
                             AugError *error)
{
    const char *path = request->path;
    const bool pictures = request->content == AUGI_IDX_PICTURES;
    if (magic[0] != 0 || magic[1] != 0)
        return AUG_FAIL(error, AUG_CORRUPT, path,
                        "begins with the bytes %02x %02x %02x %02x; an IDX file begins with 00 00 "
                        "08 and its number of dimensions",
                        magic[0], magic[1], magic[2], magic[3]);
    AUG_TRY(check_type(magic[2], request, dtype, error));
    if (pictures ? magic[3] == 3 || magic[3] == 4 : magic[3] == 1)
        return AUG_OK;
    if (!pictures)
        return AUG_FAIL(error, AUG_CORRUPT, path, "has %d dimensions; a label file has 1",
                        magic[3]);
    return AUG_FAIL(error, AUG_CORRUPT, path, "has %d dimension%s; an image file has 3 or 4%s",
                    magic[3], magic[3] == 1 ? "" : "s",
                    magic[3] == 1 ? " (is this the label file?)" : "");
}

static AugStatus check_sizes(const AugiIdx *idx, const Request *request, uint64_t *total,
                             AugError *error)
{
    const char *path = request->path;
    const AugLimits *limits = request->limits;
    if (idx->sizes[0] > limits->max_samples)
        return AUG_FAIL(error, AUG_TOO_LARGE, path,
                        "holds %" PRIu32 " items; %" PRIu64 " are allowed", idx->sizes[0],
                        limits->max_samples);
    uint64_t size = aug_dtype_size(idx->dtype);
    for (int i = 1; i < idx->n_dimensions; i++) {
        if (idx->sizes[i] == 0 || idx->sizes[i] > limits->max_side)
            return AUG_FAIL(error, idx->sizes[i] ? AUG_TOO_LARGE : AUG_CORRUPT, path,
                            "dimension %d is %" PRIu32 "; allowed is 1 to %" PRIu32, i + 1,
                            idx->sizes[i], limits->max_side);
        /* Three sizes of 16 bits at most and 4 bytes stay below 2^50. */
        size *= idx->sizes[i];
    }
    if (idx->n_dimensions == 4 && idx->sizes[3] > AUG_MAX_CHANNELS)
        return AUG_FAIL(error, AUG_UNSUPPORTED, path,
                        "has %" PRIu32 " channels in its last dimension; allowed are 1 to %d",
                        idx->sizes[3], AUG_MAX_CHANNELS);
    const bool has_pixels = idx->n_dimensions > 1;
    if ((has_pixels && (uint64_t)idx->sizes[1] * idx->sizes[2] > limits->max_pixels) ||
        size > SIZE_MAX / UINT32_MAX)
        return AUG_FAIL(error, AUG_TOO_LARGE, path,
                        "each item has %" PRIu64 " bytes; allowed are %" PRIu64 " pixels", size,
                        limits->max_pixels);
    *total = size * idx->sizes[0];
    if (*total > limits->max_resident_size)
        return AUG_FAIL(error, AUG_TOO_LARGE, path,
                        "holds %" PRIu64 " bytes of content; %" PRIu64 " are allowed", *total,
                        limits->max_resident_size);
    return AUG_OK;
}

static AugStatus read_content(AugiIdx *idx, AugiReader *stream, const char *path, uint64_t total,
                              AugError *error)
{
    uint64_t header = augi_reader_position(stream);
    if (!augi_reader_can_hold(stream, header + total))
        return AUG_FAIL(error, AUG_CORRUPT, path,
                        "its header promises %" PRIu64 " bytes in all, the file has %" PRIu64 "%s",
                        header + total, augi_reader_file(stream)->stamp.size,
                        augi_reader_is_gzip(stream) ? " packed, which cannot hold them" : "");
    idx->bytes = malloc((size_t)total + 1);
    if (!idx->bytes)
        return AUG_FAIL(error, AUG_NO_MEMORY, path, "no memory for %" PRIu64 " bytes", total);
    augi_huge_pages_wish(idx->bytes, (size_t)total);
    AUG_TRY(augi_reader_read_all(stream, idx->bytes, (size_t)total, error));
    return augi_reader_end(stream, error);
}

/* From big-endian to the machine's floats, which must be numbers. */
static AugStatus convert_floats(const AugiIdx *idx, const char *path, uint64_t total,
                                AugError *error)
{
    for (uint64_t i = 0; i < total; i += sizeof(float)) {
        const uint32_t bits = big_endian(idx->bytes + i);
        float value;
        memcpy(&value, &bits, sizeof(value));
        memcpy(idx->bytes + i, &value, sizeof(value));
        if (!isfinite(value))
            return AUG_FAIL(error, AUG_CORRUPT, path,
                            "holds an infinite value or none in item %" PRIu64
                            "; allowed are numbers",
                            i / (total / idx->sizes[0]));
    }
    return AUG_OK;
}

static AugStatus read_stream(AugiIdx *idx, AugiReader *stream, const Request *request,
                             AugError *error)
{
    uint8_t header[4 + 4 * AUGI_IDX_MAX_DIMENSIONS];
    AUG_TRY(augi_reader_read_all(stream, header, 4, error));
    AUG_TRY(check_magic(header, request, &idx->dtype, error));
    idx->n_dimensions = header[3];
    AUG_TRY(augi_reader_read_all(stream, header + 4, 4 * (size_t)idx->n_dimensions, error));
    for (int i = 0; i < idx->n_dimensions; i++)
        idx->sizes[i] = big_endian(header + 4 + 4 * i);
    uint64_t total = 0;
    AUG_TRY(check_sizes(idx, request, &total, error));
    AUG_TRY(read_content(idx, stream, request->path, total, error));
    return idx->dtype == AUG_DTYPE_F32 ? convert_floats(idx, request->path, total, error) : AUG_OK;
}

AugStatus augi_idx_read(AugiIdx *idx, const char *path, AugiIdxContent content,
                        const AugLimits *limits, AugError *error)
{
    *idx = (AugiIdx){0};
    AugiReader *stream;
    AUG_TRY(augi_reader_open(&stream, path, error));
    const Request request = {path, content, limits};
    AugStatus status = read_stream(idx, stream, &request, error);
    augi_reader_close(stream);
    if (status != AUG_OK) {
        free(idx->bytes);
        idx->bytes = NULL;
    }
    return status;
}
