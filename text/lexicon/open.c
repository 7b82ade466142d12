/* Mapping an index, and finding its blocks. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "libaug/base/input_file.h"
#include "libaug/data/support/paths.h"
#include "text/lexicon/data_path.h"
#include "text/lexicon/inside.h"

/* Size of an item of each type that this version knows; 0 for the others. */
static const uint32_t item_sizes[] = {
    [TXT_BLOCK_ABOUT] = 1,
    [TXT_BLOCK_NOTICES] = 1,
    [TXT_BLOCK_TEXT] = 1,
    [TXT_BLOCK_WORDS] = sizeof(TxtWordEntry),
    [TXT_BLOCK_FLAGS] = 1,
    [TXT_BLOCK_SLOTS] = sizeof(uint32_t),
    [TXT_BLOCK_LEMMAS] = sizeof(TxtLemmaEntry),
    [TXT_BLOCK_SENSES] = sizeof(TxtSense),
    [TXT_BLOCK_SYNSETS] = sizeof(TxtSynsetEntry),
    [TXT_BLOCK_MEMBERS] = sizeof(TxtMember),
    [TXT_BLOCK_ANTONYMS] = sizeof(TxtPair),
    [TXT_BLOCK_EXCEPTIONS] = sizeof(TxtException),
    [TXT_BLOCK_IRREGULARS] = sizeof(uint32_t),
};
#define N_TYPES (sizeof(item_sizes) / sizeof(item_sizes[0]))

static AugStatus check_header(const TxtIndexHeader *header, const void *behind, uint64_t size,
                              const char *where, AugError *error)
{
    if (size < sizeof(*header) ||
        memcmp(header->magic, TXT_INDEX_MAGIC, sizeof(header->magic)) != 0)
        return AUG_FAIL(error, AUG_CORRUPT, where,
                        "it is no lexicon; allowed is an index (.augx), which 'aug data build' "
                        "makes");
    if (header->version != TXT_INDEX_VERSION)
        return AUG_FAIL(error, AUG_UNSUPPORTED, where,
                        "it is an index of version %" PRIu32 "; this build reads version %d; 'aug "
                        "data build' makes one",
                        header->version, TXT_INDEX_VERSION);
    if (header->size != size)
        return AUG_FAIL(error, AUG_CORRUPT, where,
                        "it has %" PRIu64 " bytes of the %" PRIu64 " that it was written with",
                        size, header->size);
    const uint64_t room = size - sizeof(*header);
    if (header->n_blocks > TXT_INDEX_MAX_BLOCKS || header->n_blocks * sizeof(TxtBlockEntry) > room)
        return AUG_FAIL(error, AUG_CORRUPT, where, "its table has %" PRIu32 " blocks",
                        header->n_blocks);
    if (txt_index_seal(header, behind, room) != header->seal)
        return AUG_FAIL(error, AUG_CORRUPT, where,
                        "its checksum is another; the file was changed after it was written");
    return AUG_OK;
}

/* Finds the blocks of the types that are known, and keeps the others. */
static AugStatus find_blocks(TxtLexicon *lexicon, TxtBlock blocks[N_TYPES], const char *where,
                             AugError *error)
{
    const TxtIndexHeader *header = (const TxtIndexHeader *)(const void *)lexicon->bytes;
    const TxtBlockEntry *table = (const TxtBlockEntry *)(const void *)(header + 1);
    uint32_t last = 0;
    for (uint32_t i = 0; i < header->n_blocks; i++) {
        const TxtBlockEntry *entry = &table[i];
        const bool fits = entry->item_size > 0 && entry->offset % 8 == 0 &&
                          entry->offset <= lexicon->size &&
                          entry->n_items <= (lexicon->size - entry->offset) / entry->item_size;
        const bool is_known = entry->type < N_TYPES;
        if (!fits || entry->type <= last ||
            (is_known && entry->item_size != item_sizes[entry->type]))
            return AUG_FAIL(error, AUG_CORRUPT, where,
                            "block %" PRIu32 " of type %" PRIu32 " does not lie in it", i,
                            entry->type);
        last = entry->type;
        const TxtBlock block = {lexicon->bytes + entry->offset, entry->n_items};
        if (is_known) {
            blocks[entry->type] = block;
        } else {
            lexicon->other_entries[lexicon->n_others] = entry;
            lexicon->others[lexicon->n_others++] = block;
        }
    }
    return AUG_OK;
}

static TxtSlice slice_of(TxtBlock block)
{
    return (TxtSlice){block.items, (uint32_t)block.n};
}

