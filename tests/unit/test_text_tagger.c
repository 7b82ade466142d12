/* Taggers: a small one is trained, the same bytes each time; it tags tokens as texts have them; damage
 * of any kind is refused; and mistakes in tagged text are named with their line. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aug/text.h"
#include "tests/support/support.h"
#include "text/domain/scan.h"
#include "text/lexicon/lexicon.h"
#include "text/tagger/model.h"

/* Sentences "word/TAG/UPOS ..." of our own; "+" before a word: no space stands before it. */
static const char *const sentences[] = {
    "the/DT/DET old/JJ/ADJ dog/NN/NOUN sleeps/VBZ/VERB +././PUNCT",
    "two/CD/NUM dogs/NNS/NOUN chased/VBD/VERB a/DT/DET small/JJ/ADJ cat/NN/NOUN +././PUNCT",
    "she/PRP/PRON did/VBD/AUX +n't/RB/PART see/VB/VERB the/DT/DET cat/NN/NOUN +././PUNCT",
    "they/PRP/PRON quickly/RB/ADV ran/VBD/VERB home/RB/ADV +././PUNCT",
    "it/PRP/PRON +'s/VBZ/AUX a/DT/DET well/RB/ADV +-/HYPH/PUNCT +made/VBN/VERB film/NN/NOUN "
    "+././PUNCT",
    "the/DT/DET cats/NNS/NOUN sleep/VBP/VERB slowly/RB/ADV +././PUNCT",
    "he/PRP/PRON can/MD/AUX +not/RB/PART see/VB/VERB two/CD/NUM small/JJ/ADJ dogs/NNS/NOUN "
    "+././PUNCT",
    "Anna/NNP/PROPN chased/VBD/VERB Paul/NNP/PROPN +..././PUNCT",
    "a/DT/DET new/JJ/ADJ film/NN/NOUN starts/VBZ/VERB today/RB/ADV +././PUNCT",
};

static void add_sentence(TestText *text, const char *sentence)
{
    int number = 1;
    for (const char *at = sentence; *at; number++) {
        const size_t size = strcspn(at, " ");
        const char *end = at + size;
        const char *upos = end;
        while (upos[-1] != '/')
            upos--;
        const char *tag = upos - 1;
        while (tag[-1] != '/')
            tag--;
        const char *form = at + (at[0] == '+');
        const int tag_size = (int)(upos - 1 - tag);
        const bool joins = *end && end[1] == '+';
        test_text_add(text, "%d\t%.*s\t_\t%.*s\t%.*s\t_\t_\t_\t_\t%s\n", number,
                      (int)(tag - 1 - form), form, (int)(end - upos), upos, tag_size, tag,
                      joins ? "SpaceAfter=No" : "_");
        at = end + (*end == ' ');
    }
    test_text_add(text, "\n");
}

/* Trains on the sentences; the caller frees the path of the model. */
static char *train(const char *folder, const char *name, AugTextTagger *made)
{
    static TestText text;
    text = (TestText){0};
    for (size_t i = 0; i < sizeof(sentences) / sizeof(*sentences); i++)
        add_sentence(&text, sentences[i]);
    char *source = test_path("%s/own.conllu", folder), *model = test_path("%s/%s", folder, name);
    char *notice = test_path("%s/notice.txt", folder);
    test_write_file(source, text.words, text.n);
    test_write_file(notice, "own work\n", 9);
    const char *files[] = {source};
    const AugTaggerTraining how = {
        .files = files, .n_files = 1, .dev = source, .output = model, .notice = notice};
    AugError error = {0};
    ck_assert_msg(aug_text_train_tagger(&how, made, &error) == AUG_OK, "%s: %s", error.where,
                  error.message);
    free(source);
    free(notice);
    return model;
}

static TxtTagger *open_tagger(const char *path)
{
    TxtTagger *tagger;
    AugError error = {0};
    ck_assert_msg(txt_tagger_open(&tagger, path, &error) == AUG_OK, "%s", error.message);
    return tagger;
}

/* The tags of a text as "word/TAG word/TAG", of all spans that have one. */
static const char *tagged(const TxtTagger *tagger, const char *text)
{
    static TestText out;
    static TxtTag tags[256];
    TxtScanner scanner = {0};
    TxtDoc doc;
    out = (TestText){0};
    const TxtScanInput input = {.bytes = (const uint8_t *)text, .size = (uint32_t)strlen(text)};
    ck_assert_int_eq(txt_scan(&scanner, &input, &doc, NULL), AUG_OK);
    ck_assert_uint_le(doc.n_spans, 256);
    txt_tagger_tag(tagger, &doc, doc.n_spans, tags);
    for (uint32_t i = 0; i < doc.n_spans; i++) {
        const TxtSpan *span = &doc.spans[i];
        ck_assert_int_eq(tags[i].pos, txt_ptb_pos(tags[i].tag));
        if (tags[i].tag != TXT_PTB_NONE)
            test_text_add(&out, "%s%.*s/%s", out.n ? " " : "", (int)txt_span_size(span),
                          text + span->start, txt_ptb_name(tags[i].tag));
    }
    txt_scanner_fini(&scanner);
    return out.words;
}

