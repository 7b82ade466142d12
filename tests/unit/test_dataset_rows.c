/* csv, tsv and jsonl: how rows and columns are found, what labels mean, and how bad rows are named.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libaug/base/utf8.h"
#include "libaug/spec/param.h"
#include "tests/support/datasets.h"

/* Writes a text as the file rows.KIND, plain or packed; the caller frees the path. */
static char *put_bytes(const char *kind, bool packed, const void *text, size_t size)
{
    char *path = test_path("%s/rows.%s%s", test_folder(), kind, packed ? ".gz" : "");
    (packed ? test_write_gzip : test_replace_file)(path, text, size);
    return path;
}

static char *put(const char *kind, const char *text)
{
    return put_bytes(kind, false, text, strlen(text));
}

/* One expected sample. */
typedef struct Row {
    const char *text;
    int label;
} Row;

/* Opens the text with options (",key=value" or ""), plain and packed, and compares all samples, up
 * to one without text. */
static void check_rows(const char *kind, const char *options, const char *text, const Row *rows)
{
    for (int packed = 0; packed < 2; packed++) {
        char *path = put_bytes(kind, packed, text, strlen(text));
        AugDataset *dataset = test_open("%s:%s%s", kind, path, options);
        uint64_t n = 0;
        while (rows[n].text)
            n++;
        ck_assert_uint_eq(aug_dataset_info(dataset)->n_samples, n);
        ck_assert_int_eq(aug_dataset_info(dataset)->fields[0].kind, AUG_FIELD_TEXT);
        for (uint64_t i = 0; i < n; i++)
            test_sample(dataset, i, NULL, rows[i].label, rows[i].text, strlen(rows[i].text));
        test_read_from_threads(dataset);
        aug_dataset_unref(dataset);
        free(path);
    }
}

static void check_refused(const char *kind, const char *options, const char *text, AugStatus status,
                          const char *words)
{
    for (int packed = 0; packed < 2; packed++) {
        char *path = put_bytes(kind, packed, text, strlen(text));
        test_refuse(status, words, "%s:%s%s", kind, path, options);
        free(path);
    }
}

START_TEST(tsv_is_label_tab_text_without_more)
{
    static const Row rows[] = {{"good", 1}, {"bad \"so\" bad", 0}, {"", 3}, {NULL, 0}};
    check_rows("tsv", "", "1\tgood\n0\tbad \"so\" bad\n3\t\n", rows);
    check_rows("tsv", "", "1\tgood\r\n0\tbad \"so\" bad\r\n3\t", rows);
    check_rows("tsv", "",
               "\xef\xbb\xbf"
               "1\tgood\n0\tbad \"so\" bad\n3\t\n",
               rows);
    static const Row words[] = {{"text", 0}, {"label", 1}, {NULL, 0}};
    check_rows("tsv", "", "0\ttext\n1\tlabel\n", words);
}
END_TEST

START_TEST(columns_are_found_by_name_or_number)
{
    static const Row rows[] = {{"one", 4}, {"two", 2}, {NULL, 0}};
    static const char *const named = "id,text,label\n7,one,4\n8,two,2\n";
    check_rows("csv", "", named, rows);
    check_rows("csv", ",header=yes", named, rows);
    check_rows("csv", ",text=text,label=label", named, rows);
    check_rows("csv", ",text=2,label=3", named, rows);
    check_rows("csv", ",text=2,label=3", "7,one,4\n8,two,2\n", rows);
    check_rows("tsv", ",text=body,label=stars", "stars\tbody\n4\tone\n2\ttwo\n", rows);
    check_rows("jsonl", "", "{\"text\": \"one\", \"label\": 4}\n{\"label\": 2, \"text\": \"two\"}",
               rows);
    check_rows("jsonl", ",text=t,label=l",
               "{\"t\": \"one\", \"l\": \"4\"}\n{\"t\":\"two\",\"l\":2}", rows);
    static const Row bare[] = {{"one", -1}, {"two", -1}, {NULL, 0}};
    check_rows("csv", "", "text\none\ntwo\n", bare);
    check_rows("csv", ",text=1", "one\ntwo\n", bare);
    check_rows("csv", ",text=2", "7,one,4\n8,two,2\n", bare);
    check_rows("jsonl", "", "{\"text\": \"one\"}\n{\"text\": \"two\"}\n", bare);
}
END_TEST

