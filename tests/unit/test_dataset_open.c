/* Opening data sets: the short form, a spec's map, references, buffers, SHA-256; and the kind that
 * needs no files. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "libaug/data/dataset.h"
#include "tests/support/datasets.h"

START_TEST(synthetic_is_what_its_formula_says)
{
    AugDataset *dataset = test_open("synthetic:count=100,size=[2, 3],channels=3,classes=7");
    const AugDatasetInfo *info = aug_dataset_info(dataset);
    ck_assert_uint_eq(info->n_samples, 100);
    ck_assert_int_ne(info->fields[0].form, AUG_FORM_ENCODED);
    ck_assert_int_eq(info->fields[0].tensor.shape[0], 2);
    ck_assert_int_eq(info->fields[0].tensor.shape[1], 3);
    ck_assert_int_eq(info->fields[0].tensor.shape[2], 3);
    ck_assert_uint_eq(info->n_classes, 7);
    for (uint64_t index = 0; index < 100; index++) {
        uint64_t label = index % 7;
        uint8_t expected[2 * 3 * 3];
        for (size_t y = 0; y < 2; y++)
            for (size_t x = 0; x < 3; x++)
                for (size_t c = 0; c < 3; c++)
                    expected[(y * 3 + x) * 3 + c] =
                        (uint8_t)(47 * label + 5 * index + 85 * c + y + x);
        char name[8];
        snprintf(name, sizeof(name), "#%d", (int)index);
        test_sample(dataset, index, name, (int64_t)label, expected, sizeof(expected));
    }
    ck_assert_str_eq(aug_dataset_class_name(dataset, 6), "6");
    ck_assert_str_eq(aug_dataset_class_name(dataset, 7), "");
    aug_dataset_unref(dataset);
}
END_TEST

/* The same gradient: white is 65535, and 1. */
START_TEST(synthetic_of_other_types)
{
    enum { N = 2 * 3 * 5 };
    AugDataset *bytes = test_open("synthetic:count=9,size=[2, 3],channels=5");
    AugDataset *words = test_open("synthetic:count=9,size=[2, 3],channels=5,dtype=uint16");
    AugDataset *reals = test_open("synthetic:count=9,size=[2, 3],channels=5,dtype=float32");
    ck_assert_int_eq(aug_dataset_info(words)->fields[0].tensor.dtype, AUG_DTYPE_U16);
    ck_assert_int_eq(aug_dataset_info(reals)->fields[0].tensor.dtype, AUG_DTYPE_F32);
    ck_assert_int_eq(aug_dataset_info(reals)->fields[0].tensor.shape[2], 5);
    AugBuffer buffer = {0};
    AugSample sample;
    uint16_t as_words[N];
    float as_reals[N];
    ck_assert_int_eq(aug_dataset_read(bytes, 8, &buffer, &sample, NULL), AUG_OK);
    for (size_t i = 0; i < N; i++) {
        const uint8_t value = ((const uint8_t *)sample.fields[0].bytes)[i];
        as_words[i] = (uint16_t)(value * 257);
        as_reals[i] = (float)(value / 255.0);
    }
    test_sample(words, 8, "#8", 8, as_words, sizeof(as_words));
    test_sample(reals, 8, "#8", 8, as_reals, sizeof(as_reals));
    aug_buffer_fini(&buffer);
    aug_dataset_unref(bytes);
    aug_dataset_unref(words);
    aug_dataset_unref(reals);
}
END_TEST

START_TEST(a_million_samples_cost_nothing)
{
    struct timespec begin, end;
    clock_gettime(CLOCK_MONOTONIC, &begin);
    AugDataset *dataset = test_open("synthetic:count=1000000,size=224");
    AugBuffer buffer = {0};
    AugSample sample;
    ck_assert_int_eq(aug_dataset_read(dataset, 999999, &buffer, &sample, NULL), AUG_OK);
    char hex[65];
    ck_assert_int_eq(aug_dataset_fingerprint(dataset, hex, NULL), AUG_OK);
    clock_gettime(CLOCK_MONOTONIC, &end);
    double seconds =
        (double)(end.tv_sec - begin.tv_sec) + 1e-9 * (double)(end.tv_nsec - begin.tv_nsec);
    /* It takes well below a millisecond; making a million pictures would take a minute. */
    ck_assert_msg(seconds < 1, "it took %.3f s", seconds);
    ck_assert_str_eq(sample.name, "#999999");
    aug_buffer_fini(&buffer);
    aug_dataset_unref(dataset);
}
END_TEST

