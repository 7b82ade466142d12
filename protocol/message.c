/* HELLO, HELLO_OK, ERROR and GOAWAY; OPEN and its reply are in message_open.c. */
#include "protocol/message.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/errors.h"
#include "protocol/frame.h"
#include "protocol/json.h"

/* Bits and names of all features, in the order in which they are written. */
static const struct {
    uint32_t bit;
    const char *name;
} features[] = {
#define FEATURE_ROW(name, text, bit) {AUGP_FEATURE_##name, text},
    AUGP_FEATURE_MAP(FEATURE_ROW)
#undef FEATURE_ROW
};

#define N_FEATURES (sizeof(features) / sizeof(features[0]))

const char *augp_feature_name(AugpFeature feature)
{
    size_t i = 0;
    while (i + 1 < N_FEATURES && features[i].bit != (uint32_t)feature)
        i++;
    return features[i].name;
}

/* The names in a set. */
static json_t *feature_list(uint32_t set)
{
    json_t *list = json_array();
    for (size_t i = 0; i < N_FEATURES; i++)
        if (set & features[i].bit)
            json_array_append_new(list, json_string(features[i].name));
    return list;
}

/* The bit of a feature; 0 if it is not known. */
static uint32_t feature_bit(const json_t *name)
{
    const char *text = json_string_value(name);
    for (size_t i = 0; text && i < N_FEATURES; i++)
        if (strcmp(text, features[i].name) == 0)
            return features[i].bit;
    return 0;
}

/* The set that a list names; what is not known is left out. */
static uint32_t read_features(AugpJsonReader *reader)
{
    uint32_t set = 0;
    const json_t *list = augp_json_get(reader, "features", JSON_ARRAY, AUGP_OPTIONAL);
    for (size_t i = 0; i < json_array_size(list); i++)
        set |= feature_bit(json_array_get(list, i));
    return set;
}

/* All names, for a message: "crc, ping, tensors". */
static void feature_names(char *text, size_t size)
{
    text[0] = 0;
    for (size_t i = 0; i < N_FEATURES; i++) {
        const size_t used = strlen(text);
        snprintf(text + used, size - used, "%s%s", i ? ", " : "", features[i].name);
    }
}

/* The set that a client cannot do without: what is not known here is refused by name. */
static uint32_t read_require(AugpJsonReader *reader)
{
    uint32_t set = 0;
    const json_t *list = augp_json_get(reader, "require", JSON_ARRAY, AUGP_OPTIONAL);
    for (size_t i = 0; i < json_array_size(list) && reader->status == AUGP_OK; i++) {
        const json_t *name = json_array_get(list, i);
        const uint32_t bit = feature_bit(name);
        set |= bit;
        if (!json_is_string(name)) {
            augp_json_fail(reader, "require", "a feature is not a string");
        } else if (!bit) {
            char found[96], known[96];
            snprintf(found, sizeof(found), "%.90s", json_string_value(name));
            augp_text_clean(found);
            feature_names(known, sizeof(known));
            reader->status =
                AUGP_FAIL(reader->error, AUGP_PROTOCOL, AUGP_CODE_UNKNOWN_FEATURE, "/require",
                          "the feature \"%s\" is not known here; known are %s", found, known);
        }
    }
    return set;
}

AugpStatus augp_hello_encode(const AugpHello *hello, char **text, size_t *size, AugpError *error)
{
    json_error_t problem;
    json_t *json = json_pack_ex(&problem, 0, "{s:[I,I], s:s, s:o, s:o*}", "proto",
                                (json_int_t)hello->proto_low, (json_int_t)hello->proto_high,
                                "client", hello->client, "features", feature_list(hello->features),
                                "require", hello->require ? feature_list(hello->require) : NULL);
    return augp_json_finish(json, &problem, "HELLO", text, size, error);
}

