/* Samples as rows of JSON and as lines for people: every kind of field, and what is refused. */
#include <stdlib.h>
#include <string.h>

#include "cli/row.h"
#include "libaug/data/dataset.h"
#include "tests/support/support.h"

enum { IMAGE, BOXES, BOX_LABELS, POINTS, TEXT, VALUES, LABEL, SHARES, BYTES, N_FIELDS };

static char *class_names[] = {(char[]){"bird"}, (char[]){"a \"cat\""}, (char[]){"dog"}};

static const float boxes[] = {0.25f, 1, 10.1f, 1e-3f, 3, 4, 5, 6};
static const int64_t box_labels[] = {2, 1};
static const float points[] = {-1.5f, 7};
static const float values[] = {0.1f, 1e30f};
static const int64_t label = 1;
static const float shares[] = {0.75f, 0, 0.25f};
static const uint8_t bytes[] = {0, 255, 1, 2, 3, 4};

/* A data set that is nothing but its description, and a sample of it. */
static AugDataset make_dataset(void)
{
    AugDataset dataset = {.class_names = class_names};
    dataset.info = (AugDatasetInfo){
        .n_samples = 1,
        .n_classes = 3,
        .n_fields = N_FIELDS,
        .fields = {
            [IMAGE] = {.name = "image", .kind = AUG_FIELD_IMAGE, .form = AUG_FORM_PIXELS},
            [BOXES] = {.name = "boxes",
                       .kind = AUG_FIELD_BOXES,
                       .tensor = {AUG_DTYPE_F32, 2, {0, 4}}},
            [BOX_LABELS] = {.name = "box_labels",
                            .kind = AUG_FIELD_OTHER,
                            .tensor = {AUG_DTYPE_I64, 1, {0}},
                            .follows = "boxes"},
            [POINTS] = {.name = "keypoints",
                        .kind = AUG_FIELD_POINTS,
                        .tensor = {AUG_DTYPE_F32, 2, {0, 2}}},
            [TEXT] = {.name = "text", .kind = AUG_FIELD_TEXT, .tensor = {AUG_DTYPE_U8, 1, {0}}},
            [VALUES] = {.name = "values",
                        .kind = AUG_FIELD_VALUES,
                        .tensor = {AUG_DTYPE_F32, 1, {2}}},
            [LABEL] = {.name = "label",
                       .kind = AUG_FIELD_CLASS,
                       .tensor = {.dtype = AUG_DTYPE_I64}},
            [SHARES] = {.name = "shares",
                        .kind = AUG_FIELD_CLASSES,
                        .tensor = {AUG_DTYPE_F32, 1, {3}}},
            [BYTES] = {.name = "bytes",
                       .kind = AUG_FIELD_OTHER,
                       .tensor = {AUG_DTYPE_U8, 2, {2, 3}}},
        }};
    return dataset;
}

static void fill_sample(AugField fields[N_FIELDS])
{
    fields[IMAGE] = (AugField){.height = 4, .width = 6, .channels = 1};
    fields[BOXES] = (AugField){.bytes = boxes, .size = sizeof(boxes), .n_rows = 2};
    fields[BOX_LABELS] = (AugField){.bytes = box_labels, .size = sizeof(box_labels), .n_rows = 2};
    fields[POINTS] = (AugField){.bytes = points, .size = sizeof(points), .n_rows = 1};
    fields[TEXT] = (AugField){.bytes = "\xc3\xa9,\n", .size = 4, .n_rows = 4};
    fields[VALUES] = (AugField){.bytes = values, .size = sizeof(values)};
    fields[LABEL] = (AugField){.bytes = &label, .size = sizeof(label)};
    fields[SHARES] = (AugField){.bytes = shares, .size = sizeof(shares)};
    fields[BYTES] = (AugField){.bytes = bytes, .size = sizeof(bytes)};
}

