/* OPEN and OPEN_OK. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/errors.h"
#include "protocol/frame.h"
#include "protocol/json.h"
#include "protocol/message.h"

/* Decimal text of a number, which JSON readers of every language keep exact. */
static json_t *number_text(uint64_t value)
{
    char text[24];
    snprintf(text, sizeof(text), "%" PRIu64, value);
    return json_string(text);
}

/* The spec as it goes into OPEN: what came as an object goes as an object. */
static json_t *spec_value(const AugpOpen *open, json_error_t *problem)
{
    if (!open->spec) {
        snprintf(problem->text, sizeof(problem->text), "there is no spec");
        return json_incref(open->spec_object);
    }
    json_t *text = json_stringn(open->spec, open->spec_size);
    if (!text)
        snprintf(problem->text, sizeof(problem->text), "the spec is not UTF-8");
    return text;
}

/* What the stream must be; NULL if nothing is demanded. Only the keys that are. */
static json_t *expect_value(const AugpOpen *open)
{
    if (!open->expect_stream_id[0] && !open->expect_fingerprint[0] && !open->expect_content[0])
        return NULL;
    json_t *expect = json_object();
    if (open->expect_stream_id[0])
        json_object_set_new(expect, "stream_id", json_string(open->expect_stream_id));
    if (open->expect_fingerprint[0])
        json_object_set_new(expect, "fingerprint", json_string(open->expect_fingerprint));
    if (open->expect_content[0])
        json_object_set_new(expect, "content", json_string(open->expect_content));
    return expect;
}

AugpStatus augp_open_encode(const AugpOpen *open, char **text, size_t *size, AugpError *error)
{
    /* A spec above this cannot fit, whatever the escapes; said before anything is built of it. */
    if (open->spec_size > AUGP_MAX_CONTROL)
        return AUGP_FAIL(error, AUGP_BAD_ARGUMENT, AUGP_CODE_TOO_LARGE, NULL,
                         "the spec has %zu bytes; allowed are %u with all of OPEN", open->spec_size,
                         AUGP_MAX_CONTROL);
    json_error_t problem = {0};
    json_t *spec = spec_value(open, &problem);
    json_t *json =
        spec ? json_pack_ex(&problem, 0, "{s:o, s:I, s:o, s:I, s:I}", "spec", spec, "epoch",
                            (json_int_t)open->epoch, "step", number_text(open->step), "epochs",
                            (json_int_t)open->epochs, "window", (json_int_t)open->window)
             : NULL;
    bool good = json != NULL;
    if (good && open->dataset[0])
        good = json_object_set_new(json, "dataset", json_string(open->dataset)) == 0;
    if (good && open->has_seed)
        good = json_object_set_new(json, "seed", number_text(open->seed)) == 0;
    if (good && open->world > 1)
        good = json_object_set_new(json, "rank", json_integer((json_int_t)open->rank)) == 0 &&
               json_object_set_new(json, "world", json_integer((json_int_t)open->world)) == 0;
    /* Only where they are wanted: a server that does not know them refuses the keys. */
    if (good && open->names)
        good = json_object_set_new(json, "names", json_true()) == 0;
    if (good && open->class_names)
        good = json_object_set_new(json, "class_names", json_true()) == 0;
    json_t *expect = good ? expect_value(open) : NULL;
    if (expect)
        good = json_object_set_new(json, "expect", expect) == 0;
    if (json && !good) {
        json_decref(json);
        return AUGP_FAIL(error, AUGP_BAD_ARGUMENT, 0, NULL,
                         "the data set's name is not UTF-8, or memory is out");
    }
    return augp_json_finish(json, &problem, "OPEN", text, size, error);
}

/* Takes the spec out of the message. */
static void read_spec(AugpJsonReader *reader, AugpOpen *out)
{
    if (reader->status != AUGP_OK)
        return;
    json_t *spec = json_object_get(reader->object, "spec");
    if (!spec)
        augp_json_fail(reader, "spec", "the key is missing");
    else if (json_is_string(spec))
        out->spec = strndup(json_string_value(spec), json_string_length(spec));
    else if (json_is_object(spec))
        out->spec_object = json_incref(spec);
    else
        augp_json_fail(reader, "spec", "allowed is an object, or a string with the spec's text");
    if (reader->status == AUGP_OK && !out->spec && !out->spec_object)
        reader->status =
            AUGP_FAIL(reader->error, AUGP_NO_MEMORY, 0, NULL, "no memory for the spec");
    out->spec_size = out->spec ? strlen(out->spec) : 0;
}

