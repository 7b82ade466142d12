/* Streams: what the engine makes and what arrives as bytes look the same, and what arrives is
 * checked. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aug/version.h"
#include "libaug/spec/param.h"
#include "stream/layout.h"
#include "tests/support/datasets.h"
#include "tests/support/streams.h"

static const char spec_text[] =
    "augd: 1\nseed: 9\npipeline:\n  - HorizontalFlip: {p: 0.5}\nbatch: {size: 4}\n";

/* Ten pictures of 6 x 6, in batches of 4, 4 and 2. */
typedef struct Made {
    AugSpec *spec;
    AugDataset *dataset;
    AugPlan *plan;
} Made;

static Made make_plan(void)
{
    Made made = {0};
    AugProblems problems = {0};
    AugError error = {0};
    ck_assert_int_eq(
        aug_spec_parse(&made.spec, spec_text, strlen(spec_text), "spec.yaml", NULL, &problems),
        AUG_OK);
    made.dataset = test_open("synthetic:count=10,size=6,classes=3");
    ck_assert_msg(aug_plan_new(&made.plan, made.spec, made.dataset, NULL, &error) == AUG_OK, "%s",
                  error.message);
    return made;
}

static void free_plan(Made *made)
{
    aug_plan_free(made->plan);
    aug_dataset_unref(made->dataset);
    aug_spec_free(made->spec);
}

START_TEST(the_engine_announces_what_it_makes)
{
    Made made = make_plan();
    Stream *stream;
    AugError error = {0};
    const StreamOptions options = {.epoch = 2, .step = 1, .epochs = 1, .threads = 2};
    ck_assert_msg(stream_open(&stream, made.plan, &options, &error) == AUG_OK, "%s", error.message);
    const StreamInfo *info = stream_info(stream);
    ck_assert_str_eq(info->where, "spec.yaml");
    ck_assert_uint_eq(info->n_samples, 10);
    ck_assert_uint_eq(info->batch_size, 4);
    ck_assert_uint_eq(info->steps_per_epoch, 3);
    ck_assert_uint_eq(info->n_classes, 3);
    ck_assert_int_eq(stream_find_tensor(info, "nothing"), -1);
    const int data = stream_find_tensor(info, "data"), label = stream_find_tensor(info, "label");
    ck_assert_int_ge(data, 0);
    ck_assert_int_ge(label, 0);
    ck_assert_ptr_eq(info->tensors[data].name, aug_plan_tensor(made.plan, "data")->name);
    ck_assert_uint_eq(info->tensors[data].sample.n_dims, 3);
    ck_assert(!info->tensors[data].ragged);
    ck_assert_str_eq(stream_class_name(stream, 2), "2");
    ck_assert_ptr_null(stream_class_name(stream, 3));
    StreamBatch batch;
    ck_assert_int_eq(stream_next(stream, &batch, &error), AUG_OK);
    ck_assert_uint_eq(batch.epoch, 2);
    ck_assert_uint_eq(batch.step, 1);
    ck_assert(!batch.last);
    ck_assert_int_eq(stream_next(stream, &batch, &error), AUG_OK);
    ck_assert(batch.last);
    ck_assert_uint_eq(batch.n_samples, 2);
    ck_assert_str_eq(batch.tensors[label].name, "label");
    ck_assert_uint_eq(batch.tensors[label].desc.shape[0], 2);
    ck_assert_ptr_eq(stream_batch_tensor(&batch, "data"), &batch.tensors[data]);
    ck_assert_ptr_null(batch.offsets[data]);
    ck_assert_ptr_null(stream_batch_tensor(&batch, "nothing"));
    ck_assert_int_eq(stream_next(stream, &batch, &error), AUG_END);
    ck_assert_double_ge(stream_waited_seconds(stream), 0);
    stream_free(stream);
    free_plan(&made);
}
END_TEST

START_TEST(a_rank_is_announced_its_part)
{
    Made made = make_plan();
    Stream *stream;
    AugError error = {0};
    const StreamOptions options = {.rank = 1, .world = 3, .threads = 1};
    ck_assert_msg(stream_open(&stream, made.plan, &options, &error) == AUG_OK, "%s", error.message);
    const StreamInfo *info = stream_info(stream);
    ck_assert_uint_eq(info->batch_size, 2);
    ck_assert_uint_eq(info->global_batch_size, 4);
    ck_assert_uint_eq(info->rank, 1);
    ck_assert_uint_eq(info->world, 3);
    ck_assert_uint_eq(info->steps_per_epoch, 3);
    stream_free(stream);
    const StreamOptions wrong = {.rank = 3, .world = 3};
    ck_assert_int_eq(stream_open(&stream, made.plan, &wrong, &error), AUG_BAD_ARGUMENT);
    ck_assert_ptr_null(stream);
    free_plan(&made);
}
END_TEST

