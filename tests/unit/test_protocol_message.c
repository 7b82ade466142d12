/* JSON payloads: round trips, what OPEN refuses and with which words, and bytes of strangers. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/address.h"
#include "protocol/errors.h"
#include "protocol/frame.h"
#include "protocol/json.h"
#include "protocol/message.h"
#include "tests/support/support.h"

#define DIGEST "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

START_TEST(hello_message)
{
    const AugpHello hello = {.proto_low = 1,
                             .proto_high = 3,
                             .client = "test \"quoted\"/1",
                             .features = AUGP_FEATURE_PING};
    char *text;
    size_t size;
    ck_assert_int_eq(augp_hello_encode(&hello, &text, &size, NULL), AUGP_OK);
    ck_assert_str_eq(text, "{\"proto\":[1,3],\"client\":\"test \\\"quoted\\\"/1\","
                           "\"features\":[\"ping\"]}");
    AugpHello back;
    ck_assert_int_eq(augp_hello_decode(&back, text, size, NULL), AUGP_OK);
    ck_assert_mem_eq(&back, &hello, sizeof(hello));
    free(text);
    const char *future = "{\"proto\":[1,1],\"later\":{\"a\":[1]},\"features\":[\"shm\",7,\"crc\"]}";
    ck_assert_int_eq(augp_hello_decode(&back, future, strlen(future), NULL), AUGP_OK);
    ck_assert_uint_eq(back.features, AUGP_FEATURE_CRC);
    ck_assert_uint_eq(back.require, 0);
}
END_TEST

/* What is required counts as a feature, and what is not known is named. */
START_TEST(required_features)
{
    const AugpHello hello = {.proto_low = 1,
                             .proto_high = 1,
                             .client = "c",
                             .features = AUGP_FEATURE_CRC | AUGP_FEATURE_TENSORS,
                             .require = AUGP_FEATURE_TENSORS};
    char *text;
    size_t size;
    ck_assert_int_eq(augp_hello_encode(&hello, &text, &size, NULL), AUGP_OK);
    ck_assert_str_eq(text, "{\"proto\":[1,1],\"client\":\"c\",\"features\":[\"crc\",\"tensors\"],"
                           "\"require\":[\"tensors\"]}");
    AugpHello back;
    ck_assert_int_eq(augp_hello_decode(&back, text, size, NULL), AUGP_OK);
    ck_assert_mem_eq(&back, &hello, sizeof(hello));
    free(text);
    const char *alone = "{\"proto\":[1,1],\"require\":[\"ping\",\"crc\"]}";
    ck_assert_int_eq(augp_hello_decode(&back, alone, strlen(alone), NULL), AUGP_OK);
    ck_assert_uint_eq(back.features, AUGP_FEATURE_CRC | AUGP_FEATURE_PING);
    static const char *const bad[][2] = {
        {"[\"crc\",\"shm\"]",
         "the feature \"shm\" is not known here; known are crc, ping, tensors, ranks"},
        {"[7]", "a feature is not a string"},
        {"\"crc\"", "found a string; allowed is a list"},
        {"[\"a\\u0001b\"]", "the feature \"a?b\" is not known here"},
    };
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        char message[128];
        AugpError error;
        snprintf(message, sizeof(message), "{\"proto\":[1,1],\"require\":%s}", bad[i][0]);
        ck_assert_int_eq(augp_hello_decode(&back, message, strlen(message), &error), AUGP_PROTOCOL);
        ck_assert_str_eq(error.where, "/require");
        ck_assert_uint_eq(error.code,
                          i % 3 == 0 ? AUGP_CODE_UNKNOWN_FEATURE : AUGP_CODE_BAD_MESSAGE);
        ck_assert_msg(strstr(error.message, bad[i][1]) != NULL, "%s: %s", bad[i][0], error.message);
    }
}
END_TEST

START_TEST(hello_ok_message)
{
    const AugpHelloOk reply = {.proto = 1,
                               .server = "augd/0.1",
                               .features = AUGP_FEATURE_CRC | AUGP_FEATURE_TENSORS,
                               .max_batch = UINT64_C(268435456),
                               .max_control = 65536,
                               .max_window = 64};
    char *text;
    size_t size;
    ck_assert_int_eq(augp_hello_ok_encode(&reply, &text, &size, NULL), AUGP_OK);
    AugpHelloOk back;
    ck_assert_int_eq(augp_hello_ok_decode(&back, text, size, NULL), AUGP_OK);
    ck_assert_mem_eq(&back, &reply, sizeof(reply));
    free(text);
}
END_TEST