/* Keys that have a meaning in a later version are told from misspelt ones. */
static void refuse_reserved(AugpJsonReader *reader)
{
    static const char *const reserved[] = {"batch", "tail", "transport",
                                           "slots", "last", "exclusive"};
    for (size_t i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++) {
        if (json_object_get(reader->object, reserved[i]))
            augp_json_fail(reader, reserved[i],
                           "kept for a later version; not allowed in this one");
    }
}

static void read_rank(AugpJsonReader *reader, AugpOpen *out)
{
    out->world = 1;
    augp_json_u32(reader, "rank", AUGP_OPTIONAL, 0, UINT32_MAX, &out->rank);
    augp_json_u32(reader, "world", AUGP_OPTIONAL, 0, UINT32_MAX, &out->world);
    if (reader->status != AUGP_OK || out->rank < out->world)
        return;
    reader->status = AUGP_FAIL(reader->error, AUGP_PROTOCOL, AUGP_CODE_BAD_POSITION, "/rank",
                               "found rank %" PRIu32 " of world %" PRIu32
                               "; a world has the ranks from 0 to one less than itself",
                               out->rank, out->world);
}

static void read_expect(AugpJsonReader *reader, AugpOpen *out)
{
    static const char *const known[] = {"stream_id", "fingerprint", "content", NULL};
    const json_t *expect = augp_json_get(reader, "expect", JSON_OBJECT, AUGP_OPTIONAL);
    if (!expect)
        return;
    AugpJsonReader inner = {expect, "/expect", AUGP_OK, reader->error};
    augp_json_known(&inner, known);
    augp_json_digest(&inner, "stream_id", AUGP_OPTIONAL, out->expect_stream_id);
    augp_json_digest(&inner, "fingerprint", AUGP_OPTIONAL, out->expect_fingerprint);
    augp_json_digest(&inner, "content", AUGP_OPTIONAL, out->expect_content);
    reader->status = inner.status;
}

AugpStatus augp_open_decode(AugpOpen *out, const char *bytes, size_t size, AugpError *error)
{
    static const char *const known[] = {"dataset",     "spec",   "seed",   "epoch", "step",
                                        "epochs",      "window", "expect", "rank",  "world",
                                        "class_names", "names",  NULL};
    memset(out, 0, sizeof(*out));
    json_t *json;
    AUGP_TRY(augp_json_parse(&json, bytes, size, error));
    AugpJsonReader reader = {json, "", AUGP_OK, error};
    refuse_reserved(&reader);
    augp_json_known(&reader, known);
    out->window = AUGP_DEFAULT_WINDOW;
    augp_json_text(&reader, "dataset", AUGP_OPTIONAL, out->dataset, sizeof(out->dataset));
    out->has_seed = augp_json_u64(&reader, "seed", AUGP_OPTIONAL, UINT64_MAX, &out->seed);
    augp_json_u32(&reader, "epoch", AUGP_OPTIONAL, 0, UINT32_MAX, &out->epoch);
    augp_json_u64(&reader, "step", AUGP_OPTIONAL, UINT64_MAX, &out->step);
    augp_json_u32(&reader, "epochs", AUGP_OPTIONAL, 0, UINT32_MAX, &out->epochs);
    augp_json_u32(&reader, "window", AUGP_OPTIONAL, 1, AUGP_MAX_WINDOW, &out->window);
    augp_json_flag(&reader, "names", &out->names);
    augp_json_flag(&reader, "class_names", &out->class_names);
    read_rank(&reader, out);
    read_expect(&reader, out);
    read_spec(&reader, out);
    json_decref(json);
    if (reader.status != AUGP_OK)
        augp_open_fini(out);
    return reader.status;
}

void augp_open_fini(AugpOpen *open)
{
    free(open->spec);
    json_decref(open->spec_object);
    memset(open, 0, sizeof(*open));
}

bool augp_open_ok_set_class_names(AugpOpenOk *reply, const char *const *names, uint32_t n)
{
    free(reply->class_names);
    reply->class_names = NULL;
    size_t size = n * sizeof(char *);
    for (uint32_t i = 0; i < n; i++)
        size += strlen(names[i]) + 1;
    char **block = malloc(size ? size : 1);
    if (!block)
        return false;
    char *text = (char *)(block + n);
    for (uint32_t i = 0; i < n; i++) {
        const size_t length = strlen(names[i]) + 1;
        block[i] = memcpy(text, names[i], length);
        text += length;
    }
    reply->class_names = block;
    reply->n_classes = n;
    return true;
}

