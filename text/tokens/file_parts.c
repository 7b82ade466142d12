/* The normalizer, the pre-tokenizer, the post-processor and the added tokens of a tokenizer.json. */
#include <inttypes.h>
#include <string.h>

#include "text/tokens/file.h"

static AugStatus add_step(TxtTokenFile *out, const TxtJsonValue *at, TxtNormalStep step)
{
    TxtNormalizer *normalizer = &out->normalizer;
    if (normalizer->n == TXT_MAX_NORMAL_STEPS)
        return txt_json_fail(at, AUG_TOO_LARGE, "more than %d steps", TXT_MAX_NORMAL_STEPS);
    normalizer->steps[normalizer->n++] = (uint8_t)step;
    return AUG_OK;
}

static AugStatus add_bert(TxtTokenFile *out, const TxtJsonValue *at)
{
    bool clean = true, ideographs = true, lower = true;
    AUG_TRY(txt_json_check(at, "type clean_text handle_chinese_chars strip_accents lowercase"));
    AUG_TRY(txt_json_bool(at, "clean_text", &clean));
    AUG_TRY(txt_json_bool(at, "handle_chinese_chars", &ideographs));
    AUG_TRY(txt_json_bool(at, "lowercase", &lower));
    bool accents = lower;
    AUG_TRY(txt_json_bool(at, "strip_accents", &accents));
    if (clean)
        AUG_TRY(add_step(out, at, TXT_NORMAL_CLEAN));
    if (ideographs)
        AUG_TRY(add_step(out, at, TXT_NORMAL_IDEOGRAPHS));
    if (accents) {
        AUG_TRY(add_step(out, at, TXT_NORMAL_NFD));
        AUG_TRY(add_step(out, at, TXT_NORMAL_NONSPACING));
    }
    return lower ? add_step(out, at, TXT_NORMAL_LOWER) : AUG_OK;
}

/* Normalizers of a single step. */
static const struct {
    const char *type;
    TxtNormalStep step;
} single_steps[] = {{"NFC", TXT_NORMAL_NFC},
                    {"NFD", TXT_NORMAL_NFD},
                    {"Lowercase", TXT_NORMAL_LOWER},
                    {"StripAccents", TXT_NORMAL_MARKS}};

static AugStatus add_single(TxtTokenFile *out, const TxtJsonValue *at, const char *type)
{
    for (size_t i = 0; i < sizeof(single_steps) / sizeof(single_steps[0]); i++) {
        if (strcmp(type, single_steps[i].type) != 0)
            continue;
        AUG_TRY(txt_json_check(at, "type"));
        return add_step(out, at, single_steps[i].step);
    }
    return txt_json_refuse_type(at, "BertNormalizer, NFC, NFD, Lowercase, StripAccents, Sequence");
}

/* Nested no deeper than a file may be. */
static AugStatus add_normalizer(TxtTokenFile *out, const TxtJsonValue *at)
{
    const char *type;
    AUG_TRY(txt_json_type(at, &type));
    if (strcmp(type, "BertNormalizer") == 0)
        return add_bert(out, at);
    if (strcmp(type, "Sequence") != 0)
        return add_single(out, at, type);
    AUG_TRY(txt_json_check(at, "type normalizers"));
    const TxtJsonValue list = txt_json_member(at, "normalizers");
    for (size_t i = 0; i < json_array_size(list.json); i++) {
        const TxtJsonValue item = txt_json_item(&list, i);
        AUG_TRY(add_normalizer(out, &item));
    }
    return AUG_OK;
}

AugStatus txt_file_normalizer(TxtTokenFile *out, const TxtJsonValue *normalizer)
{
    if (normalizer->json)
        AUG_TRY(add_normalizer(out, normalizer));
    txt_normalizer_settle(&out->normalizer, out->codes);
    return AUG_OK;
}

