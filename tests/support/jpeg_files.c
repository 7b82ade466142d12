/* Draws a form, then a content, then what may stand around them in a file. */
#include "tests/support/jpeg_files.h"

#include <stdarg.h>

#include "libaug/spec/param.h"
#include "tests/support/pictures.h"

/* Largest product of a coefficient and its quantiser that the decoder of windows takes. */
#define MAX_PRODUCT 8191

/* Largest side of a file. */
#define MAX_SIDE 400

/* Largest coefficient that baseline can code. */
#define MAX_COEFFICIENT 1023

/* A file while it is written. max_product, density, n_places: of coefficients that are drawn in
 * place of a picture: the largest product with the quantiser, how many of 256 are not zero, which
 * places in zigzag order are used. */
typedef struct Draw {
    uint64_t *state;
    TestJpegFile *file;
    struct jpeg_compress_struct info;
    int32_t max_product, density, first_place, n_places;
} Draw;

/* Horizontal and vertical factors of three components. */
typedef struct Sampling {
    const char *name;
    int h[3], v[3];
} Sampling;

static const Sampling common_samplings[] = {
    {"4:4:4", {1, 1, 1}, {1, 1, 1}},
    {"4:2:2", {2, 1, 1}, {1, 1, 1}},
    {"4:4:0", {1, 1, 1}, {2, 1, 1}},
    {"4:2:0", {2, 1, 1}, {2, 1, 1}},
};

static const Sampling odd_samplings[] = {
    {"4:1:1", {4, 1, 1}, {1, 1, 1}},
    {"4:1:0", {4, 1, 1}, {2, 1, 1}},
    {"1x4", {1, 1, 1}, {4, 1, 1}},
    {"3x1", {3, 1, 1}, {1, 1, 1}},
    {"2x2 for 2x1", {2, 2, 2}, {2, 1, 1}},
    {"2x2 for 1x2", {2, 1, 1}, {2, 2, 2}},
    {"2x2 for 1x1 and 2x2", {2, 1, 2}, {2, 1, 2}},
    {"1x1 for 2x2", {1, 2, 1}, {1, 2, 1}},
    {"2x1 for 2x1", {2, 2, 2}, {1, 1, 1}},
    {"2x2 for 1x1 and 2x1", {2, 1, 2}, {2, 1, 1}},
};

static bool one_in(uint64_t *state, uint64_t n)
{
    return test_random(state) % n == 0;
}