START_TEST(synthetic_fingerprints_differ_with_each_parameter)
{
    static const char *const forms[] = {"synthetic:count=10",
                                        "synthetic:count=11",
                                        "synthetic:count=10,size=16",
                                        "synthetic:count=10,channels=1",
                                        "synthetic:count=10,classes=3",
                                        "synthetic:count=10,channels=2",
                                        "synthetic:count=10,dtype=uint16",
                                        "synthetic:count=10,dtype=float32"};
    char *prints[AUG_COUNT(forms)];
    for (size_t i = 0; i < AUG_COUNT(forms); i++) {
        prints[i] = test_fingerprint("%s", forms[i]);
        char *again = test_fingerprint("%s", forms[i]);
        ck_assert_str_eq(prints[i], again);
        free(again);
        for (size_t k = 0; k < i; k++)
            ck_assert_str_ne(prints[i], prints[k]);
    }
    for (size_t i = 0; i < AUG_COUNT(forms); i++)
        free(prints[i]);
}
END_TEST

START_TEST(short_forms_with_mistakes_are_refused)
{
    static const struct {
        const char *location;
        AugStatus status;
        const char *words;
    } cases[] = {
        {"", AUG_BAD_SPEC, "KIND:PATH"},
        {"data/train", AUG_BAD_SPEC, "KIND:PATH"},
        {"idx", AUG_BAD_SPEC, "such as idx:"},
        {"imagefolder:x", AUG_BAD_SPEC, "did you mean 'image_folder'?"},
        {"zzzz:x", AUG_BAD_SPEC, "known are: cifar, csv, idx, image_folder, jsonl"},
        {"idx:", AUG_BAD_SPEC, "the path is empty"},
        {"idx:,split=test", AUG_BAD_SPEC, "the path is empty"},
        {"idx:x,splitt=test", AUG_BAD_SPEC, "did you mean 'split'?"},
        {"idx:x,split=tset", AUG_BAD_SPEC, "did you mean 'test'?"},
        {"idx:x,split=test,split=train", AUG_BAD_SPEC, "given twice"},
        {"idx:x,kind=csv", AUG_BAD_SPEC, "given twice"},
        {"idx:x,path=y", AUG_BAD_SPEC, "given twice"},
        {"synthetic:", AUG_BAD_SPEC, "count is missing"},
        {"synthetic:1000", AUG_BAD_SPEC, "allowed is key=value"},
        {"synthetic:path=x,count=3", AUG_BAD_SPEC, "'path' is not known"},
        {"synthetic:count=0", AUG_BAD_SPEC, "count is 0"},
        {"synthetic:count=many", AUG_BAD_SPEC, "count is many"},
        {"synthetic:count=3,channels=17", AUG_BAD_SPEC, "channels is 17"},
        {"synthetic:count=3,dtype=int8", AUG_BAD_SPEC, "did you mean 'uint8'?"},
        {"synthetic:count=3,size=[1, 2", AUG_BAD_SPEC, "not valid YAML"},
        {"synthetic:count=3,size=[1, 2, 3]", AUG_BAD_SPEC, "size is a list"},
        {"synthetic:count=3,size=20000", AUG_TOO_LARGE, "20000 x 20000"},
    };
    for (size_t i = 0; i < AUG_COUNT(cases); i++)
        test_refuse(cases[i].status, cases[i].words, "%s", cases[i].location);
}
END_TEST

START_TEST(the_column_of_a_mistake_is_named)
{
    test_refuse(AUG_BAD_SPEC, "idx:abc,splitt=test:1:9: ", "idx:abc,splitt=test");
    test_refuse(AUG_BAD_SPEC, "synthetic:count=x:1:17: ", "synthetic:count=x");
}
END_TEST

START_TEST(commas_and_equal_signs_may_stand_in_paths)
{
    char *path = test_path("%s/a,b c=d, e.tsv", test_folder());
    test_write_file(path, "0\tx\n", 4);
    AugDataset *dataset = test_open("tsv:%s", path);
    test_sample(dataset, 0, "#0", 0, "x", 1);
    aug_dataset_unref(dataset);
    dataset = test_open("tsv:%s,label_type=names,header=no", path);
    test_sample(dataset, 0, "#0", 0, "x", 1);
    ck_assert_str_eq(aug_dataset_class_name(dataset, 0), "0");
    aug_dataset_unref(dataset);
    free(path);
}
END_TEST

/* Opens a map given as YAML. */
static AugStatus open_yaml(AugDataset **out, const char *yaml, AugProblems *problems,
                           AugError *error)
{
    AugLimits limits;
    aug_limits_init(&limits);
    AugiTreeDocument *document;
    ck_assert_int_eq(augi_tree_parse(&document, yaml, strlen(yaml), "spec.yaml", &limits, problems),
                     AUG_OK);
    AugStatus status = augi_dataset_open_tree(out, &document->root, NULL, NULL, problems, error);
    augi_tree_free(document);
    return status;
}

