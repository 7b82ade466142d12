/* Binding, listening, and the care that a Unix socket's file needs. */
#include "augd/listener.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* Connections that wait to be accepted; the kernel may allow fewer. Who comes waits behind them, so a
 * flood shall not make many of them: a Unix socket's queue is short while there is one, and who finds
 * it full waits in turn. TCP would try again after a second, so its queue stays. */
#define UNIX_BACKLOG 128
#define UNIX_BACKLOG_IN_FLOOD 16
#define TCP_BACKLOG 256

/* Connections that are accepted before the loop turns to others. */
#define ACCEPTS_AT_ONCE 32

/* What is accepted without delay, and how much more with each millisecond: who has left already
 * costs one, who is there CREDIT_OF_CLIENT. Without credit the listener looks every PACE_MS, and who
 * only comes and goes has gone by then. */
#define MOST_CREDIT 2048
#define CREDIT_PER_MS 4
#define CREDIT_OF_CLIENT 2
#define PACE_MS 2

/* How long connections wait in the kernel when there is no descriptor or memory for one. */
#define PAUSE_MS 100

static void on_waiting(uv_poll_t *poll, int status, int events);

static void on_pause_over(uv_timer_t *timer)
{
    AugdListener *listener = timer->data;
    uv_poll_start(&listener->poll, UV_READABLE, on_waiting);
}

/* Leaves those who come where they wait, for a time. */
static void rest(AugdListener *listener, uint64_t ms)
{
    uv_poll_stop(&listener->poll);
    uv_timer_start(&listener->pause, on_pause_over, ms, 0);
}

/* Sets how many may wait. Should the kernel not do so, it stays as it was. */
static void set_flooded(AugdListener *listener, bool is_flooded)
{
    if (listener->address.is_unix && is_flooded != listener->is_flooded)
        (void)listen(listener->fd, is_flooded ? UNIX_BACKLOG_IN_FLOOD : UNIX_BACKLOG);
    listener->is_flooded = is_flooded;
}

static void earn(AugdListener *listener)
{
    const uint64_t now_ms = uv_now(listener->loop->uv);
    const uint64_t credit = listener->credit + (now_ms - listener->earned_ms) * CREDIT_PER_MS;
    listener->credit = credit < MOST_CREDIT ? (uint32_t)credit : MOST_CREDIT;
    listener->earned_ms = now_ms;
    if (credit >= MOST_CREDIT)
        set_flooded(listener, false);
}

/* Out of descriptors, most likely. Whoever waits goes on waiting. */
static void hold(AugdListener *listener, int problem)
{
    augd_log(&listener->loop->log, AUGD_EVENT_ACCEPT_FAILED, "{s:s, s:s}", "address",
             listener->text, "message", strerror(problem));
    rest(listener, PAUSE_MS);
}

/* Whether it is the process or the machine that can take no more, rather than one connection that
 * failed before it was accepted. */
static bool is_shortage(int problem)
{
    return problem == EMFILE || problem == ENFILE || problem == ENOBUFS || problem == ENOMEM;
}

/* Whether a client that was accepted has closed its socket already. */
static bool has_left(int fd)
{
    struct pollfd look = {.fd = fd, .events = 0};
    return poll(&look, 1, 0) == 1 && (look.revents & (POLLHUP | POLLERR)) != 0;
}

static void spend(AugdListener *listener, uint32_t credit)
{
    listener->credit = listener->credit > credit ? listener->credit - credit : 0;
}

/* Who has left costs no more than this look. */
static void receive(AugdListener *listener, int fd)
{
    const bool is_gone = has_left(fd);
    spend(listener, is_gone ? 1 : CREDIT_OF_CLIENT);
    if (is_gone)
        close(fd);
    else
        listener->on_client(listener->user, fd, listener->address.is_unix);
}

