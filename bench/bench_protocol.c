/* Speed of the protocol: checksums, headers, and the client's way from a socket into its buffer.
 *
 *     bench_protocol                                      by itself, beside memcpy
 *     bench_protocol ADDRESS DATASET SPEC [BATCHES]       from a running daemon
 *
 * Rates are ratios to a memcpy of the same size that runs directly before, because the machine may
 * be shared; of several rounds the best is printed.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "protocol/client.h"
#include "protocol/crc32c.h"
#include "protocol/frame.h"

#define ROUNDS 5

/* Of the stream that the built-in server sends; its ident is 0. */
#define STREAM_ID "0000000000000000000000000000000000000000000000000000000000000000"

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static void require(bool good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "bench_protocol: %s\n", what);
    exit(EXIT_FAILURE);
}

static double memcpy_rate(const uint8_t *from, uint8_t *to, size_t size)
{
    double start = now();
    size_t n = ((size_t)256 << 20) / size + 1;
    for (size_t i = 0; i < n; i++) {
        memcpy(to, from, size);
        __asm__ volatile("" ::"r"(to) : "memory");
    }
    return (double)(n * size) / (now() - start);
}

typedef uint32_t (*Crc)(uint32_t crc, const void *bytes, size_t size);

static void bench_crc(const char *name, Crc crc, const uint8_t *bytes, size_t size)
{
    double best = 0;
    volatile uint32_t sink = 0;
    for (int round = 0; round < ROUNDS; round++) {
        size_t n = ((size_t)64 << 20) / size;
        double start = now();
        for (size_t i = 0; i < n; i++)
            sink = crc(sink, bytes, size);
        double rate = (double)(n * size) / (now() - start);
        best = rate > best ? rate : best;
    }
    printf("%-28s %9zu bytes  %7.2f GB/s\n", name, size, best * 1e-9);
}

static void bench_header(void)
{
    enum { N = 1000000 };
    uint8_t bytes[AUGP_HEADER_SIZE];
    AugpFrame frame = {.type = AUGP_TYPE_BATCH, .stream = 1, .length = 1000};
    double start = now();
    for (uint64_t i = 0; i < N; i++) {
        frame.seq = i;
        augp_frame_encode(&frame, bytes);
        require(augp_frame_decode(&frame, bytes, NULL) == AUGP_OK, "a header is damaged");
    }
    printf("%-28s %9d bytes  %7.0f ns\n", "header, encode and decode", AUGP_HEADER_SIZE,
           (now() - start) / N * 1e9);
}

/* A server that only writes: the same batch again and again. */
typedef struct Source {
    int listener;
    const uint8_t *payload;
    size_t size;
    uint64_t n;
    bool crc;
} Source;

static void write_all(int fd, const void *bytes, size_t size)
{
    for (size_t done = 0; done < size;) {
        ssize_t n = send(fd, (const uint8_t *)bytes + done, size - done, MSG_NOSIGNAL);
        if (n <= 0)
            return;
        done += (size_t)n;
    }
}

static void write_frame(int fd, AugpFrame frame, const void *payload, size_t size)
{
    uint8_t header[AUGP_HEADER_SIZE];
    augp_frame_encode(&frame, header);
    write_all(fd, header, sizeof(header));
    write_all(fd, payload, size);
}

static void *serve(void *argument)
{
    const Source *source = argument;
    int fd = accept(source->listener, NULL, NULL);
    const AugpHelloOk hello = {
        .proto = 1, .max_batch = AUGP_MAX_BATCH, .max_control = AUGP_MAX_CONTROL, .max_window = 64};
    const AugpOpenOk open = {.stream_id = STREAM_ID,
                             .fingerprint = STREAM_ID,
                             .batch = 1,
                             .batch_size = source->size,
                             .steps_per_epoch = UINT64_MAX};
    char *text;
    size_t size;
    require(augp_hello_ok_encode(&hello, &text, &size, NULL) == AUGP_OK, "no greeting");
    write_frame(fd, (AugpFrame){.type = AUGP_TYPE_HELLO_OK, .length = size}, text, size);
    free(text);
    require(augp_open_ok_encode(&open, &text, &size, NULL) == AUGP_OK, "no opening");
    write_frame(fd, (AugpFrame){.type = AUGP_TYPE_OPEN_OK, .stream = 1, .length = size}, text,
                size);
    free(text);
    AugpFrame frame = {.type = AUGP_TYPE_BATCH, .stream = 1, .length = source->size};
    for (frame.seq = 0; frame.seq < source->n; frame.seq++) {
        frame.step = frame.seq;
        if (source->crc)
            augp_frame_add_crc(&frame, source->payload);
        write_frame(fd, frame, source->payload, source->size);
    }
    close(fd);
    return NULL;
}