START_TEST(the_header_can_be_forced)
{
    static const Row as_rows[] = {{"text", 0}, {"x", 1}, {NULL, 0}};
    check_rows("csv", ",header=no", "label,text\nname,x\n", as_rows);
    static const Row rows[] = {{"x", 0}, {NULL, 0}};
    check_rows("csv", ",header=yes,text=2,label=1", "1,2\n0,x\n", rows);
    check_refused("csv", ",header=no,text=body", "body\nx\n", AUG_BAD_ARGUMENT,
                  "no header names the columns");
}
END_TEST

START_TEST(csv_quotes_are_those_of_rfc_4180)
{
    static const Row rows[] = {{"a,b", 0}, {"line\nbreak", 1}, {"say \"hi\"", 2},
                               {"", 3},    {"a\"b", 4},        {NULL, 0}};
    check_rows("csv", "",
               "label,text\n0,\"a,b\"\n1,\"line\nbreak\"\r\n\"2\",\"say \"\"hi\"\"\"\n3,\"\"\n"
               "4,a\"b\n",
               rows);
    check_refused("csv", "", "label,text\n0,a\n1,\"x\ny\n", AUG_CORRUPT,
                  ":3: a quote is opened that is never closed");
    check_refused("csv", "", "label,text\n0,\"x\"y\n", AUG_CORRUPT,
                  ":2: text follows a closing quote");
    /* Line numbers count lines, not rows. */
    check_refused("csv", "", "label,text\n0,\"x\ny\nz\"\n1\n", AUG_CORRUPT,
                  ":5: the row has 1 column");
}
END_TEST

START_TEST(json_escapes_are_resolved)
{
    static const Row rows[] = {{"tab\t quote\" \xc3\xa9 \xf0\x9f\x98\x80", 0}, {"", 1}, {NULL, 0}};
    check_rows("jsonl", "",
               "{\"text\": \"tab\\t quote\\\" \\u00e9 \\ud83d\\ude00\", \"label\": 0}\n"
               "{\"more\": [1, {\"text\": 2}], \"text\": \"\", \"label\": 1}\n",
               rows);
}
END_TEST

START_TEST(names_are_classes_in_the_order_of_their_bytes)
{
    static const Row rows[] = {{"a", 2}, {"b", 0}, {"c", 2}, {"d", 1}, {NULL, 0}};
    check_rows("tsv", "", "pos\ta\nNeu\tb\npos\tc\nneg\td\n", rows);
    char *path = put("tsv", "pos\ta\nNeu\tb\npos\tc\nneg\td\n");
    AugDataset *dataset = test_open("tsv:%s", path);
    ck_assert_uint_eq(aug_dataset_info(dataset)->n_classes, 3);
    ck_assert_str_eq(aug_dataset_class_name(dataset, 0), "Neu");
    ck_assert_str_eq(aug_dataset_class_name(dataset, 1), "neg");
    ck_assert_str_eq(aug_dataset_class_name(dataset, 2), "pos");
    aug_dataset_unref(dataset);
    test_refuse(AUG_CORRUPT, "3 different labels; classes is 4", "tsv:%s,classes=4", path);
    free(path);
    static const Row digits[] = {{"a", 1}, {"b", 0}, {NULL, 0}};
    check_rows("tsv", ",label_type=names", "9\ta\n10\tb\n", digits);
}
END_TEST

START_TEST(labels_of_two_sorts_are_refused)
{
    check_refused("tsv", "", "0\ta\n0\tb\nx\tc\n", AUG_CORRUPT,
                  "line 1 has the label '0', line 3 'x'");
    check_refused("tsv", "", "0\ta\n-1\tb\n", AUG_CORRUPT,
                  "line 2 has the label '-1'; allowed are whole numbers from 0");
    check_refused("tsv", ",label_type=numbers", "x\ta\n", AUG_CORRUPT,
                  "line 1 has the label 'x'; allowed are whole numbers from 0");
    check_refused("tsv", "", "0\ta\n1048576\tb\n", AUG_TOO_LARGE, "at most 1048575");
    check_refused("tsv", "", "0\ta\n99999999999999999999\tb\n", AUG_TOO_LARGE, "line 2");
    check_refused("tsv", ",classes=2", "0\ta\n2\tb\n", AUG_CORRUPT,
                  "line 2 has the label 2; with classes 2 the highest allowed is 1");
    check_refused("tsv", "", "\ta\n", AUG_CORRUPT, ":1: the label is empty");
    static const Row rows[] = {{"a", 0}, {"c", 1}, {NULL, 0}};
    check_rows("tsv", ",label_type=names", "-1\ta\nx\tc\n", rows);
}
END_TEST