AugpStatus augp_hello_decode(AugpHello *out, const char *bytes, size_t size, AugpError *error)
{
    memset(out, 0, sizeof(*out));
    json_t *json;
    AUGP_TRY(augp_json_parse(&json, bytes, size, error));
    AugpJsonReader reader = {json, "", AUGP_OK, error};
    augp_json_text(&reader, "client", AUGP_OPTIONAL, out->client, sizeof(out->client));
    const json_t *proto = augp_json_get(&reader, "proto", JSON_ARRAY, AUGP_REQUIRED);
    json_int_t low = json_integer_value(json_array_get(proto, 0));
    json_int_t high = json_integer_value(json_array_get(proto, 1));
    if (low < 1 || high < low || high > INT32_MAX || json_array_size(proto) != 2)
        augp_json_fail(&reader, "proto",
                       "allowed are two whole numbers, the lowest and the highest version");
    out->proto_low = (uint32_t)low;
    out->proto_high = (uint32_t)high;
    out->features = read_features(&reader);
    out->require = read_require(&reader);
    out->features |= out->require;
    json_decref(json);
    return reader.status;
}

AugpStatus augp_hello_ok_encode(const AugpHelloOk *reply, char **text, size_t *size,
                                AugpError *error)
{
    char max_batch[24];
    snprintf(max_batch, sizeof(max_batch), "%" PRIu64, reply->max_batch);
    json_error_t problem;
    json_t *json =
        json_pack_ex(&problem, 0, "{s:I, s:s, s:o, s:{s:s, s:I, s:I}}", "proto",
                     (json_int_t)reply->proto, "server", reply->server, "features",
                     feature_list(reply->features), "limits", "batch", max_batch, "control",
                     (json_int_t)reply->max_control, "window", (json_int_t)reply->max_window);
    return augp_json_finish(json, &problem, "HELLO_OK", text, size, error);
}

AugpStatus augp_hello_ok_decode(AugpHelloOk *out, const char *bytes, size_t size, AugpError *error)
{
    memset(out, 0, sizeof(*out));
    json_t *json;
    AUGP_TRY(augp_json_parse(&json, bytes, size, error));
    AugpJsonReader reader = {json, "", AUGP_OK, error};
    augp_json_u32(&reader, "proto", AUGP_REQUIRED, 1, INT32_MAX, &out->proto);
    augp_json_text(&reader, "server", AUGP_OPTIONAL, out->server, sizeof(out->server));
    out->features = read_features(&reader);
    out->max_batch = AUGP_MAX_BATCH;
    out->max_control = AUGP_MAX_CONTROL;
    out->max_window = AUGP_MAX_WINDOW;
    const json_t *limits = augp_json_get(&reader, "limits", JSON_OBJECT, AUGP_OPTIONAL);
    if (limits) {
        AugpJsonReader inner = {limits, "/limits", reader.status, error};
        augp_json_u64(&inner, "batch", AUGP_OPTIONAL, AUGP_BATCH_CEILING, &out->max_batch);
        augp_json_u32(&inner, "control", AUGP_OPTIONAL, AUGP_MAX_GREETING, INT32_MAX,
                      &out->max_control);
        augp_json_u32(&inner, "window", AUGP_OPTIONAL, 1, INT32_MAX, &out->max_window);
        reader.status = inner.status;
    }
    json_decref(json);
    return reader.status;
}

/* detail as a JSON object; an empty one if there is none. NULL if it is no object. */
static json_t *detail_object(const char *detail, json_error_t *problem)
{
    if (!detail)
        return json_object();
    json_t *json = json_loads(detail, JSON_REJECT_DUPLICATES, problem);
    if (!json || json_is_object(json))
        return json;
    json_decref(json);
    snprintf(problem->text, sizeof(problem->text), "it is not an object");
    return NULL;
}

