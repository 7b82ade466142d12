/* Rows with another text in the place of their own: every other byte stays, and what is read again
 * is that text. */
#include <stdlib.h>
#include <string.h>

#include "cli/row_line.h"
#include "libaug/spec/param.h"
#include "tests/support/datasets.h"

/* A value with its size, since NUL is a byte like others. */
typedef struct Bytes {
    const char *bytes;
    size_t size;
} Bytes;

#define BYTES(text)                   \
    {                                 \
        (text), sizeof((text "")) - 1 \
    }

/* A file whose first row gets another text. wanted: the line; words: of the refusal, if it is one.
 */
typedef struct Case {
    const char *kind, *options;
    Bytes file, text, wanted;
    const char *words;
} Case;

/* Reads the line behind the file's head as a file of its own, which must give the text. */
static void check_read(const Case *one, const AugiRowForm *form, const CliBytes *line)
{
    char *path = test_path("%s/again", test_folder());
    CliBytes file = {0};
    cli_bytes_add(&file, form->head, form->head_size);
    cli_bytes_add(&file, line->bytes, line->size);
    test_replace_file(path, file.bytes, file.size);
    AugDataset *dataset = test_open("%s:%s%s", one->kind, path, one->options);
    ck_assert_uint_eq(aug_dataset_info(dataset)->n_samples, 1);
    test_sample(dataset, 0, NULL, aug_dataset_label(dataset, 0), one->text.bytes, one->text.size);
    aug_dataset_unref(dataset);
    cli_bytes_fini(&file);
    free(path);
}

static void check(const Case *one)
{
    char *path = test_path("%s/rows", test_folder());
    test_replace_file(path, one->file.bytes, one->file.size);
    AugDataset *dataset = test_open("%s:%s%s", one->kind, path, one->options);
    const AugiRowForm form = augi_row_text_form(dataset);
    AugiRowsRead read = {0};
    AugSample sample;
    ck_assert_int_eq(augi_row_text_read(dataset, 0, 1, &read, NULL), AUG_OK);
    ck_assert_int_eq(augi_row_text_sample(dataset, &read, 0, &sample, NULL), AUG_OK);
    const CliRowLine line = {.bytes = read.bytes + read.rows[0].begin,
                             .size = read.rows[0].size,
                             .has_cr = read.rows[0].has_cr,
                             .sample = &sample};
    AugField fields[AUG_MAX_FIELDS];
    memcpy(fields, sample.fields, sizeof(fields));
    fields[0] = (AugField){.bytes = one->text.bytes, .size = one->text.size};
    const AugSample made = {.fields = fields};
    CliBytes out = {0};
    AugError error = {0};
    const AugStatus status = cli_row_line_add(&out, &form, &line, &made, NULL, &error);
    ck_assert_msg(status == (one->words ? AUG_BAD_ARGUMENT : AUG_OK), "%s", error.message);
    ck_assert_msg(out.size == one->wanted.size &&
                      (out.size == 0 || memcmp(out.bytes, one->wanted.bytes, out.size) == 0),
                  "found %.*s, wanted %s", (int)out.size, out.bytes, one->wanted.bytes);
    if (one->words)
        ck_assert_msg(strstr(error.message, one->words), "%s", error.message);
    else
        check_read(one, &form, &out);
    cli_bytes_fini(&out);
    augi_rows_read_fini(&read);
    aug_dataset_unref(dataset);
    free(path);
}

#define CHECK_ALL(cases)                          \
    for (size_t i = 0; i < AUG_COUNT(cases); i++) \
    check(&(cases)[i])

