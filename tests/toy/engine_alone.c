/* The engine without any domain, operation or kind of data set: it links, and says what it lacks. */
#include <stdio.h>
#include <string.h>

#include "aug/dataset.h"
#include "aug/spec.h"
#include "libaug/data/dataset.h"
#include "libaug/spec/domain.h"

/* What the lists would give. */
const AugOpDesc *const augi_ops[1] = {NULL};
const size_t augi_n_ops = 0;
const AugDatasetKind *const augi_dataset_kinds[1] = {NULL};
const size_t augi_n_dataset_kinds = 0;
const AugDomain *const augi_domains[1] = {NULL};
const size_t augi_n_domains = 0;

static int failures;

static void expect(const char *message, const char *part)
{
    if (strstr(message, part))
        return;
    fprintf(stderr, "found \"%s\"; wanted \"%s\" in it\n", message, part);
    failures++;
}

int main(void)
{
    AugError error = {0};
    AugProblems problems = {.items = &error, .capacity = 1};
    AugSpec *spec = NULL;
    if (aug_spec_parse(&spec, "augd: 1", 7, "spec", NULL, &problems) != AUG_BAD_SPEC)
        failures++;
    expect(error.message, "this library has no domain");
    problems.n = 0;
    if (aug_spec_parse(&spec, "{augd: 1, pipeline: [Resize: 3]}", 32, "spec", NULL, &problems) !=
        AUG_BAD_SPEC)
        failures++;
    expect(error.message, "the operation 'Resize' is not known");
    AugDataset *dataset = NULL;
    if (aug_dataset_open(&dataset, "idx:mnist", NULL, &error) != AUG_BAD_SPEC)
        failures++;
    expect(error.message, "the data set kind 'idx' is not known");
    printf("%d passed, %d failed\n", failures ? 0 : 1, failures);
    return failures > 0;
}
