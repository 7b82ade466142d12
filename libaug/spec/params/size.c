/* Height and width in pixels. */
#include "libaug/spec/param_kind.h"

static bool read(const AugParamTarget *target, const AugiTree *at, void *field)
{
    AugSize size = {0, 0};
    if (at->kind == AUGI_TREE_LIST && at->n_children == 2) {
        if (!augi_param_read_integer(target, &at->children[0], &size.height) ||
            !augi_param_read_integer(target, &at->children[1], &size.width))
            return false;
    } else if (at->kind == AUGI_TREE_SCALAR && target->row->scalar != AUG_SCALAR_REFUSED) {
        if (!augi_param_read_integer(target, at, &size.height))
            return false;
        size.width = target->row->scalar == AUG_SCALAR_SQUARE ? size.height : 0;
    } else {
        return augi_param_complain_value(target, at);
    }
    *(AugSize *)field = size;
    return true;
}

static void write(const AugParamDesc *row, const void *field, AugiJsonWriter *writer)
{
    const AugSize *size = field;
    /* Where one number means a square, a width of 0 beside a height is one of its own. */
    if (size->width == 0 && (size->height == 0 || row->scalar != AUG_SCALAR_SQUARE)) {
        augi_json_integer(writer, size->height);
        return;
    }
    augi_json_list(writer);
    augi_json_integer(writer, size->height);
    augi_json_integer(writer, size->width);
    augi_json_list_end(writer);
}

static void write_forms(const AugParamDesc *row, AugiJsonWriter *writer)
{
    augi_param_list_schema(row, "integer", 2, 2, writer);
    if (row->scalar != AUG_SCALAR_REFUSED)
        augi_param_number_schema(row, "integer", writer);
}

static bool is_absent(const AugParamDesc *row, const void *field)
{
    return row->optional && ((const AugSize *)field)->height == 0;
}

const AugParamKind aug_kind_size = {
    .text = "size [height, width]",
    .size = sizeof(AugSize),
    .shape = AUG_SHAPE_PAIR,
    .is_whole = true,
    .read = read,
    .write = write,
    .write_forms = write_forms,
    .is_absent = is_absent,
};
