/* Rows with several fields: masks, boxes, keypoints, values, several classes and soft labels in
 * jsonl, csv and tsv; and what is wrong with them, by file and line.
 */
#include <float.h>
#include <stdlib.h>
#include <string.h>

#include "libaug/spec/param.h"
#include "tests/support/datasets.h"

/* Writes a text as rows.KIND, plain or packed, in a folder with three pictures and two masks. */
static void put(const char *kind, bool packed, const char *text)
{
    static const char *const names[] = {"a.jpg", "b.jpg", "c.jpg", "a.png", "b.png"};
    for (size_t i = 0; i < AUG_COUNT(names); i++) {
        char *path = test_path("%s/%s", test_folder(), names[i]);
        test_replace_file(path, names[i], strlen(names[i]));
        free(path);
    }
    char *path = test_path("%s/rows.%s%s", test_folder(), kind, packed ? ".gz" : "");
    (packed ? test_write_gzip : test_replace_file)(path, text, strlen(text));
    free(path);
}

static AugDataset *open_rows(const char *kind, const char *options, const char *text)
{
    put(kind, false, text);
    return test_open("%s:%s/rows.%s%s", kind, test_folder(), kind, options);
}

static void refuse(const char *kind, const char *options, const char *text, const char *words)
{
    put(kind, false, text);
    test_refuse(AUG_CORRUPT, words, "%s:%s/rows.%s%s", kind, test_folder(), kind, options);
}

static void refuse_options(const char *kind, const char *options, const char *text,
                           const char *words)
{
    put(kind, false, text);
    test_refuse(AUG_BAD_ARGUMENT, words, "%s:%s/rows.%s%s", kind, test_folder(), kind, options);
}

/* The field of this name, or the test ends. */
static uint32_t field_named(const AugDataset *dataset, const char *name)
{
    const AugDatasetInfo *info = aug_dataset_info(dataset);
    for (uint32_t i = 0; i < info->n_fields; i++)
        if (strcmp(info->fields[i].name, name) == 0)
            return i;
    ck_abort_msg("there is no field '%s'", name);
    return 0;
}

static void check_desc(const AugDataset *dataset, const char *name, AugFieldDesc expected)
{
    const AugFieldDesc *found = &aug_dataset_info(dataset)->fields[field_named(dataset, name)];
    ck_assert_msg(found->kind == expected.kind, "%s: kind %d", name, found->kind);
    ck_assert_msg(found->form == expected.form, "%s: form %d", name, found->form);
    ck_assert_msg(found->tensor.dtype == expected.tensor.dtype, "%s: type %d", name,
                  found->tensor.dtype);
    ck_assert_msg(found->tensor.n_dims == expected.tensor.n_dims, "%s: %u dimensions", name,
                  found->tensor.n_dims);
    for (uint32_t i = 0; i < found->tensor.n_dims; i++)
        ck_assert_msg(found->tensor.shape[i] == expected.tensor.shape[i], "%s: shape[%u] is %d",
                      name, i, (int)found->tensor.shape[i]);
    ck_assert_msg(found->most == expected.most, "%s: most is %d", name, (int)found->most);
    ck_assert_msg(!found->follows == !expected.follows &&
                      (!found->follows || strcmp(found->follows, expected.follows) == 0),
                  "%s follows '%s'", name, found->follows ? found->follows : "");
}

/* Reads a sample and compares one field with n_rows rows in size bytes. */
static void check_field(const AugDataset *dataset, uint64_t index, const char *name,
                        const void *bytes, size_t size, uint64_t n_rows)
{
    AugBuffer buffer = {0};
    AugSample sample;
    AugError error = {0};
    if (aug_dataset_read(dataset, index, &buffer, &sample, &error) != AUG_OK)
        ck_abort_msg("sample %d: %s: %s", (int)index, error.where, error.message);
    const AugField *field = &sample.fields[field_named(dataset, name)];
    ck_assert_msg(field->size == size, "sample %d: %s has %zu bytes, expected %zu", (int)index,
                  name, field->size, size);
    ck_assert_msg(field->n_rows == n_rows, "sample %d: %s has %d rows", (int)index, name,
                  (int)field->n_rows);
    ck_assert_ptr_nonnull(field->bytes);
    ck_assert_msg(size == 0 || memcmp(field->bytes, bytes, size) == 0, "sample %d: %s differs",
                  (int)index, name);
    aug_buffer_fini(&buffer);
}

