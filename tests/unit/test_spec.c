/* Specs: every mistake named with its place, canonical text stable, schema from the tables. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aug/plan.h"
#include "libaug/spec/spec.h"
#include "tests/support/support.h"

static AugError items[16];
static AugProblems problems;

static AugSpec *parse(const char *text)
{
    problems = (AugProblems){.items = items, .capacity = 16};
    AugSpec *spec;
    AugStatus status = aug_spec_parse(&spec, text, strlen(text), "s.yaml", NULL, &problems);
    ck_assert((status == AUG_OK) == (spec != NULL) && (spec != NULL) == (problems.n == 0));
    return spec;
}

static AugSpec *parse_good(const char *text)
{
    AugSpec *spec = parse(text);
    ck_assert_msg(spec != NULL, "%s: %s: %s", text, items[0].where, items[0].message);
    return spec;
}

static void check_refused(const char *text, const char *where, const char *words)
{
    ck_assert_msg(!parse(text), "accepted: %s", text);
    ck_assert_msg(strcmp(items[0].where, where) == 0, "%s: at %s, not %s (%s)", text,
                  items[0].where, where, items[0].message);
    ck_assert_msg(strstr(items[0].message, words), "'%s' does not say '%s'", items[0].message,
                  words);
}

static const char *const full = "augd: 1\n"
                                "seed: 42\n"
                                "dataset: {kind: synthetic, count: 10}\n"
                                "pipeline:\n"
                                "  - RandomResizedCrop: {size: [16, 24], scale: [0.5, 1.0]}\n"
                                "  - HorizontalFlip\n"
                                "  - OneOf:\n"
                                "      p: 0.3\n"
                                "      transforms:\n"
                                "        - VerticalFlip: {p: 2}\n"
                                "        - Rotate: 30\n"
                                "  - Cutout: {size: 4}\n"
                                "batch:\n"
                                "  size: 4\n"
                                "  mix:\n"
                                "    - OneOf: {transforms: [MixUp: {alpha: 0.2}, CutMix]}\n"
                                "output: {layout: hwc, dtype: uint8}\n";

START_TEST(a_full_spec_is_bound)
{
    AugSpec *spec = parse_good(full);
    ck_assert_uint_eq(aug_spec_seed(spec), 42);
    ck_assert_ptr_null(aug_spec_dataset_name(spec));
    ck_assert_uint_eq(spec->pipeline.n, 4);
    ck_assert_str_eq(spec->pipeline.ops[0].desc->name, "RandomResizedCrop");
    ck_assert(spec->pipeline.ops[0].p == 1 && spec->pipeline.ops[1].p == 0.5);
    const AugOp *group = &spec->pipeline.ops[2];
    ck_assert(group->p == 0.3 && group->n_children == 2);
    /* Inside a group p is a weight, 1 if not given. */
    ck_assert(group->children[0].p == 2 && group->children[1].p == 1);
    /* Positions count in reading order over the whole spec. */
    ck_assert_uint_eq(group->position, 2);
    ck_assert_uint_eq(group->children[1].position, 4);
    ck_assert_uint_eq(spec->pipeline.ops[3].position, 5);
    ck_assert_uint_eq(spec->mix.ops[0].position, 6);
    ck_assert_uint_eq(spec->mix.ops[0].children[1].position, 8);
    ck_assert_int_eq(spec->batch.size, 4);
    aug_spec_free(spec);
}
END_TEST

