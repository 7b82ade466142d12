/* Decodes PNG with libpng, row by row down to the end of the window.
 *
 * A careful decode goes on to the end chunk: every row, the check sum of the compressed data, data
 * behind it, the CRC of every chunk. What libpng warns of is then an error. The contents of
 * ancillary chunks are not looked at; bytes behind the end chunk are none of the picture's.
 */
#include <png.h>
#include <stdlib.h>
#include <string.h>

#include "image/codec/png.h"

/* Bytes that libpng and zlib take whatever the picture; and, for each pixel of a row, in its
 * buffers of two rows of up to four values of 16 bits. */
#define LIBRARY_SIZE (128u << 10)
#define LIBRARY_PIXEL_SIZE (2 * 4 * sizeof(uint16_t))

/* No chunk that is kept (palette, transparency) comes near this. */
#define MAX_CHUNK_SIZE (1u << 20)

/* One decode. Lives outside of the function that calls setjmp, so nothing is lost by longjmp. */
typedef struct Work {
    png_structp png;
    png_infop info;
    const ImgDecodeJob *job;
    const ImgWindow *window;
    const AugLimits *limits;
    ImgDecodeTarget target;
    AugError *error;
    size_t at;           /* bytes read of the file */
    int32_t n_decoded;   /* channels that libpng gives: 1, or 3 (which may have to become grey) */
    size_t decoded_size; /* bytes of such a pixel */
    uint8_t *spare;      /* one row in full width, or the picture if it is interlaced */
    png_bytep *row_list; /* of the interlaced picture */
    size_t counted;      /* bytes on the allowance that are not pixels of the window */
    bool no_memory;
    char message[128];
} Work;

static void fail(png_structp png, png_const_charp text)
{
    Work *work = png_get_error_ptr(png);
    size_t size = strlen(text);
    if (size >= sizeof(work->message))
        size = sizeof(work->message) - 1;
    memcpy(work->message, text, size);
    work->message[size] = '\0';
    png_longjmp(png, 1);
}

static void take_warning(png_structp png, png_const_charp text)
{
    const Work *work = png_get_error_ptr(png);
    if (work->job->careful)
        fail(png, text);
}

/* libpng's own memory. That there is none says nothing about the file. */
static png_voidp take_memory(png_structp png, png_alloc_size_t size)
{
    Work *work = png_get_mem_ptr(png);
    void *bytes = malloc(size);
    work->no_memory = work->no_memory || !bytes;
    return bytes;
}

static void give_memory(png_structp png, png_voidp bytes)
{
    (void)png;
    free(bytes);
}

static void read_bytes(png_structp png, png_bytep target, size_t size)
{
    Work *work = png_get_io_ptr(png);
    if (size > work->job->size - work->at)
        png_error(png, "the data ends too early");
    memcpy(target, work->job->bytes + work->at, size);
    work->at += size;
}

/* Asks libpng for the job's type and 1 or 3 channels. */
static void choose_form(Work *work)
{
    png_structp png = work->png;
    const int type = png_get_color_type(png, work->info);
    const bool is_colour = (type & PNG_COLOR_MASK_COLOR) != 0;
    if (work->job->dtype == AUG_DTYPE_U8)
        png_set_strip_16(png);
    png_set_strip_alpha(png);
    if (work->job->indices) {
        /* A number needs no colour in the palette, as it needs none where it becomes one. */
        png_set_check_for_invalid_index(png, 0);
        png_set_packing(png);
        work->n_decoded = 1;
        work->decoded_size = 1;
        return;
    }
    if (type == PNG_COLOR_TYPE_PALETTE)
        png_set_palette_to_rgb(png);
    else if (!is_colour)
        png_set_expand_gray_1_2_4_to_8(png);
    if (!is_colour && work->job->channels == 3)
        png_set_gray_to_rgb(png);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    if (work->job->dtype == AUG_DTYPE_U16)
        png_set_swap(png);
#endif
    work->n_decoded = is_colour || work->job->channels == 3 ? 3 : 1;
    work->decoded_size = (size_t)work->n_decoded * img_value_size(work->job->dtype);
}

