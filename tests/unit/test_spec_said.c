/* What people are told who write a spec that is not right: every sentence, as a whole. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libaug/spec/domain.h"
#include "libaug/spec/spec.h"
#include "tests/support/support.h"

static AugError items[16];
static AugProblems problems;

static AugSpec *parse(const char *text)
{
    problems = (AugProblems){.items = items, .capacity = 16};
    AugSpec *spec;
    AugStatus status = aug_spec_parse(&spec, text, strlen(text), "s", NULL, &problems);
    ck_assert((status == AUG_OK) == (spec != NULL) && (spec != NULL) == (problems.n == 0));
    return spec;
}

/* One mistake: a text, the place after "s:", and the sentence. */
typedef struct Mistake {
    const char *text, *place, *sentence;
} Mistake;

static void check(const Mistake *mistakes, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        char where[64];
        snprintf(where, sizeof(where), "s:%s", mistakes[i].place);
        ck_assert_msg(!parse(mistakes[i].text), "accepted: %s", mistakes[i].text);
        ck_assert_msg(problems.n == 1, "%s: %zu mistakes, the second: %s", mistakes[i].text,
                      problems.n, items[1].message);
        ck_assert_str_eq(items[0].message, mistakes[i].sentence);
        ck_assert_str_eq(items[0].where, where);
    }
}

START_TEST(a_key_that_stands_twice_hides_nothing)
{
    ck_assert_ptr_null(parse("augd: 1\nseed: x\nbatch: {size: 4, size: 5}\npipeline:\n"
                             "  - Rotat: 3\n  - Cutout: {size: 0}\n? [a]\n: 1\n<<: 1\n"));
    static const char *const said[][2] = {
        {"s:3:18", "the key 'size' stands twice; the first is on line 3"},
        {"s:7:3", "a key of a map must be a word; found a list"},
        {"s:9:1", "the key '<<' merges maps, which is not read here; write their keys"},
        {"s:2:7", "seed is x; allowed is integer from 0 to 18446744073709551615"},
        {"s:5:5", "the operation 'Rotat' is not known; did you mean 'Rotate'?"},
        {"s:6:20", "Cutout: size is 0; allowed is integer from 1 to 65535"},
    };
    ck_assert_uint_eq(problems.n, AUG_COUNT(said));
    for (size_t i = 0; i < AUG_COUNT(said); i++) {
        ck_assert_str_eq(items[i].where, said[i][0]);
        ck_assert_str_eq(items[i].message, said[i][1]);
    }
}
END_TEST

START_TEST(all_keys_that_are_known_are_named)
{
    static const Mistake mistakes[] = {
        {"augd: 1\nfoo: 1\n", "2:1",
         "the key 'foo' is not known; known are: augd, seed, dataset, pipeline, batch, output"},
        {"augd: 1\nbatch: {foo: 1}\n", "2:9",
         "batch: the key 'foo' is not known; known are: size, tail, shuffle, views, on_error, "
         "group_by_length, mix"},
        {"augd: 1\npipeline: [HorizontalFlip: {foo: 1}]\n", "2:29",
         "HorizontalFlip: the key 'foo' is not known; known is only p"},
        {"augd: 1\npipeline: [Cutout: {size: 3, foo: 1}]\n", "2:30",
         "Cutout: the key 'foo' is not known; known are: size, fill, p"},
        {"augd: 1\npipeline: [SomeOf: {n: 1, foo: 1, transforms: [Rotate]}]\n", "2:27",
         "SomeOf: the key 'foo' is not known; known are: n, replace, p, transforms"},
        {"augd: 1\npath: x\n", "2:1",
         "the key 'path' is not known; known are: augd, seed, dataset, pipeline, batch, output"},
        {"augd: 1\npipline: []\n", "2:1",
         "the key 'pipline' is not known; did you mean 'pipeline'?"},
        /* A parameter that is misspelt is not missing as well. */
        {"augd: 1\npipeline: [Cutout: {sized: 3}]\n", "2:21",
         "Cutout: the key 'sized' is not known; did you mean 'size'?"},
    };
    check(mistakes, AUG_COUNT(mistakes));
}
END_TEST

