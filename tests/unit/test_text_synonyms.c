/* SynonymReplacement and RandomInsertion with small lexicons of our own: sense, form, case, article,
 * what stays, and languages other than English. The tagger is the one of the project. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aug/plan.h"
#include "aug/sample.h"
#include "aug/spec.h"
#include "libaug/run/worker.h"
#include "tests/support/support.h"
#include "text/lexicon/builder.h"

/* A synset: its part of speech, words with a blank between, and how often each has this sense. */
typedef struct Synset {
    TxtPos pos;
    const char *words;
    uint32_t count;
} Synset;

static const Synset english[] = {
    {TXT_POS_NOUN, "car automobile", 20}, {TXT_POS_NOUN, "idea theory", 20},
    {TXT_POS_VERB, "buy purchase", 20},   {TXT_POS_ADJECTIVE, "quick fast", 10},
    {TXT_POS_NOUN, "bank shore", 10},     {TXT_POS_NOUN, "bank institution", 10},
    {TXT_POS_VERB, "drink imbibe", 30},   {TXT_POS_NOUN, "window casement", 0},
};
/* Words that have a synonym by their counts, and stay for another reason, or the other way round. */
static const Synset choosy[] = {
    {TXT_POS_NOUN, "car automobile", 20},
    {TXT_POS_VERB, "buy purchase", 20},
    {TXT_POS_VERB, "drink imbibe", 30},
    {TXT_POS_ADJECTIVE, "quick fast", 10},
    /* terms */
    {TXT_POS_NOUN, "special_car", 1},
    {TXT_POS_NOUN, "motor-car", 1},
    {TXT_POS_NOUN, "car_of_the_year", 1},
    {TXT_POS_VERB, "drink_milk", 1},
    /* two sightings, beside two senses and beside four that nobody saw */
    {TXT_POS_NOUN, "stall booth", 2},
    {TXT_POS_NOUN, "stall", 0},
    {TXT_POS_NOUN, "stall", 0},
    {TXT_POS_NOUN, "garden yard", 2},
    {TXT_POS_NOUN, "garden", 0},
    {TXT_POS_NOUN, "garden", 0},
    {TXT_POS_NOUN, "garden", 0},
    {TXT_POS_NOUN, "garden", 0},
    /* mostly of another part of speech, seen once, a noun of doing, an abbreviation */
    {TXT_POS_NOUN, "walk stroll", 20},
    {TXT_POS_VERB, "stroll", 50},
    {TXT_POS_NOUN, "window casement", 1},
    {TXT_POS_NOUN, "vote voting", 20},
    {TXT_POS_NOUN, "pound lb", 20},
    /* a participle that is an adjective, too */
    {TXT_POS_VERB, "compel oblige", 20},
    {TXT_POS_ADJECTIVE, "compelling", 5},
    /* apart, and alike */
    {TXT_POS_NOUN, "process procedure", 20},
    {TXT_POS_NOUN, "error", 10},
    {TXT_POS_NOUN, "error", 10},
    {TXT_POS_NOUN, "mistake", 10},
    {TXT_POS_NOUN, "mistake", 10},
    {TXT_POS_ADVERB, "nearly almost", 20},
};
static const Synset german[] = {{TXT_POS_NONE, "schnell rasch", 0},
                                {TXT_POS_NONE, "gr\xc3\xbcn b\xc3\xa4rig", 0}};
static const Synset korean[] = {
    {TXT_POS_NOUN, "\xec\x98\x81\xed\x99\x94 \xed\x95\x84\xeb\xa6\x84", 0}};

static void add_exception(TxtBuilder *builder, const char *form, const char *base)
{
    txt_builder_exception(builder, txt_builder_key(builder, form, strlen(form)),
                          txt_builder_key(builder, base, strlen(base)), TXT_POS_VERB);
}

/* Builds a lexicon; the caller frees its path. */
static char *build(const char *language, const char *source, const Synset *synsets, size_t n)
{
    TxtBuilder *builder = txt_builder_new();
    ck_assert_ptr_nonnull(builder);
    txt_builder_about(builder, "language", language);
    txt_builder_about(builder, "source", source);
    for (size_t i = 0; i < n; i++) {
        const uint32_t synset = txt_builder_synset(builder, synsets[i].pos);
        for (const char *word = synsets[i].words; *word; word += strspn(word, " ")) {
            const size_t size = strcspn(word, " ");
            txt_builder_member(builder, word, size, 0);
            txt_builder_sense(builder, txt_builder_key(builder, word, size), synset,
                              synsets[i].count);
            word += size;
        }
    }
    add_exception(builder, "bought", "buy");
    add_exception(builder, "drank", "drink");
    char *path = test_path("%s/%s.augx", test_folder(), language);
    AugError error = {0};
    ck_assert_msg(txt_builder_save(builder, path, &error) == AUG_OK, "%s", error.message);
    txt_builder_free(builder);
    return path;
}

