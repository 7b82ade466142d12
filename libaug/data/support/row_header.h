/* First rows that look like a header whose names are not known. */
#ifndef AUGI_DATASETS_ROW_HEADER_H
#define AUGI_DATASETS_ROW_HEADER_H

#include <stdbool.h>

#include "libaug/data/support/paths.h"

/* Room for the names of columns in a message. */
#define AUGI_HEADER_TEXT_SIZE 200

/* The value of the parameter label that stands for no label. */
#define AUGI_NO_LABEL "none"

/* Whether the parameter label says that there is none; NULL does not. */
bool augi_says_no_label(const char *label);

/* Refuses a first row without known names in which one column is called like content and another
 * like a label ("filename,class"): it is hardly a sample. Says what to write instead. */
AUG_MUST_CHECK AugStatus augi_header_check_first(const AugiPaths *cells, const char *where,
                                                 AugError *error);

/* Refuses a header without 'label' that has a column called like one: without labels would be a
 * guess. */
AUG_MUST_CHECK AugStatus augi_header_check_label(const AugiPaths *cells, const char *where,
                                                 AugError *error);

/* The names of columns, or of keys, for messages: "'a', 'b'", as many as there is room for. */
void augi_header_describe(const AugiPaths *cells, char text[AUGI_HEADER_TEXT_SIZE]);

#endif