void augp_open_ok_fini(AugpOpenOk *reply)
{
    free(reply->class_names);
    memset(reply, 0, sizeof(*reply));
}

static json_t *tensor_value(const AugpTensorInfo *tensor)
{
    json_t *shape = json_array();
    for (uint32_t i = 0; i < tensor->n_dims; i++)
        json_array_append_new(shape, json_integer((json_int_t)tensor->shape[i]));
    return json_pack("{s:s, s:s, s:o, s:s, s:o*}", "name", tensor->name, "dtype", tensor->dtype,
                     "shape", shape, "axes", tensor->axes, "ragged",
                     tensor->ragged ? json_true() : NULL);
}

/* The names as a list; NULL if one is not UTF-8. */
static json_t *class_name_list(const AugpOpenOk *reply)
{
    json_t *list = json_array();
    for (uint32_t i = 0; list && i < reply->n_classes; i++) {
        if (json_array_append_new(list, json_string(reply->class_names[i])) == 0)
            continue;
        json_decref(list);
        list = NULL;
    }
    return list;
}

/* Adds what is known of the names of classes. */
static void add_class_names(json_t *json, const AugpOpenOk *reply)
{
    json_t *list = reply->class_names ? class_name_list(reply) : NULL;
    if (list)
        json_object_set_new(json, "class_names", list);
    else if (reply->class_names || reply->class_names_omitted)
        json_object_set_new(json, "class_names_omitted", json_true());
}

AugpStatus augp_open_ok_encode(const AugpOpenOk *reply, char **text, size_t *size, AugpError *error)
{
    json_error_t problem = {0};
    json_t *tensors = json_array();
    for (uint32_t i = 0; i < reply->n_tensors; i++)
        json_array_append_new(tensors, tensor_value(&reply->tensors[i]));
    json_t *json = json_pack_ex(
        &problem, 0, "{s:s, s:s, s:s, s:I, s:I, s:o, s:o, s:o, s:I, s:o}", "stream_id",
        reply->stream_id, "fingerprint", reply->fingerprint, "engine", reply->engine, "batch",
        (json_int_t)reply->batch, "global_batch",
        (json_int_t)(reply->global_batch ? reply->global_batch : reply->batch), "batch_bytes",
        number_text(reply->batch_size), "steps_per_epoch", number_text(reply->steps_per_epoch),
        "n_samples", number_text(reply->n_samples), "n_classes", (json_int_t)reply->n_classes,
        "tensors", tensors);
    if (json && reply->content[0])
        json_object_set_new(json, "content", json_string(reply->content));
    if (json)
        add_class_names(json, reply);
    AugpError cause = {0};
    const AugpStatus status = augp_json_finish(json, &problem, "OPEN_OK", text, size, &cause);
    if (cause.code == AUGP_CODE_TOO_LARGE && reply->class_names) {
        AugpOpenOk shorter = *reply;
        shorter.class_names = NULL;
        shorter.class_names_omitted = true;
        return augp_open_ok_encode(&shorter, text, size, error);
    }
    if (status != AUGP_OK && error)
        *error = cause;
    return status;
}

static void read_shape(AugpJsonReader *reader, AugpTensorInfo *out)
{
    const json_t *shape = augp_json_get(reader, "shape", JSON_ARRAY, AUGP_REQUIRED);
    if (json_array_size(shape) > AUGP_MAX_DIMS)
        augp_json_fail(reader, "shape", "found %zu dimensions; allowed are %d",
                       json_array_size(shape), AUGP_MAX_DIMS);
    for (size_t i = 0; reader->status == AUGP_OK && i < json_array_size(shape); i++) {
        const json_t *extent = json_array_get(shape, i);
        if (!json_is_integer(extent) || json_integer_value(extent) < 0)
            augp_json_fail(reader, "shape", "an extent is not a whole number");
        out->shape[out->n_dims++] = (uint64_t)json_integer_value(extent);
    }
    if (out->ragged && out->n_dims == 0)
        augp_json_fail(reader, "shape", "a ragged tensor has no dimension of rows");
}