/* A plan for texts that are given one by one. */
typedef struct Rig {
    AugSpec *spec;
    AugDataset *dataset;
    AugPlan *plan;
    AugWorker *worker;
} Rig;

static AugStatus rig_open(Rig *rig, const char *pipeline, AugError *error)
{
    static const AugFieldDesc field = {
        .name = "text", .kind = AUG_FIELD_TEXT, .tensor = {.dtype = AUG_DTYPE_U8, .n_dims = 1}};
    const AugDatasetCallbacks callbacks = {.fields = &field, .n_fields = 1};
    const AugPlanOptions options = {.any_size = true};
    AugProblems problems = {.items = error, .capacity = 1};
    char *text = test_path("{augd: 1, pipeline: [%s]}", pipeline);
    *rig = (Rig){0};
    AugStatus status = aug_spec_parse(&rig->spec, text, strlen(text), "s", NULL, &problems);
    free(text);
    if (status == AUG_OK)
        status = aug_dataset_from_callbacks(&rig->dataset, &callbacks, error);
    if (status == AUG_OK)
        status = aug_plan_new(&rig->plan, rig->spec, rig->dataset, &options, error);
    return status == AUG_OK ? aug_worker_new(&rig->worker, rig->plan, error) : status;
}

static void rig_close(Rig *rig)
{
    aug_worker_free(rig->worker);
    aug_plan_free(rig->plan);
    aug_dataset_unref(rig->dataset);
    aug_spec_free(rig->spec);
}

/* What becomes of a text, by the key of a seed. */
static const char *made(Rig *rig, const char *text, uint64_t seed)
{
    static char out[4096];
    const size_t size = strlen(text);
    AugField field = {.bytes = text, .size = size, .n_rows = size};
    const AugSample in = {.name = "row", .fields = &field};
    const AugKey key = {.seed = seed};
    AugSample sample;
    AugError error = {0};
    ck_assert_msg(aug_worker_augment(rig->worker, &key, &in, &sample, &error) == AUG_OK, "%s",
                  error.message);
    snprintf(out, sizeof(out), "%.*s", (int)sample.fields[0].size,
             (const char *)sample.fields[0].bytes);
    return out;
}

/* One pipeline on one text. */
static void check(const char *pipeline, const char *text, const char *wanted)
{
    Rig rig;
    AugError error = {0};
    ck_assert_msg(rig_open(&rig, pipeline, &error) == AUG_OK, "%s: %s", pipeline, error.message);
    const char *got = made(&rig, text, 1);
    ck_assert_msg(strcmp(got, wanted) == 0, "'%s' became '%s', not '%s'", text, got, wanted);
    rig_close(&rig);
}

static void check_lexicon(char *path, const char *options, const char *text, const char *wanted)
{
    char *pipeline = test_path("SynonymReplacement: {lang: \"%s\", alpha: 1%s}", path, options);
    check(pipeline, text, wanted);
    free(pipeline);
    free(path);
}

static void check_english(const char *options, const char *text, const char *wanted)
{
    check_lexicon(build("en", "wordnet", english, sizeof(english) / sizeof(*english)), options,
                  text, wanted);
}

/* The same with the words that are choosy. */
static void check_choosy(const char *text, const char *wanted)
{
    check_lexicon(build("en", "wordnet", choosy, sizeof(choosy) / sizeof(*choosy)), "", text,
                  wanted);
}

START_TEST(words_become_others_of_their_sense_in_their_form)
{
    check_english("", "They saw three cars.", "They saw three automobiles.");
    check_english("", "She bought it.", "She purchased it.");
    check_english("", "He was buying two cars.", "He was purchasing two automobiles.");
    check_english("", "Cars were everywhere.", "Automobiles were everywhere.");
    check_english("", "THREE CARS WERE THERE", "THREE AUTOMOBILES WERE THERE");
    check_english(", pos: [verb]", "She bought the car.", "She purchased the car.");
    check_english(", n: 1, pos: [noun]", "the car, and", "the automobile, and");
}
END_TEST

START_TEST(articles_follow)
{
    check_english("", "It was an idea.", "It was a theory.");
    check_english("", "It was a theory.", "It was an idea.");
    check_english("", "A car came.", "An automobile came.");
    check_english("", "the idea", "the theory");
}
END_TEST

