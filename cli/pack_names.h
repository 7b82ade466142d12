/* Keys of the samples of a packed data set: what WebDataset calls the name of a member up to the
 * first dot behind its folder. */
#ifndef CLI_PACK_NAMES_H
#define CLI_PACK_NAMES_H

#include "aug/dataset.h"
#include "libaug/data/support/intern.h"

/* Longest key and longest name of a member, NUL included: what a path may have. */
#define CLI_PACK_NAME_SIZE 4096

/* The key of each sample by its number; const once it is made. n_changed: samples whose key is not
 * their name without its ending, since that has dots, is taken, or means something else to who reads
 * archives. Zero-initialised there are none. */
typedef struct CliPackNames {
    AugiIntern keys;
    uint64_t n_changed;
} CliPackNames;

/* Makes them, each different from all others: a function of the names and their order alone. On
 * failure there are none. */
AUG_MUST_CHECK AugStatus cli_pack_names_init(CliPackNames *names, const AugDataset *dataset,
                                             AugError *error);

/* Accepts a zeroed struct. */
void cli_pack_names_fini(CliPackNames *names);

/* Key of a sample; borrowed. Any thread. */
const char *cli_pack_names_key(const CliPackNames *names, uint64_t index);

/* The sample to whose key the name of a member begins with, and what stands behind the dot; false if
 * it is of none. Any thread. */
bool cli_pack_names_find(const CliPackNames *names, const char *member, uint64_t *index,
                         const char **ending);

#endif
