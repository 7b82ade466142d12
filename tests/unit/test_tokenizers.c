/* Tokenizers: what each kind makes of texts, lengths, frames, and vocabularies that are built. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/support/support.h"
#include "text/tokens/tokenizer.h"
#include "text/tokens/vocabulary_build.h"

static TxtTokenizer *make(const TxtTokenizerOptions *options)
{
    AugError error = {0};
    TxtTokenizer *tokenizer;
    ck_assert_msg(txt_tokenizer_new(&tokenizer, options, &error) == AUG_OK, "%s: %s", error.where,
                  error.message);
    return tokenizer;
}

static TxtTokenScratch *make_scratch(void)
{
    TxtTokenScratch *scratch;
    ck_assert_int_eq(txt_token_scratch_new(&scratch, NULL, NULL), AUG_OK);
    return scratch;
}

/* The ids of a text are these. */
static void check_ids(const TxtTokenizer *tokenizer, TxtTokenScratch *scratch, const char *text,
                      size_t size, const int32_t *expected, uint32_t n)
{
    TxtIds ids;
    ck_assert_int_eq(txt_tokenizer_encode(tokenizer, scratch, text, size, &ids, NULL), AUG_OK);
    for (uint32_t i = 0; i < ids.n && i < n; i++)
        ck_assert_msg(ids.values[i] == expected[i], "'%s': id %u is %d; %d expected", text, i,
                      ids.values[i], expected[i]);
    ck_assert_msg(ids.n == n, "'%s': %u ids; %u expected", text, ids.n, n);
}

#define CHECK_IDS(tokenizer, scratch, text, ...)                               \
    do {                                                                       \
        const int32_t expected_[] = {__VA_ARGS__};                             \
        check_ids((tokenizer), (scratch), (text), sizeof(text) - 1, expected_, \
                  (uint32_t)(sizeof(expected_) / sizeof(expected_[0])));       \
    } while (0)

static void check_refused(const TxtTokenizerOptions *options, AugStatus status, const char *words)
{
    AugError error = {0};
    TxtTokenizer *tokenizer;
    ck_assert_int_eq(txt_tokenizer_new(&tokenizer, options, &error), status);
    ck_assert_ptr_null(tokenizer);
    char all[800];
    snprintf(all, sizeof(all), "%s: %s", error.where, error.message);
    ck_assert_msg(strstr(all, words) != NULL, "'%s' does not say '%s'", all, words);
}

START_TEST(bytes_are_offset)
{
    TxtTokenizer *tokenizer =
        make(&(TxtTokenizerOptions){.kind = TXT_TOKENIZER_BYTES, .max_length = 5});
    TxtTokenScratch *scratch = make_scratch();
    CHECK_IDS(tokenizer, scratch, "", 1);
    CHECK_IDS(tokenizer, scratch, "a\xff\0", 'a' + 3, 255 + 3, 3, 1);
    CHECK_IDS(tokenizer, scratch, "abcdefg", 'a' + 3, 'b' + 3, 'c' + 3, 'd' + 3, 1);
    ck_assert_uint_eq(txt_tokenizer_info(tokenizer)->n_ids, 259);
    ck_assert_uint_eq(txt_tokenizer_info(tokenizer)->n_frame, 1);
    txt_tokenizer_free(tokenizer);
    tokenizer =
        make(&(TxtTokenizerOptions){.kind = TXT_TOKENIZER_BYTES, .max_length = 3, .bare = true});
    CHECK_IDS(tokenizer, scratch, "abcd", 'a' + 3, 'b' + 3, 'c' + 3);
    txt_tokenizer_free(tokenizer);
    txt_token_scratch_free(scratch);
    check_refused(&(TxtTokenizerOptions){.kind = TXT_TOKENIZER_BYTES, .max_length = 1},
                  AUG_BAD_ARGUMENT, "adds 1 ids to every text");
}
END_TEST

