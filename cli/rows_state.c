/* The state as JSON: the run, the sizes of its files, the next row and the counts. */
#include "cli/rows_state.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "aug/version.h"
#include "cli/files.h"
#include "cli/state_file.h"
#include "libaug/base/hash.h"
#include "libaug/base/json_writer.h"
#include "libaug/data/support/paths.h"
#include "libaug/run/plan.h"

/* Members of the run in the order in which a difference is reported. All of a path is shown. */
#define PATH_LETTERS 200
static const CliStateMember compared[] = {
    {"engine", "engine", CLI_STATE_DIGEST_LETTERS},
    {"fingerprint", "input data", CLI_STATE_DIGEST_LETTERS},
    {"spec", "specification or --seed", CLI_STATE_DIGEST_LETTERS},
    {"copies", "--copies", CLI_STATE_DIGEST_LETTERS},
    {"originals", "--include-original", CLI_STATE_DIGEST_LETTERS},
    {"dedupe", "--dedupe", CLI_STATE_DIGEST_LETTERS},
    {"edits", "--edits", PATH_LETTERS},
};

static CliStateFile state_of(const CliRowsFiles *files)
{
    return (CliStateFile){.command = "apply", .path = files->state_path, .output = files->output};
}

static AugStatus digest_spec(const AugPlan *plan, char hex[65], AugError *error)
{
    char *canonical = aug_spec_canonical(augi_plan_spec(plan));
    AugiHash hash = {0};
    AugStatus status = AUG_OK;
    if (!canonical)
        status = AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for the specification");
    if (status == AUG_OK)
        status = augi_hash_init(&hash, error);
    if (status == AUG_OK) {
        augi_hash_add_text(&hash, canonical);
        augi_hash_hex(&hash, hex);
    }
    free(canonical);
    return status;
}

static void add_bool(AugiJsonWriter *writer, const char *key, bool value)
{
    augi_json_key(writer, key);
    augi_json_bool(writer, value);
}

/* Where the edits go, from wherever the command is given: the file itself may not be there. */
static AugStatus add_edits(AugiJsonWriter *writer, const char *path, AugError *error)
{
    char *folder = NULL;
    if (!path) {
        augi_json_text_member(writer, "edits", "none");
        return AUG_OK;
    }
    AUG_TRY(augi_path_make(&folder, error, "%.*s.", (int)augi_path_folder_size(path), path));
    char *real = realpath(folder, NULL);
    free(folder);
    if (!real)
        return cli_file_failed(errno, path, "write it", error);
    augi_json_key(writer, "edits");
    augi_json_text_begin(writer);
    augi_json_text_add(writer, real);
    augi_json_text_add(writer, "/");
    augi_json_text_add(writer, augi_path_base(path));
    augi_json_text_end(writer);
    free(real);
    return AUG_OK;
}

AugStatus cli_rows_state_describe(CliRowsFiles *files, const CliRowsJob *job, AugError *error)
{
    char spec[65], fingerprint[65];
    AUG_TRY(digest_spec(job->plan, spec, error));
    AUG_TRY(aug_dataset_fingerprint(aug_plan_dataset(job->plan), fingerprint, error));
    AugiJsonWriter writer = {0};
    augi_json_object(&writer);
    augi_json_text_member(&writer, "engine", AUG_ENGINE);
    augi_json_text_member(&writer, "fingerprint", fingerprint);
    augi_json_text_member(&writer, "spec", spec);
    augi_json_unsigned_member(&writer, "copies", job->n_copies);
    add_bool(&writer, "originals", job->with_originals);
    add_bool(&writer, "dedupe", job->dedupe);
    const AugStatus status = add_edits(&writer, files->edits_path, error);
    augi_json_object_end(&writer);
    files->run = augi_json_take(&writer);
    AUG_TRY(status);
    return files->run ? AUG_OK
                      : AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for a description");
}

/* Takes over the counts. Words of outcomes live in the document. */
static void take(CliRowsFiles *files, const AugiTree *root)
{
    const AugiTree *outcomes = augi_tree_get(root, "outcomes");
    files->lines.size = cli_state_number(root, "size");
    files->edits.size = cli_state_number(root, "edits_size");
    files->errors.size = cli_state_number(root, "errors_size");
    files->next = files->n_kept = cli_state_number(root, "next");
    files->is_done = strcmp(cli_state_text(root, "done"), "true") == 0;
    files->tally = (CliRowsTally){.n_rows = files->next,
                                  .n_failed = cli_state_number(root, "failed"),
                                  .n_written = cli_state_number(root, "written"),
                                  .n_dropped = cli_state_number(root, "dropped")};
    for (size_t i = 0; outcomes && i < outcomes->n_children; i++) {
        const AugiTree *child = &outcomes->children[i];
        cli_rows_tally_add(&files->tally, child->key, cli_state_number(outcomes, child->key));
    }
}

AugStatus cli_rows_state_load(CliRowsFiles *files, bool *is_begun, AugError *error)
{
    const CliStateFile file = state_of(files);
    AugiTreeDocument *document;
    AUG_TRY(cli_state_load(&file, &document, error));
    *is_begun = document != NULL;
    if (!document)
        return AUG_OK;
    augi_tree_free(files->document);
    files->document = document;
    AUG_TRY(cli_state_compare(&file, document, files->run, compared, AUG_COUNT(compared), error));
    take(files, &document->root);
    return AUG_OK;
}

AugStatus cli_rows_state_save(const CliRowsFiles *files, AugError *error)
{
    const CliStateFile file = state_of(files);
    const CliRowsTally *tally = &files->tally;
    AugiJsonWriter writer = {0};
    cli_state_begin(&writer);
    augi_json_key(&writer, "run");
    augi_json_raw(&writer, files->run);
    add_bool(&writer, "done", files->is_done);
    augi_json_unsigned_member(&writer, "next", files->next);
    augi_json_unsigned_member(&writer, "size", files->lines.size);
    augi_json_unsigned_member(&writer, "edits_size", files->edits.size);
    augi_json_unsigned_member(&writer, "errors_size", files->errors.size);
    augi_json_unsigned_member(&writer, "failed", tally->n_failed);
    augi_json_unsigned_member(&writer, "written", tally->n_written);
    augi_json_unsigned_member(&writer, "dropped", tally->n_dropped);
    augi_json_key(&writer, "outcomes");
    augi_json_object(&writer);
    for (uint32_t i = 0; i < tally->n_words; i++)
        augi_json_unsigned_member(&writer, tally->words[i], tally->n_of[i]);
    augi_json_object_end(&writer);
    return cli_state_save(&file, &writer, error);
}