START_TEST(a_trained_tagger_knows_its_sentences)
{
    AugTextTagger made;
    char *path = train(test_folder(), "a.augt", &made);
    ck_assert_uint_eq(made.n_sentences, 9);
    ck_assert_uint_eq(made.score.n_right, made.score.n_tokens);
    ck_assert_uint_eq(made.score.n_predicted - made.score.n_auxiliary,
                      made.score.n_predicted_right + 2); /* n't, not: RB of UPOS PART */
    TxtTagger *tagger = open_tagger(path);
    ck_assert_str_eq(txt_tagger_notice(tagger), "own work\n");
    ck_assert_str_eq(tagged(tagger, "the old dog sleeps."), "the/DT old/JJ dog/NN sleeps/VBZ ./.");
    ck_assert_str_eq(tagged(tagger, ""), "");
    ck_assert_str_eq(tagged(tagger, " \n "), "");
    TxtTagger *same = txt_tagger_ref(tagger);
    txt_tagger_unref(tagger);
    ck_assert_str_eq(tagged(same, "two dogs"), "two/CD dogs/NNS");
    txt_tagger_unref(same);
    txt_tagger_unref(NULL);
    free(path);
}
END_TEST

START_TEST(spans_of_two_tokens_get_the_tag_of_the_first)
{
    AugTextTagger made;
    char *path = train(test_folder(), "a.augt", &made);
    TxtTagger *tagger = open_tagger(path);
    ck_assert_str_eq(tagged(tagger, "she didn't see the cat."),
                     "she/PRP didn't/VBD see/VB the/DT cat/NN ./.");
    ck_assert_str_eq(tagged(tagger, "she didn\xe2\x80\x99t see"),
                     "she/PRP didn\xe2\x80\x99t/VBD see/VB");
    ck_assert_str_eq(tagged(tagger, "he cannot see"), "he/PRP cannot/MD see/VB");
    /* As some data sets have it. */
    ck_assert_str_eq(tagged(tagger, "she did n't see"), "she/PRP did/VBD n't/RB see/VB");
    /* One word, with the tag of its last part. */
    ck_assert_str_eq(tagged(tagger, "it's a well-made film."),
                     "it's/PRP a/DT well-made/VBN film/NN ./.");
    free(path);
    txt_tagger_unref(tagger);
}
END_TEST

START_TEST(a_sentence_does_not_hang_on_the_one_before)
{
    AugTextTagger made;
    char *path = train(test_folder(), "a.augt", &made);
    TxtTagger *tagger = open_tagger(path);
    char alone[256];
    snprintf(alone, sizeof(alone), "%s", tagged(tagger, "The cats sleep slowly."));
    const char *both = tagged(tagger, "Anna chased Paul. The cats sleep slowly.");
    ck_assert_msg(strstr(both, alone), "'%s' is not in '%s'", alone, both);
    free(path);
    txt_tagger_unref(tagger);
}
END_TEST

START_TEST(the_same_text_gives_the_same_bytes)
{
    AugTextTagger made;
    char *one = train(test_folder(), "a.augt", &made), *two = train(test_folder(), "b.augt", &made);
    size_t n, m;
    uint8_t *a = test_read_file(one, &n), *b = test_read_file(two, &m);
    ck_assert_uint_eq(n, m);
    ck_assert_uint_eq(n, made.size);
    ck_assert_mem_eq(a, b, n);
    free(a);
    free(b);
    free(one);
    free(two);
}
END_TEST

/* The bytes as a file are refused with one of these codes, by the name of the file. */
static void check_refused(const char *path, const uint8_t *bytes, size_t size, const char *what)
{
    TxtTagger *tagger;
    AugError error = {0};
    test_write_file(path, bytes, size);
    const AugStatus status = txt_tagger_open(&tagger, path, &error);
    ck_assert_msg(status == AUG_CORRUPT || status == AUG_UNSUPPORTED, "%s was accepted as %d: %s",
                  what, status, error.message);
    ck_assert_ptr_null(tagger);
    ck_assert_msg(strstr(error.where, path), "'%s' does not name the file", error.where);
}