static AugStatus read_byte_level(TxtTokenFile *out, const TxtJsonValue *at)
{
    bool by_regex = true;
    out->prefix_space = true;
    AUG_TRY(txt_json_check(at, "type add_prefix_space trim_offsets use_regex"));
    AUG_TRY(txt_json_bool(at, "add_prefix_space", &out->prefix_space));
    AUG_TRY(txt_json_bool(at, "use_regex", &by_regex));
    out->cut = by_regex ? TXT_CUT_BYTES : TXT_CUT_WHOLE;
    return AUG_OK;
}

static AugStatus read_cut(TxtTokenFile *out, const TxtJsonValue *at)
{
    const char *type;
    AUG_TRY(txt_json_type(at, &type));
    if (out->is_bpe) {
        if (strcmp(type, "ByteLevel") != 0)
            return txt_json_refuse_type(at, "ByteLevel, for BPE");
        return read_byte_level(out, at);
    }
    if (strcmp(type, "BertPreTokenizer") == 0)
        out->cut = TXT_CUT_BERT;
    else if (strcmp(type, "WhitespaceSplit") == 0)
        out->cut = TXT_CUT_WHITE;
    else
        return txt_json_refuse_type(at, "BertPreTokenizer, WhitespaceSplit, for WordPiece");
    return txt_json_check(at, "type");
}

AugStatus txt_file_pre_tokenizer(TxtTokenFile *out, const TxtJsonValue *splits)
{
    out->cut = TXT_CUT_WHOLE;
    if (!splits->json && out->is_bpe)
        return txt_json_fail(splits, AUG_UNSUPPORTED,
                             "BPE without ByteLevel is not supported; with it, it is");
    if (!splits->json)
        return AUG_OK;
    const TxtJsonValue list = txt_json_member(splits, "pretokenizers");
    const char *type;
    AUG_TRY(txt_json_type(splits, &type));
    if (strcmp(type, "Sequence") != 0)
        return read_cut(out, splits);
    AUG_TRY(txt_json_check(splits, "type pretokenizers"));
    if (json_array_size(list.json) != 1)
        return txt_json_fail(&list, AUG_UNSUPPORTED,
                             "a sequence of %zu is not supported; one of 1 is",
                             json_array_size(list.json));
    const TxtJsonValue item = txt_json_item(&list, 0);
    return read_cut(out, &item);
}

/* Adds an id of the frame. */
static AugStatus add_frame(TxtTokenFile *out, const TxtJsonValue *id, bool behind)
{
    TxtFrame *frame = &out->frame;
    uint32_t *n = behind ? &frame->n_behind : &frame->n_before;
    if (*n == TXT_MAX_FRAME)
        return txt_json_fail(id, AUG_TOO_LARGE, "more than %d ids on one side of a text",
                             TXT_MAX_FRAME);
    int32_t *to = (behind ? frame->behind : frame->before) + *n;
    AUG_TRY(txt_json_id(id, to));
    if ((uint32_t)*to >= out->n_ids)
        out->n_ids = (uint32_t)*to + 1;
    ++*n;
    return AUG_OK;
}

/* The ids of the special token that a template's piece names. */
static AugStatus add_special(TxtTokenFile *out, const TxtJsonValue *template,
                             const TxtJsonValue *special, bool behind)
{
    const char *id;
    AUG_TRY(txt_json_check(special, "id type_id"));
    AUG_TRY(txt_json_text(special, "id", &id));
    const TxtJsonValue known = txt_json_member(template, "special_tokens");
    const TxtJsonValue entry = txt_json_member(&known, id ? id : "");
    const TxtJsonValue ids = txt_json_member(&entry, "ids");
    if (!json_is_array(ids.json))
        return txt_json_fail(special, AUG_CORRUPT, "'%.60s' is not among the special tokens",
                             id ? id : "");
    for (size_t i = 0; i < json_array_size(ids.json); i++) {
        const TxtJsonValue item = txt_json_item(&ids, i);
        AUG_TRY(add_frame(out, &item, behind));
    }
    return AUG_OK;
}

