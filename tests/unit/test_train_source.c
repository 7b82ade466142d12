/* What a source makes of batches, right and wrong ones, whoever delivers them. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "libaug/spec/param.h"
#include "stream/kind.h"
#include "tests/support/support.h"
#include "trainer/data/source.h"

/* Delivers the same bytes again and again; n_left of them, then the end. */
typedef struct Fake {
    uint8_t *bytes;
    size_t size;
    int n_left;
    bool closed;
} Fake;

static AugStatus fake_next(void *untyped, StreamArrival *arrival, AugError *error)
{
    Fake *fake = untyped;
    (void)error;
    if (fake->n_left-- <= 0)
        return AUG_END;
    *arrival = (StreamArrival){.bytes = fake->bytes, .size = fake->size, .epoch = 1, .step = 2};
    return AUG_OK;
}

static AugStatus fake_identify(const void *untyped, StreamIdentity *out, AugError *error)
{
    (void)untyped;
    (void)error;
    *out = (StreamIdentity){.stream_id = "5eed"};
    return AUG_OK;
}

static void fake_close(void *untyped)
{
    if (untyped)
        ((Fake *)untyped)->closed = true;
}

static const StreamKind fake_kind = {fake_next, fake_identify, NULL, NULL, fake_close};

/* A batch in memory: header, then data_size bytes with 8-byte integers from values at their end. */
static Fake make_fake(const char *header, size_t data_size, const int64_t *tail, size_t n_tail)
{
    /* Padded so that the data begins at a multiple of 8. */
    size_t length = (strlen(header) + 7) / 8 * 8;
    Fake fake = {
        .bytes = calloc(1, 8 + length + data_size), .size = 8 + length + data_size, .n_left = 1};
    memset(fake.bytes + 8, ' ', length);
    memcpy(fake.bytes + 8, header, strlen(header));
    fake.bytes[0] = (uint8_t)(length & 0xff);
    fake.bytes[1] = (uint8_t)(length >> 8);
    for (size_t i = 0; i < n_tail; i++)
        memcpy(fake.bytes + fake.size - (n_tail - i) * 8, &tail[i], 8);
    return fake;
}

#define HEADER(data, label, index) "{\"data\":" data ",\"label\":" label ",\"index\":" index "}"
#define DATA "{\"dtype\":\"F32\",\"shape\":[2,1,1,3],\"data_offsets\":[0,24]}"
#define LABEL "{\"dtype\":\"I64\",\"shape\":[2],\"data_offsets\":[24,40]}"
#define INDEX "{\"dtype\":\"I64\",\"shape\":[2],\"data_offsets\":[40,56]}"
#define GOOD HEADER(DATA, LABEL, INDEX)

static const int64_t good_tail[4] = {0, 3, 70, 71};

/* The type and shape of one sample in a batch of these. */
static AugTensorDesc of_sample(const AugTensorDesc *batch)
{
    AugTensorDesc sample = {.dtype = batch->dtype, .n_dims = batch->n_dims - 1};
    memcpy(sample.shape, batch->shape + 1, sample.n_dims * sizeof(sample.shape[0]));
    return sample;
}

/* A source of what info announces; the pictures' order of values is the spec's. */
static TrainSource *open_fake(Fake *fake, const char *spec_text, const TrainSourceInfo *info)
{
    AugSpec *spec = NULL;
    AugProblems problems = {0};
    ck_assert_int_eq(aug_spec_parse(&spec, spec_text, strlen(spec_text), "spec", NULL, &problems),
                     AUG_OK);
    const TrainSourceOptions options = {.spec = spec, .text = spec_text, .name = "train.yaml"};
    const AugTensorSpec tensors[] = {
        {.name = "index", .sample = {.dtype = AUG_DTYPE_I64}},
        {.name = "data", .sample = of_sample(&info->data)},
        {.name = "label", .sample = of_sample(&info->label)},
    };
    const StreamInfo announced = {.where = "train.yaml",
                                  .batch_size = info->batch_size,
                                  .steps_per_epoch = info->steps_per_epoch,
                                  .n_classes = info->n_classes,
                                  .tensors = tensors,
                                  .n_tensors = AUG_COUNT(tensors)};
    AugError error = {0};
    Stream *stream = NULL;
    TrainSource *source = NULL;
    ck_assert_msg(stream_new(&stream, &fake_kind, fake, &announced, &error) == AUG_OK, "%s",
                  error.message);
    ck_assert_int_eq(train_source_new(&source, stream, &options, NULL), AUG_OK);
    aug_spec_free(spec);
    return source;
}

static const char hwc[] = "augd: 1\noutput: {layout: hwc}\n";
static const char chw[] = "augd: 1\noutput: {layout: chw}\n";

