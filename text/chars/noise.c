/* The walk: units in random order, places of each in random order, until there are enough. */
#include "text/chars/noise.h"

#include <string.h>

#include "text/domain/amount.h"
#include "text/domain/draw.h"
#include "text/unicode/unicode.h"

/* One text in work. left: spans with which units begin that were not drawn, n_left of them;
 * n_words: what alpha is a share of. */
typedef struct Walk {
    const TxtNoise *noise;
    const TxtNoiseHooks *hooks;
    const void *context;
    AugRng *rng;
    const TxtDoc *doc;
    TxtEdits *edits;
    uint32_t *left;
    uint32_t n_left, n_words;
} Walk;

static bool is_unsegmented(const TxtSpan *span)
{
    return span->kind == TXT_WORD && (span->flags & TXT_UNSEGMENTED);
}

/* Number of the span behind a piece, which lies in a span label or does not. */
static uint32_t piece_end(const TxtDoc *doc, uint32_t first)
{
    uint32_t end = first + 1;
    while (end < doc->n_spans && end - first < TXT_PIECE && is_unsegmented(&doc->spans[end]) &&
           !((doc->spans[end].flags ^ doc->spans[first].flags) & TXT_LABELLED))
        end++;
    return end;
}

/* Units of a text that has pieces. */
static void find_pieces(Walk *walk)
{
    const TxtDoc *doc = walk->doc;
    const uint32_t least = (uint32_t)walk->noise->min_length;
    walk->n_left = 0;
    walk->n_words = doc->n_tokens;
    for (uint32_t i = 0; i < doc->n_spans; i++) {
        const TxtSpan *span = &doc->spans[i];
        if (span->kind != TXT_WORD)
            continue;
        if (span->flags & TXT_UNSEGMENTED) {
            walk->left[walk->n_left++] = i;
            const uint32_t last = piece_end(doc, i) - 1;
            walk->n_words -= last - i;
            i = last;
        } else {
            /* A character has a byte at least, so this says no to none that is long enough. */
            walk->left[walk->n_left] = i;
            walk->n_left += txt_span_size(span) >= least;
        }
    }
}

/* Without a branch on what a span is, since words come as they like. */
static void find_units(Walk *walk)
{
    const TxtDoc *doc = walk->doc;
    const uint32_t least = (uint32_t)walk->noise->min_length;
    uint32_t n = 0, flags = 0;
    walk->left = doc->scratch;
    walk->n_words = doc->n_tokens;
    for (uint32_t i = 0; i < doc->n_spans; i++) {
        const TxtSpan *span = &doc->spans[i];
        walk->left[n] = i;
        n += (span->kind == TXT_WORD) & (txt_span_size(span) >= least);
        flags |= span->flags;
    }
    walk->n_left = n;
    if (flags & TXT_UNSEGMENTED)
        find_pieces(walk);
}

/* Where the characters of a unit of ASCII begin. */
#define FROM(n) (n), (n) + 1, (n) + 2, (n) + 3
#define FROM_16(n) FROM(n), FROM((n) + 4), FROM((n) + 8), FROM((n) + 12)
#define FROM_64(n) FROM_16(n), FROM_16((n) + 16), FROM_16((n) + 32), FROM_16((n) + 48)
static const uint16_t ascii_places[TXT_LONGEST_UNIT + 1] = {FROM_64(0), FROM_64(64), FROM_64(128),
                                                            FROM_64(192), TXT_LONGEST_UNIT};

/* The end of the character that begins at a place of a unit. */
static uint32_t char_end(const uint8_t *bytes, uint32_t end, uint32_t at)
{
    if (bytes[at] < 0x80 && (at + 1 == end || bytes[at + 1] < 0x80))
        return at + 1;
    return (uint32_t)txt_grapheme_end(bytes, end, at);
}

/* Cuts a unit; false if it is too long. */
static bool cut(const TxtDoc *doc, uint32_t number, TxtUnit *unit)
{
    const TxtSpan *span = &doc->spans[number];
    const uint32_t last = is_unsegmented(span) ? piece_end(doc, number) - 1 : number;
    const uint32_t end = doc->spans[last].end, size = end - span->start;
    if (size > TXT_LONGEST_UNIT)
        return false;
    unit->text = doc->bytes;
    unit->text_size = doc->size;
    unit->start = span->start;
    unit->is_ascii = span->flags & TXT_ASCII;
    unit->is_labelled = span->flags & TXT_LABELLED;
    unit->is_upper = span->flags & TXT_UPPER;
    if (unit->is_ascii) {
        unit->at = ascii_places;
        unit->n = size;
        return true;
    }
    unit->n = 0;
    for (uint32_t at = span->start; at < end; at = char_end(doc->bytes, end, at))
        unit->own[unit->n++] = (uint16_t)(at - span->start);
    unit->own[unit->n] = (uint16_t)size;
    unit->at = unit->own;
    return true;
}

/* Characters that were changed: a bit each. */
typedef struct Changed {
    uint64_t words[TXT_LONGEST_UNIT / 64];
} Changed;

/* Marks those of a place; false if one of them is marked already. */
static bool take(Changed *changed, TxtPlace place)
{
    for (uint32_t i = place.at; i < (uint32_t)place.at + place.n; i++)
        if (changed->words[i / 64] >> (i % 64) & 1)
            return false;
    for (uint32_t i = place.at; i < (uint32_t)place.at + place.n; i++)
        changed->words[i / 64] |= UINT64_C(1) << (i % 64);
    return true;
}

