/* The image domain between engine and kernels: what compiling accepts and refuses, how samples are
 * loaded, and the public interface to single pictures. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libaug/data/dataset.h"
#include "tests/support/image_case.h"
#include "tests/support/support.h"

static void check_refused(const char *pipeline, const char *output, const AugDatasetInfo *info,
                          const char *where, const char *sentence)
{
    ImageCase image_case;
    AugError error = {0};
    const AugStatus status = image_case_open(&image_case, pipeline, output, info, &error);
    ck_assert_msg(status == AUG_BAD_SPEC, "%s: status %s", pipeline, aug_status_name(status));
    ck_assert_msg(strstr(error.message, sentence) != NULL, "%s: %s", pipeline, error.message);
    ck_assert_msg(strcmp(error.where, where) == 0, "%s: at '%s', wanted '%s'", pipeline,
                  error.where, where);
    image_case_close(&image_case);
}

static void check_extent(const char *pipeline, const AugDatasetInfo *info, int32_t height,
                         int32_t width)
{
    ImageCase image_case;
    AugError error = {0};
    const AugStatus status = image_case_open(&image_case, pipeline, NULL, info, &error);
    ck_assert_msg(status == AUG_OK, "%s: %s", pipeline, error.message);
    ck_assert_int_eq(image_case.plan->extent.height, height);
    ck_assert_int_eq(image_case.plan->extent.width, width);
    ck_assert_uint_eq(image_case.desc.tensors[0].sample.shape[0], 3);
    ck_assert_uint_eq(image_case.desc.tensors[0].sample.shape[1], (uint64_t)height);
    ck_assert_uint_eq(image_case.desc.tensors[0].sample.shape[2], (uint64_t)width);
    image_case_close(&image_case);
}

START_TEST(sizes_that_are_certain)
{
    const AugDatasetInfo square = image_info(28, 28, 3), wide = image_info(20, 30, 3);
    const AugDatasetInfo files = image_info_encoded();
    check_extent("[]", &square, 28, 28);
    check_extent("[Transpose, RandomRotate90, Rotate]", &square, 28, 28);
    check_extent("[Transpose: {p: 1}]", &wide, 30, 20);
    check_extent("[Pad: {padding: [1, 2], p: 1}]", &wide, 24, 32);
    check_extent("[Resize: 10]", &wide, 10, 15);
    check_extent("[Rotate: {limit: [90, 90], expand: true, p: 1}]", &wide, 30, 20);
    check_extent("[Resize: 64, RandomCrop: 48, Transpose]", &files, 48, 48);
    check_extent("[RandomResizedCrop: [32, 40], HorizontalFlip]", &files, 32, 40);
    check_extent("[OneOf: {transforms: [Resize: [8, 9], RandomResizedCrop: [8, 9]]}]", &files, 8,
                 9);
    check_extent("[OneOf: {p: 0.3, transforms: [HorizontalFlip, Rotate]}]", &wide, 20, 30);
    /* Differing sizes in between do not matter. */
    check_extent("[Rotate: {expand: true}, Resize: [16, 16]]", &wide, 16, 16);
}
END_TEST

START_TEST(sizes_that_differ_are_refused)
{
    const AugDatasetInfo wide = image_info(20, 30, 3), square = image_info(32, 32, 3);
    const AugDatasetInfo files = image_info_encoded();
    check_refused("[HorizontalFlip]", NULL, &files, "",
                  "the pictures of the data set may differ in size");
    check_refused("[Resize: 256]", NULL, &files, "", "RandomResizedCrop: {size: [height, width]}");
    check_refused("[HorizontalFlip, Transpose]", NULL, &wide, "1:18", "Transpose makes pictures");
    check_refused("[RandomRotate90]", NULL, &wide, "1:2", "RandomRotate90 makes pictures");
    check_refused("[Rotate: {expand: true}]", NULL, &square, "1:2", "add Resize: {size: [height");
    check_refused("[Resize: {size: [8, 8], p: 0.5}]", NULL, &square, "1:2", "Resize makes");
    check_refused("[OneOf: {transforms: [Resize: [8, 8], HorizontalFlip]}]", NULL, &square, "1:2",
                  "OneOf makes");
}
END_TEST

