/* The rows, the check and the draw of a group that picks n of its children. */
#include "libaug/spec/picking.h"

#include "libaug/spec/spec.h"

const AugParamDesc augi_picking_rows[AUGI_N_PICKING_ROWS] = {
    AUG_PARAM(AugiPicking, n, .low = 0, .high = AUGI_MAX_CHILDREN, .scalar = AUG_SCALAR_POINT,
              .unit = "operations",
              .help = "how many are picked, drawn for each sample; whole numbers"),
    AUG_PARAM(AugiPicking, replace, .fallback = "false",
              .help = "whether one operation can be picked again, then with other draws"),
};

static bool is_whole(double value)
{
    return value == (double)(size_t)value;
}

AugStatus augi_picking_check(const void *params, AugError *error)
{
    const AugiPicking *given = params;
    if (!is_whole(given->n.low) || !is_whole(given->n.high))
        return AUG_FAIL(error, AUG_BAD_SPEC, NULL,
                        "n says how many operations are picked; its ends must be whole numbers");
    if (given->n.high < 1)
        return AUG_FAIL(error, AUG_BAD_SPEC, NULL,
                        "n is 0, so nothing would ever run; its upper end must be at least 1");
    return AUG_OK;
}

AugPicks augi_picking_picks(const AugiPicking *picking, bool in_order)
{
    return (AugPicks){
        .least = (size_t)picking->n.low,
        .most = (size_t)picking->n.high,
        .distinct = !picking->replace,
        .in_order = in_order,
    };
}

size_t augi_picking_draw(const AugiPicking *picking, AugRng *rng, size_t n, size_t *chosen)
{
    const int64_t low = (int64_t)picking->n.low, high = (int64_t)picking->n.high;
    const size_t n_picks = (size_t)aug_rng_integer(rng, low, high);
    if (picking->replace) {
        for (size_t i = 0; i < n_picks; i++)
            chosen[i] = (size_t)aug_rng_below(rng, n);
        return n_picks;
    }
    /* The beginning of a uniform permutation is uniform. */
    uint32_t order[AUGI_MAX_CHILDREN];
    aug_rng_permutation(rng, order, n);
    for (size_t i = 0; i < n_picks; i++)
        chosen[i] = order[i];
    return n_picks;
}
