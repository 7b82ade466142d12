/* The file of a tagger: its parts, their checks, and the tables that are made of them. */
#include <stdlib.h>
#include <string.h>

#include "libaug/base/digest.h"
#include "libaug/base/input_file.h"
#include "libaug/base/output_file.h"
#include "text/tagger/model.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "models are read as they lie");

#define NAME_SIZE 8

static uint64_t rounded(uint64_t size)
{
    return (size + 3) & ~UINT64_C(3);
}

/* Bytes of a file of these counts, and where each part begins. */
typedef struct Places {
    uint64_t notice, tags, words, word_tags, features, feature_weights, weights, weight_tags, end;
} Places;

static Places places_of(const TxtModelHeader *header)
{
    Places places;
    places.notice = sizeof(TxtModelHeader);
    places.tags = places.notice + rounded(header->size_notice);
    places.words = places.tags + NAME_SIZE * (uint64_t)header->n_tags;
    places.word_tags = places.words + 4 * (uint64_t)header->n_words;
    places.features = places.word_tags + rounded(header->n_words);
    places.feature_weights = places.features + 4 * (uint64_t)header->n_features;
    places.weights = places.feature_weights + rounded(header->n_features);
    places.weight_tags = places.weights + rounded(2 * (uint64_t)header->n_weights);
    places.end = places.weight_tags + rounded(header->n_weights);
    return places;
}

static uint64_t seal_of(TxtModelHeader header, const void *behind, uint64_t size)
{
    header.seal = 0;
    const AugiDigest whole = augi_digest(behind, size - sizeof(header));
    const struct {
        TxtModelHeader header;
        uint64_t low;
    } both = {header, whole.low};
    return augi_digest(&both, sizeof(both)).low;
}

static AugStatus check_header(const uint8_t *bytes, size_t size, TxtModelHeader *header,
                              const char *where, AugError *error)
{
    if (size < sizeof(*header) || memcmp(bytes, TXT_MODEL_MAGIC, 8) != 0)
        return AUG_FAIL(error, AUG_CORRUPT, where, "it is not a tagger model (.augt)");
    memcpy(header, bytes, sizeof(*header));
    if (header->version != TXT_MODEL_VERSION)
        return AUG_FAIL(error, AUG_UNSUPPORTED, where,
                        "the tagger model has version %u; this build reads version %d: make it "
                        "anew with \"aug data train tagger\"",
                        header->version, TXT_MODEL_VERSION);
    if (header->size != size || places_of(header).end != size)
        return AUG_FAIL(error, AUG_CORRUPT, where,
                        "the tagger model has %zu bytes, and its header is of another size", size);
    if (seal_of(*header, bytes + sizeof(*header), size) != header->seal)
        return AUG_FAIL(error, AUG_CORRUPT, where,
                        "the tagger model is damaged: its checksum differs");
    return AUG_OK;
}

static bool ascends(const uint32_t *keys, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        if (keys[i] == 0 || (i > 0 && keys[i] <= keys[i - 1]))
            return false;
    return true;
}

/* What a checksum does not say: that numbers lie within what they count. */
static bool holds_together(const TxtModelParts *parts)
{
    const TxtModelHeader *header = &parts->header;
    if (header->n_tags == 0 || header->n_tags > TXT_MODEL_MAX_TAGS)
        return false;
    if (!ascends(parts->words, header->n_words) || !ascends(parts->features, header->n_features))
        return false;
    for (uint32_t i = 0; i < header->n_words; i++)
        if ((parts->word_tags[i] & (TXT_MODEL_SURE - 1)) >= header->n_tags)
            return false;
    uint64_t n_weights = 0;
    for (uint32_t i = 0; i < header->n_features; i++) {
        if (parts->feature_weights[i] > header->n_tags)
            return false;
        n_weights += parts->feature_weights[i];
    }
    for (uint32_t i = 0; i < header->n_weights; i++)
        if (parts->weight_tags[i] >= header->n_tags)
            return false;
    return n_weights == header->n_weights;
}

AugStatus txt_model_parse(TxtModelParts *parts, const uint8_t *bytes, size_t size,
                          const char *where, AugError *error)
{
    *parts = (TxtModelParts){0};
    AUG_TRY(check_header(bytes, size, &parts->header, where, error));
    const Places places = places_of(&parts->header);
    parts->notice = (const char *)bytes + places.notice;
    parts->tags = (const char *)bytes + places.tags;
    parts->words = (const uint32_t *)(bytes + places.words);
    parts->word_tags = bytes + places.word_tags;
    parts->features = (const uint32_t *)(bytes + places.features);
    parts->feature_weights = bytes + places.feature_weights;
    parts->weights = (const int16_t *)(bytes + places.weights);
    parts->weight_tags = bytes + places.weight_tags;
    if (!holds_together(parts))
        return AUG_FAIL(error, AUG_CORRUPT, where,
                        "the tagger model is damaged: a number in it is out of range");
    return AUG_OK;
}

/* Shift of a table that is at most half full. */
static uint32_t shift_for(uint32_t n)
{
    uint32_t bits = 4;
    while ((UINT64_C(1) << bits) < 2 * (uint64_t)n)
        bits++;
    return 32 - bits;
}

/* Taken slots behind one another, at most: where half of them are taken there are some hundred. */
#define MOST_PROBES 4096

