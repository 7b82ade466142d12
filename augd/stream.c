/* A stream's jobs in libuv's pool, and its steps on the loop between them. */
#include "augd/stream.h"

#include <inttypes.h>
#include <jansson.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

#include "aug/plan.h"
#include "aug/spec.h"
#include "augd/describe.h"
#include "augd/failure.h"
#include "libaug/base/position.h"
#include "libaug/data/identity.h"
#include "libaug/spec/spec.h"
#include "protocol/crc32c.h"
#include "protocol/frame.h"
#include "protocol/json.h"

/* Mistakes of one spec that are told to the client; the rest is counted. */
#define MAX_PROBLEMS 32

/* What a stream takes beside its batches: announcement and plan, 160 KB; and for each byte of its
 * spec what becomes of it in trees, operations and recipes, 112 bytes with 1,000 Cutouts. */
#define STREAM_SIZE (UINT64_C(192) << 10)
#define SPEC_FACTOR 128

/* Of what becomes of specs, so much may be held by OPENs that wait for their first memory: about a
 * hundred of usual length. */
#define MOST_UNRESERVED (UINT64_C(8) << 20)

/* What places in a job's spec begin with, and the key under which OPEN carries it. */
#define SPEC_NAME "spec"

/* job, waiter: opening, step by step, among others; in use while is_working
 * work:     taking down; in use while is_working
 * owner:    NULL once abandoned
 * source:   the data set, once the spec is parsed
 * features: what the client can do, a set of AugpFeature
 * ready:    its place in the list of those that may have a batch
 * note:     a sentence for the log, taken by the job
 * n_taken:  batches that the owner holds; the plan must outlive them
 * size:     bytes that it takes, of which the spec's are estimated from spec_length,
 *           in bytes as text; reserved: how many of them it has
 * next, previous: those that wait for memory behind and before it, while is_waiting
 * The fields from source to failure belong to the job while it runs. */
struct AugdStream {
    AugdStreams *streams;
    AugdJob job;
    AugdWaiter waiter;
    uv_work_t work;
    bool is_working, is_abandoned;
    AugdStreamDone done;
    void *owner;
    AugpOpen open;
    uint32_t features;
    AugdSource *source;
    AugSpec *spec;
    AugPlan *plan;
    AugpOpenOk info;
    AugpFailure failure;
    AugLoader *loader;
    size_t spec_length;
    uint64_t size, reserved;
    AugdStream *next, *previous;
    bool is_waiting;
    uint32_t n_taken;
    AugdReadyLink ready;
    char note[512];
};

/* As text, with lines and columns, or as an object, with pointers. */
static AugStatus read_spec(AugdStream *stream, AugProblems *problems)
{
    const AugpOpen *open = &stream->open;
    AugLimits limits;
    aug_limits_init(&limits);
    limits.max_sample_work =
        (uint64_t)stream->streams->loop->settings->sample_work * UINT64_C(1000000);
    if (open->spec)
        return aug_spec_parse(&stream->spec, open->spec, open->spec_size, SPEC_NAME, &limits,
                              problems);
    return augi_spec_from_json(&stream->spec, open->spec_object, SPEC_NAME, &limits, problems);
}

/* Which files of this machine the spec may name. */
static bool confine(AugdStream *stream)
{
    char folder[4096] = "";
    const char *files = stream->streams->loop->settings->files;
    if (files)
        snprintf(folder, sizeof(folder), "%s/", files);
    AugError error = {0};
    if (augi_spec_set_file(stream->spec, folder, &error) == AUG_OK)
        return true;
    augd_failure_set(&stream->failure, AUGP_CODE_RESOURCE_EXHAUSTED, "%s", error.message);
    return false;
}

