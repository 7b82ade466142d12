/* YAML to tree, through libyaml's document interface, which keeps the mark of every value. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "libaug/base/input_file.h"
#include "libaug/base/tree_build.h"

/* One conversion. */
typedef struct Conversion {
    AugiTreeBuild *build;
    yaml_document_t *yaml;
} Conversion;

static AugStatus convert(Conversion *c, int index, uint32_t depth, AugiTree *out);

static AugiPlace place_of(yaml_mark_t mark)
{
    return (AugiPlace){.line = (int)mark.line + 1, .column = (int)mark.column + 1};
}

static AugStatus convert_scalar(Conversion *c, const yaml_node_t *node, AugiTree *out)
{
    const bool quoted = node->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    return augi_tree_build_scalar(c->build, out, (const char *)node->data.scalar.value,
                                  node->data.scalar.length, quoted);
}

static AugStatus convert_list(Conversion *c, const yaml_node_t *node, uint32_t depth, AugiTree *out)
{
    const yaml_node_item_t *items = node->data.sequence.items.start;
    size_t n = (size_t)(node->data.sequence.items.top - items);
    AUG_TRY(augi_tree_build_children(c->build, out, AUGI_TREE_LIST, n));
    for (size_t i = 0; i < n; i++)
        AUG_TRY(convert(c, items[i], depth + 1, &out->children[i]));
    out->n_children = n;
    return AUG_OK;
}

static AugStatus convert_key(Conversion *c, int index, AugiTree *parent, AugiTree *child)
{
    const yaml_node_t *node = yaml_document_get_node(c->yaml, index);
    AugiTree key = {.place = place_of(node->start_mark)};
    if (node->type != YAML_SCALAR_NODE)
        return augi_tree_build_refuse(c->build, &key, "a key of a map must be a word");
    AUG_TRY(convert_scalar(c, node, &key));
    const AugiTree *earlier = augi_tree_get(parent, key.text);
    if (earlier)
        return augi_tree_build_refuse(c->build, &key,
                                      "the key '%s' stands twice; the first is on line %d",
                                      key.text, earlier->key_place.line);
    child->key = key.text;
    child->key_place = key.place;
    return AUG_OK;
}

static AugStatus convert_map(Conversion *c, const yaml_node_t *node, uint32_t depth, AugiTree *out)
{
    const yaml_node_pair_t *pairs = node->data.mapping.pairs.start;
    size_t n = (size_t)(node->data.mapping.pairs.top - pairs);
    AUG_TRY(augi_tree_build_children(c->build, out, AUGI_TREE_MAP, n));
    for (size_t i = 0; i < n; i++) {
        AugiTree *child = &out->children[i];
        AUG_TRY(convert_key(c, pairs[i].key, out, child));
        AUG_TRY(convert(c, pairs[i].value, depth + 1, child));
        /* Counted only now: convert_key looks at the keys before this one. */
        out->n_children = i + 1;
    }
    return AUG_OK;
}

static AugStatus convert(Conversion *c, int index, uint32_t depth, AugiTree *out)
{
    const yaml_node_t *node = yaml_document_get_node(c->yaml, index);
    out->place = place_of(node->start_mark);
    AUG_TRY(augi_tree_build_enter(c->build, out, depth));
    switch (node->type) {
    case YAML_SCALAR_NODE:
        return convert_scalar(c, node, out);
    case YAML_SEQUENCE_NODE:
        return convert_list(c, node, depth, out);
    case YAML_MAPPING_NODE:
        return convert_map(c, node, depth, out);
    default:
        return augi_tree_build_refuse(c->build, out, "an empty value stands here");
    }
}

static AugStatus syntax_problem(AugProblems *problems, const yaml_parser_t *parser)
{
    /* The reader (bad UTF-8, control characters) knows an offset, not a mark. */
    if (parser->error == YAML_READER_ERROR) {
        aug_problems_add(problems, AUG_BAD_SPEC, problems->source_name,
                         "byte %zu is not allowed in YAML: %s", parser->problem_offset,
                         parser->problem ? parser->problem : "not UTF-8");
        return AUG_BAD_SPEC;
    }
    if (parser->error == YAML_MEMORY_ERROR)
        return AUG_NO_MEMORY;
    const AugiTree at = {.place = place_of(parser->problem_mark)};
    augi_tree_problem(problems, &at, NULL, "not valid YAML: %s%s%s",
                      parser->problem ? parser->problem : "syntax error",
                      parser->context ? " " : "", parser->context ? parser->context : "");
    return AUG_BAD_SPEC;
}

/* A second document in the text is refused, so that nothing a user wrote is ignored in silence. */
static AugStatus refuse_second(yaml_parser_t *parser, AugProblems *problems)
{
    yaml_document_t second;
    if (!yaml_parser_load(parser, &second))
        return syntax_problem(problems, parser);
    const yaml_node_t *root = yaml_document_get_root_node(&second);
    AugStatus status = AUG_OK;
    if (root) {
        const AugiTree at = {.place = place_of(root->start_mark)};
        augi_tree_problem(problems, &at, NULL, "a second document begins here; one is allowed");
        status = AUG_BAD_SPEC;
    }
    yaml_document_delete(&second);
    return status;
}

static AugStatus convert_document(Conversion *c, yaml_parser_t *parser, AugiTree *root)
{
    AugProblems *problems = c->build->problems;
    if (!yaml_document_get_root_node(c->yaml)) {
        aug_problems_add(problems, AUG_BAD_SPEC, problems->source_name,
                         "the text is empty; a map is expected");
        return AUG_BAD_SPEC;
    }
    AUG_TRY(convert(c, 1, 0, root));
    return refuse_second(parser, problems);
}

/* A text in the caller's memory. */
typedef struct Text {
    const char *bytes;
    size_t size;
} Text;

static AugStatus fill(AugiTreeBuild *build, void *source, AugiTree *root)
{
    const Text *text = source;
    yaml_parser_t parser;
    if (!yaml_parser_initialize(&parser))
        return AUG_NO_MEMORY;
    yaml_parser_set_input_string(&parser, (const unsigned char *)text->bytes, text->size);
    yaml_document_t yaml;
    AugStatus status;
    if (yaml_parser_load(&parser, &yaml)) {
        Conversion c = {build, &yaml};
        status = convert_document(&c, &parser, root);
        yaml_document_delete(&yaml);
    } else {
        status = syntax_problem(build->problems, &parser);
    }
    yaml_parser_delete(&parser);
    return status;
}

AugStatus augi_tree_parse(AugiTreeDocument **out, const char *text, size_t size, const char *name,
                          const AugLimits *limits, AugProblems *problems)
{
    *out = NULL;
    problems->source_name = name;
    if (size > limits->max_spec_size) {
        aug_problems_add(problems, AUG_TOO_LARGE, name, "the text has %zu bytes; %u are allowed",
                         size, limits->max_spec_size);
        return AUG_TOO_LARGE;
    }
    Text source = {text, size};
    return augi_tree_build(out, limits, problems, fill, &source);
}

AugStatus augi_tree_load(AugiTreeDocument **out, const char *path, const AugLimits *limits,
                         AugProblems *problems)
{
    *out = NULL;
    problems->source_name = path;
    uint8_t *text;
    size_t size;
    AugError error = {0};
    AugStatus status = augi_input_text_load(path, limits->max_spec_size, &text, &size, &error);
    if (status != AUG_OK) {
        aug_problems_add(problems, status, error.where, "%s", error.message);
        return status;
    }
    status = augi_tree_parse(out, (const char *)text, size, path, limits, problems);
    free(text);
    return status;
}
