/* The loops that read bits. Glossary:
 *
 *   place   number of a coefficient in its block, in the order of the file (zigzag), 0 to 63
 *   state   how many bits are valid, and above bit 8 how many places would be left behind the next
 *           coefficient: 63 - place. One subtraction of an entry's low 16 bits moves both. It becomes
 *           negative where the block ends, where an entry says nothing, and where a coefficient
 *           would lie beyond the block; so one test in the loop finds all three
 *
 * Bits are taken from the upper end of a word of 64, filled by one load that may read bits twice:
 * what it puts below the valid ones are those that follow in the data. A filling leaves 56 and more,
 * and a look-up takes at most 22 (tables.h), so there are two of them to a filling.
 */
#include "image/codec/jpeg/entropy.h"

#include <endian.h>
#include <string.h>

/* Place in a block of 8 rows of 8, by the number of places that are left behind it. */
static const uint8_t natural_by_left[64] = {
    63, 62, 55, 47, 54, 61, 60, 53, 46, 39, 31, 38, 45, 52, 59, 58, 51, 44, 37, 30, 23, 15,
    22, 29, 36, 43, 50, 57, 56, 49, 42, 35, 28, 21, 14, 7,  6,  13, 20, 27, 34, 41, 48, 40,
    33, 26, 19, 12, 5,  4,  11, 18, 25, 32, 24, 17, 10, 3,  2,  9,  16, 8,  1,  0};

/* State before the first AC coefficient: 62 places are left behind it. */
#define FIRST_AC (62 << 8)

/* Of an entry's advance, the end of a block. */
#define END_ADVANCE 128

/* Last place whose block has no coefficient but in its upper left quarter. */
#define QUARTER_PLACE 9

typedef struct Bits {
    const uint8_t *at;
    uint64_t bits;
    int32_t state;
} Bits;

typedef enum Progress { BAD, GOES_ON, ENDED } Progress;

static inline void fill_bits(Bits *bits)
{
    uint64_t word;
    memcpy(&word, bits->at, sizeof(word));
    bits->bits |= be64toh(word) >> (bits->state & 63);
    bits->at += ~bits->state >> 3 & 7;
    bits->state |= 56;
}

/* The value in the last size of the next length bits (T.81, F.2.2.1): a first bit of 0 says that it
 * is negative. */
static inline int32_t value_at(uint64_t bits, uint32_t length, uint32_t size)
{
    const uint64_t begin = bits << ((length - size) & 63);
    const int32_t plain = (int32_t)(begin >> 1 >> (63 - size));
    const int32_t is_negative = (int32_t)((int64_t)~begin >> 63);
    return plain + (is_negative & (int32_t)(1u - (1u << size)));
}

static inline bool is_escape(uint32_t entry)
{
    return (entry & IMG_JPEG_ESCAPE) == IMG_JPEG_ESCAPE;
}

/* The symbol of the next code, and its length; 0: there is no such code. */
static int find_symbol(const ImgJpegCanon *canon, uint64_t bits, uint32_t *length)
{
    const uint32_t code = (uint32_t)(bits >> 48);
    for (uint32_t i = 1; i <= 16; i++)
        if (code < canon->limits[i]) {
            *length = i;
            return canon->symbols[(int32_t)(code >> (16 - i)) + canon->offsets[i]];
        }
    *length = 0;
    return 0;
}

/* One AC symbol by its code, whatever it is. block: NULL where its value is not wanted. */
static __attribute__((noinline)) Progress step_by_code(Bits *bits, const ImgJpegPlace *place,
                                                       int16_t *block)
{
    fill_bits(bits);
    uint32_t length;
    const int symbol = find_symbol(&place->coder->ac_canon, bits->bits, &length);
    const int run = symbol >> 4, left = (bits->state >> 8) - run;
    const uint32_t size = symbol & 15;
    if (length == 0 || size > IMG_JPEG_AC_SIZE || (size == 0 && run != 0 && run != 15))
        return BAD;
    if (symbol == 0) {
        bits->bits <<= length;
        bits->state -= (int32_t)length;
        return ENDED;
    }
    if (left < 0)
        return BAD;
    const int32_t value = value_at(bits->bits, length + size, size);
    const int32_t product = value * place->quantiser[63 - left];
    if (product < -IMG_JPEG_MOST || product > IMG_JPEG_MOST)
        return BAD;
    if (block)
        block[natural_by_left[left]] = (int16_t)value;
    bits->bits <<= length + size;
    bits->state -= ((run + 1) << 8) + (int32_t)(length + size);
    return bits->state < 0 ? ENDED : GOES_ON;
}