AugpStatus augp_failure_encode(const AugpFailure *failure, char **text, size_t *size,
                               AugpError *error)
{
    const AugpCodeInfo *info = augp_code_info(failure->code);
    if (!info)
        return AUGP_FAIL(error, AUGP_BAD_ARGUMENT, 0, NULL, "there is no error code %" PRIu32,
                         failure->code);
    char message[sizeof(failure->message)];
    snprintf(message, sizeof(message), "%s", failure->message);
    augp_text_clean(message);
    json_error_t problem = {0};
    json_t *detail = detail_object(failure->detail, &problem);
    if (!detail)
        return augp_json_finish(NULL, &problem, "the detail of ERROR", text, size, error);
    json_t *json = json_pack_ex(&problem, 0, "{s:s, s:s, s:b, s:I, s:o}", "code", info->name,
                                "message", message, "retry", (int)failure->retry, "retry_after_ms",
                                (json_int_t)failure->retry_after_ms, "detail", detail);
    AugpError kept = {0};
    AugpStatus status = augp_json_finish(json, &problem, "ERROR", text, size, &kept);
    if (kept.code == AUGP_CODE_TOO_LARGE && failure->detail) {
        AugpFailure shorter = *failure;
        shorter.detail = NULL;
        return augp_failure_encode(&shorter, text, size, error);
    }
    if (status != AUGP_OK && error)
        *error = kept;
    return status;
}

AugpStatus augp_failure_decode(AugpFailure *out, const char *bytes, size_t size, AugpError *error)
{
    memset(out, 0, sizeof(*out));
    json_t *json;
    AUGP_TRY(augp_json_parse(&json, bytes, size, error));
    AugpJsonReader reader = {json, "", AUGP_OK, error};
    const json_t *message = augp_json_get(&reader, "message", JSON_STRING, AUGP_REQUIRED);
    if (message) {
        snprintf(out->message, sizeof(out->message), "%s", json_string_value(message));
        augp_text_clean(out->message);
    }
    out->retry = json_is_true(json_object_get(json, "retry"));
    augp_json_u32(&reader, "retry_after_ms", AUGP_OPTIONAL, 0, UINT32_MAX, &out->retry_after_ms);
    const json_t *detail = augp_json_get(&reader, "detail", JSON_OBJECT, AUGP_OPTIONAL);
    if (reader.status == AUGP_OK && json_object_size(detail) > 0) {
        json_error_t problem = {0};
        size_t length;
        json_t *copy = json_incref((json_t *)(uintptr_t)detail);
        reader.status =
            augp_json_finish(copy, &problem, "the detail of ERROR", &out->detail, &length, error);
    }
    json_decref(json);
    return reader.status;
}

AugpStatus augp_end_of_epoch_encode(const AugpEndOfEpoch *end, char **text, size_t *size,
                                    AugpError *error)
{
    json_error_t problem;
    json_t *json =
        json_pack_ex(&problem, 0, "{s:s*}", "content", end->content[0] ? end->content : NULL);
    return augp_json_finish(json, &problem, "END_OF_EPOCH", text, size, error);
}

AugpStatus augp_end_of_epoch_decode(AugpEndOfEpoch *out, const char *bytes, size_t size,
                                    AugpError *error)
{
    memset(out, 0, sizeof(*out));
    if (size == 0)
        return AUGP_OK;
    json_t *json;
    AUGP_TRY(augp_json_parse(&json, bytes, size, error));
    AugpJsonReader reader = {json, "", AUGP_OK, error};
    augp_json_digest(&reader, "content", AUGP_OPTIONAL, out->content);
    json_decref(json);
    return reader.status;
}

AugpStatus augp_goaway_encode(const AugpGoaway *goaway, char **text, size_t *size, AugpError *error)
{
    json_error_t problem;
    json_t *json = json_pack_ex(&problem, 0, "{s:s, s:I}", "reason", goaway->reason, "grace_ms",
                                (json_int_t)goaway->grace_ms);
    return augp_json_finish(json, &problem, "GOAWAY", text, size, error);
}

AugpStatus augp_goaway_decode(AugpGoaway *out, const char *bytes, size_t size, AugpError *error)
{
    memset(out, 0, sizeof(*out));
    json_t *json;
    AUGP_TRY(augp_json_parse(&json, bytes, size, error));
    AugpJsonReader reader = {json, "", AUGP_OK, error};
    augp_json_text(&reader, "reason", AUGP_OPTIONAL, out->reason, sizeof(out->reason));
    augp_json_u32(&reader, "grace_ms", AUGP_OPTIONAL, 0, UINT32_MAX, &out->grace_ms);
    augp_text_clean(out->reason);
    json_decref(json);
    return reader.status;
}

void augp_failure_fini(AugpFailure *failure)
{
    free(failure->detail);
    memset(failure, 0, sizeof(*failure));
}
