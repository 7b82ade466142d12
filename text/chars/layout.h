/* Keyboards: which keys are near one another.
 *
 * A layout is described by its rows of keys; that two keys are neighbours follows from where they
 * lie. Rows are shifted against one another as on every keyboard, so a key has two neighbours in its
 * row and up to two in the row above and below.
 */
#ifndef TXT_LAYOUT_H
#define TXT_LAYOUT_H

#include "aug/random.h"
#include "text/op.h"

/* The layouts, in the order of txt_layout_names. */
typedef enum TxtLayoutName {
    TXT_QWERTY,
    TXT_QWERTZ,
    TXT_AZERTY,
    TXT_DUBEOLSIK,
    TXT_N_LAYOUTS,
} TxtLayoutName;

/* Their names, NULL behind the last. */
extern const char *const txt_layout_names[TXT_N_LAYOUTS + 1];

/* Neighbours of a key at most. */
#define TXT_MOST_NEIGHBOURS 6

/* Keys that are not ASCII at most, both cases of letters counted. */
#define TXT_MOST_OTHER_KEYS 64

/* What a key gives, and what the keys near it give: of a capital, capitals. */
typedef struct TxtKeys {
    uint16_t key;
    uint16_t n;
    uint16_t near[TXT_MOST_NEIGHBOURS];
} TxtKeys;

/* A layout; const once made. ascii: by the byte; has_letters: all letters of it have neighbours; others:
 * n_others keys. */
typedef struct TxtLayout {
    TxtKeys ascii[128];
    bool has_letters;
    uint32_t n_others;
    TxtKeys others[TXT_MOST_OTHER_KEYS];
} TxtLayout;

/* Makes one. has_digits, has_marks: digits, and what is neither letter nor digit, count as
 * neighbours. */
void txt_layout_init(TxtLayout *layout, TxtLayoutName name, bool has_digits, bool has_marks);

/* The neighbours of what a key gives; NULL where there are none. */
const TxtKeys *txt_layout_near(const TxtLayout *layout, int32_t code);

/* Whether a syllable of Hangul, or a letter of a layout, has neighbours. */
bool txt_layout_has(const TxtLayout *layout, int32_t code);

/* What comes of a slip to a neighbour, as likely as to another: another letter, or a syllable of
 * which one letter is another one of its kind. The code has neighbours. */
int32_t txt_layout_slip(const TxtLayout *layout, AugRng *rng, int32_t code);

#endif
