/* Clients that no good client is: garbage, silence, greed, flight. The daemon names what is wrong,
 * closes, and goes on serving others with bounded memory. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "protocol/errors.h"
#include "tests/support/daemon.h"

#define OPEN_SYN \
    "{\"dataset\":\"syn\",\"spec\":{\"augd\":1,\"pipeline\":[],\"batch\":{\"size\":10}}}"
#define OPEN_BIG                                                                          \
    "{\"dataset\":\"big\",\"spec\":{\"augd\":1,\"pipeline\":[],\"batch\":{\"size\":16}}," \
    "\"window\":64}"

/* A good client gets its batches. */
static void check_service(const TestDaemon *daemon)
{
    const AugpClientRequest request = {.dataset = "syn", .spec = TEST_SPEC, .epochs = 1};
    AugpClient *client = test_client(daemon->unix_address, &request);
    AugpClientBatch batch;
    int n = 0;
    while (augp_client_next(client, &batch, NULL) == AUGP_OK)
        n++;
    ck_assert_int_eq(n, 4);
    augp_client_free(client);
}

typedef struct Abuse {
    bool greet, open;
    AugpFrame frame;
    const char *payload;
    uint32_t code;
} Abuse;

static const Abuse abuses[] = {
    {false, false, {.type = AUGP_TYPE_OPEN, .stream = 1}, OPEN_SYN, AUGP_CODE_BAD_STATE},
    {false, false, {.type = AUGP_TYPE_PING}, NULL, AUGP_CODE_BAD_STATE},
    {false, false, {.type = 3}, "{}", AUGP_CODE_UNKNOWN_TYPE},
    {false, false, {.type = AUGP_TYPE_HELLO}, "{\"proto\":[2,3]}", AUGP_CODE_UNSUPPORTED_VERSION},
    {false, false, {.type = AUGP_TYPE_HELLO}, "{\"proto\":1}", AUGP_CODE_BAD_MESSAGE},
    {false,
     false,
     {.type = AUGP_TYPE_HELLO},
     "{\"proto\":[1,1],\"require\":[\"tensors\",\"shm\"]}",
     AUGP_CODE_UNKNOWN_FEATURE},
    {false, false, {.type = AUGP_TYPE_HELLO}, "no JSON", AUGP_CODE_BAD_MESSAGE},
    {false, false, {.type = AUGP_TYPE_HELLO, .length = 4097}, NULL, AUGP_CODE_TOO_LARGE},
    {false, false, {.type = AUGP_TYPE_HELLO, .length = UINT64_MAX}, NULL, AUGP_CODE_TOO_LARGE},
    {false, false, {.type = AUGP_TYPE_HELLO, .flags = 4}, "{}", AUGP_CODE_BAD_MESSAGE},
    {false, false, {.type = 200, .length = 4097}, NULL, AUGP_CODE_TOO_LARGE},
    {true, false, {.type = AUGP_TYPE_HELLO}, "{\"proto\":[1,1]}", AUGP_CODE_BAD_STATE},
    {true, false, {.type = AUGP_TYPE_BATCH, .stream = 1}, NULL, AUGP_CODE_BAD_STATE},
    {true, false, {.type = AUGP_TYPE_CREDIT, .stream = 1, .seq = 9}, NULL, AUGP_CODE_BAD_STATE},
    {true, false, {.type = AUGP_TYPE_CLOSE, .stream = 1}, NULL, AUGP_CODE_BAD_STATE},
    {true, false, {.type = AUGP_TYPE_OPEN, .stream = 2}, OPEN_SYN, AUGP_CODE_BAD_MESSAGE},
    {true,
     false,
     {.type = AUGP_TYPE_OPEN, .stream = 1, .length = 65537},
     NULL,
     AUGP_CODE_TOO_LARGE},
    {true,
     false,
     {.type = AUGP_TYPE_OPEN, .stream = 1},
     "{\"spec\":{},\"sead\":1}",
     AUGP_CODE_BAD_MESSAGE},
    {true,
     false,
     {.type = AUGP_TYPE_OPEN, .stream = 1},
     "{\"spec\":{},\"rank\":4,\"world\":4}",
     AUGP_CODE_BAD_POSITION},
    {true,
     false,
     {.type = AUGP_TYPE_HELLO, .flags = 1, .payload_crc = 1, .stream = 0},
     "{}",
     AUGP_CODE_BAD_STATE},
    {true,
     false,
     {.type = AUGP_TYPE_OPEN, .stream = 1, .flags = 1, .payload_crc = 1},
     OPEN_SYN,
     AUGP_CODE_BAD_PAYLOAD_CRC},
    {true, true, {.type = AUGP_TYPE_OPEN, .stream = 1}, OPEN_SYN, AUGP_CODE_BAD_STATE},
    {true,
     true,
     {.type = AUGP_TYPE_CREDIT, .stream = 1, .seq = 9, .ident = 1},
     NULL,
     AUGP_CODE_BAD_MESSAGE},
};

