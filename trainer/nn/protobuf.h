/* Protocol Buffers, as much as is needed to write messages of known kinds: the fields of a message are
 * appended to bytes that grow. For ONNX models and TensorBoard's events.
 *
 * The format is that of protobuf.dev/programming-guides/encoding. */
#ifndef NN_PROTOBUF_H
#define NN_PROTOBUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A message that is being written. Zero-initialise, end with nn_proto_fini. A failed allocation is
 * remembered in failed and turns every later call into nothing. */
typedef struct NnProto {
    uint8_t *bytes;
    size_t size, capacity;
    bool failed;
} NnProto;

/* A whole number: fields of type int64, int32, bool or enum. */
void nn_proto_number(NnProto *message, uint32_t field, int64_t value);
/* A field of type float. */
void nn_proto_float(NnProto *message, uint32_t field, float value);
/* A field of type double. */
void nn_proto_double(NnProto *message, uint32_t field, double value);
/* A field of type bytes, string or message. */
void nn_proto_bytes(NnProto *message, uint32_t field, const void *bytes, size_t size);
/* A field of type string. */
void nn_proto_text(NnProto *message, uint32_t field, const char *text);
/* A field that is a message, which is ended here. */
void nn_proto_message(NnProto *message, uint32_t field, NnProto *inner);

/* The fields of another message of the same kind, behind those that are there. */
void nn_proto_append(NnProto *message, const NnProto *more);

/* Room for size bytes at the end, to be filled by the caller; NULL if memory is out. */
uint8_t *nn_proto_take(NnProto *message, size_t size);

/* Frees and zeroes; accepts a zeroed one. */
void nn_proto_fini(NnProto *message);

#endif
