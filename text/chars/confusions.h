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

/* Shapes of two letters that begin with one letter at most. */
#define TXT_MOST_PAIRS 4

/* No shape. */
#define TXT_NO_SHAPE 255

/* Numbers of shapes by the first byte.
 *
 * alone: of one byte
 * pairs: of two bytes of ASCII, the first TXT_NO_SHAPE behind the last; behind: their second bytes
 * masks: bit b % 32 for each second byte b: what has no bit is no pair
 * first: of those that begin with a byte, up to those of the next byte
 */
typedef struct TxtConfusions {
    uint8_t alone[256];
    uint8_t pairs[128][TXT_MOST_PAIRS];
    char behind[128][TXT_MOST_PAIRS];
    uint32_t masks[128];
    uint16_t first[257];
} TxtConfusions;

/* Fills it. */
void txt_confusions_init(TxtConfusions *confusions);

#endif
