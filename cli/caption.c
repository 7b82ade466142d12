/* Prints words into strings of their own. */
#include "cli/caption.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "libaug/run/plan.h"

char *cli_caption(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *text = NULL;
    if (vasprintf(&text, format, arguments) < 0)
        text = NULL;
    va_end(arguments);
    return text;
}

static void add_op_name(void *context, const AugOp *op, AugRng *rng)
{
    (void)rng;
    FILE *names = context;
    fprintf(names, "%s%s", ftell(names) > 0 ? ", " : "", op->desc->name);
}

char *cli_caption_ops(const AugPlan *plan, const AugKey *key)
{
    char *text = NULL;
    size_t size;
    FILE *names = open_memstream(&text, &size);
    if (!names)
        return NULL;
    augi_ops_visit(&augi_plan_spec(plan)->pipeline, key, false, add_op_name, names);
    fclose(names);
    return text;
}

char *cli_caption_join(char *first, char *second)
{
    const bool has_both = first && first[0] && second && second[0];
    char *joined =
        cli_caption("%s%s%s", first ? first : "", has_both ? "\n" : "", second ? second : "");
    free(first);
    free(second);
    return joined;
}

char *cli_caption_original(const AugPlan *plan, const AugSample *sample, uint64_t index,
                           const char *between)
{
    const AugDataset *dataset = aug_plan_dataset(plan);
    const AugDatasetInfo *info = aug_dataset_info(dataset);
    const int64_t label = aug_sample_class(info, sample);
    const bool labelled = label >= 0 && label < info->n_classes;
    const bool numbered = sample->name[0] == '#';
    return cli_caption("#%" PRIu64 "%s%s%s%s%s", index, numbered ? "" : " ",
                       numbered ? "" : sample->name, labelled ? between : "",
                       labelled ? "class " : "",
                       labelled ? aug_dataset_class_name(dataset, (uint32_t)label) : "");
}
