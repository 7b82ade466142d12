/* Edits: put in order, applied, joined over several operations, and the places that they move. */
#include <stdlib.h>
#include <string.h>

#include "tests/support/support.h"
#include "text/domain/apply.h"
#include "text/domain/scan.h"

/* A doc of one span, for texts whose spans do not matter. */
static TxtDoc doc_of(const char *text, TxtSpan *span)
{
    *span = (TxtSpan){.end = (uint32_t)strlen(text), .kind = TXT_WORD};
    return (TxtDoc){.bytes = (const uint8_t *)text, .size = span->end, .spans = span, .n_spans = 1};
}

static AugStatus settle(TxtEdits *edits, const char *text)
{
    TxtSpan span;
    const TxtDoc doc = doc_of(text, &span);
    AugError error = {0};
    return txt_edits_settle(edits, &doc, "Test", &error);
}

/* The text with the edits, which must settle; the caller frees it. */
static char *apply(TxtEdits *edits, const char *text)
{
    const uint32_t size = (uint32_t)strlen(text);
    ck_assert_int_eq(settle(edits, text), AUG_OK);
    const uint64_t made = txt_edits_size(edits, size);
    char *out = calloc(1, made + TXT_APPLY_ROOM);
    txt_edits_apply(edits, (const uint8_t *)text, size, (uint8_t *)out);
    out[made] = '\0';
    return out;
}

START_TEST(edits_are_applied_in_any_order)
{
    TxtEdits edits = {0};
    txt_edits_clear(&edits);
    txt_edit(&edits, 8, 11, "cat", 3);
    txt_edit(&edits, 0, 0, "so ", 3);
    txt_edit_borrow(&edits, 3, 7, "", 0);
    txt_edit(&edits, 11, 11, "!", 1);
    txt_edit(&edits, 0, 0, "oh ", 3);
    char *out = apply(&edits, "the big dog");
    ck_assert_str_eq(out, "so oh the cat!");
    free(out);
    txt_edits_fini(&edits);
}
END_TEST

START_TEST(many_edits_keep_their_order)
{
    enum { N = 3000 };
    char text[N + 1];
    TxtEdits edits = {0};
    memset(text, '-', N);
    text[N] = '\0';
    txt_edits_clear(&edits);
    /* Twice at each place, from the end to the start. */
    for (uint32_t i = N; i-- > 0;) {
        txt_edit(&edits, i, i, "a", 1);
        txt_edit(&edits, i, i, "b", 1);
    }
    char *out = apply(&edits, text);
    for (uint32_t i = 0; i < N; i++)
        ck_assert_msg(memcmp(out + 3 * (size_t)i, "ab-", 3) == 0, "%u: %.3s", i,
                      out + 3 * (size_t)i);
    free(out);
    txt_edits_fini(&edits);
}
END_TEST

START_TEST(wrong_edits_are_refused)
{
    TxtEdits edits = {0};
    static const uint32_t wrong[][4] = {{0, 3, 2, 4}, {3, 2, 5, 5}, {0, 1, 9, 12}, {1, 1, 6, 8}};
    /* Ten bytes, the last five of which are é, é and x. */
    static const char text[] = "abcde\xc3\xa9\xc3\xa9x";
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        txt_edits_clear(&edits);
        txt_edit(&edits, wrong[i][0], wrong[i][1], "z", 1);
        txt_edit(&edits, wrong[i][2], wrong[i][3], "z", 1);
        ck_assert_msg(settle(&edits, text) == AUG_INTERNAL, "%zu", i);
    }
    txt_edits_clear(&edits);
    txt_edit(&edits, 5, 7, "z", 1);
    ck_assert_int_eq(settle(&edits, text), AUG_OK);
    txt_edits_fini(&edits);
}
END_TEST

static uint32_t next_random(uint64_t *state, uint32_t n)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(*state >> 33) % n;
}

/* Some edits of a text that overlap nowhere. */
static void draw(TxtEdits *edits, uint32_t size, uint64_t *state)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    txt_edits_clear(edits);
    for (uint32_t at = 0; at <= size;) {
        const uint32_t start = at + next_random(state, 6);
        const uint32_t end = start + next_random(state, 4);
        if (end > size)
            break;
        txt_edit(edits, start, end, letters + next_random(state, 20), next_random(state, 5));
        at = end + next_random(state, 2);
    }
}

