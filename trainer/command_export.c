/* augtrain export: a trained model as a file for other programs. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "libaug/base/json_writer.h"
#include "trainer/command.h"
#include "trainer/command_parts.h"
#include "trainer/nn/export.h"
#include "trainer/predict/normalization.h"
#include "trainer/run/files.h"

typedef struct ExportOptions {
    AugText output, weights;
    bool keep_norms, bytes, overwrite;
    const char *model;
} ExportOptions;

static const AugParamDesc rows[] = {
    AUG_PARAM(ExportOptions, output, .unit = "file",
              .help = "where to write: FILE.onnx, or FILE.safetensors for the weights alone"),
    AUG_PARAM(ExportOptions, weights, .optional = true, .unit = "file",
              .help = "take the weights from this file; a model file without it has its initial "
                      "ones"),
    AUG_PARAM(ExportOptions, keep_norms, .optional = true,
              .help = "batch norms stay operators of their own instead of becoming part of the "
                      "weights before them"),
    AUG_PARAM(ExportOptions, bytes, .optional = true,
              .help =
                  "the input is pixels of 8 bits, and the model begins with their normalization "
                  "by the run's specification"),
    AUG_PARAM(ExportOptions, overwrite, .optional = true, .help = "replace a file that is there"),
};

/* Kinds of files, by the endings of their names. */
typedef enum Format { FORMAT_ONNX, FORMAT_SAFETENSORS, N_FORMATS } Format;
static const char *const endings[] = {
    [FORMAT_ONNX] = ".onnx", [FORMAT_SAFETENSORS] = ".safetensors"};

static AugStatus find_format(const char *path, Format *format, AugError *error)
{
    const size_t length = strlen(path);
    for (int i = 0; i < N_FORMATS; i++) {
        const size_t n = strlen(endings[i]);
        *format = (Format)i;
        if (length > n && strcmp(path + length - n, endings[i]) == 0)
            return AUG_OK;
    }
    return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                    "--output %.200s is neither a .onnx nor a .safetensors file", path);
}

static AugStatus check(CmdCall *call, AugError *error)
{
    ExportOptions *options = call->options;
    Format format;
    options->model = call->arguments[0];
    AUG_TRY(find_format(options->output, &format, error));
    if (format != FORMAT_ONNX && (options->keep_norms || options->bytes))
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL, "%s is for FILE.onnx only",
                        options->bytes ? "--bytes" : "--keep-norms");
    return train_file_check_new(options->output, options->overwrite, error);
}

/* --- notes in the file ------------------------------------------------------------------------ */

/* Names of the classes as a JSON list. */
static char *classes_text(const TrainSavedModel *saved)
{
    AugiJsonWriter json = {0};
    augi_json_list(&json);
    for (size_t i = 0; i < saved->n_classes; i++)
        augi_json_string(&json, saved->classes[i]);
    augi_json_list_end(&json);
    return augi_json_take(&json);
}

/* The section "output" of the specification that the model was evaluated by, as JSON: layout, type and
 * normalization of what it was given. NULL where it is not known. */
static char *output_text(const char *text)
{
    json_t *spec = text ? json_loads(text, 0, NULL) : NULL;
    const json_t *output = json_object_get(spec, "output");
    char *made = output ? json_dumps(output, JSON_COMPACT) : NULL;
    json_decref(spec);
    return made;
}

/* What the input is to be, in words. */
static const char *input_text(const ExportOptions *options, const TrainNormalization *normalization)
{
    if (!options->bytes)
        return "float32 values as the model was trained on, normalized";
    return normalization->n > 0 ? "uint8 values of pixels; the model normalizes them as it was "
                                  "trained on"
                                : "uint8 values of pixels; the model divides them by 255 and does "
                                  "nothing else to them";
}