START_TEST(keys_are_told_their_section)
{
    static const Mistake mistakes[] = {
        {"augd: 1\nmix: []\n", "2:1", "the key 'mix' belongs under batch"},
        {"augd: 1\nsize: 3\n", "2:1", "the key 'size' belongs under batch"},
        {"augd: 1\nnormalize: imagenet\n", "2:1", "the key 'normalize' belongs under output"},
        {"augd: 1\nRotate: 3\n", "2:1",
         "the key 'Rotate' belongs under pipeline, with '- ' before it"},
    };
    check(mistakes, AUG_COUNT(mistakes));
}
END_TEST

START_TEST(one_allowed_value_is_said_once)
{
    static const Mistake mistakes[] = {
        {"augd: 2\n", "1:7", "augd is 2; allowed is 1"},
        {"seed: 2\n", "1:1", "augd is missing; allowed is 1"},
        {"augd: \"1\"\n", "1:7", "augd is \"1\" in quotes; allowed is 1"},
    };
    check(mistakes, AUG_COUNT(mistakes));
    static const char *const lone[] = {"full", NULL};
    const AugParamDesc choice = {.name = "mode", .kind = &aug_kind_choice, .choices = lone};
    const AugParamDesc range = {.name = "r", .kind = &aug_kind_range, .low = 2, .high = 2};
    char text[120];
    augi_param_describe(&choice, text, sizeof(text));
    ck_assert_str_eq(text, "full");
    augi_param_describe(&range, text, sizeof(text));
    ck_assert_str_eq(text, "range [low, high], each 2");
}
END_TEST

START_TEST(a_value_alone_is_told_to_name_p)
{
    static const Mistake mistakes[] = {
        {"augd: 1\npipeline: [HorizontalFlip: 0.25]\n", "2:28",
         "HorizontalFlip: 0.25 stands here, and p is the only parameter; name it, as in {p: 0.25}"},
        {"augd: 1\npipeline: [Transpose: true]\n", "2:23",
         "Transpose: true stands here, and p is the only parameter; name it, as in {p: 0.5}"},
        {"augd: 1\npipeline: [Equalize: [1]]\n", "2:22",
         "Equalize: a list stands here, and p is the only parameter; name it, as in {p: 0.5}"},
    };
    check(mistakes, AUG_COUNT(mistakes));
}
END_TEST

START_TEST(a_group_may_be_the_list_of_its_operations)
{
    static const char *const same[][2] = {
        {"{augd: 1, pipeline: [OneOf: [Rotate: 30, HorizontalFlip: {p: 2}]]}",
         "{augd: 1, pipeline: [OneOf: {transforms: [Rotate: 30, HorizontalFlip: {p: 2}]}]}"},
        {"{augd: 1, pipeline: [Sequential: [Rotate]], batch: {mix: [OneOf: [MixUp, CutMix]]}}",
         "{augd: 1, pipeline: [Sequential: {transforms: [Rotate]}], batch: {mix: [OneOf: "
         "{transforms: [MixUp, CutMix]}]}}"},
    };
    for (size_t i = 0; i < AUG_COUNT(same); i++) {
        AugSpec *list = parse(same[i][0]), *map = parse(same[i][1]);
        ck_assert_msg(list && map, "%s: %s", same[i][0], items[0].message);
        char *first = aug_spec_canonical(list), *second = aug_spec_canonical(map);
        ck_assert_str_eq(first, second);
        free(first);
        free(second);
        aug_spec_free(list);
        aug_spec_free(map);
    }
    static const Mistake mistakes[] = {
        {"augd: 1\npipeline: [SomeOf: [Rotate]]\n", "2:20",
         "SomeOf: n is missing; allowed is range [low, high], each from 0 to 64, or one number x "
         "for [x, x]"},
        {"augd: 1\npipeline: [OneOf: []]\n", "2:19",
         "OneOf: transforms must be a list of 1 to 64 operations, each begun with '- '"},
        {"augd: 1\npipeline: [OneOf: 3]\n", "2:19",
         "OneOf: transforms must be a list of 1 to 64 operations, each begun with '- '"},
        {"augd: 1\npipeline: [OneOf: [Rotate: {p: -1}]]\n", "2:32",
         "Rotate: p is -1; allowed is number from 0 to 1000000"},
    };
    check(mistakes, AUG_COUNT(mistakes));
}
END_TEST

