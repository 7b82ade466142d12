/* Data sets of callbacks: samples, checks of what is returned and of fields, ends, and sets without
 * samples. */
#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "aug/plan.h"
#include "aug/sample.h"
#include "libaug/spec/param.h"
#include "tests/support/datasets.h"

enum { IMAGE, BOXES, BOX_LABELS, LABEL, N_FIELDS };

static const AugFieldDesc fields[N_FIELDS] = {
    {.name = "image",
     .kind = AUG_FIELD_IMAGE,
     .form = AUG_FORM_PIXELS,
     .tensor = {AUG_DTYPE_U8, 3, {0, 0, 3}}},
    {.name = "boxes", .kind = AUG_FIELD_BOXES, .tensor = {AUG_DTYPE_F32, 2, {0, 4}}, .most = 3},
    {.name = "box_labels",
     .kind = AUG_FIELD_OTHER,
     .tensor = {AUG_DTYPE_I64, 1, {0}},
     .most = 3,
     .follows = "boxes"},
    {.name = "class", .kind = AUG_FIELD_CLASS, .tensor = {AUG_DTYPE_I64, 0, {0}}},
};

/* What the callbacks are given. change is applied to sample 1 before it is returned. */
typedef struct Source {
    void (*change)(AugSample *sample);
    AugStatus fails;
    const char *message;
    int64_t label;
    atomic_int n_reads, n_releases;
} Source;

/* Sample i is a picture of i + 1 rows and 2 columns with i boxes and the class i. */
static AugStatus read_sample(void *user, uint64_t index, AugBuffer *buffer, AugSample *sample,
                             AugError *error)
{
    static const float boxes[3][4] = {{0, 0, 1, 1}, {0.5f, 0, 2, 1}, {1, 1, 1, 1}};
    static const int64_t box_labels[3] = {2, 0, 1};
    Source *source = user;
    atomic_fetch_add(&source->n_reads, 1);
    if (source->fails != AUG_OK && source->message)
        return AUG_FAIL(error, source->fails, NULL, "%s", source->message);
    if (source->fails != AUG_OK)
        return source->fails;
    const size_t size = (size_t)(index + 1) * 2 * 3;
    void *pixels, *label;
    AUG_TRY(aug_buffer_reserve(buffer, IMAGE, size, &pixels, error));
    AUG_TRY(aug_buffer_reserve(buffer, LABEL, sizeof(int64_t), &label, error));
    memset(pixels, (int)index + 1, size);
    *(int64_t *)label = (int64_t)index;
    sample->fields[IMAGE] = (AugField){
        .bytes = pixels, .size = size, .height = (int32_t)index + 1, .width = 2, .channels = 3};
    sample->fields[BOXES] = (AugField){.bytes = boxes, .size = index * sizeof(boxes[0])};
    sample->fields[BOX_LABELS] =
        (AugField){.bytes = box_labels, .size = index * sizeof(int64_t), .n_rows = index};
    sample->fields[LABEL] = (AugField){.bytes = label, .size = sizeof(int64_t)};
    if (index == 1 && source->change)
        source->change(sample);
    return index == 2 ? aug_buffer_set_name(buffer, sample, "the third", error) : AUG_OK;
}

static int64_t give_label(void *user, uint64_t index)
{
    (void)index;
    return ((Source *)user)->label;
}

static void release(void *user)
{
    atomic_fetch_add(&((Source *)user)->n_releases, 1);
}

static AugDatasetCallbacks callbacks_of(Source *source)
{
    static const char *const names[] = {"ant", "bee", "cat"};
    return (AugDatasetCallbacks){
        .name = "pets",
        .fields = fields,
        .n_fields = N_FIELDS,
        .n_samples = 3,
        .n_classes = 3,
        .class_names = names,
        .user = source,
        .read = read_sample,
        .release = release,
    };
}

static AugDataset *open_callbacks(const AugDatasetCallbacks *callbacks)
{
    AugDataset *dataset;
    AugError error = {0};
    if (aug_dataset_from_callbacks(&dataset, callbacks, &error) != AUG_OK)
        ck_abort_msg("%s: %s", error.where, error.message);
    return dataset;
}

