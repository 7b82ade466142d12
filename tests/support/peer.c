/* A thread that accepts one connection and sends what was prepared. */
#include "tests/support/peer.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static void append(TestScript *script, const void *bytes, size_t size)
{
    if (script->size + size > script->capacity) {
        script->capacity = 2 * (script->size + size);
        script->bytes = realloc(script->bytes, script->capacity);
        ck_assert_ptr_nonnull(script->bytes);
    }
    if (size > 0)
        memcpy(script->bytes + script->size, bytes, size);
    script->size += size;
}

void test_script_add(TestScript *script, AugpFrame frame, const void *payload, size_t size)
{
    uint8_t header[AUGP_HEADER_SIZE];
    if (frame.length == 0)
        frame.length = size;
    if (script->crc)
        augp_frame_add_crc(&frame, payload);
    augp_frame_encode(&frame, header);
    append(script, header, sizeof(header));
    append(script, payload, size);
}

/* Adds a message that was encoded just now, and frees it. */
static void add_message(TestScript *script, AugpFrame frame, AugpStatus status, char *text)
{
    ck_assert_int_eq(status, AUGP_OK);
    test_script_add(script, frame, text, strlen(text));
    free(text);
}

void test_script_greet(TestScript *script)
{
    test_script_greet_with(script, 0);
}

void test_script_greet_with(TestScript *script, uint32_t features)
{
    const AugpHelloOk reply = {.proto = 1,
                               .server = "script/1",
                               .features = features,
                               .max_batch = AUGP_MAX_BATCH,
                               .max_control = AUGP_MAX_CONTROL,
                               .max_window = AUGP_MAX_WINDOW};
    char *text;
    size_t size;
    AugpStatus status = augp_hello_ok_encode(&reply, &text, &size, NULL);
    add_message(script, (AugpFrame){.type = AUGP_TYPE_HELLO_OK}, status, text);
}

static void add_open_ok(TestScript *script, const AugpOpenOk *reply)
{
    char *text;
    size_t size;
    AugpStatus status = augp_open_ok_encode(reply, &text, &size, NULL);
    add_message(script, (AugpFrame){.type = AUGP_TYPE_OPEN_OK, .stream = 1, .ident = TEST_IDENT},
                status, text);
}

void test_script_open(TestScript *script, uint64_t steps, uint64_t batch_size)
{
    const AugpOpenOk reply = {.stream_id = TEST_STREAM_ID,
                              .fingerprint = TEST_STREAM_ID,
                              .engine = "script",
                              .batch = 10,
                              .batch_size = batch_size,
                              .steps_per_epoch = steps};
    add_open_ok(script, &reply);
}

void test_script_open_named(TestScript *script, const char *first, const char *second)
{
    const char *const names[] = {first, second};
    AugpOpenOk reply = {.stream_id = TEST_STREAM_ID,
                        .fingerprint = TEST_STREAM_ID,
                        .engine = "script",
                        .batch = 10,
                        .batch_size = 100,
                        .steps_per_epoch = 1};
    ck_assert(augp_open_ok_set_class_names(&reply, names, 2));
    add_open_ok(script, &reply);
    augp_open_ok_fini(&reply);
}

void test_script_batch(TestScript *script, AugpFrame frame, size_t size)
{
    uint8_t *payload = malloc(size);
    memset(payload, (int)(16 * frame.epoch + frame.step), size);
    frame.type = AUGP_TYPE_BATCH;
    frame.stream = 1;
    frame.ident = frame.ident ? frame.ident : TEST_IDENT;
    test_script_add(script, frame, payload, size);
    free(payload);
}

void test_script_error(TestScript *script, uint32_t code, const char *message, const char *detail)
{
    AugpFailure failure = {.code = code, .detail = (char *)(uintptr_t)detail};
    snprintf(failure.message, sizeof(failure.message), "%s", message);
    char *text;
    size_t size;
    AugpStatus status = augp_failure_encode(&failure, &text, &size, NULL);
    add_message(script, (AugpFrame){.type = AUGP_TYPE_ERROR, .arg = code}, status, text);
}

void test_script_stream(TestScript *script, uint32_t epochs, uint64_t steps)
{
    test_script_greet(script);
    test_script_open(script, steps, 100);
    uint64_t seq = 0;
    for (uint32_t epoch = 0; epoch < epochs; epoch++) {
        for (uint64_t step = 0; step < steps; step++) {
            uint16_t flags = step + 1 == steps ? AUGP_FLAG_LAST_OF_EPOCH : 0;
            const AugpFrame batch = {.flags = flags, .epoch = epoch, .step = step, .seq = seq++};
            test_script_batch(script, batch, 100);
        }
        const AugpFrame end = {.type = AUGP_TYPE_END_OF_EPOCH,
                               .stream = 1,
                               .epoch = epoch,
                               .step = steps,
                               .ident = TEST_IDENT};
        test_script_add(script, end, NULL, 0);
    }
    const AugpFrame closed = {.type = AUGP_TYPE_CLOSED, .stream = 1, .ident = TEST_IDENT};
    test_script_add(script, closed, NULL, 0);
}

static void *follow(void *argument)
{
    TestPeer *peer = argument;
    /* Signals are for the client that is tested. */
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, NULL);
    int fd = accept(peer->listener, NULL, NULL);
    size_t chunk = peer->chunk ? peer->chunk : peer->size;
    for (size_t at = 0; at < peer->size; at += chunk) {
        size_t left = peer->size - at;
        if (send(fd, peer->script + at, chunk < left ? chunk : left, MSG_NOSIGNAL) < 0)
            break;
        if (peer->pause_us > 0)
            usleep(peer->pause_us);
    }
    ssize_t n = 1;
    while (peer->hold && n > 0 && peer->n_received < sizeof(peer->received)) {
        n = recv(fd, peer->received + peer->n_received, sizeof(peer->received) - peer->n_received,
                 0);
        peer->n_received += n > 0 ? (size_t)n : 0;
    }
    close(fd);
    return NULL;
}

void test_peer_start(TestPeer *peer)
{
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    snprintf(name.sun_path, sizeof(name.sun_path), "%s/peer.sock", test_folder());
    unlink(name.sun_path);
    peer->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ck_assert_int_ge(peer->listener, 0);
    ck_assert_int_eq(bind(peer->listener, (const struct sockaddr *)&name, sizeof(name)), 0);
    ck_assert_int_eq(listen(peer->listener, 1), 0);
    snprintf(peer->address, sizeof(peer->address), "unix:%s", name.sun_path);
    ck_assert_int_eq(pthread_create(&peer->thread, NULL, follow, peer), 0);
}

void test_peer_join(TestPeer *peer)
{
    pthread_join(peer->thread, NULL);
    close(peer->listener);
}

bool test_peer_frame(const TestPeer *peer, uint8_t type, int i, AugpFrame *frame,
                     const uint8_t **payload)
{
    size_t at = 0;
    while (at + AUGP_HEADER_SIZE <= peer->n_received) {
        if (augp_frame_decode(frame, peer->received + at, NULL) != AUGP_OK)
            return false;
        *payload = peer->received + at + AUGP_HEADER_SIZE;
        at += AUGP_HEADER_SIZE + (size_t)frame->length;
        if (frame->type == type && i-- == 0)
            return at <= peer->n_received;
    }
    return false;
}
