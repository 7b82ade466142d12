/* Groups the members of each shard into samples, and finds the label of each. */
#include "libaug/data/support/tar_index.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libaug/data/support/labels.h"
#include "libaug/data/support/paths.h"
#include "libaug/data/support/pictures.h"

/* Class numbers have seven digits; some writers pad them or end the line. */
#define MAX_CLS_SIZE 32

/* Descriptions with many polygons reach some hundred kilobytes. */
#define MAX_JSON_SIZE (8u << 20)

/* What is known of one key. Parts that were not met have size 0 or header 0 and has_ false. */
typedef struct Sample {
    uint64_t name; /* of the picture, else of the label, in names */
    uint64_t data, size;
    uint64_t json_data, json_size;
    int32_t label;
    bool has_picture, has_label, has_json;
} Sample;

/* The reading of one shard. */
typedef struct Shard {
    AugiTarIndex *index;
    const AugiTarShard *source;
    AugiTarReader reader;
    AugiTarKey key;
    AugiIntern keys;
    Sample *samples; /* by key number */
    uint64_t capacity;
} Shard;

static AugStatus fail_member(const Shard *shard, AugStatus status, const char *name,
                             const char *what, AugError *error)
{
    return AUG_FAIL(error, status, shard->source->path, "the member '%.200s' %s", name, what);
}

static AugStatus find_sample(Shard *shard, const char *key, size_t size, Sample **out,
                             AugError *error)
{
    uint32_t number;
    uint64_t n_before = shard->keys.n, max_size = shard->source->limits->max_resident_size;
    AUG_TRY(augi_intern_add(&shard->keys, key, size, max_size, &number, error));
    if (shard->keys.n > n_before) {
        AUG_TRY(augi_grow(&shard->samples, &shard->capacity, shard->keys.n, sizeof(*shard->samples),
                          max_size, error));
        shard->samples[number] = (Sample){.label = -1};
    }
    *out = &shard->samples[number];
    return AUG_OK;
}

static AugStatus keep_name(Shard *shard, const char *name, uint64_t *offset, AugError *error)
{
    char *joined;
    AUG_TRY(augi_path_make(&joined, error, "%s%s", shard->source->prefix, name));
    AugStatus status = augi_strings_add(&shard->index->names, joined, strlen(joined),
                                        shard->source->limits->max_resident_size, offset, error);
    free(joined);
    return status;
}

static AugStatus take_picture(Shard *shard, Sample *sample, const AugiTarMember *member,
                              AugError *error)
{
    if (sample->has_picture)
        return AUG_FAIL(error, AUG_CORRUPT, shard->source->path,
                        "the pictures '%.120s' and '%.120s' (at byte %" PRIu64
                        ") have the same key; allowed is one picture a key",
                        shard->index->names.text + sample->name, member->name, member->header);
    sample->has_picture = true;
    sample->data = member->data;
    sample->size = member->size;
    return keep_name(shard, member->name, &sample->name, error);
}

static AugStatus take_cls(Shard *shard, Sample *sample, const AugiTarMember *member,
                          AugError *error)
{
    char text[MAX_CLS_SIZE];
    if (sample->has_label)
        return fail_member(shard, AUG_CORRUPT, member->name,
                           "is the second label of its key; allowed is one", error);
    if (member->size == 0 || member->size > sizeof(text))
        return fail_member(shard, AUG_CORRUPT, member->name,
                           "is no label; allowed is a class number in digits", error);
    size_t size = (size_t)member->size;
    AUG_TRY(augi_tar_read(&shard->reader, member->data, text, size, error));
    size_t begin = 0;
    while (begin < size && strchr(" \t\r\n", text[begin]) && text[begin])
        begin++;
    while (size > begin && strchr(" \t\r\n", text[size - 1]) && text[size - 1])
        size--;
    if (!augi_label_parse(text + begin, size - begin, shard->source->limits, &sample->label))
        return AUG_FAIL(error, AUG_CORRUPT, shard->source->path,
                        "the member '%.200s' holds no label; allowed is 0 to %" PRIu32 " in digits",
                        member->name, shard->source->limits->max_classes - 1);
    sample->has_label = true;
    return sample->has_picture ? AUG_OK : keep_name(shard, member->name, &sample->name, error);
}

