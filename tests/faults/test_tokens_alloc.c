/* Every allocation of making a tokenizer and of reading a text with it fails once, alone and with all
 * after it: what ends with ids has the right ones, and nothing crashes or leaks. */
#include <stdlib.h>
#include <string.h>

#include "tests/faults/failing.h"
#include "tests/support/support.h"
#include "text/tokens/tokenizer.h"

static const char text[] =
    "The d\u00e9j\u00e0-vu of 12 caf\u00e9s \xff, unaffable \ud55c\uad6d\uc5b4!";

/* file: below tests/golden/tokens; NULL: none, or for words a vocabulary of this test. */
static const struct {
    const char *name, *file;
    TxtTokenizerOptions options;
} tokenizers[] = {
    {"bytes", NULL, {.kind = TXT_TOKENIZER_BYTES, .max_length = 64}},
    {"characters",
     NULL,
     {.kind = TXT_TOKENIZER_CHARACTERS, .graphemes = true, .buckets = 100, .max_length = 64}},
    {"hashing",
     NULL,
     {.kind = TXT_TOKENIZER_HASHING, .buckets = 100, .lower = true, .max_length = 64}},
    {"words", NULL, {.kind = TXT_TOKENIZER_WORDS, .lower = true, .max_length = 64}},
    {"WordPiece", "word_piece.json", {.kind = TXT_TOKENIZER_FILE, .max_length = 64}},
    {"forms", "word_piece_forms.json", {.kind = TXT_TOKENIZER_FILE, .max_length = 64}},
    {"byte pairs", "byte_pairs.json", {.kind = TXT_TOKENIZER_FILE, .max_length = 64}},
};
#define N_TOKENIZERS (sizeof(tokenizers) / sizeof(tokenizers[0]))

/* Ids of the text, made anew. */
static AugStatus run(const TxtTokenizerOptions *options, int32_t out[64], uint32_t *n,
                     AugError *error)
{
    TxtTokenizer *tokenizer;
    TxtTokenScratch *scratch = NULL;
    TxtIds ids = {0};
    AUG_TRY(txt_tokenizer_new(&tokenizer, options, error));
    AugStatus status = txt_token_scratch_new(&scratch, NULL, error);
    if (status == AUG_OK)
        status = txt_tokenizer_encode(tokenizer, scratch, text, sizeof(text) - 1, &ids, error);
    if (status == AUG_OK) {
        *n = ids.n;
        memcpy(out, ids.values, ids.n * sizeof(*out));
    }
    txt_token_scratch_free(scratch);
    txt_tokenizer_free(tokenizer);
    return status;
}

static void fail_each(const char *name, const TxtTokenizerOptions *options, bool all)
{
    int32_t expected[64], found[64];
    uint32_t n_expected, n_found;
    AugError error = {0};
    failing_begin(0, false);
    const AugStatus first = run(options, expected, &n_expected, &error);
    const long total = failing_end();
    ck_assert_msg(first == AUG_OK, "%s: %s", name, error.message);
    ck_assert_int_gt(total, 2);
    long n_failed = 0;
    /* Of files with many entries not each, but more of them at the start. */
    for (long n = 1; n <= total; n += n < 200 ? 1 : total / 100 + 1) {
        error = (AugError){0};
        failing_begin(n, all);
        const AugStatus status = run(options, found, &n_found, &error);
        failing_end();
        if (status == AUG_OK) {
            ck_assert_uint_eq(n_found, n_expected);
            ck_assert_mem_eq(found, expected, n_expected * sizeof(*found));
            continue;
        }
        ck_assert_msg(status == AUG_NO_MEMORY && error.message[0],
                      "%s: allocation %ld of %ld: %s, '%s'", name, n, total,
                      aug_status_name(status), error.message);
        n_failed++;
    }
    ck_assert_msg(n_failed > 0, "%s: no allocation of %ld counts", name, total);
}

START_TEST(each_allocation_fails)
{
    const size_t i = (size_t)_i / 2;
    TxtTokenizerOptions options = tokenizers[i].options;
    char *path = NULL;
    if (tokenizers[i].file) {
        path = test_path("%s/tests/golden/tokens/%s", getenv("AUGD_SOURCE"), tokenizers[i].file);
    } else if (options.kind == TXT_TOKENIZER_WORDS) {
        static const char words[] = "[PAD]\n[UNK]\nthe\nof\n12\n,\n";
        path = test_path("%s/words", test_folder());
        test_write_file(path, words, sizeof(words) - 1);
    }
    options.path = path;
    fail_each(tokenizers[i].name, &options, _i % 2);
    free(path);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("tokens_alloc");
    TCase *tests = tcase_create("all");
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, each_allocation_fails, 0, 2 * (int)N_TOKENIZERS);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
