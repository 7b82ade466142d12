/* Values of JSON as data sets read them. */
#ifndef AUGI_DATASETS_JSON_VALUES_H
#define AUGI_DATASETS_JSON_VALUES_H

#include <jansson.h>

#include "libaug/data/support/row_columns.h"

/* Digits of any JSON integer, a sign and a NUL. */
#define AUGI_JSON_NUMBER_SIZE 24

/* What stands there, in words: "is a string"; NULL "is missing". Static string. */
const char *augi_json_is(const json_t *value);

/* The text of a label, which is a string without NUL or a whole number; number receives the latter's digits.
 * False if it is something else. */
bool augi_json_label(const json_t *value, char number[AUGI_JSON_NUMBER_SIZE], AugiCell *label);

#endif
