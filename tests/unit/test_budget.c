/* What a sample takes is known before it is made: no step counts more than the plan says, whatever
 * the operations; a spec or a sample beyond what is allowed is refused with its figures. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aug/aug.h"
#include "image/domain/budget.h"
#include "image/op.h"
#include "image/pixels/work.h"
#include "libaug/run/plan.h"
#include "libaug/run/thread.h"
#include "tests/support/datasets.h"
#include "tests/support/pictures.h"

#define MIB ((size_t)1 << 20)

/* A spec compiled for a data set. */
typedef struct Case {
    AugLimits limits;
    AugDataset *dataset;
    AugSpec *spec;
    AugPlan *plan;
    AugError error;
} Case;

static AugStatus case_compile(Case *c, AugDataset *dataset, const char *text)
{
    AugProblems problems = {.items = &c->error, .capacity = 1};
    c->dataset = dataset;
    ck_assert_msg(aug_spec_parse(&c->spec, text, strlen(text), "s", &c->limits, &problems) ==
                      AUG_OK,
                  "%s: %s\n%s", c->error.where, c->error.message, text);
    return aug_plan_new(&c->plan, c->spec, dataset, NULL, &c->error);
}

static void case_close(Case *c)
{
    aug_plan_free(c->plan);
    aug_spec_free(c->spec);
    c->plan = NULL;
    c->spec = NULL;
}

static Case case_begin(void)
{
    Case c = {0};
    aug_limits_init(&c.limits);
    return c;
}

/* Makes a sample as a loader does, with memory of its own. *work: what its steps counted, *peak:
 * what the worker held at most. */
static AugStatus make(const Case *c, uint64_t index, uint64_t *work, size_t *peak, AugError *error)
{
    const AugPlan *plan = c->plan;
    AugiThread thread;
    augi_thread_init(&thread, 0);
    AugSample sample;
    AugOut outs[AUG_MAX_TENSORS] = {0};
    void *worker;
    ck_assert_int_eq(aug_dataset_read(c->dataset, index, &thread.buffers[0], &sample, NULL),
                     AUG_OK);
    ck_assert_int_eq(augi_thread_worker(&thread, plan->domain, &worker, NULL), AUG_OK);
    for (uint32_t t = 0; t < plan->n_made; t++)
        outs[t].bytes = malloc(plan->slots[t].size + 1);
    const AugKey key = {.seed = 7, .sample = index};
    const AugDomainJob job = {.key = &key, .samples = &sample, .n = 1};
    const AugStatus status = plan->domain->run(plan->domain_plan, worker, &job, outs, error);
    *work = img_worker_work(worker);
    *peak = thread.allowance.peak;
    for (uint32_t t = 0; t < plan->n_made; t++)
        free(outs[t].bytes);
    augi_thread_fini(&thread);
    return status;
}

/* Samples of a plan take no more work than it says. Returns the most that was counted. */
static uint64_t check_samples(const Case *c, uint64_t n, const char *text)
{
    uint64_t most = 0;
    for (uint64_t i = 0; i < n; i++) {
        AugError error = {0};
        uint64_t work;
        size_t peak;
        const AugStatus status = make(c, i, &work, &peak, &error);
        ck_assert_msg(status == AUG_OK || status == AUG_BAD_SPEC, "%s: %s\n%s", error.where,
                      error.message, text);
        ck_assert_msg(work <= aug_plan_work(c->plan), "%llu of %llu\n%s", (unsigned long long)work,
                      (unsigned long long)aug_plan_work(c->plan), text);
        most = work > most ? work : most;
    }
    return most;
}

/* Every operation, as its documentation shows it, between a picture that is not square and a crop.
 */
