/* The first member of an archive of 'aug pack': what the names of members do not tell. */
#ifndef CLI_PACK_HEAD_H
#define CLI_PACK_HEAD_H

#include "cli/bytes.h"
#include "cli/pack_work.h"

/* Makes it, header included; member stays empty where readers of this project need none. Fails with
 * AUG_UNSUPPORTED where the name of a class is no UTF-8, and AUG_TOO_LARGE where all of them are more than
 * a reader takes. The caller ends member, also after a failure. */
AUG_MUST_CHECK AugStatus cli_pack_head_make(const CliPackJob *job, CliBytes *member,
                                            AugError *error);

#endif
