/* Careful decoding beside libjpeg fed one byte at a time to the end: what that warns of or fails at
 * is refused in its words, and what is accepted has its pixels in every window, careful or not.
 *
 * ctest runs every tenth of the 300 photographs, which takes seconds. All of them, and ten times as
 * many damaged files of each layout, take minutes: integration_careful_codec all
 */
#include "image/codec/codec.h"
#include "tests/support/jpeg_oracle.h"
#include "tests/support/pictures.h"

/* Windows that are compared of each file that is accepted, beside the whole. */
#define N_WINDOWS 3

static AugLimits limits;
static ImgDecoder *decoder;
static TestOracle oracle;
static int photograph_step = 10, n_rounds = 20;

static void set_up(void)
{
    aug_limits_init(&limits);
    limits.max_pixels = 4u << 20;
    ck_assert_int_eq(img_decoder_new(&decoder, NULL), AUG_OK);
}

static void tear_down(void)
{
    img_decoder_free(decoder);
    test_oracle_fini(&oracle);
}

/* A file to try; name is for messages. */
typedef struct File {
    const char *name;
    uint8_t *bytes;
    size_t size;
} File;

/* What became of files. n_stricter: refused here for what libjpeg does not report. */
typedef struct Tally {
    int n, n_refused, n_stricter, n_accepted;
} Tally;

static void expect_window(const File *file, const ImgHeader *header, const AugImage *all,
                          ImgWindow window, bool careful)
{
    const ImgDecodeJob job = {.bytes = file->bytes,
                              .size = file->size,
                              .header = header,
                              .channels = all->channels,
                              .window = &window,
                              .careful = careful};
    AugError error = {0};
    AugImage part;
    ImgWindow got;
    ck_assert_msg(img_decode(decoder, &job, &limits, &part, &got, &error) == AUG_OK, "%s, %s: %s",
                  file->name, careful ? "careful" : "not careful", error.message);
    const size_t size = (size_t)(window.x1 - window.x0) * (size_t)all->channels;
    for (int32_t y = window.y0; y < window.y1; y++)
        ck_assert_msg(memcmp(test_pixel(all, window.x0, y),
                             test_pixel(&part, window.x0 - got.x0, y - got.y0), size) == 0,
                      "%s, %s, window %d %d %d %d: row %d differs from libjpeg's", file->name,
                      careful ? "careful" : "not careful", window.x0, window.y0, window.x1,
                      window.y1, y);
}

static void expect_pixels(const File *file, const ImgHeader *header, const AugImage *all,
                          uint64_t *state)
{
    expect_window(file, header, all, img_window_all(all->width, all->height), false);
    for (int i = 0; i < N_WINDOWS; i++)
        expect_window(file, header, all, test_window(state, all->width, all->height), i == 0);
}

/* Of CMYK libjpeg makes no RGB; the careful decode stands in for it. */
static AugImage decode_all(const File *file, const ImgHeader *header)
{
    const ImgDecodeJob job = {
        .bytes = file->bytes, .size = file->size, .header = header, .channels = 3, .careful = true};
    AugImage whole;
    ImgWindow got;
    ck_assert_int_eq(img_decode(decoder, &job, &limits, &whole, &got, NULL), AUG_OK);
    const AugImage copy = test_picture(whole.width, whole.height, 3, 0);
    for (int32_t y = 0; y < copy.height; y++)
        memcpy(test_pixel(&copy, 0, y), test_pixel(&whole, 0, y), (size_t)copy.width * 3);
    return copy;
}

/* A careful decode of any window finds what verifying finds. */
static void expect_same_words(const File *file, const ImgHeader *header, const char *words,
                              uint64_t *state)
{
    const ImgWindow window = test_window(state, header->width, header->height);
    const ImgDecodeJob job = {.bytes = file->bytes,
                              .size = file->size,
                              .header = header,
                              .channels = 3,
                              .window = &window,
                              .careful = true};
    AugError error = {0};
    AugImage part;
    ImgWindow got;
    ck_assert_int_eq(img_decode(decoder, &job, &limits, &part, &got, &error), AUG_CORRUPT);
    ck_assert_str_eq(error.message, words);
}

/* Tries one file. A file that the walk through its structure refuses is not shown to the oracle: it
 * may be of any size. */
