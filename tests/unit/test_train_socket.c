/* Batches from a daemon: what is asked of it, what its answers become, and what is refused. The
 * daemon is a script, so that it can also be wrong. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libaug/base/clock.h"
#include "protocol/errors.h"
#include "tests/support/peer.h"
#include "trainer/data/source.h"

static const char spec_text[] = "augd: 1\ndataset: digits\noutput: {layout: hwc}\n";

/* A batch of two pictures of 1 x 1 with one channel, labels 1 and 0, samples 5 and 6. The header
 * has 240 bytes with its padding, so every tensor is aligned. */
#define HEADER_SIZE 240
#define BATCH_SIZE (8 + HEADER_SIZE + 40)

static void make_batch(uint8_t bytes[BATCH_SIZE])
{
    static const char header[] =
        "{\"label\":{\"dtype\":\"I64\",\"shape\":[2],\"data_offsets\":[0,16]},"
        "\"index\":{\"dtype\":\"I64\",\"shape\":[2],\"data_offsets\":[16,32]},"
        "\"data\":{\"dtype\":\"F32\",\"shape\":[2,1,1,1],\"data_offsets\":[32,40]}}";
    memset(bytes, 0, BATCH_SIZE);
    memset(bytes + 8, ' ', HEADER_SIZE);
    memcpy(bytes + 8, header, sizeof(header) - 1);
    bytes[0] = HEADER_SIZE;
    const int64_t integers[4] = {1, 0, 5, 6};
    const float data[2] = {0.5f, -2};
    memcpy(bytes + 8 + HEADER_SIZE, integers, sizeof(integers));
    memcpy(bytes + 8 + HEADER_SIZE + 32, data, sizeof(data));
}

/* What a good daemon says of that stream. */
static AugpOpenOk good_reply(void)
{
    AugpOpenOk reply = {
        .stream_id = TEST_STREAM_ID,
        .fingerprint = TEST_STREAM_ID,
        .engine = "aug-engine-1",
        .batch = 2,
        .batch_size = BATCH_SIZE,
        .steps_per_epoch = 1,
        .n_samples = 2,
        .n_classes = 2,
        .n_tensors = 3,
        .tensors = {{.name = "label", .dtype = "I64", .n_dims = 1, .shape = {2}},
                    {.name = "index", .dtype = "I64", .n_dims = 1, .shape = {2}},
                    {.name = "data", .dtype = "F32", .n_dims = 4, .shape = {2, 1, 1, 1}}}};
    return reply;
}

static void add_reply(TestScript *script, const AugpOpenOk *reply)
{
    char *text;
    size_t size;
    AugpError error;
    ck_assert_msg(augp_open_ok_encode(reply, &text, &size, &error) == AUGP_OK, "%s", error.message);
    test_script_add(script,
                    (AugpFrame){.type = AUGP_TYPE_OPEN_OK, .stream = 1, .ident = TEST_IDENT}, text,
                    size);
    free(text);
}

/* Plays a script, after which the peer closes, or with hold waits for the client; opens a source on it.
 * The caller joins the peer. */
static AugStatus open_script(TestPeer *peer, TestScript *script, bool hold, TrainSource **source,
                             AugError *error)
{
    *peer = (TestPeer){.script = script->bytes, .size = script->size, .hold = hold};
    test_peer_start(peer);
    AugSpec *spec = NULL;
    AugProblems problems = {0};
    ck_assert_int_eq(aug_spec_parse(&spec, spec_text, strlen(spec_text), "spec", NULL, &problems),
                     AUG_OK);
    const TrainSourceOptions options = {
        .spec = spec, .text = spec_text, .name = "train.yaml", .epochs = 3, .prefetch = 2};
    *error = (AugError){0};
    AugStatus status = train_source_open_socket(source, &options, peer->address, error);
    aug_spec_free(spec);
    return status;
}

static AugStatus open_on(TestPeer *peer, TestScript *script, TrainSource **source, AugError *error)
{
    return open_script(peer, script, true, source, error);
}