static AugStatus pass_over(Shard *shard, AugiPassReason reason, const char *name,
                           const char *ending, AugError *error)
{
    char *joined;
    AUG_TRY(augi_path_make(&joined, error, "%s%s%s", shard->source->prefix, name, ending));
    const AugStatus status = augi_passed_over_add(shard->source->passed, reason, joined, error);
    free(joined);
    return status;
}

static AugStatus take_json(Shard *shard, Sample *sample, const AugiTarMember *member,
                           AugError *error)
{
    if (sample->has_json)
        return fail_member(shard, AUG_CORRUPT, member->name,
                           "is the second description of its key; allowed is one", error);
    sample->has_json = true;
    sample->json_data = member->data;
    sample->json_size = member->size;
    return AUG_OK;
}

static AugStatus take_as(Shard *shard, const AugiTarMember *member, const AugiTarName *name,
                         AugError *error)
{
    if (name->is_packed)
        return fail_member(shard, AUG_UNSUPPORTED, member->name,
                           "is compressed; allowed are plain members", error);
    if (member->type == AUGI_TAR_LINK)
        return fail_member(shard, AUG_UNSUPPORTED, member->name,
                           "is a link; allowed are plain files", error);
    Sample *sample;
    AUG_TRY(find_sample(shard, member->name, name->key_size, &sample, error));
    if (name->part == AUGI_TAR_PART_PICTURE)
        return take_picture(shard, sample, member, error);
    return name->part == AUGI_TAR_PART_CLS ? take_cls(shard, sample, member, error)
                                           : take_json(shard, sample, member, error);
}

/* What is refused may be a further part to who packed it, which nobody reads. */
static AugStatus take_part(Shard *shard, const AugiTarMember *member, const AugiTarName *name,
                           AugError *error)
{
    const AugStatus status = take_as(shard, member, name, error);
    const bool is_refused = status == AUG_CORRUPT || status == AUG_UNSUPPORTED;
    if (!is_refused || !error || shard->key != AUGI_TAR_KEY_AUTO ||
        name->dot_size == name->key_size)
        return status;
    const size_t used = strlen(error->message);
    snprintf(error->message + used, sizeof(error->message) - used,
             ", or key: first_dot if it is a further part of '%.*s'",
             (int)(name->dot_size < 120 ? name->dot_size : 120), member->name);
    return status;
}

/* The names of classes are those of all shards. */
static AugStatus join_head(Shard *shard, AugiTarHead *head, AugError *error)
{
    AugiTarIndex *index = shard->index;
    if (index->head_of && !augi_tar_head_equal(&index->head, head)) {
        augi_tar_head_fini(head);
        return AUG_FAIL(error, AUG_CORRUPT, shard->source->path,
                        "its classes are not those of '%.200s'; allowed are archives of one data "
                        "set",
                        index->head_of);
    }
    augi_tar_head_fini(&index->head);
    index->head = *head;
    index->head_of = shard->source->path;
    if (shard->key == AUGI_TAR_KEY_AUTO)
        shard->key = index->head.key;
    return AUG_OK;
}

static AugStatus take_head(Shard *shard, const AugiTarMember *member, AugError *error)
{
    if (member->size > AUGI_TAR_HEAD_MAX_SIZE)
        return AUG_FAIL(error, AUG_TOO_LARGE, shard->source->path,
                        "the member '%.40s' has %" PRIu64 " bytes; %u are allowed", member->name,
                        member->size, AUGI_TAR_HEAD_MAX_SIZE);
    char *text = malloc((size_t)member->size + 1);
    if (!text)
        return AUG_FAIL(error, AUG_NO_MEMORY, shard->source->path, "no memory for a .json member");
    AugiTarHead head = {0};
    AugStatus status =
        augi_tar_read(&shard->reader, member->data, text, (size_t)member->size, error);
    if (status == AUG_OK)
        status = augi_tar_head_read(&head, text, (size_t)member->size, shard->source->path,
                                    shard->source->limits, error);
    free(text);
    return status == AUG_OK ? join_head(shard, &head, error) : status;
}

