/* Parts of data sets: who is in which, that nobody changes sides, and what is refused. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libaug/data/part.h"
#include "tests/support/datasets.h"

enum { MOST = 100 };

/* Names of the samples of a data set, in order. */
typedef struct Names {
    char *texts[MOST];
    size_t n;
} Names;

static Names names_of(const AugDataset *dataset)
{
    Names names = {.n = (size_t)aug_dataset_info(dataset)->n_samples};
    ck_assert_uint_le(names.n, MOST);
    AugBuffer buffer = {0};
    for (size_t i = 0; i < names.n; i++) {
        AugSample sample;
        ck_assert_int_eq(aug_dataset_read(dataset, i, &buffer, &sample, NULL), AUG_OK);
        names.texts[i] = strdup(sample.name);
    }
    aug_buffer_fini(&buffer);
    return names;
}

/* Those that a short form made like printf opens. */
__attribute__((format(printf, 1, 2))) static Names names_in(const char *format, ...)
{
    char location[1000];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(location, sizeof(location), format, arguments);
    va_end(arguments);
    AugDataset *dataset = test_open("%s", location);
    const Names names = names_of(dataset);
    aug_dataset_unref(dataset);
    return names;
}

static void free_names(Names *names)
{
    for (size_t i = 0; i < names->n; i++)
        free(names->texts[i]);
}

static bool has_name(const Names *names, const char *name)
{
    for (size_t i = 0; i < names->n; i++)
        if (strcmp(names->texts[i], name) == 0)
            return true;
    return false;
}

static void put(const char *root, const char *name)
{
    char *path = test_path("%s/%s", root, name);
    char *slash = strrchr(path, '/');
    *slash = 0;
    free(test_make_folder("%s", path));
    *slash = '/';
    test_replace_file(path, name, strlen(name));
    free(path);
}

/* n pictures of each of two classes. */
static char *make_pets(const char *name, int n)
{
    char *root = test_make_folder("%s/%s", test_folder(), name);
    for (int i = 0; i < n; i++) {
        char text[32];
        snprintf(text, sizeof(text), "cat/%03d.jpg", i);
        put(root, text);
        snprintf(text, sizeof(text), "dog/%03d.jpg", i);
        put(root, text);
    }
    return root;
}

START_TEST(parts_are_disjoint_and_cover_all)
{
    char *root = make_pets("pets", 20);
    AugDataset *whole = test_open("image_folder:%s", root);
    AugDataset *parts[] = {
        test_open("image_folder:%s,split={eval: 0.3, by: class},part=train", root),
        test_open("image_folder:%s,split={eval: 0.3, by: class},part=eval", root)};
    uint64_t next[2] = {0, 0};
    AugBuffer buffer = {0};
    for (uint64_t i = 0; i < 40; i++) {
        AugSample sample;
        ck_assert_int_eq(aug_dataset_read(whole, i, &buffer, &sample, NULL), AUG_OK);
        const int64_t label = aug_dataset_label(whole, i);
        int n_found = 0;
        for (int p = 0; p < 2; p++) {
            Names names = names_of(parts[p]);
            if (has_name(&names, sample.name)) {
                test_sample(parts[p], next[p], sample.name, label, sample.name,
                            strlen(sample.name));
                ck_assert_int_eq(aug_dataset_label(parts[p], next[p]++), label);
                n_found++;
            }
            free_names(&names);
        }
        ck_assert_msg(n_found == 1, "%s is in %d parts", sample.name, n_found);
    }
    aug_buffer_fini(&buffer);
    for (int p = 0; p < 2; p++) {
        ck_assert_uint_eq(aug_dataset_info(parts[p])->n_samples, next[p]);
        ck_assert_uint_eq(aug_dataset_info(parts[p])->n_classes, 2);
        ck_assert_str_eq(aug_dataset_class_name(parts[p], 1), "dog");
        test_read_fails(parts[p], next[p], AUG_BAD_ARGUMENT, "is asked for");
        ck_assert_int_eq(aug_dataset_label(parts[p], next[p]), -1);
        test_read_from_threads(parts[p]);
        aug_dataset_unref(parts[p]);
    }
    aug_dataset_unref(whole);
    free(root);
}
END_TEST