static bool fill_words(TxtTagger *tagger, const TxtModelParts *parts)
{
    const uint32_t last = UINT32_MAX >> tagger->word_shift;
    for (uint32_t i = 0; i < parts->header.n_words; i++) {
        uint32_t slot = txt_model_slot(parts->words[i], tagger->word_shift), n = 0;
        for (; tagger->words[slot].key != 0 && n < MOST_PROBES; n++)
            slot = (slot + 1) & last;
        if (n == MOST_PROBES)
            return false;
        tagger->words[slot] = (TxtWordSlot){parts->words[i], parts->word_tags[i] + 1u};
    }
    return true;
}

static bool fill_features(TxtTagger *tagger, const TxtModelParts *parts)
{
    const uint32_t last = UINT32_MAX >> tagger->feature_shift;
    uint32_t weight = 0;
    for (uint32_t i = 0; i < parts->header.n_features; i++) {
        uint32_t slot = txt_model_slot(parts->features[i], tagger->feature_shift), n_probes = 0;
        for (; tagger->features[slot].key != 0 && n_probes < MOST_PROBES; n_probes++)
            slot = (slot + 1) & last;
        if (n_probes == MOST_PROBES)
            return false;
        const uint32_t n = parts->feature_weights[i], bit = txt_model_bit(parts->features[i]);
        tagger->known[bit / 64] |= UINT64_C(1) << bit % 64;
        tagger->features[slot] = (TxtFeatureSlot){parts->features[i], weight << 7 | n};
        weight += n;
    }
    for (uint32_t i = 0; i < parts->header.n_weights; i++)
        tagger->weights[i] = (TxtWeight){parts->weights[i], parts->weight_tags[i]};
    return true;
}

AugStatus txt_model_new(TxtTagger **out, const TxtModelParts *parts, AugError *error)
{
    const TxtModelHeader *header = &parts->header;
    TxtTagger *tagger = calloc(1, sizeof(*tagger));
    *out = NULL;
    if (tagger) {
        tagger->shared.owners = 1;
        tagger->n_tags = header->n_tags;
        tagger->seal = header->seal;
        tagger->word_shift = shift_for(header->n_words);
        tagger->feature_shift = shift_for(header->n_features);
        tagger->words = calloc(UINT64_C(1) << (32 - tagger->word_shift), sizeof(*tagger->words));
        tagger->features =
            calloc(UINT64_C(1) << (32 - tagger->feature_shift), sizeof(*tagger->features));
        tagger->weights = calloc((size_t)header->n_weights + 1, sizeof(*tagger->weights));
        tagger->notice = calloc((size_t)header->size_notice + 1, 1);
    }
    if (!tagger || !tagger->words || !tagger->features || !tagger->weights || !tagger->notice) {
        txt_tagger_unref(tagger);
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for a tagger model");
    }
    memcpy(tagger->notice, parts->notice, header->size_notice);
    for (uint32_t i = 0; i < header->n_tags; i++) {
        const char *name = parts->tags + (size_t)NAME_SIZE * i;
        tagger->ptb[i] = (uint8_t)txt_ptb_of(name, strnlen(name, NAME_SIZE));
    }
    if (!fill_words(tagger, parts) || !fill_features(tagger, parts)) {
        txt_tagger_unref(tagger);
        return AUG_FAIL(error, AUG_CORRUPT, NULL,
                        "the tagger model was made to be slow: too many of its keys fall together");
    }
    *out = tagger;
    return AUG_OK;
}

AugStatus txt_model_save(const TxtModelParts *parts, const char *path, uint64_t *size,
                         AugError *error)
{
    TxtModelHeader header = parts->header;
    const Places places = places_of(&header);
    memcpy(header.magic, TXT_MODEL_MAGIC, sizeof(header.magic));
    header.version = TXT_MODEL_VERSION;
    *size = header.size = places.end;
    memset(header.reserved, 0, sizeof(header.reserved));
    if (places.end > TXT_MODEL_MAX_SIZE)
        return AUG_FAIL(error, AUG_TOO_LARGE, path,
                        "the tagger model would have %llu bytes, more than %llu, which are allowed",
                        (unsigned long long)places.end, (unsigned long long)TXT_MODEL_MAX_SIZE);
    uint8_t *bytes = calloc(1, places.end);
    if (!bytes)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for a tagger model");
    memcpy(bytes + places.notice, parts->notice, header.size_notice);
    memcpy(bytes + places.tags, parts->tags, (size_t)NAME_SIZE * header.n_tags);
    memcpy(bytes + places.words, parts->words, 4 * (size_t)header.n_words);
    memcpy(bytes + places.word_tags, parts->word_tags, header.n_words);
    memcpy(bytes + places.features, parts->features, 4 * (size_t)header.n_features);
    memcpy(bytes + places.feature_weights, parts->feature_weights, header.n_features);
    memcpy(bytes + places.weights, parts->weights, 2 * (size_t)header.n_weights);
    memcpy(bytes + places.weight_tags, parts->weight_tags, header.n_weights);
    header.seal = seal_of(header, bytes + sizeof(header), places.end);
    memcpy(bytes, &header, sizeof(header));
    const AugStatus status =
        augi_output_file_save(path, bytes, places.end, (AugiOutputOptions){0}, NULL, error);
    free(bytes);
    return status;
}
