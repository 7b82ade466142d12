/* The run file by which an output folder remembers what is being made in it, and the lock that
 * keeps a second run out. */
#include "cli/apply_folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "aug/version.h"
#include "cli/files.h"
#include "libaug/base/hash.h"
#include "libaug/base/input_file.h"
#include "libaug/base/json_writer.h"
#include "libaug/base/tree.h"
#include "libaug/run/plan.h"

/* Large enough for the largest spec in its canonical form, with room for what stands around. */
#define MAX_RUN_FILE (16 << 20)

/* Keys of the run file in the order in which a difference is reported, and their words. */
static const struct {
    const char *key, *words;
} compared[] = {
    {"engine", "engine"},      {"fingerprint", "input data"},
    {"content", "input data"}, {"spec_digest", "specification"},
    {"copies", "--copies"},    {"format", "--format"},
    {"quality", "--quality"},
};

static AugStatus digest_text(const char *text, char hex[65], AugError *error)
{
    AugiHash hash = {0};
    AUG_TRY(augi_hash_init(&hash, error));
    augi_hash_add(&hash, text, strlen(text));
    augi_hash_hex(&hash, hex);
    return AUG_OK;
}

/* The content id, for which what was never read is read once, or "unreadable": then some file of
 * the input cannot be read, which the run itself will report beside the file's name. */
static void find_content(const AugDataset *dataset, char hex[65])
{
    AugError ignored = {0};
    if (aug_dataset_record(dataset, NULL, &ignored) != AUG_OK ||
        aug_dataset_content_id(dataset, hex, &ignored) != AUG_OK)
        snprintf(hex, 65, "unreadable");
}

static AugStatus describe_run(const AugPlan *plan, const CliApplyForm *form, char **text,
                              AugError *error)
{
    char *canonical = aug_spec_canonical(augi_plan_spec(plan));
    if (!canonical)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for the specification");
    char spec_digest[65];
    char fingerprint[65], content[65];
    AugStatus status = digest_text(canonical, spec_digest, error);
    if (status == AUG_OK)
        status = aug_dataset_fingerprint(plan->dataset, fingerprint, error);
    if (status != AUG_OK) {
        free(canonical);
        return status;
    }
    find_content(plan->dataset, content);
    AugiJsonWriter writer = {.indent = 2};
    augi_json_object(&writer);
    augi_json_text_member(&writer, "engine", AUG_ENGINE);
    augi_json_text_member(&writer, "fingerprint", fingerprint);
    augi_json_text_member(&writer, "content", content);
    augi_json_text_member(&writer, "spec_digest", spec_digest);
    augi_json_key(&writer, "copies");
    augi_json_unsigned(&writer, form->n_copies);
    augi_json_text_member(&writer, "format", form->format);
    augi_json_key(&writer, "quality");
    augi_json_integer(&writer, form->quality);
    augi_json_key(&writer, "spec");
    augi_json_raw(&writer, canonical);
    augi_json_object_end(&writer);
    free(canonical);
    *text = augi_json_take(&writer);
    return *text ? AUG_OK : AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for a description");
}

static const char *value_of(const AugiTreeDocument *document, const char *key)
{
    const AugiTree *value = document ? augi_tree_get(&document->root, key) : NULL;
    return value && value->kind == AUGI_TREE_SCALAR ? value->text : "nothing";
}

/* Says what differs between two descriptions that are not equal. */
static AugStatus fail_other_run(const char *output, const char *theirs, const char *ours,
                                AugError *error)
{
    AugLimits limits;
    aug_limits_init(&limits);
    AugProblems problems = {0};
    AugiTreeDocument *before = NULL;
    AugiTreeDocument *now = NULL;
    const bool read =
        augi_tree_parse(&before, theirs, strlen(theirs), output, &limits, &problems) == AUG_OK &&
        augi_tree_parse(&now, ours, strlen(ours), output, &limits, &problems) == AUG_OK;
    AugStatus status = AUG_FAIL(error, AUG_BAD_ARGUMENT, output,
                                "the folder holds another run of aug apply; use another --output");
    for (size_t i = 0; read && i < AUG_COUNT(compared); i++) {
        const char *was = value_of(before, compared[i].key);
        const char *is = value_of(now, compared[i].key);
        if (strcmp(was, is) == 0)
            continue;
        status = AUG_FAIL(error, AUG_BAD_ARGUMENT, output,
                          "the folder holds a run with another %s (%.12s, this one has %.12s); use "
                          "another --output",
                          compared[i].words, was, is);
        break;
    }
    augi_tree_free(before);
    augi_tree_free(now);
    return status;
}

/* Whether a folder holds nothing but perhaps the beginning of a run file. */
static AugStatus check_empty(const char *output, AugError *error)
{
    DIR *folder = opendir(output);
    if (!folder)
        return AUG_FAIL(error, AUG_NOT_FOUND, output, "cannot read the folder: %s",
                        strerror(errno));
    char found[NAME_MAX + 1] = "";
    for (const struct dirent *entry = readdir(folder); entry && !found[0];
         entry = readdir(folder)) {
        const char *name = entry->d_name;
        if (strcmp(name, ".") != 0 && strcmp(name, "..") != 0 &&
            strcmp(name, CLI_APPLY_RUN_FILE ".part") != 0)
            snprintf(found, sizeof(found), "%s", name);
    }
    closedir(folder);
    if (!found[0])
        return AUG_OK;
    return AUG_FAIL(error, AUG_BAD_ARGUMENT, output,
                    "the folder holds '%s' and no run of aug apply; allowed is a new or empty "
                    "folder",
                    found);
}

static AugStatus claim(const char *output, const char *ours, AugError *error)
{
    char path[PATH_MAX];
    if (snprintf(path, sizeof(path), "%s/%s", output, CLI_APPLY_RUN_FILE) >= (int)sizeof(path))
        return AUG_FAIL(error, AUG_TOO_LARGE, output, "the path is too long");
    if (!cli_file_is_complete(path)) {
        AUG_TRY(check_empty(output, error));
        return cli_file_write(path, ours, strlen(ours), error);
    }
    uint8_t *bytes;
    size_t size;
    AUG_TRY(augi_input_file_load(path, MAX_RUN_FILE, &bytes, &size, error));
    const char *theirs = (const char *)bytes;
    AugStatus status = AUG_OK;
    if (strcmp(theirs, ours) != 0)
        status = fail_other_run(output, theirs, ours, error);
    free(bytes);
    return status;
}

static AugStatus lock_folder(const char *output, int *lock, AugError *error)
{
    *lock = open(output, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (*lock < 0)
        return AUG_FAIL(error, AUG_NOT_FOUND, output, "cannot open the folder: %s",
                        strerror(errno));
    if (flock(*lock, LOCK_EX | LOCK_NB) == 0)
        return AUG_OK;
    const int number = errno;
    close(*lock);
    *lock = -1;
    if (number == EWOULDBLOCK)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, output,
                        "another aug apply is writing into this folder");
    return AUG_FAIL(error, AUG_IO, output, "cannot lock the folder: %s", strerror(number));
}

AugStatus cli_apply_folder_enter(const char *output, const AugPlan *plan, const CliApplyForm *form,
                                 int *lock, AugError *error)
{
    *lock = -1;
    AUG_TRY(cli_folder_make(output, error));
    AUG_TRY(lock_folder(output, lock, error));
    char *ours = NULL;
    AugStatus status = describe_run(plan, form, &ours, error);
    if (status == AUG_OK)
        status = claim(output, ours, error);
    free(ours);
    if (status != AUG_OK) {
        close(*lock);
        *lock = -1;
    }
    return status;
}
