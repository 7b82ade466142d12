/* Values of JSON as data sets read them. */
#include "libaug/data/support/json_values.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Below it every whole number is a double, with 16 digits at most. */
#define MOST_EXACT 0x1p53

const char *augi_json_is(const json_t *value)
{
    if (!value)
        return "is missing";
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        return "is a map";
    case JSON_ARRAY:
        return "is a list";
    case JSON_STRING:
        return "is a string";
    case JSON_INTEGER:
    case JSON_REAL:
        return "is a number";
    case JSON_TRUE:
    case JSON_FALSE:
        return "is true or false";
    case JSON_NULL:
        return "is null";
    }
    return "is of an unknown type";
}

bool augi_json_label(const json_t *value, char number[AUGI_JSON_NUMBER_SIZE], AugiCell *label)
{
    if (json_is_string(value)) {
        *label = (AugiCell){json_string_value(value), json_string_length(value)};
        return label->size == 0 || !memchr(label->text, 0, label->size);
    }
    /* Programs that keep integers as floats write 2.0. */
    const double real = json_real_value(value);
    if (json_is_real(value) && floor(real) >= real && fabs(real) < MOST_EXACT) {
        const int size = snprintf(number, AUGI_JSON_NUMBER_SIZE, "%.0f", real);
        *label = (AugiCell){number, (size_t)size};
        return true;
    }
    if (!json_is_integer(value))
        return false;
    const int size =
        snprintf(number, AUGI_JSON_NUMBER_SIZE, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    *label = (AugiCell){number, (size_t)size};
    return true;
}