/* One bad frame each: the right code, and after an error of the connection its end. */
START_TEST(bad_frames)
{
    TestDaemon daemon;
    test_daemon_start(&daemon, NULL);
    for (size_t i = 0; i < sizeof(abuses) / sizeof(abuses[0]); i++) {
        const Abuse *row = &abuses[i];
        int fd = row->greet ? test_raw_greet(&daemon) : test_raw_connect(&daemon);
        AugpFrame frame;
        if (row->open) {
            test_raw_open(fd, OPEN_SYN);
            ck_assert(test_raw_read(fd, &frame, NULL, 0));
            ck_assert_uint_eq(frame.type, AUGP_TYPE_OPEN_OK);
        }
        test_raw_send(fd, row->frame, row->payload);
        uint32_t code = test_raw_error(fd);
        ck_assert_msg(code == row->code, "row %zu gives %u, expected %u", i, code, row->code);
        if (augp_code_info(code)->scope == AUGP_SCOPE_CONNECTION)
            ck_assert(!test_raw_read(fd, &frame, NULL, 0));
        close(fd);
    }
    check_service(&daemon);
    test_daemon_stop(&daemon, SIGTERM);
}
END_TEST

/* Credit may stay or grow, up to the window ahead of what was sent; anything else ends it. */
START_TEST(credit_violations)
{
    TestDaemon daemon;
    test_daemon_start(&daemon, NULL);
    for (int i = 0; i < 3; i++) {
        int fd = test_raw_greet(&daemon);
        AugpFrame frame;
        test_raw_open(fd, OPEN_SYN);
        ck_assert(test_raw_read(fd, &frame, NULL, 0));
        const uint64_t ident = frame.ident;
        /* The window is 4: exactly four batches come, and then nothing. */
        for (uint64_t n = 0; n < 4; n++) {
            ck_assert(test_raw_read(fd, &frame, NULL, 0));
            ck_assert_uint_eq(frame.type, AUGP_TYPE_BATCH);
            ck_assert_uint_eq(frame.seq, n);
        }
        uint8_t byte;
        usleep(30000);
        ck_assert_int_eq(recv(fd, &byte, 1, MSG_DONTWAIT | MSG_PEEK), -1);
        const AugpFrame same = {.type = AUGP_TYPE_CREDIT, .stream = 1, .seq = 4, .ident = ident};
        ck_assert(test_raw_send(fd, same, NULL));
        AugpFrame wrong = same;
        wrong.seq = i == 0 ? 3 : i == 1 ? 9 : UINT64_MAX;
        ck_assert(test_raw_send(fd, wrong, NULL));
        ck_assert_uint_eq(test_raw_error(fd), AUGP_CODE_CREDIT_VIOLATION);
        close(fd);
    }
    test_daemon_stop(&daemon, SIGTERM);
}
END_TEST

