/* Connects, reads and writes until a deadline, with the reason of each failure. */
#include "protocol/socket.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

static uint64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* Milliseconds until a deadline, as poll takes them; 0 if it has passed. */
static int remaining_ms(uint64_t deadline)
{
    uint64_t now = now_ms();
    uint64_t left = deadline > now ? deadline - now : 0;
    return left > INT32_MAX ? INT32_MAX : (int)left;
}

/* Waits until a connection that is under way is there; returns an errno. */
static int await_connection(int fd, uint64_t deadline)
{
    struct pollfd poller = {.fd = fd, .events = POLLOUT};
    int ready;
    do {
        ready = poll(&poller, 1, remaining_ms(deadline));
    } while (ready < 0 && errno == EINTR);
    if (ready == 0)
        return ETIMEDOUT;
    int problem = 0;
    socklen_t size = sizeof(problem);
    if (ready < 0 || getsockopt(fd, SOL_SOCKET, SO_ERROR, &problem, &size) != 0)
        return errno;
    return problem;
}

/* One attempt at an address of the internet; returns an errno. */
static int connect_tcp_once(int fd, const struct addrinfo *at, uint64_t deadline)
{
    if (connect(fd, at->ai_addr, at->ai_addrlen) == 0)
        return 0;
    return errno == EINPROGRESS || errno == EINTR ? await_connection(fd, deadline) : errno;
}

/* A connected, blocking socket, or -1 with an errno in *problem. */
static int open_tcp(const struct addrinfo *at, uint64_t deadline, int *problem)
{
    int fd = socket(at->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) {
        *problem = errno;
        return -1;
    }
    *problem = connect_tcp_once(fd, at, deadline);
    if (*problem == 0 && fcntl(fd, F_SETFL, 0) != 0)
        *problem = errno;
    if (*problem == 0)
        return fd;
    close(fd);
    return -1;
}

/* Small frames leave at once, and a peer whose machine died is noticed. Best effort: a stream works
 * without. */
static void tune_tcp(int fd)
{
    const int on = 1;
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    (void)setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
}

static AugpStatus fail_connect(const char *text, int problem, AugpError *error)
{
    if (problem == ENOENT || problem == ECONNREFUSED)
        return AUGP_FAIL(error, AUGP_CONNECT, 0, text,
                         "no server listens there: %s; allowed is an address that augd was given "
                         "with --listen",
                         strerror(problem));
    return AUGP_FAIL(error, problem == ETIMEDOUT ? AUGP_TIMEOUT : AUGP_CONNECT, 0, text,
                     "cannot connect: %s", strerror(problem));
}

static AugpStatus connect_tcp(int *fd, const AugpAddress *address, const char *text,
                              uint64_t deadline, AugpError *error)
{
    const struct addrinfo wanted = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;
    int failure = getaddrinfo(address->host, address->port, &wanted, &found);
    if (failure != 0)
        return AUGP_FAIL(error, AUGP_CONNECT, 0, text, "the host is not known: %s",
                         gai_strerror(failure));
    int problem = 0;
    for (const struct addrinfo *at = found; at && *fd < 0; at = at->ai_next)
        *fd = open_tcp(at, deadline, &problem);
    freeaddrinfo(found);
    if (*fd < 0)
        return fail_connect(text, problem, error);
    tune_tcp(*fd);
    return AUGP_OK;
}

/* How long a socket waits to send, and to connect if it is a Unix socket; 0: for ever. Returns an
 * errno. */
static int set_send_timeout(int fd, int ms)
{
    const struct timeval limit = {.tv_sec = ms / 1000, .tv_usec = (suseconds_t)(ms % 1000) * 1000};
    return setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit)) == 0 ? 0 : errno;
}

/* Whoever finds a Unix socket's queue full waits in the kernel, in turn: one that looked again and
 * again would come after all who wait. Returns an errno. */
static int connect_in_turn(int fd, const struct sockaddr_un *name, uint64_t deadline)
{
    for (;;) {
        const int ms = remaining_ms(deadline);
        const int problem = set_send_timeout(fd, ms > 0 ? ms : 1);
        if (problem != 0)
            return problem;
        if (connect(fd, (const struct sockaddr *)name, sizeof(*name)) == 0)
            return set_send_timeout(fd, 0);
        if (errno == EAGAIN)
            return ETIMEDOUT;
        if (errno != EINTR)
            return errno;
    }
}

static AugpStatus connect_unix(int *fd, const AugpAddress *address, const char *text,
                               uint64_t deadline, AugpError *error)
{
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    memcpy(name.sun_path, address->path, strlen(address->path) + 1);
    *fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int problem = *fd < 0 ? errno : connect_in_turn(*fd, &name, deadline);
    if (problem == 0)
        return AUGP_OK;
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
    return fail_connect(text, problem, error);
}

AugpStatus augp_socket_connect(int *fd, const AugpAddress *address, const char *text,
                               uint32_t timeout_ms, AugpError *error)
{
    *fd = -1;
    uint64_t deadline = now_ms() + timeout_ms;
    return address->is_unix ? connect_unix(fd, address, text, deadline, error)
                            : connect_tcp(fd, address, text, deadline, error);
}

AugpStatus augp_socket_set_timeout(int fd, uint32_t timeout_ms, AugpError *error)
{
    const struct timeval limit = {.tv_sec = timeout_ms / 1000,
                                  .tv_usec = (suseconds_t)(timeout_ms % 1000) * 1000};
    if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)) != 0 ||
        setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit)) != 0)
        return AUGP_FAIL(error, AUGP_IO, 0, NULL, "cannot limit the time of the connection: %s",
                         strerror(errno));
    return AUGP_OK;
}

static AugpStatus fail_transfer(int problem, const char *what, AugpError *error)
{
    if (problem == EAGAIN || problem == EWOULDBLOCK)
        return AUGP_FAIL(error, AUGP_TIMEOUT, 0, NULL, "no byte could be %s for too long", what);
    if (problem == EPIPE || problem == ECONNRESET)
        return AUGP_FAIL(error, AUGP_CLOSED, 0, NULL, "the other side closed the connection");
    return AUGP_FAIL(error, AUGP_IO, 0, NULL, "a byte could not be %s: %s", what,
                     strerror(problem));
}

AugpStatus augp_socket_read(int fd, void *bytes, size_t size, size_t *n_read, AugpError *error)
{
    *n_read = 0;
    while (*n_read < size) {
        ssize_t n = recv(fd, (uint8_t *)bytes + *n_read, size - *n_read, MSG_WAITALL);
        if (n > 0)
            *n_read += (size_t)n;
        else if (n == 0)
            return fail_transfer(ECONNRESET, "read", error);
        else if (errno != EINTR)
            return fail_transfer(errno, "read", error);
    }
    return AUGP_OK;
}

AugpStatus augp_socket_write(int fd, const void *bytes, size_t size, AugpError *error)
{
    size_t done = 0;
    while (done < size) {
        ssize_t n = send(fd, (const uint8_t *)bytes + done, size - done, MSG_NOSIGNAL);
        if (n >= 0)
            done += (size_t)n;
        else if (errno != EINTR)
            return fail_transfer(errno, "written", error);
    }
    return AUGP_OK;
}
