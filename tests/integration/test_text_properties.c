/* What every operation on texts must hold, on real and on hostile rows: bytes outside of the edits
 * are the same, what is protected is touched by none, nothing becomes empty or ill-formed, the
 * outcome is true, and the same key gives the same bytes on any number of threads.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aug/loader.h"
#include "aug/spec.h"
#include "libaug/base/hash.h"
#include "libaug/base/utf8.h"
#include "libaug/run/worker.h"
#include "libaug/spec/domain.h"
#include "tests/support/datasets.h"
#include "tests/support/support.h"
#include "text/domain/scan.h"
#include "text/unicode/unicode.h"

/* All that a spec protects by default. */
#define USUAL (((1u << TXT_N_REASONS) - 1) & ~(1u << TXT_FREE) & ~(1u << TXT_QUOTE))

/* Rows of a spec; with the development data, or a few without it. */
static const char *const files[] = {
    "text/sst2_train.tsv.gz",
    "text/ag_news_5k.tsv.gz",
    "text/nsmc_ko_train16k.tsv.gz",
    "text/waimai_zh_6k.tsv.gz",
    "hostile-text/hostile-dataset.tsv.gz",
    "hostile-text/udhr-multilingual.tsv.gz",
    "hostile-text/kuhn-utf8-stress-test-2003.txt",
    "hostile-text/blns.txt",
};

/* moves_sentences: whole, with what is protected in them. */
typedef struct Rig {
    AugSpec *spec;
    AugDataset *dataset;
    AugPlan *plan;
    AugWorker *worker;
    bool moves_sentences;
} Rig;

static void rig_open(Rig *rig, const char *pipeline, const char *location, bool any_size)
{
    AugError error = {0};
    AugProblems problems = {.items = &error, .capacity = 1};
    char *text = test_path("{augd: 1, seed: 7, pipeline: [%s], batch: {size: 16}, output: {edits: "
                           "true, outcome: true, max_bytes: 2000000, allow_label_change: true}}",
                           pipeline);
    const AugPlanOptions options = {.any_size = any_size};
    ck_assert_msg(aug_spec_parse(&rig->spec, text, strlen(text), "s", NULL, &problems) == AUG_OK,
                  "%s", error.message);
    ck_assert_msg(aug_dataset_open(&rig->dataset, location, NULL, &error) == AUG_OK, "%s: %s",
                  location, error.message);
    ck_assert_msg(aug_plan_new(&rig->plan, rig->spec, rig->dataset, &options, &error) == AUG_OK,
                  "%s", error.message);
    ck_assert_int_eq(aug_worker_new(&rig->worker, rig->plan, &error), AUG_OK);
    rig->moves_sentences = strncmp(pipeline, "Sentence", 8) == 0;
    free(text);
}

static void rig_close(Rig *rig)
{
    aug_worker_free(rig->worker);
    aug_plan_free(rig->plan);
    aug_dataset_unref(rig->dataset);
    aug_spec_free(rig->spec);
}

/* One text before and after. */
typedef struct Pair {
    const char *name;
    const uint8_t *old, *new;
    uint32_t old_size, new_size;
    AugChanges changes;
} Pair;

/* Bytes between changes are the same, and nothing else is. */
static void check_edits(const Pair *pair)
{
    uint32_t at = 0, made = 0;
    for (uint32_t i = 0; i <= pair->changes.n; i++) {
        const AugChange end = {.start = pair->old_size, .new_start = pair->new_size};
        const AugChange *change = i < pair->changes.n ? &pair->changes.items[i] : &end;
        ck_assert_msg(change->start >= at && change->new_start >= made &&
                          change->start - at == change->new_start - made,
                      "%s: change %u", pair->name, i);
        ck_assert_msg(memcmp(pair->old + at, pair->new + made, change->start - at) == 0,
                      "%s: before change %u", pair->name, i);
        at = change->end;
        made = change->new_end;
    }
    ck_assert_msg(pair->changes.n == 0 || pair->old_size == 0 || pair->new_size > 0,
                  "%s became empty", pair->name);
}

