/* Words that are left out, each with the white space that belongs to it. */
#ifndef TXT_LEAVE_OUT_H
#define TXT_LEAVE_OUT_H

#include "text/domain/doc.h"
#include "text/domain/edits.h"

/* States the edits that leave n words of a doc out; list: their numbers, ascending. */
void txt_leave_out(const TxtDoc *doc, const uint32_t *list, uint32_t n, TxtEdits *edits);

#endif
