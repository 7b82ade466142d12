/* YAML to tree, from libyaml's events: nothing is read beyond the first value that is refused, and
 * what an alias stands for is shared, not copied. The parser looks ahead of its events by 1,024
 * characters of a line at most, so that a depth is refused before it costs its square.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "libaug/base/input_file.h"
#include "libaug/base/tree_build.h"
#include "libaug/base/yaml_text.h"

/* Anchors of one text: each alias is compared with all of them. */
#define MAX_ANCHORS 256

/* A value that aliases may stand for. nodes, size: what it counts, with all in it; height: levels
 * below it. */
typedef struct Anchor {
    const char *name;
    AugiTree value;
    size_t nodes, size;
    uint32_t height;
} Anchor;

/* One reading.
 *
 * event:   the one that is looked at
 * pending: children of the lists and maps that are not complete, the innermost last
 * deepest: level of the deepest value since a reader of a value set it
 */
typedef struct Reading {
    AugiTreeBuild *build;
    const AugiYamlText *text;
    yaml_parser_t parser;
    yaml_event_t event;
    AugiTree *pending;
    size_t n_pending, capacity;
    uint32_t deepest;
    size_t n_anchors;
    Anchor anchors[MAX_ANCHORS];
} Reading;

static AugStatus read_value(Reading *r, uint32_t depth, AugiTree *out);

static AugiPlace place_of(yaml_mark_t mark)
{
    return (AugiPlace){.line = (int)mark.line + 1, .column = (int)mark.column + 1};
}

static AugiYamlMark mark_of(yaml_mark_t mark)
{
    return (AugiYamlMark){mark.index, (int)mark.line + 1, (int)mark.column + 1};
}

static AugStatus refuse_syntax(const Reading *r)
{
    const yaml_parser_t *parser = &r->parser;
    AugProblems *problems = r->build->problems;
    /* The reader (bad UTF-8, control characters) knows an offset, not a mark. */
    if (parser->error == YAML_READER_ERROR) {
        aug_problems_add(problems, AUG_BAD_SPEC, problems->source_name,
                         "byte %zu is not allowed in YAML: %s", parser->problem_offset,
                         parser->problem ? parser->problem : "not UTF-8");
        return AUG_BAD_SPEC;
    }
    if (parser->error == YAML_MEMORY_ERROR)
        return AUG_NO_MEMORY;
    const AugiYamlFault fault = {.problem = parser->problem ? parser->problem : "syntax error",
                                 .context = parser->context,
                                 .at = mark_of(parser->problem_mark),
                                 .begin = mark_of(parser->context_mark)};
    return augi_yaml_refuse(r->text, &fault, problems);
}

static AugStatus step(Reading *r)
{
    yaml_event_delete(&r->event);
    return yaml_parser_parse(&r->parser, &r->event) ? AUG_OK : refuse_syntax(r);
}

static Anchor *find_anchor(Reading *r, const char *name)
{
    for (size_t i = 0; i < r->n_anchors; i++)
        if (strcmp(r->anchors[i].name, name) == 0)
            return &r->anchors[i];
    return NULL;
}

static AugStatus read_alias(Reading *r, uint32_t depth, AugiTree *out)
{
    const char *name = (const char *)r->event.data.alias.anchor;
    const Anchor *anchor = find_anchor(r, name);
    if (!anchor)
        return augi_tree_build_refuse(
            r->build, out, "the alias '*%.60s' stands for nothing; '&%.60s' must come before it",
            name, name);
    const uint32_t deepest = depth + anchor->height;
    if (deepest > r->build->limits->max_spec_depth)
        return augi_tree_build_refuse(r->build, out, "values are nested deeper than %u levels",
                                      r->build->limits->max_spec_depth);
    AUG_TRY(augi_tree_build_count(r->build, out, anchor->nodes, anchor->size));
    if (deepest > r->deepest)
        r->deepest = deepest;
    *out = anchor->value;
    return AUG_OK;
}

/* The name before a value, in the tree's memory; NULL if there is none. Its memory is taken before
 * the value is read, which moves the event on. */
static AugStatus take_name(Reading *r, const AugiTree *at, const char *anchor, const char **name)
{
    *name = NULL;
    if (!anchor)
        return AUG_OK;
    const Anchor *earlier = find_anchor(r, anchor);
    if (earlier)
        return augi_tree_build_refuse(r->build, at,
                                      "the anchor '&%.60s' stands twice; the first is on line %d",
                                      anchor, earlier->value.place.line);
    *name = augi_arena_text(r->build->arena, anchor, strlen(anchor));
    return *name ? AUG_OK : AUG_NO_MEMORY;
}

