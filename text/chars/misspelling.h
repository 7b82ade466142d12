/* How a word is misspelt: by the table, or by rules. */
#ifndef TXT_MISSPELLING_H
#define TXT_MISSPELLING_H

#include "text/chars/noise.h"
#include "text/chars/spelling.h"

/* What is made once for an operation. least: characters of a word that rules misspell. */
typedef struct TxtMisspelling {
    TxtSpelling *spelling;
    bool has_rules, has_file;
    uint32_t least;
} TxtMisspelling;

/* The hooks; their context is a TxtMisspelling. */
extern const TxtNoiseHooks txt_misspelling_noise;

#endif
