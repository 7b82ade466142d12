/* The perceptron: a hash table of features, each with a list of its weights. */
#include <stdlib.h>

#include "libaug/base/grow.h"
#include "text/tagger/perceptron.h"

/* Most bytes of the weights, and of the table of features. */
#define MAX_SIZE (UINT64_C(4) << 30)

/* One weight. stamp: the decision since which it has its value; total: the sum of its values over
 * the decisions before; next: the next of the feature plus one, 0 at the end. */
typedef struct Weight {
    int32_t value;
    uint32_t stamp;
    int64_t total;
    uint32_t next;
    uint32_t tag;
} Weight;

/* first: its first weight plus one, 0 for none. key 0: empty. */
typedef struct Feature {
    uint32_t key, first;
} Feature;

struct TxtPerceptron {
    uint32_t n_tags, now;
    Feature *features;
    uint32_t n_features, shift;
    Weight *weights;
    uint64_t n_weights, capacity;
    bool is_closed;
};

static Feature *find(const TxtPerceptron *perceptron, uint32_t key)
{
    const uint32_t last = UINT32_MAX >> perceptron->shift;
    uint32_t slot = txt_model_slot(key, perceptron->shift);
    while (perceptron->features[slot].key != 0 && perceptron->features[slot].key != key)
        slot = (slot + 1) & last;
    return &perceptron->features[slot];
}

/* A table of twice the size. */
static AugStatus rehash(TxtPerceptron *perceptron, AugError *error)
{
    TxtPerceptron larger = *perceptron;
    larger.shift--;
    if (larger.shift < 4)
        return AUG_FAIL(error, AUG_TOO_LARGE, NULL, "the text has too many features");
    larger.features = calloc(UINT64_C(1) << (32 - larger.shift), sizeof(Feature));
    if (!larger.features)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for the features of a tagger");
    for (uint64_t i = 0; i <= UINT32_MAX >> perceptron->shift; i++)
        if (perceptron->features[i].key != 0)
            *find(&larger, perceptron->features[i].key) = perceptron->features[i];
    free(perceptron->features);
    *perceptron = larger;
    return AUG_OK;
}

AugStatus txt_perceptron_new(TxtPerceptron **out, uint32_t n_tags, const uint32_t *kept,
                             uint32_t n_kept, AugError *error)
{
    TxtPerceptron *perceptron = calloc(1, sizeof(*perceptron));
    *out = perceptron;
    if (perceptron) {
        perceptron->n_tags = n_tags;
        perceptron->shift = 16;
        while (perceptron->shift > 4 && UINT64_C(1) << (31 - perceptron->shift) < n_kept)
            perceptron->shift--;
        perceptron->features = calloc(UINT64_C(1) << (32 - perceptron->shift), sizeof(Feature));
    }
    if (!perceptron || !perceptron->features) {
        txt_perceptron_free(perceptron);
        *out = NULL;
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for the features of a tagger");
    }
    perceptron->is_closed = kept != NULL;
    perceptron->n_features = n_kept;
    for (uint32_t i = 0; i < n_kept; i++)
        find(perceptron, kept[i])->key = kept[i];
    return AUG_OK;
}

void txt_perceptron_free(TxtPerceptron *perceptron)
{
    if (!perceptron)
        return;
    free(perceptron->features);
    free(perceptron->weights);
    free(perceptron);
}

static AugStatus add_feature(TxtPerceptron *perceptron, uint32_t key, Feature **feature,
                             AugError *error)
{
    if (2 * (uint64_t)perceptron->n_features > UINT32_MAX >> perceptron->shift) {
        AUG_TRY(rehash(perceptron, error));
        *feature = find(perceptron, key);
    }
    (*feature)->key = key;
    perceptron->n_features++;
    return AUG_OK;
}

