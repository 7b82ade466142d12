/* Rules of English spelling, for the files of this room. */
#ifndef TXT_FORMS_H
#define TXT_FORMS_H

#include "text/english/english.h"

/* Forms by rule, most probable first. */
#define TXT_MAX_RULED 3

/* Some forms. */
typedef struct TxtForms {
    TxtForm items[TXT_MAX_RULED];
    uint32_t n;
} TxtForms;

/* Copies a word; false if it is empty or too long. */
bool txt_form_set(TxtForm *form, const char *text, size_t size);

/* Adds letters behind the first `keep` of a word; false if it gets too long. */
bool txt_form_make(TxtForm *form, const char *word, size_t keep, const char *ending);

/* Whether a word ends in some letters, and has others before. */
bool txt_form_ends(const char *word, size_t size, const char *ending);

/* Whether a letter of a word is a vowel; u behind q is none, y is one behind a consonant. */
bool txt_form_is_vowel(const char *word, size_t i);

/* The form of a base for a tag, as spelling rules have it. */
void txt_form_rules(const char *lemma, size_t size, TxtPtb tag, TxtForms *forms);

#endif
