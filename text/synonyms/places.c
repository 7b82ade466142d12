/* Places of English in which a word stays, whatever its sense: its neighbours hang on it, or it on them.
 * They are told by the word behind it, since function words are sure where tags are not. */
#include "text/english/english.h"
#include "text/synonyms/inside.h"
#include "text/synonyms/terms.h"

#define STAYS(list)                                \
    {                                              \
        NULL, list, sizeof(list) / sizeof(*(list)) \
    }

/* clang-format off */
/* Prepositions and particles: what they mean behind a verb or an adjective hangs on that very word ("look at",
 * "worthy of"). Sorted by bytes. */
static const char *const particle_words[] = {
    "aback", "about", "above", "across", "after", "against", "ahead", "along", "among", "apart", "around", "as",
    "aside", "at", "away", "back", "before", "behind", "below", "beneath", "beside", "between", "beyond", "by",
    "down", "during", "for", "forth", "forward", "from", "in", "into", "like", "of", "off", "on", "onto", "out",
    "over", "past", "round", "that", "through", "throughout", "to", "together", "toward", "towards", "under",
    "until", "up", "upon", "with", "within", "without",
};

/* Pronouns that may stand between a verb and its particle. */
static const char *const pronoun_words[] = {
    "her", "herself", "him", "himself", "it", "itself", "me", "myself", "one", "ourselves", "them", "themselves",
    "us", "you", "yourself",
};

/* Words that begin a group of a noun: an adjective before one governs it ("worth the price"). */
static const char *const opening_words[] = {
    "a", "an", "another", "any", "each", "every", "her", "his", "how", "its", "my", "our", "that", "the", "their",
    "these", "this", "those", "what", "your",
};
/* clang-format on */

static const TxtStays particles = STAYS(particle_words), pronouns = STAYS(pronoun_words),
                      openings = STAYS(opening_words);

/* The word behind a span, with nothing but white space between; UINT32_MAX if there is none. */
static uint32_t word_behind(const TxtDoc *doc, uint32_t span)
{
    if (span + 2 >= doc->n_spans || doc->spans[span + 1].kind != TXT_SPACE)
        return UINT32_MAX;
    const uint8_t kind = doc->spans[span + 2].kind;
    return kind == TXT_WORD || kind == TXT_PROTECTED ? span + 2 : UINT32_MAX;
}

static void lower(const uint8_t *bytes, uint32_t size, char *key)
{
    for (uint32_t i = 0; i < size; i++)
        key[i] = (char)(bytes[i] >= 'A' && bytes[i] <= 'Z' ? bytes[i] | 0x20 : bytes[i]);
}

/* Whether a span, which may be UINT32_MAX, is one of some words. */
static bool is_of(const TxtDoc *doc, uint32_t number, const TxtStays *stays)
{
    char key[TXT_MAX_FORM];
    if (number == UINT32_MAX || txt_span_size(&doc->spans[number]) >= sizeof(key))
        return false;
    const uint32_t size = txt_span_size(&doc->spans[number]);
    const uint8_t *bytes = doc->bytes + doc->spans[number].start;
    lower(bytes, size, key);
    return txt_stays(stays, key, size);
}

/* A verb with a particle or a preposition ("look at", "pick it up"); "by" names who does it. */
static bool verb_governs(const TxtDoc *doc, const TxtFound *found, uint32_t behind)
{
    static const char *const by_word[] = {"by"};
    static const TxtStays by = STAYS(by_word);
    if (found->tag == TXT_PTB_VBN && is_of(doc, behind, &by))
        return false;
    if (is_of(doc, behind, &particles))
        return true;
    return is_of(doc, behind, &pronouns) && is_of(doc, word_behind(doc, behind), &particles);
}

/* An adjective with what it governs ("worthy of", "worth the price", "worth seeing"). */
static bool adjective_governs(const TxtDoc *doc, const TxtTag *tags, uint32_t behind)
{
    return is_of(doc, behind, &particles) || is_of(doc, behind, &openings) ||
           (behind != UINT32_MAX && tags[behind].tag == TXT_PTB_VBG);
}

/* A noun before a noun, which together are a term mostly ("war film"), or before an infinitive. */
static bool noun_governs(const TxtDoc *doc, const TxtTag *tags, uint32_t behind)
{
    static const char *const to_word[] = {"to"};
    static const TxtStays to = STAYS(to_word);
    return behind != UINT32_MAX && (tags[behind].pos == TXT_POS_NOUN || is_of(doc, behind, &to));
}

/* The first word of a name that begins a sentence: a capital, and the next word has one, too. */
static bool begins_name(const TxtDoc *doc, uint32_t span, uint32_t behind)
{
    return (doc->spans[span].flags & TXT_CAPITALISED) && behind != UINT32_MAX &&
           (doc->spans[behind].flags & TXT_CAPITALISED);
}

/* A participle that is an adjective of its own, which the tagger takes for a verb: "compelling" is not
 * what compels. */
static bool is_adjective(const TxtSynonyms *synonyms, const TxtFound *found)
{
    char key[TXT_MAX_FORM];
    if ((found->tag != TXT_PTB_VBG && found->tag != TXT_PTB_VBN) || found->size >= sizeof(key))
        return false;
    lower(found->word, found->size, key);
    return txt_lexicon_find(synonyms->lexicon, key, found->size, TXT_POS_ADJECTIVE).n > 0;
}

/* Words to either side of which a quotation ends at most, so that it is a title or a saying. */
#define MOST_QUOTED 6

/* Whether a span is a mark that may open or close a quotation. */
static bool is_quote(const TxtDoc *doc, uint32_t number)
{
    const TxtSpan *span = &doc->spans[number];
    const uint8_t *bytes = doc->bytes + span->start;
    if (span->kind != TXT_PUNCTUATION)
        return false;
    if (bytes[0] == '"' || bytes[0] == '\'' || bytes[0] == '`')
        return true;
    /* U+2018 to U+201F */
    return txt_span_size(span) >= 3 && bytes[0] == 0xe2 && bytes[1] == 0x80 && bytes[2] >= 0x98 &&
           bytes[2] <= 0x9f;
}

/* Whether a mark of quotation stands not far from a span on one side. */
static bool is_quoted_on(const TxtDoc *doc, uint32_t span, bool is_behind)
{
    uint32_t n_words = 0;
    for (uint32_t i = span; is_behind ? i + 1 < doc->n_spans : i > 0;) {
        i = is_behind ? i + 1 : i - 1;
        if (is_quote(doc, i))
            return true;
        n_words += doc->spans[i].kind != TXT_SPACE;
        if (n_words > MOST_QUOTED)
            return false;
    }
    return false;
}

bool txt_place_keeps(const TxtSynonyms *synonyms, const TxtDoc *doc, const TxtTag *tags,
                     const TxtFound *found)
{
    const uint32_t behind = word_behind(doc, found->span);
    if (begins_name(doc, found->span, behind) || is_adjective(synonyms, found))
        return true;
    if (is_quoted_on(doc, found->span, false) && is_quoted_on(doc, found->span, true))
        return true;
    if (found->pos == TXT_POS_VERB && verb_governs(doc, found, behind))
        return true;
    if (found->pos == TXT_POS_ADJECTIVE && adjective_governs(doc, tags, behind))
        return true;
    if (found->pos == TXT_POS_NOUN && noun_governs(doc, tags, behind))
        return true;
    return txt_terms_has(synonyms->terms, synonyms->lexicon, doc, found->span);
}