/* Twelve rows with the labels 0 to 11, as a program writes them, keep their numbers. */
static void check_numbers(const char *kind, const char *options, const char *before,
                          const char *after)
{
    char text[2000];
    size_t size = 0;
    for (int i = 0; i < 12; i++)
        size += (size_t)snprintf(text + size, sizeof(text) - size, "%s%d%s", before, i, after);
    char *path = put(kind, text);
    AugDataset *dataset = test_open("%s:%s%s", kind, path, options);
    ck_assert_uint_eq(aug_dataset_info(dataset)->n_samples, 12);
    ck_assert_uint_eq(aug_dataset_info(dataset)->n_classes, 12);
    for (uint64_t i = 0; i < 12; i++)
        ck_assert_int_eq(aug_dataset_label(dataset, i), (int64_t)i);
    aug_dataset_unref(dataset);
    free(path);
}

START_TEST(numbers_keep_their_value_however_they_are_written)
{
    static const char *const forms[][2] = {
        {"", ".0"}, {" ", ""}, {"", " "},  {"+", ""},        {"", "."},
        {"", "e0"}, {"0", ""}, {"\t", ""}, {"", ".0000000"}, {" +", ".0 "},
    };
    for (size_t i = 0; i < AUG_COUNT(forms); i++) {
        char before[60], after[60];
        snprintf(after, sizeof(after), "%s,text\n", forms[i][1]);
        check_numbers("csv", "", forms[i][0], after);
        check_numbers("csv", ",label_type=numbers", forms[i][0], after);
        snprintf(before, sizeof(before), "{\"text\": \"a\", \"label\": \"%s", forms[i][0]);
        snprintf(after, sizeof(after), "%s\"}\n", forms[i][1]);
        if (forms[i][0][0] != '\t')
            check_numbers("jsonl", "", before, after);
    }
    check_numbers("tsv", "", "", ".0\ttext\n");
    check_numbers("jsonl", "", "{\"text\": \"a\", \"label\": ", ".0}\n");
    check_numbers("jsonl", "", "{\"text\": \"a\", \"label\": ", "e0}\n");
    static const Row mixed[] = {{"a", 2}, {"b", 2}, {"c", 0}, {"d", 10}, {"e", 10}, {NULL, 0}};
    check_rows("csv", "", "2,a\n2.0,b\n-0,c\n1e1,d\n 10,e\n", mixed);
}
END_TEST

START_TEST(numbers_that_are_no_classes_are_named)
{
    static const struct {
        const char *text;
        AugStatus status;
        const char *words;
    } cases[] = {
        {"0,a\n1.5,b\n", AUG_CORRUPT, "line 2 has the label '1.5'; allowed are whole numbers"},
        {"-1,a\n-2,b\n", AUG_CORRUPT, "line 1 has the label '-1'"},
        {"0,a\n-1.0,b\n", AUG_CORRUPT, "line 2 has the label '-1.0'"},
        {"0,a\n1e-3,b\n", AUG_CORRUPT, "line 2 has the label '1e-3'"},
        {"0,a\nnan,b\n", AUG_CORRUPT, "line 1 has the label '0', line 2 'nan'"},
        {"2.0,a\ninf,b\n", AUG_CORRUPT, "line 1 has the label '2.0', line 2 'inf'"},
        {"cat,a\n2.0,b\n", AUG_CORRUPT, "line 1 has the label 'cat', line 2 '2.0'"},
        {"0,a\n1e300,b\n", AUG_TOO_LARGE, "line 2 has the label 1e300; allowed is at most"},
        {"0,a\n1048576.0,b\n", AUG_TOO_LARGE, "allowed is at most 1048575"},
        {"0,a\n  ,b\n", AUG_CORRUPT, ":2: the label is empty"},
        {"cat,a\n cat,b\n", AUG_CORRUPT,
         "line 1 has the label 'cat', line 2 ' cat', which differ only in the blanks"},
    };
    for (size_t i = 0; i < AUG_COUNT(cases); i++)
        check_refused("csv", "", cases[i].text, cases[i].status, cases[i].words);
    check_refused("csv", ",label_type=numbers", "0,a\ninf,b\n", AUG_CORRUPT,
                  "line 2 has the label 'inf'");
    check_refused("jsonl", "", "{\"text\": \"a\", \"label\": 1.5}\n", AUG_CORRUPT,
                  ":1: \"label\" is of another type");
    /* Who says that they are names, gets them as they are written. */
    static const Row exact[] = {{"a", 4}, {"b", 0}, {"c", 2}, {"d", 1}, {"e", 3}, {NULL, 0}};
    check_rows("csv", ",label_type=names", "cat,a\n cat,b\n-1,c\n+2,d\n1.5,e\n", exact);
    check_refused("csv", ",text=2,labels=1", "2;3,a\n1;2;2.0,b\n", AUG_CORRUPT,
                  "sample 1 has the class 2 twice, written in two ways");
    check_refused("jsonl", ",soft_labels=p",
                  "{\"text\": \"a\", \"p\": {\"x\": 1}}\n"
                  "{\"text\": \"b\", \"p\": {}}\n",
                  AUG_CORRUPT, ":2: \"p\" is empty");
}
END_TEST