START_TEST(characters_are_numbered)
{
    TxtTokenizer *tokenizer =
        make(&(TxtTokenizerOptions){.kind = TXT_TOKENIZER_CHARACTERS, .max_length = 100});
    TxtTokenScratch *scratch = make_scratch();
    /* In NFC, broken sequences as U+FFFD, and nothing is left out. */
    CHECK_IDS(tokenizer, scratch, "aE\xcc\x81 \xff\xf0\x9f\x91\x8d", 'a' + 1, 0xc9 + 1, ' ' + 1,
              0xfffd + 1, 0x1f44d + 1);
    txt_tokenizer_free(tokenizer);
    tokenizer = make(
        &(TxtTokenizerOptions){.kind = TXT_TOKENIZER_CHARACTERS, .max_length = 100, .lower = true});
    CHECK_IDS(tokenizer, scratch, "A\xc3\x89", 'a' + 1, 0xe9 + 1);
    txt_tokenizer_free(tokenizer);
    txt_token_scratch_free(scratch);
    check_refused(&(TxtTokenizerOptions){.kind = TXT_TOKENIZER_CHARACTERS,
                                         .graphemes = true,
                                         .max_length = 9},
                  AUG_BAD_ARGUMENT, "graphemes need a vocabulary or buckets");
}
END_TEST

/* The hash as it is documented, in other words. */
static int32_t bucket(const char *word, uint32_t buckets)
{
    uint64_t hash = 0xcbf29ce484222325u;
    for (; *word; word++) {
        hash ^= (uint8_t)*word;
        hash *= 0x100000001b3u;
    }
    return 1 + (int32_t)(hash % buckets);
}

START_TEST(words_are_hashed)
{
    TxtTokenizer *tokenizer = make(&(TxtTokenizerOptions){
        .kind = TXT_TOKENIZER_HASHING, .buckets = 1000, .lower = true, .max_length = 100});
    TxtTokenScratch *scratch = make_scratch();
    CHECK_IDS(tokenizer, scratch, "The dog, don't!", bucket("the", 1000), bucket("dog", 1000),
              bucket(",", 1000), bucket("don't", 1000), bucket("!", 1000));
    ck_assert_uint_eq(txt_tokenizer_info(tokenizer)->n_ids, 1001);
    txt_tokenizer_free(tokenizer);
    txt_token_scratch_free(scratch);
    check_refused(&(TxtTokenizerOptions){.kind = TXT_TOKENIZER_HASHING, .max_length = 9},
                  AUG_BAD_ARGUMENT, "words need a vocabulary or buckets");
}
END_TEST

static char *write_file(const char *name, const char *text)
{
    char *path = test_path("%s/%s", test_folder(), name);
    test_write_file(path, text, strlen(text));
    return path;
}

START_TEST(words_have_a_vocabulary)
{
    char *path = write_file("words.txt", "<pad>\r\n<unk>\nthe\ndog\n\xc3\xa9t\xc3\xa9\n.");
    TxtTokenizer *tokenizer =
        make(&(TxtTokenizerOptions){.kind = TXT_TOKENIZER_WORDS, .path = path, .max_length = 100});
    TxtTokenScratch *scratch = make_scratch();
    /* A word is found in whichever normal form it is written. */
    CHECK_IDS(tokenizer, scratch, " the cat\n e\xcc\x81te\xcc\x81 dog.", 2, 1, 4, 3, 5);
    CHECK_IDS(tokenizer, scratch, "The \xff", 1, 1);
    ck_assert_int_eq(txt_tokenizer_info(tokenizer)->pad, 0);
    ck_assert_int_eq(txt_tokenizer_info(tokenizer)->unknown, 1);
    ck_assert_uint_eq(txt_tokenizer_info(tokenizer)->n_ids, 6);
    txt_tokenizer_free(tokenizer);
    txt_token_scratch_free(scratch);
    free(path);
    static const char *const wrong[][2] = {{"a\n\nb\n", "line 2 holds no piece"},
                                           {"[UNK]\na\nb\na\n", "lines 2 and 4"},
                                           {"a\nb\n", "neither [UNK] nor <unk>"},
                                           {"", "the vocabulary is empty"}};
    for (size_t i = 0; i < 4; i++) {
        path = write_file("wrong.txt", wrong[i][0]);
        check_refused(
            &(TxtTokenizerOptions){.kind = TXT_TOKENIZER_WORDS, .path = path, .max_length = 9},
            AUG_CORRUPT, wrong[i][1]);
        free(path);
    }
    check_refused(
        &(TxtTokenizerOptions){.kind = TXT_TOKENIZER_WORDS, .path = "/none", .max_length = 9},
        AUG_NOT_FOUND, "/none");
}
END_TEST

