/* A record is its length (8 bytes), the masked checksum of these, its bytes, and theirs. */
#include "trainer/run/events_file.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libaug/base/input_file.h"
#include "trainer/nn/protobuf.h"

/* A point is some 50 bytes: this is millions of them. */
#define MAX_EVENTS_SIZE ((size_t)1 << 30)

/* Bytes of a record before and behind its own. */
#define HEAD_SIZE 12
#define TAIL_SIZE 4

uint32_t train_events_crc(const void *bytes, size_t size)
{
    const uint8_t *at = bytes;
    uint32_t crc = UINT32_MAX;
    for (size_t i = 0; i < size; i++) {
        crc ^= at[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? UINT32_C(0x82f63b78) : 0);
    }
    return ~crc;
}

/* So that the checksum of bytes that hold checksums is a good one. */
static uint32_t masked_crc(const void *bytes, size_t size)
{
    const uint32_t crc = train_events_crc(bytes, size);
    return (crc >> 15 | crc << 17) + UINT32_C(0xa282ead8);
}

static void put_number(uint8_t *to, uint64_t value, size_t n)
{
    for (size_t i = 0; i < n; i++)
        to[i] = (uint8_t)(value >> 8 * i);
}

static uint64_t get_number(const uint8_t *from, size_t n)
{
    uint64_t value = 0;
    for (size_t i = n; i-- > 0;)
        value = value << 8 | from[i];
    return value;
}

/* Takes the event. */
static AugStatus put_record(TrainEventsFile *events, NnProto *event, AugError *error)
{
    uint8_t head[HEAD_SIZE], tail[TAIL_SIZE];
    if (event->failed) {
        nn_proto_fini(event);
        return AUG_FAIL(error, AUG_NO_MEMORY, events->path, "no memory for an event");
    }
    put_number(head, event->size, 8);
    put_number(head + 8, masked_crc(head, 8), 4);
    put_number(tail, masked_crc(event->bytes, event->size), 4);
    const bool written = fwrite(head, 1, HEAD_SIZE, events->file) == HEAD_SIZE &&
                         fwrite(event->bytes, 1, event->size, events->file) == event->size &&
                         fwrite(tail, 1, TAIL_SIZE, events->file) == TAIL_SIZE &&
                         fflush(events->file) == 0;
    nn_proto_fini(event);
    return written ? AUG_OK
                   : AUG_FAIL(error, AUG_IO, events->path, "writing failed: %s", strerror(errno));
}

/* The step of an event; 0 where it says none. Its time stands first, nine bytes. */
static uint64_t step_of(const uint8_t *event, size_t size)
{
    uint64_t step = 0;
    if (size < 11 || event[9] != 2 << 3)
        return 0;
    for (size_t i = 10, shift = 0; i < size && shift < 64; i++, shift += 7) {
        step |= (uint64_t)(event[i] & 127) << shift;
        if (event[i] < 128)
            break;
    }
    return step;
}

/* Whether an event's scalars are those of an epoch: train_events_add writes each step as a number, and
 * of the first scalar the tag first. */
static bool is_of_epoch(const uint8_t *event, size_t size)
{
    static const char tag[] = TRAIN_EVENTS_EPOCH;
    size_t at = 10;
    while (at < size && event[at] >= 128)
        at++;
    at++;
    /* Three fields, one in the other: the summary, a value of it, its tag; each a key and a length. */
    for (int field = 0; field < 3; field++) {
        at++;
        while (at < size && event[at] >= 128)
            at++;
        at++;
    }
    return at < size && size - at >= sizeof(tag) - 1 && !memcmp(event + at, tag, sizeof(tag) - 1);
}

/* Bytes of the whole records from the begin on that are of steps up to keep[0], of epochs up to
 * keep[1]. */
static size_t kept_size(const uint8_t *bytes, size_t size, const uint64_t keep[2])
{
    size_t at = 0;
    while (size - at >= HEAD_SIZE + TAIL_SIZE) {
        const uint8_t *head = bytes + at, *event = head + HEAD_SIZE;
        const uint64_t length = get_number(head, 8);
        if (get_number(head + 8, 4) != masked_crc(head, 8) ||
            length > size - at - HEAD_SIZE - TAIL_SIZE ||
            get_number(event + length, 4) != masked_crc(event, (size_t)length) ||
            step_of(event, (size_t)length) > keep[is_of_epoch(event, (size_t)length)])
            break;
        at += HEAD_SIZE + (size_t)length + TAIL_SIZE;
    }
    return at;
}

/* Cuts an earlier file; *kept: bytes that stay. */
static AugStatus cut(const TrainEventsFile *events, const uint64_t keep[2], size_t *kept,
                     AugError *error)
{
    uint8_t *bytes;
    size_t size;
    *kept = 0;
    const AugStatus status =
        augi_input_file_load(events->path, MAX_EVENTS_SIZE, &bytes, &size, error);
    if (status == AUG_NOT_FOUND)
        return AUG_OK;
    AUG_TRY(status);
    *kept = kept_size(bytes, size, keep);
    free(bytes);
    if (truncate(events->path, (off_t)*kept) != 0)
        return AUG_FAIL(error, AUG_IO, events->path, "writing failed: %s", strerror(errno));
    return AUG_OK;
}

AugStatus train_events_open(TrainEventsFile *events, const char *path, const uint64_t *keep,
                            AugError *error)
{
    *events = (TrainEventsFile){.path = strdup(path)};
    if (!events->path)
        return AUG_FAIL(error, AUG_NO_MEMORY, path, "no memory for the file of events");
    size_t kept = 0;
    if (keep)
        AUG_TRY(cut(events, keep, &kept, error));
    events->file = fopen(path, keep ? "ae" : "wxe");
    if (!events->file)
        return AUG_FAIL(error, AUG_IO, path, "cannot be created: %s", strerror(errno));
    if (kept > 0)
        return AUG_OK;
    NnProto event = {0};
    nn_proto_double(&event, 1, 0);
    nn_proto_text(&event, 3, "brain.Event:2");
    return put_record(events, &event, error);
}

void train_events_close(TrainEventsFile *events)
{
    if (events->file)
        fclose(events->file);
    free(events->path);
    *events = (TrainEventsFile){0};
}

AugStatus train_events_add(TrainEventsFile *events, double time, uint64_t step,
                           const TrainScalar *scalars, size_t n, AugError *error)
{
    NnProto event = {0}, summary = {0};
    for (size_t i = 0; i < n; i++) {
        NnProto value = {0};
        nn_proto_text(&value, 1, scalars[i].tag);
        nn_proto_float(&value, 2, (float)scalars[i].value);
        nn_proto_message(&summary, 1, &value);
    }
    nn_proto_double(&event, 1, time);
    nn_proto_number(&event, 2, (int64_t)step);
    nn_proto_message(&event, 5, &summary);
    return put_record(events, &event, error);
}
