/* A spec as text: canonical JSON for identity, expanded JSON for people, JSON Schema for editors.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libaug/data/dataset.h"
#include "libaug/data/part.h"
#include "libaug/spec/spec.h"

/* Steps over digits; NULL if there are none. */
static const char *skip_digits(const char *text)
{
    const size_t n = strspn(text, "0123456789");
    return n > 0 ? text + n : NULL;
}

/* Whether a bare word is a number in JSON's form, or true or false. */
static bool is_json_word(const char *text)
{
    if (strcmp(text, "true") == 0 || strcmp(text, "false") == 0)
        return true;
    text += text[0] == '-';
    const bool has_leading_zero = text[0] == '0' && skip_digits(text + 1);
    text = skip_digits(text);
    if (text && text[0] == '.')
        text = skip_digits(text + 1);
    if (text && (text[0] == 'e' || text[0] == 'E'))
        text = skip_digits(text + 1 + (text[1] == '-' || text[1] == '+'));
    return text && !text[0] && !has_leading_zero;
}

static void write_tree(const AugiTree *tree, AugiJsonWriter *writer)
{
    if (tree->kind == AUGI_TREE_SCALAR && !tree->quoted && is_json_word(tree->text)) {
        augi_json_raw(writer, tree->text);
    } else if (tree->kind == AUGI_TREE_SCALAR) {
        augi_json_string(writer, tree->text);
    } else if (tree->kind == AUGI_TREE_LIST) {
        augi_json_list(writer);
        for (size_t i = 0; i < tree->n_children; i++)
            write_tree(&tree->children[i], writer);
        augi_json_list_end(writer);
    } else {
        augi_json_object(writer);
        for (size_t i = 0; i < tree->n_children; i++) {
            augi_json_key(writer, tree->children[i].key);
            write_tree(&tree->children[i], writer);
        }
        augi_json_object_end(writer);
    }
}

static void write_dataset(const AugSpec *spec, AugiJsonWriter *writer)
{
    if (!spec->dataset_name && !spec->dataset_map)
        return;
    augi_json_key(writer, "dataset");
    if (spec->dataset_name)
        augi_json_string(writer, spec->dataset_name);
    else
        write_tree(spec->dataset_map, writer);
}

/* A domain and its settings. */
typedef struct Output {
    const AugDomain *domain;
    const void *params;
} Output;

/* expanded: for people, with the data set and every default. */
static char *write_spec(const AugSpec *spec, Output output, bool expanded)
{
    AugiJsonWriter writer = {.indent = expanded ? 2 : 0};
    void (*write)(const AugParamTable *, const void *, AugiJsonWriter *) =
        expanded ? augi_params_write_all : augi_params_write;
    augi_json_object(&writer);
    write(&augi_spec_head_table, &spec->head, &writer);
    if (expanded)
        write_dataset(spec, &writer);
    augi_json_key(&writer, "pipeline");
    augi_ops_write(&spec->pipeline, &writer);
    augi_json_key(&writer, "batch");
    augi_json_object(&writer);
    write(&augi_batch_table, &spec->batch, &writer);
    augi_json_key(&writer, "mix");
    augi_ops_write(&spec->mix, &writer);
    augi_json_object_end(&writer);
    augi_json_key(&writer, "output");
    augi_json_object(&writer);
    write(&output.domain->output, output.params, &writer);
    augi_json_object_end(&writer);
    augi_json_object_end(&writer);
    return augi_json_take(&writer);
}

char *augi_spec_canonical(const AugSpec *spec, const AugDomain *domain, const void *output)
{
    return write_spec(spec, (Output){domain, output}, false);
}

char *aug_spec_canonical(const AugSpec *spec)
{
    return augi_spec_canonical(spec, spec->domain, spec->output);
}

char *aug_spec_expanded(const AugSpec *spec)
{
    return write_spec(spec, (Output){spec->domain, spec->output}, true);
}

