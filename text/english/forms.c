/* The spelling rules: -s, -ed, -ing, -er, -est, with what they do to the letters before them. */
#include <string.h>

#include "text/english/forms.h"

bool txt_form_set(TxtForm *form, const char *text, size_t size)
{
    if (size == 0 || size >= TXT_MAX_FORM)
        return false;
    memcpy(form->text, text, size);
    form->size = (uint32_t)size;
    return true;
}

bool txt_form_make(TxtForm *form, const char *word, size_t keep, const char *ending)
{
    const size_t more = strlen(ending);
    if (keep + more == 0 || keep + more >= TXT_MAX_FORM)
        return false;
    memmove(form->text, word, keep);
    memcpy(form->text + keep, ending, more);
    form->size = (uint32_t)(keep + more);
    return true;
}

bool txt_form_ends(const char *word, size_t size, const char *ending)
{
    const size_t n = strlen(ending);
    return size > n && memcmp(word + size - n, ending, n) == 0;
}

bool txt_form_is_vowel(const char *word, size_t i)
{
    switch (word[i]) {
    case 'a':
    case 'e':
    case 'i':
    case 'o':
        return true;
    case 'u':
        return i == 0 || word[i - 1] != 'q';
    case 'y':
        return i > 0 && !txt_form_is_vowel(word, i - 1);
    default:
        return false;
    }
}

static size_t count_syllables(const char *word, size_t size)
{
    size_t n = 0;
    for (size_t i = 0; i < size; i++)
        n += txt_form_is_vowel(word, i) && (i == 0 || !txt_form_is_vowel(word, i - 1));
    return n;
}

/* Ends in a consonant that may be doubled, behind one vowel. */
static bool may_double(const char *word, size_t size)
{
    if (size < 2 || strchr("aeiouwxyh", word[size - 1]) || word[size - 1] < 'a')
        return false;
    if (!txt_form_is_vowel(word, size - 2))
        return false;
    return size < 3 || !txt_form_is_vowel(word, size - 3);
}

static void add(TxtForms *forms, const char *word, size_t keep, const char *ending)
{
    if (forms->n < TXT_MAX_RULED && txt_form_make(&forms->items[forms->n], word, keep, ending))
        forms->n++;
}

static void add_doubled(TxtForms *forms, const char *word, size_t size, const char *ending)
{
    char longer[TXT_MAX_FORM];
    if (size + 1 >= sizeof(longer))
        return;
    memcpy(longer, word, size);
    longer[size] = word[size - 1];
    add(forms, longer, size + 1, ending);
}

/* Endings that begin with a vowel: stopped, but visited. */
static void add_vowel_ending(TxtForms *forms, const char *word, size_t size, const char *ending)
{
    if (!may_double(word, size)) {
        add(forms, word, size, ending);
        return;
    }
    const bool is_short = count_syllables(word, size) == 1;
    if (is_short)
        add_doubled(forms, word, size, ending);
    add(forms, word, size, ending);
    if (!is_short)
        add_doubled(forms, word, size, ending);
}

static bool ends_in_consonant_y(const char *word, size_t size)
{
    return size > 1 && word[size - 1] == 'y' && !txt_form_is_vowel(word, size - 2);
}

static void add_s(TxtForms *forms, const char *word, size_t size, bool is_verb)
{
    if (ends_in_consonant_y(word, size)) {
        add(forms, word, size - 1, "ies");
    } else if (txt_form_ends(word, size, "s") || txt_form_ends(word, size, "x") ||
               txt_form_ends(word, size, "z") || txt_form_ends(word, size, "sh")) {
        add(forms, word, size, "es");
    } else if (txt_form_ends(word, size, "arch") || txt_form_ends(word, size, "omach") ||
               txt_form_ends(word, size, "och") || txt_form_ends(word, size, "tech")) {
        add(forms, word, size, "s");
        add(forms, word, size, "es");
    } else if (txt_form_ends(word, size, "ch")) {
        add(forms, word, size, "es");
        add(forms, word, size, "s");
    } else if (txt_form_ends(word, size, "o") && !txt_form_is_vowel(word, size - 2)) {
        /* photos and potatoes, but verbs mostly as in echoes */
        add(forms, word, size, is_verb ? "es" : "s");
        add(forms, word, size, is_verb ? "s" : "es");
    } else {
        add(forms, word, size, "s");
    }
}

static void add_ed(TxtForms *forms, const char *word, size_t size)
{
    if (word[size - 1] == 'e')
        add(forms, word, size, "d");
    else if (ends_in_consonant_y(word, size))
        add(forms, word, size - 1, "ied");
    else if (word[size - 1] == 'c')
        add(forms, word, size, "ked");
    else
        add_vowel_ending(forms, word, size, "ed");
}

static void add_ing(TxtForms *forms, const char *word, size_t size)
{
    if (txt_form_ends(word, size, "ie"))
        add(forms, word, size - 2, "ying");
    else if (txt_form_ends(word, size, "ee") || txt_form_ends(word, size, "oe") ||
             txt_form_ends(word, size, "ye"))
        add(forms, word, size, "ing");
    else if (txt_form_ends(word, size, "e") && size > 2)
        add(forms, word, size - 1, "ing");
    else if (word[size - 1] == 'c')
        add(forms, word, size, "king");
    else
        add_vowel_ending(forms, word, size, "ing");
}

/* Only words that are short take these endings; others have no such form. */
static void add_comparison(TxtForms *forms, const char *word, size_t size, bool is_most)
{
    const size_t n = count_syllables(word, size) - (txt_form_ends(word, size, "e") ? 1 : 0);
    const bool is_y = ends_in_consonant_y(word, size);
    if (n > 2 || (n == 2 && !is_y && !txt_form_ends(word, size, "le") &&
                  !txt_form_ends(word, size, "ow") && !txt_form_ends(word, size, "er")))
        return;
    if (word[size - 1] == 'e')
        add(forms, word, size, is_most ? "st" : "r");
    else if (is_y)
        add(forms, word, size - 1, is_most ? "iest" : "ier");
    else
        add_vowel_ending(forms, word, size, is_most ? "est" : "er");
}

void txt_form_rules(const char *lemma, size_t size, TxtPtb tag, TxtForms *forms)
{
    forms->n = 0;
    switch (tag) {
    case TXT_PTB_NNS:
    case TXT_PTB_VBZ:
        add_s(forms, lemma, size, tag == TXT_PTB_VBZ);
        break;
    case TXT_PTB_VBD:
    case TXT_PTB_VBN:
        add_ed(forms, lemma, size);
        break;
    case TXT_PTB_VBG:
        add_ing(forms, lemma, size);
        break;
    case TXT_PTB_JJR:
    case TXT_PTB_RBR:
        add_comparison(forms, lemma, size, false);
        break;
    case TXT_PTB_JJS:
    case TXT_PTB_RBS:
        add_comparison(forms, lemma, size, true);
        break;
    default:
        break;
    }
}