/* Moves the weight of a feature for a tag. */
static AugStatus move(TxtPerceptron *perceptron, uint32_t key, uint32_t tag, int32_t by,
                      AugError *error)
{
    Feature *feature = find(perceptron, key);
    if (feature->key == 0) {
        if (perceptron->is_closed)
            return AUG_OK;
        AUG_TRY(add_feature(perceptron, key, &feature, error));
    }
    Weight *weight = NULL;
    for (uint32_t i = feature->first; i != 0 && !weight; i = perceptron->weights[i - 1].next)
        if (perceptron->weights[i - 1].tag == tag)
            weight = &perceptron->weights[i - 1];
    if (!weight) {
        AUG_TRY(augi_grow(&perceptron->weights, &perceptron->capacity, perceptron->n_weights + 1,
                          sizeof(Weight), MAX_SIZE, error));
        weight = &perceptron->weights[perceptron->n_weights++];
        *weight = (Weight){.stamp = perceptron->now, .next = feature->first, .tag = tag};
        feature->first = (uint32_t)perceptron->n_weights;
    }
    weight->total += (int64_t)weight->value * (perceptron->now - weight->stamp);
    weight->stamp = perceptron->now;
    weight->value += by;
    return AUG_OK;
}

static uint32_t decide(const TxtPerceptron *perceptron, const uint32_t *keys)
{
    int32_t scores[TXT_MODEL_MAX_TAGS] = {0};
    for (size_t i = 0; i < TXT_N_FEATURES; i++)
        for (uint32_t w = find(perceptron, keys[i])->first; w != 0;
             w = perceptron->weights[w - 1].next)
            scores[perceptron->weights[w - 1].tag] += perceptron->weights[w - 1].value;
    uint32_t best = 0;
    for (uint32_t tag = 1; tag < perceptron->n_tags; tag++)
        if (scores[tag] > scores[best])
            best = tag;
    return best;
}

AugStatus txt_perceptron_learn(TxtPerceptron *perceptron, const TxtTagContext *context,
                               uint32_t right, uint32_t *decided, AugError *error)
{
    uint32_t keys[TXT_N_FEATURES];
    txt_features(context, keys);
    *decided = decide(perceptron, keys);
    perceptron->now++;
    if (*decided == right)
        return AUG_OK;
    for (size_t i = 0; i < TXT_N_FEATURES; i++) {
        AUG_TRY(move(perceptron, keys[i], right, 1, error));
        AUG_TRY(move(perceptron, keys[i], *decided, -1, error));
    }
    return AUG_OK;
}

static int by_key_and_tag(const void *a, const void *b)
{
    const TxtAverage *one = a, *two = b;
    if (one->key != two->key)
        return one->key < two->key ? -1 : 1;
    return one->tag < two->tag ? -1 : one->tag > two->tag;
}

/* The average, rounded to the nearest, halves away from zero, and within what a file holds. */
static int32_t average_of(const TxtPerceptron *perceptron, const Weight *weight)
{
    const int64_t now = perceptron->now ? perceptron->now : 1;
    const int64_t total =
        weight->total + (int64_t)weight->value * (perceptron->now - weight->stamp);
    const int64_t scaled = (total < 0 ? -total : total) * TXT_MARGIN_ONE;
    const int64_t rounded = (scaled + now / 2) / now;
    const int64_t bounded = rounded < INT16_MAX ? rounded : INT16_MAX;
    return (int32_t)(total < 0 ? -bounded : bounded);
}

AugStatus txt_perceptron_averages(TxtPerceptron *perceptron, int32_t least, TxtAverage **out,
                                  uint32_t *n, AugError *error)
{
    TxtAverage *averages = malloc((perceptron->n_weights + 1) * sizeof(*averages));
    *out = averages;
    *n = 0;
    if (!averages)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for the weights of a tagger");
    for (uint64_t i = 0; i <= UINT32_MAX >> perceptron->shift; i++) {
        const Feature *feature = &perceptron->features[i];
        for (uint32_t w = feature->first; w != 0; w = perceptron->weights[w - 1].next) {
            const Weight *weight = &perceptron->weights[w - 1];
            const int32_t average = average_of(perceptron, weight);
            if (average >= least || average <= -least)
                averages[(*n)++] = (TxtAverage){feature->key, weight->tag, average};
        }
    }
    qsort(averages, *n, sizeof(*averages), by_key_and_tag);
    return AUG_OK;
}
