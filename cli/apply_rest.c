/* A data set goes by the endings of names; what it passes over is named here, one by one. */
#include "cli/apply_rest.h"

#include <string.h>

#include "aug/image.h"
#include "libaug/data/dataset.h"
#include "libaug/data/support/pictures.h"

static AugStatus log_one(CliApplyLog *log, const AugDataset *wider, const char *name,
                         AugError *error)
{
    char source[sizeof(error->where)];
    const char *dot = strrchr(name, '.');
    snprintf(source, sizeof(source), "%s", name);
    CliApplyResult result = {.source = source, .is_left_out = true};
    AUG_FAIL(
        &result.error, AUG_UNSUPPORTED, source,
        "a data set leaves out names that end in '%s', so no stream shows this one; to have it "
        "counted give '--input %s:PATH,extensions=ENDINGS' with all endings",
        dot ? dot : "", wider->kind->name);
    return cli_apply_log_put(log, &result, error);
}

AugStatus cli_apply_log_rest(CliApplyLog *log, const AugDataset *wider, AugError *error)
{
    AugBuffer buffer = {0};
    AugStatus status = AUG_OK;
    const uint64_t n = wider ? aug_dataset_info(wider)->n_samples : 0;
    for (uint64_t i = 0; i < n && status == AUG_OK; i++) {
        const char *name = augi_dataset_sample_name(wider, i, &buffer);
        if (!augi_picture_extension(augi_picture_suffix(name), aug_image_endings))
            status = log_one(log, wider, name, error);
    }
    aug_buffer_fini(&buffer);
    return status;
}
