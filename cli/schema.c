/* aug schema: the JSON Schema of specifications, for editors. */
#include <stdio.h>
#include <stdlib.h>

#include "aug/spec.h"
#include "command/command.h"

static int run(const CmdCall *call)
{
    char *text = aug_spec_schema();
    if (!text) {
        AugError error = {0};
        AUG_FAIL(&error, AUG_NO_MEMORY, NULL, "no memory for the schema");
        return cmd_fail(call, &error);
    }
    puts(text);
    free(text);
    return 0;
}

static const CmdExample examples[] = {
    {"> augd.schema.json", "With it an editor completes and checks specifications while you type."},
};

const CmdCommand cli_command_schema = {
    .name = "schema",
    .summary = "JSON Schema of specifications, for editors",
    .json = "changes nothing, since the schema is JSON",
    .examples = examples,
    .n_examples = AUG_COUNT(examples),
    .run = run,
};
