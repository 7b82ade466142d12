/* The tags of the Penn Treebank, as English web text has them, and what they mean to operations. */
#ifndef TXT_TAGS_H
#define TXT_TAGS_H

#include <stddef.h>
#include <stdint.h>

#include "text/lexicon/pos.h"

/* Member, name in files, and part of speech. Numbers are of this list alone: files say names.
 *
 * NONE stands where a word has no tag; OTHER for a tag of a file that is not in this list. */
#define TXT_TAGS(X)                \
    X(NONE, "", NONE)              \
    X(OTHER, "?", NONE)            \
    X(NN, "NN", NOUN)              \
    X(NNS, "NNS", NOUN)            \
    X(NNP, "NNP", NOUN)            \
    X(NNPS, "NNPS", NOUN)          \
    X(VB, "VB", VERB)              \
    X(VBD, "VBD", VERB)            \
    X(VBG, "VBG", VERB)            \
    X(VBN, "VBN", VERB)            \
    X(VBP, "VBP", VERB)            \
    X(VBZ, "VBZ", VERB)            \
    X(JJ, "JJ", ADJECTIVE)         \
    X(JJR, "JJR", ADJECTIVE)       \
    X(JJS, "JJS", ADJECTIVE)       \
    X(RB, "RB", ADVERB)            \
    X(RBR, "RBR", ADVERB)          \
    X(RBS, "RBS", ADVERB)          \
    X(MD, "MD", NONE)              \
    X(CC, "CC", NONE)              \
    X(CD, "CD", NONE)              \
    X(DT, "DT", NONE)              \
    X(EX, "EX", NONE)              \
    X(FW, "FW", NONE)              \
    X(IN, "IN", NONE)              \
    X(LS, "LS", NONE)              \
    X(PDT, "PDT", NONE)            \
    X(POS, "POS", NONE)            \
    X(PRP, "PRP", NONE)            \
    X(PRPS, "PRP$", NONE)          \
    X(RP, "RP", NONE)              \
    X(SYM, "SYM", NONE)            \
    X(TO, "TO", NONE)              \
    X(UH, "UH", NONE)              \
    X(WDT, "WDT", NONE)            \
    X(WP, "WP", NONE)              \
    X(WPS, "WP$", NONE)            \
    X(WRB, "WRB", NONE)            \
    X(ADD, "ADD", NONE)            \
    X(AFX, "AFX", NONE)            \
    X(GW, "GW", NONE)              \
    X(HYPH, "HYPH", NONE)          \
    X(NFP, "NFP", NONE)            \
    X(CURRENCY, "$", NONE)         \
    X(POUND, "#", NONE)            \
    X(COMMA, ",", NONE)            \
    X(PERIOD, ".", NONE)           \
    X(COLON, ":", NONE)            \
    X(OPEN_QUOTE, "``", NONE)      \
    X(CLOSE_QUOTE, "''", NONE)     \
    X(OPEN_BRACKET, "-LRB-", NONE) \
    X(CLOSE_BRACKET, "-RRB-", NONE)

/* A tag. */
typedef enum TxtPtb {
#define TXT_TAG_ENUM(member, name, pos) TXT_PTB_##member,
    TXT_TAGS(TXT_TAG_ENUM)
#undef TXT_TAG_ENUM
        TXT_N_PTB
} TxtPtb;

/* Name of a tag, such as "VBZ". Static. */
const char *txt_ptb_name(TxtPtb tag);

/* Tag of a name; TXT_PTB_OTHER if it is none. */
TxtPtb txt_ptb_of(const char *name, size_t size);

/* Part of speech of a tag; names are nouns, modal verbs are none. */
TxtPos txt_ptb_pos(TxtPtb tag);

#endif
