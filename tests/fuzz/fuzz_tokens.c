/* Tokenizers: what a tokenizer.json may hold, and texts through each kind. Ids are below their
 * bound, no more than wanted, the same whatever the scratch did before, and a text that is cut
 * begins as the whole one.
 *
 * Input: a byte that picks the kind and the length, then a text, a line "%%", and a tokenizer.json;
 * for kinds that need none, and where the file is refused, the text alone counts.
 */
#include <stdlib.h>

#include "tests/fuzz/fuzz.h"
#include "text/tokens/tokenizer.h"

/* Used by all inputs, one after the other. */
static TxtTokenScratch *used;

static void encode(const TxtTokenizer *tokenizer, TxtTokenScratch *scratch, const uint8_t *text,
                   size_t size, TxtIds *ids)
{
    AugError error = {0};
    const AugStatus status = txt_tokenizer_encode(tokenizer, scratch, text, size, ids, &error);
    FUZZ_CHECK(status == AUG_OK, "%s", error.message);
    const TxtTokenizerInfo *info = txt_tokenizer_info(tokenizer);
    for (uint32_t i = 0; i < ids->n; i++)
        FUZZ_CHECK(ids->values[i] >= 0 && (uint32_t)ids->values[i] < info->n_ids, "id %d of %u",
                   ids->values[i], info->n_ids);
    FUZZ_CHECK(ids->n >= info->n_frame, "%u ids, of which the frame has %u", ids->n, info->n_frame);
}

/* Whether ids that are no more begin others. */
static bool begins_with(const TxtIds *whole, const TxtIds *start)
{
    for (uint32_t i = 0; i < start->n; i++)
        if (whole->values[i] != start->values[i])
            return false;
    return true;
}

static void check_text(const TxtTokenizer *tokenizer, const TxtTokenizerOptions *options,
                       const uint8_t *text, size_t size)
{
    TxtTokenScratch *fresh;
    TxtIds first, second;
    FUZZ_CHECK(txt_token_scratch_new(&fresh, NULL, NULL) == AUG_OK, "no memory");
    encode(tokenizer, used, text, size, &first);
    encode(tokenizer, fresh, text, size, &second);
    FUZZ_CHECK(first.n <= options->max_length, "%u ids", first.n);
    FUZZ_CHECK(first.n == second.n && begins_with(&first, &second), "%u and %u ids", first.n,
               second.n);
    txt_token_scratch_free(fresh);
}

/* The same tokenizer with a longer length begins with the same ids. */
static void check_longer(TxtTokenizerOptions options, const TxtIds *cut, const uint8_t *text,
                         size_t size)
{
    options.max_length = 1u << 20;
    TxtTokenizer *tokenizer;
    TxtTokenScratch *scratch;
    TxtIds whole;
    FUZZ_CHECK(txt_tokenizer_new(&tokenizer, &options, NULL) == AUG_OK, "a longer one fails");
    FUZZ_CHECK(txt_token_scratch_new(&scratch, NULL, NULL) == AUG_OK, "no memory");
    encode(tokenizer, scratch, text, size, &whole);
    const uint32_t n_frame = txt_tokenizer_info(tokenizer)->n_frame;
    FUZZ_CHECK(whole.n >= cut->n, "%u ids of %u", cut->n, whole.n);
    FUZZ_CHECK(n_frame > 0 || begins_with(&whole, cut), "other ids");
    txt_token_scratch_free(scratch);
    txt_tokenizer_free(tokenizer);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    FuzzInput input = {bytes, size};
    const uint8_t choice = fuzz_byte(&input);
    size_t text_size, file_size = input.left;
    uint8_t *text = fuzz_part(&input, &text_size);
    file_size = input.left;
    uint8_t *file = fuzz_take(&input, &file_size);
    TxtTokenizerOptions options = {.kind = choice % 5,
                                   .max_length = 1 + (choice >> 4) * 3,
                                   .lower = choice & 8,
                                   .graphemes = choice & 4,
                                   .bare = choice & 2};
    if (options.kind == TXT_TOKENIZER_FILE || options.kind == TXT_TOKENIZER_WORDS)
        options.path = fuzz_file(file, file_size);
    else if (options.kind != TXT_TOKENIZER_BYTES)
        options.buckets = choice & 1 ? 100 : 0;
    TxtTokenizer *tokenizer;
    AugError error = {0};
    if (!used)
        FUZZ_CHECK(txt_token_scratch_new(&used, NULL, NULL) == AUG_OK, "no memory");
    const AugStatus status = txt_tokenizer_new(&tokenizer, &options, &error);
    if (status == AUG_OK) {
        TxtIds ids;
        check_text(tokenizer, &options, text, text_size);
        encode(tokenizer, used, text, text_size, &ids);
        check_longer(options, &ids, text, text_size);
    } else {
        fuzz_check_failure(status, &error);
    }
    txt_tokenizer_free(tokenizer);
    free(text);
    free(file);
    return status == AUG_OK ? 0 : -1;
}
