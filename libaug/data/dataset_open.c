/* Opening a data set from a spec's map or from the short form "KIND:PATH[,key=value...]". */
#include "libaug/data/dataset.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libaug/data/part.h"
#include "libaug/data/support/paths.h"

/* Problems kept for messages while one map is bound; more are counted. */
#define MAX_PROBLEMS 16

/* No kind has as many parameters. */
#define MAX_PARTS 32

const AugDatasetKind *augi_dataset_kind_find(const char *name)
{
    for (size_t i = 0; i < augi_n_dataset_kinds; i++)
        if (strcmp(augi_dataset_kinds[i]->name, name) == 0)
            return augi_dataset_kinds[i];
    return NULL;
}

static const char *kind_name_at(const void *list, size_t i)
{
    return ((const AugDatasetKind *const *)list)[i]->name;
}

/* The sentence for a kind that does not exist. */
static void describe_unknown_kind(const char *name, char *text, size_t size)
{
    int used = snprintf(text, size, "the data set kind '%.60s' is not known; ", name);
    for (size_t i = 0; i < augi_n_dataset_kinds; i++) {
        const AugDatasetKind *kind = augi_dataset_kinds[i];
        if (kind->aka && augi_name_is_among(kind->aka, name, strlen(name))) {
            snprintf(text + used, size - (size_t)used, "here it is '%s'", kind->name);
            return;
        }
    }
    const char *near =
        augi_nearest_name(name, kind_name_at, augi_dataset_kinds, augi_n_dataset_kinds);
    if (near) {
        snprintf(text + used, size - (size_t)used, "did you mean '%s'?", near);
        return;
    }
    augi_known_names(kind_name_at, augi_dataset_kinds, augi_n_dataset_kinds, text + used,
                     size - (size_t)used);
}

static const AugDatasetKind *read_kind(const AugiTree *map, AugProblems *problems)
{
    if (map->kind != AUGI_TREE_MAP) {
        augi_tree_problem(problems, map, "dataset",
                          "%s stands here; allowed is a map with kind and its parameters",
                          augi_tree_kind_text(map->kind));
        return NULL;
    }
    const AugiTree *word = augi_tree_get(map, "kind");
    if (!word || word->kind != AUGI_TREE_SCALAR) {
        char known[300];
        augi_known_names(kind_name_at, augi_dataset_kinds, augi_n_dataset_kinds, known,
                         sizeof(known));
        augi_tree_problem(problems, word ? word : map, "dataset", "kind %s; %s",
                          word ? "is no word" : "is missing", known);
        return NULL;
    }
    const AugDatasetKind *kind = augi_dataset_kind_find(word->text);
    if (!kind) {
        char sentence[400];
        describe_unknown_kind(word->text, sentence, sizeof(sentence));
        augi_tree_problem(problems, word, "dataset", "%s", sentence);
    }
    return kind;
}

/* A split that is meant for parts is no parameter of the kind. */
static void bind_map(AugDataset *dataset, const AugiTree *map, AugProblems *problems)
{
    static const char *const with_split[] = {"kind", "part", "split", NULL};
    static const char *const handled[] = {"kind", "part", NULL};
    const AugDatasetKind *kind = dataset->kind;
    const bool is_own = augi_kind_split(kind) && !augi_part_split(kind, map);
    augi_params_bind(&kind->params, map, is_own ? handled : with_split, kind->name, dataset->params,
                     problems);
}

/* The part that is wished, in place of the whole. */
static AugStatus take_part(AugDataset **dataset, const AugiPartWish *wish, AugError *error)
{
    if (!wish->has_part)
        return AUG_OK;
    AugDataset *part;
    AUG_TRY(augi_part_open(&part, *dataset, wish, error));
    *dataset = part;
    return AUG_OK;
}

/* A path of a file's, as seen from here. absent: the word that stands for no path. */
static AugStatus place_path(AugText *path, const char *absent, const char *file, AugError *error)
{
    if (!*path || (*path)[0] == '/' || strcmp(*path, absent) == 0)
        return AUG_OK;
    char *placed;
    AUG_TRY(augi_path_place(&placed, *path, file, error));
    free(*path);
    *path = placed;
    return AUG_OK;
}

/* Lets the paths among the parameters begin at the folder of the file that they stand in. */
static AugStatus place_paths(AugDataset *dataset, const char *file, AugError *error)
{
    const AugDatasetKind *kind = dataset->kind;
    if (!file || augi_path_folder_size(file) == 0)
        return AUG_OK;
    for (size_t i = 0; i < kind->params.n; i++) {
        const AugParamDesc *row = &kind->params.rows[i];
        const bool is_main = i == 0 && augi_dataset_kind_has_path(kind);
        const bool is_other = kind->other_path && strcmp(row->name, kind->other_path) == 0;
        AugText *path = (AugText *)((char *)dataset->params + row->offset);
        if (is_main || is_other)
            AUG_TRY(place_path(path, is_main ? "-" : "none", file, error));
    }
    return AUG_OK;
}

