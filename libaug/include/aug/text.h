/* Data of the text domain: lexicons of synonyms that are built once from public or own word lists,
 * taggers that are trained on tagged text, and where both are looked for. */
#ifndef AUG_TEXT_H
#define AUG_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include "aug/dataset.h"
#include "aug/export.h"
#include "aug/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Room for the path of a data file. */
#define AUG_TEXT_PATH_SIZE 4096

/* How a lexicon is built. Zero-initialise it; all strings are borrowed.
 *
 * output:   file to write; NULL: "LANGUAGE.augx" in the user's own data folder, which is made
 * language: "en", "de"; NULL: "en"
 * forms:    spelling dictionary of hunspell without the endings of its two files, whose words become
 *           the whitelist of inflected forms; NULL: that of English where Debian keeps it, if it is
 *           there; "": none
 * notice:   file with the licence notice of the source, which is kept in the index; NULL: what the
 *           source itself or Debian says of it
 */
typedef struct AugTextBuild {
    const char *output;
    const char *language;
    const char *forms;
    const char *notice;
} AugTextBuild;

/* What a lexicon holds.
 *
 * path:       of the index
 * n_context_words: words whose context was counted; 0: no context
 * n_counted:  senses with a count of how often they were seen; n_left_out: words of the source that
 *             are not in the index. Both are known only where it was built
 * has_forms:  1 if it has a whitelist
 */
typedef struct AugTextLexicon {
    char path[AUG_TEXT_PATH_SIZE];
    char language[32];
    char source[64];
    uint64_t size;
    uint64_t n_words, n_lemmas, n_senses, n_synsets, n_forms, n_antonyms, n_exceptions;
    uint64_t n_context_words;
    uint64_t n_counted, n_left_out;
    int has_forms;
} AugTextLexicon;

/* Builds a lexicon from WordNet's files in a folder (NULL: /usr/share/wordnet, where Debian's
 * wordnet-base puts them), with the context of words in its glosses. The same files give the same bytes. *made, NULL allowed, receives what was
 * made. Fails with AUG_NOT_FOUND, AUG_CORRUPT (file and line), AUG_TOO_LARGE, AUG_UNSUPPORTED,
 * AUG_NO_MEMORY, AUG_IO. Any thread. */
AUG_API AUG_MUST_CHECK AugStatus aug_text_build_wordnet(const char *folder, const AugTextBuild *how,
                                                        AugTextLexicon *made, AugError *error);

/* The same from a thesaurus of MyThes (th_de_DE_v2.dat), in the encoding that it names. */
AUG_API AUG_MUST_CHECK AugStatus aug_text_build_mythes(const char *path, const AugTextBuild *how,
                                                       AugTextLexicon *made, AugError *error);

/* The same from a list in UTF-8 of lines "word TAB part of speech TAB synonym|synonym". */
AUG_API AUG_MUST_CHECK AugStatus aug_text_build_list(const char *path, const AugTextBuild *how,
                                                     AugTextLexicon *made, AugError *error);

/* Opens a lexicon by its path or language, checks all of it, and says what it holds. *notices, NULL
 * allowed, receives the licence notices of its sources, which the caller frees with free(). Any
 * thread. */
AUG_API AUG_MUST_CHECK AugStatus aug_text_lexicon_check(const char *name_or_path,
                                                        AugTextLexicon *lexicon, char **notices,
                                                        AugError *error);

/* How a tagger does on tagged text that it has not seen.
 *
 * n_tokens, n_right:       tokens, and those that got their tag
 * n_content, n_content_tagged: nouns, verbs, adjectives, adverbs by UPOS, without names; and those
 *                          that got a tag of one of these
 * n_content_right:         of these, those that got one of their own part of speech
 * n_predicted, n_predicted_right: tokens that got the tag of a noun, a verb, an adjective or an
 *                          adverb; and those that are one, names counted as nouns
 * n_auxiliary:             tokens that got the tag of a verb and are auxiliary verbs by UPOS, which
 *                          count as wrong above
 */
typedef struct AugTaggerScore {
    uint64_t n_tokens, n_right;
    uint64_t n_content, n_content_tagged, n_content_right;
    uint64_t n_predicted, n_predicted_right, n_auxiliary;
} AugTaggerScore;

/* Where a training is: epochs that are done and sentences of the next one, of all; and of how many
 * decisions of this epoch how many were right. */
typedef struct AugTaggerProgress {
    uint32_t epoch, n_epochs;
    uint64_t sentence, n_sentences;
    uint64_t n_decided, n_right;
} AugTaggerProgress;

/* What to train a tagger on. Zero-initialise it; all strings are borrowed.
 *
 * files:    CoNLL-U, packed by gzip or not, n_files of them; the tags are those of XPOS
 * dev:      held-out text of the same kind; NULL: none
 * output:   file to write (.augt)
 * notice:   file with the licence notice of the text, which the model keeps; NULL: none
 * epochs:   passes over the text in each of two rounds; 0: 8
 * seed:     of the order of the sentences. The same files, epochs and seed give the same bytes, on
 *           every machine
 * progress: called now and then from the calling thread; 0 ends the training with AUG_CLOSED.
 *           NULL: not called
 */
typedef struct AugTaggerTraining {
    const char *const *files;
    size_t n_files;
    const char *dev;
    const char *output;
    const char *notice;
    uint32_t epochs;
    uint64_t seed;
    int (*progress)(void *user, const AugTaggerProgress *progress);
    void *user;
} AugTaggerTraining;

