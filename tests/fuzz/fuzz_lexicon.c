/* Lexicons: an index, whatever it holds, is refused or can be walked from end to end; and what people
 * build them from is refused with a place or becomes an index that opens.
 *
 * Input: a byte that says what follows (0: an index as it is, 1: one whose seal is made to fit, 2: a
 * thesaurus of MyThes, 3: a list, 4: the two files of a spelling dictionary and a list, between lines
 * "%%", 5: a text to learn from), then that.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "aug/text.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/lexicon_case.h"
#include "tests/support/support.h"
#include "text/lexicon/context.h"

/* What follows the first byte. */
enum { INDEX, SEALED, MYTHES, LIST, HUNSPELL, TEXT, N_KINDS };

static void seal(uint8_t *bytes, size_t size)
{
    TxtIndexHeader header;
    if (size < sizeof(header))
        return;
    memcpy(&header, bytes, sizeof(header));
    memcpy(header.magic, TXT_INDEX_MAGIC, sizeof(header.magic));
    header.version = TXT_INDEX_VERSION;
    header.size = size;
    header.seal = txt_index_seal(&header, bytes + sizeof(header), size - sizeof(header));
    memcpy(bytes, &header, sizeof(header));
}

/* Scores of all words beside each other. */
static void walk_context(const TxtLexicon *lexicon)
{
    TxtContext context;
    AugError error = {0};
    const AugStatus status = txt_context_init(&context, lexicon, &error);
    if (status != AUG_OK) {
        fuzz_check_failure(status, &error);
        return;
    }
    for (uint32_t i = 0; context.entry && i < context.entry->n_words && i < 256; i++) {
        const uint32_t words[] = {i, context.entry->n_words - 1, i};
        TxtContextWindow window;
        txt_context_window(words, 3, 1, &window);
        const double score = txt_context_score(&context, words[1], &window);
        FUZZ_CHECK(isfinite(score), "the score of %u is %g", (unsigned)i, score);
    }
}

static void read_index(const uint8_t *bytes, size_t size)
{
    TxtLexicon *lexicon;
    AugError error = {0};
    const AugStatus status = txt_lexicon_borrow(&lexicon, bytes, size, "input", &error);
    FUZZ_CHECK((status == AUG_OK) == (lexicon != NULL), "status %d", (int)status);
    if (status == AUG_OK) {
        (void)test_lexicon_walk(lexicon);
        walk_context(lexicon);
    } else {
        fuzz_check_failure(status, &error);
    }
    txt_lexicon_unref(lexicon);
}

/* What a call made is an index, and what it refused it named. */
static void check_made(AugStatus status, const char *path, const AugError *error)
{
    TxtLexicon *lexicon;
    AugError again = {0};
    if (status != AUG_OK) {
        fuzz_check_failure(status, error);
        return;
    }
    FUZZ_CHECK(txt_lexicon_open(&lexicon, path, &again) == AUG_OK, "%s: %s", again.where,
               again.message);
    (void)test_lexicon_walk(lexicon);
    walk_context(lexicon);
    txt_lexicon_unref(lexicon);
}

/* Files of the process, made once. */
static const char *made_path(const char *name)
{
    static char *paths[4];
    static const char *names[4];
    size_t i = 0;
    while (names[i] && strcmp(names[i], name) != 0)
        i++;
    if (!names[i]) {
        names[i] = name;
        paths[i] = test_path("%s/%s", test_folder(), name);
    }
    return paths[i];
}

static void write_part(FuzzInput *input, const char *path)
{
    size_t size;
    uint8_t *part = fuzz_part(input, &size);
    test_write_file(path, part, size);
    free(part);
}

static void build(FuzzInput *input, int kind)
{
    AugError error = {0};
    AugTextBuild how = {.output = made_path("out.augx"), .forms = ""};
    const char *source = made_path("words");
    char *stem = NULL;
    if (kind == HUNSPELL) {
        write_part(input, made_path("d.aff"));
        write_part(input, made_path("d.dic"));
        stem = test_path("%s/d", test_folder());
        how.forms = stem;
    }
    write_part(input, source);
    check_made(kind == MYTHES ? aug_text_build_mythes(source, &how, NULL, &error)
                              : aug_text_build_list(source, &how, NULL, &error),
               how.output, &error);
    free(stem);
}

/* A text for a lexicon of two words. */
static void learn(const uint8_t *bytes, size_t size)
{
    static const char list[] = "movie\tn\tfilm\n";
    static char *text, *base;
    AugError error = {0};
    if (!text) {
        text = test_path("%s/text", test_folder());
        base = test_path("%s/base.augx", test_folder());
        char *words = test_path("%s/base", test_folder());
        const AugTextBuild how = {.output = base, .forms = ""};
        test_write_file(words, list, sizeof(list) - 1);
        FUZZ_CHECK(aug_text_build_list(words, &how, NULL, NULL) == AUG_OK, "no lexicon");
        free(words);
    }
    const char *const paths[] = {text};
    const AugTextBuild how = {.output = made_path("out.augx"), .language = base};
    test_write_file(text, bytes, size);
    check_made(aug_text_train_context(paths, 1, &how, NULL, &error), how.output, &error);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    FuzzInput input = {bytes, size};
    const int kind = fuzz_byte(&input) % N_KINDS;
    if (kind >= MYTHES && kind <= HUNSPELL) {
        build(&input, kind);
        return 0;
    }
    /* malloc aligns to 16. */
    uint8_t *exact = fuzz_take(&input, &size);
    if (kind == TEXT)
        learn(exact, size);
    if (kind == SEALED)
        seal(exact, size);
    if (kind != TEXT)
        read_index(exact, size);
    free(exact);
    return 0;
}
