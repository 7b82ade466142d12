/* The client's connection: frames to and from the server. Inside of client.c, client_list.c
 * and client_stream.c. */
#ifndef AUGP_CLIENT_CONNECTION_H
#define AUGP_CLIENT_CONNECTION_H

#include "client.h"
#include "frame.h"

/* buffer, capacity: the payload of the last frame, of a batch as of a control frame
 * has_ranks, can_list: server and caller have the feature
 * failed:           the error that ended the connection; returned by every later call
 * ended:            the stream came to its end by itself
 * epoch, step:      position of the batch that must come next
 * received:         batches since the stream was opened
 * credit:           what the server was last allowed: batches with a seq below it
 * epoch_is_over:    the last batch of an epoch came, END_OF_EPOCH is due
 */
struct AugpClient {
    int fd;
    char address[256];
    uint32_t connect_timeout_ms, open_timeout_ms, timeout_ms;
    uint64_t max_batch;
    uint32_t max_window;
    bool has_ranks, can_list;
    AugpState state;
    AugpError failed;
    uint8_t *buffer;
    size_t capacity;
    char *detail;
    bool was_opened, ended;
    AugpOpenOk info;
    uint64_t ident;
    uint32_t window;
    uint64_t received, credit;
    uint32_t epoch;
    uint64_t step;
    bool epoch_is_over;
};

/* Hands out a failure with the server's address before its place. Unless it is a refusal of stream
 * scope, the connection has failed for good and every later call gets the same. Returns the status
 * of cause. */
AugpStatus augp_client_conclude(AugpClient *client, AugpError *cause, AugpError *error);

/* The failure that ended the connection, again; AUGP_OK if there is none. */
AugpStatus augp_client_alive(const AugpClient *client, AugpError *error);

/* Room for a payload of size bytes; what was in the buffer is lost. */
AUGP_MUST_CHECK AugpStatus augp_client_reserve(AugpClient *client, size_t size, AugpError *error);

/* Sends a frame with frame->length bytes of payload. */
AUGP_MUST_CHECK AugpStatus augp_client_send(AugpClient *client, const AugpFrame *frame,
                                            const char *payload, AugpError *error);

/* Sends a frame without payload. A server that has closed already is no failure here: what it said
 * before is still to be read. */
AUGP_MUST_CHECK AugpStatus augp_client_notify(AugpClient *client, const AugpFrame *frame,
                                              AugpError *error);

/* Reads frames until one comes that the caller must handle; its payload is in the buffer. ERROR
 * comes back as AUGP_REFUSED, GOAWAY as AUGP_GOAWAY. error is not NULL. */
AUGP_MUST_CHECK AugpStatus augp_client_read(AugpClient *client, AugpFrame *frame, AugpError *error);

#endif
