/* Lexicons: what is looked up is what was built, from many threads too, and every kind of damage is
 * refused. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "aug/text.h"
#include "libaug/base/input_file.h"
#include "tests/support/lexicon_case.h"
#include "tests/support/support.h"
#include "text/lexicon/inside.h"

static TxtSenses find(const TxtLexicon *lexicon, const char *key, TxtPos pos)
{
    return txt_lexicon_find(lexicon, key, strlen(key), pos);
}

/* The members of a synset as "one|two". */
static const char *words_of(const TxtLexicon *lexicon, uint32_t synset)
{
    static char text[256];
    const TxtMembers members = txt_lexicon_words(lexicon, synset);
    size_t n = 0;
    for (uint32_t i = 0; i < members.n; i++) {
        const TxtSlice word = txt_lexicon_text(lexicon, members.items[i].word);
        n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%.*s", i ? "|" : "", (int)word.size,
                              word.text);
    }
    return text;
}

START_TEST(senses_are_in_order_with_counts_and_shares)
{
    char *path;
    TxtLexicon *lexicon = test_lexicon(&path);
    const TxtSenses cat = find(lexicon, "cat", TXT_POS_NOUN);
    ck_assert_uint_eq(cat.n, 2);
    ck_assert_str_eq(words_of(lexicon, cat.items[0].synset), "cat|house cat");
    ck_assert_str_eq(words_of(lexicon, cat.items[1].synset), "cat");
    ck_assert_uint_eq(cat.items[0].count, 30);
    ck_assert_uint_eq(cat.items[1].count, 10);
    ck_assert_uint_eq(cat.items[0].share, 49151); /* 3/4 of 65535, rounded */
    ck_assert_uint_eq(cat.items[1].share, 16384);
    ck_assert_int_eq(txt_lexicon_pos(lexicon, cat.items[0].synset), TXT_POS_NOUN);
    /* The only sense has all of the share, seen or not. */
    ck_assert_uint_eq(find(lexicon, "animal", TXT_POS_NOUN).items[0].share, TXT_FULL_SHARE);
    /* The key of a satellite names its head with the mark. */
    const TxtSenses rapid = find(lexicon, "rapid", TXT_POS_ADJECTIVE);
    ck_assert_uint_eq(rapid.n, 2);
    ck_assert_str_eq(words_of(lexicon, rapid.items[0].synset), "swift|rapid");
    ck_assert_uint_eq(rapid.items[0].count, 7);
    ck_assert_uint_eq(find(lexicon, "cat", TXT_POS_VERB).n, 0);
    ck_assert_uint_eq(find(lexicon, "dog", TXT_POS_NOUN).n, 0);
    txt_lexicon_unref(lexicon);
    free(path);
}
END_TEST

START_TEST(members_keep_case_and_know_their_place)
{
    char *path;
    TxtLexicon *lexicon = test_lexicon(&path);
    const TxtSenses nairobi = find(lexicon, "nairobi", TXT_POS_NOUN);
    ck_assert_uint_eq(nairobi.n, 1);
    ck_assert_str_eq(words_of(lexicon, nairobi.items[0].synset), "Nairobi|capital of Kenya");
    const TxtMember *town = txt_lexicon_words(lexicon, nairobi.items[0].synset).items;
    ck_assert_uint_eq(txt_lexicon_lemma_of(lexicon, town->word),
                      txt_lexicon_lemma(lexicon, "nairobi", 7));
    /* Keys are in lower case. */
    ck_assert_uint_eq(txt_lexicon_lemma(lexicon, "Nairobi", 7), TXT_NO_LEMMA);
    const TxtSenses swift = find(lexicon, "swift", TXT_POS_ADJECTIVE);
    const TxtMember *members = txt_lexicon_words(lexicon, swift.items[0].synset).items;
    ck_assert_uint_eq(members[1].rank, 0); /* rapid: its first sense */
    const TxtSenses speedy = find(lexicon, "speedy", TXT_POS_ADJECTIVE);
    members = txt_lexicon_words(lexicon, speedy.items[0].synset).items;
    ck_assert_uint_eq(members[1].rank, 1); /* rapid: its second */
    const TxtSenses quick = find(lexicon, "quick", TXT_POS_ADJECTIVE);
    ck_assert_str_eq(words_of(lexicon, quick.items[0].synset), "quick");
    ck_assert_uint_eq(txt_lexicon_words(lexicon, quick.items[0].synset).items[0].flags,
                      TXT_MEMBER_ATTRIBUTE);
    txt_lexicon_unref(lexicon);
    free(path);
}
END_TEST

