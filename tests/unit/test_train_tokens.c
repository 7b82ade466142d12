/* Ids of texts: how many a spec's tokenizer has, which streams have them, and what a network refuses. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libaug/spec/param.h"
#include "tests/support/support.h"
#include "trainer/data/tokens.h"

/* Ids of the tokenizer that "output: {ids: ...}" says, in a spec that stands in the test's folder. */
static uint32_t count(const char *ids)
{
    char text[256];
    snprintf(text, sizeof(text), "augd: 1\npipeline: [RandomSwap]\noutput: {ids: %s}\n", ids);
    AugSpec *spec = NULL;
    AugError item;
    AugProblems problems = {.items = &item, .capacity = 1};
    ck_assert_msg(aug_spec_parse(&spec, text, strlen(text), "spec", NULL, &problems) == AUG_OK,
                  "%s", item.message);
    char *name = test_path("train.yaml");
    const uint32_t n = train_tokens_count(spec, name);
    free(name);
    aug_spec_free(spec);
    return n;
}

static void write_words(const char *name, const char *text)
{
    char *path = test_path("%s", name);
    test_write_file(path, text, strlen(text));
    free(path);
}

START_TEST(a_spec_says_how_many_ids_there_are)
{
    write_words("words.txt", "[PAD]\n[UNK]\nwho\nwhere\n");
    write_words("open.txt", "[PAD]\n[UNK]\nwho");
    ck_assert_uint_eq(count("{tokenizer: words, vocabulary: words.txt}"), 4);
    ck_assert_uint_eq(count("{tokenizer: words, vocabulary: open.txt}"), 3);
    ck_assert_uint_eq(count("{tokenizer: words, vocabulary: absent.txt}"), 0);
    ck_assert_uint_eq(count("{tokenizer: hashing, buckets: 100}"), 101);
    ck_assert_uint_eq(count("{tokenizer: bytes}"), 259);
    ck_assert_uint_eq(count("{tokenizer: characters}"), 0);
}
END_TEST

START_TEST(streams_of_texts_are_known)
{
    const AugTensorSpec tensors[] = {
        {.name = "data"}, {.name = "text", .ragged = true}, {.name = "ids"}};
    StreamInfo info = {.tensors = tensors, .n_tensors = 1};
    bool is_texts = true;
    ck_assert_int_eq(train_tokens_find(&info, "spec", &is_texts, NULL), AUG_OK);
    ck_assert(!is_texts);
    info = (StreamInfo){.tensors = tensors + 1, .n_tensors = 2};
    ck_assert_int_eq(train_tokens_find(&info, "spec", &is_texts, NULL), AUG_OK);
    ck_assert(is_texts);
    const AugTensorSpec pair[] = {{.name = "ids"}, {.name = "text_pair.ids"}};
    info = (StreamInfo){.tensors = pair, .n_tensors = 2};
    AugError error = {0};
    ck_assert_int_eq(train_tokens_find(&info, "spec", &is_texts, &error), AUG_BAD_SPEC);
    ck_assert_ptr_nonnull(strstr(error.message, "a second text (text_pair.ids)"));
}
END_TEST

/* Expects two texts of three ids to be refused, or to pass where words are NULL. */
static void check(const int32_t *ids, const int32_t *lengths, AugStatus status, const char *words)
{
    const int64_t index[] = {70, 71};
    const TrainTokens tokens = {ids, lengths, index, 2};
    AugError error = {0};
    ck_assert_int_eq(train_tokens_check("spec", &tokens, 3, 10, &error), status);
    ck_assert_msg(!words || strstr(error.message, words) != NULL, "'%s'", error.message);
}

START_TEST(ids_and_lengths_are_checked)
{
    const int32_t good[] = {0, 9, 1, 2, 0, 0}, high[] = {0, 9, 1, 2, 10, 0};
    const int32_t negative[] = {0, -1, 0, 0, 0, 0};
    const int32_t lengths[] = {3, 0}, longer[] = {3, 4}, below[] = {-1, 0};
    check(good, lengths, AUG_OK, NULL);
    check(high, lengths, AUG_BAD_SPEC,
          "sample 71 has the id 10; the model's embedding has 10 rows");
    check(negative, lengths, AUG_BAD_SPEC, "sample 70 has the id -1");
    check(good, longer, AUG_CORRUPT, "sample 71 has 4 of 3 ids");
    check(good, below, AUG_CORRUPT, "sample 70 has -1 of 3 ids");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("train_tokens");
    TCase *test = tcase_create("tokens");
    tcase_add_test(test, a_spec_says_how_many_ids_there_are);
    tcase_add_test(test, streams_of_texts_are_known);
    tcase_add_test(test, ids_and_lengths_are_checked);
    suite_add_tcase(suite, test);
    return test_run(suite);
}