/* Batches of up to four pictures of 1 x 1 with 3 channels, and class numbers. */
static TrainSourceInfo make_info(void)
{
    return (TrainSourceInfo){.batch_size = 4,
                             .steps_per_epoch = 1,
                             .n_classes = 4,
                             .data = {AUG_DTYPE_F32, 4, {4, 1, 1, 3}},
                             .label = {AUG_DTYPE_I64, 1, {4}}};
}

START_TEST(delivers_a_batch)
{
    Fake fake = make_fake(GOOD, 56, good_tail, 4);
    TrainSourceInfo info = make_info();
    TrainSource *source = open_fake(&fake, hwc, &info);
    ck_assert_int_eq(train_source_fit(source, (NnShape){1, 1, 3, false}, 0, 4, NULL), AUG_OK);
    TrainSourceBatch batch;
    AugError error = {0};
    ck_assert_msg(train_source_next(source, &batch, &error) == AUG_OK, "%s", error.message);
    ck_assert_uint_eq(batch.batch.n, 2);
    ck_assert_int_eq(batch.batch.layout, NN_LAYOUT_NHWC);
    ck_assert_int_eq(batch.batch.dtype, AUG_DTYPE_F32);
    ck_assert_int_eq(batch.batch.labels[1], 3);
    ck_assert_ptr_null(batch.batch.soft);
    ck_assert_int_eq(batch.index[0], 70);
    ck_assert_uint_eq(batch.epoch, 1);
    ck_assert_uint_eq(batch.step, 2);
    ck_assert_int_eq(train_source_next(source, &batch, &error), AUG_END);
    ck_assert_double_ge(train_source_waited(source), 0);
    ck_assert_str_eq(train_source_info(source)->stream_id, "5eed");
    train_source_free(source);
    ck_assert(fake.closed);
    free(fake.bytes);
}
END_TEST

/* Expects the next batch to be refused with words. */
static void refuse_batch(const char *header, size_t size, const int64_t *tail, size_t n_tail,
                         AugStatus status, const char *words)
{
    Fake fake = make_fake(header, size, tail, n_tail);
    TrainSourceInfo info = make_info();
    TrainSource *source = open_fake(&fake, hwc, &info);
    ck_assert_int_eq(train_source_fit(source, (NnShape){1, 1, 3, false}, 0, 4, NULL), AUG_OK);
    TrainSourceBatch batch;
    AugError error = {0};
    AugStatus found = train_source_next(source, &batch, &error);
    ck_assert_msg(found == status, "status %s, expected %s: %s", aug_status_name(found),
                  aug_status_name(status), error.message);
    ck_assert_msg(strstr(error.message, words) != NULL, "'%s' does not hold '%s'", error.message,
                  words);
    ck_assert_str_eq(error.where, "train.yaml");
    train_source_free(source);
    free(fake.bytes);
}

START_TEST(refuses_wrong_labels)
{
    const int64_t too_high[4] = {0, 4, 70, 71};
    refuse_batch(GOOD, 56, too_high, 4, AUG_BAD_SPEC,
                 "sample 71 has the label 4; the model's last layer has 4 outputs, so 0 to 3");
    const int64_t unlabelled[4] = {-1, 0, 70, 71};
    refuse_batch(GOOD, 56, unlabelled, 4, AUG_BAD_SPEC, "sample 70 has no label");
    const int64_t negative[4] = {INT64_MIN, 0, 70, 71};
    refuse_batch(GOOD, 56, negative, 4, AUG_BAD_SPEC,
                 "sample 70 has the label -9223372036854775808");
}
END_TEST