static double client_rate(const Source *source, const char *address)
{
    AugpClient *client;
    AugpClientBatch batch;
    pthread_t thread;
    Source copy = *source;
    require(pthread_create(&thread, NULL, serve, &copy) == 0, "no thread");
    const AugpClientRequest request = {.dataset = "x", .spec = "x", .window = 64};
    require(augp_client_new(&client, address, NULL, NULL) == AUGP_OK &&
                augp_client_open(client, &request, NULL) == AUGP_OK,
            "the client cannot open");
    double start = now();
    for (uint64_t i = 0; i < source->n; i++)
        require(augp_client_next(client, &batch, NULL) == AUGP_OK, "a batch is missing");
    double rate = (double)(source->n * source->size) / (now() - start);
    augp_client_free(client);
    pthread_join(thread, NULL);
    return rate;
}

static void bench_client(const uint8_t *payload, uint8_t *other, size_t size, bool crc)
{
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    char address[128];
    snprintf(name.sun_path, sizeof(name.sun_path), "/tmp/bench_protocol.%d", (int)getpid());
    snprintf(address, sizeof(address), "unix:%s", name.sun_path);
    Source source = {.payload = payload, .size = size, .crc = crc};
    source.n = ((size_t)512 << 20) / size + 1;
    source.listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    require(bind(source.listener, (const struct sockaddr *)&name, sizeof(name)) == 0 &&
                listen(source.listener, 1) == 0,
            "cannot listen in /tmp");
    double best = 0, reference = 0;
    for (int round = 0; round < ROUNDS; round++) {
        double copied = memcpy_rate(payload, other, size);
        double rate = client_rate(&source, address);
        reference = copied > reference ? copied : reference;
        best = rate > best ? rate : best;
    }
    close(source.listener);
    unlink(name.sun_path);
    printf("%-28s %9zu bytes  %7.2f GB/s  %.2f of memcpy\n",
           crc ? "client, Unix, checksums" : "client, Unix", size, best * 1e-9, best / reference);
}

static int bench_daemon(char **arguments, uint64_t n)
{
    static char spec[65536];
    FILE *file = fopen(arguments[2], "r");
    require(file != NULL, "cannot read the spec");
    spec[fread(spec, 1, sizeof(spec) - 1, file)] = 0;
    fclose(file);
    AugpClient *client;
    AugpClientBatch batch;
    AugpError error = {0};
    const AugpClientRequest request = {.dataset = arguments[1], .spec = spec, .window = 8};
    double start = now();
    if (augp_client_new(&client, arguments[0], NULL, &error) != AUGP_OK ||
        augp_client_open(client, &request, &error) != AUGP_OK) {
        fprintf(stderr, "%s: %s\n", error.where, error.message);
        return EXIT_FAILURE;
    }
    double opened = now();
    size_t size = 0;
    double first = 0;
    for (uint64_t i = 0; i < n; i++) {
        require(augp_client_next(client, &batch, &error) == AUGP_OK, error.message);
        first = i == 0 ? now() : first;
        size += batch.size;
    }
    double seconds = now() - opened;
    printf("opened in %.2f ms, first batch after %.2f ms more; %llu batches in %.3f s: %.0f/s, "
           "%.2f GB/s\n",
           (opened - start) * 1e3, (first - opened) * 1e3, (unsigned long long)n, seconds,
           (double)n / seconds, (double)size / seconds * 1e-9);
    augp_client_free(client);
    return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
    if (argc >= 4)
        return bench_daemon(argv + 1, argc > 4 ? strtoull(argv[4], NULL, 10) : 1000);
    static const size_t sizes[] = {301568, 4816896, 19267584};
    const size_t largest = sizes[2];
    uint8_t *payload = malloc(largest), *other = malloc(largest);
    require(payload && other, "memory is exhausted");
    for (size_t i = 0; i < largest; i++)
        payload[i] = (uint8_t)(i * 2654435761u >> 13);
    memset(other, 1, largest);
    bench_crc("CRC-32C, table", augp_crc32c_table, payload, 1 << 20);
    bench_crc("CRC-32C", augp_crc32c, payload, 1 << 20);
    bench_crc("CRC-32C", augp_crc32c, payload, 64);
    bench_header();
    for (size_t i = 0; i < 3; i++) {
        bench_client(payload, other, sizes[i], false);
        bench_client(payload, other, sizes[i], true);
    }
    free(payload);
    free(other);
    return EXIT_SUCCESS;
}