START_TEST(open_round_trip)
{
    char spec[] = "pipeline:\n  - Cutout: 16\n";
    const AugpOpen open = {.dataset = "cifar",
                           .spec = spec,
                           .spec_size = strlen(spec),
                           .has_seed = true,
                           .seed = UINT64_MAX,
                           .epoch = UINT32_MAX,
                           .step = UINT64_C(1) << 60,
                           .epochs = 3,
                           .rank = 2,
                           .world = 8,
                           .window = 64,
                           .expect_stream_id = DIGEST,
                           .expect_fingerprint = DIGEST,
                           .expect_content = DIGEST,
                           .names = true,
                           .class_names = true};
    char *text;
    size_t size;
    ck_assert_int_eq(augp_open_encode(&open, &text, &size, NULL), AUGP_OK);
    ck_assert_ptr_nonnull(strstr(text, "\"seed\":\"18446744073709551615\""));
    AugpOpen back;
    ck_assert_int_eq(augp_open_decode(&back, text, size, NULL), AUGP_OK);
    ck_assert_str_eq(back.dataset, "cifar");
    ck_assert_str_eq(back.spec, spec);
    ck_assert_uint_eq(back.spec_size, strlen(spec));
    ck_assert(!back.spec_object && back.has_seed);
    ck_assert_uint_eq(back.seed, UINT64_MAX);
    ck_assert_uint_eq(back.epoch, UINT32_MAX);
    ck_assert_uint_eq(back.step, UINT64_C(1) << 60);
    ck_assert_uint_eq(back.epochs, 3);
    ck_assert_uint_eq(back.rank, 2);
    ck_assert_uint_eq(back.world, 8);
    ck_assert_uint_eq(back.window, 64);
    ck_assert_str_eq(back.expect_stream_id, DIGEST);
    ck_assert_str_eq(back.expect_fingerprint, DIGEST);
    ck_assert_str_eq(back.expect_content, DIGEST);
    ck_assert(back.names && back.class_names);
    augp_open_fini(&back);
    free(text);
}
END_TEST

/* A server that does not know the keys is not told of them unless they are wanted. */
START_TEST(open_without_names)
{
    char spec[] = "augd: 1\n";
    const AugpOpen open = {.spec = spec, .spec_size = strlen(spec), .window = 4};
    char *text;
    size_t size;
    ck_assert_int_eq(augp_open_encode(&open, &text, &size, NULL), AUGP_OK);
    ck_assert_str_eq(text, "{\"spec\":\"augd: 1\\n\",\"epoch\":0,\"step\":\"0\",\"epochs\":0,"
                           "\"window\":4}");
    free(text);
}
END_TEST

/* An object keeps its numbers to the last bit, and says that it was one. */
START_TEST(open_with_object)
{
    const char *text = "{\"spec\":{\"pipeline\":[{\"Blur\":{\"sigma\":[0.1,1e-7]}}]},\"rank\":0,"
                       "\"world\":1,\"step\":7}";
    AugpOpen open;
    ck_assert_int_eq(augp_open_decode(&open, text, strlen(text), NULL), AUGP_OK);
    ck_assert(!open.spec && open.spec_object && !open.has_seed);
    ck_assert_uint_eq(open.window, 4);
    ck_assert_uint_eq(open.step, 7);
    ck_assert_uint_eq(open.world, 1);
    ck_assert_uint_eq(open.epochs, 0);
    const json_t *op = json_array_get(json_object_get(open.spec_object, "pipeline"), 0);
    const json_t *sigma = json_object_get(json_object_get(op, "Blur"), "sigma");
    ck_assert(json_real_value(json_array_get(sigma, 0)) == 0.1);
    ck_assert(json_real_value(json_array_get(sigma, 1)) == 1e-7);
    char *again;
    size_t size;
    ck_assert_int_eq(augp_open_encode(&open, &again, &size, NULL), AUGP_OK);
    ck_assert_ptr_nonnull(strstr(again, "\"spec\":{\"pipeline\""));
    AugpOpen back;
    ck_assert_int_eq(augp_open_decode(&back, again, size, NULL), AUGP_OK);
    ck_assert(json_equal(back.spec_object, open.spec_object));
    augp_open_fini(&back);
    free(again);
    augp_open_fini(&open);
}
END_TEST

typedef struct Refusal {
    const char *text;
    uint32_t code;
    const char *where;
    const char *message;
} Refusal;

