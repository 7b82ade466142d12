/* Decodes JPEG with libjpeg-turbo: only the columns and rows of a window, in the bits of a full
 * decode.
 *
 * libjpeg reports damage as warnings and goes on with made-up pixels; here a warning is an error,
 * except where no pixel depends on it (see harmless). It reports less than it could: its fast path,
 * taken while much of the file lies ready, gives no warning for an invalid code. A careful decode
 * therefore hands out the file in small pieces (see PIECE_SIZE) and reads it to its end marker.
 */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

/* jpeglib.h needs size_t and FILE to be known. */
#include <jerror.h>
#include <jpeglib.h>

#include "image/codec/jpeg/parts.h"

/* One decode. Lives outside of the function that calls setjmp, so nothing is lost by longjmp.
 *
 * The library's object is not kept for the next picture: it would remember tables, and a file
 * without tables of its own would decode by its predecessor's.
 */
typedef struct Work {
    struct jpeg_decompress_struct info;
    struct jpeg_error_mgr errors;
    struct jpeg_source_mgr source;
    size_t piece_size; /* most bytes that it hands out at a time */
    size_t n_handed;   /* bytes of the file that it handed out or passed over */
    jmp_buf leave;
    bool in_header; /* no scan has begun */
    AugStatus status;
    char message[JMSG_LENGTH_MAX];
    const ImgDecodeJob *job;
    const ImgWindow *window;
    ImgDecodeTarget target;
    AugError *error;
    uint8_t *spare;  /* one row of CMYK, or of RGB that becomes grey */
    uint8_t *unseen; /* a row outside of the window */
    size_t counted;  /* bytes of libjpeg's own on the allowance */
} Work;

static AugStatus status_of(int code)
{
    switch (code) {
    case JERR_OUT_OF_MEMORY:
        return AUG_NO_MEMORY;
    case JERR_IMAGE_TOO_BIG:
    case JERR_WIDTH_OVERFLOW:
        return AUG_TOO_LARGE;
    case JERR_ARITH_NOTIMPL:
    case JERR_BAD_PRECISION:
    case JERR_CCIR601_NOTIMPL:
    case JERR_COMPONENT_COUNT:
    case JERR_CONVERSION_NOTIMPL:
    case JERR_FRACT_SAMPLE_NOTIMPL:
    case JERR_NOTIMPL:
    case JERR_NOT_COMPILED:
    case JERR_SOF_UNSUPPORTED:
        return AUG_UNSUPPORTED;
    default:
        return AUG_CORRUPT;
    }
}

static void leave(j_common_ptr common)
{
    Work *work = common->client_data;
    work->status = status_of(common->err->msg_code);
    common->err->format_message(common, work->message);
    longjmp(work->leave, 1);
}

/* Warnings that no pixel depends on: an unknown revision of JFIF, an unknown Adobe transform (YCbCr
 * is assumed), a broken profile, spectral numbers in a sequential scan (they have no meaning there,
 * and some cameras write zeros), stray bytes between header segments. A missing end marker is one
 * too while all data is there; libjpeg warns again (JWRN_HIT_MARKER) when it needs a bit more. */
static bool harmless(const Work *work, int code)
{
    if (work->job->careful)
        return false;
    switch (code) {
    case JWRN_JFIF_MAJOR:
    case JWRN_ADOBE_XFORM:
    case JWRN_BOGUS_ICC:
    case JWRN_NOT_SEQUENTIAL:
        return true;
    case JWRN_EXTRANEOUS_DATA:
        return work->in_header;
    case JWRN_JPEG_EOF:
        return !work->job->header->complete;
    default:
        return false;
    }
}

static void emit_message(j_common_ptr common, int level)
{
    if (level < 0 && !harmless(common->client_data, common->err->msg_code))
        leave(common);
}

static void output_message(j_common_ptr common)
{
    (void)common;
}

/* Bytes that the source hands out at a time where all damage is to be found. libjpeg-turbo takes
 * its fast path for an MCU when 512 bytes and more lie ready for each of its blocks, of which there
 * is one at least. The slow path gives and reports the same whatever the pieces, down to one
 * byte. */
#define PIECE_SIZE 511u

static void begin_source(j_decompress_ptr info)
{
    Work *work = info->client_data;
    work->n_handed = 0;
    info->src->bytes_in_buffer = 0;
}

