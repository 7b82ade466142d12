/* Pixels of uint8, uint16 and float32 with 1 to 16 channels from the data set to the tensor, in the
 * image domain.
 *
 * Two laws carry what is known of uint8 over to the rest: what only moves pixels moves the same
 * ones whatever they hold, and channels do not touch each other. What is left is compared with
 * formulas of its own. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "aug/plan.h"
#include "image/filters/noise.h"
#include "libaug/data/dataset.h"
#include "tests/support/image_case.h"
#include "tests/support/pictures.h"

enum { HEIGHT = 21, WIDTH = 30 };

static const AugDtype dtypes[] = {AUG_DTYPE_U8, AUG_DTYPE_U16, AUG_DTYPE_F32};
static const int32_t channel_counts[] = {1, 2, 3, 4, 16};

static AugDatasetInfo info_of(ImgPixelType type, bool planar)
{
    AugDatasetInfo info = image_info(HEIGHT, WIDTH, type.channels);
    info.fields[0].tensor.dtype = type.dtype;
    info.fields[0].form = planar ? AUG_FORM_PLANES : AUG_FORM_PIXELS;
    return info;
}

/* Raw pixels of a type. value(y, x, c) of them is a whole number of 0 to 255, in float32 as well,
 * so that exact sums come out in every type. */
typedef struct Raw {
    ImgPixelType type;
    bool planar;
    uint8_t *bytes;
    size_t size;
} Raw;

static uint8_t value_of(int32_t y, int32_t x, int32_t c)
{
    return (uint8_t)(x * 7 + y * 13 + (x * y) % 31 * 3 + c * 50);
}

static Raw raw_make(ImgPixelType type, bool planar)
{
    const size_t value_size = img_value_size(type.dtype);
    Raw raw = {.type = type, .planar = planar};
    raw.size = HEIGHT * WIDTH * (size_t)type.channels * value_size;
    raw.bytes = malloc(raw.size);
    ck_assert_ptr_nonnull(raw.bytes);
    for (int32_t y = 0; y < HEIGHT; y++)
        for (int32_t x = 0; x < WIDTH; x++)
            for (int32_t c = 0; c < type.channels; c++) {
                const int32_t at =
                    planar ? (c * HEIGHT + y) * WIDTH + x : (y * WIDTH + x) * type.channels + c;
                img_value_put(value_of(y, x, c), type.dtype, raw.bytes + (size_t)at * value_size);
            }
    return raw;
}

static AugSample sample_of(const Raw *raw)
{
    AugSample sample = image_sample(raw->bytes, HEIGHT, WIDTH, raw->type.channels);
    sample.fields[0].size = raw->size;
    return sample;
}

/* A value of a tensor in either layout. */
static double tensor_value(const AugTensorDesc *desc, bool planar, const void *slot,
                           const int32_t at[3])
{
    const uint64_t *shape = desc->shape;
    const size_t y = (size_t)at[0], x = (size_t)at[1], c = (size_t)at[2];
    const size_t i = planar ? (c * shape[1] + y) * shape[2] + x : (y * shape[1] + x) * shape[2] + c;
    if (desc->dtype == AUG_DTYPE_U8)
        return ((const uint8_t *)slot)[i];
    if (desc->dtype == AUG_DTYPE_U16)
        return ((const uint16_t *)slot)[i];
    return (double)((const float *)slot)[i];
}

static void open_case(ImageCase *image_case, const char *pipeline, const char *output,
                      const AugDatasetInfo *info)
{
    AugError error = {0};
    const AugStatus status = image_case_open(image_case, pipeline, output, info, &error);
    ck_assert_msg(status == AUG_OK, "%s, %s: %s: %s", pipeline, output ? output : "", error.where,
                  error.message);
}

static void *run_case(ImageCase *image_case, const AugSample *sample, uint64_t number)
{
    AugError error = {0};
    void *slot = malloc(aug_tensor_size(&image_case->desc.tensors[0].sample));
    ck_assert_ptr_nonnull(slot);
    const AugKey key = {.seed = 7, .sample = number};
    const AugStatus status = image_case_run(image_case, &key, sample, slot, &error);
    ck_assert_msg(status == AUG_OK, "%s: %s", error.where, error.message);
    return slot;
}

static const char *dtype_word(AugDtype dtype)
{
    return dtype == AUG_DTYPE_U8 ? "uint8" : dtype == AUG_DTYPE_U16 ? "uint16" : "float32";
}