static void refuse(const AugDatasetCallbacks *callbacks, AugStatus status, const char *words)
{
    AugDataset *dataset = (AugDataset *)(uintptr_t)1;
    AugError error = {0};
    ck_assert_int_eq(aug_dataset_from_callbacks(&dataset, callbacks, &error), status);
    ck_assert_ptr_null(dataset);
    ck_assert_msg(strstr(error.message, words), "'%s' does not say '%s'", error.message, words);
    ck_assert_msg(error.where[0], "no place in '%s'", error.message);
}

START_TEST(samples_are_what_read_gives)
{
    Source source = {0};
    AugDataset *dataset;
    {
        /* Nothing of what is given needs to outlive the call, but for user. */
        AugFieldDesc *own = malloc(sizeof(fields));
        memcpy(own, fields, sizeof(fields));
        char *name = strdup("boxes"), *bee = strdup("bee");
        const char *class_names[] = {"ant", bee, "cat"};
        own[BOXES].name = name;
        own[BOX_LABELS].follows = name;
        AugDatasetCallbacks callbacks = callbacks_of(&source);
        callbacks.fields = own;
        callbacks.class_names = class_names;
        dataset = open_callbacks(&callbacks);
        memset(own, 0xff, sizeof(fields));
        free(own);
        free(name);
        free(bee);
    }
    const AugDatasetInfo *info = aug_dataset_info(dataset);
    ck_assert_uint_eq(info->n_samples, 3);
    ck_assert_uint_eq(info->n_fields, N_FIELDS);
    ck_assert_str_eq(info->fields[BOX_LABELS].follows, "boxes");
    ck_assert_str_eq(aug_dataset_class_name(dataset, 1), "bee");
    test_sample(dataset, 0, "#0", 0, "\1\1\1\1\1\1", 6);
    test_sample(dataset, 2, "the third", 2, "\3\3\3\3\3\3\3\3\3\3\3\3\3\3\3\3\3\3", 18);
    AugBuffer buffer = {0};
    AugSample sample;
    ck_assert_int_eq(aug_dataset_read(dataset, 2, &buffer, &sample, NULL), AUG_OK);
    /* Follows from the size. */
    ck_assert_uint_eq(sample.fields[BOXES].n_rows, 2);
    ck_assert(((const float *)sample.fields[BOXES].bytes)[4] == 0.5f);
    ck_assert_int_eq(((const int64_t *)sample.fields[BOX_LABELS].bytes)[0], 2);
    ck_assert_int_eq(aug_dataset_read(dataset, 0, &buffer, &sample, NULL), AUG_OK);
    ck_assert_uint_eq(sample.fields[BOXES].n_rows, 0);
    ck_assert_ptr_nonnull(sample.fields[BOXES].bytes);
    aug_buffer_fini(&buffer);
    test_read_from_threads(dataset);
    test_read_fails(dataset, 3, AUG_BAD_ARGUMENT, "pets: sample 3 is asked for; allowed is 0 to 2");
    AugDataset *other = aug_dataset_ref(dataset);
    aug_dataset_unref(dataset);
    ck_assert_int_eq(source.n_releases, 0);
    aug_dataset_unref(other);
    ck_assert_int_eq(source.n_releases, 1);
}
END_TEST

static void lose_a_byte(AugSample *sample)
{
    sample->fields[IMAGE].size--;
}

static void grow_four_channels(AugSample *sample)
{
    sample->fields[IMAGE].channels = 4;
}

static void lose_height(AugSample *sample)
{
    sample->fields[IMAGE].height = 0;
}

static void be_negative(AugSample *sample)
{
    sample->fields[IMAGE].width = -2;
}

static void be_huge(AugSample *sample)
{
    sample->fields[IMAGE].height = sample->fields[IMAGE].width = 1 << 30;
}

static void lose_pixels(AugSample *sample)
{
    sample->fields[IMAGE].bytes = NULL;
}

static void have_half_a_row(AugSample *sample)
{
    sample->fields[BOXES].size += 8;
}

static void miscount_rows(AugSample *sample)
{
    sample->fields[BOXES].n_rows = 2;
}

static void have_too_many_rows(AugSample *sample)
{
    static const float many[4][4];
    sample->fields[BOXES] = (AugField){.bytes = many, .size = sizeof(many)};
}

static void be_turned(AugSample *sample)
{
    static const float boxes[1][4] = {{0, 2, 1, 1}};
    sample->fields[BOXES] = (AugField){.bytes = boxes, .size = sizeof(boxes)};
}

