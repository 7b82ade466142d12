/* Parameter tables: binding, bounds, sentences, printing and reading back, schema. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libaug/spec/param_kind.h"
#include "tests/support/support.h"

typedef struct Everything {
    bool flag;
    int32_t count;
    uint64_t seed;
    double factor;
    AugRange limit;
    AugRange scale;
    AugSize size;
    AugSize shorter;
    AugChoice mode;
    AugFill fill;
    AugNumbers mean;
    AugText path;
    AugIntRange holes;
    AugTexts columns;
    AugTexts targets;
    AugRange gain;
} Everything;

static const char *const modes[] = {"nearest", "bilinear", NULL};
static const char *const fills[] = {"mean", "random", NULL};
static const char *const targets[] = {"image", "mask", "boxes", NULL};

static const AugParamDesc rows[] = {
    AUG_PARAM(Everything, count, .fallback = "3", .low = 1, .high = 10, .help = "A count"),
    AUG_PARAM(Everything, flag, .fallback = "true"),
    AUG_PARAM(Everything, seed, .fallback = "7"),
    AUG_PARAM(Everything, factor, .fallback = "0.1", .low = 0, .high = 1, .low_open = true),
    AUG_PARAM(Everything, limit, .fallback = "30", .low = -90, .high = 90,
              .scalar = AUG_SCALAR_SYMMETRIC),
    AUG_PARAM(Everything, scale, .fallback = "[0.08, 1.0]", .low = 0, .high = 1),
    AUG_PARAM(Everything, size, .low = 1, .high = 100, .scalar = AUG_SCALAR_SQUARE),
    AUG_PARAM(Everything, shorter, .fallback = "16", .low = 1, .high = 100,
              .scalar = AUG_SCALAR_SHORTER_SIDE),
    AUG_PARAM(Everything, mode, .fallback = "bilinear", .choices = modes),
    AUG_PARAM(Everything, fill, .fallback = "mean", .low = 0, .high = 255, .choices = fills),
    AUG_PARAM(Everything, mean, .optional = true, .low = -10, .high = 10),
    AUG_PARAM(Everything, path, .optional = true),
    AUG_PARAM(Everything, holes, .fallback = "[1, 8]", .low = 0, .high = 64,
              .scalar = AUG_SCALAR_POINT),
    AUG_PARAM(Everything, columns, .optional = true),
    AUG_PARAM(Everything, targets, .fallback = "[\"image\"]", .choices = targets),
    AUG_PARAM(Everything, gain, .fallback = "0.2", .low = 0, .high = 10,
              .scalar = AUG_SCALAR_FACTOR),
};
static const AugParamTable table = AUG_PARAM_TABLE(Everything, rows);

static AugError items[16];
static AugProblems problems;

static AugiTreeDocument *parse(const char *text)
{
    AugLimits limits;
    aug_limits_init(&limits);
    problems = (AugProblems){.items = items, .capacity = 16};
    AugiTreeDocument *document;
    ck_assert_msg(augi_tree_parse(&document, text, strlen(text), "t", &limits, &problems) == AUG_OK,
                  "%s: %s", text, items[0].message);
    return document;
}

static void bind(const char *text, Everything *params)
{
    AugiTreeDocument *document = parse(text);
    augi_params_bind(&table, &document->root, NULL, "Op", params, &problems);
    augi_tree_free(document);
}

static void check_refused(const char *text, const char *where, const char *words)
{
    Everything params;
    bind(text, &params);
    ck_assert_msg(problems.n == 1, "%s: %zu problems, not 1 (%s)", text, problems.n,
                  items[0].message);
    ck_assert_msg(strcmp(items[0].where, where) == 0, "%s: at %s, not %s", text, items[0].where,
                  where);
    ck_assert_msg(strstr(items[0].message, words), "%s: '%s' does not say '%s'", text,
                  items[0].message, words);
    augi_params_fini(&table, &params);
}

START_TEST(defaults_come_from_the_rows)
{
    Everything p;
    bind("size: 5", &p);
    ck_assert_uint_eq(problems.n, 0);
    ck_assert(p.flag && p.count == 3 && p.seed == 7 && p.factor == 0.1);
    ck_assert(p.limit.low == -30 && p.limit.high == 30);
    ck_assert(p.scale.low == 0.08 && p.scale.high == 1);
    ck_assert(p.size.height == 5 && p.size.width == 5);
    ck_assert(p.shorter.height == 16 && p.shorter.width == 0);
    ck_assert(p.mode.value == 1 && p.fill.named == 0 && p.mean.n == 0 && !p.path);
    ck_assert(p.holes.low == 1 && p.holes.high == 8 && p.columns.n == 0 && p.targets.n == 1);
    ck_assert_str_eq(p.targets.values[0], "image");
    augi_params_fini(&table, &p);
}
END_TEST

START_TEST(given_values_are_bound)
{
    Everything p;
    bind("{flag: no, count: 10, seed: 18446744073709551615, factor: 1e-3, limit: [-5, 6.5], "
         "size: [2, 3], mode: nearest, fill: [1, 2, 3], mean: [0.5, -1], path: \"a b\", "
         "holes: 3, columns: [a, 7, \"x y\"], targets: mask}",
         &p);
    ck_assert_msg(problems.n == 0, "%s", items[0].message);
    ck_assert(!p.flag && p.count == 10 && p.seed == UINT64_MAX && p.factor == 1e-3);
    ck_assert(p.limit.low == -5 && p.limit.high == 6.5);
    ck_assert(p.size.height == 2 && p.size.width == 3 && p.mode.value == 0);
    ck_assert(p.fill.named == -1 && p.fill.n == 3);
    ck_assert(p.fill.channels[0] == 1 && p.fill.channels[2] == 3);
    ck_assert(p.mean.n == 2 && p.mean.values[1] == -1);
    ck_assert_str_eq(p.path, "a b");
    ck_assert(p.holes.low == 3 && p.holes.high == 3 && p.columns.n == 3 && p.targets.n == 1);
    ck_assert_str_eq(p.columns.values[1], "7");
    ck_assert_str_eq(p.columns.values[2], "x y");
    ck_assert_str_eq(p.targets.values[0], "mask");
    augi_params_fini(&table, &p);
    ck_assert(!p.path && !p.columns.values && p.columns.n == 0);
}
END_TEST

/* What one number stands for is allowed when it is written as a range, too. */
START_TEST(factors_reach_the_bounds_and_not_beyond)
{
    Everything p;
    bind("{size: 5, gain: 9}", &p);
    ck_assert_msg(problems.n == 0, "%s", items[0].message);
    ck_assert(p.gain.low == 0 && p.gain.high == 10);
    augi_params_fini(&table, &p);
    check_refused("{size: 5, gain: 9.5}", "t:1:17", "9.5");
    check_refused("{size: 5, gain: -1}", "t:1:17", "-1");
}
END_TEST