START_TEST(operations_that_cannot_be_done_are_found_when_compiling)
{
    const AugDatasetInfo info = image_info(28, 28, 3);
    check_refused("[HorizontalFlip, RandomCrop: 32]", NULL, &info, "1:18",
                  "RandomCrop: the picture is 28 x 28");
    check_refused("[Resize: [60000, 60000]]", NULL, &info, "1:2", "Resize: the picture would");
}
END_TEST

START_TEST(colours_that_do_not_fit)
{
    const AugDatasetInfo color = image_info(28, 28, 3), gray = image_info(28, 28, 1);
    check_refused("[HorizontalFlip, Pad: {padding: 1, fill: [1, 2, 3, 4]}]", NULL, &color, "1:18",
                  "Pad.fill has 4 values and the pictures have 3 channels; allowed is one number");
    check_refused("[OneOf: {transforms: [Cutout: {size: 4, fill: [1, 2]}]}]", NULL, &gray, "1:23",
                  "Cutout.fill has 2 values and the pictures have 1 channel;");
    /* Grey has many values as well, and a colour becomes its grey. */
    check_extent("[Pad: {padding: 1, fill: [5, 5], p: 1}]", &color, 30, 30);
    ImageCase image_case;
    AugError error = {0};
    ck_assert_int_eq(
        image_case_open(&image_case, "[Pad: {padding: 1, fill: [1, 2, 3]}]", NULL, &gray, &error),
        AUG_OK);
    image_case_close(&image_case);
}
END_TEST

START_TEST(output_settings_that_do_not_fit)
{
    const AugDatasetInfo color = image_info(28, 28, 3), gray = image_info(28, 28, 1);
    AugDatasetInfo text = {.n_samples = 9, .n_fields = 1};
    text.fields[0] = augi_field_text();
    check_refused("[]", "{dtype: uint8, normalize: imagenet}", &color, "",
                  "dtype uint8 holds pixel values");
    check_refused("[]", "{dtype: uint8, mean: 0.5}", &color, "", "dtype uint8");
    check_refused("[]", "{normalize: imagenet}", &gray, "",
                  "imagenet has 3 values and the pictures have 1 channel;");
    check_refused("[]", "{mean: [0.1, 0.2]}", &color, "", "mean has 2 values");
    check_refused("[]", "{normalize: {mean: [0.1, 0.2], std: 1}}", &color, "", "mean has 2 values");
    check_refused("[]", "{dtype: uint8, normalize: {mean: 0, std: 1}}", &color, "", "dtype uint8");
    check_refused("[]", "{std: [0.1, 0.2, 0.3, 0.4]}", &color, "", "std has 4 values");
    check_refused("[]", NULL, &text, "", "the data set holds text");
    ImageCase image_case;
    AugError error = {0};
    ck_assert_int_eq(image_case_open(&image_case, "[]", "{std: 0}", &color, &error), AUG_BAD_SPEC);
    image_case_close(&image_case);
}
END_TEST

/* Compiles a list of one operation that no spec would lead to. */
static void check_foreign(const AugOpDesc *desc, const char *sentence)
{
    AugOp op = {.desc = desc, .p = 1, .place = {.line = 4, .column = 5}};
    const AugOpList ops = {.ops = &op, .n = 1};
    const AugDatasetInfo info = image_info(8, 8, 3);
    const ImgOutputParams output = {0};
    AugLimits limits;
    aug_limits_init(&limits);
    const AugDomainInput input = {
        .pipeline = &ops, .output = &output, .dataset = &info, .limits = &limits};
    void *plan;
    AugDomainOutput desc_out;
    AugError error = {0};
    ck_assert_int_eq(aug_domain_image.compile(&input, &plan, &desc_out, &error), AUG_BAD_SPEC);
    ck_assert_ptr_null(plan);
    ck_assert_str_eq(error.where, "4:5");
    ck_assert_msg(strstr(error.message, sentence) != NULL, "%s", error.message);
}

