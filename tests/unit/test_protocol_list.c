/* LIST and LISTING, as messages and through a client, in pages and from servers that lie. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/client.h"
#include "protocol/errors.h"
#include "tests/support/peer.h"

#define DIGEST "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

START_TEST(list_message)
{
    char *text;
    size_t size;
    AugpList back;
    const AugpList list = {.after = "ci\"far"}, first = {0};
    ck_assert_int_eq(augp_list_encode(&list, &text, &size, NULL), AUGP_OK);
    ck_assert_str_eq(text, "{\"after\":\"ci\\\"far\"}");
    ck_assert_int_eq(augp_list_decode(&back, text, size, NULL), AUGP_OK);
    ck_assert_str_eq(back.after, list.after);
    free(text);
    ck_assert_int_eq(augp_list_encode(&first, &text, &size, NULL), AUGP_OK);
    ck_assert_str_eq(text, "{}");
    ck_assert_int_eq(augp_list_decode(&back, text, size, NULL), AUGP_OK);
    ck_assert_str_eq(back.after, "");
    free(text);
    AugpError error;
    ck_assert_int_eq(augp_list_decode(&back, "{\"after\":7}", 11, &error), AUGP_PROTOCOL);
    ck_assert_str_eq(error.where, "/after");
    ck_assert_uint_eq(error.code, AUGP_CODE_BAD_MESSAGE);
}
END_TEST

/* A page with the longest names and numbers that there are. */
static void fill(AugpListing *listing, AugpListed *items)
{
    *listing = (AugpListing){.n = UINT64_MAX, .more = true, .n_items = AUGP_MAX_LISTED};
    listing->items = items;
    for (uint32_t i = 0; i < AUGP_MAX_LISTED; i++) {
        AugpListed *item = &items[i];
        memset(item->name, 'n', sizeof(item->name) - 1);
        item->name[0] = (char)('0' + i);
        memset(item->kind, 'k', sizeof(item->kind) - 1);
        item->n_samples = UINT64_MAX;
        item->n_classes = UINT32_MAX;
        snprintf(item->fingerprint, sizeof(item->fingerprint), "%s", DIGEST);
        snprintf(item->content, sizeof(item->content), "%s", i % 2 ? DIGEST : "");
    }
}

START_TEST(a_full_listing_fits)
{
    AugpListing listing, back;
    AugpListed *items = calloc(AUGP_MAX_LISTED, sizeof(*items));
    fill(&listing, items);
    char *text;
    size_t size;
    ck_assert_int_eq(augp_listing_encode(&listing, &text, &size, NULL), AUGP_OK);
    ck_assert_uint_le(size, AUGP_MAX_CONTROL);
    ck_assert_int_eq(augp_listing_decode(&back, text, size, NULL), AUGP_OK);
    ck_assert_uint_eq(back.n, UINT64_MAX);
    ck_assert(back.more);
    ck_assert_uint_eq(back.n_items, AUGP_MAX_LISTED);
    ck_assert_mem_eq(back.items, items, AUGP_MAX_LISTED * sizeof(*items));
    augp_listing_fini(&back);
    augp_listing_fini(&back);
    free(text);
    free(items);
}
END_TEST

START_TEST(damaged_listings)
{
    static const char *const rows[][2] = {
        {"{}", "the key is missing"},
        {"{\"datasets\":{}}", "allowed is a list"},
        {"{\"datasets\":[7]}", "a data set is not an object"},
        {"{\"datasets\":[{}]}", "the key is missing"},
        {"{\"datasets\":[{\"name\":\"a\"}]}", "the key is missing"},
        {"{\"datasets\":[{\"name\":\"a\",\"n_samples\":-1}]}", ""},
        {"{\"datasets\":[{\"name\":\"a\",\"n_samples\":1,\"fingerprint\":\"x\"}]}", ""},
        {"{\"datasets\":[{\"name\":\"a\",\"n_samples\":1},{}]}", "the key is missing"},
        {"{\"datasets\":[],\"more\":1}", ""},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        AugpListing back;
        AugpError error = {0};
        ck_assert_int_eq(augp_listing_decode(&back, rows[i][0], strlen(rows[i][0]), &error),
                         AUGP_PROTOCOL);
        ck_assert_uint_eq(error.code, AUGP_CODE_BAD_MESSAGE);
        ck_assert_msg(strstr(error.message, rows[i][1]) != NULL, "%s: %s", rows[i][0],
                      error.message);
        ck_assert_ptr_null(back.items);
    }
    char text[65 * 40 + 64] = "{\"datasets\":[";
    for (int i = 0; i < AUGP_MAX_LISTED + 1; i++)
        strncat(text, "{\"name\":\"a\",\"n_samples\":1},", 40);
    text[strlen(text) - 1] = 0;
    strncat(text, "]}", 3);
    AugpListing back;
    AugpError error = {0};
    ck_assert_int_eq(augp_listing_decode(&back, text, strlen(text), &error), AUGP_PROTOCOL);
    ck_assert_str_eq(error.message, "found 65 data sets; allowed are 64");
}
END_TEST

/* Pages of a scripted server: names, and whether there are more. */
typedef struct Page {
    const char *names[3];
    bool more;
} Page;

