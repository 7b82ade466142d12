/* The proof that a packed archive holds what its data set does. */
#ifndef CLI_PACK_VERIFY_H
#define CLI_PACK_VERIFY_H

#include "cli/pack_run.h"

/* Reads the archive, which is whole, and the data set once more: every pixel of every picture must be
 * equal, decoded carefully, and every other byte be that which the data set gives. Samples that were
 * left out must be such that cannot be packed. The signals that end a program must be held; when one
 * comes *signal receives it, and the status is AUG_OK; else *signal is 0. Fails with AUG_CORRUPT,
 * naming the first sample that differs. */
AUG_MUST_CHECK AugStatus cli_pack_verify(const CliPackRun *run, int *signal, AugError *error);

#endif
