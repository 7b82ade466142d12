/* Copies of exactly the size of what they hold let a sanitizer see each byte too far. */
#include "tests/support/jpeg_case.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "image/codec/jpeg/entropy.h"
#include "tests/support/pictures.h"

/* Room for new marks; far more than small files need, and below what malloc asks the system for. */
#define MARKS_CAPACITY (64u << 10)

/* A file that is tried. new_marks: of the careful decode. */
typedef struct File {
    const uint8_t *bytes;
    size_t size;
    ImgHeader header;
    ImgNewMarks new_marks;
} File;

#ifdef __x86_64__

/* The loops that read bits for processors with BMI2, and what the linker puts in their place
 * (-Wl,--wrap): those, or the ones for any processor. */
extern const ImgJpegLoops __real_img_jpeg_loops_bmi2;
extern ImgJpegLoops __wrap_img_jpeg_loops_bmi2;
ImgJpegLoops __wrap_img_jpeg_loops_bmi2;

/* Those of every other set of kernels. */
static void choose_loops(size_t i_kernels)
{
    __wrap_img_jpeg_loops_bmi2 = i_kernels % 2 ? __real_img_jpeg_loops_bmi2 : img_jpeg_loops_plain;
}

#else

static void choose_loops(size_t i_kernels)
{
    (void)i_kernels;
}

#endif

