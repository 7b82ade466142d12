/* Drawing, reading and replacing the samples of a row. */
#include "libaug/run/members.h"

#include <inttypes.h>

/* Which samples the domain wants beside the row's own. */
static AugStatus draw_partners(AugiMembers *members, AugError *error)
{
    const AugPlan *plan = members->plan;
    if (!members->key || !plan->domain->partners)
        return AUG_OK;
    /* How many there are does not depend on how many there could be. */
    const uint64_t n_samples = plan->n_samples > 0 ? plan->n_samples : 1;
    members->n +=
        plan->domain->partners(plan->domain_plan, members->key, n_samples, &members->drawn[1]);
    if (members->n > 1 && plan->n_samples == 0)
        return AUG_FAIL(error, AUG_BAD_SPEC, plan->spec->name,
                        "an operation of the pipeline takes part of other samples, and the data "
                        "set has none; allowed are operations that need one sample");
    return AUG_OK;
}

AugStatus augi_members_draw(AugiMembers *members, AugError *error)
{
    members->drawn[0] = members->key ? members->key->sample : 0;
    members->n = 1;
    members->n_read = 0;
    AUG_TRY(draw_partners(members, error));
    for (uint32_t i = 0; i < members->n; i++) {
        members->shown[i] = members->drawn[i];
        members->n_draws[i] = 0;
    }
    if (members->notes)
        augi_replaced_clear(members->notes, members->plan->replaceable);
    return AUG_OK;
}

void augi_members_give(AugiMembers *members, const AugSample *sample)
{
    members->samples[0] = *sample;
    members->holds[0] = (AugiHold){.owner = AUGI_OWNER_CALLER};
    members->n_read = 1;
}

/* Ends the use of those from number first on, which are then to be read again. */
static void end_from(AugiMembers *members, uint32_t first, bool is_made)
{
    for (uint32_t i = first; i < members->n_read; i++)
        augi_load_end(members->plan, members->shown[i], &members->samples[i], &members->holds[i],
                      is_made);
    members->n_read = members->n_read < first ? members->n_read : first;
}

AugStatus augi_members_read(AugiMembers *members, uint32_t *at_fault, AugError *error)
{
    for (uint32_t i = members->n_read; i < members->n; i++) {
        *at_fault = i;
        AUG_TRY(augi_load(members->plan, members->shown[i], &members->buffers[i],
                          &members->samples[i], &members->holds[i], error));
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
    end_from(members, at_fault, false);
    if (!draw_next(members, at_fault))
        return AUG_FAIL(error, AUG_CORRUPT, members->plan->spec->name,
                        "sample %" PRIu64 " cannot be used (%.200s), nor can any of %d others "
                        "drawn in its place, so most of the data set is damaged; aug check "
                        "--decode lists what is",
                        note->index, note->reason, AUGI_MOST_REPLACEMENTS);
    note->replacement = members->shown[at_fault];
    return AUG_OK;
}

void augi_members_end(AugiMembers *members, bool is_made)
{
    end_from(members, 0, is_made);
}