START_TEST(antonyms_go_both_ways)
{
    char *path;
    TxtLexicon *lexicon = test_lexicon(&path);
    const uint32_t ride = txt_lexicon_lemma(lexicon, "ride", 4);
    const uint32_t walk = txt_lexicon_lemma(lexicon, "walk", 4);
    const uint32_t stroll = txt_lexicon_lemma(lexicon, "stroll", 6);
    ck_assert(txt_lexicon_are_antonyms(lexicon, ride, stroll));
    ck_assert(txt_lexicon_are_antonyms(lexicon, stroll, ride));
    ck_assert(!txt_lexicon_are_antonyms(lexicon, walk, ride));
    size_t n;
    const TxtPair *pairs = txt_lexicon_antonyms(lexicon, ride, &n);
    ck_assert_uint_eq(n, 1);
    ck_assert_uint_eq(pairs[0].second, stroll);
    ck_assert_ptr_null(txt_lexicon_antonyms(lexicon, walk, &n));
    ck_assert_uint_eq(n, 0);
    txt_lexicon_unref(lexicon);
    free(path);
}
END_TEST

static bool is_form(const TxtLexicon *lexicon, const char *word)
{
    return txt_lexicon_is_form(lexicon, word, strlen(word));
}

START_TEST(forms_are_spelt_out)
{
    static const char *const forms[] = {"cat",   "cats",    "fly",     "flies",       "box",
                                        "boxes", "lock",    "locks",   "unlock",      "unlocks",
                                        "quick", "quickly", "Nairobi", "caf\xc3\xa9s"};
    static const char *const none[] = {"rude",  "rudes",   "th",       "cat's",  "flys", "boxs",
                                       "uncat", "nairobi", "quicklys", "animal", "",     "catsup"};
    char *path;
    TxtLexicon *lexicon = test_lexicon(&path);
    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
        ck_assert_msg(is_form(lexicon, forms[i]), "%s is no form", forms[i]);
    for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
        ck_assert_msg(!is_form(lexicon, none[i]), "%s is a form", none[i]);
    ck_assert(txt_lexicon_has_forms(lexicon));
    TxtLexiconCounts counts;
    txt_lexicon_count(lexicon, &counts);
    /* Those above, and café; what ends in ly has no plural, since "y" follows a consonant there:
     * "quicklies" is what the rules make of it. */
    ck_assert_uint_eq(counts.n_forms, 16);
    ck_assert(is_form(lexicon, "quicklies"));
    txt_lexicon_unref(lexicon);
    free(path);
}
END_TEST

START_TEST(exceptions_are_found_from_both_sides)
{
    char *path;
    TxtLexicon *lexicon = test_lexicon(&path);
    size_t n;
    const TxtException *bases = txt_lexicon_bases(lexicon, "strode", 6, TXT_POS_VERB, &n);
    ck_assert_uint_eq(n, 2);
    const TxtSlice first = txt_lexicon_text(lexicon, bases[0].base);
    ck_assert_int_eq(strncmp(first.text, "stroll", first.size), 0);
    const TxtException *form = txt_lexicon_irregular(lexicon, "stroll", 6, TXT_POS_VERB, 0);
    TxtSlice text = txt_lexicon_text(lexicon, form->form);
    ck_assert_int_eq(strncmp(text.text, "strode", text.size), 0);
    form = txt_lexicon_irregular(lexicon, "stroll", 6, TXT_POS_VERB, 1);
    text = txt_lexicon_text(lexicon, form->form);
    ck_assert_int_eq(strncmp(text.text, "strodden", text.size), 0);
    ck_assert_ptr_null(txt_lexicon_irregular(lexicon, "stroll", 6, TXT_POS_VERB, 2));
    ck_assert_ptr_null(txt_lexicon_irregular(lexicon, "stroll", 6, TXT_POS_NOUN, 0));
    ck_assert_ptr_null(txt_lexicon_bases(lexicon, "strode", 6, TXT_POS_NOUN, &n));
    ck_assert_ptr_null(txt_lexicon_bases(lexicon, "cat", 3, TXT_POS_NOUN, &n));
    txt_lexicon_unref(lexicon);
    free(path);
}
END_TEST

