/* The structure of a JPEG file, walked without decoding: size, orientation, scans, end.
 *
 * Segments are FF, code, length; entropy-coded data follows SOS up to the next marker that is
 * neither FF 00 (a stuffed byte) nor a restart (FF D0..D7). As in libjpeg, stray bytes between
 * segments are skipped. The walk after SOS is needed for two things only: to count the scans of
 * files that may have several, and to see that the file is whole. A file of one scan that ends with
 * the end marker is whole, so its entropy-coded data need not be read here.
 */
#include <string.h>

#include "image/codec/jpeg/parts.h"
#include "image/codec/orientation.h"

enum {
    MARKER_TEM = 0x01,
    MARKER_SOF0 = 0xc0,
    MARKER_SOF1 = 0xc1,
    MARKER_SOF2 = 0xc2,
    MARKER_DHT = 0xc4,
    MARKER_JPG = 0xc8,
    MARKER_SOF9 = 0xc9,
    MARKER_SOF10 = 0xca,
    MARKER_DAC = 0xcc,
    MARKER_SOF15 = 0xcf,
    MARKER_RST0 = 0xd0,
    MARKER_RST7 = 0xd7,
    MARKER_SOI = 0xd8,
    MARKER_EOI = 0xd9,
    MARKER_SOS = 0xda,
    MARKER_APP1 = 0xe1,
    NO_MARKER = -1,
};

/* xmp: the last segment of XMP. every_byte: no entropy-coded data is jumped over. stuffed: place of
 * the first FF FF 00, 0 where there is none. */
typedef struct Walk {
    const uint8_t *bytes;
    size_t size, at;
    const AugLimits *limits;
    ImgHeader *header;
    bool has_frame, progressive, every_byte;
    ImgOrientationClues clues;
    const uint8_t *xmp;
    size_t xmp_size;
    uint32_t n_scans;
    size_t stuffed;
} Walk;

/* Code of the next marker, NO_MARKER at the end of the file; at is behind it. */
static int next_marker(Walk *walk)
{
    while (walk->at < walk->size) {
        const uint8_t *start = walk->bytes + walk->at;
        const uint8_t *fill = memchr(start, 0xff, walk->size - walk->at);
        if (!fill)
            break;
        walk->at = (size_t)(fill - walk->bytes);
        while (walk->at < walk->size && walk->bytes[walk->at] == 0xff)
            walk->at++;
        if (walk->at < walk->size && walk->bytes[walk->at++] != 0)
            return walk->bytes[walk->at - 1];
        const size_t run = (size_t)(walk->bytes + walk->at - fill);
        if (run > 2 && walk->stuffed == 0)
            walk->stuffed = walk->at - run;
    }
    walk->at = walk->size;
    return NO_MARKER;
}

/* Like next_marker, in entropy-coded data, where restarts are data. */
static int next_marker_after_scan(Walk *walk)
{
    int marker = next_marker(walk);
    while (MARKER_RST0 <= marker && marker <= MARKER_RST7)
        marker = next_marker(walk);
    return marker;
}

static bool is_frame(int marker)
{
    return MARKER_SOF0 <= marker && marker <= MARKER_SOF15 && marker != MARKER_DHT &&
           marker != MARKER_JPG && marker != MARKER_DAC;
}

static AugStatus read_frame(Walk *walk, int marker, const uint8_t *data, size_t size,
                            AugError *error)
{
    if (marker != MARKER_SOF0 && marker != MARKER_SOF1 && marker != MARKER_SOF2 &&
        marker != MARKER_SOF9 && marker != MARKER_SOF10)
        return AUG_FAIL(error, AUG_UNSUPPORTED, NULL,
                        "found a JPEG of the kind SOF%d (lossless or hierarchical); this build "
                        "reads baseline and progressive",
                        marker - MARKER_SOF0);
    if (walk->has_frame)
        return AUG_FAIL(error, AUG_CORRUPT, NULL,
                        "found two frame headers in one JPEG; allowed is "
                        "one");
    if (size < 6)
        return AUG_FAIL(error, AUG_CORRUPT, NULL,
                        "found a JPEG frame header of %zu bytes; needed are 6 and more", size);
    if (data[0] != 8)
        return AUG_FAIL(error, AUG_UNSUPPORTED, NULL,
                        "found a JPEG with %d bits per sample; this build reads 8", data[0]);
    const uint32_t height = (uint32_t)data[1] << 8 | data[2];
    const uint32_t width = (uint32_t)data[3] << 8 | data[4];
    const int32_t channels = data[5];
    AUG_TRY(img_codec_check_size(width, height, walk->limits, error));
    if (channels != 1 && channels != 3 && channels != 4)
        return AUG_FAIL(error, AUG_UNSUPPORTED, NULL,
                        "found a JPEG with %ld components; this build reads 1, 3 and 4",
                        (long)channels);
    walk->has_frame = true;
    walk->progressive = marker == MARKER_SOF2 || marker == MARKER_SOF10;
    walk->header->width = (int32_t)width;
    walk->header->height = (int32_t)height;
    walk->header->channels = channels;
    walk->header->bits = 8;
    return AUG_OK;
}

static bool begins(const uint8_t *data, size_t size, const char *name, size_t name_size)
{
    return size >= name_size && memcmp(data, name, name_size) == 0;
}

/* Of several segments with EXIF data the first counts, as only that begins with a TIFF header; of
 * XMP the last. */
