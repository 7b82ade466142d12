/* Samples that are rearranged within windows: by length, and by a function of the program. */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aug/loader.h"
#include "libaug/run/plan.h"
#include "tests/support/support.h"

#define N_SAMPLES 103
#define BATCH 5
#define N_GROUPED 4
#define N_STEPS 21 /* 20 whole batches and one of 3 */

static AugStatus fake_worker_new(void **worker, AugiAllowance *allowance, AugError *error)
{
    (void)allowance;
    (void)error;
    *worker = malloc(1);
    return AUG_OK;
}

static AugStatus fake_run(const void *plan, void *worker, const AugDomainJob *job, AugOut *outs,
                          AugError *error)
{
    (void)plan;
    (void)worker;
    (void)error;
    const uint64_t size = job->samples[0].fields[0].size;
    memcpy(outs[0].bytes, &size, sizeof(size));
    return AUG_OK;
}

static AugStatus fake_compile(const AugDomainInput *input, void **plan, AugDomainOutput *output,
                              AugError *error)
{
    (void)input;
    (void)error;
    *plan = NULL;
    output->tensors[0] = (AugTensorSpec){.name = "data", .sample = {AUG_DTYPE_I64, 0, {0}}};
    output->n_tensors = 1;
    output->treated = 1;
    return AUG_OK;
}

static void nothing_to_free(void *plan)
{
    (void)plan;
}

/* Its sample is the length of a text. */
static const AugDomain fake_domain = {
    .name = "fake",
    .compile = fake_compile,
    .plan_free = nothing_to_free,
    .worker_new = fake_worker_new,
    .worker_free = free,
    .run = fake_run,
};

/* Texts of 1 to 200 letters, most of them short, and a plan for them. */
typedef struct Fixture {
    AugSpec spec;
    AugDataset *dataset;
    AugPlan *plan;
} Fixture;

static uint64_t length_of(uint64_t index)
{
    const uint64_t x = index * 37 % 101;
    return 1 + x * x / 50;
}

static AugDataset *open_set(const char *location)
{
    AugDataset *dataset;
    AugError error = {0};
    if (aug_dataset_open(&dataset, location, NULL, &error) != AUG_OK)
        ck_abort_msg("%s: %s", error.where, error.message);
    return dataset;
}

static AugDataset *make_texts(void)
{
    static const char head[] = "text\n";
    static char text[N_SAMPLES * 210];
    memcpy(text, head, sizeof(head));
    char *to = text + strlen(head);
    for (uint64_t i = 0; i < N_SAMPLES; i++) {
        memset(to, 'a', length_of(i));
        to += length_of(i);
        *to++ = '\n';
    }
    char *path = test_path("%s/texts.csv", test_folder());
    test_write_file(path, text, (size_t)(to - text));
    char *location = test_path("csv:%s,text=text", path);
    AugDataset *dataset = open_set(location);
    free(location);
    free(path);
    return dataset;
}

static AugStatus compile(Fixture *f, const AugPlanOptions *options, AugError *error)
{
    return augi_plan_new(&f->plan, &fake_domain, &f->spec, f->dataset, options, error);
}

static void start(Fixture *f, int32_t n_grouped)
{
    *f = (Fixture){.dataset = make_texts()};
    aug_limits_init(&f->spec.limits);
    f->spec.name = (char *)(uintptr_t) "fake.yaml";
    f->spec.head.seed = 5;
    f->spec.batch = (AugiBatchSettings){
        .size = BATCH, .shuffle = true, .views = 1, .group_by_length = n_grouped};
    f->spec.domain = &fake_domain;
    f->spec.output = f;
}

static void compile_or_die(Fixture *f, const AugPlanOptions *options)
{
    AugError error = {0};
    if (compile(f, options, &error) != AUG_OK)
        ck_abort_msg("%s: %s", error.where, error.message);
}

static void end(Fixture *f)
{
    aug_plan_free(f->plan);
    aug_dataset_unref(f->dataset);
}

