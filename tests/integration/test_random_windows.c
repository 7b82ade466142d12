/* Windows of JPEGs of every kind that libjpeg can write, against full decodes: random samplings,
 * scans, missing bits, restarts, codings, colours, sizes. Each file is read as a whole, compared
 * with libjpeg's own decode where that has the same colours, and then window by window.
 *
 * integration_random_windows [N]: N windows in place of the few thousand that the tests take. */
#include "image/codec/codec.h"
#include "libaug/spec/param.h"
#include "tests/support/pictures.h"

enum { WINDOWS_PER_FILE = 20, MAX_SIDE = 200, MAX_SCANS = 40 };

static uint64_t n_windows = 4000;
static AugLimits limits;

/* A file and what was drawn for it, for messages. */
typedef struct File {
    uint8_t *bytes;
    size_t size;
    uint64_t number;
    int n_components;
    char text[300];
} File;

/* Factors of one direction: that of the first component, and of the others, which divide it. */
static void draw_factors(uint64_t *state, int n, int factors[4])
{
    static const int firsts[] = {1, 1, 2, 2, 2, 3, 4};
    factors[0] = firsts[test_random(state) % AUG_COUNT(firsts)];
    for (int i = 1; i < n; i++) {
        do
            factors[i] = test_between(state, 1, factors[0]);
        while (factors[0] % factors[i] != 0);
        /* Mostly as cameras write it. */
        if (test_random(state) % 3)
            factors[i] = 1;
    }
}

static void draw_samplings(uint64_t *state, struct jpeg_compress_struct *info)
{
    int h[4] = {1, 1, 1, 1}, v[4] = {1, 1, 1, 1}, n_blocks;
    const int n = info->num_components;
    do {
        draw_factors(state, n, h);
        draw_factors(state, n, v);
        n_blocks = 0;
        for (int i = 0; i < n; i++)
            n_blocks += h[i] * v[i];
        /* libjpeg writes no more blocks together. */
    } while (n_blocks > 10);
    for (int i = 0; i < n; i++) {
        info->comp_info[i].h_samp_factor = h[i];
        info->comp_info[i].v_samp_factor = v[i];
    }
}

static jpeg_scan_info *add_scan(struct jpeg_compress_struct *info, jpeg_scan_info *scans,
                                int component)
{
    jpeg_scan_info *scan = &scans[info->num_scans++];
    *scan = (jpeg_scan_info){.comps_in_scan = 1, .component_index = {component}};
    if (component < 0) {
        scan->comps_in_scan = info->num_components;
        for (int i = 0; i < info->num_components; i++)
            scan->component_index[i] = i;
    }
    return scan;
}

/* The coefficients of one component in bands of their own, each first without its lowest bits, of
 * which some come later. */
static void draw_bands(uint64_t *state, struct jpeg_compress_struct *info, jpeg_scan_info *scans,
                       int component)
{
    for (int first = 1; first < 64 && info->num_scans + 4 < MAX_SCANS;) {
        const int last = test_random(state) % 3 ? 63 : test_between(state, first, 63);
        const int n_missing = test_between(state, 0, 2);
        const int n_sent_later = test_between(state, 0, n_missing);
        const bool is_sent = test_random(state) % 5 != 0;
        for (int k = 0; is_sent && k <= n_sent_later; k++) {
            jpeg_scan_info *scan = add_scan(info, scans, component);
            scan->Ss = first;
            scan->Se = last;
            scan->Ah = k ? n_missing - k + 1 : 0;
            scan->Al = n_missing - k;
        }
        first = last + 1;
    }
}

