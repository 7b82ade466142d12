/* Appends to files aside; the state of the run says how much of each is whole. */
#include "cli/pack_file.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/apply_log.h"
#include "cli/files.h"
#include "cli/pack_head.h"
#include "cli/pack_index.h"
#include "cli/state_file.h"
#include "libaug/data/dataset.h"

#define ERRORS_ENDING ".errors.tsv"
#define ERRORS_HEAD "index\tsource\treason\n"

/* Version of what is written: another one makes other bytes of the same data and options. */
#define FORMAT "1"

/* Members of the run in the order in which a difference is reported. */
static const CliStateMember compared[] = {
    {"format", "version of aug pack", CLI_STATE_DIGEST_LETTERS},
    {"fingerprint", "input data", CLI_STATE_DIGEST_LETTERS},
    {"beside", "input data", CLI_STATE_DIGEST_LETTERS},
    {"max_side", "--max-side", CLI_STATE_DIGEST_LETTERS},
    {"quality", "--quality", CLI_STATE_DIGEST_LETTERS},
};

static CliStateFile state_of(const CliPackFiles *files)
{
    return (CliStateFile){.command = "pack", .path = files->state_path, .output = files->output};
}

static AugStatus name_all(CliPackFiles *files, AugError *error)
{
    if (asprintf(&files->errors_path, "%s" ERRORS_ENDING, files->output) < 0)
        files->errors_path = NULL;
    if (asprintf(&files->state_path, "%s" CLI_GROWING_ENDING ".json", files->output) < 0)
        files->state_path = NULL;
    if (!files->errors_path || !files->state_path)
        return AUG_FAIL(error, AUG_NO_MEMORY, files->output, "no memory for a file name");
    AUG_TRY(cli_growing_init(&files->errors, "pack", files->errors_path, error));
    return cli_growing_init(&files->archive, "pack", files->output, error);
}

static AugStatus describe(CliPackFiles *files, const CliPackJob *job, AugError *error)
{
    char fingerprint[65];
    AUG_TRY(aug_dataset_fingerprint(job->dataset, fingerprint, error));
    AugiJsonWriter writer = {0};
    augi_json_object(&writer);
    augi_json_text_member(&writer, "format", FORMAT);
    augi_json_text_member(&writer, "fingerprint", fingerprint);
    augi_json_text_member(&writer, "beside", job->beside.digest);
    augi_json_unsigned_member(&writer, "max_side", job->options.max_side);
    augi_json_unsigned_member(&writer, "quality", job->options.quality);
    augi_json_object_end(&writer);
    files->run = augi_json_take(&writer);
    return files->run ? AUG_OK
                      : AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for a description");
}

static AugStatus load(CliPackFiles *files, bool *is_begun, AugError *error)
{
    const CliStateFile file = state_of(files);
    AugiTreeDocument *document;
    AUG_TRY(cli_state_load(&file, &document, error));
    *is_begun = document != NULL;
    if (!document)
        return AUG_OK;
    const AugStatus status =
        cli_state_compare(&file, document, files->run, compared, AUG_COUNT(compared), error);
    const AugiTree *root = &document->root;
    files->archive.size = cli_state_number(root, "size");
    files->errors.size = cli_state_number(root, "errors_size");
    files->next = files->n_before = cli_state_number(root, "next");
    files->n_failed = cli_state_number(root, "failed");
    files->n_stored = cli_state_number(root, "stored");
    files->is_whole = strcmp(cli_state_text(root, "whole"), "true") == 0;
    augi_tree_free(document);
    return status;
}

AugStatus cli_pack_files_save(CliPackFiles *files, AugError *error)
{
    const CliStateFile file = state_of(files);
    if (files->flushed)
        AUG_TRY(cli_growing_flush(&files->errors, error));
    if (files->flushed)
        AUG_TRY(cli_growing_flush(&files->archive, error));
    AugiJsonWriter writer = {0};
    cli_state_begin(&writer);
    augi_json_key(&writer, "run");
    augi_json_raw(&writer, files->run);
    augi_json_key(&writer, "whole");
    augi_json_bool(&writer, files->is_whole);
    augi_json_unsigned_member(&writer, "next", files->next);
    augi_json_unsigned_member(&writer, "size", files->archive.size);
    augi_json_unsigned_member(&writer, "errors_size", files->errors.size);
    augi_json_unsigned_member(&writer, "failed", files->n_failed);
    augi_json_unsigned_member(&writer, "stored", files->n_stored);
    return cli_state_save(&file, &writer, error);
}

/* Of a whole archive the list of failures may have its name already. */
static AugStatus refuse_existing(const CliPackFiles *files, AugError *error)
{
    static const char why_no_folder[] = "since a data set becomes one archive";
    AUG_TRY(cli_growing_refuse_existing(files->output, why_no_folder, error));
    return cli_growing_refuse_existing(files->is_whole ? NULL : files->errors_path, why_no_folder,
                                       error);
}

/* The first member. */
static AugStatus append_head(CliPackFiles *files, const CliPackJob *job, AugError *error)
{
    CliBytes member;
    AugStatus status = cli_pack_head_make(job, &member, error);
    if (status == AUG_OK && member.size > 0)
        status = cli_growing_append(&files->archive, member.bytes, member.size, error);
    cli_bytes_fini(&member);
    return status;
}

/* The archive first: whoever has its lock has both. What another run did until this one had the lock
 * is looked at again. */