/* Writes the indices of a stream from a position to the end of its epochs; returns how many. */
static size_t read_stream(const Fixture *f, AugLoaderOptions options, int64_t *indices)
{
    AugLoader *loader;
    AugError error = {0};
    if (aug_loader_new(&loader, f->plan, &options, &error) != AUG_OK)
        ck_abort_msg("%s: %s", error.where, error.message);
    size_t n = 0;
    AugBatch *batch;
    AugStatus status;
    while ((status = aug_loader_next(loader, &batch, &error)) == AUG_OK) {
        AugTensor index, data;
        ck_assert(aug_batch_tensor(batch, "index", &index));
        ck_assert(aug_batch_tensor(batch, "data", &data));
        memcpy(&indices[n], index.bytes, index.size);
        for (uint32_t i = 0; i < aug_batch_count(batch); i++)
            ck_assert_uint_eq(((const uint64_t *)data.bytes)[i],
                              length_of((uint64_t)indices[n + i]));
        n += aug_batch_count(batch);
        aug_batch_free(batch);
    }
    ck_assert_int_eq(status, AUG_END);
    aug_loader_free(loader);
    return n;
}

/* Where a sample stands in an epoch that is not rearranged. */
static uint64_t position_of(const Fixture *f, uint32_t epoch, uint64_t sample)
{
    for (uint64_t i = 0; i < N_SAMPLES; i++)
        if (augi_plan_sample(f->plan, epoch, 0, (uint32_t)i) == sample)
            return i;
    ck_abort_msg("sample %d stands nowhere", (int)sample);
}

/* Whether a stands before b in a window that is sorted. */
static bool is_before(const Fixture *f, uint32_t epoch, int64_t a, int64_t b)
{
    const uint64_t x = length_of((uint64_t)a), y = length_of((uint64_t)b);
    if (x != y)
        return x < y;
    return position_of(f, epoch, (uint64_t)a) < position_of(f, epoch, (uint64_t)b);
}

/* One window: the samples that stand there anyway, each batch sorted, and all of one batch before
 * all of any other. Returns how many batches follow a shorter one. */
static int check_window(const Fixture *f, uint32_t epoch, uint64_t first, const int64_t *indices,
                        uint32_t n_batches)
{
    int n_rising = 0;
    for (uint32_t i = 0; i < n_batches * BATCH; i++) {
        const uint64_t position = position_of(f, epoch, (uint64_t)indices[i]);
        ck_assert_uint_ge(position, first);
        ck_assert_uint_lt(position, first + n_batches * BATCH);
        if (i % BATCH > 0)
            ck_assert(is_before(f, epoch, indices[i - 1], indices[i]));
    }
    for (uint32_t a = 0; a < n_batches; a++)
        for (uint32_t b = 0; b < n_batches; b++) {
            const int64_t *x = indices + a * BATCH, *y = indices + b * BATCH;
            if (a != b)
                ck_assert(is_before(f, epoch, x[BATCH - 1], y[0]) ||
                          is_before(f, epoch, y[BATCH - 1], x[0]));
            n_rising += a + 1 == b && is_before(f, epoch, x[0], y[0]);
        }
    return n_rising;
}

static int check_epoch(const Fixture *f, uint32_t epoch, const int64_t *indices, uint32_t n_grouped)
{
    bool seen[N_SAMPLES] = {0};
    for (int i = 0; i < N_SAMPLES; i++) {
        ck_assert(!seen[indices[i]]);
        seen[indices[i]] = true;
    }
    int n_rising = 0;
    for (uint32_t step = 0; step < N_STEPS - 1; step += n_grouped) {
        const uint32_t left = N_STEPS - 1 - step;
        n_rising += check_window(f, epoch, step * BATCH, indices + step * BATCH,
                                 left < n_grouped ? left : n_grouped);
    }
    for (uint64_t i = (N_STEPS - 1) * BATCH; i < N_SAMPLES; i++)
        ck_assert_int_eq(indices[i], (int64_t)augi_plan_sample(f->plan, epoch, 0, (uint32_t)i));
    return n_rising;
}

START_TEST(windows_are_sorted_by_length)
{
    static const uint32_t sizes[] = {1, 3, N_GROUPED, 7, 20, 50};
    for (size_t i = 0; i < AUG_COUNT(sizes); i++) {
        Fixture f;
        start(&f, (int32_t)sizes[i]);
        compile_or_die(&f, NULL);
        int64_t indices[3 * N_SAMPLES];
        ck_assert_uint_eq(read_stream(&f, (AugLoaderOptions){.threads = 3, .epochs = 3}, indices),
                          3 * N_SAMPLES);
        int n_rising = 0;
        for (uint32_t epoch = 0; epoch < 3; epoch++)
            n_rising += check_epoch(&f, epoch, indices + epoch * N_SAMPLES, sizes[i]);
        /* Of 57 or fewer pairs of neighbours about half rise; all or none would be no shuffle. */
        const int n_pairs = 3 * (20 - (20 + (int)sizes[i] - 1) / (int)sizes[i]);
        ck_assert_int_le(n_rising, n_pairs * 4 / 5);
        ck_assert_int_ge(n_rising, n_pairs / 5);
        end(&f);
    }
}
END_TEST