/* The spec, from a stranger, checked; false with a failure set. */
static bool parse_spec(AugdStream *stream)
{
    AugError *items = calloc(MAX_PROBLEMS, sizeof(*items));
    AugProblems problems = {.items = items, .capacity = items ? MAX_PROBLEMS : 0};
    AugStatus status = read_spec(stream, &problems);
    if (status != AUG_OK)
        augd_failure_from_problems(&stream->failure, &problems);
    free(items);
    if (status != AUG_OK)
        return false;
    if (stream->spec->dataset_map) {
        char where[128];
        augi_place_where(&stream->spec->dataset_map->place, SPEC_NAME, where, sizeof(where));
        augd_failure_set(&stream->failure, AUGP_CODE_BAD_SPEC,
                         "%s: the spec describes a data set; a daemon serves names only", where);
        return false;
    }
    if (stream->open.has_seed)
        aug_spec_set_seed(stream->spec, stream->open.seed);
    return confine(stream);
}

/* The data set that OPEN or the spec names; NULL with a failure set. */
static AugDataset *find_dataset(AugdStream *stream)
{
    const char *in_spec = aug_spec_dataset_name(stream->spec);
    const char *name = stream->open.dataset[0] ? stream->open.dataset : in_spec;
    if (!name) {
        augd_failure_set(&stream->failure, AUGP_CODE_NO_DATASET,
                         "neither the request nor the spec names a data set");
        return NULL;
    }
    if (in_spec && strcmp(in_spec, name) != 0) {
        augd_failure_set(&stream->failure, AUGP_CODE_BAD_SPEC,
                         "the request names the data set \"%s\", its spec \"%s\"", name, in_spec);
        return NULL;
    }
    if (!stream->open.dataset[0])
        snprintf(stream->open.dataset, sizeof(stream->open.dataset), "%s", in_spec);
    AugDataset *dataset = NULL;
    AugError error = {0};
    if (aug_catalog_find(stream->streams->catalog, stream->open.dataset, &dataset, &error) !=
        AUG_OK)
        augd_failure_from(&stream->failure, &error);
    return dataset;
}

/* From here on the request has the position of the first batch. */
static bool check_position(AugdStream *stream)
{
    AugpOpen *open = &stream->open;
    AugiPosition position = {.epoch = open->epoch, .step = open->step, .epochs = open->epochs};
    AugError error = {0};
    if (augi_position_settle(&position, stream->info.steps_per_epoch, &error) != AUG_OK)
        augd_failure_set(&stream->failure, AUGP_CODE_BAD_POSITION, "%s: %s", error.where,
                         error.message);
    open->epoch = position.epoch;
    open->step = position.step;
    return stream->failure.code == 0;
}

/* Any difference to what the client had before is an error, never another stream in silence. */
static bool check_expected(AugdStream *stream)
{
    const AugpOpen *open = &stream->open;
    const AugpOpenOk *info = &stream->info;
    if (open->expect_fingerprint[0] && strcmp(open->expect_fingerprint, info->fingerprint) != 0)
        augd_failure_set(&stream->failure, AUGP_CODE_DATASET_CHANGED,
                         "the data have the fingerprint %s; expected was %s", info->fingerprint,
                         open->expect_fingerprint);
    else if (open->expect_content[0] && strcmp(open->expect_content, info->content) != 0)
        augd_failure_set(
            &stream->failure, AUGP_CODE_DATASET_CHANGED,
            "the data have the content %s under the same names and sizes; expected was "
            "%s",
            info->content, open->expect_content);
    else if (open->expect_stream_id[0] && strcmp(open->expect_stream_id, info->stream_id) != 0)
        augd_failure_set(&stream->failure, AUGP_CODE_SPEC_CHANGED,
                         "data, spec, seed and engine give the stream %s; expected was %s",
                         info->stream_id, open->expect_stream_id);
    return stream->failure.code == 0;
}

/* Names data and stream. The content is told where it is known. */
static AugStatus find_ids(AugdStream *stream, const AugDataset *dataset, AugError *error)
{
    AugpOpenOk *info = &stream->info;
    AUG_TRY(aug_dataset_fingerprint(dataset, info->fingerprint, error));
    AUG_TRY(aug_plan_stream_id(stream->plan, info->stream_id, error));
    return aug_dataset_content_id(dataset, info->content, error);
}