static const Refusal refusals[] = {
    {"", 8, "", "the payload is not valid JSON"},
    {"[1]", 8, "", "the payload is not a JSON object"},
    {"{\"spec\":{}", 8, "", "the payload is not valid JSON"},
    {"{\"spec\":{}} x", 8, "", "the payload is not valid JSON"},
    {"{\"spec\":\"\xff\"}", 8, "", "the payload is not valid JSON"},
    {"{\"spec\":{},\"spec\":{}}", 8, "", "the payload is not valid JSON"},
    {"{}", 8, "/spec", "the key is missing"},
    {"{\"spec\":3}", 8, "/spec", "allowed is an object, or a string with the spec's text"},
    {"{\"spec\":{},\"windw\":4}", 8, "/windw", "unknown key; allowed are dataset, spec, seed, "},
    {"{\"spec\":{},\"zzzzzz\":4}", 8, "/zzzzzz", "unknown key"},
    {"{\"spec\":{},\"transport\":\"shm\"}", 8, "/transport", "kept for a later version"},
    {"{\"spec\":{},\"window\":0}", 8, "/window", "found 0; allowed is a whole number from 1 to 64"},
    {"{\"spec\":{},\"window\":65}", 8, "/window", "found 65;"},
    {"{\"spec\":{},\"window\":1.5}", 8, "/window", "found a number;"},
    {"{\"spec\":{},\"seed\":-1}", 8, "/seed", "found -1;"},
    {"{\"spec\":{},\"seed\":\"18446744073709551616\"}", 8, "/seed",
     "found \"18446744073709551616\";"},
    {"{\"spec\":{},\"seed\":\"07\"}", 8, "/seed", "found \"07\";"},
    {"{\"spec\":{},\"seed\":\"\"}", 8, "/seed", "found \"\";"},
    {"{\"spec\":{},\"seed\":\"1 \"}", 8, "/seed", "found \"1 \";"},
    {"{\"spec\":{},\"seed\":true}", 8, "/seed", "found a truth value;"},
    {"{\"spec\":{},\"epoch\":4294967296}", 8, "/epoch", "found 4294967296;"},
    {"{\"spec\":{},\"dataset\":7}", 8, "/dataset", "found a whole number; allowed is a string"},
    {"{\"spec\":{},\"dataset\":\"a\\u0000b\"}", 8, "", "the payload is not valid JSON"},
    {"{\"spec\":{},\"expect\":{\"stream\":\"x\"}}", 8, "/expect/stream",
     "unknown key; allowed are stream_id, fingerprint, content"},
    {"{\"spec\":{},\"expect\":{\"content\":\"abc\"}}", 8, "/expect/content", "found \"abc\";"},
    {"{\"spec\":{},\"expect\":{\"stream_id\":\"x\"}}", 8, "/expect/stream_id", "found \"x\";"},
    {"{\"spec\":{},\"expect\":[]}", 8, "/expect", "found a list; allowed is an object"},
    {"{\"spec\":{},\"names\":1}", 8, "/names", "found a whole number; allowed is true or false"},
    {"{\"spec\":{},\"class_names\":null}", 8, "/class_names", "found null;"},
    {"{\"spec\":{},\"class_name\":true}", 8, "/class_name",
     "unknown key; allowed are dataset, spec, "},
    {"{\"spec\":{},\"rank\":2,\"world\":2}", 32, "/rank",
     "found rank 2 of world 2; a world has the ranks from 0 to one less than itself"},
    {"{\"spec\":{},\"rank\":1}", 32, "/rank", "found rank 1 of world 1;"},
    {"{\"spec\":{},\"world\":0}", 32, "/rank", "found rank 0 of world 0;"},
};

START_TEST(open_refusals)
{
    const Refusal *row = &refusals[_i];
    AugpOpen open;
    AugpError error = {0};
    ck_assert_int_eq(augp_open_decode(&open, row->text, strlen(row->text), &error), AUGP_PROTOCOL);
    ck_assert_uint_eq(error.code, row->code);
    ck_assert_str_eq(error.where, row->where);
    ck_assert_msg(strncmp(error.message, row->message, strlen(row->message)) == 0,
                  "%s gives \"%s\", expected \"%s\"", row->text, error.message, row->message);
    ck_assert(!open.spec && !open.spec_object);
}
END_TEST