START_TEST(expectations_are_compared)
{
    Made made = make_plan();
    Stream *stream;
    AugError error = {0};
    ck_assert_int_eq(stream_open(&stream, made.plan, NULL, &error), AUG_OK);
    StreamIdentity identity;
    ck_assert_int_eq(stream_identify(stream, &identity, &error), AUG_OK);
    stream_free(stream);
    ck_assert_uint_eq(strlen(identity.stream_id), 64);
    ck_assert_str_eq(identity.engine, AUG_ENGINE);
    ck_assert_uint_eq(strlen(identity.content), 64);
    StreamOptions options = {.expect_stream_id = identity.stream_id,
                             .expect_fingerprint = identity.fingerprint,
                             .expect_content = identity.content};
    ck_assert_int_eq(stream_open(&stream, made.plan, &options, &error), AUG_OK);
    stream_free(stream);
    options.expect_fingerprint = identity.stream_id;
    ck_assert_int_eq(stream_open(&stream, made.plan, &options, &error), AUG_CHANGED);
    ck_assert_ptr_null(stream);
    ck_assert_msg(strstr(error.message, identity.fingerprint) != NULL, "%s", error.message);
    options = (StreamOptions){.expect_stream_id = identity.fingerprint};
    ck_assert_int_eq(stream_open(&stream, made.plan, &options, &error), AUG_CHANGED);
    ck_assert_msg(strstr(error.message, identity.stream_id) != NULL, "%s", error.message);
    options = (StreamOptions){.expect_content = identity.fingerprint};
    ck_assert_int_eq(stream_open(&stream, made.plan, &options, &error), AUG_CHANGED);
    ck_assert_msg(strstr(error.message, identity.content) != NULL, "%s", error.message);
    options = (StreamOptions){.step = 4};
    ck_assert_int_eq(stream_open(&stream, made.plan, &options, &error), AUG_BAD_ARGUMENT);
    ck_assert_ptr_null(stream);
    stream_free(NULL);
    free_plan(&made);
}
END_TEST

START_TEST(bytes_and_the_engine_agree)
{
    Made made = make_plan();
    ck_assert_uint_eq(test_streams_agree(made.plan, 3, 0, 1), 9);
    /* The last batch of an epoch has 2 samples: the first of three ranks gets none of it. */
    for (uint32_t rank = 0; rank < 3; rank++)
        ck_assert_uint_eq(test_streams_agree(made.plan, 3, rank, 3), 9);
    free_plan(&made);
}
END_TEST

/* A batch in memory at an aligned address: header, padded, then integers. */
typedef struct Packed {
    uint8_t *bytes;
    size_t size;
} Packed;

static Packed pack(const char *header, const int64_t *integers, size_t n)
{
    const size_t length = (strlen(header) + 7) / 8 * 8;
    Packed packed = {aligned_alloc(64, 1024), 8 + length + n * 8};
    memset(packed.bytes, ' ', 1024);
    memcpy(packed.bytes + 8, header, strlen(header));
    for (int i = 0; i < 8; i++)
        packed.bytes[i] = (uint8_t)((uint64_t)length >> (8 * i));
    memcpy(packed.bytes + 8 + length, integers, n * 8);
    return packed;
}

#define ENTRY(name, shape, begin, end) \
    "\"" name "\":{\"dtype\":\"I64\",\"shape\":" shape ",\"data_offsets\":[" begin "," end "]}"

/* Up to three samples with up to two boxes of two numbers, and one number each. */
static const AugTensorSpec ragged_tensors[] = {
    {.name = "boxes", .sample = {AUG_DTYPE_I64, 2, {2, 2}}, .ragged = true},
    {.name = "index", .sample = {.dtype = AUG_DTYPE_I64}},
};
static const StreamInfo ragged_info = {.where = "peer",
                                       .batch_size = 3,
                                       .steps_per_epoch = 1,
                                       .tensors = ragged_tensors,
                                       .n_tensors = AUG_COUNT(ragged_tensors)};

/* Two samples with one and two boxes. */
#define RAGGED                                                                                    \
    "{" ENTRY("index", "[2]", "0", "16") "," ENTRY("boxes.offsets", "[3]", "16", "40") "," ENTRY( \
        "boxes", "[3,2]", "40", "88") "}"
