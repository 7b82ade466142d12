/* Source files in other encodings than UTF-8. */
#ifndef TXT_LEXICON_ENCODING_H
#define TXT_LEXICON_ENCODING_H

#include "text/lexicon/lines.h"

/* Turns what is left of a file into UTF-8 from the encoding that its header names, as dictionaries
 * write it ("ISO8859-1", "UTF-8", "microsoft-cp1251"); the lines that were read count on. Fails with
 * AUG_UNSUPPORTED for an unknown encoding, AUG_CORRUPT where the bytes are not of it. */
AUG_MUST_CHECK AugStatus txt_lines_decode(TxtLines *lines, TxtSlice encoding, AugError *error);

#endif