START_TEST(maps_open_the_same_as_short_forms)
{
    AugProblems problems = {0};
    AugError error = {0};
    AugDataset *dataset;
    ck_assert_int_eq(
        open_yaml(&dataset, "{kind: synthetic, count: 10, size: [16, 16]}", &problems, &error),
        AUG_OK);
    char hex[65];
    ck_assert_int_eq(aug_dataset_fingerprint(dataset, hex, &error), AUG_OK);
    char *other = test_fingerprint("synthetic:count=10,size=16");
    ck_assert_str_eq(hex, other);
    free(other);
    aug_dataset_unref(dataset);
}
END_TEST

START_TEST(mistakes_in_a_map_go_to_problems_and_error)
{
    static const struct {
        const char *yaml, *where, *words;
        size_t n;
    } cases[] = {
        {"a: 1", "spec.yaml:1:1", "kind is missing; known are: cifar, csv", 1},
        {"[idx, x]", "spec.yaml:1:1", "a list stands here", 1},
        {"kind: [a]", "spec.yaml:1:7", "kind is no word; known are: cifar, csv", 1},
        {"kind: idxx\npath: x", "spec.yaml:1:7", "did you mean 'idx'?", 1},
        {"kind: idx\nsplit: trian\npaht: x", "spec.yaml:2:8", "and 1 more", 2},
    };
    for (size_t i = 0; i < AUG_COUNT(cases); i++) {
        AugError items[4], error = {0};
        AugProblems problems = {.items = items, .capacity = 4};
        AugDataset *dataset;
        ck_assert_int_eq(open_yaml(&dataset, cases[i].yaml, &problems, &error), AUG_BAD_SPEC);
        ck_assert_ptr_null(dataset);
        ck_assert_uint_eq(problems.n, cases[i].n);
        ck_assert_str_eq(error.where, cases[i].where);
        ck_assert_msg(strstr(error.message, cases[i].words), "'%s' does not say '%s'",
                      error.message, cases[i].words);
        ck_assert_str_eq(items[0].where, cases[i].where);
    }
}
END_TEST

START_TEST(failures_of_files_are_no_problems_of_the_map)
{
    AugError items[4], error = {0};
    AugProblems problems = {.items = items, .capacity = 4};
    AugDataset *dataset;
    ck_assert_int_eq(open_yaml(&dataset, "{kind: idx, path: /absent/x}", &problems, &error),
                     AUG_NOT_FOUND);
    ck_assert_uint_eq(problems.n, 0);
    ck_assert_str_eq(error.where, "/absent/x");
}
END_TEST

START_TEST(a_missing_file_names_its_neighbour)
{
    char *path = test_path("%s/reviews.tsv", test_folder());
    test_write_file(path, "0\tx\n", 4);
    test_refuse(AUG_NOT_FOUND, "reviews.tsv'?", "tsv:%s/revews.tsv", test_folder());
    test_refuse(AUG_NOT_FOUND, "does not exist", "tsv:%s/zzz", test_folder());
    test_refuse(AUG_NOT_FOUND, "does not exist", "tsv:%s/reviews.tsv/x", test_folder());
    free(path);
}
END_TEST

START_TEST(an_index_out_of_range_is_refused)
{
    AugDataset *dataset = test_open("synthetic:count=3");
    test_read_fails(dataset, 3, AUG_BAD_ARGUMENT, "sample 3 is asked for; allowed is 0 to 2");
    test_read_fails(dataset, UINT64_MAX, AUG_BAD_ARGUMENT, "allowed is 0 to 2");
    ck_assert_int_eq(aug_dataset_label(dataset, 3), -1);
    aug_dataset_unref(dataset);
}
END_TEST

START_TEST(limits_bound_samples_and_classes)
{
    AugLimits limits;
    aug_limits_init(&limits);
    limits.max_samples = 10;
    limits.max_classes = 5;
    test_refuse_under(&limits, AUG_TOO_LARGE, "11 samples; 10 are allowed",
                      "synthetic:count=11,classes=5");
    test_refuse_under(&limits, AUG_TOO_LARGE, "6 classes; 5", "synthetic:count=10,classes=6");
    AugDataset *dataset;
    ck_assert_int_eq(aug_dataset_open(&dataset, "synthetic:count=10,classes=5", &limits, NULL),
                     AUG_OK);
    aug_dataset_unref(dataset);
}
END_TEST

