/* Terms of English: words that a dictionary lists together ("special effects", "take part", "point of
 * view"), of which none can go alone. They are the lemmas of the lexicon that have blanks or hyphens
 * inside. A filter of pairs answers for nearly all words; only where a pair may be of a term are terms
 * looked up. */
#include "text/synonyms/terms.h"

#include <stdlib.h>
#include <string.h>

#include "text/english/english.h"

/* Words of a term at most: longer ones are sayings and titles, of which the lexicon has few. */
#define MOST_WORDS 4

/* Words of a place in a text. */
typedef struct Words {
    TxtForm items[2 * MOST_WORDS - 1];
    uint32_t n;
} Words;

/* Words of a term, in the text of the lexicon, with their hashes. */
typedef struct Term {
    TxtSlice words[MOST_WORDS];
    uint64_t hashes[MOST_WORDS];
    uint32_t n;
} Term;

static bool is_joint(char letter)
{
    return letter == ' ' || letter == '-';
}

static bool has_joint(TxtSlice lemma)
{
    for (uint32_t i = 0; i < lemma.size; i++)
        if (is_joint(lemma.text[i]))
            return true;
    return false;
}

/* Cuts a lemma into words; false if they are too many or too long, or one alone. */
static bool split(TxtSlice lemma, Term *term)
{
    term->n = 0;
    if (!has_joint(lemma))
        return false;
    for (uint32_t from = 0, i = 0; i <= lemma.size; i++) {
        if (i < lemma.size && !is_joint(lemma.text[i]))
            continue;
        if (i == from || i - from >= TXT_MAX_FORM || term->n == MOST_WORDS)
            return false;
        term->words[term->n++] = (TxtSlice){lemma.text + from, i - from};
        from = i + 1;
    }
    for (uint32_t i = 0; i < term->n; i++)
        term->hashes[i] = txt_filter_hash(term->words[i].text, term->words[i].size);
    return true;
}

/* The hash of a pair of words, in their order. */
static uint64_t join_hashes(uint64_t first, uint64_t second)
{
    return first * 3 + second;
}

/* Forms that were made last, a power of two: most terms end, or begin, in a word that others do, too,
 * and to make a form takes ten times as long as to find it here. Words are known by their hashes alone,
 * as in the filter. */
#define N_RECENT 16384

/* One of them; key: of the word with the tag; form: hash of the form, where it has one. */
typedef struct Recent {
    uint64_t key, form;
    bool is_made, has_form;
} Recent;

/* The making of a filter. */
typedef struct Terms {
    const TxtLexicon *lexicon;
    TxtFilter *filter;
    Recent *recent;
} Terms;

/* The form of a word of a term for a tag. */
static const Recent *inflect(Terms *terms, const Term *term, uint32_t place, TxtPtb tag)
{
    const TxtSlice word = term->words[place];
    const uint64_t key = join_hashes(term->hashes[place], (uint64_t)tag);
    Recent *recent = &terms->recent[(key ^ key >> 32) % N_RECENT];
    if (!recent->is_made || recent->key != key) {
        TxtForm form;
        recent->is_made = true;
        recent->key = key;
        recent->has_form = txt_english_inflect(terms->lexicon, word.text, word.size, tag, &form);
        if (recent->has_form)
            recent->form = txt_filter_hash(form.text, form.size);
    }
    return recent;
}

/* Forms that the first and the last word of a term may have in a text. */
static const TxtPtb first_forms[] = {TXT_PTB_VBZ, TXT_PTB_VBD, TXT_PTB_VBN, TXT_PTB_VBG,
                                     TXT_PTB_NNS};
static const TxtPtb last_forms[] = {TXT_PTB_NNS};

/* Adds the pair of a word, in each of n forms, and its neighbour. */
static void add_forms(Terms *terms, const Term *term, uint32_t place, const TxtPtb *forms, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const Recent *made = inflect(terms, term, place, forms[i]);
        if (made->has_form)
            txt_filter_add(terms->filter, place == 0
                                              ? join_hashes(made->form, term->hashes[1])
                                              : join_hashes(term->hashes[place - 1], made->form));
    }
}

static void add_term(Terms *terms, uint32_t lemma, const Term *term)
{
    for (uint32_t i = 0; i + 1 < term->n; i++)
        txt_filter_add(terms->filter, join_hashes(term->hashes[i], term->hashes[i + 1]));
    if (txt_lexicon_senses(terms->lexicon, lemma, TXT_POS_VERB).n > 0)
        add_forms(terms, term, 0, first_forms, 4);
    if (txt_lexicon_senses(terms->lexicon, lemma, TXT_POS_NOUN).n > 0) {
        add_forms(terms, term, term->n - 1, last_forms, 1);
        if (term->n > 2)
            add_forms(terms, term, 0, first_forms + 4, 1);
    }
}

TxtFilter *txt_terms_new(const TxtLexicon *lexicon)
{
    TxtLexiconCounts counts;
    Terms terms = {.lexicon = lexicon,
                   .filter = calloc(1, sizeof(*terms.filter)),
                   .recent = calloc(N_RECENT, sizeof(*terms.recent))};
    if (terms.filter && terms.recent) {
        txt_lexicon_count(lexicon, &counts);
        for (uint32_t lemma = 0; lemma < counts.n_lemmas; lemma++) {
            const uint32_t word = txt_lexicon_lemma_word(lexicon, lemma);
            Term term;
            if (split(txt_lexicon_text(lexicon, word), &term))
                add_term(&terms, lemma, &term);
        }
    } else {
        free(terms.filter);
        terms.filter = NULL;
    }
    free(terms.recent);
    return terms.filter;
}