START_TEST(notices_travel_inside)
{
    char *path;
    TxtLexicon *lexicon = test_lexicon(&path);
    const TxtSlice notices = txt_lexicon_notices(lexicon);
    char *text = strndup(notices.text, notices.size);
    ck_assert_str_eq(text, "WordNet\n\nOf use to anybody.\n\nKeep this notice.\n\n"
                           "Spelling dictionary small\n\nIts licence is with the dictionary.\n");
    const TxtSlice language = txt_lexicon_about_value(lexicon, "language");
    ck_assert_int_eq(language.size, 2);
    ck_assert_int_eq(strncmp(language.text, "en", 2), 0);
    ck_assert_uint_eq(txt_lexicon_about_value(lexicon, "lang").size, 0);
    free(text);
    txt_lexicon_unref(lexicon);
    free(path);
}
END_TEST

/* Opens bytes in memory of exactly their size; the code. */
static AugStatus open_bytes(const uint8_t *bytes, size_t size, AugError *error)
{
    TxtLexicon *lexicon;
    uint8_t *exact = malloc(size + 1);
    memcpy(exact, bytes, size);
    const AugStatus status = txt_lexicon_borrow(&lexicon, exact, size, "it", error);
    ck_assert((status == AUG_OK) == (lexicon != NULL));
    if (lexicon)
        test_lexicon_walk(lexicon);
    txt_lexicon_unref(lexicon);
    free(exact);
    return status;
}

START_TEST(damage_is_refused)
{
    char *path;
    size_t size;
    TxtLexicon *lexicon = test_lexicon(&path);
    txt_lexicon_unref(lexicon);
    uint8_t *bytes = test_read_file(path, &size);
    AugError error = {0};
    ck_assert_int_eq(open_bytes(bytes, size, &error), AUG_OK);
    for (size_t i = 0; i < size; i++) {
        ck_assert_msg(open_bytes(bytes, i, &error) == AUG_CORRUPT, "cut at %zu: %s", i,
                      error.message);
        bytes[i] ^= 0x10;
        const AugStatus status = open_bytes(bytes, size, &error);
        const bool is_version = i >= 8 && i < 12;
        ck_assert_msg(status == (is_version ? AUG_UNSUPPORTED : AUG_CORRUPT),
                      "byte %zu changed: status %d", i, (int)status);
        ck_assert_str_eq(error.where, "it");
        bytes[i] ^= 0x10;
    }
    free(bytes);
    free(path);
}
END_TEST

/* With a seal that fits, numbers are still checked: what opens can be walked. */
START_TEST(malice_is_harmless)
{
    static const uint8_t values[] = {0, 1, 0x7f, 0x80, 0xff};
    char *path;
    size_t size;
    uint64_t n_refused = 0;
    txt_lexicon_unref(test_lexicon(&path));
    uint8_t *bytes = test_read_file(path, &size);
    TxtIndexHeader header;
    for (size_t i = sizeof(header); i < size; i++) {
        const uint8_t before = bytes[i];
        for (size_t k = 0; k < sizeof(values); k++) {
            AugError error = {0};
            bytes[i] = values[k];
            memcpy(&header, bytes, sizeof(header));
            header.seal = txt_index_seal(&header, bytes + sizeof(header), size - sizeof(header));
            memcpy(bytes, &header, sizeof(header));
            n_refused += open_bytes(bytes, size, &error) != AUG_OK;
        }
        bytes[i] = before;
    }
    ck_assert_msg(n_refused > size, "only %llu were refused", (unsigned long long)n_refused);
    free(bytes);
    free(path);
}
END_TEST

/* Items of a block in the bytes of an index. */
static void *block_of(uint8_t *bytes, TxtBlockType type, uint64_t *n)
{
    TxtIndexHeader header;
    memcpy(&header, bytes, sizeof(header));
    for (uint32_t i = 0; i < header.n_blocks; i++) {
        TxtBlockEntry entry;
        memcpy(&entry, bytes + sizeof(header) + i * sizeof(entry), sizeof(entry));
        *n = entry.n_items;
        if (entry.type == (uint32_t)type)
            return bytes + entry.offset;
    }
    ck_abort_msg("no block %d", (int)type);
}