/* Behind its end the file goes on with an end marker, as with jpeg_mem_src. */
static boolean next_piece(j_decompress_ptr info)
{
    static const JOCTET end[] = {0xff, JPEG_EOI};
    Work *work = info->client_data;
    const size_t left = work->job->size - work->n_handed;
    if (left == 0) {
        WARNMS(info, JWRN_JPEG_EOF);
        info->src->next_input_byte = end;
        info->src->bytes_in_buffer = sizeof(end);
        return TRUE;
    }
    const size_t n = left < work->piece_size ? left : work->piece_size;
    info->src->next_input_byte = work->job->bytes + work->n_handed;
    info->src->bytes_in_buffer = n;
    work->n_handed += n;
    return TRUE;
}

static void skip_bytes(j_decompress_ptr info, long n_bytes)
{
    Work *work = info->client_data;
    const size_t n = n_bytes < 0 ? 0 : (size_t)n_bytes;
    const size_t n_ready = info->src->bytes_in_buffer;
    if (n <= n_ready) {
        info->src->next_input_byte += n;
        info->src->bytes_in_buffer -= n;
        return;
    }
    const size_t left = work->job->size - work->n_handed;
    work->n_handed += n - n_ready < left ? n - n_ready : left;
    info->src->bytes_in_buffer = 0;
}

static void end_source(j_decompress_ptr info)
{
    (void)info;
}

static void open_source(Work *work)
{
    work->piece_size = work->job->careful ? PIECE_SIZE : work->job->size;
    work->source = (struct jpeg_source_mgr){
        .init_source = begin_source,
        .fill_input_buffer = next_piece,
        .skip_input_data = skip_bytes,
        .resync_to_restart = jpeg_resync_to_restart,
        .term_source = end_source,
    };
    work->info.src = &work->source;
}

/* After the header. Every decode reads a file of several scans to its end. Where a scan ends, the
 * fast path has read less far ahead than the slow one and reports stray bytes that the slow one
 * cannot see; so every decode takes the slow one. */
static void choose_pieces(Work *work)
{
    struct jpeg_source_mgr *source = &work->source;
    if (!jpeg_has_multiple_scans(&work->info))
        return;
    work->piece_size = PIECE_SIZE;
    if (source->bytes_in_buffer <= PIECE_SIZE)
        return;
    work->n_handed -= source->bytes_in_buffer - PIECE_SIZE;
    source->bytes_in_buffer = PIECE_SIZE;
}

/* Whether a progressive file never sends all bits. libjpeg then guesses them from the blocks
 * around, and at the edges of the columns that are decoded it takes other blocks. (Rows do no harm:
 * the blocks of all of them are at hand.) */
static bool is_smoothed(const struct jpeg_decompress_struct *info)
{
    if (!info->progressive_mode || !info->coef_bits)
        return false;
    for (int i = 0; i < info->num_components; i++)
        for (int k = 1; k < DCTSIZE2; k++)
            if (info->coef_bits[i][k] != 0)
                return true;
    return false;
}

/* Partial decoding is used for common layouts only: one component, or three of which chroma is
 * halved or not, and four of the same size. Of others all rows and columns are read: where luma has
 * four rows of blocks to two of chroma, libjpeg-turbo 2.1.5 loses count of the rows that it skips,
 * and reads past the end or never comes back. */
static bool is_common(const struct jpeg_decompress_struct *info)
{
    const jpeg_component_info *first = &info->comp_info[0];
    if (info->num_components == 1)
        return first->h_samp_factor == 1 && first->v_samp_factor == 1;
    if (first->h_samp_factor > 2 || first->v_samp_factor > 2)
        return false;
    for (int i = 1; i < info->num_components; i++) {
        const jpeg_component_info *other = &info->comp_info[i];
        if (other->h_samp_factor != 1 || other->v_samp_factor != 1)
            return false;
    }
    return true;
}

/* Columns that are decoded at least: for fewer, libjpeg changes to another upsampling. */
#define MIN_COLUMNS 16

/* Columns to decode. Smooth upsampling of chroma looks one sample to each side, so the window gets
 * a margin of one pixel; libjpeg then widens it to the left to whole blocks. */
