/* Network, settings and data of a run, as tables of the report. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "aug/version.h"
#include "libaug/base/processors.h"
#include "trainer/report/report.h"
#include "trainer/run/machine.h"
#include "trainer/run/progress.h"

static void put_row(TrainHtml *html, const char *name, const char *value)
{
    train_html_put(html, "<tr><td>");
    train_html_text(html, name);
    train_html_put(html, "</td><td>");
    train_html_text(html, value);
    train_html_put(html, "</td></tr>");
}

static void put_count_row(TrainHtml *html, const char *name, double value)
{
    char text[32];
    train_format_count(value, text);
    put_row(html, name, text);
}

static void shape_text(NnShape shape, char text[64])
{
    if (shape.flat)
        snprintf(text, 64, "%lld", (long long)shape.height * shape.width * shape.channels);
    else
        snprintf(text, 64, "%d × %d × %d", shape.height, shape.width, shape.channels);
}

static void put_layers(TrainHtml *html, const TrainRun *run)
{
    char shape[64], count[32];
    shape_text(run->info.input, shape);
    train_html_put(html,
                   "<figure><figcaption>Network</figcaption><table><tr><th>layer</th>"
                   "<th>kind</th><th>output</th><th class=\"n\">parameters</th></tr>"
                   "<tr><td></td><td>input</td><td>%s</td><td></td></tr>",
                   shape);
    for (size_t i = 0; i < nn_network_n_layers(run->network); i++) {
        NnLayerInfo layer;
        nn_network_layer(run->network, i, &layer);
        shape_text(layer.output, shape);
        train_format_count((double)layer.n_parameters, count);
        train_html_put(html, "<tr><td>");
        train_html_text(html, layer.name);
        train_html_put(html, "</td><td>%s</td><td>%s</td><td class=\"n\">%s</td></tr>", layer.kind,
                       shape, layer.n_parameters ? count : "");
    }
    train_format_count((double)run->info.n_parameters, count);
    train_html_put(html,
                   "<tr><td></td><td><b>total</b></td><td></td><td class=\"n\"><b>%s</b></td>"
                   "</tr></table></figure>\n",
                   count);
}

/* One table of parameters as rows "optimizer: lr". */
static void put_params(TrainHtml *html, const char *section, const AugParamTable *table,
                       const void *params)
{
    for (size_t i = 0; i < table->n; i++) {
        char *value = augi_param_text(&table->rows[i], params);
        char name[96];
        snprintf(name, sizeof(name), "%s: %s", section, table->rows[i].name);
        if (value && value[0])
            put_row(html, name, value);
        free(value);
    }
}

static void put_choice(TrainHtml *html, const char *section, const NnChoice *choice)
{
    put_row(html, section, choice->module->name);
    if (choice->params)
        put_params(html, section, &choice->module->params, choice->params);
}

/* What is different for some tensors. */
static void put_group(TrainHtml *html, const NnGroupSpec *group)
{
    char name[96], value[96], decay[32] = "", l1[32] = "";
    snprintf(name, sizeof(name), "group: %.80s", group->match);
    if (group->weight_decay >= 0)
        snprintf(decay, sizeof(decay), ", weight_decay %g", group->weight_decay);
    if (group->l1 >= 0)
        snprintf(l1, sizeof(l1), ", l1 %g", group->l1);
    snprintf(value, sizeof(value), "lr_scale %g%s%s", group->lr_scale, decay, l1);
    put_row(html, name, group->frozen ? "frozen" : value);
}

static void put_settings(TrainHtml *html, const TrainRun *run)
{
    const TrainModelFile *model = run->model;
    train_html_put(html, "<figure><figcaption>Settings</figcaption><table>");
    put_row(html, "model file", model->path);
    put_row(html, "task", model->task->name);
    put_choice(html, "loss", &model->loss);
    put_choice(html, "optimizer", &model->optimizer);
    for (size_t i = 0; i < model->n_groups; i++)
        put_group(html, &model->groups[i]);
    for (size_t i = 0; i < model->schedule.n_stages; i++)
        put_choice(html, "schedule", &model->schedule.stages[i].choice);
    put_params(html, "train", &train_params, &run->settings);
    train_html_put(html, "</table></figure>\n");
}

static void put_stream(TrainHtml *html, const char *name, const TrainSource *source)
{
    if (!source)
        return;
    const TrainSourceInfo *info = train_source_info(source);
    char samples[32];
    train_format_count((double)info->n_samples, samples);
    train_html_put(html, "<tr><td><b>%s</b></td><td title=\"spec\">", name);
    train_html_text(html, train_source_name(source));
    train_html_put(html,
                   "</td><td class=\"n\" title=\"samples\">%s</td>"
                   "<td class=\"n\" title=\"batch\">%u</td>"
                   "<td class=\"n\" title=\"steps\">%" PRIu64
                   "</td><td class=\"mono\" title=\"stream id\">",
                   samples, info->batch_size, info->steps_per_epoch);
    train_html_text(html, info->stream_id);
    train_html_put(html, "</td></tr>");
}

static void put_data(TrainHtml *html, const TrainRun *run)
{
    train_html_put(html,
                   "<div class=\"card\"><table class=\"data\"><tr><th>stream</th><th>spec</th>"
                   "<th class=\"n\">samples</th><th class=\"n\">batch</th>"
                   "<th class=\"n\">steps</th><th>stream id</th></tr>");
    put_stream(html, "training", run->train);
    put_stream(html, "validation", run->validation);
    put_stream(html, "test", run->eval);
    put_stream(html, "training, evaluated", run->train_eval);
    train_html_put(html, "</table></div>\n");
}

static void put_machine(TrainHtml *html, const TrainRun *run)
{
    char cpu[128], system[256];
    train_machine_cpu(cpu, sizeof(cpu));
    train_machine_system(system, sizeof(system));
    train_html_put(html, "<figure><figcaption>Machine</figcaption><table>");
    put_row(html, "processor", cpu);
    put_count_row(html, "usable CPUs", augi_processors());
    put_count_row(html, "threads of the network", run->info.n_threads);
    put_row(html, "kernels", run->info.kernels);
    put_row(html, "system", system);
    put_row(html, "augtrain", AUG_VERSION);
    put_row(html, "engine of the data", AUG_ENGINE);
    put_row(html, "data from", run->data_place);
    train_html_put(html, "</table></figure>\n");
}

void train_report_put_settings(TrainHtml *html, const TrainRun *run)
{
    train_html_put(html,
                   "<h2>Network and settings</h2>\n<div class=\"pair\">\n<div class=\"stack\">");
    put_layers(html, run);
    put_machine(html, run);
    train_html_put(html, "</div>");
    put_settings(html, run);
    train_html_put(html, "</div>\n<h2>Data</h2>\n");
    put_data(html, run);
}