static bool identify(AugdStream *stream, const AugDataset *dataset)
{
    AugError error = {0};
    if (find_ids(stream, dataset, &error) != AUG_OK)
        augd_failure_from(&stream->failure, &error);
    return stream->failure.code == 0;
}

/* Whether a content is demanded that nobody knows yet, of data that are the right ones so far. */
static bool lacks_content(const AugdStream *stream)
{
    const AugpOpen *open = &stream->open;
    const AugpOpenOk *info = &stream->info;
    return open->expect_content[0] && !info->content[0] &&
           (!open->expect_fingerprint[0] ||
            strcmp(open->expect_fingerprint, info->fingerprint) == 0);
}

/* The first step of opening, in libuv's pool. */
static void parse_job(AugdJob *job)
{
    AugdStream *stream = job->user;
    const AugDataset *dataset = parse_spec(stream) ? find_dataset(stream) : NULL;
    if (dataset)
        stream->source = augd_openings_find(&stream->streams->openings, dataset);
}

/* The second step, in libuv's pool, while no other stream looks at the same data. */
static void compile_job(AugdJob *job)
{
    AugdStream *stream = job->user;
    AugDataset *dataset = stream->source->dataset;
    AugError error = {0};
    const AugPlanOptions options = {
        .names = stream->open.names,
        .class_names = stream->open.class_names,
    };
    if (aug_plan_new(&stream->plan, stream->spec, dataset, &options, &error) != AUG_OK) {
        augd_failure_from(&stream->failure, &error);
        return;
    }
    if (!augd_describe(&stream->info, stream->plan, stream->open.world, &stream->failure) ||
        !augd_describe_check(&stream->info, stream->features, &stream->failure))
        return;
    if (stream->info.batch_size > AUGP_MAX_BATCH) {
        augd_failure_set(&stream->failure, AUGP_CODE_BAD_SPEC,
                         "a batch would have %" PRIu64 " bytes; allowed are %" PRIu64
                         ", so use a smaller batch.size, smaller pictures or more ranks",
                         stream->info.batch_size, AUGP_MAX_BATCH);
        return;
    }
    /* In other data the position may not be there, and what is wrong are the data. */
    if (identify(stream, dataset) && (lacks_content(stream) || check_expected(stream)))
        (void)check_position(stream);
    aug_dataset_take_note(dataset, stream->note);
}

/* What was read of the data will not be remembered, and why: said once for each data set. */
static void log_note(AugdStream *stream)
{
    if (!stream->note[0])
        return;
    augp_text_clean(stream->note);
    augd_log(&stream->streams->loop->log, AUGD_EVENT_NOT_KEPT, "{s:s, s:s}", "dataset",
             stream->open.dataset, "message", stream->note);
    stream->note[0] = 0;
}

/* The job that takes down, in libuv's pool: freeing the loader waits for samples in progress. */
static void close_job(uv_work_t *work)
{
    AugdStream *stream = work->data;
    aug_loader_free(stream->loader);
    if (stream->plan)
        aug_dataset_take_note(aug_plan_dataset(stream->plan), stream->note);
    aug_plan_free(stream->plan);
    aug_spec_free(stream->spec);
}

static void answer_waiting(AugdStreams *streams);

static void after_close(uv_work_t *work, int status)
{
    (void)status;
    AugdStream *stream = work->data;
    AugdStreams *streams = stream->streams;
    AUGD_ON_LOOP(streams->loop);
    log_note(stream);
    /* Whoever asked for it left, or nobody accounted for it. */
    if (!stream->loader)
        augd_patience_left(&streams->patience, stream->job.cost_ns, uv_hrtime());
    augd_ready_remove(&streams->ready, &stream->ready);
    augd_memory_left(&streams->memory, stream->reserved);
    streams->n--;
    augp_open_fini(&stream->open);
    augp_open_ok_fini(&stream->info);
    augp_failure_fini(&stream->failure);
    free(stream);
    answer_waiting(streams);
    streams->on_gone(streams->user);
}

