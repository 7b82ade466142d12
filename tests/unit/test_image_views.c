/* Batches of pictures with targets through the real loader: views, ragged tensors, and mixes that
 * take masks along. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aug/aug.h"
#include "libaug/run/plan.h"
#include "tests/support/pictures.h"
#include "tests/support/targets_case.h"

enum { N_SAMPLES = 7 };

static const AugSize side = {.height = 96, .width = 120};

/* A data set in memory: JPEG pictures with PNG masks, or raw ones; i boxes and points in sample i.
 */
typedef struct Set {
    uint8_t *pictures[N_SAMPLES], *masks[N_SAMPLES];
    float boxes[N_SAMPLES][4], points[N_SAMPLES][2];
    int64_t tags[N_SAMPLES];
    uint8_t marks[N_SAMPLES][2];
    AugField fields[N_SAMPLES][TARGETS_FIELDS];
    AugSample samples[N_SAMPLES];
    AugDatasetInfo info;
    AugDataset *dataset;
} Set;

static void set_rows(Set *set)
{
    for (int i = 0; i < N_SAMPLES; i++) {
        const float x = (float)(9 * i), y = (float)(7 * i);
        memcpy(set->boxes[i], (float[4]){x, y, x + 30, y + 20}, sizeof(set->boxes[i]));
        memcpy(set->points[i], (float[2]){x + 15, y + 10}, sizeof(set->points[i]));
        set->tags[i] = 100 + i;
        set->marks[i][0] = set->marks[i][1] = (uint8_t)i;
    }
}

static void set_picture(Set *set, int i, bool encoded)
{
    uint64_t state = (uint64_t)i;
    const AugImage scene = test_scene(&state, side.width, side.height, 3);
    const AugImage mask = test_noise(&state, side.width, side.height, 1);
    AugField *fields = set->fields[i];
    if (encoded) {
        size_t size, mask_size;
        set->pictures[i] = test_jpeg(&scene, &(TestJpeg){.h_samp = 2, .v_samp = 2}, &size);
        ck_assert_int_eq(aug_image_encode_png(&mask, &set->masks[i], &mask_size, NULL), AUG_OK);
        fields[TARGETS_IMAGE] = targets_file(set->pictures[i], size);
        fields[TARGETS_MASK] = targets_file(set->masks[i], mask_size);
    } else {
        set->pictures[i] = image_copy(&scene);
        set->masks[i] = image_copy(&mask);
        fields[TARGETS_IMAGE] = targets_pixels(set->pictures[i], side, 3);
        fields[TARGETS_MASK] = targets_pixels(set->masks[i], side, 1);
    }
    free(scene.pixels);
    free(mask.pixels);
}

/* n_fields: TARGETS_FIELDS, or fewer. */
static void set_open(Set *set, bool encoded, uint32_t n_fields)
{
    memset(set, 0, sizeof(*set));
    set_rows(set);
    for (int i = 0; i < N_SAMPLES; i++) {
        static char names[N_SAMPLES][32];
        AugField *fields = set->fields[i];
        set_picture(set, i, encoded);
        const uint32_t n = (uint32_t)i;
        fields[TARGETS_BOXES] = targets_rows(set->boxes, n, sizeof(set->boxes[0]));
        fields[TARGETS_TAGS] = targets_rows(set->tags, n, sizeof(set->tags[0]));
        fields[TARGETS_POINTS] = targets_rows(set->points, n, sizeof(set->points[0]));
        fields[TARGETS_MARKS] = targets_rows(set->marks, n, sizeof(set->marks[0]));
        snprintf(names[i], sizeof(names[i]), "sample %d", i);
        set->samples[i] = (AugSample){.name = names[i], .fields = fields};
    }
    set->info = targets_info(side, encoded ? 0 : 3);
    set->info.n_fields = n_fields;
    set->dataset = targets_dataset(&set->info, set->samples, N_SAMPLES);
}

static void set_close(Set *set)
{
    aug_dataset_unref(set->dataset);
    for (int i = 0; i < N_SAMPLES; i++) {
        free(set->pictures[i]);
        free(set->masks[i]);
    }
}

/* One epoch as one batch. */
typedef struct Epoch {
    AugSpec *spec;
    AugPlan *plan;
    AugBatch *batch;
} Epoch;

