/* Rows of text that hold anything: lines, bad rows that are kept, rows as they stand in the file. */
#include <stdlib.h>
#include <string.h>

#include "libaug/base/characters.h"
#include "libaug/data/support/row_index.h"
#include "libaug/data/support/row_store.h"
#include "libaug/data/support/row_text.h"
#include "libaug/spec/param.h"
#include "tests/support/datasets.h"

/* Writes bytes as the file rows.KIND, plain or packed; the caller frees the path. */
static char *put(const char *kind, bool packed, const void *bytes, size_t size)
{
    char *path = test_path("%s/rows.%s%s", test_folder(), kind, packed ? ".gz" : "");
    (packed ? test_write_gzip : test_replace_file)(path, bytes, size);
    return path;
}

/* A value with its size, since NUL is a byte like others. */
typedef struct Bytes {
    const char *bytes;
    size_t size;
} Bytes;

#define BYTES(text)                   \
    {                                 \
        (text), sizeof((text "")) - 1 \
    }

/* Opens the bytes, plain and packed, and compares all texts, up to one that is NULL; and every row
 * with the bytes of the file that it is. */
static void check_texts(const char *kind, const char *options, Bytes file, const Bytes *texts)
{
    for (int packed = 0; packed < 2; packed++) {
        char *path = put(kind, packed, file.bytes, file.size);
        AugDataset *dataset = test_open("%s:%s%s", kind, path, options);
        uint64_t n = 0, longest = 1;
        for (; texts[n].bytes; n++)
            longest = texts[n].size > longest ? texts[n].size : longest;
        ck_assert_uint_eq(aug_dataset_info(dataset)->n_samples, n);
        ck_assert_uint_eq(aug_dataset_info(dataset)->fields[0].most, longest);
        ck_assert(augi_row_text_is(dataset));
        const AugiRowForm form = augi_row_text_form(dataset);
        ck_assert_mem_eq(form.head, file.bytes, form.head_size);
        size_t at = form.head_size;
        AugiRowsRead read = {0};
        for (uint64_t i = 0; i < n; i++) {
            test_sample(dataset, i, NULL, aug_dataset_label(dataset, i), texts[i].bytes,
                        texts[i].size);
            ck_assert_int_eq(augi_row_text_read(dataset, i, 1, &read, NULL), AUG_OK);
            ck_assert_uint_eq(read.n, 1);
            ck_assert_mem_eq(read.bytes + read.rows[0].begin, file.bytes + at, read.rows[0].size);
            at += read.rows[0].size + read.rows[0].has_cr + 1;
        }
        /* The last line end may be missing. */
        ck_assert_uint_le(at - file.size, 1u + form.has_cr);
        augi_rows_read_fini(&read);
        aug_dataset_unref(dataset);
        free(path);
    }
}

START_TEST(text_may_hold_any_bytes)
{
    static const Bytes texts[] = {BYTES("a\xff"), BYTES("b\0c"), BYTES(""),
                                  BYTES("d\re"),  BYTES("f"),    {NULL, 0}};
    check_texts("tsv", "", (Bytes)BYTES("0\ta\xff\n1\tb\0c\n0\t\n1\td\re\n1\tf"), texts);
    check_texts("csv", ",text=2,label=1",
                (Bytes)BYTES("0,a\xff\r\n1,\"b\0c\"\r\n0,\r\n1,\"d\re\"\r\n1,f"), texts);
    check_texts("lines", "", (Bytes)BYTES("a\xff\nb\0c\n\nd\re\nf"), texts);
    check_texts("lines", "",
                (Bytes)BYTES("\xef\xbb\xbf"
                             "a\xff\r\nb\0c\r\n\r\nd\re\r\nf\r\n"),
                texts);
    static const Bytes escaped[] = {BYTES("a\0b\r\n"), BYTES(""), {NULL, 0}};
    check_texts("jsonl", "", (Bytes)BYTES("{\"text\": \"a\\u0000b\\r\\n\"}\n{\"text\":\"\"}"),
                escaped);
}
END_TEST

