/* A tokenizer.json from a stranger: what is not supported is refused with its place, what is damaged
 * with a sentence, and what costs too much before it is tried. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/support.h"
#include "text/tokens/file.h"

/* Small tokenizers; each case below puts something else in a part's place. */
static const char word_piece[] =
    "{\"version\": \"1.0\", \"truncation\": null, \"padding\": null, \"added_tokens\": ADDED, "
    "\"normalizer\": NORMALIZER, \"pre_tokenizer\": PIECES, \"post_processor\": FRAME, "
    "\"decoder\": {\"type\": \"WordPiece\", \"prefix\": \"##\", \"cleanup\": true}, \"model\": "
    "MODEL}";

/* The parts as they are if a case says nothing else. */
static const char *const parts[][2] = {
    {"ADDED", "[{\"id\": 0, \"content\": \"[UNK]\", \"single_word\": false, \"lstrip\": false, "
              "\"rstrip\": false, \"normalized\": false, \"special\": true}]"},
    {"NORMALIZER", "null"},
    {"PIECES", "{\"type\": \"BertPreTokenizer\"}"},
    {"FRAME", "null"},
    {"MODEL", "{\"type\": \"WordPiece\", \"unk_token\": \"[UNK]\", "
              "\"vocab\": {\"[UNK]\": 0, \"a\": 1, \"##b\": 2}}"},
};
enum { N_PARTS = sizeof(parts) / sizeof(parts[0]) };

/* Puts a text in the place of the first word of that name. */
static void replace(char *text, const char *word, const char *by)
{
    char *at = strstr(text, word);
    ck_assert_ptr_nonnull(at);
    const size_t n = strlen(by), behind = strlen(at + strlen(word)) + 1;
    memmove(at + n, at + strlen(word), behind);
    memcpy(at, by, n);
}

static char *with(const char *word, const char *by)
{
    char *text = malloc(sizeof(word_piece) + strlen(by) + 4096);
    memcpy(text, word_piece, sizeof(word_piece));
    for (size_t i = 0; i < N_PARTS; i++)
        replace(text, parts[i][0], strcmp(parts[i][0], word) == 0 ? by : parts[i][1]);
    return text;
}

static AugStatus parse(const char *text, AugError *error)
{
    TxtTokenFile file;
    *error = (AugError){0};
    const AugStatus status =
        txt_token_file_parse(&file, "t.json", (const uint8_t *)text, strlen(text), error);
    if (status == AUG_OK)
        txt_token_file_fini(&file);
    return status;
}

/* A part, what stands there, and what the refusal says: the place and some words. */
typedef struct Case {
    const char *part, *by, *where, *words;
} Case;

static const Case unsupported[] = {
    {"MODEL", "{\"type\": \"Unigram\", \"vocab\": []}", "/model/type",
     "'Unigram' is not supported"},
    {"MODEL", "{\"type\": \"WordPiece\", \"extra\": 1, \"vocab\": {\"a\": 0}}", "/model/extra",
     "'extra' is not supported"},
    {"MODEL",
     "{\"type\": \"WordPiece\", \"unk_token\": \"[UNK]\", \"max_input_chars_per_word\": "
     "100000, \"vocab\": {\"[UNK]\": 0}}",
     "/model/max_input_chars_per_word", "1 to 256"},
    {"MODEL", "{\"type\": \"BPE\", \"dropout\": 0.1, \"vocab\": {\"a\": 0}, \"merges\": []}",
     "/model/dropout", "null is supported"},
    {"MODEL",
     "{\"type\": \"BPE\", \"end_of_word_suffix\": \"</w>\", \"vocab\": {\"a\": 0}, "
     "\"merges\": []}",
     "/model/end_of_word_suffix", "'</w>' is not supported"},
    {"MODEL", "{\"type\": \"BPE\", \"byte_fallback\": true, \"vocab\": {\"a\": 0}, \"merges\": []}",
     "/model/byte_fallback", "only false"},
    {"MODEL", "{\"type\": \"BPE\", \"vocab\": {\"a\": 0}, \"merges\": []}", "/pre_tokenizer/type",
     "'BertPreTokenizer' is not supported; what is: ByteLevel, for BPE"},
    {"MODEL",
     "{\"type\": \"WordPiece\", \"unk_token\": \"[UNK]\", \"vocab\": {\"[UNK]\": 0, "
     "\"a\": 0}}",
     "/model/vocab/", "stands for two tokens"},
    {"NORMALIZER", "{\"type\": \"NFKC\"}", "/normalizer/type", "'NFKC' is not supported"},
    {"NORMALIZER",
     "{\"type\": \"Sequence\", \"normalizers\": [{\"type\": \"NFC\"}, {\"type\": "
     "\"Replace\"}]}",
     "/normalizer/normalizers/1/type", "'Replace' is not supported"},
    {"PIECES", "{\"type\": \"Metaspace\"}", "/pre_tokenizer/type", "'Metaspace' is not supported"},
    {"PIECES",
     "{\"type\": \"Sequence\", \"pretokenizers\": [{\"type\": \"WhitespaceSplit\"}, "
     "{\"type\": \"Punctuation\"}]}",
     "/pre_tokenizer/pretokenizers", "a sequence of 2"},
    {"FRAME",
     "{\"type\": \"TemplateProcessing\", \"single\": [{\"Sequence\": {\"id\": \"A\", "
     "\"type_id\": 0}}, {\"Sequence\": {\"id\": \"B\", \"type_id\": 0}}]}",
     "/post_processor/single/1", "one text, A"},
    {"FRAME", "{\"type\": \"Fancy\"}", "/post_processor/type", "'Fancy' is not supported"},
    {"ADDED", "[{\"id\": 7, \"content\": \"x\"}]", "/added_tokens/0/id",
     "gets the id 3, and not 7"},
    {"ADDED", "[{\"id\": 3, \"content\": \"\"}]", "/added_tokens/0", "has 0 bytes"},
};

