/* Tries addresses in turn, and makes sure that what goes on is the same stream. */
#include "trainer/data/connection.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libaug/base/clock.h"
#include "libaug/spec/param.h"
#include "trainer/data/reader.h"

/* Between two rounds through all addresses: at first, and at most. A server that restarts is there
 * within a second, one that is missing for minutes need not be asked all the time. */
#define FIRST_PAUSE_S 0.1
#define LONGEST_PAUSE_S 2.0

/* The begin of the next address in a list: behind a comma with an address's first letters; NULL: this
 * is the last one. */
static const char *next_address(const char *text)
{
    for (const char *comma = strchr(text, ','); comma; comma = strchr(comma + 1, ','))
        if (stream_is_address(comma + 1))
            return comma + 1;
    return NULL;
}

bool train_reader_is_address(const char *text)
{
    return stream_is_address(text);
}

static AugStatus fail_memory(const char *where, AugError *error)
{
    return AUG_FAIL(error, AUG_NO_MEMORY, where, "no memory for a connection");
}

static AugStatus split(TrainConnection *connection, const char *addresses, AugError *error)
{
    size_t n = 1;
    for (const char *at = next_address(addresses); at; at = next_address(at))
        n++;
    connection->addresses = strdup(addresses);
    connection->list = strdup(addresses);
    connection->each = calloc(n, sizeof(*connection->each));
    if (!connection->addresses || !connection->list || !connection->each)
        return fail_memory(addresses, error);
    char *at = connection->list;
    for (size_t i = 0; i < n; i++) {
        connection->each[i] = at;
        const char *next = next_address(at);
        if (!next)
            break;
        at += next - at;
        at[-1] = 0;
    }
    connection->n_addresses = n;
    return AUG_OK;
}

/* The spec once more, from its text: a thread that waits for a server may outlive the caller's. */
static AugStatus copy_spec(TrainConnection *connection, const StreamSpec *spec, AugError *error)
{
    AugLimits limits;
    AugProblems problems = {0};
    aug_limits_init(&limits);
    connection->text = strdup(spec->text);
    connection->name = strdup(spec->name);
    if (!connection->text || !connection->name ||
        aug_spec_parse(&connection->own_spec, spec->text, strlen(spec->text), spec->name, &limits,
                       &problems) != AUG_OK)
        return fail_memory(connection->addresses, error);
    connection->spec = (StreamSpec){.spec = connection->own_spec,
                                    .text = connection->text,
                                    .is_object = spec->is_object,
                                    .name = connection->name};
    return AUG_OK;
}

/* Has its own copies of what the stream must be. */
static void expect_copies(TrainConnection *connection)
{
    StreamOptions *options = &connection->options;
    StreamIdentity *identity = &connection->identity;
    const struct {
        const char **given;
        char *own;
    } texts[] = {{&options->expect_stream_id, identity->stream_id},
                 {&options->expect_fingerprint, identity->fingerprint},
                 {&options->expect_content, identity->content}};
    for (size_t i = 0; i < AUG_COUNT(texts); i++)
        if (*texts[i].given) {
            snprintf(texts[i].own, sizeof(identity->stream_id), "%s", *texts[i].given);
            *texts[i].given = texts[i].own;
        }
}

AugStatus train_connection_init(TrainConnection *connection, const char *addresses,
                                const StreamSpec *spec, const StreamOptions *options,
                                const TrainWaiting *waiting, AugError *error)
{
    *connection = (TrainConnection){.options = *options, .waiting = *waiting};
    pthread_mutex_init(&connection->lock, NULL);
    expect_copies(connection);
    AUG_TRY(split(connection, addresses, error));
    AUG_TRY(copy_spec(connection, spec, error));
    if (!options->client)
        return AUG_OK;
    connection->client = strdup(options->client);
    connection->options.client = connection->client;
    return connection->client ? AUG_OK : fail_memory(addresses, error);
}

void train_connection_fini(TrainConnection *connection)
{
    stream_free(connection->stream);
    pthread_mutex_destroy(&connection->lock);
    aug_spec_free(connection->own_spec);
    free(connection->addresses);
    free(connection->list);
    free(connection->each);
    free(connection->text);
    free(connection->name);
    free(connection->client);
    *connection = (TrainConnection){0};
}

/* The same id makes the same batches, so another announcement is a broken server. */
static AugStatus check_same(const StreamInfo *before, const StreamInfo *now, AugError *error)
{
    bool same = before->batch_size == now->batch_size &&
                before->steps_per_epoch == now->steps_per_epoch &&
                before->n_tensors == now->n_tensors;
    for (uint32_t i = 0; same && i < now->n_tensors; i++) {
        const AugTensorSpec *a = &before->tensors[i], *b = &now->tensors[i];
        same = !strcmp(a->name, b->name) && a->ragged == b->ragged &&
               a->sample.dtype == b->sample.dtype && a->sample.n_dims == b->sample.n_dims &&
               !memcmp(a->sample.shape, b->sample.shape,
                       a->sample.n_dims * sizeof(a->sample.shape[0]));
    }
    return same ? AUG_OK
                : AUG_FAIL(error, AUG_CORRUPT, now->where,
                           "the stream has other batches than before under the same id");
}

/* Opens at one address, in place of the stream before. */
static AugStatus open_at(TrainConnection *connection, size_t at, AugError *error)
{
    Stream *stream;
    AUG_TRY(stream_connect(&stream, connection->each[at], &connection->spec, &connection->options,
                           error));
    AugStatus status = AUG_OK;
    if (connection->stream)
        status = check_same(stream_info(connection->stream), stream_info(stream), error);
    if (status != AUG_OK) {
        stream_free(stream);
        return status;
    }
    Stream *before = connection->stream;
    pthread_mutex_lock(&connection->lock);
    connection->stream = stream;
    if (connection->is_interrupted)
        stream_interrupt(stream);
    pthread_mutex_unlock(&connection->lock);
    stream_free(before);
    connection->at = at;
    return AUG_OK;
}

