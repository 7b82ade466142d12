/* The stop words of EDA: NLTK's list of English function words, sorted. */
#include <stdlib.h>
#include <string.h>

#include "text/eda/eda.h"

static const char *const stop_words[] = {
    "a",      "about",  "above", "after", "again",   "against",   "all",        "am",
    "an",     "and",    "any",   "are",   "as",      "at",        "be",         "because",
    "been",   "before", "being", "below", "between", "both",      "but",        "by",
    "can",    "did",    "do",    "does",  "doing",   "don",       "down",       "during",
    "each",   "few",    "for",   "from",  "further", "had",       "has",        "have",
    "having", "he",     "her",   "here",  "hers",    "herself",   "him",        "himself",
    "his",    "how",    "i",     "if",    "in",      "into",      "is",         "it",
    "its",    "itself", "just",  "me",    "more",    "most",      "my",         "myself",
    "no",     "nor",    "not",   "now",   "of",      "off",       "on",         "once",
    "only",   "or",     "other", "our",   "ours",    "ourselves", "out",        "over",
    "own",    "s",      "same",  "she",   "should",  "so",        "some",       "such",
    "t",      "than",   "that",  "the",   "their",   "theirs",    "them",       "themselves",
    "then",   "there",  "these", "they",  "this",    "those",     "through",    "to",
    "too",    "under",  "until", "up",    "very",    "was",       "we",         "were",
    "what",   "when",   "where", "which", "while",   "who",       "whom",       "why",
    "will",   "with",   "you",   "your",  "yours",   "yourself",  "yourselves",
};

/* Longest of them and its end. */
#define ROOM 16

static int by_text(const void *word, const void *entry)
{
    return strcmp(word, *(const char *const *)entry);
}

bool txt_eda_is_stop_word(const char *word, size_t size)
{
    char text[ROOM];
    if (size >= sizeof(text))
        return false;
    memcpy(text, word, size);
    text[size] = '\0';
    return bsearch(text, stop_words, AUG_COUNT(stop_words), sizeof(*stop_words), by_text) != NULL;
}