static AugStatus take_member(Shard *shard, const AugiTarMember *member, AugError *error)
{
    const AugiTarShard *source = shard->source;
    AugiPassReason reason;
    if (member->type == AUGI_TAR_OTHER)
        return AUG_OK;
    if (member->header == 0 && member->type == AUGI_TAR_FILE &&
        strcmp(member->name, AUGI_TAR_HEAD) == 0)
        return take_head(shard, member, error);
    if (augi_tar_is_of_pack(member->name))
        return AUG_OK;
    /* macOS adds "._x.jpg" beside "x.jpg". */
    if (augi_path_is_passed_over(member->name, &reason))
        return pass_over(shard, reason, member->name, "", error);
    const AugiTarName name = augi_tar_name_split(member->name, source->extensions, shard->key);
    if (name.part == AUGI_TAR_PART_NONE)
        return pass_over(shard, AUGI_PASS_ENDING, member->name, "", error);
    if (name.part == AUGI_TAR_PART_FURTHER)
        return pass_over(shard, AUGI_PASS_PART, member->name, "", error);
    return take_part(shard, member, &name, error);
}

/* The sample with a picture of which a key is a part if keys end at the first dot. */
static bool find_whole(const Shard *shard, const char *key, uint32_t *whole)
{
    const size_t size = strlen(key), dot_size = augi_tar_key_dot_size(key, size);
    return shard->key == AUGI_TAR_KEY_AUTO && dot_size < size &&
           augi_intern_find(&shard->keys, key, dot_size, whole) &&
           shard->samples[*whole].has_picture;
}

/* A picture whose name up to the first dot is the key of another one may be a part of that. */
static AugStatus check_key(const Shard *shard, uint64_t number, AugError *error)
{
    uint32_t other;
    if (!find_whole(shard, augi_intern_text(&shard->keys, number), &other))
        return AUG_OK;
    const char *names = shard->index->names.text;
    return AUG_FAIL(error, AUG_CORRUPT, shard->source->path,
                    "the member '%.120s' is a picture of its own if keys end before the ending, "
                    "and a part of '%.120s' if they end at the first dot, as WebDataset's do; "
                    "allowed is key: ending or key: first_dot",
                    names + shard->samples[number].name, names + shard->samples[other].name);
}

/* The member "label" of a JSON object; a description without one says nothing. */
static AugStatus parse_json_label(const Shard *shard, Sample *sample, const char *name,
                                  const char *text, AugError *error)
{
    json_error_t problem;
    json_t *root = json_loadb(text, (size_t)sample->json_size, JSON_REJECT_DUPLICATES, &problem);
    if (!root)
        return AUG_FAIL(error, AUG_CORRUPT, shard->source->path,
                        "the .json beside '%.150s' is not valid at byte %d: %.120s", name,
                        problem.position, problem.text);
    const json_t *label = json_object_get(root, "label");
    AugStatus status = AUG_OK;
    if (label && !json_is_null(label)) {
        json_int_t value = json_is_integer(label) ? json_integer_value(label) : -1;
        if (value < 0 || value >= shard->source->limits->max_classes)
            status = AUG_FAIL(error, AUG_CORRUPT, shard->source->path,
                              "the .json beside '%.150s' has a label that is not a whole number "
                              "from 0 to %" PRIu32,
                              name, shard->source->limits->max_classes - 1);
        else
            sample->label = (int32_t)value;
    }
    json_decref(root);
    return status;
}

