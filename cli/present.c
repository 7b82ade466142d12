/* The domain's presenter first, then whatever it has not shown. */
#include "cli/present.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/row.h"
#include "libaug/run/plan.h"

/* Appends a line to a heap text, which may be NULL. False if memory is out. */
static bool append(char **text, const char *line)
{
    char *joined = NULL;
    if (asprintf(&joined, "%s%s%s", *text ? *text : "", *text ? "\n" : "", line) < 0)
        return false;
    free(*text);
    *text = joined;
    return true;
}

AugStatus cli_present(const AugPlan *plan, const AugSample *sample, AugPresentation *out,
                      AugError *error)
{
    AugDatasetInfo info = *aug_dataset_info(plan->dataset);
    const AugFieldDesc *fields = aug_plan_fields(plan, &info.n_fields);
    memcpy(info.fields, fields, info.n_fields * sizeof(*fields));
    const AugPresenter *presenter = plan->domain->presenter;
    *out = (AugPresentation){0};
    if (presenter && presenter->present)
        AUG_TRY(presenter->present(&info, sample, out, error));
    const int class = aug_dataset_field(&info, AUG_FIELD_CLASS);
    char *rest =
        cli_row_describe(plan->dataset, sample, out->shown | (class >= 0 ? 1u << class : 0));
    const bool is_complete = rest && (!rest[0] || append(&out->text, rest));
    free(rest);
    if (is_complete)
        return AUG_OK;
    cli_present_fini(out);
    return AUG_FAIL(error, AUG_NO_MEMORY, sample->name, "no memory for a text");
}

void cli_present_fini(AugPresentation *presentation)
{
    free(presentation->picture.pixels);
    free(presentation->text);
    *presentation = (AugPresentation){0};
}

/* A square needs one word less; else height and width are named, since either order is common. */
void cli_present_size(const AugPlan *plan, const AugSample *sample, char text[64])
{
    const int number = aug_dataset_field(aug_dataset_info(plan->dataset), AUG_FIELD_IMAGE);
    const AugField *field = number >= 0 ? &sample->fields[number] : NULL;
    text[0] = 0;
    if (field && field->height > 0 && field->height == field->width)
        snprintf(text, 64, "%" PRId32 " x %" PRId32, field->height, field->width);
    else if (field && field->height > 0)
        snprintf(text, 64, "height %" PRId32 ", width %" PRId32, field->height, field->width);
}
