/* Prepares the loops that read bits (entropy_loops.h), and leads them through segments. */
#include "image/codec/jpeg/entropy.h"

#include <endian.h>
#include <string.h>

static const ImgJpegLoops *best_loops(void)
{
#if defined(__x86_64__)
    if (__builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2"))
        return &img_jpeg_loops_bmi2;
#endif
    return &img_jpeg_loops_plain;
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
    entropy->loops = best_loops();
    entropy->file = file;
    entropy->data = *data;
    entropy->n_mcus = img_jpeg_mcus_across(file) * img_jpeg_mcus_down(file);
    entropy->has_skips = entropy->has_means = false;
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

void img_jpeg_entropy_want_means(ImgJpegEntropy *entropy, int component)
{
    img_jpeg_entropy_expect_skips(entropy);
    entropy->has_means = true;
    for (uint32_t i = 0; i < entropy->n_places; i++)
        if (entropy->places[i].component == component)
            entropy->places[i].is_mean = true;
}

/* Leaves as many bits valid as a loop begins with (entropy_loops.h). */
static void go_to(ImgJpegEntropy *entropy, uint32_t mcu, const ImgJpegPoint *point)
{
    const uint32_t used = point->at % 8;
    const uint8_t *at = entropy->data.bytes + point->at / 8;
    uint64_t word;
    memcpy(&word, at, sizeof(word));
    entropy->mcu = mcu;
    entropy->at = at + 7;
    entropy->bits = be64toh(word) << used;
    entropy->n = (int32_t)(56 - used);
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
        const bool good = entropy->has_means ? entropy->loops->means(entropy, first, run)
                                             : entropy->loops->decode(entropy, first, run);
        if (!good || !advance(entropy, run))
            return false;
        first += run;
    }
    return true;
}

bool img_jpeg_entropy_skip(ImgJpegEntropy *entropy, uint32_t n)
{
    while (n > 0) {
        const uint32_t run = run_of(entropy, n);
        if (!(entropy->has_skips ? entropy->loops->skip(entropy, run)
                                 : entropy->loops->drop(entropy, run)) ||
            !advance(entropy, run))
            return false;
        n -= run;
    }
    return true;
}
