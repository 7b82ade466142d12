/* Making tokenizers, and the way of every text through one: frame, ids, frame. */
#include "text/tokens/tokenizer.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "text/tokens/file.h"
#include "text/tokens/scratch.h"
#include "text/tokens/units.h"
#include "text/tokens/utf8_repair.h"
#include "text/unicode/unicode.h"

/* Ids of BYTES that are no byte, as in ByT5. */
enum { BYTES_PAD = 0, BYTES_END = 1, BYTES_UNKNOWN = 2, BYTES_FIRST = 3 };

struct TxtTokenizer {
    TxtTokenizerOptions options; /* without path */
    TxtTokenizerInfo info;
    TxtFrame frame;
    TxtTokenFile file;
    TxtUnits units;
    TxtUnitIds ids;
};

static AugStatus init_bytes(TxtTokenizer *tokenizer)
{
    tokenizer->info.pad = BYTES_PAD;
    tokenizer->info.unknown = BYTES_UNKNOWN;
    tokenizer->info.n_ids = BYTES_FIRST + 256;
    tokenizer->frame = (TxtFrame){.behind = {BYTES_END}, .n_behind = 1};
    return AUG_OK;
}

static AugStatus init_file(TxtTokenizer *tokenizer, const char *path, AugiDigest *digest,
                           AugError *error)
{
    TxtTokenFile *file = &tokenizer->file;
    AUG_TRY(txt_token_file_load(file, path, digest, error));
    tokenizer->info.pad = file->pad;
    tokenizer->info.unknown = file->is_bpe ? file->bpe.unknown : file->word_piece.unknown;
    tokenizer->info.n_ids = file->n_ids;
    tokenizer->frame = file->frame;
    return AUG_OK;
}

/* The id of one of two spellings of a special token; -1: it has neither. */
static int32_t find_either(const TxtVocabulary *vocabulary, const char *first, const char *second)
{
    const int32_t id = txt_vocabulary_find(vocabulary, first, strlen(first));
    return id >= 0 ? id : txt_vocabulary_find(vocabulary, second, strlen(second));
}

static AugStatus init_vocabulary(TxtTokenizer *tokenizer, const char *path, AugiDigest *digest,
                                 AugError *error)
{
    TxtVocabulary *vocabulary = &tokenizer->ids.vocabulary;
    AUG_TRY(txt_vocabulary_load(vocabulary, path, digest, error));
    const int32_t pad = find_either(vocabulary, "[PAD]", "<pad>");
    tokenizer->info.pad = pad >= 0 ? pad : 0;
    tokenizer->info.unknown = find_either(vocabulary, "[UNK]", "<unk>");
    tokenizer->info.n_ids = vocabulary->n;
    tokenizer->ids.unknown = tokenizer->info.unknown;
    if (tokenizer->info.unknown >= 0)
        return AUG_OK;
    return AUG_FAIL(error, AUG_CORRUPT, path,
                    "the vocabulary has neither [UNK] nor <unk>, for what it does not have");
}

static AugStatus init_units(TxtTokenizer *tokenizer, const char *path, AugiDigest *digest,
                            AugError *error)
{
    const TxtTokenizerOptions *options = &tokenizer->options;
    TxtUnit unit = TXT_UNIT_WORD;
    if (options->kind == TXT_TOKENIZER_CHARACTERS)
        unit = options->graphemes ? TXT_UNIT_GRAPHEME : TXT_UNIT_CODE;
    AUG_TRY(txt_units_init(&tokenizer->units, unit, options->lower, error));
    if (path)
        return init_vocabulary(tokenizer, path, digest, error);
    tokenizer->info.unknown = -1;
    tokenizer->ids.buckets = options->buckets;
    tokenizer->info.n_ids = 1 + (options->buckets > 0 ? options->buckets : 0x110000);
    if (options->buckets > 0 || unit == TXT_UNIT_CODE)
        return AUG_OK;
    return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL, "%s need a vocabulary or buckets",
                    unit == TXT_UNIT_WORD ? "words" : "graphemes");
}

