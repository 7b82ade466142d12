/* WordPiece (Schuster and Nakajima 2012), as in BERT. */
#include "text/tokens/models.h"

static bool is_start(uint8_t byte)
{
    return (byte & 0xc0) != 0x80;
}

static bool is_longer(const uint8_t *word, size_t size, uint32_t most)
{
    if (size <= most)
        return false;
    size_t n = 0;
    for (size_t i = 0; i < size; i++)
        n += is_start(word[i]);
    return n > most;
}

/* Bytes of the longest piece at a place; 0: there is none. */
static size_t longest_piece(const TxtVocabulary *vocabulary, const uint8_t *word, size_t size,
                            int32_t *id)
{
    for (size_t n = size < vocabulary->longest ? size : vocabulary->longest; n > 0; n--) {
        if (n < size && !is_start(word[n]))
            continue;
        *id = txt_vocabulary_find(vocabulary, word, n);
        if (*id >= 0)
            return n;
    }
    return 0;
}

void txt_word_piece(const TxtWordPiece *model, TxtTokenScratch *scratch, const uint8_t *word,
                    size_t size)
{
    TxtCachedWord *place;
    if (txt_word_recall(scratch, word, size, &place))
        return;
    const size_t first = scratch->ids.n;
    const bool is_long = is_longer(word, size, model->most);
    if (is_long)
        txt_ids_add(scratch, model->unknown);
    /* Behind the limit nothing is added any more, but the end may still make all of it unknown. */
    for (size_t at = 0, n = 0; !is_long && at < size; at += n) {
        int32_t id;
        n = longest_piece(at > 0 ? &model->goes_on : &model->begins, word + at, size - at, &id);
        if (n == 0) {
            scratch->ids.n = first;
            txt_ids_add(scratch, model->unknown);
            break;
        }
        txt_ids_add(scratch, id);
    }
    txt_word_remember(scratch, place, word, size, first);
}
