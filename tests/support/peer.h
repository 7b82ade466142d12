/* A server that follows a script: it accepts one connection, sends prepared bytes, and keeps what
 * the client sent. For tests of the client; what a real daemon does is tested with the real one. */
#ifndef TEST_PEER_H
#define TEST_PEER_H

#include <pthread.h>

#include "protocol/frame.h"
#include "protocol/message.h"
#include "tests/support/support.h"

/* The id of the scripted stream, and the ident that follows from it. */
#define TEST_STREAM_ID "0807060504030201000000000000000000000000000000000000000000000000"
#define TEST_IDENT UINT64_C(0x0102030405060708)

/* Bytes to send. Zero-initialise; free bytes when done. */
typedef struct TestScript {
    uint8_t *bytes;
    size_t size, capacity;
    bool crc; /* every frame added from now on carries a payload checksum */
} TestScript;

/* Adds one frame with its payload (size bytes; NULL and 0 for none). */
void test_script_add(TestScript *script, AugpFrame frame, const void *payload, size_t size);

/* Adds HELLO_OK, and OPEN_OK for a stream of the given steps per epoch whose full batches have
 * batch_size bytes. */
void test_script_greet(TestScript *script);
void test_script_greet_with(TestScript *script, uint32_t features);
void test_script_open(TestScript *script, uint64_t steps, uint64_t batch_size);

/* Adds OPEN_OK for a stream of one step per epoch with two classes of these names. */
void test_script_open_named(TestScript *script, const char *first, const char *second);

/* Adds a batch of size bytes, each byte equal to 16 * epoch + step, as the seq-th of the stream. */
void test_script_batch(TestScript *script, AugpFrame frame, size_t size);

/* Adds ERROR with a code and text. */
void test_script_error(TestScript *script, uint32_t code, const char *message, const char *detail);

/* Adds a whole stream: greeting, opening, epochs of steps batches of 100 bytes, CLOSED. */
void test_script_stream(TestScript *script, uint32_t epochs, uint64_t steps);

/* The scripted server.
 *
 * chunk: bytes per write; 0: all at once
 * pause_us: time between two writes
 * hold:  after the script, wait until the client closes; else close at once
 * received, n_received: what the client sent (with hold)
 */
typedef struct TestPeer {
    const uint8_t *script;
    size_t size, chunk;
    unsigned pause_us;
    bool hold;
    char address[256];
    int listener;
    pthread_t thread;
    uint8_t received[8192];
    size_t n_received;
} TestPeer;

/* Starts it; address is set then. */
void test_peer_start(TestPeer *peer);

/* Waits for its end. */
void test_peer_join(TestPeer *peer);

/* The i-th frame of a type that the client sent; false if there are fewer. payload is borrowed. */
bool test_peer_frame(const TestPeer *peer, uint8_t type, int i, AugpFrame *frame,
                     const uint8_t **payload);

#endif
