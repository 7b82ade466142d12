/* How words are written: case, and the article before them. */
#include <string.h>

#include "text/english/english.h"

static bool is_capital(uint8_t byte)
{
    return byte >= 'A' && byte <= 'Z';
}

static bool is_small(uint8_t byte)
{
    return byte >= 'a' && byte <= 'z';
}

static bool raise_from(TxtForm *form, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        if ((uint8_t)form->text[i] >= 0x80)
            return false;
        if (is_small((uint8_t)form->text[i]))
            form->text[i] = (char)(form->text[i] - 'a' + 'A');
    }
    return true;
}

bool txt_english_copy_case(const uint8_t *word, size_t size, TxtForm *form)
{
    size_t capitals = 0, smalls = 0;
    for (size_t i = 0; i < size; i++) {
        if (word[i] >= 0x80)
            return false;
        capitals += is_capital(word[i]);
        smalls += is_small(word[i]);
    }
    if (capitals == 0)
        return true;
    if (capitals == 1 && is_capital(word[0]))
        return raise_from(form, 0, 1);
    return smalls == 0 && raise_from(form, 0, form->size);
}

/* Words that are spoken otherwise than they begin; a part of a word stands for all that begin so,
 * and the longest one counts. */
typedef struct Beginning {
    const char *letters;
    bool takes_an;
} Beginning;

/* clang-format off */
static const Beginning beginnings[] = {
    {"hour", true}, {"houri", false}, {"honest", true}, {"honor", true}, {"honour", true},
    {"heir", true}, {"herb", true}, {"herbert", false}, {"herbivor", false}, {"hors", true},
    {"horse", false}, {"horsi", false}, {"horsy", false}, {"horst", false},
    {"one", false}, {"oneg", true}, {"oner", true}, {"onei", true}, {"once", false},
    {"onco", true}, {"ouija", false}, {"ew", false}, {"eu", false},
    {"ubi", false}, {"ufo", false}, {"uga", false}, {"uk", false}, {"ukr", false},
    {"unanim", false}, {"unary", false}, {"uni", false}, {"unid", true}, {"unidir", false},
    {"unim", true}, {"unimod", false}, {"unin", true}, {"unir", true}, {"unis", false},
    {"uniss", true}, {"unintel", true}, {"ura", false}, {"ure", false}, {"uri", false},
    {"uro", false}, {"usa", false}, {"use", false}, {"usi", false}, {"usu", false},
    {"ute", false}, {"uti", false}, {"uto", false}, {"uv", false}, {"fbi", true}, {"mba", true}, {"mri", true}, {"nba", true}, {"xm", true}, {"xr", true},
};
/* clang-format on */

static bool begins(const uint8_t *word, size_t size, const char *letters, size_t n)
{
    if (size < n)
        return false;
    for (size_t i = 0; i < n; i++)
        if ((word[i] | 0x20) != (uint8_t)letters[i])
            return false;
    return true;
}

/* Letters that are read one by one, and numbers. */
static bool is_spelt_out(const uint8_t *word, size_t size)
{
    size_t vowels = 0, capitals = 0;
    for (size_t i = 0; i < size; i++) {
        capitals += is_capital(word[i]);
        vowels += is_capital(word[i]) && strchr("AEIOUY", word[i]) != NULL;
    }
    return size == 1 || (capitals > 1 && capitals == size && vowels == 0);
}

static bool number_takes_an(const uint8_t *word, size_t size)
{
    size_t digits = 0;
    while (digits < size && word[digits] >= '0' && word[digits] <= '9')
        digits++;
    if (word[0] == '8')
        return true;
    return word[0] == '1' && digits % 3 == 2 && (word[1] == '1' || word[1] == '8');
}

bool txt_english_takes_an(TxtSlice slice)
{
    const uint8_t *word = (const uint8_t *)slice.text;
    const size_t size = slice.size;
    if (size == 0)
        return false;
    if (word[0] >= '0' && word[0] <= '9')
        return number_takes_an(word, size);
    if (is_spelt_out(word, size))
        return strchr("aefhilmnorsx", word[0] | 0x20) != NULL;
    bool takes_an = strchr("aeiou", word[0] | 0x20) != NULL;
    size_t longest = 0;
    for (size_t i = 0; i < sizeof(beginnings) / sizeof(*beginnings); i++) {
        const size_t n = strlen(beginnings[i].letters);
        if (n > longest && begins(word, size, beginnings[i].letters, n)) {
            longest = n;
            takes_an = beginnings[i].takes_an;
        }
    }
    return takes_an;
}

bool txt_english_is_article(const TxtDoc *doc, uint32_t number)
{
    const TxtSpan *span = &doc->spans[number];
    const uint8_t *bytes = doc->bytes + span->start;
    const uint32_t size = txt_span_size(span);
    return (size == 1 || (size == 2 && (bytes[1] | 0x20) == 'n')) && (bytes[0] | 0x20) == 'a';
}

TxtArticle txt_english_article(const TxtDoc *doc, uint32_t place, TxtSlice before, TxtSlice now,
                               uint32_t *span, TxtForm *article)
{
    if (place < 2 || doc->spans[place - 1].kind != TXT_SPACE ||
        !txt_english_is_article(doc, place - 2) || now.size == 0 || before.size == 0)
        return TXT_ARTICLE_STAYS;
    const TxtSpan *found = &doc->spans[place - 2];
    const uint8_t *bytes = doc->bytes + found->start;
    const bool is_an = txt_span_size(found) == 2;
    const bool takes_an = txt_english_takes_an(now);
    if (takes_an == is_an || txt_english_takes_an(before) != is_an)
        return TXT_ARTICLE_STAYS;
    if (found->kind != TXT_WORD)
        return TXT_ARTICLE_LOCKED;
    const bool is_upper =
        is_an ? is_capital(bytes[1])
              : is_capital(bytes[0]) && now.size > 1 && is_capital((uint8_t)now.text[1]);
    *span = place - 2;
    article->text[0] = (char)bytes[0];
    article->text[1] = is_upper ? 'N' : 'n';
    article->size = takes_an ? 2 : 1;
    return TXT_ARTICLE_CHANGES;
}