static void write_row(const AugParamDesc *row, AugiJsonWriter *writer)
{
    augi_json_key(writer, row->name);
    augi_param_write_schema(row, writer);
}

static void write_rows(const AugParamTable *table, AugiJsonWriter *writer)
{
    for (size_t i = 0; i < table->n; i++)
        write_row(&table->rows[i], writer);
}

static void write_type(const char *type, AugiJsonWriter *writer)
{
    augi_json_key(writer, "type");
    augi_json_string(writer, type);
}

static bool is_required(const AugParamDesc *row)
{
    return !row->fallback && !row->optional;
}

/* Also the key that the caller handles itself; NULL: none. */
static void write_required(const AugParamTable *table, const char *also, AugiJsonWriter *writer)
{
    augi_json_key(writer, "required");
    augi_json_list(writer);
    for (size_t i = 0; i < table->n; i++)
        if (is_required(&table->rows[i]))
            augi_json_string(writer, table->rows[i].name);
    if (also)
        augi_json_string(writer, also);
    augi_json_list_end(writer);
}

static void write_closed(AugiJsonWriter *writer)
{
    augi_json_key(writer, "additionalProperties");
    augi_json_bool(writer, false);
}

static void write_reference(const char *definition, AugiJsonWriter *writer)
{
    augi_json_object(writer);
    augi_json_key(writer, "$ref");
    augi_json_string(writer, definition);
    augi_json_object_end(writer);
}

static void write_list_of(const char *definition, AugiJsonWriter *writer)
{
    augi_json_object(writer);
    write_type("array", writer);
    augi_json_key(writer, "items");
    write_reference(definition, writer);
    augi_json_object_end(writer);
}

/* The four kinds of lists of operations: what they work on, and what their p means. */
typedef struct OpsDefinition {
    const char *name;
    bool is_mix;
    AugChildP child_p;
} OpsDefinition;

static const OpsDefinition op_definitions[] = {
    {"op", false, AUG_P_PROBABILITY},
    {"weighted_op", false, AUG_P_WEIGHT},
    {"mix", true, AUG_P_PROBABILITY},
    {"weighted_mix", true, AUG_P_WEIGHT},
};

/* What a group lists. */
static void write_children(const AugOpDesc *group, bool is_mix, AugiJsonWriter *writer)
{
    size_t i = 0;
    while (op_definitions[i].is_mix != is_mix ||
           op_definitions[i].child_p != augi_op_group(group)->child_p)
        i++;
    char reference[40];
    snprintf(reference, sizeof(reference), "#/$defs/%s", op_definitions[i].name);
    augi_json_object(writer);
    write_type("array", writer);
    augi_json_key(writer, "items");
    write_reference(reference, writer);
    augi_json_key(writer, "minItems");
    augi_json_number(writer, 1);
    augi_json_key(writer, "maxItems");
    augi_json_number(writer, AUGI_MAX_CHILDREN);
    augi_json_object_end(writer);
}

/* The parameters of an operation as a map. */
static void write_op_params(const AugOpDesc *desc, const OpsDefinition *definition,
                            AugiJsonWriter *writer)
{
    const AugParamDesc p = augi_op_p_row(desc, definition->child_p);
    const bool has_transforms = augi_op_has_transforms(desc);
    augi_json_object(writer);
    write_type("object", writer);
    augi_json_key(writer, "description");
    augi_json_string(writer, desc->summary);
    augi_json_key(writer, "properties");
    augi_json_object(writer);
    write_rows(&desc->params, writer);
    write_row(&p, writer);
    if (has_transforms) {
        augi_json_key(writer, "transforms");
        write_children(desc, definition->is_mix, writer);
    }
    augi_json_object_end(writer);
    write_required(&desc->params, has_transforms ? "transforms" : NULL, writer);
    write_closed(writer);
    augi_json_object_end(writer);
}

/* Whether an operation may stand without parameters, or with the value of the first one alone:
 * nothing else, from row first on, must be given. */
