/* Tensors of a domain that nobody knows, through the room of streams: views, ragged boxes, text. */
#include <string.h>

#include "aug/plan.h"
#include "stream/stream.h"
#include "tests/support/streams.h"
#include "tests/support/support.h"

START_TEST(ragged_tensors_come_from_the_engine_and_as_bytes)
{
    static const char text[] =
        "{augd: 1, seed: 11, pipeline: [ToyTurn], batch: {size: 4}, dataset: x}";
    AugSpec *spec;
    AugDataset *dataset;
    AugPlan *plan;
    AugError error = {0};
    AugProblems problems = {.items = &error, .capacity = 1};
    ck_assert_msg(aug_spec_parse(&spec, text, strlen(text), "toys", NULL, &problems) == AUG_OK,
                  "%s: %s", error.where, error.message);
    ck_assert_int_eq(aug_dataset_open(&dataset, "toy_pairs:count=23", NULL, &error), AUG_OK);
    const AugPlanOptions options = {.names = true, .class_names = true};
    ck_assert_msg(aug_plan_new(&plan, spec, dataset, &options, &error) == AUG_OK, "%s: %s",
                  error.where, error.message);
    Stream *stream;
    ck_assert_int_eq(stream_open(&stream, plan, NULL, &error), AUG_OK);
    const StreamInfo *info = stream_info(stream);
    const int boxes = stream_find_tensor(info, "boxes"), name = stream_find_tensor(info, "name");
    ck_assert_int_ge(boxes, 0);
    ck_assert_int_ge(name, 0);
    ck_assert(info->tensors[boxes].ragged && info->tensors[name].ragged);
    stream_free(stream);
    ck_assert_uint_eq(test_streams_agree(plan, 2, 0, 1), 12);
    /* The last batch of an epoch has 3 samples: the first of four ranks gets none of it. */
    ck_assert_uint_eq(test_streams_agree(plan, 2, 0, 4), 12);
    ck_assert_uint_eq(test_streams_agree(plan, 2, 3, 4), 12);
    aug_plan_free(plan);
    aug_dataset_unref(dataset);
    aug_spec_free(spec);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("toy_stream_room");
    TCase *test = tcase_create("room");
    tcase_add_test(test, ragged_tensors_come_from_the_engine_and_as_bytes);
    suite_add_tcase(suite, test);
    return test_run(suite);
}