/* Numbers of the bits that are set, ascending; returns how many. Mostly they stand side by side. */
static uint32_t list_spots(uint32_t spots, uint8_t list[TXT_AT_ONCE + 1])
{
    static const uint8_t numbers[2 * TXT_AT_ONCE + 2] = {FROM_16(0), FROM_16(16), 32, 33};
    if (spots == 0)
        return 0;
    const uint32_t first = (uint32_t)__builtin_ctz(spots);
    uint32_t n = 32 - (uint32_t)__builtin_clz(spots) - first;
    memcpy(list, numbers + first, TXT_AT_ONCE + 1);
    if (spots >> first == (UINT32_C(1) << n) - 1)
        return n;
    for (n = 0; spots != 0; spots &= spots - 1)
        list[n++] = (uint8_t)__builtin_ctz(spots);
    return n;
}

/* What edit_unit does, for a unit that spots is for. wanted: places to be changed. */
static bool edit_spots(const Walk *walk, const TxtUnit *unit, uint32_t wanted)
{
    const TxtNoiseHooks *hooks = walk->hooks;
    const uint32_t wide = (UINT32_C(1) << hooks->width) - 1;
    uint8_t list[TXT_AT_ONCE + 1];
    uint32_t n = list_spots(hooks->spots(walk->context, unit), list);
    const bool has_place = n > 0;
    for (uint32_t changed = 0; n > 0 && wanted > 0;) {
        const uint32_t pick = txt_below(walk->rng, n), at = list[pick];
        list[pick] = list[--n];
        if (changed & wide << at)
            continue;
        changed |= wide << at;
        hooks->edit(walk->context, walk->rng, unit,
                    (TxtPlace){.at = (uint16_t)at, .n = hooks->width}, walk->edits);
        wanted--;
    }
    return has_place;
}

/* Changes one unit; false where there is no place for it. */
static bool edit_unit(const Walk *walk, uint32_t number)
{
    const TxtNoise *noise = walk->noise;
    TxtPlace places[TXT_MOST_PLACES];
    TxtUnit unit;
    if (!cut(walk->doc, number, &unit))
        return false;
    unit.failed = &walk->edits->failed;
    const bool is_piece = walk->doc->spans[number].flags & TXT_UNSEGMENTED;
    if ((!is_piece && unit.n < (uint32_t)noise->min_length) || unit.n <= walk->hooks->n_kept)
        return false;
    unit.first = noise->keep_first && !is_piece;
    unit.last = noise->keep_last && !is_piece ? unit.n - 1 : unit.n;
    uint32_t wanted = (uint32_t)(noise->char_p * unit.n);
    wanted = wanted > unit.n - walk->hooks->n_kept ? unit.n - walk->hooks->n_kept : wanted;
    wanted = wanted > 0 ? wanted : 1;
    if (unit.is_ascii && unit.n <= TXT_AT_ONCE && walk->hooks->spots)
        return edit_spots(walk, &unit, wanted);
    uint32_t n = walk->hooks->find(walk->context, &unit, places);
    const bool has_place = n > 0;
    for (Changed changed = {0}; n > 0 && wanted > 0;) {
        const uint32_t pick = txt_below(walk->rng, n);
        const TxtPlace place = places[pick];
        places[pick] = places[--n];
        if (!take(&changed, place))
            continue;
        walk->hooks->edit(walk->context, walk->rng, &unit, place, walk->edits);
        wanted--;
    }
    return has_place;
}

TxtOutcome txt_noise(const TxtNoise *noise, const TxtNoiseHooks *hooks, const void *context,
                     AugRng *rng, const TxtDoc *doc, TxtEdits *edits)
{
    Walk walk = {
        .noise = noise,
        .hooks = hooks,
        .context = context,
        .rng = rng,
        .doc = doc,
        .edits = edits,
    };
    find_units(&walk);
    if (walk.n_left == 0)
        return TXT_NOT_APPLICABLE;
    const uint32_t wanted = txt_amount(noise->alpha, noise->n, walk.n_words);
    uint32_t n = 0;
    while (n < wanted && walk.n_left > 0) {
        const uint32_t pick = txt_below(rng, walk.n_left), number = walk.left[pick];
        walk.left[pick] = walk.left[--walk.n_left];
        n += edit_unit(&walk, number);
    }
    if (n < wanted)
        return n > 0 ? TXT_FEWER : TXT_NOT_APPLICABLE;
    return n > 0 ? TXT_APPLIED : TXT_UNCHANGED;
}

uint64_t txt_noise_grows(const TxtNoise *noise, uint64_t size, uint64_t more)
{
    /* One place in every unit, and beyond that a share of all characters; a word has a byte and a
     * space at least. */
    const uint64_t words = size / 2 + 1;
    const uint64_t share = 1 + (uint64_t)(noise->alpha * (double)words);
    const uint64_t asked = noise->n > 0 ? (uint64_t)noise->n : share;
    const uint64_t places =
        (asked < words ? asked : words) + (uint64_t)(noise->char_p * (double)size);
    return size + (places < size + 1 ? places : size + 1) * more;
}

int32_t txt_unit_high_code(const TxtUnit *unit, uint32_t i)
{
    int32_t code;
    txt_decode(txt_unit_char(unit, i), txt_unit_size(unit, i), &code);
    return code;
}

bool txt_unit_is_letter(const TxtUnit *unit, uint32_t i)
{
    const uint8_t byte = *txt_unit_char(unit, i);
    if (byte < 0x80)
        return (uint8_t)((byte | 0x20) - 'a') < 26;
    return txt_class(txt_unit_code(unit, i)) == TXT_CLASS_LETTER;
}