START_TEST(every_damage_is_refused)
{
    AugTextTagger made;
    char *path = train(test_folder(), "a.augt", &made),
         *bad = test_path("%s/bad.augt", test_folder());
    char what[64];
    size_t size;
    uint8_t *bytes = test_read_file(path, &size);
    for (size_t i = 0; i < size; i += i < 128 ? 1 : 97) {
        bytes[i] ^= 0x10;
        snprintf(what, sizeof(what), "a changed byte %zu", i);
        check_refused(bad, bytes, size, what);
        bytes[i] ^= 0x10;
    }
    for (size_t cut = 0; cut < size; cut += cut < 128 ? 1 : 211) {
        snprintf(what, sizeof(what), "a file cut to %zu", cut);
        check_refused(bad, bytes, cut, what);
    }
    AugError error = {0};
    TxtTagger *tagger;
    char *none = test_path("%s/none.augt", test_folder());
    ck_assert_int_eq(txt_tagger_open(&tagger, none, &error), AUG_NOT_FOUND);
    free(none);
    free(bytes);
    free(path);
    free(bad);
}
END_TEST

/* Numbers out of range are found also where the checksum is right. */
START_TEST(what_does_not_hold_together_is_refused)
{
    const uint32_t words[] = {7}, features[] = {3, 5};
    const uint8_t word_tags[] = {1}, counts[] = {1, 1}, tags[] = {0, 1};
    const int16_t weights[] = {100, -100};
    const TxtModelParts good = {{.n_tags = 2, .n_words = 1, .n_features = 2, .n_weights = 2},
                                "",
                                "NN\0\0\0\0\0\0VB\0\0\0\0\0",
                                words,
                                word_tags,
                                features,
                                counts,
                                weights,
                                tags};
    char *path = test_path("%s/bad.augt", test_folder());
    uint64_t size;
    TxtTagger *tagger;
    ck_assert_int_eq(txt_model_save(&good, path, &size, NULL), AUG_OK);
    ck_assert_int_eq(txt_tagger_open(&tagger, path, NULL), AUG_OK);
    txt_tagger_unref(tagger);
    const uint32_t descending[] = {5, 3}, zero[] = {0, 5};
    const uint8_t high[] = {2}, many[] = {2, 1}, high_tags[] = {0, 2};
    TxtModelParts bad[6];
    for (size_t i = 0; i < 6; i++)
        bad[i] = good;
    bad[0].features = descending;
    bad[1].features = zero;
    bad[2].word_tags = high;
    bad[3].feature_weights = many;
    bad[4].weight_tags = high_tags;
    bad[5].words = zero;
    for (size_t i = 0; i < 6; i++) {
        AugError error = {0};
        ck_assert_int_eq(txt_model_save(&bad[i], path, &size, NULL), AUG_OK);
        ck_assert_msg(txt_tagger_open(&tagger, path, &error) == AUG_CORRUPT, "%zu was accepted", i);
        ck_assert_ptr_nonnull(strstr(error.message, "out of range"));
    }
    free(path);
}
END_TEST

/* Also while it is open: what is shared is not taken for what it is not. */
START_TEST(a_tagger_is_no_lexicon)
{
    AugTextTagger made;
    char *path = train(test_folder(), "a.augt", &made);
    TxtTagger *tagger, *same;
    TxtLexicon *lexicon;
    AugError error = {0};
    ck_assert_int_eq(txt_tagger_open(&tagger, path, NULL), AUG_OK);
    ck_assert_int_eq(txt_lexicon_open(&lexicon, path, &error), AUG_CORRUPT);
    ck_assert_ptr_null(lexicon);
    ck_assert_ptr_nonnull(strstr(error.message, "it is no lexicon"));
    ck_assert_int_eq(txt_tagger_open(&same, path, NULL), AUG_OK);
    ck_assert_ptr_eq(same, tagger);
    txt_tagger_unref(same);
    txt_tagger_unref(tagger);
    free(path);
}
END_TEST

static int by_value(const void *a, const void *b)
{
    const uint32_t first = *(const uint32_t *)a, second = *(const uint32_t *)b;
    return (first > second) - (first < second);
}

