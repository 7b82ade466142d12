/* Tagged text in the format CoNLL-U (universaldependencies.org/format.html): ten columns, of which
 * the form, UPOS and XPOS are read, and SpaceAfter=No. */
#ifndef TXT_CONLLU_H
#define TXT_CONLLU_H

#include "aug/status.h"
#include "text/tagger/token.h"

/* One token of a treebank. tag: number in TxtTreebank.tags; pos: TxtPos of its UPOS, where names are
 * nouns; is_name: UPOS is PROPN; is_auxiliary: it is AUX */
typedef struct TxtTreeToken {
    TxtToken token;
    uint8_t tag;
    uint8_t pos;
    bool is_name, is_auxiliary;
} TxtTreeToken;

/* A sentence: n tokens from first on; and the same with what hyphens join as one token, as texts
 * have it, with the tag of its last part. */
typedef struct TxtTreeSentence {
    uint32_t first, n;
    uint32_t joined_first, joined_n;
} TxtTreeSentence;

/* Name of a tag, NULs behind it. */
typedef char TxtTagName[8];

/* Tagged sentences in the order of their files. Zero-initialise it. */
typedef struct TxtTreebank {
    TxtTreeToken *tokens;
    uint64_t n_tokens, token_capacity;
    TxtTreeSentence *sentences;
    uint64_t n_sentences, sentence_capacity;
    TxtTagName tags[64];
    uint32_t n_tags;
} TxtTreebank;

/* Most bytes that a treebank may take in memory. */
#define TXT_TREEBANK_MAX_SIZE (UINT64_C(4) << 30)

/* Adds the sentences of a file, packed by gzip or not. Fails with AUG_CORRUPT, naming the line. */
AUG_MUST_CHECK AugStatus txt_treebank_read(TxtTreebank *bank, const char *path, AugError *error);

/* Frees it and zeroes it. */
void txt_treebank_fini(TxtTreebank *bank);

#endif
