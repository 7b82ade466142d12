/* YAML to tree, through libyaml's document interface, which keeps the mark of every value. */
#include "libaug/base/tree.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <yaml.h>

#include "libaug/base/arena.h"

/* Keys of one map at most: each is compared with those before it. */
#define MAX_KEYS 4096

/* State of one conversion. nodes counts values with aliases expanded, so that a small text cannot
 * grow into a huge tree. */
typedef struct Conversion {
    yaml_document_t *yaml;
    AugiArena *arena;
    const AugLimits *limits;
    AugProblems *problems;
    size_t nodes;
} Conversion;

static AugStatus convert(Conversion *c, int index, uint32_t depth, AugiTree *out);

const char *augi_tree_kind_text(AugiTreeKind kind)
{
    static const char *const texts[] = {"a single value", "a list", "a map"};
    return texts[kind];
}

static void add_problem(AugProblems *problems, int line, int column, const char *path,
                        const char *message)
{
    char where[256];
    snprintf(where, sizeof(where), "%s:%d:%d",
             problems->source_name ? problems->source_name : "spec", line, column);
    aug_problems_add(problems, AUG_BAD_SPEC, where, "%s%s%s", path ? path : "", path ? ": " : "",
                     message);
}

void augi_tree_problem(AugProblems *problems, const AugiTree *at, const char *path,
                       const char *format, ...)
{
    char message[400];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof(message), format, arguments);
    va_end(arguments);
    add_problem(problems, at->line, at->column, path, message);
}

void augi_tree_key_problem(AugProblems *problems, const AugiTree *at, const char *path,
                           const char *format, ...)
{
    char message[400];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof(message), format, arguments);
    va_end(arguments);
    add_problem(problems, at->key_line ? at->key_line : at->line,
                at->key_line ? at->key_column : at->column, path, message);
}

static AugStatus refuse(Conversion *c, const AugiTree *at, const char *format, ...)
    AUG_PRINTF(3, 4);

static AugStatus refuse(Conversion *c, const AugiTree *at, const char *format, ...)
{
    char message[400];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof(message), format, arguments);
    va_end(arguments);
    augi_tree_problem(c->problems, at, NULL, "%s", message);
    return AUG_BAD_SPEC;
}

static AugStatus convert_scalar(Conversion *c, const yaml_node_t *node, AugiTree *out)
{
    const char *text = (const char *)node->data.scalar.value;
    if (strlen(text) != node->data.scalar.length)
        return refuse(c, out, "a value holds a NUL character; only text is allowed");
    out->kind = AUGI_TREE_SCALAR;
    out->quoted = node->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    out->text = augi_arena_text(c->arena, text, node->data.scalar.length);
    return out->text ? AUG_OK : AUG_NO_MEMORY;
}

static AugStatus convert_list(Conversion *c, const yaml_node_t *node, uint32_t depth, AugiTree *out)
{
    const yaml_node_item_t *items = node->data.sequence.items.start;
    out->kind = AUGI_TREE_LIST;
    out->n_children = (size_t)(node->data.sequence.items.top - items);
    out->children = augi_arena_take(c->arena, (out->n_children + 1) * sizeof(AugiTree));
    if (!out->children)
        return AUG_NO_MEMORY;
    for (size_t i = 0; i < out->n_children; i++)
        AUG_TRY(convert(c, items[i], depth + 1, &out->children[i]));
    return AUG_OK;
}

static AugStatus convert_key(Conversion *c, int index, AugiTree *parent, AugiTree *child)
{
    const yaml_node_t *node = yaml_document_get_node(c->yaml, index);
    AugiTree key = {.line = (int)node->start_mark.line + 1,
                    .column = (int)node->start_mark.column + 1};
    if (node->type != YAML_SCALAR_NODE)
        return refuse(c, &key, "a key of a map must be a word");
    AUG_TRY(convert_scalar(c, node, &key));
    const AugiTree *earlier = augi_tree_get(parent, key.text);
    if (earlier)
        return refuse(c, &key, "the key '%s' stands twice; the first is on line %d", key.text,
                      earlier->key_line);
    child->key = key.text;
    child->key_line = key.line;
    child->key_column = key.column;
    return AUG_OK;
}