START_TEST(delivers_what_the_daemon_sends)
{
    uint8_t batch[BATCH_SIZE];
    make_batch(batch);
    AugpOpenOk reply = good_reply();
    TestScript script = {0};
    test_script_greet(&script);
    add_reply(&script, &reply);
    test_script_add(&script,
                    (AugpFrame){.type = AUGP_TYPE_BATCH,
                                .flags = AUGP_FLAG_LAST_OF_EPOCH,
                                .stream = 1,
                                .ident = TEST_IDENT},
                    batch, BATCH_SIZE);
    TestPeer peer;
    TrainSource *source;
    AugError error;
    ck_assert_msg(open_on(&peer, &script, &source, &error) == AUG_OK, "%s", error.message);
    const TrainSourceInfo *info = train_source_info(source);
    ck_assert_str_eq(info->stream_id, TEST_STREAM_ID);
    ck_assert_uint_eq(info->n_samples, 2);
    ck_assert_uint_eq(info->data.n_dims, 4);
    ck_assert_int_eq(info->label.dtype, AUG_DTYPE_I64);
    ck_assert_int_eq(train_source_fit(source, (NnShape){1, 1, 1, false}, 0, 2, &error), AUG_OK);
    TrainSourceBatch got;
    ck_assert_msg(train_source_next(source, &got, &error) == AUG_OK, "%s", error.message);
    ck_assert_uint_eq(got.batch.n, 2);
    ck_assert_int_eq(got.batch.labels[0], 1);
    ck_assert(((const float *)got.batch.data)[1] == -2);
    ck_assert_int_eq(got.index[1], 6);
    ck_assert(got.last);
    train_source_free(source);
    test_peer_join(&peer);
    AugpFrame frame;
    const uint8_t *payload;
    ck_assert(test_peer_frame(&peer, AUGP_TYPE_OPEN, 0, &frame, &payload));
    AugpOpen open;
    ck_assert_int_eq(augp_open_decode(&open, (const char *)payload, frame.length, NULL), AUGP_OK);
    ck_assert_str_eq(open.dataset, "digits");
    ck_assert_str_eq(open.spec, spec_text);
    ck_assert_ptr_null(open.spec_object);
    ck_assert_uint_eq(open.epochs, 3);
    ck_assert_uint_eq(open.window, 2);
    augp_open_fini(&open);
    free(script.bytes);
}
END_TEST

/* A batch of this epoch, with one picture's value set to it, and the end of the epoch. */
static void add_epoch(TestScript *script, uint32_t epoch)
{
    uint8_t batch[BATCH_SIZE];
    const float value = (float)epoch;
    make_batch(batch);
    memcpy(batch + 8 + HEADER_SIZE + 32, &value, sizeof(value));
    const AugpFrame frame = {.type = AUGP_TYPE_BATCH,
                             .flags = AUGP_FLAG_LAST_OF_EPOCH,
                             .stream = 1,
                             .ident = TEST_IDENT,
                             .epoch = epoch,
                             .seq = epoch};
    test_script_add(script, frame, batch, BATCH_SIZE);
    const AugpFrame end = {.type = AUGP_TYPE_END_OF_EPOCH,
                           .stream = 1,
                           .ident = TEST_IDENT,
                           .epoch = epoch,
                           .step = 1};
    test_script_add(script, end, NULL, 0);
}

/* Ten batches and then nothing: all of them come, in order, and what is held stays as it is while
 * further ones are read. Then the stream is given up while a read waits, and is closed at once: the
 * daemon goes only then. */
START_TEST(reads_ahead)
{
    const AugpOpenOk reply = good_reply();
    TestScript script = {0};
    test_script_greet(&script);
    add_reply(&script, &reply);
    for (uint32_t epoch = 0; epoch < 10; epoch++)
        add_epoch(&script, epoch);
    TestPeer peer;
    TrainSource *source;
    AugError error;
    ck_assert_msg(open_on(&peer, &script, &source, &error) == AUG_OK, "%s", error.message);
    ck_assert_int_eq(train_source_fit(source, (NnShape){1, 1, 1, false}, 0, 2, &error), AUG_OK);
    for (uint32_t epoch = 0; epoch < 10; epoch++) {
        TrainSourceBatch got;
        ck_assert_msg(train_source_next(source, &got, &error) == AUG_OK, "%s", error.message);
        ck_assert_uint_eq(got.epoch, epoch);
        if (epoch % 3 == 0)
            usleep(5000);
        ck_assert(((const float *)got.batch.data)[0] == (float)epoch);
        ck_assert(((const float *)got.batch.data)[1] == -2);
        ck_assert_int_eq(got.index[0], 5);
    }
    const double begin = augi_clock_seconds();
    train_source_free(source);
    test_peer_join(&peer);
    ck_assert_double_lt(augi_clock_seconds() - begin, 30);
    free(script.bytes);
}
END_TEST