static bool complain(JpegCase *jpeg_case, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static bool complain(JpegCase *jpeg_case, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(jpeg_case->text, sizeof(jpeg_case->text), format, arguments);
    va_end(arguments);
    return false;
}

static const ImgJpegKernels *kernels_at(size_t i)
{
    while (i > 0 && !img_jpeg_kernels_at(i))
        i--;
    return img_jpeg_kernels_at(i);
}

bool jpeg_case_decode(JpegCase *jpeg_case, size_t i_kernels, const ImgDecodeJob *job,
                      JpegDecoded *decoded)
{
    const ImgWindow all = img_window_all(job->header->width, job->header->height);
    const ImgWindow *window = job->window ? job->window : &all;
    const ImgDecodeTarget target = {.pixels = &jpeg_case->pixels,
                                    .scratch = &jpeg_case->scratch,
                                    .out = &decoded->image,
                                    .got = &decoded->got};
    AugError error = {0};
    choose_loops(i_kernels);
    decoded->taken = false;
    decoded->window = *window;
    if (job->new_marks)
        job->new_marks->size = 0;
    const AugStatus status =
        img_jpeg_window_decode(kernels_at(i_kernels), job, window, target, &decoded->taken, &error);
    if (status != AUG_OK)
        return complain(jpeg_case, "%s: %s", aug_status_name(status), error.message);
    if (job->new_marks && job->new_marks->size > job->new_marks->capacity)
        return complain(jpeg_case, "%zu bytes of marks in room for %zu", job->new_marks->size,
                        job->new_marks->capacity);
    if (!decoded->taken)
        return true;
    const int32_t by = job->reduction ? *job->reduction : 1;
    const ImgWindow got = decoded->got;
    const AugImage *image = &decoded->image;
    if (!img_window_in(&got, (all.x1 + by - 1) / by, (all.y1 + by - 1) / by) ||
        got.x0 * by > window->x0 || got.y0 * by > window->y0 || got.x1 * by < window->x1 ||
        got.y1 * by < window->y1 || image->width != got.x1 - got.x0 ||
        image->height != got.y1 - got.y0 || image->channels != job->channels ||
        image->dtype != AUG_DTYPE_U8)
        return complain(
            jpeg_case, "%d x %d pixels of %d channels for columns %d to %d, rows %d to %d",
            image->width, image->height, image->channels, got.x0, got.x1, got.y0, got.y1);
    return true;
}

/* A value of a pixel of the whole picture with another number of channels. */
static uint8_t value_of(const uint8_t *pixel, int32_t channels, int32_t wanted, int32_t c)
{
    if (channels == wanted)
        return pixel[c];
    if (channels == 1)
        return pixel[0];
    return (uint8_t)((19595u * pixel[0] + 38470u * pixel[1] + 7471u * pixel[2] + 32768) >> 16);
}

/* Row y of the picture, in the columns of the window. */
static bool compare_row(JpegCase *jpeg_case, const JpegDecoded *decoded, const AugImage *whole,
                        int32_t y)
{
    const AugImage *image = &decoded->image;
    const ImgWindow *window = &decoded->window;
    const int32_t n = window->x1 - window->x0, channels = image->channels;
    const uint8_t *row = test_pixel(image, window->x0 - decoded->got.x0, y - decoded->got.y0);
    const uint8_t *expected = test_pixel(whole, window->x0, y);
    if (channels == whole->channels && memcmp(row, expected, (size_t)(n * channels)) == 0)
        return true;
    for (int32_t i = 0; i < n * channels; i++) {
        const int32_t x = i / channels, c = i % channels;
        const uint8_t value =
            value_of(expected + x * whole->channels, whole->channels, channels, c);
        if (row[i] != value)
            return complain(jpeg_case, "column %d, row %d, channel %d is %d, of libjpeg %d",
                            window->x0 + x, y, c, row[i], value);
    }
    return true;
}

bool jpeg_case_compare(JpegCase *jpeg_case, const JpegDecoded *decoded, const AugImage *whole)
{
    for (int32_t y = decoded->window.y0; y < decoded->window.y1; y++)
        if (!compare_row(jpeg_case, decoded, whole, y))
            return false;
    return true;
}

/* A decode of any window, all of it every fourth time. */
static ImgDecodeJob draw_job(const File *file, ImgWindow *window, uint64_t *state)
{
    *window = test_random(state) % 4 ? test_window(state, file->header.width, file->header.height)
                                     : img_window_all(file->header.width, file->header.height);
    return (ImgDecodeJob){.bytes = file->bytes,
                          .size = file->size,
                          .header = &file->header,
                          .channels = test_random(state) % 4 ? 3 : 1,
                          .window = window,
                          .careful = test_random(state) % 8 == 0};
}

/* Adds to a complaint what was decoded. */
static bool explain(JpegCase *jpeg_case, const ImgDecodeJob *job, size_t i_kernels)
{
    const size_t used = strlen(jpeg_case->text);
    snprintf(jpeg_case->text + used, sizeof(jpeg_case->text) - used,
             " [columns %d to %d, rows %d to %d, %s%d channels, %zu bytes of marks, %s]",
             job->window->x0, job->window->x1, job->window->y0, job->window->y1,
             job->careful ? "careful, " : "", job->channels, job->marks.size,
             kernels_at(i_kernels)->name);
    return false;
}

/* Marks depend on the file and their spacing, not on the window or the kernels. */
static bool try_marks(JpegCase *jpeg_case, const File *file, ImgDecodeJob job, size_t i_kernels)
{
    JpegDecoded decoded;
    ImgNewMarks again = file->new_marks;
    again.bytes = malloc(again.capacity + 1);
    if (!again.bytes)
        return complain(jpeg_case, "no memory for marks");
    job.careful = true;
    job.new_marks = &again;
    bool is_fine = jpeg_case_decode(jpeg_case, i_kernels, &job, &decoded);
    if (is_fine && (!decoded.taken || again.size != file->new_marks.size ||
                    memcmp(again.bytes, file->new_marks.bytes, again.size) != 0))
        is_fine = complain(jpeg_case, "%zu bytes of marks for one window, others, %zu, for another",
                           file->new_marks.size, again.size);
    free(again.bytes);
    return is_fine || explain(jpeg_case, &job, i_kernels);
}

/* A decode of a file that is known to be good. */
static bool try_good(JpegCase *jpeg_case, const File *file, const ImgMarks *marks, uint64_t *state)
{
    ImgWindow window;
    JpegDecoded decoded;
    ImgDecodeJob job = draw_job(file, &window, state);
    const size_t i_kernels = test_random(state) % 8;
    if (test_random(state) % 2)
        job.marks = *marks;
    jpeg_case->tally.n_windows++;
    if (job.careful && !try_marks(jpeg_case, file, job, i_kernels))
        return false;
    if (!jpeg_case_decode(jpeg_case, i_kernels, &job, &decoded))
        return explain(jpeg_case, &job, i_kernels);
    if (!decoded.taken) {
        complain(jpeg_case, "a window is not taken of a file that a careful decode takes");
        return explain(jpeg_case, &job, i_kernels);
    }
    return jpeg_case_compare(jpeg_case, &decoded, &jpeg_case->oracle.image) ||
           explain(jpeg_case, &job, i_kernels);
}

/* A copy of the whole picture that is reduction times smaller, by the plainest of all decodes; the
 * caller frees its pixels. */
static bool reduce_whole(JpegCase *jpeg_case, const File *file, int32_t channels, int32_t reduction,
                         AugImage *whole)
{
    JpegDecoded decoded;
    int32_t done = reduction;
    const ImgDecodeJob job = {.bytes = file->bytes,
                              .size = file->size,
                              .header = &file->header,
                              .channels = channels,
                              .reduction = &done};
    if (!jpeg_case_decode(jpeg_case, 0, &job, &decoded))
        return false;
    if (!decoded.taken || done != reduction)
        return complain(jpeg_case, "reduced by %d in place of %d", done, reduction);
    *whole = decoded.image;
    const size_t size = whole->row_size * (size_t)whole->height;
    whole->pixels = malloc(size);
    if (!whole->pixels)
        return complain(jpeg_case, "no memory for a smaller picture");
    memcpy(whole->pixels, decoded.image.pixels, size);
    return true;
}

/* A window of the smaller picture has the pixels of all of it, whatever else is asked for. */
static bool try_reduced(JpegCase *jpeg_case, const File *file, const ImgMarks *marks,
                        uint64_t *state)
{
    ImgWindow window;
    JpegDecoded decoded;
    AugImage whole;
    ImgDecodeJob job = draw_job(file, &window, state);
    const size_t i_kernels = test_random(state) % 8;
    const int32_t reduction = 2 << test_random(state) % 3;
    int32_t done = reduction;
    if (!reduce_whole(jpeg_case, file, job.channels, reduction, &whole))
        return explain(jpeg_case, &job, i_kernels);
    job.reduction = &done;
    if (test_random(state) % 2)
        job.marks = *marks;
    bool is_fine = jpeg_case_decode(jpeg_case, i_kernels, &job, &decoded);
    if (is_fine && (!decoded.taken || done != reduction))
        is_fine = complain(jpeg_case, "reduced by %d in place of %d", done, reduction);
    decoded.window = decoded.got;
    is_fine = is_fine && jpeg_case_compare(jpeg_case, &decoded, &whole);
    free(whole.pixels);
    return is_fine || explain(jpeg_case, &job, i_kernels);
}

/* Damage in place; new size. */
static size_t damage(uint8_t *bytes, size_t size, uint64_t *state)
{
    const int kind = test_between(state, 0, 3);
    if (kind == 0)
        return test_random(state) % (size + 1);
    for (int i = test_between(state, 1, kind == 1 ? 1 : 8); i > 0; i--) {
        const size_t at = test_random(state) % size;
        bytes[at] = kind == 3 ? 0xff : (uint8_t)test_random(state);
    }
    return size;
}

/* Whatever marks hold, they only change pixels. */
static bool try_bad_marks(JpegCase *jpeg_case, const File *file, const ImgMarks *marks,
                          uint64_t *state)
{
    ImgWindow window;
    JpegDecoded decoded;
    ImgDecodeJob job = draw_job(file, &window, state);
    const size_t i_kernels = test_random(state) % 8;
    uint8_t *copy = malloc(marks->size);
    if (!copy)
        return complain(jpeg_case, "no memory for marks");
    memcpy(copy, marks->bytes, marks->size);
    job.marks = (ImgMarks){.bytes = copy, .size = damage(copy, marks->size, state)};
    int32_t reduction = 1 << test_random(state) % 4;
    job.reduction = &reduction;
    jpeg_case->tally.n_marks++;
    const bool is_fine = jpeg_case_decode(jpeg_case, i_kernels, &job, &decoded);
    free(copy);
    return is_fine || explain(jpeg_case, &job, i_kernels);
}

/* The file was taken, and libjpeg has been asked. */
static bool try_taken(JpegCase *jpeg_case, const File *file, uint64_t *state, int n_windows)
{
    const size_t size = file->new_marks.size;
    /* The marks' own memory, without what was left over. */
    uint8_t *exact = malloc(size ? size : 1);
    if (!exact)
        return complain(jpeg_case, "no memory for marks");
    memcpy(exact, file->new_marks.bytes, size);
    const ImgMarks marks = {.bytes = exact, .size = size};
    bool is_fine = true;
    for (int i = 0; i < n_windows && is_fine; i++)
        is_fine = try_good(jpeg_case, file, &marks, state);
    if (is_fine && test_random(state) % 2)
        is_fine = try_reduced(jpeg_case, file, &marks, state);
    if (is_fine && size > 0 && test_random(state) % 2)
        is_fine = try_bad_marks(jpeg_case, file, &marks, state);
    free(exact);
    return is_fine;
}

/* What a careful decode leaves may still be taken by one that looks at less. Where libjpeg finds
 * nothing wrong with all of it, the pixels must be right nevertheless. */
static bool try_left(JpegCase *jpeg_case, const File *file, uint64_t *state)
{
    ImgWindow window;
    JpegDecoded decoded;
    ImgDecodeJob job = draw_job(file, &window, state);
    const size_t i_kernels = test_random(state) % 8;
    int32_t reduction = 1 << test_random(state) % 8;
    job.careful = false;
    job.reduction = reduction <= 8 ? &reduction : NULL;
    if (!jpeg_case_decode(jpeg_case, i_kernels, &job, &decoded))
        return explain(jpeg_case, &job, i_kernels);
    if (!decoded.taken)
        return true;
    jpeg_case->tally.n_looser++;
    if (test_random(state) % 4 != 0 || (job.reduction && reduction > 1) ||
        !test_oracle_ask(&jpeg_case->oracle, file->bytes, file->size))
        return true;
    return jpeg_case_compare(jpeg_case, &decoded, &jpeg_case->oracle.image) ||
           explain(jpeg_case, &job, i_kernels);
}

static bool try_file(JpegCase *jpeg_case, File *file, uint64_t *state, int n_windows)
{
    ImgWindow window;
    JpegDecoded decoded;
    ImgDecodeJob job = draw_job(file, &window, state);
    const size_t i_kernels = test_random(state) % 8;
    job.careful = true;
    job.new_marks = &file->new_marks;
    if (!jpeg_case_decode(jpeg_case, i_kernels, &job, &decoded))
        return explain(jpeg_case, &job, i_kernels);
    if (!decoded.taken)
        return try_left(jpeg_case, file, state);
    jpeg_case->tally.n_taken++;
    if (!test_oracle_ask(&jpeg_case->oracle, file->bytes, file->size)) {
        complain(jpeg_case, "taken; libjpeg says: %s", jpeg_case->oracle.message);
        return explain(jpeg_case, &job, i_kernels);
    }
    if (!jpeg_case_compare(jpeg_case, &decoded, &jpeg_case->oracle.image))
        return explain(jpeg_case, &job, i_kernels);
    return try_taken(jpeg_case, file, state, n_windows);
}

bool jpeg_case_try(JpegCase *jpeg_case, const uint8_t *bytes, size_t size, uint64_t *state,
                   int n_windows)
{
    static const ImgMarkSpacing spacings[] = {IMG_MARK_ROWS, IMG_MARK_8, IMG_MARK_16};
    File file = {.bytes = bytes, .size = size};
    jpeg_case->tally.n++;
    if (size < 3 || memcmp(bytes, "\xff\xd8\xff", 3) != 0 ||
        img_header(bytes, size, &jpeg_case->limits, &file.header, NULL) != AUG_OK)
        return true;
    jpeg_case->tally.n_read++;
    file.new_marks.spacing = spacings[test_random(state) % AUG_COUNT(spacings)];
    file.new_marks.capacity =
        test_random(state) % 8 ? MARKS_CAPACITY : (size_t)test_random(state) % 64;
    file.new_marks.bytes = malloc(file.new_marks.capacity + 1);
    if (!file.new_marks.bytes)
        return complain(jpeg_case, "no memory for marks");
    const bool is_fine = try_file(jpeg_case, &file, state, n_windows);
    free(file.new_marks.bytes);
    return is_fine;
}

void jpeg_case_fini(JpegCase *jpeg_case)
{
    img_pixels_fini(&jpeg_case->pixels);
    img_pixels_fini(&jpeg_case->scratch);
    test_oracle_fini(&jpeg_case->oracle);
}