/* The same spec as YAML and as an object is the same stream. */
START_TEST(objects_mean_what_their_texts_mean)
{
    static const char *const texts[] = {
        "{\"augd\": 1, \"seed\": 9223372036854775807, \"pipeline\": [\"HorizontalFlip\", "
        "{\"Rotate\": {\"limit\": [-7.25, 1e1], \"p\": 0.1}}, {\"VerticalFlip\": null}]}",
        "{\"augd\": 1, \"seed\": \"18446744073709551615\", \"dataset\": \"7\", "
        "\"output\": {\"exif_orientation\": false, \"mean\": [0.1, 2e-1, 0.30000000000000004]}}",
    };
    for (size_t i = 0; i < AUG_COUNT(texts); i++) {
        AugSpec *text = parse_good(texts[i]);
        json_t *json = json_loads(texts[i], 0, NULL);
        AugSpec *object = NULL;
        problems = (AugProblems){.items = items, .capacity = 16};
        ck_assert_int_eq(augi_spec_from_json(&object, json, "spec", NULL, &problems), AUG_OK);
        json_decref(json);
        char *first = aug_spec_expanded(text), *second = aug_spec_expanded(object);
        ck_assert_str_eq(first, second);
        ck_assert_uint_eq(aug_spec_seed(object), i ? UINT64_MAX : INT64_MAX);
        free(first);
        free(second);
        aug_spec_free(text);
        aug_spec_free(object);
    }
}
END_TEST

START_TEST(mistakes_in_objects_have_pointers)
{
    static const char *const wrong[][3] = {
        {"{\"augd\": 1, \"seed\": 1.0}", "/spec/seed", "seed is 1.0"},
        {"{\"augd\": 1, \"batch\": {\"size\": \"4\"}}", "/spec/batch/size", "size is \"4\""},
        {"{\"augd\": 1, \"batch\": {\"siz\": 4}}", "/spec/batch/siz", "did you mean 'size'?"},
        {"{\"augd\": 1, \"batch\": {\"shuffle\": \"true\"}}", "/spec/batch/shuffle", "\"true\""},
        {"{\"augd\": 1, \"pipeline\": [{\"OneOf\": {\"transforms\": [{\"Rotat\": 1}]}}]}",
         "/spec/pipeline/0/OneOf/transforms/0", "did you mean 'Rotate'?"},
        {"{}", "/spec", "augd is missing"},
    };
    for (size_t i = 0; i < AUG_COUNT(wrong); i++) {
        json_t *json = json_loads(wrong[i][0], 0, NULL);
        AugSpec *spec;
        problems = (AugProblems){.items = items, .capacity = 16};
        ck_assert_int_eq(augi_spec_from_json(&spec, json, "spec", NULL, &problems), AUG_BAD_SPEC);
        ck_assert_ptr_null(spec);
        json_decref(json);
        ck_assert_str_eq(items[0].where, wrong[i][1]);
        ck_assert_msg(strstr(items[0].message, wrong[i][2]), "'%s' does not say '%s'",
                      items[0].message, wrong[i][2]);
    }
}
END_TEST

/* A map in normalize, and its numbers beside it, are one stream with one canonical form. */
START_TEST(normalization_by_hand)
{
    static const char *const same[] = {
        "{augd: 1, output: {normalize: {mean: [0.5, 0.25, 1], std: 0.1}}}",
        "{augd: 1, output: {normalize: none, mean: [0.5, 0.25, 1], std: 0.1}}",
        "{augd: 1, output: {mean: [0.5, 0.25, 1], std: [0.1]}}",
    };
    for (size_t i = 0; i < AUG_COUNT(same); i++) {
        AugSpec *spec = parse_good(same[i]);
        char *canonical = aug_spec_canonical(spec);
        ck_assert_msg(
            strstr(canonical, "\"mean\":[0.5,0.25,1],\"normalize\":\"none\",\"std\":[0.1]"), "%s",
            canonical);
        free(canonical);
        aug_spec_free(spec);
    }
    check_refused(
        "augd: 1\noutput: {normalize: {mean: 0.5}}\n", "s.yaml:2:21",
        "output.normalize: std is missing; allowed is list of numbers, each from above 0");
    check_refused("augd: 1\noutput: {normalize: {mean: 0.5, sdt: 1, std: 1}}\n", "s.yaml:2:33",
                  "the key 'sdt' is not known; did you mean 'std'?");
    check_refused("augd: 1\noutput: {normalize: {mean: 0.5, std: 0}}\n", "s.yaml:2:38",
                  "output.normalize: std is 0");
    check_refused("augd: 1\noutput: {normalize: {mean: [], std: 1}}\n", "s.yaml:2:21",
                  "normalize is a map with an empty list");
    check_refused("augd: 1\noutput: {normalize: {mean: 0.5, std: 1}, std: 2}\n", "s.yaml:2:9",
                  "output: normalize gives mean and std, and they stand beside it too");
    check_refused(
        "augd: 1\noutput: {normalize: imagenot}\n", "s.yaml:2:21",
        "did you mean 'imagenet'?); allowed is a map {mean: ..., std: ...}, or one of none");
    check_refused("augd: 1\noutput: {normalize: [0.5]}\n", "s.yaml:2:21", "normalize is a list");
}
END_TEST

