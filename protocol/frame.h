/* Frames: the 64 bytes in front of everything on the wire, as a struct and back. No I/O.
 *
 * Guarantees. Encode writes exactly AUGP_HEADER_SIZE bytes. Decode reads exactly as many, accepts
 * any bytes whatever, and returns AUGP_OK only if magic, checksum, version and flags are right; the
 * length is not yet compared with anything, so call augp_frame_check before allocating.
 */
#ifndef AUGP_FRAME_H
#define AUGP_FRAME_H

#include <stddef.h>
#include <stdint.h>

#include "augp.h"

#ifdef __cplusplus
extern "C" {
#endif

#define AUGP_HEADER_SIZE 64
#define AUGP_VERSION 1

/* The first four bytes of a frame: "AUGG". */
#define AUGP_MAGIC "AUGG"

/* X(name, number, sender, payload, states). sender: CLIENT, SERVER or BOTH. payload: what it may
 * carry. states: in which states of the connection it may be sent, as the receiver sees them. The
 * numbers 3, 4 (AUTH), 9 (RELEASE), 17 and 18 (STATS) are kept for later versions. */
#define AUGP_TYPE_MAP(X)                                          \
    X(HELLO, 1, CLIENT, JSON, AUGP_IN_NEW)                        \
    X(HELLO_OK, 2, SERVER, JSON, AUGP_IN_NEW)                     \
    X(OPEN, 5, CLIENT, JSON, AUGP_IN_READY)                       \
    X(OPEN_OK, 6, SERVER, JSON, AUGP_IN_OPENING)                  \
    X(CREDIT, 7, CLIENT, NONE, AUGP_IN_STREAMING | AUGP_IN_READY) \
    X(BATCH, 8, SERVER, BATCH, AUGP_IN_STREAMING)                 \
    X(END_OF_EPOCH, 10, SERVER, JSON, AUGP_IN_STREAMING)          \
    X(CLOSE, 11, CLIENT, NONE, AUGP_IN_STREAMING | AUGP_IN_READY) \
    X(CLOSED, 12, SERVER, NONE, AUGP_IN_STREAMING)                \
    X(ERROR, 13, SERVER, JSON, AUGP_IN_ANY)                       \
    X(PING, 14, BOTH, NONE, AUGP_IN_GREETED)                      \
    X(PONG, 15, BOTH, NONE, AUGP_IN_GREETED)                      \
    X(GOAWAY, 16, SERVER, JSON, AUGP_IN_ANY)                      \
    X(LIST, 128, CLIENT, JSON, AUGP_IN_READY)                     \
    X(LISTING, 129, SERVER, JSON, AUGP_IN_READY)

/* A type as a number. */
typedef enum AugpType {
#define AUGP_TYPE_ENUM(name, number, sender, payload, states) AUGP_TYPE_##name = number,
    AUGP_TYPE_MAP(AUGP_TYPE_ENUM)
#undef AUGP_TYPE_ENUM
} AugpType;

/* Types from here on may be skipped by a receiver that does not know them. */
#define AUGP_TYPE_SKIPPABLE 0x80

/* Flags. SLOT and DESCRIPTOR are kept for shared memory and refused by this version. */
#define AUGP_FLAG_PAYLOAD_CRC 0x1u
#define AUGP_FLAG_SLOT 0x2u
#define AUGP_FLAG_DESCRIPTOR 0x4u
#define AUGP_FLAG_LAST_OF_EPOCH 0x8u

/* The stream that a frame belongs to: none, or the one stream of the connection. */
#define AUGP_STREAM_NONE 0u
#define AUGP_STREAM_ONE 1u

/* One header, without magic, version and checksum, which encode adds and decode checks. What a type
 * does not use is zero; SPEC.md says what each type uses. */
typedef struct AugpFrame {
    uint8_t type;
    uint16_t flags;
    uint32_t stream;
    uint64_t length;
    uint32_t payload_crc;
    uint32_t epoch;
    uint64_t step;
    uint64_t seq;
    uint64_t arg;
    uint64_t ident;
} AugpFrame;

/* Who sends a frame. */
typedef enum AugpSide {
    AUGP_SIDE_CLIENT = 1,
    AUGP_SIDE_SERVER = 2,
    AUGP_SIDE_BOTH = 3,
} AugpSide;

/* State of a connection; both sides go through the same ones.
 *
 * NEW:       no greeting yet
 * READY:     greeted, no stream
 * OPENING:   OPEN sent, not yet answered
 * STREAMING: OPEN_OK sent, neither CLOSED nor an ERROR yet
 */
typedef enum AugpState {
    AUGP_STATE_NEW,
    AUGP_STATE_READY,
    AUGP_STATE_OPENING,
    AUGP_STATE_STREAMING,
} AugpState;

#define AUGP_IN_NEW (1u << AUGP_STATE_NEW)
#define AUGP_IN_READY (1u << AUGP_STATE_READY)
#define AUGP_IN_OPENING (1u << AUGP_STATE_OPENING)
#define AUGP_IN_STREAMING (1u << AUGP_STATE_STREAMING)
#define AUGP_IN_GREETED (AUGP_IN_READY | AUGP_IN_OPENING | AUGP_IN_STREAMING)
#define AUGP_IN_ANY (AUGP_IN_NEW | AUGP_IN_GREETED)

/* Longest payloads, in bytes. Before the greeting is over a stranger gets almost nothing; the
 * ceiling of a batch is the largest single write that event loops accept. */
#define AUGP_MAX_GREETING 4096u
#define AUGP_MAX_CONTROL 65536u
#define AUGP_MAX_BATCH (UINT64_C(256) << 20)
#define AUGP_BATCH_CEILING ((UINT64_C(2) << 30) - 1)

/* Largest window, and the window of an OPEN that names none, in batches. */
#define AUGP_MAX_WINDOW 64u
#define AUGP_DEFAULT_WINDOW 4u

/* Writes a header. Any thread. */
AUGP_API void augp_frame_encode(const AugpFrame *frame, uint8_t bytes[AUGP_HEADER_SIZE]);

/* Reads a header. Fails with AUGP_PROTOCOL and the code BAD_MAGIC, BAD_HEADER_CRC,
 * UNSUPPORTED_VERSION or BAD_MESSAGE (a flag that this version does not know); *frame is then
 * zero. Any thread. */
AUGP_API AUGP_MUST_CHECK AugpStatus augp_frame_decode(AugpFrame *frame,
                                                      const uint8_t bytes[AUGP_HEADER_SIZE],
                                                      AugpError *error);

/* Whether a received frame is allowed: known type, right sender, right state, right stream, and a
 * length that its type and the state allow (max_batch for BATCH). Fails with AUGP_PROTOCOL and the
 * code UNKNOWN_TYPE, BAD_STATE, BAD_MESSAGE or TOO_LARGE. After AUGP_OK the length may be used as a
 * size. Any thread. */
AUGP_API AUGP_MUST_CHECK AugpStatus augp_frame_check(const AugpFrame *frame, AugpSide sender,
                                                     AugpState state, uint64_t max_batch,
                                                     AugpError *error);

/* Compares a payload with the frame's checksum, if it has one. Fails with AUGP_PROTOCOL and the
 * code BAD_PAYLOAD_CRC. payload has frame->length bytes. Any thread. */
AUGP_API AUGP_MUST_CHECK AugpStatus augp_frame_check_payload(const AugpFrame *frame,
                                                             const void *payload, AugpError *error);

/* Adds the checksum of the payload to a frame whose length is set. Any thread. */
AUGP_API void augp_frame_add_crc(AugpFrame *frame, const void *payload);

/* "BATCH"; "type 200" for numbers without a name is written into text (room for 16 bytes). Returns
 * text or a static string. Any thread. */
AUGP_API const char *augp_type_name(uint8_t type, char text[16]);

/* "STREAMING". Static string. Any thread. */
AUGP_API const char *augp_state_name(AugpState state);

/* The ident of a stream: the first eight bytes that its id (64 hexadecimal digits) names, read as a
 * little-endian number. 0 if the id is not of that form. Any thread. */
AUGP_API uint64_t augp_ident(const char *stream_id);

#ifdef __cplusplus
}
#endif
#endif
