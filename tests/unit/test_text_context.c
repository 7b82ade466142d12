/* The context of words: what is counted is what stands in the text, a word is told from its synonyms
 * by its neighbours, and damage is refused. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aug/text.h"
#include "tests/support/lexicon_case.h"
#include "tests/support/support.h"
#include "text/lexicon/context.h"

/* Words of the made text, beside those of its frames. */
#define N_WORDS 160
#define N_LINES 4000

static AugTextContext made;

/* A line of every so many has "film", behind "watch", or "movie", behind "rent": less often than the
 * other words come, so that they are not common, and in step with nothing else. */
#define EVERY 211

static const char *frame(int line)
{
    if (line % EVERY == 0)
        return "people watch film often";
    return line % EVERY == EVERY / 2 ? "people rent movie often" : "people like them often";
}

/* Such lines among words that are drawn from a small generator. */
static char *write_text(void)
{
    char *path = test_path("%s/text.txt", test_folder());
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    uint32_t state = 12345;
    for (int i = 0; i < N_LINES; i++) {
        uint32_t draws[3];
        for (int k = 0; k < 3; k++) {
            state = state * 1664525u + 1013904223u;
            draws[k] = (state >> 8) % N_WORDS;
        }
        fprintf(file, "The word%c%c %s, w%c%c W%c%c!\n", 'a' + draws[0] % 16, 'a' + draws[0] / 16,
                frame(i), 'a' + draws[1] % 16, 'a' + draws[1] / 16, 'a' + draws[2] % 16,
                'a' + draws[2] / 16);
    }
    fclose(file);
    return path;
}

/* A lexicon with context; the caller frees *path. */
static TxtLexicon *train(char **path)
{
    static const char list[] = "movie\tn\tfilm\nfilm\tn\tmovie\n";
    AugError error = {0};
    TxtLexicon *lexicon;
    char *source = test_path("%s/list.tsv", test_folder());
    char *base = test_path("%s/base.augx", test_folder());
    char *text = write_text();
    *path = test_path("%s/context.augx", test_folder());
    test_write_file(source, list, sizeof(list) - 1);
    const AugTextBuild build = {.output = base, .forms = ""};
    ck_assert_int_eq(aug_text_build_list(source, &build, NULL, &error), AUG_OK);
    const AugTextBuild how = {.output = *path, .language = base};
    const char *const paths[] = {text};
    ck_assert_msg(aug_text_train_context(paths, 1, &how, &made, &error) == AUG_OK, "%s: %s",
                  error.where, error.message);
    ck_assert_int_eq(txt_lexicon_open(&lexicon, *path, &error), AUG_OK);
    free(source);
    free(base);
    free(text);
    return lexicon;
}

static uint32_t word(const TxtContext *context, const char *key)
{
    return txt_context_word(context, key, strlen(key));
}

START_TEST(a_word_is_told_by_its_neighbours)
{
    char *path;
    TxtContext context;
    AugError error = {0};
    TxtLexicon *lexicon = train(&path);
    ck_assert_int_eq(txt_context_init(&context, lexicon, &error), AUG_OK);
    ck_assert_ptr_nonnull(context.entry);
    const uint32_t film = word(&context, "film"), movie = word(&context, "movie");
    ck_assert_uint_ne(film, TXT_CONTEXT_UNKNOWN);
    ck_assert_uint_ne(movie, TXT_CONTEXT_UNKNOWN);
    ck_assert_uint_eq(word(&context, "Film"), TXT_CONTEXT_UNKNOWN);
    ck_assert_uint_eq(word(&context, "absent"), TXT_CONTEXT_UNKNOWN);
    const uint32_t watched[] = {word(&context, "people"), word(&context, "watch"), film,
                                word(&context, "often")};
    const uint32_t rented[] = {word(&context, "people"), word(&context, "rent"), movie,
                               word(&context, "often")};
    TxtContextWindow window;
    txt_context_window(watched, 4, 2, &window);
    ck_assert(txt_context_score(&context, film, &window) >
              txt_context_score(&context, movie, &window) + 0.1);
    txt_context_window(rented, 4, 2, &window);
    ck_assert(txt_context_score(&context, movie, &window) >
              txt_context_score(&context, film, &window) + 0.1);
    ck_assert_double_eq(txt_context_score(&context, TXT_CONTEXT_UNKNOWN, &window), 0);
    /* In lines that were not counted, too. */
    ck_assert_uint_gt(made.n_tried, 0);
    ck_assert_double_eq_tol(made.by_context, 1, 1e-9);
    ck_assert_double_eq_tol(made.by_both, 1, 1e-9);
    ck_assert_double_lt(made.by_frequency, 1);
    txt_lexicon_unref(lexicon);
    free(path);
}
END_TEST

