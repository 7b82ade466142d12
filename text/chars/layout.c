/* The rows of each layout, and who is near whom. */
#include "text/chars/layout.h"

#include <stdlib.h>
#include <string.h>

#include "text/chars/hangul.h"
#include "text/domain/draw.h"
#include "text/unicode/case.h"
#include "text/unicode/unicode.h"

/* Rows from the digits down, each with the place of its first key in quarters of a key. */
typedef struct Row {
    int offset;
    const char *keys;
} Row;

#define N_ROWS 4

const char *const txt_layout_names[] = {"qwerty", "qwertz", "azerty", "dubeolsik", NULL};

static const Row qwerty[N_ROWS] = {
    {0, "1234567890-="}, {2, "qwertyuiop[]"}, {3, "asdfghjkl;'"}, {5, "zxcvbnm,./"}};
static const Row qwertz[N_ROWS] = {
    {0, "1234567890ß"}, {2, "qwertzuiopü+"}, {3, "asdfghjklöä#"}, {1, "<yxcvbnm,.-"}};
static const Row azerty[N_ROWS] = {
    {0, "&é\"'(-è_çà)="}, {2, "azertyuiop^$"}, {3, "qsdfghjklmù*"}, {1, "<wxcvbn,;:!"}};
static const Row dubeolsik[N_ROWS] = {
    {0, ""}, {2, "ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔ"}, {3, "ㅁㄴㅇㄹㅎㅗㅓㅏㅣ"}, {5, "ㅋㅌㅊㅍㅠㅜㅡ"}};

/* A key and where it lies. */
typedef struct Key {
    int row, place;
    int32_t code;
} Key;

#define MOST_KEYS 64

static uint32_t list_keys(const Row *rows, Key *keys)
{
    uint32_t n = 0;
    for (int row = 0; row < N_ROWS; row++) {
        const uint8_t *bytes = (const uint8_t *)rows[row].keys;
        size_t left = strlen(rows[row].keys);
        for (int place = rows[row].offset; left > 0; place += 4) {
            keys[n] = (Key){.row = row, .place = place};
            const size_t size = txt_decode(bytes, left, &keys[n++].code);
            bytes += size;
            left -= size;
        }
    }
    return n;
}

/* Side by side, or in the next row and nearer than the width of a key. */
static bool are_near(const Key *a, const Key *b)
{
    const int rows = abs(a->row - b->row), places = abs(a->place - b->place);
    return rows == 0 ? places == 4 : rows == 1 && places < 4;
}

static bool is_wanted(int32_t code, bool has_digits, bool has_marks)
{
    if (txt_class(code) == TXT_CLASS_LETTER)
        return true;
    return txt_class(code) == TXT_CLASS_DIGIT ? has_digits : has_marks;
}

/* The place of a code in a layout; NULL: there is none. */
static TxtKeys *place_for(TxtLayout *layout, int32_t code)
{
    if (code < 0x80)
        return &layout->ascii[code];
    return layout->n_others < TXT_MOST_OTHER_KEYS ? &layout->others[layout->n_others++] : NULL;
}

/* The keys near one; with capitals in place of small letters where it is one. */
static void add(TxtLayout *layout, const TxtKeys *found, bool is_capital)
{
    const int32_t code = is_capital ? txt_upper(found->key) : found->key;
    TxtKeys *keys =
        found->n > 0 && (!is_capital || code != found->key) ? place_for(layout, code) : NULL;
    if (!keys)
        return;
    *keys = (TxtKeys){.key = (uint16_t)code, .n = found->n};
    for (uint32_t i = 0; i < found->n; i++)
        keys->near[i] = (uint16_t)(is_capital && found->near[i] != 0xdf ? txt_upper(found->near[i])
                                                                        : found->near[i]);
}

static void add_rows(TxtLayout *layout, const Row *rows, bool has_digits, bool has_marks)
{
    Key keys[MOST_KEYS];
    const uint32_t n = list_keys(rows, keys);
    for (uint32_t i = 0; i < n; i++) {
        TxtKeys found = {.key = (uint16_t)keys[i].code};
        for (uint32_t k = 0; k < n; k++)
            if (k != i && are_near(&keys[i], &keys[k]) &&
                is_wanted(keys[k].code, has_digits, has_marks))
                found.near[found.n++] = (uint16_t)keys[k].code;
        add(layout, &found, false);
        add(layout, &found, true);
    }
}

void txt_layout_init(TxtLayout *layout, TxtLayoutName name, bool has_digits, bool has_marks)
{
    /* A Korean keyboard has Latin letters, too. */
    static const Row *const rows[TXT_N_LAYOUTS] = {qwerty, qwertz, azerty, qwerty};
    memset(layout, 0, sizeof(*layout));
    add_rows(layout, rows[name], has_digits, has_marks);
    if (name == TXT_DUBEOLSIK)
        add_rows(layout, dubeolsik, has_digits, has_marks);
    layout->has_letters = true;
    for (int letter = 'a'; letter <= 'z'; letter++)
        layout->has_letters = layout->has_letters && layout->ascii[letter].n > 0 &&
                              layout->ascii[letter - 'a' + 'A'].n > 0;
}

const TxtKeys *txt_layout_near(const TxtLayout *layout, int32_t code)
{
    if (code < 0)
        return NULL;
    if (code < 0x80)
        return layout->ascii[code].n > 0 ? &layout->ascii[code] : NULL;
    for (uint32_t i = 0; i < layout->n_others; i++)
        if (layout->others[i].key == code)
            return &layout->others[i];
    return NULL;
}

bool txt_layout_has(const TxtLayout *layout, int32_t code)
{
    TxtSlips slips;
    if (txt_layout_near(layout, code))
        return true;
    return txt_is_syllable(code) && txt_hangul_slips(layout, code, &slips) > 0;
}

int32_t txt_layout_slip(const TxtLayout *layout, AugRng *rng, int32_t code)
{
    TxtSlips slips;
    const TxtKeys *keys = txt_layout_near(layout, code);
    if (keys)
        return keys->near[txt_below(rng, keys->n)];
    return slips.codes[txt_below(rng, txt_hangul_slips(layout, code, &slips))];
}
