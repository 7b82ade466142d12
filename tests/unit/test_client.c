/* The client against a scripted server: what it accepts, what it refuses and with which words, and
 * what it sends itself. */
#include <jansson.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "protocol/client.h"
#include "protocol/errors.h"
#include "tests/support/peer.h"

static const AugpClientRequest request = {
    .dataset = "d", .spec = "pipeline: []", .epochs = 2, .window = 4};

/* Short enough to wait for, long enough for a busy machine to answer in the other cases. */
static const AugpClientOptions options = {
    .connect_timeout_ms = 10000, .open_timeout_ms = 10000, .timeout_ms = 10000};

/* Runs a stream until it ends; returns the status of the last call and counts batches. */
static AugpStatus run(const char *address, int *n_batches, AugpError *error)
{
    AugpClient *client;
    *n_batches = 0;
    memset(error, 0, sizeof(*error));
    AugpStatus status = augp_client_new(&client, address, &options, error);
    if (status != AUGP_OK)
        return status;
    status = augp_client_open(client, &request, error);
    AugpClientBatch batch;
    while (status == AUGP_OK) {
        status = augp_client_next(client, &batch, error);
        if (status != AUGP_OK)
            break;
        (*n_batches)++;
        const uint8_t *bytes = batch.bytes;
        ck_assert_uint_eq((uintptr_t)bytes % 64, 0);
        for (size_t i = 0; i < batch.size; i++)
            ck_assert_uint_eq(bytes[i], 16 * batch.epoch + batch.step);
    }
    /* What ended a stream ends it for ever. */
    ck_assert_int_eq(augp_client_next(client, &batch, NULL), status);
    augp_client_free(client);
    return status;
}

/* Runs a script and checks how it ends. */
static void expect(TestScript *script, AugpStatus status, uint32_t code, int n_batches,
                   const char *words)
{
    TestPeer peer = {.script = script->bytes, .size = script->size, .hold = true};
    test_peer_start(&peer);
    AugpError error;
    int n;
    AugpStatus got = run(peer.address, &n, &error);
    test_peer_join(&peer);
    free(script->bytes);
    ck_assert_msg(got == status && error.code == code && n == n_batches,
                  "%s, code %u, after %d batches (\"%s\"); expected %s, code %u, after %d",
                  augp_status_name(got), error.code, n, error.message, augp_status_name(status),
                  code, n_batches);
    ck_assert_msg(strstr(error.message, words) != NULL, "\"%s\" lacks \"%s\"", error.message,
                  words);
    if (status != AUGP_END)
        ck_assert_msg(strncmp(error.where, peer.address, strlen(peer.address)) == 0,
                      "the place is \"%s\"", error.where);
}

/* Any size of pieces gives the same stream, with and without checksums. */
START_TEST(whole_stream)
{
    TestScript script = {.crc = _i % 2};
    test_script_stream(&script, 2, 3);
    TestPeer peer = {.script = script.bytes, .size = script.size, .hold = true};
    peer.chunk = _i < 2 ? 1 : _i < 4 ? 61 : 0;
    test_peer_start(&peer);
    AugpError error;
    int n;
    ck_assert_int_eq(run(peer.address, &n, &error), AUGP_END);
    ck_assert_int_eq(n, 6);
    test_peer_join(&peer);
    free(script.bytes);
}
END_TEST

static void ignore(int number)
{
    (void)number;
}

/* A signal every 200 microseconds interrupts every wait; nothing is lost. The server is slow enough
 * for the client to wait at nearly every byte. */
START_TEST(signals_do_not_disturb)
{
    TestScript script = {.crc = true};
    test_script_stream(&script, 2, 3);
    TestPeer peer = {.script = script.bytes, .size = script.size, .chunk = 3, .hold = true};
    peer.pause_us = 100;
    test_peer_start(&peer);
    const struct sigaction action = {.sa_handler = ignore};
    const struct itimerval often = {{.tv_usec = 200}, {.tv_usec = 200}}, never = {{0}, {0}};
    ck_assert_int_eq(sigaction(SIGALRM, &action, NULL), 0);
    ck_assert_int_eq(setitimer(ITIMER_REAL, &often, NULL), 0);
    AugpError error;
    int n;
    AugpStatus status = run(peer.address, &n, &error);
    ck_assert_int_eq(setitimer(ITIMER_REAL, &never, NULL), 0);
    ck_assert_msg(status == AUGP_END && n == 6, "%s after %d batches: %s", augp_status_name(status),
                  n, error.message);
    test_peer_join(&peer);
    free(script.bytes);
}
END_TEST