/* A pipeline on all channels of a type, in a layout, against the same on each channel of uint8. */
static void check_moves(const char *pipeline, ImgPixelType type, bool planar_in, bool planar_out)
{
    char output[80];
    snprintf(output, sizeof(output), "{layout: %s, dtype: %s}", planar_out ? "chw" : "hwc",
             dtype_word(type.dtype));
    const AugDatasetInfo info = info_of(type, planar_in), grey = image_info(HEIGHT, WIDTH, 1);
    ImageCase all, one;
    open_case(&all, pipeline, output, &info);
    open_case(&one, pipeline, "{layout: hwc, dtype: uint8}", &grey);
    const Raw raw = raw_make(type, planar_in);
    const AugSample sample = sample_of(&raw);
    const AugTensorDesc *desc = &all.desc.tensors[0].sample, *wanted = &one.desc.tensors[0].sample;
    ck_assert_int_eq(desc->dtype, type.dtype);
    ck_assert_str_eq(all.desc.tensors[0].axes, planar_out ? "chw" : "hwc");
    ck_assert_uint_eq(desc->shape[planar_out ? 0 : 2], (uint64_t)type.channels);
    const int32_t height = all.plan->extent.height, width = all.plan->extent.width;
    for (uint64_t number = 0; number < 3; number++) {
        void *slot = run_case(&all, &sample, number);
        for (int32_t c = 0; c < type.channels; c++) {
            uint8_t channel[HEIGHT * WIDTH];
            for (int32_t i = 0; i < HEIGHT * WIDTH; i++)
                channel[i] = value_of(i / WIDTH, i % WIDTH, c);
            const AugSample plain = image_sample(channel, HEIGHT, WIDTH, 1);
            void *moved = run_case(&one, &plain, number);
            for (int32_t y = 0; y < height; y++)
                for (int32_t x = 0; x < width; x++) {
                    const double found = tensor_value(desc, planar_out, slot, (int32_t[]){y, x, c});
                    const double want = tensor_value(wanted, false, moved, (int32_t[]){y, x, 0});
                    if (found != want)
                        ck_abort_msg("%s, %s, %d channels: row %d, column %d, channel %d is %.9g, "
                                     "not %.9g",
                                     pipeline, output, type.channels, y, x, c, found, want);
                }
            free(moved);
        }
        free(slot);
    }
    free(raw.bytes);
    image_case_close(&all);
    image_case_close(&one);
}

START_TEST(pixels_move_alike_in_every_type)
{
    /* Colours are black, which is the same number in every type. */
    static const char *const pipelines[] = {
        "[]",
        "[HorizontalFlip: {p: 1}]",
        "[RandomCrop: {size: [13, 17], padding: 3}, VerticalFlip, Transpose: {p: 1}]",
        "[Rotate: {limit: 30, interpolation: nearest, border_mode: reflect}, HorizontalFlip]",
        "[Resize: {size: [33, 44], interpolation: nearest}, RandomRotate90: {p: 0.5}, "
        "CenterCrop: [16, 16]]",
        "[RandomResizedCrop: {size: [9, 14], interpolation: nearest}, Cutout: 5]",
        "[Pad: {padding: 4, padding_mode: edge}, RandomErasing: {p: 1}, HorizontalFlip: {p: 1}]",
    };
    for (size_t p = 0; p < AUG_COUNT(pipelines); p++)
        for (size_t t = 0; t < AUG_COUNT(dtypes); t++)
            for (size_t n = 0; n < AUG_COUNT(channel_counts); n++) {
                const ImgPixelType type = {dtypes[t], channel_counts[n]};
                for (int layouts = 0; layouts < 4; layouts++)
                    check_moves(pipelines[p], type, layouts & 1, layouts & 2);
            }
}
END_TEST

/* Bilinear at half the size is, away from the border, (1, 3, 3, 1) / 8 in both directions. */
static double halved(int32_t y, int32_t x, int32_t c)
{
    static const int weights[] = {1, 3, 3, 1};
    double sum = 0;
    for (int32_t i = 0; i < 4; i++)
        for (int32_t k = 0; k < 4; k++)
            sum += weights[i] * weights[k] * value_of(2 * y - 1 + i, 2 * x - 1 + k, c);
    return sum / 64;
}