static void epoch_open(Epoch *epoch, const Set *set, const char *sections, uint32_t threads)
{
    AugError first = {0};
    AugProblems problems = {.items = &first, .capacity = 1};
    char *text = test_path("{augd: 1, seed: 3, %s}", sections);
    ck_assert_msg(aug_spec_parse(&epoch->spec, text, strlen(text), "views", NULL, &problems) ==
                      AUG_OK,
                  "%s: %s", first.where, first.message);
    free(text);
    ck_assert_msg(aug_plan_new(&epoch->plan, epoch->spec, set->dataset, NULL, &first) == AUG_OK,
                  "%s: %s", first.where, first.message);
    AugLoader *loader;
    const AugLoaderOptions options = {.threads = threads, .epochs = 1};
    ck_assert_int_eq(aug_loader_new(&loader, epoch->plan, &options, NULL), AUG_OK);
    const AugStatus status = aug_loader_next(loader, &epoch->batch, &first);
    ck_assert_msg(status == AUG_OK, "%s: %s", first.where, first.message);
    aug_loader_free(loader);
}

static void epoch_close(Epoch *epoch)
{
    aug_batch_free(epoch->batch);
    aug_plan_free(epoch->plan);
    aug_spec_free(epoch->spec);
}

static AugTensor tensor(const Epoch *epoch, const char *name)
{
    AugTensor found = {0};
    ck_assert_msg(aug_batch_tensor(epoch->batch, name, &found), "no tensor %s", name);
    return found;
}

static bool is_same(const AugTensor *a, const AugTensor *b)
{
    const size_t size = aug_tensor_size(&a->desc);
    return size == aug_tensor_size(&b->desc) && memcmp(a->bytes, b->bytes, size) == 0;
}

static const char *const target_names[] = {
    "data", "mask", "boxes", "boxes.offsets", "points", "points.offsets", "tags", "marks",
};

/* "boxes.offsets" of view 2 is "boxes.2.offsets". */
static void name_in_view(char *name, size_t size, const char *plain, uint32_t view)
{
    const char *dot = strchr(plain, '.');
    const int length = dot ? (int)(dot - plain) : (int)strlen(plain);
    if (view == 0)
        snprintf(name, size, "%s", plain);
    else
        snprintf(name, size, "%.*s.%u%s", length, plain, view, dot ? dot : "");
}

#define CHAIN                                                                              \
    "pipeline: [HorizontalFlip, RandomResizedCrop: {size: [40, 48], scale: [0.05, 0.3]}, " \
    "RandomBrightnessContrast: {p: 1}], output: {dtype: uint8, layout: hwc}, "

/* A stream of more views begins with that of fewer, whatever is decoded for the others. */
START_TEST(more_views_leave_the_others_as_they_are)
{
    Set set;
    Epoch one, two, three;
    set_open(&set, _i, TARGETS_FIELDS);
    epoch_open(&one, &set, CHAIN "batch: {size: 7}", 1);
    epoch_open(&two, &set, CHAIN "batch: {size: 7, views: 2}", 2);
    epoch_open(&three, &set, CHAIN "batch: {size: 7, views: 3}", 3);
    for (size_t i = 0; i < AUG_COUNT(target_names); i++) {
        AugTensor views[3];
        for (uint32_t v = 0; v < 3; v++) {
            char name[64];
            name_in_view(name, sizeof(name), target_names[i], v);
            views[v] = tensor(&three, name);
            if (v == 2)
                continue;
            const AugTensor other = tensor(&two, name);
            ck_assert_msg(is_same(&views[v], &other), "%s differs between 2 and 3 views", name);
        }
        const AugTensor only = tensor(&one, target_names[i]);
        ck_assert_msg(is_same(&views[0], &only), "%s differs between 1 and 3 views",
                      target_names[i]);
        ck_assert_msg(!is_same(&views[0], &views[1]) && !is_same(&views[1], &views[2]),
                      "views of %s are the same", target_names[i]);
    }
    epoch_close(&one);
    epoch_close(&two);
    epoch_close(&three);
    set_close(&set);
}
END_TEST

