/* Places in texts that are not known as such, and would stay where the text has moved away. */
#ifndef CLI_LEFT_SPANS_H
#define CLI_LEFT_SPANS_H

#include "cli/pipeline.h"

/* Room for the sentence. */
#define CLI_LEFT_SPANS_SIZE 256

/* Writes a sentence for a warning where operations change texts whose rows have a key that seems to
 * hold spans, while the data set does not say so. False: there is nothing to say. */
bool cli_left_spans(const CliPipeline *pipeline, char text[CLI_LEFT_SPANS_SIZE]);

#endif