static void be_no_number(AugSample *sample)
{
    static float boxes[1][4];
    boxes[0][2] = NAN;
    sample->fields[BOXES] = (AugField){.bytes = boxes, .size = sizeof(boxes)};
}

static void be_crooked(AugSample *sample)
{
    static const float boxes[2][4];
    sample->fields[BOXES] = (AugField){.bytes = (const char *)boxes + 2, .size = sizeof(boxes[0])};
}

static void lose_box_labels(AugSample *sample)
{
    sample->fields[BOX_LABELS] = (AugField){0};
}

static void have_class_three(AugSample *sample)
{
    static const int64_t class = 3;
    sample->fields[LABEL].bytes = &class;
}

static void have_class_minus_two(AugSample *sample)
{
    static const int64_t class = -2;
    sample->fields[LABEL].bytes = &class;
}

static void have_no_class(AugSample *sample)
{
    sample->fields[LABEL] = (AugField){0};
}

START_TEST(what_is_not_as_declared_is_named)
{
    static const struct {
        void (*change)(AugSample *sample);
        AugStatus status;
        const char *words;
    } cases[] = {
        {lose_a_byte, AUG_CORRUPT, "#1: the field 'image' has 11 bytes; allowed are 12"},
        {grow_four_channels, AUG_CORRUPT, "#1: the field 'image' has the channels 4; allowed is 3"},
        {lose_height, AUG_CORRUPT, "has the height 0; allowed is at least 1"},
        {be_negative, AUG_CORRUPT, "has the width -2; allowed is at least 1"},
        {be_huge, AUG_TOO_LARGE, "has 1073741824 x 1073741824 pixels; allowed are sides of"},
        {lose_pixels, AUG_CORRUPT, "the field 'image' has 12 bytes at no address"},
        {have_half_a_row, AUG_CORRUPT, "the field 'boxes' has 1 rows in 24 bytes; a row has 16"},
        {miscount_rows, AUG_CORRUPT, "the field 'boxes' has 2 rows in 16 bytes"},
        {have_too_many_rows, AUG_TOO_LARGE, "the field 'boxes' has 4 rows; allowed are 3"},
        {be_turned, AUG_CORRUPT, "row 0 of the field 'boxes' is [0, 2, 1, 1]; allowed are x0 <="},
        {be_no_number, AUG_CORRUPT, "number 2 of the field 'boxes' is nan; allowed are finite"},
        {be_crooked, AUG_CORRUPT, "bytes of the field 'boxes' are not aligned"},
        {lose_box_labels, AUG_CORRUPT,
         "'box_labels' has 0 rows; allowed are 1, as many as 'boxes'"},
        {have_class_three, AUG_CORRUPT, "the field 'class' is class 3; allowed are -1 to 2"},
        {have_class_minus_two, AUG_CORRUPT, "the field 'class' is class -2"},
        {have_no_class, AUG_CORRUPT, "the field 'class' has 0 bytes; allowed are 8"},
    };
    for (size_t i = 0; i < AUG_COUNT(cases); i++) {
        Source source = {.change = cases[i].change};
        const AugDatasetCallbacks callbacks = callbacks_of(&source);
        AugDataset *dataset = open_callbacks(&callbacks);
        test_read_fails(dataset, 1, cases[i].status, cases[i].words);
        ck_assert_int_eq(aug_dataset_label(dataset, 1), -1);
        test_sample(dataset, 0, "#0", 0, "\1\1\1\1\1\1", 6);
        ck_assert_int_eq(aug_dataset_record(dataset, NULL, NULL), cases[i].status);
        aug_dataset_unref(dataset);
    }
}
END_TEST

START_TEST(failures_of_read_are_passed_on)
{
    static const struct {
        AugStatus fails, status;
        const char *message, *words;
    } cases[] = {
        {AUG_CHANGED, AUG_CHANGED, "the table was altered", "#1: the table was altered"},
        {AUG_NOT_FOUND, AUG_NOT_FOUND, NULL, "#1: the sample cannot be read: a file or a name"},
        /* Neither would be a failure to those who read. */
        {AUG_END, AUG_IO, NULL, "cannot be read: reading or writing failed"},
        {(AugStatus)-3, AUG_IO, "gone", "#1: gone"},
    };
    for (size_t i = 0; i < AUG_COUNT(cases); i++) {
        Source source = {.fails = cases[i].fails, .message = cases[i].message};
        const AugDatasetCallbacks callbacks = callbacks_of(&source);
        AugDataset *dataset = open_callbacks(&callbacks);
        test_read_fails(dataset, 1, cases[i].status, cases[i].words);
        aug_dataset_unref(dataset);
    }
}
END_TEST

