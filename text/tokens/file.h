/* What a tokenizer.json says, ready to run. */
#ifndef TXT_FILE_H
#define TXT_FILE_H

#include "text/tokens/added.h"
#include "text/tokens/file_json.h"
#include "text/tokens/frame.h"
#include "text/tokens/models.h"
#include "text/tokens/normalize.h"
#include "text/tokens/pieces.h"

/* A tokenizer of a file; zero-initialised it is empty.
 *
 * raw, normal:  added tokens that are looked for in the text, and in the normalized text
 * prefix_space: a part of the text that begins with no blank gets one
 * tokens:       ids of all tokens, the added ones too, as they are written; only while it is read
 */
typedef struct TxtTokenFile {
    TxtCodes *codes;
    TxtNormalizer normalizer;
    TxtAddedSet raw, normal;
    TxtCut cut;
    bool prefix_space;
    bool is_bpe;
    TxtWordPiece word_piece;
    TxtBpe bpe;
    TxtFrame frame;
    int32_t pad;
    uint32_t n_ids;
    TxtVocabulary tokens;
} TxtTokenFile;

/* Reads a file; digest: of its bytes. */
AUG_MUST_CHECK AugStatus txt_token_file_load(TxtTokenFile *out, const char *path,
                                             AugiDigest *digest, AugError *error);

/* The same from bytes; name stands in errors. */
AUG_MUST_CHECK AugStatus txt_token_file_parse(TxtTokenFile *out, const char *name,
                                              const uint8_t *text, size_t size, AugError *error);

/* Frees the memory and zeroes the struct. */
void txt_token_file_fini(TxtTokenFile *file);

/* Adds the ids of valid UTF-8, without the frame. */
void txt_token_file_encode(const TxtTokenFile *file, TxtTokenScratch *scratch, const uint8_t *text,
                           size_t size);

/* Parts of reading, each from the member of that name. The model comes first: it fills tokens. */
AUG_MUST_CHECK AugStatus txt_file_model(TxtTokenFile *out, const TxtJsonValue *model,
                                        size_t n_added);
AUG_MUST_CHECK AugStatus txt_file_normalizer(TxtTokenFile *out, const TxtJsonValue *normalizer);
AUG_MUST_CHECK AugStatus txt_file_pre_tokenizer(TxtTokenFile *out, const TxtJsonValue *splits);
AUG_MUST_CHECK AugStatus txt_file_post_processor(TxtTokenFile *out, const TxtJsonValue *frames);
AUG_MUST_CHECK AugStatus txt_file_added(TxtTokenFile *out, const TxtJsonValue *list);

#endif
