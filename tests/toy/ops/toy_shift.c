/* ToyShift: both pictures and all boxes move to the right. */
#include <string.h>

#include "tests/toy/toy_domain.h"

typedef struct ToyShiftParams {
    int32_t limit;
} ToyShiftParams;

static const AugParamDesc params[] = {
    AUG_PARAM(ToyShiftParams, limit, .fallback = "3", .low = 1, .high = 3, .unit = "pixels",
              .help = "largest move"),
};

static void shift(const void *context, AugRng *rng, ToySample *sample)
{
    const ToyShiftParams *given = context;
    const int by = (int)aug_rng_integer(rng, 0, given->limit);
    for (int p = 0; p < 2; p++)
        for (int y = 0; y < TOY_SIDE; y++) {
            uint8_t *row = sample->pictures[p] + (ptrdiff_t)y * TOY_SIDE;
            memmove(row + by, row, (size_t)(TOY_SIDE - by));
            memset(row, 0, (size_t)by);
        }
    for (uint32_t i = 0; i < sample->n_boxes; i++) {
        sample->boxes[i][0] += (float)by;
        sample->boxes[i][2] += (float)by;
    }
}

static const AugOpExample examples[] = {{"{limit: 2}", "by up to two pixels"}};

const AugOpDesc aug_op_toy_shift = {
    .name = "ToyShift",
    .summary = "Move toys to the right",
    .params = AUG_PARAM_TABLE(ToyShiftParams, params),
    .examples = examples,
    .n_examples = AUG_COUNT(examples),
    TOY_OP(.edit = shift),
};