START_TEST(a_label_may_come_alone)
{
    Source source = {.label = 2};
    AugDatasetCallbacks callbacks = callbacks_of(&source);
    callbacks.n_fields = LABEL;
    /* Without it, the classes are those of boxes only. */
    AugDataset *dataset = open_callbacks(&callbacks);
    ck_assert_int_eq(aug_dataset_field(aug_dataset_info(dataset), AUG_FIELD_CLASS), -1);
    test_sample(dataset, 0, "#0", -1, "\1\1\1\1\1\1", 6);
    aug_dataset_unref(dataset);
    callbacks.label = give_label;
    dataset = open_callbacks(&callbacks);
    ck_assert_int_eq(aug_dataset_field(aug_dataset_info(dataset), AUG_FIELD_CLASS), LABEL);
    const int n_reads = source.n_reads;
    ck_assert_int_eq(aug_dataset_label(dataset, 1), 2);
    ck_assert_int_eq(source.n_reads, n_reads);
    test_sample(dataset, 0, "#0", 2, "\1\1\1\1\1\1", 6);
    source.label = 3;
    test_read_fails(dataset, 0, AUG_CORRUPT, "#0: the label is 3; allowed is -1 to 2");
    aug_dataset_unref(dataset);
}
END_TEST

START_TEST(fields_that_make_no_sense_are_named)
{
    static const struct {
        AugFieldDesc field;
        const char *words;
    } cases[] = {
        {{.name = "", .kind = AUG_FIELD_VALUES, .tensor = {AUG_DTYPE_F32, 1, {2}}},
         "field 1 has the name ''; allowed are 1 to 48 letters"},
        {{.name = "a b", .kind = AUG_FIELD_VALUES, .tensor = {AUG_DTYPE_F32, 1, {2}}},
         "field 1 has the name 'a b'"},
        {{.name = "image", .kind = AUG_FIELD_VALUES, .tensor = {AUG_DTYPE_F32, 1, {2}}},
         "two fields have the name 'image'"},
        {{.name = "x", .kind = (AugFieldKind)77}, "the field 'x' is of the kind 77"},
        {{.name = "x", .kind = AUG_FIELD_BOXES, .tensor = {AUG_DTYPE_F32, 2, {0, 5}}},
         "the field 'x' is F32 [0, 5] of 2 dimensions in form 0; allowed: F32 [rows, 4]"},
        {{.name = "x", .kind = AUG_FIELD_BOXES, .tensor = {AUG_DTYPE_I64, 2, {0, 4}}},
         "allowed: F32 [rows, 4]"},
        {{.name = "x", .kind = AUG_FIELD_BOXES, .tensor = {AUG_DTYPE_F32, 1, {0}}},
         "allowed: F32 [rows, 4]"},
        {{.name = "x", .kind = AUG_FIELD_POINTS, .tensor = {AUG_DTYPE_F32, 2, {0, 3}}},
         "allowed: F32 [rows, 2]"},
        {{.name = "x",
          .kind = AUG_FIELD_MASK,
          .form = AUG_FORM_PIXELS,
          .tensor = {AUG_DTYPE_U8, 3, {0, 0, 3}}},
         "allowed: U8 [height, width, 1]"},
        {{.name = "x", .kind = AUG_FIELD_IMAGE, .tensor = {AUG_DTYPE_U8, 3, {0, 0, 3}}},
         "allowed: [height, width, channels], encoded"},
        {{.name = "x", .kind = AUG_FIELD_CLASSES, .tensor = {AUG_DTYPE_F32, 1, {2}}},
         "allowed: F32 [n_classes]"},
        {{.name = "x", .kind = AUG_FIELD_CLASS, .tensor = {AUG_DTYPE_I32, 0, {0}}},
         "allowed: I64 []"},
        {{.name = "x", .kind = AUG_FIELD_OTHER, .tensor = {AUG_DTYPE_F32, 2, {0, 0}}},
         "allowed: any type and shape"},
        {{.name = "x",
          .kind = AUG_FIELD_OTHER,
          .tensor = {AUG_DTYPE_F32, 3, {0, UINT64_C(1) << 40, UINT64_C(1) << 40}}},
         "the field 'x' has rows or a sample of more bytes than can be counted"},
        {{.name = "x", .kind = AUG_FIELD_VALUES, .tensor = {AUG_DTYPE_F32, 1, {UINT64_MAX}}},
         "the field 'x' has rows or a sample of more bytes than can be counted"},
        {{.name = "x", .kind = AUG_FIELD_OTHER, .tensor = {AUG_DTYPE_F32, AUG_MAX_DIMS + 1, {2}}},
         "allowed: any type and shape"},
        {{.name = "x", .kind = AUG_FIELD_OTHER, .tensor = {AUG_DTYPE_F32, 1, {0}}, .follows = "y"},
         "the field 'x' follows 'y'; allowed is another field"},
        {{.name = "x", .kind = AUG_FIELD_OTHER, .tensor = {AUG_DTYPE_F32, 1, {2}}, .follows = "x"},
         "the field 'x' follows 'x'"},
    };
    Source source = {0};
    for (size_t i = 0; i < AUG_COUNT(cases); i++) {
        const AugFieldDesc two[] = {fields[0], cases[i].field};
        AugDatasetCallbacks callbacks = callbacks_of(&source);
        callbacks.fields = two;
        callbacks.n_fields = 2;
        refuse(&callbacks, AUG_BAD_ARGUMENT, cases[i].words);
    }
    ck_assert_int_eq(source.n_releases, 0);
}
END_TEST