static AugStatus add_anchor(Reading *r, const Anchor *anchor)
{
    if (r->n_anchors == MAX_ANCHORS)
        return augi_tree_build_refuse(r->build, &anchor->value, "there are more than %d anchors",
                                      MAX_ANCHORS);
    if (find_anchor(r, anchor->name))
        return augi_tree_build_refuse(r->build, &anchor->value,
                                      "the anchor '&%.60s' stands inside its own value",
                                      anchor->name);
    r->anchors[r->n_anchors++] = *anchor;
    return AUG_OK;
}

/* Of tags only those of YAML itself mean something, and of them only !!str, as quotes do. */
static AugStatus check_tag(Reading *r, const AugiTree *at, const char *tag, bool *is_text)
{
    static const char own[] = "tag:yaml.org,2002:";
    *is_text = tag && (strcmp(tag, "!") == 0 || strcmp(tag, "tag:yaml.org,2002:str") == 0);
    if (!tag || *is_text || strncmp(tag, own, sizeof(own) - 1) == 0)
        return AUG_OK;
    return augi_tree_build_refuse(
        r->build, at,
        "the tag '%.60s' means nothing here; a text that begins with '!' must stand "
        "in quotes",
        tag);
}

static AugStatus push(Reading *r, const AugiTree *child)
{
    if (r->n_pending == r->capacity) {
        const size_t capacity = r->capacity ? 2 * r->capacity : 64;
        AugiTree *grown = realloc(r->pending, capacity * sizeof(*grown));
        if (!grown)
            return AUG_NO_MEMORY;
        r->pending = grown;
        r->capacity = capacity;
    }
    r->pending[r->n_pending++] = *child;
    return AUG_OK;
}

/* Makes the children that are pending from first on those of a list or a map. */
static AugStatus complete(Reading *r, AugiTreeKind kind, size_t first, AugiTree *out)
{
    const size_t n = r->n_pending - first;
    AUG_TRY(augi_tree_build_children(r->build, out, kind, n));
    if (n > 0)
        memcpy(out->children, r->pending + first, n * sizeof(*out->children));
    out->n_children = n;
    r->n_pending = first;
    return kind == AUGI_TREE_MAP ? augi_tree_build_keys(r->build, out) : AUG_OK;
}

static AugStatus read_list(Reading *r, uint32_t depth, AugiTree *out)
{
    const size_t first = r->n_pending;
    for (;;) {
        AUG_TRY(step(r));
        if (r->event.type == YAML_SEQUENCE_END_EVENT)
            break;
        AugiTree child = {0};
        AUG_TRY(read_value(r, depth + 1, &child));
        AUG_TRY(push(r, &child));
    }
    return complete(r, AUGI_TREE_LIST, first, out);
}

/* A key that is no word is reported, and left out with its value. */
static AugStatus read_pair(Reading *r, uint32_t depth)
{
    AugiTree key = {0}, child = {0};
    AUG_TRY(read_value(r, depth + 1, &key));
    AUG_TRY(step(r));
    AUG_TRY(read_value(r, depth + 1, &child));
    if (key.kind != AUGI_TREE_SCALAR) {
        augi_tree_problem(r->build->problems, &key, NULL, "a key of a map must be a word; found %s",
                          augi_tree_kind_text(key.kind));
        return AUG_OK;
    }
    if (!key.quoted && strcmp(key.text, "<<") == 0) {
        augi_tree_problem(r->build->problems, &key, NULL,
                          "the key '<<' merges maps, which is not read here; write their keys");
        return AUG_OK;
    }
    /* Keys are not counted among the values. */
    r->build->nodes--;
    child.key = key.text;
    child.key_place = key.place;
    return push(r, &child);
}

static AugStatus read_map(Reading *r, uint32_t depth, AugiTree *out)
{
    const size_t first = r->n_pending;
    for (;;) {
        AUG_TRY(step(r));
        if (r->event.type == YAML_MAPPING_END_EVENT)
            break;
        AUG_TRY(read_pair(r, depth));
    }
    return complete(r, AUGI_TREE_MAP, first, out);
}

static AugStatus read_content(Reading *r, uint32_t depth, const char **name, AugiTree *out)
{
    bool is_text;
    const yaml_event_t *event = &r->event;
    if (event->type == YAML_SCALAR_EVENT) {
        AUG_TRY(take_name(r, out, (const char *)event->data.scalar.anchor, name));
        AUG_TRY(check_tag(r, out, (const char *)event->data.scalar.tag, &is_text));
        const bool is_quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
        return augi_tree_build_scalar(r->build, out, (const char *)event->data.scalar.value,
                                      event->data.scalar.length, is_quoted || is_text);
    }
    if (event->type == YAML_SEQUENCE_START_EVENT) {
        AUG_TRY(take_name(r, out, (const char *)event->data.sequence_start.anchor, name));
        AUG_TRY(check_tag(r, out, (const char *)event->data.sequence_start.tag, &is_text));
        return read_list(r, depth, out);
    }
    AUG_TRY(take_name(r, out, (const char *)event->data.mapping_start.anchor, name));
    AUG_TRY(check_tag(r, out, (const char *)event->data.mapping_start.tag, &is_text));
    return read_map(r, depth, out);
}

