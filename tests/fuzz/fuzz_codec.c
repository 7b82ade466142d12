/* Picture files: whatever a file holds, a window of it has the pixels of the whole, a careful
 * decode accepts or refuses it whatever the window, also where a smaller picture is made of it, and
 * what was decoded is written and read the same by a format that loses nothing.
 *
 * Input: 12 bytes that choose channels, type, window and reduction, then the file.
 */
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "image/codec/codec.h"
#include "tests/fuzz/fuzz.h"

/* Small enough for some thousand pictures a second, large enough for several rows of JPEG blocks
 * and a second pass of an interlaced PNG. */
#define MAX_SIDE 512
#define MAX_PIXELS 65536

/* Two decoders, so that the picture of one call outlives the next. */
static ImgDecoder *decoders[2];
static AugLimits limits;

/* What one decoding gave. */
typedef struct Decoded {
    AugStatus status;
    AugImage image;
    ImgWindow got;
} Decoded;

static Decoded decode(ImgDecoder *decoder, const ImgDecodeJob *job)
{
    Decoded result = {0};
    AugError error = {0};
    result.status = img_decode(decoder, job, &limits, &result.image, &result.got, &error);
    if (result.status != AUG_OK) {
        fuzz_check_failure(result.status, &error);
        return result;
    }
    FUZZ_CHECK(result.image.channels == job->channels && result.image.dtype == job->dtype,
               "%d channels of type %d", result.image.channels, (int)result.image.dtype);
    FUZZ_CHECK(result.image.width == result.got.x1 - result.got.x0 &&
                   result.image.height == result.got.y1 - result.got.y0,
               "%d x %d are not the window", result.image.width, result.image.height);
    return result;
}

static size_t pixel_size(const AugImage *image)
{
    return (size_t)image->channels * aug_dtype_size(image->dtype);
}

/* Row y of a decoded picture from column x on, both of the stored picture. */
static const uint8_t *pixels_at(const Decoded *decoded, int32_t x, int32_t y)
{
    const AugImage *image = &decoded->image;
    return image->pixels + (size_t)(y - decoded->got.y0) * image->row_size +
           (size_t)(x - decoded->got.x0) * pixel_size(image);
}

/* Both hold the same pixels in the window. */
static void check_equal(const Decoded *a, const Decoded *b, ImgWindow window)
{
    const size_t size = (size_t)(window.x1 - window.x0) * pixel_size(&a->image);
    for (int32_t y = window.y0; y < window.y1; y++)
        FUZZ_CHECK(memcmp(pixels_at(a, window.x0, y), pixels_at(b, window.x0, y), size) == 0,
                   "row %d differs between columns %d and %d", y, window.x0, window.x1);
}

static void check_window(const ImgDecodeJob *job, const Decoded *whole, ImgWindow window)
{
    ImgDecodeJob part_job = *job;
    part_job.window = &window;
    const Decoded part = decode(decoders[1], &part_job);
    /* Damage outside the window need not be noticed. */
    if (whole->status != AUG_OK)
        return;
    FUZZ_CHECK(part.status == AUG_OK, "rows %d to %d, columns %d to %d: %s", window.y0, window.y1,
               window.x0, window.x1, aug_status_name(part.status));
    FUZZ_CHECK(part.got.x0 <= window.x0 && window.x1 <= part.got.x1 && part.got.y0 <= window.y0 &&
                   window.y1 <= part.got.y1,
               "the window is not covered");
    check_equal(whole, &part, window);
}

/* A careful decode says the same of every window, and what it accepts has the pixels of any other
 * decode. */
static void check_careful(const ImgDecodeJob *job, const Decoded *whole, ImgWindow window)
{
    ImgDecodeJob careful = *job;
    careful.careful = true;
    const Decoded all = decode(decoders[1], &careful);
    if (all.status == AUG_OK) {
        FUZZ_CHECK(whole->status == AUG_OK, "accepted only carefully");
        check_equal(whole, &all, whole->got);
    }
    careful.window = &window;
    const Decoded part = decode(decoders[1], &careful);
    FUZZ_CHECK(part.status == all.status, "the whole: %s, rows %d to %d, columns %d to %d: %s",
               aug_status_name(all.status), window.y0, window.y1, window.x0, window.x1,
               aug_status_name(part.status));
    if (all.status == AUG_OK)
        check_equal(whole, &part, window);
    const AugStatus status = img_verify(decoders[1], job->bytes, job->size, &limits, NULL);
    FUZZ_CHECK(status == all.status, "decoded: %s, verified: %s", aug_status_name(all.status),
               aug_status_name(status));
}

/* A window at a part of the size, and what was done. */
static Decoded decode_smaller(ImgDecoder *decoder, ImgDecodeJob job, const ImgWindow *window,
                              int32_t *reduction)
{
    job.window = window;
    job.reduction = reduction;
    const Decoded result = decode(decoder, &job);
    if (result.status != AUG_OK || !window)
        return result;
    const int32_t n = *reduction;
    FUZZ_CHECK(result.got.x0 * n <= window->x0 && window->x1 <= result.got.x1 * n &&
                   result.got.y0 * n <= window->y0 && window->y1 <= result.got.y1 * n,
               "the window is not covered at 1/%d", n);
    return result;
}

/* A smaller picture has the same pixels in every window and in a careful decode, and is or is not
 * made smaller with them. What damage leaves of a file may be. */
