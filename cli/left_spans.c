/* Telling spans that stay by the keys of the first row. */
#include "cli/left_spans.h"

#include <stdio.h>

#include "libaug/data/support/row_text.h"
#include "libaug/spec/spec.h"

bool cli_left_spans(const CliPipeline *pipeline, char text[CLI_LEFT_SPANS_SIZE])
{
    if (!augi_row_text_is(pipeline->dataset) || pipeline->spec->pipeline.n == 0)
        return false;
    const char *key = augi_row_text_form(pipeline->dataset).left_key;
    if (!key)
        return false;
    snprintf(
        text, CLI_LEFT_SPANS_SIZE,
        "'%s' stays as it is although the texts change; if it holds spans [start, end, label], "
        "give the data set spans: %s (in --input, spans=%s), and they move with the text",
        key, key, key);
    return true;
}