START_TEST(a_header_may_have_blanks_around_names)
{
    static const Row rows[] = {{"one", 4}, {"two", 2}, {NULL, 0}};
    check_rows("csv", "", "id, label ,text\n7,4,one\n8, 2,two\n", rows);
}
END_TEST

START_TEST(bad_rows_are_named_by_line)
{
    static const struct {
        const char *kind, *text, *words;
    } cases[] = {
        {"tsv", "", "holds no samples"},
        {"tsv", "\n", ":1: the line is empty"},
        {"tsv", "0\ta\n\n1\tb\n", ":2: the line is empty"},
        {"tsv", "0\ta\n1\n", ":2: the row has 1 column; the first row has 2"},
        {"tsv", "0\ta\n1\tb\tc\n", ":2: the row has 3 columns; the first row has 2"},
        {"csv", "0,a\n1,b,c\n",
         ":2: the row has 3 columns; the first row has 2; a text that holds"},
        {"tsv", "only\n", ":1: the first row has one column"},
        {"tsv", "0;a\n", "it holds ';', and columns of this kind end with a tab"},
        {"csv", "text\tlabel\n", "it holds a tab, and columns of this kind end with ','"},
        {"tsv", "0\ta\n1\xff\tb\n", ":2: byte 2 of column 1 is 0xff, which is not UTF-8"},
        {"csv", "text,label,z\na,0,b\nc,1,\xed\xa0\x80\n", ":3: byte 1 of column 3 is 0xed"},
        {"csv", "label,text\n", "holds no samples"},
        {"jsonl", "[1]\n", ":1: the line is JSON but no object"},
        {"jsonl", "{\"text\": \"a\"}\n{\"text\": \"a\"\n", ":2: not valid JSON"},
        {"jsonl", "{\"text\": \"a\"}\n{\"text\": 5}\n", ":2: \"text\" is no string"},
        {"jsonl", "{\"text\": \"a\"}\n{}\n", ":2: \"text\" is missing"},
        {"jsonl", "{\"text\": \"a\"}\n{\"text\":\"\",\"label\":1}", ":2: the row has a \"label\""},
        {"jsonl", "{\"text\": \"a\",\"label\":1}\n{\"text\":\"\"}", ":2: \"label\" is missing"},
        {"jsonl", "{\"text\": \"a\",\"label\":1.5}\n", ":1: \"label\" is of another type"},
        {"jsonl", "{\"text\": \"a\", \"label\": \"a\\u0000b\"}\n", "is of another type"},
        {"jsonl", "{\"text\": \"a\xff\"}\n", ":1: byte 12 of the row is 0xff"},
        {"jsonl", "{\"text\": \"\\ud800\"}\n", ":1: not valid JSON"},
        {"jsonl", "{\"text\": \"a\", \"text\": \"b\"}\n", ":1: not valid JSON"},
    };
    for (size_t i = 0; i < AUG_COUNT(cases); i++)
        check_refused(cases[i].kind, "", cases[i].text, AUG_CORRUPT, cases[i].words);
    char *path = put_bytes("tsv", false, "0\ta\n1\0\tbc\n", 10);
    test_refuse(AUG_CORRUPT, ":2: column 1 holds a NUL byte", "tsv:%s", path);
    free(path);
    path = put_bytes("csv", false,
                     "\xff\xfe"
                     "0\0,\0a\0\n\0",
                     10);
    test_refuse(AUG_UNSUPPORTED, ":1: the file is in UTF-16; allowed is UTF-8",
                "csv:%s,bad_rows=keep", path);
    free(path);
}
END_TEST