START_TEST(resized_and_normalized_floats)
{
    static const char output[] = "{mean: [1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3, 4, 5, 6, 7], "
                                 "std: [2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 4]}";
    static const double mean[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3, 4, 5, 6, 7};
    static const double std[] = {2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 4};
    const ImgPixelType type = {AUG_DTYPE_F32, 16};
    const AugDatasetInfo info = info_of(type, true);
    ImageCase image_case;
    open_case(&image_case, "[CenterCrop: [20, 30], Resize: [10, 15]]", output, &info);
    const Raw raw = raw_make(type, true);
    const AugSample sample = sample_of(&raw);
    float *slot = run_case(&image_case, &sample, 0);
    const AugTensorDesc *desc = &image_case.desc.tensors[0].sample;
    for (int32_t c = 0; c < 16; c++)
        for (int32_t y = 1; y < 9; y++)
            for (int32_t x = 1; x < 14; x++) {
                const double want = (halved(y, x, c) - mean[c]) / std[c];
                /* Sums of eighths of bytes are exact in float; so is the quotient. */
                ck_assert_double_eq_tol(tensor_value(desc, true, slot, (int32_t[]){y, x, c}), want,
                                        2e-5);
            }
    free(slot);
    free(raw.bytes);
    image_case_close(&image_case);
}
END_TEST

/* What a value becomes in a slot of float32. */
START_TEST(white_is_one)
{
    static const double white[] = {255, 65535, 1};
    for (size_t t = 0; t < AUG_COUNT(dtypes); t++) {
        const ImgPixelType type = {dtypes[t], 4};
        const AugDatasetInfo info = info_of(type, false);
        ImageCase image_case;
        open_case(&image_case, "[]", "{layout: hwc, mean: 0.25, std: [0.5, 1, 2, 4]}", &info);
        const Raw raw = raw_make(type, false);
        const AugSample sample = sample_of(&raw);
        float *slot = run_case(&image_case, &sample, 0);
        for (int32_t i = 0; i < HEIGHT * WIDTH * 4; i++) {
            const double v = value_of(i / 4 / WIDTH, i / 4 % WIDTH, i % 4) / white[t];
            const float want = (float)((v - 0.25) / (double[]){.5, 1, 2, 4}[i % 4]);
            ck_assert_msg(slot[i] == want, "%s: value %d is %.9g, not %.9g",
                          aug_dtype_name(dtypes[t]), i, (double)slot[i], (double)want);
        }
        free(slot);
        free(raw.bytes);
        image_case_close(&image_case);
    }
}
END_TEST

/* Fills: a constant is a part of white; the mean is 0 once normalized; noise has its distribution.
 */
START_TEST(fills_of_every_type)
{
    for (size_t t = 0; t < AUG_COUNT(dtypes); t++) {
        const ImgPixelType type = {dtypes[t], 4};
        const AugDatasetInfo info = info_of(type, false);
        const Raw raw = raw_make(type, false);
        const AugSample sample = sample_of(&raw);
        ImageCase image_case;
        static const double parts[] = {0, .2, .4, 1};
        /* Cutout of twice the picture covers all of it, wherever its centre is. */
        open_case(&image_case, "[Cutout: {size: 64, fill: [0, 51, 102, 255]}]", "{layout: hwc}",
                  &info);
        float *slot = run_case(&image_case, &sample, 0);
        for (int i = 0; i < HEIGHT * WIDTH * 4; i++)
            ck_assert_double_eq_tol((double)slot[i], parts[i % 4], 1e-7);
        free(slot);
        image_case_close(&image_case);
        open_case(&image_case, "[Cutout: 64]", "{layout: hwc, mean: [.1, .2, .3, .4], std: 1}",
                  &info);
        slot = run_case(&image_case, &sample, 0);
        /* The nearest of 256 or 65536 values, or the float itself. */
        const double step = dtypes[t] == AUG_DTYPE_F32 ? 1e-7 : 0.5000001 / img_white(dtypes[t]);
        for (int i = 0; i < HEIGHT * WIDTH * 4; i++)
            ck_assert_double_eq_tol((double)slot[i], 0, step);
        free(slot);
        image_case_close(&image_case);
        open_case(&image_case, "[Pad: {padding: 2, fill: [255, 0, 51, 102]}]", "{layout: hwc}",
                  &info);
        slot = run_case(&image_case, &sample, 0);
        ck_assert_double_eq_tol((double)slot[0], 1, 1e-9);
        ck_assert_double_eq_tol((double)slot[3], .4, 1e-7);
        free(slot);
        image_case_close(&image_case);
        free(raw.bytes);
    }
}
END_TEST

