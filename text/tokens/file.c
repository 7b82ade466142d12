/* Reading a tokenizer.json, and running it. */
#include "text/tokens/file.h"

#include <stdlib.h>

#include "libaug/base/input_file.h"

/* Id of the token that fills up batches. */
static AugStatus read_padding(TxtTokenFile *out, const TxtJsonValue *root)
{
    const TxtJsonValue padding = txt_json_member(root, "padding");
    const TxtJsonValue id = txt_json_member(&padding, "pad_id");
    if (id.json)
        return txt_json_id(&id, &out->pad);
    out->pad = txt_vocabulary_find(&out->tokens, "[PAD]", 5);
    if (out->pad < 0)
        out->pad = txt_vocabulary_find(&out->tokens, "<pad>", 5);
    if (out->pad < 0)
        out->pad = 0;
    return AUG_OK;
}

/* How batches are made, padding and truncation, is up to the spec, and how ids become text again,
 * the decoder, up to nobody here. */
static AugStatus read_root(TxtTokenFile *out, const TxtJsonValue *root)
{
    AUG_TRY(txt_json_check(root, "version truncation padding added_tokens normalizer "
                                 "pre_tokenizer post_processor decoder model"));
    const TxtJsonValue model = txt_json_member(root, "model");
    const TxtJsonValue added = txt_json_member(root, "added_tokens");
    const TxtJsonValue normalizer = txt_json_member(root, "normalizer");
    const TxtJsonValue splits = txt_json_member(root, "pre_tokenizer");
    const TxtJsonValue frames = txt_json_member(root, "post_processor");
    const size_t n_added = json_array_size(added.json);
    if (n_added > TXT_MAX_ADDED)
        return txt_json_fail(&added, AUG_TOO_LARGE, "%zu added tokens; %d are allowed", n_added,
                             TXT_MAX_ADDED);
    AUG_TRY(txt_file_model(out, &model, n_added));
    AUG_TRY(txt_file_normalizer(out, &normalizer));
    AUG_TRY(txt_file_pre_tokenizer(out, &splits));
    AUG_TRY(txt_file_added(out, &added));
    AUG_TRY(txt_file_post_processor(out, &frames));
    return read_padding(out, root);
}

AugStatus txt_token_file_parse(TxtTokenFile *out, const char *name, const uint8_t *text,
                               size_t size, AugError *error)
{
    *out = (TxtTokenFile){0};
    const TxtJsonFile file = {name, error};
    json_t *json;
    AUG_TRY(txt_json_parse(&file, text, size, &json));
    out->codes = txt_codes_new();
    const TxtJsonValue root = {&file, json, {0}};
    AugStatus status = AUG_NO_MEMORY;
    if (out->codes)
        status = read_root(out, &root);
    else
        status = AUG_FAIL(error, AUG_NO_MEMORY, name, "no memory for a tokenizer");
    json_decref(json);
    txt_vocabulary_fini(&out->tokens);
    if (status != AUG_OK)
        txt_token_file_fini(out);
    return status;
}

AugStatus txt_token_file_load(TxtTokenFile *out, const char *path, AugiDigest *digest,
                              AugError *error)
{
    *out = (TxtTokenFile){0};
    uint8_t *text;
    size_t size;
    AUG_TRY(augi_input_file_load(path, TXT_MAX_TOKENIZER_FILE, &text, &size, error));
    const AugStatus status = txt_token_file_parse(out, path, text, size, error);
    *digest = augi_digest(text, size);
    free(text);
    return status;
}

void txt_token_file_fini(TxtTokenFile *file)
{
    free(file->codes);
    txt_added_fini(&file->raw);
    txt_added_fini(&file->normal);
    txt_vocabulary_fini(&file->word_piece.begins);
    txt_vocabulary_fini(&file->word_piece.goes_on);
    txt_bpe_fini(&file->bpe);
    txt_vocabulary_fini(&file->tokens);
    *file = (TxtTokenFile){0};
}

/* Cuts a part of the normalized text into words. The byte before it may be overwritten. */
static void encode_words(const TxtTokenFile *file, TxtTokenScratch *scratch, uint8_t *text,
                         size_t size)
{
    const uint8_t *at = text, *const end = text + size, *stop = end;
    if (file->prefix_space && size > 0 && text[0] != ' ') {
        text[-1] = ' ';
        at = text - 1;
    }
    while (!txt_ids_full(scratch) && (at = txt_cut_next(file->cut, file->codes, at, end, &stop))) {
        if (file->is_bpe)
            txt_bpe(&file->bpe, scratch, at, (size_t)(stop - at));
        else
            txt_word_piece(&file->word_piece, scratch, at, (size_t)(stop - at));
        at = stop;
    }
}

/* A part of the text without tokens that are looked for in it as it is. */
static void encode_part(const TxtTokenFile *file, TxtTokenScratch *scratch, const uint8_t *text,
                        size_t size)
{
    uint8_t *normal = txt_normalize(&file->normalizer, file->codes, scratch, text, &size);
    if (!normal)
        return;
    size_t from = 0;
    TxtAddedMatch match = {0};
    while (!txt_ids_full(scratch) &&
           txt_added_next(&file->normal, file->codes, normal, size, &match)) {
        if (match.start > from)
            encode_words(file, scratch, normal + from, match.start - from);
        txt_ids_add(scratch, match.token->id);
        from = match.end;
    }
    if (size > from)
        encode_words(file, scratch, normal + from, size - from);
}

void txt_token_file_encode(const TxtTokenFile *file, TxtTokenScratch *scratch, const uint8_t *text,
                           size_t size)
{
    size_t from = 0;
    TxtAddedMatch match = {0};
    while (!txt_ids_full(scratch) && txt_added_next(&file->raw, file->codes, text, size, &match)) {
        if (match.start > from)
            encode_part(file, scratch, text + from, match.start - from);
        txt_ids_add(scratch, match.token->id);
        from = match.end;
    }
    if (size > from)
        encode_part(file, scratch, text + from, size - from);
}