START_TEST(operations_of_another_kind)
{
    static const AugDomain sounds = {.name = "sounds"};
    static const AugOpDesc echo = {.name = "Echo", .domain = &sounds};
    check_foreign(&echo, "Echo works on sounds and the pipeline on pictures");
    check_foreign(augi_op_find("MixUp"), "MixUp does not work on single pictures");
}
END_TEST

/* Compiles an empty pipeline, runs one sample, returns the slot; the caller frees it. */
static void *run(const char *output, const AugDatasetInfo *info, const AugSample *sample,
                 AugTensorDesc *desc)
{
    ImageCase image_case;
    AugError error = {0};
    AugStatus status = image_case_open(&image_case, "[]", output, info, &error);
    ck_assert_msg(status == AUG_OK, "%s: %s", output, error.message);
    void *slot = malloc(aug_tensor_size(&image_case.desc.tensors[0].sample));
    ck_assert_ptr_nonnull(slot);
    const AugKey key = {0};
    status = image_case_run(&image_case, &key, sample, slot, &error);
    ck_assert_msg(status == AUG_OK, "%s: %s", output, error.message);
    *desc = image_case.desc.tensors[0].sample;
    image_case_close(&image_case);
    return slot;
}

/* A value against (v / 255 - mean) / std in double; half an ulp of float below 16 is 5e-7. */
static void check_values(const char *output, int channels, const double mean[3],
                         const double std[3])
{
    uint8_t *pixels = image_pixels(5, 4, channels, 3);
    const AugDatasetInfo info = image_info(5, 4, channels);
    const AugSample sample = image_sample(pixels, 5, 4, channels);
    AugTensorDesc desc;
    float *slot = run(output, &info, &sample, &desc);
    ck_assert_int_eq(desc.dtype, AUG_DTYPE_F32);
    for (int i = 0; i < 20; i++)
        for (int c = 0; c < channels; c++) {
            const double wanted = (pixels[i * channels + c] / 255.0 - mean[c]) / std[c];
            ck_assert_double_eq_tol((double)slot[c * 20 + i], wanted, 5e-7);
        }
    free(slot);
    free(pixels);
}

START_TEST(normalization)
{
    static const double zero[3] = {0}, one[3] = {1, 1, 1}, half[3] = {.5, .5, .5};
    check_values("{}", 3, zero, one);
    check_values("{normalize: imagenet}", 3, (double[3]){.485, .456, .406},
                 (double[3]){.229, .224, .225});
    check_values("{normalize: cifar10}", 3, (double[3]){.4914, .4822, .4465},
                 (double[3]){.2470, .2435, .2616});
    check_values("{normalize: fashion_mnist}", 1, (double[3]){.2860}, (double[3]){.3530});
    check_values("{normalize: mnist}", 3, (double[3]){.1307, .1307, .1307},
                 (double[3]){.3081, .3081, .3081});
    check_values("{normalize: half}", 1, half, half);
    /* By hand: alone, and in place of a preset's. */
    check_values("{mean: [0.1, 0.2, 0.3]}", 3, (double[3]){.1, .2, .3}, one);
    check_values("{normalize: half, std: 0.25}", 3, half, (double[3]){.25, .25, .25});
    check_values("{normalize: {mean: [0.1, 0.2, 0.3], std: 0.25}}", 3, (double[3]){.1, .2, .3},
                 (double[3]){.25, .25, .25});
    check_values("{normalize: {mean: 0, std: 1}}", 1, zero, one);
}
END_TEST

