/* Pictures of the input of 'aug apply' that no stream of it shows. */
#ifndef CLI_APPLY_REST_H
#define CLI_APPLY_REST_H

#include "aug/dataset.h"
#include "cli/apply_log.h"

/* Writes each of them down as a sample that could not be augmented, so that none is passed over in
 * silence. wider: all pictures (cli_input_open_wider); NULL: none is left out. Fails like
 * cli_apply_log_put. */
AUG_MUST_CHECK AugStatus cli_apply_log_rest(CliApplyLog *log, const AugDataset *wider,
                                            AugError *error);

#endif
