/* Blocking sockets with time limits; inside of the client. */
#ifndef AUGP_SOCKET_H
#define AUGP_SOCKET_H

#include <stddef.h>
#include <stdint.h>

#include "address.h"
#include "augp.h"

/* Connects within timeout_ms, trying every address that the host's name has. text is the address as
 * it was given, for errors. *fd is the caller's to close; -1 on failure, which is AUGP_CONNECT,
 * TIMEOUT or IO. */
AUGP_MUST_CHECK AugpStatus augp_socket_connect(int *fd, const AugpAddress *address,
                                               const char *text, uint32_t timeout_ms,
                                               AugpError *error);

/* Longest silence in a read or write from now on. */
AUGP_MUST_CHECK AugpStatus augp_socket_set_timeout(int fd, uint32_t timeout_ms, AugpError *error);

/* Reads exactly size bytes, whatever pieces they come in. *n_read is how many came, on failure too.
 * Fails with AUGP_CLOSED, TIMEOUT or IO. */
AUGP_MUST_CHECK AugpStatus augp_socket_read(int fd, void *bytes, size_t size, size_t *n_read,
                                            AugpError *error);

/* Writes all; never raises SIGPIPE. Fails with AUGP_CLOSED, TIMEOUT or IO. */
AUGP_MUST_CHECK AugpStatus augp_socket_write(int fd, const void *bytes, size_t size,
                                             AugpError *error);

#endif
