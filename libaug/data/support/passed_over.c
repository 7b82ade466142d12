/* The reasons for which files are passed over, and the names that no person gave. */
#include "libaug/data/support/passed_over.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "libaug/spec/param.h"

static const struct {
    const char *word, *reason;
} texts[AUGI_PASS_N_REASONS] = {
    [AUGI_PASS_HIDDEN] = {"hidden", "the name begins with a dot"},
    [AUGI_PASS_SYSTEM] = {"system", "a system or program keeps such names for itself"},
    [AUGI_PASS_ENDING] = {"ending", "the name ends in nothing that is read"},
    [AUGI_PASS_PART] = {"part", "a further part of a sample, or a part of none"},
};

/* What archivers, file managers, photo stations and recycle bins leave behind. Those that begin
 * with a dot need no line. */
static const char *const system_names[] = {
    "__MACOSX",                  /* zip of macOS */
    "Icon\r",                    /* macOS */
    "Thumbs.db",                 /* Windows */
    "ehthumbs.db",               /* Windows */
    "ehthumbs_vista.db",         /* Windows */
    "desktop.ini",               /* Windows */
    "$RECYCLE.BIN",              /* Windows */
    "RECYCLER",                  /* Windows */
    "System Volume Information", /* Windows */
    "@eaDir",                    /* Synology */
    "#recycle",                  /* Synology */
    "#snapshot",                 /* Synology */
    "@tmp",                      /* Synology */
    "@Recycle",                  /* QNAP */
    "@Recently-Snapshot",        /* QNAP */
    "@Transcode",                /* QNAP */
    "lost+found",                /* file systems of Linux */
    "__pycache__",               /* Python */
};

bool augi_name_is_passed_over(const char *base, AugiPassReason *reason)
{
    *reason = AUGI_PASS_HIDDEN;
    if (base[0] == '.')
        return true;
    *reason = AUGI_PASS_SYSTEM;
    for (size_t i = 0; i < AUG_COUNT(system_names); i++)
        if (strcasecmp(base, system_names[i]) == 0)
            return true;
    return false;
}

bool augi_path_is_passed_over(const char *path, AugiPassReason *reason)
{
    char part[256];
    while (*path) {
        const size_t size = strcspn(path, "/");
        /* No name of the list is as long, and of a hidden one the first byte is enough. */
        const size_t kept = size < sizeof(part) ? size : sizeof(part) - 1;
        memcpy(part, path, kept);
        part[kept] = 0;
        if (augi_name_is_passed_over(part, reason))
            return true;
        path += size;
        path += *path == '/';
    }
    return false;
}

AugStatus augi_passed_over_add(AugiPassedOver *passed, AugiPassReason reason, const char *name,
                               AugError *error)
{
    if (!passed)
        return AUG_OK;
    char **kept = &passed->examples[reason];
    passed->items[reason].n++;
    if (*kept && strcmp(*kept, name) <= 0)
        return AUG_OK;
    char *example = strdup(name);
    if (!example)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for a name");
    free(*kept);
    *kept = example;
    return AUG_OK;
}

void augi_passed_over_finish(AugiPassedOver *passed)
{
    for (size_t i = 0; i < AUGI_PASS_N_REASONS; i++) {
        if (passed->examples[i])
            passed->items[passed->n_items++] = (AugPassedOver){
                .word = texts[i].word,
                .reason = texts[i].reason,
                .n = passed->items[i].n,
                .example = passed->examples[i],
            };
    }
}

void augi_passed_over_fini(AugiPassedOver *passed)
{
    for (size_t i = 0; i < AUGI_PASS_N_REASONS; i++)
        free(passed->examples[i]);
    *passed = (AugiPassedOver){0};
}
