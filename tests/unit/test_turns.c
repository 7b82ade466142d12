/* Whose turn it is, with a clock and workers made for the test: nothing depends on real time. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "libaug/run/turns.h"
#include "tests/support/support.h"

#define MOST_WORKERS 16
#define MOST_STREAMS 64

/* A stream of the simulation.
 *
 * item_seconds: of its samples; of every long_every-th of them long_seconds (0: there are none)
 * burst, pause: it has so many samples to make, then nothing for pause seconds; burst 0: always
 *               some
 * left, resumes: of its present burst; and when the next one begins
 * got:          seconds of workers
 */
typedef struct Stream {
    AugiTurn turn;
    double item_seconds, long_seconds, pause, resumes, got;
    uint32_t long_every, n_begun, burst, left, n_running;
} Stream;

/* Workers that serve streams from time 0 on. */
typedef struct Simulation {
    AugiTurns turns;
    Stream streams[MOST_STREAMS];
    uint32_t n_streams;
    Stream *serves[MOST_WORKERS];
    AugiTurnWork work[MOST_WORKERS];
    double takes[MOST_WORKERS], ends[MOST_WORKERS];
    double time;
} Simulation;

static void begin_simulation(Simulation *s, uint32_t n_workers)
{
    memset(s, 0, sizeof(*s));
    augi_turns_init(&s->turns, n_workers);
    ck_assert(augi_turns_reserve(&s->turns, MOST_STREAMS));
}

static Stream *add_stream(Simulation *s, double item_seconds)
{
    Stream *stream = &s->streams[s->n_streams++];
    stream->item_seconds = item_seconds;
    return stream;
}

static void update(Simulation *s, Stream *stream)
{
    if (stream->left == 0 && stream->n_running == 0 && s->time >= stream->resumes)
        stream->left = stream->burst;
    const bool has_work = stream->burst == 0 || stream->left > 0;
    (void)augi_turns_set(&s->turns, &stream->turn, has_work, s->time);
}

static void end_work(Simulation *s, uint32_t worker)
{
    Stream *stream = s->serves[worker];
    s->serves[worker] = NULL;
    stream->n_running--;
    stream->resumes = s->time + stream->pause;
    augi_turns_end(&s->turns, &stream->turn, &s->work[worker], s->takes[worker], s->time);
    update(s, stream);
}

static double next_seconds(Stream *stream)
{
    stream->n_begun++;
    const bool is_long = stream->long_every > 0 && stream->n_begun % stream->long_every == 0;
    return is_long ? stream->long_seconds : stream->item_seconds;
}

static void begin_work(Simulation *s, uint32_t worker)
{
    double look_at;
    AugiTurn *turn = augi_turns_next(&s->turns, s->time, &look_at);
    if (!turn)
        return;
    Stream *stream = (Stream *)(void *)((char *)turn - offsetof(Stream, turn));
    s->serves[worker] = stream;
    s->work[worker] = augi_turns_begin(&s->turns, turn, 1, s->time);
    s->takes[worker] = next_seconds(stream);
    s->ends[worker] = s->time + s->takes[worker];
    stream->n_running++;
    stream->left -= stream->left > 0;
    update(s, stream);
}

/* Lets time go by in small steps, in each of which every worker that is free looks for work. */
static void run_until(Simulation *s, double end)
{
    static const double step = 1e-3;
    for (; s->time < end; s->time += step) {
        for (uint32_t i = 0; i < s->n_streams; i++)
            update(s, &s->streams[i]);
        for (uint32_t w = 0; w < s->turns.n_workers; w++) {
            if (s->serves[w])
                s->serves[w]->got += step;
            if (s->serves[w] && s->time >= s->ends[w] - step / 2)
                end_work(s, w);
            if (!s->serves[w])
                begin_work(s, w);
        }
    }
}

static void check_share(const Stream *stream, double seconds, double low, double high)
{
    ck_assert_msg(stream->got >= low * seconds && stream->got <= high * seconds,
                  "%g s a sample: got %.3f of %.3f worker seconds; expected %.2f to %.2f of them",
                  stream->item_seconds, stream->got, seconds, low, high);
}

/* The time is shared, not the samples: 1:50 makes no difference. */
START_TEST(time_is_shared_whatever_a_sample_takes)
{
    for (uint32_t n_workers = 1; n_workers <= 8; n_workers *= 2) {
        Simulation s;
        begin_simulation(&s, n_workers);
        Stream *light = add_stream(&s, 2e-3), *heavy = add_stream(&s, 100e-3);
        run_until(&s, 20);
        check_share(light, 20 * n_workers, 0.45, 0.55);
        check_share(heavy, 20 * n_workers, 0.45, 0.55);
        augi_turns_fini(&s.turns);
    }
}
END_TEST

