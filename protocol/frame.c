/* One table of what each type of frame may carry, and the header's fields at their offsets. */
#include "protocol/frame.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "protocol/crc32c.h"
#include "protocol/errors.h"

/* Offsets of the fields; SPEC.md has the same table. */
enum {
    AT_MAGIC = 0,
    AT_VERSION = 4,
    AT_TYPE = 5,
    AT_FLAGS = 6,
    AT_STREAM = 8,
    AT_HEADER_CRC = 12,
    AT_LENGTH = 16,
    AT_PAYLOAD_CRC = 24,
    AT_EPOCH = 28,
    AT_STEP = 32,
    AT_SEQ = 40,
    AT_ARG = 48,
    AT_IDENT = 56,
};

/* What a frame may carry. */
typedef enum Payload { PAYLOAD_NONE, PAYLOAD_JSON, PAYLOAD_BATCH } Payload;

typedef struct TypeInfo {
    uint8_t number;
    const char *name;
    AugpSide sender;
    Payload payload;
    unsigned states;
} TypeInfo;

static const TypeInfo types[] = {
#define TYPE_ROW(name, number, sender, payload, states) \
    {number, #name, AUGP_SIDE_##sender, PAYLOAD_##payload, states},
    AUGP_TYPE_MAP(TYPE_ROW)
#undef TYPE_ROW
};

static const TypeInfo *find_type(uint8_t number)
{
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        if (types[i].number == number)
            return &types[i];
    }
    return NULL;
}

static void put_little(uint8_t *at, size_t size, uint64_t value)
{
    for (size_t i = 0; i < size; i++)
        at[i] = (uint8_t)(value >> (8 * i));
}

static uint64_t get_little(const uint8_t *at, size_t size)
{
    uint64_t value = 0;
    for (size_t i = 0; i < size; i++)
        value |= (uint64_t)at[i] << (8 * i);
    return value;
}

/* The checksum covers the header with its own field taken as zero. */
static uint32_t header_crc(const uint8_t *bytes)
{
    static const uint8_t zero[4] = {0};
    uint32_t crc = augp_crc32c(0, bytes, AT_HEADER_CRC);
    crc = augp_crc32c(crc, zero, sizeof(zero));
    return augp_crc32c(crc, bytes + AT_LENGTH, AUGP_HEADER_SIZE - AT_LENGTH);
}

void augp_frame_encode(const AugpFrame *frame, uint8_t bytes[AUGP_HEADER_SIZE])
{
    memcpy(bytes + AT_MAGIC, AUGP_MAGIC, 4);
    bytes[AT_VERSION] = AUGP_VERSION;
    bytes[AT_TYPE] = frame->type;
    put_little(bytes + AT_FLAGS, 2, frame->flags);
    put_little(bytes + AT_STREAM, 4, frame->stream);
    put_little(bytes + AT_LENGTH, 8, frame->length);
    put_little(bytes + AT_PAYLOAD_CRC, 4, frame->payload_crc);
    put_little(bytes + AT_EPOCH, 4, frame->epoch);
    put_little(bytes + AT_STEP, 8, frame->step);
    put_little(bytes + AT_SEQ, 8, frame->seq);
    put_little(bytes + AT_ARG, 8, frame->arg);
    put_little(bytes + AT_IDENT, 8, frame->ident);
    put_little(bytes + AT_HEADER_CRC, 4, header_crc(bytes));
}

AugpStatus augp_frame_decode(AugpFrame *frame, const uint8_t bytes[AUGP_HEADER_SIZE],
                             AugpError *error)
{
    memset(frame, 0, sizeof(*frame));
    if (memcmp(bytes + AT_MAGIC, AUGP_MAGIC, 4) != 0)
        return AUGP_FAIL(error, AUGP_PROTOCOL, AUGP_CODE_BAD_MAGIC, NULL,
                         "a frame begins with the bytes %02x %02x %02x %02x; allowed is \"%s\"",
                         bytes[0], bytes[1], bytes[2], bytes[3], AUGP_MAGIC);
    if (get_little(bytes + AT_HEADER_CRC, 4) != header_crc(bytes))
        return AUGP_FAIL(error, AUGP_PROTOCOL, AUGP_CODE_BAD_HEADER_CRC, NULL,
                         "the header's checksum is %08" PRIx64 "; its bytes give %08" PRIx32,
                         get_little(bytes + AT_HEADER_CRC, 4), header_crc(bytes));
    if (bytes[AT_VERSION] != AUGP_VERSION)
        return AUGP_FAIL(error, AUGP_PROTOCOL, AUGP_CODE_UNSUPPORTED_VERSION, NULL,
                         "the frame has version %d; allowed is %d", bytes[AT_VERSION],
                         AUGP_VERSION);
    uint16_t flags = (uint16_t)get_little(bytes + AT_FLAGS, 2);
    if (flags & ~(AUGP_FLAG_PAYLOAD_CRC | AUGP_FLAG_LAST_OF_EPOCH))
        return AUGP_FAIL(error, AUGP_PROTOCOL, AUGP_CODE_BAD_MESSAGE, NULL,
                         "the frame has the flags %#x; allowed are %#x and %#x", flags,
                         AUGP_FLAG_PAYLOAD_CRC, AUGP_FLAG_LAST_OF_EPOCH);
    *frame = (AugpFrame){
        .type = bytes[AT_TYPE],
        .flags = flags,
        .stream = (uint32_t)get_little(bytes + AT_STREAM, 4),
        .length = get_little(bytes + AT_LENGTH, 8),
        .payload_crc = (uint32_t)get_little(bytes + AT_PAYLOAD_CRC, 4),
        .epoch = (uint32_t)get_little(bytes + AT_EPOCH, 4),
        .step = get_little(bytes + AT_STEP, 8),
        .seq = get_little(bytes + AT_SEQ, 8),
        .arg = get_little(bytes + AT_ARG, 8),
        .ident = get_little(bytes + AT_IDENT, 8),
    };
    return AUGP_OK;
}

