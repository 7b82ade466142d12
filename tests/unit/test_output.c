/* The final pass: values, layouts, mirrors, tables, and vector code against plain. */
#include <math.h>

#include "image/pixels/output.h"
#include "image/pixels/output_kernels.h"
#include "tests/support/pictures.h"

static const double imagenet_mean[3] = {0.485, 0.456, 0.406};
static const double imagenet_std[3] = {0.229, 0.224, 0.225};

/* What value i of a slot must be, found without any of the code under test. */
static double expected_value(const ImgOutput *output, const AugImage *picture,
                             const uint8_t (*lut)[256], bool mirror, size_t i, int32_t *channel)
{
    const size_t width = (size_t)picture->width;
    const size_t height = (size_t)picture->height;
    const size_t channels = (size_t)picture->channels;
    const size_t c = output->planar ? i / (width * height) : i % channels;
    const size_t at = output->planar ? i % (width * height) : i / channels;
    const size_t x = mirror ? width - 1 - at % width : at % width;
    uint8_t value = test_pixel(picture, (int32_t)x, (int32_t)(at / width))[c];
    if (lut)
        value = lut[c][value];
    *channel = (int32_t)c;
    return value;
}

/* Everything that can differ between two calls. packed: no gaps between the picture's rows. */
typedef struct Case {
    int32_t width, height, channels;
    bool planar, real, mirror, through_table, packed, vector;
} Case;

static Case random_case(uint64_t *state, bool vector)
{
    return (Case){.width = test_between(state, 1, 70),
                  .height = test_between(state, 1, 4),
                  .channels = test_random(state) % 2 ? 3 : 1,
                  .planar = test_random(state) % 2,
                  .real = test_random(state) % 2,
                  .mirror = test_random(state) % 2,
                  .through_table = test_random(state) % 3 == 0,
                  .packed = test_random(state) % 2,
                  .vector = vector};
}

/* Takes the gaps from between the rows, and all memory behind the last value, so that the sanitizer
 * sees one read too many. */
static void close_gaps(AugImage *picture)
{
    const size_t row_size = (size_t)picture->width * img_pixel_size(picture);
    const size_t size = row_size * (size_t)picture->height;
    uint8_t *pixels = malloc(size);
    ck_assert_ptr_nonnull(pixels);
    for (int32_t y = 0; y < picture->height; y++)
        memcpy(pixels + (size_t)y * row_size, test_pixel(picture, 0, y), row_size);
    free(picture->pixels);
    picture->pixels = pixels;
    picture->row_size = row_size;
}

static void expect_case(const Case *c, uint64_t *state)
{
    ImgOutput output;
    img_output_init(&output, c->planar, c->real, imagenet_mean, imagenet_std);
    AugImage noise = test_noise(state, c->width, c->height, c->channels);
    if (c->packed)
        close_gaps(&noise);
    uint8_t lut[3][256];
    for (size_t i = 0; i < sizeof(lut); i++)
        lut[i / 256][i % 256] = (uint8_t)test_random(state);
    const size_t n = (size_t)c->width * (size_t)c->height * (size_t)c->channels;
    /* Exactly as large as the slot, so that the sanitizer sees a value too many. */
    void *slot = malloc(n * (c->real ? sizeof(float) : 1));
    ck_assert_ptr_nonnull(slot);
    const uint8_t(*table)[256] = c->through_table ? (const uint8_t(*)[256])lut : NULL;
    img_output_write_with(c->vector, &output, &noise, table, c->mirror, slot);
    for (size_t i = 0; i < n; i++) {
        int32_t channel = 0;
        const double byte = expected_value(&output, &noise, table, c->mirror, i, &channel);
        const double want =
            c->real
                ? (double)(float)((byte / 255.0 - imagenet_mean[channel]) / imagenet_std[channel])
                : byte;
        const double found = c->real ? (double)((float *)slot)[i] : ((uint8_t *)slot)[i];
        if (want != found)
            ck_abort_msg("%d x %d x %d, planar %d, real %d, mirror %d, table %d, packed %d, vector "
                         "%d: value %zu is %.9g, not %.9g",
                         c->width, c->height, c->channels, c->planar, c->real, c->mirror,
                         c->through_table, c->packed, c->vector, i, found, want);
    }
    free(slot);
    free(noise.pixels);
}

START_TEST(every_form_gives_the_stated_values)
{
    uint64_t state = 79;
    for (int i = 0; i < 3000; i++) {
        const Case c = random_case(&state, i % 2 == 1);
        expect_case(&c, &state);
    }
}
END_TEST