static void add_page(TestScript *script, const Page *page)
{
    AugpListed items[3];
    memset(items, 0, sizeof(items));
    AugpListing listing = {.n = 9, .more = page->more, .items = items};
    for (; listing.n_items < 3 && page->names[listing.n_items]; listing.n_items++) {
        AugpListed *item = &items[listing.n_items];
        snprintf(item->name, sizeof(item->name), "%s", page->names[listing.n_items]);
        snprintf(item->fingerprint, sizeof(item->fingerprint), "%s", DIGEST);
    }
    char *text;
    size_t size;
    ck_assert_int_eq(augp_listing_encode(&listing, &text, &size, NULL), AUGP_OK);
    test_script_add(script, (AugpFrame){.type = AUGP_TYPE_LISTING}, text, size);
    free(text);
}

/* What a client gets from a server of these pages; *peer has what it asked. */
static AugpStatus list_from(TestPeer *peer, const Page *pages, size_t n, AugpListing *listing,
                            AugpError *error)
{
    TestScript script = {0};
    test_script_greet_with(&script, AUGP_FEATURE_LIST);
    for (size_t i = 0; i < n; i++)
        add_page(&script, &pages[i]);
    *peer = (TestPeer){.script = script.bytes, .size = script.size, .hold = true};
    test_peer_start(peer);
    AugpClient *client;
    const AugpClientOptions options = {.list = true};
    ck_assert_int_eq(augp_client_new(&client, peer->address, &options, error), AUGP_OK);
    const AugpStatus status = augp_client_list(client, listing, error);
    augp_client_free(client);
    test_peer_join(peer);
    free(script.bytes);
    return status;
}

START_TEST(pages_are_put_together)
{
    static const Page pages[] = {{{"a", "b"}, true}, {{"c"}, true}, {{"d", "e", "f"}, false}};
    TestPeer peer;
    AugpListing listing;
    AugpError error = {0};
    ck_assert_int_eq(list_from(&peer, pages, 3, &listing, &error), AUGP_OK);
    ck_assert_uint_eq(listing.n_items, 6);
    ck_assert_uint_eq(listing.n, 6);
    for (uint32_t i = 0; i < 6; i++)
        ck_assert_int_eq(listing.items[i].name[0], (int)('a' + i));
    augp_listing_fini(&listing);
    static const char *const asked[] = {"{}", "{\"after\":\"b\"}", "{\"after\":\"c\"}"};
    for (int i = 0; i < 3; i++) {
        AugpFrame frame;
        const uint8_t *payload;
        ck_assert(test_peer_frame(&peer, AUGP_TYPE_LIST, i, &frame, &payload));
        ck_assert_uint_eq(frame.length, strlen(asked[i]));
        ck_assert_mem_eq(payload, asked[i], frame.length);
        ck_assert_uint_eq(frame.stream, 0);
    }
}
END_TEST

/* A server that goes round in circles, or back, is left. */
START_TEST(servers_that_lie)
{
    static const Page rows[][2] = {
        {{{"b", "a"}, false}},
        {{{"a", "a"}, false}},
        {{{NULL}, true}},
        {{{"a", "b"}, true}, {{"b", "c"}, false}},
        {{{"a", "b"}, true}, {{NULL}, true}},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        TestPeer peer;
        AugpListing listing;
        AugpError error = {0};
        ck_assert_int_eq(list_from(&peer, rows[i], i < 3 ? 1 : 2, &listing, &error), AUGP_PROTOCOL);
        ck_assert_uint_eq(error.code, AUGP_CODE_BAD_MESSAGE);
        ck_assert_ptr_null(listing.items);
        ck_assert_uint_eq(listing.n_items, 0);
    }
}
END_TEST

/* Nobody waits for an answer that cannot come. */
START_TEST(features)
{
    for (int wanted = 0; wanted < 2; wanted++) {
        TestScript script = {0};
        test_script_greet(&script);
        TestPeer peer = {.script = script.bytes, .size = script.size, .hold = true};
        test_peer_start(&peer);
        AugpClient *client;
        AugpError error = {0};
        AugpListing listing;
        const AugpClientOptions options = {.list = wanted};
        ck_assert_int_eq(augp_client_new(&client, peer.address, &options, &error),
                         wanted ? AUGP_REFUSED : AUGP_OK);
        if (!wanted)
            ck_assert_int_eq(augp_client_list(client, &listing, &error), AUGP_BAD_ARGUMENT);
        ck_assert_ptr_nonnull(strstr(error.message, wanted
                                                        ? "the feature \"list\", which is required"
                                                        : "without the option list"));
        augp_client_free(client);
        test_peer_join(&peer);
        free(script.bytes);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("protocol_list");
    TCase *all = tcase_create("all");
    tcase_set_timeout(all, 60);
    tcase_add_test(all, list_message);
    tcase_add_test(all, a_full_listing_fits);
    tcase_add_test(all, damaged_listings);
    tcase_add_test(all, pages_are_put_together);
    tcase_add_test(all, servers_that_lie);
    tcase_add_test(all, features);
    suite_add_tcase(suite, all);
    return test_run(suite);
}
