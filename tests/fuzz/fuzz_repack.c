/* Picture files that are rewritten: what a careful decode accepts can be rewritten, what it refuses is
 * refused; the new file has the same pixels, and is rewritten to itself. With loss, too, what comes out
 * can be read.
 *
 * Input: a byte that chooses the options, then the file.
 */
#include <stdlib.h>
#include <string.h>

#include "aug/image.h"
#include "image/codec/codec.h"
#include "tests/fuzz/fuzz.h"

/* Small enough for some thousand pictures a second. */
#define MAX_SIDE 512
#define MAX_PIXELS 65536

static ImgDecoder *decoder;
static AugLimits limits;

static void init(void)
{
    FUZZ_CHECK(img_decoder_new(&decoder, NULL) == AUG_OK, "no decoder");
    aug_limits_init(&limits);
    limits.max_side = MAX_SIDE;
    limits.max_pixels = MAX_PIXELS;
}

/* Both show the same. */
static void check_same(const void *first, size_t first_size, const void *second, size_t second_size)
{
    const AugImagePair pair = {first, second, first_size, second_size};
    char difference[160];
    AugError error = {0};
    const AugStatus status = aug_image_compare(&pair, &limits, difference, &error);
    FUZZ_CHECK(status == AUG_OK, "the comparison fails: %s", error.message);
    FUZZ_CHECK(difference[0] == 0, "%s", difference);
}

static void check_equal(const AugRepackOptions *options, const uint8_t *file, size_t size,
                        const AugRepacked *made)
{
    check_same(file, size, made->bytes, made->size);
    AugRepacked again;
    AugError error = {0};
    const AugStatus status =
        aug_image_repack(made->bytes, made->size, options, &limits, &again, &error);
    FUZZ_CHECK(status == AUG_OK && again.bytes, "what was made is refused: %s", error.message);
    FUZZ_CHECK(again.size == made->size && memcmp(again.bytes, made->bytes, made->size) == 0,
               "%zu bytes become %zu others", made->size, again.size);
    free(again.bytes);
}

/* Pictures are the same or, with loss, can be read. */
static void check_made(const AugRepackOptions *options, const uint8_t *file, size_t size,
                       const AugRepacked *made)
{
    if (options->max_side == 0 && options->quality == 0)
        check_equal(options, file, size, made);
    else
        FUZZ_CHECK(img_verify(decoder, made->bytes, made->size, &limits, NULL) == AUG_OK,
                   "what was made is damaged");
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    if (!decoder)
        init();
    FuzzInput input = {bytes, size};
    const uint8_t choice = fuzz_byte(&input);
    size_t n = input.left;
    uint8_t *file = fuzz_take(&input, &n);
    const AugRepackOptions options = {.interval = choice & 3 ? 8 : 1 + choice / 4,
                                      .max_side = choice & 4 ? 1 + choice / 8 : 0,
                                      .quality = choice & 8 ? 1 + choice / 4 : 0};
    AugRepacked made;
    AugError error = {0}, reason = {0};
    const AugStatus status = aug_image_repack(file, n, &options, &limits, &made, &error);
    const AugStatus careful = img_verify(decoder, file, n, &limits, &reason);
    FUZZ_CHECK(status == careful, "rewritten: %s (%s), decoded: %s (%s)", aug_status_name(status),
               error.message, aug_status_name(careful), reason.message);
    if (status != AUG_OK)
        fuzz_check_failure(status, &error);
    else if (made.bytes)
        check_made(&options, file, n, &made);
    free(made.bytes);
    free(file);
    return 0;
}
