/* From what a builder collected to the blocks of an index: everything is numbered anew, by order. */
#include <stdlib.h>
#include <string.h>

#include "text/lexicon/collected.h"
#include "text/lexicon/writer.h"

/* The arrays of the blocks in the making.
 *
 * sorted: old numbers of words, in order; place: their new ones, by the old
 */
typedef struct Layout {
    uint32_t *sorted, *place;
    char *text;
    uint64_t text_size;
    TxtWordEntry *words;
    uint8_t *flags;
    uint32_t *slots;
    uint64_t n_slots;
    TxtLemmaEntry *lemmas;
    uint64_t n_lemmas;
    TxtSense *senses;
    TxtSynsetEntry *synsets;
    TxtMember *members;
    TxtPair *antonyms;
    uint64_t n_antonyms;
    TxtException *exceptions;
    uint32_t *irregulars;
} Layout;

static void layout_fini(Layout *layout)
{
    free(layout->sorted);
    free(layout->place);
    free(layout->text);
    free(layout->words);
    free(layout->flags);
    free(layout->slots);
    free(layout->lemmas);
    free(layout->senses);
    free(layout->synsets);
    free(layout->members);
    free(layout->antonyms);
    free(layout->exceptions);
    free(layout->irregulars);
}

/* A power of two, so that two thirds of the slots are taken at most. */
static uint64_t slots_for(uint64_t n_words)
{
    uint64_t n = 8;
    while (2 * n < 3 * n_words)
        n *= 2;
    return n;
}

static AugStatus layout_init(Layout *layout, const TxtBuilder *builder, AugError *error)
{
    const uint64_t n_words = builder->words.n;
    layout->n_slots = slots_for(n_words);
    layout->text_size = builder->words.strings.size - n_words;
    layout->sorted = txt_words_sorted(&builder->words);
    layout->place = calloc(n_words + 1, sizeof(*layout->place));
    layout->text = calloc(layout->text_size + 1, 1);
    layout->words = calloc(n_words + 1, sizeof(*layout->words));
    layout->flags = calloc(n_words + 1, 1);
    layout->slots = calloc(layout->n_slots, sizeof(*layout->slots));
    layout->lemmas = calloc(n_words + 1, sizeof(*layout->lemmas));
    layout->senses = calloc(builder->senses.n + 1, sizeof(*layout->senses));
    layout->synsets = calloc(builder->synsets.n + 1, sizeof(*layout->synsets));
    layout->members = calloc(builder->members.n + 1, sizeof(*layout->members));
    layout->antonyms = calloc(builder->antonyms.n + 1, sizeof(*layout->antonyms));
    layout->exceptions = calloc(builder->exceptions.n + 1, sizeof(*layout->exceptions));
    layout->irregulars = calloc(builder->exceptions.n + 1, sizeof(*layout->irregulars));
    const bool complete = layout->sorted && layout->place && layout->text && layout->words &&
                          layout->flags && layout->slots && layout->lemmas && layout->senses &&
                          layout->synsets && layout->members && layout->antonyms &&
                          layout->exceptions && layout->irregulars;
    if (!complete)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for an index");
    return AUG_OK;
}

/* Words in order, their texts and the hash table; nothing has a lemma yet. */
static void put_words(Layout *layout, const TxtBuilder *builder)
{
    uint32_t at = 0;
    for (uint32_t i = 0; i < builder->words.n; i++) {
        const TxtNewWord *word = &builder->words.items[layout->sorted[i]];
        const char *text = builder->words.strings.text + word->at;
        layout->place[layout->sorted[i]] = i;
        layout->words[i] = (TxtWordEntry){at, TXT_NO_LEMMA};
        layout->flags[i] = word->flags;
        memcpy(layout->text + at, text, word->size);
        at += word->size;
        uint64_t slot = txt_index_slot(text, word->size, layout->n_slots);
        while (layout->slots[slot])
            slot = (slot + 1) & (layout->n_slots - 1);
        layout->slots[slot] = i + 1;
    }
    layout->words[builder->words.n] = (TxtWordEntry){at, TXT_NO_LEMMA};
}

