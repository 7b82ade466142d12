/* Parsing a spec: every section is bound by its table, every mistake is kept. */
#include "libaug/spec/spec.h"

#include <stdlib.h>
#include <string.h>

#include "libaug/base/limits.h"
#include "libaug/data/dataset.h"

static const AugParamDesc head_rows[] = {
    AUG_PARAM(AugiSpecHead, augd, .low = 1, .high = 1, .help = "Version of the spec language"),
    AUG_PARAM(AugiSpecHead, seed, .fallback = "0",
              .help = "Seed of every random draw; 64 bits without sign"),
};
const AugParamTable augi_spec_head_table = AUG_PARAM_TABLE(AugiSpecHead, head_rows);

static const char *const tails[] = {"short", "drop", NULL};
static const char *const on_errors[] = {"fail", "replace", NULL};

static const AugParamDesc batch_rows[] = {
    AUG_PARAM(AugiBatchSettings, size, .fallback = "32", .low = 1, .high = AUG_MAX_BATCH,
              .unit = "samples", .help = "Samples in a batch"),
    AUG_PARAM(AugiBatchSettings, tail, .fallback = "short", .choices = tails,
              .help = "Last samples of an epoch that do not fill a batch: a shorter batch, or none",
              .aka = "drop_last drop_remainder"),
    AUG_PARAM(AugiBatchSettings, shuffle, .fallback = "true",
              .help = "Another random order in every epoch, or the order of the data set"),
    AUG_PARAM(AugiBatchSettings, views, .fallback = "1", .quiet = true, .low = 1,
              .high = AUGI_MAX_VIEWS,
              .help = "How often each sample is made, each time with draws of its own: the tensors "
                      "data, data.1 and so on"),
    AUG_PARAM(AugiBatchSettings, on_error, .fallback = "fail", .quiet = true, .choices = on_errors,
              .help = "A sample that is damaged, of a kind that cannot be read, or beyond a limit: "
                      "end the stream, or put another one, drawn from the data set, in its place"),
    AUG_PARAM(AugiBatchSettings, group_by_length, .fallback = "0", .quiet = true, .low = 0,
              .high = AUG_MAX_WINDOW, .unit = "batches",
              .help =
                  "Sorts the samples of so many consecutive batches by their stored length, cuts "
                  "them into batches again and shuffles these, so that little is padded; 0: "
                  "does not"),
};
const AugParamTable augi_batch_table = AUG_PARAM_TABLE(AugiBatchSettings, batch_rows);

static const char *const head_handled[] = {"dataset", "pipeline", "batch", "output", NULL};
static const char *const batch_handled[] = {"mix", NULL};

static void parse_dataset(AugSpec *spec, const AugiTree *node, AugProblems *problems)
{
    if (node->kind == AUGI_TREE_MAP) {
        spec->dataset_map = node;
        augi_dataset_check_tree(node, problems);
    } else if (node->kind == AUGI_TREE_SCALAR && strpbrk(node->text, "/:")) {
        augi_tree_problem(problems, node, "dataset",
                          "'%.100s' cannot name a data set; a folder of pictures is {kind: "
                          "image_folder, path: ...}",
                          node->text);
    } else if (node->kind == AUGI_TREE_SCALAR && !augi_tree_is_empty(node)) {
        spec->dataset_name = strdup(node->text);
        if (!spec->dataset_name)
            augi_tree_no_memory(problems, node);
    } else {
        augi_tree_problem(problems, node, "dataset",
                          "a name or a map such as {kind: image_folder, path: ...} is expected");
    }
}

static const AugDomain *domain_of(const AugOpList *list)
{
    for (size_t i = 0; i < list->n; i++) {
        const AugOpList children = {list->ops[i].children, list->ops[i].n_children};
        const AugDomain *domain = list->ops[i].desc->domain;
        if (!domain)
            domain = domain_of(&children);
        if (domain)
            return domain;
    }
    return NULL;
}

/* Whether a section of output can be read as that of a domain. */
static bool fits(const AugDomain *domain, const AugiTree *node)
{
    void *output = calloc(1, domain->output.size ? domain->output.size : 1);
    AugProblems problems = {0};
    if (output)
        augi_params_bind(&domain->output, node, NULL, "output", output, &problems);
    if (output)
        augi_params_fini(&domain->output, output);
    free(output);
    return output && problems.n == 0;
}

static bool has_row(const AugParamTable *table, const char *name)
{
    for (size_t i = 0; i < table->n; i++)
        if (strcmp(table->rows[i].name, name) == 0)
            return true;
    return false;
}

/* How many keys of a section of output a domain knows. */
static size_t count_known(const AugDomain *domain, const AugiTree *node)
{
    size_t n = 0;
    for (size_t i = 0; node && i < node->n_children; i++)
        n += node->children[i].key && has_row(&domain->output, node->children[i].key);
    return n;
}

/* Where no operation says it, the domain is that of the data set; until that is known, the first
 * one that the section of output fits; and where it fits none, that of which it has most keys, for
 * that one can say what is wrong. */