START_TEST(wrong_columns_are_named)
{
    static const struct {
        const char *kind, *options, *text, *words;
    } cases[] = {
        {"csv", ",text=bdoy", "body,label\nx,1\n", "did you mean 'body'?"},
        {"csv", ",text=zzzzzz", "body,label\nx,1\n", "no such column; its first is 'body'"},
        {"csv", ",text=body", "body,label,body\nx,1,y\n",
         "text is 'body', which the header has twice; allowed is a name that stands once, or the "
         "number of a column"},
        {"csv", ",text=3", "body,label\nx,1\n", "text is column 3; allowed is 1 to 2"},
        {"csv", ",text=2,label=none", "word\n", "text is column 2; allowed is 1"},
        {"csv", ",text=body,label=none,header=no", "word\n",
         "text is 'body', but no header names the columns; allowed is 1, the number of one"},
        {"csv", ",text=0", "body,label\nx,1\n", "text is column 0; allowed is 1 to 2"},
        {"csv", ",text=1,label=1", "x,1\n", "column 1 is both label and content"},
        {"csv", ",text=1,image=2", "x,1\n", "both text and image are given"},
        {"csv", "", "text,image\nx,1\n", "has both 'text' and 'image'"},
        {"csv", ",header=yes", "a,b\nx,1\n", "neither 'text' nor 'image', but 'a', 'b'; give"},
        {"csv", "", "filename,class\nx,1\n",
         "looks like a header, but its names are not those of columns here; give image: filename "
         "and label: class, or header: no"},
        {"tsv", "", "LBL\tTxt\n1\tx\n", "give text: Txt and label: LBL, or header: no"},
        {"csv", "", "text,class\nx,1\n",
         "no 'label', but 'class'; give label: class, or label: none"},
        {"jsonl", "", "{\"a\": 1, \"b\": 2}\n",
         "neither \"text\" nor \"image\"; its keys are 'a', 'b'; give"},
        {"jsonl", "", "{\"text\": \"\", \"image\": \"\"}\n", "both \"text\" and \"image\""},
    };
    for (size_t i = 0; i < AUG_COUNT(cases); i++)
        check_refused(cases[i].kind, cases[i].options, cases[i].text, AUG_BAD_ARGUMENT,
                      cases[i].words);
    check_refused("jsonl", ",header=yes", "{}", AUG_BAD_SPEC, "'header' is not known");
}
END_TEST

START_TEST(long_rows_cross_every_border_of_a_read)
{
    /* Rows of growing length around the 64 KiB that are read at a time, and one of a megabyte. */
    enum { N = 40 };
    size_t capacity = 8u << 20, size = 0;
    char *text = malloc(capacity);
    size_t lengths[N];
    for (int i = 0; i < N; i++) {
        lengths[i] = i == 20 ? 1000000 : i < 20 ? 65536 - 10 + (size_t)i : (size_t)i * 3001;
        size += (size_t)snprintf(text + size, 16, "%d\t", i % 3);
        memset(text + size, 'a' + i % 26, lengths[i]);
        size += lengths[i];
        text[size++] = '\n';
    }
    for (int packed = 0; packed < 2; packed++) {
        char *path = put_bytes("tsv", packed, text, size);
        AugDataset *dataset = test_open("tsv:%s", path);
        for (int i = 0; i < N; i++) {
            AugBuffer buffer = {0};
            AugSample sample;
            ck_assert_int_eq(aug_dataset_read(dataset, (uint64_t)i, &buffer, &sample, NULL),
                             AUG_OK);
            ck_assert_uint_eq(sample.fields[0].size, lengths[i]);
            ck_assert_int_eq(((const uint8_t *)sample.fields[0].bytes)[0], 'a' + i % 26);
            ck_assert_int_eq(((const uint8_t *)sample.fields[0].bytes)[sample.fields[0].size - 1],
                             'a' + i % 26);
            aug_buffer_fini(&buffer);
        }
        aug_dataset_unref(dataset);
        AugLimits limits;
        aug_limits_init(&limits);
        limits.max_encoded_size = 999999;
        test_refuse_under(&limits, AUG_TOO_LARGE, ":21: the row has more than the 999999 bytes",
                          "tsv:%s", path);
        free(path);
    }
    free(text);
}
END_TEST