/* One number is kept as the colour that it is written as; lists keep their length. */
START_TEST(fills_have_a_value_for_each_channel)
{
    Everything p;
    bind("{size: 5, fill: 7}", &p);
    ck_assert_uint_eq(problems.n, 0);
    ck_assert(p.fill.n == 3 && p.fill.channels[0] == 7 && p.fill.channels[2] == 7);
    augi_params_fini(&table, &p);
    bind("{size: 5, fill: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]}", &p);
    ck_assert_uint_eq(problems.n, 0);
    ck_assert(p.fill.n == 16 && p.fill.channels[15] == 16);
    augi_params_fini(&table, &p);
}
END_TEST

START_TEST(mistakes_are_named)
{
    check_refused("{size: 5, count: 0}", "t:1:18", "count is 0; allowed is integer from 1 to 10");
    check_refused("{size: 5, count: 11}", "t:1:18", "from 1 to 10");
    check_refused("{size: 5, count: 2.5}", "t:1:18", "count is 2.5");
    check_refused("{size: 5, count: \"3\"}", "t:1:18", "count is \"3\"");
    check_refused("{size: 5, factor: 0}", "t:1:19", "above 0 to 1");
    check_refused("{size: 5, factor: nan}", "t:1:19", "factor is nan");
    check_refused("{size: 5, factor: 0x1}", "t:1:19", "factor is 0x1");
    check_refused("{size: 5, flag: maybe}", "t:1:17", "true or false");
    check_refused("{size: 5, limit: [3, 2]}", "t:1:18", "first number is the larger");
    check_refused("{size: 5, limit: [3]}", "t:1:18", "limit is a list");
    check_refused("{size: 5, limit: -3}", "t:1:18", "limit is -3");
    check_refused("{size: 5, scale: 0.5}", "t:1:18", "range [low, high]");
    check_refused("{size: [5, 0]}", "t:1:12", "size is 0");
    check_refused("{size: 5, mode: bilinaer}", "t:1:17", "did you mean 'bilinear'?");
    check_refused("{size: 5, mode: cubic}", "t:1:17", "one of nearest, bilinear");
    check_refused("{size: 5, fill: rnadom}", "t:1:17", "did you mean 'random'?");
    check_refused("{size: 5, fill: 256}", "t:1:17", "fill is 256");
    check_refused("{size: 5, fill: [1, 256]}", "t:1:21", "fill is 256");
    check_refused("{size: 5, fill: [1]}", "t:1:17", "fill is a list");
    check_refused("{size: 5, fill: [1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]}", "t:1:17",
                  "a number or one a channel, as [r, g, b]");
    check_refused("{size: 5, cuont: 1}", "t:1:11", "'cuont' is not known; did you mean 'count'?");
    check_refused("{size: 5, zzzzz: 1}", "t:1:11", "known are: count, flag");
    check_refused("{size: 5, seed: -1}", "t:1:17", "seed is -1");
    check_refused("{size: 5, seed: 18446744073709551616}", "t:1:17",
                  "seed is 18446744073709551616");
    check_refused("{size: 5, path: [a]}", "t:1:17", "path is a list");
    check_refused("{size: 5, holes: [3, 2]}", "t:1:18", "first number is the larger");
    check_refused("{size: 5, holes: [1, 2.5]}", "t:1:22",
                  "holes is 2.5; allowed is range [low, high] of integers, each from 0 to 64");
    check_refused("{size: 5, holes: 0.5}", "t:1:18", "holes is 0.5");
    check_refused("{size: 5, holes: [-1, 2]}", "t:1:19", "holes is -1");
    check_refused("{size: 5, columns: {a: 1}}", "t:1:20", "list of at most 64 texts");
    check_refused("{size: 5, columns: [a, [b]]}", "t:1:24", "columns is a list");
    check_refused(
        "{size: 5, targets: [image, mas]}", "t:1:28",
        "targets is 'mas' (did you mean 'mask'?); allowed is list of at most 64 texts, each "
        "one of image, mask, boxes");
    check_refused("{count: 2}", "t:1:1", "size is missing");
    check_refused("[1, 2]", "t:1:1", "a map of parameters is expected");
}
END_TEST