/* HELLO, OPEN, and credit that grows by half windows, never falls, and never runs too far ahead. */
START_TEST(what_it_sends)
{
    TestScript script = {0};
    test_script_stream(&script, 2, 4);
    TestPeer peer = {.script = script.bytes, .size = script.size, .hold = true};
    test_peer_start(&peer);
    AugpError error;
    int n;
    ck_assert_int_eq(run(peer.address, &n, &error), AUGP_END);
    test_peer_join(&peer);
    free(script.bytes);
    AugpFrame frame;
    const uint8_t *payload;
    AugpHello hello;
    ck_assert(test_peer_frame(&peer, AUGP_TYPE_HELLO, 0, &frame, &payload));
    ck_assert_int_eq(augp_hello_decode(&hello, (const char *)payload, frame.length, NULL), AUGP_OK);
    ck_assert_str_eq(hello.client, "augp/0.1");
    ck_assert_uint_eq(hello.features, 0);
    AugpOpen open;
    ck_assert(test_peer_frame(&peer, AUGP_TYPE_OPEN, 0, &frame, &payload));
    ck_assert_int_eq(augp_open_decode(&open, (const char *)payload, frame.length, NULL), AUGP_OK);
    ck_assert_str_eq(open.spec, request.spec);
    ck_assert_str_eq(open.dataset, "d");
    ck_assert_uint_eq(open.window, 4);
    ck_assert(!open.names && !open.class_names);
    augp_open_fini(&open);
    for (int i = 0; i < 4; i++) {
        ck_assert(test_peer_frame(&peer, AUGP_TYPE_CREDIT, i, &frame, &payload));
        ck_assert_uint_eq(frame.seq, (uint64_t)(6 + 2 * i));
        ck_assert_uint_eq(frame.ident, TEST_IDENT);
    }
    ck_assert(!test_peer_frame(&peer, AUGP_TYPE_CREDIT, 4, &frame, &payload));
}
END_TEST

/* A spec can go as the object that it is; what is none stays here. */
START_TEST(a_spec_sent_as_an_object)
{
    TestScript script = {0};
    test_script_stream(&script, 1, 1);
    TestPeer peer = {.script = script.bytes, .size = script.size, .hold = true};
    test_peer_start(&peer);
    AugpClient *client;
    AugpError error = {0};
    ck_assert_int_eq(augp_client_new(&client, peer.address, &options, &error), AUGP_OK);
    AugpClientRequest object = request;
    object.spec_as_object = true;
    ck_assert_int_eq(augp_client_open(client, &object, &error), AUGP_BAD_ARGUMENT);
    ck_assert_ptr_nonnull(strstr(error.message, "is not a JSON object"));
    object.spec = "{\"pipeline\": [0.5]}";
    ck_assert_msg(augp_client_open(client, &object, &error) == AUGP_OK, "%s", error.message);
    augp_client_free(client);
    test_peer_join(&peer);
    free(script.bytes);
    AugpFrame frame;
    const uint8_t *payload;
    AugpOpen open;
    ck_assert(test_peer_frame(&peer, AUGP_TYPE_OPEN, 0, &frame, &payload));
    ck_assert_int_eq(augp_open_decode(&open, (const char *)payload, frame.length, NULL), AUGP_OK);
    ck_assert(!open.spec && open.spec_object);
    const json_t *list = json_object_get(open.spec_object, "pipeline");
    ck_assert(json_real_value(json_array_get(list, 0)) == 0.5);
    augp_open_fini(&open);
}
END_TEST

/* What a client that understands any tensors says, and what it hears of the stream; the names of
 * one stream do not outlive it. */