/* Everything that ids depend on, and nothing of the machine: numbers of fixed size, in one order. */
static AugiDigest identity(const TxtTokenizerOptions *options, const AugiDigest *file)
{
    /* Words and normal forms are those of a version of Unicode. */
    const uint64_t unicode = augi_digest_check(TXT_UNICODE_VERSION, strlen(TXT_UNICODE_VERSION));
    const uint64_t parts[] = {options->kind,  options->buckets, options->graphemes,
                              options->lower, options->bare,    options->max_length,
                              unicode,        file->low,        file->high};
    uint8_t bytes[sizeof(parts)];
    for (size_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = (uint8_t)(parts[i / 8] >> 8 * (i % 8));
    return augi_digest(bytes, sizeof(bytes));
}

static AugStatus init(TxtTokenizer *tokenizer, const TxtTokenizerOptions *options, AugError *error)
{
    AugiDigest digest = {0};
    tokenizer->options = *options;
    tokenizer->options.path = NULL;
    AugStatus status = AUG_OK;
    if (options->kind == TXT_TOKENIZER_BYTES)
        status = init_bytes(tokenizer);
    else if (options->kind == TXT_TOKENIZER_FILE)
        status = init_file(tokenizer, options->path, &digest, error);
    else
        status = init_units(tokenizer, options->path, &digest, error);
    if (status != AUG_OK)
        return status;
    if (options->bare)
        tokenizer->frame = (TxtFrame){0};
    tokenizer->info.n_frame = tokenizer->frame.n_before + tokenizer->frame.n_behind;
    tokenizer->info.identity = identity(options, &digest);
    if (options->max_length > tokenizer->info.n_frame)
        return AUG_OK;
    return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                    "max_length is %" PRIu32 ", and the tokenizer adds %" PRIu32
                    " ids to every text",
                    options->max_length, tokenizer->info.n_frame);
}

AugStatus txt_tokenizer_new(TxtTokenizer **out, const TxtTokenizerOptions *options, AugError *error)
{
    *out = NULL;
    TxtTokenizer *tokenizer = calloc(1, sizeof(*tokenizer));
    if (!tokenizer)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for a tokenizer");
    const AugStatus status = init(tokenizer, options, error);
    if (status == AUG_OK)
        *out = tokenizer;
    else
        txt_tokenizer_free(tokenizer);
    return status;
}

void txt_tokenizer_free(TxtTokenizer *tokenizer)
{
    if (!tokenizer)
        return;
    txt_token_file_fini(&tokenizer->file);
    txt_units_fini(&tokenizer->units);
    txt_vocabulary_fini(&tokenizer->ids.vocabulary);
    free(tokenizer);
}

const TxtTokenizerInfo *txt_tokenizer_info(const TxtTokenizer *tokenizer)
{
    return &tokenizer->info;
}

static void encode_bytes(TxtTokenScratch *scratch, const uint8_t *text, size_t size)
{
    for (size_t i = 0; i < size && !txt_ids_full(scratch); i++)
        txt_ids_add(scratch, BYTES_FIRST + text[i]);
}

static void encode_units(const TxtTokenizer *tokenizer, TxtTokenScratch *scratch,
                         const uint8_t *text, size_t size)
{
    const uint8_t *normal = txt_units_text(&tokenizer->units, scratch, text, &size), *unit;
    size_t n;
    for (size_t at = 0; normal && !txt_ids_full(scratch) &&
                        (n = txt_units_next(&tokenizer->units, normal, size, &at, &unit)) > 0;)
        txt_ids_add(scratch, txt_unit_id(&tokenizer->ids, unit, n));
}

static void encode_text(const TxtTokenizer *tokenizer, TxtTokenScratch *scratch,
                        const uint8_t *text, size_t size)
{
    if (tokenizer->options.kind == TXT_TOKENIZER_BYTES) {
        encode_bytes(scratch, text, size);
    } else if (tokenizer->options.kind == TXT_TOKENIZER_FILE) {
        text = txt_utf8_repaired(scratch, text, &size);
        if (text)
            txt_token_file_encode(&tokenizer->file, scratch, text, size);
    } else {
        encode_units(tokenizer, scratch, text, size);
    }
}

/* Words of another tokenizer are forgotten. */
static void own(const TxtTokenizer *tokenizer, TxtTokenScratch *scratch)
{
    const AugiDigest *identity = &tokenizer->info.identity;
    if (scratch->owner.low == identity->low && scratch->owner.high == identity->high)
        return;
    memset(scratch->words, 0, TXT_CACHED_WORDS * sizeof(*scratch->words));
    scratch->owner = *identity;
}

AugStatus txt_tokenizer_encode(const TxtTokenizer *tokenizer, TxtTokenScratch *scratch,
                               const void *text, size_t size, TxtIds *ids, AugError *error)
{
    const TxtFrame *frame = &tokenizer->frame;
    own(tokenizer, scratch);
    scratch->ids.n = 0;
    scratch->failed = false;
    scratch->limit = tokenizer->options.max_length - frame->n_behind;
    for (uint32_t i = 0; i < frame->n_before; i++)
        txt_ids_add(scratch, frame->before[i]);
    encode_text(tokenizer, scratch, text, size);
    scratch->limit = tokenizer->options.max_length;
    for (uint32_t i = 0; i < frame->n_behind; i++)
        txt_ids_add(scratch, frame->behind[i]);
    *ids = (TxtIds){scratch->ids.items, (uint32_t)scratch->ids.n};
    if (!scratch->failed)
        return AUG_OK;
    *ids = (TxtIds){0};
    return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory to tokenize a text of %zu bytes", size);
}