START_TEST(choices_of_the_output)
{
    AugSpec *spec = parse_good("{augd: 1, output: {layout: hwc}}");
    ck_assert_str_eq(augi_spec_output_choice(spec, "layout"), "hwc");
    ck_assert_str_eq(augi_spec_output_choice(spec, "dtype"), "float32");
    ck_assert_ptr_null(augi_spec_output_choice(spec, "exif_orientation"));
    ck_assert_ptr_null(augi_spec_output_choice(spec, "no_such_row"));
    aug_spec_free(spec);
}
END_TEST

START_TEST(canonical_text_reads_back_and_ignores_spelling)
{
    AugSpec *spec = parse_good(full);
    char *canonical = aug_spec_canonical(spec);
    AugSpec *again = parse_good(canonical);
    char *second = aug_spec_canonical(again);
    ck_assert_str_eq(canonical, second);
    ck_assert_ptr_null(strstr(canonical, "synthetic"));
    char *expanded = aug_spec_expanded(spec);
    ck_assert_ptr_nonnull(strstr(expanded, "synthetic"));
    /* Every default, also of what the canonical form leaves out. */
    static const char *const quiet[] = {"\"views\": 1", "\"on_error\": \"fail\"",
                                        "\"group_by_length\": 0", "\"min_visibility\": 0"};
    for (size_t i = 0; i < AUG_COUNT(quiet); i++)
        ck_assert_msg(strstr(expanded, quiet[i]) != NULL, "%s in: %s", quiet[i], expanded);
    ck_assert_ptr_null(strstr(canonical, "views"));
    AugSpec *from_expanded = parse_good(expanded);
    char *third = aug_spec_canonical(from_expanded);
    ck_assert_str_eq(canonical, third);
    aug_spec_set_seed(again, 43);
    char *other = aug_spec_canonical(again);
    ck_assert_str_ne(canonical, other);
    free(canonical);
    free(second);
    free(expanded);
    free(third);
    free(other);
    aug_spec_free(spec);
    aug_spec_free(again);
    aug_spec_free(from_expanded);
}
END_TEST

START_TEST(defaults_make_a_small_spec)
{
    AugSpec *spec = parse_good("augd: 1\n");
    ck_assert_uint_eq(spec->pipeline.n + spec->mix.n, 0);
    ck_assert_int_eq(spec->batch.size, 32);
    ck_assert(spec->batch.shuffle && spec->batch.tail.value == AUGI_TAIL_SHORT);
    aug_spec_free(spec);
}
END_TEST

