/* What lexicons are built from. Each reader puts one source into a builder; its failures name file
 * and line. */
#ifndef TXT_LEXICON_SOURCES_H
#define TXT_LEXICON_SOURCES_H

#include "text/lexicon/builder.h"

/* The files of WordNet (data, index and exc of each part of speech, cntlist.rev) in a folder, with
 * the notice that stands before the data. *n_counts receives how many senses were counted in tagged
 * text. */
AUG_MUST_CHECK AugStatus txt_source_wordnet(TxtBuilder *builder, const char *folder,
                                            uint64_t *n_counts, AugError *error);

/* All words that a spelling dictionary of hunspell allows, spelt out from "stem.aff" and
 * "stem.dic", as the whitelist. Left out: what stands only in compounds, what is not to be
 * suggested, and possessives. *n_forms receives how many there are, those that come in several ways
 * once for each. */
AUG_MUST_CHECK AugStatus txt_source_hunspell(TxtBuilder *builder, const char *stem,
                                             uint64_t *n_forms, AugError *error);

/* A thesaurus of MyThes. Marked words, such as "(antonym)" and "(generic term)", are no synonyms;
 * antonyms are kept as such. Synsets that are given once for each of their words become one. */
AUG_MUST_CHECK AugStatus txt_source_mythes(TxtBuilder *builder, const char *path, AugError *error);

/* A list of a user's own: "word TAB part of speech TAB synonym|synonym" in UTF-8; lines that are
 * empty or begin with "#" are passed over. */
AUG_MUST_CHECK AugStatus txt_source_list(TxtBuilder *builder, const char *path, AugError *error);

#endif