static AugStatus read_template(TxtTokenFile *out, const TxtJsonValue *at)
{
    AUG_TRY(txt_json_check(at, "type single pair special_tokens"));
    const TxtJsonValue list = txt_json_member(at, "single");
    bool behind = false;
    for (size_t i = 0; i < json_array_size(list.json); i++) {
        const TxtJsonValue item = txt_json_item(&list, i);
        AUG_TRY(txt_json_check(&item, "SpecialToken Sequence"));
        const TxtJsonValue special = txt_json_member(&item, "SpecialToken");
        const TxtJsonValue sequence = txt_json_member(&item, "Sequence");
        const char *id = NULL;
        if (special.json) {
            AUG_TRY(add_special(out, at, &special, behind));
            continue;
        }
        AUG_TRY(txt_json_text(&sequence, "id", &id));
        if (behind || !id || strcmp(id, "A") != 0)
            return txt_json_fail(&item, AUG_UNSUPPORTED,
                                 "a template that holds anything but special tokens and one text, "
                                 "A, is not supported");
        behind = true;
    }
    if (!behind)
        return txt_json_fail(&list, AUG_CORRUPT, "the template holds no text");
    return AUG_OK;
}

/* BertProcessing and RobertaProcessing: a token and its id on each side. */
static AugStatus read_ends(TxtTokenFile *out, const TxtJsonValue *at)
{
    AUG_TRY(txt_json_check(at, "type sep cls trim_offsets add_prefix_space"));
    static const char *const keys[] = {"cls", "sep"};
    for (size_t i = 0; i < 2; i++) {
        const TxtJsonValue pair = txt_json_member(at, keys[i]);
        const TxtJsonValue id = txt_json_item(&pair, 1);
        AUG_TRY(add_frame(out, &id, i == 1));
    }
    return AUG_OK;
}

static AugStatus add_frames(TxtTokenFile *out, const TxtJsonValue *at)
{
    const char *type;
    AUG_TRY(txt_json_type(at, &type));
    if (strcmp(type, "ByteLevel") == 0)
        return txt_json_check(at, "type add_prefix_space trim_offsets use_regex");
    if (out->frame.n_before + out->frame.n_behind > 0)
        return txt_json_fail(at, AUG_UNSUPPORTED, "a second frame around a text is not supported");
    if (strcmp(type, "TemplateProcessing") == 0)
        return read_template(out, at);
    if (strcmp(type, "BertProcessing") == 0 || strcmp(type, "RobertaProcessing") == 0)
        return read_ends(out, at);
    return txt_json_refuse_type(
        at, "TemplateProcessing, BertProcessing, RobertaProcessing, ByteLevel, Sequence");
}

AugStatus txt_file_post_processor(TxtTokenFile *out, const TxtJsonValue *frames)
{
    if (!frames->json)
        return AUG_OK;
    const char *type;
    AUG_TRY(txt_json_type(frames, &type));
    if (strcmp(type, "Sequence") != 0)
        return add_frames(out, frames);
    AUG_TRY(txt_json_check(frames, "type processors"));
    const TxtJsonValue list = txt_json_member(frames, "processors");
    for (size_t i = 0; i < json_array_size(list.json); i++) {
        const TxtJsonValue item = txt_json_item(&list, i);
        AUG_TRY(add_frames(out, &item));
    }
    return AUG_OK;
}

/* The id that a token gets: that of the model, or the next one that is free. */
static AugStatus read_added_id(TxtTokenFile *out, const TxtJsonValue *at, const char *content,
                               uint32_t *next, int32_t *id)
{
    const TxtJsonValue member = txt_json_member(at, "id");
    AUG_TRY(txt_json_id(&member, id));
    const int32_t known = txt_vocabulary_find(&out->tokens, content, strlen(content));
    const int32_t wanted = known >= 0 ? known : (int32_t)*next;
    if (*id != wanted)
        return txt_json_fail(&member, AUG_UNSUPPORTED,
                             "the token '%.60s' gets the id %" PRId32 ", and not %" PRId32, content,
                             wanted, *id);
    if (known < 0 || (uint32_t)known >= *next)
        *next = (uint32_t)*id + 1;
    if ((uint32_t)*id >= out->n_ids)
        out->n_ids = (uint32_t)*id + 1;
    txt_vocabulary_add(&out->tokens, content, strlen(content), *id);
    return AUG_OK;
}

