/* Frames: any bytes as headers, seen from each side in each state; then the same bytes as what a
 * server sends to the blocking client.
 *
 * Input: a byte, then a stream of frames. If the byte is odd, magic and checksums of the frames are
 * put right first, so that what lies behind them is reached.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "protocol/client_connection.h"
#include "protocol/errors.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/seal.h"

/* As much as the buffer of a socket takes for certain. */
#define MAX_STREAM 65536

/* Largest batch that the client accepts. */
#define MAX_BATCH (UINT64_C(1) << 20)

/* A header that was read is written the same way, and what it says is checked before its length
 * counts. */
static void check_header(const uint8_t bytes[AUGP_HEADER_SIZE])
{
    AugpFrame frame;
    AugpError error = {0};
    if (augp_frame_decode(&frame, bytes, &error) != AUGP_OK) {
        FUZZ_CHECK(error.message[0] && augp_code_info(error.code), "code %u", error.code);
        FUZZ_CHECK(frame.type == 0 && frame.length == 0, "a refused header is not zero");
        return;
    }
    uint8_t again[AUGP_HEADER_SIZE];
    AugpFrame copy;
    augp_frame_encode(&frame, again);
    FUZZ_CHECK(augp_frame_decode(&copy, again, NULL) == AUGP_OK, "what was written is refused");
    FUZZ_CHECK(frame.type == copy.type && frame.flags == copy.flags &&
                   frame.stream == copy.stream && frame.length == copy.length &&
                   frame.payload_crc == copy.payload_crc && frame.epoch == copy.epoch &&
                   frame.step == copy.step && frame.seq == copy.seq && frame.arg == copy.arg &&
                   frame.ident == copy.ident,
               "type %u reads otherwise the second time", frame.type);
    for (AugpState state = AUGP_STATE_NEW; state <= AUGP_STATE_STREAMING; state++)
        for (AugpSide side = AUGP_SIDE_CLIENT; side <= AUGP_SIDE_SERVER; side++) {
            const AugpStatus status = augp_frame_check(&frame, side, state, MAX_BATCH, &error);
            /* Of an ERROR the reason may be long even before the greeting. */
            const bool greets = state == AUGP_STATE_NEW && frame.type != AUGP_TYPE_ERROR;
            const uint64_t most = frame.type == AUGP_TYPE_BATCH ? MAX_BATCH
                                  : greets                      ? AUGP_MAX_GREETING
                                                                : AUGP_MAX_CONTROL;
            FUZZ_CHECK(status != AUGP_OK || frame.length <= most, "type %u of %llu bytes passed",
                       frame.type, (unsigned long long)frame.length);
        }
}

/* A client that has greeted, at a socket in which all bytes wait and nobody is at the other end. */
static AugpClient *new_client(const uint8_t *bytes, size_t size)
{
    int ends[2];
    FUZZ_CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0, "no sockets");
    FUZZ_CHECK(send(ends[1], bytes, size, MSG_DONTWAIT) == (ssize_t)size || size == 0,
               "%zu bytes do not fit into a socket", size);
    close(ends[1]);
    AugpClient *client = calloc(1, sizeof(*client));
    FUZZ_CHECK(client != NULL, "no memory for a client");
    *client = (AugpClient){.fd = ends[0],
                           .address = "fuzz",
                           .open_timeout_ms = 1000,
                           .timeout_ms = 1000,
                           .max_batch = MAX_BATCH,
                           .max_window = AUGP_MAX_WINDOW,
                           .state = AUGP_STATE_READY};
    return client;
}

/* Batches come in order, until the end or until one sentence that stays the last word. */
static AugpStatus read_batches(AugpClient *client, const AugpClientRequest *request)
{
    uint32_t epoch = request->epoch;
    uint64_t step = request->step;
    AugpClientBatch batch;
    AugpError error = {0};
    AugpStatus status;
    while ((status = augp_client_next(client, &batch, &error)) == AUGP_OK) {
        const AugpOpenOk *info = augp_client_info(client);
        FUZZ_CHECK(batch.epoch == epoch && batch.step == step, "epoch %u, step %llu is not due",
                   batch.epoch, (unsigned long long)batch.step);
        FUZZ_CHECK(batch.size <= info->batch_size, "a batch of %zu bytes", batch.size);
        FUZZ_CHECK(batch.last == (step + 1 == info->steps_per_epoch), "the end is not marked");
        epoch += batch.last;
        step = batch.last ? 0 : step + 1;
    }
    if (status == AUGP_END)
        return status;
    FUZZ_CHECK(error.message[0] && batch.bytes == NULL, "status %d without a sentence", status);
    if (client->failed.status != AUGP_OK) {
        AugpError later = {0};
        FUZZ_CHECK(augp_client_next(client, &batch, &later) == status &&
                       strcmp(error.message, later.message) == 0,
                   "'%s' became '%s'", error.message, later.message);
    }
    return status;
}

static void run_client(const uint8_t *bytes, size_t size)
{
    AugpClient *client = new_client(bytes, size);
    AugpError error = {0};
    /* The peer sends a fixed number of bytes, so every round takes some of them or is the last. */
    for (;;) {
        const AugpClientRequest request = {.dataset = "d", .spec = "augd: 1", .epochs = 1};
        const AugpStatus status = augp_client_open(client, &request, &error);
        FUZZ_CHECK(status == AUGP_OK || error.message[0], "status %d without a sentence", status);
        if (status == AUGP_OK) {
            (void)read_batches(client, &request);
            const AugpStatus closed = augp_client_close(client, &error);
            FUZZ_CHECK(closed == AUGP_OK || client->failed.status == closed, "status %d", closed);
        }
        if (client->failed.status != AUGP_OK)
            break;
    }
    augp_client_free(client);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    FuzzInput input = {bytes, size};
    const bool sealed = fuzz_byte(&input) % 2 == 1;
    size_t n = MAX_STREAM;
    uint8_t *stream = fuzz_take(&input, &n);
    if (sealed)
        fuzz_seal(stream, n);
    for (size_t at = 0; n - at >= AUGP_HEADER_SIZE; at += AUGP_HEADER_SIZE)
        check_header(stream + at);
    run_client(stream, n);
    free(stream);
    return 0;
}
