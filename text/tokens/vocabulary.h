/* Vocabularies: which id a piece has. */
#ifndef TXT_VOCABULARY_H
#define TXT_VOCABULARY_H

#include <stddef.h>
#include <stdint.h>

#include "aug/status.h"
#include "libaug/base/digest.h"

/* Entries of a vocabulary, and bytes of one entry, at most. */
#define TXT_MAX_ENTRIES 4194304
#define TXT_MAX_ENTRY_BYTES 65535

/* Bytes of a file that a vocabulary or a tokenizer is read from, at most. */
#define TXT_MAX_TOKENIZER_FILE (128u << 20)

/* A piece: offset and size of its bytes, its id, and part of its hash. id -1: a free place. */
typedef struct TxtVocabularySlot {
    uint32_t offset, hash;
    int32_t id;
    uint32_t size;
} TxtVocabularySlot;

/* A table of pieces; zero-initialised it is empty. longest: bytes of the longest piece. */
typedef struct TxtVocabulary {
    TxtVocabularySlot *slots;
    uint64_t mask;
    uint32_t n;
    uint8_t *bytes;
    size_t size;
    size_t longest;
} TxtVocabulary;

/* Makes room for n pieces of so many bytes in all. AUG_NO_MEMORY. */
AUG_MUST_CHECK AugStatus txt_vocabulary_init(TxtVocabulary *vocabulary, uint32_t n, size_t size,
                                             AugError *error);

/* Frees the memory and zeroes the struct. */
void txt_vocabulary_fini(TxtVocabulary *vocabulary);

/* Adds a piece that room was made for; returns the id that stands for it, which is another one if
 * the piece was there before. */
int32_t txt_vocabulary_add(TxtVocabulary *vocabulary, const void *piece, size_t size, int32_t id);

/* The id of a piece; -1: it is not there. */
int32_t txt_vocabulary_find(const TxtVocabulary *vocabulary, const void *piece, size_t size);

/* Reads a file of one piece a line: the first has id 0. A carriage return before the end of a line
 * is no part of the piece. Fails with AUG_CORRUPT at an empty line or a piece that is there twice,
 * and as augi_input_file_load does. digest: of the file. */
AUG_MUST_CHECK AugStatus txt_vocabulary_load(TxtVocabulary *vocabulary, const char *path,
                                             AugiDigest *digest, AugError *error);

#endif
