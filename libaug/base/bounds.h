/* Bounds as a sentence says them. */
#ifndef AUGI_BOUNDS_H
#define AUGI_BOUNDS_H

#include <stdint.h>

/* The text by value, so that it lives as long as the call that prints it. */
typedef struct AugiBounds {
    char text[48];
} AugiBounds;

/* "2 to 5"; where there is one value only, that value alone. Any thread. */
AugiBounds augi_bounds(int64_t low, uint64_t high);

#endif
