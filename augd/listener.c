/* Binding, listening, and the care that a Unix socket's file needs. */
#include "augd/listener.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* Connections that wait to be accepted; the kernel may allow fewer. */
#define BACKLOG 511

static void on_connection(uv_stream_t *stream, int status)
{
    AugdListener *listener = stream->data;
    AUGD_ON_LOOP(listener->loop);
    if (status < 0) {
        /* Out of descriptors, most likely. The next connection may find one again. */
        augd_log(&listener->loop->log, AUGD_EVENT_ACCEPT_FAILED, "{s:s, s:s}", "address",
                 listener->text, "message", uv_strerror(status));
        return;
    }
    listener->on_client(listener->user, stream, listener->address.is_unix);
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
    return problem == 0 && listen(fd, BACKLOG) != 0 ? errno : problem;
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
        bind(fd, at->ai_addr, at->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0)
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
    if (status != AUG_OK) {
        if (fd >= 0)
            close(fd);
        return status;
    }
    int problem = listener->address.is_unix
                      ? uv_pipe_init(listener->loop->uv, &listener->socket.pipe, 0)
                      : uv_tcp_init(listener->loop->uv, &listener->socket.tcp);
    listener->is_open = problem == 0;
    if (problem == 0)
        problem = listener->address.is_unix ? uv_pipe_open(&listener->socket.pipe, fd)
                                            : uv_tcp_open(&listener->socket.tcp, fd);
    if (problem != 0) {
        close(fd);
        return AUG_FAIL(error, AUG_IO, listener->text, "cannot listen: %s", uv_strerror(problem));
    }
    listener->socket.handle.data = listener;
    problem = uv_listen(&listener->socket.stream, BACKLOG, on_connection);
    return problem == 0 ? AUG_OK : fail_bind(listener->text, -problem, error);
}

void augd_listener_stop(AugdListener *listener)
{
    if (listener->is_open)
        uv_close(&listener->socket.handle, NULL);
    listener->is_open = false;
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