START_TEST(pictures_lie_below_the_folder_of_the_list)
{
    free(test_make_folder("%s/photos", test_folder()));
    char *picture = test_path("%s/photos/a.jpg", test_folder());
    test_write_file(picture, "picture", 7);
    char *path = put("csv", "image,label\nphotos/a.jpg,cat\n");
    AugDataset *dataset = test_open("csv:%s", path);
    ck_assert_int_eq(aug_dataset_info(dataset)->fields[0].form, AUG_FORM_ENCODED);
    test_sample(dataset, 0, "photos/a.jpg", 0, "picture", 7);
    test_write_file(picture, "other picture", 13);
    test_read_fails(dataset, 0, AUG_CHANGED, "photos/a.jpg: the file has 13 bytes");
    aug_dataset_unref(dataset);
    free(path);
    free(picture);
    /* From the list's own folder, too. */
    ck_assert_int_eq(chdir(test_folder()), 0);
    dataset = test_open("csv:rows.csv,image=image");
    aug_dataset_unref(dataset);
    static const char *const paths[] = {"/etc/passwd", "../x.jpg", "photos/../../x.jpg", "", ".."};
    for (size_t i = 0; i < AUG_COUNT(paths); i++) {
        char *text = test_path("image,label\nphotos/a.jpg,1\n%s,1\n", paths[i]);
        check_refused("csv", "", text, AUG_CORRUPT, ":3: the picture '");
        free(text);
    }
    check_refused("csv", "", "image,label\nabsent.jpg,1\n", AUG_NOT_FOUND,
                  ":2: 'absent.jpg' cannot be opened");
    check_refused("csv", "", "image,label\nphotos,1\n", AUG_BAD_ARGUMENT,
                  ":2: 'photos' is not a regular file");
    check_refused("jsonl", "", "{\"image\": \"../a\"}", AUG_CORRUPT, "is not allowed");
}
END_TEST

START_TEST(a_changed_file_is_refused_an_unpacked_one_is_kept)
{
    const char *text = "0\tfirst\n1\tsecond\n";
    char *path = put("tsv", text);
    AugDataset *dataset = test_open("tsv:%s", path);
    ck_assert_int_eq(truncate(path, 9), 0);
    test_read_fails(dataset, 1, AUG_CHANGED, "#1: the file ends at byte 9; it had 17");
    test_read_fails(dataset, 0, AUG_CHANGED, "#0: the file has 9 bytes; it had 17");
    aug_dataset_unref(dataset);
    free(path);
    path = put_bytes("tsv", true, text, strlen(text));
    dataset = test_open("tsv:%s", path);
    ck_assert_int_eq(truncate(path, 0), 0);
    test_sample(dataset, 1, "#1", 1, "second", 6);
    aug_dataset_unref(dataset);
    free(path);
}
END_TEST

/* Some 100 KB that would become 70 MB. */
START_TEST(a_file_made_to_fill_the_disk_is_refused)
{
    enum { N_ROWS = 1100, SIZE = 64000 };
    char *text = malloc((size_t)N_ROWS * SIZE);
    memset(text, 'a', (size_t)N_ROWS * SIZE);
    for (size_t i = 0; i < N_ROWS; i++) {
        memcpy(text + i * SIZE, "0\t", 2);
        text[(i + 1) * SIZE - 1] = '\n';
    }
    char *path = test_path("%s/bomb.tsv", test_folder());
    test_write_gzip(path, text, (size_t)N_ROWS * SIZE);
    test_refuse(AUG_TOO_LARGE, "allowed are 200 times as many", "tsv:%s", path);
    free(path);
    free(text);
}
END_TEST

