/* What a codec is: one const descriptor a format, and what the formats share.
 *
 * Adding a format takes two files: its descriptor, and a line in image/codecs.list.
 */
#ifndef IMG_CODEC_FORMAT_H
#define IMG_CODEC_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aug/limits.h"
#include "aug/status.h"
#include "image/pixels/picture.h"

struct ImgCodec;

/* What a picture file says before its pixels are read.
 *
 * codec:         of the file's format
 * width, height: as stored, in pixels, before any turn by orientation
 * channels:      as stored: 1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha or CMYK; a palette
 *                counts as 3
 * bits:          of a stored value: 16, or 8 for that and less
 * palette:       pixels are indices of a palette
 * orientation:   1 to 8 as in EXIF; 1 (upright) where the file does not say
 * n_scans:       passes over the picture that its data makes; 1 but for some JPEGs
 * complete:      the file ends with its end marker. A JPEG may lack it and still hold all pixels;
 *                decoding then looks at the whole picture to be sure
 */
typedef struct ImgHeader {
    const struct ImgCodec *codec;
    int32_t width, height;
    int32_t channels, bits;
    int32_t orientation;
    uint32_t n_scans;
    bool complete;
    bool palette;
} ImgHeader;

/* Places in a file at which decoding can begin, as its format has written them (ImgNewMarks).
 * Whoever keeps them answers for their being those of the same bytes; a format must not trust them
 * further than that its memory stays safe. */
typedef struct ImgMarks {
    const uint8_t *bytes;
    size_t size;
} ImgMarks;

/* Most bytes of the marks of one file. */
#define IMG_MARKS_MAX_SIZE (256u << 10)

/* How many units of a JPEG (MCUs) lie between two marks; of a row of them the first has one. */
typedef enum ImgMarkSpacing {
    IMG_MARK_ROWS = 0,
    IMG_MARK_8 = 8,
    IMG_MARK_16 = 16,
} ImgMarkSpacing;

/* Where a careful decode writes marks: capacity bytes at bytes, of which size are written; none if
 * the format has no marks, the file needs none, or they would not fit. */
typedef struct ImgNewMarks {
    ImgMarkSpacing spacing;
    uint8_t *bytes;
    size_t capacity, size;
} ImgNewMarks;

/* What to decode: channels 1 or 3; window in stored coordinates, NULL for all; dtype uint8 (which
 * is zero) or uint16. indices: of one channel, as they are stored: of a palette its indices, and
 * values of 1, 2 and 4 bits without stretching. careful: the file is read to its end, in the way
 * that reports all damage, and every warning is an error; the pixels of the window are those of any
 * other decode. marks: of these bytes; zero where there are none. new_marks: written by a careful
 * decode; NULL: not wanted. reduction: 1, 2, 4 or 8: the picture may be made with sides that are so
 * many times smaller, rounded up; becomes what was done, which is that or 1, the same for every
 * decode of this window. NULL: 1. */
typedef struct ImgDecodeJob {
    const uint8_t *bytes;
    size_t size;
    const ImgHeader *header; /* of these bytes */
    int32_t channels;
    const ImgWindow *window;
    AugDtype dtype;
    bool indices;
    bool careful;
    ImgMarks marks;
    ImgNewMarks *new_marks;
    int32_t *reduction;
} ImgDecodeJob;

/* Where a decoded picture goes: pixels is the memory, out the picture in it, got the window that it
 * covers, of the stored picture or, where it was reduced, of the smaller one. scratch: memory for what is needed on the way, kept for the next
 * picture. What a decoder takes beside them is counted on their allowance, too. */
typedef struct ImgDecodeTarget {
    ImgPixels *pixels, *scratch;
    AugImage *out;
    ImgWindow *got;
} ImgDecodeTarget;

/* Values that a format holds: uint8 only, or also uint16. */
typedef enum ImgCodecDepth {
    IMG_CODEC_BYTES,
    IMG_CODEC_WORDS,
} ImgCodecDepth;

/* How to write. quality: 1 to 100, for formats that lose something. */
typedef struct ImgEncodeOptions {
    int quality;
} ImgEncodeOptions;

/* A file that is to be rewritten so that decoding may begin at many places in it.
 *
 * header:   of these bytes
 * interval: of a JPEG, MCUs between two restart markers, 1 to 65535
 * like:     another file of the format, whose metadata is added; NULL: none
 */
typedef struct ImgRepackJob {
    const uint8_t *bytes;
    size_t size;
    const ImgHeader *header;
    uint32_t interval;
    const uint8_t *like;
    size_t like_size;
} ImgRepackJob;

/* A format. Every hook may be called from any thread.
 *
 * name:      in options, the word of the descriptor's file
 * title:     in sentences
 * depth:     whether decode can give uint16; it is asked for that only for files of 16 bits
 * recognise: whether bytes begin like this format; formats must not overlap
 * header:    walks a file that was recognised to its end without decoding; every size is checked
 *            against limits. header is zeroed but for codec and orientation
 * decode:    see img_decode; the window is inside the picture and not empty, channels are 1 or 3.
 *            It must honour careful
 * reduces:   decode honours ImgDecodeJob.reduction; else it need not look at it
 * encode:    writes a picture that img_encode_check would allow; the caller frees *bytes. NULL: the
 *            format is only read
 * repack:    rewrites a file without loss, every pixel equal, and finds all damage. NULL: files of
 *            the format stay as they are
 */
typedef struct ImgCodec {
    const char *name, *title;
    ImgCodecDepth depth;
    bool reduces;
    bool (*recognise)(const uint8_t *bytes, size_t size);
    AugStatus (*header)(const uint8_t *bytes, size_t size, const AugLimits *limits,
                        ImgHeader *header, AugError *error);
    AugStatus (*decode)(const ImgDecodeJob *job, const ImgWindow *window, const AugLimits *limits,
                        ImgDecodeTarget target, AugError *error);
    AugStatus (*encode)(const AugImage *image, const ImgEncodeOptions *options, uint8_t **bytes,
                        size_t *size, AugError *error);
    AugStatus (*repack)(const ImgRepackJob *job, const AugLimits *limits, AugRepacked *out,
                        AugError *error);
} ImgCodec;

/* All formats, from image/codecs.list, sorted by name. */
extern const ImgCodec *const img_codecs[];
extern const size_t img_n_codecs;

/* For each of them the ending of the names of files that are written, without the dot. */
extern const char *const img_codec_extensions[];

/* Compares the size that a header states with the limits. */
AUG_MUST_CHECK AugStatus img_codec_check_size(uint64_t width, uint64_t height,
                                              const AugLimits *limits, AugError *error);

/* Grey of n RGB pixels of uint8, in place or not: (19595 R + 38470 G + 7471 B + 32768) >> 16. */
void img_codec_grey(const uint8_t *rgb, uint8_t *grey, size_t n);

/* The same for pixels of uint16; both are aligned for it. */
void img_codec_grey_u16(const uint8_t *rgb, uint8_t *grey, size_t n);

/* Checks a picture that is to be written: uint8, or with WORDS also uint16; 1 or 3 channels; sides
 * of 1 to max_side. */
AUG_MUST_CHECK AugStatus img_encode_check(const AugImage *image, ImgCodecDepth depth,
                                          int32_t max_side, AugError *error);

#endif