START_TEST(lines_have_no_labels_and_no_header)
{
    static const Bytes texts[] = {BYTES("text"), BYTES("1\t2,\"3"), BYTES(" "), {NULL, 0}};
    check_texts("lines", "", (Bytes)BYTES("text\n1\t2,\"3\n \n"), texts);
    char *path = put("lines", false, "a\nb\n", 4);
    AugDataset *dataset = test_open("lines:%s", path);
    ck_assert_uint_eq(aug_dataset_info(dataset)->n_fields, 1);
    ck_assert_uint_eq(aug_dataset_info(dataset)->n_classes, 0);
    ck_assert_int_eq(aug_dataset_label(dataset, 0), -1);
    test_sample(dataset, 1, "#1", -1, "b", 1);
    test_read_from_threads(dataset);
    aug_dataset_unref(dataset);
    test_refuse(AUG_BAD_SPEC, "'label' is not known", "lines:%s,label=1", path);
    test_replace_file(path, "", 0);
    test_refuse(AUG_CORRUPT, "holds no samples", "lines:%s", path);
    free(path);
}
END_TEST

START_TEST(bad_rows_are_kept_with_their_reason)
{
    static const char text[] = "1\tgood\n\n0\n1\ta\tb\n\tc\n0\xff\td\n0\tlast\n";
    static const char *const reasons[] = {
        NULL,
        ":2: the line is empty; a row is expected",
        ":3: the row has 1 column; the first row has 2",
        ":4: the row has 3 columns; the first row has 2",
        ":5: the label is empty",
        ":6: byte 2 of column 1 is 0xff, which is not UTF-8",
        NULL,
    };
    for (int packed = 0; packed < 2; packed++) {
        char *path = put("tsv", packed, text, sizeof(text) - 1);
        test_refuse(AUG_CORRUPT, reasons[1], "tsv:%s", path);
        AugDataset *dataset = test_open("tsv:%s,bad_rows=keep", path);
        const AugDatasetInfo *info = aug_dataset_info(dataset);
        ck_assert_uint_eq(info->n_samples, AUG_COUNT(reasons));
        ck_assert_uint_eq(info->n_classes, 2);
        test_sample(dataset, 0, "#0", 1, "good", 4);
        test_sample(dataset, 6, "#6", 0, "last", 4);
        AugiRowsRead read = {0};
        AugSample sample;
        AugError error = {0};
        ck_assert_int_eq(
            augi_row_text_read(dataset, 0, augi_row_text_count(dataset, 0, 100, 1000), &read, NULL),
            AUG_OK);
        ck_assert_uint_eq(read.n, AUG_COUNT(reasons));
        for (uint32_t i = 0; i < read.n; i++) {
            const AugStatus status = augi_row_text_sample(dataset, &read, i, &sample, &error);
            ck_assert_int_eq(status, reasons[i] ? AUG_CORRUPT : AUG_OK);
            if (!reasons[i])
                continue;
            ck_assert_int_eq(aug_dataset_label(dataset, i), -1);
            test_read_fails(dataset, i, AUG_CORRUPT, reasons[i]);
        }
        augi_rows_read_fini(&read);
        const AugiRowTally tally = augi_row_text_tally(dataset);
        ck_assert_uint_eq(tally.n_bad, 5);
        ck_assert_uint_eq(tally.longest, 4);
        aug_dataset_unref(dataset);
        free(path);
    }
}
END_TEST

/* What a bad row said beside its text leaves nothing in the rows behind it. */
START_TEST(bad_rows_leave_nothing_behind)
{
    static const char text[] = "{\"text\": \"a\", \"v\": [1, 2], \"label\": \"x\"}\n"
                               "{\"text\": \"b\", \"v\": [3, 4, 5], \"label\": \"y\"}\n"
                               "{\"text\": \"c\", \"v\": [6, 7], \"label\": \"x\"\n"
                               "{\"text\": \"d\", \"v\": [8, 9], \"label\": \"x\"}\n";
    char *path = put("jsonl", false, text, sizeof(text) - 1);
    AugDataset *dataset = test_open("jsonl:%s,values=v,bad_rows=keep", path);
    ck_assert_uint_eq(aug_dataset_info(dataset)->n_classes, 1);
    test_read_fails(dataset, 1, AUG_CORRUPT, ":2: values has 3 numbers; allowed are 2");
    test_read_fails(dataset, 2, AUG_CORRUPT, ":3: not valid JSON");
    AugBuffer buffer = {0};
    AugSample sample;
    ck_assert_int_eq(aug_dataset_read(dataset, 3, &buffer, &sample, NULL), AUG_OK);
    static const float wanted[] = {8, 9};
    ck_assert_uint_eq(sample.fields[1].size, sizeof(wanted));
    ck_assert_mem_eq(sample.fields[1].bytes, wanted, sizeof(wanted));
    aug_buffer_fini(&buffer);
    aug_dataset_unref(dataset);
    char *all = test_fingerprint("jsonl:%s,values=v,bad_rows=keep", path);
    /* Another bad row is other data. */
    char *other = strdup(text);
    strstr(other, "\"c\"")[1] = 'C';
    test_replace_file(path, other, sizeof(text) - 1);
    char *changed = test_fingerprint("jsonl:%s,values=v,bad_rows=keep", path);
    ck_assert_str_ne(all, changed);
    free(all);
    free(changed);
    free(other);
    free(path);
}
END_TEST