static void check_slow(uint8_t *bytes, size_t size, const char *words)
{
    TxtIndexHeader header;
    AugError error = {0};
    memcpy(&header, bytes, sizeof(header));
    header.seal = txt_index_seal(&header, bytes + sizeof(header), size - sizeof(header));
    memcpy(bytes, &header, sizeof(header));
    TxtLexicon *lexicon;
    ck_assert_int_eq(txt_lexicon_borrow(&lexicon, bytes, size, "it", &error), AUG_CORRUPT);
    ck_assert_msg(strstr(error.message, words), "%s", error.message);
}

/* Every number in these lies within what it counts, but each look-up would take long. */
START_TEST(what_is_made_to_be_slow_is_refused)
{
    char *text;
    size_t size;
    FILE *file = open_memstream(&text, &size);
    fputs("b\tn\tb0", file);
    for (int i = 1; i < 1000; i++)
        fprintf(file, "|b%d", i);
    for (int i = 0; i < 6000; i++)
        fprintf(file, "\na\tn\tc%d", i);
    fclose(file);
    char *list = test_path("%s/long", test_folder()),
         *path = test_path("%s/long.augx", test_folder());
    const AugTextBuild how = {.output = path, .forms = ""};
    AugError error = {0};
    uint64_t n, n_taken = 0;
    test_write_file(list, text, size);
    free(text);
    ck_assert_msg(aug_text_build_list(list, &how, NULL, &error) == AUG_OK, "%s", error.message);
    uint8_t *bytes = test_read_file(path, &size);
    uint32_t *slots = block_of(bytes, TXT_BLOCK_SLOTS, &n);
    for (uint64_t i = 0; i < n; i++)
        if (slots[i])
            slots[n_taken++] = slots[i];
    memset(slots + n_taken, 0, (n - n_taken) * sizeof(*slots));
    check_slow(bytes, size, "its hash table does not fit its words");
    free(bytes);
    bytes = test_read_file(path, &size);
    const TxtSynsetEntry *synsets = block_of(bytes, TXT_BLOCK_SYNSETS, &n);
    uint32_t longest = 0;
    for (uint32_t i = 0; i < n; i++)
        longest = synsets[i].n > synsets[longest].n ? i : longest;
    TxtSense *senses = block_of(bytes, TXT_BLOCK_SENSES, &n);
    for (uint64_t i = 0; i < n; i++)
        senses[i].synset = longest;
    check_slow(bytes, size, "belongs to a word with more than 262144");
    free(bytes);
    free(list);
    free(path);
}
END_TEST

START_TEST(the_same_input_gives_the_same_bytes)
{
    char *first, *second;
    size_t first_size, second_size;
    txt_lexicon_unref(test_lexicon(&first));
    txt_lexicon_unref(test_lexicon(&second));
    uint8_t *a = test_read_file(first, &first_size), *b = test_read_file(second, &second_size);
    ck_assert_uint_eq(first_size, second_size);
    ck_assert_int_eq(memcmp(a, b, first_size), 0);
    free(a);
    free(b);
    free(first);
    free(second);
}
END_TEST

START_TEST(names_are_searched_and_missing_ones_explained)
{
    char *path;
    TxtLexicon *lexicon;
    AugError error = {0};
    txt_lexicon_unref(test_lexicon(&path));
    char *folder = strndup(path, (size_t)(strrchr(path, '/') - path));
    setenv("AUG_TEXT_DATA", folder, 1);
    ck_assert_int_eq(txt_lexicon_open(&lexicon, "en", &error), AUG_OK);
    ck_assert_uint_eq(find(lexicon, "cat", TXT_POS_NOUN).n, 2);
    txt_lexicon_unref(lexicon);
    ck_assert_int_eq(txt_lexicon_open(&lexicon, "xx", &error), AUG_NOT_FOUND);
    ck_assert_ptr_nonnull(strstr(error.message, "or 'aug data build list' makes one"));
    ck_assert_int_eq(txt_lexicon_open(&lexicon, "./en.augx", &error), AUG_NOT_FOUND);
    ck_assert_str_eq(error.where, "./en.augx");
    ck_assert_int_eq(txt_lexicon_open(&lexicon, "", &error), AUG_BAD_ARGUMENT);
    ck_assert_int_eq(txt_lexicon_open(&lexicon, "/", &error), AUG_BAD_ARGUMENT);
    unsetenv("AUG_TEXT_DATA");
    free(folder);
    free(path);
}
END_TEST

