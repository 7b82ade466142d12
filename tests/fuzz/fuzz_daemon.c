/* The whole daemon, with up to four clients that follow a script. Whatever they do, it says nothing
 * that is not the protocol, greets the next client, stops when it is told to, and keeps nothing.
 *
 * Input: a script of actions. One is a byte, the client in its two lowest bits and the action in
 * the others, and what the action reads.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "augd/server.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/seal.h"
#include "tests/fuzz/witness.h"
#include "tests/support/support.h"

#define N_PEERS 4

/* One less than the clients, so that the last may be one too many. */
#define MAX_CONNECTIONS 3

/* Scripts are short. A waiting of so many milliseconds is for the jobs of streams in other threads;
 * sockets never need one. */
#define MAX_ACTIONS 200
#define WAIT_MS 4

/* A server that does not come to its end within this has lost something. */
#define DRAIN_MS 20000

/* A client. fd: -1 before it connects and after it closed. chunk: bytes that it sends before the
 * server has its turn; 0: all. window: of the last OPEN */
typedef struct Peer {
    int fd;
    size_t chunk;
    uint32_t window;
    FuzzWitness witness;
} Peer;

/* A server and its clients. */
typedef struct Scene {
    uv_loop_t loop;
    AugdServer server;
    Peer peers[N_PEERS];
} Scene;

static struct sockaddr_un address = {.sun_family = AF_UNIX};
static const char *listen_text;
static int nowhere = -1;
static const char *const dataset_texts[] = {
    "syn=synthetic:count=20,size=8,classes=3",
    "grey=synthetic:count=7,size=[5,9],channels=1",
};

static const AugdSettings settings_but_listen = {
    .threads = 1,
    .depth = 2,
    .max_connections = MAX_CONNECTIONS,
    .max_memory_size = 1u << 20,
    .sample_work = 4000,
    .handshake_ms = 30000,
    .stall_ms = 60000,
    .drain_ms = DRAIN_MS,
    .quiet = true,
    .dataset = {.items = dataset_texts, .n = 2},
};

static void init(void)
{
    /* As the program's main function does. */
    signal(SIGPIPE, SIG_IGN);
    listen_text = test_path("unix:%s/s", test_folder());
    const char *path = listen_text + strlen("unix:");
    FUZZ_CHECK(strlen(path) < sizeof(address.sun_path), "%s is too long for a socket", path);
    memcpy(address.sun_path, path, strlen(path));
    nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    FUZZ_CHECK(nowhere >= 0, "there is no /dev/null");
}

/* One turn of the server's loop; with streams it may wait for something to happen. */
static void turn(Scene *scene, int wait_ms)
{
    struct pollfd ready = {.fd = uv_backend_fd(&scene->loop), .events = POLLIN};
    if (wait_ms > 0 && scene->server.streams.n > 0)
        (void)poll(&ready, 1, wait_ms);
    uv_run(&scene->loop, UV_RUN_NOWAIT);
}

static void connect_peer(Peer *peer)
{
    if (peer->fd >= 0)
        return;
    peer->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    FUZZ_CHECK(peer->fd >= 0, "no socket: %s", strerror(errno));
    if (connect(peer->fd, (const struct sockaddr *)&address, sizeof(address)) != 0) {
        close(peer->fd);
        peer->fd = -1;
    }
}

static void close_peer(Peer *peer)
{
    if (peer->fd >= 0)
        close(peer->fd);
    peer->fd = -1;
    fuzz_witness_fini(&peer->witness);
}

/* Reads at most size bytes; false at the end of what there is. */
static bool read_peer(Peer *peer, size_t size)
{
    uint8_t bytes[16384];
    if (peer->fd < 0)
        return false;
    const ssize_t n = recv(peer->fd, bytes, size < sizeof(bytes) ? size : sizeof(bytes), 0);
    if (n > 0)
        fuzz_witness_take(&peer->witness, bytes, (size_t)n);
    return n > 0;
}

/* Sends what fits, in chunks. */
static void send_peer(Scene *scene, Peer *peer, const uint8_t *bytes, size_t size)
{
    while (peer->fd >= 0 && size > 0) {
        const size_t chunk = peer->chunk && peer->chunk < size ? peer->chunk : size;
        const ssize_t n = send(peer->fd, bytes, chunk, MSG_NOSIGNAL);
        if (n <= 0)
            return;
        bytes += n;
        size -= (size_t)n;
        if (peer->chunk)
            turn(scene, 0);
    }
}