static void read_tensor(AugpJsonReader *reader, const json_t *value, AugpTensorInfo *out)
{
    AugpJsonReader inner = {value, "/tensors", reader->status, reader->error};
    if (!json_is_object(value))
        augp_json_fail(&inner, "", "a tensor is not an object");
    augp_json_text(&inner, "name", AUGP_REQUIRED, out->name, sizeof(out->name));
    augp_json_text(&inner, "dtype", AUGP_REQUIRED, out->dtype, sizeof(out->dtype));
    augp_json_flag(&inner, "ragged", &out->ragged);
    read_shape(&inner, out);
    augp_json_text(&inner, "axes", AUGP_OPTIONAL, out->axes, sizeof(out->axes));
    const size_t n_axes = strlen(out->axes), n_sample = out->n_dims - !out->ragged;
    if (n_axes > 0 && n_axes != n_sample)
        augp_json_fail(&inner, "axes", "found %zu letters; a sample has %zu dimensions", n_axes,
                       n_sample);
    reader->status = inner.status;
}

static void read_tensors(AugpJsonReader *reader, AugpOpenOk *out)
{
    const json_t *tensors = augp_json_get(reader, "tensors", JSON_ARRAY, AUGP_OPTIONAL);
    if (json_array_size(tensors) > AUGP_MAX_TENSORS)
        augp_json_fail(reader, "tensors", "found %zu tensors; allowed are %d",
                       json_array_size(tensors), AUGP_MAX_TENSORS);
    for (size_t i = 0; reader->status == AUGP_OK && i < json_array_size(tensors); i++)
        read_tensor(reader, json_array_get(tensors, i), &out->tensors[out->n_tensors++]);
}

/* One for each class, or none at all: whoever looks a class up need not ask. */
static void read_class_names(AugpJsonReader *reader, AugpOpenOk *out)
{
    augp_json_flag(reader, "class_names_omitted", &out->class_names_omitted);
    const json_t *list = augp_json_get(reader, "class_names", JSON_ARRAY, AUGP_OPTIONAL);
    const size_t n = json_array_size(list);
    if (!list)
        return;
    if (n != out->n_classes) {
        augp_json_fail(reader, "class_names", "found %zu names; there are %" PRIu32 " classes", n,
                       out->n_classes);
        return;
    }
    const char **names = calloc(n + 1, sizeof(*names));
    bool good = names != NULL;
    for (size_t i = 0; good && i < n; i++) {
        names[i] = json_string_value(json_array_get(list, i));
        good = names[i] != NULL;
    }
    if (names && !good)
        augp_json_fail(reader, "class_names", "a name is not a string");
    else if (!names || !augp_open_ok_set_class_names(out, names, out->n_classes))
        reader->status = AUGP_FAIL(reader->error, AUGP_NO_MEMORY, 0, NULL,
                                   "no memory for the names of %zu classes", n);
    free(names);
}

AugpStatus augp_open_ok_decode(AugpOpenOk *out, const char *bytes, size_t size, AugpError *error)
{
    memset(out, 0, sizeof(*out));
    json_t *json;
    AUGP_TRY(augp_json_parse(&json, bytes, size, error));
    AugpJsonReader reader = {json, "", AUGP_OK, error};
    augp_json_digest(&reader, "stream_id", AUGP_REQUIRED, out->stream_id);
    augp_json_digest(&reader, "fingerprint", AUGP_OPTIONAL, out->fingerprint);
    augp_json_digest(&reader, "content", AUGP_OPTIONAL, out->content);
    augp_json_text(&reader, "engine", AUGP_OPTIONAL, out->engine, sizeof(out->engine));
    augp_json_u32(&reader, "batch", AUGP_REQUIRED, 1, UINT32_MAX, &out->batch);
    out->global_batch = out->batch;
    augp_json_u32(&reader, "global_batch", AUGP_OPTIONAL, out->batch, UINT32_MAX,
                  &out->global_batch);
    augp_json_u64(&reader, "batch_bytes", AUGP_REQUIRED, AUGP_BATCH_CEILING, &out->batch_size);
    augp_json_u64(&reader, "steps_per_epoch", AUGP_REQUIRED, UINT64_MAX, &out->steps_per_epoch);
    augp_json_u64(&reader, "n_samples", AUGP_OPTIONAL, UINT64_MAX, &out->n_samples);
    augp_json_u32(&reader, "n_classes", AUGP_OPTIONAL, 0, UINT32_MAX, &out->n_classes);
    read_tensors(&reader, out);
    read_class_names(&reader, out);
    json_decref(json);
    if (reader.status != AUGP_OK)
        augp_open_ok_fini(out);
    return reader.status;
}