/* Depth 16 is read, 17 is not, and brackets inside of strings do not count. */
START_TEST(depth_limit)
{
    char text[256];
    for (int depth = 15; depth <= 17; depth++) {
        size_t n = (size_t)depth - 1;
        memcpy(text, "{\"spec\":{},\"expect\":", 20);
        size_t at = 20;
        memset(text + at, '[', n);
        memset(text + at + n, ']', n);
        text[at + 2 * n] = '}';
        AugpOpen open;
        AugpError error = {0};
        ck_assert_int_eq(augp_open_decode(&open, text, at + 2 * n + 1, &error), AUGP_PROTOCOL);
        ck_assert_str_eq(error.where, depth <= 16 ? "/expect" : "");
    }
    const char *quoted = "{\"spec\":\"[[[[[[[[[[[[[[[[[[[[ \\\" [[[[\"}";
    AugpOpen open;
    ck_assert_int_eq(augp_open_decode(&open, quoted, strlen(quoted), NULL), AUGP_OK);
    augp_open_fini(&open);
}
END_TEST

/* A reply with a fixed tensor and a ragged one. */
static AugpOpenOk some_reply(void)
{
    return (AugpOpenOk){
        .stream_id = DIGEST,
        .fingerprint = DIGEST,
        .engine = "aug-engine-1",
        .batch = 32,
        .global_batch = 250,
        .batch_size = 19267968,
        .steps_per_epoch = UINT64_C(1) << 40,
        .n_samples = UINT64_MAX,
        .n_classes = 10,
        .n_tensors = 3,
        .tensors = {{"data", "F32", 4, {32, 3, 224, 224}, false, "chw"},
                    {"label", "I64", 1, {32}, false, ""},
                    {"boxes", "F32", 2, {3200, 4}, true, "n4"}},
    };
}

START_TEST(open_ok_round_trip)
{
    const AugpOpenOk reply = some_reply();
    char *text;
    size_t size;
    ck_assert_int_eq(augp_open_ok_encode(&reply, &text, &size, NULL), AUGP_OK);
    ck_assert_ptr_nonnull(
        strstr(text, "{\"name\":\"boxes\",\"dtype\":\"F32\",\"shape\":[3200,4],\"axes\":\"n4\","
                     "\"ragged\":true}"));
    ck_assert_ptr_null(strstr(text, "class_names"));
    AugpOpenOk back;
    ck_assert_int_eq(augp_open_ok_decode(&back, text, size, NULL), AUGP_OK);
    ck_assert_mem_eq(&back, &reply, sizeof(reply));
    free(text);
}
END_TEST

/* A reply that does not speak of ranks is one for all of a batch. */
START_TEST(open_ok_without_ranks)
{
    static const char text[] = "{\"stream_id\":\"" DIGEST "\",\"batch\":7,\"batch_bytes\":\"9\","
                               "\"steps_per_epoch\":1}";
    AugpOpenOk reply;
    ck_assert_int_eq(augp_open_ok_decode(&reply, text, strlen(text), NULL), AUGP_OK);
    ck_assert_uint_eq(reply.batch, 7);
    ck_assert_uint_eq(reply.global_batch, 7);
    static const char less[] = "{\"stream_id\":\"" DIGEST "\",\"batch\":7,\"global_batch\":6,"
                               "\"batch_bytes\":\"9\",\"steps_per_epoch\":1}";
    AugpError error = {0};
    ck_assert_int_eq(augp_open_ok_decode(&reply, less, strlen(less), &error), AUGP_PROTOCOL);
    ck_assert_str_eq(error.where, "/global_batch");
}
END_TEST

/* Names of every length and letter arrive as they are. */
START_TEST(class_names_round_trip)
{
    static const char *const names[] = {"", "cat", "Schäferhund \"Rex\"", "a\nb\\", "\x01"};
    AugpOpenOk reply = some_reply(), back;
    ck_assert(augp_open_ok_set_class_names(&reply, names, 3));
    ck_assert(augp_open_ok_set_class_names(&reply, names, 5));
    ck_assert_uint_eq(reply.n_classes, 5);
    char *text;
    size_t size;
    ck_assert_int_eq(augp_open_ok_encode(&reply, &text, &size, NULL), AUGP_OK);
    ck_assert_int_eq(augp_open_ok_decode(&back, text, size, NULL), AUGP_OK);
    ck_assert(!back.class_names_omitted);
    ck_assert_uint_eq(back.n_classes, 5);
    for (size_t i = 0; i < 5; i++)
        ck_assert_str_eq(back.class_names[i], names[i]);
    augp_open_ok_fini(&back);
    ck_assert_ptr_null(back.class_names);
    augp_open_ok_fini(&back);
    augp_open_ok_fini(&reply);
    free(text);
}
END_TEST