/* Keys that all begin at one slot, as the inverse of the hash finds them. */
START_TEST(a_model_made_to_be_slow_is_refused)
{
    enum { N = 6000 };
    uint32_t *words = calloc(N, sizeof(*words));
    uint8_t *word_tags = calloc(N, 1);
    for (uint32_t i = 0; i < N; i++)
        words[i] = (i + 1) * 340573321u; /* times the factor of the hash: i + 1 */
    qsort(words, N, sizeof(*words), by_value);
    const uint32_t feature = 5;
    const uint8_t one = 1, tag = 0;
    const int16_t weight = 1;
    TxtModelParts parts = {
        .header = {.n_tags = 1, .n_words = N, .n_features = 1, .n_weights = 1},
        .notice = "",
        .tags = "NN\0\0\0\0\0",
        .words = words,
        .word_tags = word_tags,
        .features = &feature,
        .feature_weights = &one,
        .weights = &weight,
        .weight_tags = &tag,
    };
    char *path = test_path("%s/slow.augt", test_folder());
    uint64_t size;
    TxtTagger *tagger;
    AugError error = {0};
    ck_assert_int_eq(txt_model_save(&parts, path, &size, &error), AUG_OK);
    ck_assert_int_eq(txt_tagger_open(&tagger, path, &error), AUG_CORRUPT);
    ck_assert_ptr_nonnull(strstr(error.message, "was made to be slow"));
    free(words);
    free(word_tags);
    free(path);
}
END_TEST

static void check_line(const char *text, const char *where, const char *words)
{
    char *source = test_path("%s/bad.conllu", test_folder());
    char *model = test_path("%s/bad.augt", test_folder());
    test_write_file(source, text, strlen(text));
    const char *files[] = {source};
    AugError error = {0};
    const AugTaggerTraining how = {.files = files, .n_files = 1, .output = model};
    ck_assert_int_ne(aug_text_train_tagger(&how, NULL, &error), AUG_OK);
    ck_assert_msg(strstr(error.where, where), "'%s' does not end with %s", error.where, where);
    ck_assert_msg(strstr(error.message, words), "'%s' does not say '%s'", error.message, words);
    free(source);
    free(model);
}

START_TEST(mistakes_in_tagged_text_are_named_with_their_line)
{
    check_line("# text = a\n1\ta\ta\tDET\tDT\t_\t_\t_\t_\n", "bad.conllu:2", "fewer than ten");
    check_line("1\ta\ta\tDET\tDT\t_\t_\t_\t_\t_\t_\n", "bad.conllu:1", "more than ten");
    check_line("1-2\tdon't\t_\t_\t_\t_\t_\t_\t_\t_\n1\ta\ta\tDET\t_\t_\t_\t_\t_\t_\n",
               "bad.conllu:2", "XPOS");
    check_line("1\t\ta\tDET\tDT\t_\t_\t_\t_\t_\n", "bad.conllu:1", "FORM");
    check_line("# nothing\n\n", "bad.conllu", "no sentences");
    TestText text = {0};
    for (int i = 0; i < 65; i++)
        test_text_add(&text, "1\ta\ta\tDET\tT%d\t_\t_\t_\t_\t_\n", i);
    check_line(text.words, "bad.conllu:65", "64 different tags");
}
END_TEST

static int end_at_once(void *user, const AugTaggerProgress *progress)
{
    ck_assert_uint_eq(progress->epoch, 0);
    ++*(int *)user;
    return 0;
}

START_TEST(a_training_that_is_ended_leaves_no_file)
{
    AugTextTagger made;
    char *path = train(test_folder(), "a.augt", &made);
    char *source = test_path("%s/own.conllu", test_folder());
    char *other = test_path("%s/other.augt", test_folder());
    const char *files[] = {source};
    int calls = 0;
    const AugTaggerTraining how = {
        .files = files, .n_files = 1, .output = other, .progress = end_at_once, .user = &calls};
    ck_assert_int_eq(aug_text_train_tagger(&how, NULL, NULL), AUG_CLOSED);
    ck_assert_int_eq(calls, 1);
    TxtTagger *tagger;
    ck_assert_int_eq(txt_tagger_open(&tagger, other, NULL), AUG_NOT_FOUND);
    free(path);
    free(source);
    free(other);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("text_tagger");
    TCase *tests = tcase_create("tagger");
    tcase_add_test(tests, a_trained_tagger_knows_its_sentences);
    tcase_add_test(tests, spans_of_two_tokens_get_the_tag_of_the_first);
    tcase_add_test(tests, a_sentence_does_not_hang_on_the_one_before);
    tcase_add_test(tests, the_same_text_gives_the_same_bytes);
    tcase_add_test(tests, every_damage_is_refused);
    tcase_add_test(tests, what_does_not_hold_together_is_refused);
    tcase_add_test(tests, a_tagger_is_no_lexicon);
    tcase_add_test(tests, a_model_made_to_be_slow_is_refused);
    tcase_add_test(tests, mistakes_in_tagged_text_are_named_with_their_line);
    tcase_add_test(tests, a_training_that_is_ended_leaves_no_file);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