/* A spec that came as an object has places that are pointers into it. */
START_TEST(places_in_objects)
{
    static const char *const requests[][2] = {
        {"{\"dataset\":\"syn\",\"spec\":{\"augd\":1,\"pipeline\":[{\"HorizontalFlip\":{}},"
         "{\"Rotat\":{\"limit\":3}}],\"batch\":{\"size\":8}}}",
         "/spec/pipeline/1: "},
        {"{\"dataset\":\"syn\",\"spec\":{\"augd\":1,\"pipeline\":[],\"batch\":{\"size\":0}}}",
         "/spec/batch/size: "},
        {"{\"dataset\":\"syn\",\"spec\":{\"augd\":1,\"pipeline\":[{\"Rotate\":{\"limit\":[1,900]}}]"
         ","
         "\"batch\":{\"size\":8}}}",
         "/spec/pipeline/0/Rotate/limit/1: "},
        /* Found when the plan is made, and when the daemon asks for a name. */
        {"{\"dataset\":\"syn\",\"spec\":{\"augd\":1,\"pipeline\":[\"HorizontalFlip\","
         "{\"RandomCrop\":{\"size\":[900,900]}}]}}",
         "/spec/pipeline/1: "},
        {"{\"dataset\":\"syn\",\"spec\":{\"augd\":1,\"dataset\":{\"kind\":\"synthetic\"}}}",
         "/spec/dataset: "},
        {"{\"dataset\":\"syn\",\"spec\":\"augd: 1\\nbatch: {size: 0}\"}", "spec:2:15: "},
    };
    TestDaemon daemon;
    test_daemon_start(&daemon, NULL);
    int fd = test_raw_greet(&daemon);
    for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++) {
        AugpFrame frame;
        char text[1024];
        test_raw_open(fd, requests[i][0]);
        ck_assert(test_raw_read(fd, &frame, text, sizeof(text)));
        ck_assert_uint_eq(frame.arg, AUGP_CODE_BAD_SPEC);
        ck_assert_msg(strstr(text, requests[i][1]) != NULL, "%s lacks %s", text, requests[i][1]);
    }
    close(fd);
    test_daemon_stop(&daemon, SIGTERM);
}
END_TEST

/* Frames that may cross the end of a stream are no error, PING is answered, unknown frames that may
 * be skipped are. */
START_TEST(harmless_frames)
{
    TestDaemon daemon;
    test_daemon_start(&daemon, NULL);
    int fd = test_raw_greet(&daemon);
    AugpFrame frame;
    for (int i = 0; i < 3; i++) {
        test_raw_open(fd, OPEN_SYN);
        ck_assert(test_raw_read(fd, &frame, NULL, 0));
        ck_assert_uint_eq(frame.type, AUGP_TYPE_OPEN_OK);
        const AugpFrame close_frame = {.type = AUGP_TYPE_CLOSE, .stream = 1, .ident = frame.ident};
        const AugpFrame credit = {
            .type = AUGP_TYPE_CREDIT, .stream = 1, .seq = 4, .ident = frame.ident};
        test_raw_send(fd, (AugpFrame){.type = 255, .arg = 1, .stream = 9}, "skip me");
        test_raw_send(fd, close_frame, NULL);
        test_raw_send(fd, credit, NULL);
        test_raw_send(fd, close_frame, NULL);
        test_raw_send(fd, (AugpFrame){.type = AUGP_TYPE_PING, .arg = 77}, NULL);
        do {
            ck_assert(test_raw_read(fd, &frame, NULL, 0));
        } while (frame.type == AUGP_TYPE_BATCH);
        ck_assert_uint_eq(frame.type, AUGP_TYPE_CLOSED);
        ck_assert(test_raw_read(fd, &frame, NULL, 0));
        ck_assert_uint_eq(frame.type, AUGP_TYPE_PONG);
        ck_assert_uint_eq(frame.arg, 77);
    }
    close(fd);
    test_daemon_stop(&daemon, SIGTERM);
}
END_TEST

