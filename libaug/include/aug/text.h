/* Data of the text domain: lexicons of synonyms that are built once from public or own word lists,
 * and where they are looked for. */
#ifndef AUG_TEXT_H
#define AUG_TEXT_H

#include <stddef.h>
#include <stdint.h>

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
    uint64_t n_counted, n_left_out;
    int has_forms;
} AugTextLexicon;

/* Builds a lexicon from WordNet's files in a folder (NULL: /usr/share/wordnet, where Debian's
 * wordnet-base puts them). The same files give the same bytes. *made, NULL allowed, receives what was
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

/* A data file that was found. kind: "lexicon" or "tagger"; name: what a spec calls it; place: the
 * number of its folder; is_used: 1 if the name stands for this file, 0 if an earlier folder has one
 * of that name. */
typedef struct AugTextFile {
    const char *path, *name, *kind;
    uint64_t size;
    size_t place;
    int is_used;
} AugTextFile;

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
