/* Copies of text for look-ups: in normal form C, on request without differences of case, and with a
 * map back to the text. The text itself stays as it is; a word that is found in the copy is edited in
 * the text. For everybody in text/.
 */
#ifndef TXT_FOLD_H
#define TXT_FOLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "text/domain/memory.h"

/* A copy. Zero-initialise it, set allowance where memory is counted, and use it again and again: it
 * takes memory only for a text that is longer than those before. Not for two threads at once.
 *
 * bytes, size: the copy; its memory is the struct's, until the next call
 * at:          size + 1 places. Byte i comes from at[i] of the text, at[size] is the text's size.
 *              Where a sequence of codes was rewritten (a letter and its marks), all its bytes have
 *              the place where it begins; so a piece of the copy that begins and ends at letters is
 *              bytes at[begin] to at[end] - 1 of the text
 */
typedef struct TxtFolded {
    uint8_t *bytes;
    uint32_t *at;
    size_t size;
    AugiAllowance *allowance;
    TxtMemory copy, places, codes;
} TxtFolded;

/* Makes the copy of a text of at most UINT32_MAX / 16 bytes: NFC; with fold_case, NFC of the full
 * case folding ("Straße" and "STRASSE" are one). Invalid sequences stay as they are, and nothing is
 * composed over them. Time grows linearly, whatever the text holds. Fails with AUG_NO_MEMORY. */
AUG_MUST_CHECK AugStatus txt_fold(TxtFolded *folded, const uint8_t *text, size_t size,
                                  bool fold_case, AugError *error);

/* Frees the memory; the struct can be used again. */
void txt_folded_fini(TxtFolded *folded);

#endif