static void take_file(const File *file, uint64_t *state, Tally *tally)
{
    AugError error = {0};
    ImgHeader header;
    tally->n++;
    AugStatus status = img_header(file->bytes, file->size, &limits, &header, &error);
    if (status != AUG_OK) {
        tally->n_refused++;
        return;
    }
    const bool clean = test_oracle_ask(&oracle, file->bytes, file->size);
    status = img_verify(decoder, file->bytes, file->size, &limits, &error);
    tally->n_refused += status != AUG_OK;
    tally->n_accepted += status == AUG_OK;
    tally->n_stricter += status != AUG_OK && clean;
    if (status == AUG_OK) {
        ck_assert_msg(clean, "%s was accepted; libjpeg says: %s", file->name, oracle.message);
        const bool is_cmyk = header.channels == 4;
        const AugImage all = is_cmyk ? decode_all(file, &header) : oracle.image;
        expect_pixels(file, &header, &all, state);
        free(is_cmyk ? all.pixels : NULL);
    } else if (status == AUG_CORRUPT) {
        const bool stricter =
            strstr(error.message, "FF FF 00") || strstr(error.message, "second start of image");
        ck_assert_msg(stricter || (!clean && strstr(error.message, oracle.message)),
                      "%s: \"%s\"; libjpeg says: \"%s\"", file->name, error.message,
                      oracle.message);
        expect_same_words(file, &header, error.message, state);
    }
}

typedef enum Damage {
    ONE_BYTE,
    OVERWRITTEN,
    DROPPED,
    SWAPPED,
    SHORTENED,
    N_DAMAGES,
} Damage;

static const char *const damage_names[N_DAMAGES] = {
    "one byte", "100 bytes overwritten", "100 bytes dropped", "blocks of 512 swapped", "shortened"};

static void fill(uint64_t *state, uint8_t *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        bytes[i] = (uint8_t)test_random(state);
}

static size_t any_place(uint64_t *state, size_t end)
{
    return end == 0 ? 0 : (size_t)(test_random(state) % end);
}

/* Damages a file in place. */
static void damage(File *file, Damage kind, uint64_t *state)
{
    const size_t n = file->size < 200 ? file->size / 2 : 100;
    const size_t block = file->size < 1024 ? file->size / 4 : 512;
    const size_t at = any_place(state, file->size - n);
    uint8_t kept[512];
    switch (kind) {
    case ONE_BYTE:
        file->bytes[any_place(state, file->size)] ^= (uint8_t)test_between(state, 1, 255);
        break;
    case OVERWRITTEN:
        fill(state, file->bytes + at, n);
        break;
    case DROPPED:
        memmove(file->bytes + at, file->bytes + at + n, file->size - at - n);
        file->size -= n;
        break;
    case SWAPPED: {
        uint8_t *one = file->bytes + block * any_place(state, file->size / block);
        uint8_t *other = file->bytes + block * any_place(state, file->size / block);
        memcpy(kept, one, block);
        memmove(one, other, block);
        memcpy(other, kept, block);
        break;
    }
    default:
        file->size = 2 + any_place(state, file->size - 2);
    }
}

static void take_damaged(const File *file, Damage kind, uint64_t *state, Tally *tally)
{
    File copy = {.name = file->name, .bytes = malloc(file->size), .size = file->size};
    ck_assert_ptr_nonnull(copy.bytes);
    memcpy(copy.bytes, file->bytes, file->size);
    damage(&copy, kind, state);
    take_file(&copy, state, tally);
    free(copy.bytes);
}

static void print_tally(const char *what, const Tally *tally)
{
    printf("%s: %d files, %d refused (%d of which libjpeg does not report), %d accepted\n", what,
           tally->n, tally->n_refused, tally->n_stricter, tally->n_accepted);
}

