/* Telling sets for validation and test by their part and their names. */
#include "cli/held_out.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "libaug/data/part.h"
#include "libaug/spec/spec.h"

static bool is_marking(const char *word, size_t size)
{
    static const char *const words[] = {"val", "valid", "validation", "dev", "eval", "test"};
    for (size_t i = 0; i < AUG_COUNT(words); i++)
        if (strlen(words[i]) == size && strncasecmp(words[i], word, size) == 0)
            return true;
    return false;
}

/* Whether a word of a name, or of the last part of a path, marks it; words are of letters. */
static bool is_marked(const char *name)
{
    const char *slash = strrchr(name, '/');
    const char *at = slash ? slash + 1 : name;
    while (*at) {
        size_t size = 0;
        while (isalpha((unsigned char)at[size]))
            size++;
        if (is_marking(at, size))
            return true;
        at += size > 0 ? size : 1;
    }
    return false;
}

const char *cli_held_out(const CliPipeline *pipeline, const char *name)
{
    if (aug_dataset_field(aug_dataset_info(pipeline->dataset), AUG_FIELD_TEXT) < 0 ||
        pipeline->spec->pipeline.n == 0)
        return NULL;
    const AugiPartWish *wish = augi_part_wish(pipeline->dataset);
    const bool is_eval = wish && wish->choice.part.value == AUGI_PART_EVAL;
    if (!is_eval && !(name && is_marked(name)))
        return NULL;
    return "the pipeline changes texts that seem to be meant for validation or test; what is "
           "measured on them would be of other texts";
}