/* An entry for a DC difference that is in no table; an escape if it is in no code. */
static __attribute__((noinline)) uint32_t find_dc(const Bits *bits, const ImgJpegPlace *place)
{
    uint32_t length;
    const uint32_t size = (uint32_t)find_symbol(&place->coder->dc_canon, bits->bits, &length);
    if (length == 0 || size > IMG_JPEG_DC_SIZE)
        return IMG_JPEG_ESCAPE;
    return (length + size) | (length + size) << 16 | size << 24;
}

/* Adds a difference to the DC coefficient before; false if that is out of bounds. */
static inline bool add_dc(const Bits *bits, uint32_t entry, const ImgJpegPlace *place, int32_t *dc)
{
    *dc += value_at(bits->bits, entry >> 16 & 255, entry >> 24);
    return (uint32_t)(*dc + place->dc_most) <= 2 * (uint32_t)place->dc_most;
}

static inline uint8_t extent_of(int last_place)
{
    return last_place == 0               ? IMG_JPEG_DC_ONLY
           : last_place <= QUARTER_PLACE ? IMG_JPEG_QUARTER
                                         : IMG_JPEG_FULL;
}

/* Takes the coefficients of an entry; length: bits up to the end of the last one's value. */
static inline void take_pair(const Bits *bits, uint32_t entry, int left, uint32_t length,
                             int16_t *block)
{
    block[natural_by_left[(bits->state >> 8) - (int)(entry >> 20 & 15)]] =
        (int16_t)((int32_t)entry >> 24);
    block[natural_by_left[left]] |= (int16_t)value_at(bits->bits, length, entry >> 16 & 15);
}

/* One look-up; false, with nothing done, where the block seems to end. */
static inline bool step(Bits *bits, const uint32_t *table, int16_t *block, uint32_t *entry)
{
    *entry = table[bits->bits >> (64 - IMG_JPEG_AC_BITS)];
    const int32_t next = bits->state - (int32_t)(*entry & 0xffff);
    if (next < 0)
        return false;
    take_pair(bits, *entry, (next >> 8) + 1, *entry & 255, block);
    bits->bits <<= *entry & 63;
    bits->state = next;
    return true;
}

/* Does what step did not: the end of a block, or one symbol by its code. */
static inline Progress end_block(Bits *bits, uint32_t entry, const ImgJpegPlace *place,
                                 int16_t *block, uint8_t *extent)
{
    const int32_t next = bits->state - (int32_t)(entry & 0xffff);
    const int left = next >> 8;
    if ((entry & IMG_JPEG_END) && left + END_ADVANCE >= 0) {
        const uint32_t length = (entry & 255) - (uint32_t)place->coder->end_length;
        take_pair(bits, entry, left + END_ADVANCE + 1, length, block);
        *extent = extent_of(62 - left - END_ADVANCE);
    } else if (!(entry & IMG_JPEG_END) && left == -1) {
        take_pair(bits, entry, 0, entry & 255, block);
        *extent = IMG_JPEG_FULL;
    } else {
        const Progress progress = step_by_code(bits, place, block);
        *extent = extent_of(62 - (bits->state >> 8));
        return progress;
    }
    bits->bits <<= entry & 63;
    bits->state = next;
    return ENDED;
}

static inline bool decode_block(Bits *bits, const ImgJpegPlace *place, int32_t *dc, int16_t *block,
                                uint8_t *extent)
{
    fill_bits(bits);
    uint32_t entry = place->coder->dc[bits->bits >> (64 - IMG_JPEG_DC_BITS)];
    if (is_escape(entry))
        entry = find_dc(bits, place);
    if (is_escape(entry) || !add_dc(bits, entry, place, dc))
        return false;
    block[0] = (int16_t)*dc;
    bits->bits <<= entry & 63;
    bits->state += FIRST_AC - (int32_t)(entry & 255);
    const uint32_t *table = place->coder->ac;
    for (;;) {
        fill_bits(bits);
        if (step(bits, table, block, &entry) && step(bits, table, block, &entry))
            continue;
        const Progress progress = end_block(bits, entry, place, block, extent);
        if (progress != GOES_ON) {
            bits->state &= 255;
            return progress == ENDED;
        }
    }
}