START_TEST(without_shuffle_windows_rise)
{
    Fixture f;
    start(&f, N_GROUPED);
    f.spec.batch.shuffle = false;
    compile_or_die(&f, NULL);
    int64_t indices[N_SAMPLES];
    read_stream(&f, (AugLoaderOptions){.threads = 2, .epochs = 1}, indices);
    ck_assert_int_eq(check_epoch(&f, 0, indices, N_GROUPED), 15);
    end(&f);
}
END_TEST

START_TEST(threads_restarts_and_ranks_do_not_matter)
{
    Fixture f;
    start(&f, N_GROUPED);
    compile_or_die(&f, NULL);
    int64_t whole[2 * N_SAMPLES], part[2 * N_SAMPLES];
    read_stream(&f, (AugLoaderOptions){.threads = 1, .depth = 1, .epochs = 2}, whole);
    for (uint32_t threads = 2; threads <= 5; threads++) {
        read_stream(&f, (AugLoaderOptions){.threads = threads, .depth = 16, .epochs = 2}, part);
        ck_assert_mem_eq(part, whole, sizeof(whole));
    }
    for (uint64_t step = 0; step < N_STEPS; step++) {
        const AugLoaderOptions later = {.threads = 2, .epoch = 1, .step = step, .epochs = 1};
        const size_t n = read_stream(&f, later, part);
        ck_assert_mem_eq(part, whole + N_SAMPLES + step * BATCH, n * sizeof(*part));
    }
    for (uint32_t world = 2; world <= BATCH; world++) {
        size_t n_all = 0;
        for (uint32_t rank = 0; rank < world; rank++) {
            const AugLoaderOptions options = {
                .threads = 2, .epochs = 1, .rank = rank, .world = world};
            const size_t n = read_stream(&f, options, part);
            size_t found = 0;
            for (size_t i = 0; i < N_SAMPLES && found < n; i++)
                found += whole[i] == part[found];
            ck_assert_uint_eq(found, n);
            n_all += n;
        }
        ck_assert_uint_eq(n_all, N_SAMPLES);
    }
    end(&f);
}
END_TEST

/* What a batch is padded to is its longest text. */
static uint64_t padding_of(const Fixture *f)
{
    int64_t indices[N_SAMPLES];
    read_stream(f, (AugLoaderOptions){.threads = 2, .epochs = 1}, indices);
    uint64_t padding = 0;
    for (int i = 0; i < N_SAMPLES; i += BATCH) {
        uint64_t longest = 0;
        const int n = N_SAMPLES - i < BATCH ? N_SAMPLES - i : BATCH;
        for (int k = 0; k < n; k++) {
            const uint64_t length = length_of((uint64_t)indices[i + k]);
            longest = length > longest ? length : longest;
        }
        for (int k = 0; k < n; k++)
            padding += longest - length_of((uint64_t)indices[i + k]);
    }
    return padding;
}

START_TEST(little_is_padded)
{
    uint64_t paddings[3];
    for (int i = 0; i < 3; i++) {
        static const int32_t sizes[] = {0, N_GROUPED, 20};
        Fixture f;
        start(&f, sizes[i]);
        compile_or_die(&f, NULL);
        paddings[i] = padding_of(&f);
        end(&f);
    }
    uint64_t length = 0;
    for (uint64_t i = 0; i < N_SAMPLES; i++)
        length += length_of(i);
    printf("%d letters; padding %d, with windows of 4 batches %d, of 20 batches %d\n", (int)length,
           (int)paddings[0], (int)paddings[1], (int)paddings[2]);
    ck_assert_uint_lt(paddings[1], paddings[0] / 2);
    ck_assert_uint_lt(paddings[2], paddings[1]);
}
END_TEST

/* Calls of the function, and the epoch in which it fails; 0: in none. */
typedef struct Turning {
    atomic_int n_calls;
    uint32_t bad_epoch;
} Turning;