/* Sends a frame with a payload of frame.length bytes. */
static void send_frame(Scene *scene, Peer *peer, AugpFrame frame, const void *payload)
{
    const size_t size = (size_t)frame.length;
    uint8_t *bytes = malloc(AUGP_HEADER_SIZE + size);
    FUZZ_CHECK(bytes != NULL, "no memory for a frame");
    augp_frame_encode(&frame, bytes);
    if (size)
        memcpy(bytes + AUGP_HEADER_SIZE, payload, size);
    send_peer(scene, peer, bytes, AUGP_HEADER_SIZE + size);
    free(bytes);
}

/* Sends a frame with a text, and frees that. */
static void send_text(Scene *scene, Peer *peer, AugpFrame frame, char *text, size_t size)
{
    frame.length = size;
    send_frame(scene, peer, frame, text);
    free(text);
}

static void send_hello(Scene *scene, Peer *peer, uint32_t features)
{
    const AugpHello hello = {.proto_low = AUGP_VERSION,
                             .proto_high = AUGP_VERSION,
                             .client = "fuzz",
                             .features = features % 8};
    char *text;
    size_t size;
    FUZZ_CHECK(augp_hello_encode(&hello, &text, &size, NULL) == AUGP_OK, "no message of our own");
    send_text(scene, peer, (AugpFrame){.type = AUGP_TYPE_HELLO}, text, size);
}

/* OPEN for a position, with a spec of the script's own. */
static void send_open(Scene *scene, Peer *peer, FuzzInput *input)
{
    AugpOpen open = {.window = 1 + fuzz_byte(input) % 8u};
    const uint8_t choice = fuzz_byte(input);
    snprintf(open.dataset, sizeof(open.dataset), "%s", choice & 1 ? "syn" : "grey");
    open.epochs = choice >> 1 & 3;
    open.names = choice >> 3 & 1;
    open.class_names = choice >> 4 & 1;
    open.epoch = fuzz_byte(input);
    open.step = fuzz_byte(input) % 8u;
    open.spec_size = fuzz_number(input, 1024);
    open.spec = (char *)fuzz_take(input, &open.spec_size);
    char *text;
    size_t size;
    const AugpFrame frame = {.type = AUGP_TYPE_OPEN, .stream = AUGP_STREAM_ONE};
    /* The spec need not be UTF-8, and then is no message. */
    if (augp_open_encode(&open, &text, &size, NULL) == AUGP_OK)
        send_text(scene, peer, frame, text, size);
    peer->window = open.window;
    free(open.spec);
}

/* Bytes of the script, as they are or as frames whose checksums are right. */
static void send_raw(Scene *scene, Peer *peer, FuzzInput *input, bool sealed)
{
    size_t size = fuzz_number(input, 8192);
    uint8_t *bytes = fuzz_take(input, &size);
    if (sealed)
        fuzz_seal(bytes, size);
    send_peer(scene, peer, bytes, size);
    free(bytes);
}

/* A frame without payload, for the open stream if it is of one. */
static void send_control(Scene *scene, Peer *peer, FuzzInput *input, AugpType type)
{
    const uint8_t choice = fuzz_byte(input);
    AugpFrame frame = {.type = (uint8_t)type, .ident = peer->witness.ident};
    /* As much as a good client gives after what it has seen, and now and then more. */
    if (type == AUGP_TYPE_CREDIT)
        frame.seq = peer->witness.seq + peer->window + choice / 64;
    if (type == AUGP_TYPE_PING)
        frame = (AugpFrame){.type = AUGP_TYPE_PING, .arg = choice};
    else
        frame.stream = AUGP_STREAM_ONE;
    send_frame(scene, peer, frame, NULL);
}