/* Names that do not fit into a message, or are not UTF-8, are left out, and the message says so:
 * the last that fits is given, one byte more is not. */
START_TEST(class_names_omitted)
{
    static char name[AUGP_MAX_CONTROL];
    const char *names[] = {name, "b"};
    size_t given = 0;
    for (size_t length = sizeof(name) - 900; length < sizeof(name) - 400; length++) {
        memset(name, 'x', length);
        AugpOpenOk reply = some_reply(), back;
        ck_assert(augp_open_ok_set_class_names(&reply, names, 2));
        char *text;
        size_t size;
        ck_assert_int_eq(augp_open_ok_encode(&reply, &text, &size, NULL), AUGP_OK);
        ck_assert_uint_le(size, AUGP_MAX_CONTROL);
        ck_assert_int_eq(augp_open_ok_decode(&back, text, size, NULL), AUGP_OK);
        ck_assert(back.class_names_omitted == !back.class_names);
        ck_assert_uint_eq(back.n_classes, 2);
        ck_assert(!given || back.class_names_omitted || size == given + 1);
        given = back.class_names ? size : given;
        augp_open_ok_fini(&back);
        augp_open_ok_fini(&reply);
        free(text);
    }
    ck_assert_uint_eq(given, AUGP_MAX_CONTROL);
    AugpOpenOk reply = some_reply(), back;
    names[0] = "caf\xe9";
    ck_assert(augp_open_ok_set_class_names(&reply, names, 2));
    char *text;
    size_t size;
    ck_assert_int_eq(augp_open_ok_encode(&reply, &text, &size, NULL), AUGP_OK);
    ck_assert_int_eq(augp_open_ok_decode(&back, text, size, NULL), AUGP_OK);
    ck_assert(back.class_names_omitted && !back.class_names);
    augp_open_ok_fini(&reply);
    free(text);
}
END_TEST

/* All tensors that there can be, with the longest names and shapes, fit into a message. */
START_TEST(most_tensors)
{
    AugpOpenOk reply = some_reply(), back;
    reply.n_tensors = AUGP_MAX_TENSORS;
    for (uint32_t i = 0; i < reply.n_tensors; i++) {
        AugpTensorInfo *tensor = &reply.tensors[i];
        *tensor = (AugpTensorInfo){.dtype = "F8_E4M3", .n_dims = AUGP_MAX_DIMS, .ragged = i % 2};
        memset(tensor->name, '\x01', sizeof(tensor->name) - 1);
        memset(tensor->axes, 'n', AUGP_MAX_DIMS - !tensor->ragged);
        for (int d = 0; d < AUGP_MAX_DIMS; d++)
            tensor->shape[d] = INT64_MAX;
    }
    char *text;
    size_t size;
    ck_assert_int_eq(augp_open_ok_encode(&reply, &text, &size, NULL), AUGP_OK);
    ck_assert_int_eq(augp_open_ok_decode(&back, text, size, NULL), AUGP_OK);
    ck_assert_mem_eq(&back, &reply, sizeof(reply));
    free(text);
}
END_TEST