START_TEST(columns_of_tsv_stay_as_they_are)
{
    static const Case cases[] = {
        {"tsv", "", BYTES("1\told\n"), BYTES("new text"), BYTES("1\tnew text\n"), NULL},
        {"tsv", "", BYTES("1\told\r\n0\tx\n"), BYTES(""), BYTES("1\t\r\n"), NULL},
        {"tsv", "", BYTES("1\told"), BYTES("new"), BYTES("1\tnew\n"), NULL},
        {"tsv", "", BYTES("1\ta\r\n0\tb"), BYTES("\xff\0\"\r\""), BYTES("1\t\xff\0\"\r\"\r\n"),
         NULL},
        {"tsv", ",text=2,label=4", BYTES("\"x\t\"o\t \t+2\n"), BYTES("\"n\""),
         BYTES("\"x\t\"n\"\t \t+2\n"), NULL},
        {"tsv", "",
         BYTES("\xef\xbb\xbf"
               "id\ttext\tlabel\n7\told\ta\n"),
         BYTES("new"), BYTES("7\tnew\ta\n"), NULL},
        {"tsv", "", BYTES("1\told\n"), BYTES("a\tb"), BYTES(""), "holds a tab"},
        {"tsv", "", BYTES("1\told\n"), BYTES("a\nb"), BYTES(""), "holds a line break"},
        {"tsv", "", BYTES("1\told\n"), BYTES("a\r"), BYTES(""), "holds a line break"},
        {"tsv", ",text=1,label=2", BYTES("old\t1\n"), BYTES("a\r"), BYTES("a\r\t1\n"), NULL},
    };
    CHECK_ALL(cases);
}
END_TEST

START_TEST(quotes_of_csv_stay_where_they_are)
{
    static const Case cases[] = {
        {"csv", "", BYTES("label,text\n1,old\n"), BYTES("new"), BYTES("1,new\n"), NULL},
        {"csv", "", BYTES("label,text\n1,\"old\"\n"), BYTES("new"), BYTES("1,\"new\"\n"), NULL},
        {"csv", "", BYTES("label,text\n1,old\n"), BYTES("a, \"b\"\nc"),
         BYTES("1,\"a, \"\"b\"\"\nc\"\n"), NULL},
        {"csv", "", BYTES("label,text\n1,old\n"), BYTES("a \"b\""), BYTES("1,a \"b\"\n"), NULL},
        {"csv", "", BYTES("label,text\n1,old\n"), BYTES("\"b\""), BYTES("1,\"\"\"b\"\"\"\n"), NULL},
        {"csv", "", BYTES("label,text\r\n1,old\r\n"), BYTES("a\r"), BYTES("1,\"a\r\"\r\n"), NULL},
        {"csv", "", BYTES("text,label,n\n\"o \"\"l\"\", d\n\",\"1\", \"\"\n"), BYTES("new"),
         BYTES("\"new\",\"1\", \"\"\n"), NULL},
        {"csv", ",text=2,label=1", BYTES("\"1\",,x\n"), BYTES("new"), BYTES("\"1\",new,x\n"), NULL},
        {"csv", ",text=2,label=1", BYTES("1,\n"), BYTES("new"), BYTES("1,new\n"), NULL},
    };
    CHECK_ALL(cases);
}
END_TEST

START_TEST(keys_of_json_stay_in_order)
{
    static const Case cases[] = {
        {"jsonl", "", BYTES("{\"text\": \"old\", \"label\": 1}\n"), BYTES("new"),
         BYTES("{\"text\": \"new\", \"label\": 1}\n"), NULL},
        {"jsonl", "", BYTES(" { \"b\" : [1, {\"text\": \"}\"}, \"\\\"]\"] ,\"text\":\"old\"\t}"),
         BYTES("n\"\\\n\t\x01"),
         BYTES(
             " { \"b\" : [1, {\"text\": \"}\"}, \"\\\"]\"] ,\"text\":\"n\\\"\\\\\\n\\t\\u0001\"\t}"
             "\n"),
         NULL},
        {"jsonl", ",text=a\"b", BYTES("{\"a\": 1.50, \"a\\\"b\": \"x\", \"c\": null}\r\n"),
         BYTES("y"), BYTES("{\"a\": 1.50, \"a\\\"b\": \"y\", \"c\": null}\r\n"), NULL},
        /* Escapes as Python writes them, and not where characters stand as they are. */
        {"jsonl", "", BYTES("{\"text\": \"\\u00e9\"}\n"),
         BYTES("\xc3\xa9 \xed\x95\x9c \xf0\x9f\x98\x80"),
         BYTES("{\"text\": \"\\u00e9 \\ud55c \\ud83d\\ude00\"}\n"), NULL},
        {"jsonl", "", BYTES("{\"text\": \"\xc3\xa9\\u00e9\"}\n"), BYTES("\xc3\xa9."),
         BYTES("{\"text\": \"\xc3\xa9.\"}\n"), NULL},
        {"jsonl", "", BYTES("{\"text\": \"a\"}\n"), BYTES("\xc3\xa9"),
         BYTES("{\"text\": \"\xc3\xa9\"}\n"), NULL},
        {"jsonl", "", BYTES("{\"text\": \"a\"}\n"), BYTES("a\0b"),
         BYTES("{\"text\": \"a\\u0000b\"}\n"), NULL},
        {"jsonl", "", BYTES("{\"text\": \"a\"}\n"), BYTES("\xff"), BYTES(""),
         "not UTF-8 at byte 0"},
    };
    CHECK_ALL(cases);
}
END_TEST

