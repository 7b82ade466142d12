/* aug ops: which operations there are, and everything about one of them. */
#include <stdio.h>
#include <string.h>

#include "cli/describe.h"
#include "command/command.h"
#include "command/text.h"
#include "libaug/spec/domain.h"
#include "libaug/spec/op.h"
#include "libaug/spec/spec.h"

static void print_table(void)
{
    int width = 0;
    for (size_t i = 0; i < augi_n_ops; i++) {
        const int length = (int)strlen(augi_ops[i]->name);
        width = length > width ? length : width;
    }
    for (size_t i = 0; i < augi_n_ops; i++) {
        const AugOpDesc *op = augi_ops[i];
        const int used = printf("%-*s %-9s ", width, op->name, augi_op_kind(op)->name);
        cmd_print_wrapped(stdout, used, op->summary);
    }
}

static void print_part(const char *title, const char *text)
{
    if (text) {
        printf("\n%s: ", title);
        cmd_print_wrapped(stdout, (int)strlen(title) + 2, text);
    }
}

static void print_examples(const AugOpDesc *op)
{
    if (op->n_examples > 0)
        printf("\nExamples:\n");
    for (size_t i = 0; i < op->n_examples; i++) {
        printf("  - %s: %s\n      ", op->name, op->examples[i].params);
        cmd_print_wrapped(stdout, 6, op->examples[i].text);
    }
}

/* What p of a group's children means, in the words of its row. */
static const char *child_p_help(const AugOpDesc *op)
{
    return augi_op_group(op)->child_p == AUG_P_WEIGHT ? augi_weight_row.help
                                                      : augi_probability_row.help;
}

static void print_transforms(const AugOpDesc *op)
{
    if (!augi_op_has_transforms(op))
        return;
    char text[200];
    snprintf(text, sizeof(text), "transforms lists 1 to %d operations; p of each: %s",
             AUGI_MAX_CHILDREN, child_p_help(op));
    print_part("Operations", text);
}

/* What an operation does to labels, in text; NULL: its domain says nothing. */
static const char *labels_of(const AugOpDesc *op, char *text, size_t size)
{
    if (op->scope == AUG_OP_GROUP || !op->domain->op_labels)
        return NULL;
    op->domain->op_labels(op, text, size);
    return text;
}

static void print_op(const AugOpDesc *op)
{
    char labels[200];
    const int used = printf("%s: ", op->name);
    cmd_print_wrapped(stdout, used, op->summary);
    printf("\nKind: %s%s%s\n", augi_op_kind(op)->name, op->domain ? ", domain " : "",
           op->domain ? op->domain->name : "");
    print_part("Convention", op->convention);
    print_part("Labels", labels_of(op, labels, sizeof(labels)));
    print_part("Reference", op->reference);
    printf("\nParameters:\n");
    cli_describe_params(stdout, &op->params);
    const AugParamDesc p = augi_op_p_row(op, AUG_P_PROBABILITY);
    const AugParamTable table = {.rows = &p, .n = 1};
    cli_describe_params(stdout, &table);
    print_transforms(op);
    print_examples(op);
}

static void write_transforms(AugiJsonWriter *writer, const AugOpDesc *op)
{
    if (!augi_op_has_transforms(op))
        return;
    augi_json_key(writer, "transforms");
    augi_json_object(writer);
    augi_json_key(writer, "most");
    augi_json_number(writer, AUGI_MAX_CHILDREN);
    augi_json_text_member(writer, "p", child_p_help(op));
    augi_json_object_end(writer);
}

/* The word, and the part of the manual in which operations of this kind stand. */
static void write_kind(AugiJsonWriter *writer, const AugOpKind *kind)
{
    augi_json_text_member(writer, "kind", kind->name);
    augi_json_key(writer, "section");
    augi_json_object(writer);
    augi_json_text_member(writer, "title", kind->title);
    augi_json_text_member(writer, "text", kind->text);
    augi_json_object_end(writer);
}

static void write_op(AugiJsonWriter *writer, const AugOpDesc *op)
{
    char labels[200];
    augi_json_object(writer);
    augi_json_text_member(writer, "name", op->name);
    augi_json_text_member(writer, "summary", op->summary);
    write_kind(writer, augi_op_kind(op));
    augi_json_text_member(writer, "domain", op->domain ? op->domain->name : NULL);
    augi_json_text_member(writer, "convention", op->convention);
    augi_json_text_member(writer, "labels", labels_of(op, labels, sizeof(labels)));
    augi_json_text_member(writer, "reference", op->reference);
    augi_json_text_member(writer, "p", op->p ? op->p : "1");
    write_transforms(writer, op);
    augi_json_key(writer, "params");
    cli_describe_params_json(writer, &op->params);
    augi_json_key(writer, "examples");
    augi_json_list(writer);
    for (size_t i = 0; i < op->n_examples; i++) {
        augi_json_object(writer);
        augi_json_text_member(writer, "params", op->examples[i].params);
        augi_json_text_member(writer, "text", op->examples[i].text);
        augi_json_object_end(writer);
    }
    augi_json_list_end(writer);
    augi_json_object_end(writer);
}

/* One operation, or all of them as a list. */
static AugStatus print_json(const AugOpDesc *op, AugError *error)
{
    AugiJsonWriter writer = {.indent = 2};
    if (op) {
        write_op(&writer, op);
        return cli_describe_print(&writer, error);
    }
    augi_json_list(&writer);
    for (size_t i = 0; i < augi_n_ops; i++)
        write_op(&writer, augi_ops[i]);
    augi_json_list_end(&writer);
    return cli_describe_print(&writer, error);
}

static AugStatus find_op(const char *name, const AugOpDesc **op, AugError *error)
{
    *op = augi_op_find(name);
    if (*op)
        return AUG_OK;
    char instead[300];
    augi_op_instead(name, instead, sizeof(instead));
    return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL, "'%.60s' is not an operation; %s", name,
                    instead);
}

static int run(const CmdCall *call)
{
    const AugOpDesc *op = NULL;
    AugError error = {0};
    if (call->n_arguments > 0 && find_op(call->arguments[0], &op, &error) != AUG_OK)
        return cmd_fail(call, &error);
    if (call->json && print_json(op, &error) != AUG_OK)
        return cmd_fail(call, &error);
    if (!call->json && op)
        print_op(op);
    if (!call->json && !op)
        print_table();
    return 0;
}

static const CmdExample examples[] = {
    {"", "Table of all operations, with their kind."},
    {"Rotate", "Parameters with type, default and range, conventions and examples of one."},
    {"--json", "The same for all operations, for programs."},
};

static const char *op_name_at(size_t i)
{
    return i < augi_n_ops ? augi_ops[i]->name : NULL;
}

static const CmdArgument arguments[] = {{.name = "NAME", .optional = true, .name_at = op_name_at}};

const CmdCommand cli_command_ops = {
    .name = "ops",
    .summary = "Operations, their parameters and examples",
    .arguments = arguments,
    .n_arguments = AUG_COUNT(arguments),
    .json = "print JSON, for documentation and editors",
    .examples = examples,
    .n_examples = AUG_COUNT(examples),
    .run = run,
};
