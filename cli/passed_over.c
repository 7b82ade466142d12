/* Prints how many files are no samples, and why. */
#include "cli/passed_over.h"

#include <inttypes.h>
#include <stdio.h>

void cli_passed_over_print(const AugDataset *dataset)
{
    const AugPassedOver *list;
    const size_t n = aug_dataset_passed_over(dataset, &list);
    for (size_t i = 0; i < n; i++)
        printf("  passed   %" PRIu64 " over, such as '%s': %s\n", list[i].n, list[i].example,
               list[i].reason);
}

void cli_passed_over_write(const AugDataset *dataset, AugiJsonWriter *writer)
{
    const AugPassedOver *list = NULL;
    const size_t n = dataset ? aug_dataset_passed_over(dataset, &list) : 0;
    augi_json_list(writer);
    for (size_t i = 0; i < n; i++) {
        augi_json_object(writer);
        augi_json_text_member(writer, "word", list[i].word);
        augi_json_text_member(writer, "reason", list[i].reason);
        augi_json_unsigned_member(writer, "n", list[i].n);
        augi_json_text_member(writer, "example", list[i].example);
        augi_json_object_end(writer);
    }
    augi_json_list_end(writer);
}