static bool is_interrupted(TrainConnection *connection)
{
    pthread_mutex_lock(&connection->lock);
    const bool is = connection->is_interrupted;
    pthread_mutex_unlock(&connection->lock);
    return is;
}

/* Opens at any address, the present one first. */
static AugStatus open_somewhere(TrainConnection *connection, AugError *error)
{
    AugStatus status = AUG_NOT_FOUND;
    for (size_t i = 0; i < connection->n_addresses && !is_interrupted(connection); i++) {
        status = open_at(connection, (connection->at + i) % connection->n_addresses, error);
        if (status == AUG_OK || status == AUG_CHANGED)
            return status;
    }
    return status;
}

/* Whether a server that fails so may be another one tomorrow. */
static bool may_come_back(AugStatus status)
{
    return status == AUG_CLOSED || status == AUG_NOT_FOUND || status == AUG_NO_MEMORY ||
           status == AUG_IO;
}

/* The batch that is missing is waited for from now on; says so. */
static void begin_waiting(TrainConnection *connection, const AugError *error)
{
    const TrainWaiting *waiting = &connection->waiting;
    char text[400];
    snprintf(text, sizeof(text), "%.100s: %.160s; waiting for %s, at most %.0f s",
             connection->each[connection->at], error->message,
             connection->n_addresses > 1 ? "it or the next address" : "it", waiting->limit_s);
    waiting->note(waiting->context, text);
    connection->limit_s = augi_clock_seconds() + waiting->limit_s;
    connection->pause_s = 0;
}

/* Waits a while, each time twice as long. */
static AugStatus pause_once(TrainConnection *connection, AugError *error)
{
    const TrainWaiting *waiting = &connection->waiting;
    const double left_s = connection->limit_s - augi_clock_seconds();
    if (left_s <= 0)
        return AUG_FAIL(error, AUG_CLOSED, connection->addresses,
                        "no daemon came back within %.0f s", waiting->limit_s);
    const double pause_s =
        connection->pause_s < LONGEST_PAUSE_S ? connection->pause_s : LONGEST_PAUSE_S;
    connection->pause_s = 2 * pause_s;
    return waiting->pause(waiting->context, pause_s < left_s ? pause_s : left_s)
               ? AUG_OK
               : AUG_FAIL(error, AUG_CLOSED, connection->addresses, "nobody waits any more");
}

/* Waits for a server; error says why the last one failed. One that lets itself be connected and gives no
 * batch is none: only a batch ends the waiting. */
static AugStatus reconnect(TrainConnection *connection, AugError *error)
{
    char text[400];
    if (connection->limit_s <= 0)
        begin_waiting(connection, error);
    connection->at = (connection->at + 1) % connection->n_addresses;
    for (;;) {
        if (connection->pause_s > 0)
            AUG_TRY(pause_once(connection, error));
        else
            connection->pause_s = FIRST_PAUSE_S;
        const AugStatus status = open_somewhere(connection, error);
        if (status == AUG_OK)
            break;
        if (!may_come_back(status))
            return status;
    }
    snprintf(text, sizeof(text), "going on with %.200s", connection->each[connection->at]);
    connection->waiting.note(connection->waiting.context, text);
    return AUG_OK;
}

AugStatus train_connection_open(TrainConnection *connection, AugError *error)
{
    const TrainWaiting *waiting = &connection->waiting;
    const AugStatus status = open_somewhere(connection, error);
    /* One that broke off in the middle is known to be a server. */
    if (waiting->limit_s > 0 &&
        (status == AUG_CLOSED || (waiting->insists && may_come_back(status))))
        AUG_TRY(reconnect(connection, error));
    else
        AUG_TRY(status);
    StreamIdentity *identity = &connection->identity;
    AUG_TRY(stream_identify(connection->stream, identity, error));
    connection->options.expect_stream_id = identity->stream_id;
    connection->options.expect_fingerprint = identity->fingerprint;
    return AUG_OK;
}

/* The position behind a batch. */
static void advance(TrainConnection *connection, const StreamBatch *batch)
{
    StreamOptions *options = &connection->options;
    options->step = batch->last ? 0 : batch->step + 1;
    options->epoch = batch->epoch + (batch->last ? 1 : 0);
    connection->is_over = options->epochs == 1 && batch->last;
    if (options->epochs > 0 && batch->last)
        options->epochs--;
    /* What the server learned of its data at the end of an epoch holds for whoever comes next. */
    StreamIdentity *identity = &connection->identity;
    if (batch->last && stream_identify(connection->stream, identity, NULL) == AUG_OK &&
        identity->content[0])
        options->expect_content = identity->content;
}

void train_connection_interrupt(TrainConnection *connection)
{
    pthread_mutex_lock(&connection->lock);
    connection->is_interrupted = true;
    if (connection->stream)
        stream_interrupt(connection->stream);
    pthread_mutex_unlock(&connection->lock);
}

AugStatus train_connection_next(TrainConnection *connection, StreamBatch *batch, AugError *error)
{
    AugStatus status = stream_next(connection->stream, batch, error);
    if (status == AUG_CLOSED && connection->is_over)
        return AUG_END;
    while (status == AUG_CLOSED && connection->waiting.limit_s > 0 && !is_interrupted(connection)) {
        AUG_TRY(reconnect(connection, error));
        status = stream_next(connection->stream, batch, error);
    }
    if (status == AUG_OK) {
        connection->limit_s = 0;
        advance(connection, batch);
    }
    return status;
}
