/* Appends to files aside; the state of the run says how much of each is whole. */
#include "cli/rows_file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/files.h"
#include "cli/rows_state.h"
#include "libaug/base/gzip.h"
#include "libaug/data/dataset.h"
#include "libaug/run/plan.h"

#define PART ".part"
#define ERRORS_ENDING ".errors.tsv"
#define ERRORS_HEAD "index\tsource\treason\n"

bool cli_rows_files_stream(const CliRowsFiles *files)
{
    return cli_is_standard(files->output);
}

static AugStatus append(CliRowsFile *file, const void *bytes, size_t size, AugError *error)
{
    const char *next = bytes;
    for (size_t left = size; left > 0;) {
        const ssize_t n = write(file->fd, next, left);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return cli_file_failed(errno, file->aside ? file->aside : "standard output", "write it",
                                   error);
        next += n;
        left -= (size_t)n;
    }
    file->size += size;
    return AUG_OK;
}

static AugStatus name_aside(CliRowsFile *file, const char *path, AugError *error)
{
    *file = (CliRowsFile){.path = path, .fd = -1};
    if (path && asprintf(&file->aside, "%s" PART, path) < 0) {
        file->aside = NULL;
        return AUG_FAIL(error, AUG_NO_MEMORY, path, "no memory for a file name");
    }
    return AUG_OK;
}

/* A result that is there already is nobody's to overwrite. */
static AugStatus refuse_existing(const char *path, AugError *error)
{
    struct stat status;
    if (!path || stat(path, &status) != 0)
        return AUG_OK;
    if (S_ISDIR(status.st_mode))
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, path,
                        "is a folder; allowed is a new file, since rows of text become one file");
    return AUG_FAIL(error, AUG_BAD_ARGUMENT, path,
                    "there is such a file; allowed is a name that is free, so that nothing is "
                    "overwritten");
}

static AugStatus fail_busy(const CliRowsFile *file, AugError *error)
{
    return AUG_FAIL(error, AUG_BAD_ARGUMENT, file->path, "another aug apply is writing this file");
}

/* Locks what was opened. A run that ended meanwhile may have given the file its name, or removed it:
 * what is open must still be what is there. */
static AugStatus lock(const CliRowsFile *file, AugError *error)
{
    struct stat opened, there;
    if (fstat(file->fd, &opened) != 0)
        return cli_file_failed(errno, file->aside, "look at it", error);
    if (!S_ISREG(opened.st_mode))
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, file->aside,
                        "is no regular file; the output grows under this name");
    if (flock(file->fd, LOCK_EX | LOCK_NB) != 0)
        return errno == EWOULDBLOCK ? fail_busy(file, error)
                                    : cli_file_failed(errno, file->aside, "lock it", error);
    if (lstat(file->aside, &there) != 0 || there.st_dev != opened.st_dev ||
        there.st_ino != opened.st_ino)
        return fail_busy(file, error);
    return AUG_OK;
}

static AugStatus open_aside(CliRowsFile *file, AugError *error)
{
    file->fd = open(file->aside, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0666);
    if (file->fd < 0)
        return cli_file_failed(errno, file->aside, "write it", error);
    const AugStatus status = lock(file, error);
    if (status != AUG_OK) {
        close(file->fd);
        file->fd = -1;
    }
    return status;
}

static AugStatus look_at(const CliRowsFile *file, struct stat *status, AugError *error)
{
    if (fstat(file->fd, status) != 0)
        return cli_file_failed(errno, file->aside, "look at it", error);
    return AUG_OK;
}

/* A run says what it wrote before it writes anything, so without a state a file that has bytes is
 * somebody else's. */
static AugStatus refuse_foreign(const CliRowsFile *file, AugError *error)
{
    struct stat status;
    AUG_TRY(look_at(file, &status, error));
    if (status.st_size == 0)
        return AUG_OK;
    return AUG_FAIL(error, AUG_BAD_ARGUMENT, file->aside,
                    "there is such a file, and nothing says that a run of aug apply left it; "
                    "remove it, or give another name for the output");
}

/* Cuts off what was written behind the state. */
static AugStatus cut(const CliRowsFiles *files, const CliRowsFile *file, AugError *error)
{
    struct stat status;
    AUG_TRY(look_at(file, &status, error));
    if ((uint64_t)status.st_size < file->size)
        return AUG_FAIL(error, AUG_CHANGED, file->aside,
                        "the file has %" PRIu64 " bytes; the interrupted run had written %" PRIu64
                        "; remove it and '%s' to begin anew",
                        (uint64_t)status.st_size, file->size,
                        files->state_path ? files->state_path : "");
    if (ftruncate(file->fd, (off_t)file->size) != 0 ||
        lseek(file->fd, (off_t)file->size, SEEK_SET) < 0)
        return cli_file_failed(errno, file->aside, "write it", error);
    return AUG_OK;
}

/* Writes a gzip member of its own. */
static AugStatus append_packed(CliRowsFile *file, const void *bytes, size_t size, AugError *error)
{
    AugiGzip *gzip;
    AUG_TRY(augi_gzip_new(&gzip, error));
    AugStatus status = augi_gzip_pack(gzip, bytes, size, &bytes, &size, error);
    if (status == AUG_OK)
        status = append(file, bytes, size, error);
    augi_gzip_free(gzip);
    return status;
}

static AugStatus begin(CliRowsFiles *files, const CliRowsJob *job, AugError *error)
{
    if (files->errors.fd >= 0)
        AUG_TRY(append(&files->errors, ERRORS_HEAD, strlen(ERRORS_HEAD), error));
    const AugiRowForm *form = &job->form;
    if (job->packed && form->head_size > 0)
        return append_packed(&files->lines, form->head, form->head_size, error);
    return append(&files->lines, form->head, form->head_size, error);
}