START_TEST(no_operation_counts_more_than_it_says)
{
    AugDataset *dataset = test_open("synthetic:count=6,size=[40,56]");
    size_t n_ops = 0;
    for (size_t i = 0; i < augi_n_ops; i++) {
        const AugOpDesc *desc = augi_ops[i];
        if (desc->domain != &aug_domain_image || desc->scope != AUG_OP_SAMPLE)
            continue;
        n_ops++;
        for (size_t k = 0; k < desc->n_examples; k++) {
            Case c = case_begin();
            char *text = test_path("{augd: 1, pipeline: [%s: %s, CenterCrop: 48]}", desc->name,
                                   desc->examples[k].params);
            if (case_compile(&c, dataset, text) == AUG_OK) {
                const uint64_t most = check_samples(&c, 6, text);
                /* The crop is written in any case. */
                ck_assert_msg(most >= 48 * 48 * IMG_PASSES_OUTPUT, "%llu\n%s",
                              (unsigned long long)most, text);
            }
            case_close(&c);
            free(text);
        }
    }
    ck_assert_uint_ge(n_ops, 15);
    aug_dataset_unref(dataset);
}
END_TEST

static int pick(AugRng *rng, int low, int high)
{
    return (int)aug_rng_integer(rng, low, high);
}

/* Any operation with any parameters. */
static void add_op(TestText *text, AugRng *rng)
{
    static const char *const filters[] = {"nearest", "box", "bilinear", "bicubic"};
    static const char *const borders[] = {"constant", "reflect", "edge"};
    static const char *const plain[] = {"HorizontalFlip",          "VerticalFlip", "Transpose",
                                        "RandomRotate90",          "Equalize",     "ColorJitter",
                                        "RandomBrightnessContrast"};
    static const char *const fills[] = {"random", "mean", "7"};
    const char *p[] = {"0.5", "1"};
    const char *often = p[aug_rng_below(rng, 2)], *filter = filters[aug_rng_below(rng, 4)];
    const char *border = borders[aug_rng_below(rng, 3)], *fill = fills[aug_rng_below(rng, 3)];
    const int a = pick(rng, 1, 60), b = pick(rng, 1, 60);
    switch (aug_rng_below(rng, 12)) {
    case 0:
        test_text_add(text, "Resize: {size: [%d, %d], interpolation: %s, p: %s}", a, b, filter,
                      often);
        break;
    case 1:
        test_text_add(text, "Resize: {size: %d, interpolation: %s}", a, filter);
        break;
    case 2:
        test_text_add(text, "RandomResizedCrop: {size: [%d, %d], interpolation: %s, p: %s}", a, b,
                      filter, often);
        break;
    case 3:
        test_text_add(text, "CenterCrop: {size: [%d, %d], p: %s}", a, b, often);
        break;
    case 4:
        test_text_add(
            text,
            "RandomCrop: {size: [%d, %d], padding: %d, padding_mode: %s, pad_if_needed: true}", a,
            b, pick(rng, 0, 20), border);
        break;
    case 5:
        test_text_add(text, "Pad: {padding: [%d, %d], padding_mode: %s, p: %s}", a / 2, b / 2,
                      border, often);
        break;
    case 6:
        test_text_add(text, "Rotate: {limit: [%d, %d], expand: %s, border_mode: %s, p: %s}", a - 30,
                      a - 30 + (b > 30 ? 0 : b), a % 2 ? "true" : "false", border, often);
        break;
    case 7:
        test_text_add(text, "Cutout: {size: %d, fill: %s, p: %s}", a, fill, often);
        break;
    case 8:
        test_text_add(text, "GaussianBlur: {sigma: [0.5, %d], p: %s}", pick(rng, 1, 12), often);
        break;
    case 9:
        test_text_add(text, "GaussNoise: {p: %s}", often);
        break;
    case 10:
        test_text_add(text, "RandomErasing: {value: %s, p: %s}", fill, often);
        break;
    default:
        test_text_add(text, "%s: {p: %s}", plain[aug_rng_below(rng, 7)], often);
    }
}

static void add_ops(TestText *text, AugRng *rng, int n, int depth)
{
    static const char *const groups[] = {"OneOf", "Sequential", "SomeOf", "RandomOrder"};
    for (int i = 0; i < n; i++) {
        test_text_add(text, "%s{", i ? ", " : "");
        const uint64_t group = depth > 0 && aug_rng_below(rng, 3) == 0 ? aug_rng_below(rng, 4) : 4;
        if (group == 4) {
            add_op(text, rng);
        } else {
            const int n_children = pick(rng, 1, 3);
            test_text_add(text, "%s: {p: %s, ", groups[group], aug_rng_below(rng, 2) ? "0.5" : "1");
            if (group == 2)
                test_text_add(text, "n: [%d, %d], ", pick(rng, 0, n_children), n_children);
            if (group == 3)
                test_text_add(text, "n: %d, replace: true, ", pick(rng, 1, 3));
            test_text_add(text, "transforms: [");
            add_ops(text, rng, n_children, depth - 1);
            test_text_add(text, "]}");
        }
        test_text_add(text, "}");
    }
}

