/* How much memory the process holds, as the allocator sees it: every malloc and free of the program
 * and of all its libraries is counted, also under the sanitizers, which have hooks for it. */
#ifndef TEST_FUZZ_HELD_H
#define TEST_FUZZ_HELD_H

#include <stddef.h>

/* Begins to count the most that is held above what is held now. Other threads may work on. */
void fuzz_held_begin(void);

/* The most that was held above that since. */
size_t fuzz_held_peak(void);

#endif