START_TEST(operations_of_other_libraries_are_told_their_place)
{
#define UNKNOWN(name, rest)                                                                       \
    {                                                                                             \
        "augd: 1\npipeline: [" name "]\n", "2:12", "the operation '" name "' is not known; " rest \
    }
    static const Mistake mistakes[] = {
        UNKNOWN("ToTensorV2", "it is not needed: batches are tensors, laid out as output says, as "
                              "in output: {layout: chw}"),
        UNKNOWN("Normalize", "here it is a key of output, as in output: {normalize: imagenet}"),
        UNKNOWN("SmallestMaxSize",
                "here it is 'Resize' with one number, which is the shorter side"),
        UNKNOWN("Flip", "here it is 'HorizontalFlip' and 'VerticalFlip'"),
        UNKNOWN("hflip", "here it is 'HorizontalFlip'"),
        UNKNOWN("RandomHorizontalFlip", "here it is 'HorizontalFlip'"),
        UNKNOWN("CLAHE", "nothing like it is here; 'aug ops' lists all"),
        UNKNOWN("transforms.ToTensor()", "it is not needed: batches are tensors, laid out as "
                                         "output says, as in output: {layout: chw}"),
        UNKNOWN("HorizontalFlip(p=0.5)", "write it as 'HorizontalFlip: {parameters}'"),
        UNKNOWN("Mixup", "did you mean 'MixUp'?"),
        UNKNOWN("SynonymAug", "here it is 'SynonymReplacement'"),
        UNKNOWN("naw.RandomWordAug()", "'RandomSwap', 'RandomDeletion' and 'TokenMask' are here"),
        UNKNOWN("random_swap", "did you mean 'RandomSwap'?"),
        UNKNOWN("BackTranslationAug", "nothing like it is here; 'aug ops' lists all"),
        UNKNOWN("Qqqqqq", "'aug ops' lists all"),
    };
#undef UNKNOWN
    check(mistakes, AUG_COUNT(mistakes));
}
END_TEST

START_TEST(keys_and_kinds_of_other_libraries_are_told_their_name)
{
    static const Mistake mistakes[] = {
        {"augd: 1\npipeline: [Rotate: {degrees: 30}]\n", "2:21",
         "Rotate: the key 'degrees' is not known; here it is 'limit', which is range [low, high], "
         "each from -360 to 360, or one number x for [-x, x]"},
        /* That size is missing as well would be said of one mistake twice. */
        {"augd: 1\npipeline: [CenterCrop: {height: 8}]\n", "2:25",
         "CenterCrop: the key 'height' is not known; here it is 'size', which is size [height, "
         "width], each from 1 to 65535, or one number for a square"},
        {"augd: 1\nbatch: {drop_last: true}\n", "2:9",
         "batch: the key 'drop_last' is not known; here it is 'tail', which is one of short, drop"},
        {"augd: 1\ndataset: {kind: webdataset, path: x}\n", "2:17",
         "dataset: the data set kind 'webdataset' is not known; here it is 'tar'"},
        {"augd: 1\ndataset: {kind: FashionMNIST, path: x}\n", "2:17",
         "dataset: the data set kind 'FashionMNIST' is not known; here it is 'idx'"},
        {"augd: 1\ndataset: {kind: image_foldr, path: x}\n", "2:17",
         "dataset: the data set kind 'image_foldr' is not known; did you mean 'image_folder'?"},
    };
    check(mistakes, AUG_COUNT(mistakes));
}
END_TEST

static bool has_row(const AugParamTable *table, const char *name)
{
    for (size_t i = 0; i < table->n; i++)
        if (strcmp(table->rows[i].name, name) == 0)
            return true;
    return false;
}

/* An operation, or a key of a section. */
static bool exists(const AugDomain *domain, const char *target)
{
    if (strncmp(target, "output.", 7) == 0)
        return has_row(&domain->output, target + 7);
    if (strncmp(target, "batch.", 6) == 0)
        return has_row(&augi_batch_table, target + 6);
    return augi_op_find(target) != NULL;
}

/* One name of another library: none of ours, and not seen before. */
static void check_name(const char *name, size_t size, char *seen, size_t room)
{
    char padded[80];
    snprintf(padded, sizeof(padded), " %.*s ", (int)size, name);
    ck_assert_msg(!strstr(seen, padded), "%s stands twice", padded);
    ck_assert_uint_lt(strlen(seen) + strlen(padded), room);
    snprintf(seen + strlen(seen), room - strlen(seen), "%s", padded);
    padded[size + 1] = 0;
    ck_assert_msg(!augi_op_find(padded + 1), "%s is an operation here", padded + 1);
}

