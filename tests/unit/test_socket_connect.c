/* Connecting to a Unix socket whose queue is full: in turn, and no longer than was asked for. */
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "protocol/address.h"
#include "protocol/socket.h"
#include "tests/support/support.h"

/* A listening socket with its address as text; one connection that nobody takes fills its queue. */
typedef struct Full {
    int listener, first;
    AugpAddress address;
    char text[200];
} Full;

static void fill(Full *full)
{
    snprintf(full->text, sizeof(full->text), "unix:%s/full.sock", test_folder());
    ck_assert_int_eq(augp_address_parse(&full->address, full->text, NULL), AUGP_OK);
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    memcpy(name.sun_path, full->address.path, strlen(full->address.path) + 1);
    full->listener = socket(AF_UNIX, SOCK_STREAM, 0);
    ck_assert_int_ge(full->listener, 0);
    ck_assert_int_eq(bind(full->listener, (struct sockaddr *)&name, sizeof(name)), 0);
    ck_assert_int_eq(listen(full->listener, 0), 0);
    ck_assert_int_eq(augp_socket_connect(&full->first, &full->address, full->text, 1000, NULL),
                     AUGP_OK);
}

static void empty(Full *full)
{
    close(full->first);
    close(full->listener);
    unlink(full->address.path);
}

START_TEST(a_full_queue_is_waited_for_as_long_as_asked)
{
    Full full;
    fill(&full);
    int fd = 7;
    AugpError error = {0};
    ck_assert_int_eq(augp_socket_connect(&fd, &full.address, full.text, 60, &error), AUGP_TIMEOUT);
    ck_assert_int_eq(fd, -1);
    ck_assert_str_eq(error.where, full.text);
    ck_assert_ptr_nonnull(strstr(error.message, "cannot connect"));
    empty(&full);
}
END_TEST

static void *take_one_later(void *user)
{
    const Full *full = user;
    usleep(50000);
    close(accept(full->listener, NULL, NULL));
    return NULL;
}

/* Who waits is in as soon as there is room, and the socket that was given is without a limit. */
START_TEST(room_is_taken_when_there_is_some)
{
    Full full;
    fill(&full);
    pthread_t taker;
    ck_assert_int_eq(pthread_create(&taker, NULL, take_one_later, &full), 0);
    int fd = -1;
    AugpError error = {0};
    ck_assert_msg(augp_socket_connect(&fd, &full.address, full.text, 20000, &error) == AUGP_OK,
                  "%s", error.message);
    struct timeval limit = {.tv_sec = 1};
    socklen_t size = sizeof(limit);
    ck_assert_int_eq(getsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, &size), 0);
    ck_assert_int_eq(limit.tv_sec, 0);
    ck_assert_int_eq(limit.tv_usec, 0);
    ck_assert_int_eq(pthread_join(taker, NULL), 0);
    close(fd);
    empty(&full);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("socket_connect");
    TCase *all = tcase_create("all");
    tcase_add_test(all, a_full_queue_is_waited_for_as_long_as_asked);
    tcase_add_test(all, room_is_taken_when_there_is_some);
    suite_add_tcase(suite, all);
    return test_run(suite);
}
