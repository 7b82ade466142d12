/* augtrain layers: what a model file may name, from the tables that read it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trainer/command.h"
#include "trainer/nn/nn.h"

/* One described thing: a layer, or a schedule. */
typedef struct Item {
    const char *kind;
    const char *name;
    const char *summary;
    const AugParamTable *params;
    bool has_branches;
    const char *example; /* NULL where there is none */
} Item;

/* Layers first, then schedules, loss and optimizer. */
static Item item_at(size_t i)
{
    if (i < nn_n_layers) {
        const NnLayerDesc *layer = nn_layers[i];
        return (Item){"layer",        layer->name,         layer->summary,
                      &layer->params, layer->has_branches, layer->example};
    }
    i -= nn_n_layers;
    if (i < nn_n_schedules) {
        const NnScheduleDesc *schedule = nn_schedules[i];
        return (Item){"schedule",        schedule->name, schedule->summary,
                      &schedule->params, false,          NULL};
    }
    i -= nn_n_schedules;
    if (i == 0)
        return (Item){
            "loss",          "cross_entropy", "Softmax cross-entropy, mean over the batch",
            &nn_loss_params, false,           NULL};
    return (Item){"optimizer",          "sgd", "Stochastic gradient descent with momentum",
                  &nn_optimizer_params, false, NULL};
}

static size_t n_items(void)
{
    return nn_n_layers + nn_n_schedules + 2;
}

static const char *item_name_at(const void *list, size_t i)
{
    (void)list;
    return item_at(i).name;
}

static void print_param(const AugParamDesc *row, bool has_branches)
{
    char allowed[300];
    augi_param_describe(row, allowed, sizeof(allowed));
    const char *fallback = row->fallback                   ? row->fallback
                           : row->optional || has_branches ? "none"
                                                           : "required";
    printf("  %-16s %-10s %s\n", row->name, fallback, row->help ? row->help : "");
    printf("  %-16s %-10s %s\n", "", "", allowed);
}

static void print_item(const Item *item)
{
    printf("%s (%s): %s\n", item->name, item->kind, item->summary);
    if (item->params->n > 0 || item->has_branches)
        printf("\n  %-16s %-10s meaning and allowed values\n", "parameter", "default");
    for (size_t i = 0; i < item->params->n; i++)
        print_param(&item->params->rows[i], item->has_branches);
    if (item->has_branches)
        printf("  %-16s %-10s list of layers whose output is added to the input\n"
               "  %-16s %-10s list of layers that the input passes before; none: as it is\n",
               "branch", "required", "shortcut", "none");
    if (item->params->n > 0)
        printf("\nA lone value is %s: %s: ...\n", item->params->rows[0].name, item->name);
    if (item->example)
        printf("\nExample:\n  layers: %s\n", item->example);
}

static void print_table(void)
{
    const char *kind = "";
    for (size_t i = 0; i < n_items(); i++) {
        Item item = item_at(i);
        if (strcmp(kind, item.kind) != 0)
            printf("%s%s\n", kind[0] ? "\n" : "", item.kind);
        kind = item.kind;
        printf("  %-18s %s\n", item.name, item.summary);
    }
    printf("\n'augtrain layers NAME' shows parameters, defaults and allowed values.\n");
}

static void put_item(AugiJsonWriter *json, const Item *item)
{
    augi_json_object(json);
    augi_json_key(json, "kind");
    augi_json_string(json, item->kind);
    augi_json_key(json, "name");
    augi_json_string(json, item->name);
    augi_json_key(json, "summary");
    augi_json_string(json, item->summary);
    if (item->example) {
        augi_json_key(json, "example");
        augi_json_string(json, item->example);
    }
    augi_json_key(json, "has_branches");
    augi_json_bool(json, item->has_branches);
    augi_json_key(json, "parameters");
    augi_json_object(json);
    for (size_t i = 0; i < item->params->n; i++) {
        augi_json_key(json, item->params->rows[i].name);
        augi_param_write_schema(&item->params->rows[i], json);
    }
    augi_json_object_end(json);
    augi_json_object_end(json);
}

static AugStatus print_json(const char *name, AugError *error)
{
    AugiJsonWriter json = {.indent = 2};
    augi_json_list(&json);
    for (size_t i = 0; i < n_items(); i++) {
        Item item = item_at(i);
        if (!name || strcmp(name, item.name) == 0)
            put_item(&json, &item);
    }
    augi_json_list_end(&json);
    char *text = augi_json_take(&json);
    if (!text)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "memory is exhausted");
    puts(text);
    free(text);
    return AUG_OK;
}

static AugStatus find_item(const char *name, Item *item, AugError *error)
{
    for (size_t i = 0; i < n_items(); i++) {
        *item = item_at(i);
        if (strcmp(item->name, name) == 0)
            return AUG_OK;
    }
    const char *near = augi_nearest_name(name, item_name_at, NULL, n_items());
    return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL, "'%.60s' is not known; %s%s%s", name,
                    near ? "did you mean '" : "'augtrain layers' lists what is", near ? near : "",
                    near ? "'?" : "");
}

static int run(const CmdCall *call)
{
    const char *name = call->n_arguments > 0 ? call->arguments[0] : NULL;
    AugError error = {0};
    Item item = {0};
    if (name && find_item(name, &item, &error) != AUG_OK)
        return cmd_fail(call, &error);
    if (call->json && print_json(name, &error) != AUG_OK)
        return cmd_fail(call, &error);
    if (!call->json && name)
        print_item(&item);
    if (!call->json && !name)
        print_table();
    return 0;
}

static const char *argument_name_at(size_t i)
{
    return i < n_items() ? item_at(i).name : NULL;
}

static const CmdArgument arguments[] = {
    {.name = "NAME", .optional = true, .name_at = argument_name_at}};

static const CmdExample examples[] = {
    {"", "Table of all that a model file may name."},
    {"conv", "Parameters of one layer, with default and allowed values."},
};

const CmdCommand train_command_layers = {
    .name = "layers",
    .summary = "Layers, schedules, losses and optimizers that a model file may name",
    .arguments = arguments,
    .n_arguments = AUG_COUNT(arguments),
    .json = "print JSON, for documentation and editors",
    .examples = examples,
    .n_examples = AUG_COUNT(examples),
    .run = run,
};