static const int64_t ragged_values[] = {8, 9, 0, 1, 3, 10, 11, 12, 13, 14, 15};

/* One sample by its boxes, two by the other tensor, and bytes that nobody announced. */
#define ONE_SAMPLE(boxes, end, rest)                                                              \
    "{" ENTRY("index", "[2]", "0", "16") "," ENTRY("boxes.offsets", "[2]", "16", "32") "," ENTRY( \
        "boxes", boxes, "32", end) ",\"x\":{\"dtype\":\"U8\",\"shape\":[" rest "],"               \
                                   "\"data_offsets\":[" end ",88]}}"

START_TEST(ragged_tensors_are_read)
{
    Packed packed = pack(RAGGED, ragged_values, AUG_COUNT(ragged_values));
    StreamLayouts layouts = {0};
    AugTensor tensors[2];
    const int64_t *offsets[2];
    AugError error = {0};
    for (int i = 0; i < 3; i++) {
        StreamBatch batch = {.bytes = packed.bytes, .size = packed.size};
        ck_assert_msg(stream_layouts_apply(&layouts, &ragged_info, &batch, tensors, offsets,
                                           &error) == AUG_OK,
                      "%s", error.message);
        ck_assert_uint_eq(batch.n_samples, 2);
        ck_assert_uint_eq(tensors[0].desc.shape[0], 3);
        ck_assert_int_eq(((const int64_t *)tensors[0].bytes)[5], 15);
        ck_assert_int_eq(offsets[0][1], 1);
        ck_assert_int_eq(offsets[0][2], 3);
        ck_assert_ptr_null(offsets[1]);
        ck_assert_int_eq(((const int64_t *)tensors[1].bytes)[1], 9);
    }
    ck_assert_uint_eq(layouts.n_parsed, 1);
    stream_layouts_fini(&layouts);
    free(packed.bytes);
}
END_TEST

/* Expects that the ragged batch with one of its integers changed, or another header, is refused. */
static void refuse_ragged(const char *header, size_t place, int64_t value, const char *words)
{
    int64_t values[AUG_COUNT(ragged_values)];
    memcpy(values, ragged_values, sizeof(values));
    values[place] = value;
    Packed packed = pack(header, values, AUG_COUNT(values));
    StreamLayouts layouts = {0};
    AugTensor tensors[2];
    const int64_t *offsets[2];
    AugError error = {0};
    StreamBatch batch = {.bytes = packed.bytes, .size = packed.size};
    ck_assert_int_eq(stream_layouts_apply(&layouts, &ragged_info, &batch, tensors, offsets, &error),
                     AUG_CORRUPT);
    ck_assert_msg(strstr(error.message, words) != NULL, "'%s' lacks '%s'", error.message, words);
    ck_assert_str_eq(error.where, "peer");
    stream_layouts_fini(&layouts);
    free(packed.bytes);
}

/* No samples, and so no rows. */
#define EMPTY                                                                  \
    "{" ENTRY("index", "[0]", "0", "0") "," ENTRY("boxes.offsets", "[1]", "0", \
                                                  "8") "," ENTRY("boxes", "[0,2]", "8", "8") "}"

/* Ranks may have no part of a short batch; whoever gets whole batches has samples in each. */
START_TEST(a_part_may_be_empty)
{
    static const int64_t offset[] = {0};
    Packed packed = pack(EMPTY, offset, 1);
    StreamLayouts layouts = {0};
    StreamInfo info = ragged_info;
    AugTensor tensors[2];
    const int64_t *offsets[2];
    AugError error = {0};
    StreamBatch batch = {.bytes = packed.bytes, .size = packed.size, .n_samples = 7};
    ck_assert_int_eq(stream_layouts_apply(&layouts, &info, &batch, tensors, offsets, &error),
                     AUG_CORRUPT);
    ck_assert_str_eq(error.message, "a batch has 0 samples; announced is 1 to 3");
    info.world = 2;
    ck_assert_msg(stream_layouts_apply(&layouts, &info, &batch, tensors, offsets, &error) == AUG_OK,
                  "%s", error.message);
    ck_assert_uint_eq(batch.n_samples, 0);
    ck_assert_uint_eq(tensors[0].size, 0);
    ck_assert_int_eq(offsets[0][0], 0);
    stream_layouts_fini(&layouts);
    free(packed.bytes);
}
END_TEST