START_TEST(callbacks_that_make_no_sense_are_named)
{
    static const char *const no_names[3];
    Source source = {0};
    AugDatasetCallbacks callbacks = callbacks_of(&source);
    callbacks.read = NULL;
    refuse(&callbacks, AUG_BAD_ARGUMENT, "n_samples is 3 without read");
    callbacks = callbacks_of(&source);
    callbacks.n_samples = 0;
    refuse(&callbacks, AUG_BAD_ARGUMENT, "n_samples is 0 with read");
    callbacks = callbacks_of(&source);
    callbacks.n_fields = 0;
    refuse(&callbacks, AUG_BAD_ARGUMENT, "no fields are given");
    callbacks.n_fields = 17;
    refuse(&callbacks, AUG_BAD_ARGUMENT, "17 fields are given; allowed are 16");
    callbacks.n_fields = 1;
    callbacks.fields = NULL;
    refuse(&callbacks, AUG_BAD_ARGUMENT, "n_fields is 1 and fields is NULL");
    callbacks = callbacks_of(&source);
    callbacks.class_names = no_names;
    refuse(&callbacks, AUG_BAD_ARGUMENT, "class_names[0] is NULL");
    callbacks = callbacks_of(&source);
    callbacks.n_classes = 0;
    callbacks.label = give_label;
    refuse(&callbacks, AUG_BAD_ARGUMENT, "label is given and n_classes is 0");
    AugLimits limits;
    aug_limits_init(&limits);
    limits.max_samples = limits.max_classes = 2;
    callbacks = callbacks_of(&source);
    callbacks.limits = &limits;
    refuse(&callbacks, AUG_TOO_LARGE, "n_classes is 3; 2 are allowed");
    callbacks.n_classes = 2;
    refuse(&callbacks, AUG_TOO_LARGE, "holds 3 samples; 2 are allowed");
    ck_assert_int_eq(source.n_releases, 0);
}
END_TEST

/* Without samples being read; the content tells more, once they were. */
START_TEST(fingerprints_are_given)
{
    char hex[4][65], content[4][65];
    Source source = {0};
    AugDatasetCallbacks callbacks = callbacks_of(&source);
    for (int i = 0; i < 4; i++) {
        callbacks.fingerprint = i == 2 ? "version 1" : i == 3 ? "version 2" : NULL;
        source.n_reads = 0;
        AugDataset *dataset = open_callbacks(&callbacks);
        ck_assert_int_eq(aug_dataset_fingerprint(dataset, hex[i], NULL), AUG_OK);
        ck_assert_int_eq(aug_dataset_content_id(dataset, content[i], NULL), AUG_OK);
        ck_assert_str_eq(content[i], "");
        ck_assert_int_eq(source.n_reads, 0);
        ck_assert_int_eq(aug_dataset_record(dataset, NULL, NULL), AUG_OK);
        ck_assert_int_eq(source.n_reads, 3);
        ck_assert_int_eq(aug_dataset_record(dataset, NULL, NULL), AUG_OK);
        ck_assert_int_eq(source.n_reads, 3);
        ck_assert_int_eq(aug_dataset_content_id(dataset, content[i], NULL), AUG_OK);
        ck_assert_uint_eq(strlen(content[i]), 64);
        aug_dataset_unref(dataset);
    }
    ck_assert_str_eq(content[0], content[1]);
    ck_assert_str_ne(content[0], content[2]);
    ck_assert_str_eq(hex[0], hex[1]);
    ck_assert_str_ne(hex[0], hex[2]);
    ck_assert_str_ne(hex[2], hex[3]);
}
END_TEST

