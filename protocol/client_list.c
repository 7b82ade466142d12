/* Asking a server what it serves. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/client_connection.h"
#include "protocol/errors.h"
#include "protocol/socket.h"

/* More than anybody serves; it bounds what a server can make a client hold. */
#define MAX_DATASETS 65536

/* Asks for the data sets behind a name, and takes the answer. */
static AugpStatus ask(AugpClient *client, const char *after, AugpListing *out, AugpError *error)
{
    AugpList list;
    snprintf(list.after, sizeof(list.after), "%s", after);
    AugpFrame frame = {.type = AUGP_TYPE_LIST};
    char *text;
    size_t size;
    AUGP_TRY(augp_list_encode(&list, &text, &size, error));
    frame.length = size;
    const AugpStatus status = augp_client_send(client, &frame, text, error);
    free(text);
    /* The server may have said why it closed. */
    if (status != AUGP_OK && status != AUGP_CLOSED)
        return status;
    AUGP_TRY(augp_client_read(client, &frame, error));
    return augp_listing_decode(out, (const char *)client->buffer, (size_t)frame.length, error);
}

/* A server that repeats itself would be asked for ever. */
static AugpStatus check_order(const AugpListing *page, const char *after, AugpError *error)
{
    for (uint32_t i = 0; i < page->n_items; i++) {
        const char *before = i > 0 ? page->items[i - 1].name : after;
        if (strcmp(page->items[i].name, before) <= 0)
            return AUGP_FAIL(error, AUGP_PROTOCOL, AUGP_CODE_BAD_MESSAGE, "/datasets",
                             "the data set \"%s\" came behind \"%s\"", page->items[i].name, before);
    }
    if (page->more && page->n_items == 0)
        return AUGP_FAIL(error, AUGP_PROTOCOL, AUGP_CODE_BAD_MESSAGE, "/datasets",
                         "there are more data sets, but none came");
    return AUGP_OK;
}

static AugpStatus add(AugpListing *all, const AugpListing *page, AugpError *error)
{
    const size_t n = (size_t)all->n_items + page->n_items;
    if (n > MAX_DATASETS)
        return AUGP_FAIL(error, AUGP_PROTOCOL, AUGP_CODE_TOO_LARGE, NULL,
                         "the server serves more than %d data sets", MAX_DATASETS);
    if (page->n_items == 0)
        return AUGP_OK;
    AugpListed *items = realloc(all->items, n * sizeof(*items));
    if (!items)
        return AUGP_FAIL(error, AUGP_NO_MEMORY, 0, NULL, "no memory for %zu data sets", n);
    memcpy(items + all->n_items, page->items, page->n_items * sizeof(*items));
    all->items = items;
    all->n_items = (uint32_t)n;
    all->n = n;
    return AUGP_OK;
}

static AugpStatus ask_all(AugpClient *client, AugpListing *all, AugpError *error)
{
    bool more = true;
    while (more) {
        AugpListing page;
        char after[AUGP_NAME_SIZE] = "";
        if (all->n_items > 0)
            memcpy(after, all->items[all->n_items - 1].name, sizeof(after));
        AUGP_TRY(ask(client, after, &page, error));
        more = page.more;
        AugpStatus status = check_order(&page, after, error);
        if (status == AUGP_OK)
            status = add(all, &page, error);
        augp_listing_fini(&page);
        AUGP_TRY(status);
    }
    return AUGP_OK;
}

AugpStatus augp_client_list(AugpClient *client, AugpListing *out, AugpError *error)
{
    memset(out, 0, sizeof(*out));
    AUGP_TRY(augp_client_alive(client, error));
    if (!client->can_list)
        return AUGP_FAIL(error, AUGP_BAD_ARGUMENT, 0, client->address,
                         "the client was made without the option list");
    if (client->state != AUGP_STATE_READY)
        return AUGP_FAIL(error, AUGP_BAD_ARGUMENT, 0, client->address,
                         "a stream is open; close it first");
    AugpError cause = {0};
    AugpStatus status = augp_socket_set_timeout(client->fd, client->timeout_ms, &cause);
    if (status == AUGP_OK)
        status = ask_all(client, out, &cause);
    if (status == AUGP_OK)
        return AUGP_OK;
    augp_listing_fini(out);
    return augp_client_conclude(client, &cause, error);
}