static void place_blocks(TxtLexicon *lexicon, const TxtBlock blocks[N_TYPES])
{
    lexicon->about = slice_of(blocks[TXT_BLOCK_ABOUT]);
    lexicon->notices = slice_of(blocks[TXT_BLOCK_NOTICES]);
    lexicon->text = blocks[TXT_BLOCK_TEXT].items;
    lexicon->text_size = blocks[TXT_BLOCK_TEXT].n;
    lexicon->words = blocks[TXT_BLOCK_WORDS].items;
    lexicon->n_words = blocks[TXT_BLOCK_WORDS].n ? blocks[TXT_BLOCK_WORDS].n - 1 : 0;
    lexicon->flags = blocks[TXT_BLOCK_FLAGS].items;
    lexicon->slots = blocks[TXT_BLOCK_SLOTS].items;
    lexicon->n_slots = blocks[TXT_BLOCK_SLOTS].n;
    lexicon->lemmas = blocks[TXT_BLOCK_LEMMAS].items;
    lexicon->n_lemmas = blocks[TXT_BLOCK_LEMMAS].n;
    lexicon->senses = blocks[TXT_BLOCK_SENSES].items;
    lexicon->n_senses = blocks[TXT_BLOCK_SENSES].n;
    lexicon->synsets = blocks[TXT_BLOCK_SYNSETS].items;
    lexicon->n_synsets = blocks[TXT_BLOCK_SYNSETS].n;
    lexicon->members = blocks[TXT_BLOCK_MEMBERS].items;
    lexicon->n_members = blocks[TXT_BLOCK_MEMBERS].n;
    lexicon->antonyms = blocks[TXT_BLOCK_ANTONYMS].items;
    lexicon->n_antonyms = blocks[TXT_BLOCK_ANTONYMS].n;
    lexicon->exceptions = blocks[TXT_BLOCK_EXCEPTIONS].items;
    lexicon->n_exceptions = blocks[TXT_BLOCK_EXCEPTIONS].n;
    lexicon->irregulars = blocks[TXT_BLOCK_IRREGULARS].items;
}

static AugStatus read_index(TxtLexicon *lexicon, const char *where, AugError *error)
{
    const TxtIndexHeader *header = (const TxtIndexHeader *)(const void *)lexicon->bytes;
    TxtBlock blocks[N_TYPES] = {0};
    AUG_TRY(check_header(header, lexicon->bytes + sizeof(*header), lexicon->size, where, error));
    AUG_TRY(find_blocks(lexicon, blocks, where, error));
    if (blocks[TXT_BLOCK_WORDS].n == 0 ||
        blocks[TXT_BLOCK_FLAGS].n != blocks[TXT_BLOCK_WORDS].n - 1 ||
        blocks[TXT_BLOCK_IRREGULARS].n != blocks[TXT_BLOCK_EXCEPTIONS].n)
        return AUG_FAIL(error, AUG_CORRUPT, where, "its blocks do not belong together");
    place_blocks(lexicon, blocks);
    return txt_lexicon_verify(lexicon, where, error);
}

AugStatus txt_lexicon_borrow(TxtLexicon **lexicon, const void *bytes, size_t size,
                             const char *where, AugError *error)
{
    *lexicon = NULL;
    TxtLexicon *made = calloc(1, sizeof(*made));
    if (!made)
        return AUG_FAIL(error, AUG_NO_MEMORY, where, "no memory for a lexicon");
    made->bytes = bytes;
    made->size = size;
    made->shared.owners = 1;
    const AugStatus status = size < sizeof(TxtIndexHeader) ? AUG_FAIL(error, AUG_CORRUPT, where,
                                                                      "it has %zu bytes only", size)
                                                           : read_index(made, where, error);
    if (status != AUG_OK) {
        free(made);
        return status;
    }
    *lexicon = made;
    return AUG_OK;
}

AugStatus txt_lexicon_open_file(TxtLexicon **lexicon, const char *path, AugError *error)
{
    const uint8_t *bytes;
    size_t size;
    *lexicon = NULL;
    AUG_TRY(augi_input_file_map(path, TXT_INDEX_MAX_SIZE, &bytes, &size, error));
    const AugStatus status = txt_lexicon_borrow(lexicon, bytes, size, path, error);
    if (status == AUG_OK)
        (*lexicon)->is_mapped = true;
    else
        augi_input_file_unmap(bytes, size);
    return status;
}

static AugStatus open_shared(TxtShared **made, const char *path, AugError *error)
{
    TxtLexicon *lexicon;
    AUG_TRY(txt_lexicon_open_file(&lexicon, path, error));
    *made = &lexicon->shared;
    txt_shared_set_key(*made, lexicon->bytes, (size_t)lexicon->size);
    return AUG_OK;
}

static void free_shared(TxtShared *shared)
{
    TxtLexicon *lexicon = (TxtLexicon *)shared;
    if (lexicon->is_mapped)
        augi_input_file_unmap(lexicon->bytes, (size_t)lexicon->size);
    free(lexicon);
}

static const TxtSharedKind kind = {open_shared, free_shared};

AugStatus txt_lexicon_open(TxtLexicon **lexicon, const char *name_or_path, AugError *error)
{
    char path[TXT_PATH_SIZE];
    TxtShared *shared;
    *lexicon = NULL;
    AUG_TRY(txt_data_find(name_or_path, TXT_DATA_INDEX, path, error));
    AUG_TRY(txt_shared_open(&shared, path, &kind, error));
    *lexicon = (TxtLexicon *)shared;
    return AUG_OK;
}

AugStatus txt_lexicon_open_beside(TxtLexicon **lexicon, const char *name_or_path, const char *file,
                                  AugError *error)
{
    char *path;
    *lexicon = NULL;
    if (!txt_data_is_path(name_or_path))
        return txt_lexicon_open(lexicon, name_or_path, error);
    AUG_TRY(augi_path_place(&path, name_or_path, file, error));
    const AugStatus status = txt_lexicon_open(lexicon, path, error);
    free(path);
    return status;
}

TxtLexicon *txt_lexicon_ref(TxtLexicon *lexicon)
{
    txt_shared_ref(&lexicon->shared);
    return lexicon;
}

void txt_lexicon_unref(TxtLexicon *lexicon)
{
    if (lexicon)
        txt_shared_unref(&lexicon->shared, &kind);
}