/* A change here moves samples of everybody's evaluation into their training. */
START_TEST(membership_is_pinned)
{
    static const char *const names[] = {"cat/000.jpg", "cat/001.jpg", "cat/002.jpg", "cat/003.jpg",
                                        "cat/004.jpg", "cat/005.jpg", "dog/000.jpg", "dog/001.jpg",
                                        "dog/002.jpg", "dog/003.jpg", "dog/004.jpg", "dog/005.jpg"};
    static const struct {
        const char *split;
        const char *is_eval; /* of each name */
    } rows[] = {
        {"{eval: 0.5}", "111101010100"},
        {"{eval: 0.5, by: class}", "111101100110"},
        {"{eval: 0.5, seed: 7}", "110111011011"},
        {"{eval: 0.2, by: class, seed: 18446744073709551615}", "000000110000"},
    };
    char *root = make_pets("pinned", 6);
    for (size_t r = 0; r < AUG_COUNT(rows); r++) {
        Names eval = names_in("image_folder:%s,split=%s,part=eval", root, rows[r].split);
        char found[AUG_COUNT(names) + 1] = {0};
        for (size_t i = 0; i < AUG_COUNT(names); i++)
            found[i] = has_name(&eval, names[i]) ? '1' : '0';
        ck_assert_msg(strcmp(found, rows[r].is_eval) == 0, "%s: %s, pinned %s", rows[r].split,
                      found, rows[r].is_eval);
        free_names(&eval);
    }
    free(root);
}
END_TEST

/* The names of one set that are in eval of the other are those of its own eval. */
static void check_same_sides(const Names *all, const Names *eval, const Names *other_eval,
                             size_t prefix)
{
    for (size_t i = 0; i < all->n; i++) {
        const bool here = has_name(eval, all->texts[i]);
        bool there = false;
        for (size_t k = 0; k < other_eval->n; k++)
            there = there || strcmp(other_eval->texts[k] + prefix, all->texts[i]) == 0;
        ck_assert_msg(here == there, "%s changed sides", all->texts[i]);
    }
}

/* Of the pictures of a folder, each in the shard that its number says. */
static void pack(const char *path, const Names *names, size_t shard, size_t n_shards)
{
    FILE *tar = fopen(path, "w");
    ck_assert_ptr_nonnull(tar);
    for (size_t i = shard; i < names->n; i += n_shards)
        test_tar_add(tar, names->texts[i], '0', names->texts[i], strlen(names->texts[i]));
    test_tar_end(tar);
}

START_TEST(nobody_changes_sides)
{
    static const char split[] = "split={eval: 0.4, by: class},part=eval";
    char *root = make_pets("before", 20);
    Names all = names_in("image_folder:%s", root);
    Names eval = names_in("image_folder:%s,%s", root, split);
    ck_assert_uint_gt(eval.n, 5);
    ck_assert_uint_lt(eval.n, 27);
    /* Elsewhere, with a class before the others and pictures between and behind them. */
    char *grown = make_pets("grown", 30);
    put(grown, "ant/000.jpg");
    put(grown, "cat/000a.jpg");
    Names more = names_in("image_folder:%s,%s", grown, split);
    check_same_sides(&all, &eval, &more, 0);
    free_names(&more);
    /* In one shard, and in three. */
    char *tar = test_path("%s/one.tar", test_folder());
    pack(tar, &all, 0, 1);
    Names packed = names_in("tar:%s,%s", tar, split);
    check_same_sides(&all, &eval, &packed, 0);
    free_names(&packed);
    for (size_t i = 0; i < 3; i++) {
        char *shard = test_path("%s/%zu.tar", root, i);
        pack(shard, &all, i, 3);
        free(shard);
    }
    packed = names_in("tar:%s/{0..2}.tar,%s", root, split);
    ck_assert_uint_eq(packed.n, eval.n);
    check_same_sides(&all, &eval, &packed, strlen("0.tar/"));
    free_names(&packed);
    free_names(&eval);
    free_names(&all);
    free(tar);
    free(grown);
    free(root);
}
END_TEST