/* The value that begins with the event that is looked at; afterwards that is its last one. */
static AugStatus read_value(Reading *r, uint32_t depth, AugiTree *out)
{
    AugiTreeBuild *build = r->build;
    out->place = place_of(r->event.start_mark);
    if (r->event.type == YAML_ALIAS_EVENT)
        return read_alias(r, depth, out);
    const size_t nodes = build->nodes, size = build->size;
    const uint32_t deepest = r->deepest;
    const char *name = NULL;
    AUG_TRY(augi_tree_build_enter(build, out, depth));
    r->deepest = depth;
    AUG_TRY(read_content(r, depth, &name, out));
    if (name)
        AUG_TRY(add_anchor(r, &(Anchor){.name = name,
                                        .value = *out,
                                        .nodes = build->nodes - nodes,
                                        .size = build->size - size,
                                        .height = r->deepest - depth}));
    if (deepest > r->deepest)
        r->deepest = deepest;
    return AUG_OK;
}

/* A second document in the text is refused, so that nothing a user wrote is ignored in silence.
 * Tokens are asked for, not events: before an event all directives of a document are read. */
static AugStatus refuse_second(Reading *r)
{
    yaml_token_t token;
    yaml_token_type_t type;
    AugiTree at = {0};
    do {
        if (!yaml_parser_scan(&r->parser, &token))
            return refuse_syntax(r);
        type = token.type;
        at.place = place_of(token.start_mark);
        yaml_token_delete(&token);
    } while (type == YAML_DOCUMENT_END_TOKEN);
    if (type == YAML_STREAM_END_TOKEN)
        return AUG_OK;
    if (type == YAML_DOCUMENT_START_TOKEN || type == YAML_VERSION_DIRECTIVE_TOKEN ||
        type == YAML_TAG_DIRECTIVE_TOKEN)
        return augi_tree_build_refuse(r->build, &at,
                                      "a second document begins here; one is allowed");
    const AugiYamlFault fault = {.problem = "did not find expected <document start>",
                                 .at = {.line = at.place.line, .column = at.place.column}};
    return augi_yaml_refuse(r->text, &fault, r->build->problems);
}

static AugStatus read_document(Reading *r, AugiTree *root)
{
    AugProblems *problems = r->build->problems;
    AUG_TRY(step(r));
    AUG_TRY(step(r));
    if (r->event.type == YAML_STREAM_END_EVENT) {
        aug_problems_add(problems, AUG_BAD_SPEC, problems->source_name,
                         "the text is empty; a map is expected");
        return AUG_BAD_SPEC;
    }
    AUG_TRY(step(r));
    AUG_TRY(read_value(r, 0, root));
    AUG_TRY(step(r));
    return refuse_second(r);
}

static AugStatus fill(AugiTreeBuild *build, void *source, AugiTree *root)
{
    const AugiYamlText *text = source;
    AUG_TRY(augi_yaml_check(text, build->problems));
    Reading *r = calloc(1, sizeof(*r));
    if (!r)
        return AUG_NO_MEMORY;
    r->build = build;
    r->text = text;
    AugStatus status = AUG_NO_MEMORY;
    if (yaml_parser_initialize(&r->parser)) {
        yaml_parser_set_input_string(&r->parser, (const unsigned char *)text->bytes, text->size);
        status = read_document(r, root);
        yaml_event_delete(&r->event);
        yaml_parser_delete(&r->parser);
    }
    free(r->pending);
    free(r);
    return status;
}

AugStatus augi_tree_parse_lenient(AugiTreeDocument **out, const char *text, size_t size,
                                  const char *name, const AugLimits *limits, AugProblems *problems)
{
    *out = NULL;
    problems->source_name = name;
    if (size > limits->max_spec_size) {
        aug_problems_add(problems, AUG_TOO_LARGE, name, "the text has %zu bytes; %u are allowed",
                         size, limits->max_spec_size);
        return AUG_TOO_LARGE;
    }
    AugiYamlText source = {text, size};
    return augi_tree_build(out, limits, problems, fill, &source);
}

AugStatus augi_tree_parse(AugiTreeDocument **out, const char *text, size_t size, const char *name,
                          const AugLimits *limits, AugProblems *problems)
{
    const size_t mistakes = problems->n;
    AUG_TRY(augi_tree_parse_lenient(out, text, size, name, limits, problems));
    if (problems->n == mistakes)
        return AUG_OK;
    augi_tree_free(*out);
    *out = NULL;
    return AUG_BAD_SPEC;
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
    status = augi_tree_parse_lenient(out, (const char *)text, size, path, limits, problems);
    free(text);
    return status;
}