/* What is left over after whole vectors differs from width to width, and between rows with and
 * without gaps. Bit by bit of form: channels, layout, type, direction, gaps. */
START_TEST(every_width_is_written_to_its_end)
{
    uint64_t state = 101;
    for (int32_t width = 1; width <= 70; width++)
        for (int form = 0; form < 32; form++) {
            const Case c = {.width = width,
                            .height = 3,
                            .channels = form & 1 ? 3 : 1,
                            .planar = form & 2,
                            .real = form & 4,
                            .mirror = form & 8,
                            .packed = form & 16,
                            .vector = true};
            expect_case(&c, &state);
        }
}
END_TEST

/* Wider than the strip that goes through a lookup table at a time. */
START_TEST(wide_rows_go_through_tables)
{
    uint64_t state = 83;
    for (int i = 0; i < 16; i++) {
        const Case c = {.width = 2500 + i,
                        .height = 2,
                        .channels = 3,
                        .planar = i % 2,
                        .real = i / 2 % 2,
                        .mirror = i / 4 % 2,
                        .through_table = true,
                        .packed = i / 8,
                        .vector = true};
        expect_case(&c, &state);
    }
}
END_TEST

/* The arithmetic of the vector code must give the table's bits wherever computable says so; where
 * it does not, the table is used. Both kinds occur. */
START_TEST(computed_values_equal_looked_up_ones)
{
    uint64_t state = 89;
    const AugImage all = test_picture(256, 1, 3, 0);
    for (int32_t i = 0; i < 256 * 3; i++)
        all.pixels[i] = (uint8_t)(i / 3);
    int n_computable = 0;
    const int n = 2000;
    for (int i = 0; i < n; i++) {
        double mean[3];
        double std[3];
        for (int c = 0; c < 3; c++) {
            mean[c] = (double)(test_random(&state) >> 11) * 0x1p-53;
            std[c] = 0.01 + (double)(test_random(&state) >> 11) * 0x1p-53;
        }
        ImgOutput output;
        img_output_init(&output, i % 2, true, mean, std);
        n_computable += output.computable;
        float plain[768];
        float vector[768];
        img_output_write_with(false, &output, &all, NULL, false, plain);
        img_output_write_with(true, &output, &all, NULL, false, vector);
        ck_assert_mem_eq(plain, vector, sizeof(plain));
    }
    ck_assert_msg(n_computable > n * 9 / 10 && n_computable < n, "%d of %d are computable",
                  n_computable, n);
    free(all.pixels);
}
END_TEST

START_TEST(usual_normalizations_are_computable)
{
    static const double sets[][2][3] = {
        {{0.485, 0.456, 0.406}, {0.229, 0.224, 0.225}},
        {{0.4914, 0.4822, 0.4465}, {0.2470, 0.2435, 0.2616}},
        {{0.5, 0.5, 0.5}, {0.5, 0.5, 0.5}},
        {{0.48145466, 0.4578275, 0.40821073}, {0.26862954, 0.26130258, 0.27577711}},
        {{0, 0, 0}, {1, 1, 1}},
    };
    ImgOutput output;
    for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++) {
        img_output_init(&output, true, true, sets[i][0], sets[i][1]);
        ck_assert_msg(output.computable, "set %zu is looked up", i);
    }
    img_output_init(&output, true, true, NULL, NULL);
    ck_assert(output.computable);
    ck_assert_double_eq((double)output.table[0][255], 1.0);
    ck_assert_double_eq((double)output.table[2][51], (double)0.2f);
}
END_TEST

/* Forms of every pair of types that go together. */
static const AugDtype pairs[][2] = {
    {AUG_DTYPE_U8, AUG_DTYPE_U8},   {AUG_DTYPE_U8, AUG_DTYPE_F32},  {AUG_DTYPE_U16, AUG_DTYPE_U16},
    {AUG_DTYPE_U16, AUG_DTYPE_F32}, {AUG_DTYPE_F32, AUG_DTYPE_F32},
};

/* What becomes of a value; whole numbers as they are, float32 with white as 1. */
static double written_value(double value, const ImgOutputForm *form, int32_t c)
{
    if (form->out != AUG_DTYPE_F32)
        return value;
    const double white = form->in == AUG_DTYPE_U8 ? 255.0 : form->in == AUG_DTYPE_U16 ? 65535.0 : 1;
    const double mean = form->mean ? form->mean[c] : 0, std = form->std ? form->std[c] : 1;
    return (double)(float)((value / white - mean) / std);
}