/* Whether each of n numbered samples is in eval. */
static uint8_t *draw_numbers(uint64_t n, const char *split)
{
    AugDataset *eval = test_open("synthetic:count=%llu,size=1,channels=1,split=%s,part=eval",
                                 (unsigned long long)n, split);
    uint8_t *is_eval = calloc(n, 1);
    ck_assert_ptr_nonnull(is_eval);
    AugBuffer buffer = {0};
    for (uint64_t i = 0; i < aug_dataset_info(eval)->n_samples; i++) {
        const char *name = augi_dataset_sample_name(eval, i, &buffer);
        ck_assert_int_eq(name[0], '#');
        is_eval[strtoull(name + 1, NULL, 10)] = 1;
    }
    aug_buffer_fini(&buffer);
    aug_dataset_unref(eval);
    return is_eval;
}

START_TEST(numbers_are_names)
{
    uint8_t *few = draw_numbers(500, "{eval: 0.3, by: class}");
    uint8_t *many = draw_numbers(800, "{eval: 0.3, by: class}");
    ck_assert_mem_eq(few, many, 500);
    free(few);
    free(many);
}
END_TEST

static void check_share(const char *what, double n, double expected_n, double p)
{
    const double bound = 5 * sqrt(expected_n * p * (1 - p));
    ck_assert_msg(fabs(n - expected_n * p) < bound, "%s: %.0f of %.0f, expected %.0f within %.0f",
                  what, n, expected_n, expected_n * p, bound);
}

/* Binomial, in the whole and in each of ten classes; bounds of five deviations. */
START_TEST(shares_are_those_of_coins)
{
    enum { N = 100000 };
    static const char *const splits[] = {"0.1", "{eval: 0.1, by: class}", "{eval: 0.1, seed: 1}"};
    uint8_t *drawn[3];
    for (int s = 0; s < 3; s++) {
        drawn[s] = draw_numbers(N, splits[s]);
        uint64_t n = 0, by_class[10] = {0};
        for (uint64_t i = 0; i < N; i++) {
            n += drawn[s][i];
            by_class[i % 10] += drawn[s][i];
        }
        check_share(splits[s], (double)n, N, 0.1);
        for (int c = 0; c < 10; c++)
            check_share("class", (double)by_class[c], N / 10, 0.1);
    }
    /* Splits by other keys know nothing of each other; a larger eval holds the smaller. */
    uint8_t *larger = draw_numbers(N, "0.2");
    uint64_t n_both[2] = {0};
    for (uint64_t i = 0; i < N; i++) {
        n_both[0] += drawn[0][i] & drawn[1][i];
        n_both[1] += drawn[0][i] & drawn[2][i];
        ck_assert(larger[i] || !drawn[0][i]);
    }
    check_share("in both by sample and by class", (double)n_both[0], N, 0.01);
    check_share("in both of two seeds", (double)n_both[1], N, 0.01);
    free(larger);
    for (int s = 0; s < 3; s++)
        free(drawn[s]);
}
END_TEST

START_TEST(classes_are_counted)
{
    uint8_t *is_eval = draw_numbers(200, "{eval: 0.25}");
    uint64_t n_eval[10] = {0};
    for (int i = 0; i < 200; i++)
        n_eval[i % 10] += is_eval[i];
    free(is_eval);
    for (int p = 0; p < 2; p++) {
        AugDataset *part = test_open("synthetic:count=200,split=0.25,part=%s", augi_part_names[p]);
        AugiClassShare shares[10];
        augi_part_count(part, shares);
        for (int c = 0; c < 10; c++) {
            ck_assert_uint_eq(shares[c].n, 20);
            ck_assert_uint_eq(shares[c].n_eval, n_eval[c]);
        }
        ck_assert_uint_eq(aug_dataset_info(augi_part_whole(part))->n_samples, 200);
        ck_assert_double_eq(augi_part_wish(part)->split.eval, 0.25);
        aug_dataset_unref(part);
    }
}
END_TEST

