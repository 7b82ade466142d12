/* One of the row's names. */
#include "libaug/spec/param_kind.h"

static bool read(const AugParamTarget *target, const AugiTree *at, void *field)
{
    int32_t value = augi_param_find_choice(target->row, at);
    if (value < 0)
        return augi_param_complain_choice(target, at);
    ((AugChoice *)field)->value = value;
    return true;
}

static const char *word(const AugParamDesc *row, const void *field)
{
    return row->choices[((const AugChoice *)field)->value];
}

const AugParamKind aug_kind_choice = {
    .text = "choice",
    .allowed = "",
    .choices_join = "",
    .size = sizeof(AugChoice),
    .read = read,
    .word = word,
};
