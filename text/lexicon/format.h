/* The file of an index (.augx): one read-only piece of memory, shared by all processes that map it.
 *
 *   header        32 bytes
 *   block table   n_blocks entries of 24 bytes, by rising type
 *   blocks        each at a multiple of 8 bytes, zeros between them
 *
 * Numbers are little-endian. A block is an array of items of one size. Readers pass over blocks of
 * types that they do not know, so a file may carry more than an older reader uses.
 *
 * word:      any text that the index names, once; words stand in the order of their bytes
 * key:       a word in the form in which it is looked up: NFC of its full case folding, one blank
 *            between parts (key.h)
 * lemma:     a key that has senses
 * sense:     one meaning of a lemma: a synset, with how often it was seen
 * synset:    words with one meaning and one part of speech
 * member:    a word in a synset, in its own case
 * form:      a word of the whitelist, as it is spelt
 * exception: an inflected form that follows no rule, with its base
 */
#ifndef TXT_LEXICON_FORMAT_H
#define TXT_LEXICON_FORMAT_H

#include <stdint.h>

#include "text/lexicon/pos.h"

/* Begins each file; line ends in it show a transfer that changed them. */
#define TXT_INDEX_MAGIC "AUGX\r\n\x1a\n"
#define TXT_INDEX_VERSION 1
/* Bytes of one file at most; offsets have 32 bits. */
#define TXT_INDEX_MAX_SIZE (UINT64_C(1) << 30)
/* Blocks of one file at most: many times the types that there are. */
#define TXT_INDEX_MAX_BLOCKS 64
/* Bytes of one word at most. */
#define TXT_MAX_WORD_SIZE 255
/* In place of a lemma's number: the word has no senses. */
#define TXT_NO_LEMMA UINT32_MAX

/* What a block holds. Numbers are pinned for ever.
 *
 * ABOUT:      "key value" lines: language, source, what it was built from
 * NOTICES:    the licence notices of what it was built from
 * TEXT:       the bytes of all words, one behind the other
 * WORDS:      TxtWordEntry, and one more that ends the last
 * FLAGS:      a byte for each word
 * SLOTS:      hash table of words: number of a word plus one, or 0; a power of two of them
 * LEMMAS:     TxtLemmaEntry, in the order of their words
 * SENSES:     TxtSense, those of a lemma together, by part of speech, most important first
 * SYNSETS:    TxtSynsetEntry
 * MEMBERS:    TxtMember, those of a synset together
 * ANTONYMS:   TxtPair of lemmas, sorted
 * EXCEPTIONS: TxtException, sorted by form, part of speech and order in the source
 * IRREGULARS: numbers of exceptions, sorted by base, part of speech and order in the source
 */
typedef enum TxtBlockType {
    TXT_BLOCK_ABOUT = 1,
    TXT_BLOCK_NOTICES = 2,
    TXT_BLOCK_TEXT = 3,
    TXT_BLOCK_WORDS = 4,
    TXT_BLOCK_FLAGS = 5,
    TXT_BLOCK_SLOTS = 6,
    TXT_BLOCK_LEMMAS = 7,
    TXT_BLOCK_SENSES = 8,
    TXT_BLOCK_SYNSETS = 9,
    TXT_BLOCK_MEMBERS = 10,
    TXT_BLOCK_ANTONYMS = 11,
    TXT_BLOCK_EXCEPTIONS = 12,
    TXT_BLOCK_IRREGULARS = 13,
} TxtBlockType;

/* size: of the file. seal: txt_index_seal of all before it and behind it */
typedef struct TxtIndexHeader {
    char magic[8];
    uint32_t version, n_blocks;
    uint64_t size;
    uint64_t seal;
} TxtIndexHeader;

/* One row of the block table. */
typedef struct TxtBlockEntry {
    uint32_t type, item_size;
    uint64_t offset, n_items;
} TxtBlockEntry;

/* text: where its bytes begin; they end where those of the next word begin. lemma: of its key,
 * TXT_NO_LEMMA if that has no senses */
typedef struct TxtWordEntry {
    uint32_t text, lemma;
} TxtWordEntry;

/* Flags of a word. KEY: it may be looked up as a lemma; FORM: it is in the whitelist; EXCEPTION and
 * IRREGULAR: it is the form, or the base, of an exception */
enum {
    TXT_WORD_KEY = 1,
    TXT_WORD_FORM = 2,
    TXT_WORD_EXCEPTION = 4,
    TXT_WORD_IRREGULAR = 8,
};

/* senses: the first; n: how many there are of each part of speech, in that order */
typedef struct TxtLemmaEntry {
    uint32_t word;
    uint32_t senses;
    uint16_t n[TXT_N_POS];
    uint16_t reserved;
} TxtLemmaEntry;

/* count: how often it was seen in tagged text, at most 65535. share: of the counts of all senses of
 * the lemma with this part of speech, in 1/65535; 0 where none was seen, but 65535 for the only
 * sense */
typedef struct TxtSense {
    uint32_t synset;
    uint16_t count;
    uint16_t share;
} TxtSense;

/* A share of 1. */
#define TXT_FULL_SHARE 65535

/* A synset; members: number of the first, n: how many. */
typedef struct TxtSynsetEntry {
    uint32_t members;
    uint16_t n;
    uint8_t pos;
    uint8_t reserved;
} TxtSynsetEntry;

/* Flags of a member. MARKED: the source marks it as special (colloquial, dated, vulgar, of one
 * region); PREDICATE, ATTRIBUTE, POSTNOMINAL: an adjective that stands only behind a verb, before a
 * noun, right behind a noun */
enum {
    TXT_MEMBER_MARKED = 1,
    TXT_MEMBER_PREDICATE = 2,
    TXT_MEMBER_ATTRIBUTE = 4,
    TXT_MEMBER_POSTNOMINAL = 8,
};

/* The synset is not among the senses of the member. */
#define TXT_NO_RANK UINT16_MAX

/* rank: place of the synset among the member's senses of its part of speech, 0 the first;
 * TXT_NO_RANK where the word does not have the sense itself */
typedef struct TxtMember {
    uint32_t word;
    uint16_t rank;
    uint16_t flags;
} TxtMember;

/* Two lemmas. */
typedef struct TxtPair {
    uint32_t first, second;
} TxtPair;

/* form and base are words. */
typedef struct TxtException {
    uint32_t form, base;
    uint32_t pos;
} TxtException;

/* The seal of a file of size bytes that begins with this header: over the header without its seal
 * and over all that stands behind it. Finds damage, not malice. Any thread. */
uint64_t txt_index_seal(const TxtIndexHeader *header, const void *behind, uint64_t size);

/* Where a word stands first in a table of slots; n_slots is a power of two. */
uint32_t txt_index_slot(const void *word, uint64_t size, uint64_t n_slots);

#endif