#define CHECK_ROWS(dataset, index, name, width, ...)                      \
    check_field(dataset, index, name, (__VA_ARGS__), sizeof(__VA_ARGS__), \
                sizeof(__VA_ARGS__) / sizeof((__VA_ARGS__)[0]) / (width))

static const char *const detection =
    "{\"image\":\"a.jpg\",\"bb\":[[0,1.5,2,3],[4,4,4,4.25]],\"cls\":[\"dog\",\"cat\"],\"kp\":[]}\n"
    "{\"image\":\"b.jpg\",\"bb\":[],\"cls\":[],\"kp\":[[-1,2],[3,4e2],[5,0.1]]}\n"
    "{\"image\":\"c.jpg\",\"bb\":[[-2,-3,1,1]],\"cls\":[\"dog\"],\"kp\":[[1,1]]}\n";

static const char *const detection_options = ",boxes=bb,box_labels=cls,keypoints=kp";

START_TEST(boxes_and_points_are_rows)
{
    for (int packed = 0; packed < 2; packed++) {
        put("jsonl", packed, detection);
        AugDataset *set = test_open("jsonl:%s/rows.jsonl%s%s", test_folder(), packed ? ".gz" : "",
                                    detection_options);
        ck_assert_uint_eq(aug_dataset_info(set)->n_samples, 3);
        ck_assert_uint_eq(aug_dataset_info(set)->n_classes, 2);
        ck_assert_str_eq(aug_dataset_class_name(set, 0), "cat");
        check_desc(set, "boxes",
                   (AugFieldDesc){
                       .kind = AUG_FIELD_BOXES, .tensor = {AUG_DTYPE_F32, 2, {0, 4}}, .most = 2});
        check_desc(set, "box_labels",
                   (AugFieldDesc){.kind = AUG_FIELD_OTHER,
                                  .tensor = {AUG_DTYPE_I64, 1, {0}},
                                  .most = 2,
                                  .follows = "boxes"});
        check_desc(set, "keypoints",
                   (AugFieldDesc){
                       .kind = AUG_FIELD_POINTS, .tensor = {AUG_DTYPE_F32, 2, {0, 2}}, .most = 3});
        CHECK_ROWS(set, 0, "boxes", 4, (const float[]){0, 1.5f, 2, 3, 4, 4, 4, 4.25f});
        CHECK_ROWS(set, 2, "boxes", 4, (const float[]){-2, -3, 1, 1});
        CHECK_ROWS(set, 0, "box_labels", 1, (const int64_t[]){1, 0});
        CHECK_ROWS(set, 2, "box_labels", 1, (const int64_t[]){1});
        CHECK_ROWS(set, 1, "keypoints", 2, (const float[]){-1, 2, 3, 400, 5, 0.1f});
        check_field(set, 1, "boxes", NULL, 0, 0);
        check_field(set, 1, "box_labels", NULL, 0, 0);
        check_field(set, 0, "keypoints", NULL, 0, 0);
        /* The classes are those of boxes: the pictures have none. */
        ck_assert_int_eq(aug_dataset_field(aug_dataset_info(set), AUG_FIELD_CLASS), -1);
        test_sample(set, 1, "b.jpg", -1, "b.jpg", 5);
        test_read_from_threads(set);
        aug_dataset_unref(set);
    }
}
END_TEST