START_TEST(an_index_finds_every_row)
{
    AugiRowIndex index = {0};
    AugiRowPlace place = {.offset = 3};
    static const size_t sizes[] = {0, 1, 63, 64, 127, 8191, 8192, 1u << 20, (size_t)1 << 35};
    AugiRowPlace places[1000];
    for (size_t i = 0; i < AUG_COUNT(places); i++) {
        place.size = sizes[i * 7 % AUG_COUNT(sizes)];
        place.has_cr = i % 3 == 0;
        places[i] = place;
        ck_assert_int_eq(augi_row_index_add(&index, &place, 1 << 20, NULL), AUG_OK);
        place.offset += place.size + place.has_cr + 1;
        ck_assert_uint_eq(index.end, place.offset);
    }
    for (size_t i = 0; i < AUG_COUNT(places); i++) {
        AugiRowWalk walk = augi_row_index_walk(&index, i);
        for (size_t k = i; k < AUG_COUNT(places) && k < i + 3; k++) {
            const AugiRowPlace found = augi_row_walk_next(&walk);
            ck_assert_uint_eq(found.offset, places[k].offset);
            ck_assert_uint_eq(found.size, places[k].size);
            ck_assert_int_eq(found.has_cr, places[k].has_cr);
        }
    }
    AugError error = {0};
    AugiRowIndex small = {0};
    ck_assert_int_eq(augi_row_index_add(&small, &place, 8, &error), AUG_TOO_LARGE);
    augi_row_index_fini(&small);
    augi_row_index_fini(&index);
}
END_TEST

/* More than is kept in memory, with rows that cross every border. */
START_TEST(large_packed_files_are_kept_in_a_file_aside)
{
    enum { N = 3000 };
    const size_t capacity = 3 * (size_t)AUGI_ROW_STORE_MEMORY;
    char *text = malloc(capacity);
    size_t size = 0, begins[N + 1];
    for (int i = 0; i < N; i++) {
        const size_t n = (size_t)i * 104729 % 32768;
        begins[i] = size;
        memset(text + size, 'a' + i % 26, n);
        size += n;
        text[size++] = '\n';
    }
    begins[N] = size;
    ck_assert_uint_gt(size, 2 * AUGI_ROW_STORE_MEMORY);
    char *path = put("txt", true, text, size);
    AugDataset *dataset = test_open("lines:%s", path);
    ck_assert_uint_eq(aug_dataset_info(dataset)->n_samples, N);
    AugBuffer buffer = {0};
    for (int i = N; i-- > 0;) {
        AugSample sample;
        ck_assert_int_eq(aug_dataset_read(dataset, (uint64_t)i, &buffer, &sample, NULL), AUG_OK);
        ck_assert_uint_eq(sample.fields[0].size, begins[i + 1] - begins[i] - 1);
        ck_assert_mem_eq(sample.fields[0].bytes, text + begins[i], sample.fields[0].size);
    }
    test_read_from_threads(dataset);
    aug_buffer_fini(&buffer);
    aug_dataset_unref(dataset);
    ck_assert_int_eq(setenv("TMPDIR", "/absent", 1), 0);
    test_refuse(AUG_IO, "cannot be kept in a file aside: No such file or directory; TMPDIR names",
                "lines:%s", path);
    unsetenv("TMPDIR");
    free(path);
    free(text);
}
END_TEST