/* The target exists, and the sentence names it. */
static void check_target(const AugDomain *domain, const AugElsewhere *row)
{
    ck_assert_msg(exists(domain, row->target), "%s of '%s'", row->target, row->names);
    const char *key = strchr(row->target, '.');
    if (row->text && !strstr(row->text, "it is not needed"))
        ck_assert_msg(strstr(row->text, key ? key + 1 : row->target) != NULL,
                      "'%s' does not name %s", row->text, row->target);
}

START_TEST(what_people_are_sent_to_exists)
{
    size_t n_names = 0;
    char seen[16384] = "";
    for (size_t d = 0; d < augi_n_domains; d++) {
        for (const AugElsewhere *row = augi_domains[d]->elsewhere; row && row->names; row++) {
            if (row->target)
                check_target(augi_domains[d], row);
            for (const char *name = row->names; *name; n_names++) {
                const size_t size = strcspn(name, " ");
                check_name(name, size, seen, sizeof(seen));
                name += size + (name[size] == ' ');
            }
        }
    }
    ck_assert_uint_gt(n_names, 100);
}
END_TEST

START_TEST(entries_that_are_no_operation)
{
    static const Mistake mistakes[] = {
        {"augd: 1\npipeline:\n  - Rotate:\n    limit: 3\n", "4:5",
         "pipeline: 'limit' is a parameter of Rotate; indent it further than that name"},
        {"augd: 1\npipeline:\n  - Rotate: 3\n    Cutout: 3\n", "3:5",
         "pipeline: one operation is expected here, as 'Name: {parameters}'; found a map of "
         "several keys; begin each operation with '- '"},
        {"augd: 1\npipeline: [{}]\n", "2:12",
         "pipeline: one operation is expected here, as 'Name: {parameters}'; found a map without "
         "keys"},
        {"augd: 1\npipeline: [null]\n", "2:12",
         "pipeline: one operation is expected here, as 'Name: {parameters}'; found nothing"},
        {"augd: 1\npipeline:\n  Rotate: 3\n", "3:3",
         "pipeline: a list of operations is expected here, each begun with '- '; found a map"},
        {"augd: 1\npipeline:\n", "2:10",
         "pipeline: a list of operations is expected here, each begun with '- '; found nothing"},
    };
    check(mistakes, AUG_COUNT(mistakes));
}
END_TEST

START_TEST(values_that_are_nearly_right)
{
    static const Mistake mistakes[] = {
        {"augd: 1\nbatch: {size: \"5\"}\n", "2:15",
         "batch: size is \"5\" in quotes; allowed is integer from 1 to 65536"},
        {"augd: 1\nbatch: {shuffle: 'true'}\n", "2:18",
         "batch: shuffle is \"true\" in quotes; allowed is true or false"},
        {"augd: 1\nbatch: {shuffle: on}\n", "2:18",
         "batch: shuffle is on; allowed is true or false"},
        {"augd: 1\nbatch: {size: }\n", "2:15",
         "batch: size is empty; allowed is integer from 1 to 65536"},
        {"augd: 1\nbatch: {size:3}\n", "2:9",
         "batch: the key 'size:3' is not known; a blank is missing behind its colon"},
        {"augd: 1\nbatch:\n  size 3\n", "3:3",
         "batch: a single value stands here; a map of parameters is expected, each as 'key: "
         "value' with a blank behind the colon"},
        {"augd: 1\nbatch:\n", "2:7", "batch: nothing stands here; a map of parameters is expected"},
        {"augd: 1\npipeline: [Cutout: (3)]\n", "2:20",
         "Cutout: size is (3) (a list stands in brackets: [a, b]); allowed is integer from 1 to "
         "65535"},
        {"augd: 1\nseed: -1\n", "2:7",
         "seed is -1; allowed is integer from 0 to 18446744073709551615"},
        {"augd: 1\ndataset: data/train\n", "2:10",
         "dataset: 'data/train' cannot name a data set; a folder of pictures is {kind: "
         "image_folder, path: ...}"},
        {"augd: 1\ndataset: ~\n", "2:10",
         "dataset: a name or a map such as {kind: image_folder, path: ...} is expected"},
    };
    check(mistakes, AUG_COUNT(mistakes));
}
END_TEST