START_TEST(labels_of_pictures_and_boxes_are_one_list)
{
    AugDataset *set = open_rows(
        "jsonl", ",boxes=boxes,box_labels=names",
        "{\"image\":\"a.jpg\",\"label\":\"b\",\"boxes\":[[0,0,1,1]],\"names\":[\"c\"]}\n"
        "{\"image\":\"b.jpg\",\"label\":\"a\",\"boxes\":[[0,0,1,1]],\"names\":[\"b\"]}\n");
    ck_assert_uint_eq(aug_dataset_info(set)->n_classes, 3);
    test_sample(set, 0, "a.jpg", 1, "a.jpg", 5);
    test_sample(set, 1, "b.jpg", 0, "b.jpg", 5);
    CHECK_ROWS(set, 0, "box_labels", 1, (const int64_t[]){2});
    CHECK_ROWS(set, 1, "box_labels", 1, (const int64_t[]){1});
    aug_dataset_unref(set);
    set = open_rows("jsonl", ",boxes=boxes,box_labels=names,classes=9",
                    "{\"image\":\"a.jpg\",\"boxes\":[[0,0,1,1],[1,1,2,2]],\"names\":[7,\"3\"]}\n");
    ck_assert_uint_eq(aug_dataset_info(set)->n_classes, 9);
    CHECK_ROWS(set, 0, "box_labels", 1, (const int64_t[]){7, 3});
    aug_dataset_unref(set);
    refuse("jsonl", ",boxes=boxes,box_labels=names,classes=7",
           "{\"image\":\"a.jpg\",\"boxes\":[[0,0,1,1]],\"names\":[7]}\n",
           "line 1 has the label 7; with classes 7 the highest allowed is 6");
}
END_TEST

/* Sets without any box have a tensor of boxes all the same. */
START_TEST(rows_without_boxes_have_room_for_one)
{
    AugDataset *set = open_rows("jsonl", ",boxes=boxes", "{\"image\":\"a.jpg\",\"boxes\":[]}\n");
    ck_assert_uint_eq(aug_dataset_info(set)->fields[1].most, 1);
    check_field(set, 0, "boxes", NULL, 0, 0);
    aug_dataset_unref(set);
}
END_TEST

START_TEST(wrong_boxes_are_named_by_line)
{
    static const struct {
        const char *boxes, *words;
    } cases[] = {
        {"[[0,0,1,1],[5,0,4,1]]", ":2: item 2 of \"b\" is [5, 0, 4, 1]; allowed are boxes"},
        {"[[0,2,1,1]]", ":2: item 1 of \"b\" is [0, 2, 1, 1]; allowed are boxes"},
        {"[[0,0,1]]", ":2: item 1 of \"b\" has 3 numbers; allowed are boxes [x0, y0, x1, y1]"},
        {"[[0,0,1,1,1]]", ":2: item 1 of \"b\" has 5 numbers"},
        {"[[0,0,1,\"1\"]]", ":2: item 1 of \"b\" is a string; allowed are boxes"},
        {"[[0,0,1,null]]", ":2: item 1 of \"b\" is null"},
        {"[[0,0,1,true]]", ":2: item 1 of \"b\" is true or false"},
        {"[[0,0,1,1e39]]", ":2: item 1 of \"b\" holds 1e+39; allowed are boxes"},
        {"[[0,0,1,-3.5e38]]", ":2: item 1 of \"b\" holds -3.5e+38"},
        {"[[0,0,1,1e999]]", ":2: not valid JSON"},
        {"[[0,0,1,NaN]]", ":2: not valid JSON"},
        {"[0,0,1,1]", ":2: item 1 of \"b\" is a number; allowed are boxes"},
        {"{\"x\":1}", ":2: \"b\" is a map; allowed are boxes"},
        {"null", ":2: \"b\" is null; allowed are boxes"},
    };
    for (size_t i = 0; i < AUG_COUNT(cases); i++) {
        char *text = test_path("{\"image\":\"a.jpg\",\"b\":[]}\n{\"image\":\"b.jpg\",\"b\":%s}\n",
                               cases[i].boxes);
        refuse("jsonl", ",boxes=b", text, cases[i].words);
        free(text);
    }
    refuse("jsonl", ",boxes=b", "{\"image\":\"a.jpg\"}\n", ":1: \"b\" is missing; allowed are");
    refuse("jsonl", ",keypoints=b", "{\"image\":\"a.jpg\",\"b\":[[1,2,3]]}\n",
           ":1: item 1 of \"b\" has 3 numbers; allowed are points [x, y]");
}
END_TEST

