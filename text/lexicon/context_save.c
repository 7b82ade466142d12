/* A copy of a lexicon with the counts of a training. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text/lexicon/context_train.h"
#include "text/lexicon/inside.h"
#include "text/lexicon/writer.h"

/* The blocks of words in the making. */
typedef struct Laid {
    char *text;
    TxtContextWord *words;
    uint32_t *slots;
    uint64_t text_size, n_slots;
} Laid;

/* Blocks of the file in the making, and texts that are longer than those of the lexicon. */
typedef struct Blocks {
    TxtOutBlock items[TXT_INDEX_MAX_BLOCKS];
    size_t n;
    char *about, *notices;
} Blocks;

static AugStatus lay_out(Laid *laid, const TxtTraining *training, AugError *error)
{
    const uint32_t n = training->n_words;
    for (laid->n_slots = 8; laid->n_slots < 2 * (uint64_t)n; laid->n_slots *= 2)
        continue;
    for (uint32_t i = 0; i < n; i++)
        laid->text_size += training->words.items[training->order[i]].size;
    laid->text = calloc(laid->text_size + 1, 1);
    laid->words = calloc((size_t)n + 1, sizeof(*laid->words));
    laid->slots = calloc(laid->n_slots, sizeof(*laid->slots));
    if (!laid->text || !laid->words || !laid->slots)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for the words of the texts");
    uint32_t at = 0;
    for (uint32_t i = 0; i < n; i++) {
        const TxtNewWord *word = &training->words.items[training->order[i]];
        const char *text = training->words.strings.text + word->at;
        laid->words[i] = (TxtContextWord){at, training->counts[i], training->classes[i]};
        memcpy(laid->text + at, text, word->size);
        at += word->size;
        uint64_t slot = txt_index_slot(text, word->size, laid->n_slots);
        while (laid->slots[slot])
            slot = (slot + 1) & (laid->n_slots - 1);
        laid->slots[slot] = i + 1;
    }
    laid->words[n].text = at;
    return AUG_OK;
}

static bool is_context(uint32_t type)
{
    return type >= TXT_BLOCK_CONTEXT && type <= TXT_BLOCK_CLASSES;
}

static void add_block(Blocks *blocks, uint32_t type, uint32_t item_size, const void *items,
                      uint64_t n)
{
    blocks->items[blocks->n++] = (TxtOutBlock){type, item_size, items, n};
}

static void add_context(Blocks *blocks, const TxtTraining *training, const Laid *laid)
{
    const uint32_t n = training->n_words;
    add_block(blocks, TXT_BLOCK_CONTEXT, sizeof(training->entry), &training->entry, 1);
    add_block(blocks, TXT_BLOCK_CONTEXT_TEXT, 1, laid->text, laid->text_size);
    add_block(blocks, TXT_BLOCK_CONTEXT_WORDS, sizeof(TxtContextWord), laid->words,
              (uint64_t)n + 1);
    add_block(blocks, TXT_BLOCK_CONTEXT_SLOTS, sizeof(uint32_t), laid->slots, laid->n_slots);
    add_block(blocks, TXT_BLOCK_NEXT_ROWS, sizeof(uint32_t), training->next_rows, (uint64_t)n + 1);
    add_block(blocks, TXT_BLOCK_NEXT_CELLS, sizeof(TxtContextCell), training->next_cells.items,
              training->next_cells.n);
    add_block(blocks, TXT_BLOCK_NEAR_ROWS, sizeof(uint32_t), training->near_rows, (uint64_t)n + 1);
    add_block(blocks, TXT_BLOCK_NEAR_CELLS, sizeof(TxtContextCell), training->near_cells.items,
              training->near_cells.n);
    add_block(blocks, TXT_BLOCK_CLASSES, sizeof(float), training->ratios,
              (uint64_t)training->entry.n_classes * training->entry.n_classes);
}

/* All blocks of the lexicon but its context, if it has one, then the new context. */
static AugStatus gather(Blocks *blocks, const TxtLexicon *lexicon, const TxtTraining *training,
                        const Laid *laid, AugError *error)
{
    const TxtIndexHeader *header = (const TxtIndexHeader *)(const void *)lexicon->bytes;
    const TxtBlockEntry *table = (const TxtBlockEntry *)(const void *)(header + 1);
    bool is_added = false;
    if (header->n_blocks + 9 > TXT_INDEX_MAX_BLOCKS)
        return AUG_FAIL(error, AUG_TOO_LARGE, NULL, "the lexicon has no room for more blocks");
    for (uint32_t i = 0; i < header->n_blocks; i++) {
        const TxtBlockEntry *entry = &table[i];
        if (entry->type >= TXT_BLOCK_CONTEXT && !is_added) {
            add_context(blocks, training, laid);
            is_added = true;
        }
        if (entry->type == TXT_BLOCK_ABOUT)
            add_block(blocks, entry->type, 1, blocks->about, strlen(blocks->about));
        else if (entry->type == TXT_BLOCK_NOTICES)
            add_block(blocks, entry->type, 1, blocks->notices, strlen(blocks->notices));
        else if (!is_context(entry->type))
            add_block(blocks, entry->type, entry->item_size, lexicon->bytes + entry->offset,
                      entry->n_items);
    }
    if (!is_added)
        add_context(blocks, training, laid);
    return AUG_OK;
}

/* What the lexicon says of itself, without an earlier context, and its notices with that of the
 * texts. */
static AugStatus write_texts(Blocks *blocks, const TxtLexicon *lexicon, const TxtTraining *training,
                             const char *notice, AugError *error)
{
    const TxtSlice about = txt_lexicon_about(lexicon), notices = txt_lexicon_notices(lexicon);
    const TxtSlice old = txt_lexicon_about_value(lexicon, "context");
    /* That line is the last one. */
    const int size = old.text ? (int)(old.text - about.text - sizeof("context")) : (int)about.size;
    const int n =
        asprintf(&blocks->about, "%.*scontext %llu words, %u of them different\n",
                 size < 0 ? 0 : size, about.text ? about.text : "",
                 (unsigned long long)training->entry.n_tokens, (unsigned)training->entry.n_words);
    if (n < 0)
        blocks->about = NULL;
    const int m = asprintf(&blocks->notices, "%.*s%s%s%s", (int)notices.size,
                           notices.text ? notices.text : "", notices.size ? "\n" : "",
                           "Texts in which words were counted\n\n",
                           notice ? notice : "No licence notice was given with these texts.\n");
    if (m < 0)
        blocks->notices = NULL;
    if (!blocks->about || !blocks->notices)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for the notices of a lexicon");
    return AUG_OK;
}

AugStatus txt_training_save(const TxtTraining *training, const TxtLexicon *lexicon,
                            const char *notice, const char *output, AugError *error)
{
    Laid laid = {0};
    Blocks *blocks = calloc(1, sizeof(*blocks));
    if (!blocks)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for a lexicon");
    AugStatus status = lay_out(&laid, training, error);
    if (status == AUG_OK)
        status = write_texts(blocks, lexicon, training, notice, error);
    if (status == AUG_OK)
        status = gather(blocks, lexicon, training, &laid, error);
    if (status == AUG_OK)
        status = txt_index_save(output, blocks->items, blocks->n, error);
    free(laid.text);
    free(laid.words);
    free(laid.slots);
    free(blocks->about);
    free(blocks->notices);
    free(blocks);
    return status;
}