START_TEST(labels_of_any_number_are_kept)
{
    enum { N = 70000 };
    char *text = malloc(20 * N);
    size_t size = 0;
    for (int i = 0; i < N; i++)
        size += (size_t)snprintf(text + size, 20, "%d\t\n", i < 300 ? i % 3 : i);
    char *path = put("tsv", false, text, size);
    AugDataset *dataset = test_open("tsv:%s", path);
    for (int i = 0; i < N; i++)
        ck_assert_int_eq(aug_dataset_label(dataset, (uint64_t)i), i < 300 ? i % 3 : i);
    aug_dataset_unref(dataset);
    /* Few texts of large numbers. */
    test_replace_file(path, "254\ta\n255\tb\n70000\tc\n", 19);
    dataset = test_open("tsv:%s", path);
    ck_assert_int_eq(aug_dataset_label(dataset, 0), 254);
    ck_assert_int_eq(aug_dataset_label(dataset, 1), 255);
    ck_assert_int_eq(aug_dataset_label(dataset, 2), 70000);
    aug_dataset_unref(dataset);
    free(path);
    free(text);
}
END_TEST

START_TEST(runs_of_a_part_are_those_of_the_whole)
{
    char *text = malloc(400000);
    size_t size = 0;
    for (int i = 0; i < 5000; i++)
        size += (size_t)snprintf(text + size, 400000 - size, "%d\ttext %d%s", i % 2, i * i,
                                 i % 5 ? "\n" : "\r\n");
    char *path = put("tsv", false, text, size);
    AugDataset *part = test_open("tsv:%s,split={eval: 0.3},part=train", path);
    const uint64_t n = aug_dataset_info(part)->n_samples;
    ck_assert(n > 3000 && n < 4000);
    ck_assert(augi_row_text_is(part));
    AugiRowsRead read = {0};
    AugBuffer buffer = {0};
    uint64_t n_seen = 0;
    for (uint64_t first = 0; first < n; first += read.n) {
        const uint32_t n_run = augi_row_text_count(part, first, 100, 1300);
        ck_assert_int_eq(augi_row_text_read(part, first, n_run, &read, NULL), AUG_OK);
        ck_assert_uint_eq(read.n, n_run);
        const AugiRawRow *last = &read.rows[n_run - 1];
        ck_assert(n_run == 100 || last->begin + last->size >= 1300 || first + n_run == n);
        for (uint32_t i = 0; i < read.n; i++, n_seen++) {
            AugSample one, other;
            ck_assert_int_eq(augi_row_text_sample(part, &read, i, &one, NULL), AUG_OK);
            ck_assert_int_eq(aug_dataset_read(part, first + i, &buffer, &other, NULL), AUG_OK);
            ck_assert_str_eq(one.name, other.name);
            ck_assert_uint_eq(one.index, other.index);
            for (int f = 0; f < 2; f++) {
                ck_assert_uint_eq(one.fields[f].size, other.fields[f].size);
                ck_assert_mem_eq(one.fields[f].bytes, other.fields[f].bytes, one.fields[f].size);
            }
        }
    }
    ck_assert_uint_eq(n_seen, n);
    augi_rows_read_fini(&read);
    aug_buffer_fini(&buffer);
    aug_dataset_unref(part);
    free(path);
    free(text);
}
END_TEST