/* No change begins or ends inside of a grapheme, before and after, or touches what is protected. */
static void check_spans(const Pair *pair, TxtScanner *scanner)
{
    TxtDoc doc;
    const TxtScanInput input = {.bytes = pair->old, .size = pair->old_size, .protect = USUAL};
    ck_assert_int_eq(txt_scan(scanner, &input, &doc, NULL), AUG_OK);
    uint32_t i = 0;
    for (uint32_t s = 0; s < doc.n_spans; s++) {
        const TxtSpan *span = &doc.spans[s];
        while (i < pair->changes.n && pair->changes.items[i].end <= span->start)
            i++;
        if (span->kind != TXT_PROTECTED && span->kind != TXT_INVALID)
            continue;
        ck_assert_msg(i == pair->changes.n || pair->changes.items[i].start >= span->end,
                      "%s: '%.*s' is protected and was changed", pair->name,
                      (int)(span->end - span->start), (const char *)pair->old + span->start);
    }
    for (uint32_t k = 0; k < pair->changes.n; k++) {
        const AugChange *change = &pair->changes.items[k];
        ck_assert_msg(txt_grapheme_begins(pair->old, pair->old_size, change->start) &&
                          txt_grapheme_begins(pair->old, pair->old_size, change->end),
                      "%s: change %u splits a grapheme", pair->name, k);
        ck_assert_msg(txt_grapheme_begins(pair->new, pair->new_size, change->new_start) &&
                          txt_grapheme_begins(pair->new, pair->new_size, change->new_end),
                      "%s: change %u joins graphemes", pair->name, k);
    }
}

/* n edited places where the outcome says that all were made. */
static void check_outcome(const Pair *pair, uint32_t n)
{
    const bool same = pair->changes.n == 0;
    const char *word = pair->changes.outcome;
    ck_assert_msg(same == (strcmp(word, "applied") != 0 && strcmp(word, "fewer") != 0),
                  "%s: %u changes and '%s'", pair->name, pair->changes.n, word);
    if (n == 0 || same)
        return;
    ck_assert_msg((strcmp(word, "applied") == 0) == (pair->changes.n == n), "%s: %u changes and %s",
                  pair->name, pair->changes.n, word);
}

static void check_row(Rig *rig, uint64_t index, const AugSample *in, TxtScanner *scanner,
                      uint32_t n)
{
    AugSample out;
    AugError error = {0};
    const AugKey key = {.seed = 7, .sample = index};
    ck_assert_msg(aug_worker_augment(rig->worker, &key, in, &out, &error) == AUG_OK, "%s: %s",
                  error.where, error.message);
    Pair pair = {.name = in->name,
                 .old = in->fields[0].bytes,
                 .new = out.fields[0].bytes,
                 .old_size = (uint32_t)in->fields[0].size,
                 .new_size = (uint32_t)out.fields[0].size};
    aug_worker_changes(rig->worker, in, &out, 0, &pair.changes);
    check_edits(&pair);
    if (!rig->moves_sentences)
        check_spans(&pair, scanner);
    check_outcome(&pair, n);
    const bool was_valid =
        augi_utf8_invalid((const char *)pair.old, pair.old_size) == pair.old_size;
    ck_assert_msg(!was_valid ||
                      augi_utf8_invalid((const char *)pair.new, pair.new_size) == pair.new_size,
                  "%s is no UTF-8", pair.name);
}

/* n: changes of a row that is applied; 0: any number. */
static void check_rows(const char *pipeline, const char *location, uint32_t n)
{
    Rig rig;
    AugBuffer buffer = {0};
    TxtScanner scanner = {0};
    rig_open(&rig, pipeline, location, true);
    const uint64_t n_rows = aug_dataset_info(rig.dataset)->n_samples;
    ck_assert_uint_gt(n_rows, 0);
    for (uint64_t i = 0; i < n_rows; i++) {
        AugSample in;
        AugError error = {0};
        ck_assert_msg(aug_dataset_read(rig.dataset, i, &buffer, &in, &error) == AUG_OK, "%s",
                      error.message);
        check_row(&rig, i, &in, &scanner, n);
    }
    txt_scanner_fini(&scanner);
    aug_buffer_fini(&buffer);
    rig_close(&rig);
}