START_TEST(references_keep_a_set_alive)
{
    AugDataset *dataset = test_open("synthetic:count=3");
    AugDataset *other = aug_dataset_ref(dataset);
    ck_assert_ptr_eq(dataset, other);
    aug_dataset_unref(dataset);
    ck_assert_uint_eq(aug_dataset_info(other)->n_samples, 3);
    aug_dataset_unref(other);
    ck_assert_ptr_null(aug_dataset_ref(NULL));
    aug_dataset_unref(NULL);
}
END_TEST

START_TEST(buffers_grow_and_keep_their_content)
{
    AugBuffer buffer = {0};
    aug_buffer_fini(&buffer);
    ck_assert_int_eq(augi_buffer_reserve(&buffer, 3, NULL), AUG_OK);
    memcpy(buffer.bytes, "abc", 3);
    for (size_t size = 4; size < 10000; size = size * 3 / 2)
        ck_assert_int_eq(augi_buffer_reserve(&buffer, size, NULL), AUG_OK);
    ck_assert_mem_eq(buffer.bytes, "abc", 3);
    AugError error = {0};
    size_t capacity = buffer.capacity;
    ck_assert_int_eq(augi_buffer_reserve(&buffer, SIZE_MAX - 8, &error), AUG_NO_MEMORY);
    ck_assert_uint_eq(buffer.capacity, capacity);
    ck_assert_str_eq(augi_buffer_name(&buffer, "%s/%d", "a", 7), "a/7");
    char *long_name = calloc(1, 5001);
    memset(long_name, 'x', 5000);
    ck_assert_str_eq(augi_buffer_name(&buffer, "%s", long_name), long_name);
    ck_assert_str_eq(augi_buffer_number_name(&buffer, 0), "#0");
    ck_assert_str_eq(augi_buffer_number_name(&buffer, UINT64_MAX), "#18446744073709551615");
    free(long_name);
    aug_buffer_fini(&buffer);
    ck_assert_ptr_null(buffer.bytes);
}
END_TEST

START_TEST(sha256_gives_the_published_digests)
{
    /* FIPS 180-2, appendix B.1 and B.2. */
    AugiHash hash = {0};
    char hex[65];
    ck_assert_int_eq(augi_hash_init(&hash, NULL), AUG_OK);
    augi_hash_add(&hash, "a", 1);
    augi_hash_add(&hash, "bc", 2);
    augi_hash_hex(&hash, hex);
    ck_assert_str_eq(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    ck_assert_int_eq(augi_hash_init(&hash, NULL), AUG_OK);
    augi_hash_add(&hash, "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56);
    augi_hash_hex(&hash, hex);
    ck_assert_str_eq(hex, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    augi_hash_hex(&hash, hex);
    ck_assert_str_eq(hex, "");
    augi_hash_fini(&hash);
}
END_TEST

START_TEST(hashed_texts_do_not_run_together)
{
    char hex[2][65];
    for (int i = 0; i < 2; i++) {
        AugiHash hash = {0};
        ck_assert_int_eq(augi_hash_init(&hash, NULL), AUG_OK);
        augi_hash_add_text(&hash, i ? "ab" : "a");
        augi_hash_add_text(&hash, i ? "c" : "bc");
        augi_hash_hex(&hash, hex[i]);
    }
    ck_assert_str_ne(hex[0], hex[1]);
}
END_TEST

START_TEST(an_unknown_kind_is_not_found)
{
    ck_assert_ptr_null(augi_dataset_kind_find("nothing"));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("dataset_open");
    TCase *tests = tcase_create("all");
    tcase_add_test(tests, synthetic_is_what_its_formula_says);
    tcase_add_test(tests, synthetic_of_other_types);
    tcase_add_test(tests, a_million_samples_cost_nothing);
    tcase_add_test(tests, synthetic_fingerprints_differ_with_each_parameter);
    tcase_add_test(tests, short_forms_with_mistakes_are_refused);
    tcase_add_test(tests, the_column_of_a_mistake_is_named);
    tcase_add_test(tests, commas_and_equal_signs_may_stand_in_paths);
    tcase_add_test(tests, maps_open_the_same_as_short_forms);
    tcase_add_test(tests, mistakes_in_a_map_go_to_problems_and_error);
    tcase_add_test(tests, failures_of_files_are_no_problems_of_the_map);
    tcase_add_test(tests, a_missing_file_names_its_neighbour);
    tcase_add_test(tests, an_index_out_of_range_is_refused);
    tcase_add_test(tests, limits_bound_samples_and_classes);
    tcase_add_test(tests, references_keep_a_set_alive);
    tcase_add_test(tests, buffers_grow_and_keep_their_content);
    tcase_add_test(tests, sha256_gives_the_published_digests);
    tcase_add_test(tests, hashed_texts_do_not_run_together);
    tcase_add_test(tests, an_unknown_kind_is_not_found);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