START_TEST(fingerprints_see_text_and_labels_but_not_the_form)
{
    static const struct {
        const char *kind, *text;
    } sets[] = {{"tsv", "0\ta\n1\tb\n"},
                {"csv", "id,text,label\n9,a,0\n8,\"b\",1\n"},
                {"jsonl", "{\"text\":\"a\",\"label\":0}\n{\"text\":\"b\",\"label\":1}"},
                {"tsv", "0\ta\n1\tc\n"},
                {"tsv", "1\ta\n0\tb\n"},
                {"tsv", "1\tb\n0\ta\n"},
                {"tsv", "x\ta\ny\tb\n"}};
    char *prints[AUG_COUNT(sets)];
    for (size_t i = 0; i < AUG_COUNT(sets); i++) {
        char *path = put(sets[i].kind, sets[i].text);
        prints[i] = test_fingerprint("%s:%s", sets[i].kind, path);
        free(path);
    }
    /* Part of the ids of streams, so it stays what it is. */
    ck_assert_str_eq(prints[0], "0d263ed6008a0a300161b395a732d7a0f9f7b2a7f16ae95046357257d818860e");
    ck_assert_str_eq(prints[0], prints[1]);
    ck_assert_str_eq(prints[0], prints[2]);
    for (size_t i = 2; i < AUG_COUNT(sets); i++)
        for (size_t k = i + 1; k < AUG_COUNT(sets); k++)
            ck_assert_str_ne(prints[i], prints[k]);
    for (size_t i = 0; i < AUG_COUNT(sets); i++)
        free(prints[i]);
}
END_TEST

START_TEST(limits_hold)
{
    AugLimits limits;
    aug_limits_init(&limits);
    limits.max_classes = 2;
    char *path = put("tsv", "a\tx\nb\tx\nc\tx\n");
    test_refuse_under(&limits, AUG_TOO_LARGE, "more than 2 different labels", "tsv:%s", path);
    aug_limits_init(&limits);
    limits.max_resident_size = 20;
    test_refuse_under(&limits, AUG_TOO_LARGE, "the 20 bytes allowed", "tsv:%s", path);
    aug_limits_init(&limits);
    limits.max_samples = 2;
    test_refuse_under(&limits, AUG_TOO_LARGE, "3 samples; 2", "tsv:%s", path);
    free(path);
}
END_TEST

START_TEST(real_texts_are_read_whole)
{
    static const struct {
        const char *name;
        uint64_t n;
        int counts[6];
    } sets[] = {{"text/sst2_dev.tsv.gz", 872, {428, 444}},
                {"text/trec_test.tsv.gz", 500, {138, 94, 9, 65, 81, 113}},
                {"text/waimai_zh_6k.tsv.gz", 6000, {3990, 2010}}};
    for (size_t i = 0; i < AUG_COUNT(sets); i++) {
        char *path = test_data(sets[i].name);
        if (!path)
            return;
        AugDataset *dataset = test_open("tsv:%s", path);
        ck_assert_uint_eq(aug_dataset_info(dataset)->n_samples, sets[i].n);
        int counts[6] = {0};
        for (uint64_t k = 0; k < sets[i].n; k++)
            counts[aug_dataset_label(dataset, k)]++;
        ck_assert_mem_eq(counts, sets[i].counts, sizeof(counts));
        aug_dataset_unref(dataset);
        free(path);
    }
}
END_TEST

/* Each line of the hostile file, alone, is read or refused with its line; the whole is refused. */
START_TEST(hostile_rows_are_read_or_named)
{
    char *path = test_data("hostile-text/hostile-dataset.tsv.gz");
    if (!path)
        return;
    test_refuse(AUG_CORRUPT, "hostile-dataset.tsv.gz:5: the line is empty", "tsv:%s", path);
    char *unpacked = test_path("%s/all.tsv", test_folder());
    char *command = test_path("gzip -dc '%s' > '%s'", path, unpacked);
    ck_assert_int_eq(system(command), 0);
    size_t size;
    char *text = (char *)test_read_file(unpacked, &size);
    int n_read = 0, n_refused = 0;
    for (char *line = text, *next; line < text + size; line = next) {
        char *newline = memchr(line, '\n', (size_t)(text + size - line));
        next = newline ? newline + 1 : text + size;
        test_replace_file(unpacked, line, (size_t)(next - line));
        AugError error = {0};
        AugDataset *dataset;
        char *location = test_path("tsv:%s", unpacked);
        if (aug_dataset_open(&dataset, location, NULL, &error) == AUG_OK) {
            n_read++;
            AugBuffer buffer = {0};
            AugSample sample;
            ck_assert_int_eq(aug_dataset_read(dataset, 0, &buffer, &sample, NULL), AUG_OK);
            aug_buffer_fini(&buffer);
        } else {
            n_refused++;
            ck_assert(error.message[0] && error.where[0]);
        }
        aug_dataset_unref(dataset);
        free(location);
    }
    /* Both happen, or the file is not what it was made to be. */
    ck_assert_msg(n_read > 50 && n_refused > 5, "%d read, %d refused", n_read, n_refused);
    free(text);
    free(command);
    free(unpacked);
    free(path);
}
END_TEST

