/* Takes the text of a writer and prints it. */
#include "trainer/print_json.h"

#include <stdio.h>
#include <stdlib.h>

AugStatus train_print_json(AugiJsonWriter *json, AugError *error)
{
    char *text = augi_json_take(json);
    if (!text)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for the result");
    puts(text);
    free(text);
    return AUG_OK;
}
