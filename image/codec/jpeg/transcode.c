/* Rewrites a JPEG without decoding it to pixels, with libjpeg-turbo: its coefficients become one
 * baseline scan with Huffman tables of its own and restart markers at equal distances, so that a
 * reader may begin at many places.
 *
 * The markers of the file are written as they are and none is invented: APP0 and APP14 decide how
 * components become colours, so a file that has none of them must stay without.
 */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* jpeglib.h needs size_t and FILE to be known. */
#include <jerror.h>
#include <jpeglib.h>

#include "image/codec/jpeg/output.h"
#include "image/codec/jpeg/parts.h"

/* As a careful decode does (library.c): while less lies ready libjpeg takes its slow path, which
 * reports all damage. */
#define PIECE_SIZE 511u

/* Most that the length of a marker segment can say, which counts its own two bytes. */
#define MOST_SEGMENT 65535u

enum { MARKER_DHT = 0xc4, MARKER_SOS = 0xda, MARKER_DQT = 0xdb };

static const char too_large[] = "it would be larger than files may be";

/* A file that libjpeg reads. n_handed: bytes of it that the source handed out or passed over. */
typedef struct Input {
    struct jpeg_decompress_struct info;
    struct jpeg_source_mgr source;
    const uint8_t *bytes;
    size_t size, n_handed;
} Input;

/* One rewriting. Lives outside of the function that calls setjmp, so nothing is lost by longjmp.
 *
 * from:       the coefficients; like: the file whose markers are kept, unused where it is the same
 * is_writing: what fails now is no damage of the file
 * output:     with the most bytes of a file that may be read again
 */
typedef struct Work {
    Input from, like;
    struct jpeg_compress_struct to;
    struct jpeg_error_mgr errors;
    const ImgRepackJob *job;
    ImgJpegOutput output;
    jmp_buf leave;
    bool is_writing;
    int code;
    char message[JMSG_LENGTH_MAX];
} Work;

static void leave(j_common_ptr common)
{
    Work *work = common->client_data;
    work->code = common->err->msg_code;
    common->err->format_message(common, work->message);
    longjmp(work->leave, 1);
}

static void emit_message(j_common_ptr common, int level)
{
    if (level < 0)
        leave(common);
}

static void output_message(j_common_ptr common)
{
    (void)common;
}

static void begin_source(j_decompress_ptr info)
{
    info->src->bytes_in_buffer = 0;
}

static Input *input_of(j_decompress_ptr info)
{
    Work *work = info->client_data;
    return info == &work->from.info ? &work->from : &work->like;
}

static boolean next_piece(j_decompress_ptr info)
{
    Input *input = input_of(info);
    const size_t left = input->size - input->n_handed;
    if (left == 0)
        ERREXIT(info, JERR_INPUT_EOF);
    const size_t n = left < PIECE_SIZE ? left : PIECE_SIZE;
    input->source.next_input_byte = input->bytes + input->n_handed;
    input->source.bytes_in_buffer = n;
    input->n_handed += n;
    return TRUE;
}

static void skip_bytes(j_decompress_ptr info, long n_bytes)
{
    Input *input = input_of(info);
    const size_t n = n_bytes < 0 ? 0 : (size_t)n_bytes;
    const size_t n_ready = input->source.bytes_in_buffer;
    if (n <= n_ready) {
        input->source.next_input_byte += n;
        input->source.bytes_in_buffer -= n;
        return;
    }
    const size_t left = input->size - input->n_handed;
    input->n_handed += n - n_ready < left ? n - n_ready : left;
    input->source.bytes_in_buffer = 0;
}

static void end_source(j_decompress_ptr info)
{
    (void)info;
}

/* Reads the header of a file, and keeps its markers. */
static void open_input(Input *input, const uint8_t *bytes, size_t size)
{
    jpeg_create_decompress(&input->info);
    input->bytes = bytes;
    input->size = size;
    input->source = (struct jpeg_source_mgr){
        .init_source = begin_source,
        .fill_input_buffer = next_piece,
        .skip_input_data = skip_bytes,
        .resync_to_restart = jpeg_resync_to_restart,
        .term_source = end_source,
    };
    input->info.src = &input->source;
    jpeg_save_markers(&input->info, JPEG_COM, MOST_SEGMENT - 2);
    for (int i = 0; i < 16; i++)
        jpeg_save_markers(&input->info, JPEG_APP0 + i, MOST_SEGMENT - 2);
    jpeg_read_header(&input->info, TRUE);
}

/* Whether a progressive file never sends all bits. Decoders then guess them from the blocks around,
 * which they do for no baseline file. */
static bool lacks_bits(const struct jpeg_decompress_struct *info)
{
    if (!info->progressive_mode || !info->coef_bits)
        return false;
    for (int i = 0; i < info->num_components; i++)
        for (int k = 0; k < DCTSIZE2; k++)
            if (info->coef_bits[i][k] != 0)
                return true;
    return false;
}

static bool begins(const struct jpeg_marker_struct *marker, const char *name, size_t size)
{
    return marker->data_length >= size && memcmp(marker->data, name, size) == 0;
}

/* Whether a marker says how the components of its own file are to be read, which the file that gets
 * it may have otherwise. A profile of CMYK means nothing for RGB. */
