/* Streams of one plan, from the engine and as bytes, side by side. */
#include "tests/support/streams.h"

#include <stdlib.h>
#include <string.h>

#include "tests/support/support.h"

/* A stream whose batches are those of another one, as bytes only. */
typedef struct Bytes {
    Stream *source;
    uint8_t *bytes;
} Bytes;

static AugStatus bytes_next(void *untyped, StreamArrival *arrival, AugError *error)
{
    Bytes *state = untyped;
    StreamBatch batch;
    AUG_TRY(stream_next(state->source, &batch, error));
    free(state->bytes);
    state->bytes = aligned_alloc(64, (batch.size + 63) / 64 * 64);
    memcpy(state->bytes, batch.bytes, batch.size);
    *arrival = (StreamArrival){.bytes = state->bytes,
                               .size = batch.size,
                               .epoch = batch.epoch,
                               .step = batch.step,
                               .last = batch.last};
    return AUG_OK;
}

static AugStatus bytes_identify(const void *untyped, StreamIdentity *out, AugError *error)
{
    return stream_identify(((const Bytes *)untyped)->source, out, error);
}

static void bytes_close(void *untyped)
{
    Bytes *state = untyped;
    stream_free(state->source);
    free(state->bytes);
}

const StreamKind test_bytes_kind = {bytes_next, bytes_identify, NULL, NULL, bytes_close};

static void compare(const StreamInfo *info, const StreamBatch *left, const StreamBatch *right)
{
    ck_assert_uint_eq(left->epoch, right->epoch);
    ck_assert_uint_eq(left->step, right->step);
    ck_assert_int_eq(left->last, right->last);
    ck_assert_uint_eq(left->n_samples, right->n_samples);
    ck_assert_uint_eq(left->n_tensors, right->n_tensors);
    ck_assert_uint_eq(left->n_replaced, right->n_replaced);
    for (uint32_t i = 0; i < left->n_replaced; i++) {
        ck_assert_uint_eq(left->replaced[i].row, right->replaced[i].row);
        ck_assert_int_eq(left->replaced[i].of_partner, right->replaced[i].of_partner);
        ck_assert_uint_eq(left->replaced[i].index, right->replaced[i].index);
        ck_assert_uint_eq(left->replaced[i].replacement, right->replaced[i].replacement);
    }
    for (uint32_t i = 0; i < left->n_tensors; i++) {
        const AugTensor *tensor = &left->tensors[i];
        ck_assert_str_eq(tensor->name, info->tensors[i].name);
        ck_assert_str_eq(tensor->name, right->tensors[i].name);
        ck_assert_uint_eq(tensor->size, right->tensors[i].size);
        ck_assert_mem_eq(tensor->bytes, right->tensors[i].bytes, tensor->size);
        ck_assert_int_eq(info->tensors[i].ragged, left->offsets[i] != NULL);
        ck_assert_int_eq(info->tensors[i].ragged, right->offsets[i] != NULL);
        if (left->offsets[i])
            ck_assert_mem_eq(left->offsets[i], right->offsets[i],
                             (left->n_samples + 1) * sizeof(int64_t));
    }
}

uint64_t test_streams_agree(const AugPlan *plan, uint32_t epochs, uint32_t rank, uint32_t world)
{
    const StreamOptions options = {.epochs = epochs, .rank = rank, .world = world};
    Stream *here, *there;
    Bytes state = {0};
    AugError error = {0};
    ck_assert_int_eq(stream_open(&here, plan, &options, NULL), AUG_OK);
    ck_assert_int_eq(stream_open(&state.source, plan, &options, NULL), AUG_OK);
    ck_assert_int_eq(stream_new(&there, &test_bytes_kind, &state, stream_info(here), NULL), AUG_OK);
    ck_assert_ptr_null(stream_class_name(there, 0));
    uint64_t n = 0;
    for (;; n++) {
        StreamBatch left, right;
        const AugStatus status = stream_next(here, &left, &error);
        const AugStatus other = stream_next(there, &right, &error);
        ck_assert_msg(status == other, "%s and %s: %s", aug_status_name(status),
                      aug_status_name(other), error.message);
        if (status == AUG_END)
            break;
        ck_assert_msg(status == AUG_OK, "%s: %s", error.where, error.message);
        compare(stream_info(here), &left, &right);
    }
    stream_free(there);
    stream_free(here);
    return n;
}