/* A progressive file, which may never send some bits; or the usual one. */
static void draw_progressive(uint64_t *state, struct jpeg_compress_struct *info,
                             jpeg_scan_info *scans)
{
    if (test_random(state) % 4 == 0) {
        jpeg_simple_progression(info);
        return;
    }
    const int n_missing = test_between(state, 0, 2), n_later = test_between(state, 0, n_missing);
    info->scan_info = scans;
    info->num_scans = 0;
    add_scan(info, scans, -1)->Al = n_missing;
    for (int i = 0; i < info->num_components; i++)
        draw_bands(state, info, scans, i);
    for (int k = 1; k <= n_later && info->num_scans < MAX_SCANS; k++) {
        jpeg_scan_info *scan = add_scan(info, scans, -1);
        scan->Ah = n_missing - k + 1;
        scan->Al = n_missing - k;
    }
}

/* A sequential file whose components stand in scans of their own. */
static void draw_apart(struct jpeg_compress_struct *info, jpeg_scan_info *scans)
{
    info->scan_info = scans;
    info->num_scans = 0;
    for (int i = 0; i < info->num_components; i++)
        add_scan(info, scans, i)->Se = 63;
}

static void draw_form(uint64_t *state, struct jpeg_compress_struct *info, jpeg_scan_info *scans)
{
    static const J_COLOR_SPACE spaces[5][2] = {[1] = {JCS_GRAYSCALE, JCS_GRAYSCALE},
                                               [3] = {JCS_YCbCr, JCS_RGB},
                                               [4] = {JCS_YCCK, JCS_CMYK}};
    const bool is_plain = test_random(state) % 6 == 0;
    const int kind = test_between(state, 0, 4);
    jpeg_set_colorspace(info, spaces[info->input_components][is_plain]);
    jpeg_set_quality(info, test_between(state, 1, 100), test_random(state) % 2);
    info->arith_code = test_random(state) % 4 == 0;
    info->optimize_coding = !info->arith_code && test_random(state) % 2;
    if (test_random(state) % 3 == 0)
        info->restart_interval = (unsigned)test_between(state, 1, 30);
    else if (test_random(state) % 3 == 0)
        info->restart_in_rows = test_between(state, 1, 4);
    draw_samplings(state, info);
    if (kind <= 2)
        draw_progressive(state, info, scans);
    else if (kind == 3)
        draw_apart(info, scans);
}

/* What was drawn. */
static void describe(const struct jpeg_compress_struct *info, char *text, size_t size)
{
    int used = snprintf(text, size, "%u x %u, colours %d, %s, %d scans, restarts %u and %d,",
                        info->image_height, info->image_width, (int)info->jpeg_color_space,
                        info->arith_code ? "arithmetic" : "Huffman", info->num_scans,
                        info->restart_interval, info->restart_in_rows);
    for (int i = 0; i < info->num_components; i++)
        used += snprintf(text + used, size - (size_t)used, " %dx%d",
                         info->comp_info[i].h_samp_factor, info->comp_info[i].v_samp_factor);
}

/* That coarse tables need more than baseline is meant. */
static void say_nothing(j_common_ptr common, int level)
{
    (void)common;
    (void)level;
}

static void write_file(uint64_t *state, const AugImage *image, File *file)
{
    static const J_COLOR_SPACE spaces[5] = {[1] = JCS_GRAYSCALE, [3] = JCS_RGB, [4] = JCS_CMYK};
    struct jpeg_error_mgr errors;
    struct jpeg_compress_struct info = {.err = jpeg_std_error(&errors)};
    errors.emit_message = say_nothing;
    jpeg_scan_info scans[MAX_SCANS];
    unsigned char *bytes = NULL;
    unsigned long size = 0;
    jpeg_create_compress(&info);
    jpeg_mem_dest(&info, &bytes, &size);
    info.image_width = (JDIMENSION)image->width;
    info.image_height = (JDIMENSION)image->height;
    info.input_components = image->channels;
    info.in_color_space = spaces[image->channels];
    jpeg_set_defaults(&info);
    draw_form(state, &info, scans);
    describe(&info, file->text, sizeof(file->text));
    jpeg_start_compress(&info, TRUE);
    while (info.next_scanline < info.image_height) {
        JSAMPROW row = test_pixel(image, 0, (int32_t)info.next_scanline);
        jpeg_write_scanlines(&info, &row, 1);
    }
    jpeg_finish_compress(&info);
    jpeg_destroy_compress(&info);
    file->bytes = bytes;
    file->size = size;
    file->n_components = image->channels;
}