/* Mean and deviation of 2520 values: of the mean three of its deviations are 0.06 of one of the
 * values, of the deviation 0.043. */
static void check_moments(const char *what, const float *values, double mean, double std)
{
    const int n = HEIGHT * WIDTH * 4;
    double sum = 0, squares = 0;
    for (int i = 0; i < n; i++) {
        sum += (double)values[i];
        squares += (double)values[i] * (double)values[i];
    }
    ck_assert_msg(fabs(sum / n - mean) < 0.06 * std, "%s: mean %g, not %g", what, sum / n, mean);
    const double found = sqrt(squares / n - sum / n * sum / n);
    ck_assert_msg(fabs(found - std) < 0.05 * std, "%s: deviation %g, not %g", what, found, std);
}

START_TEST(noise_of_every_type)
{
    for (size_t t = 0; t < AUG_COUNT(dtypes); t++) {
        const ImgPixelType type = {dtypes[t], 4};
        const AugDatasetInfo info = info_of(type, false);
        const Raw raw = raw_make(type, false);
        const AugSample sample = sample_of(&raw);
        ImageCase image_case;
        open_case(&image_case, "[Cutout: {size: 64, fill: random}]", "{layout: hwc}", &info);
        float *slot = run_case(&image_case, &sample, 0);
        check_moments("uniform", slot, .5, sqrt(1 / 12.));
        free(slot);
        image_case_close(&image_case);
        /* Deviations of a tenth of white around its half are cut nowhere. */
        open_case(&image_case, "[Cutout: {size: 64, fill: random}]",
                  "{layout: hwc, mean: 0.5, std: 0.1}", &info);
        slot = run_case(&image_case, &sample, 0);
        check_moments("normal", slot, 0, 1);
        free(slot);
        image_case_close(&image_case);
        free(raw.bytes);
    }
}
END_TEST

/* GaussNoise adds the same normals, scaled as white is. */
START_TEST(gauss_noise_of_every_type)
{
    static const char pipeline[] = "[GaussNoise: {std_range: 0.1, mean_range: 0.2, p: 1}]";
    for (size_t t = 1; t < AUG_COUNT(dtypes); t++) {
        const ImgPixelType type = {dtypes[t], 4};
        const AugDatasetInfo info = info_of(type, false);
        const Raw raw = raw_make(type, false);
        const AugSample sample = sample_of(&raw);
        ImageCase image_case;
        open_case(&image_case, pipeline, "{layout: hwc}", &info);
        float *slot = run_case(&image_case, &sample, 0);
        const ImgStep *step = &image_case.worker->recipe.steps[1];
        ck_assert_int_eq(step->kind, IMG_STEP_FILTER);
        const ImgGaussNoise *noise = step->filter.state;
        float normals[WIDTH * 4];
        for (int32_t y = 0; y < HEIGHT; y++) {
            img_normal_row(noise->seed, y, 0, WIDTH * 4, normals);
            for (int32_t i = 0; i < WIDTH * 4; i++) {
                const double white = img_white(dtypes[t]);
                double want = value_of(y, i / 4, i % 4) / white + .2 + .1 * (double)normals[i];
                if (dtypes[t] == AUG_DTYPE_U16)
                    want = fmin(fmax(want, 0), 1);
                /* Half a step of uint16; half a bit of values up to 256 in float32. */
                ck_assert_double_eq_tol((double)slot[(size_t)y * WIDTH * 4 + (size_t)i], want,
                                        2e-5);
            }
        }
        free(slot);
        image_case_close(&image_case);
        free(raw.bytes);
    }
}
END_TEST

/* The grey of three channels, Pillow's formula in the type's own bits. */
static double grey_of(AugDtype dtype, int32_t y, int32_t x)
{
    const double sum =
        19595. * value_of(y, x, 0) + 38470. * value_of(y, x, 1) + 7471. * value_of(y, x, 2);
    return dtype == AUG_DTYPE_F32 ? (double)(float)(sum / 65536) : floor(sum / 65536 + .5);
}