/* A span as a word of a term may be written. */
static bool take_word(const TxtDoc *doc, uint32_t number, TxtForm *word)
{
    const TxtSpan *span = &doc->spans[number];
    const uint32_t size = txt_span_size(span);
    if ((span->kind != TXT_WORD && span->kind != TXT_PROTECTED) || size >= TXT_MAX_FORM)
        return false;
    for (uint32_t i = 0; i < size; i++) {
        const uint8_t byte = doc->bytes[span->start + i];
        word->text[i] = (char)(byte >= 'A' && byte <= 'Z' ? byte | 0x20 : byte);
    }
    word->size = size;
    return true;
}

/* Whether two neighbours are parts of one phrase: nothing but white space or a hyphen is between. */
static bool is_link(const TxtDoc *doc, uint32_t number)
{
    const TxtSpan *span = &doc->spans[number];
    return span->kind == TXT_SPACE || (span->kind == TXT_PUNCTUATION && txt_span_size(span) == 1 &&
                                       doc->bytes[span->start] == '-');
}

/* Number of the word before a span or behind it; UINT32_MAX if a mark or the end comes first. */
static uint32_t neighbour(const TxtDoc *doc, uint32_t number, bool is_behind)
{
    for (;;) {
        if (is_behind ? number + 1 >= doc->n_spans : number == 0)
            return UINT32_MAX;
        number = is_behind ? number + 1 : number - 1;
        if (!is_link(doc, number))
            return number;
    }
}

/* The words around a span, and it; returns its place. The nearest come first, so that one that is no word
 * ends the row. */
static uint32_t look_around(const TxtDoc *doc, uint32_t span, Words *words)
{
    TxtForm before[MOST_WORDS];
    uint32_t n = 0, at = span;
    while (n < MOST_WORDS - 1 && (at = neighbour(doc, at, false)) != UINT32_MAX &&
           take_word(doc, at, &before[n]))
        n++;
    words->n = 0;
    for (uint32_t i = n; i > 0; i--)
        words->items[words->n++] = before[i - 1];
    if (!take_word(doc, span, &words->items[words->n++]))
        words->n--;
    at = span;
    while (words->n < n + MOST_WORDS && (at = neighbour(doc, at, true)) != UINT32_MAX &&
           take_word(doc, at, &words->items[words->n]))
        words->n++;
    return n;
}

/* Whether the lexicon has these words as one lemma. */
static bool is_lemma(const TxtLexicon *lexicon, const TxtForm *const *words, uint32_t n)
{
    char key[MOST_WORDS * TXT_MAX_FORM];
    for (int joint = 0; joint < 2; joint++) {
        size_t size = 0;
        for (uint32_t i = 0; i < n; i++) {
            if (i > 0)
                key[size++] = " -"[joint];
            memcpy(key + size, words[i]->text, words[i]->size);
            size += words[i]->size;
        }
        if (txt_lexicon_lemma(lexicon, key, size) != TXT_NO_LEMMA)
            return true;
    }
    return false;
}

/* Whether n words are a term, the last of them in the plural perhaps. */
static bool is_term_of(const TxtLexicon *lexicon, const TxtForm **words, uint32_t n)
{
    const TxtForm *last = words[n - 1];
    TxtForm base;
    if (is_lemma(lexicon, words, n))
        return true;
    if (!txt_english_lemma(lexicon, last->text, last->size, TXT_PTB_NNS, &base))
        return false;
    words[n - 1] = &base;
    const bool is_found = is_lemma(lexicon, words, n);
    words[n - 1] = last;
    return is_found;
}

/* Whether n words are a term, with the forms that its first and its last word may have. */
static bool is_term(const TxtLexicon *lexicon, const TxtForm *items, uint32_t n)
{
    const TxtForm *words[MOST_WORDS];
    for (uint32_t i = 0; i < n; i++)
        words[i] = &items[i];
    if (is_term_of(lexicon, words, n))
        return true;
    for (size_t i = 0; i < sizeof(first_forms) / sizeof(*first_forms); i++) {
        TxtForm base;
        if (!txt_english_lemma(lexicon, items[0].text, items[0].size, first_forms[i], &base))
            continue;
        words[0] = &base;
        if (is_term_of(lexicon, words, n))
            return true;
    }
    return false;
}

/* Whether a span and the word before it or behind it may be of one term: what most words are not. */
static bool may_pair(const TxtFilter *filter, const TxtDoc *doc, uint32_t span, bool is_behind)
{
    const uint32_t number = neighbour(doc, span, is_behind);
    if (number == UINT32_MAX)
        return false;
    const TxtSpan *first = &doc->spans[is_behind ? span : number];
    const TxtSpan *second = &doc->spans[is_behind ? number : span];
    return txt_filter_has(
        filter, join_hashes(txt_filter_hash(doc->bytes + first->start, txt_span_size(first)),
                            txt_filter_hash(doc->bytes + second->start, txt_span_size(second))));
}

bool txt_terms_has(const TxtFilter *filter, const TxtLexicon *lexicon, const TxtDoc *doc,
                   uint32_t span)
{
    Words words;
    if (!may_pair(filter, doc, span, false) && !may_pair(filter, doc, span, true))
        return false;
    const uint32_t at = look_around(doc, span, &words);
    for (uint32_t n = 2; n <= MOST_WORDS; n++)
        for (uint32_t from = at + 1 > n ? at + 1 - n : 0; from <= at && from + n <= words.n; from++)
            if (is_term(lexicon, words.items + from, n))
                return true;
    return false;
}