/* k busy streams of all kinds leave a good one its part. */
START_TEST(k_streams_leave_one_part_of_k_and_one)
{
    static const double seconds[] = {1e-3, 10e-3, 50e-3, 0.4, 3};
    for (uint32_t n_workers = 1; n_workers <= 4; n_workers *= 2)
        for (uint32_t k = 1; k <= 5; k++) {
            Simulation s;
            begin_simulation(&s, n_workers);
            Stream *good = add_stream(&s, 2e-3);
            for (uint32_t i = 0; i < k; i++)
                add_stream(&s, seconds[i]);
            run_until(&s, 60);
            check_share(good, 60 * n_workers, 0.8 / (k + 1), 1);
            augi_turns_fini(&s.turns);
        }
}
END_TEST

/* One whose consumer is about to ask for more, and does so every few milliseconds, finds a worker:
 * long samples do not take all of them in between. */
START_TEST(a_short_pause_costs_no_long_wait)
{
    for (uint32_t n_workers = 1; n_workers <= 4; n_workers *= 2) {
        double alone = 0;
        for (int with_heavy = 0; with_heavy < 2; with_heavy++) {
            Simulation s;
            begin_simulation(&s, n_workers);
            Stream *good = add_stream(&s, 2e-3);
            good->burst = 20;
            good->pause = 10e-3;
            if (with_heavy)
                add_stream(&s, 5);
            run_until(&s, 100);
            if (with_heavy)
                check_share(good, alone, 0.4, 1);
            alone = good->got;
            augi_turns_fini(&s.turns);
        }
    }
}
END_TEST

/* Nothing is kept free for somebody who does not come, nor for one whose samples are as long. */
START_TEST(workers_are_used_where_nobody_else_is)
{
    Simulation s;
    begin_simulation(&s, 4);
    Stream *heavy = add_stream(&s, 0.5), *slow = add_stream(&s, 1e-3);
    slow->burst = 10;
    slow->pause = 5;
    run_until(&s, 100);
    check_share(heavy, 400, 0.85, 1);
    augi_turns_fini(&s.turns);
    begin_simulation(&s, 4);
    Stream *first = add_stream(&s, 0.5), *second = add_stream(&s, 0.6);
    run_until(&s, 100);
    check_share(first, 400, 0.48, 0.52);
    check_share(second, 400, 0.48, 0.52);
    augi_turns_fini(&s.turns);
}
END_TEST

/* A stream whose samples differ in length leaves no worker idle for its own short ones. */
START_TEST(no_stream_rests_for_itself)
{
    static const uint32_t n_workers[] = {1, 2, 4, 16};
    for (size_t i = 0; i < sizeof(n_workers) / sizeof(n_workers[0]); i++) {
        Simulation s;
        begin_simulation(&s, n_workers[i]);
        Stream *mixed = add_stream(&s, 4e-3);
        mixed->long_every = 12;
        mixed->long_seconds = 0.5;
        run_until(&s, 50);
        check_share(mixed, 50 * n_workers[i], 0.99, 1.001);
        augi_turns_fini(&s.turns);
    }
}
END_TEST

/* What it did not use while it had nothing to do is not paid back. */
START_TEST(nobody_saves_up_time)
{
    Simulation s;
    begin_simulation(&s, 2);
    Stream *busy = add_stream(&s, 2e-3), *late = add_stream(&s, 2e-3);
    late->burst = 1;
    late->pause = 50;
    run_until(&s, 50);
    late->burst = 0;
    const double before = busy->got;
    late->got = 0;
    run_until(&s, 60);
    check_share(late, 20, 0.45, 0.55);
    ck_assert_double_ge(busy->got - before, 0.45 * 20);
    augi_turns_fini(&s.turns);
}
END_TEST

/* A sample that takes far longer than those before counts while it is made, so that the others keep
 * the second worker. */