/* From 3 channels to 1, or from 1 to 3, in a window that begins at row 5, column 9. */
static void check_converted(AugDtype dtype, bool planar, bool to_grey)
{
    const ImgPixelType type = {dtype, to_grey ? 3 : 1};
    const AugDatasetInfo info = info_of(type, planar);
    char output[80];
    snprintf(output, sizeof(output), "{layout: hwc, color: %s, dtype: %s}",
             to_grey ? "gray" : "rgb", dtype_word(dtype));
    ImageCase image_case;
    open_case(&image_case, "[CenterCrop: [11, 12]]", output, &info);
    const Raw raw = raw_make(type, planar);
    const AugSample sample = sample_of(&raw);
    void *slot = run_case(&image_case, &sample, 0);
    const AugTensorDesc *desc = &image_case.desc.tensors[0].sample;
    ck_assert_uint_eq(desc->shape[2], to_grey ? 1 : 3);
    for (int32_t y = 0; y < 11; y++)
        for (int32_t x = 0; x < 12; x++)
            for (int32_t c = 0; c < (int32_t)desc->shape[2]; c++) {
                const double want =
                    to_grey ? grey_of(dtype, y + 5, x + 9) : value_of(y + 5, x + 9, 0);
                ck_assert_double_eq_tol(tensor_value(desc, false, slot, (int32_t[]){y, x, c}), want,
                                        1e-9);
            }
    free(slot);
    free(raw.bytes);
    image_case_close(&image_case);
}

START_TEST(colours_are_converted_in_every_type)
{
    for (size_t t = 0; t < AUG_COUNT(dtypes); t++)
        for (int planar = 0; planar < 2; planar++) {
            check_converted(dtypes[t], planar, true);
            check_converted(dtypes[t], planar, false);
        }
}
END_TEST

/* Floats that lie anywhere, as a caller's bytes may, are copied to where they can be read. */
START_TEST(pixels_need_not_be_aligned)
{
    const ImgPixelType type = {AUG_DTYPE_F32, 2};
    const AugDatasetInfo info = info_of(type, false);
    Raw raw = raw_make(type, false);
    uint8_t *shifted = malloc(raw.size + 1);
    memcpy(shifted + 1, raw.bytes, raw.size);
    const AugSample straight = sample_of(&raw);
    AugSample askew = sample_of(&raw);
    askew.fields[0].bytes = shifted + 1;
    ImageCase image_case;
    open_case(&image_case, "[Rotate: {limit: [20, 20], p: 1}]", NULL, &info);
    void *first = run_case(&image_case, &straight, 0), *second = run_case(&image_case, &askew, 0);
    ck_assert_mem_eq(first, second, raw.size);
    free(first);
    free(second);
    free(shifted);
    free(raw.bytes);
    image_case_close(&image_case);
}
END_TEST

/* Single samples: a field of the type and shape that the plan's descriptor says. */
START_TEST(fields_say_what_they_hold)
{
    for (size_t t = 0; t < AUG_COUNT(dtypes); t++) {
        const ImgPixelType type = {dtypes[t], 5};
        const AugDatasetInfo info = info_of(type, true);
        ImageCase image_case;
        AugError error = {0};
        ck_assert_int_eq(
            image_case_open_any_size_of(&image_case, "[CenterCrop: [9, 8]]", &info, &error),
            AUG_OK);
        const AugFieldDesc *desc = &image_case.desc.fields[0];
        ck_assert_str_eq(desc->name, "image");
        ck_assert_int_eq(desc->form, AUG_FORM_PIXELS);
        ck_assert_int_eq(desc->tensor.dtype, dtypes[t]);
        const Raw raw = raw_make(type, true);
        const AugSample sample = sample_of(&raw);
        AugField made;
        const AugDomainJob job = {.key = &(AugKey){.seed = 1}, .samples = &sample, .n = 1};
        ck_assert_int_eq(
            aug_domain_image.augment(image_case.plan, image_case.worker, &job, &made, &error),
            AUG_OK);
        ck_assert_uint_eq(made.size, aug_tensor_size(&desc->tensor));
        ck_assert_int_eq(made.channels, 5);
        ck_assert_uint_eq(desc->tensor.shape[0], (uint64_t)made.height);
        uint8_t wanted[4];
        img_value_put(value_of(6, 11, 0), dtypes[t], wanted);
        ck_assert_mem_eq(made.bytes, wanted, img_value_size(dtypes[t]));
        free(raw.bytes);
        image_case_close(&image_case);
    }
}
END_TEST