/* Builds a vocabulary of texts, and checks its lines. */
static void check_built(const char *const *texts, size_t n_texts, uint64_t min_count,
                        uint32_t max_size, const char *expected)
{
    TxtVocabularyBuild *build;
    ck_assert_int_eq(txt_vocabulary_build_new(&build, TXT_UNIT_WORD, true, NULL), AUG_OK);
    for (size_t i = 0; i < n_texts; i++)
        ck_assert_int_eq(txt_vocabulary_build_add(build, texts[i], strlen(texts[i]), NULL), AUG_OK);
    char *path = test_path("%s/built.txt", test_folder());
    uint32_t n;
    ck_assert_int_eq(txt_vocabulary_build_save(build, path, min_count, max_size, &n, NULL), AUG_OK);
    size_t size;
    char *text = (char *)test_read_file(path, &size);
    ck_assert_str_eq(text, expected);
    uint32_t n_lines = 0;
    for (const char *at = text; *at; at++)
        n_lines += *at == '\n';
    ck_assert_uint_eq(n, n_lines);
    free(text);
    free(path);
    txt_vocabulary_build_free(build);
}

START_TEST(vocabularies_are_built)
{
    /* By count, then by bytes, whatever the order of the texts. */
    const char *texts[] = {"b a B", "c a \xc3\xa9 b.", "C [UNK] z"};
    check_built(texts, 3, 1, 0, "[PAD]\n[UNK]\nb\na\nc\n.\n[\n]\nunk\nz\n\xc3\xa9\n");
    const char *turned[] = {texts[2], texts[0], texts[1]};
    check_built(turned, 3, 2, 0, "[PAD]\n[UNK]\nb\na\nc\n");
    check_built(turned, 3, 1, 4, "[PAD]\n[UNK]\nb\na\n");
    check_built(turned, 0, 1, 0, "[PAD]\n[UNK]\n");
}
END_TEST

/* More different words than the table begins with. */
START_TEST(vocabularies_grow)
{
    TxtVocabularyBuild *build;
    ck_assert_int_eq(txt_vocabulary_build_new(&build, TXT_UNIT_WORD, false, NULL), AUG_OK);
    for (int i = 0; i < 30000; i++) {
        char word[32];
        const int size = snprintf(word, sizeof(word), "w%d w%d", i, i / 2);
        ck_assert_int_eq(txt_vocabulary_build_add(build, word, (size_t)size, NULL), AUG_OK);
    }
    char *path = test_path("%s/grown.txt", test_folder());
    uint32_t n;
    ck_assert_int_eq(txt_vocabulary_build_save(build, path, 1, 0, &n, NULL), AUG_OK);
    ck_assert_uint_eq(n, 30002);
    txt_vocabulary_build_free(build);
    TxtTokenizer *tokenizer =
        make(&(TxtTokenizerOptions){.kind = TXT_TOKENIZER_WORDS, .path = path, .max_length = 100});
    TxtTokenScratch *scratch = make_scratch();
    /* w0 to w14999 were seen three times, and the others once, each in the order of bytes. */
    CHECK_IDS(tokenizer, scratch, "w0 w1 w15000 nothing", 2, 3, 15002, 1);
    txt_tokenizer_free(tokenizer);
    txt_token_scratch_free(scratch);
    free(path);
}
END_TEST

static char *vector_path(const char *name)
{
    const char *source = getenv("AUGD_SOURCE");
    return test_path("%s/tests/golden/tokens/%s.json", source ? source : ".", name);
}

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* Long words and runs of marks take a second at most, where what grows with the square of their
 * size takes minutes. */