static bool is_of_components(const Work *work, const struct jpeg_marker_struct *marker)
{
    if (marker->marker == JPEG_APP0)
        return begins(marker, "JFIF", 5) || begins(marker, "JFXX", 5);
    if (marker->marker == JPEG_APP0 + 14)
        return begins(marker, "Adobe", 5);
    return marker->marker == JPEG_APP0 + 2 && begins(marker, "ICC_PROFILE", 12) &&
           work->like.info.num_components != work->from.info.num_components;
}

static void write_markers(Work *work)
{
    const bool is_own = !work->job->like;
    const struct jpeg_marker_struct *marker = work->from.info.marker_list;
    for (; marker; marker = marker->next)
        jpeg_write_marker(&work->to, marker->marker, marker->data, marker->data_length);
    for (marker = is_own ? NULL : work->like.info.marker_list; marker; marker = marker->next)
        if (!is_of_components(work, marker))
            jpeg_write_marker(&work->to, marker->marker, marker->data, marker->data_length);
}

static void write_all(Work *work, jvirt_barray_ptr *coefficients)
{
    struct jpeg_compress_struct *to = &work->to;
    jpeg_create_compress(to);
    to->dest = &work->output.destination;
    jpeg_copy_critical_parameters(&work->from.info, to);
    to->optimize_coding = TRUE;
    to->restart_interval = work->job->interval;
    to->restart_in_rows = 0;
    to->write_JFIF_header = FALSE;
    to->write_Adobe_marker = FALSE;
    jpeg_write_coefficients(to, coefficients);
    write_markers(work);
    jpeg_finish_compress(to);
}

static size_t segment_size(const uint8_t *marker)
{
    return (size_t)marker[2] << 8 | marker[3];
}

/* libjpeg writes each table into a segment of its own. One segment for all neighbours of a kind saves
 * their markers and lengths: four bytes a table, and a file has up to six. */
static void join_tables(Work *work)
{
    uint8_t *bytes = work->output.bytes;
    uint8_t *joined = NULL; /* the segment written last, if it holds tables */
    size_t from = 2, to = 2;
    while (bytes[from + 1] != MARKER_SOS) {
        const uint8_t marker = bytes[from + 1];
        const size_t size = segment_size(bytes + from);
        const bool is_table = marker == MARKER_DQT || marker == MARKER_DHT;
        const size_t whole = joined ? segment_size(joined) + size - 2 : 0;
        if (is_table && joined && joined[1] == marker && whole <= MOST_SEGMENT) {
            memmove(bytes + to, bytes + from + 4, size - 2);
            joined[2] = (uint8_t)(whole >> 8);
            joined[3] = (uint8_t)whole;
            to += size - 2;
        } else {
            memmove(bytes + to, bytes + from, size + 2);
            joined = is_table ? bytes + to : NULL;
            to += size + 2;
        }
        from += size + 2;
    }
    memmove(bytes + to, bytes + from, work->output.size - from);
    work->output.size -= from - to;
}

/* Everything that libjpeg may leave by longjmp; *kept: why the file stays as it is. */
static void transcode(Work *work, const char **kept)
{
    const ImgRepackJob *job = work->job;
    struct jpeg_decompress_struct *from = &work->from.info;
    if (job->like)
        open_input(&work->like, job->like, job->like_size);
    open_input(&work->from, job->bytes, job->size);
    jvirt_barray_ptr *coefficients = jpeg_read_coefficients(from);
    if (lacks_bits(from)) {
        *kept = "it is progressive and lacks bits, for which every decoder puts guesses";
        return;
    }
    work->is_writing = true;
    write_all(work, coefficients);
    jpeg_finish_decompress(from);
    join_tables(work);
    if (work->output.size > work->output.most)
        *kept = too_large;
}

/* The one place that libjpeg jumps back to. What cannot be written is sound, as it was read. */
static AugStatus guard(Work *work, const char **kept, AugError *error)
{
    if (setjmp(work->leave) == 0) {
        transcode(work, kept);
        return AUG_OK;
    }
    if (work->code == JERR_OUT_OF_MEMORY)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory to rewrite the JPEG");
    if (!work->is_writing)
        return AUG_FAIL(error, AUG_CORRUPT, NULL, "the JPEG cannot be decoded: %s", work->message);
    *kept = work->output.is_too_large ? too_large : "a baseline JPEG cannot hold it";
    return AUG_OK;
}

AugStatus img_jpeg_repack(const ImgRepackJob *job, const AugLimits *limits, AugRepacked *out,
                          AugError *error)
{
    Work *work = calloc(1, sizeof(*work));
    if (!work)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory to rewrite the JPEG");
    work->job = job;
    work->output = img_jpeg_output((size_t)limits->max_encoded_size);
    work->from.info.err = work->like.info.err = work->to.err = jpeg_std_error(&work->errors);
    work->from.info.client_data = work->like.info.client_data = work->to.client_data = work;
    work->errors.error_exit = leave;
    work->errors.emit_message = emit_message;
    work->errors.output_message = output_message;
    const char *kept = NULL;
    const AugStatus status = guard(work, &kept, error);
    jpeg_destroy_compress(&work->to);
    jpeg_destroy_decompress(&work->from.info);
    jpeg_destroy_decompress(&work->like.info);
    *out = (AugRepacked){.kept = kept};
    if (status == AUG_OK && !kept) {
        out->bytes = work->output.bytes;
        out->size = work->output.size;
    } else {
        free(work->output.bytes);
    }
    free(work);
    return status;
}