/* Of each line but every 20th: how often a pair stands side by side. */
START_TEST(counts_are_those_of_the_text)
{
    char *path;
    TxtContext context;
    TxtLexicon *lexicon = train(&path);
    ck_assert_int_eq(txt_context_init(&context, lexicon, NULL), AUG_OK);
    const uint32_t watch = word(&context, "watch"), film = word(&context, "film");
    const uint32_t n_counted = N_LINES - N_LINES / 20;
    ck_assert_uint_eq(context.words[word(&context, "people")].count, n_counted);
    uint32_t n_films = 0;
    for (int i = 0; i < N_LINES; i += EVERY)
        n_films += (i + 1) % 20 != 0;
    ck_assert_uint_eq(context.words[film].count, n_films);
    /* "the word?? people X Y often, w?? w?? !": seven words known at most, six pairs side by side but
     * for the comma. */
    ck_assert_uint_eq(context.entry->n_tokens, 8 * (uint64_t)n_counted);
    ck_assert_uint_eq(context.entry->n_next, 6 * (uint64_t)n_counted);
    uint32_t seen = 0;
    for (uint32_t i = context.next.rows[watch]; i < context.next.rows[watch + 1]; i++)
        seen += context.next.cells[i].word == film ? context.next.cells[i].count : 0;
    ck_assert_uint_eq(seen, n_films);
    /* The score is what the header says. */
    const TxtContextWindow window = {.before = watch, .after = TXT_CONTEXT_UNKNOWN};
    const double chance = (double)context.entry->n_next * context.words[watch].count *
                          context.words[film].count / (double)context.entry->n_tokens /
                          (double)context.entry->n_tokens;
    const double ratio =
        (double)context.ratios[context.words[watch].class * context.entry->n_classes +
                               context.words[film].class];
    ck_assert_double_eq_tol(txt_context_score(&context, film, &window),
                            log((seen + ratio) / (chance + 1)), 1e-9);
    txt_lexicon_unref(lexicon);
    free(path);
}
END_TEST

START_TEST(windows_end_with_their_line)
{
    const uint32_t words[] = {70, 71, 3, TXT_CONTEXT_UNKNOWN, 72, 73, 74, 75, 76, 77};
    TxtContextWindow window;
    txt_context_window(words, 10, 0, &window);
    ck_assert_uint_eq(window.before, TXT_CONTEXT_UNKNOWN);
    ck_assert_uint_eq(window.after, 71);
    ck_assert_uint_eq(window.n, 3); /* 71, 72, 73: common ones and what is unknown left out */
    ck_assert_uint_eq(window.near[2], 73);
    txt_context_window(words, 10, 4, &window);
    ck_assert_uint_eq(window.before, TXT_CONTEXT_UNKNOWN);
    ck_assert_uint_eq(window.after, 73);
    ck_assert_uint_eq(window.n, 7);
    txt_context_window(words, 10, 9, &window);
    ck_assert_uint_eq(window.after, TXT_CONTEXT_UNKNOWN);
    ck_assert_uint_eq(window.n, 5);
}
END_TEST

START_TEST(training_gives_the_same_bytes_and_keeps_the_lexicon)
{
    char *path;
    size_t first_size, second_size;
    TxtLexicon *lexicon = train(&path);
    uint8_t *first = test_read_file(path, &first_size);
    const TxtSenses senses = txt_lexicon_find(lexicon, "movie", 5, TXT_POS_NOUN);
    ck_assert_uint_eq(senses.n, 1);
    ck_assert_uint_ne(txt_lexicon_about_value(lexicon, "context").size, 0);
    const uint64_t identity = txt_lexicon_identity(lexicon);
    txt_lexicon_unref(lexicon);
    /* Anew, on what has context already: that is replaced. */
    char *source = test_path("%s/text.txt", test_folder());
    const char *const text[] = {source};
    char *again = test_path("%s/again.augx", test_folder());
    const AugTextBuild how = {.output = again, .language = path};
    ck_assert_int_eq(aug_text_train_context(text, 1, &how, NULL, NULL), AUG_OK);
    free(source);
    free(again);
    free(path);
    lexicon = train(&path);
    uint8_t *second = test_read_file(path, &second_size);
    ck_assert_uint_eq(first_size, second_size);
    ck_assert_int_eq(memcmp(first, second, first_size), 0);
    ck_assert_uint_eq(txt_lexicon_identity(lexicon), identity);
    txt_lexicon_unref(lexicon);
    free(first);
    free(second);
    free(path);
}
END_TEST