static void check_smaller(const ImgDecodeJob *job, ImgWindow window, int32_t asked)
{
    int32_t done = asked, part_done = asked;
    const Decoded whole = decode_smaller(decoders[0], *job, NULL, &done);
    const Decoded part = decode_smaller(decoders[1], *job, &window, &part_done);
    if (whole.status == AUG_OK && done > 1) {
        FUZZ_CHECK(part.status == AUG_OK && part_done == done, "the whole at 1/%d, a part at 1/%d",
                   done, part_done);
        check_equal(&whole, &part, part.got);
    }
    ImgDecodeJob job_to_end = *job;
    job_to_end.careful = true;
    done = asked;
    const Decoded careful = decode_smaller(decoders[0], job_to_end, &window, &done);
    if (careful.status != AUG_OK)
        return;
    FUZZ_CHECK(part.status == AUG_OK && part_done == done, "carefully at 1/%d, else at 1/%d", done,
               part_done);
    const ImgWindow made = {.x0 = window.x0 / done,
                            .y0 = window.y0 / done,
                            .x1 = (window.x1 - 1) / done + 1,
                            .y1 = (window.y1 - 1) / done + 1};
    check_equal(&careful, &part, made);
}

/* PNG loses nothing. */
static void check_written(const Decoded *whole)
{
    uint8_t *bytes;
    size_t size;
    AugError error = {0};
    ImgHeader header;
    const ImgEncodeOptions options = {.quality = 90};
    AugStatus status = img_encode("png", &whole->image, &options, &bytes, &size, &error);
    FUZZ_CHECK(status == AUG_OK, "%s", error.message);
    status = img_header(bytes, size, &limits, &header, &error);
    FUZZ_CHECK(status == AUG_OK, "%s", error.message);
    const ImgDecodeJob job = {.bytes = bytes,
                              .size = size,
                              .header = &header,
                              .channels = whole->image.channels,
                              .dtype = whole->image.dtype};
    const Decoded again = decode(decoders[1], &job);
    FUZZ_CHECK(again.status == AUG_OK, "what was written is refused");
    check_equal(whole, &again, whole->got);
    free(bytes);
}

static size_t big_endian(const uint8_t *at)
{
    return (size_t)at[0] << 24 | (size_t)at[1] << 16 | (size_t)at[2] << 8 | at[3];
}

/* Puts the CRC of each chunk of a PNG right, so that what lies behind them is reached. */
static void seal_png(uint8_t *bytes, size_t size)
{
    enum { SIGNATURE = 8, BEFORE = 8, BEHIND = 4 };
    if (size < SIGNATURE || memcmp(bytes, "\x89PNG", 4) != 0)
        return;
    for (size_t at = SIGNATURE; size - at >= BEFORE + BEHIND;) {
        const size_t length = big_endian(bytes + at);
        if (length > size - at - BEFORE - BEHIND)
            return;
        uint8_t *crc = bytes + at + BEFORE + length;
        const uLong value = crc32(0, bytes + at + 4, (uInt)length + 4);
        for (int i = 0; i < 4; i++)
            crc[i] = (uint8_t)(value >> (24 - 8 * i));
        at += BEFORE + length + BEHIND;
    }
}

/* A part of n that is not empty. */
static void choose_span(FuzzInput *input, int32_t n, int32_t *from, int32_t *to)
{
    *from = (int32_t)fuzz_number(input, (uint32_t)n);
    *to = *from + 1 + (int32_t)fuzz_number(input, (uint32_t)(n - *from));
}

static void init(void)
{
    for (int i = 0; i < 2; i++)
        FUZZ_CHECK(img_decoder_new(&decoders[i], NULL) == AUG_OK, "no decoder");
    aug_limits_init(&limits);
    limits.max_side = MAX_SIDE;
    limits.max_pixels = MAX_PIXELS;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    if (!decoders[0])
        init();
    FuzzInput choices = {bytes, size < 12 ? size : 12};
    FuzzInput input = {bytes + choices.left, size - choices.left};
    size_t n = input.left;
    uint8_t *file = fuzz_take(&input, &n);
    const uint8_t choice = fuzz_byte(&choices);
    if (choice & 16)
        seal_png(file, n);
    ImgHeader header;
    AugError error = {0};
    const AugStatus status = img_header(file, n, &limits, &header, &error);
    if (status == AUG_OK) {
        FUZZ_CHECK(header.width > 0 && header.height > 0 && header.width <= MAX_SIDE &&
                       header.height <= MAX_SIDE && header.width * header.height <= MAX_PIXELS,
                   "%d x %d pixels passed", header.width, header.height);
        ImgDecodeJob job = {.bytes = file,
                            .size = n,
                            .header = &header,
                            .channels = choice & 1 ? 3 : 1,
                            .dtype = choice & 2 ? AUG_DTYPE_U16 : AUG_DTYPE_U8};
        /* Asked for of masks alone. */
        const bool is_mask = header.palette || header.channels == 1;
        job.indices = (choice & 4) && is_mask && job.channels == 1 && job.dtype == AUG_DTYPE_U8;
        ImgWindow window;
        choose_span(&choices, header.width, &window.x0, &window.x1);
        choose_span(&choices, header.height, &window.y0, &window.y1);
        const Decoded whole = decode(decoders[0], &job);
        check_window(&job, &whole, window);
        if (choice & 8)
            check_careful(&job, &whole, window);
        if (whole.status == AUG_OK)
            check_written(&whole);
        if (choice >> 6)
            check_smaller(&job, window, 1 << (choice >> 6));
    } else {
        fuzz_check_failure(status, &error);
    }
    free(file);
    return 0;
}