/* Adds a token's text, normalized if it asks for that, to the set that it is looked for in. */
static AugStatus add_to_set(TxtTokenFile *out, const TxtJsonValue *at, TxtTokenScratch *scratch,
                            const TxtAdded *token, bool normalized)
{
    const char *content = json_string_value(json_object_get(at->json, "content"));
    const uint8_t *text = (const uint8_t *)content;
    size_t size = strlen(content);
    if (normalized) {
        text = txt_normalize(&out->normalizer, out->codes, scratch, text, &size);
        if (!text)
            return txt_json_fail(at, AUG_NO_MEMORY, "no memory for a token");
    }
    if (size == 0 || size > TXT_MAX_ADDED_BYTES)
        return txt_json_fail(at, AUG_UNSUPPORTED, "'%.60s' has %zu bytes; 1 to %d are allowed",
                             content, size, TXT_MAX_ADDED_BYTES);
    return txt_added_add(normalized ? &out->normal : &out->raw, text, size, token, at->file->error);
}

/* Special tokens come before others, where two of them look alike. */
static AugStatus add_added(TxtTokenFile *out, const TxtJsonValue *at, TxtTokenScratch *scratch,
                           bool want_special)
{
    bool special = false;
    TxtAdded token = {0};
    AUG_TRY(txt_json_bool(at, "special", &special));
    if (special != want_special)
        return AUG_OK;
    bool normalized = !special;
    AUG_TRY(txt_json_bool(at, "single_word", &token.single_word));
    AUG_TRY(txt_json_bool(at, "lstrip", &token.left));
    AUG_TRY(txt_json_bool(at, "rstrip", &token.right));
    AUG_TRY(txt_json_bool(at, "normalized", &normalized));
    const TxtJsonValue id = txt_json_member(at, "id");
    AUG_TRY(txt_json_id(&id, &token.id));
    return add_to_set(out, at, scratch, &token, normalized);
}

/* All tokens in their order, for their ids. */
static AugStatus read_added_ids(TxtTokenFile *out, const TxtJsonValue *list)
{
    /* The vocabulary has as many tokens as were added to it so far. */
    uint32_t next = out->tokens.n;
    for (size_t i = 0; i < json_array_size(list->json); i++) {
        const TxtJsonValue at = txt_json_item(list, i);
        AUG_TRY(txt_json_check(&at, "id content single_word lstrip rstrip normalized special"));
        const char *content;
        int32_t id;
        AUG_TRY(txt_json_text(&at, "content", &content));
        if (!content || strlen(content) > TXT_MAX_ADDED_BYTES)
            return txt_json_fail(&at, AUG_UNSUPPORTED, "a token of 1 to %d bytes is expected here",
                                 TXT_MAX_ADDED_BYTES);
        AUG_TRY(read_added_id(out, &at, content, &next, &id));
    }
    return AUG_OK;
}

AugStatus txt_file_added(TxtTokenFile *out, const TxtJsonValue *list)
{
    AUG_TRY(read_added_ids(out, list));
    TxtTokenScratch *scratch;
    AUG_TRY(txt_token_scratch_new(&scratch, NULL, list->file->error));
    AugStatus status = AUG_OK;
    const size_t n = json_array_size(list->json);
    for (size_t i = 0; status == AUG_OK && i < 2 * n; i++) {
        const TxtJsonValue at = txt_json_item(list, i % n);
        status = add_added(out, &at, scratch, i < n);
    }
    txt_token_scratch_free(scratch);
    return status;
}
