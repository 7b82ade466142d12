/* Well-formed UTF-8, as the Unicode Standard's table 3-7 defines it. */
#ifndef AUGI_UTF8_H
#define AUGI_UTF8_H

#include <stddef.h>

/* Offset of the first byte that is not part of well-formed UTF-8; size if there is none. */
size_t augi_utf8_invalid(const char *text, size_t size);

#endif