START_TEST(pairs_are_two_texts)
{
    static const struct {
        const char *kind, *options, *text;
    } sets[] = {
        {"csv", ",text=premise,text_pair=hypothesis",
         "premise,hypothesis,label\none,\"a, b\",x\n,\xff,y\n"},
        {"tsv", ",text=2,text_pair=3,label=1", "x\tone\ta, b\r\ny\t\t\xff\r\n"},
    };
    for (size_t i = 0; i < AUG_COUNT(sets); i++) {
        char *path = put(sets[i].kind, i, sets[i].text, strlen(sets[i].text));
        AugDataset *dataset = test_open("%s:%s%s", sets[i].kind, path, sets[i].options);
        const AugDatasetInfo *info = aug_dataset_info(dataset);
        ck_assert_uint_eq(info->n_fields, 3);
        ck_assert_str_eq(info->fields[1].name, "text_pair");
        ck_assert_int_eq(info->fields[1].kind, AUG_FIELD_TEXT);
        ck_assert_uint_eq(info->fields[0].most, 3);
        ck_assert_uint_eq(info->fields[1].most, 4);
        AugBuffer buffer = {0};
        AugSample sample;
        ck_assert_int_eq(aug_dataset_read(dataset, 0, &buffer, &sample, NULL), AUG_OK);
        ck_assert_uint_eq(sample.fields[1].size, 4);
        ck_assert_mem_eq(sample.fields[1].bytes, "a, b", 4);
        ck_assert_int_eq(aug_dataset_read(dataset, 1, &buffer, &sample, NULL), AUG_OK);
        ck_assert_uint_eq(sample.fields[0].size, 0);
        ck_assert_mem_eq(sample.fields[1].bytes, "\xff", 1);
        ck_assert_uint_eq(augi_row_text_tally(dataset).n_invalid, 1);
        aug_buffer_fini(&buffer);
        aug_dataset_unref(dataset);
        free(path);
    }
    char *path = put("csv", false, "text,pair,label\na,b,1\n", 22);
    char *one = test_fingerprint("csv:%s", path),
         *two = test_fingerprint("csv:%s,text_pair=pair", path);
    ck_assert_str_ne(one, two);
    free(one);
    free(two);
    test_refuse(AUG_BAD_ARGUMENT, "column 1 is text_pair and something else",
                "csv:%s,text_pair=text", path);
    test_refuse(AUG_BAD_ARGUMENT,
                "text_pair is 'pare', but the header has no such column; did you mean",
                "csv:%s,text_pair=pare", path);
    test_refuse(AUG_BAD_ARGUMENT, "text_pair is given and the rows hold pictures",
                "csv:%s,image=text,text_pair=pair", path);
    free(path);
    path = put("jsonl", false, "{\"text\": \"a\"}", 13);
    test_refuse(AUG_CORRUPT, ":1: \"b\" is missing; allowed is a string", "jsonl:%s,text_pair=b",
                path);
    free(path);
}
END_TEST

START_TEST(several_files_are_one_set)
{
    static const char first[] = "label,text\r\n1,one\r\n0,two",
                      second[] = "label,text\n\n1,\"th\nree\"\n";
    static const char third[] = "label,text\n0,four\n";
    char *paths[] = {test_path("%s/p-0", test_folder()), test_path("%s/p-1", test_folder()),
                     test_path("%s/p-2", test_folder())};
    test_replace_file(paths[0], first, sizeof(first) - 1);
    test_write_gzip(paths[1], second, sizeof(second) - 1);
    test_replace_file(paths[2], third, sizeof(third) - 1);
    char *pattern = test_path("%s/p-{0..2}", test_folder());
    test_refuse(AUG_CORRUPT, "/p-1:2: the line is empty", "csv:%s", pattern);
    AugDataset *dataset = test_open("csv:%s,bad_rows=keep", pattern);
    ck_assert_uint_eq(aug_dataset_info(dataset)->n_samples, 5);
    test_sample(dataset, 0, "#0", 1, "one", 3);
    test_sample(dataset, 1, "#1", 0, "two", 3);
    test_read_fails(dataset, 2, AUG_CORRUPT, "/p-1:2: the line is empty");
    test_sample(dataset, 3, "#3", 1, "th\nree", 6);
    test_sample(dataset, 4, "#4", 0, "four", 4);
    AugiRowsRead read = {0};
    ck_assert_int_eq(augi_row_text_read(dataset, 0, 5, &read, NULL), AUG_OK);
    static const char *const rows[] = {"1,one", "0,two", "", "1,\"th\nree\"", "0,four"};
    for (uint32_t i = 0; i < 5; i++) {
        ck_assert_uint_eq(read.rows[i].size, strlen(rows[i]));
        ck_assert_mem_eq(read.bytes + read.rows[i].begin, rows[i], strlen(rows[i]));
    }
    augi_rows_read_fini(&read);
    ck_assert_uint_eq(augi_row_text_form(dataset).head_size, strlen("label,text\r\n"));
    ck_assert_uint_eq(augi_row_text_line(dataset, 4), 0);
    aug_dataset_unref(dataset);
    test_replace_file(paths[2], "text,label\nfour,0\n", 18);
    test_refuse(AUG_CORRUPT, "/p-2:1: the header differs from that of '", "csv:%s,bad_rows=keep",
                pattern);
    test_replace_file(paths[0], "image,label\n", 12);
    test_refuse(AUG_BAD_ARGUMENT, "the rows hold pictures, and there are 3 files", "csv:%s",
                pattern);
    /* What the files hold decides, not how they are cut. */
    test_replace_file(paths[0], "a\nb\nc\n", 6);
    char *whole = test_fingerprint("lines:%s", paths[0]);
    test_replace_file(paths[0], "a\n", 2);
    test_replace_file(paths[1], "", 0);
    test_replace_file(paths[2], "b\nc", 3);
    char *cut = test_fingerprint("lines:%s", pattern);
    ck_assert_str_eq(whole, cut);
    free(whole);
    free(cut);
    free(pattern);
    for (size_t i = 0; i < AUG_COUNT(paths); i++)
        free(paths[i]);
}
END_TEST