static void act(Scene *scene, FuzzInput *input)
{
    const uint8_t byte = fuzz_byte(input);
    Peer *peer = &scene->peers[byte % N_PEERS];
    switch (byte / N_PEERS % 14) {
    case 0:
        connect_peer(peer);
        break;
    case 1:
        send_hello(scene, peer, fuzz_byte(input));
        break;
    case 2:
        send_open(scene, peer, input);
        break;
    case 3:
        send_control(scene, peer, input, AUGP_TYPE_CREDIT);
        break;
    case 4:
        send_control(scene, peer, input, AUGP_TYPE_CLOSE);
        break;
    case 5:
        send_control(scene, peer, input, AUGP_TYPE_PING);
        break;
    case 6:
        send_raw(scene, peer, input, false);
        break;
    case 7:
        send_raw(scene, peer, input, true);
        break;
    case 8:
        peer->chunk = fuzz_byte(input);
        break;
    case 9:
        for (int n = fuzz_byte(input) % 8; n >= 0; n--)
            turn(scene, 0);
        break;
    case 10:
        turn(scene, WAIT_MS);
        break;
    case 11:
        (void)read_peer(peer, 64 * (1 + (size_t)fuzz_byte(input)));
        break;
    case 12:
        if (peer->fd >= 0)
            (void)shutdown(peer->fd, fuzz_byte(input) % 2 ? SHUT_WR : SHUT_RDWR);
        break;
    default:
        close_peer(peer);
        break;
    }
}

/* All that was sent is read, then everybody leaves. */
static void leave(Scene *scene)
{
    for (int i = 0; i < N_PEERS; i++) {
        turn(scene, 0);
        while (read_peer(&scene->peers[i], SIZE_MAX))
            turn(scene, 0);
        close_peer(&scene->peers[i]);
    }
    while (scene->server.connections.n > 0)
        turn(scene, WAIT_MS);
}

/* A server that has seen all this still greets. */
static void check_alive(Scene *scene)
{
    Peer *peer = &scene->peers[0];
    connect_peer(peer);
    FUZZ_CHECK(peer->fd >= 0, "the server does not accept");
    peer->chunk = 0;
    send_hello(scene, peer, 0);
    for (int n = 0; n < 20000 && peer->witness.state != AUGP_STATE_READY; n++) {
        turn(scene, WAIT_MS);
        (void)read_peer(peer, SIZE_MAX);
    }
    FUZZ_CHECK(peer->witness.state == AUGP_STATE_READY, "the server does not greet");
}

/* Stops as by a signal, with what is under way. */
static void stop(Scene *scene)
{
    FUZZ_CHECK(raise(SIGTERM) == 0, "no signal");
    turn(scene, WAIT_MS);
    for (int i = 0; i < N_PEERS; i++) {
        while (read_peer(&scene->peers[i], SIZE_MAX))
            turn(scene, 0);
        close_peer(&scene->peers[i]);
    }
    FUZZ_CHECK(augd_server_run(&scene->server), "the server does not end");
    FUZZ_CHECK(scene->server.phase == AUGD_DRAINING, "the server had to be cut off");
    FUZZ_CHECK(scene->server.streams.n == 0 && scene->server.streams.memory.reserved == 0,
               "%u streams keep %llu bytes", scene->server.streams.n,
               (unsigned long long)scene->server.streams.memory.reserved);
    augd_server_fini(&scene->server);
    FUZZ_CHECK(uv_loop_close(&scene->loop) == 0, "something is still on the loop");
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    if (nowhere < 0)
        init();
    FuzzInput input = {bytes, size};
    static Scene scene;
    AugError error = {0};
    AugdSettings settings = settings_but_listen;
    settings.listen = (CmdTexts){.items = &listen_text, .n = 1};
    memset(&scene, 0, sizeof(scene));
    for (int i = 0; i < N_PEERS; i++)
        scene.peers[i].fd = -1;
    FUZZ_CHECK(uv_loop_init(&scene.loop) == 0, "no loop");
    const AugStatus status = augd_server_start(&scene.server, &scene.loop, &settings, &error);
    FUZZ_CHECK(status == AUG_OK, "%s: %s", error.where, error.message);
    augd_log_fini(&scene.server.loop.log);
    FUZZ_CHECK(augd_log_init(&scene.server.loop.log, nowhere, AUGD_LEVEL_WARNING, &error) == AUG_OK,
               "%s", error.message);
    const bool leaves_first = fuzz_byte(&input) % 2 == 0;
    for (int n = 0; n < MAX_ACTIONS && input.left > 0; n++)
        act(&scene, &input);
    if (leaves_first) {
        leave(&scene);
        check_alive(&scene);
    }
    stop(&scene);
    return 0;
}
