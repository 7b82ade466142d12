/* ToyShout, an edit operation of the test domain: some letters of the text become capitals. */
#include "tests/toy/toy_domain.h"

typedef struct ToyShoutParams {
    double share;
} ToyShoutParams;

static const AugParamDesc params[] = {
    AUG_PARAM(ToyShoutParams, share, .fallback = "0.5", .low = 0, .high = 1,
              .help = "part of the letters, drawn for each"),
};

static void shout(const void *context, AugRng *rng, ToySample *sample)
{
    const ToyShoutParams *given = context;
    for (uint32_t i = 0; i < sample->n_text; i++) {
        const uint8_t letter = sample->text[i];
        if (aug_rng_bernoulli(rng, given->share) && 'a' <= letter && letter <= 'z')
            sample->text[i] = (uint8_t)(letter - 'a' + 'A');
    }
}

static const AugOpExample examples[] = {{"{share: 1}", "all letters"}};

const AugOpDesc aug_op_toy_shout = {
    .name = "ToyShout",
    .summary = "Make letters of the text capitals",
    .params = AUG_PARAM_TABLE(ToyShoutParams, params),
    .examples = examples,
    .n_examples = AUG_COUNT(examples),
    TOY_OP(.edit = shout),
};