static void *walk(void *user)
{
    TxtLexicon *lexicon = user;
    uint64_t *seen = malloc(sizeof(*seen));
    *seen = test_lexicon_walk(lexicon);
    txt_lexicon_unref(lexicon);
    return seen;
}

START_TEST(threads_share_a_lexicon)
{
    enum { N = 4 };
    char *path;
    TxtLexicon *lexicon = test_lexicon(&path);
    const uint64_t expected = test_lexicon_walk(lexicon);
    pthread_t threads[N];
    for (int i = 0; i < N; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, walk, txt_lexicon_ref(lexicon)), 0);
    txt_lexicon_unref(lexicon);
    for (int i = 0; i < N; i++) {
        void *seen;
        pthread_join(threads[i], &seen);
        ck_assert_uint_eq(*(uint64_t *)seen, expected);
        free(seen);
    }
    free(path);
}
END_TEST

/* Whoever opens a file that is open gets what is open, by whatever name; another content is another
 * lexicon, and that the file is replaced or deleted is nothing to those who have it. */
START_TEST(a_lexicon_is_open_once)
{
    char *path, *other = test_path("%s/other.augx", test_folder());
    TxtLexicon *first, *second, *third;
    AugError error = {0};
    uint8_t *bytes;
    size_t size;
    txt_lexicon_unref(test_lexicon(&path));
    ck_assert_int_eq(txt_lexicon_open(&first, path, &error), AUG_OK);
    ck_assert_int_eq(augi_input_file_load(path, 1 << 20, &bytes, &size, &error), AUG_OK);
    test_write_file(other, bytes, size);
    ck_assert_int_eq(txt_lexicon_open(&second, other, &error), AUG_OK);
    ck_assert_ptr_eq(first, second);
    const AugTextBuild how = {.output = other, .forms = ""};
    char *list = test_path("%s/list", test_folder());
    test_write_file(list, "a\tn\tb\n", 6);
    ck_assert_int_eq(aug_text_build_list(list, &how, NULL, &error), AUG_OK);
    ck_assert_int_eq(txt_lexicon_open(&third, other, &error), AUG_OK);
    ck_assert_ptr_ne(first, third);
    const uint64_t seen = test_lexicon_walk(first);
    ck_assert_int_eq(unlink(path), 0);
    ck_assert_uint_eq(test_lexicon_walk(first), seen);
    txt_lexicon_unref(third);
    txt_lexicon_unref(second);
    ck_assert_uint_eq(test_lexicon_walk(first), seen);
    txt_lexicon_unref(first);
    test_write_file(path, "", 0);
    ck_assert_int_eq(txt_lexicon_open(&first, path, &error), AUG_CORRUPT);
    free(bytes);
    free(list);
    free(other);
    free(path);
}
END_TEST

/* A file that takes the place of the one that is opened, behind the look at it. NULL: none does. */
static const char *taking;

static AugStatus open_late(TxtShared **made, const char *path, AugError *error)
{
    TxtLexicon *lexicon;
    if (taking)
        ck_assert_int_eq(rename(taking, path), 0);
    AUG_TRY(txt_lexicon_open_file(&lexicon, path, error));
    *made = &lexicon->shared;
    txt_shared_set_key(*made, lexicon->bytes, (size_t)lexicon->size);
    return AUG_OK;
}

static void free_late(TxtShared *made)
{
    TxtLexicon *lexicon = (TxtLexicon *)made;
    augi_input_file_unmap(lexicon->bytes, (size_t)lexicon->size);
    free(lexicon);
}

START_TEST(what_is_open_is_known_by_what_was_read)
{
    static const TxtSharedKind kind = {open_late, free_late};
    char *path, *copy = test_path("%s/copy.augx", test_folder());
    char *other = test_path("%s/other.augx", test_folder()),
         *list = test_path("%s/list", test_folder());
    const AugTextBuild how = {.output = other, .forms = ""};
    TxtShared *first, *second;
    uint8_t *bytes;
    size_t size;
    txt_lexicon_unref(test_lexicon(&path));
    ck_assert_int_eq(augi_input_file_load(path, 1 << 20, &bytes, &size, NULL), AUG_OK);
    test_write_file(copy, bytes, size);
    test_write_file(list, "a\tn\tb\n", 6);
    ck_assert_int_eq(aug_text_build_list(list, &how, NULL, NULL), AUG_OK);
    taking = other;
    ck_assert_int_eq(txt_shared_open(&first, path, &kind, NULL), AUG_OK);
    taking = NULL;
    ck_assert_int_eq(txt_shared_open(&second, copy, &kind, NULL), AUG_OK);
    ck_assert_ptr_ne(second, first);
    ck_assert_uint_eq(((TxtLexicon *)second)->size, size);
    txt_shared_unref(first, &kind);
    txt_shared_unref(second, &kind);
    free(bytes);
    free(list);
    free(other);
    free(copy);
    free(path);
}
END_TEST

