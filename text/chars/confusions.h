/* What readers of print take for one another: shapes of one or two characters. */
#ifndef TXT_CONFUSIONS_H
#define TXT_CONFUSIONS_H

#include <stdint.h>

/* Readings of a shape at most. */
#define TXT_MOST_READ 4

/* Bytes by which a reading is longer than its shape at most. */
#define TXT_CONFUSION_GROWS 1

/* A shape of n_shape characters and size bytes, and the n_read ways in which it is read, each of one
 * or two letters of ASCII. */
typedef struct TxtConfusion {
    const char *shape;
    uint8_t size, n_shape, n_read;
    const char *read[TXT_MOST_READ];
} TxtConfusion;

/* All shapes, in the order of their first bytes; txt_n_confusions of them. */
extern const TxtConfusion txt_confusion_list[];
/* How many there are. */
extern const uint32_t txt_n_confusions;

/* Where in the list the shapes with each first byte begin; those of byte b end where those of b + 1
 * begin. */
typedef struct TxtConfusions {
    uint16_t first[257];
} TxtConfusions;

/* Fills it. */
void txt_confusions_init(TxtConfusions *confusions);

#endif
