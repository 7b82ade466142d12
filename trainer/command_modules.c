/* augtrain modules: what a model file may name, from the tables that read it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trainer/command.h"
#include "trainer/print_json.h"
#include "trainer/tasks/task.h"

/* Lists: those of nn, and behind them the tasks. */
#define TASKS NN_N_MODULE_KINDS
#define N_LISTS (TASKS + 1)

static const char *list_name(int list)
{
    return list == TASKS ? "task" : nn_module_kind_name((NnModuleKind)list);
}

static size_t list_size(int list)
{
    return list == TASKS ? train_n_tasks : nn_n_modules((NnModuleKind)list);
}

static const NnModuleDesc *list_item(int list, size_t i)
{
    return list == TASKS ? &train_tasks[i]->module : nn_module_at((NnModuleKind)list, i);
}

/* One module of one list. */
typedef struct Item {
    int list;
    const NnModuleDesc *module;
    bool has_branches;
} Item;

/* List after list. */
static Item item_at(size_t i)
{
    int list = 0;
    while (i >= list_size(list))
        i -= list_size(list++);
    return (Item){.list = list,
                  .module = list_item(list, i),
                  .has_branches = list == NN_MODULE_LAYER && nn_layers[i]->has_branches};
}

static size_t n_items(void)
{
    size_t n = 0;
    for (int list = 0; list < N_LISTS; list++)
        n += list_size(list);
    return n;
}

static const char *item_name_at(const void *list, size_t i)
{
    (void)list;
    return item_at(i).module->name;
}

static bool is_required(const AugParamDesc *row, bool has_branches)
{
    return !row->fallback && !row->optional && !has_branches;
}

static void print_param(const AugParamDesc *row, bool has_branches)
{
    char allowed[300];
    augi_param_describe(row, allowed, sizeof(allowed));
    const char *fallback = row->fallback                    ? row->fallback
                           : is_required(row, has_branches) ? "required"
                                                            : "none";
    printf("  %-16s %-10s %s\n", row->name, fallback, row->help ? row->help : "");
    printf("  %-16s %-10s %s\n", "", "", allowed);
}

/* Text of several lines, each behind two blanks. */
static void print_lines(const char *title, const char *text)
{
    printf("\n%s:\n", title);
    while (*text) {
        const size_t size = strcspn(text, "\n");
        printf("  %.*s\n", (int)size, text);
        text += size + (text[size] != 0);
    }
}

static void print_params(const Item *item)
{
    const AugParamTable *params = &item->module->params;
    printf("\n  %-16s %-10s meaning and allowed values\n", "parameter", "default");
    for (size_t i = 0; i < params->n; i++)
        print_param(&params->rows[i], item->has_branches);
    if (item->has_branches)
        printf("  %-16s %-10s list of layers whose output is added to the input\n"
               "  %-16s %-10s list of layers that the input passes before; none: as it is\n",
               "branch", "required", "shortcut", "none");
    if (params->n > 0)
        printf("\nA lone value is %s: %s: ...\n", params->rows[0].name, item->module->name);
}

static void print_item(const Item *item)
{
    const NnModuleDesc *module = item->module;
    printf("%s (%s): %s\n", module->name, list_name(item->list), module->summary);
    if (module->formula)
        print_lines("Formula", module->formula);
    if (module->source)
        print_lines("Source", module->source);
    if (module->params.n > 0 || item->has_branches)
        print_params(item);
    if (module->example)
        printf("\nExample:\n  %s: %s\n",
               item->list == NN_MODULE_LAYER || item->list == NN_MODULE_INIT
                   ? "layers"
                   : list_name(item->list),
               module->example);
}

static void print_table(void)
{
    int list = -1;
    for (size_t i = 0; i < n_items(); i++) {
        const Item item = item_at(i);
        if (list != item.list)
            printf("%s%s\n", i ? "\n" : "", list_name(item.list));
        list = item.list;
        printf("  %-20s %s\n", item.module->name, item.module->summary);
    }
    printf("\n'augtrain modules NAME' shows formula, parameters, defaults and allowed values.\n");
}

