/* Counting what a data set passes over while it is opened, and the names that every kind of data
 * set passes over because no person made them. */
#ifndef AUGI_DATASETS_PASSED_OVER_H
#define AUGI_DATASETS_PASSED_OVER_H

#include <stdbool.h>
#include <stddef.h>

#include "aug/dataset.h"

/* Why something was passed over; words and sentences of each stand in passed_over.c. */
typedef enum AugiPassReason {
    AUGI_PASS_HIDDEN,
    AUGI_PASS_SYSTEM,
    AUGI_PASS_ENDING,
    AUGI_PASS_PART,
    AUGI_PASS_N_REASONS,
} AugiPassReason;

/* Zero-initialised nothing was passed over. items: by reason while it is counted, then those that
 * occurred, n_items of them. examples: by reason, owned. */
typedef struct AugiPassedOver {
    AugPassedOver items[AUGI_PASS_N_REASONS];
    size_t n_items;
    char *examples[AUGI_PASS_N_REASONS];
} AugiPassedOver;

/* Whether a file or folder of this name, without its folder, is none of the user's, and why: hidden
 * ("."), or one that systems and programs leave behind (Thumbs.db, __MACOSX, @eaDir, ...). Letters
 * count in either case. */
bool augi_name_is_passed_over(const char *base, AugiPassReason *reason);

/* The same for a path: true if any of its parts is such a name. */
bool augi_path_is_passed_over(const char *path, AugiPassReason *reason);

/* Counts one; of all names with a reason the first in byte order is kept as the example. passed
 * NULL: does nothing. Fails with AUG_NO_MEMORY. */
AUG_MUST_CHECK AugStatus augi_passed_over_add(AugiPassedOver *passed, AugiPassReason reason,
                                              const char *name, AugError *error);

/* Ends the counting: only what occurred stays, with its words. */
void augi_passed_over_finish(AugiPassedOver *passed);

/* Frees the examples and zeroes the struct. */
void augi_passed_over_fini(AugiPassedOver *passed);

#endif
