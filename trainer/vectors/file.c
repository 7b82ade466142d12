/* From a file to its cases, and from a case to what came of it. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trainer/vectors/case.h"

/* Largest file. A number takes four bytes as text and about forty as JSON, so that 64 MiB of it are less
 * than 1 GiB of memory. */
#define MAX_FILE_SIZE ((size_t)64 << 20)

/* In double all that remains is rounding of sums. In float 2e-5 is 170 roundings: sums of some
 * hundred terms and their products. */
#define DEFAULT_TOLERANCE (sizeof(NnReal) == sizeof(double) ? 1e-10 : 2e-5)

static const char *const outcome_names[] = {[VECTOR_HOLDS] = "holds",
                                            [VECTOR_FAILS] = "fails",
                                            [VECTOR_BROKEN] = "broken",
                                            [VECTOR_UNKNOWN] = "unknown"};

const char *vector_outcome_name(VectorOutcome outcome)
{
    return outcome_names[outcome];
}

static const struct {
    const char *kind;
    AugStatus (*run)(VectorCase *c);
} kinds[] = {
    {"layer", vector_run_layer},
    {"dropout", vector_run_dropout},
    {"norm", vector_run_norm},
    {"loss", vector_run_loss},
    {"optimizer", vector_run_optimizer},
    {"schedule", vector_run_schedule},
    {"init", vector_run_init},
    {"metric", vector_run_metric},
    {"ema", vector_run_ema},
    {"network", vector_run_network},
};

/* --- one case --------------------------------------------------------------------------------- */

static AugStatus run_kind(VectorCase *c)
{
    for (size_t i = 0; i < AUG_COUNT(kinds); i++)
        if (!strcmp(c->kind, kinds[i].kind)) {
            AUG_TRY(kinds[i].run(c));
            AUG_TRY(vector_check_used(c));
            return vector_check_compared(c);
        }
    return AUG_FAIL(&c->error, AUG_UNSUPPORTED, NULL, "the kind '%.60s' is not known", c->kind);
}

static bool is_map(const json_t *json)
{
    return !json || json_is_object(json);
}

static AugStatus read_case(VectorCase *c, const json_t *json)
{
    const json_t *tolerance = json_object_get(json, "tol");
    const char *name = json_string_value(json_object_get(json, "name"));
    const char *kind = json_string_value(json_object_get(json, "kind"));
    const char *op = json_string_value(json_object_get(json, "op"));
    c->name = name ? name : "?";
    c->kind = kind ? kind : "?";
    c->op = op ? op : "?";
    c->params = json_object_get(json, "params");
    c->inputs = json_object_get(json, "inputs");
    c->expect = json_object_get(json, "expect");
    c->tolerance = tolerance ? json_number_value(tolerance) : DEFAULT_TOLERANCE;
    /* A tolerance is meant for float; rounding in double is always smaller by as much. */
    if (sizeof(NnReal) == sizeof(double))
        c->tolerance = fmin(c->tolerance, DEFAULT_TOLERANCE);
    const bool is_number = !tolerance || (json_is_number(tolerance) && c->tolerance > 0);
    c->tolerance = fmax(c->tolerance, c->settings->tolerance);
    if (!name || !kind || !op)
        return AUG_FAIL(&c->error, AUG_BAD_SPEC, NULL, "the case lacks name, kind or op");
    if (!is_map(c->params) || !is_map(c->inputs) || !json_is_object(c->expect) ||
        json_object_size(c->expect) == 0)
        return AUG_FAIL(&c->error, AUG_BAD_SPEC, NULL,
                        "params, inputs and expect must be objects, and expect not empty");
    if (!is_number)
        return AUG_FAIL(&c->error, AUG_BAD_SPEC, NULL, "tol is not a number above 0");
    c->used = json_object();
    c->made = json_array();
    c->modules = json_array();
    c->memory.arena = augi_arena_new();
    if (!c->used || !c->made || !c->modules || !c->memory.arena)
        return AUG_FAIL(&c->error, AUG_NO_MEMORY, NULL, "no memory for a case");
    return vector_take(c, json_object_size(c->expect), sizeof(*c->reports), &c->reports);
}

static void end_case(VectorCase *c)
{
    for (size_t i = 0; i < c->n_networks; i++)
        nn_network_free(c->networks[i]);
    for (TrainBoundParams *bound = c->memory.bound; bound; bound = bound->next)
        augi_params_fini(bound->table, bound->params);
    for (size_t i = 0; i < c->n_documents; i++)
        augi_tree_free(c->documents[i]);
    json_decref(c->made);
    json_decref(c->modules);
    json_decref(c->used);
    augi_arena_free(c->memory.arena);
}

