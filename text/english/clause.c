/* The sets. */
#include "text/english/clause.h"

#include <string.h>

static const char *const subjects[] = {
    "i",        "you",      "he",        "she",        "it",      "we",       "they",
    "this",     "that",     "these",     "those",      "there",   "anyone",   "anybody",
    "anything", "everyone", "everybody", "everything", "someone", "somebody", "something",
    "people",   "the",      "a",         "an",         "my",      "your",     "his",
    "her",      "its",      "our",       "their",
};
static const char *const openers[] = {
    "and",   "but",    "because",  "if",   "when",    "so",     "while",
    "since", "though", "although", "then", "think",   "thinks", "thought",
    "say",   "says",   "said",     "hope", "believe", "guess",  "sure",
    "until", "unless", "suppose",  "yes",  "well",    "maybe",  "perhaps",
};
static const char *const closers[] = {
    "and",  "or",     "but",      "nor", "than",  "as",    "to",     "because", "if",
    "when", "though", "although", "so",  "while", "until", "unless", "anymore", "too",
};
static const char *const determiners[] = {
    "a",   "an",    "the",   "no",      "some", "any",    "my",    "your", "his",   "her",
    "its", "our",   "their", "this",    "that", "these",  "those", "more", "much",  "many",
    "to",  "it",    "them",  "him",     "me",   "us",     "you",   "one",  "two",   "three",
    "all", "every", "each",  "another", "both", "enough", "fun",   "time", "money",
};

/* Whether letters are those of an entry, in either case, whatever the locale says of i and I. */
static bool is(const uint8_t *word, const char *entry, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if ((word[i] | 0x20) != (uint8_t)entry[i])
            return false;
    return true;
}

static bool is_among(const char *const *list, size_t n, const uint8_t *word, size_t size)
{
    for (size_t i = 0; i < n; i++)
        if ((uint8_t)list[i][0] == (word[0] | 0x20) && strlen(list[i]) == size &&
            is(word, list[i], size))
            return true;
    return false;
}

#define IS_AMONG(list, word, size) is_among(list, sizeof(list) / sizeof((list)[0]), word, size)

bool txt_is_subject(const uint8_t *word, size_t size)
{
    return size > 0 && IS_AMONG(subjects, word, size);
}

bool txt_opens_clause(const uint8_t *word, size_t size)
{
    return size > 0 && IS_AMONG(openers, word, size);
}

bool txt_closes_clause(const uint8_t *word, size_t size)
{
    return size > 0 && IS_AMONG(closers, word, size);
}

bool txt_is_determiner(const uint8_t *word, size_t size)
{
    return size > 0 && IS_AMONG(determiners, word, size);
}