START_TEST(names_and_features)
{
    TestScript script = {0};
    const AugpFrame closed = {.type = AUGP_TYPE_CLOSED, .stream = 1, .ident = TEST_IDENT};
    test_script_greet(&script);
    test_script_open_named(&script, "cat", "dog");
    test_script_add(&script, closed, NULL, 0);
    test_script_open_named(&script, "bird", "fish");
    test_script_add(&script, closed, NULL, 0);
    test_script_open(&script, 1, 100);
    TestPeer peer = {.script = script.bytes, .size = script.size, .hold = true};
    test_peer_start(&peer);
    AugpClientOptions able = options;
    able.tensors = true;
    AugpClientRequest named = request;
    named.names = named.class_names = true;
    AugpClient *client;
    ck_assert_int_eq(augp_client_new(&client, peer.address, &able, NULL), AUGP_OK);
    ck_assert_int_eq(augp_client_open(client, &named, NULL), AUGP_OK);
    ck_assert_str_eq(augp_client_info(client)->class_names[1], "dog");
    ck_assert_int_eq(augp_client_close(client, NULL), AUGP_OK);
    ck_assert_int_eq(augp_client_open(client, &named, NULL), AUGP_OK);
    ck_assert_str_eq(augp_client_info(client)->class_names[0], "bird");
    ck_assert_int_eq(augp_client_close(client, NULL), AUGP_OK);
    ck_assert_int_eq(augp_client_open(client, &request, NULL), AUGP_OK);
    ck_assert_ptr_null(augp_client_info(client)->class_names);
    augp_client_free(client);
    test_peer_join(&peer);
    free(script.bytes);
    AugpFrame frame;
    const uint8_t *payload;
    AugpHello hello;
    AugpOpen open;
    ck_assert(test_peer_frame(&peer, AUGP_TYPE_HELLO, 0, &frame, &payload));
    ck_assert_int_eq(augp_hello_decode(&hello, (const char *)payload, frame.length, NULL), AUGP_OK);
    ck_assert_uint_eq(hello.features, AUGP_FEATURE_TENSORS);
    ck_assert(test_peer_frame(&peer, AUGP_TYPE_OPEN, 0, &frame, &payload));
    ck_assert_int_eq(augp_open_decode(&open, (const char *)payload, frame.length, NULL), AUGP_OK);
    ck_assert(open.names && open.class_names);
    augp_open_fini(&open);
}
END_TEST

/* A rank of a world is asked for by name, and only of a server that knows what that is. */
START_TEST(ranks_of_a_world)
{
    AugpClientOptions able = options;
    able.ranks = true;
    AugpClientRequest part = request;
    part.rank = 2;
    part.world = 3;
    for (int knows = 0; knows < 2; knows++) {
        TestScript script = {0};
        test_script_greet_with(&script, knows ? AUGP_FEATURE_RANKS : 0);
        test_script_open(&script, 1, 100);
        TestPeer peer = {.script = script.bytes, .size = script.size, .hold = true};
        test_peer_start(&peer);
        AugpClient *client;
        AugpError error = {0};
        ck_assert_int_eq(augp_client_new(&client, peer.address, &able, &error),
                         knows ? AUGP_OK : AUGP_REFUSED);
        if (knows)
            ck_assert_int_eq(augp_client_open(client, &part, &error), AUGP_OK);
        else
            ck_assert_msg(error.code == AUGP_CODE_UNKNOWN_FEATURE &&
                              strstr(error.message, "the feature \"ranks\""),
                          "%s", error.message);
        augp_client_free(client);
        test_peer_join(&peer);
        free(script.bytes);
        AugpFrame frame;
        const uint8_t *payload;
        AugpHello hello;
        AugpOpen open;
        ck_assert(test_peer_frame(&peer, AUGP_TYPE_HELLO, 0, &frame, &payload));
        ck_assert_int_eq(augp_hello_decode(&hello, (const char *)payload, frame.length, NULL),
                         AUGP_OK);
        ck_assert_uint_eq(hello.require, AUGP_FEATURE_RANKS);
        ck_assert_int_eq(test_peer_frame(&peer, AUGP_TYPE_OPEN, 0, &frame, &payload), knows);
        if (!knows)
            continue;
        ck_assert_int_eq(augp_open_decode(&open, (const char *)payload, frame.length, NULL),
                         AUGP_OK);
        ck_assert_uint_eq(open.rank, 2);
        ck_assert_uint_eq(open.world, 3);
        augp_open_fini(&open);
    }
}
END_TEST

