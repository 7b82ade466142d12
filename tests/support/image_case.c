/* Binds a pipeline from text and runs the image domain's hooks on it directly. */
#include "tests/support/image_case.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libaug/data/dataset.h"
#include "tests/support/support.h"

static AugStatus parse(AugiTreeDocument **out, const char *text, const AugLimits *limits,
                       AugProblems *problems)
{
    return augi_tree_parse(out, text, strlen(text), "case", limits, problems);
}

static AugStatus bind(ImageCase *image_case, const char *pipeline, const char *output, bool batch,
                      AugError *error)
{
    *image_case = (ImageCase){0};
    aug_limits_init(&image_case->limits);
    AugError first = {0};
    AugProblems problems = {.items = &first, .capacity = 1, .source_name = "case"};
    size_t n_ops = 0;
    if (parse(&image_case->document, pipeline, &image_case->limits, &problems) == AUG_OK)
        augi_ops_parse(&image_case->document->root, batch, &n_ops, &image_case->ops, &problems);
    const AugiTree *map = NULL;
    if (output &&
        parse(&image_case->output_document, output, &image_case->limits, &problems) == AUG_OK)
        map = &image_case->output_document->root;
    augi_params_bind(&aug_domain_image.output, map, NULL, "output", &image_case->output, &problems);
    return aug_problems_first(&problems, error);
}

static AugStatus compile(ImageCase *image_case, bool any_size, AugError *error)
{
    const AugDomainInput input = {
        .pipeline = &image_case->ops,
        .n_views = 1,
        .output = &image_case->output,
        .dataset = &image_case->info,
        .limits = &image_case->limits,
        .any_size = any_size,
    };
    void *plan;
    AUG_TRY(aug_domain_image.compile(&input, &plan, &image_case->desc, error));
    image_case->plan = plan;
    AUG_TRY(img_worker_make(&image_case->worker, NULL, error));
    return img_worker_set_plan(image_case->worker, image_case->plan, error);
}

AugStatus image_case_open(ImageCase *image_case, const char *pipeline, const char *output,
                          const AugDatasetInfo *info, AugError *error)
{
    AUG_TRY(bind(image_case, pipeline, output, false, error));
    image_case->info = *info;
    return compile(image_case, false, error);
}

AugStatus image_case_open_any_size_of(ImageCase *image_case, const char *pipeline,
                                      const AugDatasetInfo *info, AugError *error)
{
    AUG_TRY(bind(image_case, pipeline, NULL, false, error));
    image_case->info = *info;
    return compile(image_case, true, error);
}

AugStatus image_case_open_any_size(ImageCase *image_case, const char *pipeline, int32_t channels,
                                   AugError *error)
{
    const AugDatasetInfo info = channels ? image_info(0, 0, channels) : image_info_encoded();
    return image_case_open_any_size_of(image_case, pipeline, &info, error);
}

AugStatus image_case_open_mix(ImageCase *image_case, const char *mix, AugError *error)
{
    return bind(image_case, mix, NULL, true, error);
}

void image_case_close(ImageCase *image_case)
{
    img_worker_free(image_case->worker);
    aug_domain_image.plan_free(image_case->plan);
    augi_ops_free(&image_case->ops);
    augi_params_fini(&aug_domain_image.output, &image_case->output);
    augi_tree_free(image_case->document);
    augi_tree_free(image_case->output_document);
    *image_case = (ImageCase){0};
}

AugImage image_case_picture(ImageCase *image_case, uint64_t index, const AugSample *sample)
{
    const AugKey key = {.seed = 7, .sample = index};
    AugImage image;
    AugError error = {0};
    const AugStatus status = img_augment(image_case->worker, &key, sample, &image, &error);
    ck_assert_msg(status == AUG_OK, "%s: %s", error.where, error.message);
    return image;
}

static AugDatasetInfo info_of(const AugFieldDesc *image, uint32_t n_classes)
{
    AugDatasetInfo info = {.n_samples = 1000, .n_classes = n_classes, .n_fields = 1};
    info.fields[0] = *image;
    return info;
}