/* Pipelines, and how many places each changes in a row that is applied. */
static const struct {
    const char *pipeline;
    uint32_t n;
} pipelines[] = {
    {"RandomSwap: {n: 1}", 2},
    {"RandomSwap: {n: 3, window: 4}", 6},
    {"RandomDeletion: {n: 2}", 2},
    {"RandomDeletion: {alpha: 0.6}", 0},
    {"AEDA", 0},
    {"SynonymReplacement: {alpha: 0.3}", 0},
    {"SynonymReplacement: {tagger: false, all_occurrences: true}", 0},
    {"RandomInsertion: {alpha: 0.3}", 0},
    {"RandomSwap, AEDA, RandomDeletion: {alpha: 0.3}, RandomSwap: {alpha: 0.5}, AEDA", 0},
    {"KeyboardNoise: {n: 2, char_p: 0}", 2},
    {"OcrNoise: {n: 2, char_p: 0}", 2},
    {"CharInsert: {n: 2, char_p: 0}", 2},
    {"CharDelete: {n: 2, char_p: 0}", 2},
    {"CharSwap: {n: 2, char_p: 0}", 2},
    {"CharSubstitute: {n: 2, char_p: 0}", 2},
    {"SpellingErrors: {n: 2}", 2},
    {"RandomCase: {n: 2}", 2},
    {"TokenMask: {n: 2}", 2},
    {"Contraction", 0},
    {"Expansion", 0},
    {"KeyboardNoise: {layout: dubeolsik, alpha: 1, min_length: 1, char_p: 1}, OcrNoise: {alpha: "
     "1}, "
     "CharInsert: {alpha: 1, char_p: 1}, CharSwap: {alpha: 1}, RandomCase: {alpha: 1}, "
     "SpellingErrors: {alpha: 1}",
     0},
    {"SentenceShuffle", 0},
    {"SentenceCrop", 0},
};

START_TEST(rows_of_the_shared_sets)
{
    for (size_t i = 0; i < AUG_COUNT(files); i++) {
        char *path = test_data(files[i]);
        if (!path)
            return;
        char *location = test_path("lines:%s", path);
        check_rows(pipelines[_i].pipeline, location, pipelines[_i].n);
        free(location);
        free(path);
    }
}
END_TEST

static char *put_rows(void)
{
    static const char text[] =
        "One good film about two very old friends. It doesn't end well in New York!\n"
        "see https://a.com/b , mail a@b.org , pay $3 or 50% , {name} <br> [MASK] `x y`\n"
        "\n"
        "word\n"
        "same same same same same same\n"
        "caf\xc3\xa9 na\xc3\xafve e\xcc\x81t\xcc\x81 \xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa7 "
        "\xed\x95\x9c\xea\xb5\xad\xec\x96\xb4 \xe4\xb8\xad\xe6\x96\x87\xe5\xad\x97\n"
        "bad \xff bytes \xe2\x80 in the middle of it\n"
        "a b c d e f g h i j k l m n o p q r s t u v w x y z a b c d e f g h i j k l m n o p\n";
    char *path = test_path("%s/rows.txt", test_folder());
    test_write_file(path, text, sizeof(text) - 1);
    char *location = test_path("lines:%s", path);
    free(path);
    return location;
}

START_TEST(rows_of_our_own)
{
    char *location = put_rows();
    check_rows(pipelines[_i].pipeline, location, pipelines[_i].n);
    free(location);
}
END_TEST

static void digest(const AugPlan *plan, uint32_t threads, char hex[65])
{
    AugiHash hash = {0};
    AugLoader *loader;
    AugError error = {0};
    const AugLoaderOptions options = {.threads = threads, .epochs = 2};
    ck_assert_int_eq(augi_hash_init(&hash, &error), AUG_OK);
    ck_assert_int_eq(aug_loader_new(&loader, plan, &options, &error), AUG_OK);
    AugStatus status;
    for (AugBatch *batch; (status = aug_loader_next(loader, &batch, &error)) == AUG_OK;) {
        size_t size;
        const void *bytes = aug_batch_bytes(batch, &size);
        augi_hash_add(&hash, bytes, size);
        aug_batch_free(batch);
    }
    ck_assert_msg(status == AUG_END, "%s", error.message);
    aug_loader_free(loader);
    augi_hash_hex(&hash, hex);
    augi_hash_fini(&hash);
}