START_TEST(yaml_that_is_none)
{
#define WRONG(text, place, rest)             \
    {                                        \
        text, place, "not valid YAML: " rest \
    }
    static const Mistake mistakes[] = {
        WRONG("augd: 1\nbatch:\n\tsize: 3\n", "3:1",
              "a tab stands here; lines are indented with spaces"),
        WRONG("augd: 1\nbatch:\n  size: 4\n    tail: drop\n", "4:9",
              "no key can end at this ':'; the keys of one map begin in the same column, and a "
              "text with ': ' in it must stand in quotes"),
        WRONG("augd: 1\nbatch:\n  size: 4\n  tail\nseed: 1\n", "4:3",
              "a key and a value stand in this map as 'key: value', with a colon and a space; "
              "here they do not"),
        WRONG("augd: 1\npipeline:\n  - HorizontalFlip\n - Rotate: 3\n", "4:2",
              "this fits neither the map that began on line 1, whose keys begin in the same "
              "column, here column 1, nor what is around it"),
        WRONG("augd: 1\npipeline:\n  - Rotate\n  Cutout: 3\n", "4:3",
              "this fits neither the list that began on line 3, whose '-' begin in the same "
              "column, here column 3, nor what is around it"),
        WRONG("augd: 1\npipeline: - HorizontalFlip\n", "2:11",
              "a list cannot begin here; begin it on a line of its own"),
        WRONG("augd: 1\nbatch: {size: 4\npipeline: []\n", "3:9",
              "',' or '}' is missing before this; the map began on line 2"),
        WRONG("augd: 1\npipeline: [Rotate: 3\n", "3:1",
              "',' or ']' is missing before this; the list began on line 2"),
        WRONG("augd: 1\npipeline: [,]\n", "2:12", "a value is missing before this"),
        WRONG("augd: 1\nseed: \"3\n", "2:7",
              "this quotation mark has no other that closes the text"),
        WRONG("augd: 1\ndataset: {path: \"C:\\data\"}\n", "2:20",
              "this is no escape of a text in double quotes; write a backslash twice, or use "
              "single quotes"),
        WRONG("augd: 1\ndataset: {path: *.jpg}\n", "2:17",
              "a text that begins with '*' must stand in quotes"),
        WRONG("augd: 1\ndataset: {path: @x}\n", "2:17",
              "a text that begins with '@' must stand in quotes"),
        WRONG("a: 1\n]\n", "2:1",
              "this fits neither the map that began on line 1, whose keys begin in the same "
              "column, here column 1, nor what is around it"),
    };
#undef WRONG
    check(mistakes, AUG_COUNT(mistakes));
}
END_TEST

/* Beyond what is kept, mistakes are counted, and no near name is looked for. */
START_TEST(many_mistakes_are_counted)
{
    char *text = malloc(80000);
    ck_assert_ptr_nonnull(text);
    size_t used = (size_t)snprintf(text, 80000, "augd: 1\npipeline: [");
    for (size_t i = 0; i < 1200; i++)
        used += (size_t)snprintf(text + used, 80000 - used,
                                 "RandomRotationAndBrightnessAndContrastAndAnythingElse%zu,", i);
    snprintf(text + used, 80000 - used, "]\n");
    ck_assert_ptr_null(parse(text));
    ck_assert_uint_eq(problems.n, 1200);
    ck_assert_str_eq(items[15].where, "s:2:842");
    free(text);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("spec, said");
    TCase *tests = tcase_create("sentences");
    tcase_add_test(tests, a_key_that_stands_twice_hides_nothing);
    tcase_add_test(tests, all_keys_that_are_known_are_named);
    tcase_add_test(tests, keys_are_told_their_section);
    tcase_add_test(tests, one_allowed_value_is_said_once);
    tcase_add_test(tests, a_value_alone_is_told_to_name_p);
    tcase_add_test(tests, a_group_may_be_the_list_of_its_operations);
    tcase_add_test(tests, operations_of_other_libraries_are_told_their_place);
    tcase_add_test(tests, keys_and_kinds_of_other_libraries_are_told_their_name);
    tcase_add_test(tests, what_people_are_sent_to_exists);
    tcase_add_test(tests, entries_that_are_no_operation);
    tcase_add_test(tests, values_that_are_nearly_right);
    tcase_add_test(tests, yaml_that_is_none);
    tcase_add_test(tests, many_mistakes_are_counted);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