/* Every pipeline of any operations in any groups, on pixels of every type. */
START_TEST(random_specs_count_no_more_than_the_plan)
{
    static const char *const places[] = {
        "synthetic:count=4,size=[40,56]", "synthetic:count=4,size=[33,20],channels=1",
        "synthetic:count=4,size=31,channels=5", "synthetic:count=4,size=[24,30],dtype=float32"};
    uint32_t n_known = 0;
    AugDataset *datasets[AUG_COUNT(places)];
    for (size_t i = 0; i < AUG_COUNT(places); i++)
        datasets[i] = test_open("%s", places[i]);
    for (uint64_t k = 0; k < 1200; k++) {
        AugRng rng = aug_rng_make(&(AugKey){.seed = 91, .sample = k});
        TestText text = {0};
        Case c = case_begin();
        c.limits.max_side = 400;
        test_text_add(&text, "{augd: 1, pipeline: [");
        add_ops(&text, &rng, pick(&rng, 0, 6), 2);
        test_text_add(&text, "%sCenterCrop: [%d, %d]], batch: {views: %d}}",
                      text.words[text.n - 1] == '[' ? "" : ", ", pick(&rng, 1, 50),
                      pick(&rng, 1, 50), pick(&rng, 1, 2));
        if (case_compile(&c, datasets[k % AUG_COUNT(places)], text.words) == AUG_OK) {
            n_known += aug_plan_work(c.plan) < c.limits.max_sample_work;
            check_samples(&c, 4, text.words);
        }
        case_close(&c);
    }
    /* Most have work that is known when they are compiled, which is what is tested here. */
    ck_assert_uint_ge(n_known, 500);
    for (size_t i = 0; i < AUG_COUNT(places); i++)
        aug_dataset_unref(datasets[i]);
}
END_TEST

/* Megapixel-passes of a pipeline on pictures of 1000 x 1000 RGB pixels. */
static uint64_t work_of(AugDataset *dataset, const char *rest)
{
    Case c = case_begin();
    char *text = test_path("{augd: 1, %s}", rest);
    ck_assert_msg(case_compile(&c, dataset, text) == AUG_OK, "%s: %s", c.error.where,
                  c.error.message);
    const uint64_t work = aug_plan_work(c.plan);
    case_close(&c);
    free(text);
    ck_assert_msg(work % 1000000 == 0, "%llu: %s", (unsigned long long)work, rest);
    return work / 1000000;
}