START_TEST(an_equal_text_leaves_the_row)
{
    static const Case cases[] = {
        {"jsonl", "", BYTES("{\"text\": \"\\u0061\\/\"}\n"), BYTES("a/"),
         BYTES("{\"text\": \"\\u0061\\/\"}\n"), NULL},
        {"csv", "", BYTES("label,text\n1,\"a\"\n"), BYTES("a"), BYTES("1,\"a\"\n"), NULL},
        {"lines", "", BYTES("\r\n"), BYTES(""), BYTES("\r\n"), NULL},
        {"lines", "", BYTES("a\tb\n"), BYTES("\tb"), BYTES("\tb\n"), NULL},
        {"lines", "", BYTES("a\n"), BYTES("b\n"), BYTES(""), "holds a line break"},
    };
    CHECK_ALL(cases);
}
END_TEST

/* The first row of a file gets another text and spans; wanted is the line. */
static void check_spans(const char *file, const char *text, const int64_t (*spans)[2],
                        const int64_t *labels, size_t n, const char *wanted)
{
    char *path = test_path("%s/spans", test_folder());
    test_replace_file(path, file, strlen(file));
    AugDataset *dataset = test_open("jsonl:%s,spans=ents", path);
    const AugiRowForm form = augi_row_text_form(dataset);
    AugiRowsRead read = {0};
    AugSample sample;
    ck_assert_int_eq(augi_row_text_read(dataset, 0, 1, &read, NULL), AUG_OK);
    ck_assert_int_eq(augi_row_text_sample(dataset, &read, 0, &sample, NULL), AUG_OK);
    const CliRowLine line = {
        .bytes = read.bytes + read.rows[0].begin, .size = read.rows[0].size, .sample = &sample};
    AugField fields[AUG_MAX_FIELDS];
    memcpy(fields, sample.fields, sizeof(fields));
    fields[0] = (AugField){.bytes = text, .size = strlen(text)};
    fields[form.spans] = (AugField){.bytes = spans, .size = n * sizeof(*spans), .n_rows = n};
    fields[form.span_labels] =
        (AugField){.bytes = labels, .size = n * sizeof(*labels), .n_rows = n};
    const AugSample made = {.fields = fields};
    CliBytes out = {0};
    ck_assert_int_eq(cli_row_line_add(&out, &form, &line, &made, NULL, NULL), AUG_OK);
    cli_bytes_add_byte(&out, 0);
    ck_assert_str_eq(out.bytes, wanted);
    cli_bytes_fini(&out);
    augi_rows_read_fini(&read);
    aug_dataset_unref(dataset);
    free(path);
}

