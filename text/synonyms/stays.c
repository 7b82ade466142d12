/* English words that stay: pronouns, prepositions, auxiliary verbs and the like (EDA's stop words are
 * among them); light verbs and nouns, whose sense hangs on the words beside them ("take part", "in
 * case"); numbers, days, months; what nearly denies ("hardly"), which must not come, either; and words
 * with a second sense that offends. Sorted by bytes. */
#include "text/synonyms/inside.h"

/* clang-format off */
static const char *const words[] = {
    "a", "able", "about", "above", "actually", "after", "again", "against", "ago", "ah", "all",
    "alone", "along", "already", "also", "although", "always", "am", "an", "and", "another", "any",
    "anybody", "anyone", "anything", "anyway", "apart", "april", "are", "around", "as", "aside",
    "ass", "at", "august", "away", "babe", "back", "bad", "bar", "barely", "base", "be", "because",
    "been", "before", "being", "below", "better", "between", "billion", "bit", "black", "body",
    "both", "but", "by", "can", "case", "christian", "come", "cool", "cost", "could", "course",
    "cut", "damn", "deal", "december", "did", "do", "does", "doing", "don", "down", "dr", "due",
    "during", "each", "early", "easy", "eight", "either", "else", "end", "enough", "etc", "even",
    "ever", "every", "everybody", "everyone", "everything", "everywhere", "face", "fact", "far",
    "february", "feel", "few", "find", "first", "five", "fix", "flatus", "for", "form", "four",
    "friday", "from", "fuck", "full", "further", "gay", "get", "give", "go", "god", "good", "got",
    "great", "had", "half", "hand", "hard", "hardly", "has", "have", "having", "he", "head", "hell",
    "her", "here", "hers", "herself", "hey", "hi", "high", "him", "himself", "his", "hold",
    "hombre", "hot", "how", "however", "hr", "hundred", "i", "if", "ill", "in", "instead", "into",
    "is", "ism", "it", "its", "itself", "january", "jew", "john", "july", "june", "just", "keep",
    "kind", "last", "late", "lead", "least", "left", "less", "let", "life", "light", "like", "line",
    "little", "live", "long", "look", "lot", "low", "lrb", "make", "man", "many", "march", "matter",
    "may", "me", "mean", "merely", "might", "million", "min", "mind", "monday", "more", "most",
    "mr", "mrs", "ms", "much", "murphy", "must", "my", "myself", "near", "need", "never", "new",
    "next", "nine", "no", "nobody", "none", "nor", "not", "nothing", "november", "now", "october",
    "of", "off", "oh", "ok", "okay", "old", "on", "once", "one", "ones", "only", "onto", "open",
    "or", "other", "ought", "our", "ours", "ourselves", "out", "over", "own", "pa", "part",
    "people", "per", "place", "play", "please", "point", "pommel", "pretty", "put", "quite",
    "rarely", "rather", "real", "right", "rrb", "run", "s", "same", "saturday", "saw",
    "say", "scarce", "scarcely", "sec", "second", "see", "seem", "seldom", "september", "set",
    "seven", "several", "sex", "shall", "she", "shit", "short", "should", "show", "simply", "since",
    "six", "small", "so", "some", "somebody", "someone", "something", "somewhat", "somewhere",
    "soon", "sort", "st", "stay", "still", "stop", "such", "sunday", "sure", "t", "take", "tell",
    "ten", "than", "thanks", "that", "the", "their", "theirs", "them", "themselves", "then",
    "there", "these", "thespian", "they", "thing", "things", "think", "this", "those", "though",
    "thousand", "three", "through", "thursday", "thus", "time", "to", "today", "together",
    "tomorrow", "tonight", "too", "toward", "towards", "try", "tuesday", "turn", "twice", "two",
    "under", "unless", "unlike", "until", "up", "upon", "us", "use", "very", "want",
    "was", "way", "we", "wednesday", "well", "were", "what", "whatever", "when", "whenever",
    "where", "wherever", "whether", "which", "while", "white", "who", "whoever", "whole", "whom",
    "whose", "why", "will", "with", "within", "without", "woman", "word", "work", "world", "would",
    "yes", "yesterday", "yet", "you", "your", "yours", "yourself", "yourselves", "yr",
};
/* clang-format on */

/* Where two words stand in order: by their bytes, the shorter one first. */
static int compare(const char *word, size_t size, const char *entry)
{
    for (size_t i = 0; i < size; i++)
        if (word[i] != entry[i]) /* also at the end of the entry */
            return (uint8_t)word[i] < (uint8_t)entry[i] ? -1 : 1;
    return entry[size] == '\0' ? 0 : -1;
}

bool txt_stays_english(const char *word, size_t size)
{
    size_t low = 0, high = sizeof(words) / sizeof(*words);
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const int order = compare(word, size, words[middle]);
        if (order == 0)
            return true;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return false;
}
