/* The batches of all ranks of a world beside those of a world of one. */
#ifndef TEST_RANKS_H
#define TEST_RANKS_H

#include "aug/loader.h"

/* Expects part to be the rows from number first on of whole: position, tensors, offsets, and a file
 * that a strict reader takes. */
void test_part_agrees(const AugBatch *whole, const AugBatch *part, uint32_t first);

/* Makes epochs of a plan for a world of one and of each of these worlds, and expects the parts of
 * all ranks, one after another, to be the whole batches to the byte. Returns how many parts were
 * empty. */
uint64_t test_ranks_agree(const AugPlan *plan, uint32_t epochs, const uint32_t *worlds, size_t n);

#endif
