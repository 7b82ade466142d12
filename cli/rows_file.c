/* Appends to files aside; the state of the run says how much of each is whole. */
#include "cli/rows_file.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/files.h"
#include "cli/rows_state.h"
#include "libaug/base/gzip.h"
#include "libaug/data/dataset.h"
#include "libaug/run/plan.h"

#define ERRORS_ENDING ".errors.tsv"
#define ERRORS_HEAD "index\tsource\treason\n"

bool cli_rows_files_stream(const CliRowsFiles *files)
{
    return cli_is_standard(files->output);
}

/* Writes a gzip member of its own. */
static AugStatus append_packed(CliGrowing *file, const void *bytes, size_t size, AugError *error)
{
    AugiGzip *gzip;
    AUG_TRY(augi_gzip_new(&gzip, error));
    AugStatus status = augi_gzip_pack(gzip, bytes, size, &bytes, &size, error);
    if (status == AUG_OK)
        status = cli_growing_append(file, bytes, size, error);
    augi_gzip_free(gzip);
    return status;
}

static AugStatus begin(CliRowsFiles *files, const CliRowsJob *job, AugError *error)
{
    if (files->errors.fd >= 0)
        AUG_TRY(cli_growing_append(&files->errors, ERRORS_HEAD, strlen(ERRORS_HEAD), error));
    const AugiRowForm *form = &job->form;
    if (job->packed && form->head_size > 0)
        return append_packed(&files->lines, form->head, form->head_size, error);
    return cli_growing_append(&files->lines, form->head, form->head_size, error);
}

/* The three in the order in which they get their names. */
static CliGrowing *file_at(CliRowsFiles *files, int i)
{
    CliGrowing *const list[] = {&files->errors, &files->edits, &files->lines};
    return list[i];
}

#define N_FILES 3

static AugStatus name_all(CliRowsFiles *files, AugError *error)
{
    const bool streams = cli_rows_files_stream(files);
    if (!streams &&
        (asprintf(&files->errors_path, "%s" ERRORS_ENDING, files->output) < 0 ||
         asprintf(&files->state_path, "%s" CLI_GROWING_ENDING ".json", files->output) < 0))
        return AUG_FAIL(error, AUG_NO_MEMORY, files->output, "no memory for a file name");
    AUG_TRY(cli_growing_init(&files->errors, "apply", streams ? NULL : files->errors_path, error));
    AUG_TRY(cli_growing_init(&files->edits, "apply", files->edits_path, error));
    AUG_TRY(cli_growing_init(&files->lines, "apply", streams ? NULL : files->output, error));
    if (streams)
        files->lines.fd = STDOUT_FILENO;
    return AUG_OK;
}

/* What a path names in its folder, which is looked at. */
static const char *split_path(const char *path, struct stat *folder)
{
    char text[PATH_MAX];
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    const int n = snprintf(text, sizeof(text), "%.*s.", (int)(name - path), path);
    return n < (int)sizeof(text) && stat(text, folder) == 0 ? name : NULL;
}

/* Whether two paths, of which neither need exist, are of one file. */
static bool is_one_file(const char *path, const char *other)
{
    struct stat folder, other_folder;
    const char *name = split_path(path, &folder);
    const char *other_name = split_path(other, &other_folder);
    return name && other_name && strcmp(name, other_name) == 0 &&
           folder.st_dev == other_folder.st_dev && folder.st_ino == other_folder.st_ino;
}

/* Refuses edits under a name that this run needs. */
static AugStatus check_names(const CliRowsFiles *files, AugError *error)
{
    const char *edits = files->edits_path;
    if (!edits || cli_rows_files_stream(files))
        return AUG_OK;
    if (is_one_file(edits, files->output))
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, edits,
                        "--edits and --output name one file; allowed are two");
    const char *const used[] = {files->lines.aside, files->state_path, files->errors_path,
                                files->errors.aside};
    for (size_t i = 0; i < sizeof(used) / sizeof(used[0]); i++)
        if (is_one_file(edits, used[i]))
            return AUG_FAIL(error, AUG_BAD_ARGUMENT, edits,
                            "--edits names a file that belongs to --output; allowed is one of "
                            "another name");
    if (is_one_file(files->edits.aside, files->output))
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, files->output,
                        "--output names a file that belongs to --edits; allowed is one of another "
                        "name");
    return AUG_OK;
}

/* Refuses to read what would be cut off to be written. */
static AugStatus check_input(CliRowsFiles *files, const CliRowsJob *job, AugError *error)
{
    const char *input = augi_dataset_path(aug_plan_dataset(job->plan));
    for (int i = 0; i < N_FILES; i++) {
        const char *aside = file_at(files, i)->aside;
        if (input && aside && is_one_file(input, aside))
            return AUG_FAIL(error, AUG_BAD_ARGUMENT, input,
                            "it is read, and '%s' would grow under this name; allowed is another "
                            "name for what is written",
                            file_at(files, i)->path);
    }
    return AUG_OK;
}

static const char why_no_folder[] = "since rows of text become one file";

static AugStatus refuse_all_existing(CliRowsFiles *files, AugError *error)
{
    for (int i = N_FILES; i-- > 0;)
        AUG_TRY(cli_growing_refuse_existing(file_at(files, i)->path, why_no_folder, error));
    return AUG_OK;
}

/* Opens all files, the rows first: whoever has their lock has all. What another run did until this
 * one had the lock is looked at again. */
