/* Ids of tokenizer.json files are those that Hugging Face's tokenizers gives: vectors of
 * tools/make_token_vectors.py, texts of six languages and of what is odd. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/support.h"
#include "text/tokens/tokenizer.h"

/* The tokenizer of one file, cut at one length. */
typedef struct Opened {
    char name[32];
    uint32_t max_length;
    TxtTokenizer *tokenizer;
} Opened;

static char *vectors(const char *name)
{
    const char *source = getenv("AUGD_SOURCE");
    return test_path("%s/tests/golden/tokens/%s", source ? source : ".", name);
}

/* Opens the tokenizer of a line, unless it is open. */
static void open_tokenizer(Opened *opened, const char *name, uint32_t max_length)
{
    if (strcmp(opened->name, name) == 0 && opened->max_length == max_length)
        return;
    txt_tokenizer_free(opened->tokenizer);
    char file[64];
    snprintf(file, sizeof(file), "%s.json", name);
    char *path = vectors(file);
    AugError error = {0};
    const TxtTokenizerOptions options = {
        .kind = TXT_TOKENIZER_FILE, .path = path, .max_length = max_length};
    ck_assert_msg(txt_tokenizer_new(&opened->tokenizer, &options, &error) == AUG_OK, "%s: %s",
                  error.where, error.message);
    free(path);
    snprintf(opened->name, sizeof(opened->name), "%s", name);
    opened->max_length = max_length;
}

/* Bytes that pairs of hexadecimal digits stand for, over the digits. */
static size_t from_hex(char *text)
{
    size_t n = 0;
    for (unsigned value; sscanf(text + 2 * n, "%2x", &value) == 1; n++)
        text[n] = (char)value;
    return n;
}

/* Ids as the file has them, separated by blanks; the caller frees the text. */
static char *ids_text(const TxtIds *ids)
{
    const size_t size = 12 * (size_t)ids->n + 1;
    char *text = malloc(size);
    size_t n = 0;
    text[0] = 0;
    for (uint32_t i = 0; i < ids->n; i++)
        n += (size_t)snprintf(text + n, size - n, "%s%" PRId32, i ? " " : "", ids->values[i]);
    return text;
}

static void check_line(char *line, Opened *opened, TxtTokenScratch *scratch)
{
    char name[32];
    uint32_t max_length;
    ck_assert_int_eq(sscanf(line, "%31s %" SCNu32, name, &max_length), 2);
    char *hex = strchr(strchr(line, ' ') + 1, ' ') + 1;
    char *expected = strchr(hex, ':') + 2;
    expected[-2] = 0;
    char *shown = strdup(hex);
    const size_t size = from_hex(hex);
    open_tokenizer(opened, name, max_length);
    /* Of exactly its size, so that a sanitizer sees a byte too far. */
    char *exact = malloc(size ? size : 1);
    memcpy(exact, hex, size);
    TxtIds ids;
    AugError error = {0};
    ck_assert_int_eq(txt_tokenizer_encode(opened->tokenizer, scratch, exact, size, &ids, &error),
                     AUG_OK);
    char *found = ids_text(&ids);
    ck_assert_msg(strcmp(found, expected) == 0, "%s, %" PRIu32 ", text %s:\n  %s\n  %s expected",
                  name, max_length, shown, found, expected);
    free(found);
    free(exact);
    free(shown);
}

START_TEST(ids_are_equal)
{
    char *path = vectors("ids.txt");
    size_t size;
    char *text = (char *)test_read_file(path, &size), *next;
    Opened opened = {0};
    TxtTokenScratch *scratch;
    ck_assert_int_eq(txt_token_scratch_new(&scratch, NULL, NULL), AUG_OK);
    size_t n = 0;
    for (char *line = text; *line; line = next, n++) {
        next = strchr(line, '\n') + 1;
        next[-1] = 0;
        check_line(line, &opened, scratch);
    }
    ck_assert_uint_ge(n, 700);
    txt_token_scratch_free(scratch);
    txt_tokenizer_free(opened.tokenizer);
    free(text);
    free(path);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("token_vectors");
    TCase *tests = tcase_create("ids");
    tcase_add_test(tests, ids_are_equal);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
