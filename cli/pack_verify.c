/* Every sample is packed once more and compared with its place in the archive; its picture there is
 * decoded beside that of the data set. */
#include "cli/pack_verify.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/each_run.h"
#include "cli/pack_head.h"
#include "cli/pack_index.h"
#include "libaug/data/dataset.h"
#include "libaug/data/support/file.h"

/* The archive that is read. places: of samples, by their numbers. */
typedef struct Proof {
    const CliPackJob *job;
    const char *path, *state_path, *errors_path;
    AugiFile file;
    uint64_t *places;
    CliProgress *progress;
    uint64_t n_done;
} Proof;

/* source: the sample, or the data set. */
static AugStatus differ(const Proof *proof, const char *source, const char *what, AugError *error)
{
    return AUG_FAIL(error, AUG_CORRUPT, source,
                    "'%.120s' does not hold what the data set does: %s; to begin anew, remove it, "
                    "'%.120s' and '%.120s'",
                    proof->path, what, proof->state_path, proof->errors_path);
}

/* The members as they are in the archive. */
static AugStatus read_members(const Proof *proof, const CliPacked *packed, uint64_t place,
                              uint8_t **bytes, AugError *error)
{
    const size_t size = packed->members.size;
    const uint64_t end = proof->file.stamp.size;
    *bytes = NULL;
    if (place > end || size > end - place)
        return differ(proof, packed->source, "the archive ends before its members", error);
    *bytes = malloc(size);
    if (!*bytes)
        return AUG_FAIL(error, AUG_NO_MEMORY, packed->source, "no memory for its members");
    return augi_file_read(&proof->file, place, *bytes, size, proof->path, error);
}

static AugStatus compare_pictures(const Proof *proof, const AugSample *sample,
                                  const CliPacked *packed, const uint8_t *members, AugError *error)
{
    const CliPackJob *job = proof->job;
    const AugField *value = &sample->fields[job->image];
    const AugImagePair pair = {.first = value->bytes,
                               .first_size = value->size,
                               .second = members + packed->picture_at,
                               .second_size = packed->picture_size};
    char difference[160];
    if (packed->picture_size == 0)
        return AUG_OK;
    AUG_TRY(aug_image_compare(&pair, &job->dataset->limits, difference, error));
    return difference[0] ? differ(proof, packed->source, difference, error) : AUG_OK;
}

static AugStatus compare(const Proof *proof, const AugEachSample *given, const CliPacked *packed,
                         AugError *error)
{
    const uint64_t place = proof->places[given->key.sample];
    if (packed->error.status != AUG_OK)
        return place == CLI_PACK_NOWHERE ? AUG_OK
                                         : differ(proof, packed->source,
                                                  "it holds a sample that cannot be packed", error);
    if (place == CLI_PACK_NOWHERE)
        return differ(proof, packed->source, "the sample is not in it", error);
    uint8_t *members;
    AugStatus status = read_members(proof, packed, place, &members, error);
    if (status == AUG_OK)
        status = compare_pictures(proof, given->sample, packed, members, error);
    if (status == AUG_OK && memcmp(members, packed->members.bytes, packed->members.size) != 0)
        status = differ(proof, packed->source, "its members have other bytes", error);
    free(members);
    return status;
}

/* The function of a loader. */
static AugStatus prove(void *user, const AugEachSample *given, void **result, AugError *error)
{
    const Proof *proof = user;
    void *packed = NULL;
    *result = NULL;
    AugStatus status = cli_pack_make((void *)(uintptr_t)proof->job, given, &packed, error);
    if (status == AUG_OK)
        status = compare(proof, given, packed, error);
    if (packed)
        cli_pack_drop(NULL, packed);
    return status;
}

static void drop(void *user, void *result)
{
    (void)user;
    (void)result;
}

static AugStatus count(void *user, const AugBatch *batch, AugError *error)
{
    Proof *proof = user;
    (void)error;
    proof->n_done += aug_batch_count(batch);
    cli_progress_show(proof->progress, proof->n_done, 0);
    return AUG_OK;
}

/* The first member, which is of no sample. */
static AugStatus compare_head(const Proof *proof, AugError *error)
{
    const char *source = augi_dataset_path(proof->job->dataset);
    CliBytes expected;
    uint8_t *found = NULL;
    AugStatus status = cli_pack_head_make(proof->job, &expected, error);
    if (status == AUG_OK && expected.size > proof->file.stamp.size)
        status = differ(proof, source, "it ends within its first member", error);
    if (status == AUG_OK && !(found = malloc(expected.size + 1)))
        status = AUG_FAIL(error, AUG_NO_MEMORY, source, "no memory for a first member");
    if (status == AUG_OK)
        status = augi_file_read(&proof->file, 0, found, expected.size, proof->path, error);
    if (status == AUG_OK && expected.size > 0 && memcmp(found, expected.bytes, expected.size) != 0)
        status = differ(proof, source, "its first member is another one", error);
    free(found);
    cli_bytes_fini(&expected);
    return status;
}

static AugStatus open_archive(Proof *proof, const CliPackFiles *files, AugError *error)
{
    /* A run that was killed late may have given it its name. */
    proof->state_path = files->state_path;
    proof->errors_path = files->errors.aside;
    proof->path = access(files->archive.aside, F_OK) == 0 ? files->archive.aside : files->output;
    AUG_TRY(augi_file_open(&proof->file, AT_FDCWD, proof->path, proof->path, error));
    AUG_TRY(cli_pack_index_places(proof->file.descriptor, proof->path, &proof->job->names,
                                  &proof->places, error));
    return compare_head(proof, error);
}

AugStatus cli_pack_verify(const CliPackRun *run, int *signal, AugError *error)
{
    Proof proof = {.job = run->job, .progress = run->progress};
    const CliEachRun each = {
        .plan = run->job->plan,
        .each = {.make = prove, .drop = drop, .user = &proof, .batch_size = 1},
        .n_threads = run->n_threads,
        .depth = cli_pack_run_depth(run),
        .take = count,
        .user = &proof,
    };
    *signal = 0;
    AugStatus status = open_archive(&proof, run->files, error);
    if (status == AUG_OK)
        status = cli_each_run(&each, signal, error);
    free(proof.places);
    augi_file_close(&proof.file);
    return status == AUG_END ? AUG_OK : status;
}