static bool may_be_short(const AugOpDesc *desc, size_t first)
{
    for (size_t i = first; i < desc->params.n; i++)
        if (is_required(&desc->params.rows[i]))
            return false;
    return !augi_op_has_transforms(desc);
}

/* Whether a group may be written as the list of its operations alone. */
static bool may_be_list(const AugOpDesc *desc)
{
    for (size_t i = 0; i < desc->params.n; i++)
        if (is_required(&desc->params.rows[i]))
            return false;
    return augi_op_has_transforms(desc);
}

static void write_op(const AugOpDesc *desc, const OpsDefinition *definition, AugiJsonWriter *writer)
{
    augi_json_object(writer);
    write_type("object", writer);
    augi_json_key(writer, "properties");
    augi_json_object(writer);
    augi_json_key(writer, desc->name);
    augi_json_object(writer);
    augi_json_key(writer, "anyOf");
    augi_json_list(writer);
    write_op_params(desc, definition, writer);
    if (may_be_short(desc, 0))
        augi_json_raw(writer, "{\"type\":\"null\"}");
    if (desc->params.n > 0 && may_be_short(desc, 1))
        augi_param_write_schema(&desc->params.rows[0], writer);
    if (may_be_list(desc))
        write_children(desc, definition->is_mix, writer);
    augi_json_list_end(writer);
    augi_json_object_end(writer);
    augi_json_object_end(writer);
    augi_json_key(writer, "required");
    augi_json_list(writer);
    augi_json_string(writer, desc->name);
    augi_json_list_end(writer);
    write_closed(writer);
    augi_json_object_end(writer);
}

static bool may_stand_in(const AugOpDesc *desc, const OpsDefinition *definition)
{
    return desc->scope == AUG_OP_GROUP || (desc->scope == AUG_OP_BATCH) == definition->is_mix;
}

/* All operations that may stand in one kind of list: by name alone, or as a map of one key. */
static void write_ops(const OpsDefinition *definition, AugiJsonWriter *writer)
{
    augi_json_key(writer, definition->name);
    augi_json_object(writer);
    augi_json_key(writer, "anyOf");
    augi_json_list(writer);
    augi_json_object(writer);
    augi_json_key(writer, "enum");
    augi_json_list(writer);
    for (size_t i = 0; i < augi_n_ops; i++)
        if (may_stand_in(augi_ops[i], definition) && may_be_short(augi_ops[i], 0))
            augi_json_string(writer, augi_ops[i]->name);
    augi_json_list_end(writer);
    augi_json_object_end(writer);
    for (size_t i = 0; i < augi_n_ops; i++)
        if (may_stand_in(augi_ops[i], definition))
            write_op(augi_ops[i], definition, writer);
    augi_json_list_end(writer);
    augi_json_object_end(writer);
}

/* A map of rows, and nothing else. */
static void write_map(const AugParamTable *table, AugiJsonWriter *writer)
{
    augi_json_object(writer);
    write_type("object", writer);
    augi_json_key(writer, "properties");
    augi_json_object(writer);
    write_rows(table, writer);
    augi_json_object_end(writer);
    write_required(table, NULL, writer);
    write_closed(writer);
    augi_json_object_end(writer);
}

/* Parts: the map or its first value alone. Where the kind has a split of its own, a word says that
 * and a map says this. */
static void write_split(const AugDatasetKind *kind, AugiJsonWriter *writer)
{
    const AugParamDesc *own = augi_kind_split(kind);
    augi_json_key(writer, "split");
    augi_json_object(writer);
    augi_json_key(writer, "anyOf");
    augi_json_list(writer);
    augi_param_write_schema(own ? own : &augi_split_table.rows[0], writer);
    write_reference("#/$defs/split", writer);
    augi_json_list_end(writer);
    augi_json_object_end(writer);
}

/* What must not stand without another key; a split of the kind's own may. */
static void write_part_needs(const AugDatasetKind *kind, AugiJsonWriter *writer)
{
    augi_json_key(writer, "dependentRequired");
    augi_json_raw(writer, augi_kind_split(kind) ? "{\"part\":[\"split\"]}"
                                                : "{\"part\":[\"split\"],\"split\":[\"part\"]}");
}

