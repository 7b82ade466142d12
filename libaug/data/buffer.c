/* Growing memory that holds one sample and its name. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libaug/base/allowance.h"
#include "libaug/data/dataset.h"

/* Enough for "#18446744073709551615" and for most file names. */
#define FIRST_NAME_CAPACITY 64

void aug_buffer_fini(AugBuffer *buffer)
{
    AugiAllowance *allowance = buffer->allowance;
    augi_allowance_give(allowance, buffer->capacity);
    free(buffer->bytes);
    for (size_t i = 0; i < AUG_MAX_FIELDS; i++) {
        augi_allowance_give(allowance, buffer->more[i].capacity);
        free(buffer->more[i].bytes);
    }
    free(buffer->name);
    *buffer = (AugBuffer){.allowance = allowance};
}

static AugStatus reserve(AugiAllowance *allowance, uint8_t **bytes, size_t *capacity, size_t size,
                         AugError *error)
{
    if (size <= *capacity)
        return AUG_OK;
    /* Half as much again, so that a run of slowly growing samples does not copy each time; less
     * where that is not allowed. */
    size_t more = size + *capacity / 2;
    if (augi_allowance_take(allowance, more - *capacity, NULL) != AUG_OK) {
        more = size;
        AUG_TRY(augi_allowance_take(allowance, more - *capacity, error));
        allowance->refused = 0;
    }
    /* No object is larger than half of the addresses. */
    uint8_t *grown = size < PTRDIFF_MAX ? realloc(*bytes, more) : NULL;
    if (!grown) {
        augi_allowance_give(allowance, more - *capacity);
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for a sample of %zu bytes", size);
    }
    *bytes = grown;
    *capacity = more;
    return AUG_OK;
}

AugStatus augi_buffer_reserve(AugBuffer *buffer, size_t size, AugError *error)
{
    return reserve(buffer->allowance, &buffer->bytes, &buffer->capacity, size, error);
}

AugStatus augi_buffer_reserve_field(AugBuffer *buffer, uint32_t field, size_t size, AugError *error)
{
    return reserve(buffer->allowance, &buffer->more[field].bytes, &buffer->more[field].capacity,
                   size, error);
}

AugStatus aug_buffer_reserve(AugBuffer *buffer, uint32_t field, size_t size, void **bytes,
                             AugError *error)
{
    *bytes = NULL;
    if (field >= AUG_MAX_FIELDS)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                        "memory for field %u is asked for; allowed are 0 to %d", field,
                        AUG_MAX_FIELDS - 1);
    /* Never NULL, also for an empty value. */
    AUG_TRY(augi_buffer_reserve_field(buffer, field, size ? size : 1, error));
    *bytes = buffer->more[field].bytes;
    return AUG_OK;
}

static bool reserve_name(AugBuffer *buffer, size_t size)
{
    if (size <= buffer->name_capacity)
        return true;
    size_t capacity = size < FIRST_NAME_CAPACITY ? FIRST_NAME_CAPACITY : 2 * size;
    char *name = realloc(buffer->name, capacity);
    if (!name)
        return false;
    buffer->name = name;
    buffer->name_capacity = capacity;
    return true;
}

const char *augi_buffer_name(AugBuffer *buffer, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(buffer->name, buffer->name_capacity, format, arguments);
    va_end(arguments);
    const char *name = "";
    if (length >= 0 && (size_t)length < buffer->name_capacity) {
        name = buffer->name;
    } else if (length >= 0 && reserve_name(buffer, (size_t)length + 1)) {
        vsnprintf(buffer->name, buffer->name_capacity, format, again);
        name = buffer->name;
    }
    va_end(again);
    return name;
}

const char *augi_buffer_number_name(AugBuffer *buffer, uint64_t index)
{
    if (!reserve_name(buffer, FIRST_NAME_CAPACITY))
        return "";
    char *at = buffer->name + FIRST_NAME_CAPACITY;
    *--at = 0;
    do
        *--at = (char)('0' + index % 10);
    while (index /= 10);
    *--at = '#';
    return at;
}

AugStatus aug_buffer_set_name(AugBuffer *buffer, AugSample *sample, const char *name,
                              AugError *error)
{
    const size_t size = strlen(name) + 1;
    if (!reserve_name(buffer, size))
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for the name of a sample");
    memcpy(buffer->name, name, size);
    sample->name = buffer->name;
    return AUG_OK;
}