AugDatasetInfo image_info(int32_t height, int32_t width, int32_t channels)
{
    const AugSize size = {.height = height, .width = width};
    const AugFieldDesc image = augi_field_pixels(size, channels, false);
    return info_of(&image, 10);
}

AugDatasetInfo image_info_encoded(void)
{
    const AugFieldDesc image = augi_field_encoded();
    return info_of(&image, 0);
}

/* Samples are values and their fields are pointed to: more than any test has at once. */
static AugField *next_field(void)
{
    static AugField fields[1024];
    static unsigned next;
    return &fields[next++ % AUG_COUNT(fields)];
}

AugSample image_sample(const uint8_t *pixels, int32_t height, int32_t width, int32_t channels)
{
    AugField *field = next_field();
    *field = (AugField){
        .bytes = pixels,
        .size = (size_t)height * (size_t)width * (size_t)channels,
        .height = height,
        .width = width,
        .channels = channels,
    };
    return (AugSample){.name = "test picture", .fields = field};
}

AugSample image_sample_encoded(const void *bytes, size_t size, const char *name)
{
    AugField *field = next_field();
    *field = (AugField){.bytes = bytes, .size = size};
    return (AugSample){.name = name, .fields = field};
}

AugStatus image_case_run(ImageCase *image_case, const AugKey *key, const AugSample *sample,
                         void *slot, AugError *error)
{
    AugOut out = {.bytes = slot};
    const AugDomainJob job = {.key = key, .samples = sample, .n = 1};
    return aug_domain_image.run(image_case->plan, image_case->worker, &job, &out, error);
}

void image_case_mix(const ImgPlan *plan, const ImgMixItem *item, const void *own,
                    const void *partner, void *slot)
{
    const AugOut mine = {.bytes = (void *)(uintptr_t)own};
    const AugOut theirs = {.bytes = (void *)(uintptr_t)partner};
    const AugOut out = {.bytes = slot};
    aug_domain_image.mix(plan, &item->base, &mine, &theirs, &out);
}

uint8_t *image_pixels(int32_t height, int32_t width, int32_t channels, uint32_t seed)
{
    uint8_t *pixels = malloc((size_t)height * (size_t)width * (size_t)channels + 1);
    ck_assert_ptr_nonnull(pixels);
    AugRng rng = aug_rng_make(&(AugKey){.seed = seed});
    uint8_t *to = pixels;
    for (int32_t y = 0; y < height; y++)
        for (int32_t x = 0; x < width; x++)
            for (int32_t c = 0; c < channels; c++) {
                const int32_t slope = (x * 3 + y * 2 + c * 70) % 192;
                *to++ = (uint8_t)(slope + (int32_t)(aug_rng_u32(&rng) & 63));
            }
    return pixels;
}

uint8_t *image_copy(const AugImage *image)
{
    const size_t row_size = (size_t)image->width * (size_t)image->channels;
    uint8_t *copy = malloc(row_size * (size_t)image->height + 1);
    ck_assert_ptr_nonnull(copy);
    for (int32_t y = 0; y < image->height; y++)
        memcpy(copy + (size_t)y * row_size, image->pixels + (size_t)y * image->row_size, row_size);
    return copy;
}

void image_assert_equal(const AugImage *got, const AugImage *wanted, const char *what)
{
    ck_assert_msg(got->height == wanted->height && got->width == wanted->width &&
                      got->channels == wanted->channels,
                  "%s: %d x %d x %d, wanted %d x %d x %d", what, got->height, got->width,
                  got->channels, wanted->height, wanted->width, wanted->channels);
    const size_t row_size = (size_t)got->width * (size_t)got->channels;
    for (int32_t y = 0; y < got->height; y++) {
        const uint8_t *a = got->pixels + (size_t)y * got->row_size;
        const uint8_t *b = wanted->pixels + (size_t)y * wanted->row_size;
        for (size_t i = 0; i < row_size; i++)
            if (a[i] != b[i])
                ck_abort_msg("%s: row %d, byte %zu is %d, wanted %d", what, y, i, a[i], b[i]);
    }
}
