/* The map of output.ids, and what it asks for. */
#include "text/domain/ids.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libaug/data/support/paths.h"
#include "libaug/spec/param_kind.h"

/* Ids of one text at most: as many as there are in the longest text that a batch may hold. */
#define MAX_LENGTH (16 << 20)

/* Names of the tokenizers that need no file of somebody else's, by their kinds. */
static const char *const kind_names[] = {[TXT_TOKENIZER_WORDS] = "words",
                                         [TXT_TOKENIZER_HASHING] = "hashing",
                                         [TXT_TOKENIZER_CHARACTERS] = "characters",
                                         [TXT_TOKENIZER_BYTES] = "bytes"};

static const AugParamDesc ids_rows[] = {
    AUG_PARAM(TxtIdsParam, tokenizer,
              .help = "words, hashing, characters, bytes, or the path of a "
                      "tokenizer.json of Hugging Face's tokenizers"),
    AUG_PARAM(TxtIdsParam, vocabulary, .optional = true, .unit = "file",
              .help = "words, characters: what has an id, one a line"),
    AUG_PARAM(TxtIdsParam, buckets, .fallback = "0", .low = 0, .high = 1 << 30,
              .help = "hashing, characters: how many ids they are spread over"),
    AUG_PARAM(TxtIdsParam, graphemes, .fallback = "false",
              .help = "characters: graphemes in place of code points"),
    AUG_PARAM(TxtIdsParam, lower, .fallback = "false",
              .help = "words, hashing, characters: upper case counts as lower case"),
    AUG_PARAM(TxtIdsParam, special_tokens, .fallback = "true",
              .help = "what the tokenizer puts around every text, such as [CLS] and [SEP]"),
    AUG_PARAM(TxtIdsParam, max_length, .fallback = "512", .low = 1, .high = MAX_LENGTH,
              .unit = "ids", .help = "of one text at most, special tokens included"),
    AUG_PARAM(TxtIdsParam, truncation, .fallback = "true",
              .help = "cut longer texts on the right, before the special tokens at the end, in "
                      "place of refusing them"),
    AUG_PARAM(TxtIdsParam, padding, .fallback = "true",
              .help = "fill every text up to max_length; false: ids is ragged"),
    AUG_PARAM(TxtIdsParam, padding_id, .fallback = "-1", .low = -1, .high = INT32_MAX,
              .help = "what texts are filled up with; -1: what the tokenizer says, else 0"),
};
static const AugParamTable ids_table = AUG_PARAM_TABLE(TxtIdsParam, ids_rows);

static bool read_ids(const AugParamTarget *target, const AugiTree *at, void *field)
{
    TxtIdsParam given;
    char path[64];
    const size_t mistakes = target->problems->n;
    snprintf(path, sizeof(path), "%s.%s", target->path, target->row->name);
    if (at->kind == AUGI_TREE_MAP)
        augi_params_bind(&ids_table, at, NULL, path, &given, target->problems);
    else
        augi_params_bind_short(&ids_table, at, path, &given, target->problems);
    if (target->problems->n > mistakes) {
        augi_params_fini(&ids_table, &given);
        return false;
    }
    augi_params_fini(&ids_table, field);
    given.is_given = true;
    *(TxtIdsParam *)field = given;
    return true;
}

static void write_ids(const AugParamDesc *row, const void *field, AugiJsonWriter *writer)
{
    (void)row;
    augi_json_object(writer);
    augi_params_write(&ids_table, field, writer);
    augi_json_object_end(writer);
}

static bool is_absent(const AugParamDesc *row, const void *field)
{
    (void)row;
    return !((const TxtIdsParam *)field)->is_given;
}

static void fini_ids(void *field)
{
    augi_params_fini(&ids_table, field);
}

static void write_forms(const AugParamDesc *row, AugiJsonWriter *writer)
{
    (void)row;
    augi_json_object(writer);
    augi_json_text_member(writer, "type", "string");
    augi_json_object_end(writer);
    augi_json_object(writer);
    augi_json_text_member(writer, "type", "object");
    augi_json_key(writer, "properties");
    augi_json_object(writer);
    for (size_t i = 0; i < ids_table.n; i++) {
        augi_json_key(writer, ids_rows[i].name);
        augi_param_write_schema(&ids_rows[i], writer);
    }
    augi_json_object_end(writer);
    augi_json_key(writer, "required");
    augi_json_list(writer);
    augi_json_string(writer, "tokenizer");
    augi_json_list_end(writer);
    augi_json_key(writer, "additionalProperties");
    augi_json_bool(writer, false);
    augi_json_object_end(writer);
}