/* Plays an OPEN_OK and n epochs of three, and then ends the connection. */
static AugStatus read_until_closed(uint32_t n, uint32_t *n_read, AugError *error)
{
    const AugpOpenOk reply = good_reply();
    TestScript script = {0};
    test_script_greet(&script);
    add_reply(&script, &reply);
    for (uint32_t epoch = 0; epoch < n; epoch++)
        add_epoch(&script, epoch);
    /* Without the end of its last epoch. */
    script.size -= AUGP_HEADER_SIZE;
    TestPeer peer;
    TrainSource *source;
    ck_assert_msg(open_script(&peer, &script, false, &source, error) == AUG_OK, "%s",
                  error->message);
    ck_assert_int_eq(train_source_fit(source, (NnShape){1, 1, 1, false}, 0, 2, error), AUG_OK);
    AugStatus status;
    TrainSourceBatch got;
    *n_read = 0;
    while ((status = train_source_next(source, &got, error)) == AUG_OK)
        (*n_read)++;
    train_source_free(source);
    test_peer_join(&peer);
    free(script.bytes);
    return status;
}

/* Who has the last batch misses nothing; who has not is told. */
START_TEST(a_connection_lost_at_the_end)
{
    AugError error = {0};
    uint32_t n;
    ck_assert_int_eq(read_until_closed(3, &n, &error), AUG_END);
    ck_assert_uint_eq(n, 3);
    ck_assert_int_eq(read_until_closed(2, &n, &error), AUG_CLOSED);
    ck_assert_uint_eq(n, 2);
}
END_TEST

/* Opening on this answer fails with this status and words; place follows the address. */
static void refuse_reply(const AugpOpenOk *reply, AugStatus expected, const char *place,
                         const char *words)
{
    TestScript script = {0};
    test_script_greet(&script);
    add_reply(&script, reply);
    TestPeer peer;
    TrainSource *source;
    AugError error;
    AugStatus status = open_on(&peer, &script, &source, &error);
    test_peer_join(&peer);
    free(script.bytes);
    ck_assert_msg(status == expected, "%s, expected %s: %s", aug_status_name(status),
                  aug_status_name(expected), error.message);
    ck_assert_ptr_null(source);
    ck_assert_msg(strstr(error.message, words) != NULL, "'%s' lacks '%s'", error.message, words);
    char *where = test_path("%s%s", peer.address, place);
    ck_assert_str_eq(error.where, where);
    free(where);
}

START_TEST(checks_what_a_stream_claims_to_be)
{
    AugpOpenOk reply = good_reply();
    reply.n_tensors = 2;
    refuse_reply(&reply, AUG_BAD_SPEC, ": train.yaml", "no tensor 'data'");
    reply = good_reply();
    strncpy(reply.tensors[2].dtype, "F16", sizeof(reply.tensors[2].dtype) - 1);
    refuse_reply(&reply, AUG_UNSUPPORTED, "", "the dtype F16; allowed are U8, I32, I64, F32, U16");
    reply = good_reply();
    reply.tensors[0].n_dims = 2;
    reply.tensors[0].shape[1] = 2;
    refuse_reply(&reply, AUG_BAD_SPEC, ": train.yaml", "neither I64 [n] nor F32");
    reply = good_reply();
    reply.tensors[2].n_dims = 7;
    for (int i = 0; i < 7; i++)
        reply.tensors[2].shape[i] = 1;
    refuse_reply(&reply, AUG_UNSUPPORTED, "", "7 dimensions; allowed are at most 5");
    reply = good_reply();
    reply.tensors[2].shape[0] = 3;
    refuse_reply(&reply, AUG_CORRUPT, "",
                 "'data' of the stream is announced without the 2 samples");
    reply = good_reply();
    reply.steps_per_epoch = 0;
    refuse_reply(&reply, AUG_CORRUPT, "", "no batches");
}
END_TEST