static AugStatus convert_map(Conversion *c, const yaml_node_t *node, uint32_t depth, AugiTree *out)
{
    const yaml_node_pair_t *pairs = node->data.mapping.pairs.start;
    size_t n = (size_t)(node->data.mapping.pairs.top - pairs);
    out->kind = AUGI_TREE_MAP;
    if (n > MAX_KEYS)
        return refuse(c, out, "a map has %zu keys; %d are allowed", n, MAX_KEYS);
    out->children = augi_arena_take(c->arena, (n + 1) * sizeof(AugiTree));
    if (!out->children)
        return AUG_NO_MEMORY;
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
    out->line = (int)node->start_mark.line + 1;
    out->column = (int)node->start_mark.column + 1;
    if (depth > c->limits->max_spec_depth)
        return refuse(c, out, "values are nested deeper than %u levels", c->limits->max_spec_depth);
    if (++c->nodes > c->limits->max_spec_nodes)
        return refuse(c, out, "there are more than %u values, aliases included",
                      c->limits->max_spec_nodes);
    switch (node->type) {
    case YAML_SCALAR_NODE:
        return convert_scalar(c, node, out);
    case YAML_SEQUENCE_NODE:
        return convert_list(c, node, depth, out);
    case YAML_MAPPING_NODE:
        return convert_map(c, node, depth, out);
    default:
        return refuse(c, out, "an empty value stands here");
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
    AugiTree at = {.line = (int)parser->problem_mark.line + 1,
                   .column = (int)parser->problem_mark.column + 1};
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
        AugiTree at = {.line = (int)root->start_mark.line + 1,
                       .column = (int)root->start_mark.column + 1};
        augi_tree_problem(problems, &at, NULL, "a second document begins here; one is allowed");
        status = AUG_BAD_SPEC;
    }
    yaml_document_delete(&second);
    return status;
}

static AugStatus convert_document(Conversion *c, yaml_parser_t *parser, AugiTree *root)
{
    if (!yaml_document_get_root_node(c->yaml)) {
        aug_problems_add(c->problems, AUG_BAD_SPEC, c->problems->source_name,
                         "the text is empty; a map is expected");
        return AUG_BAD_SPEC;
    }
    AUG_TRY(convert(c, 1, 0, root));
    return refuse_second(parser, c->problems);
}

static AugStatus parse_into(AugiTreeDocument *document, const char *text, size_t size,
                            const AugLimits *limits, AugProblems *problems)
{
    yaml_parser_t parser;
    if (!yaml_parser_initialize(&parser))
        return AUG_NO_MEMORY;
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, size);
    yaml_document_t yaml;
    AugStatus status;
    if (yaml_parser_load(&parser, &yaml)) {
        Conversion c = {&yaml, document->arena, limits, problems, 0};
        status = convert_document(&c, &parser, &document->root);
        yaml_document_delete(&yaml);
    } else {
        status = syntax_problem(problems, &parser);
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
    AugiTreeDocument *document = calloc(1, sizeof(*document));
    if (document)
        document->arena = augi_arena_new();
    AugStatus status = AUG_NO_MEMORY;
    if (document && document->arena)
        status = parse_into(document, text, size, limits, problems);
    if (status == AUG_NO_MEMORY)
        aug_problems_add(problems, AUG_NO_MEMORY, name, "memory is exhausted");
    if (status != AUG_OK) {
        augi_tree_free(document);
        return status;
    }
    *out = document;
    return AUG_OK;
}

/* Reads at most limit + 1 bytes, so that the parser sees when there are too many. */
static AugStatus read_all(int file, size_t limit, char **text, size_t *size)
{
    size_t capacity = 0;
    *size = 0;
    for (;;) {
        if (*size == capacity) {
            capacity = capacity ? 2 * capacity : 8192;
            char *grown = realloc(*text, capacity);
            if (!grown)
                return AUG_NO_MEMORY;
            *text = grown;
        }
        ssize_t n = read(file, *text + *size, capacity - *size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return AUG_IO;
        *size += (size_t)n;
        if (n == 0 || *size > limit)
            return AUG_OK;
    }
}

AugStatus augi_tree_load(AugiTreeDocument **out, const char *path, const AugLimits *limits,
                         AugProblems *problems)
{
    *out = NULL;
    problems->source_name = path;
    bool is_standard_input = strcmp(path, "-") == 0;
    int file = is_standard_input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        AugStatus missing = errno == ENOENT ? AUG_NOT_FOUND : AUG_IO;
        aug_problems_add(problems, missing, path, "cannot be opened: %s", strerror(errno));
        return missing;
    }
    char *text = NULL;
    size_t size = 0;
    AugStatus status = read_all(file, limits->max_spec_size, &text, &size);
    if (status != AUG_OK)
        aug_problems_add(problems, status, path, "cannot be read: %s",
                         status == AUG_IO ? strerror(errno) : "memory is exhausted");
    if (!is_standard_input)
        close(file);
    if (status == AUG_OK)
        status = augi_tree_parse(out, text, size, path, limits, problems);
    free(text);
    return status;
}

void augi_tree_free(AugiTreeDocument *document)
{
    if (!document)
        return;
    augi_arena_free(document->arena);
    free(document);
}

const AugiTree *augi_tree_get(const AugiTree *map, const char *key)
{
    if (map->kind != AUGI_TREE_MAP)
        return NULL;
    for (size_t i = 0; i < map->n_children; i++)
        if (strcmp(map->children[i].key, key) == 0)
            return &map->children[i];
    return NULL;
}