START_TEST(fingerprints_tell_parts_apart)
{
    static const char *const forms[] = {
        "synthetic:count=50",
        "synthetic:count=50,split=0.3,part=train",
        "synthetic:count=50,split=0.3,part=eval",
        "synthetic:count=50,split=0.31,part=eval",
        "synthetic:count=50,split={eval: 0.3, by: class},part=eval",
        "synthetic:count=50,split={eval: 0.3, seed: 1},part=eval",
        "synthetic:count=51,split=0.3,part=eval",
    };
    char *hex[AUG_COUNT(forms)];
    for (size_t i = 0; i < AUG_COUNT(forms); i++) {
        hex[i] = test_fingerprint("%s", forms[i]);
        for (size_t k = 0; k < i; k++)
            ck_assert_msg(strcmp(hex[i], hex[k]) != 0, "%s and %s have one fingerprint", forms[i],
                          forms[k]);
    }
    char *again = test_fingerprint("synthetic:count=50,part=eval,split={eval: 0.3}");
    ck_assert_str_eq(again, hex[2]);
    free(again);
    for (size_t i = 0; i < AUG_COUNT(forms); i++)
        free(hex[i]);
}
END_TEST

START_TEST(mistakes_are_named)
{
    static const struct {
        const char *words, *form;
    } rows[] = {
        {"did you mean 'eval'?", "synthetic:count=9,split=0.5,part=evl"},
        {"split is given and no part", "synthetic:count=9,split=0.5"},
        {"part is given and no split", "synthetic:count=9,part=eval"},
        {"did you mean 'class'?", "synthetic:count=9,split={eval: 0.5, by: clas},part=eval"},
        {"did you mean 'seed'?", "synthetic:count=9,split={eval: 0.5, sed: 1},part=eval"},
        {"eval is missing", "synthetic:count=9,split={by: class},part=eval"},
        {"did you mean 'split'?", "synthetic:count=9,splt=0.5,part=eval"},
        {"from above 0 to below 1", "synthetic:count=9,split=0,part=eval"},
        {"from above 0 to below 1", "synthetic:count=9,split=1,part=eval"},
        {"from above 0 to below 1", "synthetic:count=9,split={eval: -0.1},part=eval"},
        {"allowed is one of train, test", "idx:nowhere,split=0.5"},
        {"allowed is part beside a map such as split: {eval: 0.1}",
         "idx:nowhere,split=test,part=eval"},
        {"the part eval holds no sample: with eval 0.001 none of 9 was drawn",
         "synthetic:count=9,split=0.001,part=eval"},
        {"the part train holds no sample", "synthetic:count=9,split=0.999,part=train"},
        {"a part can be drawn of at most 4294967295",
         "synthetic:count=5000000000,split=0.5,part=eval"},
    };
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        const bool is_large = strstr(rows[i].form, "5000000000");
        test_refuse(is_large ? AUG_TOO_LARGE : AUG_BAD_SPEC, rows[i].words, "%s", rows[i].form);
    }
}
END_TEST

/* Pictures right in the folder have no classes. */
START_TEST(sets_without_classes_are_split_by_sample)
{
    char *root = test_make_folder("%s/flat", test_folder());
    for (int i = 0; i < 20; i++) {
        char name[16];
        snprintf(name, sizeof(name), "%02d.png", i);
        put(root, name);
    }
    Names eval = names_in("image_folder:%s,split=0.5,part=eval", root);
    Names train = names_in("image_folder:%s,split=0.5,part=train", root);
    ck_assert_uint_eq(eval.n + train.n, 20);
    free_names(&eval);
    free_names(&train);
    test_refuse(AUG_BAD_SPEC, "have no class to split by; allowed is by: sample",
                "image_folder:%s,split={eval: 0.5, by: class},part=eval", root);
    free(root);
}
END_TEST