static const struct {
    const char *name;
    TestJpeg form;
    int32_t channels;
} layouts[] = {
    {"4:4:4", {0}, 3},
    {"4:2:0", {.h_samp = 2, .v_samp = 2, .optimized = true}, 3},
    {"4:2:2", {.h_samp = 2, .v_samp = 1, .optimized = true}, 3},
    {"4:1:1", {.h_samp = 4, .v_samp = 1}, 3},
    {"4:2:0 restarts", {.h_samp = 2, .v_samp = 2, .restart_rows = 1}, 3},
    {"4:2:0 progressive", {.h_samp = 2, .v_samp = 2, .progressive = true}, 3},
    {"progressive restarts", {.progressive = true, .restart_rows = 1}, 3},
    {"unfinished", {.scans = test_scans_unfinished, .n_scans = 3}, 3},
    {"scan by component", {.h_samp = 2, .v_samp = 2, .scans = test_scans_apart, .n_scans = 3}, 3},
    {"4:2:0 arithmetic", {.h_samp = 2, .v_samp = 2, .arithmetic = true}, 3},
    {"arithmetic progressive", {.arithmetic = true, .progressive = true}, 3},
    {"grey", {.optimized = true}, 1},
    {"grey progressive", {.progressive = true}, 1},
    {"CMYK", {.space = JCS_CMYK}, 4},
};

#define N_LAYOUTS (int)(sizeof(layouts) / sizeof(layouts[0]))

/* Damage of each kind to small files of one layout: most hits then matter. */
START_TEST(damaged_layouts)
{
    static const int32_t sizes[][2] = {{131, 97}, {64, 48}, {17, 16}, {200, 150}};
    uint64_t state = 17 + (uint64_t)_i;
    Tally clean = {0}, damaged = {0};
    for (size_t k = 0; k < sizeof(sizes) / sizeof(sizes[0]); k++) {
        const AugImage scene = test_scene(&state, sizes[k][0], sizes[k][1], layouts[_i].channels);
        File file = {.name = layouts[_i].name};
        file.bytes = test_jpeg(&scene, &layouts[_i].form, &file.size);
        take_file(&file, &state, &clean);
        for (int i = 0; i < n_rounds * N_DAMAGES; i++)
            take_damaged(&file, (Damage)(i % N_DAMAGES), &state, &damaged);
        free(file.bytes);
        free(scene.pixels);
    }
    ck_assert_int_eq(clean.n_accepted, clean.n);
    ck_assert_int_gt(damaged.n_refused, damaged.n / 4);
    print_tally(layouts[_i].name, &damaged);
}
END_TEST

START_TEST(damaged_photographs)
{
    char *path = test_data("imagenet-sample-300.tar");
    if (!path)
        return;
    size_t tar_size = 0, at = 0;
    uint8_t *tar = test_read_file(path, &tar_size);
    uint64_t state = 29;
    Tally clean = {0}, damaged[N_DAMAGES] = {0};
    TestMember member;
    for (int i = 0; test_tar_next(tar, tar_size, &at, &member);) {
        if (member.size < 3 || memcmp(member.bytes, "\xff\xd8\xff", 3) != 0)
            continue;
        if (i++ % photograph_step != 0)
            continue;
        const File file = {
            .name = member.name, .bytes = tar + (member.bytes - tar), .size = member.size};
        take_file(&file, &state, &clean);
        for (int k = 0; k < N_DAMAGES; k++)
            take_damaged(&file, (Damage)k, &state, &damaged[k]);
    }
    print_tally("photographs", &clean);
    ck_assert_int_eq(clean.n_accepted, clean.n);
    for (int k = 0; k < N_DAMAGES; k++)
        print_tally(damage_names[k], &damaged[k]);
    ck_assert_int_eq(damaged[SHORTENED].n_accepted, 0);
    free(tar);
    free(path);
}
END_TEST

START_TEST(hostile_files)
{
    char *path = test_data("hostile-images.tar");
    if (!path)
        return;
    size_t tar_size = 0, at = 0;
    uint8_t *tar = test_read_file(path, &tar_size);
    uint64_t state = 31;
    Tally tally = {0};
    TestMember member;
    while (test_tar_next(tar, tar_size, &at, &member)) {
        const File file = {
            .name = member.name, .bytes = tar + (member.bytes - tar), .size = member.size};
        if (file.size >= 3 && memcmp(file.bytes, "\xff\xd8\xff", 3) == 0)
            take_file(&file, &state, &tally);
    }
    print_tally("hostile JPEGs", &tally);
    free(tar);
    free(path);
}
END_TEST

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "all") == 0) {
        photograph_step = 1;
        n_rounds = 200;
    }
    Suite *suite = suite_create("careful codec");
    TCase *tests = tcase_create("all");
    tcase_set_timeout(tests, 600);
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_loop_test(tests, damaged_layouts, 0, N_LAYOUTS);
    tcase_add_test(tests, damaged_photographs);
    tcase_add_test(tests, hostile_files);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