/* Runs a recipe on a whole picture or mask; the caller frees the pixels. */
static AugImage run_whole(const ImgPlan *plan, const ImgRecipe *recipe, ImgTarget target,
                          const AugImage *pixels)
{
    ImgNeeds needs = {0};
    ImgRunMemory memory = {0};
    ImgResult made;
    ck_assert_int_eq(img_recipe_needs(recipe, target, &needs, NULL), AUG_OK);
    const ImgSource source = img_source_all(pixels);
    const ImgRunJob job = {
        .recipe = recipe, .needs = &needs, .source = &source, .noise = &plan->noise};
    ck_assert_int_eq(img_recipe_run(&job, &memory, &made, NULL), AUG_OK);
    AugImage result = made.image;
    result.pixels = image_copy(&made.image);
    result.row_size = (size_t)result.width * (size_t)result.channels;
    img_needs_fini(&needs);
    img_run_memory_fini(&memory);
    return result;
}

/* The same on a file with the draws of a key. */
static AugImage make_whole(const ImgPlan *plan, const AugKey *key, const AugField *field,
                           ImgTarget target)
{
    ImgHeader header;
    ImgDecoder *decoder;
    ImgRecipe recipe = {0};
    AugImage pixels;
    ImgWindow got;
    const AugLimits *limits = plan->limits;
    ck_assert_int_eq(img_decoder_new(&decoder, NULL), AUG_OK);
    ck_assert_int_eq(img_header(field->bytes, field->size, limits, &header, NULL), AUG_OK);
    const ImgDecodeJob job = {.bytes = field->bytes,
                              .size = field->size,
                              .header = &header,
                              .channels = target == IMG_TARGET_MASK ? 1 : 3};
    ck_assert_int_eq(img_decode(decoder, &job, limits, &pixels, &got, NULL), AUG_OK);
    ImgRecipeInput input = plan->input;
    input.stored = side;
    ck_assert_int_eq(img_recipe_reserve(&recipe, plan->n_ops, NULL), AUG_OK);
    ck_assert_int_eq(img_recipe_build(&recipe, &input, key, NULL), AUG_OK);
    const AugImage result = run_whole(plan, &recipe, target, &pixels);
    img_recipe_fini(&recipe);
    img_decoder_free(decoder);
    return result;
}

/* Ends the test unless sample i of a view is what its recipe makes of the whole stored files. */
static void check_sample(const Epoch *epoch, const Set *set, uint32_t view, uint32_t i)
{
    static const ImgTarget targets[] = {IMG_TARGET_IMAGE, IMG_TARGET_MASK};
    static const int fields[] = {TARGETS_IMAGE, TARGETS_MASK};
    static const char *const names[] = {"data", "mask"};
    const uint64_t index = (uint64_t)((const int64_t *)tensor(epoch, "index").bytes)[i];
    const AugKey key = {.seed = 3, .sample = index, .view = (uint8_t)view};
    for (int t = 0; t < 2; t++) {
        const AugImage wanted = make_whole(augi_plan_domain(epoch->plan), &key,
                                           &set->fields[index][fields[t]], targets[t]);
        char name[64];
        name_in_view(name, sizeof(name), names[t], view);
        AugImage got = wanted;
        got.pixels = (uint8_t *)(uintptr_t)tensor(epoch, name).bytes +
                     i * wanted.row_size * (size_t)wanted.height;
        image_assert_equal(&got, &wanted, name);
        free(wanted.pixels);
    }
}

START_TEST(each_view_is_as_if_all_had_been_decoded)
{
    Set set;
    Epoch epoch;
    set_open(&set, true, TARGETS_FIELDS);
    epoch_open(&epoch, &set, CHAIN "batch: {size: 7, views: 3}", 2);
    for (uint32_t v = 0; v < 3; v++)
        for (uint32_t i = 0; i < N_SAMPLES; i++)
            check_sample(&epoch, &set, v, i);
    epoch_close(&epoch);
    set_close(&set);
}
END_TEST

static bool holds(const ImgSource *source, ImgWindow window)
{
    return source->x <= window.x0 && source->y <= window.y0 &&
           window.x1 <= source->x + source->pixels.width &&
           window.y1 <= source->y + source->pixels.height;
}

/* What a sample has loaded when it is done is the one window that all views need of it, not all of
 * it, and the same for the mask. */