/* Frees the stream once nothing uses it any more. */
static void release_if_unused(AugdStream *stream)
{
    if (!stream->is_abandoned || stream->is_working || stream->n_taken > 0)
        return;
    stream->is_working = true;
    augd_memory_leave(&stream->streams->memory, stream->reserved);
    /* What did not come to have a spec holds nothing that takes time. */
    if (stream->spec || stream->loader)
        uv_queue_work(stream->streams->loop->uv, &stream->work, close_job, after_close);
    else
        after_close(&stream->work, 0);
}

/* From a worker: there is something to take. */
static void on_ready(void *user)
{
    AugdStream *stream = user;
    augd_ready_add(&stream->streams->ready, &stream->ready);
    uv_async_send(stream->streams->wake);
}

/* From a worker: the checksum of a batch, which the loop has no time for. */
static uint64_t add_checksum(void *user, const AugBatch *batch)
{
    (void)user;
    size_t size;
    const void *bytes = aug_batch_bytes(batch, &size);
    return augp_crc32c(0, bytes, size);
}

static AugLoaderOptions loader_options(AugdStream *stream)
{
    const bool is_checked = stream->features & AUGP_FEATURE_CRC;
    return (AugLoaderOptions){
        .pool = stream->streams->pool,
        .depth = stream->streams->loop->settings->depth,
        .epoch = stream->open.epoch,
        .step = stream->open.step,
        .epochs = stream->open.epochs,
        .rank = stream->open.rank,
        .world = stream->open.world,
        .on_ready = on_ready,
        .finish = is_checked ? add_checksum : NULL,
        .user = stream,
    };
}

/* What its spec takes, and what becomes of it. */
static uint64_t spec_size(const AugdStream *stream)
{
    return stream->spec_length * SPEC_FACTOR;
}

/* What the stream takes beside its batches, from the start. */
static uint64_t own_size(const AugdStream *stream)
{
    return STREAM_SIZE + spec_size(stream);
}

/* With the memory of all batches. */
static bool find_size(AugdStream *stream)
{
    const AugLoaderOptions options = loader_options(stream);
    AugError error = {0};
    if (aug_loader_memory(stream->plan, &options, &stream->size, &error) != AUG_OK) {
        augd_failure_from(&stream->failure, &error);
        /* Its workers never may hold more. */
        stream->failure.retry = false;
        return false;
    }
    stream->size += own_size(stream);
    return true;
}

/* Takes the size out of what the server may use. */
static bool reserve(AugdStream *stream)
{
    AugdMemory *memory = &stream->streams->memory;
    augd_memory_give(memory, stream->reserved);
    stream->reserved = 0;
    if (!augd_memory_reserve(memory, stream->size, &stream->failure))
        return false;
    stream->reserved = stream->size;
    return true;
}

/* Whether what it lacks comes if it waits. */
static bool is_memory_coming(const AugdStream *stream)
{
    return augd_memory_is_coming(&stream->streams->memory, stream->size - stream->reserved);
}

/* The same for one that has nothing reserved yet. What OPEN brought is held meanwhile, so of that
 * there must not be much. */
static bool may_wait_unreserved(const AugdStream *stream)
{
    return is_memory_coming(stream) &&
           spec_size(stream) <= MOST_UNRESERVED - stream->streams->unreserved;
}

/* Those that came first have first what is given back. */
static void wait_for_memory(AugdStream *stream)
{
    AugdStreams *streams = stream->streams;
    stream->previous = streams->last_waiting;
    stream->next = NULL;
    if (stream->previous)
        stream->previous->next = stream;
    else
        streams->waiting = stream;
    streams->last_waiting = stream;
    stream->is_waiting = true;
    if (stream->reserved == 0)
        streams->unreserved += spec_size(stream);
}