static AugSpec *parse(const char *text)
{
    AugSpec *spec;
    AugError item = {0};
    AugProblems problems = {.items = &item, .capacity = 1};
    if (aug_spec_parse(&spec, text, strlen(text), "test", NULL, &problems) != AUG_OK)
        ck_abort_msg("%s: %s", item.where, item.message);
    return spec;
}

/* A pipeline embedded in a program that has samples, and no data set. */
START_TEST(fields_without_samples_make_a_plan)
{
    const AugDatasetCallbacks callbacks = {.fields = fields, .n_fields = 1};
    AugDataset *dataset = open_callbacks(&callbacks);
    ck_assert_uint_eq(aug_dataset_info(dataset)->n_samples, 0);
    test_read_fails(dataset, 0, AUG_BAD_ARGUMENT,
                    "callbacks: sample 0 is asked for; the data set has none");
    char hex[65];
    ck_assert_int_eq(aug_dataset_fingerprint(dataset, hex, NULL), AUG_OK);
    ck_assert_int_eq(aug_dataset_label(dataset, 0), -1);
    AugSpec *spec = parse("{augd: 1, seed: 1, pipeline: [{HorizontalFlip: {p: 1}}]}");
    const AugPlanOptions options = {.any_size = true};
    AugPlan *plan;
    AugWorker *worker;
    AugError error = {0};
    if (aug_plan_new(&plan, spec, dataset, &options, &error) != AUG_OK)
        ck_abort_msg("%s: %s", error.where, error.message);
    aug_dataset_unref(dataset);
    ck_assert_int_eq(aug_worker_new(&worker, plan, NULL), AUG_OK);
    static const uint8_t pixels[6] = {1, 2, 3, 4, 5, 6}, flipped[6] = {4, 5, 6, 1, 2, 3};
    AugField field = {.bytes = pixels, .size = 6, .height = 1, .width = 2, .channels = 3};
    const AugSample in = {.name = "mine", .fields = &field};
    AugSample out;
    if (aug_worker_augment(worker, NULL, &in, &out, &error) != AUG_OK)
        ck_abort_msg("%s: %s", error.where, error.message);
    ck_assert_uint_eq(out.fields[0].size, 6);
    ck_assert_mem_eq(out.fields[0].bytes, flipped, 6);
    aug_worker_free(worker);
    aug_plan_free(plan);
    aug_spec_free(spec);
}
END_TEST

START_TEST(buffers_refuse_fields_beyond_the_last)
{
    AugBuffer buffer = {0};
    void *bytes = &buffer;
    AugError error = {0};
    ck_assert_int_eq(aug_buffer_reserve(&buffer, AUG_MAX_FIELDS, 1, &bytes, &error),
                     AUG_BAD_ARGUMENT);
    ck_assert_ptr_null(bytes);
    ck_assert_str_eq(error.message, "memory for field 16 is asked for; allowed are 0 to 15");
    ck_assert_int_eq(aug_buffer_reserve(&buffer, 15, 0, &bytes, &error), AUG_OK);
    ck_assert_ptr_nonnull(bytes);
    aug_buffer_fini(&buffer);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("dataset_callbacks");
    TCase *tests = tcase_create("all");
    tcase_add_test(tests, samples_are_what_read_gives);
    tcase_add_test(tests, what_is_not_as_declared_is_named);
    tcase_add_test(tests, failures_of_read_are_passed_on);
    tcase_add_test(tests, a_label_may_come_alone);
    tcase_add_test(tests, fields_that_make_no_sense_are_named);
    tcase_add_test(tests, callbacks_that_make_no_sense_are_named);
    tcase_add_test(tests, fingerprints_are_given);
    tcase_add_test(tests, fields_without_samples_make_a_plan);
    tcase_add_test(tests, buffers_refuse_fields_beyond_the_last);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