START_TEST(views_share_one_window)
{
    Set set;
    Epoch epoch;
    set_open(&set, true, 2);
    epoch_open(&epoch, &set,
               "pipeline: [RandomCrop: 24], output: {dtype: uint8}, batch: {size: 7, views: 2}", 1);
    const ImgPlan *plan = augi_plan_domain(epoch.plan);
    ImgWorker *worker;
    ck_assert_int_eq(img_worker_make(&worker, NULL, NULL), AUG_OK);
    static uint8_t memory[4][24 * 24 * 3];
    AugOut outs[4];
    for (int i = 0; i < 4; i++)
        outs[i] = (AugOut){.bytes = memory[i]};
    int n_smaller = 0;
    for (uint64_t i = 0; i < N_SAMPLES; i++) {
        const AugKey key = {.seed = 3, .sample = i};
        const AugDomainJob job = {.key = &key, .samples = &set.samples[i], .n = 1};
        ck_assert_int_eq(aug_domain_image.run(plan, worker, &job, outs, NULL), AUG_OK);
        const ImgWindow first = worker->needs.loaded, second = worker->further[0].needs.loaded;
        const ImgSource *mask = &worker->targets.masks.source;
        ck_assert(holds(&worker->source, first) && holds(&worker->source, second));
        ck_assert(holds(mask, first) && holds(mask, second));
        const ImgWindow both = img_window_around(first, second);
        ck_assert_int_eq(mask->pixels.height, both.y1 - both.y0);
        ck_assert_int_eq(mask->pixels.width, both.x1 - both.x0);
        n_smaller += worker->source.pixels.height < side.height;
    }
    ck_assert_int_gt(n_smaller, 3);
    img_worker_free(worker);
    epoch_close(&epoch);
    set_close(&set);
}
END_TEST

/* Every row of a ragged tensor is that of the sample alone: kept tags say which. */
START_TEST(ragged_rows_belong_to_their_samples)
{
    Set set;
    Epoch epoch;
    set_open(&set, false, TARGETS_FIELDS);
    epoch_open(&epoch, &set,
               "pipeline: [CenterCrop: 64], batch: {size: 7, views: 2, shuffle: false}", 2);
    for (uint32_t v = 0; v < 2; v++) {
        const AugTensor boxes = tensor(&epoch, v ? "boxes.1" : "boxes");
        const AugTensor tags = tensor(&epoch, v ? "tags.1" : "tags");
        const int64_t *at = tensor(&epoch, v ? "boxes.1.offsets" : "boxes.offsets").bytes;
        const int64_t *tag_at = tensor(&epoch, v ? "tags.1.offsets" : "tags.offsets").bytes;
        ck_assert_mem_eq(at, tag_at, (N_SAMPLES + 1) * sizeof(*at));
        ck_assert_int_eq(at[0], 0);
        for (int i = 0; i < N_SAMPLES; i++) {
            /* The crop begins at (28, 16): the first box, of which 2 x 4 pixels are seen, stays. */
            ck_assert_int_eq(at[i + 1] - at[i], i);
            for (int64_t k = 0; k < i; k++) {
                const float *box = (const float *)boxes.bytes + 4 * (at[i] + k);
                ck_assert_int_eq(((const int64_t *)tags.bytes)[at[i] + k], 100 + k);
                const float x1 = (float)(9 * k + 30 - 28), y1 = (float)(7 * k + 20 - 16);
                ck_assert_double_eq((double)box[2], (double)(x1 < 64 ? x1 : 64));
                ck_assert_double_eq((double)box[3], (double)(y1 < 64 ? y1 : 64));
                ck_assert_double_eq((double)box[0], k > 3 ? (double)(9 * k - 28) : 0);
            }
        }
    }
    epoch_close(&epoch);
    set_close(&set);
}
END_TEST

#define TO_MIX                                                                                  \
    "pipeline: [RandomCrop: {size: [60, 90]}, HorizontalFlip], output: {dtype: uint8, layout: " \
    "chw, color: gray}, "

/* The mask of every view takes its box from the partner where the picture of that view does: a mask
 * that holds the picture's own values shows the same mix as the picture. */