START_TEST(layouts_and_colors)
{
    uint8_t *pixels = image_pixels(3, 2, 3, 3);
    const AugDatasetInfo info = image_info(3, 2, 3), gray_info = image_info(3, 2, 1);
    const AugSample sample = image_sample(pixels, 3, 2, 3);
    AugTensorDesc desc;
    uint8_t *slot = run("{dtype: uint8, layout: hwc}", &info, &sample, &desc);
    ck_assert_uint_eq(desc.shape[2], 3);
    ck_assert_mem_eq(slot, pixels, 18);
    free(slot);
    slot = run("{dtype: uint8}", &info, &sample, &desc);
    ck_assert_uint_eq(desc.shape[0], 3);
    for (int i = 0; i < 18; i++)
        ck_assert_int_eq(slot[i], pixels[i % 6 * 3 + i / 6]);
    free(slot);
    slot = run("{dtype: uint8, color: gray}", &info, &sample, &desc);
    ck_assert_uint_eq(desc.shape[0], 1);
    for (int i = 0; i < 6; i++) {
        const uint8_t *p = pixels + 3 * i;
        ck_assert_int_eq(slot[i],
                         (int)((p[0] * 19595u + p[1] * 38470u + p[2] * 7471u + 32768u) >> 16));
    }
    free(slot);
    const AugSample gray = image_sample(pixels, 3, 2, 1);
    slot = run("{dtype: uint8, color: rgb, layout: hwc}", &gray_info, &gray, &desc);
    for (int i = 0; i < 18; i++)
        ck_assert_int_eq(slot[i], pixels[i / 3]);
    free(slot);
    free(pixels);
}
END_TEST

/* Planes, as CIFAR stores them, give what interleaved pixels give, through any window. */
START_TEST(planar_samples)
{
    uint8_t *pixels = image_pixels(14, 11, 3, 3);
    uint8_t planes[14 * 11 * 3];
    for (int i = 0; i < 14 * 11 * 3; i++)
        planes[i] = pixels[i % 154 * 3 + i / 154];
    const AugSample interleaved = image_sample(pixels, 14, 11, 3);
    const AugSample planar = image_sample(planes, 14, 11, 3);
    static const char *const pipelines[] = {
        "[]",
        "[RandomCrop: {size: 6}, HorizontalFlip]",
        "[RandomCrop: {size: 12, padding: 5}, Cutout: 4]",
        "[RandomResizedCrop: {size: 9}]",
        "[Rotate: {p: 1}]",
    };
    for (size_t i = 0; i < AUG_COUNT(pipelines); i++) {
        ImageCase a, b;
        AugError error = {0};
        ck_assert_int_eq(image_case_open_any_size(&a, pipelines[i], 3, &error), AUG_OK);
        ck_assert_int_eq(image_case_open_any_size(&b, pipelines[i], 3, &error), AUG_OK);
        b.plan->image.form = AUG_FORM_PLANES;
        for (uint64_t index = 0; index < 20; index++) {
            const AugImage wanted = image_case_picture(&a, index, &interleaved);
            const AugImage got = image_case_picture(&b, index, &planar);
            image_assert_equal(&got, &wanted, pipelines[i]);
        }
        image_case_close(&a);
        image_case_close(&b);
    }
    free(pixels);
}
END_TEST

static void check_bad_sample(AugSample sample, AugStatus wanted, const char *sentence)
{
    ImageCase image_case;
    AugError error = {0};
    const bool is_file = strstr(sample.name, ".jpg") != NULL;
    ck_assert_int_eq(
        image_case_open_any_size(&image_case, "[HorizontalFlip]", is_file ? 0 : 3, &error), AUG_OK);
    AugImage image;
    const AugStatus status = img_augment(image_case.worker, &(AugKey){0}, &sample, &image, &error);
    ck_assert_msg(status == wanted, "%s: %s", aug_status_name(status), error.message);
    ck_assert_msg(strstr(error.message, sentence) != NULL, "%s", error.message);
    ck_assert_str_eq(error.where, sample.name);
    image_case_close(&image_case);
}

