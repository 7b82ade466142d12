/* The state as JSON: a digest of all that stands behind it, the run, the sizes of its files, the next
 * row and the counts. The digest tells a state that was damaged or edited, with which rows would be
 * left out or made twice in silence. */
#include "cli/rows_state.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "aug/version.h"
#include "cli/files.h"
#include "libaug/base/hash.h"
#include "libaug/base/input_file.h"
#include "libaug/base/json_writer.h"
#include "libaug/data/support/paths.h"
#include "libaug/run/plan.h"

/* Some counts and words. */
#define MOST_STATE (64 << 10)

/* What stands before the digest, and what all of it begins with. */
#define DIGEST_BEGIN "{\"digest\":\""
#define DIGEST_SIZE (sizeof(DIGEST_BEGIN) - 1 + 64 + 1)

/* Stands in the digest's place until the rest is known. */
#define NO_DIGEST "0000000000000000000000000000000000000000000000000000000000000000"

/* Members of the run in the order in which a difference is reported, their words, and how many letters
 * of theirs are shown: the first ones of a digest, all of a path. */
#define DIGEST_LETTERS 12
#define PATH_LETTERS 200
static const struct {
    const char *key, *words;
    int shown;
} compared[] = {
    {"engine", "engine", DIGEST_LETTERS},
    {"fingerprint", "input data", DIGEST_LETTERS},
    {"spec", "specification or --seed", DIGEST_LETTERS},
    {"copies", "--copies", DIGEST_LETTERS},
    {"originals", "--include-original", DIGEST_LETTERS},
    {"dedupe", "--dedupe", DIGEST_LETTERS},
    {"edits", "--edits", PATH_LETTERS},
};

static AugStatus digest_spec(const AugPlan *plan, char hex[65], AugError *error)
{
    char *canonical = aug_spec_canonical(augi_plan_spec(plan));
    AugiHash hash = {0};
    AugStatus status = AUG_OK;
    if (!canonical)
        status = AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for the specification");
    if (status == AUG_OK)
        status = augi_hash_init(&hash, error);
    if (status == AUG_OK) {
        augi_hash_add_text(&hash, canonical);
        augi_hash_hex(&hash, hex);
    }
    free(canonical);
    return status;
}

static void add_bool(AugiJsonWriter *writer, const char *key, bool value)
{
    augi_json_key(writer, key);
    augi_json_bool(writer, value);
}

/* Where the edits go, from wherever the command is given: the file itself may not be there. */
static AugStatus add_edits(AugiJsonWriter *writer, const char *path, AugError *error)
{
    char *folder = NULL;
    if (!path) {
        augi_json_text_member(writer, "edits", "none");
        return AUG_OK;
    }
    AUG_TRY(augi_path_make(&folder, error, "%.*s.", (int)augi_path_folder_size(path), path));
    char *real = realpath(folder, NULL);
    free(folder);
    if (!real)
        return cli_file_failed(errno, path, "write it", error);
    augi_json_key(writer, "edits");
    augi_json_text_begin(writer);
    augi_json_text_add(writer, real);
    augi_json_text_add(writer, "/");
    augi_json_text_add(writer, augi_path_base(path));
    augi_json_text_end(writer);
    free(real);
    return AUG_OK;
}

AugStatus cli_rows_state_describe(CliRowsFiles *files, const CliRowsJob *job, AugError *error)
{
    char spec[65], fingerprint[65];
    AUG_TRY(digest_spec(job->plan, spec, error));
    AUG_TRY(aug_dataset_fingerprint(aug_plan_dataset(job->plan), fingerprint, error));
    AugiJsonWriter writer = {0};
    augi_json_object(&writer);
    augi_json_text_member(&writer, "engine", AUG_ENGINE);
    augi_json_text_member(&writer, "fingerprint", fingerprint);
    augi_json_text_member(&writer, "spec", spec);
    augi_json_unsigned_member(&writer, "copies", job->n_copies);
    add_bool(&writer, "originals", job->with_originals);
    add_bool(&writer, "dedupe", job->dedupe);
    const AugStatus status = add_edits(&writer, files->edits_path, error);
    augi_json_object_end(&writer);
    files->run = augi_json_take(&writer);
    AUG_TRY(status);
    return files->run ? AUG_OK
                      : AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for a description");
}

static const char *text_of(const AugiTree *map, const char *key)
{
    const AugiTree *value = map ? augi_tree_get(map, key) : NULL;
    return value && value->kind == AUGI_TREE_SCALAR ? value->text : "nothing";
}

static uint64_t number_of(const AugiTree *map, const char *key)
{
    return strtoull(text_of(map, key), NULL, 10);
}

static AugStatus parse(const char *text, const char *name, AugiTreeDocument **document,
                       AugError *error)
{
    AugLimits limits;
    aug_limits_init(&limits);
    AugProblems problems = {0};
    if (augi_tree_parse(document, text, strlen(text), name, &limits, &problems) == AUG_OK &&
        (*document)->root.kind == AUGI_TREE_MAP)
        return AUG_OK;
    augi_tree_free(*document);
    return AUG_FAIL(error, AUG_CORRUPT, name,
                    "this is not what a run of aug apply leaves; remove it to begin anew");
}

