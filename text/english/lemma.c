/* From a form to its base. */
#include <string.h>

#include "text/english/forms.h"
#include "text/english/irregular.h"

/* An ending and what stands in its place in the base. */
typedef struct Ending {
    const char *form, *base;
} Ending;

static const Ending plural_endings[] = {
    {"s", ""}, {"es", ""}, {"ies", "y"}, {"men", "man"}, {"", ""}};
static const Ending third_endings[] = {{"s", ""}, {"es", ""}, {"ies", "y"}};
static const Ending past_endings[] = {{"d", ""}, {"ed", ""}, {"ied", "y"}, {"", ""}};
static const Ending ing_endings[] = {{"ing", ""}, {"ing", "e"}, {"ying", "ie"}};
static const Ending more_endings[] = {{"r", ""}, {"er", ""}, {"ier", "y"}};
static const Ending most_endings[] = {{"st", ""}, {"est", ""}, {"iest", "y"}};
static const Ending no_ending[] = {{"", ""}};

#define ENDINGS(table)                         \
    do {                                       \
        *n = sizeof(table) / sizeof(*(table)); \
        return table;                          \
    } while (0)

static const Ending *endings_of(TxtPtb tag, size_t *n)
{
    switch (tag) {
    case TXT_PTB_NNS:
        ENDINGS(plural_endings);
    case TXT_PTB_VBZ:
        ENDINGS(third_endings);
    case TXT_PTB_VBD:
    case TXT_PTB_VBN:
        ENDINGS(past_endings);
    case TXT_PTB_VBG:
        ENDINGS(ing_endings);
    case TXT_PTB_JJR:
    case TXT_PTB_RBR:
        ENDINGS(more_endings);
    case TXT_PTB_JJS:
    case TXT_PTB_RBS:
        ENDINGS(most_endings);
    default:
        ENDINGS(no_ending);
    }
}

/* A search for the base of a word: the best so far, and how often it was seen, plus one. */
typedef struct Search {
    const TxtLexicon *lexicon;
    const char *word;
    size_t size;
    TxtPtb tag;
    TxtForm *best;
    uint32_t seen;
} Search;

/* A base counts if the lexicon has it with the part of speech and it gives the word back. Of several
 * ("leaves" of leaf and of leave) the one whose senses were seen most often is taken, the first of
 * equals. */
static void try_base(Search *search, const TxtForm *base)
{
    TxtForm form;
    const TxtSenses senses =
        txt_lexicon_find(search->lexicon, base->text, base->size, txt_ptb_pos(search->tag));
    uint32_t seen = 1;
    for (uint32_t i = 0; i < senses.n; i++)
        seen += senses.items[i].count;
    if (senses.n == 0 || seen <= search->seen ||
        !txt_english_inflect(search->lexicon, base->text, base->size, search->tag, &form) ||
        form.size != search->size || memcmp(form.text, search->word, form.size) != 0)
        return;
    *search->best = *base;
    search->seen = seen;
}

static void try_exceptions(Search *search)
{
    size_t n;
    const TxtException *bases = txt_lexicon_bases(search->lexicon, search->word, search->size,
                                                  txt_ptb_pos(search->tag), &n);
    for (size_t i = 0; i < n; i++) {
        const TxtSlice text = txt_lexicon_text(search->lexicon, bases[i].base);
        TxtForm base;
        if (txt_form_set(&base, text.text, text.size))
            try_base(search, &base);
    }
}

/* keep: letters of the word that are of the base. stopped: of two equal ones the base has one. */
static void try_ending(Search *search, size_t keep, const char *ending)
{
    TxtForm base;
    if (txt_form_make(&base, search->word, keep, ending))
        try_base(search, &base);
    if (keep < search->size && ending[0] == '\0' && keep > 2 &&
        search->word[keep - 1] == search->word[keep - 2] &&
        txt_form_set(&base, search->word, keep - 1))
        try_base(search, &base);
}

bool txt_english_lemma(const TxtLexicon *lexicon, const char *word, size_t size, TxtPtb tag,
                       TxtForm *lemma)
{
    if (size == 0 || size >= TXT_MAX_FORM || txt_ptb_pos(tag) == TXT_POS_NONE)
        return false;
    Search search = {lexicon, word, size, tag, lemma, 0};
    size_t n;
    const Ending *endings = endings_of(tag, &n);
    for (size_t i = 0; i < n; i++) {
        const size_t cut = strlen(endings[i].form);
        if (size >= cut && memcmp(word + size - cut, endings[i].form, cut) == 0)
            try_ending(&search, size - cut, endings[i].base);
    }
    if (endings != no_ending)
        try_exceptions(&search);
    return search.seen > 0;
}