/* Accepts up to n that wait; false if no more wait or none can be taken. */
static bool take(AugdListener *listener, int n)
{
    for (int i = 0; i < n; i++) {
        const int fd = accept4(listener->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
        const int problem = fd < 0 ? errno : 0;
        if (fd >= 0)
            receive(listener, fd);
        else if (is_shortage(problem))
            hold(listener, problem);
        if (is_shortage(problem) || problem == EAGAIN || problem == EWOULDBLOCK)
            return false;
    }
    return true;
}

static void on_waiting(uv_poll_t *poll, int status, int events)
{
    (void)status;
    (void)events;
    AugdListener *listener = poll->data;
    AUGD_ON_LOOP(listener->loop);
    earn(listener);
    const int n = listener->credit < ACCEPTS_AT_ONCE ? (int)listener->credit : ACCEPTS_AT_ONCE;
    if (!take(listener, n) || listener->credit > 0)
        return;
    set_flooded(listener, true);
    rest(listener, PACE_MS);
}

void augd_listener_take_waiting(AugdListener *listener)
{
    AUGD_ON_LOOP(listener->loop);
    (void)take(listener, TCP_BACKLOG + 1);
}

static AugStatus fail_bind(const char *text, int problem, AugError *error)
{
    if (problem == EADDRINUSE)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, text,
                        "the address is in use; another daemon may be running");
    bool mendable = problem == EACCES || problem == ENOENT || problem == EADDRNOTAVAIL ||
                    problem == ENOTDIR || problem == EROFS;
    return AUG_FAIL(error, mendable ? AUG_BAD_ARGUMENT : AUG_IO, text, "cannot listen: %s",
                    strerror(problem));
}

/* Whether somebody accepts connections at a Unix socket. */
static bool is_alive(const struct sockaddr_un *name)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return true;
    bool refused = connect(fd, (const struct sockaddr *)name, sizeof(*name)) != 0 &&
                   (errno == ECONNREFUSED || errno == ENOENT);
    close(fd);
    return !refused;
}

/* Removes the file of a daemon that is gone; returns an errno if the path cannot be had. */
static int clear_path(const struct sockaddr_un *name)
{
    struct stat status;
    if (lstat(name->sun_path, &status) != 0)
        return errno == ENOENT ? 0 : errno;
    if (!S_ISSOCK(status.st_mode))
        return EEXIST;
    if (is_alive(name))
        return EADDRINUSE;
    return unlink(name->sun_path) == 0 ? 0 : errno;
}

/* Binds with mode 0660, so that user and group may connect; returns an errno. */
static int bind_path(int fd, const struct sockaddr_un *name)
{
    int problem = clear_path(name);
    if (problem != 0)
        return problem;
    mode_t before = umask(0117);
    problem = bind(fd, (const struct sockaddr *)name, sizeof(*name)) == 0 ? 0 : errno;
    umask(before);
    /* Listening belongs under the lock: until then the socket looks like a dead one's. */
    return problem == 0 && listen(fd, UNIX_BACKLOG) != 0 ? errno : problem;
}

/* Looking whether a socket is dead and replacing it must not be interleaved with another daemon
 * that does the same: the folder is locked meanwhile. */
static int bind_locked(int fd, const struct sockaddr_un *name)
{
    char folder[sizeof(name->sun_path)];
    memcpy(folder, name->sun_path, sizeof(folder));
    int lock = open(dirname(folder), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (lock < 0)
        return errno;
    int problem = flock(lock, LOCK_EX) == 0 ? bind_path(fd, name) : errno;
    close(lock);
    return problem;
}

static AugStatus bind_unix(AugdListener *listener, int *fd, AugError *error)
{
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    memcpy(name.sun_path, listener->address.path, strlen(listener->address.path) + 1);
    *fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int problem = *fd < 0 ? errno : bind_locked(*fd, &name);
    if (problem == EEXIST)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, listener->text,
                        "the path exists and is not a socket; it is left alone");
    if (problem != 0)
        return fail_bind(listener->text, problem, error);
    struct stat status;
    if (stat(name.sun_path, &status) != 0)
        return fail_bind(listener->text, errno, error);
    listener->device = status.st_dev;
    listener->inode = status.st_ino;
    return AUG_OK;
}