/* One wrong frame after one good batch. */
typedef struct Wrong {
    AugpFrame frame;
    size_t size;
    uint32_t code;
    const char *words;
} Wrong;

static const Wrong wrong[] = {
    {{.epoch = 0, .step = 2, .seq = 1}, 100, 8, "due is epoch 0, step 1"},
    {{.epoch = 0, .step = 0, .seq = 1}, 100, 8, "due is epoch 0, step 1"},
    {{.epoch = 1, .step = 1, .seq = 1}, 100, 8, "due is epoch 0, step 1"},
    {{.epoch = 0, .step = 1, .seq = 2}, 100, 8, "batch 2 of the stream came; due is 1"},
    {{.epoch = 0, .step = 1, .seq = 1, .ident = 5}, 100, 8, "a frame of stream 0000000000000005"},
    {{.epoch = 0, .step = 1, .seq = 1, .flags = 8}, 100, 8, "is marked as the last"},
    {{.epoch = 0, .step = 1, .seq = 1}, 101, 6, "has 101 bytes; allowed are 100"},
    {{.epoch = 0, .step = 1, .seq = 1, .length = UINT64_C(1) << 40},
     10,
     6,
     "announces 1099511627776 bytes; allowed are 268435456"},
};

START_TEST(wrong_batch)
{
    TestScript script = {0};
    test_script_greet(&script);
    test_script_open(&script, 3, 100);
    test_script_batch(&script, (AugpFrame){0}, 100);
    test_script_batch(&script, wrong[_i].frame, wrong[_i].size);
    expect(&script, AUGP_PROTOCOL, wrong[_i].code, 1, wrong[_i].words);
}
END_TEST

START_TEST(wrong_order)
{
    const AugpFrame end = {
        .type = AUGP_TYPE_END_OF_EPOCH, .stream = 1, .step = 1, .ident = TEST_IDENT};
    const AugpFrame closed = {.type = AUGP_TYPE_CLOSED, .stream = 1, .ident = TEST_IDENT};
    const AugpFrame last = {.flags = AUGP_FLAG_LAST_OF_EPOCH};
    const char *words[] = {"the end of epoch 0, step 1 came; due is epoch 0, step 0",
                           "the end of the stream instead of a batch",
                           "the end of the stream instead of a batch", "a batch too many",
                           "is not marked as the last"};
    TestScript script = {0};
    test_script_greet(&script);
    test_script_open(&script, _i >= 2 ? 1 : 2, 100);
    if (_i == 2 || _i == 3)
        test_script_batch(&script, last, 100);
    else if (_i == 1 || _i == 4)
        test_script_batch(&script, (AugpFrame){0}, 100);
    if (_i == 0)
        test_script_add(&script, end, NULL, 0);
    else if (_i < 3)
        test_script_add(&script, closed, NULL, 0);
    else if (_i == 3)
        test_script_batch(&script, (AugpFrame){.epoch = 1, .seq = 1}, 100);
    expect(&script, AUGP_PROTOCOL, AUGP_CODE_BAD_MESSAGE, _i == 0 || _i == 4 ? 0 : 1, words[_i]);
}
END_TEST

#define CONTENT(first) first "807060504030201000000000000000000000000000000000000000000000000"

static void add_end(TestScript *script, uint32_t epoch, const char *text)
{
    const AugpFrame end = {.type = AUGP_TYPE_END_OF_EPOCH,
                           .stream = 1,
                           .epoch = epoch,
                           .step = 1,
                           .ident = TEST_IDENT};
    test_script_add(script, end, text, strlen(text));
}