START_TEST(wrong_box_labels_are_named_by_line)
{
    static const struct {
        const char *labels, *words;
    } cases[] = {
        {"[]", ":1: \"l\" has 0 labels; allowed are 1, one a box"},
        {"[1,2]", ":1: \"l\" has 2 labels; allowed are 1"},
        {"[1.5]", ":1: item 1 of \"l\" is a number; allowed are whole numbers or strings"},
        {"[\"\"]", ":1: item 1 of \"l\" is empty"},
        {"[[1]]", ":1: item 1 of \"l\" is a list"},
        {"\"dog\"", ":1: \"l\" is a string; allowed are whole numbers or strings"},
    };
    for (size_t i = 0; i < AUG_COUNT(cases); i++) {
        char *text =
            test_path("{\"image\":\"a.jpg\",\"b\":[[0,0,1,1]],\"l\":%s}\n", cases[i].labels);
        refuse("jsonl", ",boxes=b,box_labels=l", text, cases[i].words);
        free(text);
    }
    refuse("jsonl", ",boxes=b,box_labels=l",
           "{\"image\":\"a.jpg\",\"b\":[[0,0,1,1]],\"l\":[\"dog\"]}\n"
           "{\"image\":\"b.jpg\",\"b\":[[0,0,1,1]],\"l\":[3]}\n",
           "line 1 has the label 'dog', line 2 '3'");
}
END_TEST

START_TEST(values_are_real_numbers)
{
    const AugFieldDesc three = {.kind = AUG_FIELD_VALUES, .tensor = {AUG_DTYPE_F32, 1, {3}}};
    AugDataset *set = open_rows("jsonl", ",values=[v, w]",
                                "{\"text\":\"x\",\"v\":[1,-0.5],\"w\":3}\n"
                                "{\"text\":\"y\",\"v\":[0.1,1e-3],\"w\":3.4028235e38}\n");
    check_desc(set, "values", three);
    CHECK_ROWS(set, 0, "values", 1, (const float[]){1, -0.5f, 3});
    CHECK_ROWS(set, 1, "values", 1, (const float[]){0.1f, 1e-3f, FLT_MAX});
    test_sample(set, 1, "#1", -1, "y", 1);
    aug_dataset_unref(set);
    static const char *const options[] = {",values=[a, c, b]",
                                          ",values=[2, 4, 3],text=1,header=yes"};
    for (size_t i = 0; i < AUG_COUNT(options); i++) {
        set = open_rows("csv", options[i],
                        "text,a,b,c,label\nx,1,\"-.5\",+3e0,7\n\"y\"\"\",1e-3,0.1,-3.4e38,0\n");
        check_desc(set, "values", three);
        CHECK_ROWS(set, 0, "values", 1, (const float[]){1, 3, -0.5f});
        CHECK_ROWS(set, 1, "values", 1, (const float[]){1e-3f, -3.4e38f, 0.1f});
        test_sample(set, 1, "#1", 0, "y\"", 2);
        test_read_from_threads(set);
        aug_dataset_unref(set);
    }
    set = open_rows("tsv", ",image=1,values=2", "a.jpg\t2.5\nb.jpg\t-1\n");
    CHECK_ROWS(set, 0, "values", 1, (const float[]){2.5f});
    test_sample(set, 1, "b.jpg", -1, "b.jpg", 5);
    ck_assert_uint_eq(aug_dataset_info(set)->n_classes, 0);
    aug_dataset_unref(set);
}
END_TEST

