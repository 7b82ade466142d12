/* Finds the kind of data set by how a file begins, and names what is not a data set. */
#include "cli/input.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "aug/image.h"
#include "libaug/data/dataset.h"
#include "libaug/data/support/file.h"

/* The magic number of tar stands at the end of what must be looked at. */
#define TAR_MAGIC_AT 257
#define HEAD_SIZE 262

/* A kind of data set and how its files begin. Pictures are known to their codecs. */
typedef struct Signature {
    const char *kind;
    size_t at, size;
    const char *bytes;
} Signature;

static const Signature signatures[] = {
    {"tar", TAR_MAGIC_AT, 5, "ustar"},
    /* Two zero bytes, the element type (8: bytes), the dimensions. */
    {"idx", 0, 4, "\0\0\x08\x03"},
    {"idx", 0, 4, "\0\0\x08\x04"},
    /* Of what is compressed with gzip only IDX files can be read. */
    {"idx", 0, 2, "\x1f\x8b"},
};

/* A kind of data set whose files are told by the endings of their names, also before ".gz". */
static const struct {
    const char *ending, *kind;
} texts[] = {
    {".tsv", "tsv"}, {".csv", "csv"}, {".jsonl", "jsonl"}, {".ndjson", "jsonl"}, {".txt", "lines"},
};

/* The parameter by which rows of text that are none are named one by one, as damaged pictures are,
 * instead of refusing all of the input. */
#define KEEP_BAD_ROWS "bad_rows"

/* Endings of pictures that data sets leave out. */
#define OTHER_ENDINGS "gif bmp tif tiff webp pnm pbm pgm ppm"

static bool keeps_bad_rows(const char *kind)
{
    const AugDatasetKind *found = augi_dataset_kind_find(kind);
    for (size_t i = 0; found && i < found->params.n; i++)
        if (strcmp(found->params.rows[i].name, KEEP_BAD_ROWS) == 0)
            return true;
    return false;
}

const char *cli_input_text_kind(const char *path)
{
    size_t length = strlen(path);
    if (length > 3 && strcmp(path + length - 3, ".gz") == 0)
        length -= 3;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        const size_t n = strlen(texts[i].ending);
        if (length > n && memcmp(path + length - n, texts[i].ending, n) == 0)
            return texts[i].kind;
    }
    return NULL;
}

/* endings: of names; NULL: the kind's own. */
static AugStatus open_kind(AugDataset **out, const char *kind, const char *path,
                           const char *endings, const AugLimits *limits, AugError *error)
{
    AugiTree children[] = {
        {.kind = AUGI_TREE_SCALAR, .place = {.line = 1, .column = 1}, .key = "kind", .text = kind},
        {.kind = AUGI_TREE_SCALAR, .place = {.line = 1, .column = 1}, .key = "path", .text = path},
        {.kind = AUGI_TREE_SCALAR,
         .place = {.line = 1, .column = 1},
         .key = endings ? "extensions" : KEEP_BAD_ROWS,
         .text = endings ? endings : "keep"},
    };
    const AugiTree map = {.kind = AUGI_TREE_MAP,
                          .place = {.line = 1, .column = 1},
                          .children = children,
                          .n_children =
                              AUG_COUNT(children) - (endings || keeps_bad_rows(kind) ? 0 : 1)};
    AugProblems problems = {.source_name = path};
    return augi_dataset_open_tree(out, &map, NULL, limits, &problems, error);
}

static AugStatus find_file_kind(const char *path, const char **kind, AugError *error)
{
    unsigned char head[HEAD_SIZE] = {0};
    FILE *file = fopen(path, "rbe");
    if (!file)
        return AUG_FAIL(error, AUG_NOT_FOUND, path, "cannot open it: %s", strerror(errno));
    const size_t size = fread(head, 1, sizeof(head), file);
    fclose(file);
    for (size_t i = 0; i < AUG_COUNT(signatures); i++) {
        const Signature *s = &signatures[i];
        if (size >= s->at + s->size && memcmp(head + s->at, s->bytes, s->size) == 0) {
            *kind = s->kind;
            return AUG_OK;
        }
    }
    if (aug_image_format(head, size)) {
        *kind = "picture";
        return AUG_OK;
    }
    return AUG_FAIL(error, AUG_BAD_ARGUMENT, path,
                    "this is neither a folder nor a tar or IDX file nor a picture of a format that "
                    "can be read; other kinds are given as KIND:PATH, see 'aug datasets'");
}

/* What is not there and begins with a word and a colon is meant as KIND:PATH, known or not. */
static bool begins_with_kind(const char *input)
{
    const size_t length = strspn(input, "abcdefghijklmnopqrstuvwxyz_");
    return length > 0 && input[length] == ':';
}

/* The kind of what lies at a path; NULL where nothing does, and the input is KIND:PATH. */
static AugStatus find_kind(const char *input, const char **kind, AugError *error)
{
    struct stat status;
    *kind = NULL;
    if (stat(input, &status) != 0) {
        if (begins_with_kind(input))
            return AUG_OK;
        return augi_file_failed(errno, input, input, error);
    }
    *kind = cli_input_text_kind(input);
    if (*kind && S_ISREG(status.st_mode))
        return AUG_OK;
    if (!S_ISDIR(status.st_mode))
        return find_file_kind(input, kind, error);
    *kind = "image_folder";
    return AUG_OK;
}

/* The form KIND:PATH; bad rows are kept unless it says what is to become of them. */
static AugStatus open_location(AugDataset **out, const char *input, const AugLimits *limits,
                               AugError *error)
{
    char kind[32], *location = NULL;
    snprintf(kind, sizeof(kind), "%.*s", (int)strcspn(input, ":"), input);
    if (!keeps_bad_rows(kind) || strstr(input, "," KEEP_BAD_ROWS "="))
        return aug_dataset_open(out, input, limits, error);
    if (asprintf(&location, "%s," KEEP_BAD_ROWS "=keep", input) < 0)
        return AUG_FAIL(error, AUG_NO_MEMORY, input, "no memory for a data set");
    const AugStatus status = aug_dataset_open(out, location, limits, error);
    free(location);
    return status;
}

AugStatus cli_input_open(AugDataset **out, const char *input, const AugLimits *limits,
                         AugError *error)
{
    const char *kind;
    *out = NULL;
    AUG_TRY(find_kind(input, &kind, error));
    return kind ? open_kind(out, kind, input, NULL, limits, error)
                : open_location(out, input, limits, error);
}

AugStatus cli_input_open_wider(AugDataset **out, const char *input, const AugDataset *dataset,
                               AugError *error)
{
    const char *kind;
    char endings[512];
    *out = NULL;
    AUG_TRY(find_kind(input, &kind, error));
    if (!kind || (strcmp(kind, "image_folder") != 0 && strcmp(kind, "tar") != 0))
        return AUG_OK;
    snprintf(endings, sizeof(endings), "%s %s", aug_image_endings, OTHER_ENDINGS);
    AUG_TRY(open_kind(out, kind, input, endings, &dataset->limits, error));
    if (aug_dataset_info(*out)->n_samples > aug_dataset_info(dataset)->n_samples)
        return AUG_OK;
    aug_dataset_unref(*out);
    *out = NULL;
    return AUG_OK;
}