static void put_text(AugiJsonWriter *json, const char *key, const char *text)
{
    if (text)
        augi_json_text_member(json, key, text);
}

static void put_item(AugiJsonWriter *json, const Item *item)
{
    const NnModuleDesc *module = item->module;
    augi_json_object(json);
    put_text(json, "kind", list_name(item->list));
    put_text(json, "name", module->name);
    put_text(json, "summary", module->summary);
    put_text(json, "formula", module->formula);
    put_text(json, "source", module->source);
    put_text(json, "example", module->example);
    augi_json_key(json, "has_branches");
    augi_json_bool(json, item->has_branches);
    augi_json_key(json, "parameters");
    augi_json_object(json);
    for (size_t i = 0; i < module->params.n; i++) {
        augi_json_key(json, module->params.rows[i].name);
        augi_param_write_schema(&module->params.rows[i], json);
    }
    augi_json_object_end(json);
    augi_json_key(json, "required");
    augi_json_list(json);
    for (size_t i = 0; i < module->params.n; i++)
        if (is_required(&module->params.rows[i], item->has_branches))
            augi_json_text(json, module->params.rows[i].name, strlen(module->params.rows[i].name));
    augi_json_list_end(json);
    augi_json_object_end(json);
}

static AugStatus print_json(const char *name, AugError *error)
{
    AugiJsonWriter json = {.indent = 2};
    augi_json_list(&json);
    for (size_t i = 0; i < n_items(); i++) {
        Item item = item_at(i);
        if (!name || strcmp(name, item.module->name) == 0)
            put_item(&json, &item);
    }
    augi_json_list_end(&json);
    return train_print_json(&json, error);
}

/* Whether something is called that; the error names the nearest name. */
static AugStatus check_name(const char *name, AugError *error)
{
    for (size_t i = 0; i < n_items(); i++)
        if (strcmp(item_at(i).module->name, name) == 0)
            return AUG_OK;
    const char *near = augi_nearest_name(name, item_name_at, NULL, n_items());
    return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL, "'%.60s' is not known; %s%s%s", name,
                    near ? "did you mean '" : "'augtrain modules' lists what is", near ? near : "",
                    near ? "'?" : "");
}

/* Modules of different lists may have one name. */
static void print_named(const char *name)
{
    bool first = true;
    for (size_t i = 0; i < n_items(); i++) {
        const Item item = item_at(i);
        if (strcmp(item.module->name, name) != 0)
            continue;
        if (!first)
            printf("\n");
        first = false;
        print_item(&item);
    }
}

static int run(const CmdCall *call)
{
    const char *name = call->n_arguments > 0 ? call->arguments[0] : NULL;
    AugError error = {0};
    if (name && check_name(name, &error) != AUG_OK)
        return cmd_fail(call, &error);
    if (call->json && print_json(name, &error) != AUG_OK)
        return cmd_fail(call, &error);
    if (!call->json && name)
        print_named(name);
    if (!call->json && !name)
        print_table();
    return 0;
}

static const char *argument_name_at(size_t i)
{
    return i < n_items() ? item_at(i).module->name : NULL;
}

static const CmdArgument arguments[] = {
    {.name = "NAME", .optional = true, .name_at = argument_name_at}};

static const CmdExample examples[] = {
    {"", "Table of all that a model file may name."},
    {"conv", "Formula and parameters of one module, with defaults and allowed values."},
};

const CmdCommand train_command_modules = {
    .name = "modules",
    .summary = "Layers, losses, optimizers, schedules, initializations and tasks that a model file "
               "may name",
    .arguments = arguments,
    .n_arguments = AUG_COUNT(arguments),
    .json = "print JSON, for documentation and editors",
    .examples = examples,
    .n_examples = AUG_COUNT(examples),
    .run = run,
};
