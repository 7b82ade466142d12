/* Large blocks of memory in huge pages. */
#ifndef AUGI_HUGE_PAGES_H
#define AUGI_HUGE_PAGES_H

#include <stddef.h>

/* Wishes that a block, before it is written for the first time, gets huge pages where it has room
 * for whole ones: whoever reads it all over then seldom waits for the places of its pages. Where
 * the wish is not granted nothing changes. Any thread. */
void augi_huge_pages_wish(void *memory, size_t size);

#endif