static AugStatus read_json_label(Shard *shard, Sample *sample, AugError *error)
{
    const char *name = shard->index->names.text + sample->name;
    if (sample->json_size > MAX_JSON_SIZE)
        return AUG_FAIL(error, AUG_TOO_LARGE, shard->source->path,
                        "the .json beside '%.200s' has %" PRIu64 " bytes; %u are allowed", name,
                        sample->json_size, MAX_JSON_SIZE);
    char *text = malloc((size_t)sample->json_size + 1);
    if (!text)
        return AUG_FAIL(error, AUG_NO_MEMORY, shard->source->path, "no memory for a .json member");
    AugStatus status = augi_file_read(shard->source->file, sample->json_data, text,
                                      (size_t)sample->json_size, shard->source->path, error);
    if (status == AUG_OK)
        status = parse_json_label(shard, sample, name, text, error);
    free(text);
    return status;
}

static AugStatus refuse_label(const Shard *shard, const Sample *sample, const char *key,
                              AugError *error)
{
    const char *names = shard->index->names.text;
    uint32_t whole;
    if (find_whole(shard, key, &whole))
        return AUG_FAIL(error, AUG_CORRUPT, shard->source->path,
                        "the label '%.120s' has no picture beside it whose key is '%.120s'; it is "
                        "a part of '%.120s' if keys end at the first dot, as WebDataset's do: "
                        "allowed is key: first_dot",
                        names + sample->name, key, names + shard->samples[whole].name);
    return AUG_FAIL(error, AUG_CORRUPT, shard->source->path,
                    "the label '%.160s' has no picture beside it whose key is '%.160s'; allowed "
                    "are names that end in one of: %.100s",
                    names + sample->name, key, shard->source->extensions);
}

static AugStatus finish_sample(Shard *shard, uint64_t number, AugError *error)
{
    AugiTarIndex *index = shard->index;
    Sample *sample = &shard->samples[number];
    const AugLimits *limits = shard->source->limits;
    const char *key = augi_intern_text(&shard->keys, number);
    if (!sample->has_picture && !sample->has_label)
        return pass_over(shard, AUGI_PASS_PART, key, ".json", error);
    if (!sample->has_picture)
        return refuse_label(shard, sample, key, error);
    AUG_TRY(check_key(shard, number, error));
    if (!sample->has_label && sample->has_json)
        AUG_TRY(read_json_label(shard, sample, error));
    AUG_TRY(augi_grow(&index->pictures, &index->capacity, index->n + 1, sizeof(*index->pictures),
                      limits->max_resident_size, error));
    index->pictures[index->n++] = (AugiTarPicture){
        .name = sample->name,
        .data = sample->data,
        .size = sample->size,
        .shard = shard->source->number,
        .base = (uint32_t)strlen(shard->source->prefix),
        .label = sample->label,
    };
    return AUG_OK;
}

static AugStatus read_shard(Shard *shard, AugError *error)
{
    AUG_TRY(augi_tar_begin(&shard->reader, error));
    AugStatus status = AUG_OK;
    while (status == AUG_OK) {
        AugiTarMember member;
        status = augi_tar_next(&shard->reader, &member, error);
        if (status == AUG_OK)
            status = take_member(shard, &member, error);
    }
    if (status != AUG_END)
        return status;
    for (uint64_t i = 0; i < shard->keys.n; i++)
        AUG_TRY(finish_sample(shard, i, error));
    return augi_file_check(shard->source->file, shard->source->path, error);
}

AugStatus augi_tar_index_add(AugiTarIndex *index, const AugiTarShard *source, AugError *error)
{
    Shard *shard = calloc(1, sizeof(*shard));
    if (!shard)
        return AUG_FAIL(error, AUG_NO_MEMORY, source->path, "no memory to read it");
    shard->index = index;
    shard->source = source;
    shard->key = source->key;
    shard->reader.file = source->file;
    shard->reader.path = source->path;
    AugStatus status = read_shard(shard, error);
    augi_intern_fini(&shard->keys);
    free(shard->samples);
    free(shard);
    return status;
}

void augi_tar_index_fini(AugiTarIndex *index)
{
    augi_tar_head_fini(&index->head);
    augi_strings_fini(&index->names);
    free(index->pictures);
    *index = (AugiTarIndex){0};
}