static void write_dataset_kind(const AugDatasetKind *kind, AugiJsonWriter *writer)
{
    augi_json_object(writer);
    write_type("object", writer);
    augi_json_key(writer, "description");
    augi_json_string(writer, kind->summary);
    augi_json_key(writer, "properties");
    augi_json_object(writer);
    augi_json_key(writer, "kind");
    augi_json_object(writer);
    augi_json_key(writer, "const");
    augi_json_string(writer, kind->name);
    augi_json_object_end(writer);
    for (size_t i = 0; i < kind->params.n; i++)
        if (&kind->params.rows[i] != augi_kind_split(kind))
            write_row(&kind->params.rows[i], writer);
    write_split(kind, writer);
    write_rows(&augi_part_table, writer);
    augi_json_object_end(writer);
    write_part_needs(kind, writer);
    write_closed(writer);
    augi_json_object_end(writer);
}

static void write_datasets(AugiJsonWriter *writer)
{
    augi_json_key(writer, "dataset");
    augi_json_object(writer);
    augi_json_key(writer, "anyOf");
    augi_json_list(writer);
    augi_json_raw(writer, "{\"type\":\"string\"}");
    for (size_t i = 0; i < augi_n_dataset_kinds; i++)
        write_dataset_kind(augi_dataset_kinds[i], writer);
    augi_json_list_end(writer);
    augi_json_object_end(writer);
}

/* A section of the spec as an object. */
static void write_section(const AugParamTable *table, bool has_mix, AugiJsonWriter *writer)
{
    augi_json_object(writer);
    write_type("object", writer);
    augi_json_key(writer, "properties");
    augi_json_object(writer);
    write_rows(table, writer);
    if (has_mix) {
        augi_json_key(writer, "mix");
        write_list_of("#/$defs/mix", writer);
    }
    augi_json_object_end(writer);
    write_closed(writer);
    augi_json_object_end(writer);
}

/* The section "output" is that of any domain. */
static void write_outputs(AugiJsonWriter *writer)
{
    augi_json_key(writer, "output");
    if (augi_n_domains == 1) {
        write_section(&augi_domains[0]->output, false, writer);
        return;
    }
    augi_json_object(writer);
    augi_json_key(writer, "anyOf");
    augi_json_list(writer);
    for (size_t i = 0; i < augi_n_domains; i++)
        write_section(&augi_domains[i]->output, false, writer);
    augi_json_list_end(writer);
    augi_json_object_end(writer);
}

char *aug_spec_schema(void)
{
    AugiJsonWriter writer = {.indent = 1};
    augi_json_object(&writer);
    augi_json_key(&writer, "$schema");
    augi_json_string(&writer, "https://json-schema.org/draft/2020-12/schema");
    augi_json_key(&writer, "title");
    augi_json_string(&writer, "augd pipeline spec");
    write_type("object", &writer);
    augi_json_key(&writer, "properties");
    augi_json_object(&writer);
    write_rows(&augi_spec_head_table, &writer);
    write_datasets(&writer);
    augi_json_key(&writer, "pipeline");
    write_list_of("#/$defs/op", &writer);
    augi_json_key(&writer, "batch");
    write_section(&augi_batch_table, true, &writer);
    write_outputs(&writer);
    augi_json_object_end(&writer);
    write_required(&augi_spec_head_table, NULL, &writer);
    write_closed(&writer);
    augi_json_key(&writer, "$defs");
    augi_json_object(&writer);
    for (size_t i = 0; i < AUG_COUNT(op_definitions); i++)
        write_ops(&op_definitions[i], &writer);
    augi_json_key(&writer, "split");
    write_map(&augi_split_table, &writer);
    augi_json_object_end(&writer);
    augi_json_object_end(&writer);
    return augi_json_take(&writer);
}