/* False if it does not wait. */
static bool stop_waiting(AugdStream *stream)
{
    if (!stream->is_waiting)
        return false;
    AugdStreams *streams = stream->streams;
    if (stream->previous)
        stream->previous->next = stream->next;
    else
        streams->waiting = stream->next;
    if (stream->next)
        stream->next->previous = stream->previous;
    else
        streams->last_waiting = stream->previous;
    stream->is_waiting = false;
    if (stream->reserved == 0)
        streams->unreserved -= spec_size(stream);
    return true;
}

static void start_loader(AugdStream *stream)
{
    const AugLoaderOptions options = loader_options(stream);
    AugError error = {0};
    if (aug_loader_new(&stream->loader, stream->plan, &options, &error) != AUG_OK)
        augd_failure_from(&stream->failure, &error);
}

/* Opened, refused, or abandoned meanwhile. */
static void answer(AugdStream *stream)
{
    if (!stream->is_abandoned) {
        if (stream->failure.code == 0 && reserve(stream))
            start_loader(stream);
        stream->done(stream->owner, stream);
    }
    /* Only now, so that it is not gone where its owner let go of it at once. */
    stream->is_working = false;
    release_if_unused(stream);
}

/* All but the memory of its batches is there, or it is refused. */
static void finish_opening(AugdStream *stream)
{
    log_note(stream);
    free(stream->open.spec);
    stream->open.spec = NULL;
    json_decref(stream->open.spec_object);
    stream->open.spec_object = NULL;
    if (!stream->is_abandoned && stream->failure.code == 0 && find_size(stream) &&
        (stream->streams->waiting || is_memory_coming(stream)))
        wait_for_memory(stream);
    else
        answer(stream);
}

/* Its own memory is there, before the first byte of its spec is parsed. */
static void start_parsing(AugdStream *stream)
{
    augd_lane_add(&stream->streams->openings.parsing, &stream->job);
}

/* Memory was given back: those go on who need not wait any longer, whatever comes of it. */
static void answer_waiting(AugdStreams *streams)
{
    AugdStream *stream;
    /* Those that are answered may give memory back, too, which brings them here again. */
    if (streams->is_answering)
        return;
    streams->is_answering = true;
    while ((stream = streams->waiting) && !is_memory_coming(stream)) {
        stop_waiting(stream);
        if (stream->reserved == 0 && reserve(stream))
            start_parsing(stream);
        else
            answer(stream);
    }
    streams->is_answering = false;
}

/* All data were read for a client that demands a content. */
static void on_content(AugdWaiter *waiter, const AugError *error)
{
    AugdStream *stream = waiter->user;
    AUGD_ON_LOOP(stream->streams->loop);
    if (error) {
        augd_failure_from(&stream->failure, error);
    } else {
        augi_identity_content(stream->source->dataset, stream->info.content);
        check_expected(stream);
    }
    finish_opening(stream);
}

static void after_compile(AugdJob *job)
{
    AugdStream *stream = job->user;
    AUGD_ON_LOOP(stream->streams->loop);
    if (stream->failure.code == 0 && !stream->is_abandoned && lacks_content(stream))
        augd_source_await(stream->source, &stream->waiter);
    else
        finish_opening(stream);
}

static void after_parse(AugdJob *job)
{
    AugdStream *stream = job->user;
    AUGD_ON_LOOP(stream->streams->loop);
    if (stream->failure.code != 0 || stream->is_abandoned) {
        finish_opening(stream);
        return;
    }
    job->run = compile_job;
    job->done = after_compile;
    augd_lane_add(&stream->source->looks, job);
}

static size_t spec_length_of(const AugpOpen *open)
{
    return open->spec ? open->spec_size : json_dumpb(open->spec_object, NULL, 0, JSON_COMPACT);
}