static void choose_columns(Work *work)
{
    struct jpeg_decompress_struct *info = &work->info;
    const int32_t width = work->job->header->width;
    work->target.got->x0 = 0;
    work->target.got->x1 = width;
    if (is_smoothed(info) || !is_common(info))
        return;
    const int32_t left = work->window->x0 > 0 ? work->window->x0 - 1 : 0;
    const int32_t right = work->window->x1 < width ? work->window->x1 + 1 : width;
    const int32_t x1 = right > MIN_COLUMNS ? right : width < MIN_COLUMNS ? width : MIN_COLUMNS;
    const int32_t x0 = left > x1 - MIN_COLUMNS ? x1 - MIN_COLUMNS : left;
    if (x0 <= 0 && x1 == width)
        return;
    JDIMENSION offset = (JDIMENSION)x0;
    JDIMENSION n_columns = (JDIMENSION)(x1 - x0);
    jpeg_crop_scanline(info, &offset, &n_columns);
    work->target.got->x0 = (int32_t)offset;
    work->target.got->x1 = (int32_t)(offset + n_columns);
}

static uint8_t scale_by(uint32_t value, uint32_t by)
{
    const uint32_t product = value * by + 128;
    return (uint8_t)(((product >> 8) + product) >> 8);
}

/* Inverted CMYK, as Adobe writes it and Pillow assumes it, to RGB. */
static void rgb_of_cmyk(const uint8_t *cmyk, uint8_t *rgb, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const uint8_t light = cmyk[4 * i + 3];
        for (size_t c = 0; c < 3; c++)
            rgb[3 * i + c] = (uint8_t)(light - scale_by(255u - cmyk[4 * i + c], light));
    }
}

static void read_row(Work *work, uint8_t *row)
{
    struct jpeg_decompress_struct *info = &work->info;
    const size_t n = (size_t)work->target.out->width;
    JSAMPROW target = work->spare ? work->spare : row;
    if (jpeg_read_scanlines(info, &target, 1) != 1)
        ERREXIT(info, JERR_INPUT_EOF);
    if (!work->spare)
        return;
    const bool is_cmyk = info->out_color_space == JCS_CMYK;
    if (is_cmyk)
        rgb_of_cmyk(work->spare, work->job->channels == 1 ? work->spare : row, n);
    if (work->job->channels == 1)
        img_codec_grey(work->spare, row, n);
}

/* Chooses output colours; the caller has seen that there are 1, 3 or 4 components. */
static void choose_colours(Work *work)
{
    struct jpeg_decompress_struct *info = &work->info;
    const bool grey = info->num_components == 1 && work->job->channels == 1;
    info->out_color_space = info->num_components == 4 ? JCS_CMYK : grey ? JCS_GRAYSCALE : JCS_RGB;
    info->dct_method = JDCT_ISLOW;
    info->do_fancy_upsampling = TRUE;
}

static AugStatus reserve(Work *work)
{
    const struct jpeg_decompress_struct *info = &work->info;
    const ImgWindow *got = work->target.got;
    const size_t n_components = (size_t)info->out_color_components;
    const AugSize size = {.height = got->y1 - got->y0, .width = got->x1 - got->x0};
    AUG_TRY(img_pixels_image(work->target.pixels, size, work->job->channels, work->target.out,
                             work->error));
    const bool converts = info->out_color_components != work->job->channels;
    const bool has_unseen = (work->job->careful && got->y1 < work->job->header->height) ||
                            (got->y0 > 0 && !is_common(info));
    if (converts)
        work->spare = malloc((size_t)size.width * n_components);
    if (has_unseen)
        work->unseen = malloc((size_t)size.width * n_components);
    if ((converts && !work->spare) || (has_unseen && !work->unseen))
        return AUG_FAIL(work->error, AUG_NO_MEMORY, NULL, "no memory for a row of pixels");
    return AUG_OK;
}

/* Bytes that libjpeg takes for its tables and small structs. */
#define LIBRARY_SIZE (128u << 10)

/* Rows of a component that libjpeg holds at once for each row of its sampling: ten groups of the
 * main buffer, and what upsampling makes. */
#define LIBRARY_ROWS 12u

static size_t round_up(size_t value, int step)
{
    return (value + (size_t)step - 1) / (size_t)step * (size_t)step;
}

/* Most that libjpeg takes for a file whose header was read: rows of all components, and of a file
 * of several scans all of its coefficients. */
