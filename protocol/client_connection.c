/* Sends and receives whole frames for the client, and turns the server's ERROR and GOAWAY into
 * statuses. */
#include "protocol/client_connection.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/errors.h"
#include "protocol/socket.h"

/* Batches are vector data, and the payload follows a header of this size. */
#define BUFFER_ALIGNMENT 64

AugpStatus augp_client_conclude(AugpClient *client, AugpError *cause, AugpError *error)
{
    char where[sizeof(cause->where)];
    int length = snprintf(where, sizeof(where), "%s%s%s", client->address,
                          cause->where[0] ? ": " : "", cause->where);
    if (length >= 0)
        memcpy(cause->where, where, sizeof(where));
    const AugpCodeInfo *info = augp_code_info(cause->code);
    bool survives = cause->status == AUGP_REFUSED && info && info->scope == AUGP_SCOPE_STREAM;
    if (survives)
        client->state = AUGP_STATE_READY;
    else
        client->failed = *cause;
    if (error)
        *error = *cause;
    return cause->status;
}

AugpStatus augp_client_alive(const AugpClient *client, AugpError *error)
{
    if (client->failed.status != AUGP_OK && error)
        *error = client->failed;
    return client->failed.status;
}

AugpStatus augp_client_reserve(AugpClient *client, size_t size, AugpError *error)
{
    if (size <= client->capacity)
        return AUGP_OK;
    size_t rounded = (size + BUFFER_ALIGNMENT - 1) / BUFFER_ALIGNMENT * BUFFER_ALIGNMENT;
    uint8_t *buffer = aligned_alloc(BUFFER_ALIGNMENT, rounded);
    if (!buffer)
        return AUGP_FAIL(error, AUGP_NO_MEMORY, 0, NULL, "no memory for a payload of %zu bytes",
                         size);
    free(client->buffer);
    client->buffer = buffer;
    client->capacity = rounded;
    return AUGP_OK;
}

AugpStatus augp_client_send(AugpClient *client, const AugpFrame *frame, const char *payload,
                            AugpError *error)
{
    /* One write per frame, so that header and payload share a packet. */
    size_t size = (size_t)frame->length;
    uint8_t header[AUGP_HEADER_SIZE];
    uint8_t *bytes = size ? malloc(AUGP_HEADER_SIZE + size) : header;
    if (!bytes)
        return AUGP_FAIL(error, AUGP_NO_MEMORY, 0, NULL, "no memory to send %zu bytes", size);
    augp_frame_encode(frame, bytes);
    if (size && payload)
        memcpy(bytes + AUGP_HEADER_SIZE, payload, size);
    AugpStatus status = augp_socket_write(client->fd, bytes, AUGP_HEADER_SIZE + size, error);
    if (size)
        free(bytes);
    return status;
}

AugpStatus augp_client_notify(AugpClient *client, const AugpFrame *frame, AugpError *error)
{
    AugpStatus status = augp_client_send(client, frame, NULL, error);
    return status == AUGP_CLOSED ? AUGP_OK : status;
}

static AugpStatus read_bytes(AugpClient *client, void *bytes, size_t size, const char *what,
                             AugpError *error)
{
    size_t n_read;
    AugpStatus status = augp_socket_read(client->fd, bytes, size, &n_read, error);
    if (status == AUGP_CLOSED)
        return AUGP_FAIL(error, AUGP_CLOSED, 0, NULL,
                         "the server closed the connection after %zu of %zu bytes of a %s", n_read,
                         size, what);
    if (status == AUGP_TIMEOUT)
        return AUGP_FAIL(error, AUGP_TIMEOUT, 0, NULL,
                         "nothing came for too long, after %zu of %zu bytes of a %s", n_read, size,
                         what);
    return status;
}

/* The server's ERROR as ours. */
static AugpStatus take_error(AugpClient *client, const AugpFrame *frame, AugpError *error)
{
    AugpFailure failure;
    AUGP_TRY(
        augp_failure_decode(&failure, (const char *)client->buffer, (size_t)frame->length, error));
    free(client->detail);
    client->detail = failure.detail;
    uint32_t code = augp_code_info(frame->arg) ? (uint32_t)frame->arg : AUGP_CODE_INTERNAL;
    AugpStatus status = AUGP_FAIL(error, AUGP_REFUSED, code, NULL, "%s", failure.message);
    error->retry = failure.retry;
    error->retry_after_ms = failure.retry_after_ms;
    return status;
}

static AugpStatus take_goaway(const AugpClient *client, const AugpFrame *frame, AugpError *error)
{
    AugpGoaway goaway;
    AUGP_TRY(
        augp_goaway_decode(&goaway, (const char *)client->buffer, (size_t)frame->length, error));
    return AUGP_FAIL(error, AUGP_GOAWAY, 0, NULL, "the server stops (%s); connect again",
                     goaway.reason[0] ? goaway.reason : "no reason given");
}

AugpStatus augp_client_read(AugpClient *client, AugpFrame *frame, AugpError *error)
{
    for (;;) {
        uint8_t header[AUGP_HEADER_SIZE];
        AUGP_TRY(read_bytes(client, header, sizeof(header), "frame header", error));
        AUGP_TRY(augp_frame_decode(frame, header, error));
        AUGP_TRY(
            augp_frame_check(frame, AUGP_SIDE_SERVER, client->state, client->max_batch, error));
        size_t size = (size_t)frame->length;
        AUGP_TRY(augp_client_reserve(client, size, error));
        AUGP_TRY(read_bytes(client, client->buffer, size, "payload", error));
        AUGP_TRY(augp_frame_check_payload(frame, client->buffer, error));
        if (frame->type == AUGP_TYPE_ERROR)
            return take_error(client, frame, error);
        if (frame->type == AUGP_TYPE_GOAWAY)
            return take_goaway(client, frame, error);
        if (frame->type == AUGP_TYPE_PING) {
            const AugpFrame pong = {.type = AUGP_TYPE_PONG, .arg = frame->arg};
            AUGP_TRY(augp_client_notify(client, &pong, error));
        } else if (frame->type != AUGP_TYPE_PONG &&
                   (frame->type < AUGP_TYPE_SKIPPABLE || frame->type == AUGP_TYPE_LISTING)) {
            return AUGP_OK;
        }
    }
}
