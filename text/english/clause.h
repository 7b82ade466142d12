/* Small closed sets of English words that decide where contractions may stand. */
#ifndef TXT_CLAUSE_H
#define TXT_CLAUSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* I, you, he, she, it, we, they, this, that, these, those, there, anyone, ...: what follows a verb
 * that asks. In any case. */
bool txt_is_subject(const uint8_t *word, size_t size);

/* A word behind which a new clause begins (and, but, because, if, when, so, think, ...). */
bool txt_opens_clause(const uint8_t *word, size_t size);

/* A word before which the clause so far is complete (and, or, than, as, ...), so that the verb
 * before it bears the stress: "he is and will be". */
bool txt_closes_clause(const uint8_t *word, size_t size);

/* A word that begins a noun phrase (a, the, no, my, ...): behind "have" that is then the main verb. */
bool txt_is_determiner(const uint8_t *word, size_t size);

#endif