/* Each line by hand: one pass to read what is stored, two to write, and what stands beside it. */
START_TEST(work_follows_from_the_spec)
{
    static const struct {
        const char *rest;
        uint64_t work;
    } rows[] = {
        {"pipeline: []", 3},
        {"pipeline: [Equalize]", 3 + 2},
        {"pipeline: [HorizontalFlip]", 3 + 2 * 2},
        {"pipeline: [Cutout: {size: 5, fill: 0}]", 3 + 2},
        {"pipeline: [Cutout: {size: 5, fill: random}]", 3 + 26},
        {"pipeline: [GaussNoise]", 3 + 25 + 1},
        {"pipeline: [GaussianBlur: {kernel_size: 5}]", 3 + 2},
        {"pipeline: [GaussianBlur: {sigma: [1, 10]}]", 3 + 2 + 11 + 3},
        {"pipeline: [Rotate: {limit: 10}]", 3 + 3},
        {"pipeline: [Rotate: {limit: 10, border_mode: edge}]", 3 + 7},
        {"pipeline: [ColorJitter]", 3 + 10},
        {"pipeline: [Equalize], batch: {views: 3}", 1 + 3 * (2 + 2)},
        {"pipeline: [Equalize], batch: {mix: [MixUp, {CutMix: {p: 0.5}}]}", 3 + 2 + 2 * 2},
        {"pipeline: [OneOf: {transforms: [Equalize, ColorJitter, Transpose]}]", 3 + 10},
        {"pipeline: [SomeOf: {n: [0, 2], transforms: [Equalize, ColorJitter, {Rotate: 9}]}]",
         3 + 10 + 3},
        {"pipeline: [SomeOf: {n: 3, replace: true, transforms: [Equalize, ColorJitter]}]", 3 + 30},
        {"pipeline: [Sequential: {transforms: [Equalize, ColorJitter, {Rotate: 9}]}]",
         3 + 2 + 10 + 3},
        {"pipeline: [RandomOrder: {n: 2, transforms: [Equalize, ColorJitter]}]", 3 + 2 + 10},
    };
    AugDataset *dataset = test_open("synthetic:count=2,size=1000,classes=2");
    for (size_t i = 0; i < AUG_COUNT(rows); i++)
        ck_assert_msg(work_of(dataset, rows[i].rest) == rows[i].work, "%llu, not %llu: %s",
                      (unsigned long long)work_of(dataset, rows[i].rest),
                      (unsigned long long)rows[i].work, rows[i].rest);
    aug_dataset_unref(dataset);
}
END_TEST

/* 200 rectangles of noise on 81 megapixels, whatever is left of them. */
START_TEST(a_spec_beyond_the_limit_is_refused_when_it_is_compiled)
{
    AugDataset *dataset = test_open("synthetic:count=2,size=10,classes=2");
    TestText text = {0};
    test_text_add(&text, "augd: 1\npipeline:\n- Resize: [9000, 9000]\n");
    for (int i = 0; i < 200; i++)
        test_text_add(&text, "- Cutout: {size: 65535, fill: random}\n");
    test_text_add(&text, "- Resize: [1, 1]\n");
    Case c = case_begin();
    ck_assert_int_eq(case_compile(&c, dataset, text.words), AUG_TOO_LARGE);
    ck_assert_str_eq(c.error.where, "s:4:3");
    ck_assert_msg(strstr(c.error.message, "allowed are 4000; Cutout takes up to 2106 of them"),
                  "%s", c.error.message);
    ck_assert_ptr_nonnull(strstr(c.error.message, "--sample-work"));
    case_close(&c);
    /* Mixing is named where it is the most. */
    c.limits.max_sample_work = 1000;
    ck_assert_int_eq(
        case_compile(&c, dataset, "{augd: 1, pipeline: [], batch: {mix: [MixUp, MixUp, MixUp]}}"),
        AUG_OK);
    ck_assert_uint_eq(aug_plan_work(c.plan), 100 * (3 + 6));
    case_close(&c);
    c.limits.max_sample_work = 899;
    ck_assert_int_eq(
        case_compile(&c, dataset, "{augd: 1, pipeline: [], batch: {mix: [MixUp, MixUp, MixUp]}}"),
        AUG_TOO_LARGE);
    ck_assert_msg(strstr(c.error.message, "mixing takes"), "%s", c.error.message);
    case_close(&c);
    aug_dataset_unref(dataset);
}
END_TEST

/* What people use passes with room, and so does the largest picture allowed. */
START_TEST(ordinary_specs_are_allowed)
{
    static const char *const rows[] = {
        "[{RandomResizedCrop: 224}, HorizontalFlip, ColorJitter, {Cutout: 32}]",
        "[{Resize: 256}, {RandomCrop: 224}, {GaussianBlur: {}}, GaussNoise]",
        "[{Resize: [4000, 4000]}, {Rotate: 30}, ColorJitter, {CenterCrop: 1024}]",
        "[{Resize: [9000, 9000]}, {Rotate: 30}, {CenterCrop: 1024}]",
        "[{RandAugment: {}}, {CenterCrop: 224}]"};
    AugDataset *dataset = test_open("synthetic:count=2,size=300,classes=2");
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        Case c = case_begin();
        char *text = test_path("{augd: 1, pipeline: %s}", rows[i]);
        AugError error = {0};
        AugProblems problems = {.items = &error, .capacity = 1};
        /* A policy that this build lacks. */
        if (aug_spec_parse(&c.spec, text, strlen(text), "s", &c.limits, &problems) == AUG_OK) {
            aug_spec_free(c.spec);
            ck_assert_msg(case_compile(&c, dataset, text) == AUG_OK, "%s", c.error.message);
        }
        case_close(&c);
        free(text);
    }
    aug_dataset_unref(dataset);
}
END_TEST