START_TEST(mistakes_are_named)
{
    check_refused("pipeline: []\n", "s.yaml:1:1", "augd is missing");
    check_refused("augd: 2\n", "s.yaml:1:7", "augd is 2");
    check_refused("augd: 1\npipline: []\n", "s.yaml:2:1", "'pipline' is not known");
    check_refused("augd: 1\nsede: 1\n", "s.yaml:2:1", "did you mean 'seed'?");
    check_refused("augd: 1\npipeline: Rotate\n", "s.yaml:2:11", "list of operations");
    check_refused("augd: 1\npipeline:\n  - Rotat: 3\n", "s.yaml:3:5",
                  "'Rotat' is not known; did you mean 'Rotate'?");
    check_refused("augd: 1\npipeline: [Qqqqqq]\n", "s.yaml:2:12", "'aug ops' lists all");
    check_refused("augd: 1\npipeline: [{Rotate: 1, Cutout: 2}]\n", "s.yaml:2:12",
                  "one operation is expected");
    check_refused("augd: 1\npipeline: [MixUp]\n", "s.yaml:2:12", "write it under batch.mix");
    check_refused("augd: 1\nbatch: {mix: [HorizontalFlip]}\n", "s.yaml:2:15",
                  "write it under pipeline");
    check_refused("augd: 1\npipeline: [HorizontalFlip: {p: 1.5}]\n", "s.yaml:2:32",
                  "p is 1.5; allowed is number from 0 to 1");
    check_refused("augd: 1\npipeline: [OneOf: {p: 1}]\n", "s.yaml:2:19", "transforms must be");
    check_refused("augd: 1\npipeline: [OneOf: {transforms: [HorizontalFlip: {p: 0}]}]\n",
                  "s.yaml:2:32", "all weights are 0");
    check_refused("augd: 1\nbatch: {size: 0}\n", "s.yaml:2:15", "size is 0");
    check_refused("augd: 1\nbatch: {tail: shrot}\n", "s.yaml:2:15", "did you mean 'short'?");
    check_refused("augd: 1\noutput: {layuot: chw}\n", "s.yaml:2:10", "did you mean 'layout'?");
    check_refused("augd: 1\ndataset: []\n", "s.yaml:2:10", "a name or a map");
    check_refused("- 1\n", "s.yaml:1:1", "a map of parameters");
}
END_TEST

START_TEST(all_mistakes_are_found_at_once)
{
    parse("augd: 1\nseed: x\npipeline:\n  - Rotat: 3\n  - Cutout: {size: -1}\n  - HorizontalFlip: "
          "{q: 1}\nbatch: {size: many}\n");
    ck_assert_uint_eq(problems.n, 5);
    static const char *const places[] = {"s.yaml:2:7", "s.yaml:4:5", "s.yaml:5:20", "s.yaml:6:22",
                                         "s.yaml:7:15"};
    for (size_t i = 0; i < 5; i++)
        ck_assert_str_eq(items[i].where, places[i]);
}
END_TEST

START_TEST(data_set_is_a_map_or_a_name)
{
    AugSpec *spec = parse_good("augd: 1\ndataset: cats\n");
    ck_assert_str_eq(aug_spec_dataset_name(spec), "cats");
    AugDataset *dataset;
    AugError error;
    ck_assert_int_eq(aug_spec_open_dataset(spec, &dataset, &error), AUG_BAD_SPEC);
    ck_assert_ptr_nonnull(strstr(error.message, "only a name"));
    aug_spec_free(spec);

    spec = parse_good(full);
    ck_assert_int_eq(aug_spec_open_dataset(spec, &dataset, &error), AUG_OK);
    ck_assert_uint_eq(aug_dataset_info(dataset)->n_samples, 10);
    aug_dataset_unref(dataset);
    aug_spec_free(spec);
}
END_TEST

/* Together with all others, although nothing is opened. */
START_TEST(mistakes_of_the_data_set_are_the_specs)
{
    static const char text[] = "augd: 1\ndataset: {kind: sinthetic}\nbatch: {sice: 1}\n";
    static const char other[] =
        "augd: 1\ndataset: {kind: tar, path: x, classes: 0}\nbatch: {size: 0}\n";
    AugSpec *spec;
    problems = (AugProblems){.items = items, .capacity = 16};
    ck_assert_int_eq(aug_spec_parse(&spec, text, strlen(text), "s.yaml", NULL, &problems),
                     AUG_BAD_SPEC);
    ck_assert_ptr_null(spec);
    ck_assert_uint_eq(problems.n, 2);
    ck_assert_str_eq(items[0].where, "s.yaml:2:17");
    ck_assert_ptr_nonnull(strstr(items[0].message, "did you mean 'synthetic'?"));
    ck_assert_ptr_nonnull(strstr(items[1].message, "did you mean 'size'?"));
    problems.n = 0;
    ck_assert_int_eq(aug_spec_parse(&spec, other, strlen(other), "s.yaml", NULL, &problems),
                     AUG_BAD_SPEC);
    ck_assert_uint_eq(problems.n, 2);
    ck_assert_ptr_nonnull(strstr(items[0].message, "classes is 0"));
    ck_assert_ptr_nonnull(strstr(items[1].message, "size is 0"));
}
END_TEST

