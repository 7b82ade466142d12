/* What fills pixels that have no source: a colour, or one of the row's names. */
#include "libaug/spec/param_kind.h"

static bool read(const AugParamTarget *target, const AugiTree *at, void *field)
{
    AugFill fill = {.named = augi_param_find_choice(target->row, at)};
    if (fill.named < 0 && at->kind == AUGI_TREE_LIST && 2 <= at->n_children &&
        at->n_children <= AUG_MAX_CHANNELS) {
        fill.n = (int32_t)at->n_children;
        for (size_t i = 0; i < at->n_children; i++)
            if (!augi_param_read_number(target, &at->children[i], &fill.channels[i]))
                return false;
    } else if (fill.named < 0) {
        double value;
        if (at->kind == AUGI_TREE_SCALAR && !augi_param_parse_number(at->text, &value) &&
            target->row->choices)
            return augi_param_complain_choice(target, at);
        if (!augi_param_read_number(target, at, &value))
            return false;
        fill.n = 3;
        fill.channels[0] = fill.channels[1] = fill.channels[2] = value;
    }
    *(AugFill *)field = fill;
    return true;
}

static const char *word(const AugParamDesc *row, const void *field)
{
    const AugFill *fill = field;
    return fill->named >= 0 && row->choices ? row->choices[fill->named] : NULL;
}

static void write(const AugParamDesc *row, const void *field, AugiJsonWriter *writer)
{
    (void)row;
    const AugFill *fill = field;
    augi_json_list(writer);
    for (int32_t i = 0; i < fill->n; i++)
        augi_json_number(writer, fill->channels[i]);
    augi_json_list_end(writer);
}

static void write_forms(const AugParamDesc *row, AugiJsonWriter *writer)
{
    augi_param_number_schema(row, "number", writer);
    augi_param_list_schema(row, "number", 2, AUG_MAX_CHANNELS, writer);
}

const AugParamKind aug_kind_fill = {
    .text = "color",
    .allowed = "a number or one a channel, as [r, g, b]",
    .size = sizeof(AugFill),
    .shape = AUG_SHAPE_LIST,
    .read = read,
    .word = word,
    .write = write,
    .write_forms = write_forms,
};