/* One JPEG as a data set of its own, whose size is known when it is read. */
typedef struct File {
    uint8_t *bytes;
    size_t size;
} File;

static AugStatus read_file(void *user, uint64_t index, AugBuffer *buffer, AugSample *sample,
                           AugError *error)
{
    (void)index;
    (void)buffer;
    (void)error;
    const File *file = user;
    sample->fields[0] = (AugField){.bytes = file->bytes, .size = file->size};
    return AUG_OK;
}

static AugDataset *open_file(File *file, bool progressive)
{
    static const AugFieldDesc image = {.name = "image",
                                       .kind = AUG_FIELD_IMAGE,
                                       .form = AUG_FORM_ENCODED,
                                       .tensor = {.dtype = AUG_DTYPE_U8, .n_dims = 3}};
    uint64_t state = 1;
    const AugImage scene = test_scene(&state, 200, 100, 3);
    file->bytes = test_jpeg(&scene, &(TestJpeg){.progressive = progressive}, &file->size);
    free(scene.pixels);
    const AugDatasetCallbacks callbacks = {.fields = &image,
                                           .n_fields = 1,
                                           .n_samples = 1,
                                           .user = file,
                                           .read = read_file,
                                           .fingerprint = "file"};
    AugDataset *dataset;
    ck_assert_int_eq(aug_dataset_from_callbacks(&dataset, &callbacks, NULL), AUG_OK);
    return dataset;
}

/* 20,000 pixels: decoding 4 passes, or 3 more for each further scan; noise 25; and the output of
 * 100 pixels. The filter's needs decide what noise is made of, here all. */
START_TEST(a_sample_is_measured_before_it_is_decoded)
{
    static const char text[] = "{augd: 1, pipeline: [{GaussNoise: {p: 1}}, {Resize: {size: [10, "
                               "10], interpolation: box}}]}";
    for (int progressive = 0; progressive < 2; progressive++) {
        File file;
        AugDataset *dataset = open_file(&file, progressive);
        Case c = case_begin();
        AugError error = {0};
        uint64_t work;
        size_t peak;
        ck_assert_int_eq(case_compile(&c, dataset, text), AUG_OK);
        ck_assert_uint_eq(aug_plan_work(c.plan), c.limits.max_sample_work);
        ck_assert_int_eq(make(&c, 0, &work, &peak, &error), AUG_OK);
        ck_assert_uint_ge(work, 20000 * ((progressive ? 4 + 9 * 3 : 4) + 25));
        case_close(&c);
        c.limits.max_sample_work = work;
        ck_assert_int_eq(case_compile(&c, dataset, text), AUG_OK);
        ck_assert_int_eq(make(&c, 0, &work, &peak, &error), AUG_OK);
        case_close(&c);
        c.limits.max_sample_work = work - 1;
        ck_assert_int_eq(case_compile(&c, dataset, text), AUG_OK);
        ck_assert_int_eq(make(&c, 0, &work, &peak, &error), AUG_TOO_LARGE);
        ck_assert_uint_eq(work, 0);
        ck_assert_msg(strstr(error.message, "stored as 100 x 200 pixels, takes"), "%s",
                      error.message);
        case_close(&c);
        aug_dataset_unref(dataset);
        free(file.bytes);
    }
}
END_TEST

