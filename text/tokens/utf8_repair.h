/* Text as valid UTF-8. */
#ifndef TXT_UTF8_REPAIR_H
#define TXT_UTF8_REPAIR_H

#include "text/tokens/scratch.h"

/* The text itself if it is valid UTF-8; otherwise a copy in scratch->text in which U+FFFD stands
 * for each broken sequence (maximal subpart, table 3-7). *size is its size. NULL: memory was out. */
const uint8_t *txt_utf8_repaired(TxtTokenScratch *scratch, const uint8_t *text, size_t *size);

#endif