START_TEST(every_kind_of_field_has_its_form)
{
    const AugDataset dataset = make_dataset();
    AugField fields[N_FIELDS];
    fill_sample(fields);
    const AugSample sample = {.name = "x", .fields = fields};
    const CliRowPlace place = {.files = {"dog/1.png"}, .source = "in/1.jpg", .copy = 3};
    char *line;
    AugError error = {0};
    ck_assert_msg(cli_row_make(&dataset, &sample, &place, &line, &error) == AUG_OK, "%s",
                  error.message);
    ck_assert_str_eq(line, "{\"image\":\"dog/1.png\","
                           "\"boxes\":[[0.25,1,10.1,0.001],[3,4,5,6]],"
                           "\"box_labels\":[\"dog\",\"a \\\"cat\\\"\"],"
                           "\"keypoints\":[[-1.5,7]],"
                           "\"text\":\"\xc3\xa9,\\u000a\","
                           "\"values\":[0.1,1e+30],"
                           "\"label\":\"a \\\"cat\\\"\","
                           "\"shares\":{\"bird\":0.75,\"dog\":0.25},"
                           "\"bytes\":[[0,255,1],[2,3,4]],"
                           "\"source\":\"in/1.jpg\",\"copy\":3}\n");
    free(line);
}
END_TEST

/* Without names classes are numbers, and no class is null; no rows are an empty list. */
START_TEST(numbers_nothing_and_none)
{
    static const int64_t none = -1;
    AugDataset dataset = make_dataset();
    dataset.class_names = NULL;
    AugField fields[N_FIELDS];
    fill_sample(fields);
    fields[LABEL].bytes = &none;
    fields[POINTS] = (AugField){0};
    AugiJsonWriter writer = {0};
    augi_json_list(&writer);
    for (uint32_t i = BOX_LABELS; i <= LABEL; i++)
        if (i != TEXT && i != VALUES)
            ck_assert_int_eq(cli_row_value(&writer, &dataset, i, &fields[i], NULL), AUG_OK);
    augi_json_list_end(&writer);
    char *text = augi_json_take(&writer);
    ck_assert_str_eq(text, "[[2,1],[],null]");
    free(text);
}
END_TEST

static void refuse(uint32_t number, AugField field, const char *words)
{
    const AugDataset dataset = make_dataset();
    AugField fields[N_FIELDS];
    fill_sample(fields);
    fields[number] = field;
    const AugSample sample = {.name = "x", .fields = fields};
    const CliRowPlace place = {.files = {"1.png"}, .source = "1.jpg"};
    char *line = (char *)(uintptr_t)&place;
    AugError error = {0};
    ck_assert_int_eq(cli_row_make(&dataset, &sample, &place, &line, &error), AUG_CORRUPT);
    ck_assert_ptr_null(line);
    ck_assert_msg(strstr(error.message, words), "'%s' is not in '%s'", words, error.message);
}

START_TEST(values_of_another_shape_are_refused)
{
    refuse(BOXES, (AugField){.bytes = boxes, .size = 12, .n_rows = 1}, "'boxes' has 12 bytes");
    refuse(VALUES, (AugField){.bytes = values, .size = 4}, "'values' has 4 bytes; allowed are 8");
    refuse(LABEL, (AugField){.bytes = &label, .size = 0}, "'label' has 0 bytes; allowed are 8");
    refuse(SHARES, (AugField){.bytes = shares, .size = 8}, "a share for each of 3 classes");
    refuse(TEXT, (AugField){.bytes = "ab\xff", .size = 3, .n_rows = 3}, "not UTF-8 at byte 2");
}
END_TEST

START_TEST(people_read_what_is_not_drawn)
{
    const AugDataset dataset = make_dataset();
    AugField fields[N_FIELDS];
    fill_sample(fields);
    fields[VALUES].size = 4;
    const AugSample sample = {.name = "x", .fields = fields};
    char *lines = cli_row_describe(&dataset, &sample, 1u << LABEL | 1u << SHARES | 1u << BYTES);
    ck_assert_str_eq(lines, "image: height 4, width 6\n"
                            "boxes: [[0.25, 1, 10.1, 0.001], [3, 4, 5, 6]]\n"
                            "box_labels: [\"dog\", \"a \\\"cat\\\"\"]\n"
                            "keypoints: [[-1.5, 7]]\n"
                            "text: \"\xc3\xa9,\\u000a\"\n"
                            "values: cannot be shown");
    free(lines);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("cli_row");
    TCase *rows = tcase_create("rows");
    tcase_add_test(rows, every_kind_of_field_has_its_form);
    tcase_add_test(rows, numbers_nothing_and_none);
    tcase_add_test(rows, values_of_another_shape_are_refused);
    tcase_add_test(rows, people_read_what_is_not_drawn);
    suite_add_tcase(suite, rows);
    return test_run(suite);
}