/* Every number of the blocks, made another one under a seal that fits: it is refused, or scores are
 * numbers and nothing else is read. */
START_TEST(malice_is_harmless)
{
    char *path;
    size_t size;
    txt_lexicon_unref(train(&path));
    uint8_t *bytes = test_read_file(path, &size);
    TxtIndexHeader header;
    memcpy(&header, bytes, sizeof(header));
    for (size_t i = sizeof(header); i < size; i += 1 + size / 4000) {
        const uint8_t before = bytes[i];
        bytes[i] = (uint8_t)(before ^ (i % 2 ? 0xff : 0x41));
        header.seal = txt_index_seal(&header, bytes + sizeof(header), size - sizeof(header));
        memcpy(bytes, &header, sizeof(header));
        TxtLexicon *lexicon;
        TxtContext context;
        if (txt_lexicon_borrow(&lexicon, bytes, size, "it", NULL) == AUG_OK) {
            if (txt_context_init(&context, lexicon, NULL) == AUG_OK && context.entry) {
                const uint32_t words[] = {word(&context, "watch"), word(&context, "film"),
                                          context.entry->n_words - 1};
                TxtContextWindow window;
                for (size_t k = 0; k < 3; k++) {
                    txt_context_window(words, 3, k, &window);
                    ck_assert(isfinite(txt_context_score(&context, words[k], &window)));
                    ck_assert(isfinite(txt_context_weight(&context, words[k])));
                }
            }
            txt_lexicon_unref(lexicon);
        }
        bytes[i] = before;
    }
    free(bytes);
    free(path);
}
END_TEST

START_TEST(mistakes_are_named)
{
    AugError error = {0};
    char *text = test_path("%s/short.txt", test_folder());
    const char *const paths[] = {text}, *const none[] = {"/nonexistent.txt"};
    AugTextBuild how = {.output = "/nonexistent/x.augx", .language = "/nonexistent/y.augx"};
    test_write_file(text, "a b c\na b c\na b c\n", 18);
    ck_assert_int_eq(aug_text_train_context(paths, 1, &how, NULL, &error), AUG_BAD_ARGUMENT);
    ck_assert_str_eq(error.message,
                     "the texts have 3 words that come 3 times or more; 128 are needed");
    ck_assert_int_eq(aug_text_train_context(none, 1, &how, NULL, &error), AUG_NOT_FOUND);
    ck_assert_int_eq(aug_text_train_context(paths, 0, &how, NULL, &error), AUG_BAD_ARGUMENT);
    ck_assert_int_eq(aug_text_train_context(paths, 1, NULL, NULL, &error), AUG_BAD_ARGUMENT);
    char *long_text = write_text();
    const char *const long_paths[] = {long_text};
    ck_assert_int_eq(aug_text_train_context(long_paths, 1, &how, NULL, &error), AUG_NOT_FOUND);
    ck_assert_str_eq(error.where, "/nonexistent/y.augx");
    /* A lexicon without context is one that knows no words. */
    TxtContext context;
    char *path;
    TxtLexicon *lexicon = test_lexicon(&path);
    ck_assert_int_eq(txt_context_init(&context, lexicon, &error), AUG_OK);
    ck_assert_ptr_null(context.entry);
    ck_assert_uint_eq(word(&context, "cat"), TXT_CONTEXT_UNKNOWN);
    txt_lexicon_unref(lexicon);
    free(path);
    free(text);
    free(long_text);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("text_context");
    TCase *tcase = tcase_create("all");
    tcase_add_test(tcase, a_word_is_told_by_its_neighbours);
    tcase_add_test(tcase, counts_are_those_of_the_text);
    tcase_add_test(tcase, windows_end_with_their_line);
    tcase_add_test(tcase, training_gives_the_same_bytes_and_keeps_the_lexicon);
    tcase_add_test(tcase, malice_is_harmless);
    tcase_add_test(tcase, mistakes_are_named);
    tcase_set_timeout(tcase, 60);
    suite_add_tcase(suite, tcase);
    return test_run(suite);
}