START_TEST(wrong_values_are_named_by_line)
{
    static const char *const cells[] = {"",    "x",   "1 ",   "nan",   "inf",
                                        "1,5", "0x1", "1e39", "1e999", "--1"};
    for (size_t i = 0; i < AUG_COUNT(cells); i++) {
        char *text = test_path("text,a\nx,1\ny,\"%s\"\n", cells[i]);
        char *words = test_path(":3: column 'a' holds '%s'; allowed is a decimal number", cells[i]);
        refuse("csv", ",values=a", text, words);
        free(text);
        free(words);
    }
    refuse("jsonl", ",values=v", "{\"text\":\"x\",\"v\":[1,2]}\n{\"text\":\"x\",\"v\":3}\n",
           ":2: values has 1 number; allowed are 2, as many as the first row has");
    refuse("jsonl", ",values=v", "{\"text\":\"x\",\"v\":[]}\n", ":1: values has no numbers");
    refuse("jsonl", ",values=v", "{\"text\":\"x\",\"v\":\"1\"}\n", ":1: \"v\" is a string");
    refuse("jsonl", ",values=v", "{\"text\":\"x\",\"v\":[1,[2]]}\n",
           ":1: item 2 of \"v\" is a list");
    refuse("jsonl", ",values=v", "{\"text\":\"x\",\"v\":1e300}\n", ":1: \"v\" holds 1e+300");
    refuse_options("csv", ",values=[a, a]", "text,a\nx,1\n", "values has column 2 twice");
    refuse_options("csv", ",values=[1, 3]", "0,x\n", "values is column 3; allowed is 1 to 2");
    refuse_options("csv", ",values=prize", "text,price\nx,1\n", "did you mean 'price'?");
}
END_TEST

START_TEST(several_labels_are_shares_of_one)
{
    const AugFieldDesc desc = {.kind = AUG_FIELD_CLASSES, .tensor = {AUG_DTYPE_F32, 1, {3}}};
    static const struct {
        const char *kind, *options, *text;
    } sets[] = {
        {"jsonl", ",labels=tags",
         "{\"text\":\"x\",\"tags\":[\"dog\",\"ant\"]}\n{\"text\":\"y\",\"tags\":[]}\n"
         "{\"text\":\"z\",\"tags\":[\"cat\"],\"label\":\"no\"}\n"},
        {"csv", ",labels=tags", "text,tags\nx,dog;ant\ny,\nz,cat\n"},
        {"csv", ",labels=2,text=1,labels_separator=, ", "x,\"dog, ant\"\ny,\nz,cat\n"},
        {"tsv", ",labels=1,text=2,labels_separator= ", "dog ant\tx\n\ty\ncat\tz\n"},
    };
    for (size_t i = 0; i < AUG_COUNT(sets); i++) {
        AugDataset *set = open_rows(sets[i].kind, sets[i].options, sets[i].text);
        ck_assert_uint_eq(aug_dataset_info(set)->n_classes, 3);
        ck_assert_str_eq(aug_dataset_class_name(set, 0), "ant");
        ck_assert_str_eq(aug_dataset_class_name(set, 2), "dog");
        check_desc(set, "label", desc);
        CHECK_ROWS(set, 0, "label", 1, (const float[]){1, 0, 1});
        CHECK_ROWS(set, 1, "label", 1, (const float[]){0, 0, 0});
        CHECK_ROWS(set, 2, "label", 1, (const float[]){0, 1, 0});
        test_sample(set, 2, "#2", -1, "z", 1);
        test_read_from_threads(set);
        aug_dataset_unref(set);
    }
    AugDataset *set = open_rows("csv", ",labels=tags,classes=5", "text,tags\nx,4;0\n");
    CHECK_ROWS(set, 0, "label", 1, (const float[]){1, 0, 0, 0, 1});
    aug_dataset_unref(set);
    set = open_rows("csv", ",labels=tags,classes=2", "text,tags\nx,\n");
    CHECK_ROWS(set, 0, "label", 1, (const float[]){0, 0});
    aug_dataset_unref(set);
}
END_TEST