START_TEST(stream_id_depends_on_data_spec_and_seed)
{
    static const char *const datasets[] = {"synthetic:count=9,size=4", "synthetic:count=8,size=4"};
    char ids[4][65];
    for (size_t i = 0; i < 4; i++) {
        AugSpec *spec = parse_good("augd: 1\nseed: 1\nbatch: {size: 2}\n");
        if (i == 1)
            aug_spec_set_seed(spec, 2);
        AugDataset *dataset;
        AugPlan *plan;
        AugError error;
        ck_assert_int_eq(aug_dataset_open(&dataset, datasets[i == 2], NULL, &error), AUG_OK);
        AugStatus status = aug_plan_new(&plan, spec, dataset, NULL, &error);
        ck_assert_msg(status == AUG_OK, "%s: %s", error.where, error.message);
        ck_assert_int_eq(aug_plan_stream_id(plan, ids[i], &error), AUG_OK);
        aug_plan_free(plan);
        aug_dataset_unref(dataset);
        aug_spec_free(spec);
    }
    ck_assert_str_ne(ids[0], ids[1]);
    ck_assert_str_ne(ids[0], ids[2]);
    ck_assert_str_eq(ids[0], ids[3]);
}
END_TEST

START_TEST(compile_errors_have_a_place_in_the_spec)
{
    AugSpec *spec = parse_good("augd: 1\npipeline:\n  - RandomCrop: {size: 90}\n");
    AugDataset *dataset;
    AugPlan *plan;
    AugError error;
    ck_assert_int_eq(aug_dataset_open(&dataset, "synthetic:count=9,size=4", NULL, &error), AUG_OK);
    ck_assert_int_eq(aug_plan_new(&plan, spec, dataset, NULL, &error), AUG_BAD_SPEC);
    ck_assert_ptr_null(plan);
    ck_assert_str_eq(error.where, "s.yaml:3:5");
    aug_dataset_unref(dataset);
    aug_spec_free(spec);
}
END_TEST

START_TEST(schema_is_json_and_knows_every_operation)
{
    char *text = aug_spec_schema();
    json_error_t error;
    json_t *schema = json_loads(text, 0, &error);
    ck_assert_msg(schema != NULL, "%s at %d", error.text, error.position);
    for (size_t i = 0; i < augi_n_ops; i++) {
        char quoted[80];
        snprintf(quoted, sizeof(quoted), "\"%s\"", augi_ops[i]->name);
        ck_assert_msg(strstr(text, quoted), "%s is not in the schema", quoted);
    }
    json_decref(schema);
    free(text);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("spec");
    TCase *tests = tcase_create("spec");
    tcase_add_test(tests, a_full_spec_is_bound);
    tcase_add_test(tests, objects_mean_what_their_texts_mean);
    tcase_add_test(tests, mistakes_in_objects_have_pointers);
    tcase_add_test(tests, choices_of_the_output);
    tcase_add_test(tests, normalization_by_hand);
    tcase_add_test(tests, canonical_text_reads_back_and_ignores_spelling);
    tcase_add_test(tests, defaults_make_a_small_spec);
    tcase_add_test(tests, mistakes_are_named);
    tcase_add_test(tests, all_mistakes_are_found_at_once);
    tcase_add_test(tests, data_set_is_a_map_or_a_name);
    tcase_add_test(tests, mistakes_of_the_data_set_are_the_specs);
    tcase_add_test(tests, stream_id_depends_on_data_spec_and_seed);
    tcase_add_test(tests, compile_errors_have_a_place_in_the_spec);
    tcase_add_test(tests, schema_is_json_and_knows_every_operation);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
