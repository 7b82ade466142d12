/* From a base to a form: irregular words, exceptions of the lexicon, rules, whitelist. */
#include <string.h>

#include "text/english/forms.h"
#include "text/english/irregular.h"

static bool is_base_tag(TxtPtb tag)
{
    return tag == TXT_PTB_NN || tag == TXT_PTB_VB || tag == TXT_PTB_VBP || tag == TXT_PTB_JJ ||
           tag == TXT_PTB_RB;
}

static bool is_listed(const TxtLexicon *lexicon, const TxtForm *form)
{
    return !txt_lexicon_has_forms(lexicon) || txt_lexicon_is_form(lexicon, form->text, form->size);
}

/* Whether a word that follows no rule can be what a tag says, by its ending. */
static bool suits(const char *form, size_t size, TxtPtb tag)
{
    switch (tag) {
    case TXT_PTB_VBG:
        return txt_form_ends(form, size, "ing");
    case TXT_PTB_VBZ:
        return txt_form_ends(form, size, "s");
    case TXT_PTB_VBD:
    case TXT_PTB_VBN:
        return !txt_form_ends(form, size, "ing") && !txt_form_ends(form, size, "s");
    case TXT_PTB_JJR:
    case TXT_PTB_RBR:
        return txt_form_ends(form, size, "r");
    case TXT_PTB_JJS:
    case TXT_PTB_RBS:
        return txt_form_ends(form, size, "st");
    default:
        return true;
    }
}

/* What an irregular verb has for a tag; NULL if it is regular there, "" if it has none. */
static const char *verb_form(const TxtIrregularVerb *verb, TxtPtb tag)
{
    switch (tag) {
    case TXT_PTB_VBD:
        return verb->past;
    case TXT_PTB_VBN:
        return verb->participle;
    case TXT_PTB_VBZ:
        return verb->third;
    default:
        return NULL;
    }
}

/* The first exception of a base that suits the tag and is listed. *is_strong: there is a past form
 * that does not end in -ed, so that nobody knows which of past and participle it is. */
static bool from_exceptions(const TxtLexicon *lexicon, const char *lemma, size_t size, TxtPtb tag,
                            TxtForm *form, bool *is_strong)
{
    const bool is_past = tag == TXT_PTB_VBD || tag == TXT_PTB_VBN;
    const TxtException *exception;
    for (size_t i = 0;
         (exception = txt_lexicon_irregular(lexicon, lemma, size, txt_ptb_pos(tag), i)) != NULL;
         i++) {
        const TxtSlice text = txt_lexicon_text(lexicon, exception->form);
        if (!suits(text.text, text.size, tag))
            continue;
        if (is_past && !txt_form_ends(text.text, text.size, "ed")) {
            *is_strong = true;
            continue;
        }
        if (txt_form_set(form, text.text, text.size) && is_listed(lexicon, form))
            return true;
    }
    return false;
}

static bool from_rules(const TxtLexicon *lexicon, const char *lemma, size_t size, TxtPtb tag,
                       TxtForm *form)
{
    TxtForms forms;
    txt_form_rules(lemma, size, tag, &forms);
    for (uint32_t i = 0; i < forms.n; i++) {
        if (is_listed(lexicon, &forms.items[i])) {
            *form = forms.items[i];
            return true;
        }
    }
    return false;
}

bool txt_english_inflect(const TxtLexicon *lexicon, const char *lemma, size_t size, TxtPtb tag,
                         TxtForm *form)
{
    if (size == 0 || size >= TXT_MAX_FORM || txt_ptb_pos(tag) == TXT_POS_NONE ||
        tag == TXT_PTB_NNP || tag == TXT_PTB_NNPS)
        return false;
    const TxtIrregularVerb *verb =
        txt_ptb_pos(tag) == TXT_POS_VERB ? txt_irregular_verb(lemma, size) : NULL;
    const char *known = verb ? verb_form(verb, tag) : txt_irregular_form(lemma, size, tag);
    if (verb && !verb->past[0]) /* auxiliary verbs, which agree with more than a tag says */
        return false;
    if (known)
        return txt_form_set(form, known, strlen(known));
    if (is_base_tag(tag))
        return txt_form_set(form, lemma, size) && is_listed(lexicon, form);
    bool is_strong = false;
    if (from_exceptions(lexicon, lemma, size, tag, form, &is_strong))
        return true;
    return !is_strong && from_rules(lexicon, lemma, size, tag, form);
}