static int by_number(uint32_t a, uint32_t b)
{
    return (a > b) - (a < b);
}

static int compare_senses(const void *a, const void *b)
{
    const TxtNewSense *first = a, *second = b;
    const int by_key = by_number(first->key, second->key);
    const int by_pos = by_number((uint32_t)first->pos, (uint32_t)second->pos);
    return by_key ? by_key : by_pos ? by_pos : by_number(first->order, second->order);
}

/* Counts and shares of the senses i to end - 1, which are those of a lemma and a part of speech. */
static void put_senses(Layout *layout, const TxtNewSense *senses, uint64_t i, uint64_t end)
{
    uint64_t total = 0;
    for (uint64_t k = i; k < end; k++)
        total += senses[k].count;
    for (uint64_t k = i; k < end; k++) {
        const uint32_t count = senses[k].count;
        uint64_t share = total ? ((uint64_t)count * TXT_FULL_SHARE + total / 2) / total : 0;
        if (end - i == 1)
            share = TXT_FULL_SHARE;
        layout->senses[k] = (TxtSense){.synset = senses[k].synset,
                                       .count = (uint16_t)(count < UINT16_MAX ? count : UINT16_MAX),
                                       .share = (uint16_t)share};
    }
}

/* Most senses of a lemma with one part of speech; a rank has to be smaller than TXT_NO_RANK. */
#define MOST_SENSES 65534

static AugStatus put_lemmas(Layout *layout, TxtBuilder *builder, AugError *error)
{
    TxtNewSense *senses = builder->senses.items;
    const uint64_t n = builder->senses.n;
    for (uint64_t i = 0; i < n; i++)
        senses[i].key = layout->place[senses[i].key];
    if (n)
        qsort(senses, n, sizeof(*senses), compare_senses);
    for (uint64_t i = 0, end; i < n; i = end) {
        const TxtNewSense *first = &senses[i];
        for (end = i; end < n && senses[end].key == first->key && senses[end].pos == first->pos;)
            end++;
        if (end - i > MOST_SENSES)
            return AUG_FAIL(error, AUG_TOO_LARGE, NULL, "a word has more than %d senses",
                            MOST_SENSES);
        const bool is_new = i == 0 || senses[i - 1].key != first->key;
        if (is_new) {
            layout->words[first->key].lemma = (uint32_t)layout->n_lemmas;
            layout->lemmas[layout->n_lemmas++] =
                (TxtLemmaEntry){.word = first->key, .senses = (uint32_t)i};
        }
        layout->lemmas[layout->n_lemmas - 1].n[first->pos] = (uint16_t)(end - i);
        put_senses(layout, senses, i, end);
    }
    /* What is spelt in capitals has the lemma of its key. */
    for (uint64_t i = 0; i < builder->words.n; i++) {
        const uint32_t key = builder->words.items[i].key;
        if (key != UINT32_MAX)
            layout->words[layout->place[i]].lemma = layout->words[layout->place[key]].lemma;
    }
    return AUG_OK;
}

/* A sense of a lemma: its place among those of one part of speech. */
typedef struct Ranked {
    uint32_t synset, lemma;
    uint16_t rank;
    uint8_t pos;
} Ranked;

static int compare_ranked(const void *a, const void *b)
{
    const Ranked *first = a, *second = b;
    const int by_synset = by_number(first->synset, second->synset);
    const int by_lemma = by_number(first->lemma, second->lemma);
    const int by_pos = by_number(first->pos, second->pos);
    return by_synset  ? by_synset
           : by_lemma ? by_lemma
           : by_pos   ? by_pos
                      : by_number(first->rank, second->rank);
}