/* The data's file of cases: name, bytes in hex, valid, note. */
START_TEST(utf8_is_judged_as_table_3_7_does)
{
    static const struct {
        const char *text;
        size_t size, invalid;
    } cases[] = {{"", 0, 0},
                 {"plain ascii, longer than eight", 30, 30},
                 {"12345678\xc3", 9, 8},
                 {"1234567\xc3\xa9 12345678", 18, 18},
                 {"\xc0\x80", 2, 0},
                 {"a\xf4\x90\x80\x80", 5, 1},
                 {"\xf0\x8f\xbf\xbf", 4, 0},
                 {"\xe2\x82", 2, 0},
                 {"\xef\xbf\xbf\x80", 4, 3}};
    for (size_t i = 0; i < AUG_COUNT(cases); i++)
        ck_assert_uint_eq(augi_utf8_invalid(cases[i].text, cases[i].size), cases[i].invalid);
    char *path = test_data("hostile-text/utf8-cases.tsv");
    if (!path)
        return;
    size_t size;
    char *text = (char *)test_read_file(path, &size);
    int n = 0;
    for (char *line = strchr(text, '\n') + 1; *line; line = strchr(line, '\n') + 1, n++) {
        const char *hex = strchr(line, '\t') + 1;
        size_t length = strcspn(hex, "\t") / 2;
        char *bytes = calloc(1, length + 1);
        for (size_t i = 0; i < length; i++) {
            char pair[3] = {hex[2 * i], hex[2 * i + 1], 0};
            bytes[i] = (char)strtoul(pair, NULL, 16);
        }
        bool valid = hex[2 * length + 1] == '1';
        ck_assert_msg((augi_utf8_invalid(bytes, length) == length) == valid, "%.60s", line);
        free(bytes);
    }
    ck_assert_int_gt(n, 20);
    free(text);
    free(path);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("dataset_rows");
    TCase *tests = tcase_create("all");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, tsv_is_label_tab_text_without_more);
    tcase_add_test(tests, columns_are_found_by_name_or_number);
    tcase_add_test(tests, the_header_can_be_forced);
    tcase_add_test(tests, csv_quotes_are_those_of_rfc_4180);
    tcase_add_test(tests, json_escapes_are_resolved);
    tcase_add_test(tests, names_are_classes_in_the_order_of_their_bytes);
    tcase_add_test(tests, labels_of_two_sorts_are_refused);
    tcase_add_test(tests, numbers_keep_their_value_however_they_are_written);
    tcase_add_test(tests, numbers_that_are_no_classes_are_named);
    tcase_add_test(tests, a_header_may_have_blanks_around_names);
    tcase_add_test(tests, bad_rows_are_named_by_line);
    tcase_add_test(tests, wrong_columns_are_named);
    tcase_add_test(tests, long_rows_cross_every_border_of_a_read);
    tcase_add_test(tests, pictures_lie_below_the_folder_of_the_list);
    tcase_add_test(tests, a_changed_file_is_refused_an_unpacked_one_is_kept);
    tcase_add_test(tests, a_file_made_to_fill_the_disk_is_refused);
    tcase_add_test(tests, fingerprints_see_text_and_labels_but_not_the_form);
    tcase_add_test(tests, limits_hold);
    tcase_add_test(tests, real_texts_are_read_whole);
    tcase_add_test(tests, hostile_rows_are_read_or_named);
    tcase_add_test(tests, utf8_is_judged_as_table_3_7_does);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