/* Whether an entry that leads to a negative state ends the block, and does not go beyond it. */
static inline bool ends_well(uint32_t entry, int32_t next)
{
    return entry & IMG_JPEG_END ? (next >> 8) + END_ADVANCE >= 0 : next >> 8 == -1;
}

static __attribute__((noinline)) bool skip_by_code(Bits *bits, const ImgJpegPlace *place)
{
    Progress progress;
    do
        progress = step_by_code(bits, place, NULL);
    while (progress == GOES_ON);
    return progress == ENDED;
}

/* Skips AC coefficients up to the end of the block. */
static inline bool skip_rest(Bits *bits, const ImgJpegPlace *place)
{
    const uint16_t *table = place->coder->skip_ac.entries + (1 << IMG_JPEG_SKIP_AC_BITS);
    for (;;) {
        fill_bits(bits);
        for (int i = 0; i < 2; i++) {
            const uint32_t entry = table[bits->bits >> (64 - IMG_JPEG_SKIP_AC_BITS)];
            const int32_t next = bits->state - (int32_t)entry;
            if (next < 0 && !ends_well(entry, next))
                return skip_by_code(bits, place);
            bits->bits <<= entry & 63;
            bits->state = next;
            if (next < 0)
                return true;
        }
    }
}

static inline bool skip_block(Bits *bits, const ImgJpegPlace *place, int32_t *dc)
{
    fill_bits(bits);
    uint32_t entry = place->coder->skip_dc[bits->bits >> (64 - IMG_JPEG_SKIP_DC_BITS)];
    if (is_escape(entry))
        entry = find_dc(bits, place);
    if (is_escape(entry) || !add_dc(bits, entry, place, dc))
        return false;
    int32_t next = bits->state + FIRST_AC - (int32_t)(entry & 0xffff);
    if (next < 0 && !ends_well(entry, next)) {
        entry = entry >> 16 & 255;
        next = bits->state + FIRST_AC - (int32_t)entry;
    }
    bits->bits <<= entry & 63;
    bits->state = next;
    const bool good = next < 0 || skip_rest(bits, place);
    bits->state &= 255;
    return good;
}

/* Bits of the code that ends a block. */
static int end_length_of(const ImgJpegCodes *codes)
{
    int i = 0;
    for (int length = 1; length <= 16; length++)
        for (int n = codes->counts[length - 1]; n > 0; n--)
            if (codes->symbols[i++] == 0)
                return length;
    return 0;
}

/* Largest size of AC values whose products with any of the quantisers are within bounds. */
static int most_size_of(const uint8_t *quantiser)
{
    int most = 1, size = 0;
    for (int place = 1; place < 64; place++)
        most = quantiser[place] > most ? quantiser[place] : most;
    while (size < IMG_JPEG_AC_SIZE && ((2 << size) - 1) * most <= IMG_JPEG_MOST)
        size++;
    return size;
}

/* The coder of a component's tables, which others may use, too; NULL if they are refused. */
static ImgJpegCoder *take_coder(ImgJpegEntropy *entropy, const ImgJpegComponent *component)
{
    const int most_size = most_size_of(component->quantiser);
    for (uint32_t i = 0; i < entropy->n_coders; i++) {
        ImgJpegCoder *coder = &entropy->coders[i];
        if (coder->dc_codes == component->dc && coder->ac_codes == component->ac) {
            coder->most_size = most_size < coder->most_size ? most_size : coder->most_size;
            return coder;
        }
    }
    ImgJpegCoder *coder = &entropy->coders[entropy->n_coders++];
    coder->dc_codes = component->dc;
    coder->ac_codes = component->ac;
    coder->most_size = most_size;
    coder->end_length = end_length_of(component->ac);
    const bool good = img_jpeg_canon_make(&coder->dc_canon, component->dc, true) &&
                      img_jpeg_canon_make(&coder->ac_canon, component->ac, false);
    return good ? coder : NULL;
}