/* What the data are may become known at the end of any epoch, and stays what it is. */
START_TEST(content_comes_at_the_end_of_an_epoch)
{
    static const char *const ends[] = {"", "{}", "{\"content\":\"" CONTENT("0") "\",\"more\":1}",
                                       ""};
    TestScript script = {0};
    test_script_greet(&script);
    test_script_open(&script, 1, 100);
    for (uint32_t i = 0; i < 4; i++) {
        test_script_batch(&script,
                          (AugpFrame){.epoch = i, .seq = i, .flags = AUGP_FLAG_LAST_OF_EPOCH}, 100);
        add_end(&script, i, ends[i]);
    }
    TestPeer peer = {.script = script.bytes, .size = script.size, .hold = true};
    test_peer_start(&peer);
    AugpClient *client;
    AugpClientBatch batch;
    AugpClientRequest demanding = request;
    demanding.expect_content = CONTENT("7");
    ck_assert_int_eq(augp_client_new(&client, peer.address, &options, NULL), AUGP_OK);
    ck_assert_int_eq(augp_client_open(client, &demanding, NULL), AUGP_OK);
    for (uint32_t i = 0; i < 4; i++) {
        ck_assert_int_eq(augp_client_next(client, &batch, NULL), AUGP_OK);
        ck_assert_str_eq(augp_client_info(client)->content, i < 3 ? "" : CONTENT("0"));
    }
    augp_client_free(client);
    test_peer_join(&peer);
    free(script.bytes);
    AugpFrame frame;
    const uint8_t *payload;
    AugpOpen open;
    ck_assert(test_peer_frame(&peer, AUGP_TYPE_OPEN, 0, &frame, &payload));
    ck_assert_int_eq(augp_open_decode(&open, (const char *)payload, frame.length, NULL), AUGP_OK);
    ck_assert_str_eq(open.expect_content, CONTENT("7"));
    augp_open_fini(&open);
}
END_TEST

START_TEST(content_cannot_change)
{
    TestScript script = {0};
    test_script_greet(&script);
    test_script_open(&script, 1, 100);
    for (uint32_t i = 0; i < 2; i++) {
        test_script_batch(&script,
                          (AugpFrame){.epoch = i, .seq = i, .flags = AUGP_FLAG_LAST_OF_EPOCH}, 100);
        add_end(&script, i,
                i ? "{\"content\":\"" CONTENT("1") "\"}" : "{\"content\":\"" CONTENT("0") "\"}");
    }
    expect(&script, AUGP_PROTOCOL, AUGP_CODE_DATASET_CHANGED, 2,
           "the data have the content " CONTENT("1") " by now; it was " CONTENT("0"));
}
END_TEST

START_TEST(wrong_greeting)
{
    TestScript script = {0};
    switch (_i) {
    case 0:
        test_script_add(&script, (AugpFrame){.type = AUGP_TYPE_HELLO_OK}, "{\"proto\":2}", 11);
        expect(&script, AUGP_PROTOCOL, AUGP_CODE_UNSUPPORTED_VERSION, 0, "version 2");
        break;
    case 1:
        test_script_batch(&script, (AugpFrame){0}, 100);
        expect(&script, AUGP_PROTOCOL, AUGP_CODE_BAD_STATE, 0, "BATCH from the server");
        break;
    case 2:
        test_script_add(&script, (AugpFrame){.type = 3}, NULL, 0);
        expect(&script, AUGP_PROTOCOL, AUGP_CODE_UNKNOWN_TYPE, 0, "type 3");
        break;
    case 3:
        script.bytes = calloc(1, 64);
        memcpy(script.bytes, "HTTP/1.1 400 Bad Request\r\n", 26);
        script.size = 64;
        expect(&script, AUGP_PROTOCOL, AUGP_CODE_BAD_MAGIC, 0, "allowed is \"AUGG\"");
        break;
    default:
        test_script_error(&script, AUGP_CODE_TOO_MANY_CONNECTIONS, "too many", NULL);
        expect(&script, AUGP_REFUSED, AUGP_CODE_TOO_MANY_CONNECTIONS, 0, "too many");
    }
}
END_TEST