START_TEST(lists_of_texts_are_bounded)
{
    char text[300] = "{size: 5, columns: [a";
    for (int i = 1; i < 64; i++)
        strncat(text, ",a", sizeof(text) - strlen(text) - 1);
    Everything p;
    char longest[320];
    snprintf(longest, sizeof(longest), "%s]}", text);
    bind(longest, &p);
    ck_assert_msg(problems.n == 0 && p.columns.n == 64, "%s", items[0].message);
    augi_params_fini(&table, &p);
    snprintf(longest, sizeof(longest), "%s,a]}", text);
    check_refused(longest, "t:1:20", "columns is a list that is too long");
}
END_TEST

/* Every kind says what it is, and every row lies inside of its struct. */
START_TEST(kinds_are_complete)
{
    for (size_t i = 0; i < augi_n_param_kinds; i++) {
        const AugParamKind *kind = augi_param_kinds[i];
        ck_assert(kind->text && kind->size > 0 && kind->read && (kind->write || kind->word));
        size_t n_rows = 0;
        for (size_t j = 0; j < table.n; j++)
            n_rows += rows[j].kind == kind;
        ck_assert_msg(n_rows > 0, "no row of this test is of the kind '%s'", kind->text);
    }
    for (size_t i = 0; i < table.n; i++)
        ck_assert(rows[i].offset + rows[i].kind->size <= table.size);
}
END_TEST