static AugStatus open_all(CliPackFiles *files, bool *is_begun, AugError *error)
{
    AUG_TRY(cli_growing_open(&files->archive, error));
    AUG_TRY(load(files, is_begun, error));
    AUG_TRY(refuse_existing(files, error));
    if (files->is_whole)
        return cli_growing_cut(&files->archive, files->state_path, error);
    AUG_TRY(cli_growing_open(&files->errors, error));
    if (!*is_begun) {
        AUG_TRY(cli_growing_refuse_foreign(&files->archive, error));
        return cli_growing_refuse_foreign(&files->errors, error);
    }
    AUG_TRY(cli_growing_cut(&files->archive, files->state_path, error));
    return cli_growing_cut(&files->errors, files->state_path, error);
}

static AugStatus begin(CliPackFiles *files, const CliPackJob *job, AugError *error)
{
    if (files->archive.size == 0)
        AUG_TRY(append_head(files, job, error));
    if (files->errors.size == 0)
        AUG_TRY(cli_growing_append(&files->errors, ERRORS_HEAD, strlen(ERRORS_HEAD), error));
    return AUG_OK;
}

static AugStatus fail_gone(const CliPackFiles *files, AugError *error)
{
    return AUG_FAIL(
        error, AUG_CHANGED, files->archive.aside,
        "the archive is gone that an interrupted run had written; to begin anew, remove "
        "'%s' and '%s'",
        files->state_path, files->errors.aside);
}

AugStatus cli_pack_files_open(CliPackFiles *files, const CliPackJob *job, AugError *error)
{
    bool is_begun = false;
    files->archive.fd = files->errors.fd = -1;
    AUG_TRY(name_all(files, error));
    AUG_TRY(describe(files, job, error));
    AUG_TRY(load(files, &is_begun, error));
    /* A whole archive that has its name lacks only the end of its state. */
    if (files->is_whole && access(files->archive.aside, F_OK) != 0)
        return access(files->output, F_OK) == 0 ? AUG_OK : fail_gone(files, error);
    AUG_TRY(refuse_existing(files, error));
    const AugStatus status = open_all(files, &is_begun, error);
    if (status != AUG_OK && !is_begun) {
        cli_growing_drop_empty(&files->errors);
        cli_growing_drop_empty(&files->archive);
    }
    AUG_TRY(status);
    if (!is_begun)
        AUG_TRY(cli_pack_files_save(files, error));
    return files->is_whole ? AUG_OK : begin(files, job, error);
}

/* A line for the list of samples that were left out. */
static AugStatus append_failure(CliPackFiles *files, const CliPacked *packed, AugError *error)
{
    char *source = cli_tsv_field(packed->source);
    char *reason = cli_tsv_field(packed->error.message);
    CliBytes line = {.failed = !source || !reason};
    if (!line.failed) {
        cli_bytes_add_number(&line, files->next);
        cli_bytes_add_byte(&line, '\t');
        cli_bytes_add_text(&line, source);
        cli_bytes_add_byte(&line, '\t');
        cli_bytes_add_text(&line, reason);
        cli_bytes_add_byte(&line, '\n');
    }
    AugStatus status = AUG_OK;
    if (line.failed)
        status = AUG_FAIL(error, AUG_NO_MEMORY, packed->source, "no memory for a line");
    else
        status = cli_growing_append(&files->errors, line.bytes, line.size, error);
    cli_bytes_fini(&line);
    free(source);
    free(reason);
    return status;
}

/* What is not written whole counts in no file, so that a later run writes it. */
AugStatus cli_pack_files_add(CliPackFiles *files, const CliPacked *packed, AugError *error)
{
    const uint64_t archive_size = files->archive.size, errors_size = files->errors.size;
    const bool has_failed = packed->error.status != AUG_OK;
    const AugStatus status = has_failed ? append_failure(files, packed, error)
                                        : cli_growing_append(&files->archive, packed->members.bytes,
                                                             packed->members.size, error);
    if (status != AUG_OK) {
        files->archive.size = archive_size;
        files->errors.size = errors_size;
        return status;
    }
    files->n_failed += has_failed;
    files->n_stored += packed->is_stored;
    files->next++;
    return AUG_OK;
}

AugStatus cli_pack_files_complete(CliPackFiles *files, AugError *error)
{
    if (files->is_whole)
        return AUG_OK;
    const uint64_t size = files->archive.size;
    const AugStatus status = cli_pack_index_append(&files->archive, error);
    if (status != AUG_OK) {
        files->archive.size = size;
        return status;
    }
    files->is_whole = true;
    return cli_pack_files_save(files, error);
}

AugStatus cli_pack_files_publish(CliPackFiles *files, AugError *error)
{
    AUG_TRY(cli_growing_flush(&files->errors, error));
    AUG_TRY(cli_growing_flush(&files->archive, error));
    AUG_TRY(cli_growing_publish(&files->errors, files->n_failed > 0, error));
    AUG_TRY(cli_growing_publish(&files->archive, true, error));
    if (unlink(files->state_path) != 0 && errno != ENOENT)
        return cli_file_failed(errno, files->state_path, "remove it", error);
    return AUG_OK;
}

void cli_pack_files_fini(CliPackFiles *files)
{
    cli_growing_fini(&files->archive);
    cli_growing_fini(&files->errors);
    free(files->errors_path);
    free(files->state_path);
    free(files->run);
}
