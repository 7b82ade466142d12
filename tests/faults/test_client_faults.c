/* The connection fails on purpose: it is cut after every byte, every bit of it is damaged, and
 * memory runs out at every allocation of a message. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/client.h"
#include "protocol/errors.h"
#include "tests/support/peer.h"

static const AugpClientRequest request = {.dataset = "d", .spec = "x", .epochs = 2};
static const AugpClientOptions options = {
    .connect_timeout_ms = 20000, .open_timeout_ms = 20000, .timeout_ms = 20000};

/* Plays bytes to a client; returns how it ended and counts the batches it got. */
static AugpStatus play(const uint8_t *bytes, size_t size, int *n_batches, AugpError *error)
{
    TestPeer peer = {.script = bytes, .size = size};
    test_peer_start(&peer);
    AugpClient *client;
    AugpClientBatch batch;
    *n_batches = 0;
    AugpStatus status = augp_client_new(&client, peer.address, &options, error);
    if (status == AUGP_OK)
        status = augp_client_open(client, &request, error);
    while (status == AUGP_OK) {
        status = augp_client_next(client, &batch, error);
        *n_batches += status == AUGP_OK;
    }
    augp_client_free(client);
    test_peer_join(&peer);
    return status;
}

/* Where the batches of a script end. */
static size_t batch_end(const TestScript *script, int n)
{
    size_t at = 0;
    while (at < script->size) {
        AugpFrame frame;
        ck_assert_int_eq(augp_frame_decode(&frame, script->bytes + at, NULL), AUGP_OK);
        at += AUGP_HEADER_SIZE + (size_t)frame.length;
        if (frame.type == AUGP_TYPE_BATCH && n-- == 0)
            return at;
    }
    return SIZE_MAX;
}

/* Cut after N bytes, for every N: complete batches arrive, then it is said that the server is
 * gone. */
START_TEST(cut_after_every_byte)
{
    TestScript script = {0};
    test_script_stream(&script, 2, 2);
    for (size_t size = 0; size < script.size; size++) {
        AugpError error = {0};
        int n_batches, expected = 0;
        while (batch_end(&script, expected) <= size)
            expected++;
        AugpStatus status = play(script.bytes, size, &n_batches, &error);
        ck_assert_msg(status == AUGP_CLOSED && n_batches == expected && error.retry,
                      "cut after %zu bytes: %s after %d batches, expected CLOSED after %d", size,
                      augp_status_name(status), n_batches, expected);
    }
    free(script.bytes);
}
END_TEST

/* One bit of every byte flipped, all frames with checksums: no damage goes unnoticed, and what came
 * before is right. */
START_TEST(every_damaged_byte_is_noticed)
{
    TestScript script = {.crc = true};
    test_script_stream(&script, 1, 2);
    for (size_t i = 0; i < script.size; i++) {
        AugpError error = {0};
        int n_batches;
        script.bytes[i] ^= (uint8_t)(1 << i % 8);
        AugpStatus status = play(script.bytes, script.size, &n_batches, &error);
        script.bytes[i] ^= (uint8_t)(1 << i % 8);
        bool named = error.code == AUGP_CODE_BAD_MAGIC || error.code == AUGP_CODE_BAD_HEADER_CRC ||
                     error.code == AUGP_CODE_BAD_PAYLOAD_CRC;
        ck_assert_msg(status == AUGP_PROTOCOL && named, "byte %zu of %zu: %s (%s)", i, script.size,
                      augp_status_name(status), error.message);
    }
    free(script.bytes);
}
END_TEST

/* Allocations that succeed before one fails; negative: all succeed. Written by the test that runs,
 * read by jansson. */
static long allowed;

static void *scarce_malloc(size_t size)
{
    return allowed-- == 0 ? NULL : malloc(size);
}

/* Calls encode and decode of one message with the n-th allocation failing; true if one failed. */
static bool messages_with_failure(long n)
{
    const AugpHello hello = {
        .proto_low = 1, .proto_high = 1, .client = "c", .features = AUGP_FEATURE_CRC};
    const AugpOpen open = {.spec = (char *)(uintptr_t) "x",
                           .spec_size = 1,
                           .dataset = "d",
                           .has_seed = true,
                           .window = 1,
                           .expect_stream_id = TEST_STREAM_ID};
    const AugpFailure failure = {
        .code = 31, .message = "m", .detail = (char *)(uintptr_t) "{\"a\":1}"};
    static const char open_text[] = "{\"spec\":{\"a\":[1.5]},\"expect\":{}}";
    static const char failure_text[] = "{\"message\":\"m\",\"detail\":{\"a\":[]}}";
    char *texts[3] = {NULL};
    size_t size;
    AugpOpen open_back;
    AugpFailure failure_back;
    allowed = n;
    bool good = augp_hello_encode(&hello, &texts[0], &size, NULL) == AUGP_OK;
    good &= augp_open_encode(&open, &texts[1], &size, NULL) == AUGP_OK;
    good &= augp_failure_encode(&failure, &texts[2], &size, NULL) == AUGP_OK;
    if (augp_open_decode(&open_back, open_text, strlen(open_text), NULL) == AUGP_OK)
        augp_open_fini(&open_back);
    else
        good = false;
    if (augp_failure_decode(&failure_back, failure_text, strlen(failure_text), NULL) == AUGP_OK)
        augp_failure_fini(&failure_back);
    else
        good = false;
    bool failed = n >= 0 && allowed < 0;
    allowed = -1;
    ck_assert_msg(good || failed, "a message fails without a reason");
    for (int i = 0; i < 3; i++)
        free(texts[i]);
    return failed;
}

/* The n-th allocation of jansson fails, for every n: an error, and nothing is lost or freed twice.
 */
START_TEST(memory_runs_out)
{
    json_set_alloc_funcs(scarce_malloc, free);
    ck_assert(!messages_with_failure(-1));
    long n = 0;
    while (messages_with_failure(n))
        n++;
    ck_assert_int_gt(n, 50);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("client_faults");
    TCase *all = tcase_create("all");
    tcase_set_timeout(all, 120);
    tcase_add_test(all, cut_after_every_byte);
    tcase_add_test(all, every_damaged_byte_is_noticed);
    tcase_add_test(all, memory_runs_out);
    suite_add_tcase(suite, all);
    return test_run(suite);
}