START_TEST(open_ok_refusals)
{
    static const char *const texts[] = {
        "{\"stream_id\":\"" DIGEST "\",\"batch\":1,\"batch_bytes\":\"2147483648\","
        "\"steps_per_epoch\":1}",
        "{\"stream_id\":\"" DIGEST "\",\"batch\":1,\"batch_bytes\":1,\"steps_per_epoch\":1,"
        "\"tensors\":[{\"name\":\"data\",\"dtype\":\"F32\",\"shape\":[1,1,1,1,1,1,1,1,1]}]}",
        "{\"stream_id\":\"" DIGEST "\",\"batch\":1,\"batch_bytes\":1,\"steps_per_epoch\":1,"
        "\"tensors\":[{\"name\":\"data\",\"dtype\":\"F32\",\"shape\":[-1]}]}",
        "{\"stream_id\":\"" DIGEST "\",\"batch\":1,\"batch_bytes\":1,\"steps_per_epoch\":1,"
        "\"tensors\":[7,7]}",
        "{\"stream_id\":\"" DIGEST "\",\"batch\":1,\"batch_bytes\":1,\"steps_per_epoch\":1,"
        "\"tensors\":[{},{},{},{},{},{},{},{},{}]}",
        "{\"stream_id\":\"" DIGEST "\",\"batch\":1,\"batch_bytes\":1,\"steps_per_epoch\":1,"
        "\"tensors\":[{\"name\":\"data\",\"dtype\":\"F32\",\"shape\":[1,3],\"axes\":\"cc\"}]}",
        "{\"stream_id\":\"" DIGEST "\",\"batch\":1,\"batch_bytes\":1,\"steps_per_epoch\":1,"
        "\"tensors\":[{\"name\":\"data\",\"dtype\":\"F32\",\"shape\":[1,3],\"axes\":\"123456789\"}]"
        "}",
        "{\"stream_id\":\"" DIGEST "\",\"batch\":1,\"batch_bytes\":1,\"steps_per_epoch\":1,"
        "\"tensors\":[{\"name\":\"data\",\"dtype\":\"F32\",\"shape\":[],\"ragged\":true}]}",
        "{\"stream_id\":\"" DIGEST "\",\"batch\":1,\"batch_bytes\":1,\"steps_per_epoch\":1,"
        "\"tensors\":[{\"name\":\"data\",\"dtype\":\"F32\",\"shape\":[1],\"ragged\":1}]}",
        "{\"stream_id\":\"" DIGEST "\",\"batch\":1,\"batch_bytes\":1,\"steps_per_epoch\":1,"
        "\"n_classes\":2,\"class_names\":[\"a\"]}",
        "{\"stream_id\":\"" DIGEST "\",\"batch\":1,\"batch_bytes\":1,\"steps_per_epoch\":1,"
        "\"n_classes\":2,\"class_names\":[\"a\",7]}",
        "{\"stream_id\":\"" DIGEST "\",\"batch\":1,\"batch_bytes\":1,\"steps_per_epoch\":1,"
        "\"n_classes\":1,\"class_names\":\"a\"}",
        "{\"stream_id\":\"" DIGEST "\",\"batch\":1,\"batch_bytes\":1,\"steps_per_epoch\":1,"
        "\"class_names\":[\"a\"]}",
        "{\"stream_id\":\"" DIGEST "\",\"batch\":1,\"batch_bytes\":1,\"steps_per_epoch\":1,"
        "\"class_names_omitted\":\"yes\"}",
        "{\"stream_id\":\"\",\"batch\":1,\"batch_bytes\":1,\"steps_per_epoch\":1}",
        "{\"stream_id\":\"" DIGEST "\",\"batch\":0,\"batch_bytes\":1,\"steps_per_epoch\":1}",
    };
    AugpOpenOk reply;
    AugpError error;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        AugpStatus status = augp_open_ok_decode(&reply, texts[i], strlen(texts[i]), &error);
        ck_assert_msg(status == AUGP_PROTOCOL && error.code == AUGP_CODE_BAD_MESSAGE, "%s is taken",
                      texts[i]);
        ck_assert_ptr_null(reply.class_names);
    }
}
END_TEST

START_TEST(failure_message)
{
    AugpFailure failure = {.code = AUGP_CODE_BAD_SPEC,
                           .message = "bad \xff byte and \x01 control",
                           .retry_after_ms = 5};
    char detail[] = "{\"problems\":[{\"where\":\"spec:1:2\"}]}";
    failure.detail = detail;
    char *text;
    size_t size;
    ck_assert_int_eq(augp_failure_encode(&failure, &text, &size, NULL), AUGP_OK);
    AugpFailure back;
    ck_assert_int_eq(augp_failure_decode(&back, text, size, NULL), AUGP_OK);
    ck_assert_str_eq(back.message, "bad ? byte and ? control");
    ck_assert_uint_eq(back.retry_after_ms, 5);
    ck_assert(!back.retry);
    ck_assert_str_eq(back.detail, detail);
    augp_failure_fini(&back);
    free(text);
    char list[] = "[1]";
    failure.detail = list;
    ck_assert_int_eq(augp_failure_encode(&failure, &text, &size, NULL), AUGP_BAD_ARGUMENT);
    ck_assert_ptr_null(text);
    failure.code = 12;
    ck_assert_int_eq(augp_failure_encode(&failure, &text, &size, NULL), AUGP_BAD_ARGUMENT);
}
END_TEST

/* A detail that does not fit is left out rather than the error. */
START_TEST(failure_with_long_detail)
{
    char *detail = malloc(70000);
    memcpy(detail, "{\"a\":\"", 6);
    memset(detail + 6, 'x', 69000);
    memcpy(detail + 69006, "\"}", 3);
    const AugpFailure failure = {.code = AUGP_CODE_BAD_SPEC, .message = "m", .detail = detail};
    char *text;
    size_t size;
    ck_assert_int_eq(augp_failure_encode(&failure, &text, &size, NULL), AUGP_OK);
    ck_assert_uint_lt(size, 200);
    free(text);
    free(detail);
}
END_TEST

