/* A stream from a server whose batches are more than pictures and labels; the server is a script.
 */
#include <stdlib.h>
#include <string.h>

#include "stream/stream.h"
#include "tests/support/peer.h"

/* Two samples with one and two boxes. The header has 248 bytes with its padding. */
#define HEADER_SIZE 248
#define BATCH_SIZE (8 + HEADER_SIZE + 24 + 16 + 24)

static void make_batch(uint8_t bytes[BATCH_SIZE])
{
    static const char header[] =
        "{\"boxes.offsets\":{\"dtype\":\"I64\",\"shape\":[3],\"data_offsets\":[0,24]},"
        "\"index\":{\"dtype\":\"I64\",\"shape\":[2],\"data_offsets\":[24,40]},"
        "\"boxes\":{\"dtype\":\"F32\",\"shape\":[3,2],\"data_offsets\":[40,64]}}";
    const int64_t integers[5] = {0, 1, 3, 70, 71};
    const float boxes[6] = {0, 1, 2, 3, 4, 5};
    memset(bytes, 0, BATCH_SIZE);
    memset(bytes + 8, ' ', HEADER_SIZE);
    memcpy(bytes + 8, header, sizeof(header) - 1);
    bytes[0] = HEADER_SIZE;
    memcpy(bytes + 8 + HEADER_SIZE, integers, sizeof(integers));
    memcpy(bytes + 8 + HEADER_SIZE + 40, boxes, sizeof(boxes));
}

/* At most four boxes a sample, two samples a batch, one batch an epoch. */
static AugpOpenOk make_reply(void)
{
    return (AugpOpenOk){.stream_id = TEST_STREAM_ID,
                        .fingerprint = TEST_STREAM_ID,
                        .engine = "aug-engine-1",
                        .batch = 2,
                        .batch_size = BATCH_SIZE + 40,
                        .steps_per_epoch = 1,
                        .n_samples = 2,
                        .n_tensors = 2,
                        .tensors = {{.name = "boxes",
                                     .dtype = "F32",
                                     .n_dims = 2,
                                     .shape = {8, 2},
                                     .ragged = true,
                                     .axes = "n2"},
                                    {.name = "index", .dtype = "I64", .n_dims = 1, .shape = {2}}}};
}

/* Plays greeting, reply and batch, and connects as rank 0 of a world. The caller joins the peer and
 * frees the script. */
static AugStatus connect_to(TestPeer *peer, TestScript *script, const AugpOpenOk *reply,
                            uint32_t world, Stream **stream, AugError *error)
{
    static const char spec_text[] = "augd: 1\nseed: 7\ndataset: boxes\n";
    uint8_t batch[BATCH_SIZE];
    make_batch(batch);
    test_script_greet_with(script, AUGP_FEATURE_RANKS);
    char *text;
    size_t size;
    ck_assert_int_eq(augp_open_ok_encode(reply, &text, &size, NULL), AUGP_OK);
    test_script_add(script,
                    (AugpFrame){.type = AUGP_TYPE_OPEN_OK, .stream = 1, .ident = TEST_IDENT}, text,
                    size);
    free(text);
    test_script_add(script,
                    (AugpFrame){.type = AUGP_TYPE_BATCH,
                                .flags = AUGP_FLAG_LAST_OF_EPOCH,
                                .stream = 1,
                                .ident = TEST_IDENT},
                    batch, BATCH_SIZE);
    *peer = (TestPeer){.script = script->bytes, .size = script->size, .hold = true};
    test_peer_start(peer);
    AugSpec *spec = NULL;
    AugProblems problems = {0};
    ck_assert_int_eq(aug_spec_parse(&spec, spec_text, strlen(spec_text), "spec", NULL, &problems),
                     AUG_OK);
    const StreamOptions options = {.epochs = 1,
                                   .world = world,
                                   .depth = 1,
                                   .client = "test/1",
                                   .expect_stream_id = TEST_STREAM_ID,
                                   .expect_content = TEST_STREAM_ID};
    const AugStatus status =
        stream_connect(stream, peer->address, &(StreamSpec){.spec = spec}, &options, error);
    aug_spec_free(spec);
    return status;
}

static void check_request(const TestPeer *peer)
{
    AugpFrame frame;
    const uint8_t *payload;
    ck_assert(test_peer_frame(peer, AUGP_TYPE_OPEN, 0, &frame, &payload));
    AugpOpen open;
    ck_assert_int_eq(augp_open_decode(&open, (const char *)payload, frame.length, NULL), AUGP_OK);
    ck_assert_str_eq(open.dataset, "boxes");
    ck_assert_uint_eq(open.seed, 7);
    ck_assert_uint_eq(open.window, 1);
    ck_assert_str_eq(open.expect_stream_id, TEST_STREAM_ID);
    ck_assert_str_eq(open.expect_content, TEST_STREAM_ID);
    augp_open_fini(&open);
}

