/* ToyTurn: the text is turned by some places, and how many is a label. */
#include <string.h>

#include "tests/toy/toy_domain.h"

typedef struct ToyTurnParams {
    int32_t most;
} ToyTurnParams;

static const AugParamDesc params[] = {
    AUG_PARAM(ToyTurnParams, most, .fallback = "4", .low = 1, .high = 8, .unit = "letters",
              .help = "largest turn"),
};

static void turn(const void *context, AugRng *rng, ToySample *sample)
{
    const ToyTurnParams *given = context;
    sample->turn = aug_rng_integer(rng, 0, given->most);
    uint8_t turned[TOY_MOST_TEXT];
    for (uint32_t i = 0; i < sample->n_text; i++)
        turned[i] = sample->text[(i + (uint32_t)sample->turn) % sample->n_text];
    memcpy(sample->text, turned, sample->n_text);
}

static const AugOpExample examples[] = {{"{most: 3}", "by up to three letters"}};

const AugOpDesc aug_op_toy_turn = {
    .name = "ToyTurn",
    .summary = "Turn the text of toys, with the turn as a label",
    .params = AUG_PARAM_TABLE(ToyTurnParams, params),
    .examples = examples,
    .n_examples = AUG_COUNT(examples),
    TOY_OP(.edit = turn, .makes_turn = true),
};