/* The content is said where it is known, and only there. */
START_TEST(contents)
{
    char *text;
    size_t size;
    AugpOpenOk reply = some_reply(), back;
    ck_assert_int_eq(augp_open_ok_encode(&reply, &text, &size, NULL), AUGP_OK);
    ck_assert_ptr_null(strstr(text, "content"));
    free(text);
    memcpy(reply.content, DIGEST, sizeof(reply.content));
    ck_assert_int_eq(augp_open_ok_encode(&reply, &text, &size, NULL), AUGP_OK);
    ck_assert_int_eq(augp_open_ok_decode(&back, text, size, NULL), AUGP_OK);
    ck_assert_str_eq(back.content, DIGEST);
    free(text);
    const AugpEndOfEpoch ends[] = {{.content = DIGEST}, {.content = ""}};
    AugpEndOfEpoch end;
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(augp_end_of_epoch_encode(&ends[i], &text, &size, NULL), AUGP_OK);
        ck_assert_int_eq(augp_end_of_epoch_decode(&end, text, size, NULL), AUGP_OK);
        ck_assert_mem_eq(&end, &ends[i], sizeof(end));
        free(text);
    }
    ck_assert_int_eq(augp_end_of_epoch_decode(&end, "", 0, NULL), AUGP_OK);
    ck_assert_str_eq(end.content, "");
    AugpError error = {0};
    const char *wrong = "{\"content\":7}";
    ck_assert_int_eq(augp_end_of_epoch_decode(&end, wrong, strlen(wrong), &error), AUGP_PROTOCOL);
    ck_assert_str_eq(error.where, "/content");
}
END_TEST

START_TEST(goaway_message)
{
    const AugpGoaway goaway = {.reason = "drain", .grace_ms = 10000};
    char *text;
    size_t size;
    ck_assert_int_eq(augp_goaway_encode(&goaway, &text, &size, NULL), AUGP_OK);
    AugpGoaway back;
    ck_assert_int_eq(augp_goaway_decode(&back, text, size, NULL), AUGP_OK);
    ck_assert_mem_eq(&back, &goaway, sizeof(back));
    free(text);
}
END_TEST

START_TEST(encode_refusals)
{
    char *text;
    size_t size;
    AugpError error;
    AugpOpen open = {.spec = (char[]){'a', (char)0xff, 0}, .spec_size = 2};
    ck_assert_int_eq(augp_open_encode(&open, &text, &size, &error), AUGP_BAD_ARGUMENT);
    ck_assert_ptr_nonnull(strstr(error.message, "the spec is not UTF-8"));
    char *big = malloc(70000);
    memset(big, '"', 70000);
    open = (AugpOpen){.spec = big, .spec_size = 40000};
    ck_assert_int_eq(augp_open_encode(&open, &text, &size, &error), AUGP_BAD_ARGUMENT);
    ck_assert_msg(strstr(error.message, "allowed are 65536") != NULL, "%s", error.message);
    open.spec_size = 70000;
    ck_assert_int_eq(augp_open_encode(&open, &text, &size, &error), AUGP_BAD_ARGUMENT);
    open = (AugpOpen){.window = 1};
    ck_assert_int_eq(augp_open_encode(&open, &text, &size, &error), AUGP_BAD_ARGUMENT);
    ck_assert_ptr_nonnull(strstr(error.message, "there is no spec"));
    free(big);
}
END_TEST

