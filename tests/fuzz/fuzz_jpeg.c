/* The decoder of windows of JPEGs beside libjpeg-turbo: what it takes of any bytes, libjpeg reads to
 * the end without a warning and with the same pixels (tests/support/jpeg_case.h).
 *
 * Input: 8 bytes from which windows, colours, kernels and marks are drawn, then the file. Behind a
 * line "%%" may follow bytes that stand for its marks.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/fuzz.h"
#include "tests/support/jpeg_case.h"

/* Small enough for some thousand pictures a second. */
#define MAX_SIDE 400
#define MAX_PIXELS 65536

/* Decodes of a file that is good. */
#define N_WINDOWS 3

static JpegCase jpeg_case;

/* Marks of any bytes are safe. */
static void try_marks(const uint8_t *file, size_t size, const ImgMarks *marks)
{
    ImgHeader header;
    JpegDecoded decoded;
    if (img_header(file, size, &jpeg_case.limits, &header, NULL) != AUG_OK ||
        strcmp(header.codec->name, "jpeg") != 0)
        return;
    const ImgWindow window = {.x0 = header.width / 3,
                              .y0 = header.height / 2,
                              .x1 = header.width / 3 + 1,
                              .y1 = header.height};
    const ImgDecodeJob job = {.bytes = file,
                              .size = size,
                              .header = &header,
                              .channels = 3,
                              .window = &window,
                              .marks = *marks};
    FUZZ_CHECK(jpeg_case_decode(&jpeg_case, marks->size % 8, &job, &decoded), "%s", jpeg_case.text);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    aug_limits_init(&jpeg_case.limits);
    jpeg_case.limits.max_side = MAX_SIDE;
    jpeg_case.limits.max_pixels = MAX_PIXELS;
    FuzzInput input = {bytes, size};
    uint64_t state = 0;
    for (int i = 0; i < 8; i++)
        state = state << 8 | fuzz_byte(&input);
    size_t file_size, marks_size;
    uint8_t *file = fuzz_part(&input, &file_size);
    const bool has_marks = input.left > 0;
    uint8_t *marks = fuzz_part(&input, &marks_size);
    FUZZ_CHECK(jpeg_case_try(&jpeg_case, file, file_size, &state, N_WINDOWS), "%s", jpeg_case.text);
    if (has_marks)
        try_marks(file, file_size, &(ImgMarks){.bytes = marks, .size = marks_size});
    free(file);
    free(marks);
    return 0;
}