/* The most bytes that may follow a header. info is NULL for a type that may be skipped. */
static uint64_t payload_cap(const TypeInfo *info, AugpState state, uint64_t max_batch)
{
    Payload payload = info ? info->payload : PAYLOAD_JSON;
    switch (payload) {
    case PAYLOAD_NONE:
        return 0;
    case PAYLOAD_BATCH:
        return max_batch;
    case PAYLOAD_JSON:
        break;
    }
    /* The answer to a HELLO is read in NEW, too, and an ERROR in it may explain much. */
    bool greeting = state == AUGP_STATE_NEW && !(info && info->number == AUGP_TYPE_ERROR);
    return greeting ? AUGP_MAX_GREETING : AUGP_MAX_CONTROL;
}

/* Whether a type is about the stream and nothing else. */
static bool is_of_stream(const TypeInfo *info)
{
    return !(info->states & AUGP_IN_NEW) && info->number != AUGP_TYPE_PING &&
           info->number != AUGP_TYPE_PONG && info->number < AUGP_TYPE_SKIPPABLE;
}

/* Stream number and flags. ERROR may concern either the stream or the connection. */
static AugpStatus check_fields(const AugpFrame *frame, const TypeInfo *info, AugpError *error)
{
    bool either = info->number == AUGP_TYPE_ERROR;
    bool of_stream = is_of_stream(info);
    uint32_t expected = of_stream ? AUGP_STREAM_ONE : AUGP_STREAM_NONE;
    if (frame->stream != expected && !(either && frame->stream == AUGP_STREAM_ONE))
        return AUGP_FAIL(error, AUGP_PROTOCOL, AUGP_CODE_BAD_MESSAGE, NULL,
                         "%s names stream %" PRIu32 "; allowed is %" PRIu32, info->name,
                         frame->stream, expected);
    if ((frame->flags & AUGP_FLAG_LAST_OF_EPOCH) && info->payload != PAYLOAD_BATCH)
        return AUGP_FAIL(error, AUGP_PROTOCOL, AUGP_CODE_BAD_MESSAGE, NULL,
                         "%s has the flag %#x, which only BATCH may have", info->name,
                         AUGP_FLAG_LAST_OF_EPOCH);
    return AUGP_OK;
}

AugpStatus augp_frame_check(const AugpFrame *frame, AugpSide sender, AugpState state,
                            uint64_t max_batch, AugpError *error)
{
    char text[16];
    const TypeInfo *info = find_type(frame->type);
    if (!info && frame->type < AUGP_TYPE_SKIPPABLE)
        return AUGP_FAIL(error, AUGP_PROTOCOL, AUGP_CODE_UNKNOWN_TYPE, NULL,
                         "the frame has type %d, which version %d does not know", frame->type,
                         AUGP_VERSION);
    if (info && (!(info->sender & sender) || !(info->states & (1u << state))))
        return AUGP_FAIL(error, AUGP_PROTOCOL, AUGP_CODE_BAD_STATE, NULL,
                         "%s from the %s is not allowed in state %s", info->name,
                         sender == AUGP_SIDE_CLIENT ? "client" : "server", augp_state_name(state));
    if (info)
        AUGP_TRY(check_fields(frame, info, error));
    uint64_t cap = payload_cap(info, state, max_batch);
    if (frame->length > cap)
        return AUGP_FAIL(error, AUGP_PROTOCOL, AUGP_CODE_TOO_LARGE, NULL,
                         "%s announces %" PRIu64 " bytes; allowed are %" PRIu64,
                         augp_type_name(frame->type, text), frame->length, cap);
    return AUGP_OK;
}

AugpStatus augp_frame_check_payload(const AugpFrame *frame, const void *payload, AugpError *error)
{
    if (!(frame->flags & AUGP_FLAG_PAYLOAD_CRC))
        return AUGP_OK;
    uint32_t crc = augp_crc32c(0, payload, (size_t)frame->length);
    if (crc == frame->payload_crc)
        return AUGP_OK;
    char text[16];
    return AUGP_FAIL(error, AUGP_PROTOCOL, AUGP_CODE_BAD_PAYLOAD_CRC, NULL,
                     "the payload of %s has the checksum %08" PRIx32 "; announced was %08" PRIx32,
                     augp_type_name(frame->type, text), crc, frame->payload_crc);
}

void augp_frame_add_crc(AugpFrame *frame, const void *payload)
{
    frame->flags |= AUGP_FLAG_PAYLOAD_CRC;
    frame->payload_crc = augp_crc32c(0, payload, (size_t)frame->length);
}

const char *augp_type_name(uint8_t type, char text[16])
{
    const TypeInfo *info = find_type(type);
    if (info)
        return info->name;
    snprintf(text, 16, "type %d", type);
    return text;
}

const char *augp_state_name(AugpState state)
{
    static const char *const names[] = {"NEW", "READY", "OPENING", "STREAMING"};
    return names[state];
}

static int hex_digit(char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

uint64_t augp_ident(const char *stream_id)
{
    if (strlen(stream_id) != 64 || strspn(stream_id, "0123456789abcdef") != 64)
        return 0;
    uint64_t ident = 0;
    for (int i = 0; i < 8; i++) {
        int byte = hex_digit(stream_id[2 * i]) * 16 + hex_digit(stream_id[2 * i + 1]);
        ident |= (uint64_t)byte << (8 * i);
    }
    return ident;
}
