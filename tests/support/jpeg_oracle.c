/* libjpeg-turbo with the accurate integer IDCT and smooth upsampling, fed one byte at a time; the
 * first warning ends it like an error. */
#include "tests/support/jpeg_oracle.h"

#include <assert.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

/* jpeglib.h needs size_t and FILE to be known. */
#include <jpeglib.h>

/* One reading. Lives outside of the function that calls setjmp, so nothing is lost by longjmp. */
typedef struct Reading {
    struct jpeg_decompress_struct info;
    struct jpeg_error_mgr errors;
    struct jpeg_source_mgr source;
    jmp_buf leave;
    const uint8_t *bytes;
    size_t size, at;
    TestOracle *oracle;
} Reading;

static_assert(TEST_ORACLE_MESSAGE >= JMSG_LENGTH_MAX, "a message of libjpeg does not fit");

static void leave(j_common_ptr common)
{
    Reading *reading = common->client_data;
    common->err->format_message(common, reading->oracle->message);
    longjmp(reading->leave, 1);
}

static void emit_message(j_common_ptr common, int level)
{
    if (level < 0)
        leave(common);
}

static void do_nothing(j_decompress_ptr info)
{
    (void)info;
}

static boolean next_byte(j_decompress_ptr info)
{
    Reading *reading = info->client_data;
    if (reading->at == reading->size) {
        snprintf(reading->oracle->message, TEST_ORACLE_MESSAGE, "Premature end of JPEG file");
        longjmp(reading->leave, 1);
    }
    info->src->next_input_byte = reading->bytes + reading->at++;
    info->src->bytes_in_buffer = 1;
    return TRUE;
}

static void skip_bytes(j_decompress_ptr info, long n)
{
    for (; n > 0; n--) {
        if (info->src->bytes_in_buffer == 0)
            next_byte(info);
        info->src->bytes_in_buffer = 0;
    }
}

static void reserve(TestOracle *oracle, size_t size)
{
    if (size <= oracle->capacity)
        return;
    free(oracle->pixels);
    oracle->pixels = malloc(size);
    oracle->capacity = size;
    if (!oracle->pixels) {
        fprintf(stderr, "no memory for %zu bytes of pixels\n", size);
        abort();
    }
}

static void read_whole(Reading *reading)
{
    struct jpeg_decompress_struct *info = &reading->info;
    jpeg_create_decompress(info);
    info->src = &reading->source;
    jpeg_read_header(info, TRUE);
    info->out_color_space = info->num_components == 1   ? JCS_GRAYSCALE
                            : info->num_components == 3 ? JCS_RGB
                                                        : JCS_CMYK;
    info->dct_method = JDCT_ISLOW;
    info->do_fancy_upsampling = TRUE;
    jpeg_start_decompress(info);
    AugImage *image = &reading->oracle->image;
    image->width = (int32_t)info->output_width;
    image->height = (int32_t)info->output_height;
    image->channels = info->out_color_components;
    image->row_size = (size_t)image->width * (size_t)image->channels;
    reserve(reading->oracle, image->row_size * (size_t)image->height);
    image->pixels = reading->oracle->pixels;
    while (info->output_scanline < info->output_height) {
        JSAMPROW row = image->pixels + info->output_scanline * image->row_size;
        jpeg_read_scanlines(info, &row, 1);
    }
    jpeg_finish_decompress(info);
}

bool test_oracle_ask(TestOracle *oracle, const uint8_t *bytes, size_t size)
{
    Reading reading = {.bytes = bytes, .size = size, .oracle = oracle};
    reading.source = (struct jpeg_source_mgr){.init_source = do_nothing,
                                              .fill_input_buffer = next_byte,
                                              .skip_input_data = skip_bytes,
                                              .resync_to_restart = jpeg_resync_to_restart,
                                              .term_source = do_nothing};
    reading.info.err = jpeg_std_error(&reading.errors);
    reading.errors.error_exit = leave;
    reading.errors.emit_message = emit_message;
    reading.info.client_data = &reading;
    oracle->image = (AugImage){0};
    oracle->message[0] = 0;
    if (setjmp(reading.leave) == 0)
        read_whole(&reading);
    jpeg_destroy_decompress(&reading.info);
    return !oracle->message[0];
}

void test_oracle_fini(TestOracle *oracle)
{
    free(oracle->pixels);
    *oracle = (TestOracle){0};
}