static void *open_and_close(void *user)
{
    for (int i = 0; i < 50; i++) {
        TxtLexicon *lexicon;
        ck_assert_int_eq(txt_lexicon_open(&lexicon, user, NULL), AUG_OK);
        ck_assert_uint_eq(find(lexicon, "cat", TXT_POS_NOUN).n, 2);
        txt_lexicon_unref(lexicon);
    }
    return NULL;
}

START_TEST(threads_open_and_close_one_file)
{
    enum { N = 4 };
    char *path;
    pthread_t threads[N];
    txt_lexicon_unref(test_lexicon(&path));
    for (int i = 0; i < N; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, open_and_close, path), 0);
    for (int i = 0; i < N; i++)
        pthread_join(threads[i], NULL);
    free(path);
}
END_TEST

/* Debian's WordNet, where it is installed. */
START_TEST(wordnet_has_its_size)
{
    if (access("/usr/share/wordnet/data.noun", R_OK) != 0) {
        test_skip("the package wordnet-base is not installed");
        return;
    }
    AugError error = {0};
    AugTextLexicon made;
    char *path = test_path("%s/real.augx", test_folder());
    const AugTextBuild how = {.output = path, .forms = ""};
    ck_assert_msg(aug_text_build_wordnet(NULL, &how, &made, &error) == AUG_OK, "%s: %s",
                  error.where, error.message);
    ck_assert_uint_eq(made.n_lemmas, 147306);
    ck_assert_uint_eq(made.n_synsets, 117659);
    ck_assert_uint_eq(made.n_senses, 206941);
    ck_assert_uint_eq(made.n_counted, 35477);
    ck_assert_uint_eq(made.n_left_out, 0);
    TxtLexicon *lexicon;
    ck_assert_int_eq(txt_lexicon_open(&lexicon, path, &error), AUG_OK);
    const TxtSenses smith = find(lexicon, "metalworker", TXT_POS_NOUN);
    ck_assert_uint_eq(smith.n, 1);
    ck_assert_str_eq(words_of(lexicon, smith.items[0].synset), "smith|metalworker");
    ck_assert(txt_lexicon_are_antonyms(lexicon, txt_lexicon_lemma(lexicon, "good", 4),
                                       txt_lexicon_lemma(lexicon, "bad", 3)));
    txt_lexicon_unref(lexicon);
    free(path);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("text_lexicon");
    TCase *tcase = tcase_create("all");
    tcase_add_test(tcase, senses_are_in_order_with_counts_and_shares);
    tcase_add_test(tcase, members_keep_case_and_know_their_place);
    tcase_add_test(tcase, antonyms_go_both_ways);
    tcase_add_test(tcase, forms_are_spelt_out);
    tcase_add_test(tcase, exceptions_are_found_from_both_sides);
    tcase_add_test(tcase, notices_travel_inside);
    tcase_add_test(tcase, damage_is_refused);
    tcase_add_test(tcase, malice_is_harmless);
    tcase_add_test(tcase, what_is_made_to_be_slow_is_refused);
    tcase_add_test(tcase, the_same_input_gives_the_same_bytes);
    tcase_add_test(tcase, names_are_searched_and_missing_ones_explained);
    tcase_add_test(tcase, threads_share_a_lexicon);
    tcase_add_test(tcase, a_lexicon_is_open_once);
    tcase_add_test(tcase, what_is_open_is_known_by_what_was_read);
    tcase_add_test(tcase, threads_open_and_close_one_file);
    tcase_add_test(tcase, wordnet_has_its_size);
    tcase_set_timeout(tcase, 60);
    suite_add_tcase(suite, tcase);
    return test_run(suite);
}