START_TEST(wrong_rows_are_refused)
{
    refuse_ragged(RAGGED, 2, 1, "'boxes.offsets' of a batch does not rise from 0 to 3");
    refuse_ragged(RAGGED, 3, 4, "does not rise");
    refuse_ragged(RAGGED, 3, -1, "does not rise");
    refuse_ragged(RAGGED, 4, 2, "does not rise");
    refuse_ragged(ONE_SAMPLE("[2,2]", "64", "24"), 0, 8,
                  "'index' of a batch has not the announced");
    refuse_ragged(ONE_SAMPLE("[3,2]", "80", "8"), 0, 8, "'boxes' of a batch has not the announced");
}
END_TEST

START_TEST(layouts_are_forgotten_in_turn)
{
    static const AugTensorSpec tensor = {.name = "index", .sample = {.dtype = AUG_DTYPE_I64}};
    const StreamInfo info = {
        .where = "peer", .batch_size = 8, .steps_per_epoch = 1, .tensors = &tensor, .n_tensors = 1};
    const int64_t integers[8] = {0, 1, 2, 3, 4, 5, 6, 7};
    StreamLayouts layouts = {0};
    Packed packed[6];
    for (size_t n = 1; n <= 6; n++) {
        char header[128];
        snprintf(header, sizeof(header),
                 "{\"index\":{\"dtype\":\"I64\",\"shape\":[%zu],\"data_offsets\":[0,%zu]}}", n,
                 8 * n);
        packed[n - 1] = pack(header, integers, n);
    }
    /* The first comes again and again, so it is never the one that was not used for longest. */
    static const size_t order[] = {0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 1, 0, 5};
    static const uint64_t parsed[] = {1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 7};
    for (size_t i = 0; i < AUG_COUNT(order); i++) {
        const Packed *one = &packed[order[i]];
        StreamBatch batch = {.bytes = one->bytes, .size = one->size};
        AugTensor found;
        const int64_t *offsets;
        ck_assert_int_eq(stream_layouts_apply(&layouts, &info, &batch, &found, &offsets, NULL),
                         AUG_OK);
        ck_assert_uint_eq(batch.n_samples, order[i] + 1);
        ck_assert_mem_eq(found.bytes, integers, 8 * (order[i] + 1));
        ck_assert_msg(layouts.n_parsed == parsed[i],
                      "lookup %zu: %" PRIu64 " parsed, expected %" PRIu64, i, layouts.n_parsed,
                      parsed[i]);
    }
    stream_layouts_fini(&layouts);
    for (size_t i = 0; i < 6; i++)
        free(packed[i].bytes);
}
END_TEST

/* Expects that there can be no such stream. */
static void refuse_announcement(const StreamInfo *info, const char *words)
{
    Stream *stream;
    AugError error = {0};
    ck_assert_int_eq(stream_new(&stream, &test_bytes_kind, NULL, info, &error), AUG_CORRUPT);
    ck_assert_ptr_null(stream);
    ck_assert_msg(strstr(error.message, words) != NULL, "'%s' lacks '%s'", error.message, words);
}

START_TEST(announcements_are_checked)
{
    AugTensorSpec tensor = {.name = "data", .sample = {AUG_DTYPE_U8, 2, {3, 0}}};
    StreamInfo info = {
        .where = "peer", .batch_size = 3, .steps_per_epoch = 1, .tensors = &tensor, .n_tensors = 1};
    refuse_announcement(&info, "'data' of the stream has no bytes");
    tensor.sample.shape[1] = UINT64_MAX;
    refuse_announcement(&info, "or too many");
    tensor.sample.shape[1] = 1;
    info.batch_size = 0;
    refuse_announcement(&info, "no batches");
    info.batch_size = 3;
    info.steps_per_epoch = 0;
    refuse_announcement(&info, "no batches");
    ck_assert(stream_is_address("unix:/run/x"));
    ck_assert(stream_is_address("tcp:host:1"));
    ck_assert(!stream_is_address("train.yaml"));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("stream");
    TCase *test = tcase_create("stream");
    tcase_add_test(test, a_rank_is_announced_its_part);
    tcase_add_test(test, the_engine_announces_what_it_makes);
    tcase_add_test(test, expectations_are_compared);
    tcase_add_test(test, bytes_and_the_engine_agree);
    tcase_add_test(test, ragged_tensors_are_read);
    tcase_add_test(test, a_part_may_be_empty);
    tcase_add_test(test, wrong_rows_are_refused);
    tcase_add_test(test, layouts_are_forgotten_in_turn);
    tcase_add_test(test, announcements_are_checked);
    suite_add_tcase(suite, test);
    return test_run(suite);
}
