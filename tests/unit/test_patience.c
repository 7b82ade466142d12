/* What clients wait for OPENs that came to nothing, counted to the millisecond. */
#include "augd/patience.h"
#include "tests/support/support.h"

#define MS UINT64_C(1000000)
#define SECOND (1000 * MS)

/* A moment, not 0. */
#define START (77 * SECOND)

/* Mistakes of people are free, however many, as long as they come slowly. */
START_TEST(few_are_free)
{
    AugdPatience patience = {0};
    AugdRecord record = {0};
    for (uint64_t i = 0; i < 1000; i++) {
        ck_assert_uint_eq(augd_patience_refused(&patience, &record, 3 * MS, START + i * 100 * MS),
                          0);
        ck_assert_uint_eq(augd_patience_greeted(&patience, START + i * 100 * MS), 0);
    }
}
END_TEST

/* What is beyond the free part takes 32 times as long to be forgiven, and the same connection may
 * have to wait for up to 1, 2, 4 .. 64 s. */
START_TEST(waits_grow)
{
    AugdPatience patience = {0};
    AugdRecord record = {0};
    ck_assert_uint_eq(augd_patience_refused(&patience, &record, 250 * MS, START), 0);
    ck_assert_uint_eq(augd_patience_refused(&patience, &record, 10 * MS, START), 321);
    /* 321 ms forgive a bit more than that. */
    ck_assert_uint_eq(augd_patience_refused(&patience, &record, 10 * MS, START + 321 * MS), 320);
    record = (AugdRecord){0};
    for (uint32_t n = 0; n < 10; n++)
        ck_assert_uint_eq(augd_patience_refused(&patience, &record, 10 * SECOND, START + SECOND),
                          1000u << (n < 6 ? n : 6));
    augd_patience_opened(&record);
    ck_assert_uint_eq(augd_patience_refused(&patience, &record, MS, START + SECOND), 1000);
}
END_TEST

/* However many there are, and whatever one OPEN costs: those who wait as they are told take a 32nd
 * of one core together, in the long run, beside what is free. */
START_TEST(all_together_take_their_part)
{
    enum { N = 20, SECONDS = 600 };
    static const uint64_t costs[] = {MS / 10, 2 * MS, 50 * MS};
    const uint64_t cost = costs[_i];
    AugdPatience patience = {0};
    AugdRecord records[N] = {{0}};
    uint64_t free_at[N] = {0}, taken = 0;
    for (uint64_t ms = 0; ms < SECONDS * 1000; ms++) {
        for (int i = 0; i < N; i++) {
            if (ms < free_at[i])
                continue;
            const uint32_t wait =
                augd_patience_refused(&patience, &records[i], cost, START + ms * MS);
            free_at[i] = ms + (wait > 0 ? wait : 1);
            taken += cost;
        }
    }
    const uint64_t part = SECONDS * SECOND / AUGD_FORGIVEN_PART;
    ck_assert_uint_ge(taken, part);
    /* Each may be one OPEN ahead, and the first waits of a connection are short. */
    ck_assert_uint_le(taken, part + AUGD_FREE_NS + 8 * N * cost);
}
END_TEST

/* Whoever comes again for each OPEN waits when he has greeted; one who never came again, or stays
 * connected, does not make others wait there. */
START_TEST(coming_again)
{
    AugdPatience patience = {0};
    AugdRecord record = {0};
    for (int i = 0; i < 100; i++)
        (void)augd_patience_refused(&patience, &record, 100 * MS, START);
    ck_assert_uint_eq(augd_patience_greeted(&patience, START), 0);
    for (int i = 0; i < 2; i++) {
        record = (AugdRecord){0};
        (void)augd_patience_refused(&patience, &record, 76 * MS, START);
    }
    /* With the first OPEN of the connection before, 2 ms beyond what is free. */
    ck_assert_uint_eq(augd_patience_greeted(&patience, START), 65);
    augd_patience_left(&patience, 100 * MS, START);
    ck_assert_uint_eq(augd_patience_greeted(&patience, START), AUGD_MOST_GREETED_MS);
    ck_assert_uint_eq(augd_patience_greeted(&patience, START + 102 * 32 * MS), 0);
}
END_TEST

/* An hour without any forgives all and no more. */
START_TEST(all_is_forgiven)
{
    AugdPatience patience = {0};
    AugdRecord record = {0};
    (void)augd_patience_refused(&patience, &record, 100 * SECOND, START);
    ck_assert_uint_eq(augd_patience_refused(&patience, &record, 250 * MS, START + 3600 * SECOND),
                      0);
    ck_assert_uint_eq(patience.all.ns, 250 * MS);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("patience");
    TCase *all = tcase_create("all");
    tcase_add_test(all, few_are_free);
    tcase_add_test(all, waits_grow);
    tcase_add_loop_test(all, all_together_take_their_part, 0, 3);
    tcase_add_test(all, coming_again);
    tcase_add_test(all, all_is_forgiven);
    suite_add_tcase(suite, all);
    return test_run(suite);
}