static const Case damaged[] = {
    {"MODEL", "7", "/model", "a map with a \"type\""},
    {"MODEL", "{\"type\": \"WordPiece\", \"unk_token\": \"x\", \"vocab\": {\"a\": 0}}",
     "/model/unk_token", "'x' is not in the vocabulary"},
    {"MODEL", "{\"type\": \"WordPiece\", \"vocab\": {\"a\": 0}}", "/model",
     "\"unk_token\" is missing"},
    {"MODEL", "{\"type\": \"WordPiece\", \"vocab\": {}}", "/model/vocab", "a map of tokens"},
    {"MODEL", "{\"type\": \"WordPiece\", \"vocab\": {\"a\": -1}}", "/model/vocab/a",
     "an id from 0"},
    {"MODEL", "{\"type\": \"BPE\", \"vocab\": {\"a\": 0}, \"merges\": [\"a a\"]}",
     "/model/merges/0", "lacks the result"},
    {"MODEL", "{\"type\": \"BPE\", \"vocab\": {\"a\": 0}, \"merges\": [[\"a\", \"b\"]]}",
     "/model/merges/0", "lacks a part"},
    {"MODEL", "{\"type\": \"BPE\", \"vocab\": {\"a\": 0}, \"merges\": [\"aa\"]}", "/model/merges/0",
     "a pair of tokens"},
    {"NORMALIZER", "{\"type\": \"BertNormalizer\", \"lowercase\": 1}", "/normalizer/lowercase",
     "true or false"},
    {"FRAME", "{\"type\": \"TemplateProcessing\", \"single\": []}", "/post_processor/single",
     "holds no text"},
    {"FRAME",
     "{\"type\": \"BertProcessing\", \"cls\": [\"[CLS]\", \"x\"], \"sep\": [\"[SEP]\", 1]}",
     "/post_processor/cls/1", "an id from 0"},
    {"FRAME", "null, \"decoder\": null", "t.json", "duplicate"},
};

static void check_cases(const Case *cases, size_t n, AugStatus status)
{
    for (size_t i = 0; i < n; i++) {
        char *text = with(cases[i].part, cases[i].by);
        AugError error;
        const AugStatus found = parse(text, &error);
        ck_assert_msg(found == status, "%s: %s: %s", text, aug_status_name(found), error.message);
        ck_assert_msg(strstr(error.where, cases[i].where) != NULL, "'%s' is not at '%s'",
                      error.where, cases[i].where);
        ck_assert_msg(strstr(error.message, cases[i].words) != NULL, "'%s' does not say '%s'",
                      error.message, cases[i].words);
        free(text);
    }
}

START_TEST(unsupported_parts_are_named)
{
    AugError error;
    char *text = with("", "");
    ck_assert_msg(parse(text, &error) == AUG_OK, "%s: %s", error.where, error.message);
    free(text);
    check_cases(unsupported, sizeof(unsupported) / sizeof(unsupported[0]), AUG_UNSUPPORTED);
}
END_TEST

START_TEST(damage_is_named)
{
    check_cases(damaged, sizeof(damaged) / sizeof(damaged[0]), AUG_CORRUPT);
    AugError error;
    ck_assert_int_eq(parse("{\"model\": ", &error), AUG_CORRUPT);
    ck_assert_int_eq(parse("[]", &error), AUG_CORRUPT);
    ck_assert_int_eq(parse("", &error), AUG_CORRUPT);
}
END_TEST

START_TEST(nesting_is_bounded)
{
    char deep[4096];
    memset(deep, '[', 200);
    deep[200] = '1';
    memset(deep + 201, ']', 200);
    deep[401] = 0;
    char *text = with("NORMALIZER", deep);
    AugError error;
    ck_assert_int_eq(parse(text, &error), AUG_TOO_LARGE);
    ck_assert_ptr_nonnull(strstr(error.message, "nested 201 levels deep"));
    free(text);
    /* Brackets in words are no nesting. */
    memset(deep, '[', 200);
    deep[0] = deep[201] = '"';
    deep[202] = 0;
    char member[4500];
    snprintf(member, sizeof(member), "{\"type\": %s}", deep);
    text = with("NORMALIZER", member);
    ck_assert_int_eq(parse(text, &error), AUG_UNSUPPORTED);
    free(text);
}
END_TEST

/* Every beginning of a file, and every file with one byte changed, is read or refused. */
START_TEST(broken_files_are_survived)
{
    const char *source = getenv("AUGD_SOURCE");
    char *path = test_path("%s/tests/golden/tokens/word_piece_cased.json", source ? source : ".");
    size_t size;
    char *text = (char *)test_read_file(path, &size);
    AugError error;
    for (size_t n = 0; n < size; n += 7) {
        char *cut = malloc(n + 1);
        memcpy(cut, text, n);
        cut[n] = 0;
        ck_assert_int_eq(parse(cut, &error), n < size - 1 ? AUG_CORRUPT : AUG_OK);
        free(cut);
    }
    for (size_t i = 0; i < size; i += 3) {
        const char was = text[i];
        text[i] = (char)(was ^ (1 + i % 5));
        if (parse(text, &error) != AUG_OK)
            ck_assert_msg(error.message[0] && error.where[0], "byte %zu: no sentence", i);
        text[i] = was;
    }
    free(text);
    free(path);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("token_file");
    TCase *tests = tcase_create("all");
    tcase_add_test(tests, unsupported_parts_are_named);
    tcase_add_test(tests, damage_is_named);
    tcase_add_test(tests, nesting_is_bounded);
    tcase_add_test(tests, broken_files_are_survived);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