START_TEST(wrong_labels_are_named_by_line)
{
    refuse("csv", ",labels=t", "text,t\nx,a;b\ny,a;b;a\n",
           ":3: the label 'a' stands twice in the row; allowed is once");
    refuse("csv", ",labels=t", "text,t\nx,a;;b\n", ":2: a label is empty");
    refuse("csv", ",labels=t", "text,t\nx,a;\n", ":2: a label is empty");
    refuse("csv", ",labels=t", "text,t\nx,\n", "no row has a label");
    refuse("csv", ",labels=t", "text,t\nx,1;2\ny,a\n", "line 2 has the label '1', line 3 'a'");
    refuse("jsonl", ",labels=t", "{\"text\":\"x\",\"t\":\"a\"}\n", ":1: \"t\" is a string");
    refuse("jsonl", ",labels=t", "{\"text\":\"x\",\"t\":[\"a\",null]}\n",
           ":1: item 2 of \"t\" is null");
    refuse("jsonl", ",labels=t", "{\"text\":\"x\"}\n", ":1: \"t\" is missing");
    refuse_options("csv", ",labels=t,label=t", "text,t\nx,a\n", "2 of label, labels and");
    refuse_options("csv", ",labels=t,labels_separator=", "text,t\nx,a\n",
                   "labels_separator is empty");
}
END_TEST

START_TEST(soft_labels_are_shares)
{
    static const struct {
        const char *kind, *options, *text, *names[2];
    } sets[] = {
        {"jsonl",
         ",soft_labels=p",
         "{\"text\":\"x\",\"p\":{\"cat\":0.25,\"dog\":0.75}}\n{\"text\":\"y\",\"p\":{\"dog\":1}}\n",
         {"cat", "dog"}},
        {"jsonl",
         ",soft_labels=p",
         "{\"text\":\"x\",\"p\":[0.25,0.75]}\n{\"text\":\"y\",\"p\":[0,1]}\n",
         {"0", "1"}},
        {"jsonl",
         ",soft_labels=[no, ay]",
         "{\"text\":\"x\",\"no\":0.25,\"ay\":0.75}\n{\"text\":\"y\",\"no\":0,\"ay\":1}\n",
         {"no", "ay"}},
        {"csv", ",soft_labels=[no, ay]", "ay,text,no\n0.75,x,0.25\n1,y,0\n", {"no", "ay"}},
        {"csv", ",soft_labels=[3, 1],text=2", ".75,x,.25\n1,y,0\n", {"0", "1"}},
    };
    for (size_t i = 0; i < AUG_COUNT(sets); i++) {
        AugDataset *set = open_rows(sets[i].kind, sets[i].options, sets[i].text);
        ck_assert_uint_eq(aug_dataset_info(set)->n_classes, 2);
        for (uint32_t k = 0; k < 2; k++)
            ck_assert_str_eq(aug_dataset_class_name(set, k), sets[i].names[k]);
        CHECK_ROWS(set, 0, "label", 1, (const float[]){0.25f, 0.75f});
        CHECK_ROWS(set, 1, "label", 1, (const float[]){0, 1});
        test_read_from_threads(set);
        aug_dataset_unref(set);
    }
}
END_TEST

START_TEST(wrong_soft_labels_are_named_by_line)
{
    refuse("csv", ",soft_labels=[a, b]", "text,a,b\nx,0.5,0.5\ny,1.5,0\n",
           ":3: column 'a' holds 1.5; allowed are shares of 0 to 1");
    refuse("csv", ",soft_labels=[a, b],classes=3", "text,a,b\nx,1,0\n",
           "soft_labels has 2 numbers; classes is 3");
    refuse("jsonl", ",soft_labels=p", "{\"text\":\"x\",\"p\":[1,-0.5]}\n",
           ":1: item 2 of \"p\" holds -0.5; allowed are numbers of 0 to 1");
    refuse("jsonl", ",soft_labels=p", "{\"text\":\"x\",\"p\":{\"a\":2}}\n", ":1: \"a\" holds 2");
    refuse("jsonl", ",soft_labels=p", "{\"text\":\"x\",\"p\":{\"\":1}}\n", ":1: a label is empty");
    refuse("jsonl", ",soft_labels=p", "{\"text\":\"x\",\"p\":1}\n",
           ":1: \"p\" is a number; allowed are shares of 0 to 1, as a list or as a map by class");
    refuse("jsonl", ",soft_labels=p",
           "{\"text\":\"x\",\"p\":[1]}\n{\"text\":\"x\",\"p\":{\"a\":1}}\n",
           ":2: \"p\" is a map; allowed are lists, as in the first row");
    refuse("jsonl", ",soft_labels=p",
           "{\"text\":\"x\",\"p\":{\"a\":1}}\n{\"text\":\"x\",\"p\":[1]}\n",
           ":2: \"p\" is a list; allowed are maps by class");
    refuse("jsonl", ",soft_labels=p", "{\"text\":\"x\",\"p\":[1]}\n{\"text\":\"x\",\"p\":[1,0]}\n",
           ":2: soft_labels has 2 numbers; allowed are 1");
    refuse("jsonl", ",soft_labels=[p, q]", "{\"text\":\"x\",\"p\":0}\n", ":1: \"q\" is missing");
    AugLimits limits;
    aug_limits_init(&limits);
    limits.max_classes = 2;
    put("jsonl", false, "{\"text\":\"x\",\"p\":[1,0,0]}\n");
    test_refuse_under(&limits, AUG_TOO_LARGE, "soft_labels has 3 numbers; 2 classes are allowed",
                      "jsonl:%s/rows.jsonl,soft_labels=p", test_folder());
}
END_TEST

