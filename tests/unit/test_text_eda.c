/* The preset EDA: its table, the four operations that it draws from, and the paper's own choice of words, with
 * a small lexicon of our own. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aug/plan.h"
#include "aug/sample.h"
#include "aug/spec.h"
#include "libaug/run/worker.h"
#include "libaug/spec/spec.h"
#include "tests/support/support.h"
#include "text/eda/eda.h"
#include "text/lexicon/builder.h"

enum { KEYS = 400 };

static void add_synset(TxtBuilder *builder, TxtPos pos, const char *one, const char *two)
{
    const uint32_t synset = txt_builder_synset(builder, pos);
    const char *const words[] = {one, two};
    for (size_t i = 0; i < AUG_COUNT(words); i++) {
        txt_builder_member(builder, words[i], strlen(words[i]), 0);
        txt_builder_sense(builder, txt_builder_key(builder, words[i], strlen(words[i])), synset, 9);
    }
}

/* "film" has two senses as a noun and one as a verb, so that only the paper's way replaces it; either way
 * does "car". */
static char *build_lexicon(void)
{
    TxtBuilder *builder = txt_builder_new();
    txt_builder_about(builder, "language", "en");
    txt_builder_about(builder, "source", "wordnet");
    add_synset(builder, TXT_POS_NOUN, "film", "movie");
    add_synset(builder, TXT_POS_NOUN, "film", "cinema art");
    add_synset(builder, TXT_POS_VERB, "film", "shoot");
    add_synset(builder, TXT_POS_NOUN, "the", "article");
    add_synset(builder, TXT_POS_NOUN, "car", "automobile");
    char *path = test_path("%s/en.augx", test_folder());
    AugError error = {0};
    ck_assert_msg(txt_builder_save(builder, path, &error) == AUG_OK, "%s", error.message);
    txt_builder_free(builder);
    return path;
}

typedef struct Rig {
    AugSpec *spec;
    AugDataset *dataset;
    AugPlan *plan;
    AugWorker *worker;
} Rig;

static AugStatus read_nothing(void *user, uint64_t index, AugBuffer *buffer, AugSample *sample,
                              AugError *error)
{
    (void)user;
    (void)index;
    (void)buffer;
    sample->fields[0] = (AugField){.bytes = "", .size = 0};
    (void)error;
    return AUG_OK;
}

/* For a data set of so many texts; params: of EDA, beside its lexicon; more: sections of the spec. */
static Rig rig_open(uint64_t n_samples, const char *params, const char *more)
{
    static const AugFieldDesc field = {
        .name = "text", .kind = AUG_FIELD_TEXT, .tensor = {.dtype = AUG_DTYPE_U8, .n_dims = 1}};
    const AugDatasetCallbacks callbacks = {
        .fields = &field, .n_fields = 1, .n_samples = n_samples, .read = read_nothing};
    const AugPlanOptions options = {.any_size = true};
    AugError error = {0};
    AugProblems problems = {.items = &error, .capacity = 1};
    char *lexicon = build_lexicon();
    char *text = test_path("{augd: 1, pipeline: [EDA: {lang: %s%s}]%s}", lexicon, params, more);
    Rig rig = {0};
    AugStatus status = aug_spec_parse(&rig.spec, text, strlen(text), "s", NULL, &problems);
    if (status == AUG_OK)
        status = aug_dataset_from_callbacks(&rig.dataset, &callbacks, &error);
    if (status == AUG_OK)
        status = aug_plan_new(&rig.plan, rig.spec, rig.dataset, &options, &error);
    if (status == AUG_OK)
        status = aug_worker_new(&rig.worker, rig.plan, &error);
    ck_assert_msg(status == AUG_OK, "%s: %s", text, error.message);
    free(text);
    free(lexicon);
    return rig;
}

static void rig_close(Rig *rig)
{
    aug_worker_free(rig->worker);
    aug_plan_free(rig->plan);
    aug_dataset_unref(rig->dataset);
    aug_spec_free(rig->spec);
}

/* What a copy of a text is, NUL-terminated; the caller frees it. */
static char *make(Rig *rig, const char *text, uint64_t copy, AugChanges *changes)
{
    const AugField field = {.bytes = text, .size = strlen(text), .n_rows = strlen(text)};
    AugField fields[] = {field};
    const AugSample in = {.name = "row", .fields = fields};
    const AugKey key = {.seed = 3, .epoch = (uint32_t)copy, .sample = 1};
    AugSample made;
    AugError error = {0};
    ck_assert_msg(aug_worker_augment(rig->worker, &key, &in, &made, &error) == AUG_OK, "%s",
                  error.message);
    aug_worker_changes(rig->worker, &in, &made, 0, changes);
    return test_path("%.*s", (int)made.fields[0].size, (const char *)made.fields[0].bytes);
}