START_TEST(spans_are_bytes_of_the_text)
{
    static const char text[] =
        "{\"text\": \"Kim in S\xc3\xb6ul \xf0\x9f\x98\x80!\", \"ents\": [[7, 11, \"LOC\"], [0, 3, "
        "\"PER\"], [12, 14, \"X\"]], \"label\": \"a\"}\n"
        "{\"text\": \"\", \"ents\": [], \"label\": \"X\"}\n";
    static const int64_t wanted[][2] = {{7, 12}, {0, 3}, {13, 18}};
    static const char *const names[] = {"LOC", "PER", "X"};
    char *path = put("jsonl", false, text, sizeof(text) - 1);
    AugDataset *dataset = test_open("jsonl:%s,spans=ents", path);
    const AugDatasetInfo *info = aug_dataset_info(dataset);
    const int spans = aug_dataset_field(info, AUG_FIELD_SPANS);
    ck_assert_int_eq(spans, 1);
    ck_assert_str_eq(info->fields[spans].name, "spans");
    ck_assert_uint_eq(info->fields[spans].most, 3);
    ck_assert_str_eq(info->fields[spans + 1].follows, "spans");
    ck_assert_uint_eq(info->n_classes, 4);
    AugBuffer buffer = {0};
    AugSample sample;
    ck_assert_int_eq(aug_dataset_read(dataset, 0, &buffer, &sample, NULL), AUG_OK);
    ck_assert_uint_eq(sample.fields[spans].n_rows, AUG_COUNT(wanted));
    ck_assert_mem_eq(sample.fields[spans].bytes, wanted, sizeof(wanted));
    const int64_t *labels = sample.fields[spans + 1].bytes;
    for (size_t i = 0; i < AUG_COUNT(names); i++)
        ck_assert_str_eq(aug_dataset_class_name(dataset, (uint32_t)labels[i]), names[i]);
    ck_assert_int_eq(aug_dataset_read(dataset, 1, &buffer, &sample, NULL), AUG_OK);
    ck_assert_uint_eq(sample.fields[spans].n_rows, 0);
    aug_buffer_fini(&buffer);
    aug_dataset_unref(dataset);
    free(path);
}
END_TEST

START_TEST(wrong_spans_are_named)
{
    static const struct {
        const char *spans, *words;
    } cases[] = {
        {"null", ":1: \"s\" is null; allowed are spans [start, end, label] of characters"},
        {"[1]", ":1: item 1 of \"s\" is a number"},
        {"[[0, 1, \"a\"], [0, 1]]", ":1: item 2 of \"s\" is another list"},
        {"[[0, 1.5, \"a\"]]", "item 1 of \"s\" is another list"},
        {"[[0, 4, \"a\"]]", "item 1 of \"s\" is [0, 4], and the text has 3 characters"},
        {"[[-1, 1, \"a\"]]", "is [-1, 1]"},
        {"[[2, 2, \"a\"]]", "is [2, 2]"},
        {"[[0, 1, \"\"]]", "item 1 of \"s\" is empty"},
        {"[[0, 1, []]]", "item 1 of \"s\" is a list"},
    };
    for (size_t i = 0; i < AUG_COUNT(cases); i++) {
        char *text = test_path("{\"text\": \"a\xc3\xa9z\", \"s\": %s}\n", cases[i].spans);
        char *path = put("jsonl", false, text, strlen(text));
        test_refuse(AUG_CORRUPT, cases[i].words, "jsonl:%s,spans=s", path);
        free(path);
        free(text);
    }
    char *path = put("jsonl", false, "{\"image\": \"a\"}", 14);
    test_refuse(AUG_BAD_ARGUMENT, "the rows hold pictures; allowed with text", "jsonl:%s,spans=s",
                path);
    test_refuse(AUG_BAD_ARGUMENT, "spans and soft_labels are given",
                "jsonl:%s,text=t,spans=s,soft_labels=p", path);
    free(path);
}
END_TEST