START_TEST(masks_are_pasted_as_pictures_are)
{
    Set set;
    Epoch plain, mixed;
    set_open(&set, false, 2);
    for (int i = 0; i < N_SAMPLES; i++)
        for (int p = 0; p < side.height * side.width; p++)
            for (int c = 0; c < 3; c++)
                set.pictures[i][3 * p + c] = set.masks[i][p];
    epoch_open(&plain, &set, TO_MIX "batch: {size: 7, views: 2}", 1);
    epoch_open(&mixed, &set,
               TO_MIX "batch: {size: 7, views: 2, mix: [CutMix: {scope: sample}, CutMix]}", 2);
    static const char *const names[2][2] = {{"data", "mask"}, {"data.1", "mask.1"}};
    for (int v = 0; v < 2; v++) {
        const AugTensor data = tensor(&mixed, names[v][0]), mask = tensor(&mixed, names[v][1]);
        const AugTensor before = tensor(&plain, names[v][0]);
        ck_assert_uint_eq(aug_tensor_size(&data.desc), aug_tensor_size(&mask.desc));
        ck_assert_mem_eq(data.bytes, mask.bytes, aug_tensor_size(&data.desc));
        ck_assert_msg(!is_same(&data, &before), "%s is not mixed", names[v][0]);
    }
    epoch_close(&plain);
    epoch_close(&mixed);
    set_close(&set);
}
END_TEST

/* Without masks, a mix of values reaches all views, with one share. */
START_TEST(all_views_are_blended)
{
    Set set;
    Epoch plain, mixed;
    set_open(&set, false, 1);
    epoch_open(&plain, &set, "batch: {size: 7, views: 2, shuffle: false}", 1);
    epoch_open(&mixed, &set, "batch: {size: 7, views: 2, shuffle: false, mix: [MixUp]}", 2);
    const AugTensor own = tensor(&plain, "data"), first = tensor(&mixed, "data");
    const AugTensor second = tensor(&mixed, "data.1");
    ck_assert_msg(!is_same(&own, &first), "data is not mixed");
    /* Without random operations both views are the same before, and so after. */
    ck_assert(is_same(&first, &second));
    epoch_close(&plain);
    epoch_close(&mixed);
    set_close(&set);
}
END_TEST

/* A sample that cannot be made ends the stream with its name. */
START_TEST(a_bad_sample_is_named)
{
    Set set;
    set_open(&set, true, TARGETS_FIELDS);
    set.fields[4][TARGETS_MASK] = set.fields[4][TARGETS_IMAGE];
    AugError error = {0};
    AugProblems problems = {.items = &error, .capacity = 1};
    static const char text[] = "{augd: 1, pipeline: [CenterCrop: 8], batch: {size: 7}}";
    Epoch epoch;
    ck_assert_int_eq(aug_spec_parse(&epoch.spec, text, strlen(text), "s", NULL, &problems), AUG_OK);
    ck_assert_int_eq(aug_plan_new(&epoch.plan, epoch.spec, set.dataset, NULL, &error), AUG_OK);
    AugLoader *loader;
    ck_assert_int_eq(aug_loader_new(&loader, epoch.plan, &(AugLoaderOptions){.threads = 2}, NULL),
                     AUG_OK);
    ck_assert_int_eq(aug_loader_next(loader, &epoch.batch, &error), AUG_UNSUPPORTED);
    ck_assert_str_eq(error.where, "sample 4");
    ck_assert_msg(strstr(error.message, "the mask has 3 channels"), "%s", error.message);
    aug_loader_free(loader);
    aug_plan_free(epoch.plan);
    aug_spec_free(epoch.spec);
    set_close(&set);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("batches of pictures with targets");
    TCase *views = tcase_create("views");
    tcase_set_timeout(views, 60);
    tcase_add_loop_test(views, more_views_leave_the_others_as_they_are, 0, 2);
    tcase_add_test(views, each_view_is_as_if_all_had_been_decoded);
    tcase_add_test(views, views_share_one_window);
    tcase_add_test(views, ragged_rows_belong_to_their_samples);
    suite_add_tcase(suite, views);
    TCase *mixes = tcase_create("mixes");
    tcase_set_timeout(mixes, 60);
    tcase_add_test(mixes, masks_are_pasted_as_pictures_are);
    tcase_add_test(mixes, all_views_are_blended);
    tcase_add_test(mixes, a_bad_sample_is_named);
    suite_add_tcase(suite, mixes);
    return test_run(suite);
}