static const AugDomain *guess_domain(const AugiTree *output)
{
    const AugDomain *best = NULL;
    size_t most = 0;
    for (size_t i = 0; i < augi_n_domains; i++) {
        if (fits(augi_domains[i], output))
            return augi_domains[i];
        const size_t n = count_known(augi_domains[i], output);
        if (!best || n > most) {
            best = augi_domains[i];
            most = n;
        }
    }
    return best;
}

static void parse_output(AugSpec *spec, const AugiTree *node, AugProblems *problems)
{
    const AugDomain *domain = domain_of(&spec->pipeline);
    if (!domain)
        domain = domain_of(&spec->mix);
    spec->domain_is_given = domain != NULL;
    spec->domain = domain ? domain : guess_domain(node);
    spec->output_tree = node;
    if (!spec->domain) {
        aug_problems_add(problems, AUG_BAD_SPEC, spec->name, "this library has no domain");
        return;
    }
    spec->output = calloc(1, spec->domain->output.size ? spec->domain->output.size : 1);
    if (spec->output)
        augi_params_bind(&spec->domain->output, node, NULL, "output", spec->output, problems);
    else
        aug_problems_add(problems, AUG_NO_MEMORY, spec->name, "memory is exhausted");
}

static void check_batch(const AugSpec *spec, const AugiTree *at, AugProblems *problems)
{
    if (spec->batch.size > 0 && (uint32_t)spec->batch.size > spec->limits.max_batch)
        augi_tree_problem(problems, at, "batch.size", "%d samples; %u are allowed here",
                          spec->batch.size, spec->limits.max_batch);
}
/* The section that a key of the spec itself belongs under; NULL if it is known here, or nowhere. */
static const char *section_of(const char *key)
{
    if (has_row(&augi_spec_head_table, key))
        return NULL;
    if (has_row(&augi_batch_table, key) || strcmp(key, batch_handled[0]) == 0)
        return "batch";
    for (size_t i = 0; i < augi_n_domains; i++)
        if (has_row(&augi_domains[i]->output, key))
            return "output";
    return augi_op_find(key) ? "pipeline, with '- ' before it" : NULL;
}

/* Binds the spec's own keys; one that belongs under a section is told where. */
static void parse_head(AugSpec *spec, const AugiTree *root, AugProblems *problems)
{
    AugiTree known = *root;
    if (root->kind == AUGI_TREE_MAP) {
        known.n_children = 0;
        known.children = malloc((root->n_children + 1) * sizeof(*known.children));
        if (!known.children) {
            augi_tree_no_memory(problems, root);
            return;
        }
        for (size_t i = 0; i < root->n_children; i++) {
            const AugiTree *child = &root->children[i];
            const char *section = section_of(child->key);
            if (section)
                augi_tree_key_problem(problems, child, NULL, "the key '%s' belongs under %s",
                                      child->key, section);
            else
                known.children[known.n_children++] = *child;
        }
    }
    augi_params_bind(&augi_spec_head_table, &known, head_handled, NULL, &spec->head, problems);
    if (root->kind == AUGI_TREE_MAP)
        free(known.children);
}

static void parse_sections(AugSpec *spec, const AugiTree *root, AugProblems *problems)
{
    size_t n_ops = 0;
    parse_head(spec, root, problems);
    if (root->kind != AUGI_TREE_MAP)
        return;
    const AugiTree *dataset = augi_tree_get(root, "dataset");
    const AugiTree *pipeline = augi_tree_get(root, "pipeline");
    const AugiTree *batch = augi_tree_get(root, "batch");
    if (dataset)
        parse_dataset(spec, dataset, problems);
    if (pipeline)
        augi_ops_parse(pipeline, false, &n_ops, &spec->pipeline, problems);
    augi_params_bind(&augi_batch_table, batch, batch_handled, "batch", &spec->batch, problems);
    check_batch(spec, batch ? batch : root, problems);
    const AugiTree *mix = batch ? augi_tree_get(batch, "mix") : NULL;
    if (mix)
        augi_ops_parse(mix, true, &n_ops, &spec->mix, problems);
    parse_output(spec, augi_tree_get(root, "output"), problems);
}

/* Of the first problem behind so many; some are only counted. */
static AugStatus status_of(const AugProblems *problems, size_t before)
{
    return before < problems->capacity ? problems->items[before].status : AUG_BAD_SPEC;
}

AugStatus augi_spec_from_tree(AugSpec **out, const AugiTree *tree, const char *name,
                              const AugLimits *limits, AugProblems *problems)
{
    *out = NULL;
    problems->source_name = name;
    AugSpec *spec = calloc(1, sizeof(*spec));
    if (spec) {
        spec->limits = *limits;
        spec->name = strdup(name);
    }
    if (!spec || !spec->name) {
        aug_problems_add(problems, AUG_NO_MEMORY, name, "memory is exhausted");
        aug_spec_free(spec);
        return AUG_NO_MEMORY;
    }
    size_t mistakes = problems->n;
    parse_sections(spec, tree, problems);
    if (problems->n > mistakes) {
        aug_spec_free(spec);
        return status_of(problems, mistakes);
    }
    *out = spec;
    return AUG_OK;
}