START_TEST(table_goes_by_the_size_of_the_data_set)
{
    static const struct {
        uint64_t n;
        double alpha;
        uint32_t n_copies;
    } rows[] = {{0, 0.1, 4},    {1, 0.05, 16},   {500, 0.05, 16},
                {501, 0.05, 8}, {2000, 0.05, 8}, {2001, 0.1, 4},
                {5000, 0.1, 4}, {5001, 0.1, 4},  {UINT64_MAX, 0.1, 4}};
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        ck_assert_double_eq(txt_eda_row(rows[i].n).alpha, rows[i].alpha);
        ck_assert_uint_eq(txt_eda_row(rows[i].n).n_copies, rows[i].n_copies);
    }
}
END_TEST

START_TEST(copies_are_what_the_pipeline_asks_for)
{
    static const struct {
        const char *pipeline;
        uint32_t n_copies;
    } cases[] = {{"[EDA]", 16},
                 {"[AEDA]", 0},
                 {"[AEDA, OneOf: {transforms: [AEDA, EDA: {compat: true}]}]", 16}};
    for (size_t i = 0; i < AUG_COUNT(cases); i++) {
        AugSpec *spec;
        AugError error = {0};
        AugProblems problems = {.items = &error, .capacity = 1};
        char *text = test_path("{augd: 1, pipeline: %s}", cases[i].pipeline);
        ck_assert_msg(aug_spec_parse(&spec, text, strlen(text), "s", NULL, &problems) == AUG_OK,
                      "%s", error.message);
        ck_assert_uint_eq(augi_ops_copies(&spec->pipeline, 300), cases[i].n_copies);
        aug_spec_free(spec);
        free(text);
    }
}
END_TEST

static const char names[TXT_EDA_N][20] = {"SynonymReplacement", "RandomInsertion", "RandomSwap",
                                          "RandomDeletion"};

/* Counts the operations of all edits; every copy must have those of one alone. */
static void count_operations(Rig *rig, const char *text, uint32_t n_of[TXT_EDA_N])
{
    memset(n_of, 0, TXT_EDA_N * sizeof(*n_of));
    for (uint64_t k = 0; k < KEYS; k++) {
        AugChanges changes;
        free(make(rig, text, k, &changes));
        for (uint32_t i = 1; i < changes.n; i++)
            ck_assert_str_eq(changes.items[i].op, changes.items[0].op);
        for (size_t i = 0; i < TXT_EDA_N && changes.n > 0; i++)
            n_of[i] += strcmp(names[i], changes.items[0].op) == 0;
    }
}

/* A quarter of the copies each, within four standard deviations; deletions draw nothing now and then,
 * and swaps may undo each other. */
START_TEST(each_copy_gets_one_of_four)
{
    static const char *const params[] = {", alpha_rd: 0.5", ", compat: true, alpha_rd: 0.5"};
    for (size_t p = 0; p < AUG_COUNT(params); p++) {
        Rig rig = rig_open(6000, params[p], "");
        uint32_t n_of[TXT_EDA_N];
        count_operations(&rig, "we saw the car and then another car , good or bad , all night long",
                         n_of);
        for (size_t i = 0; i < TXT_EDA_N; i++)
            ck_assert_msg(n_of[i] > 65 && n_of[i] < 135, "%s: %s in %u of %d copies", params[p],
                          names[i], n_of[i], KEYS);
        rig_close(&rig);
    }
}
END_TEST

/* Swaps of a text of 40 words: two for a small data set, four for a large one. */
START_TEST(alpha_goes_by_the_size_of_the_data_set)
{
    static const struct {
        uint64_t n_samples;
        const char *params;
        uint32_t n_edits;
    } cases[] = {{400, "", 4}, {6000, "", 8}, {6000, ", alpha_rs: 0.05", 4}};
    char text[40 * 4 + 1];
    for (int i = 0; i < 40; i++)
        snprintf(text + 4 * i, 5, "%c%cx ", 'b' + i / 5, 'b' + i % 5);
    for (size_t c = 0; c < AUG_COUNT(cases); c++) {
        Rig rig = rig_open(cases[c].n_samples, cases[c].params, "");
        uint32_t n_swapped = 0;
        for (uint64_t k = 0; k < KEYS; k++) {
            AugChanges changes;
            free(make(&rig, text, k, &changes));
            if (changes.n == 0 || strcmp(changes.items[0].op, "RandomSwap") != 0)
                continue;
            ck_assert_uint_eq(changes.n, cases[c].n_edits);
            n_swapped++;
        }
        ck_assert_uint_gt(n_swapped, 0);
        rig_close(&rig);
    }
}
END_TEST

/* In how many copies a word of the text is no longer there. */
static uint32_t count_without(Rig *rig, const char *text, const char *word)
{
    uint32_t n = 0;
    for (uint64_t k = 0; k < KEYS; k++) {
        AugChanges changes;
        char *made = make(rig, text, k, &changes);
        n += strstr(made, word) == NULL;
        free(made);
    }
    return n;
}