/* The work of decoding alone may be too much, also where nobody needs the picture. */
START_TEST(scans_of_a_file_are_work)
{
    File file;
    AugDataset *dataset = open_file(&file, true);
    AugLimits limits;
    AugError error = {0};
    ImgHeader header;
    aug_limits_init(&limits);
    ck_assert_int_eq(img_header(file.bytes, file.size, &limits, &header, &error), AUG_OK);
    ck_assert_uint_ge(header.n_scans, 10);
    limits.max_sample_work = 20000 * (4 + 3 * (header.n_scans - 1));
    ck_assert_uint_eq(img_header_work(&header), limits.max_sample_work);
    ck_assert_int_eq(img_header(file.bytes, file.size, &limits, &header, &error), AUG_OK);
    limits.max_sample_work--;
    ck_assert_int_eq(img_header(file.bytes, file.size, &limits, &header, &error), AUG_TOO_LARGE);
    ck_assert_ptr_nonnull(strstr(error.message, "100 x 200 pixels of 10 scans"));
    aug_dataset_unref(dataset);
    free(file.bytes);
}
END_TEST

/* Streams whose samples are replaced by another rule are others. */
START_TEST(the_limit_is_part_of_a_stream_that_replaces)
{
    AugDataset *dataset = test_open("synthetic:count=2,size=10,classes=2");
    static const char *const texts[] = {"{augd: 1, pipeline: []}",
                                        "{augd: 1, pipeline: [], batch: {on_error: replace}}"};
    for (int replaces = 0; replaces < 2; replaces++) {
        char ids[2][65];
        for (int i = 0; i < 2; i++) {
            Case c = case_begin();
            c.limits.max_sample_work -= (uint64_t)i;
            ck_assert_int_eq(case_compile(&c, dataset, texts[replaces]), AUG_OK);
            ck_assert_int_eq(aug_plan_stream_id(c.plan, ids[i], NULL), AUG_OK);
            case_close(&c);
        }
        ck_assert_int_eq(strcmp(ids[0], ids[1]) != 0, replaces);
    }
    aug_dataset_unref(dataset);
}
END_TEST

/* 1200 x 1200 RGB pixels are 4.32 MB; the turn after the erasing needs another picture of them. */
START_TEST(memory_that_is_certain_is_known)
{
    static const struct {
        const char *pipeline;
        size_t memory;
    } rows[] = {
        {"", 0},
        {"CenterCrop: 1200", 3 * 1200 * 1200},
        {"Resize: [1200, 1200]", 3 * 1200 * 1200},
        {"Resize: [1200, 1200], GaussNoise: {p: 1}", 2 * 3 * 1200 * 1200},
        /* Only what is seen is made. */
        {"Resize: [1200, 1200], CenterCrop: 10", 3 * 10 * 10},
        {"Resize: [1200, 1200], Cutout: 5, Equalize: {p: 1}, CenterCrop: 10", 3 * 1200 * 1200},
        /* One of the draws needs none. */
        {"OneOf: {transforms: [{Resize: [1200, 1200]}, {HorizontalFlip: {p: 1}}]}, CenterCrop: 10",
         0},
    };
    AugDataset *dataset = test_open("synthetic:count=16,size=[10,20],classes=2");
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        Case c = case_begin();
        char *text = test_path("{augd: 1, pipeline: [%s]}", rows[i].pipeline);
        ck_assert_int_eq(case_compile(&c, dataset, text), AUG_OK);
        const size_t memory = aug_plan_worker_memory(c.plan);
        ck_assert_msg(memory == rows[i].memory, "%zu, not %zu: %s", memory, rows[i].memory, text);
        uint64_t work;
        size_t peak;
        ck_assert_int_eq(make(&c, 0, &work, &peak, NULL), AUG_OK);
        ck_assert_msg(peak >= memory, "%zu of %zu: %s", peak, memory, text);
        case_close(&c);
        free(text);
    }
    aug_dataset_unref(dataset);
}
END_TEST

/* A crop that needs a large picture, of a file whose size is not known: as little as it may be. */
START_TEST(memory_of_unknown_pictures_is_that_of_the_smallest)
{
    File file;
    AugDataset *dataset = open_file(&file, false);
    Case c = case_begin();
    ck_assert_int_eq(
        case_compile(&c, dataset,
                     "{augd: 1, pipeline: [{Cutout: 1}, {RandomCrop: {size: [10, 5000]}}]}"),
        AUG_OK);
    ck_assert_uint_eq(aug_plan_worker_memory(c.plan), 3 * 10 * 5000);
    case_close(&c);
    aug_dataset_unref(dataset);
    free(file.bytes);
}
END_TEST

