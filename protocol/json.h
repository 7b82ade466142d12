/* Strict reading and bounded writing of JSON payloads; inside of message.c and message_open.c. */
#ifndef AUGP_JSON_H
#define AUGP_JSON_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "augp.h"

/* Parses one JSON object of at most AUGP_MAX_DEPTH levels, without duplicate keys. Fails with
 * AUGP_PROTOCOL and BAD_MESSAGE, or AUGP_NO_MEMORY. The caller owns *out. */
AUGP_MUST_CHECK AugpStatus augp_json_parse(json_t **out, const char *bytes, size_t size,
                                           AugpError *error);

/* Reads members of one object. The first failure is kept and turns every later read into nothing,
 * so a message is read without a test per member; ask status at the end. pointer is the object's
 * own JSON pointer, "" for the root. */
typedef struct AugpJsonReader {
    const json_t *object;
    const char *pointer;
    AugpStatus status;
    AugpError *error;
} AugpJsonReader;

/* Whether a member must be there. */
typedef enum AugpPresence { AUGP_OPTIONAL, AUGP_REQUIRED } AugpPresence;

/* Member of a given JSON type; NULL if it is absent or the reader has failed. Borrowed. */
const json_t *augp_json_get(AugpJsonReader *reader, const char *key, json_type type,
                            AugpPresence presence);

/* String of less than size bytes into out, which keeps its value if the member is absent. */
void augp_json_text(AugpJsonReader *reader, const char *key, AugpPresence presence, char *out,
                    size_t size);

/* 64 hexadecimal digits. */
void augp_json_digest(AugpJsonReader *reader, const char *key, AugpPresence presence, char out[65]);

/* Whole number from low to high: a JSON integer, or a decimal string, which has room for all 64
 * bits in every language. out keeps its value if the member is absent. Returns whether it is
 * there. */
bool augp_json_u64(AugpJsonReader *reader, const char *key, AugpPresence presence, uint64_t high,
                   uint64_t *out);
bool augp_json_u32(AugpJsonReader *reader, const char *key, AugpPresence presence, uint32_t low,
                   uint32_t high, uint32_t *out);

/* Truth value; out keeps its value if the member is absent. */
void augp_json_flag(AugpJsonReader *reader, const char *key, bool *out);

/* Records a failure at a member (BAD_MESSAGE) unless there is one already. */
void augp_json_fail(AugpJsonReader *reader, const char *key, const char *format, ...)
    AUGP_PRINTF(3, 4);

/* Refuses keys that are not in the NULL-terminated list, naming those that are. */
void augp_json_known(AugpJsonReader *reader, const char *const *known);

/* Text of an object of at most AUGP_MAX_CONTROL bytes. Takes json; NULL stands for a json_pack_ex
 * that failed as problem says. what names the message. The caller frees *text. */
AUGP_MUST_CHECK AugpStatus augp_json_finish(json_t *json, const json_error_t *problem,
                                            const char *what, char **text, size_t *size,
                                            AugpError *error);

/* Replaces bytes that are not UTF-8, and control characters, by '?', in place. */
void augp_text_clean(char *text);

#endif
