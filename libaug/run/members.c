/* Drawing, reading and replacing the samples of a row. */
#include "libaug/run/members.h"

#include <inttypes.h>

#include "libaug/run/partners.h"

AugStatus augi_members_draw(AugiMembers *members, AugError *error)
{
    uint32_t n_partners;
    members->drawn[0] = members->key->sample;
    AUG_TRY(
        augi_partners_draw(members->plan, members->key, &members->drawn[1], &n_partners, error));
    members->n = 1 + n_partners;
    members->n_read = 0;
    for (uint32_t i = 0; i < members->n; i++) {
        members->shown[i] = members->drawn[i];
        members->n_draws[i] = 0;
    }
    if (members->notes)
        augi_replaced_clear(members->notes, members->plan->replaceable);
    return AUG_OK;
}

AugStatus augi_members_read(AugiMembers *members, uint32_t *at_fault, AugError *error)
{
    for (uint32_t i = members->n_read; i < members->n; i++) {
        *at_fault = i;
        AUG_TRY(aug_dataset_read(members->plan->dataset, members->shown[i], &members->buffers[i],
                                 &members->samples[i], error));
        members->n_read++;
    }
    return AUG_OK;
}

static AugRng begin_draws(const AugiMembers *members, uint32_t i)
{
    AugKey key = *members->key;
    key.position = AUG_POSITION_REPLACE;
    key.view = (uint8_t)i;
    return aug_rng_make(&key);
}

/* The next sample that may stand in for member i: any but the one that is known to be damaged. */
static bool draw_next(AugiMembers *members, uint32_t i)
{
    if (members->n_draws[i] == 0)
        members->draws[i] = begin_draws(members, i);
    while (members->n_draws[i] < AUGI_MOST_REPLACEMENTS) {
        members->n_draws[i]++;
        members->shown[i] = aug_rng_below(&members->draws[i], members->plan->n_samples);
        if (members->shown[i] != members->drawn[i])
            return true;
    }
    return false;
}

AugStatus augi_members_replace(AugiMembers *members, uint32_t at_fault, AugStatus status,
                               AugError *error)
{
    if (!members->notes || !augi_is_damage(status))
        return status;
    AugReplaced *note = &members->notes[at_fault];
    augi_replaced_note(note, error);
    note->row = members->row;
    note->of_partner = at_fault > 0;
    note->index = members->drawn[at_fault];
    if (!draw_next(members, at_fault))
        return AUG_FAIL(error, AUG_CORRUPT, members->plan->spec->name,
                        "sample %" PRIu64 " cannot be used (%.200s), nor can any of %d others "
                        "drawn in its place, so most of the data set is damaged; aug check "
                        "--decode lists what is",
                        note->index, note->reason, AUGI_MOST_REPLACEMENTS);
    note->replacement = members->shown[at_fault];
    if (members->n_read > at_fault)
        members->n_read = at_fault;
    return AUG_OK;
}