/* A data set of the map's kind with its parameters, not open yet; every mistake goes to problems.
 * *out is given to the caller in any case. */
static AugStatus read_map(AugDataset **out, const AugiTree *map, const AugLimits *limits,
                          AugiPartWish *wish, AugProblems *problems, AugError *error)
{
    *out = NULL;
    const AugDatasetKind *kind = read_kind(map, problems);
    if (!kind)
        return aug_problems_first(problems, error);
    AUG_TRY(augi_dataset_new(out, kind, limits, error));
    bind_map(*out, map, problems);
    augi_part_bind(kind, map, wish, problems);
    return aug_problems_first(problems, error);
}

static AugStatus open_map(AugDataset **out, const AugiTree *map, const char *file,
                          const AugLimits *limits, AugProblems *problems, AugError *error)
{
    AugDataset *dataset;
    AugiPartWish wish;
    AugStatus status = read_map(&dataset, map, limits, &wish, problems, error);
    if (status == AUG_OK)
        status = place_paths(dataset, file, error);
    if (status == AUG_OK)
        status = augi_dataset_start(dataset, error);
    if (status == AUG_OK)
        status = take_part(&dataset, &wish, error);
    if (status == AUG_OK)
        *out = dataset;
    else
        aug_dataset_unref(dataset);
    return status;
}

void augi_dataset_check_tree(const AugiTree *map, AugProblems *problems)
{
    AugError items[MAX_PROBLEMS];
    AugProblems own = {
        .items = items, .capacity = MAX_PROBLEMS, .source_name = problems->source_name};
    AugDataset *dataset;
    AugiPartWish wish;
    AugError error = {0};
    const AugStatus status = read_map(&dataset, map, NULL, &wish, &own, &error);
    aug_dataset_unref(dataset);
    if (status != AUG_OK && own.n == 0)
        aug_problems_add(problems, status, error.where, "%s", error.message);
    for (size_t i = 0; i < own.n && i < own.capacity; i++)
        aug_problems_add(problems, items[i].status, items[i].where, "%s", items[i].message);
}

AugStatus augi_dataset_open_tree(AugDataset **out, const AugiTree *map, const char *file,
                                 const AugLimits *limits, AugProblems *problems, AugError *error)
{
    *out = NULL;
    /* Our own list, because the caller's may hold problems of other sections, or none at all. */
    AugError items[MAX_PROBLEMS];
    AugProblems own = {.items = items, .capacity = MAX_PROBLEMS};
    if (problems)
        own.source_name = problems->source_name;
    AugStatus status = open_map(out, map, file, limits, &own, error);
    for (size_t i = 0; problems && i < own.n && i < own.capacity; i++)
        aug_problems_add(problems, items[i].status, items[i].where, "%s", items[i].message);
    return status;
}

/* A short form being taken apart. text is our copy; its separators become NULs. documents are the
 * lists and maps among the values, which are read as YAML. */
typedef struct ShortForm {
    const char *location;
    char *text;
    AugiTree children[MAX_PARTS];
    size_t n_children;
    AugiTreeDocument *documents[MAX_PARTS];
    size_t n_documents;
} ShortForm;

/* Length of "key" if text begins with "key=", else 0. */
static size_t key_length(const char *text)
{
    size_t n = strspn(text, "abcdefghijklmnopqrstuvwxyz_");
    return n && text[n] == '=' ? n : 0;
}

/* The comma before the next "key=", or the end. Other commas belong to the value. */
static char *part_end(char *text)
{
    for (char *comma = strchr(text, ','); comma; comma = strchr(comma + 1, ','))
        if (key_length(comma + 1))
            return comma;
    return text + strlen(text);
}

static int column_of(const ShortForm *form, const char *at)
{
    return (int)(at - form->text) + 1;
}

static AugiTree *add_child(ShortForm *form, const char *key, const char *key_at, const char *value)
{
    AugiTree *child = &form->children[form->n_children++];
    *child = (AugiTree){.kind = AUGI_TREE_SCALAR, .text = value, .key = key};
    child->place = (AugiPlace){.line = 1, .column = column_of(form, value)};
    child->key_place = (AugiPlace){.line = 1, .column = column_of(form, key_at)};
    return child;
}