/* libjpeg's own decode of a file; the caller frees pixels. */
static AugImage decode_all(const File *file)
{
    return test_jpeg_decode(file->bytes, file->size,
                            file->n_components == 1 ? JCS_GRAYSCALE : JCS_RGB);
}

/* Decodes a window, NULL for all, or ends the test with the reason. */
static void decode(ImgDecoder *decoder, const File *file, ImgDecodeJob *job, AugImage *out,
                   ImgWindow *got)
{
    ImgHeader header;
    AugError error = {0};
    AugStatus status = img_header(file->bytes, file->size, &limits, &header, &error);
    job->bytes = file->bytes;
    job->size = file->size;
    job->header = &header;
    if (status == AUG_OK)
        status = img_decode(decoder, job, &limits, out, got, &error);
    ck_assert_msg(status == AUG_OK, "file %d (%s): %s", (int)file->number, file->text,
                  error.message);
}

static void compare(const File *file, const AugImage *all, const AugImage *part,
                    const ImgWindow *got, const ImgWindow *window)
{
    const size_t size = (size_t)(window->x1 - window->x0) * (size_t)all->channels;
    for (int32_t y = window->y0; y < window->y1; y++)
        ck_assert_msg(memcmp(test_pixel(all, window->x0, y),
                             test_pixel(part, window->x0 - got->x0, y - got->y0), size) == 0,
                      "file %d (%s): row %d of the window %d %d %d %d differs", (int)file->number,
                      file->text, (int)y, (int)window->x0, (int)window->y0, (int)window->x1,
                      (int)window->y1);
}

/* One file with its windows; half of them without colours where it has some, a few carefully. */
static void try_file(ImgDecoder *decoders[2], uint64_t *state, File *file)
{
    AugImage whole, part;
    ImgWindow got;
    ImgDecodeJob job = {.channels = test_random(state) % 2 ? 3 : 1};
    decode(decoders[0], file, &job, &whole, &got);
    const ImgWindow everything = img_window_all(whole.width, whole.height);
    ck_assert(memcmp(&got, &everything, sizeof(got)) == 0);
    if (file->n_components == job.channels) {
        const AugImage expected = decode_all(file);
        compare(file, &expected, &whole, &got, &everything);
        free(expected.pixels);
    }
    for (int i = 0; i < WINDOWS_PER_FILE; i++) {
        ImgWindow window = test_window(state, whole.width, whole.height);
        /* Narrow ones, too. */
        if (i % 4 == 1)
            window.x1 = window.x0 + 1;
        if (i % 4 == 2)
            window.y1 = window.y0 + 1;
        job.window = &window;
        job.careful = i % 8 == 7;
        decode(decoders[1], file, &job, &part, &got);
        ck_assert(got.x0 <= window.x0 && got.y0 <= window.y0);
        ck_assert(got.x1 >= window.x1 && got.y1 >= window.y1);
        compare(file, &whole, &part, &got, &window);
    }
}

START_TEST(windows_equal_full_decodes)
{
    static const int32_t channels[] = {1, 3, 3, 3, 4};
    ImgDecoder *decoders[2];
    aug_limits_init(&limits);
    for (size_t i = 0; i < 2; i++)
        ck_assert_int_eq(img_decoder_new(&decoders[i], NULL), AUG_OK);
    const uint64_t n_files = (n_windows + WINDOWS_PER_FILE - 1) / WINDOWS_PER_FILE;
    for (uint64_t number = 0; number < n_files; number++) {
        uint64_t state = number * 1000 + 5;
        const int32_t height = test_between(&state, 1, MAX_SIDE);
        const int32_t width = test_between(&state, 1, MAX_SIDE);
        const int32_t n_components = channels[test_random(&state) % AUG_COUNT(channels)];
        const AugImage scene = test_random(&state) % 4
                                   ? test_scene(&state, width, height, n_components)
                                   : test_noise(&state, width, height, n_components);
        File file = {.number = number};
        write_file(&state, &scene, &file);
        try_file(decoders, &state, &file);
        free(file.bytes);
        free(scene.pixels);
    }
    printf("%d windows of %d files\n", (int)n_files * WINDOWS_PER_FILE, (int)n_files);
    for (size_t i = 0; i < 2; i++)
        img_decoder_free(decoders[i]);
}
END_TEST

