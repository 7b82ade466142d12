/* The shares of a part: a line with the least and the greatest, and the classes that lack one. */
#include "cli/part.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "libaug/base/grow.h"
#include "libaug/data/part.h"

/* Classes named for each part; of more only the number is of use. */
#define MAX_NAMED 10

/* A share for each class; the caller frees it. NULL if there are no classes or no memory. */
static AugiClassShare *count(const AugDataset *part)
{
    const uint32_t n = aug_dataset_info(part)->n_classes;
    AugiClassShare *shares = n > 0 ? calloc(n, sizeof(*shares)) : NULL;
    if (shares)
        augi_part_count(part, shares);
    return shares;
}

static bool lacks(const AugiClassShare *share, int part)
{
    return share->n > 0 && share->n_eval == (part == AUGI_PART_EVAL ? 0 : share->n);
}

AugStatus cli_part_warnings_add(CliPartWarnings *warnings, char *text, AugError *error)
{
    AugStatus status = text ? AUG_OK : AUG_NO_MEMORY;
    uint64_t capacity = warnings->capacity;
    if (text)
        status = augi_grow(&warnings->texts, &capacity, warnings->n + 1, sizeof(*warnings->texts),
                           UINT64_MAX, error);
    else
        AUG_FAIL(error, status, NULL, "no memory for a warning");
    warnings->capacity = capacity;
    if (status == AUG_OK)
        warnings->texts[warnings->n++] = text;
    else
        free(text);
    return status;
}

/* The sentence for one class; NULL if memory is out. */
static char *describe(const AugiClassShare *share, const char *class_name, const char *part)
{
    char *text = NULL;
    const int size =
        share->n == 1
            ? asprintf(&text, "the only sample of class '%.200s' is not in the part %s", class_name,
                       part)
            : asprintf(&text, "none of the %" PRIu64 " samples of class '%.200s' is in the part %s",
                       share->n, class_name, part);
    return size < 0 ? NULL : text;
}

static AugStatus warn_of(CliPartWarnings *warnings, const AugDataset *dataset,
                         const AugiClassShare *shares, int part, AugError *error)
{
    const char *name = augi_part_names[part];
    const uint32_t n_classes = aug_dataset_info(dataset)->n_classes;
    uint32_t n = 0;
    for (uint32_t i = 0; i < n_classes; i++) {
        if (!lacks(&shares[i], part) || ++n > MAX_NAMED)
            continue;
        AUG_TRY(cli_part_warnings_add(
            warnings, describe(&shares[i], aug_dataset_class_name(dataset, i), name), error));
    }
    if (n <= MAX_NAMED)
        return AUG_OK;
    char *text = NULL;
    if (asprintf(&text, "nor is any sample of %" PRIu32 " more classes in the part %s",
                 n - MAX_NAMED, name) < 0)
        text = NULL;
    return cli_part_warnings_add(warnings, text, error);
}

AugStatus cli_part_warn(CliPartWarnings *warnings, const AugDataset *dataset, AugError *error)
{
    if (!augi_part_whole(dataset) || aug_dataset_info(dataset)->n_classes == 0)
        return AUG_OK;
    AugiClassShare *shares = count(dataset);
    if (!shares)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for the shares of classes");
    AugStatus status = warn_of(warnings, dataset, shares, AUGI_PART_TRAIN, error);
    if (status == AUG_OK)
        status = warn_of(warnings, dataset, shares, AUGI_PART_EVAL, error);
    free(shares);
    return status;
}

void cli_part_warnings_fini(CliPartWarnings *warnings)
{
    for (size_t i = 0; i < warnings->n; i++)
        free(warnings->texts[i]);
    free(warnings->texts);
    *warnings = (CliPartWarnings){0};
}

static double percent_of(const AugiClassShare *share)
{
    return 100 * (double)share->n_eval / (double)share->n;
}

static void print_classes(const AugDataset *part, const AugiClassShare *shares)
{
    const uint32_t n = aug_dataset_info(part)->n_classes;
    uint32_t least = n, most = n;
    for (uint32_t i = 0; i < n; i++) {
        if (shares[i].n == 0)
            continue;
        if (least == n || percent_of(&shares[i]) < percent_of(&shares[least]))
            least = i;
        if (most == n || percent_of(&shares[i]) > percent_of(&shares[most]))
            most = i;
    }
    if (least < n)
        printf(", of classes %.1f %% (%s) to %.1f %% (%s)", percent_of(&shares[least]),
               aug_dataset_class_name(part, least), percent_of(&shares[most]),
               aug_dataset_class_name(part, most));
}

void cli_part_print(const AugDataset *dataset)
{
    const AugDataset *whole = augi_part_whole(dataset);
    if (!whole)
        return;
    const int part = augi_part_wish(dataset)->choice.part.value;
    const uint64_t n = aug_dataset_info(dataset)->n_samples;
    const uint64_t n_whole = aug_dataset_info(whole)->n_samples;
    const uint64_t n_eval = part == AUGI_PART_EVAL ? n : n_whole - n;
    printf("  part     %s, %" PRIu64 " of %" PRIu64 " samples; eval has %.1f %%",
           augi_part_names[part], n, n_whole, 100 * (double)n_eval / (double)n_whole);
    AugiClassShare *shares = count(dataset);
    if (shares)
        print_classes(dataset, shares);
    free(shares);
    putchar('\n');
}