START_TEST(the_paper_spares_nothing_but_what_a_spec_names)
{
    static const char text[] = "The film did not cost Maria $12 at all";
    static const char *const usual[] = {"not", "Maria", "$12"};
    const char *all = ", compat: true, alpha_rd: 0.4";
    Rig ours = rig_open(6000, ", alpha_rd: 0.4", ""), paper = rig_open(6000, all, "");
    Rig named = rig_open(6000, all, ", output: {protect: ['Maria|film']}");
    for (size_t i = 0; i < AUG_COUNT(usual); i++) {
        ck_assert_uint_eq(count_without(&ours, text, usual[i]), 0);
        ck_assert_uint_gt(count_without(&paper, text, usual[i]), 10);
    }
    ck_assert_uint_eq(count_without(&named, text, "Maria"), 0);
    ck_assert_uint_eq(count_without(&named, text, "film"), 0);
    ck_assert_uint_gt(count_without(&named, text, "$12"), 10);
    rig_close(&ours);
    rig_close(&paper);
    rig_close(&named);
}
END_TEST

/* Any word of any sense, in the case of the word; stop words neither go nor come. */
START_TEST(the_paper_takes_any_sense)
{
    static const char *const wanted[] = {"Movie, the", "Cinema art, the", "Shoot, the"};
    uint32_t n_of[AUG_COUNT(wanted)] = {0};
    Rig rig = rig_open(6000, ", compat: true", ""), ours = rig_open(6000, "", "");
    for (uint64_t k = 0; k < KEYS; k++) {
        AugChanges changes;
        char *made = make(&rig, "Film, the", k, &changes);
        ck_assert_ptr_null(strstr(made, "article"));
        for (size_t i = 0; i < AUG_COUNT(wanted); i++)
            n_of[i] += strcmp(made, wanted[i]) == 0;
        free(made);
        made = make(&ours, "Film, the", k, &changes);
        ck_assert_ptr_null(strstr(made, "Shoot"));
        free(made);
    }
    for (size_t i = 0; i < AUG_COUNT(wanted); i++)
        ck_assert_msg(n_of[i] > 10, "'%s' in %u copies", wanted[i], n_of[i]);
    rig_close(&rig);
    rig_close(&ours);
}
END_TEST

/* Insertions stand before a word or at the end, each with one space. */
START_TEST(the_paper_inserts_anywhere)
{
    static const char *const wanted[] = {"movie so many films", "so movie many films",
                                         "so many movie films", "so many films movie"};
    uint32_t n_of[AUG_COUNT(wanted)] = {0};
    Rig rig = rig_open(6000, ", compat: true", "");
    for (uint64_t k = 0; k < KEYS; k++) {
        AugChanges changes;
        char *made = make(&rig, "so many films", k, &changes);
        for (size_t i = 0; i < AUG_COUNT(wanted); i++)
            n_of[i] += strcmp(made, wanted[i]) == 0;
        free(made);
    }
    for (size_t i = 0; i < AUG_COUNT(wanted); i++)
        ck_assert_msg(n_of[i] > 0, "'%s' is never made", wanted[i]);
    rig_close(&rig);
}
END_TEST

START_TEST(a_text_never_becomes_empty)
{
    Rig rig = rig_open(6000, ", compat: true, alpha_rd: 1", "");
    uint32_t n_left = 0;
    for (uint64_t k = 0; k < KEYS; k++) {
        AugChanges changes;
        char *made = make(&rig, "no one", k, &changes);
        ck_assert_str_ne(made, "");
        n_left += strcmp(made, "no") == 0 || strcmp(made, "one") == 0;
        free(made);
    }
    ck_assert_uint_gt(n_left, KEYS / 8);
    rig_close(&rig);
}
END_TEST

START_TEST(stop_words_are_those_of_the_paper)
{
    ck_assert(txt_eda_is_stop_word("the", 3));
    ck_assert(txt_eda_is_stop_word("a", 1));
    ck_assert(txt_eda_is_stop_word("yourselves", 10));
    ck_assert(!txt_eda_is_stop_word("yourselve", 9));
    ck_assert(!txt_eda_is_stop_word("film", 4));
    ck_assert(!txt_eda_is_stop_word("", 0));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("eda");
    TCase *tests = tcase_create("eda");
    tcase_add_test(tests, table_goes_by_the_size_of_the_data_set);
    tcase_add_test(tests, copies_are_what_the_pipeline_asks_for);
    tcase_add_test(tests, each_copy_gets_one_of_four);
    tcase_add_test(tests, alpha_goes_by_the_size_of_the_data_set);
    tcase_add_test(tests, the_paper_spares_nothing_but_what_a_spec_names);
    tcase_add_test(tests, the_paper_takes_any_sense);
    tcase_add_test(tests, the_paper_inserts_anywhere);
    tcase_add_test(tests, a_text_never_becomes_empty);
    tcase_add_test(tests, stop_words_are_those_of_the_paper);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