AugdStream *augd_stream_open(AugdStreams *streams, AugpOpen *open, uint32_t features,
                             AugdStreamDone done, void *owner, AugpFailure *failure)
{
    AUGD_ON_LOOP(streams->loop);
    AugdStream *stream = calloc(1, sizeof(*stream));
    if (!stream) {
        augd_failure_set(failure, AUGP_CODE_RESOURCE_EXHAUSTED, "no memory for a stream");
        return NULL;
    }
    stream->streams = streams;
    stream->spec_length = spec_length_of(open);
    stream->size = own_size(stream);
    /* For as long as it waits in its lane, too. */
    const bool waits = may_wait_unreserved(stream);
    if (!waits && !reserve(stream)) {
        *failure = stream->failure;
        free(stream);
        return NULL;
    }
    stream->done = done;
    stream->owner = owner;
    stream->features = features;
    stream->open = *open;
    memset(open, 0, sizeof(*open));
    stream->work.data = stream;
    stream->waiter = (AugdWaiter){.user = stream, .on_read = on_content};
    stream->job = (AugdJob){.user = stream, .run = parse_job, .done = after_parse};
    stream->is_working = true;
    streams->n++;
    if (waits)
        wait_for_memory(stream);
    else
        start_parsing(stream);
    return stream;
}

uint64_t augd_stream_take_cost(AugdStream *stream)
{
    AUGD_ON_LOOP(stream->streams->loop);
    const uint64_t cost_ns = stream->job.cost_ns;
    stream->job.cost_ns = 0;
    return cost_ns;
}

bool augd_stream_take_refusal(AugdStream *stream, AugpFailure *failure)
{
    if (stream->failure.code == 0)
        return false;
    *failure = stream->failure;
    memset(&stream->failure, 0, sizeof(stream->failure));
    return true;
}

const AugpOpenOk *augd_stream_info(const AugdStream *stream)
{
    return &stream->info;
}

void augd_stream_content(const AugdStream *stream, AugpDigest content)
{
    augi_identity_content(aug_plan_dataset(stream->plan), content);
}

const AugpOpen *augd_stream_request(const AugdStream *stream)
{
    return &stream->open;
}

void augd_streams_wake(AugdStreams *streams)
{
    AUGD_ON_LOOP(streams->loop);
    /* What becomes ready meanwhile is for the next call, which is on its way. */
    for (uint32_t n = augd_ready_count(&streams->ready); n > 0; n--) {
        AugdReadyLink *link = augd_ready_take(&streams->ready);
        if (!link)
            break;
        AugdStream *stream = (AugdStream *)(void *)((char *)link - offsetof(AugdStream, ready));
        if (!stream->is_abandoned)
            streams->on_ready(stream->owner);
    }
}

AugStatus augd_stream_take(AugdStream *stream, AugBatch **batch, AugpFailure *failure)
{
    AUGD_ON_LOOP(stream->streams->loop);
    AugError error = {0};
    AugStatus status = aug_loader_try_next(stream->loader, batch, &error);
    if (status == AUG_OK && *batch)
        stream->n_taken++;
    else if (status == AUG_END)
        augd_failure_set(failure, AUGP_CODE_INTERNAL, "the loader ended before the stream");
    else if (status != AUG_OK)
        augd_failure_from(failure, &error);
    return status;
}

void augd_stream_give_back(AugdStream *stream, AugBatch *batch)
{
    AUGD_ON_LOOP(stream->streams->loop);
    aug_batch_free(batch);
    stream->n_taken--;
    release_if_unused(stream);
}

void augd_stream_abandon(AugdStream *stream)
{
    if (!stream)
        return;
    AUGD_ON_LOOP(stream->streams->loop);
    stream->is_abandoned = true;
    if (stream->loader)
        aug_loader_stop(stream->loader);
    if (stop_waiting(stream) || augd_job_remove(&stream->job) || augd_waiter_leave(&stream->waiter))
        stream->is_working = false;
    release_if_unused(stream);
}
