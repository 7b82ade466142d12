/* Korean words that negate or limit. */
#include "text/korean/korean.h"
#include "text/korean/syllable.h"

/* Syllables at most that a word is looked at for; a longer one is no word. */
#define MOST_SYLLABLES 40

/* Patterns, as codes: PREFIX at the start of a word, WHOLE all of it, INSIDE anywhere. */
typedef enum Where { INSIDE, PREFIX, WHOLE } Where;

typedef struct Cue {
    Where where;
    const uint16_t codes[3];
} Cue;

static const Cue cues[] = {
    {INSIDE, {u'않'}},
    {INSIDE, {u'없'}},
    {INSIDE, {u'못'}},
    {INSIDE, {u'아', u'니'}},
    {INSIDE, {u'아', u'닌'}},
    {INSIDE, {u'아', u'닐'}},
    {INSIDE, {u'아', u'님'}},
    {INSIDE, {u'아', u'닙'}},
    {INSIDE, {u'아', u'녔'}},
    {WHOLE, {u'아', u'냐'}},
    {WHOLE, {u'아', u'뇨'}},
    {WHOLE, {u'안'}},
    /* 하지 마세요, also written together. */
    {INSIDE, {u'지', u'마'}},
    {INSIDE, {u'지', u'말'}},
    {WHOLE, {u'마'}},
    {PREFIX, {u'마', u'라'}},
    {PREFIX, {u'마', u'요'}},
    {PREFIX, {u'마', u'세', u'요'}},
    {PREFIX, {u'마', u'십', u'시'}},
    {PREFIX, {u'마', u'시', u'길'}},
    {PREFIX, {u'마', u'시', u'고'}},
    {PREFIX, {u'말', u'고'}},
    {PREFIX, {u'말', u'구'}},
    {PREFIX, {u'말', u'아'}},
    {PREFIX, {u'말', u'자'}},
    {PREFIX, {u'말', u'라'}},
    {PREFIX, {u'말', u'든'}},
    {PREFIX, {u'말', u'길'}},
    {PREFIX, {u'말', u'기'}},
    {PREFIX, {u'말', u'지'}},
    {PREFIX, {u'말', u'았'}},
    {PREFIX, {u'말', u'아', u'야'}},
    /* Hardly, by no means, not at all. */
    {WHOLE, {u'별', u'로'}},
    {WHOLE, {u'결', u'코'}},
    {WHOLE, {u'전', u'혀'}},
    {WHOLE, {u'절', u'대'}},
    {WHOLE, {u'절', u'대', u'로'}},
    {WHOLE, {u'도', u'저', u'히'}},
};

/* First syllables of verbs that 안 is often written together with. Other words begin with it too
 * (안녕, 안경, 안내). */
static const uint16_t verbs[] = {
    u'되', u'돼', u'된', u'될', u'됐', u'됨', u'됩', u'하', u'한', u'할', u'해', u'했',
    u'함', u'합', u'좋', u'보', u'볼', u'봐', u'봤', u'본', u'봄', u'가', u'간', u'갈',
    u'갔', u'감', u'먹', u'맞', u'재', u'웃', u'무', u'나', u'난', u'날', u'났', u'오',
    u'온', u'올', u'와', u'왔', u'아', u'어', u'그', u'슬', u'울', u'쓰', u'써', u'썼',
    u'끝', u'믿', u'읽', u'사', u'살', u'찍', u'팔', u'들',
};

static bool is_at(const int32_t *codes, size_t n, const uint16_t *cue, size_t size)
{
    if (n < size)
        return false;
    for (size_t i = 0; i < size; i++)
        if (codes[i] != cue[i])
            return false;
    return true;
}

/* Whether a cue begins with this syllable: most begin none, and are passed over. */
static bool begins_cue(int32_t code)
{
    switch (code) {
    case u'않':
    case u'없':
    case u'못':
    case u'아':
    case u'안':
    case u'지':
    case u'마':
    case u'말':
    case u'별':
    case u'결':
    case u'전':
    case u'절':
    case u'도':
        return true;
    default:
        return false;
    }
}

/* Whether a cue stands at place i of n codes. */
static bool is_cue(const int32_t *codes, size_t n, size_t i, const Cue *cue)
{
    size_t size = 0;
    while (size < 3 && cue->codes[size])
        size++;
    if (cue->where != INSIDE && (i > 0 || (cue->where == WHOLE && n != size)))
        return false;
    return is_at(codes + i, n - i, cue->codes, size);
}

static bool has_cue(const int32_t *codes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; begins_cue(codes[i]) && k < sizeof(cues) / sizeof(cues[0]); k++)
            if (is_cue(codes, n, i, &cues[k]))
                return true;
    return false;
}

/* Whether the word is a verb behind 안. */
static bool is_verb_behind_not(const int32_t *codes, size_t n)
{
    if (n < 2 || codes[0] != u'안')
        return false;
    for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
        if (codes[1] == verbs[i])
            return true;
    return false;
}

/* Reads the codes of a word; returns how many. */
static size_t read_codes(const uint8_t *word, size_t size, int32_t codes[MOST_SYLLABLES])
{
    size_t n = 0;
    for (size_t at = 0; at < size && n < MOST_SYLLABLES; n++)
        at += txt_syllable_read(word + at, size - at, &codes[n]);
    return n;
}

bool txt_korean_is_negation(const uint8_t *word, size_t size)
{
    int32_t codes[MOST_SYLLABLES];
    const size_t n = read_codes(word, size, codes);
    return has_cue(codes, n) || is_verb_behind_not(codes, n);
}

bool txt_korean_is_turned(const uint8_t *word, size_t size)
{
    int32_t codes[MOST_SYLLABLES];
    size_t n = read_codes(word, size, codes);
    if (n < 2 || n == MOST_SYLLABLES)
        return false;
    const int32_t last = codes[n - 1];
    if (last == u'질' || last == u'진')
        return true;
    if (last == u'는' || last == u'도' || last == u'를' || last == u'가')
        n--;
    return n > 1 && codes[n - 1] == u'지';
}