START_TEST(bad_samples_are_named)
{
    uint8_t pixels[48] = {0};
    AugSample sample = image_sample(pixels, 4, 4, 3);
    sample.fields[0].size = 47;
    check_bad_sample(sample, AUG_CORRUPT, "47 bytes for a picture that has 48");
    check_bad_sample(image_sample(pixels, 4, 4, 2), AUG_UNSUPPORTED, "2 channels");
    check_bad_sample(image_sample(pixels, 0, 4, 3), AUG_TOO_LARGE, "0 x 4");
    check_bad_sample(image_sample(pixels, -1, 4, 3), AUG_TOO_LARGE, "-1 x 4");
    check_bad_sample(image_sample(pixels, 65535, 65535, 3), AUG_TOO_LARGE, "65535 x 65535");
    check_bad_sample(image_sample_encoded(pixels, 48, "x.jpg"), AUG_CORRUPT,
                     "48 bytes that begin like no known picture");
}
END_TEST

/* A JPEG of the given pixels that says how it lies; the caller frees it. */
static uint8_t *jpeg_with_orientation(const AugImage *image, uint8_t orientation, size_t *size)
{
    uint8_t *plain;
    AugError error = {0};
    ck_assert_int_eq(aug_image_encode_jpeg(image, 95, &plain, size, &error), AUG_OK);
    /* APP1, 34 bytes with its length: "Exif", a little-endian TIFF header, one entry 0x0112. */
    const uint8_t segment[36] = {0xff, 0xe1, 0, 34, 'E',         'x', 'i', 'f', 0,    0, 'I', 'I',
                                 42,   0,    8, 0,  0,           0,   1,   0,   0x12, 1, 3,   0,
                                 1,    0,    0, 0,  orientation, 0,   0,   0,   0,    0, 0,   0};
    uint8_t *marked = malloc(*size + sizeof(segment));
    ck_assert_ptr_nonnull(marked);
    memcpy(marked, plain, 2);
    memcpy(marked + 2, segment, sizeof(segment));
    memcpy(marked + 2 + sizeof(segment), plain + 2, *size - 2);
    *size += sizeof(segment);
    free(plain);
    return marked;
}

/* Decodes through a worker for encoded samples; the caller frees the pixels. */
static AugImage decode(const char *pipeline, const char *output, const uint8_t *bytes, size_t size)
{
    ImageCase image_case;
    AugError error = {0};
    const AugDatasetInfo info = image_info_encoded();
    char whole[160];
    snprintf(whole, sizeof(whole), "[%s%sResize: [4, 4]]", pipeline, pipeline[0] ? ", " : "");
    AugStatus status = image_case_open(&image_case, whole, output, &info, &error);
    ck_assert_msg(status == AUG_OK, "%s: %s", whole, error.message);
    const AugSample sample = image_sample_encoded(bytes, size, "a.jpg");
    AugImage image;
    if (pipeline[0])
        status = img_augment(image_case.worker, &(AugKey){0}, &sample, &image, &error);
    else
        status = img_augment(image_case.worker, NULL, &sample, &image, &error);
    ck_assert_msg(status == AUG_OK, "%s: %s", whole, error.message);
    image.pixels = image_copy(&image);
    image.row_size = (size_t)image.width * (size_t)image.channels;
    image_case_close(&image_case);
    return image;
}

/* Every orientation against turning the decoded pixels by the operations, and against pixels left
 * as they lie. */
