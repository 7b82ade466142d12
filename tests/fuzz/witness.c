/* A client that believes nothing. */
#include "tests/fuzz/witness.h"

#include <stdlib.h>
#include <string.h>

#include "libaug/base/safetensors.h"
#include "protocol/errors.h"
#include "tests/fuzz/fuzz.h"

static void take_hello(FuzzWitness *witness, const AugpFrame *frame, const char *payload)
{
    AugpHelloOk hello;
    AugpError error = {0};
    FUZZ_CHECK(augp_hello_ok_decode(&hello, payload, (size_t)frame->length, &error) == AUGP_OK,
               "%s", error.message);
    witness->state = AUGP_STATE_READY;
}

static void take_open(FuzzWitness *witness, const AugpFrame *frame, const char *payload)
{
    AugpError error = {0};
    augp_open_ok_fini(&witness->info);
    FUZZ_CHECK(augp_open_ok_decode(&witness->info, payload, (size_t)frame->length, &error) ==
                   AUGP_OK,
               "%s", error.message);
    witness->ident = augp_ident(witness->info.stream_id);
    FUZZ_CHECK(frame->ident == witness->ident, "OPEN_OK has another ident");
    witness->state = AUGP_STATE_STREAMING;
    witness->seq = 0;
    witness->has_position = witness->epoch_is_over = false;
}

static void take_batch(FuzzWitness *witness, const AugpFrame *frame, const char *payload)
{
    const bool is_last = frame->flags & AUGP_FLAG_LAST_OF_EPOCH;
    AugiTensorFile file;
    AugError error = {0};
    if (!witness->has_position) {
        witness->epoch = frame->epoch;
        witness->step = frame->step;
        witness->has_position = true;
    }
    FUZZ_CHECK(!witness->epoch_is_over && frame->epoch == witness->epoch &&
                   frame->step == witness->step && frame->seq == witness->seq,
               "batch %llu (%u, %llu) is not due", (unsigned long long)frame->seq, frame->epoch,
               (unsigned long long)frame->step);
    FUZZ_CHECK(is_last == (frame->step + 1 == witness->info.steps_per_epoch),
               "the end of the epoch is marked wrongly");
    FUZZ_CHECK(frame->length <= witness->info.batch_size, "%llu bytes",
               (unsigned long long)frame->length);
    FUZZ_CHECK(augi_safetensors_parse(&file, payload, (size_t)frame->length, "batch", &error) ==
                   AUG_OK,
               "%s", error.message);
    augi_tensor_file_fini(&file);
    witness->seq++;
    witness->step++;
    witness->epoch_is_over = is_last;
}

static void take_end_of_epoch(FuzzWitness *witness, const AugpFrame *frame)
{
    FUZZ_CHECK(witness->epoch_is_over && frame->epoch == witness->epoch &&
                   frame->step == witness->step,
               "an epoch ends that is not over");
    witness->epoch_is_over = false;
    witness->epoch++;
    witness->step = 0;
}

static void take_error(FuzzWitness *witness, const AugpFrame *frame, const char *payload)
{
    AugpFailure failure;
    AugpError error = {0};
    const AugpCodeInfo *info = augp_code_info(frame->arg);
    FUZZ_CHECK(info != NULL, "code %llu", (unsigned long long)frame->arg);
    FUZZ_CHECK(augp_failure_decode(&failure, payload, (size_t)frame->length, &error) == AUGP_OK,
               "%s", error.message);
    FUZZ_CHECK(failure.message[0] != 0 && frame->arg != AUGP_CODE_INTERNAL, "%s: %s", info->name,
               failure.message);
    augp_failure_fini(&failure);
    if (info->scope == AUGP_SCOPE_STREAM)
        witness->state = AUGP_STATE_READY;
    else
        witness->is_over = true;
}

static void take_frame(FuzzWitness *witness, const AugpFrame *frame, const char *payload)
{
    AugpError error = {0};
    AugpGoaway goaway;
    FUZZ_CHECK(augp_frame_check_payload(frame, payload, &error) == AUGP_OK, "%s", error.message);
    switch (frame->type) {
    case AUGP_TYPE_HELLO_OK:
        take_hello(witness, frame, payload);
        break;
    case AUGP_TYPE_OPEN_OK:
        take_open(witness, frame, payload);
        break;
    case AUGP_TYPE_BATCH:
        take_batch(witness, frame, payload);
        break;
    case AUGP_TYPE_END_OF_EPOCH:
        take_end_of_epoch(witness, frame);
        break;
    case AUGP_TYPE_CLOSED:
        witness->state = AUGP_STATE_READY;
        break;
    case AUGP_TYPE_ERROR:
        take_error(witness, frame, payload);
        break;
    case AUGP_TYPE_GOAWAY:
        FUZZ_CHECK(augp_goaway_decode(&goaway, payload, (size_t)frame->length, &error) == AUGP_OK,
                   "%s", error.message);
        break;
    default:
        FUZZ_CHECK(frame->type == AUGP_TYPE_PONG, "type %u", frame->type);
    }
}

/* The size of the whole frame at the start of bytes; 0 if more has to come first. */
static size_t next_frame(const FuzzWitness *witness, const uint8_t *bytes, size_t size,
                         AugpFrame *frame)
{
    AugpError error = {0};
    if (size < AUGP_HEADER_SIZE)
        return 0;
    FUZZ_CHECK(!witness->is_over, "something follows the last error");
    FUZZ_CHECK(augp_frame_decode(frame, bytes, &error) == AUGP_OK, "%s", error.message);
    /* Whether the server took an OPEN for one, only its answer says. */
    const AugpState state = frame->type == AUGP_TYPE_OPEN_OK && witness->state == AUGP_STATE_READY
                                ? AUGP_STATE_OPENING
                                : witness->state;
    FUZZ_CHECK(augp_frame_check(frame, AUGP_SIDE_SERVER, state, AUGP_MAX_BATCH, &error) == AUGP_OK,
               "%s", error.message);
    const size_t all = AUGP_HEADER_SIZE + (size_t)frame->length;
    return size < all ? 0 : all;
}

void fuzz_witness_take(FuzzWitness *witness, const uint8_t *bytes, size_t size)
{
    uint8_t *grown = realloc(witness->bytes, witness->size + size + 1);
    FUZZ_CHECK(grown != NULL, "no memory for what a server sends");
    memcpy(grown + witness->size, bytes, size);
    witness->bytes = grown;
    witness->size += size;
    size_t at = 0, n;
    AugpFrame frame;
    while ((n = next_frame(witness, grown + at, witness->size - at, &frame)) > 0) {
        take_frame(witness, &frame, (const char *)grown + at + AUGP_HEADER_SIZE);
        at += n;
    }
    witness->size -= at;
    memmove(grown, grown + at, witness->size);
}

void fuzz_witness_fini(FuzzWitness *witness)
{
    augp_open_ok_fini(&witness->info);
    free(witness->bytes);
    *witness = (FuzzWitness){0};
}
