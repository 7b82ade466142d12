/* Codes one by one: their sequences, classes and scripts. */
#include "text/unicode/properties.h"
#include "text/unicode/unicode.h"

size_t txt_encode(int32_t code, uint8_t *out)
{
    const uint32_t value = (uint32_t)code;
    if (value < 0x80) {
        out[0] = (uint8_t)value;
        return 1;
    }
    const size_t size = value < 0x800 ? 2 : value < 0x10000 ? 3 : 4;
    /* As many leading ones as bytes, then a zero. */
    out[0] = (uint8_t)(0xf00u >> size | value >> 6 * (size - 1));
    for (size_t k = 1; k < size; k++)
        out[k] = (uint8_t)(0x80 | (value >> 6 * (size - 1 - k) & 0x3f));
    return size;
}

TxtClass txt_class(int32_t code)
{
    return code < 0 ? TXT_CLASS_UNASSIGNED : (TxtClass)txt_properties(code)->class;
}

TxtScript txt_script(int32_t code)
{
    return code < 0 ? TXT_SCRIPT_OTHER : (TxtScript)txt_properties(code)->script;
}
