/* aug datasets: which kinds of data set can be read. */
#include <stdio.h>

#include "cli/describe.h"
#include "command/command.h"
#include "command/text.h"
#include "libaug/data/dataset.h"
#include "libaug/data/part.h"

#define NAME_WIDTH 14

static void print_table(void)
{
    for (size_t i = 0; i < augi_n_dataset_kinds; i++) {
        const int used = printf("%-*s ", NAME_WIDTH, augi_dataset_kinds[i]->name);
        cmd_print_wrapped(stdout, used, augi_dataset_kinds[i]->summary);
    }
}

static void print_kind(const AugDatasetKind *kind)
{
    const int used = printf("%s: ", kind->name);
    cmd_print_wrapped(stdout, used, kind->summary);
    printf("\nParameters:\n");
    cli_describe_params(stdout, &kind->params);
    printf("\nTo read a part of it, as of every kind:\n");
    cli_describe_params(stdout, &augi_part_table);
    printf("\n  and split, a map of these, or eval alone:\n");
    cli_describe_params(stdout, &augi_split_table);
    if (kind->example)
        printf("\nExample:\n  --dataset %s\n", kind->example);
}

static void write_kind(AugiJsonWriter *writer, const AugDatasetKind *kind)
{
    augi_json_object(writer);
    augi_json_text_member(writer, "name", kind->name);
    augi_json_text_member(writer, "summary", kind->summary);
    augi_json_text_member(writer, "example", kind->example);
    augi_json_key(writer, "params");
    cli_describe_params_json(writer, &kind->params);
    augi_json_key(writer, "part");
    cli_describe_params_json(writer, &augi_part_table);
    augi_json_key(writer, "split");
    cli_describe_params_json(writer, &augi_split_table);
    augi_json_object_end(writer);
}

/* One kind, or all of them as a list. */
static AugStatus print_json(const AugDatasetKind *kind, AugError *error)
{
    AugiJsonWriter writer = {.indent = 2};
    if (kind) {
        write_kind(&writer, kind);
        return cli_describe_print(&writer, error);
    }
    augi_json_list(&writer);
    for (size_t i = 0; i < augi_n_dataset_kinds; i++)
        write_kind(&writer, augi_dataset_kinds[i]);
    augi_json_list_end(&writer);
    return cli_describe_print(&writer, error);
}

static const char *name_at(const void *list, size_t i)
{
    return ((const AugDatasetKind *const *)list)[i]->name;
}

static AugStatus find_kind(const char *name, const AugDatasetKind **kind, AugError *error)
{
    *kind = augi_dataset_kind_find(name);
    if (*kind)
        return AUG_OK;
    const char *near = augi_nearest_name(name, name_at, augi_dataset_kinds, augi_n_dataset_kinds);
    if (near)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                        "'%s' is not a kind of data set; did you mean %s?", name, near);
    return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                    "'%s' is not a kind of data set; 'aug datasets' lists them", name);
}

static int run(const CmdCall *call)
{
    const AugDatasetKind *kind = NULL;
    AugError error = {0};
    if (call->n_arguments > 0 && find_kind(call->arguments[0], &kind, &error) != AUG_OK)
        return cmd_fail(call, &error);
    if (call->json && print_json(kind, &error) != AUG_OK)
        return cmd_fail(call, &error);
    if (!call->json && kind)
        print_kind(kind);
    if (!call->json && !kind)
        print_table();
    return 0;
}

static const CmdExample examples[] = {
    {"", "Table of the kinds of data sets."},
    {"idx", "What one kind of data set reads, its parameters and an example."},
};

static const char *kind_name_at(size_t i)
{
    return i < augi_n_dataset_kinds ? augi_dataset_kinds[i]->name : NULL;
}

static const CmdArgument arguments[] = {
    {.name = "KIND", .optional = true, .name_at = kind_name_at}};

const CmdCommand cli_command_datasets = {
    .name = "datasets",
    .summary = "Kinds of data sets that can be read",
    .arguments = arguments,
    .n_arguments = AUG_COUNT(arguments),
    .json = "print JSON, for documentation and editors",
    .examples = examples,
    .n_examples = AUG_COUNT(examples),
    .run = run,
};
