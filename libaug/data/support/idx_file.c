#include "libaug/data/support/idx_file.h"

#include <inttypes.h>
#include <stdlib.h>

#include "libaug/data/support/reader.h"

/* The element type of unsigned bytes, the only one that pictures and labels have. */
#define TYPE_BYTE 8

static uint32_t big_endian(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/* What is asked of one file. */
typedef struct Request {
    const char *path;
    int low, high; /* dimensions */
    const AugLimits *limits;
} Request;

static AugStatus check_magic(const uint8_t magic[4], const Request *request, AugError *error)
{
    const char *path = request->path;
    int low = request->low, high = request->high;
    if (magic[0] != 0 || magic[1] != 0)
        return AUG_FAIL(error, AUG_CORRUPT, path,
                        "begins with the bytes %02x %02x %02x %02x; an IDX file begins with 00 00 "
                        "08 and its number of dimensions",
                        magic[0], magic[1], magic[2], magic[3]);
    if (magic[2] != TYPE_BYTE)
        return AUG_FAIL(error, AUG_UNSUPPORTED, path,
                        "holds elements of type 0x%02x; allowed is 0x08, unsigned bytes", magic[2]);
    if (magic[3] >= low && magic[3] <= high)
        return AUG_OK;
    if (low == high)
        return AUG_FAIL(error, AUG_CORRUPT, path, "has %d dimensions; a label file has %d",
                        magic[3], low);
    return AUG_FAIL(error, AUG_CORRUPT, path, "has %d dimension%s; an image file has %d or %d%s",
                    magic[3], magic[3] == 1 ? "" : "s", low, high,
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
    uint64_t n_pixels = 1;
    for (int i = 1; i < idx->n_dimensions; i++) {
        if (idx->sizes[i] == 0 || idx->sizes[i] > limits->max_side)
            return AUG_FAIL(error, idx->sizes[i] ? AUG_TOO_LARGE : AUG_CORRUPT, path,
                            "dimension %d is %" PRIu32 "; allowed is 1 to %" PRIu32, i + 1,
                            idx->sizes[i], limits->max_side);
        /* Three sizes of 16 bits at most stay below 2^48. */
        n_pixels *= idx->sizes[i];
    }
    /* The fourth dimension counts channels, of which there are three at most. */
    if (n_pixels > 3 * limits->max_pixels || n_pixels > SIZE_MAX / UINT32_MAX)
        return AUG_FAIL(error, AUG_TOO_LARGE, path,
                        "each item has %" PRIu64 " bytes; allowed are %" PRIu64 " pixels", n_pixels,
                        limits->max_pixels);
    *total = n_pixels * idx->sizes[0];
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
    AUG_TRY(augi_reader_read_all(stream, idx->bytes, (size_t)total, error));
    return augi_reader_end(stream, error);
}

static AugStatus read_stream(AugiIdx *idx, AugiReader *stream, const Request *request,
                             AugError *error)
{
    uint8_t header[4 + 4 * AUGI_IDX_MAX_DIMENSIONS];
    AUG_TRY(augi_reader_read_all(stream, header, 4, error));
    AUG_TRY(check_magic(header, request, error));
    idx->n_dimensions = header[3];
    AUG_TRY(augi_reader_read_all(stream, header + 4, 4 * (size_t)idx->n_dimensions, error));
    for (int i = 0; i < idx->n_dimensions; i++)
        idx->sizes[i] = big_endian(header + 4 + 4 * i);
    uint64_t total = 0;
    AUG_TRY(check_sizes(idx, request, &total, error));
    return read_content(idx, stream, request->path, total, error);
}

AugStatus augi_idx_read(AugiIdx *idx, const char *path, int low, int high, const AugLimits *limits,
                        AugError *error)
{
    *idx = (AugiIdx){0};
    AugiReader *stream;
    AUG_TRY(augi_reader_open(&stream, path, error));
    const Request request = {path, low, high, limits};
    AugStatus status = read_stream(idx, stream, &request, error);
    augi_reader_close(stream);
    if (status != AUG_OK) {
        free(idx->bytes);
        idx->bytes = NULL;
    }
    return status;
}
