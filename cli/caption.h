/* Words about samples and what happened to them, on contact sheets and pages. */
#ifndef CLI_CAPTION_H
#define CLI_CAPTION_H

#include "aug/plan.h"
#include "aug/random.h"

/* Text printed into a new string; NULL if memory is out, which only leaves a caption empty. */
char *cli_caption(const char *format, ...) AUG_PRINTF(1, 2);

/* Two heap texts, each of which may be NULL or empty, on lines of their own; frees both. */
char *cli_caption_join(char *first, char *second);

/* Names of the operations that the draws let run; NULL if memory is out. The caller frees it. */
char *cli_caption_ops(const AugPlan *plan, const AugKey *key);

/* Name and class, which between puts apart. Numbered samples are named by their number, others get
 * it in front. The caller frees it. */
char *cli_caption_original(const AugPlan *plan, const AugSample *sample, uint64_t index,
                           const char *between);

#endif