static AugStatus open_all(CliRowsFiles *files, bool *is_begun, AugError *error)
{
    if (files->lines.path)
        AUG_TRY(cli_growing_open(&files->lines, error));
    if (files->state_path)
        AUG_TRY(cli_rows_state_load(files, is_begun, error));
    if (files->is_done) {
        /* The rows have their name already, unless there are none. */
        if (files->lines.size > 0)
            cli_growing_drop_empty(&files->lines);
        return AUG_OK;
    }
    AUG_TRY(refuse_all_existing(files, error));
    for (int i = 0; i < N_FILES; i++) {
        CliGrowing *file = file_at(files, i);
        if (file->path && file != &files->lines)
            AUG_TRY(cli_growing_open(file, error));
    }
    for (int i = 0; i < N_FILES; i++) {
        const CliGrowing *file = file_at(files, i);
        if (file->path)
            AUG_TRY(*is_begun ? cli_growing_cut(file, files->state_path, error)
                              : cli_growing_refuse_foreign(file, error));
    }
    return AUG_OK;
}

static AugStatus begin_locked(CliRowsFiles *files, const CliRowsJob *job, AugError *error)
{
    bool is_begun = false;
    const AugStatus status = open_all(files, &is_begun, error);
    for (int i = 0; i < N_FILES && status != AUG_OK && !is_begun; i++)
        cli_growing_drop_empty(file_at(files, i));
    AUG_TRY(status);
    if (files->is_done)
        return AUG_OK;
    if (!is_begun)
        AUG_TRY(cli_rows_files_save(files, error));
    return files->errors.size == 0 && files->next == 0 ? begin(files, job, error) : AUG_OK;
}

AugStatus cli_rows_files_open(CliRowsFiles *files, const CliRowsJob *job, AugError *error)
{
    files->lines.fd = files->edits.fd = files->errors.fd = -1;
    files->packed = job->packed;
    AUG_TRY(name_all(files, error));
    AUG_TRY(cli_rows_state_describe(files, job, error));
    AUG_TRY(check_names(files, error));
    AUG_TRY(check_input(files, job, error));
    bool is_begun = false;
    if (files->state_path)
        AUG_TRY(cli_rows_state_load(files, &is_begun, error));
    if (job->strict && files->tally.n_failed > 0)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, files->output,
                        "the interrupted run left %" PRIu64 " rows out that could not be "
                        "augmented, and --strict allows none; allowed is the command without it",
                        files->tally.n_failed);
    if (files->is_done)
        return AUG_OK;
    AUG_TRY(refuse_all_existing(files, error));
    return begin_locked(files, job, error);
}

static AugStatus append_piece(CliRowsFiles *files, const CliRowsPiece *piece, AugError *error)
{
    AUG_TRY(cli_growing_append(&files->lines, piece->lines.bytes, piece->lines.size, error));
    if (files->edits.fd >= 0)
        AUG_TRY(cli_growing_append(&files->edits, piece->edits.bytes, piece->edits.size, error));
    if (files->errors.fd >= 0)
        AUG_TRY(cli_growing_append(&files->errors, piece->errors.bytes, piece->errors.size, error));
    return AUG_OK;
}

/* A piece that is not in all files counts in none, so that a later run writes it whole. */
AugStatus cli_rows_files_add(CliRowsFiles *files, const CliRowsPiece *piece, AugError *error)
{
    const uint64_t sizes[] = {files->errors.size, files->edits.size, files->lines.size};
    const AugStatus status = append_piece(files, piece, error);
    for (int i = 0; i < N_FILES && status != AUG_OK; i++)
        file_at(files, i)->size = sizes[i];
    AUG_TRY(status);
    cli_rows_tally_join(&files->tally, &piece->tally);
    files->next += piece->tally.n_rows;
    return AUG_OK;
}

AugStatus cli_rows_files_save(CliRowsFiles *files, AugError *error)
{
    if (!files->state_path)
        return AUG_OK;
    for (int i = 0; i < N_FILES && files->flushed; i++)
        AUG_TRY(cli_growing_flush(file_at(files, i), error));
    return cli_rows_state_save(files, error);
}

AugStatus cli_rows_files_finish(CliRowsFiles *files, AugError *error)
{
    /* An empty file is nothing that gzip can read. */
    if (files->packed && files->lines.size == 0 && !files->is_done)
        AUG_TRY(append_packed(&files->lines, "", 0, error));
    for (int i = 0; i < N_FILES; i++)
        AUG_TRY(cli_growing_flush(file_at(files, i), error));
    files->is_done = true;
    if (files->state_path)
        AUG_TRY(cli_rows_state_save(files, error));
    for (int i = 0; i < N_FILES; i++) {
        const CliGrowing *file = file_at(files, i);
        AUG_TRY(
            cli_growing_publish(file, file != &files->errors || files->tally.n_failed > 0, error));
    }
    if (files->state_path && unlink(files->state_path) != 0 && errno != ENOENT)
        return cli_file_failed(errno, files->state_path, "remove it", error);
    return AUG_OK;
}

void cli_rows_files_fini(CliRowsFiles *files)
{
    for (int i = 0; i < N_FILES; i++)
        cli_growing_fini(file_at(files, i));
    free(files->errors_path);
    free(files->state_path);
    free(files->run);
    augi_tree_free(files->document);
}