static AugStatus reserve(Work *work, bool interlaced)
{
    const ImgWindow *window = work->window;
    const AugSize size = {.height = window->y1 - window->y0, .width = window->x1 - window->x0};
    const ImgPixelType type = {.dtype = work->job->dtype, .channels = work->job->channels};
    AUG_TRY(img_pixels_make(work->target.pixels, size, type, work->target.out, work->error));
    const size_t height = interlaced ? (size_t)work->job->header->height : 1;
    const size_t width = (size_t)work->job->header->width;
    const size_t row_size = width * work->decoded_size;
    const size_t counted =
        height * (row_size + sizeof(*work->row_list)) + LIBRARY_SIZE + width * LIBRARY_PIXEL_SIZE;
    AUG_TRY(augi_allowance_take(work->target.pixels->allowance, counted, work->error));
    work->counted = counted;
    work->spare = malloc(height * row_size);
    work->row_list = malloc(height * sizeof(*work->row_list));
    if (!work->spare || !work->row_list)
        return AUG_FAIL(work->error, AUG_NO_MEMORY, NULL,
                        "no memory for a picture of %ld x %ld pixels",
                        (long)work->job->header->width, (long)work->job->header->height);
    for (size_t y = 0; y < height; y++)
        work->row_list[y] = work->spare + y * row_size;
    return AUG_OK;
}

/* Columns of the window from a row in full width. */
static void take_row(const Work *work, const uint8_t *full, int32_t y)
{
    const size_t n = (size_t)work->target.out->width;
    const uint8_t *from = full + (size_t)work->window->x0 * work->decoded_size;
    uint8_t *to =
        work->target.out->pixels + (size_t)(y - work->window->y0) * work->target.out->row_size;
    if (work->n_decoded == work->job->channels)
        memcpy(to, from, n * work->decoded_size);
    else if (work->job->dtype == AUG_DTYPE_U16)
        img_codec_grey_u16(from, to, n);
    else
        img_codec_grey(from, to, n);
}

static void read_rows(Work *work)
{
    const int32_t end = work->job->careful ? work->job->header->height : work->window->y1;
    for (int32_t y = 0; y < end; y++) {
        png_read_row(work->png, work->spare, NULL);
        if (y >= work->window->y0 && y < work->window->y1)
            take_row(work, work->spare, y);
    }
}

static void read_interlaced(Work *work)
{
    png_read_image(work->png, work->row_list);
    for (int32_t y = work->window->y0; y < work->window->y1; y++)
        take_row(work, work->row_list[y], y);
}

/* Everything that libpng may leave by longjmp. */
static AugStatus decode(Work *work)
{
    png_structp png = work->png;
    const ImgHeader *header = work->job->header;
    png_set_read_fn(png, work, read_bytes);
    png_set_user_limits(png, work->limits->max_side, work->limits->max_side);
    png_set_chunk_malloc_max(png, MAX_CHUNK_SIZE);
    /* Texts, profiles and other ancillary chunks are not even unpacked. */
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
    png_read_info(png, work->info);
    if (png_get_image_width(png, work->info) != (png_uint_32)header->width ||
        png_get_image_height(png, work->info) != (png_uint_32)header->height)
        return AUG_FAIL(work->error, AUG_CORRUPT, NULL, "the PNG has two headers that differ");
    choose_form(work);
    const bool interlaced = png_set_interlace_handling(png) > 1;
    png_read_update_info(png, work->info);
    if (png_get_rowbytes(png, work->info) != (size_t)header->width * work->decoded_size)
        return AUG_FAIL(work->error, AUG_CORRUPT, NULL, "the PNG's rows have an unexpected size");
    AUG_TRY(reserve(work, interlaced));
    if (interlaced)
        read_interlaced(work);
    else
        read_rows(work);
    if (work->job->careful)
        png_read_end(png, NULL);
    return AUG_OK;
}

/* The one place that libpng jumps back to. */
static AugStatus guard(Work *work)
{
    if (setjmp(png_jmpbuf(work->png)) == 0)
        return decode(work);
    if (work->no_memory)
        return AUG_FAIL(work->error, AUG_NO_MEMORY, NULL, "no memory to decode a PNG");
    return AUG_FAIL(work->error, AUG_CORRUPT, NULL, "the PNG cannot be decoded: %s", work->message);
}

AugStatus img_png_decode(const ImgDecodeJob *job, const ImgWindow *window, const AugLimits *limits,
                         ImgDecodeTarget target, AugError *error)
{
    Work work = {.job = job, .window = window, .limits = limits, .target = target, .error = error};
    *target.got = *window;
    work.png = png_create_read_struct_2(PNG_LIBPNG_VER_STRING, &work, fail, take_warning, &work,
                                        take_memory, give_memory);
    if (work.png)
        work.info = png_create_info_struct(work.png);
    AugStatus status = AUG_OK;
    if (work.info)
        status = guard(&work);
    else
        status = AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for a PNG decoder");
    png_destroy_read_struct(&work.png, &work.info, NULL);
    augi_allowance_give(target.pixels->allowance, work.counted);
    free(work.spare);
    free(work.row_list);
    return status;
}