static VectorOutcome run_case(const json_t *json, const VectorSettings *settings,
                              VectorFileReport *report)
{
    VectorCase c = {.settings = settings, .holds = true};
    AugStatus status = read_case(&c, json);
    if (status == AUG_OK)
        status = run_kind(&c);
    VectorCaseReport heard = {.name = c.name,
                              .kind = c.kind,
                              .op = c.op,
                              .outcome = c.holds ? VECTOR_HOLDS : VECTOR_FAILS,
                              .message = c.error.message,
                              .tensors = c.reports,
                              .n_tensors = c.n_reports,
                              .modules = c.modules};
    if (status != AUG_OK)
        heard.outcome = status == AUG_UNSUPPORTED ? VECTOR_UNKNOWN : VECTOR_BROKEN;
    if (settings->hear)
        settings->hear(settings->context, &heard);
    report->n_cases++;
    report->n_tensors += c.n_reports;
    end_case(&c);
    return heard.outcome;
}

/* --- files ------------------------------------------------------------------------------------ */

static AugStatus run_json(const json_t *file, const char *name, const VectorSettings *settings,
                          VectorFileReport *report, AugError *error)
{
    const json_t *cases = json_object_get(file, "cases");
    const char *made_with = json_string_value(json_object_get(file, "made_with"));
    const json_t *format = json_object_get(file, "format");
    size_t i;
    json_t *json;
    if (!json_is_integer(format) || json_integer_value(format) != 1)
        return AUG_FAIL(error, AUG_BAD_SPEC, name,
                        "this is no file of vectors, which begins with \"format\": 1");
    if (json_array_size(cases) == 0)
        return AUG_FAIL(error, AUG_BAD_SPEC, name, "the file has no list of cases");
    snprintf(report->made_with, sizeof(report->made_with), "%s", made_with ? made_with : "");
    json_array_foreach((json_t *)(uintptr_t)cases, i, json)
    {
        const VectorOutcome outcome = run_case(json, settings, report);
        report->outcome = outcome > report->outcome ? outcome : report->outcome;
    }
    return AUG_OK;
}

AugStatus vector_run_text(const char *text, size_t size, const char *name,
                          const VectorSettings *settings, VectorFileReport *report, AugError *error)
{
    json_error_t mistake;
    *report = (VectorFileReport){0};
    json_t *file = json_loadb(text, size, JSON_REJECT_DUPLICATES, &mistake);
    if (!file)
        return AUG_FAIL(error, AUG_BAD_SPEC, name, "line %d, column %d: this is not JSON: %s",
                        mistake.line, mistake.column, mistake.text);
    const AugStatus status = run_json(file, name, settings, report, error);
    json_decref(file);
    return status;
}

static AugStatus read_file(FILE *file, const char *path, char **text, size_t *size, AugError *error)
{
    size_t capacity = 0, got;
    *text = NULL;
    *size = 0;
    do {
        capacity = capacity ? 2 * capacity : 1 << 16;
        char *larger = realloc(*text, capacity);
        if (!larger)
            return AUG_FAIL(error, AUG_NO_MEMORY, path, "no memory for the file");
        *text = larger;
        got = fread(*text + *size, 1, capacity - *size, file);
        *size += got;
        if (*size > MAX_FILE_SIZE)
            return AUG_FAIL(error, AUG_TOO_LARGE, path, "the file is larger than %zu MiB",
                            MAX_FILE_SIZE >> 20);
    } while (*size == capacity);
    if (ferror(file))
        return AUG_FAIL(error, AUG_IO, path, "reading failed: %s", strerror(errno));
    return AUG_OK;
}

AugStatus vector_run_file(const char *path, const VectorSettings *settings,
                          VectorFileReport *report, AugError *error)
{
    FILE *file = fopen(path, "rb");
    char *text = NULL;
    size_t size;
    *report = (VectorFileReport){0};
    if (!file)
        return AUG_FAIL(error, errno == ENOENT ? AUG_NOT_FOUND : AUG_IO, path,
                        "the file cannot be opened: %s", strerror(errno));
    AugStatus status = read_file(file, path, &text, &size, error);
    fclose(file);
    if (status == AUG_OK)
        status = vector_run_text(text, size, path, settings, report, error);
    free(text);
    return status;
}