START_TEST(all_mistakes_are_found_at_once)
{
    Everything p;
    bind("{count: 0, factor: 7, mode: x, size: 0}", &p);
    ck_assert_uint_eq(problems.n, 4);
    AugError first;
    ck_assert_int_eq(aug_problems_first(&problems, &first), AUG_BAD_SPEC);
    ck_assert_ptr_nonnull(strstr(first.message, "(and 3 more)"));
    augi_params_fini(&table, &p);
}
END_TEST

START_TEST(printing_and_reading_gives_the_same)
{
    Everything p;
    bind("{size: [2, 3], factor: 0.30000000000000004, mean: [0.485, 1e-7], path: 'q\"\\x', "
         "holes: [0, 64], columns: ['7', 'a\"', true], targets: []}",
         &p);
    AugiJsonWriter writer = {0};
    augi_json_object(&writer);
    augi_params_write(&table, &p, &writer);
    augi_json_object_end(&writer);
    char *text = augi_json_take(&writer);
    ck_assert_ptr_nonnull(strstr(text, "\"factor\":0.30000000000000004"));
    ck_assert_ptr_nonnull(strstr(text, "\"mean\":[0.485,1e-07]"));
    Everything again;
    bind(text, &again);
    ck_assert_msg(problems.n == 0, "%s: %s", text, items[0].message);
    ck_assert_str_eq(p.path, again.path);
    ck_assert(again.holes.low == 0 && again.holes.high == 64 && again.targets.n == 0);
    ck_assert_int_eq(again.columns.n, 3);
    for (int i = 0; i < 3; i++)
        ck_assert_str_eq(p.columns.values[i], again.columns.values[i]);
    ck_assert(p.factor == again.factor && p.mean.values[1] == again.mean.values[1]);
    ck_assert(p.size.width == again.size.width && p.limit.low == again.limit.low);
    free(text);
    augi_params_fini(&table, &p);
    augi_params_fini(&table, &again);
}
END_TEST

START_TEST(values_as_people_read_them)
{
    static const char *const wanted[] = {
        "3",        "true", "7",     "0.1",  "[-30,30]", "[0.08,1]", "[2,3]",       "16",
        "bilinear", "mean", "[0.5]", "q\"x", "[1,8]",    "",         "[\"image\"]", "[0.8,1.2]"};
    Everything p;
    bind("{size: [2, 3], mean: 0.5, path: 'q\"x'}", &p);
    for (size_t i = 0; i < table.n; i++) {
        char *text = augi_param_text(&rows[i], &p);
        ck_assert_str_eq(text, wanted[i]);
        free(text);
    }
    augi_params_fini(&table, &p);
    bind("{size: 1, fill: [1, 2, 3]}", &p);
    char *fill = augi_param_text(&rows[9], &p);
    char *absent = augi_param_text(&rows[11], &p);
    ck_assert_str_eq(fill, "[1,2,3]");
    ck_assert_str_eq(absent, "");
    free(fill);
    free(absent);
    augi_params_fini(&table, &p);
}
END_TEST

START_TEST(short_form_sets_the_first_row)
{
    static const AugParamTable size_table = {.rows = &rows[6], .n = 1, .size = sizeof(Everything)};
    AugiTreeDocument *document = parse("9");
    Everything p;
    augi_params_bind_short(&size_table, &document->root, "Op", &p, &problems);
    ck_assert_uint_eq(problems.n, 0);
    ck_assert_int_eq(p.size.height, 9);
    augi_tree_free(document);
}
END_TEST

START_TEST(schemas_are_valid_json)
{
    for (size_t i = 0; i < table.n; i++) {
        AugiJsonWriter writer = {.indent = 2};
        augi_param_write_schema(&rows[i], &writer);
        char *text = augi_json_take(&writer);
        json_error_t error;
        json_t *json = json_loads(text, 0, &error);
        ck_assert_msg(json != NULL, "%s: %s in %s", rows[i].name, error.text, text);
        ck_assert(json_array_size(json_object_get(json, "anyOf")) > 0);
        ck_assert((rows[i].fallback != NULL) == (json_object_get(json, "default") != NULL));
        json_decref(json);
        free(text);
    }
}
END_TEST