static void read_application(Walk *walk, const uint8_t *data, size_t size)
{
    static const char exif[] = "Exif\0", xmp[] = "http://ns.adobe.com/xap/1.0/";
    if (begins(data, size, exif, sizeof(exif)) && !walk->clues.has_exif)
        img_clues_take_exif(&walk->clues, data, size);
    if (!begins(data, size, xmp, sizeof(xmp)))
        return;
    walk->xmp = data + sizeof(xmp);
    walk->xmp_size = size - sizeof(xmp);
}

/* XMP is long and looked at only where EXIF says nothing. */
static int32_t find_orientation(Walk *walk)
{
    if (walk->clues.exif == 0 && walk->xmp_size > 0) {
        ImgXmpReader reader = {0};
        img_xmp_read(&reader, walk->xmp, walk->xmp_size);
        walk->clues.xmp = reader.orientation;
    }
    return img_clues_orientation(&walk->clues);
}

/* Finds the data of the segment behind a marker and steps over it. */
static AugStatus take_segment(Walk *walk, int marker, const uint8_t **data, size_t *size,
                              AugError *error)
{
    const size_t left = walk->size - walk->at;
    const size_t length =
        left < 2 ? 0 : (size_t)walk->bytes[walk->at] << 8 | walk->bytes[walk->at + 1];
    if (left < 2 || length > left)
        return AUG_FAIL(error, AUG_CORRUPT, NULL,
                        "the JPEG is truncated: it ends inside the segment FF %02X", marker);
    if (length < 2)
        return AUG_FAIL(error, AUG_CORRUPT, NULL,
                        "found a JPEG segment FF %02X of length %zu; needed are 2 and more", marker,
                        length);
    *data = walk->bytes + walk->at + 2;
    *size = length - 2;
    walk->at += length;
    return AUG_OK;
}

static AugStatus count_scan(Walk *walk, AugError *error)
{
    if (!walk->has_frame)
        return AUG_FAIL(error, AUG_CORRUPT, NULL, "the JPEG has no frame header before its data");
    walk->n_scans++;
    if (walk->n_scans > walk->limits->max_scans)
        return AUG_FAIL(error, AUG_TOO_LARGE, NULL,
                        "found more than %lu scans in one JPEG; allowed are that many",
                        (unsigned long)walk->limits->max_scans);
    return AUG_OK;
}

/* Whether a scan header announces the only scan of a file that is whole to its last byte. */
static bool ends_the_walk(const Walk *walk, const uint8_t *data, size_t size)
{
    return !walk->every_byte && !walk->progressive && walk->n_scans == 1 && size >= 1 &&
           data[0] == walk->header->channels && walk->bytes[walk->size - 2] == 0xff &&
           walk->bytes[walk->size - 1] == MARKER_EOI;
}

/* Takes one segment in; *marker becomes the next one. */
static AugStatus step(Walk *walk, int *marker, AugError *error)
{
    const uint8_t *data = NULL;
    size_t size = 0;
    AUG_TRY(take_segment(walk, *marker, &data, &size, error));
    if (*marker == MARKER_SOS) {
        AUG_TRY(count_scan(walk, error));
        *marker = ends_the_walk(walk, data, size) ? MARKER_EOI : next_marker_after_scan(walk);
        return AUG_OK;
    }
    if (is_frame(*marker))
        AUG_TRY(read_frame(walk, *marker, data, size, error));
    else if (*marker == MARKER_APP1)
        read_application(walk, data, size);
    *marker = next_marker(walk);
    return AUG_OK;
}

static AugStatus walk_to_end(Walk *walk, AugError *error)
{
    int marker = next_marker(walk);
    while (marker != MARKER_EOI && marker != NO_MARKER) {
        if (marker == MARKER_SOI)
            return AUG_FAIL(error, AUG_CORRUPT, NULL,
                            "found a second start of image in one JPEG; allowed is one");
        if (marker == MARKER_TEM || (MARKER_RST0 <= marker && marker <= MARKER_RST7))
            marker = next_marker(walk);
        else
            AUG_TRY(step(walk, &marker, error));
    }
    walk->header->n_scans = walk->n_scans;
    walk->header->complete = marker == MARKER_EOI;
    return AUG_OK;
}

AugStatus img_jpeg_header(const uint8_t *bytes, size_t size, const AugLimits *limits,
                          ImgHeader *header, AugError *error)
{
    Walk walk = {.bytes = bytes, .size = size, .at = 2, .limits = limits, .header = header};
    AUG_TRY(walk_to_end(&walk, error));
    header->orientation = find_orientation(&walk);
    if (walk.n_scans == 0)
        return AUG_FAIL(error, AUG_CORRUPT, NULL, "the JPEG ends before its picture data");
    if (!header->complete && (walk.progressive || walk.n_scans > 1))
        return AUG_FAIL(error, AUG_CORRUPT, NULL,
                        "the JPEG is truncated: its end marker is missing after %lu scans",
                        (unsigned long)walk.n_scans);
    return AUG_OK;
}

/* A run of FF is legal before a marker (T.81, B.1.1.2), where it fills. Before 00 libjpeg takes it
 * for one FF, but its fast path first takes it for a marker and leaves wrong coefficients. */
AugStatus img_jpeg_check_scans(const uint8_t *bytes, size_t size, const AugLimits *limits,
                               AugError *error)
{
    ImgHeader header = {0};
    Walk walk = {.bytes = bytes,
                 .size = size,
                 .at = 2,
                 .limits = limits,
                 .header = &header,
                 .every_byte = true};
    AUG_TRY(walk_to_end(&walk, error));
    if (walk.stuffed != 0)
        return AUG_FAIL(error, AUG_CORRUPT, NULL,
                        "the JPEG is damaged: found FF FF 00 at byte %zu; FF may be repeated only "
                        "before a marker",
                        walk.stuffed);
    return AUG_OK;
}
