/* The tally of rows of text. */
#include "cli/texts.h"

#include <inttypes.h>
#include <stdio.h>

#include "libaug/data/support/row_text.h"

void cli_texts_print(const AugDataset *dataset)
{
    if (!augi_row_text_is(dataset))
        return;
    const AugiRowTally tally = augi_row_text_tally(dataset);
    printf("  texts    up to %" PRIu64 " bytes, %" PRIu64 " empty, %" PRIu64 " not UTF-8",
           tally.longest, tally.n_empty, tally.n_invalid);
    if (tally.n_bad > 0)
        printf(", and %" PRIu64 " bad rows that cannot be read", tally.n_bad);
    putchar('\n');
}

void cli_texts_write(const AugDataset *dataset, AugiJsonWriter *writer)
{
    if (!dataset || !augi_row_text_is(dataset))
        return;
    const AugiRowTally tally = augi_row_text_tally(dataset);
    augi_json_key(writer, "texts");
    augi_json_object(writer);
    augi_json_unsigned_member(writer, "rows", aug_dataset_info(dataset)->n_samples);
    augi_json_unsigned_member(writer, "longest", tally.longest);
    augi_json_unsigned_member(writer, "empty", tally.n_empty);
    augi_json_unsigned_member(writer, "invalid", tally.n_invalid);
    augi_json_unsigned_member(writer, "bad", tally.n_bad);
    augi_json_object_end(writer);
}