START_TEST(exif_orientation_is_the_first_step)
{
    static const char *const turns[9] = {
        [1] = "Resize: [33, 47]",
        [2] = "HorizontalFlip: {p: 1}",
        [3] = "HorizontalFlip: {p: 1}, VerticalFlip: {p: 1}",
        [4] = "VerticalFlip: {p: 1}",
        [5] = "Transpose: {p: 1}",
        [6] = "Transpose: {p: 1}, HorizontalFlip: {p: 1}",
        [7] = "Transpose: {p: 1}, HorizontalFlip: {p: 1}, VerticalFlip: {p: 1}",
        [8] = "Transpose: {p: 1}, VerticalFlip: {p: 1}",
    };
    uint8_t *pixels = image_pixels(33, 47, 3, 8);
    const AugImage stored = {pixels, 33, 47, 3, 47 * 3, AUG_DTYPE_U8};
    for (uint8_t orientation = 1; orientation <= 8; orientation++) {
        size_t size;
        uint8_t *bytes = jpeg_with_orientation(&stored, orientation, &size);
        AugImage upright = decode("", "{}", bytes, size);
        AugImage lying = decode("", "{exif_orientation: false}", bytes, size);
        ck_assert_int_eq(lying.height, 33);
        ck_assert_int_eq(upright.height, orientation > 4 ? 47 : 33);
        ImageCase image_case;
        AugError error = {0};
        char pipeline[128];
        snprintf(pipeline, sizeof(pipeline), "[%s]", turns[orientation]);
        ck_assert_int_eq(image_case_open_any_size(&image_case, pipeline, 3, &error), AUG_OK);
        const AugSample sample = image_sample(lying.pixels, 33, 47, 3);
        const AugImage wanted = image_case_picture(&image_case, 0, &sample);
        image_assert_equal(&upright, &wanted, pipeline);
        image_case_close(&image_case);
        free(upright.pixels);
        free(lying.pixels);
        free(bytes);
    }
    free(pixels);
}
END_TEST

/* A window decoded for a crop gives the bytes of the crop of the whole. */
START_TEST(only_the_window_is_decoded)
{
    uint8_t *pixels = image_pixels(200, 300, 3, 8);
    const AugImage stored = {pixels, 200, 300, 3, 900, AUG_DTYPE_U8};
    size_t size;
    for (uint8_t orientation = 1; orientation <= 8; orientation++) {
        uint8_t *bytes = jpeg_with_orientation(&stored, orientation, &size);
        AugImage whole = decode("", "{}", bytes, size);
        static const char *const pipelines[] = {
            "[RandomCrop: 50]", "[RandomResizedCrop: {size: 40, scale: [0.1, 0.2]}]",
            "[CenterCrop: 60, Rotate: {p: 1}]"};
        for (size_t i = 0; i < AUG_COUNT(pipelines); i++) {
            ImageCase image_case;
            AugError error = {0};
            ck_assert_int_eq(image_case_open_any_size(&image_case, pipelines[i], 0, &error),
                             AUG_OK);
            const AugSample file = image_sample_encoded(bytes, size, "a.jpg");
            AugImage got = image_case_picture(&image_case, 3, &file);
            got.pixels = image_copy(&got);
            got.row_size = (size_t)got.width * 3;
            const AugSample raw = image_sample(whole.pixels, whole.height, whole.width, 3);
            image_case.plan->image.form = AUG_FORM_PIXELS;
            const AugImage wanted = image_case_picture(&image_case, 3, &raw);
            image_assert_equal(&got, &wanted, pipelines[i]);
            free(got.pixels);
            image_case_close(&image_case);
        }
        free(whole.pixels);
        free(bytes);
    }
    free(pixels);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("image domain");
    TCase *compiling = tcase_create("compiling");
    tcase_add_test(compiling, sizes_that_are_certain);
    tcase_add_test(compiling, sizes_that_differ_are_refused);
    tcase_add_test(compiling, operations_that_cannot_be_done_are_found_when_compiling);
    tcase_add_test(compiling, colours_that_do_not_fit);
    tcase_add_test(compiling, output_settings_that_do_not_fit);
    tcase_add_test(compiling, operations_of_another_kind);
    suite_add_tcase(suite, compiling);
    TCase *running = tcase_create("running");
    tcase_set_timeout(running, 60);
    tcase_add_test(running, normalization);
    tcase_add_test(running, layouts_and_colors);
    tcase_add_test(running, planar_samples);
    tcase_add_test(running, bad_samples_are_named);
    tcase_add_test(running, exif_orientation_is_the_first_step);
    tcase_add_test(running, only_the_window_is_decoded);
    suite_add_tcase(suite, running);
    return test_run(suite);
}
