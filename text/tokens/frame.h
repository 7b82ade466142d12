/* Ids that stand around those of every text. */
#ifndef TXT_FRAME_H
#define TXT_FRAME_H

#include <stdint.h>

/* Ids on one side at most. */
#define TXT_MAX_FRAME 16

/* Ids before those of the text, and behind them. */
typedef struct TxtFrame {
    int32_t before[TXT_MAX_FRAME], behind[TXT_MAX_FRAME];
    uint32_t n_before, n_behind;
} TxtFrame;

#endif
