/* What a tokenizer.json calls a normalizer: changes of a text before it is cut into words. */
#ifndef TXT_NORMALIZE_H
#define TXT_NORMALIZE_H

#include "text/tokens/codes.h"
#include "text/tokens/scratch.h"

/* One change of all code points of a text. */
typedef enum TxtNormalStep {
    TXT_NORMAL_CLEAN,      /* drops control characters, and makes white space blanks */
    TXT_NORMAL_IDEOGRAPHS, /* puts blanks around each */
    TXT_NORMAL_NONSPACING, /* drops them */
    TXT_NORMAL_MARKS,      /* drops them */
    TXT_NORMAL_LOWER,
    TXT_NORMAL_NFD,
    TXT_NORMAL_NFC,
} TxtNormalStep;

/* Steps of one tokenizer at most. */
#define TXT_MAX_NORMAL_STEPS 32

/* The value of TxtNormalizer.ascii for what is dropped. */
#define TXT_ASCII_DROPPED 0xff

/* Steps in their order. ascii: what becomes of each ASCII character, where the text holds no
 * others. */
typedef struct TxtNormalizer {
    uint8_t steps[TXT_MAX_NORMAL_STEPS];
    uint32_t n;
    uint8_t ascii[128];
} TxtNormalizer;

/* Fills ascii, once the steps are known. */
void txt_normalizer_settle(TxtNormalizer *normalizer, const TxtCodes *codes);

/* Normalizes a part of valid UTF-8 into scratch->normal, in front of which one byte is free;
 * *size is its size there. NULL: memory was out. text is not in that buffer. */
uint8_t *txt_normalize(const TxtNormalizer *normalizer, const TxtCodes *codes,
                       TxtTokenScratch *scratch, const uint8_t *text, size_t *size);

#endif