/* Every prefix and every changed byte of good payloads gives a message or an error. */
START_TEST(strangers_bytes)
{
    static const char *const seeds[] = {
        "{\"proto\":[1,1],\"client\":\"x\",\"features\":[\"crc\"],\"require\":[\"ping\"]}",
        "{\"dataset\":\"d\",\"spec\":{\"a\":[1,2.5,null]},\"seed\":\"7\",\"epoch\":1,\"names\":"
        "true,\"expect\":"
        "{\"stream_id\":\"" DIGEST "\"}}",
        "{\"stream_id\":\"" DIGEST "\",\"batch\":1,\"batch_bytes\":\"9\",\"steps_per_epoch\":1,"
        "\"tensors\":[{\"name\":\"data\",\"dtype\":\"F32\",\"shape\":[1],\"ragged\":true,"
        "\"axes\":\"n\"}],\"n_classes\":2,\"class_names\":[\"a\",\"b\"]}",
        "{\"code\":\"X\",\"message\":\"m\",\"retry\":true,\"detail\":{\"a\":1}}",
    };
    for (size_t s = 0; s < sizeof(seeds) / sizeof(seeds[0]); s++) {
        size_t size = strlen(seeds[s]);
        for (size_t i = 0; i < size * 40; i++) {
            /* Exactly as long as the payload, so that a byte read behind it is noticed. */
            size_t length = i < size ? i : size;
            char *bytes = malloc(length + 1);
            memcpy(bytes, seeds[s], length);
            if (i >= size)
                bytes[i % size] = (char)(i * 2654435761u >> 16);
            bytes = realloc(bytes, length ? length : 1);
            AugpHello hi;
            AugpOpen open;
            AugpOpenOk open_ok;
            AugpFailure failed;
            (void)!augp_hello_decode(&hi, bytes, length, NULL);
            if (augp_open_decode(&open, bytes, length, NULL) == AUGP_OK)
                augp_open_fini(&open);
            if (augp_open_ok_decode(&open_ok, bytes, length, NULL) == AUGP_OK)
                augp_open_ok_fini(&open_ok);
            if (augp_failure_decode(&failed, bytes, length, NULL) == AUGP_OK)
                augp_failure_fini(&failed);
            free(bytes);
        }
    }
}
END_TEST

START_TEST(text_clean)
{
    char text[] =
        "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80 \xc0\x80 \xed\xa0\x80 \xf4\x90\x80\x80 \xe2\x82";
    augp_text_clean(text);
    ck_assert_str_eq(text, "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80 ?? ??? ???? ??");
}
END_TEST

START_TEST(addresses)
{
    AugpAddress address;
    ck_assert_int_eq(augp_address_parse(&address, "unix:/run/augd.sock", NULL), AUGP_OK);
    ck_assert(address.is_unix);
    ck_assert_str_eq(address.path, "/run/augd.sock");
    ck_assert_int_eq(augp_address_parse(&address, "tcp:[::1]:4711", NULL), AUGP_OK);
    ck_assert_str_eq(address.host, "::1");
    ck_assert_str_eq(address.port, "4711");
    ck_assert_int_eq(augp_address_parse(&address, "tcp:localhost:0", NULL), AUGP_OK);
    ck_assert_str_eq(address.host, "localhost");
    static const char *const wrong[] = {
        "",          "unix:",      "tcp:",         "tcp:host",  "tcp:host:",   "tcp:host:65536",
        "tcp:h:-1",  "tcp::1",     "tcp:::1:4711", "tcp:[::1]", "tcp:[::1:47", "tcp:[::1]4711",
        "tcp:[]:47", "udp:host:1", "tcp:h:1x",     "tcp:h: 1",  "/run/a.sock",
    };
    AugpError error;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        ck_assert_msg(augp_address_parse(&address, wrong[i], &error) == AUGP_BAD_ARGUMENT,
                      "\"%s\" is taken", wrong[i]);
    char path[120] = "unix:";
    memset(path + 5, 'p', 107);
    ck_assert_int_eq(augp_address_parse(&address, path, NULL), AUGP_OK);
    path[112] = 'p';
    ck_assert_int_eq(augp_address_parse(&address, path, &error), AUGP_BAD_ARGUMENT);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("protocol_message");
    TCase *all = tcase_create("all");
    tcase_add_test(all, hello_message);
    tcase_add_test(all, required_features);
    tcase_add_test(all, hello_ok_message);
    tcase_add_test(all, open_round_trip);
    tcase_add_test(all, open_without_names);
    tcase_add_test(all, open_with_object);
    tcase_add_loop_test(all, open_refusals, 0, sizeof(refusals) / sizeof(refusals[0]));
    tcase_add_test(all, depth_limit);
    tcase_add_test(all, open_ok_round_trip);
    tcase_add_test(all, open_ok_without_ranks);
    tcase_add_test(all, class_names_round_trip);
    tcase_add_test(all, class_names_omitted);
    tcase_add_test(all, most_tensors);
    tcase_add_test(all, open_ok_refusals);
    tcase_add_test(all, failure_message);
    tcase_add_test(all, failure_with_long_detail);
    tcase_add_test(all, contents);
    tcase_add_test(all, goaway_message);
    tcase_add_test(all, encode_refusals);
    tcase_add_test(all, strangers_bytes);
    tcase_add_test(all, text_clean);
    tcase_add_test(all, addresses);
    suite_add_tcase(suite, all);
    return test_run(suite);
}