START_TEST(a_sample_that_is_late_counts_at_once)
{
    enum { N_GOOD = 6 };
    Simulation s;
    Stream *good[N_GOOD];
    begin_simulation(&s, 2);
    for (int i = 0; i < N_GOOD; i++)
        good[i] = add_stream(&s, 2e-3);
    Stream *turned = add_stream(&s, 2e-3);
    run_until(&s, 1);
    turned->item_seconds = 30;
    double got = 0;
    for (int i = 0; i < N_GOOD; i++)
        got -= good[i]->got;
    run_until(&s, 31);
    for (int i = 0; i < N_GOOD; i++)
        got += good[i]->got;
    ck_assert_double_ge(got, 0.98 * 30);
    augi_turns_fini(&s.turns);
}
END_TEST

/* As long as nobody knows how long its samples are, one is made; alone it has all workers. */
START_TEST(an_unknown_stream_begins_with_one_sample)
{
    Simulation s;
    begin_simulation(&s, 4);
    Stream *good = add_stream(&s, 2e-3);
    run_until(&s, 1);
    Stream *unknown = add_stream(&s, 10);
    const double before = good->got;
    run_until(&s, 5);
    ck_assert_uint_eq(unknown->n_running, 1);
    ck_assert_double_ge(good->got - before, 0.74 * 4 * 4);
    augi_turns_fini(&s.turns);
    begin_simulation(&s, 4);
    Stream *lone = add_stream(&s, 10);
    run_until(&s, 1);
    ck_assert_uint_eq(lone->n_running, 4);
    augi_turns_fini(&s.turns);
}
END_TEST

/* Turns without work are in no list: what is looked at is as many as have some. */
START_TEST(idle_turns_are_in_no_list)
{
    enum { N = 8000 };
    AugiTurns turns;
    augi_turns_init(&turns, 2);
    ck_assert(augi_turns_reserve(&turns, N + 1));
    AugiTurn *idle = calloc(N, sizeof(*idle)), busy = {0};
    ck_assert_ptr_nonnull(idle);
    for (uint32_t i = 0; i < N; i++) {
        ck_assert(augi_turns_set(&turns, &idle[i], true, 0));
        ck_assert(!augi_turns_set(&turns, &idle[i], true, 0));
        ck_assert(!augi_turns_set(&turns, &idle[i], false, 0));
    }
    ck_assert_uint_eq(turns.waiting.n + turns.resting.n, 0);
    ck_assert_uint_eq(turns.n_busy, 0);
    ck_assert(augi_turns_set(&turns, &busy, true, 0));
    ck_assert_uint_eq(turns.waiting.n, 1);
    double look_at;
    ck_assert_ptr_eq(augi_turns_next(&turns, 0, &look_at), &busy);
    ck_assert(isinf(look_at));
    augi_turns_fini(&turns);
    free(idle);
}
END_TEST

/* Any order of putting in, charging and taking out leaves the least first. */
START_TEST(the_one_that_used_least_is_next)
{
    enum { N = 200 };
    AugiTurns turns;
    augi_turns_init(&turns, 2);
    ck_assert(augi_turns_reserve(&turns, N));
    AugiTurn all[N] = {{0}};
    uint64_t random = 1;
    for (uint32_t round = 0; round < 20000; round++) {
        random = random * 6364136223846793005u + 1442695040888963407u;
        AugiTurn *turn = &all[(random >> 33) % N];
        if (random >> 63)
            augi_turns_charge(&turns, turn, (double)((random >> 20) % 1000) * 1e-3);
        else
            (void)augi_turns_set(&turns, turn, random >> 62 & 1, 0);
        double look_at, least = INFINITY;
        for (uint32_t i = 0; i < N; i++)
            if (all[i].has_work)
                least = fmin(least, all[i].used);
        const AugiTurn *next = augi_turns_next(&turns, 0, &look_at);
        ck_assert(next ? next->has_work && next->used == least : isinf(least) != 0);
    }
    augi_turns_fini(&turns);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("turns");
    TCase *tests = tcase_create("turns");
    tcase_add_test(tests, time_is_shared_whatever_a_sample_takes);
    tcase_add_test(tests, k_streams_leave_one_part_of_k_and_one);
    tcase_add_test(tests, a_short_pause_costs_no_long_wait);
    tcase_add_test(tests, workers_are_used_where_nobody_else_is);
    tcase_add_test(tests, no_stream_rests_for_itself);
    tcase_add_test(tests, nobody_saves_up_time);
    tcase_add_test(tests, a_sample_that_is_late_counts_at_once);
    tcase_add_test(tests, an_unknown_stream_begins_with_one_sample);
    tcase_add_test(tests, idle_turns_are_in_no_list);
    tcase_add_test(tests, the_one_that_used_least_is_next);
    tcase_set_timeout(tests, 60);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