START_TEST(rows_come_over_a_socket)
{
    static const char *const names[] = {"mug", "cup"};
    AugpOpenOk reply = make_reply();
    ck_assert(augp_open_ok_set_class_names(&reply, names, 2));
    TestScript script = {0};
    TestPeer peer;
    Stream *stream;
    StreamBatch batch;
    AugError error = {0};
    ck_assert_msg(connect_to(&peer, &script, &reply, 1, &stream, &error) == AUG_OK, "%s",
                  error.message);
    const StreamInfo *info = stream_info(stream);
    ck_assert_str_eq(info->where, peer.address);
    ck_assert_uint_eq(info->n_tensors, 2);
    ck_assert(info->tensors[0].ragged);
    ck_assert_uint_eq(info->tensors[0].sample.shape[0], 4);
    ck_assert_uint_eq(info->tensors[0].sample.n_dims, 2);
    ck_assert_str_eq(info->tensors[0].axes, "n2");
    ck_assert_uint_eq(info->tensors[1].sample.n_dims, 0);
    StreamIdentity identity;
    ck_assert_int_eq(stream_identify(stream, &identity, &error), AUG_OK);
    ck_assert_str_eq(identity.stream_id, TEST_STREAM_ID);
    ck_assert_str_eq(identity.engine, "aug-engine-1");
    ck_assert_msg(stream_next(stream, &batch, &error) == AUG_OK, "%s", error.message);
    ck_assert_uint_eq(batch.n_samples, 2);
    ck_assert_int_eq(batch.offsets[0][1], 1);
    ck_assert_int_eq(batch.offsets[0][2], 3);
    ck_assert_uint_eq(batch.tensors[0].desc.shape[0], 3);
    ck_assert(((const float *)batch.tensors[0].bytes)[5] == 5);
    ck_assert_int_eq(((const int64_t *)batch.tensors[1].bytes)[1], 71);
    ck_assert_str_eq(stream_class_name(stream, 1), "cup");
    ck_assert_ptr_null(stream_class_name(stream, 2));
    augp_open_ok_fini(&reply);
    stream_free(stream);
    test_peer_join(&peer);
    check_request(&peer);
    free(script.bytes);
}
END_TEST

/* Expects that a stream announced like this is refused with words. */
static void refuse_reply(const AugpOpenOk *reply, uint32_t world, AugStatus expected,
                         const char *words)
{
    TestScript script = {0};
    TestPeer peer;
    Stream *stream;
    AugError error = {0};
    const AugStatus status = connect_to(&peer, &script, reply, world, &stream, &error);
    test_peer_join(&peer);
    ck_assert_msg(status == expected, "%s: %s", aug_status_name(status), error.message);
    ck_assert_ptr_null(stream);
    ck_assert_msg(strstr(error.message, words) != NULL, "'%s' lacks '%s'", error.message, words);
    free(script.bytes);
}

START_TEST(announcements_that_cannot_be)
{
    AugpOpenOk reply = make_reply();
    reply.tensors[0].shape[0] = 7;
    refuse_reply(&reply, 1, AUG_CORRUPT, "the same number of rows for each of the 2 samples");
    reply = make_reply();
    reply.tensors[0].shape[0] = 0;
    refuse_reply(&reply, 1, AUG_CORRUPT, "'boxes' of the stream has no bytes");
    reply = make_reply();
    reply.tensors[1].n_dims = 0;
    refuse_reply(&reply, 1, AUG_CORRUPT,
                 "'index' of the stream is announced without the 2 samples");
    reply = make_reply();
    memcpy(reply.tensors[1].dtype, "BF16", 5);
    refuse_reply(&reply, 1, AUG_UNSUPPORTED, "the dtype BF16; allowed are U8, I32, I64, F32, U16");
    reply = make_reply();
    refuse_reply(&reply, 2, AUG_CORRUPT, "up to 2 of 2 samples in a batch; a rank of 2 gets 1");
    reply.global_batch = 5;
    refuse_reply(&reply, 2, AUG_CORRUPT, "up to 2 of 5 samples in a batch; a rank of 2 gets 3");
    refuse_reply(&reply, 0, AUG_CORRUPT, "up to 2 of 5 samples in a batch; a rank of 1 gets 5");
}
END_TEST

START_TEST(a_server_may_say_nothing_of_tensors)
{
    AugpOpenOk reply = make_reply();
    reply.n_tensors = 0;
    TestScript script = {0};
    TestPeer peer;
    Stream *stream;
    StreamBatch batch;
    AugError error = {0};
    ck_assert_int_eq(connect_to(&peer, &script, &reply, 1, &stream, &error), AUG_OK);
    ck_assert_int_eq(stream_next(stream, &batch, &error), AUG_OK);
    ck_assert_uint_eq(batch.size, BATCH_SIZE);
    ck_assert_uint_eq(batch.n_tensors, 0);
    ck_assert_uint_eq(batch.n_samples, 0);
    stream_free(stream);
    test_peer_join(&peer);
    free(script.bytes);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("stream_socket");
    TCase *test = tcase_create("socket");
    tcase_set_timeout(test, 60);
    tcase_add_test(test, rows_come_over_a_socket);
    tcase_add_test(test, announcements_that_cannot_be);
    tcase_add_test(test, a_server_may_say_nothing_of_tensors);
    suite_add_tcase(suite, test);
    return test_run(suite);
}