static size_t library_size(j_decompress_ptr info)
{
    size_t size = LIBRARY_SIZE;
    for (int i = 0; i < info->num_components; i++) {
        const jpeg_component_info *component = &info->comp_info[i];
        const size_t n_wide = round_up(component->width_in_blocks, component->h_samp_factor);
        const size_t n_high = round_up(component->height_in_blocks, component->v_samp_factor);
        size += (size_t)info->max_v_samp_factor * LIBRARY_ROWS *
                round_up(info->image_width, DCTSIZE * info->max_h_samp_factor);
        if (jpeg_has_multiple_scans(info))
            size += n_wide * n_high * sizeof(JBLOCK);
    }
    return size;
}

/* Before libjpeg takes its memory. */
static AugStatus count_library(Work *work)
{
    const size_t size = library_size(&work->info);
    AUG_TRY(augi_allowance_take(work->target.pixels->allowance, size, work->error));
    work->counted = size;
    return AUG_OK;
}

/* A file without its end marker is whole if all of its rows can be decoded. */
static void choose_rows(Work *work)
{
    work->target.got->y0 = work->window->y0;
    work->target.got->y1 =
        work->job->header->complete ? work->window->y1 : work->job->header->height;
}

/* Steps over rows. */
static void skip_rows(Work *work, JDIMENSION n)
{
    struct jpeg_decompress_struct *info = &work->info;
    if (is_common(info) && n > 0)
        jpeg_skip_scanlines(info, n);
    else
        for (JDIMENSION i = 0; i < n; i++)
            if (jpeg_read_scanlines(info, &work->unseen, 1) != 1)
                ERREXIT(info, JERR_INPUT_EOF);
}

/* Reads the rows below the window and what follows them. Rows that are skipped are read without
 * being made into pixels, except that skipping the last one would end without reading. */
static void read_to_end(Work *work)
{
    struct jpeg_decompress_struct *info = &work->info;
    const JDIMENSION n_left = info->output_height - info->output_scanline;
    if (n_left > 1)
        skip_rows(work, n_left - 1);
    if (n_left > 0 && jpeg_read_scanlines(info, &work->unseen, 1) != 1)
        ERREXIT(info, JERR_INPUT_EOF);
    jpeg_finish_decompress(info);
}

/* Everything that libjpeg may leave by longjmp. */
static AugStatus decode(Work *work)
{
    struct jpeg_decompress_struct *info = &work->info;
    jpeg_create_decompress(info);
    open_source(work);
    jpeg_read_header(info, TRUE);
    choose_pieces(work);
    work->in_header = false;
    const ImgHeader *header = work->job->header;
    if (info->image_width != (JDIMENSION)header->width ||
        info->image_height != (JDIMENSION)header->height ||
        info->num_components != header->channels)
        return AUG_FAIL(
            work->error, AUG_CORRUPT, NULL,
            "the JPEG's frame header is read as %u x %u pixels by the decoder, as %ld x "
            "%ld by the check before it",
            info->image_width, info->image_height, (long)header->width, (long)header->height);
    choose_colours(work);
    AUG_TRY(count_library(work));
    jpeg_start_decompress(info);
    choose_rows(work);
    choose_columns(work);
    AUG_TRY(reserve(work));
    skip_rows(work, (JDIMENSION)work->target.got->y0);
    for (int32_t y = 0; y < work->target.out->height; y++)
        read_row(work, work->target.out->pixels + (size_t)y * work->target.out->row_size);
    if (work->job->careful)
        read_to_end(work);
    return AUG_OK;
}

/* The one place that libjpeg jumps back to. */
static AugStatus guard(Work *work)
{
    if (setjmp(work->leave) == 0)
        return decode(work);
    return AUG_FAIL(work->error, work->status, NULL, "the JPEG cannot be decoded: %s",
                    work->message);
}

AugStatus img_jpeg_library_decode(const ImgDecodeJob *job, const ImgWindow *window,
                                  const AugLimits *limits, ImgDecodeTarget target, AugError *error)
{
    Work work = {.job = job, .window = window, .target = target, .error = error, .in_header = true};
    work.info.err = jpeg_std_error(&work.errors);
    work.errors.error_exit = leave;
    work.errors.emit_message = emit_message;
    work.errors.output_message = output_message;
    work.info.client_data = &work;
    const AugStatus status = guard(&work);
    jpeg_destroy_decompress(&work.info);
    augi_allowance_give(target.pixels->allowance, work.counted);
    free(work.spare);
    free(work.unseen);
    AUG_TRY(status);
    /* Limits have a use only here: libjpeg has no measure but the picture's size, which decode
     * compares with the header's. */
    return job->careful ? img_jpeg_check_scans(job->bytes, job->size, limits, error) : AUG_OK;
}