static void expect_form(const ImgOutputForm *form, bool mirror, bool packed, uint64_t *state)
{
    enum { WIDTH = 19, HEIGHT = 3 };
    ImgOutput output;
    ck_assert_int_eq(img_output_prepare(&output, form, NULL), AUG_OK);
    AugImage picture = test_picture_of(WIDTH, HEIGHT, (ImgPixelType){form->in, form->channels}, 0);
    if (packed)
        close_gaps(&picture);
    for (int32_t i = 0; i < WIDTH * HEIGHT * form->channels; i++)
        test_set_value(&picture, i / form->channels % WIDTH, i / form->channels / WIDTH,
                       i % form->channels,
                       form->in == AUG_DTYPE_F32   ? test_between(state, -999, 999) / 64.0
                       : form->in == AUG_DTYPE_U16 ? test_between(state, 0, 65535)
                                                   : test_between(state, 0, 255));
    const int32_t n = WIDTH * HEIGHT * form->channels;
    const AugImage slot = test_picture_of(n, 1, (ImgPixelType){form->out, 1}, 0);
    img_output_write(&output, &picture, NULL, mirror, slot.pixels);
    for (int32_t i = 0; i < n; i++) {
        const int32_t c = form->planar ? i / (WIDTH * HEIGHT) : i % form->channels;
        const int32_t at = form->planar ? i % (WIDTH * HEIGHT) : i / form->channels;
        const int32_t x = mirror ? WIDTH - 1 - at % WIDTH : at % WIDTH;
        const double want = written_value(test_value(&picture, x, at / WIDTH, c), form, c);
        const double found = test_value(&slot, i, 0, 0);
        if (want != found)
            ck_abort_msg(
                "%s to %s, %d channels, planar %d, mirror %d, packed %d: value %d is %.9g, "
                "not %.9g",
                aug_dtype_name(form->in), aug_dtype_name(form->out), form->channels, form->planar,
                mirror, packed, i, found, want);
    }
    free(slot.pixels);
    free(picture.pixels);
}

START_TEST(types_and_channels_that_go_together)
{
    uint64_t state = 97;
    double mean[AUG_MAX_CHANNELS], std[AUG_MAX_CHANNELS];
    for (int c = 0; c < AUG_MAX_CHANNELS; c++) {
        mean[c] = test_between(&state, 0, 1000) / 1000.0;
        std[c] = test_between(&state, 1, 1000) / 1000.0;
    }
    for (size_t p = 0; p < AUG_COUNT(pairs); p++)
        for (int32_t channels = 1; channels <= AUG_MAX_CHANNELS; channels++)
            for (int i = 0; i < 16; i++) {
                ImgOutputForm form = {
                    .in = pairs[p][0], .out = pairs[p][1], .channels = channels, .planar = i % 2};
                if (i / 4 % 2) {
                    form.mean = mean;
                    form.std = std;
                }
                expect_form(&form, i / 2 % 2, i / 8, &state);
            }
}
END_TEST

START_TEST(types_that_do_not_go_together_are_refused)
{
    ImgOutput output;
    AugError error = {0};
    ImgOutputForm form = {.in = AUG_DTYPE_U16, .out = AUG_DTYPE_U8, .channels = 3};
    ck_assert_int_eq(img_output_prepare(&output, &form, &error), AUG_BAD_ARGUMENT);
    ck_assert_ptr_nonnull(strstr(error.message, "3 channels of U16 to be written as U8"));
    form = (ImgOutputForm){.in = AUG_DTYPE_I32, .out = AUG_DTYPE_F32, .channels = 3};
    ck_assert_int_eq(img_output_prepare(&output, &form, NULL), AUG_BAD_ARGUMENT);
    form = (ImgOutputForm){.channels = 17};
    ck_assert_int_eq(img_output_prepare(&output, &form, NULL), AUG_BAD_ARGUMENT);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("output");
    TCase *tests = tcase_create("all");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, every_form_gives_the_stated_values);
    tcase_add_test(tests, every_width_is_written_to_its_end);
    tcase_add_test(tests, wide_rows_go_through_tables);
    tcase_add_test(tests, computed_values_equal_looked_up_ones);
    tcase_add_test(tests, usual_normalizations_are_computable);
    tcase_add_test(tests, types_and_channels_that_go_together);
    tcase_add_test(tests, types_that_do_not_go_together_are_refused);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