/* Random bytes, a foreign protocol, and a good frame that arrives byte by byte. */
START_TEST(garbage)
{
    TestDaemon daemon;
    test_daemon_start(&daemon, NULL);
    uint64_t state = 99;
    for (int i = 0; i < 100; i++) {
        uint8_t bytes[512];
        for (size_t j = 0; j < sizeof(bytes); j++) {
            state = state * 6364136223846793005u + 1442695040888963407u;
            bytes[j] = (uint8_t)(state >> 56);
        }
        int fd = test_raw_connect(&daemon);
        send(fd, bytes, 64 + (size_t)i * 4, MSG_NOSIGNAL);
        ck_assert_uint_eq(test_raw_error(fd), AUGP_CODE_BAD_MAGIC);
        close(fd);
    }
    int fd = test_raw_connect(&daemon);
    static const char http[] =
        "GET / HTTP/1.1\r\nHost: example.org\r\nAccept: text/html,*/*\r\n\r\n";
    send(fd, http, sizeof(http), MSG_NOSIGNAL);
    ck_assert_uint_eq(test_raw_error(fd), AUGP_CODE_BAD_MAGIC);
    close(fd);
    fd = test_raw_connect(&daemon);
    uint8_t hello[AUGP_HEADER_SIZE + 15];
    augp_frame_encode(&(AugpFrame){.type = AUGP_TYPE_HELLO, .length = 15}, hello);
    memcpy(hello + AUGP_HEADER_SIZE, "{\"proto\":[1,1]}", 15);
    for (size_t i = 0; i < sizeof(hello); i++)
        ck_assert_int_eq(send(fd, hello + i, 1, MSG_NOSIGNAL), 1);
    AugpFrame frame;
    ck_assert(test_raw_read(fd, &frame, NULL, 0));
    ck_assert_uint_eq(frame.type, AUGP_TYPE_HELLO_OK);
    close(fd);
    check_service(&daemon);
    test_daemon_stop(&daemon, SIGTERM);
    /* Fifty lines at most, and a word about the rest. */
    ck_assert_int_le(test_daemon_count(&daemon, "BAD_MAGIC"), 60);
}
END_TEST

/* One bit of every byte of a greeting and an opening flipped, payloads with checksums: there is
 * always an error, never a stream. */
START_TEST(damaged_bytes)
{
    TestDaemon daemon;
    test_daemon_start(&daemon, NULL);
    static const char hello[] = "{\"proto\":[1,1]}", open[] = OPEN_SYN;
    const size_t sizes[] = {sizeof(hello) - 1, sizeof(open) - 1};
    uint8_t bytes[2 * AUGP_HEADER_SIZE + sizeof(hello) + sizeof(open)];
    AugpFrame frame = {.type = AUGP_TYPE_HELLO, .length = sizes[0]};
    augp_frame_add_crc(&frame, hello);
    augp_frame_encode(&frame, bytes);
    memcpy(bytes + AUGP_HEADER_SIZE, hello, sizes[0]);
    uint8_t *second = bytes + AUGP_HEADER_SIZE + sizes[0];
    frame = (AugpFrame){.type = AUGP_TYPE_OPEN, .stream = 1, .length = sizes[1]};
    augp_frame_add_crc(&frame, open);
    augp_frame_encode(&frame, second);
    memcpy(second + AUGP_HEADER_SIZE, open, sizes[1]);
    const size_t size = 2 * AUGP_HEADER_SIZE + sizes[0] + sizes[1];
    for (size_t i = 0; i < size; i++) {
        bytes[i] ^= (uint8_t)(1 << i % 8);
        int fd = test_raw_connect(&daemon);
        send(fd, bytes, size, MSG_NOSIGNAL);
        bytes[i] ^= (uint8_t)(1 << i % 8);
        uint32_t code = test_raw_error(fd);
        ck_assert_msg(code >= AUGP_CODE_BAD_MAGIC && code <= AUGP_CODE_BAD_PAYLOAD_CRC,
                      "byte %zu of %zu: code %u", i, size, code);
        close(fd);
    }
    check_service(&daemon);
    test_daemon_stop(&daemon, SIGTERM);
}
END_TEST

/* Silence ends with TIMEOUT before the greeting, and is allowed for ever after it. */
START_TEST(silence)
{
    const char *options[] = {"--handshake-ms", "1000", "--stall-ms", "100", NULL};
    TestDaemon daemon;
    test_daemon_start(&daemon, options);
    int greeted = test_raw_greet(&daemon);
    int silent = test_raw_connect(&daemon);
    int slow = test_raw_connect(&daemon);
    ck_assert_int_eq(send(slow, "AUGG", 4, MSG_NOSIGNAL), 4);
    ck_assert_uint_eq(test_raw_error(silent), AUGP_CODE_TIMEOUT);
    ck_assert_uint_eq(test_raw_error(slow), AUGP_CODE_TIMEOUT);
    usleep(500000);
    AugpFrame frame;
    ck_assert(test_raw_send(greeted, (AugpFrame){.type = AUGP_TYPE_PING}, NULL));
    ck_assert(test_raw_read(greeted, &frame, NULL, 0));
    close(greeted);
    close(silent);
    close(slow);
    test_daemon_stop(&daemon, SIGTERM);
}
END_TEST

