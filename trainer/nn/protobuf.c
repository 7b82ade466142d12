/* Appends keys and values; numbers go seven bits a byte, the lowest first. */
#include "trainer/nn/protobuf.h"

#include <stdlib.h>
#include <string.h>

/* How a value lies behind its key. */
enum { WIRE_NUMBER = 0, WIRE_64 = 1, WIRE_BYTES = 2, WIRE_32 = 5 };

uint8_t *nn_proto_take(NnProto *message, size_t size)
{
    if (message->failed)
        return NULL;
    if (size > message->capacity - message->size) {
        const size_t doubled = 2 * message->capacity, wanted = message->size + size + 256;
        const size_t capacity = doubled > wanted ? doubled : wanted;
        uint8_t *grown = capacity < size ? NULL : realloc(message->bytes, capacity);
        if (!grown) {
            message->failed = true;
            return NULL;
        }
        message->bytes = grown;
        message->capacity = capacity;
    }
    uint8_t *at = message->bytes + message->size;
    message->size += size;
    return at;
}

static void put_varint(NnProto *message, uint64_t value)
{
    uint8_t bytes[10];
    size_t n = 0;
    for (; value > 127; value >>= 7)
        bytes[n++] = (uint8_t)(value | 128);
    bytes[n++] = (uint8_t)value;
    uint8_t *at = nn_proto_take(message, n);
    if (at)
        memcpy(at, bytes, n);
}

static void put_key(NnProto *message, uint32_t field, unsigned wire)
{
    put_varint(message, (uint64_t)field << 3 | wire);
}

/* The lowest n bytes of a value, the lowest first. */
static void put_fixed(NnProto *message, uint64_t value, size_t n)
{
    uint8_t *at = nn_proto_take(message, n);
    for (size_t i = 0; at && i < n; i++)
        at[i] = (uint8_t)(value >> 8 * i);
}

void nn_proto_number(NnProto *message, uint32_t field, int64_t value)
{
    put_key(message, field, WIRE_NUMBER);
    put_varint(message, (uint64_t)value);
}

void nn_proto_float(NnProto *message, uint32_t field, float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof(bits));
    put_key(message, field, WIRE_32);
    put_fixed(message, bits, sizeof(bits));
}

void nn_proto_double(NnProto *message, uint32_t field, double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof(bits));
    put_key(message, field, WIRE_64);
    put_fixed(message, bits, sizeof(bits));
}

void nn_proto_bytes(NnProto *message, uint32_t field, const void *bytes, size_t size)
{
    put_key(message, field, WIRE_BYTES);
    put_varint(message, size);
    uint8_t *at = nn_proto_take(message, size);
    if (at && size)
        memcpy(at, bytes, size);
}

void nn_proto_text(NnProto *message, uint32_t field, const char *text)
{
    nn_proto_bytes(message, field, text, strlen(text));
}

void nn_proto_message(NnProto *message, uint32_t field, NnProto *inner)
{
    if (inner->failed)
        message->failed = true;
    nn_proto_bytes(message, field, inner->bytes, inner->size);
    nn_proto_fini(inner);
}

void nn_proto_append(NnProto *message, const NnProto *more)
{
    uint8_t *at = nn_proto_take(message, more->size);
    if (at && more->size)
        memcpy(at, more->bytes, more->size);
    if (more->failed)
        message->failed = true;
}

void nn_proto_fini(NnProto *message)
{
    free(message->bytes);
    *message = (NnProto){0};
}