/* A refusal with a code and text becomes this status, place and sentence. */
static void expect_refusal(uint32_t code, const char *said, AugStatus status, const char *place,
                           const char *message)
{
    TestScript script = {0};
    test_script_greet(&script);
    test_script_error(&script, code, said, NULL);
    TestPeer peer;
    TrainSource *source;
    AugError error;
    ck_assert_int_eq(open_on(&peer, &script, &source, &error), status);
    test_peer_join(&peer);
    free(script.bytes);
    char *where = test_path("%s%s", peer.address, place);
    ck_assert_str_eq(error.where, where);
    ck_assert_str_eq(error.message, message);
    free(where);
}

START_TEST(refusals_keep_their_sense)
{
    expect_refusal(AUGP_CODE_NO_DATASET, "there is no data set 'digits'", AUG_NOT_FOUND, "",
                   "there is no data set 'digits'");
    expect_refusal(AUGP_CODE_BAD_SPEC, "spec: 3:7: Crop: too large", AUG_BAD_SPEC, ": train.yaml",
                   "3:7: Crop: too large");
    expect_refusal(AUGP_CODE_BAD_SPEC, "labels are missing", AUG_BAD_SPEC, "",
                   "labels are missing");
    expect_refusal(AUGP_CODE_DATA_CORRUPT, "7.jpg is damaged", AUG_CORRUPT, "", "7.jpg is damaged");
}
END_TEST

/* After the opening the script goes on with one frame: what the next batch fails with. */
static void expect_end(uint8_t type, AugStatus status, const char *words)
{
    AugpOpenOk reply = good_reply();
    TestScript script = {0};
    test_script_greet(&script);
    add_reply(&script, &reply);
    static const char goaway[] = "{\"reason\":\"drain\",\"grace_ms\":10}";
    if (type == AUGP_TYPE_GOAWAY)
        test_script_add(&script, (AugpFrame){.type = type}, goaway, sizeof(goaway) - 1);
    else
        test_script_add(&script, (AugpFrame){.type = type, .stream = 1, .ident = TEST_IDENT}, NULL,
                        0);
    TestPeer peer;
    TrainSource *source;
    AugError error;
    ck_assert_msg(open_on(&peer, &script, &source, &error) == AUG_OK, "%s", error.message);
    TrainSourceBatch batch;
    ck_assert_int_eq(train_source_fit(source, (NnShape){1, 1, 1, false}, 0, 2, &error), AUG_OK);
    AugStatus found = train_source_next(source, &batch, &error);
    train_source_free(source);
    test_peer_join(&peer);
    free(script.bytes);
    ck_assert_msg(found == status, "%s, expected %s: %s", aug_status_name(found),
                  aug_status_name(status), error.message);
    ck_assert_msg(strstr(error.message, words) != NULL, "'%s' lacks '%s'", error.message, words);
}

START_TEST(a_daemon_that_stops)
{
    expect_end(AUGP_TYPE_GOAWAY, AUG_CLOSED, "the server stops (drain)");
    expect_end(AUGP_TYPE_OPEN_OK, AUG_CORRUPT, "");
}
END_TEST

START_TEST(a_spec_with_a_path_is_not_sent)
{
    static const char text[] = "augd: 1\ndataset: {kind: idx, path: x}\n";
    AugSpec *spec = NULL;
    AugProblems problems = {0};
    ck_assert_int_eq(aug_spec_parse(&spec, text, strlen(text), "spec", NULL, &problems), AUG_OK);
    const TrainSourceOptions options = {.spec = spec, .text = text, .name = "train.yaml"};
    TrainSource *source;
    AugError error = {0};
    ck_assert_int_eq(train_source_open_socket(&source, &options, "unix:/nowhere", &error),
                     AUG_BAD_SPEC);
    ck_assert_str_eq(error.where, "train.yaml");
    ck_assert_msg(strstr(error.message, "by name") != NULL, "%s", error.message);
    aug_spec_free(spec);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("train_socket");
    TCase *test = tcase_create("socket");
    tcase_set_timeout(test, 60);
    tcase_add_test(test, delivers_what_the_daemon_sends);
    tcase_add_test(test, reads_ahead);
    tcase_add_test(test, a_connection_lost_at_the_end);
    tcase_add_test(test, checks_what_a_stream_claims_to_be);
    tcase_add_test(test, refusals_keep_their_sense);
    tcase_add_test(test, a_daemon_that_stops);
    tcase_add_test(test, a_spec_with_a_path_is_not_sent);
    suite_add_tcase(suite, test);
    return test_run(suite);
}