START_TEST(masks_are_files_beside_the_pictures)
{
    static const char *const texts[][2] = {
        {"jsonl", "{\"image\":\"a.jpg\",\"m\":\"a.png\"}\n{\"image\":\"b.jpg\",\"m\":\"b.png\"}\n"},
        {"csv", "image,m\na.jpg,a.png\nb.jpg,b.png\n"}};
    for (size_t i = 0; i < AUG_COUNT(texts); i++) {
        AugDataset *set = open_rows(texts[i][0], ",mask=m", texts[i][1]);
        check_desc(set, "mask",
                   (AugFieldDesc){.kind = AUG_FIELD_MASK,
                                  .form = AUG_FORM_ENCODED,
                                  .tensor = {AUG_DTYPE_U8, 3, {0, 0, 1}}});
        test_sample(set, 1, "b.jpg", -1, "b.jpg", 5);
        check_field(set, 1, "mask", "b.png", 5, 0);
        test_read_from_threads(set);
        char *path = test_path("%s/b.png", test_folder());
        test_write_file(path, "another", 7);
        test_read_fails(set, 1, AUG_CHANGED, "b.png: the file has 7 bytes; it had 5");
        remove(path);
        test_read_fails(set, 1, AUG_CHANGED, "b.png: the file is gone");
        free(path);
        aug_dataset_unref(set);
    }
    refuse("csv", ",mask=m", "image,m\na.jpg,../a.png\n", ":2: the mask '../a.png' is not allowed");
    refuse("jsonl", ",mask=m", "{\"image\":\"a.jpg\",\"m\":3}\n", ":1: \"m\" is a number");
    put("csv", false, "image,m\na.jpg,z.png\n");
    test_refuse(AUG_NOT_FOUND, ":2: 'z.png' cannot be opened", "csv:%s/rows.csv,mask=m",
                test_folder());
}
END_TEST

START_TEST(parameters_that_exclude_each_other)
{
    const char *text = "{\"text\":\"x\",\"b\":[],\"m\":\"a.png\"}\n";
    refuse_options("jsonl", ",boxes=b", text, ":1: boxes is given and the rows hold text");
    refuse_options("jsonl", ",keypoints=b", text, "keypoints is given and the rows hold text");
    refuse_options("jsonl", ",mask=m", text, "mask is given and the rows hold text");
    refuse_options("jsonl", ",box_labels=b", text, "box_labels is given without boxes");
    refuse_options("jsonl", ",labels=b,soft_labels=m", text, "2 of label, labels and soft_labels");
    refuse_options("jsonl", ",boxes=b,box_labels=b,soft_labels=m", text, "one list of classes");
}
END_TEST