static void note(Draw *draw, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void note(Draw *draw, const char *format, ...)
{
    const size_t used = strlen(draw->file->text);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(draw->file->text + used, sizeof(draw->file->text) - used, format, arguments);
    va_end(arguments);
}

/* Lengths of the codes of n symbols: the leaves of a tree that grows at random, but for one of the
 * deepest, since no code may consist of ones alone. */
static void draw_lengths(uint64_t *state, int n, UINT8 bits[17])
{
    const bool is_deep = one_in(state, 3);
    memset(bits, 0, 17);
    bits[0] = 1;
    for (int n_leaves = 1; n_leaves < n + 1; n_leaves++) {
        int depth = 15;
        if (is_deep && !one_in(state, 4))
            while (bits[depth] == 0)
                depth--;
        else
            do
                depth = test_between(state, 0, 15);
            while (bits[depth] == 0);
        bits[depth]--;
        bits[depth + 1] = (UINT8)(bits[depth + 1] + 2);
    }
    int deepest = 16;
    while (bits[deepest] == 0)
        deepest--;
    bits[deepest]--;
}

static void shuffle(uint64_t *state, UINT8 *symbols, int n)
{
    for (int i = n - 1; i > 0; i--) {
        const int other = test_between(state, 0, i);
        const UINT8 kept = symbols[i];
        symbols[i] = symbols[other];
        symbols[other] = kept;
    }
}

/* Gives short codes to symbols that are rare in pictures: many of them then fit into one look-up. */
static void prefer(uint64_t *state, UINT8 *symbols, int n)
{
    static const UINT8 rare[] = {0xf0, 0xf0, 0xf1, 0x00, 0x01, 0xe1, 0x11, 0xfa};
    for (int i = 0; i < 3; i++) {
        UINT8 *found = memchr(symbols, rare[test_random(state) % sizeof(rare)], (size_t)n);
        if (!found)
            continue;
        const UINT8 kept = symbols[i];
        symbols[i] = *found;
        *found = kept;
    }
}

/* A table for all symbols of baseline, in codes of any lengths. */
static void draw_table(Draw *draw, JHUFF_TBL **table, bool is_dc)
{
    UINT8 symbols[256];
    int n = 0;
    for (int size = is_dc ? 0 : 1; size <= (is_dc ? 11 : 10); size++)
        for (int run = 0; run < (is_dc ? 1 : 16); run++)
            symbols[n++] = (UINT8)(run << 4 | size);
    if (!is_dc) {
        symbols[n++] = 0x00;
        symbols[n++] = 0xf0;
    }
    if (!one_in(draw->state, 3))
        shuffle(draw->state, symbols, n);
    if (one_in(draw->state, 3))
        prefer(draw->state, symbols, n);
    if (!*table)
        *table = jpeg_alloc_huff_table((j_common_ptr)&draw->info);
    draw_lengths(draw->state, n, (*table)->bits);
    memcpy((*table)->huffval, symbols, sizeof((*table)->huffval));
    (*table)->sent_table = FALSE;
}

/* Which tables components use, and where they come from. */
static void draw_tables(Draw *draw)
{
    struct jpeg_compress_struct *info = &draw->info;
    const int kind = test_between(draw->state, 0, 3);
    const int n_tables = one_in(draw->state, 4) ? 4 : 2;
    info->optimize_coding = kind == 0;
    if (kind >= 2 || n_tables == 4)
        for (int i = 0; i < n_tables; i++) {
            draw_table(draw, &info->dc_huff_tbl_ptrs[i], true);
            draw_table(draw, &info->ac_huff_tbl_ptrs[i], false);
        }
    note(draw, ", tables %s", kind == 0 ? "optimized" : kind >= 2 ? "drawn" : "standard");
    if (!one_in(draw->state, 3))
        return;
    for (int i = 0; i < info->num_components; i++) {
        info->comp_info[i].dc_tbl_no = test_between(draw->state, 0, n_tables - 1);
        info->comp_info[i].ac_tbl_no = test_between(draw->state, 0, n_tables - 1);
        info->comp_info[i].quant_tbl_no = test_between(draw->state, 0, 1);
    }
    note(draw, " in any order");
}

static void draw_sampling(Draw *draw)
{
    uint64_t *state = draw->state;
    struct jpeg_compress_struct *info = &draw->info;
    if (info->num_components == 1) {
        note(draw, ", grey");
        if (!one_in(state, 20))
            return;
        info->comp_info[0].h_samp_factor = test_between(state, 1, 2);
        info->comp_info[0].v_samp_factor = 2;
        draw->file->is_common = false;
        return;
    }
    const bool is_odd = one_in(state, 12);
    const Sampling *sampling =
        is_odd ? &odd_samplings[test_random(state) % AUG_COUNT(odd_samplings)]
               : &common_samplings[test_random(state) % AUG_COUNT(common_samplings)];
    for (int i = 0; i < 3; i++) {
        info->comp_info[i].h_samp_factor = sampling->h[i];
        info->comp_info[i].v_samp_factor = sampling->v[i];
    }
    /* Of one or two columns of chroma libjpeg makes more in another way, and such rows are as rare. */
    const TestJpegFile *file = draw->file;
    if (is_odd || (sampling->h[0] == 2 && file->width <= 4) ||
        (sampling->v[0] == 2 && file->height <= 4))
        draw->file->is_common = false;
    note(draw, ", %s", sampling->name);
}

static void draw_restarts(Draw *draw)
{
    struct jpeg_compress_struct *info = &draw->info;
    const int kind = test_between(draw->state, 0, 7);
    if (kind < 3)
        info->restart_interval = (unsigned)test_between(draw->state, 1, kind == 0 ? 2 : 20);
    else if (kind == 3)
        info->restart_in_rows = test_between(draw->state, 1, 2);
    note(draw, ", restarts %u and %d", info->restart_interval, info->restart_in_rows);
}

static void draw_quantisers(Draw *draw)
{
    struct jpeg_compress_struct *info = &draw->info;
    const int quality = test_between(draw->state, 1, 100);
    jpeg_set_quality(info, quality, !one_in(draw->state, 8));
    note(draw, ", quality %d", quality);
    for (int i = 0; i < 2; i++)
        for (int k = 0; k < DCTSIZE2; k++) {
            UINT16 *value = &info->quant_tbl_ptrs[i]->quantval[k];
            if (draw->max_product && one_in(draw->state, 8))
                *value = (UINT16)test_between(draw->state, 1, 255);
            if (*value > 255)
                draw->file->is_common = false;
        }
}

/* What the decoder of windows leaves to libjpeg altogether. */
static void draw_kind(Draw *draw)
{
    struct jpeg_compress_struct *info = &draw->info;
    const int kind = test_between(draw->state, 0, 60);
    if (kind > 3)
        return;
    draw->file->is_common = false;
    note(draw, ", kind %d", kind);
    if (kind == 0)
        jpeg_simple_progression(info);
    else if (kind == 1)
        info->arith_code = TRUE;
    else if (info->num_components == 3 && kind == 2)
        jpeg_set_colorspace(info, JCS_RGB);
    else if (info->num_components == 3) {
        info->scan_info = test_scans_apart;
        info->num_scans = AUG_COUNT(test_scans_apart);
    }
    if (info->arith_code)
        info->optimize_coding = FALSE;
}

/* A few segments that are jumped over. */
static void write_segments(Draw *draw)
{
    uint8_t bytes[600];
    while (one_in(draw->state, 4)) {
        const int marker = one_in(draw->state, 2) ? JPEG_COM : JPEG_APP0 + 7;
        const int32_t n = test_between(draw->state, 0, (int32_t)sizeof(bytes));
        for (int32_t i = 0; i < n; i++)
            bytes[i] = one_in(draw->state, 3) ? 0xff : (uint8_t)test_random(draw->state);
        jpeg_write_marker(&draw->info, marker, bytes, (unsigned)n);
    }
}

/* How pixels look: slopes with edges and some noise, noise, black and white, one colour. */
typedef enum Look {
    SCENE,
    NOISE,
    HARD_NOISE,
    PLAIN,
    N_LOOKS,
} Look;

/* A value of channel c. */
static uint8_t make_value(Look look, uint64_t random, int32_t x, int32_t y, int32_t c)
{
    if (look == NOISE)
        return (uint8_t)random;
    if (look == HARD_NOISE)
        return random & 1 ? 255 : 0;
    if (look == PLAIN)
        return (uint8_t)(91 * c + 40);
    const int32_t slope = (x * (3 + c) + y * (5 - c)) % 256;
    const int32_t edge = (x / 13 + y / 9 + c) % 2 * 60;
    return (uint8_t)(slope + edge + (int32_t)(random & 15));
}

static void write_pixels(Draw *draw)
{
    struct jpeg_compress_struct *info = &draw->info;
    const int32_t channels = draw->file->n_components;
    const Look look = (Look)test_between(draw->state, 0, N_LOOKS - 1);
    uint8_t row[3 * MAX_SIDE];
    note(draw, ", look %d", (int)look);
    jpeg_start_compress(info, TRUE);
    write_segments(draw);
    while (info->next_scanline < info->image_height) {
        for (int32_t i = 0; i < draw->file->width * channels; i++)
            row[i] = make_value(look, test_random(draw->state), i / channels,
                                (int32_t)info->next_scanline, i % channels);
        JSAMPROW rows = row;
        jpeg_write_scanlines(info, &rows, 1);
    }
}

static const uint8_t zigzag[DCTSIZE2] = {
    0,  1,  8,  16, 9,  2,  3,  10, 17, 24, 32, 25, 18, 11, 4,  5,  12, 19, 26, 33, 40, 48,
    41, 34, 27, 20, 13, 6,  7,  14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23,
    30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63};

static void draw_block(Draw *draw, JCOEFPTR block, const UINT16 *quantisers)
{
    for (int k = draw->first_place; k < draw->n_places; k++) {
        if (test_between(draw->state, 0, 255) >= draw->density)
            continue;
        const int at = zigzag[k];
        int32_t most = draw->max_product / quantisers[at];
        most = most < MAX_COEFFICIENT ? most : MAX_COEFFICIENT;
        /* Often the most that there may be, since overflow shows there. */
        const int32_t value =
            one_in(draw->state, 4) ? most : test_between(draw->state, 0, most ? most : 1);
        block[at] = (JCOEF)(one_in(draw->state, 2) ? value : -value);
        if (value * quantisers[at] > MAX_PRODUCT)
            draw->file->is_common = false;
    }
}

static JDIMENSION round_up(JDIMENSION n, JDIMENSION step)
{
    return (n + step - 1) / step * step;
}

static JDIMENSION n_blocks(JDIMENSION length, int factor, int most)
{
    const JDIMENSION unit = (JDIMENSION)most * DCTSIZE;
    return (length * (JDIMENSION)factor + unit - 1) / unit;
}

static void write_coefficients(Draw *draw)
{
    struct jpeg_compress_struct *info = &draw->info;
    struct jpeg_memory_mgr *memory = info->mem;
    jvirt_barray_ptr arrays[3];
    JDIMENSION wide[3], high[3];
    int most_h = 1, most_v = 1;
    for (int i = 0; i < info->num_components; i++) {
        const jpeg_component_info *component = &info->comp_info[i];
        most_h = component->h_samp_factor > most_h ? component->h_samp_factor : most_h;
        most_v = component->v_samp_factor > most_v ? component->v_samp_factor : most_v;
    }
    for (int i = 0; i < info->num_components; i++) {
        const jpeg_component_info *component = &info->comp_info[i];
        wide[i] = n_blocks(info->image_width, component->h_samp_factor, most_h);
        high[i] = n_blocks(info->image_height, component->v_samp_factor, most_v);
        arrays[i] =
            memory->request_virt_barray((j_common_ptr)info, JPOOL_IMAGE, TRUE,
                                        round_up(wide[i], (JDIMENSION)component->h_samp_factor),
                                        round_up(high[i], (JDIMENSION)component->v_samp_factor),
                                        (JDIMENSION)component->v_samp_factor);
    }
    jpeg_write_coefficients(info, arrays);
    write_segments(draw);
    for (int i = 0; i < info->num_components; i++) {
        const UINT16 *quantisers = info->quant_tbl_ptrs[info->comp_info[i].quant_tbl_no]->quantval;
        for (JDIMENSION y = 0; y < high[i]; y++) {
            JBLOCKARRAY rows =
                memory->access_virt_barray((j_common_ptr)info, arrays[i], y, 1, TRUE);
            for (JDIMENSION x = 0; x < wide[i]; x++)
                draw_block(draw, rows[0][x], quantisers);
        }
    }
}

/* One file in four has coefficients that are drawn. */
static void choose_content(Draw *draw)
{
    static const int32_t products[] = {20, 300, 1000, MAX_PRODUCT, MAX_PRODUCT, 40000};
    static const int32_t densities[] = {4, 20, 120, 256};
    static const int32_t places[] = {1, 3, 10, 25, DCTSIZE2, DCTSIZE2};
    if (!one_in(draw->state, 4))
        return;
    draw->max_product = products[test_random(draw->state) % AUG_COUNT(products)];
    draw->density = densities[test_random(draw->state) % AUG_COUNT(densities)];
    draw->n_places = places[test_random(draw->state) % AUG_COUNT(places)];
    /* The last coefficients alone: long runs of zeros, and no code for the end of a block. */
    if (one_in(draw->state, 6)) {
        draw->n_places = DCTSIZE2;
        draw->first_place = one_in(draw->state, 2) ? DCTSIZE2 - 1 : DCTSIZE2 - 20;
    }
    note(draw, ", products to %d, %d of 256 in places %d to %d", draw->max_product, draw->density,
         draw->first_place, draw->n_places - 1);
}

/* Puts n bytes of a value in. */
static void put_in(TestJpegFile *file, size_t at, size_t n, uint8_t value)
{
    uint8_t *bytes = realloc(file->bytes, file->size + n);
    if (!bytes)
        abort();
    memmove(bytes + at + n, bytes + at, file->size - at);
    memset(bytes + at, value, n);
    file->bytes = bytes;
    file->size += n;
}

/* What is legal and rare: bytes of FF before a marker, and anything behind the end. */
static void add_rarities(Draw *draw)
{
    TestJpegFile *file = draw->file;
    const size_t n = (size_t)test_between(draw->state, 1, 3);
    const int kind = test_between(draw->state, 0, 40);
    if (kind > 2)
        return;
    file->is_common = false;
    note(draw, ", rarity %d", kind);
    if (kind == 0)
        put_in(file, file->size - 2, n, 0xff);
    else if (kind == 1)
        put_in(file, 2, n, 0xff);
    else
        put_in(file, file->size, n, (uint8_t)test_random(draw->state));
}

/* That coarse tables need more than baseline is meant. */
static void say_nothing(j_common_ptr common, int level)
{
    (void)common;
    (void)level;
}

static void draw_form(Draw *draw)
{
    jpeg_set_defaults(&draw->info);
    choose_content(draw);
    draw_sampling(draw);
    draw_quantisers(draw);
    draw_tables(draw);
    draw_restarts(draw);
    draw_kind(draw);
    if (one_in(draw->state, 12) && draw->info.jpeg_color_space != JCS_RGB) {
        draw->info.write_JFIF_header = FALSE;
        draw->info.write_Adobe_marker = one_in(draw->state, 2);
        note(draw, ", no JFIF");
    }
}

TestJpegFile test_jpeg_file_draw(uint64_t *state, int32_t max_side)
{
    const int32_t longest = max_side < MAX_SIDE ? max_side : MAX_SIDE;
    const int32_t most = one_in(state, 8) && longest > 20 ? 20 : longest;
    TestJpegFile file = {.width = test_between(state, 1, most),
                         .height = test_between(state, 1, most),
                         .n_components = one_in(state, 5) ? 1 : 3,
                         .is_common = true};
    struct jpeg_error_mgr errors;
    Draw draw = {.state = state, .file = &file};
    unsigned long size = 0;
    draw.info.err = jpeg_std_error(&errors);
    errors.emit_message = say_nothing;
    jpeg_create_compress(&draw.info);
    jpeg_mem_dest(&draw.info, &file.bytes, &size);
    draw.info.image_width = (JDIMENSION)file.width;
    draw.info.image_height = (JDIMENSION)file.height;
    draw.info.input_components = file.n_components;
    draw.info.in_color_space = file.n_components == 1 ? JCS_GRAYSCALE : JCS_RGB;
    note(&draw, "%d x %d", file.height, file.width);
    draw_form(&draw);
    if (draw.max_product)
        write_coefficients(&draw);
    else
        write_pixels(&draw);
    jpeg_finish_compress(&draw.info);
    jpeg_destroy_compress(&draw.info);
    file.size = size;
    add_rarities(&draw);
    return file;
}