START_TEST(time_is_bounded)
{
    enum { SIZE = 600000 };
    static const char *const parts[] = {"a",
                                        "ab",
                                        "\xcc\x81\xcc\xa3",
                                        "\xe1\xbb\x87",
                                        "e\xcc\x81",
                                        "x y ",
                                        "<mask",
                                        "[CLS]",
                                        " ",
                                        "\xff",
                                        "\n",
                                        "'"};
    static const char *const names[] = {"byte_pairs", "byte_pairs_prefix", "word_piece",
                                        "word_piece_cased", "word_piece_forms"};
    char *text = malloc(SIZE);
    TxtTokenScratch *scratch = make_scratch();
    for (size_t t = 0; t < sizeof(names) / sizeof(names[0]); t++) {
        char *path = vector_path(names[t]);
        TxtTokenizer *tokenizer = make(&(TxtTokenizerOptions){
            .kind = TXT_TOKENIZER_FILE, .path = path, .max_length = 10000000});
        for (size_t p = 0; p < sizeof(parts) / sizeof(parts[0]); p++) {
            const size_t size = strlen(parts[p]);
            for (size_t i = 0; i < SIZE; i++)
                text[i] = parts[p][i % size];
            const double before = seconds();
            TxtIds ids;
            ck_assert_int_eq(txt_tokenizer_encode(tokenizer, scratch, text, SIZE, &ids, NULL),
                             AUG_OK);
            const double taken = seconds() - before;
            ck_assert_msg(taken < 2, "%s, '%s': %.1f seconds", names[t], parts[p], taken);
        }
        txt_tokenizer_free(tokenizer);
        free(path);
    }
    txt_token_scratch_free(scratch);
    free(text);
}
END_TEST

/* A scratch that served other texts, and another tokenizer, gives what a new one gives. */
START_TEST(scratches_remember_nothing)
{
    static const char *const texts[] = {"the harbour", "the harbour was quiet", "quiet",
                                        "unbelievably the"};
    TxtTokenizer *tokenizers[4];
    for (size_t i = 0; i < 4; i++) {
        char *path = vector_path(i % 2 ? "byte_pairs" : "word_piece");
        tokenizers[i] = make(&(TxtTokenizerOptions){
            .kind = TXT_TOKENIZER_FILE, .path = path, .max_length = i < 2 ? 4 : 100});
        free(path);
    }
    TxtTokenScratch *used = make_scratch();
    for (size_t round = 0; round < 64; round++) {
        const TxtTokenizer *tokenizer = tokenizers[round / 3 % 4];
        const char *text = texts[round % 4];
        TxtTokenScratch *fresh = make_scratch();
        TxtIds ids;
        ck_assert_int_eq(txt_tokenizer_encode(tokenizer, fresh, text, strlen(text), &ids, NULL),
                         AUG_OK);
        check_ids(tokenizer, used, text, strlen(text), ids.values, ids.n);
        txt_token_scratch_free(fresh);
    }
    for (size_t i = 0; i < 4; i++)
        txt_tokenizer_free(tokenizers[i]);
    txt_token_scratch_free(used);
}
END_TEST

/* What a scratch holds is counted, given back, and refused where it may not be. */
START_TEST(memory_is_counted)
{
    AugiAllowance allowance = {.most = 1u << 20};
    TxtTokenScratch *scratch;
    ck_assert_int_eq(txt_token_scratch_new(&scratch, &allowance, NULL), AUG_OK);
    TxtTokenizer *tokenizer =
        make(&(TxtTokenizerOptions){.kind = TXT_TOKENIZER_CHARACTERS, .max_length = 1u << 30});
    enum { SIZE = 1u << 20 };
    char *text = malloc(SIZE);
    memset(text, 0xff, SIZE);
    TxtIds ids;
    AugError error = {0};
    ck_assert_int_eq(txt_tokenizer_encode(tokenizer, scratch, text, SIZE, &ids, &error),
                     AUG_NO_MEMORY);
    ck_assert_str_ne(error.message, "");
    CHECK_IDS(tokenizer, scratch, "ab", 'a' + 1, 'b' + 1);
    const size_t held = allowance.held;
    for (int i = 0; i < 100; i++)
        CHECK_IDS(tokenizer, scratch, "ab", 'a' + 1, 'b' + 1);
    ck_assert_uint_eq(allowance.held, held);
    txt_token_scratch_free(scratch);
    ck_assert_uint_eq(allowance.held, 0);
    txt_tokenizer_free(tokenizer);
    free(text);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("tokenizers");
    TCase *tests = tcase_create("all");
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, bytes_are_offset);
    tcase_add_test(tests, characters_are_numbered);
    tcase_add_test(tests, words_are_hashed);
    tcase_add_test(tests, words_have_a_vocabulary);
    tcase_add_test(tests, vocabularies_are_built);
    tcase_add_test(tests, vocabularies_grow);
    tcase_add_test(tests, time_is_bounded);
    tcase_add_test(tests, scratches_remember_nothing);
    tcase_add_test(tests, memory_is_counted);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
