/* Ids of texts in batches: the settings "output.ids" of a spec, and the tensors "ids" and "length"
 * that follow from them. */
#ifndef TXT_IDS_H
#define TXT_IDS_H

#include "libaug/spec/param.h"
#include "text/tokens/tokenizer.h"

/* What output.ids says; is_given false: batches hold no ids. */
typedef struct TxtIdsParam {
    bool is_given;
    AugText tokenizer;
    AugText vocabulary;
    int32_t buckets;
    bool graphemes, lower;
    bool special_tokens;
    int32_t max_length;
    bool truncation;
    bool padding;
    int32_t padding_id;
} TxtIdsParam;

/* The kind of such a setting. */
extern const struct AugParamKind txt_kind_ids;

/* Makes the tokenizer of a setting that is given. Fails as txt_tokenizer_new does, with the place
 * "output.ids". file: that the setting stands in, beside which its relative paths start, or NULL. */
AUG_MUST_CHECK AugStatus txt_ids_tokenizer(const TxtIdsParam *param, const char *file,
                                           TxtTokenizer **out, AugError *error);

/* The id that fills up rows. */
int32_t txt_ids_padding(const TxtIdsParam *param, const TxtTokenizer *tokenizer);

/* Fails with AUG_TOO_LARGE where a text has more ids than it may, and they may not be cut. */
AUG_MUST_CHECK AugStatus txt_ids_check(const TxtIdsParam *param, const TxtIds *ids,
                                       AugError *error);

#endif