/* Whether the state is of this run. */
static AugStatus compare(const CliRowsFiles *files, const AugiTree *theirs, AugError *error)
{
    AugiTreeDocument *ours;
    AUG_TRY(parse(files->run, files->state_path, &ours, error));
    AugStatus status = AUG_OK;
    for (size_t i = 0; i < sizeof(compared) / sizeof(compared[0]) && status == AUG_OK; i++) {
        const char *was = text_of(theirs, compared[i].key);
        const char *is = text_of(&ours->root, compared[i].key);
        const int shown = compared[i].shown;
        if (strcmp(was, is) != 0)
            status = AUG_FAIL(error, AUG_BAD_ARGUMENT, files->output,
                              "an interrupted run with another %s (%.*s, this one has %.*s) "
                              "stands there; use another --output, or remove '%s'",
                              compared[i].words, shown, was, shown, is, files->state_path);
    }
    augi_tree_free(ours);
    return status;
}

/* Takes over the counts. Words of outcomes live in the document. */
static void take(CliRowsFiles *files, const AugiTree *root)
{
    const AugiTree *outcomes = augi_tree_get(root, "outcomes");
    files->lines.size = number_of(root, "size");
    files->edits.size = number_of(root, "edits_size");
    files->errors.size = number_of(root, "errors_size");
    files->next = files->n_kept = number_of(root, "next");
    files->is_done = strcmp(text_of(root, "done"), "true") == 0;
    files->tally = (CliRowsTally){.n_rows = files->next,
                                  .n_failed = number_of(root, "failed"),
                                  .n_written = number_of(root, "written"),
                                  .n_dropped = number_of(root, "dropped")};
    for (size_t i = 0; outcomes && i < outcomes->n_children; i++) {
        const AugiTree *child = &outcomes->children[i];
        cli_rows_tally_add(&files->tally, child->key, number_of(outcomes, child->key));
    }
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
static AugStatus verify(const char *text, size_t size, const char *name, AugError *error)
{
    const size_t begin = sizeof(DIGEST_BEGIN) - 1;
    char hex[65] = "";
    if (size >= DIGEST_SIZE && memcmp(text, DIGEST_BEGIN, begin) == 0)
        AUG_TRY(digest_rest(text, size, hex, error));
    if (hex[0] && memcmp(text + begin, hex, 64) == 0)
        return AUG_OK;
    return AUG_FAIL(error, AUG_CORRUPT, name,
                    "this is not what a run of aug apply leaves, or was damaged or edited since; "
                    "remove it to begin anew");
}

AugStatus cli_rows_state_load(CliRowsFiles *files, bool *is_begun, AugError *error)
{
    *is_begun = access(files->state_path, F_OK) == 0;
    if (!*is_begun)
        return AUG_OK;
    uint8_t *bytes;
    size_t size;
    AugiTreeDocument *document;
    AUG_TRY(augi_input_file_load(files->state_path, MOST_STATE, &bytes, &size, error));
    AugStatus status = verify((const char *)bytes, size, files->state_path, error);
    if (status == AUG_OK)
        status = parse((const char *)bytes, files->state_path, &document, error);
    free(bytes);
    AUG_TRY(status);
    augi_tree_free(files->document);
    files->document = document;
    AUG_TRY(compare(files, augi_tree_get(&document->root, "run"), error));
    take(files, &document->root);
    return AUG_OK;
}

AugStatus cli_rows_state_save(const CliRowsFiles *files, AugError *error)
{
    const CliRowsTally *tally = &files->tally;
    AugiJsonWriter writer = {0};
    augi_json_object(&writer);
    augi_json_text_member(&writer, "digest", NO_DIGEST);
    augi_json_key(&writer, "run");
    augi_json_raw(&writer, files->run);
    add_bool(&writer, "done", files->is_done);
    augi_json_unsigned_member(&writer, "next", files->next);
    augi_json_unsigned_member(&writer, "size", files->lines.size);
    augi_json_unsigned_member(&writer, "edits_size", files->edits.size);
    augi_json_unsigned_member(&writer, "errors_size", files->errors.size);
    augi_json_unsigned_member(&writer, "failed", tally->n_failed);
    augi_json_unsigned_member(&writer, "written", tally->n_written);
    augi_json_unsigned_member(&writer, "dropped", tally->n_dropped);
    augi_json_key(&writer, "outcomes");
    augi_json_object(&writer);
    for (uint32_t i = 0; i < tally->n_words; i++)
        augi_json_unsigned_member(&writer, tally->words[i], tally->n_of[i]);
    augi_json_object_end(&writer);
    augi_json_object_end(&writer);
    char *text = augi_json_take(&writer);
    if (!text)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for a description");
    char hex[65];
    AugStatus status = digest_rest(text, strlen(text), hex, error);
    if (status == AUG_OK) {
        memcpy(text + sizeof(DIGEST_BEGIN) - 1, hex, 64);
        status = cli_file_write(files->state_path, text, strlen(text), error);
    }
    free(text);
    return status;
}