START_TEST(a_pool_that_allows_too_little_refuses_the_loader)
{
    AugDataset *dataset = test_open("synthetic:count=2,size=10,classes=2");
    Case c = case_begin();
    AugPool *pool;
    AugLoader *loader;
    AugError error = {0};
    uint64_t size;
    ck_assert_int_eq(
        case_compile(&c, dataset,
                     "{augd: 1, pipeline: [Resize: [1200, 1200], GaussNoise: {p: 1}]}"),
        AUG_OK);
    ck_assert_int_eq(aug_pool_new(&pool, 2, NULL), AUG_OK);
    const AugLoaderOptions options = {.pool = pool};
    aug_pool_limit(pool, 8 * MIB);
    ck_assert_int_eq(aug_loader_memory(c.plan, &options, &size, &error), AUG_NO_MEMORY);
    ck_assert_int_eq(aug_loader_new(&loader, c.plan, &options, &error), AUG_NO_MEMORY);
    ck_assert_ptr_null(loader);
    ck_assert_msg(strstr(error.message, "at least 8640000 bytes of a worker's memory; allowed are "
                                        "8388608"),
                  "%s", error.message);
    aug_pool_limit(pool, 8640000);
    ck_assert_int_eq(aug_loader_memory(c.plan, &options, &size, &error), AUG_OK);
    aug_pool_free(pool);
    case_close(&c);
    aug_dataset_unref(dataset);
}
END_TEST

/* Sixteen passes over a batch, whatever groups multiply. */
START_TEST(passes_of_mixing_are_bounded)
{
    static const struct {
        int plain, picked;
        AugStatus status;
    } rows[] = {{16, 0, AUG_OK},       {17, 0, AUG_BAD_SPEC}, {0, 16, AUG_OK},
                {0, 17, AUG_BAD_SPEC}, {8, 8, AUG_OK},        {8, 9, AUG_BAD_SPEC}};
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        TestText text = {0};
        AugSpec *spec;
        AugError error = {0};
        AugProblems problems = {.items = &error, .capacity = 1};
        test_text_add(&text, "{augd: 1, batch: {mix: [");
        for (int k = 0; k < rows[i].plain; k++)
            test_text_add(&text, "MixUp, ");
        if (rows[i].picked)
            test_text_add(&text, "SomeOf: {n: %d, replace: true, transforms: [MixUp, CutMix]}",
                          rows[i].picked);
        test_text_add(&text, "]}}");
        const AugStatus status = aug_spec_parse(&spec, text.words, text.n, "s", NULL, &problems);
        ck_assert_msg(status == rows[i].status, "%s: %s", error.where, error.message);
        if (status != AUG_OK)
            ck_assert_msg(
                strstr(error.message, "with it more than 16 operations could run for one batch"),
                "%s", error.message);
        aug_spec_free(spec);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("budget");
    TCase *work = tcase_create("work");
    tcase_set_timeout(work, 120);
    tcase_add_test(work, no_operation_counts_more_than_it_says);
    tcase_add_test(work, random_specs_count_no_more_than_the_plan);
    tcase_add_test(work, work_follows_from_the_spec);
    tcase_add_test(work, a_spec_beyond_the_limit_is_refused_when_it_is_compiled);
    tcase_add_test(work, ordinary_specs_are_allowed);
    tcase_add_test(work, a_sample_is_measured_before_it_is_decoded);
    tcase_add_test(work, scans_of_a_file_are_work);
    tcase_add_test(work, the_limit_is_part_of_a_stream_that_replaces);
    tcase_add_test(work, passes_of_mixing_are_bounded);
    suite_add_tcase(suite, work);
    TCase *memory = tcase_create("memory");
    tcase_add_test(memory, memory_that_is_certain_is_known);
    tcase_add_test(memory, memory_of_unknown_pictures_is_that_of_the_smallest);
    tcase_add_test(memory, a_pool_that_allows_too_little_refuses_the_loader);
    suite_add_tcase(suite, memory);
    return test_run(suite);
}
