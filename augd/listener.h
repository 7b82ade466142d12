/* A listening socket, TCP or Unix.
 *
 * libuv's own listeners close connections without a word when descriptors run out, or spin; this
 * one leaves them where they wait, looks again after a pause, and takes a bounded number at once
 * and a bounded number a second, so that a flood of connections does not keep the loop from those
 * that it has. One that has left before it was accepted is closed without a word.
 */
#ifndef AUGD_LISTENER_H
#define AUGD_LISTENER_H

#include <stdbool.h>
#include <sys/types.h>
#include <uv.h>

#include "aug/status.h"
#include "augd/loop.h"
#include "protocol/address.h"

/* Called on the loop with the socket of a client that was accepted; takes it. */
typedef void (*AugdListenerCall)(void *user, int fd, bool is_unix);

/* on_client, user: who is called
 * fd, poll:       the listening socket, and the handle that looks at it
 * pause:          until it looks again after it could not or would not accept
 * credit:         what it accepts without delay, as of earned_ms of the loop
 * is_flooded:     more came than that, and the credit has not recovered since
 * is_open:        these must be closed
 * text:           the address as bound, with the port that the system chose for port 0
 * device, inode:  of the Unix socket's file, so that only our own is removed
 */
typedef struct AugdListener {
    AugdLoop *loop;
    AugdListenerCall on_client;
    void *user;
    AugpAddress address;
    int fd;
    uv_poll_t poll;
    uv_timer_t pause;
    uint32_t credit;
    uint64_t earned_ms;
    bool is_flooded, is_open;
    char text[300];
    dev_t device;
    ino_t inode;
} AugdListener;

/* Binds and listens; loop, on_client and user are set, the rest is zero. Refuses an address that is
 * in use; a Unix socket's file that a dead daemon left behind is replaced, a live one's is not.
 * Fails with AUG_BAD_ARGUMENT (the user's to mend) or AUG_IO. */
AUG_MUST_CHECK AugStatus augd_listener_start(AugdListener *listener, const char *address,
                                             AugError *error);

/* Accepts those who wait now, all of them. */
void augd_listener_take_waiting(AugdListener *listener);

/* Stops accepting. */
void augd_listener_stop(AugdListener *listener);

/* Removes the Unix socket's file if it is still the one that this listener made. */
void augd_listener_unlink(const AugdListener *listener);

/* Whether anybody outside of this machine can reach it. */
bool augd_listener_is_public(const AugdListener *listener);

#endif