/* Luma of four rows of blocks to two of chroma, of which libjpeg-turbo 2.1.5 cannot skip rows. */
static void write_tall(const AugImage *image, bool is_progressive, File *file)
{
    struct jpeg_error_mgr errors;
    struct jpeg_compress_struct info = {.err = jpeg_std_error(&errors)};
    unsigned char *bytes = NULL;
    unsigned long size = 0;
    jpeg_create_compress(&info);
    jpeg_mem_dest(&info, &bytes, &size);
    info.image_width = (JDIMENSION)image->width;
    info.image_height = (JDIMENSION)image->height;
    info.input_components = 3;
    info.in_color_space = JCS_RGB;
    jpeg_set_defaults(&info);
    for (int i = 0; i < 3; i++) {
        info.comp_info[i].h_samp_factor = 1;
        info.comp_info[i].v_samp_factor = i == 1 ? 2 : 4;
    }
    if (is_progressive) {
        info.scan_info = test_scans_unfinished;
        info.num_scans = AUG_COUNT(test_scans_unfinished);
    }
    describe(&info, file->text, sizeof(file->text));
    jpeg_start_compress(&info, TRUE);
    while (info.next_scanline < info.image_height) {
        JSAMPROW row = test_pixel(image, 0, (int32_t)info.next_scanline);
        jpeg_write_scanlines(&info, &row, 1);
    }
    jpeg_finish_compress(&info);
    jpeg_destroy_compress(&info);
    *file = (File){.bytes = bytes, .size = size, .number = file->number, .n_components = 3};
}

START_TEST(rows_that_cannot_be_skipped_are_read)
{
    uint64_t state = 21;
    ImgDecoder *decoder;
    aug_limits_init(&limits);
    ck_assert_int_eq(img_decoder_new(&decoder, NULL), AUG_OK);
    for (int i = 0; i < 2; i++) {
        const AugImage scene = test_scene(&state, 20, 132, 3);
        File file = {.number = (uint64_t)i};
        write_tall(&scene, i == 1, &file);
        const AugImage all = decode_all(&file);
        for (int32_t y = 0; y < 132; y++)
            for (int32_t end = y + 1; end <= 132; end += 9) {
                const ImgWindow window = {.x0 = 3, .y0 = y, .x1 = 18, .y1 = end};
                ImgDecodeJob job = {.channels = 3, .window = &window, .careful = true};
                AugImage part;
                ImgWindow got;
                decode(decoder, &file, &job, &part, &got);
                compare(&file, &all, &part, &got, &window);
            }
        free(all.pixels);
        free(file.bytes);
        free(scene.pixels);
    }
    img_decoder_free(decoder);
}
END_TEST

int main(int argc, char **argv)
{
    if (argc > 1)
        n_windows = strtoull(argv[1], NULL, 10);
    Suite *suite = suite_create("random windows");
    TCase *tests = tcase_create("all");
    tcase_set_timeout(tests, 3600);
    tcase_add_test(tests, windows_equal_full_decodes);
    suite_add_tcase(suite, tests);
    /* Where it goes wrong it does not end. */
    TCase *short_ones = tcase_create("short");
    tcase_set_timeout(short_ones, 60);
    tcase_add_test(short_ones, rows_that_cannot_be_skipped_are_read);
    suite_add_tcase(suite, short_ones);
    return test_run(suite);
}