/* What a tagger holds.
 *
 * size:        bytes of its file
 * n_sentences, n_tokens, score: what it was trained on, and its score on the held-out text. Known
 *              only where it was trained; zero otherwise, score also without such text
 */
typedef struct AugTextTagger {
    char path[AUG_TEXT_PATH_SIZE];
    uint64_t size;
    uint32_t n_tags, n_words, n_features, n_weights;
    uint64_t n_sentences, n_tokens;
    AugTaggerScore score;
} AugTextTagger;

/* Trains a part-of-speech tagger and writes its model. *made, NULL allowed, receives what was made.
 * Fails with AUG_BAD_ARGUMENT, AUG_NOT_FOUND, AUG_CORRUPT (file and line), AUG_TOO_LARGE, AUG_CLOSED,
 * AUG_NO_MEMORY, AUG_IO; no file is written then. Any thread. */
AUG_API AUG_MUST_CHECK AugStatus aug_text_train_tagger(const AugTaggerTraining *how,
                                                       AugTextTagger *made, AugError *error);

/* Opens a tagger by its path or language, checks all of it, and says what it holds. *notice, NULL
 * allowed, receives the licence notice of what it was trained on, which the caller frees with
 * free(). Any thread. */
AUG_API AUG_MUST_CHECK AugStatus aug_text_tagger_check(const char *name_or_path,
                                                       AugTextTagger *tagger, char **notice,
                                                       AugError *error);

/* How a tagger, by its path or language, does on tagged text in a file of CoNLL-U. Any thread. */
AUG_API AUG_MUST_CHECK AugStatus aug_text_tagger_score(const char *name_or_path, const char *file,
                                                       AugTaggerScore *score, AugError *error);

/* What was learnt of the context of words: how many words of text were counted, how many different
 * ones, how many different pairs of them; and of n_tried words in lines that were not counted, each
 * beside a synonym: the share (0 to 1) in which the one that stands there is ahead, by how frequent
 * both are, by their context, and by both together. size: of the file, in bytes */
typedef struct AugTextContext {
    uint64_t size;
    uint64_t n_tokens, n_words, n_pairs, n_tried;
    double by_frequency, by_context, by_both;
} AugTextContext;

/* Counts how words stand among others in n files of text in UTF-8, a sentence or a text a line
 * (a folder stands for the glosses of WordNet's files in it), and writes a lexicon (how->language: its
 * language or path) with these counts to how->output, which must be given; how->notice is the licence
 * notice of the texts. The same files give the same bytes. *made may be NULL. Fails as
 * aug_text_build_wordnet does, and with AUG_BAD_ARGUMENT where the texts are too short. Any thread. */
AUG_API AUG_MUST_CHECK AugStatus aug_text_train_context(const char *const *paths, size_t n,
                                                        const AugTextBuild *how,
                                                        AugTextContext *made, AugError *error);

/* What a vocabulary has a line for. */
typedef enum AugTextUnit {
    AUG_TEXT_WORDS,       /* words and punctuation marks of UAX #29 */
    AUG_TEXT_CODE_POINTS, /* each code point */
    AUG_TEXT_GRAPHEMES    /* what people call a character */
} AugTextUnit;

/* How a vocabulary is built. Zero-initialise it; strings are borrowed.
 *
 * output:    file to write; must be given
 * field:     name of the field of text to count; NULL: all fields of text
 * lower:     1: upper case counts as lower case
 * min_count: how often something must stand there to be kept
 * max_size:  lines at most, [PAD] and [UNK] among them; 0: any number
 */
typedef struct AugTextVocabulary {
    const char *output;
    const char *field;
    AugTextUnit unit;
    int lower;
    uint64_t min_count;
    uint32_t max_size;
} AugTextVocabulary;

/* Builds a vocabulary from the texts of a data set, in NFC: one word a line, [PAD], [UNK], then the
 * most frequent first, and equally frequent ones in the order of their bytes. The same texts give
 * the same bytes, in whatever order they come. *n_lines, NULL allowed: how many. Fails as
 * aug_dataset_read does, with AUG_BAD_ARGUMENT for a field that is no text, and with AUG_TOO_LARGE
 * where there are more than 16777216 different words. Any thread. */
AUG_API AUG_MUST_CHECK AugStatus aug_text_build_vocabulary(const AugDataset *dataset,
                                                           const AugTextVocabulary *how,
                                                           uint32_t *n_lines, AugError *error);

/* A data file that was found. kind: "lexicon" or "tagger"; name: what a spec calls it; place: the
 * number of its folder; is_used: 1 if the name stands for this file, 0 if an earlier folder has one
 * of that name. */
typedef struct AugTextFile {
    const char *path, *name, *kind;
    uint64_t size;
    size_t place;
    int is_used;
} AugTextFile;

/* Path of the file that is built for a language (NULL: "en") where no output is given. 0 where no home
 * folder is known, or the name is too long. Any thread. */
AUG_API int aug_text_data_output(const char *language, char path[AUG_TEXT_PATH_SIZE]);

/* Path of the i-th folder in which data are looked for, in their order; an empty one for a folder
 * that is not set. 0 behind the last. Any thread. */
AUG_API int aug_text_data_folder(size_t i, char path[AUG_TEXT_PATH_SIZE]);

/* Calls show for each data file in these folders, by folder and name; what it gets is valid only
 * during the call. Fails with AUG_NO_MEMORY. Any thread. */
AUG_API AUG_MUST_CHECK AugStatus aug_text_data_list(void (*show)(void *user,
                                                                 const AugTextFile *file),
                                                    void *user, AugError *error);

#ifdef __cplusplus
}
#endif
#endif