/* Ranges in their order, then the places of texts. */
START_TEST(what_rows_protect_is_bytes_of_the_text)
{
    static const char text[] =
        "{\"text\": \"S\xc3\xb6ul is S\xc3\xb6ul\", \"keep\": [\"S\xc3\xb6ul\", "
        "[1, 3], [5, 8], \"nowhere\"]}\n"
        "{\"text\": \"\", \"keep\": []}\n";
    static const int64_t wanted[][2] = {{1, 3}, {5, 8}, {0, 5}, {9, 14}};
    char *path = put("jsonl", false, text, sizeof(text) - 1);
    AugDataset *dataset = test_open("jsonl:%s,protect=keep,label=none", path);
    const AugDatasetInfo *info = aug_dataset_info(dataset);
    const int ranges = aug_dataset_field(info, AUG_FIELD_SPANS);
    ck_assert_int_ge(ranges, 1);
    ck_assert_str_eq(info->fields[ranges].name, "protected");
    AugBuffer buffer = {0};
    AugSample sample;
    ck_assert_int_eq(aug_dataset_read(dataset, 0, &buffer, &sample, NULL), AUG_OK);
    ck_assert_uint_eq(sample.fields[ranges].n_rows, AUG_COUNT(wanted));
    ck_assert_mem_eq(sample.fields[ranges].bytes, wanted, sizeof(wanted));
    ck_assert_int_eq(aug_dataset_read(dataset, 1, &buffer, &sample, NULL), AUG_OK);
    ck_assert_uint_eq(sample.fields[ranges].n_rows, 0);
    aug_buffer_fini(&buffer);
    aug_dataset_unref(dataset);
    free(path);
}
END_TEST

START_TEST(what_cannot_be_protected_is_named)
{
    static const struct {
        const char *list, *words;
    } cases[] = {
        {"7",
         ":1: \"s\" is a number; allowed are ranges [start, end] of bytes of the text, start < "
         "end, and texts"},
        {"[[0, 1], [0, 1, 2]]", ":1: item 2 of \"s\" is another list"},
        {"[0]", "item 1 of \"s\" is a number"},
        {"[[0, 5]]", "item 1 of \"s\" is [0, 5], and the text has 4 bytes"},
        {"[[-1, 1]]", "is [-1, 1]"},
        {"[[3, 1]]", "is [3, 1]"},
        {"[[2, 2]]", "is [2, 2]"},
        {"[[2, 4]]", "item 1 of \"s\" is [2, 4], and byte 2 is inside a character"},
        {"[[0, 2]]", "and byte 2 is inside a character"},
        {"[\"\"]", "item 1 of \"s\" is empty"},
    };
    for (size_t i = 0; i < AUG_COUNT(cases); i++) {
        char *text = test_path("{\"text\": \"a\xc3\xa9z\", \"s\": %s}\n", cases[i].list);
        char *path = put("jsonl", false, text, strlen(text));
        test_refuse(AUG_CORRUPT, cases[i].words, "jsonl:%s,protect=s,label=none", path);
        free(path);
        free(text);
    }
    char many[2 + 66 * 4] = "[";
    for (int i = 0; i < 65; i++)
        snprintf(many + 1 + 4 * i, 5, "\"x\"%c", i < 64 ? ',' : ']');
    char *text = test_path("{\"text\": \"a\", \"s\": %s}\n", many);
    char *path = put("jsonl", false, text, strlen(text));
    test_refuse(AUG_CORRUPT, "\"s\" has more than 64 texts", "jsonl:%s,protect=s,label=none", path);
    free(path);
    free(text);
    path = put("jsonl", false, "{\"image\": \"a\"}", 14);
    test_refuse(AUG_BAD_ARGUMENT, "protect is given and the rows hold pictures",
                "jsonl:%s,protect=s", path);
    free(path);
}
END_TEST