/* The same of a plan, in batches and for single samples. */
START_TEST(a_plan_says_what_samples_become)
{
    static const char text[] = "augd: 1\n"
                               "dataset: {kind: synthetic, count: 9, channels: 6, dtype: uint16}\n"
                               "pipeline: [CenterCrop: [9, 8]]\n";
    AugError error = {0};
    AugProblems problems = {.items = &error, .capacity = 1};
    AugSpec *spec;
    AugDataset *dataset;
    ck_assert_msg(aug_spec_parse(&spec, text, sizeof(text) - 1, "test", NULL, &problems) == AUG_OK,
                  "%s", error.message);
    ck_assert_int_eq(aug_spec_open_dataset(spec, &dataset, &error), AUG_OK);
    for (int any_size = 0; any_size < 2; any_size++) {
        AugPlan *plan;
        const AugPlanOptions options = {.any_size = any_size};
        ck_assert_int_eq(aug_plan_new(&plan, spec, dataset, &options, &error), AUG_OK);
        uint32_t n = 0;
        const AugFieldDesc *fields = aug_plan_fields(plan, &n);
        ck_assert_uint_eq(n, 2);
        ck_assert_str_eq(fields[0].name, "image");
        ck_assert_int_eq(fields[0].tensor.dtype, AUG_DTYPE_U16);
        ck_assert_uint_eq(fields[0].tensor.shape[0], 9);
        ck_assert_uint_eq(fields[0].tensor.shape[1], 8);
        ck_assert_uint_eq(fields[0].tensor.shape[2], 6);
        ck_assert_str_eq(fields[1].name, "label");
        ck_assert_int_eq(fields[1].tensor.dtype, AUG_DTYPE_I64);
        aug_plan_free(plan);
    }
    aug_dataset_unref(dataset);
    aug_spec_free(spec);
}
END_TEST

static void check_refused(const char *pipeline, const char *output, const AugDatasetInfo *info,
                          const char *where, const char *sentence)
{
    ImageCase image_case;
    AugError error = {0};
    const AugStatus status = image_case_open(&image_case, pipeline, output, info, &error);
    ck_assert_msg(status == AUG_BAD_SPEC, "%s, %s: status %s", pipeline, output,
                  aug_status_name(status));
    ck_assert_msg(strstr(error.message, sentence) != NULL, "%s: '%s' does not say '%s'", output,
                  error.message, sentence);
    ck_assert_msg(strcmp(error.where, where) == 0, "%s: at '%s', wanted '%s'", pipeline,
                  error.where, where);
    image_case_close(&image_case);
}

START_TEST(operations_on_bytes_are_refused)
{
    const AugDatasetInfo reals = info_of((ImgPixelType){AUG_DTYPE_F32, 4}, false);
    const AugDatasetInfo words = info_of((ImgPixelType){AUG_DTYPE_U16, 1}, false);
    const AugDatasetInfo pairs = info_of((ImgPixelType){AUG_DTYPE_U8, 2}, false);
    check_refused("[HorizontalFlip, GaussianBlur]", NULL, &reals, "1:18",
                  "GaussianBlur works on 8-bit pictures of 1 or 3 channels; the pictures are "
                  "float32 with 4 channels");
    check_refused("[Equalize]", NULL, &words, "1:2",
                  "Equalize works on 8-bit pictures of 1 or 3 channels; the pictures are uint16 "
                  "with 1 channel");
    check_refused("[ColorJitter]", NULL, &pairs, "1:2", "the pictures are uint8 with 2 channels");
    check_refused("[RandomBrightnessContrast: {p: 0.1}]", NULL, &words, "1:2",
                  "RandomBrightnessContrast works on 8-bit");
    check_refused("[SomeOf: {n: 1, transforms: [HorizontalFlip, OneOf: {transforms: [VerticalFlip, "
                  "GaussianBlur]}]}]",
                  NULL, &reals, "1:81", "GaussianBlur works on 8-bit");
}
END_TEST