/* 200 clients come and go as fast as they can, most in the middle of something. */
START_TEST(quick_connections)
{
    TestDaemon daemon;
    test_daemon_start(&daemon, NULL);
    for (int i = 0; i < 200; i++) {
        int fd = i % 4 ? test_raw_greet(&daemon) : test_raw_connect(&daemon);
        if (i % 4 > 1)
            test_raw_open(fd, i % 4 == 2 ? OPEN_SYN : OPEN_BIG);
        close(fd);
    }
    check_service(&daemon);
    test_daemon_stop(&daemon, SIGTERM);
}
END_TEST

/* Above the limit a client is told so, and as soon as one leaves the next is served. */
START_TEST(too_many_connections)
{
    const char *options[] = {"--max-connections", "3", NULL};
    TestDaemon daemon;
    test_daemon_start(&daemon, options);
    int fds[3];
    for (int i = 0; i < 3; i++)
        fds[i] = test_raw_greet(&daemon);
    int fd = test_raw_connect(&daemon);
    ck_assert_uint_eq(test_raw_error(fd), AUGP_CODE_TOO_MANY_CONNECTIONS);
    close(fd);
    AugpClient *client;
    AugpError error;
    ck_assert_int_eq(augp_client_new(&client, daemon.tcp_address, NULL, &error), AUGP_REFUSED);
    ck_assert_uint_eq(error.code, AUGP_CODE_TOO_MANY_CONNECTIONS);
    ck_assert(error.retry);
    close(fds[0]);
    AugpStatus status = AUGP_REFUSED;
    for (int i = 0; i < 200 && status == AUGP_REFUSED; i++) {
        usleep(10000);
        status = augp_client_new(&client, daemon.unix_address, NULL, &error);
    }
    ck_assert_int_eq(status, AUGP_OK);
    augp_client_free(client);
    close(fds[1]);
    close(fds[2]);
    test_daemon_stop(&daemon, SIGTERM);
}
END_TEST

/* How many times as much memory sanitizers take: the thread sanitizer keeps two and a half bytes of its own
 * for each. */
#if defined(__SANITIZE_THREAD__)
#define SANITIZED 3.5
#elif defined(__SANITIZE_ADDRESS__)
#define SANITIZED 2
#else
#define SANITIZED 1
#endif

/* Five clients open streams of large batches and never read: others are served meanwhile, memory
 * stays at what was reserved (five streams of four batches of 12.6 MB are 252 MB, and the program), and in
 * the end the sleepers are cut off. */
START_TEST(clients_that_do_not_read)
{
    const char *options[] = {"--stall-ms", "1500", NULL};
    TestDaemon daemon;
    test_daemon_start(&daemon, options);
    int fds[5];
    for (int i = 0; i < 5; i++) {
        fds[i] = test_raw_greet(&daemon);
        test_raw_open(fds[i], OPEN_BIG);
    }
    for (int i = 0; i < 20; i++)
        check_service(&daemon);
    const size_t resident = test_resident(daemon.pid), most = (size_t)(330 * SANITIZED) << 20;
    ck_assert_msg(resident < most, "%zu bytes are resident; allowed are %zu", resident, most);
    test_daemon_await(&daemon, "SLOW_CONSUMER");
    for (int i = 0; i < 5; i++)
        close(fds[i]);
    check_service(&daemon);
    test_daemon_stop(&daemon, SIGTERM);
}
END_TEST

/* A client that takes a batch now and then is slow, not stalled: each time the daemon looks, as
 * many bytes wait as the time before, of another batch. */
START_TEST(steady_slow_reader_is_kept)
{
    const char *options[] = {"--stall-ms", "2000", NULL};
    TestDaemon daemon;
    test_daemon_start(&daemon, options);
    const AugpClientRequest request = {
        .dataset = "syn", .spec = "augd: 1\nbatch: {size: 33, tail: drop}\n", .window = 32};
    AugpClient *client = test_client(daemon.unix_address, &request);
    for (int i = 0; i < 60; i++) {
        AugpClientBatch batch;
        AugpError error;
        AugpStatus status = augp_client_next(client, &batch, &error);
        ck_assert_msg(status == AUGP_OK, "batch %d: %s", i, error.message);
        usleep(60000);
    }
    augp_client_free(client);
    ck_assert_int_eq(test_daemon_count(&daemon, "SLOW_CONSUMER"), 0);
    test_daemon_stop(&daemon, SIGTERM);
}
END_TEST