START_TEST(what_is_not_sure_stays)
{
    check_english("", "the bank was closed", "the bank was closed"); /* two senses, each half */
    check_english(", min_sense_share: 0.4", "the bank was closed", "the shore was closed");
    check_english("", "three windows", "three windows"); /* nobody was seen to say it */
    check_english("", "She is not here.", "She is not here.");
    check_english("", "I saw Car there.", "I saw Car there."); /* a name */
    check_english("", "I saw an idea-car.", "I saw an idea-car.");
    check_english(", stopwords: [CAR]", "the car", "the car");
    check_english(", stopwords: [automobile]", "the car", "the car");
    check_english("", "", "");
    check_english(", pos: [adjective]", "the quick car", "the fast car");
    check_english(", pos: [adjective], tag_margin: 500", "the quick car", "the quick car");
}
END_TEST

START_TEST(terms_stay)
{
    check_choosy("They saw the red car.", "They saw the red automobile.");
    check_choosy("They saw the special car.", "They saw the special car.");
    check_choosy("They saw special cars.", "They saw special cars.");
    check_choosy("They saw a motor car.", "They saw a motor car.");
    check_choosy("They saw the car of the week.", "They saw the automobile of the week.");
    check_choosy("They saw the car of the year.", "They saw the car of the year.");
    check_choosy("He drank the milk.", "He imbibed the milk.");
    check_choosy("He drank milk.", "He drank milk.");
    check_choosy("It was special, car and all.", "It was special, automobile and all.");
}
END_TEST

START_TEST(words_stay_where_others_hang_on_them)
{
    check_choosy("She bought two of them.", "She purchased two of them.");
    check_choosy("She bought into it.", "She bought into it.");
    check_choosy("She bought them off.", "She bought them off.");
    check_choosy("It was bought by her.", "It was purchased by her.");
    check_choosy("He was quick.", "He was fast.");
    check_choosy("He was quick to answer.", "He was quick to answer.");
    check_choosy("They saw the car door.", "They saw the car door.");
    check_choosy("He said \"my car\" twice.", "He said \"my car\" twice.");
    check_choosy("He said `` my car '' twice.", "He said `` my car '' twice.");
    check_choosy("They were compelling us.", "They were compelling us.");
    check_choosy("She will compel them.", "She will oblige them.");
    check_choosy("My car is no automobile.", "My car is no automobile.");
}
END_TEST

START_TEST(senses_need_evidence_and_pairs_are_judged)
{
    check_choosy("There was a stall.", "There was a booth.");   /* 2 of 2 and two halves */
    check_choosy("There was a garden.", "There was a garden."); /* 2 of 2 and four halves */
    check_choosy("It was a long walk.", "It was a long walk.");
    check_choosy("three windows", "three windows");
    check_choosy("There was a vote.", "There was a vote.");
    check_choosy("It was a pound.", "It was a pound.");
    check_choosy("That was the process.", "That was the process.");
    check_choosy("It was almost red.", "It was nearly red."); /* but "not nearly" */
    check_choosy("It was nearly red.", "It was nearly red.");
    check_choosy("It was an error.", "It was a mistake.");
    check_choosy("Two mistakes were there.", "Two errors were there.");
}
END_TEST

START_TEST(all_occurrences_are_replaced_where_asked)
{
    check_english(", n: 1, all_occurrences: true", "The car hit another car and a car.",
                  "The automobile hit another automobile and an automobile.");
    char *path = build("en", "wordnet", english, sizeof(english) / sizeof(*english));
    char *pipeline = test_path("SynonymReplacement: {lang: \"%s\", n: 1}", path);
    Rig rig;
    ck_assert_int_eq(rig_open(&rig, pipeline, NULL), AUG_OK);
    for (uint64_t seed = 0; seed < 20; seed++) {
        const char *got = made(&rig, "The car hit another car.", seed);
        ck_assert_uint_eq(strlen(got), strlen("The car hit another automobile."));
    }
    rig_close(&rig);
    free(pipeline);
    free(path);
}
END_TEST

START_TEST(without_a_tagger_words_of_one_part_of_speech_count)
{
    check_english(", tagger: false", "They bought three cars.",
                  "They purchased three automobiles.");
    check_english(", tagger: false", "He drank it.", "He imbibed it.");
    check_english(", tagger: false", "He imbibed it.", "He imbibed it."); /* drank or drunk */
    check_english(", tagger: false", "an idea", "a theory");
}
END_TEST

START_TEST(other_languages_go_their_own_ways)
{
    char *path = build("de", "list", german, 2);
    char *pipeline = test_path("SynonymReplacement: {lang: \"%s\", alpha: 1}", path);
    check(pipeline, "Schnell lief er, SCHNELL und schnell.", "Rasch lief er, SCHNELL und rasch.");
    check(pipeline, "ein gr\xc3\xbcn", "ein b\xc3\xa4rig");
    free(pipeline);
    free(path);
    path = build("ko", "list", korean, 1);
    pipeline = test_path("SynonymReplacement: {lang: \"%s\", alpha: 1}", path);
    /* 영화를 봤다 → 필름을 봤다 */
    check(pipeline, "\xec\x98\x81\xed\x99\x94\xeb\xa5\xbc \xeb\xb4\xa4\xeb\x8b\xa4",
          "\xed\x95\x84\xeb\xa6\x84\xec\x9d\x84 \xeb\xb4\xa4\xeb\x8b\xa4");
    free(pipeline);
    free(path);
}
END_TEST