START_TEST(json_numbers_are_shortest_and_exact)
{
    static const struct {
        double value;
        const char *text;
    } cases[] = {{0.1, "0.1"},      {-0.0, "0"}, {1e21, "1e+21"},
                 {0.08, "0.08"},    {90, "90"},  {1.0 / 3, "0.3333333333333333"},
                 {5e-324, "5e-324"}};
    for (size_t i = 0; i < AUG_COUNT(cases); i++) {
        char text[32];
        augi_format_double(cases[i].value, text);
        ck_assert_str_eq(text, cases[i].text);
        ck_assert(strtod(text, NULL) == cases[i].value);
    }
}
END_TEST

START_TEST(json_text_escapes_and_indents)
{
    AugiJsonWriter writer = {.indent = 2};
    augi_json_object(&writer);
    augi_json_key(&writer, "a\"b");
    augi_json_list(&writer);
    augi_json_string(&writer, "\x01\\");
    augi_json_integer(&writer, -5);
    augi_json_list_end(&writer);
    augi_json_key(&writer, "empty");
    augi_json_object(&writer);
    augi_json_object_end(&writer);
    augi_json_object_end(&writer);
    char *text = augi_json_take(&writer);
    ck_assert_str_eq(text, "{\n  \"a\\\"b\": [\n    \"\\u0001\\\\\",\n    -5\n  ],\n  \"empty\": "
                           "{}\n}");
    free(text);
}
END_TEST

/* Whatever bytes a name has, the text is JSON, as another reader takes it; table 3-8 of the Unicode
 * Standard says how many U+FFFD stand for what. */
START_TEST(json_text_is_utf8)
{
#define GONE "\xef\xbf\xbd"
    static const char *const cases[][2] = {
        {"caf\xc3\xa9 \xf0\x9f\x92\xa9 \xed\x95\x9c", "caf\xc3\xa9 \xf0\x9f\x92\xa9 \xed\x95\x9c"},
        {"caf\xe9", "caf" GONE},
        {"\xe9t\xe9\"", GONE "t" GONE "\""},
        {"\xff\xfe", GONE GONE},
        {"a\xe2\x82", "a" GONE},
        {"\xc0\xaf\xed\xa0\x80", GONE GONE GONE GONE GONE},
        {"\xf1\x80\x80\xe1\x80\xc2"
         "b",
         GONE GONE GONE "b"},
    };
    for (size_t i = 0; i < AUG_COUNT(cases); i++) {
        AugiJsonWriter writer = {0};
        augi_json_object(&writer);
        augi_json_text_member(&writer, "name", cases[i][0]);
        augi_json_key(&writer, cases[i][0]);
        augi_json_text_begin(&writer);
        augi_json_text_add(&writer, cases[i][0]);
        augi_json_text_end(&writer);
        augi_json_object_end(&writer);
        char *text = augi_json_take(&writer);
        json_error_t problem;
        json_t *read = json_loads(text, JSON_REJECT_DUPLICATES, &problem);
        ck_assert_msg(read != NULL, "case %zu: %s: %s", i, text, problem.text);
        ck_assert_str_eq(json_string_value(json_object_get(read, "name")), cases[i][1]);
        ck_assert_str_eq(json_string_value(json_object_get(read, cases[i][1])), cases[i][1]);
        json_decref(read);
        free(text);
    }
#undef GONE
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("param");
    TCase *tests = tcase_create("param");
    tcase_add_test(tests, defaults_come_from_the_rows);
    tcase_add_test(tests, given_values_are_bound);
    tcase_add_test(tests, factors_reach_the_bounds_and_not_beyond);
    tcase_add_test(tests, fills_have_a_value_for_each_channel);
    tcase_add_test(tests, mistakes_are_named);
    tcase_add_test(tests, lists_of_texts_are_bounded);
    tcase_add_test(tests, kinds_are_complete);
    tcase_add_test(tests, all_mistakes_are_found_at_once);
    tcase_add_test(tests, printing_and_reading_gives_the_same);
    tcase_add_test(tests, values_as_people_read_them);
    tcase_add_test(tests, short_form_sets_the_first_row);
    tcase_add_test(tests, schemas_are_valid_json);
    tcase_add_test(tests, json_numbers_are_shortest_and_exact);
    tcase_add_test(tests, json_text_escapes_and_indents);
    tcase_add_test(tests, json_text_is_utf8);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
