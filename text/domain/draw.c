/* Choosing some of many. */
#include "text/domain/draw.h"

#include <string.h>

uint32_t txt_draw_each(AugRng *rng, double p, uint32_t *list, uint32_t n)
{
    /* p to 32 bits; 1 is above every draw. */
    const uint64_t chance = (uint64_t)(p * 4294967296.0);
    uint32_t n_drawn = 0;
    /* No branch on a draw, which nothing can foresee. */
    for (uint32_t i = 0; i < n; i++) {
        list[n_drawn] = list[i];
        n_drawn += txt_draw(rng) < chance;
    }
    return n_drawn;
}

uint32_t txt_draw_some(AugRng *rng, uint32_t wanted, uint32_t *list, uint32_t n)
{
    /* Knuth, algorithm S. */
    uint32_t n_drawn = 0;
    if (wanted >= n)
        return n;
    for (uint32_t i = 0; i < n && n_drawn < wanted; i++)
        if (txt_below(rng, n - i) < wanted - n_drawn)
            list[n_drawn++] = list[i];
    return n_drawn;
}

void txt_draw_flags(AugRng *rng, uint32_t n, uint32_t wanted, uint32_t *flags)
{
    /* Floyd's algorithm: as many draws as flags are wanted. */
    memset(flags, 0, n * sizeof(*flags));
    for (uint32_t i = n - wanted; i < n; i++) {
        const uint32_t pick = txt_below(rng, i + 1);
        flags[flags[pick] ? i : pick] = 1;
    }
}
