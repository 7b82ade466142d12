/* JSON: the messages of the protocol, and trees. What is read can be written, and reads the same
 * again.
 *
 * Input: a byte that picks a message or the tree, then the text.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "libaug/base/json_writer.h"
#include "libaug/base/tree.h"
#include "protocol/errors.h"
#include "protocol/message.h"
#include "tests/fuzz/fuzz.h"

/* Checks a message that was read: it is written, read and written, and both texts are the same.
 * fini frees what one owns. */
#define ROUND_TRIP(Type, decode, encode, fini)                                                  \
    do {                                                                                        \
        Type first, second;                                                                     \
        AugpError error = {0};                                                                  \
        char *text, *again;                                                                     \
        size_t n, n_again;                                                                      \
        if (decode(&first, json, size, &error) != AUGP_OK) {                                    \
            FUZZ_CHECK(error.message[0] != 0, "no sentence");                                   \
            break;                                                                              \
        }                                                                                       \
        FUZZ_CHECK(encode(&first, &text, &n, &error) == AUGP_OK, "%s", error.message);          \
        FUZZ_CHECK(decode(&second, text, n, &error) == AUGP_OK, "%s: %s", error.message, text); \
        FUZZ_CHECK(encode(&second, &again, &n_again, &error) == AUGP_OK, "%s", error.message);  \
        FUZZ_CHECK(n == n_again && memcmp(text, again, n) == 0, "%s\n  %s", text, again);       \
        free(text);                                                                             \
        free(again);                                                                            \
        fini(&first);                                                                           \
        fini(&second);                                                                          \
    } while (0)

static void nothing(const void *message)
{
    (void)message;
}

/* The number of the code is not in the text. */
static AugpStatus encode_failure(const AugpFailure *failure, char **text, size_t *size,
                                 AugpError *error)
{
    AugpFailure coded = *failure;
    coded.code = AUGP_CODE_BAD_SPEC;
    return augp_failure_encode(&coded, text, size, error);
}

static void write_tree(const AugiTree *tree, AugiJsonWriter *writer)
{
    if (tree->kind == AUGI_TREE_SCALAR) {
        (tree->quoted ? augi_json_string : augi_json_raw)(writer, tree->text);
        return;
    }
    const bool is_map = tree->kind == AUGI_TREE_MAP;
    (is_map ? augi_json_object : augi_json_list)(writer);
    for (size_t i = 0; i < tree->n_children; i++) {
        if (is_map)
            augi_json_key(writer, tree->children[i].key);
        write_tree(&tree->children[i], writer);
    }
    (is_map ? augi_json_object_end : augi_json_list_end)(writer);
}

/* A tree's text as JSON; NULL if the JSON is beyond a limit. */
static char *tree_text(const json_t *json)
{
    AugLimits limits;
    aug_limits_init(&limits);
    AugError error = {0};
    AugProblems problems = {.items = &error, .capacity = 1};
    AugiTreeDocument *document;
    const AugStatus status = augi_tree_from_json(&document, json, "", &limits, &problems);
    FUZZ_CHECK((status == AUG_OK) == (problems.n == 0 && document), "%s", error.message);
    if (status != AUG_OK) {
        fuzz_check_failure(status, &error);
        return NULL;
    }
    AugiJsonWriter writer = {0};
    write_tree(&document->root, &writer);
    augi_tree_free(document);
    return augi_json_take(&writer);
}

/* A tree that is written as JSON reads as the same tree. */
static void check_tree(const char *text, size_t size)
{
    enum { FLAGS = JSON_REJECT_DUPLICATES | JSON_DECODE_ANY };
    json_t *json = json_loadb(text, size, FLAGS, NULL);
    if (!json)
        return;
    char *first = tree_text(json);
    json_decref(json);
    if (!first)
        return;
    json_error_t problem;
    json = json_loads(first, FLAGS, &problem);
    FUZZ_CHECK(json != NULL, "%s: %s", problem.text, first);
    char *second = tree_text(json);
    json_decref(json);
    FUZZ_CHECK(second && strcmp(first, second) == 0, "%s\n  %s", first, second);
    free(first);
    free(second);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    FuzzInput input = {bytes, size};
    const uint8_t kind = fuzz_byte(&input);
    size = input.left;
    char *json = (char *)fuzz_take(&input, &size);
    switch (kind % 7) {
    case 0:
        ROUND_TRIP(AugpHello, augp_hello_decode, augp_hello_encode, nothing);
        break;
    case 1:
        ROUND_TRIP(AugpHelloOk, augp_hello_ok_decode, augp_hello_ok_encode, nothing);
        break;
    case 2:
        ROUND_TRIP(AugpOpen, augp_open_decode, augp_open_encode, augp_open_fini);
        break;
    case 3:
        ROUND_TRIP(AugpOpenOk, augp_open_ok_decode, augp_open_ok_encode, augp_open_ok_fini);
        break;
    case 4:
        ROUND_TRIP(AugpFailure, augp_failure_decode, encode_failure, augp_failure_fini);
        break;
    case 5:
        ROUND_TRIP(AugpGoaway, augp_goaway_decode, augp_goaway_encode, nothing);
        break;
    default:
        check_tree(json, size);
        break;
    }
    free(json);
    return 0;
}
