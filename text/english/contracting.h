/* Contractions that may be made in a text: only of words that are spoken as one. */
#ifndef TXT_CONTRACTING_H
#define TXT_CONTRACTING_H

#include "text/domain/doc.h"
#include "text/domain/edits.h"
#include "text/english/contractions.h"

/* The apostrophe that typesetters use. */
#define TXT_CURLY "\xe2\x80\x99"

/* A contraction of the words from span number first to span number last. */
typedef struct TxtContracted {
    uint32_t first, last;
    const TxtContraction *row;
} TxtContracted;

/* Finds the one that begins with a span; false: there is none. negations: those of not may be made,
 * too. */
bool txt_contracted_find(const TxtDoc *doc, uint32_t number, bool negations, TxtContracted *place);

/* States its edit: what follows the letters that both forms have becomes the rest of the short one.
 * is_curly: with TXT_CURLY, as the rest of the text. */
void txt_contracted_edit(const TxtDoc *doc, const TxtContracted *place, bool is_curly,
                         TxtEdits *edits);

#endif