/* The three in the order in which they get their names. */
static CliRowsFile *file_at(CliRowsFiles *files, int i)
{
    CliRowsFile *const list[] = {&files->errors, &files->edits, &files->lines};
    return list[i];
}

#define N_FILES 3

static AugStatus name_all(CliRowsFiles *files, AugError *error)
{
    const bool streams = cli_rows_files_stream(files);
    if (!streams && (asprintf(&files->errors_path, "%s" ERRORS_ENDING, files->output) < 0 ||
                     asprintf(&files->state_path, "%s" PART ".json", files->output) < 0))
        return AUG_FAIL(error, AUG_NO_MEMORY, files->output, "no memory for a file name");
    AUG_TRY(name_aside(&files->errors, streams ? NULL : files->errors_path, error));
    AUG_TRY(name_aside(&files->edits, files->edits_path, error));
    AUG_TRY(name_aside(&files->lines, streams ? NULL : files->output, error));
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

static AugStatus refuse_all_existing(CliRowsFiles *files, AugError *error)
{
    for (int i = N_FILES; i-- > 0;)
        AUG_TRY(refuse_existing(file_at(files, i)->path, error));
    return AUG_OK;
}

/* Removes a locked file in which nothing was written. */
static void drop_empty(const CliRowsFile *file)
{
    struct stat status;
    if (file->path && file->fd >= 0 && fstat(file->fd, &status) == 0 && status.st_size == 0)
        (void)unlink(file->aside);
}

/* Opens all files, the rows first: whoever has their lock has all. What another run did until this
 * one had the lock is looked at again. */
static AugStatus open_all(CliRowsFiles *files, bool *is_begun, AugError *error)
{
    if (files->lines.path)
        AUG_TRY(open_aside(&files->lines, error));
    if (files->state_path)
        AUG_TRY(cli_rows_state_load(files, is_begun, error));
    if (files->is_done) {
        /* The rows have their name already, unless there are none. */
        if (files->lines.size > 0)
            drop_empty(&files->lines);
        return AUG_OK;
    }
    AUG_TRY(refuse_all_existing(files, error));
    for (int i = 0; i < N_FILES; i++) {
        CliRowsFile *file = file_at(files, i);
        if (file->path && file != &files->lines)
            AUG_TRY(open_aside(file, error));
    }
    for (int i = 0; i < N_FILES; i++) {
        const CliRowsFile *file = file_at(files, i);
        if (file->path)
            AUG_TRY(*is_begun ? cut(files, file, error) : refuse_foreign(file, error));
    }
    return AUG_OK;
}

static AugStatus begin_locked(CliRowsFiles *files, const CliRowsJob *job, AugError *error)
{
    bool is_begun = false;
    const AugStatus status = open_all(files, &is_begun, error);
    for (int i = 0; i < N_FILES && status != AUG_OK && !is_begun; i++)
        drop_empty(file_at(files, i));
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
    AUG_TRY(append(&files->lines, piece->lines.bytes, piece->lines.size, error));
    if (files->edits.fd >= 0)
        AUG_TRY(append(&files->edits, piece->edits.bytes, piece->edits.size, error));
    if (files->errors.fd >= 0)
        AUG_TRY(append(&files->errors, piece->errors.bytes, piece->errors.size, error));
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

static AugStatus flush(const CliRowsFiles *files, const CliRowsFile *file, AugError *error)
{
    (void)files;
    if (file->path && file->fd >= 0 && fdatasync(file->fd) != 0)
        return cli_file_failed(errno, file->aside, "flush it to the disk", error);
    return AUG_OK;
}

AugStatus cli_rows_files_save(CliRowsFiles *files, AugError *error)
{
    if (!files->state_path)
        return AUG_OK;
    for (int i = 0; i < N_FILES && files->flushed; i++)
        AUG_TRY(flush(files, file_at(files, i), error));
    return cli_rows_state_save(files, error);
}

/* A name that is taken already was given by the run that was killed behind it. */
static AugStatus publish(const CliRowsFile *file, bool is_wanted, AugError *error)
{
    if (!file->path)
        return AUG_OK;
    const int code = is_wanted ? rename(file->aside, file->path) : unlink(file->aside);
    if (code != 0 && errno != ENOENT)
        return cli_file_failed(errno, file->path, "give it its name", error);
    return AUG_OK;
}

AugStatus cli_rows_files_finish(CliRowsFiles *files, AugError *error)
{
    /* An empty file is nothing that gzip can read. */
    if (files->packed && files->lines.size == 0 && !files->is_done)
        AUG_TRY(append_packed(&files->lines, "", 0, error));
    for (int i = 0; i < N_FILES; i++)
        AUG_TRY(flush(files, file_at(files, i), error));
    files->is_done = true;
    if (files->state_path)
        AUG_TRY(cli_rows_state_save(files, error));
    for (int i = 0; i < N_FILES; i++) {
        const CliRowsFile *file = file_at(files, i);
        AUG_TRY(publish(file, file != &files->errors || files->tally.n_failed > 0, error));
    }
    if (files->state_path && unlink(files->state_path) != 0 && errno != ENOENT)
        return cli_file_failed(errno, files->state_path, "remove it", error);
    return AUG_OK;
}

void cli_rows_files_fini(CliRowsFiles *files)
{
    for (int i = 0; i < N_FILES; i++) {
        CliRowsFile *file = file_at(files, i);
        if (file->path && file->fd >= 0)
            close(file->fd);
        free(file->aside);
    }
    free(files->errors_path);
    free(files->state_path);
    free(files->run);
    augi_tree_free(files->document);
}
