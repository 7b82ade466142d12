/* The table of contractions, and how words are found in it. */
#include "text/english/contractions.h"

/* clang-format off */
static const TxtContraction table[] = {
    {"do", "not", "don't", true, false, true},
    {"does", "not", "doesn't", true, false, true},
    {"did", "not", "didn't", true, false, true},
    {"is", "not", "isn't", true, false, true},
    {"are", "not", "aren't", true, false, true},
    {"was", "not", "wasn't", true, false, true},
    {"were", "not", "weren't", true, false, true},
    {"have", "not", "haven't", true, false, true},
    {"has", "not", "hasn't", true, false, true},
    {"had", "not", "hadn't", true, false, true},
    {"could", "not", "couldn't", true, false, true},
    {"would", "not", "wouldn't", true, false, true},
    {"should", "not", "shouldn't", true, false, true},
    {"must", "not", "mustn't", true, false, true},
    {"need", "not", "needn't", true, false, true},
    {"will", "not", "won't", true, false, true},
    {"shall", "not", "shan't", false, false, true},
    {"might", "not", "mightn't", false, false, true},
    {"cannot", "", "can't", true, false, true},
    {"can", "not", "can't", true, false, false},
    {"I", "am", "I'm", true, true, true},
    {"you", "are", "you're", true, true, true},
    {"we", "are", "we're", true, true, true},
    {"they", "are", "they're", true, true, true},
    {"he", "is", "he's", true, true, false},
    {"she", "is", "she's", true, true, false},
    {"it", "is", "it's", true, true, false},
    {"that", "is", "that's", true, true, false},
    {"there", "is", "there's", true, true, false},
    {"here", "is", "here's", true, true, false},
    {"what", "is", "what's", true, true, false},
    {"who", "is", "who's", true, true, false},
    {"where", "is", "where's", true, true, false},
    {"how", "is", "how's", true, true, false},
    {"I", "will", "I'll", true, true, true},
    {"you", "will", "you'll", true, true, true},
    {"he", "will", "he'll", true, true, true},
    {"she", "will", "she'll", true, true, true},
    {"it", "will", "it'll", true, true, true},
    {"we", "will", "we'll", true, true, true},
    {"they", "will", "they'll", true, true, true},
    {"that", "will", "that'll", false, false, true},
    {"there", "will", "there'll", false, false, true},
    {"who", "will", "who'll", false, false, true},
    {"I", "would", "I'd", true, true, false},
    {"you", "would", "you'd", true, true, false},
    {"he", "would", "he'd", true, true, false},
    {"she", "would", "she'd", true, true, false},
    {"we", "would", "we'd", true, true, false},
    {"they", "would", "they'd", true, true, false},
    {"I", "have", "I've", false, false, true},
    {"you", "have", "you've", false, false, true},
    {"we", "have", "we've", false, false, true},
    {"they", "have", "they've", false, false, true},
    {"could", "have", "could've", true, true, true},
    {"should", "have", "should've", true, true, true},
    {"would", "have", "would've", true, true, true},
    {"might", "have", "might've", true, true, true},
    {"must", "have", "must've", true, true, true},
    {"who", "are", "who're", false, false, true},
    {"what", "are", "what're", false, false, true},
    {"let", "us", "let's", false, false, true},
    {"going", "to", "gonna", false, false, true},
    {"want", "to", "wanna", false, false, true},
    {"give", "me", "gimme", false, false, true},
    {"let", "me", "lemme", false, false, true},
    {"kind", "of", "kinda", false, false, true},
    {"out", "of", "outta", false, false, true},
};
/* clang-format on */

#define N_ROWS (sizeof(table) / sizeof(*table))

static uint8_t small(uint8_t byte)
{
    return byte >= 'A' && byte <= 'Z' ? byte | 0x20 : byte;
}

/* Whether a word is an entry, in any case, with either apostrophe. */
static bool is(const uint8_t *word, size_t size, const char *entry)
{
    size_t at = 0;
    for (; *entry; entry++) {
        const bool is_curly = *entry == '\'' && size - at >= 3 && word[at] == 0xe2 &&
                              word[at + 1] == 0x80 && word[at + 2] == 0x99;
        if (is_curly) {
            at += 3;
            continue;
        }
        if (at >= size || small(word[at]) != small((uint8_t)*entry))
            return false;
        at++;
    }
    return at == size;
}

const TxtContraction *txt_contraction_of(const uint8_t *word, size_t size)
{
    for (size_t i = 0; i < N_ROWS; i++)
        if (table[i].expands && is(word, size, table[i].together))
            return &table[i];
    return NULL;
}

const TxtContraction *txt_contraction_for(const uint8_t *first, size_t first_size,
                                          const uint8_t *second, size_t second_size)
{
    for (size_t i = 0; i < N_ROWS; i++)
        if (table[i].contracts && is(first, first_size, table[i].first) &&
            is(second, second_size, table[i].second))
            return &table[i];
    return NULL;
}

const TxtContraction *txt_contraction_at(size_t i)
{
    return i < N_ROWS ? &table[i] : NULL;
}