/* Reads a value like [32, 48] or {eval: 0.1} as the list or map that it is in YAML. */
static AugStatus read_yaml(ShortForm *form, AugiTree *child, AugError *error)
{
    AugLimits limits;
    aug_limits_init(&limits);
    AugError item;
    AugProblems problems = {.items = &item, .capacity = 1};
    AugiTreeDocument *document;
    if (augi_tree_parse(&document, child->text, strlen(child->text), child->key, &limits,
                        &problems) != AUG_OK)
        return aug_error_prefix(error, aug_problems_first(&problems, error), form->location);
    form->documents[form->n_documents++] = document;
    child->kind = document->root.kind;
    child->children = document->root.children;
    child->n_children = document->root.n_children;
    return AUG_OK;
}

static AugStatus read_part(ShortForm *form, char *part, AugError *error)
{
    size_t n = key_length(part);
    if (n == 0)
        return AUG_FAIL(error, AUG_BAD_SPEC, form->location, "found '%s'; allowed is key=value",
                        part);
    part[n] = 0;
    for (size_t i = 0; i < form->n_children; i++)
        if (strcmp(form->children[i].key, part) == 0)
            return AUG_FAIL(error, AUG_BAD_SPEC, form->location, "'%s' is given twice", part);
    if (form->n_children == MAX_PARTS)
        return AUG_FAIL(error, AUG_BAD_SPEC, form->location, "more than %d parts", MAX_PARTS);
    AugiTree *child = add_child(form, part, part, part + n + 1);
    return strchr("[{", child->text[0]) && child->text[0] ? read_yaml(form, child, error) : AUG_OK;
}

/* Fills the children with what a spec's map would hold. */
static AugStatus read_short_form(ShortForm *form, AugError *error)
{
    char *colon = strchr(form->text, ':');
    if (colon)
        *colon = 0;
    const AugDatasetKind *kind = augi_dataset_kind_find(form->text);
    if (!kind && colon) {
        char sentence[400];
        describe_unknown_kind(form->text, sentence, sizeof(sentence));
        return AUG_FAIL(error, AUG_BAD_SPEC, form->location, "%s", sentence);
    }
    if (!colon)
        return AUG_FAIL(error, AUG_BAD_SPEC, form->location,
                        "no colon; allowed is KIND:PATH[,key=value...], such as %s",
                        kind ? kind->example : "image_folder:data/train");
    add_child(form, "kind", form->text, form->text);
    char *at = colon + 1;
    if (augi_dataset_kind_has_path(kind)) {
        char *end = part_end(at);
        bool more = *end;
        *end = 0;
        if (!at[0])
            return AUG_FAIL(error, AUG_BAD_SPEC, form->location, "the path is empty");
        add_child(form, "path", at, at);
        at = more ? end + 1 : end;
    }
    while (*at) {
        char *end = part_end(at);
        bool more = *end;
        *end = 0;
        AUG_TRY(read_part(form, at, error));
        at = more ? end + 1 : end;
    }
    return AUG_OK;
}

static void short_form_free(ShortForm *form)
{
    for (size_t i = 0; form && i < form->n_documents; i++)
        augi_tree_free(form->documents[i]);
    if (form)
        free(form->text);
    free(form);
}

/* The map that a location stands for. *form is given to the caller in any case. */
static AugStatus read_location(ShortForm **form, const char *location, AugiTree *map,
                               AugError *error)
{
    *form = calloc(1, sizeof(**form));
    if (*form)
        (*form)->text = strdup(location);
    if (!*form || !(*form)->text)
        return AUG_FAIL(error, AUG_NO_MEMORY, location, "no memory for a data set");
    (*form)->location = location[0] ? location : "the data set";
    AUG_TRY(read_short_form(*form, error));
    *map = (AugiTree){.kind = AUGI_TREE_MAP,
                      .place = {.line = 1, .column = 1},
                      .children = (*form)->children,
                      .n_children = (*form)->n_children};
    return AUG_OK;
}

AugStatus augi_dataset_check_location(const char *location, AugError *error)
{
    ShortForm *form;
    AugiTree map;
    AugError item;
    AugProblems problems = {.items = &item, .capacity = 1, .source_name = location};
    AugStatus status = read_location(&form, location, &map, error);
    if (status == AUG_OK) {
        augi_dataset_check_tree(&map, &problems);
        status = aug_problems_first(&problems, error);
    }
    short_form_free(form);
    return status;
}

AugStatus aug_dataset_open(AugDataset **out, const char *location, const AugLimits *limits,
                           AugError *error)
{
    *out = NULL;
    ShortForm *form;
    AugiTree map;
    AugProblems problems = {.source_name = location};
    AugStatus status = read_location(&form, location, &map, error);
    if (status == AUG_OK)
        status = augi_dataset_open_tree(out, &map, NULL, limits, &problems, error);
    short_form_free(form);
    return status;
}
