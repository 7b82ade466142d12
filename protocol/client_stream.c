/* Batches of an open stream: each is compared with the one that must come next. */
#include <inttypes.h>
#include <string.h>

#include "protocol/client_connection.h"
#include "protocol/errors.h"

static AugpStatus fail_order(const AugpFrame *frame, const AugpClient *client, const char *what,
                             AugpError *error)
{
    return AUGP_FAIL(error, AUGP_PROTOCOL, AUGP_CODE_BAD_MESSAGE, NULL,
                     "%s of epoch %" PRIu32 ", step %" PRIu64 " came; due is epoch %" PRIu32
                     ", step %" PRIu64,
                     what, frame->epoch, frame->step, client->epoch, client->step);
}

/* Whether a frame belongs to the open stream. */
static AugpStatus check_ident(const AugpFrame *frame, const AugpClient *client, AugpError *error)
{
    if (frame->ident == client->ident)
        return AUGP_OK;
    return AUGP_FAIL(error, AUGP_PROTOCOL, AUGP_CODE_BAD_MESSAGE, NULL,
                     "a frame of stream %016" PRIx64 " came; open is %016" PRIx64, frame->ident,
                     client->ident);
}

/* Allows the next batches when half of the window is used up: one small write for several batches,
 * and the server never runs dry. */
static AugpStatus top_up(AugpClient *client, AugpError *error)
{
    if (client->credit - client->received > client->window / 2)
        return AUGP_OK;
    client->credit = client->received + client->window;
    const AugpFrame credit = {
        .type = AUGP_TYPE_CREDIT,
        .stream = AUGP_STREAM_ONE,
        .seq = client->credit,
        .ident = client->ident,
    };
    return augp_client_notify(client, &credit, error);
}

static AugpStatus take_batch(AugpClient *client, const AugpFrame *frame, AugpClientBatch *batch,
                             AugpError *error)
{
    AUGP_TRY(check_ident(frame, client, error));
    if (client->epoch_is_over || frame->epoch != client->epoch || frame->step != client->step)
        return fail_order(frame, client, client->epoch_is_over ? "a batch too many" : "a batch",
                          error);
    if (frame->seq != client->received)
        return AUGP_FAIL(error, AUGP_PROTOCOL, AUGP_CODE_BAD_MESSAGE, NULL,
                         "batch %" PRIu64 " of the stream came; due is %" PRIu64, frame->seq,
                         client->received);
    bool last = frame->flags & AUGP_FLAG_LAST_OF_EPOCH;
    if (last != (frame->step + 1 == client->info.steps_per_epoch))
        return AUGP_FAIL(error, AUGP_PROTOCOL, AUGP_CODE_BAD_MESSAGE, NULL,
                         "step %" PRIu64 " is %s the last; an epoch has %" PRIu64 " steps",
                         frame->step, last ? "marked as" : "not marked as",
                         client->info.steps_per_epoch);
    if (frame->length > client->info.batch_size)
        return AUGP_FAIL(error, AUGP_PROTOCOL, AUGP_CODE_TOO_LARGE, NULL,
                         "a batch has %" PRIu64 " bytes; allowed are %" PRIu64, frame->length,
                         client->info.batch_size);
    *batch = (AugpClientBatch){
        .bytes = client->buffer,
        .size = (size_t)frame->length,
        .epoch = frame->epoch,
        .step = frame->step,
        .last = last,
    };
    client->received++;
    client->step++;
    client->epoch_is_over = last;
    return top_up(client, error);
}

/* What the server has learned of its data. It cannot learn it twice. */
static AugpStatus take_content(AugpClient *client, const AugpDigest content, AugpError *error)
{
    AugpOpenOk *info = &client->info;
    if (!content[0] || strcmp(info->content, content) == 0)
        return AUGP_OK;
    if (info->content[0])
        return AUGP_FAIL(error, AUGP_PROTOCOL, AUGP_CODE_DATASET_CHANGED, NULL,
                         "the data have the content %s by now; it was %s", content, info->content);
    memcpy(info->content, content, sizeof(info->content));
    return AUGP_OK;
}

static AugpStatus take_end_of_epoch(AugpClient *client, const AugpFrame *frame, AugpError *error)
{
    AUGP_TRY(check_ident(frame, client, error));
    if (!client->epoch_is_over || frame->epoch != client->epoch || frame->step != client->step)
        return fail_order(frame, client, "the end", error);
    AugpEndOfEpoch end;
    AUGP_TRY(
        augp_end_of_epoch_decode(&end, (const char *)client->buffer, (size_t)frame->length, error));
    AUGP_TRY(take_content(client, end.content, error));
    client->epoch++;
    client->step = 0;
    client->epoch_is_over = false;
    return AUGP_OK;
}

/* The stream is over by itself: allowed only between epochs. */
static AugpStatus take_closed(AugpClient *client, const AugpFrame *frame, AugpError *error)
{
    AUGP_TRY(check_ident(frame, client, error));
    if (client->epoch_is_over || client->step != 0)
        return fail_order(frame, client, "the end of the stream instead of a batch", error);
    client->state = AUGP_STATE_READY;
    client->ended = true;
    return AUGP_END;
}

static AugpStatus next_batch(AugpClient *client, AugpClientBatch *batch, AugpError *error)
{
    for (;;) {
        AugpFrame frame;
        AUGP_TRY(augp_client_read(client, &frame, error));
        if (frame.type == AUGP_TYPE_BATCH)
            return take_batch(client, &frame, batch, error);
        if (frame.type == AUGP_TYPE_CLOSED)
            return take_closed(client, &frame, error);
        AUGP_TRY(take_end_of_epoch(client, &frame, error));
    }
}

AugpStatus augp_client_next(AugpClient *client, AugpClientBatch *batch, AugpError *error)
{
    AUGP_TRY(augp_client_alive(client, error));
    *batch = (AugpClientBatch){0};
    if (client->ended)
        return AUGP_END;
    if (client->state != AUGP_STATE_STREAMING)
        return AUGP_FAIL(error, AUGP_BAD_ARGUMENT, 0, client->address, "no stream is open");
    AugpError cause = {0};
    AugpStatus status = next_batch(client, batch, &cause);
    if (status == AUGP_OK || status == AUGP_END)
        return status;
    *batch = (AugpClientBatch){0};
    return augp_client_conclude(client, &cause, error);
}

static AugpStatus close_stream(AugpClient *client, AugpError *error)
{
    const AugpFrame close = {
        .type = AUGP_TYPE_CLOSE, .stream = AUGP_STREAM_ONE, .ident = client->ident};
    AUGP_TRY(augp_client_notify(client, &close, error));
    AugpFrame frame = {0};
    while (frame.type != AUGP_TYPE_CLOSED) {
        AUGP_TRY(augp_client_read(client, &frame, error));
        AUGP_TRY(check_ident(&frame, client, error));
    }
    client->state = AUGP_STATE_READY;
    return AUGP_OK;
}

AugpStatus augp_client_close(AugpClient *client, AugpError *error)
{
    AUGP_TRY(augp_client_alive(client, error));
    client->ended = false;
    if (client->state != AUGP_STATE_STREAMING)
        return AUGP_OK;
    AugpError cause = {0};
    AugpStatus status = close_stream(client, &cause);
    return status == AUGP_OK ? AUGP_OK : augp_client_conclude(client, &cause, error);
}
