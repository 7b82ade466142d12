/* The file of a tagger (.augt), and the model that is made of it.
 *
 *   header      64 bytes
 *   notice      size_notice bytes: the licence notice of the text that it was trained on
 *   tags        n_tags names of 8 bytes, with NULs behind them
 *   words       n_words of 4 bytes: hashes, ascending; then a byte of each: the usual tag, and 128
 *               where there is no other
 *   features    n_features of 4 bytes: keys, ascending; then a byte of each: how many weights
 *   weights     n_weights of 2 bytes, those of a feature together; then a byte of each: its tag
 *
 * Numbers are little-endian; what has 4 bytes begins at a multiple of 4, zeros between.
 */
#ifndef TXT_TAGGER_MODEL_H
#define TXT_TAGGER_MODEL_H

#include "text/lexicon/shared.h"
#include "text/tagger/features.h"
#include "text/tagger/tagger.h"

/* Begins each file; line ends in it show a transfer that changed them. */
#define TXT_MODEL_MAGIC "AUGT\r\n\x1a\n"
#define TXT_MODEL_VERSION 1
/* Bytes of one file at most: many times a model of English. */
#define TXT_MODEL_MAX_SIZE (UINT64_C(64) << 20)
/* Tags of a model at most; a guess of the dictionary is a tag plus one, below 128. */
#define TXT_MODEL_MAX_TAGS 64
/* Flag of a word in the dictionary: it has one tag only. */
#define TXT_MODEL_SURE 128

/* size: of the file; seal: XXH3 of all of it, with the seal zero */
typedef struct TxtModelHeader {
    char magic[8];
    uint32_t version, n_tags;
    uint32_t size_notice, n_words;
    uint32_t n_features, n_weights;
    uint64_t size, seal;
    uint32_t reserved[4];
} TxtModelHeader;

/* It is read as it lies. */
_Static_assert(sizeof(TxtModelHeader) == 64, "no padding in the file");

/* Bits that say which features have weights; a power of two, some ten for each of them. */
#define TXT_MODEL_KNOWN (UINT32_C(1) << 19)

/* The parts of a file where they lie. */
typedef struct TxtModelParts {
    TxtModelHeader header;
    const char *notice;
    const char *tags;
    const uint32_t *words;
    const uint8_t *word_tags;
    const uint32_t *features;
    const uint8_t *feature_weights;
    const int16_t *weights;
    const uint8_t *weight_tags;
} TxtModelParts;

/* A place of the table of features. key 0: empty. place: number of the first weight and, in the low
 * 7 bits, how many there are */
typedef struct TxtFeatureSlot {
    uint32_t key, place;
} TxtFeatureSlot;

/* A place of the dictionary. key 0: empty; entry: tag plus one, and TXT_MODEL_SURE */
typedef struct TxtWordSlot {
    uint32_t key, entry;
} TxtWordSlot;

/* A weight with its tag. */
typedef struct TxtWeight {
    int16_t weight;
    uint16_t tag;
} TxtWeight;

/* A model. *_shift: a key's first slot is that of its product's highest bits
 * known: a bit for each product of a feature's key that has weights: most features of a token have none,
 *        and that is to cost little
 * ptb:   what its tags are; seal: of its file */
struct TxtTagger {
    TxtShared shared;
    uint64_t seal;
    char *notice;
    uint32_t n_tags;
    uint8_t ptb[TXT_MODEL_MAX_TAGS];
    TxtFeatureSlot *features;
    uint32_t feature_shift;
    uint64_t known[TXT_MODEL_KNOWN / 64];
    TxtWordSlot *words;
    uint32_t word_shift;
    TxtWeight *weights;
};

/* First slot of a key in a table of 2^(32 - shift) slots. */
static inline uint32_t txt_model_slot(uint32_t key, uint32_t shift)
{
    return key * 2654435769u >> shift;
}

/* The bit of a key that is known. */
static inline uint32_t txt_model_bit(uint32_t key)
{
    return key * 2654435769u >> 13;
}

/* Finds the parts of a file and checks all of them. where: what errors call it. */
AUG_MUST_CHECK AugStatus txt_model_parse(TxtModelParts *parts, const uint8_t *bytes, size_t size,
                                         const char *where, AugError *error);

/* Makes a model of parts, which are no longer needed then. */
AUG_MUST_CHECK AugStatus txt_model_new(TxtTagger **tagger, const TxtModelParts *parts,
                                       AugError *error);

/* Writes a file of parts, of whose header only the counts are read; *size is that of the file. */
AUG_MUST_CHECK AugStatus txt_model_save(const TxtModelParts *parts, const char *path,
                                        uint64_t *size, AugError *error);

/* Fills in what the dictionary says of a token. */
void txt_model_guess(const TxtTagger *tagger, TxtToken *token);

/* The tag of the model that fits best, and how far it is above the next one. */
uint32_t txt_model_decide(const TxtTagger *tagger, const TxtTagContext *context, uint32_t *margin);

#endif