/* Words of a text, by white space. */
static size_t count_words(const char *text)
{
    size_t n = 0;
    for (const char *at = text + strspn(text, " "); *at; at += strspn(at, " ")) {
        at += strcspn(at, " ");
        n++;
    }
    return n;
}

START_TEST(synonyms_are_put_between_words)
{
    static const char text[] = "They saw three cars and had a good idea of it";
    char *path = build("en", "wordnet", english, sizeof(english) / sizeof(*english));
    char *pipeline = test_path("RandomInsertion: {lang: \"%s\", n: 2}", path);
    Rig rig;
    bool at_end = false, changed = false;
    ck_assert_int_eq(rig_open(&rig, pipeline, NULL), AUG_OK);
    for (uint64_t seed = 0; seed < 200; seed++) {
        const char *got = made(&rig, text, seed);
        ck_assert_msg(count_words(got) == count_words(text) + 2, "%s", got);
        ck_assert_msg(strstr(got, "automobiles") && strstr(got, "theory"), "%s", got);
        ck_assert_msg(strncmp(got, "They ", 5) == 0, "%s", got);
        ck_assert_msg(!strstr(got, "  ") && got[strlen(got) - 1] != ' ', "%s", got);
        ck_assert_msg(!strstr(got, " a automobiles"), "%s", got);
        at_end |= strstr(got, "it automobiles") || strstr(got, "it theory");
        changed |= strstr(got, "an automobiles") != NULL;
    }
    ck_assert(at_end && changed);
    rig_close(&rig);
    free(pipeline);
    pipeline = test_path("RandomInsertion: {lang: \"%s\", n: 1, near: 1}", path);
    check(pipeline, "nobody saw cars", "nobody saw cars automobiles");
    check(pipeline, "of it", "of it");
    check(pipeline, "", "");
    free(pipeline);
    free(path);
}
END_TEST

START_TEST(a_lexicon_that_is_not_there_is_named_with_what_makes_it)
{
    Rig rig;
    AugError error = {0};
    ck_assert_int_eq(rig_open(&rig, "SynonymReplacement: {lang: tlh}", &error), AUG_NOT_FOUND);
    ck_assert_msg(strstr(error.message, "aug data build"), "%s", error.message);
    rig_close(&rig);
}
END_TEST

/* The id of the stream that a lexicon of these synsets, always at the same path, makes. */
static void read_id(size_t n, const char *options, char hex[65])
{
    char *path = build("en", "wordnet", english, n);
    char *pipeline = test_path("RandomInsertion: {lang: \"%s\"%s}", path, options);
    Rig rig;
    AugError error = {0};
    ck_assert_msg(rig_open(&rig, pipeline, &error) == AUG_OK, "%s", error.message);
    ck_assert_msg(aug_plan_stream_id(rig.plan, hex, &error) == AUG_OK, "%s", error.message);
    rig_close(&rig);
    free(pipeline);
    free(path);
}

START_TEST(another_lexicon_makes_another_stream)
{
    const size_t n = sizeof(english) / sizeof(*english);
    char all[65], fewer[65], again[65];
    read_id(n, "", all);
    read_id(n - 1, "", fewer);
    read_id(n, "", again);
    ck_assert_str_eq(all, again);
    ck_assert_str_ne(all, fewer);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("text_synonyms");
    TCase *tests = tcase_create("synonyms");
    tcase_add_test(tests, words_become_others_of_their_sense_in_their_form);
    tcase_add_test(tests, articles_follow);
    tcase_add_test(tests, what_is_not_sure_stays);
    tcase_add_test(tests, terms_stay);
    tcase_add_test(tests, words_stay_where_others_hang_on_them);
    tcase_add_test(tests, senses_need_evidence_and_pairs_are_judged);
    tcase_add_test(tests, all_occurrences_are_replaced_where_asked);
    tcase_add_test(tests, without_a_tagger_words_of_one_part_of_speech_count);
    tcase_add_test(tests, other_languages_go_their_own_ways);
    tcase_add_test(tests, synonyms_are_put_between_words);
    tcase_add_test(tests, another_lexicon_makes_another_stream);
    tcase_add_test(tests, a_lexicon_that_is_not_there_is_named_with_what_makes_it);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