START_TEST(threads_make_the_same_bytes)
{
    static const uint32_t threads[] = {1, 2, 8};
    Rig rig;
    char *location = put_rows(), first[65], hex[65];
    rig_open(&rig, pipelines[5].pipeline, location, false);
    digest(rig.plan, 1, first);
    for (size_t i = 0; i < AUG_COUNT(threads); i++) {
        digest(rig.plan, threads[i], hex);
        ck_assert_str_eq(hex, first);
    }
    rig_close(&rig);
    free(location);
}
END_TEST

/* The edits tensor says what the changes say. */
START_TEST(batches_hold_edits_and_outcomes)
{
    Rig rig;
    AugLoader *loader;
    AugBatch *batch;
    AugError error = {0};
    char *location = put_rows();
    rig_open(&rig, "RandomSwap: {n: 2}, AEDA", location, false);
    const AugLoaderOptions options = {.threads = 1, .epochs = 1};
    ck_assert_int_eq(aug_loader_new(&loader, rig.plan, &options, &error), AUG_OK);
    ck_assert_int_eq(aug_loader_next(loader, &batch, &error), AUG_OK);
    AugTensor text, texts, edits, rows, outcome, index;
    ck_assert(aug_batch_tensor(batch, "text", &text));
    ck_assert(aug_batch_tensor(batch, "text.offsets", &texts));
    ck_assert(aug_batch_tensor(batch, "edits", &edits));
    ck_assert(aug_batch_tensor(batch, "edits.offsets", &rows));
    ck_assert(aug_batch_tensor(batch, "outcome", &outcome));
    ck_assert(aug_batch_tensor(batch, "index", &index));
    AugBuffer buffer = {0};
    for (uint32_t i = 0; i < aug_batch_count(batch); i++) {
        const int64_t number = ((const int64_t *)index.bytes)[i];
        const int64_t *at = (const int64_t *)texts.bytes + i,
                      *row = (const int64_t *)rows.bytes + i;
        AugSample in, out;
        const AugKey key = {.seed = 7, .sample = (uint64_t)number};
        ck_assert_int_eq(aug_dataset_read(rig.dataset, (uint64_t)number, &buffer, &in, &error),
                         AUG_OK);
        ck_assert_int_eq(aug_worker_augment(rig.worker, &key, &in, &out, &error), AUG_OK);
        ck_assert_int_eq(at[1] - at[0], (int64_t)out.fields[0].size);
        ck_assert_int_eq(
            memcmp((const uint8_t *)text.bytes + at[0], out.fields[0].bytes, out.fields[0].size),
            0);
        AugChanges changes;
        aug_worker_changes(rig.worker, &in, &out, 0, &changes);
        ck_assert_int_eq(row[1] - row[0], changes.n);
        for (uint32_t k = 0; k < changes.n; k++) {
            const int32_t *numbers = (const int32_t *)edits.bytes + 5 * (row[0] + k);
            const AugChange *change = &changes.items[k];
            ck_assert_int_eq(numbers[0], (int32_t)change->start);
            ck_assert_int_eq(numbers[1], (int32_t)change->end);
            ck_assert_int_eq(numbers[2], (int32_t)change->new_start);
            ck_assert_int_eq(numbers[3], (int32_t)change->new_end);
            ck_assert_int_eq(numbers[4], !change->op                             ? -1
                                         : strcmp(change->op, "RandomSwap") == 0 ? 0
                                                                                 : 1);
        }
        ck_assert_int_eq(((const int32_t *)outcome.bytes)[i] == 0,
                         strcmp(changes.outcome, "applied") == 0);
    }
    aug_buffer_fini(&buffer);
    aug_batch_free(batch);
    aug_loader_free(loader);
    rig_close(&rig);
    free(location);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("text_properties");
    TCase *tests = tcase_create("all");
    tcase_set_timeout(tests, 120);
    tcase_add_loop_test(tests, rows_of_our_own, 0, (int)AUG_COUNT(pipelines));
    tcase_add_loop_test(tests, rows_of_the_shared_sets, 0, (int)AUG_COUNT(pipelines));
    tcase_add_test(tests, threads_make_the_same_bytes);
    tcase_add_test(tests, batches_hold_edits_and_outcomes);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
