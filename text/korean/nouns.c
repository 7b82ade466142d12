/* Nouns of a lexicon in eojeol. */
#include "text/korean/nouns.h"

#include <string.h>

#include "text/korean/syllable.h"
#include "text/unicode/unicode.h"

/* An eojeol with each syllable as one code. at: where its bytes come from. */
typedef struct Copy {
    uint8_t bytes[TXT_MOST_EOJEOL + 3];
    uint16_t at[TXT_MOST_EOJEOL + 4];
    size_t size;
} Copy;

/* Makes the copy of an eojeol of well-formed UTF-8; false for any other. */
static bool make_copy(const uint8_t *eojeol, size_t size, Copy *copy)
{
    copy->size = 0;
    for (size_t from = 0; from < size;) {
        int32_t code;
        const size_t used = txt_syllable_read(eojeol + from, size - from, &code);
        if (code < 0)
            return false;
        const size_t n = txt_encode(code, copy->bytes + copy->size);
        for (size_t i = 0; i < n; i++)
            copy->at[copy->size + i] = (uint16_t)from;
        copy->size += n;
        from += used;
    }
    copy->at[copy->size] = (uint16_t)size;
    return true;
}

/* Part of speech with which a text is a word of the lexicon, the first that is asked for; -1 if with
 * none. */
static int find_word(const TxtLexicon *lexicon, const uint8_t *text, size_t size, uint32_t parts,
                     uint32_t *lemma)
{
    /* Nouns first: those alone may take particles. */
    static const TxtPos order[TXT_N_POS] = {TXT_POS_NOUN, TXT_POS_ADVERB, TXT_POS_ADJECTIVE,
                                            TXT_POS_VERB, TXT_POS_NONE};
    uint8_t key[TXT_MOST_EOJEOL];
    for (size_t i = 0; i < size; i++)
        key[i] = text[i] >= 'A' && text[i] <= 'Z' ? text[i] | 0x20 : text[i];
    *lemma = txt_lexicon_lemma(lexicon, key, size);
    if (*lemma == TXT_NO_LEMMA)
        return -1;
    for (size_t i = 0; i < TXT_N_POS; i++)
        if ((parts >> order[i] & 1) && txt_lexicon_senses(lexicon, *lemma, order[i]).n > 0)
            return (int)order[i];
    return -1;
}

bool txt_korean_find(const TxtLexicon *lexicon, const uint8_t *eojeol, size_t size, uint32_t parts,
                     TxtKoreanNoun *noun)
{
    Copy copy;
    TxtSplit splits[TXT_MOST_SPLITS];
    if (size > TXT_MOST_EOJEOL || !make_copy(eojeol, size, &copy))
        return false;
    const size_t n = txt_korean_split(copy.bytes, copy.size, splits);
    for (size_t i = 0; i < n; i++) {
        const TxtSplit *split = &splits[i];
        uint32_t lemma;
        const uint32_t allowed = split->particle ? parts & 1u << TXT_POS_NOUN : parts;
        const int pos = find_word(lexicon, copy.bytes, split->stem_size, allowed, &lemma);
        /* The whole word is what it is, also where its part of speech is not asked for. */
        if (pos < 0 && (split->particle || lemma == TXT_NO_LEMMA))
            continue;
        *noun = (TxtKoreanNoun){
            .split = *split,
            .lemma = lemma,
            .pos = pos < 0 ? TXT_POS_NONE : (TxtPos)pos,
            .form = txt_korean_form(split, copy.bytes, split->stem_size),
            .stem_end = copy.at[split->stem_size],
            .form_end = copy.at[split->stem_size + split->form_size],
            .has_jamo = txt_korean_has_jamo(eojeol, size),
        };
        return pos >= 0;
    }
    return false;
}

size_t txt_korean_replace(const TxtKoreanNoun *noun, const char *word, size_t size,
                          uint8_t out[TXT_MOST_NOUN], uint32_t *end)
{
    uint8_t made[TXT_MAX_WORD_SIZE + 32];
    const char *form = txt_korean_form(&noun->split, (const uint8_t *)word, size);
    if (!form || !noun->form)
        return 0;
    const bool is_same = strcmp(form, noun->form) == 0;
    const size_t form_size = is_same ? 0 : strlen(form);
    memcpy(made, word, size);
    memcpy(made + size, form, form_size);
    *end = is_same ? noun->stem_end : noun->form_end;
    if (noun->has_jamo)
        return txt_korean_decompose(made, size + form_size, out, TXT_MOST_NOUN);
    memcpy(out, made, size + form_size);
    return size + form_size;
}