/* Adds the blocks of a component; first is the number of its first one in the group. */
static void add_places(ImgJpegEntropy *entropy, int i, const ImgJpegCoder *coder, uint32_t first)
{
    const ImgJpegComponent *component = &entropy->file->components[i];
    const int most =
        component->quantiser[0] ? IMG_JPEG_MOST / component->quantiser[0] : IMG_JPEG_MOST;
    for (uint32_t v = 0; v < component->v; v++)
        for (uint32_t h = 0; h < component->h; h++)
            entropy->places[entropy->n_places++] = (ImgJpegPlace){
                .coder = coder,
                .quantiser = component->quantiser,
                .component = i,
                .dc_most = most,
                .first = first + v * component->h * IMG_JPEG_GROUP + h,
                .step = component->h,
            };
}

bool img_jpeg_entropy_open(ImgJpegEntropy *entropy, const ImgJpegFile *file,
                           const ImgJpegData *data)
{
    uint32_t first = 0;
    entropy->file = file;
    entropy->data = *data;
    entropy->n_mcus = img_jpeg_mcus_across(file) * img_jpeg_mcus_down(file);
    entropy->has_skips = false;
    entropy->n_places = entropy->n_coders = 0;
    for (int i = 0; i < file->n_components; i++) {
        const ImgJpegComponent *component = &file->components[i];
        const ImgJpegCoder *coder = take_coder(entropy, component);
        if (!coder)
            return false;
        add_places(entropy, i, coder, first);
        first += (uint32_t)component->h * component->v * IMG_JPEG_GROUP;
    }
    for (uint32_t i = 0; i < entropy->n_coders; i++) {
        ImgJpegCoder *coder = &entropy->coders[i];
        img_jpeg_dc_make(coder->dc, coder->dc_codes);
        img_jpeg_ac_make(coder->ac, coder->ac_codes, coder->most_size);
    }
    img_jpeg_entropy_seek_segment(entropy, 0);
    return true;
}

void img_jpeg_entropy_expect_skips(ImgJpegEntropy *entropy)
{
    for (uint32_t i = 0; !entropy->has_skips && i < entropy->n_coders; i++) {
        ImgJpegCoder *coder = &entropy->coders[i];
        img_jpeg_skip_ac_make(&coder->skip_ac, coder->ac_codes, coder->most_size);
        img_jpeg_skip_dc_make(coder->skip_dc, coder->dc_codes, &coder->skip_ac);
    }
    entropy->has_skips = true;
}

static void go_to(ImgJpegEntropy *entropy, uint32_t mcu, const ImgJpegPoint *point)
{
    Bits bits = {.at = entropy->data.bytes + point->at / 8};
    fill_bits(&bits);
    entropy->mcu = mcu;
    entropy->at = bits.at;
    entropy->bits = bits.bits << point->at % 8;
    entropy->n = bits.state - (int32_t)(point->at % 8);
    memcpy(entropy->dc, point->dc, sizeof(entropy->dc));
}

void img_jpeg_entropy_seek_segment(ImgJpegEntropy *entropy, uint32_t segment)
{
    const ImgJpegPoint point = {.at = (uint64_t)entropy->data.begins[segment] * 8};
    go_to(entropy, segment * entropy->file->restart_interval, &point);
}

bool img_jpeg_entropy_seek(ImgJpegEntropy *entropy, uint32_t mcu, const ImgJpegPoint *point)
{
    if (point->at > entropy->data.size * 8)
        return false;
    for (uint32_t i = 0; i < entropy->n_places; i++) {
        const ImgJpegPlace *place = &entropy->places[i];
        const int32_t dc = point->dc[place->component];
        if (dc < -place->dc_most || dc > place->dc_most)
            return false;
    }
    go_to(entropy, mcu, point);
    return true;
}

static uint64_t place_of(const ImgJpegEntropy *entropy)
{
    return (uint64_t)(entropy->at - entropy->data.bytes) * 8 - (uint64_t)entropy->n;
}

ImgJpegPoint img_jpeg_entropy_point(const ImgJpegEntropy *entropy)
{
    ImgJpegPoint point = {.at = place_of(entropy)};
    memcpy(point.dc, entropy->dc, sizeof(point.dc));
    return point;
}

/* Whether less than a byte is left of a segment: bits that fill it. */
static bool ends_at(const ImgJpegEntropy *entropy, uint32_t segment)
{
    const uint64_t end = (uint64_t)entropy->data.begins[segment + 1] * 8, at = place_of(entropy);
    return at <= end && end - at < 8;
}

bool img_jpeg_entropy_is_used_up(const ImgJpegEntropy *entropy)
{
    return entropy->mcu == entropy->n_mcus && ends_at(entropy, entropy->data.n_segments - 1);
}