START_TEST(types_that_make_no_sense_are_refused)
{
    const AugDatasetInfo reals = info_of((ImgPixelType){AUG_DTYPE_F32, 4}, false);
    const AugDatasetInfo words = info_of((ImgPixelType){AUG_DTYPE_U16, 3}, false);
    const AugDatasetInfo bytes = info_of((ImgPixelType){AUG_DTYPE_U8, 3}, false);
    const AugDatasetInfo files = image_info_encoded();
    AugDatasetInfo numbers = bytes, many = bytes;
    numbers.fields[0].tensor.dtype = AUG_DTYPE_I64;
    many.fields[0].tensor.shape[2] = 17;
    check_refused("[]", "{dtype: uint8}", &reals, "",
                  "dtype is uint8 and the pictures are float32; allowed is float32");
    check_refused("[]", "{dtype: uint16}", &reals, "", "allowed is float32");
    check_refused("[]", "{dtype: uint8}", &words, "",
                  "dtype is uint8 and the pictures are uint16; allowed is float32 or uint16");
    check_refused("[]", "{dtype: uint16}", &bytes, "",
                  "dtype is uint16 and the pictures are uint8; allowed is float32 or uint8");
    check_refused("[Resize: [8, 8]]", "{dtype: uint16}", &files, "",
                  "decode: uint16 reads picture files as uint16");
    check_refused("[Resize: [8, 8]]", "{dtype: uint8, decode: uint16}", &files, "",
                  "decode: uint8 reads picture files as uint8");
    check_refused("[]", "{decode: uint16}", &bytes, "",
                  "decode is uint16 and the data set holds raw pixels of uint8");
    check_refused("[]", "{decode: uint16}", &reals, "", "raw pixels of float32");
    check_refused("[]", NULL, &numbers, "", "are I64; allowed are U8, U16 and F32");
    check_refused("[]", NULL, &many, "", "have 17 channels; allowed are 1 to 16");
    check_refused("[]", "{color: gray}", &reals, "",
                  "color is gray and the pictures have 4 channels");
    check_refused("[]", "{color: rgb}", &reals, "", "use color: auto");
    check_refused("[]", "{dtype: uint16, normalize: half}", &words, "",
                  "dtype uint16 holds pixel values 0 to 65535, which cannot be normalized");
    check_refused("[]", "{normalize: imagenet}", &reals, "",
                  "imagenet has 3 values and the pictures have 4 channels; give 1 or 4");
    check_refused("[Pad: {padding: 1, fill: [1, 2, 3]}]", NULL, &reals, "1:2",
                  "Pad.fill has 3 values and the pictures have 4 channels");
}
END_TEST

START_TEST(samples_that_are_not_as_announced)
{
    const ImgPixelType type = {AUG_DTYPE_F32, 4};
    const AugDatasetInfo info = info_of(type, false);
    const Raw raw = raw_make(type, false);
    ImageCase image_case;
    open_case(&image_case, "[]", NULL, &info);
    float slot[HEIGHT * WIDTH * 4];
    AugSample sample = sample_of(&raw);
    AugError error = {0};
    sample.fields[0].channels = 3;
    ck_assert_int_eq(image_case_run(&image_case, &(AugKey){0}, &sample, slot, &error),
                     AUG_UNSUPPORTED);
    ck_assert_msg(strstr(error.message, "3 channels; the data set says that all have 4"), "%s",
                  error.message);
    sample.fields[0].channels = 4;
    sample.fields[0].size = raw.size - 1;
    ck_assert_int_eq(image_case_run(&image_case, &(AugKey){0}, &sample, slot, &error), AUG_CORRUPT);
    ck_assert_msg(strstr(error.message, "10079 bytes for a picture that has 10080"), "%s",
                  error.message);
    free(raw.bytes);
    image_case_close(&image_case);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("types of pixels");
    TCase *tests = tcase_create("image domain");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, pixels_move_alike_in_every_type);
    tcase_add_test(tests, resized_and_normalized_floats);
    tcase_add_test(tests, white_is_one);
    tcase_add_test(tests, fills_of_every_type);
    tcase_add_test(tests, noise_of_every_type);
    tcase_add_test(tests, gauss_noise_of_every_type);
    tcase_add_test(tests, colours_are_converted_in_every_type);
    tcase_add_test(tests, pixels_need_not_be_aligned);
    tcase_add_test(tests, fields_say_what_they_hold);
    tcase_add_test(tests, a_plan_says_what_samples_become);
    tcase_add_test(tests, operations_on_bytes_are_refused);
    tcase_add_test(tests, types_that_make_no_sense_are_refused);
    tcase_add_test(tests, samples_that_are_not_as_announced);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