/* All senses, by synset, lemma and place; the caller frees them. NULL if memory is out. */
static Ranked *rank_senses(const Layout *layout, uint64_t n)
{
    Ranked *ranked = calloc(n + 1, sizeof(*ranked));
    for (uint32_t lemma = 0; ranked && lemma < layout->n_lemmas; lemma++) {
        uint32_t sense = layout->lemmas[lemma].senses;
        for (uint8_t pos = 0; pos < TXT_N_POS; pos++)
            for (uint16_t i = 0; i < layout->lemmas[lemma].n[pos]; i++, sense++)
                ranked[sense] = (Ranked){layout->senses[sense].synset, lemma, i, pos};
    }
    if (ranked)
        qsort(ranked, n, sizeof(*ranked), compare_ranked);
    return ranked;
}

/* Place of a synset among the senses of a lemma, the first if it has several. */
static uint16_t find_rank(const Ranked *ranked, uint64_t n, Ranked wanted)
{
    uint64_t low = 0, high = n;
    while (low < high) {
        const uint64_t middle = low + (high - low) / 2;
        if (compare_ranked(&ranked[middle], &wanted) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    const bool is_there = low < n && ranked[low].synset == wanted.synset &&
                          ranked[low].lemma == wanted.lemma && ranked[low].pos == wanted.pos;
    return is_there ? ranked[low].rank : TXT_NO_RANK;
}

static AugStatus put_members(Layout *layout, const TxtBuilder *builder, AugError *error)
{
    const TxtNewMember *members = builder->members.items;
    const uint64_t n = builder->senses.n;
    Ranked *ranked = rank_senses(layout, n);
    if (!ranked)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for an index");
    for (uint32_t i = 0; i < builder->synsets.n; i++) {
        const TxtSynsetEntry *synset = &layout->synsets[i];
        for (uint64_t k = synset->members; k < (uint64_t)synset->members + synset->n; k++) {
            const uint32_t word = layout->place[members[k].word];
            const Ranked wanted = {i, layout->words[word].lemma, 0, synset->pos};
            layout->members[k] = (TxtMember){
                .word = word, .rank = find_rank(ranked, n, wanted), .flags = members[k].flags};
        }
    }
    free(ranked);
    return AUG_OK;
}

static AugStatus put_synsets(Layout *layout, const TxtBuilder *builder, AugError *error)
{
    const TxtNewSynset *synsets = builder->synsets.items;
    for (uint64_t i = 0; i < builder->synsets.n; i++) {
        const uint64_t end =
            i + 1 < builder->synsets.n ? synsets[i + 1].members : builder->members.n;
        const uint64_t n = end - synsets[i].members;
        if (n > UINT16_MAX)
            return AUG_FAIL(error, AUG_TOO_LARGE, NULL, "a synset has more than %d words",
                            UINT16_MAX);
        layout->synsets[i] = (TxtSynsetEntry){.members = (uint32_t)synsets[i].members,
                                              .n = (uint16_t)n,
                                              .pos = (uint8_t)synsets[i].pos};
    }
    return put_members(layout, builder, error);
}

static int compare_pairs(const void *a, const void *b)
{
    const TxtPair *first = a, *second = b;
    const int order = by_number(first->first, second->first);
    return order ? order : by_number(first->second, second->second);
}

static void put_antonyms(Layout *layout, const TxtBuilder *builder)
{
    const TxtPair *given = builder->antonyms.items;
    TxtPair *pairs = layout->antonyms;
    uint64_t n = 0;
    for (uint64_t i = 0; i < builder->antonyms.n; i++) {
        const uint32_t first = layout->words[layout->place[given[i].first]].lemma;
        const uint32_t second = layout->words[layout->place[given[i].second]].lemma;
        if (first != TXT_NO_LEMMA && second != TXT_NO_LEMMA && first != second)
            pairs[n++] = (TxtPair){first, second};
    }
    qsort(pairs, n, sizeof(*pairs), compare_pairs);
    for (uint64_t i = 0; i < n; i++) {
        if (i == 0 || compare_pairs(&pairs[i], &pairs[i - 1]) != 0)
            pairs[layout->n_antonyms++] = pairs[i];
    }
}

/* An exception with its number, to be sorted by form or by base. */
typedef struct Ordered {
    uint32_t word, pos, number;
} Ordered;

static int compare_ordered(const void *a, const void *b)
{
    const Ordered *first = a, *second = b;
    const int by_word = by_number(first->word, second->word);
    const int by_pos = by_number(first->pos, second->pos);
    return by_word ? by_word : by_pos ? by_pos : by_number(first->number, second->number);
}

static AugStatus put_exceptions(Layout *layout, const TxtBuilder *builder, AugError *error)
{
    const TxtException *given = builder->exceptions.items;
    const uint64_t n = builder->exceptions.n;
    Ordered *ordered = calloc(n + 1, sizeof(*ordered));
    if (!ordered)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for an index");
    for (uint32_t i = 0; i < n; i++)
        ordered[i] = (Ordered){layout->place[given[i].form], given[i].pos, i};
    qsort(ordered, n, sizeof(*ordered), compare_ordered);
    for (uint64_t i = 0; i < n; i++) {
        const TxtException *from = &given[ordered[i].number];
        layout->exceptions[i] =
            (TxtException){layout->place[from->form], layout->place[from->base], from->pos};
        /* From here on their numbers are the new ones, but their order is the source's. */
        layout->irregulars[ordered[i].number] = (uint32_t)i;
    }
    for (uint32_t i = 0; i < n; i++)
        ordered[i] = (Ordered){layout->place[given[i].base], given[i].pos, i};
    qsort(ordered, n, sizeof(*ordered), compare_ordered);
    uint32_t *by_source = layout->irregulars;
    for (uint64_t i = 0; i < n; i++)
        ordered[i].word = by_source[ordered[i].number];
    for (uint64_t i = 0; i < n; i++)
        layout->irregulars[i] = ordered[i].word;
    free(ordered);
    return AUG_OK;
}

static AugStatus put_all(Layout *layout, TxtBuilder *builder, AugError *error)
{
    AUG_TRY(layout_init(layout, builder, error));
    put_words(layout, builder);
    AUG_TRY(put_lemmas(layout, builder, error));
    AUG_TRY(put_synsets(layout, builder, error));
    put_antonyms(layout, builder);
    return put_exceptions(layout, builder, error);
}

static AugStatus save(const Layout *layout, const TxtBuilder *builder, const char *path,
                      AugError *error)
{
#define BLOCK(type, items, n)                            \
    {                                                    \
        TXT_BLOCK_##type, sizeof(*(items)), (items), (n) \
    }
    const TxtOutBlock blocks[] = {
        {TXT_BLOCK_ABOUT, 1, builder->about.items, builder->about.n},
        {TXT_BLOCK_NOTICES, 1, builder->notices.items, builder->notices.n},
        BLOCK(TEXT, layout->text, layout->text_size),
        BLOCK(WORDS, layout->words, builder->words.n + 1),
        BLOCK(FLAGS, layout->flags, builder->words.n),
        BLOCK(SLOTS, layout->slots, layout->n_slots),
        BLOCK(LEMMAS, layout->lemmas, layout->n_lemmas),
        BLOCK(SENSES, layout->senses, builder->senses.n),
        BLOCK(SYNSETS, layout->synsets, builder->synsets.n),
        BLOCK(MEMBERS, layout->members, builder->members.n),
        BLOCK(ANTONYMS, layout->antonyms, layout->n_antonyms),
        BLOCK(EXCEPTIONS, layout->exceptions, builder->exceptions.n),
        BLOCK(IRREGULARS, layout->irregulars, builder->exceptions.n),
    };
#undef BLOCK
    return txt_index_save(path, blocks, sizeof(blocks) / sizeof(blocks[0]), error);
}

AugStatus txt_builder_save(TxtBuilder *builder, const char *path, AugError *error)
{
    if (builder->error.status != AUG_OK) {
        if (error)
            *error = builder->error;
        return builder->error.status;
    }
    Layout layout = {0};
    AugStatus status = put_all(&layout, builder, error);
    if (status == AUG_OK)
        status = save(&layout, builder, path, error);
    layout_fini(&layout);
    return status;
}
