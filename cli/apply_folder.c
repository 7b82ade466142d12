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
#include "cli/outcome.h"
#include "libaug/base/hash.h"
#include "libaug/base/input_file.h"
#include "libaug/base/json_writer.h"
#include "libaug/base/output_file.h"
#include "libaug/base/tree.h"
#include "libaug/run/plan.h"

/* Large enough for the largest spec in its canonical form, with room for what stands around. */
#define MAX_RUN_FILE (16 << 20)

/* Keys of the run file in the order in which a difference is reported, and their words. */
static const struct {
    const char *key, *words;
} compared[] = {
    {"engine", "engine"},      {"fingerprint", "input data"},
    {"content", "input data"}, {"spec_digest", "specification or --seed"},
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

/* The content id, for which what was never read is read once. "unreadable" where a sample can never
 * be read, such as a file that is too large, which the run itself reports beside its name. */
static AugStatus find_content(const AugDataset *dataset, char hex[65], AugError *error)
{
    AugStatus status = aug_dataset_record(dataset, NULL, error);
    if (status == AUG_OK)
        status = aug_dataset_content_id(dataset, hex, error);
    if (status == AUG_OK || !cli_is_of_sample(status))
        return status;
    snprintf(hex, 65, "unreadable");
    return AUG_OK;
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
    if (status == AUG_OK)
        status = find_content(plan->dataset, content, error);
    if (status != AUG_OK) {
        free(canonical);
        return status;
    }
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
        return cli_file_failed(errno, output, "read the folder", error);
    char found[NAME_MAX + 1] = "";
    for (const struct dirent *entry = readdir(folder); entry && !found[0];
         entry = readdir(folder)) {
        const char *name = entry->d_name;
        if (strcmp(name, ".") != 0 && strcmp(name, "..") != 0 &&
            strcmp(name, CLI_APPLY_RUN_FILE CLI_PART_ENDING) != 0)
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

/* On the disk before anything that it stands for, or a power cut would leave a folder of files that
 * no run may go on in. */
static AugStatus write_run_file(const CliOutput *output, const char *ours, AugError *error)
{
    const AugiOutputOptions options = {.sole = true, .durable = true, .below = &output->fd};
    int number;
    const AugStatus status =
        augi_output_file_save(CLI_APPLY_RUN_FILE, ours, strlen(ours), options, &number, error);
    return status == AUG_IO
               ? cli_apply_output_failed(output, number, CLI_APPLY_RUN_FILE, "write it", error)
               : status;
}

static AugStatus claim(CliOutput *output, const char *ours, AugError *error)
{
    char path[PATH_MAX];
    if (snprintf(path, sizeof(path), "%s/%s", output->path, CLI_APPLY_RUN_FILE) >=
        (int)sizeof(path))
        return AUG_FAIL(error, AUG_TOO_LARGE, output->path, "the path is too long");
    output->is_used = cli_apply_output_has(output, CLI_APPLY_RUN_FILE);
    if (!output->is_used) {
        AUG_TRY(check_empty(output->path, error));
        return write_run_file(output, ours, error);
    }
    uint8_t *bytes;
    size_t size;
    AUG_TRY(augi_input_file_load(path, MAX_RUN_FILE, &bytes, &size, error));
    const char *theirs = (const char *)bytes;
    AugStatus status = AUG_OK;
    if (strcmp(theirs, ours) != 0)
        status = fail_other_run(output->path, theirs, ours, error);
    free(bytes);
    return status;
}

static AugStatus lock_folder(CliOutput *output, AugError *error)
{
    output->fd = open(output->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (output->fd < 0)
        return cli_file_failed(errno, output->path, "open the folder", error);
    if (flock(output->fd, LOCK_EX | LOCK_NB) == 0)
        return AUG_OK;
    if (errno == EWOULDBLOCK)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, output->path,
                        "another aug apply is writing into this folder");
    return cli_file_failed(errno, output->path, "lock the folder", error);
}

AugStatus cli_apply_folder_enter(CliOutput *output, const AugPlan *plan, const CliApplyForm *form,
                                 AugError *error)
{
    char *ours = NULL;
    output->fd = -1;
    AugStatus status = cli_folder_make(output->path, error);
    if (status == AUG_OK)
        status = lock_folder(output, error);
    if (status == AUG_OK)
        status = describe_run(plan, form, &ours, error);
    if (status == AUG_OK)
        status = claim(output, ours, error);
    free(ours);
    if (status != AUG_OK)
        cli_apply_folder_leave(output);
    return status;
}

void cli_apply_folder_leave(CliOutput *output)
{
    if (output->fd >= 0)
        close(output->fd);
    output->fd = -1;
}