START_TEST(spans_are_written_in_characters)
{
    static const int64_t moved[][2] = {{8, 13}, {0, 7}}, kept[][2] = {{0, 3}};
    static const int64_t labels[] = {1, 0};
    /* S\u00f6ul is 4 characters and 5 bytes; classes are LOC and PER. */
    check_spans("{\"ents\": [[0,3,\"PER\"],[9,13,\"LOC\"]], \"text\": \"Kim sieht S\xc3\xb6ul\"}\n",
                "S\xc3\xb6ul? Y Kimmy", moved, labels, 2,
                "{\"ents\": [[7, 12, \"PER\"], [0, 6, \"LOC\"]], \"text\": "
                "\"S\xc3\xb6ul? Y Kimmy\"}\n");
    /* Numbers stay numbers, and spans that stay in place stay as they are written. */
    check_spans("{\"text\": \"Kim sieht\", \"ents\":[ [0,3, 1] ]}\n", "Kim sah", kept, labels, 1,
                "{\"text\": \"Kim sah\", \"ents\":[ [0,3, 1] ]}\n");
    check_spans("{\"text\": \"Kim sieht\", \"ents\":[[4,9,1]]}\n", "Kim", kept, labels, 1,
                "{\"text\": \"Kim\", \"ents\":[[0, 3, 1]]}\n");
    check_spans("{\"text\": \"Kim sieht\", \"ents\":[[4,9,1]]}\n", "Kim", kept, labels, 0,
                "{\"text\": \"Kim\", \"ents\":[]}\n");
}
END_TEST

/* Both texts of a pair, in whatever order they stand. */
static void check_pair(const char *kind, const char *options, const char *file, const char *wanted)
{
    char *path = test_path("%s/pairs", test_folder());
    test_replace_file(path, file, strlen(file));
    AugDataset *dataset = test_open("%s:%s%s", kind, path, options);
    ck_assert_str_eq(aug_dataset_info(dataset)->fields[1].name, "text_pair");
    const AugiRowForm form = augi_row_text_form(dataset);
    AugiRowsRead read = {0};
    AugSample sample;
    ck_assert_int_eq(augi_row_text_read(dataset, 0, 1, &read, NULL), AUG_OK);
    ck_assert_int_eq(augi_row_text_sample(dataset, &read, 0, &sample, NULL), AUG_OK);
    ck_assert_mem_eq(sample.fields[0].bytes, "old", 3);
    ck_assert_mem_eq(sample.fields[1].bytes, "older", 5);
    const CliRowLine line = {
        .bytes = read.bytes + read.rows[0].begin, .size = read.rows[0].size, .sample = &sample};
    AugField fields[AUG_MAX_FIELDS];
    memcpy(fields, sample.fields, sizeof(fields));
    fields[0] = (AugField){.bytes = "new", .size = 3};
    fields[1] = (AugField){.bytes = "", .size = 0};
    CliBytes out = {0};
    ck_assert_int_eq(
        cli_row_line_add(&out, &form, &line, &(AugSample){.fields = fields}, NULL, NULL), AUG_OK);
    cli_bytes_add_byte(&out, 0);
    ck_assert_str_eq(out.bytes, wanted);
    cli_bytes_fini(&out);
    augi_rows_read_fini(&read);
    aug_dataset_unref(dataset);
    free(path);
}

START_TEST(both_texts_of_a_pair_are_written)
{
    check_pair("tsv", ",text=3,text_pair=1,label=2", "older\t1\told\tx\n", "\t1\tnew\tx\n");
    check_pair("csv", ",text=a,text_pair=b", "n,a,b\n1,\"old\",older\n", "1,\"new\",\n");
    check_pair("jsonl", ",text=a,text_pair=b", "{\"b\":\"older\", \"c\": 1, \"a\": \"old\"}\n",
               "{\"b\":\"\", \"c\": 1, \"a\": \"new\"}\n");
    check_pair("jsonl", ",text=a,text_pair=b", "{\"a\":\"old\",\"b\":\"older\"}",
               "{\"a\":\"new\",\"b\":\"\"}\n");
    static const Case alone = {"csv", "", BYTES("text\nold\n"), BYTES(""), BYTES("\"\"\n"), NULL};
    check(&alone);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("cli_row_line");
    TCase *tests = tcase_create("all");
    tcase_add_test(tests, columns_of_tsv_stay_as_they_are);
    tcase_add_test(tests, quotes_of_csv_stay_where_they_are);
    tcase_add_test(tests, keys_of_json_stay_in_order);
    tcase_add_test(tests, an_equal_text_leaves_the_row);
    tcase_add_test(tests, spans_are_written_in_characters);
    tcase_add_test(tests, both_texts_of_a_pair_are_written);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
