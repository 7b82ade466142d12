/* What 'aug pack' does with one sample: rewrite its picture, and put it into members of an archive
 * with all that belongs to it. */
#ifndef CLI_PACK_WORK_H
#define CLI_PACK_WORK_H

#include "aug/image.h"
#include "aug/loader.h"
#include "cli/bytes.h"
#include "cli/pack_beside.h"
#include "cli/pack_names.h"

/* What is packed and how; const while samples are made.
 *
 * plan:  of the data set, without operations
 * image: number of the field that is the picture; label: of the class, -1: there is none
 */
typedef struct CliPackJob {
    const AugPlan *plan;
    const AugDataset *dataset;
    CliPackNames names;
    CliPackBeside beside;
    AugRepackOptions options;
    int image, label;
} CliPackJob;

/* What became of one sample.
 *
 * members: of the archive, the picture first
 * source:  name of the sample, for messages
 * error:   status OK, or why the sample cannot be packed
 * kept:    why its picture stayed as it is though its format is one that is rewritten; NULL: it is not
 * is_stored: its picture file stayed as it is
 * picture_at, picture_size: where its picture lies in members
 */
typedef struct CliPacked {
    CliBytes members;
    char *source;
    AugError error;
    const char *kept;
    bool is_stored;
    size_t picture_at, picture_size;
} CliPacked;

/* Chooses the fields. Fails with AUG_UNSUPPORTED where the data set has no pictures, or fields that
 * would not fit to scaled ones. */
AUG_MUST_CHECK AugStatus cli_pack_job_choose(CliPackJob *job, AugError *error);

/* Makes the members of a sample: the function of a loader (AugEach), whose user is a CliPackJob. Every
 * sample gets a result, a CliPacked; failures that say nothing about it (cli_is_of_sample) are those
 * of the call. Any thread. */
AugStatus cli_pack_make(void *job, const AugEachSample *given, void **result, AugError *error);

/* Ends such a result. Any thread. */
void cli_pack_drop(void *job, void *result);

#endif