/* A client that asks and asks but never reads is not read from any more. */
START_TEST(replies_do_not_pile_up)
{
    TestDaemon daemon;
    test_daemon_start(&daemon, NULL);
    int fd = test_raw_greet(&daemon);
    const struct timeval limit = {.tv_usec = 200000};
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
    int n = 0;
    while (n < 1000000 && test_raw_send(fd, (AugpFrame){.type = AUGP_TYPE_PING}, NULL))
        n++;
    /* Socket buffers hold some thousands of frames in either direction. */
    ck_assert_msg(n < 100000, "%d requests were read without an answer being taken", n);
    check_service(&daemon);
    close(fd);
    test_daemon_stop(&daemon, SIGTERM);
}
END_TEST

/* Forty clients vanish in the middle of a batch. What they had reserved is free again: there is
 * room for one such stream only. */
START_TEST(vanishing_clients)
{
    const char *options[] = {"--max-memory", "66MiB", "--worker-memory", "1MiB", NULL};
    TestDaemon daemon;
    test_daemon_start(&daemon, options);
    for (int i = 0; i < 40; i++) {
        const AugpClientRequest request = {.dataset = "big", .spec = TEST_BIG_SPEC};
        AugpClient *client = NULL;
        AugpError error;
        ck_assert_int_eq(augp_client_new(&client, daemon.unix_address, NULL, &error), AUGP_OK);
        AugpStatus status = AUGP_REFUSED;
        for (int tries = 0; tries < 500 && status == AUGP_REFUSED; tries++) {
            status = augp_client_open(client, &request, &error);
            if (status == AUGP_REFUSED) {
                ck_assert_uint_eq(error.code, AUGP_CODE_RESOURCE_EXHAUSTED);
                ck_assert(error.retry && error.retry_after_ms > 0);
                usleep(10000);
            }
        }
        ck_assert_msg(status == AUGP_OK, "round %d: %s", i, error.message);
        AugpClientBatch batch;
        if (i % 4 == 0)
            ck_assert_int_eq(augp_client_next(client, &batch, &error), AUGP_OK);
        augp_client_free(client);
    }
    test_daemon_stop(&daemon, SIGTERM);
}
END_TEST

/* What can never fit is not worth trying again. */
START_TEST(reservation)
{
    const char *options[] = {"--max-memory", "48MiB", "--worker-memory", "1MiB", NULL};
    TestDaemon daemon;
    test_daemon_start(&daemon, options);
    const AugpClientRequest request = {.dataset = "big", .spec = TEST_BIG_SPEC};
    AugpClient *client;
    AugpError error;
    ck_assert_int_eq(augp_client_new(&client, daemon.unix_address, NULL, &error), AUGP_OK);
    ck_assert_int_eq(augp_client_open(client, &request, &error), AUGP_REFUSED);
    ck_assert_uint_eq(error.code, AUGP_CODE_RESOURCE_EXHAUSTED);
    ck_assert(!error.retry);
    augp_client_free(client);
    check_service(&daemon);
    test_daemon_stop(&daemon, SIGTERM);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("daemon_abuse");
    TCase *all = tcase_create("all");
    tcase_set_timeout(all, 120);
    tcase_add_test(all, bad_frames);
    tcase_add_test(all, credit_violations);
    tcase_add_test(all, places_in_objects);
    tcase_add_test(all, harmless_frames);
    tcase_add_test(all, garbage);
    tcase_add_test(all, damaged_bytes);
    tcase_add_test(all, silence);
    tcase_add_test(all, quick_connections);
    tcase_add_test(all, too_many_connections);
    tcase_add_test(all, clients_that_do_not_read);
    tcase_add_test(all, steady_slow_reader_is_kept);
    tcase_add_test(all, replies_do_not_pile_up);
    tcase_add_test(all, vanishing_clients);
    tcase_add_test(all, reservation);
    suite_add_tcase(suite, all);
    return test_run(suite);
}