/* What may be skipped is skipped, also in the middle of batches. */
START_TEST(skippable_frames)
{
    TestScript script = {0};
    const AugpFrame unknown = {.type = 200, .stream = 77, .arg = 5};
    test_script_greet(&script);
    test_script_add(&script, unknown, "whatever", 8);
    test_script_open(&script, 1, 100);
    test_script_add(&script, unknown, NULL, 0);
    test_script_add(&script, (AugpFrame){.type = AUGP_TYPE_PING, .arg = 99}, NULL, 0);
    test_script_batch(&script, (AugpFrame){.flags = AUGP_FLAG_LAST_OF_EPOCH}, 50);
    const AugpFrame end = {
        .type = AUGP_TYPE_END_OF_EPOCH, .stream = 1, .step = 1, .ident = TEST_IDENT};
    test_script_add(&script, end, "{\"digest\":\"later\"}", 18);
    const AugpFrame closed = {.type = AUGP_TYPE_CLOSED, .stream = 1, .ident = TEST_IDENT};
    test_script_add(&script, closed, NULL, 0);
    TestPeer peer = {.script = script.bytes, .size = script.size, .hold = true};
    test_peer_start(&peer);
    AugpError error;
    int n;
    ck_assert_int_eq(run(peer.address, &n, &error), AUGP_END);
    ck_assert_int_eq(n, 1);
    test_peer_join(&peer);
    free(script.bytes);
    AugpFrame pong;
    const uint8_t *payload;
    ck_assert(test_peer_frame(&peer, AUGP_TYPE_PONG, 0, &pong, &payload));
    ck_assert_uint_eq(pong.arg, 99);
}
END_TEST

/* An error of the stream leaves the connection: another stream can be opened on it. */
START_TEST(error_of_the_stream)
{
    static const char detail[] = "{\"problems\":[{\"where\":\"spec:1:2\",\"message\":\"m\"}]}";
    TestScript script = {0};
    test_script_greet(&script);
    test_script_error(&script, AUGP_CODE_BAD_SPEC, "spec:1:2: m", detail);
    test_script_open(&script, 3, 100);
    test_script_batch(&script, (AugpFrame){0}, 100);
    test_script_error(&script, AUGP_CODE_DATA_CORRUPT, "cat.jpg is damaged", NULL);
    test_script_open(&script, 1, 100);
    TestPeer peer = {.script = script.bytes, .size = script.size, .hold = true};
    test_peer_start(&peer);
    AugpClient *client;
    AugpClientBatch batch;
    AugpError error;
    ck_assert_int_eq(augp_client_new(&client, peer.address, &options, &error), AUGP_OK);
    ck_assert_ptr_null(augp_client_info(client));
    ck_assert_int_eq(augp_client_open(client, &request, &error), AUGP_REFUSED);
    ck_assert_uint_eq(error.code, AUGP_CODE_BAD_SPEC);
    ck_assert_int_eq(augp_error_exit_code(&error), 2);
    ck_assert_str_eq(augp_client_detail(client), detail);
    ck_assert_int_eq(augp_client_open(client, &request, &error), AUGP_OK);
    ck_assert_ptr_null(augp_client_detail(client));
    ck_assert_int_eq(augp_client_open(client, &request, &error), AUGP_BAD_ARGUMENT);
    ck_assert_int_eq(augp_client_next(client, &batch, &error), AUGP_OK);
    ck_assert_int_eq(augp_client_next(client, &batch, &error), AUGP_REFUSED);
    ck_assert_uint_eq(error.code, AUGP_CODE_DATA_CORRUPT);
    ck_assert_int_eq(augp_error_exit_code(&error), 1);
    ck_assert_int_eq(augp_client_open(client, &request, &error), AUGP_OK);
    ck_assert_uint_eq(augp_client_info(client)->steps_per_epoch, 1);
    augp_client_free(client);
    test_peer_join(&peer);
    free(script.bytes);
}
END_TEST