/* Whether changes turn the original into the result: all bytes between them are the same. */
static void check_changes(const TxtChanges *changes, const char *original, const char *result)
{
    const AugChange *items = txt_changes(changes);
    uint32_t at = 0, made = 0;
    for (uint32_t i = 0; i < changes->n; i++) {
        const AugChange *change = &items[i];
        ck_assert_uint_ge(change->start, at);
        ck_assert_uint_ge(change->end, change->start);
        ck_assert_uint_ge(change->new_end, change->new_start);
        ck_assert_uint_eq(change->start - at, change->new_start - made);
        ck_assert_int_eq(memcmp(original + at, result + made, change->start - at), 0);
        at = change->end;
        made = change->new_end;
    }
    ck_assert_str_eq(original + at, result + made);
}

START_TEST(edits_of_several_operations_are_joined)
{
    static const char *const names[] = {"A", "B", "C", "D", "E"};
    TxtEdits edits = {0};
    TxtChanges lists[2] = {0};
    uint64_t state = 5;
    for (int round = 0; round < 20000; round++) {
        char *original = strdup("abcdefghijklmnopqrstuvwxyz0123456789");
        original[next_random(&state, 37)] = '\0';
        char *text = strdup(original);
        lists[0].n = 0;
        for (int op = 0; op < 5; op++) {
            draw(&edits, (uint32_t)strlen(text), &state);
            char *made = apply(&edits, text);
            const TxtChanges *before = &lists[op % 2];
            AugError error = {0};
            ck_assert_int_eq(txt_changes_add(before, &edits, names[op], &lists[1 - op % 2], &error),
                             AUG_OK);
            check_changes(&lists[1 - op % 2], original, made);
            free(text);
            text = made;
        }
        free(text);
        free(original);
    }
    txt_memory_fini(&lists[0].items);
    txt_memory_fini(&lists[1].items);
    txt_edits_fini(&edits);
}
END_TEST

START_TEST(changes_name_their_operation)
{
    TxtEdits edits = {0};
    TxtChanges first = {0}, second = {0}, none = {0};
    AugError error = {0};
    txt_edits_clear(&edits);
    txt_edit(&edits, 0, 1, "xyz", 3);
    txt_edit(&edits, 5, 5, "!", 1);
    ck_assert_int_eq(txt_changes_add(&none, &edits, "One", &first, &error), AUG_OK);
    txt_edits_clear(&edits);
    txt_edit(&edits, 2, 4, "", 0); /* z and the byte behind it */
    ck_assert_int_eq(txt_changes_add(&first, &edits, "Two", &second, &error), AUG_OK);
    ck_assert_uint_eq(second.n, 2);
    const AugChange *items = txt_changes(&second);
    ck_assert_ptr_null(items[0].op);
    ck_assert_uint_eq(items[0].start, 0);
    ck_assert_uint_eq(items[0].end, 2);
    ck_assert_uint_eq(items[0].new_end, 2);
    ck_assert_str_eq(items[1].op, "One");
    ck_assert_uint_eq(items[1].start, 5);
    ck_assert_uint_eq(items[1].new_start, 5);
    ck_assert_uint_eq(items[1].new_end, 6);
    txt_memory_fini(&first.items);
    txt_memory_fini(&second.items);
    txt_edits_fini(&edits);
}
END_TEST

START_TEST(ranges_move_with_the_text)
{
    /* "one two three": "two" becomes "1 2", "a " stands before "three", "!" at the end. */
    static const uint32_t cases[][4] = {
        {0, 3, 0, 3},    /* before all */
        {4, 7, 4, 7},    /* the replaced word itself */
        {0, 7, 0, 7},    /* up to its end */
        {5, 6, 4, 7},    /* inside of it: all of it */
        {8, 13, 10, 15}, /* behind an insertion at its start, before one at its end */
        {7, 8, 7, 8},    /* the space between */
        {13, 13, 16, 16},
    };
    TxtEdits edits = {0};
    TxtChanges none = {0}, changes = {0};
    AugError error = {0};
    txt_edits_clear(&edits);
    txt_edit(&edits, 4, 7, "1 2", 3);
    txt_edit(&edits, 8, 8, "a ", 2);
    txt_edit(&edits, 13, 13, "!", 1);
    ck_assert_int_eq(txt_changes_add(&none, &edits, "Test", &changes, &error), AUG_OK);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        uint32_t start = cases[i][0], end = cases[i][1];
        txt_changes_map(&changes, &start, &end);
        ck_assert_msg(start == cases[i][2] && end == cases[i][3], "%zu: %u to %u", i, start, end);
    }
    txt_memory_fini(&changes.items);
    txt_edits_fini(&edits);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("text_edits");
    TCase *tests = tcase_create("all");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, edits_are_applied_in_any_order);
    tcase_add_test(tests, many_edits_keep_their_order);
    tcase_add_test(tests, wrong_edits_are_refused);
    tcase_add_test(tests, edits_of_several_operations_are_joined);
    tcase_add_test(tests, changes_name_their_operation);
    tcase_add_test(tests, ranges_move_with_the_text);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