const AugParamKind txt_kind_ids = {
    .text = "tokenizer or map {tokenizer, max_length, ...}",
    .allowed = "the name of a tokenizer, or a map {tokenizer: ..., max_length: ...}",
    .size = sizeof(TxtIdsParam),
    .read = read_ids,
    .write = write_ids,
    .write_forms = write_forms,
    .is_absent = is_absent,
    .fini = fini_ids,
};

static AugStatus refuse(const char *name, const char *tokenizer, AugError *error)
{
    return AUG_FAIL(error, AUG_BAD_SPEC, "output.ids",
                    "%s is given, and the tokenizer '%.100s' has no use for it", name, tokenizer);
}

/* The kind that a setting names; what is no name is a path. */
static TxtTokenizerKind kind_of(const char *tokenizer)
{
    for (size_t i = 0; i < AUG_COUNT(kind_names); i++)
        if (strcmp(tokenizer, kind_names[i]) == 0)
            return (TxtTokenizerKind)i;
    return TXT_TOKENIZER_FILE;
}

static const char *kind_name(const void *names, size_t i)
{
    return ((const char *const *)names)[i];
}

/* What looks like a misspelt name rather than a path. */
static AugStatus refuse_name(const char *name, AugError *error)
{
    const char *near = augi_nearest_name(name, kind_name, kind_names, AUG_COUNT(kind_names));
    return AUG_FAIL(error, AUG_NOT_FOUND, "output.ids",
                    "there is no tokenizer '%.60s'%s%s%s; allowed is words, hashing, characters, "
                    "bytes, or the path of a tokenizer.json",
                    name, near ? " (did you mean '" : "", near ? near : "", near ? "'?)" : "");
}

/* What is given and not used would be left out in silence. */
static AugStatus check(const TxtIdsParam *param, TxtTokenizerKind kind, AugError *error)
{
    const bool is_words = kind == TXT_TOKENIZER_WORDS;
    const bool is_characters = kind == TXT_TOKENIZER_CHARACTERS;
    if (param->vocabulary && !is_words && !is_characters)
        return refuse("vocabulary", param->tokenizer, error);
    if (param->buckets && kind != TXT_TOKENIZER_HASHING && !is_characters)
        return refuse("buckets", param->tokenizer, error);
    if (param->graphemes && !is_characters)
        return refuse("graphemes", param->tokenizer, error);
    if (param->lower && (kind == TXT_TOKENIZER_BYTES || kind == TXT_TOKENIZER_FILE))
        return refuse("lower", param->tokenizer, error);
    if (is_words && !param->vocabulary)
        return AUG_FAIL(error, AUG_BAD_SPEC, "output.ids",
                        "the tokenizer words needs a vocabulary, which 'aug data build vocabulary' "
                        "makes");
    if (param->vocabulary && param->buckets)
        return AUG_FAIL(error, AUG_BAD_SPEC, "output.ids",
                        "vocabulary and buckets are both given; ids come from one of them");
    return AUG_OK;
}

AugStatus txt_ids_tokenizer(const TxtIdsParam *param, const char *file, TxtTokenizer **out,
                            AugError *error)
{
    *out = NULL;
    const TxtTokenizerKind kind = kind_of(param->tokenizer);
    AUG_TRY(check(param, kind, error));
    const char *given = kind == TXT_TOKENIZER_FILE ? param->tokenizer : param->vocabulary;
    char *path = NULL;
    if (given)
        AUG_TRY(augi_path_place(&path, given, file, error));
    /* One more where nothing may be cut, to see that there are more. */
    const TxtTokenizerOptions options = {
        .kind = kind,
        .path = path,
        .buckets = (uint32_t)param->buckets,
        .graphemes = param->graphemes,
        .lower = param->lower,
        .bare = !param->special_tokens,
        .max_length = (uint32_t)param->max_length + (param->truncation ? 0 : 1),
    };
    const AugStatus status = txt_tokenizer_new(out, &options, error);
    free(path);
    if (status == AUG_NOT_FOUND && kind == TXT_TOKENIZER_FILE && !strpbrk(param->tokenizer, "./"))
        return refuse_name(param->tokenizer, error);
    return status == AUG_OK ? status : aug_error_prefix(error, status, "output.ids");
}

int32_t txt_ids_padding(const TxtIdsParam *param, const TxtTokenizer *tokenizer)
{
    return param->padding_id >= 0 ? param->padding_id : txt_tokenizer_info(tokenizer)->pad;
}

AugStatus txt_ids_check(const TxtIdsParam *param, const TxtIds *ids, AugError *error)
{
    if (ids->n <= (uint32_t)param->max_length)
        return AUG_OK;
    return AUG_FAIL(error, AUG_TOO_LARGE, NULL,
                    "the text has more than %" PRId32
                    " ids, which is output.ids.max_length; truncation: true cuts it",
                    param->max_length);
}