/* Batches on their way are thrown away by close. */
START_TEST(close_and_open_again)
{
    const AugpFrame closed = {.type = AUGP_TYPE_CLOSED, .stream = 1, .ident = TEST_IDENT};
    TestScript script = {0};
    test_script_greet(&script);
    test_script_open(&script, 9, 100);
    test_script_batch(&script, (AugpFrame){0}, 100);
    test_script_batch(&script, (AugpFrame){.step = 1, .seq = 1}, 100);
    test_script_add(&script, closed, NULL, 0);
    test_script_open(&script, 9, 100);
    test_script_batch(&script, (AugpFrame){0}, 100);
    TestPeer peer = {.script = script.bytes, .size = script.size, .hold = true};
    test_peer_start(&peer);
    AugpClient *client;
    AugpClientBatch batch;
    ck_assert_int_eq(augp_client_new(&client, peer.address, &options, NULL), AUGP_OK);
    ck_assert_int_eq(augp_client_close(client, NULL), AUGP_OK);
    ck_assert_int_eq(augp_client_open(client, &request, NULL), AUGP_OK);
    ck_assert_int_eq(augp_client_next(client, &batch, NULL), AUGP_OK);
    ck_assert_int_eq(augp_client_close(client, NULL), AUGP_OK);
    ck_assert_int_eq(augp_client_next(client, &batch, NULL), AUGP_BAD_ARGUMENT);
    ck_assert_int_eq(augp_client_open(client, &request, NULL), AUGP_OK);
    ck_assert_int_eq(augp_client_next(client, &batch, NULL), AUGP_OK);
    augp_client_free(client);
    test_peer_join(&peer);
    free(script.bytes);
}
END_TEST

START_TEST(goaway_ends)
{
    TestScript script = {0};
    test_script_greet(&script);
    test_script_open(&script, 3, 100);
    test_script_batch(&script, (AugpFrame){0}, 100);
    test_script_add(&script, (AugpFrame){.type = AUGP_TYPE_GOAWAY}, "{\"reason\":\"drain\"}", 18);
    expect(&script, AUGP_GOAWAY, 0, 1, "the server stops (drain)");
}
END_TEST

/* A server that says nothing: at the greeting, at the opening, and between batches. */
START_TEST(timeouts)
{
    TestScript script = {0};
    if (_i >= 1)
        test_script_greet(&script);
    if (_i >= 2)
        test_script_open(&script, 3, 100);
    TestPeer peer = {.script = script.bytes, .size = script.size, .hold = true};
    test_peer_start(&peer);
    const AugpClientOptions hasty = {.connect_timeout_ms = _i == 0 ? 50 : 10000,
                                     .open_timeout_ms = _i == 1 ? 50 : 10000,
                                     .timeout_ms = 50};
    AugpClient *client;
    AugpClientBatch batch;
    AugpError error = {0};
    AugpStatus status = augp_client_new(&client, peer.address, &hasty, &error);
    if (status == AUGP_OK)
        status = augp_client_open(client, &request, &error);
    if (status == AUGP_OK)
        status = augp_client_next(client, &batch, &error);
    ck_assert_int_eq(status, AUGP_TIMEOUT);
    ck_assert(error.retry);
    augp_client_free(client);
    test_peer_join(&peer);
    free(script.bytes);
}
END_TEST

static void *interrupt_soon(void *client)
{
    usleep(20000);
    augp_client_interrupt(client);
    return NULL;
}

/* Whether the server is waited for by then or later. */
START_TEST(interrupted_by_another_thread)
{
    TestScript script = {0};
    test_script_greet(&script);
    test_script_open(&script, 2, 100);
    TestPeer peer = {.script = script.bytes, .size = script.size, .hold = true};
    test_peer_start(&peer);
    AugpClient *client;
    AugpClientBatch batch;
    AugpError error = {0};
    ck_assert_int_eq(augp_client_new(&client, peer.address, &options, &error), AUGP_OK);
    ck_assert_int_eq(augp_client_open(client, &request, &error), AUGP_OK);
    pthread_t thread;
    ck_assert_int_eq(pthread_create(&thread, NULL, interrupt_soon, client), 0);
    ck_assert_int_eq(augp_client_next(client, &batch, &error), AUGP_CLOSED);
    ck_assert_int_eq(augp_client_next(client, &batch, &error), AUGP_CLOSED);
    pthread_join(thread, NULL);
    augp_client_free(client);
    test_peer_join(&peer);
    free(script.bytes);
}
END_TEST