/* Limits bound each table, and an empty file says that it is empty. */
START_TEST(limits_and_empty_files)
{
    AugLimits limits;
    aug_limits_init(&limits);
    limits.max_resident_size = 200;
    const char *text = "{\"image\":\"a.jpg\",\"b\":[[0,0,1,1],[0,0,1,1],[0,0,1,1],[0,0,1,1],"
                       "[0,0,1,1],[0,0,1,1],[0,0,1,1],[0,0,1,1],[0,0,1,1],[0,0,1,1],[0,0,1,1],"
                       "[0,0,1,1],[0,0,1,1]]}\n";
    put("jsonl", false, text);
    test_refuse_under(&limits, AUG_TOO_LARGE, "the 200 bytes allowed",
                      "jsonl:%s/rows.jsonl,boxes=b", test_folder());
    refuse("csv", ",labels=t", "text,t\n", "holds no samples");
    refuse("csv", ",values=t,labels=t,text=t", "", "holds no samples");
    refuse("jsonl", ",boxes=b", "", "holds no samples");
}
END_TEST

START_TEST(fingerprints_see_every_field)
{
    static const char *const sets[][2] = {
        {"", "{\"image\":\"a.jpg\",\"b\":[[0,0,1,1]],\"k\":[[1,1]],\"v\":1,\"t\":[0]}\n"},
        {",boxes=b", "{\"image\":\"a.jpg\",\"b\":[[0,0,1,1]]}\n"},
        {",boxes=b", "{\"image\":\"a.jpg\",\"b\":[[0,0,1,2]]}\n"},
        {",boxes=b", "{\"image\":\"a.jpg\",\"b\":[]}\n"},
        {",keypoints=b", "{\"image\":\"a.jpg\",\"b\":[]}\n"},
        {",keypoints=b", "{\"image\":\"a.jpg\",\"b\":[[0,1]]}\n"},
        {",values=v", "{\"image\":\"a.jpg\",\"v\":1}\n"},
        {",values=v", "{\"image\":\"a.jpg\",\"v\":2}\n"},
        {",labels=t,classes=2", "{\"image\":\"a.jpg\",\"t\":[0]}\n"},
        {",labels=t,classes=2", "{\"image\":\"a.jpg\",\"t\":[1]}\n"},
        {",mask=m", "{\"image\":\"a.jpg\",\"m\":\"a.png\"}\n"},
        {",mask=m", "{\"image\":\"a.jpg\",\"m\":\"b.png\"}\n"},
    };
    char *prints[AUG_COUNT(sets)];
    for (size_t i = 0; i < AUG_COUNT(sets); i++) {
        put("jsonl", false, sets[i][1]);
        prints[i] = test_fingerprint("jsonl:%s/rows.jsonl%s", test_folder(), sets[i][0]);
        for (size_t k = 0; k < i; k++)
            ck_assert_msg(strcmp(prints[i], prints[k]) != 0, "sets %zu and %zu are alike", i, k);
    }
    /* The form in which the same is said does not matter. */
    put("csv", false, "image,v\na.jpg,2.0\n");
    char *same = test_fingerprint("csv:%s/rows.csv,values=v", test_folder());
    ck_assert_str_eq(same, prints[7]);
    free(same);
    for (size_t i = 0; i < AUG_COUNT(sets); i++)
        free(prints[i]);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("dataset_fields");
    TCase *tcase = tcase_create("all");
    tcase_add_test(tcase, boxes_and_points_are_rows);
    tcase_add_test(tcase, labels_of_pictures_and_boxes_are_one_list);
    tcase_add_test(tcase, rows_without_boxes_have_room_for_one);
    tcase_add_test(tcase, wrong_boxes_are_named_by_line);
    tcase_add_test(tcase, wrong_box_labels_are_named_by_line);
    tcase_add_test(tcase, values_are_real_numbers);
    tcase_add_test(tcase, wrong_values_are_named_by_line);
    tcase_add_test(tcase, several_labels_are_shares_of_one);
    tcase_add_test(tcase, wrong_labels_are_named_by_line);
    tcase_add_test(tcase, soft_labels_are_shares);
    tcase_add_test(tcase, wrong_soft_labels_are_named_by_line);
    tcase_add_test(tcase, masks_are_files_beside_the_pictures);
    tcase_add_test(tcase, parameters_that_exclude_each_other);
    tcase_add_test(tcase, limits_and_empty_files);
    tcase_add_test(tcase, fingerprints_see_every_field);
    suite_add_tcase(suite, tcase);
    return test_run(suite);
}