/* A bound socket, or -1 with an errno in *problem. */
static int bind_once(const struct addrinfo *at, int *problem)
{
    const int on = 1;
    int fd = socket(at->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == 0 &&
        bind(fd, at->ai_addr, at->ai_addrlen) == 0 && listen(fd, TCP_BACKLOG) == 0)
        return fd;
    *problem = errno;
    if (fd >= 0)
        close(fd);
    return -1;
}

/* Writes the address that a socket is bound to, with the port that the system chose. */
static void describe(AugdListener *listener, int fd)
{
    struct sockaddr_storage name;
    socklen_t size = sizeof(name);
    char host[128], port[8];
    if (getsockname(fd, (struct sockaddr *)&name, &size) != 0 ||
        getnameinfo((struct sockaddr *)&name, size, host, sizeof(host), port, sizeof(port),
                    NI_NUMERICHOST | NI_NUMERICSERV) != 0)
        return;
    bool brackets = name.ss_family == AF_INET6;
    snprintf(listener->text, sizeof(listener->text), "tcp:%s%s%s:%s", brackets ? "[" : "", host,
             brackets ? "]" : "", port);
    snprintf(listener->address.host, sizeof(listener->address.host), "%s", host);
}

static AugStatus bind_tcp(AugdListener *listener, int *fd, AugError *error)
{
    const struct addrinfo wanted = {
        .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE};
    struct addrinfo *found = NULL;
    int failure = getaddrinfo(listener->address.host, listener->address.port, &wanted, &found);
    if (failure != 0)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, listener->text, "the host is not known: %s",
                        gai_strerror(failure));
    int problem = 0;
    /* The first address that this machine can serve; one that is in use is not passed over. */
    for (const struct addrinfo *at = found; at && *fd < 0 && problem != EADDRINUSE;
         at = at->ai_next)
        *fd = bind_once(at, &problem);
    freeaddrinfo(found);
    if (*fd < 0)
        return fail_bind(listener->text, problem, error);
    describe(listener, *fd);
    return AUG_OK;
}

AugStatus augd_listener_start(AugdListener *listener, const char *address, AugError *error)
{
    AugpError cause;
    if (augp_address_parse(&listener->address, address, &cause) != AUGP_OK)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, cause.where, "%s", cause.message);
    snprintf(listener->text, sizeof(listener->text), "%s", address);
    int fd = -1;
    AugStatus status = listener->address.is_unix ? bind_unix(listener, &fd, error)
                                                 : bind_tcp(listener, &fd, error);
    const int problem =
        status == AUG_OK ? uv_poll_init(listener->loop->uv, &listener->poll, fd) : 0;
    if (problem != 0)
        status = AUG_FAIL(error, AUG_IO, listener->text, "cannot listen: %s", uv_strerror(problem));
    if (status != AUG_OK) {
        if (fd >= 0)
            close(fd);
        return status;
    }
    uv_timer_init(listener->loop->uv, &listener->pause);
    listener->credit = MOST_CREDIT;
    listener->earned_ms = uv_now(listener->loop->uv);
    listener->fd = fd;
    listener->poll.data = listener;
    listener->pause.data = listener;
    listener->is_open = true;
    uv_poll_start(&listener->poll, UV_READABLE, on_waiting);
    return AUG_OK;
}

void augd_listener_stop(AugdListener *listener)
{
    if (!listener->is_open)
        return;
    listener->is_open = false;
    uv_poll_stop(&listener->poll);
    uv_close((uv_handle_t *)&listener->poll, NULL);
    uv_close((uv_handle_t *)&listener->pause, NULL);
    close(listener->fd);
}

void augd_listener_unlink(const AugdListener *listener)
{
    struct stat status;
    if (listener->inode != 0 && lstat(listener->address.path, &status) == 0 &&
        status.st_dev == listener->device && status.st_ino == listener->inode)
        unlink(listener->address.path);
}

bool augd_listener_is_public(const AugdListener *listener)
{
    return !listener->address.is_unix && strncmp(listener->address.host, "127.", 4) != 0 &&
           strcmp(listener->address.host, "::1") != 0;
}