START_TEST(nobody_there)
{
    AugpClient *client;
    AugpError error;
    char *path = test_path("unix:%s/none.sock", test_folder());
    ck_assert_int_eq(augp_client_new(&client, path, NULL, &error), AUGP_CONNECT);
    ck_assert_str_eq(error.where, path);
    ck_assert_int_eq(augp_error_exit_code(&error), 2);
    ck_assert_int_eq(augp_client_new(&client, "tcp:127.0.0.1:1", NULL, &error), AUGP_CONNECT);
    ck_assert_int_eq(augp_client_new(&client, "tcp:[::1]:1", NULL, &error), AUGP_CONNECT);
    ck_assert_int_eq(augp_client_new(&client, "http://x", NULL, &error), AUGP_BAD_ARGUMENT);
    const AugpClientOptions large = {.max_batch = UINT64_C(1) << 31};
    ck_assert_int_eq(augp_client_new(&client, path, &large, &error), AUGP_BAD_ARGUMENT);
    ck_assert_ptr_null(client);
    free(path);
}
END_TEST

/* Requests that cannot be sent say so, and the connection stays good. */
START_TEST(bad_requests)
{
    TestScript script = {0};
    test_script_greet(&script);
    test_script_open(&script, 3, 1000);
    TestPeer peer = {.script = script.bytes, .size = script.size, .hold = true};
    test_peer_start(&peer);
    const AugpClientOptions small = {.max_batch = 999};
    AugpClient *client;
    AugpError error;
    ck_assert_int_eq(augp_client_new(&client, peer.address, &small, &error), AUGP_OK);
    AugpClientRequest bad = request;
    bad.spec = NULL;
    ck_assert_int_eq(augp_client_open(client, &bad, &error), AUGP_BAD_ARGUMENT);
    bad = request;
    bad.window = 65;
    ck_assert_int_eq(augp_client_open(client, &bad, &error), AUGP_BAD_ARGUMENT);
    bad = request;
    bad.world = 2;
    ck_assert_int_eq(augp_client_open(client, &bad, &error), AUGP_BAD_ARGUMENT);
    ck_assert_msg(strstr(error.message, "without the option ranks"), "%s", error.message);
    bad = request;
    bad.rank = 1;
    ck_assert_int_eq(augp_client_open(client, &bad, &error), AUGP_BAD_ARGUMENT);
    bad = request;
    bad.expect_stream_id = TEST_STREAM_ID "0";
    ck_assert_int_eq(augp_client_open(client, &bad, &error), AUGP_BAD_ARGUMENT);
    /* The server's batches are larger than this client takes: the connection is of no use. */
    ck_assert_int_eq(augp_client_open(client, &request, &error), AUGP_PROTOCOL);
    ck_assert_uint_eq(error.code, AUGP_CODE_TOO_LARGE);
    ck_assert_int_eq(augp_client_open(client, &request, &error), AUGP_PROTOCOL);
    augp_client_free(client);
    test_peer_join(&peer);
    free(script.bytes);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("client");
    TCase *all = tcase_create("all");
    tcase_set_timeout(all, 60);
    tcase_add_loop_test(all, whole_stream, 0, 6);
    tcase_add_test(all, signals_do_not_disturb);
    tcase_add_test(all, what_it_sends);
    tcase_add_test(all, a_spec_sent_as_an_object);
    tcase_add_test(all, names_and_features);
    tcase_add_test(all, ranks_of_a_world);
    tcase_add_loop_test(all, wrong_batch, 0, sizeof(wrong) / sizeof(wrong[0]));
    tcase_add_loop_test(all, wrong_order, 0, 5);
    tcase_add_test(all, content_comes_at_the_end_of_an_epoch);
    tcase_add_test(all, content_cannot_change);
    tcase_add_loop_test(all, wrong_greeting, 0, 5);
    tcase_add_test(all, skippable_frames);
    tcase_add_test(all, error_of_the_stream);
    tcase_add_test(all, close_and_open_again);
    tcase_add_test(all, goaway_ends);
    tcase_add_loop_test(all, timeouts, 0, 3);
    tcase_add_test(all, interrupted_by_another_thread);
    tcase_add_test(all, nobody_there);
    tcase_add_test(all, bad_requests);
    suite_add_tcase(suite, all);
    return test_run(suite);
}