START_TEST(refuses_batches_that_are_not_as_announced)
{
    refuse_batch("{\"data\":" DATA
                 ",\"index\":{\"dtype\":\"I64\",\"shape\":[2],\"data_offsets\":[24,40]}}",
                 40, NULL, 0, AUG_CORRUPT, "no tensor 'label'");
    refuse_batch("{}", 0, NULL, 0, AUG_CORRUPT, "no tensor 'index'");
    refuse_batch("{\"index\":{\"dtype\":\"I64\",\"shape\":[0],\"data_offsets\":[0,0]}}", 0, NULL, 0,
                 AUG_CORRUPT, "0 samples");
    refuse_batch(
        HEADER("{\"dtype\":\"U8\",\"shape\":[2,3,4],\"data_offsets\":[0,24]}", LABEL, INDEX), 56,
        good_tail, 4, AUG_CORRUPT, "'data' of a batch has not the announced");
    refuse_batch(
        HEADER("{\"dtype\":\"F32\",\"shape\":[2,1,3,1],\"data_offsets\":[0,24]}", LABEL, INDEX), 56,
        good_tail, 4, AUG_CORRUPT, "'data' of a batch has not the announced");
    refuse_batch(
        HEADER(DATA, "{\"dtype\":\"I64\",\"shape\":[1,2],\"data_offsets\":[24,40]}", INDEX), 56,
        good_tail, 4, AUG_CORRUPT, "'label' of a batch has not the announced");
    refuse_batch(HEADER(DATA, LABEL, "{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[40,56]}"),
                 56, good_tail, 4, AUG_CORRUPT, "'index' of a batch has not the announced");
    refuse_batch(HEADER("{\"dtype\":\"F32\",\"shape\":[5,1,1,3],\"data_offsets\":[0,60]}",
                        "{\"dtype\":\"I64\",\"shape\":[5],\"data_offsets\":[60,100]}",
                        "{\"dtype\":\"I64\",\"shape\":[5],\"data_offsets\":[100,140]}"),
                 140, NULL, 0, AUG_CORRUPT, "5 samples; announced is 1 to 4");
    refuse_batch(HEADER("{\"dtype\":\"F32\",\"shape\":[1,1,1,3],\"data_offsets\":[0,12]}",
                        "{\"dtype\":\"I64\",\"shape\":[1],\"data_offsets\":[12,20]}",
                        "{\"dtype\":\"I64\",\"shape\":[1],\"data_offsets\":[20,28]}"),
                 28, NULL, 0, AUG_CORRUPT, "does not begin at a multiple");
}
END_TEST

/* Expects that data announced as info do not fit a network of this input and 4 classes. */
static void refuse_fit(const TrainSourceInfo *info, const char *spec, NnShape input,
                       const char *words)
{
    Fake fake = {0};
    TrainSource *source = open_fake(&fake, spec, info);
    AugError error = {0};
    ck_assert_int_eq(train_source_fit(source, input, 0, 4, &error), AUG_BAD_SPEC);
    ck_assert_msg(strstr(error.message, words) != NULL, "'%s' does not hold '%s'", error.message,
                  words);
    train_source_free(source);
}

START_TEST(compares_data_and_network)
{
    const NnShape grey = {28, 28, 1, false};
    TrainSourceInfo info = make_info();
    info.data = (AugTensorDesc){AUG_DTYPE_F32, 4, {4, 3, 32, 32}};
    refuse_fit(&info, chw, grey,
               "the samples are 3 x 32 x 32 (channels x height x width); the model's input is "
               "28 x 28 with 1 channel");
    info.data = (AugTensorDesc){AUG_DTYPE_F32, 4, {4, 1, 28, 28}};
    refuse_fit(&info, hwc, grey, "1 x 28 x 28 (height x width x channels)");
    refuse_fit(&info, chw, (NnShape){1, 1, 783, true}, "the model's input is 783 values");
    info.data.dtype = AUG_DTYPE_I64;
    refuse_fit(&info, chw, grey, "type I64; allowed are F32 and U8");
    info.data.dtype = AUG_DTYPE_U8;
    info.n_classes = 5;
    refuse_fit(&info, chw, grey, "5 classes; the model's last layer has 4 outputs");
    info.n_classes = 0;
    info.label = (AugTensorDesc){AUG_DTYPE_F32, 2, {4, 10}};
    refuse_fit(&info, chw, grey, "probabilities of 10 classes");
    info.data = (AugTensorDesc){AUG_DTYPE_F32, 1, {4}};
    refuse_fit(&info, chw, grey, "no data");
}
END_TEST

START_TEST(accepts_what_fits)
{
    TrainSourceInfo info = make_info();
    info.data = (AugTensorDesc){AUG_DTYPE_U8, 4, {4, 3, 8, 6}};
    info.label = (AugTensorDesc){AUG_DTYPE_F32, 2, {4, 4}};
    Fake fake = {0};
    TrainSource *source = open_fake(&fake, chw, &info);
    ck_assert_int_eq(train_source_info(source)->layout, NN_LAYOUT_NCHW);
    ck_assert_int_eq(train_source_fit(source, (NnShape){8, 6, 3, false}, 0, 4, NULL), AUG_OK);
    ck_assert_int_eq(train_source_fit(source, (NnShape){1, 1, 144, true}, 0, 4, NULL), AUG_OK);
    train_source_free(source);
    train_source_free(NULL);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("train_source");
    TCase *test = tcase_create("source");
    tcase_add_test(test, delivers_a_batch);
    tcase_add_test(test, refuses_wrong_labels);
    tcase_add_test(test, refuses_batches_that_are_not_as_announced);
    tcase_add_test(test, compares_data_and_network);
    tcase_add_test(test, accepts_what_fits);
    suite_add_tcase(suite, test);
    return test_run(suite);
}
