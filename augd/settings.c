/* The checks of the daemon's command line that its parameter table cannot express: repeated
 * options, and sizes of memory as people write them. */
#include "augd/settings.h"

#include <string.h>
#include <uv.h>

#include "libaug/data/support/paths.h"

const CmdRepeat augd_settings_listen = {
    .name = "listen",
    .unit = "ADDRESS",
    .help = "address for jobs: unix:PATH or tcp:HOST:PORT (tcp:[::1]:PORT for IPv6; port 0 takes a "
            "free one)",
    .missing = "nothing to listen on; give --listen unix:PATH or --listen tcp:HOST:PORT",
};

const CmdRepeat augd_settings_dataset = {
    .name = "dataset",
    .unit = "NAME=KIND:PATH",
    .help = "a data set to serve, by the name that jobs ask for; ,key=value may follow",
    .missing = "nothing to serve; give --dataset NAME=KIND:PATH",
};

/* Decimal digits at the start of text; false if there are none or the number is too large. */
static bool read_number(const char *text, uint64_t *value, const char **rest)
{
    const char *at = text;
    *value = 0;
    for (; *at >= '0' && *at <= '9'; at++) {
        uint64_t digit = (uint64_t)(*at - '0');
        if (*value > (UINT64_MAX - digit) / 10)
            return false;
        *value = *value * 10 + digit;
    }
    *rest = at;
    return at != text;
}

/* Memory that this process may use: the machine's, or less if it runs in a limited group. */
static uint64_t total_memory(void)
{
    uint64_t total = uv_get_total_memory(), limit = uv_get_constrained_memory();
    return limit > 0 && limit < total ? limit : total;
}

static bool read_memory(const char *text, uint64_t *size)
{
    static const struct {
        const char *name;
        uint64_t factor;
    } units[] = {
        {"", 1},
        {"KiB", UINT64_C(1) << 10},
        {"MiB", UINT64_C(1) << 20},
        {"GiB", UINT64_C(1) << 30},
    };
    const char *rest;
    uint64_t number;
    if (!read_number(text, &number, &rest))
        return false;
    if (strcmp(rest, "%") == 0) {
        *size = total_memory() / 100 * number;
        return number >= 1 && number <= 80;
    }
    for (size_t i = 0; i < AUG_COUNT(units); i++) {
        if (strcmp(rest, units[i].name) == 0) {
            *size = number * units[i].factor;
            return number >= 1 && number <= UINT64_MAX / units[i].factor;
        }
    }
    return false;
}

/* The folder is there at the start, so that a wrong name does not wait for the first job. */
static AugStatus check_files(const AugdSettings *settings, AugError *error)
{
    if (settings->files &&
        (strlen(settings->files) > 4000 || !augi_path_is_folder(settings->files)))
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL, "--files is \"%s\", which is no folder",
                        settings->files);
    return AUG_OK;
}

AugStatus augd_settings_check(CmdCall *call, AugError *error)
{
    AugdSettings *settings = call->options;
    settings->listen = cmd_call_texts(call, &augd_settings_listen);
    settings->dataset = cmd_call_texts(call, &augd_settings_dataset);
    settings->quiet = call->quiet;
    AUG_TRY(check_files(settings, error));
    if (!read_memory(settings->max_memory, &settings->max_memory_size))
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                        "--max-memory is \"%s\"; allowed is a number of bytes, with KiB, MiB or "
                        "GiB, or from 1%% to 80%%",
                        settings->max_memory);
    if (strcmp(settings->worker_memory, "auto") != 0 &&
        !read_memory(settings->worker_memory, &settings->worker_memory_size))
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                        "--worker-memory is \"%s\"; allowed is auto, or a number of bytes, with "
                        "KiB, MiB or GiB, or from 1%% to 80%%",
                        settings->worker_memory);
    return AUG_OK;
}