static AugStatus write_noted(const ExportOptions *options, const TrainSavedModel *saved,
                             const NnNetwork *network, const char *spec, AugError *error)
{
    AugLimits limits;
    TrainNormalization normalization = {0};
    aug_limits_init(&limits);
    if (options->bytes)
        AUG_TRY(train_normalization_find(&normalization, saved, spec, &limits, error));
    char *classes = classes_text(saved);
    if (!classes)
        return AUG_FAIL(error, AUG_NO_MEMORY, options->output, "no memory for names of classes");
    char *output = output_text(spec);
    NnOnnxNote notes[3] = {{"input", input_text(options, &normalization)}};
    size_t n_notes = 1;
    if (saved->n_classes > 0)
        notes[n_notes++] = (NnOnnxNote){"classes", classes};
    if (output)
        notes[n_notes++] = (NnOnnxNote){"output", output};
    const NnOnnxOptions how = {.keep_norms = options->keep_norms,
                               .bytes = options->bytes,
                               .mean = normalization.n ? normalization.mean : NULL,
                               .scale = normalization.n ? normalization.scale : NULL,
                               .notes = notes,
                               .n_notes = n_notes};
    uint8_t *bytes;
    size_t size;
    AugStatus status = nn_network_export_onnx(network, &how, &bytes, &size, error);
    if (status == AUG_OK)
        status = train_file_save(options->output, bytes, size, error);
    free(bytes);
    free(classes);
    free(output);
    return status;
}

static AugStatus write_onnx(const CmdCall *call, const TrainSavedModel *saved,
                            const NnNetwork *network, AugError *error)
{
    const ExportOptions *options = call->options;
    AugLimits limits;
    AugError first = {0};
    AugProblems problems = {.items = &first, .capacity = 1};
    TrainSavedSpec spec;
    aug_limits_init(&limits);
    /* Without --bytes it is a note only. */
    const AugStatus found = (options->bytes ? train_saved_need_spec : train_saved_find_spec)(
        saved, &spec, &limits, &problems);
    if (found != AUG_OK && (options->bytes || first.status == AUG_NO_MEMORY))
        return aug_problems_first(&problems, error);
    if (found != AUG_OK)
        cmd_say(call, "the file will not say how its input is made, as %s: %s", first.where,
                first.message);
    const AugStatus status = write_noted(options, saved, network, spec.text, error);
    free(spec.text);
    free(spec.file);
    return status;
}

static AugStatus write_model(const CmdCall *call, const TrainSavedModel *saved, AugError *error)
{
    const ExportOptions *options = call->options;
    const TrainSavedOptions how = {.max_batch = 1, .n_threads = 1};
    NnNetwork *network = NULL;
    Format format;
    AUG_TRY(find_format(options->output, &format, error));
    AUG_TRY(train_saved_network(saved, &how, &network, error));
    const AugStatus status = format == FORMAT_ONNX
                                 ? write_onnx(call, saved, network, error)
                                 : train_saved_write(saved->model, network, options->output, error);
    nn_network_free(network);
    return status;
}

static int run(const CmdCall *call)
{
    const ExportOptions *options = call->options;
    AugLimits limits;
    TrainSavedModel saved;
    AugError error = {0};
    aug_limits_init(&limits);
    const int code = train_open_saved(call, &saved, options->model, options->weights, &limits);
    if (code != 0)
        return code;
    const AugStatus status = write_model(call, &saved, &error);
    train_saved_fini(&saved);
    if (status != AUG_OK)
        return cmd_fail(call, &error);
    cmd_say(call, "%s is written", options->output);
    return 0;
}

static const CmdArgument arguments[] = {{.name = "MODEL", .words = CMD_WORDS_FILES}};

static const CmdExample examples[] = {
    {"runs/model -o model.onnx", "ONNX, for other programs."},
    {"runs/model -o model.onnx --bytes", "The same for pixels of 8 bits."},
    {"model.yaml -o fresh.safetensors", "The weights that training begins with."},
};

const CmdCommand train_command_export = {
    .name = "export",
    .summary = "Write a trained model for other programs, as ONNX",
    .arguments = arguments,
    .n_arguments = AUG_COUNT(arguments),
    .details =
        "MODEL is the folder of a run, its model.safetensors, or a model file.\n"
        "An ONNX model has the operator set 13. Its input \"input\" is [N, channels, height, "
        "width], "
        "[N, features], or of a network for texts [N, ids]; its output \"output\" has the logits. "
        "It "
        "does what evaluation does: no dropout, running statistics. Names of the classes, and the "
        "output section of the specification by which the run was evaluated, stand in its "
        "metadata.",
    .options = AUG_PARAM_TABLE(ExportOptions, rows),
    .examples = examples,
    .n_examples = AUG_COUNT(examples),
    .check = check,
    .run = run,
};