START_TEST(characters_are_found_by_number_and_byte)
{
    static const char *const pieces[] = {"a",    "\xc3\xa9", "\xed\x95\x9c", "\xf0\x9f\x98\x80",
                                         "\xff", "\xe2\x82"};
    char text[4 * 3000 + 1];
    size_t size = 0, begins[3000 + 1];
    for (size_t i = 0; i < 3000; i++) {
        const char *piece = pieces[i * i % 17 % AUG_COUNT(pieces)];
        begins[i] = size;
        memcpy(text + size, piece, strlen(piece));
        size += strlen(piece);
    }
    begins[3000] = size;
    AugiCharacters characters = {0};
    ck_assert_int_eq(augi_characters_set(&characters, text, size, NULL), AUG_OK);
    ck_assert_uint_eq(characters.n, 3000);
    for (size_t i = 0; i <= 3000; i++) {
        ck_assert_uint_eq(augi_characters_byte(&characters, i), begins[i]);
        ck_assert_uint_eq(augi_characters_number(&characters, begins[i]), i);
    }
    ck_assert_int_eq(augi_characters_set(&characters, "abc", 3, NULL), AUG_OK);
    ck_assert_uint_eq(characters.n, 3);
    ck_assert_uint_eq(augi_characters_byte(&characters, 3), 3);
    augi_characters_fini(&characters);
}
END_TEST

/* Every row of the hostile file is a sample, or is named with its line. */
START_TEST(hostile_rows_are_read_or_named)
{
    char *path = test_data("hostile-text/hostile-dataset.tsv.gz");
    if (!path)
        return;
    AugDataset *dataset = test_open("tsv:%s,bad_rows=keep,label_type=names", path);
    const AugiRowTally tally = augi_row_text_tally(dataset);
    ck_assert_uint_gt(tally.n_bad, 300);
    ck_assert_uint_gt(tally.n_invalid, 50);
    ck_assert_uint_gt(tally.n_empty, 50);
    ck_assert_uint_ge(tally.longest, 1000000);
    uint64_t n_bad = 0;
    AugBuffer buffer = {0};
    for (uint64_t i = 0; i < aug_dataset_info(dataset)->n_samples; i++) {
        AugSample sample;
        AugError error = {0};
        if (aug_dataset_read(dataset, i, &buffer, &sample, &error) == AUG_OK)
            continue;
        n_bad++;
        ck_assert_int_eq(error.status, AUG_CORRUPT);
        ck_assert_ptr_nonnull(strstr(error.where, "hostile-dataset.tsv.gz:"));
    }
    ck_assert_uint_eq(n_bad, tally.n_bad);
    aug_buffer_fini(&buffer);
    aug_dataset_unref(dataset);
    free(path);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("dataset_row_texts");
    TCase *tests = tcase_create("all");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, text_may_hold_any_bytes);
    tcase_add_test(tests, lines_have_no_labels_and_no_header);
    tcase_add_test(tests, bad_rows_are_kept_with_their_reason);
    tcase_add_test(tests, bad_rows_leave_nothing_behind);
    tcase_add_test(tests, an_index_finds_every_row);
    tcase_add_test(tests, large_packed_files_are_kept_in_a_file_aside);
    tcase_add_test(tests, labels_of_any_number_are_kept);
    tcase_add_test(tests, runs_of_a_part_are_those_of_the_whole);
    tcase_add_test(tests, several_files_are_one_set);
    tcase_add_test(tests, pairs_are_two_texts);
    tcase_add_test(tests, spans_are_bytes_of_the_text);
    tcase_add_test(tests, wrong_spans_are_named);
    tcase_add_test(tests, what_rows_protect_is_bytes_of_the_text);
    tcase_add_test(tests, what_cannot_be_protected_is_named);
    tcase_add_test(tests, characters_are_found_by_number_and_byte);
    tcase_add_test(tests, hostile_rows_are_read_or_named);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
