/* What of a sample is shown to people, whatever its domain. */
#ifndef CLI_PRESENT_H
#define CLI_PRESENT_H

#include "aug/plan.h"
#include "libaug/spec/presenter.h"

/* Shows a sample of a plan: the picture and the text of the domain's presenter, and a line of text
 * for each field that these do not tell about; the class is left to the caller. cli_present_fini
 * frees it. */
AUG_MUST_CHECK AugStatus cli_present(const AugPlan *plan, const AugSample *sample,
                                     AugPresentation *out, AugError *error);

/* Frees picture and text and zeroes the struct; accepts a zeroed one. */
void cli_present_fini(AugPresentation *presentation);

/* Height and width of the first picture of a sample in words; "" if it has none. */
void cli_present_size(const AugPlan *plan, const AugSample *sample, char text[64]);

#endif