/* Classes of boxes are no classes of samples: a part has no other fields than the whole. */
START_TEST(parts_have_the_fields_of_the_whole)
{
    static const char rows[] =
        "{\"image\": \"a.png\", \"boxes\": [[0, 0, 1, 1]], \"of\": [\"cat\"]}\n"
        "{\"image\": \"b.png\", \"boxes\": [[0, 0, 1, 1]], \"of\": [\"dog\"]}\n";
    char *root = test_make_folder("%s/boxes", test_folder());
    char *path = test_path("%s/rows.jsonl", root);
    put(root, "a.png");
    put(root, "b.png");
    test_write_file(path, rows, sizeof(rows) - 1);
    AugDataset *whole = test_open("jsonl:%s,image=image,boxes=boxes,box_labels=of", path);
    AugDataset *part =
        test_open("jsonl:%s,image=image,boxes=boxes,box_labels=of,split=1e-9,part=train", path);
    const AugDatasetInfo *info = aug_dataset_info(part);
    ck_assert_uint_eq(info->n_classes, 2);
    ck_assert_int_eq(aug_dataset_field(info, AUG_FIELD_CLASS), -1);
    ck_assert_uint_eq(info->n_fields, aug_dataset_info(whole)->n_fields);
    aug_dataset_unref(part);
    aug_dataset_unref(whole);
    free(path);
    free(root);
}
END_TEST

/* A part knows its own samples: their digests, and what they make together. */
START_TEST(content_is_checked)
{
    char *root = make_pets("checked", 20);
    AugDataset *eval = test_open("image_folder:%s,split=0.4,part=eval", root);
    Names names = names_of(eval);
    char hex[65];
    ck_assert_uint_eq(aug_dataset_n_known(eval), names.n);
    ck_assert_int_eq(aug_dataset_content_id(eval, hex, NULL), AUG_OK);
    ck_assert_uint_eq(strlen(hex), 64);
    ck_assert_uint_eq(aug_dataset_stored_size(eval, 2), strlen("cat/000.jpg"));
    /* A file that was copied back, in the middle of the part and not of the whole. */
    put(root, names.texts[3]);
    const size_t size = strlen(names.texts[3]);
    const int label = strncmp(names.texts[3], "dog", 3) == 0;
    test_sample(eval, 3, names.texts[3], label, names.texts[3], size);
    char *path = test_path("%s/%s", root, names.texts[3]);
    test_replace_file(path, "other bytes", size);
    test_read_fails(eval, 3, AUG_CHANGED, "the content is not what it was");
    /* Of a part that was never read the file's state decides. */
    AugDataset *train = test_open("image_folder:%s,split=0.4,part=train", root);
    Names others = names_in("image_folder:%s,split=0.4,part=train", root);
    ck_assert_uint_eq(aug_dataset_n_known(train), 0);
    put(root, others.texts[1]);
    test_read_fails(train, 1, AUG_CHANGED, others.texts[1]);
    free_names(&others);
    aug_dataset_unref(train);
    free(path);
    free_names(&names);
    aug_dataset_unref(eval);
    free(root);
}
END_TEST

/* Four bytes for each sample count as memory of the set. */
START_TEST(memory_is_bounded)
{
    AugLimits limits;
    aug_limits_init(&limits);
    limits.max_resident_size = 1 << 16;
    test_refuse_under(&limits, AUG_TOO_LARGE, "synthetic",
                      "synthetic:count=100000,split=0.5,part=eval");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("parts of data sets");
    TCase *tests = tcase_create("parts");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, parts_are_disjoint_and_cover_all);
    tcase_add_test(tests, membership_is_pinned);
    tcase_add_test(tests, nobody_changes_sides);
    tcase_add_test(tests, numbers_are_names);
    tcase_add_test(tests, shares_are_those_of_coins);
    tcase_add_test(tests, classes_are_counted);
    tcase_add_test(tests, fingerprints_tell_parts_apart);
    tcase_add_test(tests, mistakes_are_named);
    tcase_add_test(tests, sets_without_classes_are_split_by_sample);
    tcase_add_test(tests, parts_have_the_fields_of_the_whole);
    tcase_add_test(tests, content_is_checked);
    tcase_add_test(tests, memory_is_bounded);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