/* Decodes n MCUs of one segment. */
static bool decode_run(ImgJpegEntropy *entropy, uint32_t first, uint32_t n)
{
    Bits bits = {.at = entropy->at, .bits = entropy->bits, .state = entropy->n};
    const uint8_t *end = entropy->data.bytes + entropy->data.size + sizeof(bits.bits);
    ImgJpegGroup *group = &entropy->group;
    for (uint32_t i = first; i < first + n; i++) {
        if (bits.at > end)
            return false;
        for (uint32_t j = 0; j < entropy->n_places; j++) {
            const ImgJpegPlace *place = &entropy->places[j];
            const uint32_t to = place->first + i * place->step;
            if (!decode_block(&bits, place, &entropy->dc[place->component], group->blocks[to],
                              &group->extents[to]))
                return false;
        }
    }
    entropy->at = bits.at;
    entropy->bits = bits.bits;
    entropy->n = bits.state;
    return true;
}

/* Skips n MCUs of one segment. */
static bool skip_run(ImgJpegEntropy *entropy, uint32_t n)
{
    Bits bits = {.at = entropy->at, .bits = entropy->bits, .state = entropy->n};
    const uint8_t *end = entropy->data.bytes + entropy->data.size + sizeof(bits.bits);
    for (uint32_t i = 0; i < n; i++) {
        if (bits.at > end)
            return false;
        for (uint32_t j = 0; j < entropy->n_places; j++) {
            const ImgJpegPlace *place = &entropy->places[j];
            if (!skip_block(&bits, place, &entropy->dc[place->component]))
                return false;
        }
    }
    entropy->at = bits.at;
    entropy->bits = bits.bits;
    entropy->n = bits.state;
    return true;
}

/* Skips n MCUs of one segment with the tables for decoding. */
static bool drop_run(ImgJpegEntropy *entropy, uint32_t n)
{
    Bits bits = {.at = entropy->at, .bits = entropy->bits, .state = entropy->n};
    const uint8_t *end = entropy->data.bytes + entropy->data.size + sizeof(bits.bits);
    uint8_t extent;
    for (uint32_t i = 0; i < n; i++) {
        if (bits.at > end)
            return false;
        for (uint32_t j = 0; j < entropy->n_places; j++) {
            const ImgJpegPlace *place = &entropy->places[j];
            const bool good =
                decode_block(&bits, place, &entropy->dc[place->component], entropy->spare, &extent);
            memset(entropy->spare, 0, sizeof(entropy->spare));
            if (!good)
                return false;
        }
    }
    entropy->at = bits.at;
    entropy->bits = bits.bits;
    entropy->n = bits.state;
    return true;
}

/* How many of the next n MCUs lie in the segment at hand. */
static uint32_t run_of(const ImgJpegEntropy *entropy, uint32_t n)
{
    const uint32_t interval = entropy->file->restart_interval;
    const uint32_t left = interval == 0 ? n : interval - entropy->mcu % interval;
    return left < n ? left : n;
}

/* After n MCUs: where a segment ends goes to the next one. */
static bool advance(ImgJpegEntropy *entropy, uint32_t n)
{
    const uint32_t interval = entropy->file->restart_interval;
    entropy->mcu += n;
    if (interval == 0 || entropy->mcu % interval != 0 || entropy->mcu == entropy->n_mcus)
        return true;
    const uint32_t segment = entropy->mcu / interval;
    if (!ends_at(entropy, segment - 1))
        return false;
    img_jpeg_entropy_seek_segment(entropy, segment);
    return true;
}

bool img_jpeg_entropy_decode(ImgJpegEntropy *entropy, uint32_t n)
{
    for (uint32_t first = 0; first < n;) {
        const uint32_t run = run_of(entropy, n - first);
        if (!decode_run(entropy, first, run) || !advance(entropy, run))
            return false;
        first += run;
    }
    return true;
}

bool img_jpeg_entropy_skip(ImgJpegEntropy *entropy, uint32_t n)
{
    while (n > 0) {
        const uint32_t run = run_of(entropy, n);
        const bool good = entropy->has_skips ? skip_run(entropy, run) : drop_run(entropy, run);
        if (!good || !advance(entropy, run))
            return false;
        n -= run;
    }
    return true;
}
