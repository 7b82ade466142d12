/* A text that begins with its own digest. */
#include "cli/state_file.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/files.h"
#include "libaug/base/hash.h"
#include "libaug/base/input_file.h"

/* Some counts and words. */
#define MOST_STATE (64 << 10)

/* What stands before the digest, and what all of it begins with. */
#define DIGEST_BEGIN "{\"digest\":\""
#define DIGEST_SIZE (sizeof(DIGEST_BEGIN) - 1 + 64 + 1)

/* Stands in the digest's place until the rest is known. */
#define NO_DIGEST "0000000000000000000000000000000000000000000000000000000000000000"

const char *cli_state_text(const AugiTree *map, const char *key)
{
    const AugiTree *value = map ? augi_tree_get(map, key) : NULL;
    return value && value->kind == AUGI_TREE_SCALAR ? value->text : "nothing";
}

uint64_t cli_state_number(const AugiTree *map, const char *key)
{
    return strtoull(cli_state_text(map, key), NULL, 10);
}

static AugStatus parse(const CliStateFile *file, const char *text, AugiTreeDocument **document,
                       AugError *error)
{
    AugLimits limits;
    aug_limits_init(&limits);
    AugProblems problems = {0};
    *document = NULL;
    if (augi_tree_parse(document, text, strlen(text), file->path, &limits, &problems) == AUG_OK &&
        (*document)->root.kind == AUGI_TREE_MAP)
        return AUG_OK;
    augi_tree_free(*document);
    *document = NULL;
    return AUG_FAIL(error, AUG_CORRUPT, file->path,
                    "this is not what a run of aug %s leaves; remove it to begin anew",
                    file->command);
}

/* Digest of a state's text, but for the digest itself. */
static AugStatus digest_rest(const char *text, size_t size, char hex[65], AugError *error)
{
    AugiHash hash = {0};
    AUG_TRY(augi_hash_init(&hash, error));
    augi_hash_add(&hash, text + DIGEST_SIZE, size - DIGEST_SIZE);
    augi_hash_hex(&hash, hex);
    return AUG_OK;
}

/* Whether a state is as it was written. */
static AugStatus verify(const CliStateFile *file, const char *text, size_t size, AugError *error)
{
    const size_t begin = sizeof(DIGEST_BEGIN) - 1;
    char hex[65] = "";
    if (size >= DIGEST_SIZE && memcmp(text, DIGEST_BEGIN, begin) == 0)
        AUG_TRY(digest_rest(text, size, hex, error));
    if (hex[0] && memcmp(text + begin, hex, 64) == 0)
        return AUG_OK;
    return AUG_FAIL(error, AUG_CORRUPT, file->path,
                    "this is not what a run of aug %s leaves, or was damaged or edited since; "
                    "remove it to begin anew",
                    file->command);
}

AugStatus cli_state_load(const CliStateFile *file, AugiTreeDocument **document, AugError *error)
{
    uint8_t *bytes;
    size_t size;
    *document = NULL;
    if (access(file->path, F_OK) != 0)
        return AUG_OK;
    AUG_TRY(augi_input_file_load(file->path, MOST_STATE, &bytes, &size, error));
    AugStatus status = verify(file, (const char *)bytes, size, error);
    if (status == AUG_OK)
        status = parse(file, (const char *)bytes, document, error);
    free(bytes);
    return status;
}

AugStatus cli_state_compare(const CliStateFile *file, const AugiTreeDocument *document,
                            const char *run, const CliStateMember *members, size_t n,
                            AugError *error)
{
    const AugiTree *theirs = augi_tree_get(&document->root, "run");
    AugiTreeDocument *ours;
    AUG_TRY(parse(file, run, &ours, error));
    AugStatus status = AUG_OK;
    for (size_t i = 0; i < n && status == AUG_OK; i++) {
        const char *was = cli_state_text(theirs, members[i].key);
        const char *is = cli_state_text(&ours->root, members[i].key);
        const int shown = members[i].shown;
        if (strcmp(was, is) != 0)
            status = AUG_FAIL(error, AUG_BAD_ARGUMENT, file->output,
                              "an interrupted run with another %s (%.*s, this one has %.*s) "
                              "stands there; use another --output, or remove '%s'",
                              members[i].words, shown, was, shown, is, file->path);
    }
    augi_tree_free(ours);
    return status;
}

void cli_state_begin(AugiJsonWriter *writer)
{
    augi_json_object(writer);
    augi_json_text_member(writer, "digest", NO_DIGEST);
}

AugStatus cli_state_save(const CliStateFile *file, AugiJsonWriter *writer, AugError *error)
{
    augi_json_object_end(writer);
    char *text = augi_json_take(writer);
    if (!text)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for a description");
    char hex[65];
    AugStatus status = digest_rest(text, strlen(text), hex, error);
    if (status == AUG_OK) {
        memcpy(text + sizeof(DIGEST_BEGIN) - 1, hex, 64);
        status = cli_file_write(file->path, text, strlen(text), error);
    }
    free(text);
    return status;
}
