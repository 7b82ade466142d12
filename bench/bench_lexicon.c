/* Speed of lexicons: opening, and the look-ups of a replacement.
 *
 *     bench_lexicon [NAME]     the lexicon of that name or path, "en" unless given
 *
 * Opening includes mapping the file and checking all of it; the file is in the system's cache. Of
 * several rounds the best is printed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "text/lexicon/context.h"
#include "text/lexicon/lexicon.h"

#define ROUNDS 20

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static TxtLexicon *open_lexicon(const char *name)
{
    TxtLexicon *lexicon;
    AugError error = {0};
    if (txt_lexicon_open(&lexicon, name, &error) == AUG_OK)
        return lexicon;
    fprintf(stderr, "bench_lexicon: %s: %s\n", error.where, error.message);
    exit(EXIT_FAILURE);
}

static void bench_open(const char *name)
{
    double best = 1e9;
    for (int i = 0; i < ROUNDS; i++) {
        const double start = now();
        TxtLexicon *lexicon = open_lexicon(name);
        const double took = now() - start;
        best = took < best ? took : best;
        txt_lexicon_unref(lexicon);
    }
    printf("open            %8.2f ms\n", best * 1e3);
}

/* All words that the lexicon has, as a text would ask for them; members is what their senses lead
 * to, so that nothing is left out. */
static void bench_find(const TxtLexicon *lexicon, uint64_t n_words)
{
    double best = 1e9;
    uint64_t members = 0;
    for (int i = 0; i < ROUNDS; i++) {
        const double start = now();
        members = 0;
        for (uint32_t word = 0; word < n_words; word++) {
            const TxtSlice text = txt_lexicon_text(lexicon, word);
            const TxtSenses senses = txt_lexicon_find(lexicon, text.text, text.size, TXT_POS_NOUN);
            if (senses.n)
                members += txt_lexicon_words(lexicon, senses.items[0].synset).n;
        }
        const double took = now() - start;
        best = took < best ? took : best;
    }
    printf("find            %8.1f ns a word (%llu members)\n", best * 1e9 / (double)n_words,
           (unsigned long long)members);
}

static void bench_forms(const TxtLexicon *lexicon, uint64_t n_words)
{
    double best = 1e9;
    uint64_t n_forms = 0;
    for (int i = 0; i < ROUNDS; i++) {
        const double start = now();
        n_forms = 0;
        for (uint32_t word = 0; word < n_words; word++) {
            const TxtSlice text = txt_lexicon_text(lexicon, word);
            n_forms += txt_lexicon_is_form(lexicon, text.text, text.size);
        }
        const double took = now() - start;
        best = took < best ? took : best;
    }
    printf("is form         %8.1f ns a word (%llu forms)\n", best * 1e9 / (double)n_words,
           (unsigned long long)n_forms);
}

/* Scores of every word in windows of 12 words, each the next ones by number. */
static void bench_context(const TxtLexicon *lexicon)
{
    TxtContext context;
    AugError error = {0};
    if (txt_context_init(&context, lexicon, &error) != AUG_OK || !context.entry)
        return;
    double best = 1e9, sum = 0;
    const uint32_t n = context.entry->n_words;
    for (int i = 0; i < ROUNDS; i++) {
        const double start = now();
        for (uint32_t word = 0; word < n; word++) {
            uint32_t words[12];
            for (uint32_t k = 0; k < 12; k++)
                words[k] = (word * 7 + k * 101) % n;
            TxtContextWindow window;
            txt_context_window(words, 12, 6, &window);
            sum += txt_context_score(&context, word, &window);
        }
        const double took = now() - start;
        best = took < best ? took : best;
    }
    printf("context score   %8.1f ns a candidate (sum %.3g)\n", best * 1e9 / n, sum);
}

int main(int argc, char **argv)
{
    const char *name = argc > 1 ? argv[1] : "en";
    bench_open(name);
    TxtLexicon *lexicon = open_lexicon(name);
    TxtLexiconCounts counts;
    txt_lexicon_count(lexicon, &counts);
    printf("size            %8.1f MB, %llu words\n", (double)counts.size * 1e-6,
           (unsigned long long)counts.n_words);
    bench_find(lexicon, counts.n_words);
    bench_forms(lexicon, counts.n_words);
    bench_context(lexicon);
    txt_lexicon_unref(lexicon);
    return 0;
}