/* Takes the document, also on failure. mistakes: how many were known before it was read. */
static AugStatus spec_from_document(AugSpec **out, AugiTreeDocument *document, const char *name,
                                    const AugLimits *limits, size_t mistakes, AugProblems *problems)
{
    AugStatus status = augi_spec_from_tree(out, &document->root, name, limits, problems);
    if (status == AUG_OK && problems->n > mistakes) {
        aug_spec_free(*out);
        *out = NULL;
        status = status_of(problems, mistakes);
    }
    if (status == AUG_OK)
        (*out)->document = document;
    else
        augi_tree_free(document);
    return status;
}

static AugStatus check_limits(const AugLimits *limits, AugProblems *problems)
{
    AugError error;
    const AugStatus status = augi_limits_check(limits, &error);
    if (status != AUG_OK)
        aug_problems_add(problems, status, error.where, "%s", error.message);
    return status;
}

AugStatus aug_spec_parse(AugSpec **out, const char *text, size_t size, const char *name,
                         const AugLimits *limits, AugProblems *problems)
{
    *out = NULL;
    AugLimits defaults;
    aug_limits_init(&defaults);
    if (!limits)
        limits = &defaults;
    AUG_TRY(check_limits(limits, problems));
    const size_t mistakes = problems->n;
    AugiTreeDocument *document;
    AUG_TRY(augi_tree_parse_lenient(&document, text, size, name, limits, problems));
    return spec_from_document(out, document, name, limits, mistakes, problems);
}

AugStatus augi_spec_from_json(AugSpec **out, const struct json_t *json, const char *name,
                              const AugLimits *limits, AugProblems *problems)
{
    *out = NULL;
    AugLimits defaults;
    aug_limits_init(&defaults);
    if (!limits)
        limits = &defaults;
    const size_t mistakes = problems->n;
    AugiTreeDocument *document;
    AUG_TRY(augi_tree_from_json(&document, json, name, limits, problems));
    return spec_from_document(out, document, name, limits, mistakes, problems);
}

AugStatus aug_spec_load(AugSpec **out, const char *path, const AugLimits *limits,
                        AugProblems *problems)
{
    *out = NULL;
    AugLimits defaults;
    aug_limits_init(&defaults);
    if (!limits)
        limits = &defaults;
    AUG_TRY(check_limits(limits, problems));
    const size_t mistakes = problems->n;
    AugiTreeDocument *document;
    AUG_TRY(augi_tree_load(&document, path, limits, problems));
    AUG_TRY(spec_from_document(out, document, path, limits, mistakes, problems));
    AugError error = {0};
    const AugStatus status = augi_spec_set_file(*out, path, &error);
    if (status == AUG_OK)
        return AUG_OK;
    aug_problems_add(problems, status, error.where, "%s", error.message);
    aug_spec_free(*out);
    *out = NULL;
    return status;
}

AugStatus augi_spec_set_file(AugSpec *spec, const char *file, AugError *error)
{
    char *copy = strdup(file);
    if (!copy)
        return AUG_FAIL(error, AUG_NO_MEMORY, file, "memory is exhausted");
    free(spec->file);
    spec->file = copy;
    return AUG_OK;
}

void aug_spec_free(AugSpec *spec)
{
    if (!spec)
        return;
    augi_ops_free(&spec->pipeline);
    augi_ops_free(&spec->mix);
    if (spec->output)
        augi_params_fini(&spec->domain->output, spec->output);
    free(spec->output);
    free(spec->dataset_name);
    free(spec->name);
    free(spec->file);
    augi_tree_free(spec->document);
    free(spec);
}

uint64_t aug_spec_seed(const AugSpec *spec)
{
    return spec->head.seed;
}

void aug_spec_set_seed(AugSpec *spec, uint64_t seed)
{
    spec->head.seed = seed;
}

const char *aug_spec_dataset_name(const AugSpec *spec)
{
    return spec->dataset_name;
}

const char *augi_spec_output_choice(const AugSpec *spec, const char *name)
{
    const AugParamTable *table = &spec->domain->output;
    for (size_t i = 0; i < table->n; i++) {
        const AugParamDesc *row = &table->rows[i];
        const void *field = (const char *)spec->output + row->offset;
        if (row->kind == &aug_kind_choice && strcmp(row->name, name) == 0)
            return row->choices[((const AugChoice *)field)->value];
    }
    return NULL;
}

AugStatus aug_spec_open_dataset(const AugSpec *spec, AugDataset **out, AugError *error)
{
    *out = NULL;
    if (!spec->dataset_map)
        return AUG_FAIL(error, AUG_BAD_SPEC, spec->name,
                        "the spec %s; a map such as {kind: image_folder, path: photos} or {kind: "
                        "lines, path: texts.txt} is needed here",
                        spec->dataset_name ? "gives only a name for its data set"
                                           : "does not say which data set to read");
    AugError item;
    AugProblems problems = {.items = &item, .capacity = 1, .source_name = spec->name};
    return augi_dataset_open_tree(out, spec->dataset_map, spec->file, &spec->limits, &problems,
                                  error);
}