static AugStatus turn_round(void *user, const AugOrderWindow *window, uint64_t *samples,
                            AugError *error)
{
    Turning *turning = user;
    atomic_fetch_add(&turning->n_calls, 1);
    if (window->epoch > 0 && window->epoch == turning->bad_epoch)
        return AUG_FAIL(error, AUG_IO, "order", "epoch %u is lost", window->epoch);
    const uint32_t n = window->n_batches * window->batch_size;
    for (uint32_t i = 0; i < n / 2; i++) {
        const uint64_t moved = samples[i];
        samples[i] = samples[n - 1 - i];
        samples[n - 1 - i] = moved;
    }
    return AUG_OK;
}

START_TEST(a_program_may_rearrange)
{
    Turning turning = {0};
    Fixture f;
    start(&f, 0);
    const AugPlanOptions options = {
        .order = {.arrange = turn_round, .user = &turning, .n_batches = 6, .id = "turned"}};
    compile_or_die(&f, &options);
    int64_t indices[2 * N_SAMPLES];
    read_stream(&f, (AugLoaderOptions){.threads = 4, .epochs = 2}, indices);
    /* Three windows of six batches and one of two an epoch; a fifth is not whole. */
    ck_assert_int_eq(turning.n_calls, 2 * 4);
    for (uint32_t i = 0; i < N_SAMPLES; i++) {
        const uint32_t first = i / 30 * 30, n = first == 90 ? 10 : 30;
        const uint32_t from = i < 100 ? first + n - 1 - (i - first) : i;
        ck_assert_int_eq(indices[i], (int64_t)augi_plan_sample(f.plan, 0, 0, from));
    }
    end(&f);
}
END_TEST

START_TEST(a_program_that_fails_ends_the_stream)
{
    Turning turning = {.bad_epoch = 1};
    Fixture f;
    start(&f, 0);
    const AugPlanOptions options = {
        .order = {.arrange = turn_round, .user = &turning, .n_batches = 6, .id = "turned"}};
    compile_or_die(&f, &options);
    AugLoader *loader;
    ck_assert_int_eq(aug_loader_new(&loader, f.plan, &(AugLoaderOptions){.threads = 3}, NULL),
                     AUG_OK);
    AugBatch *batch;
    for (int i = 0; i < N_STEPS; i++) {
        ck_assert_int_eq(aug_loader_next(loader, &batch, NULL), AUG_OK);
        aug_batch_free(batch);
    }
    AugError error = {0};
    ck_assert_int_eq(aug_loader_next(loader, &batch, &error), AUG_IO);
    ck_assert_str_eq(error.message, "epoch 1 is lost");
    aug_loader_free(loader);
    end(&f);
}
END_TEST

static void refuse(Fixture *f, const AugPlanOptions *options, AugStatus status, const char *part)
{
    AugError error = {0};
    ck_assert_int_eq(compile(f, options, &error), status);
    ck_assert_msg(strstr(error.message, part), "'%s' in: %s", part, error.message);
}

START_TEST(what_makes_no_sense_is_refused)
{
    AugPlanOptions options = {.order = {.arrange = turn_round, .n_batches = 2, .id = "turned"}};
    Fixture f;
    start(&f, N_GROUPED);
    refuse(&f, &options, AUG_BAD_ARGUMENT, "allowed is one of them");
    f.spec.batch.group_by_length = 300000;
    refuse(&f, NULL, AUG_TOO_LARGE,
           "300000 batches of 5 samples are 1500000 samples to be rearranged at once; 1048576 are "
           "allowed");
    f.spec.batch.group_by_length = 0;
    options.order.id = NULL;
    refuse(&f, &options, AUG_BAD_ARGUMENT, "an order needs an id");
    end(&f);
    start(&f, N_GROUPED);
    aug_dataset_unref(f.dataset);
    f.dataset = open_set("synthetic:count=20");
    refuse(&f, NULL, AUG_BAD_SPEC, "in a data set of kind synthetic does not differ");
    aug_dataset_unref(f.dataset);
    f.dataset = open_set("synthetic:count=20,split=0.5,part=eval");
    refuse(&f, NULL, AUG_BAD_SPEC, "in a data set of kind synthetic does not differ");
    end(&f);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("windows");
    TCase *tests = tcase_create("all");
    tcase_add_test(tests, windows_are_sorted_by_length);
    tcase_add_test(tests, without_shuffle_windows_rise);
    tcase_add_test(tests, threads_restarts_and_ranks_do_not_matter);
    tcase_add_test(tests, little_is_padded);
    tcase_add_test(tests, a_program_may_rearrange);
    tcase_add_test(tests, a_program_that_fails_ends_the_stream);
    tcase_add_test(tests, what_makes_no_sense_is_refused);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
