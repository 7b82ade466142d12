/* aug preview: originals and what becomes of them, on one contact sheet. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "aug/sample.h"
#include "cli/canvas.h"
#include "cli/caption.h"
#include "cli/describe.h"
#include "cli/files.h"
#include "cli/pipeline.h"
#include "cli/present.h"
#include "cli/preview_texts.h"
#include "cli/program.h"
#include "cli/sheet.h"
#include "command/marks.h"
#include "libaug/run/windows.h"

typedef struct PreviewOptions {
    AugText output, seed;
    int32_t samples, variants, epoch;
    AugChoice marks;
} PreviewOptions;

static const AugParamDesc option_rows[] = {
    AUG_PARAM(PreviewOptions, output, .optional = true, .unit = "file",
              .help = "file to write: PNG or JPEG by its ending, - for PNG to standard output; of "
                      "texts also .html, and without it they are printed"),
    AUG_PARAM(PreviewOptions, samples, .fallback = "6", .low = 1, .high = 100,
              .help = "rows: the first samples of the epoch"),
    AUG_PARAM(PreviewOptions, variants, .fallback = "5", .low = 1, .high = 50,
              .help = "columns beside the original: what each of so many epochs shows"),
    AUG_PARAM(PreviewOptions, epoch, .fallback = "0", .low = 0, .high = INT32_MAX - 50,
              .help = "first of these epochs"),
    CMD_MARKS_ROW(PreviewOptions),
    AUG_PARAM(PreviewOptions, seed, .optional = true, .unit = "n",
              .help = "another seed than the specification's"),
};

/* Quality of a sheet that is a JPEG. */
#define JPEG_QUALITY 95

/* Formats of the sheet by the ending of its file. */
static const struct {
    const char *ending, *format;
} endings[] = {
    {".png", "png"}, {".jpg", "jpeg"}, {".jpeg", "jpeg"}, {".jpe", "jpeg"}, {".jfif", "jpeg"},
};

/* What is drawn while the sheet is filled. n_failed counts samples without a picture. */
typedef struct Preview {
    const CmdCall *call;
    const PreviewOptions *options;
    const AugPlan *plan;
    AugWorker *worker;
    AugBuffer buffer;
    AugiWindows *windows;
    CliSheet sheet;
    int32_t n_failed;
} Preview;

/* Puts a sample into a place; takes the caption, a heap text. A sample that cannot be shown says so
 * there. */
static AugStatus show(Preview *preview, int32_t row, int32_t column, const AugSample *sample,
                      char *caption, AugError *error)
{
    AugPresentation shown;
    AugError reason = {0};
    AugStatus status = cli_present(preview->plan, sample, &shown, &reason);
    if (status != AUG_OK) {
        cli_sheet_set_alert(&preview->sheet, row, column, cli_caption("%s", reason.message),
                            caption);
        return AUG_OK;
    }
    char *text = shown.text;
    shown.text = NULL;
    if (shown.picture.pixels)
        status = cli_sheet_set_picture(&preview->sheet, row, column, &shown.picture,
                                       cli_caption_join(caption, text), error);
    else
        cli_sheet_set_text(&preview->sheet, row, column, text, caption);
    cli_present_fini(&shown);
    return status;
}

static AugStatus add_variant(Preview *preview, int32_t row, int32_t variant, uint64_t index,
                             const AugSample *sample, AugError *error)
{
    const AugKey key = {.seed = aug_spec_seed(augi_plan_spec(preview->plan)),
                        .sample = index,
                        .epoch = (uint32_t)(preview->options->epoch + variant)};
    AugSample made;
    AugError reason = {0};
    if (aug_worker_augment(preview->worker, &key, sample, &made, &reason) != AUG_OK) {
        cli_sheet_set_alert(&preview->sheet, row, variant + 1, cli_caption("%s", reason.message),
                            NULL);
        return AUG_OK;
    }
    char *names = cli_caption_ops(preview->plan, &key);
    char size[64];
    cli_present_size(preview->plan, &made, size);
    char *caption = cli_caption_join(
        cli_caption("%s", size), cli_caption("%s", names && names[0] ? names : "no operation ran"));
    free(names);
    return show(preview, row, variant + 1, &made, caption, error);
}

/* One row; a sample that cannot be shown says so in its place. */
static AugStatus add_row(Preview *preview, int32_t row, AugError *error)
{
    const uint32_t batch_size = aug_plan_batch_size(preview->plan);
    AugiRow place = {.place = (uint32_t)row % batch_size};
    AUG_TRY(augi_windows_find(preview->windows, (uint32_t)preview->options->epoch,
                              (uint32_t)row / batch_size, &place, 1, error));
    const uint64_t index = place.sample;
    AugSample sample, decoded;
    AugError reason = {0};
    AugStatus status = aug_dataset_read(aug_plan_dataset(preview->plan), index, &preview->buffer,
                                        &sample, &reason);
    const char *name = status == AUG_OK ? sample.name : reason.where;
    if (status == AUG_OK)
        status = aug_worker_decode(preview->worker, &sample, &decoded, &reason);
    if (status != AUG_OK) {
        preview->n_failed++;
        cmd_put_text(stderr, name);
        fputs(": ", stderr);
        cmd_put_text(stderr, reason.message);
        fputc('\n', stderr);
        cli_sheet_set_alert(&preview->sheet, row, 0, cli_caption("%s", reason.message),
                            cli_caption("#%" PRIu64 " %s", index, name));
        return AUG_OK;
    }
    char size[64];
    cli_present_size(preview->plan, &decoded, size);
    char *caption = cli_caption_join(cli_caption_original(preview->plan, &sample, index, "\n"),
                                     cli_caption("%s", size));
    AUG_TRY(show(preview, row, 0, &decoded, caption, error));
    for (int32_t i = 0; i < preview->options->variants; i++)
        AUG_TRY(add_variant(preview, row, i, index, &sample, error));
    return AUG_OK;
}

static void set_heads(Preview *preview)
{
    cli_sheet_set_head(&preview->sheet, 0, cli_caption("original"));
    for (int32_t i = 0; i < preview->options->variants; i++)
        cli_sheet_set_head(&preview->sheet, i + 1,
                           cli_caption("epoch %" PRId32, preview->options->epoch + i));
}

static const char *file_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* The format that a file's ending says; NULL if it says none. */
static const char *format_of(const char *path)
{
    const char *ending = strrchr(file_name(path), '.');
    if (cli_is_standard(path))
        return "png";
    for (size_t i = 0; ending && i < AUG_COUNT(endings); i++) {
        if (strcasecmp(ending, endings[i].ending) == 0)
            return endings[i].format;
    }
    return NULL;
}

static AugStatus print_json(const Preview *preview, const AugImage *canvas, AugError *error)
{
    AugiJsonWriter writer = {.indent = 2};
    augi_json_object(&writer);
    augi_json_text_member(&writer, "output", preview->options->output);
    augi_json_unsigned_member(&writer, "width", (uint64_t)canvas->width);
    augi_json_unsigned_member(&writer, "height", (uint64_t)canvas->height);
    augi_json_unsigned_member(&writer, "samples", (uint64_t)preview->sheet.n_rows);
    augi_json_unsigned_member(&writer, "failed", (uint64_t)preview->n_failed);
    augi_json_object_end(&writer);
    return cli_describe_print(&writer, error);
}

/* Where the sheet went, for people or for programs. */
static AugStatus report(const Preview *preview, const AugImage *canvas, AugError *error)
{
    if (preview->call->json)
        return print_json(preview, canvas, error);
    cmd_say(preview->call, "%s: %" PRId32 " x %" PRId32 " pixels, %" PRId32 " samples",
            cli_is_standard(preview->options->output) ? "standard output"
                                                      : preview->options->output,
            canvas->width, canvas->height, preview->sheet.n_rows);
    return AUG_OK;
}

static AugStatus write_sheet(const Preview *preview, AugError *error)
{
    const char *output = preview->options->output;
    AugImage canvas;
    AUG_TRY(cli_sheet_draw(&preview->sheet, &canvas, error));
    uint8_t *bytes = NULL;
    size_t size = 0;
    AugStatus status =
        aug_image_encode(format_of(output), &canvas, JPEG_QUALITY, &bytes, &size, error);
    if (status == AUG_OK)
        status = cli_output_write(output, bytes, size, error);
    if (status == AUG_OK)
        status = report(preview, &canvas, error);
    free(bytes);
    cli_canvas_fini(&canvas);
    return status;
}

static AugStatus fill_sheet(Preview *preview, AugError *error)
{
    set_heads(preview);
    for (int32_t row = 0; row < preview->sheet.n_rows; row++)
        AUG_TRY(add_row(preview, row, error));
    if (preview->n_failed == preview->sheet.n_rows)
        return AUG_FAIL(error, AUG_CORRUPT, NULL, "not one of the samples can be decoded: %s",
                        preview->sheet.cells[0].text ? preview->sheet.cells[0].text : "");
    return write_sheet(preview, error);
}

static AugStatus draw(const CmdCall *call, const CliPipeline *pipeline, AugError *error)
{
    Preview preview = {.call = call, .options = call->options, .plan = pipeline->plan};
    const uint64_t n_samples = aug_dataset_info(pipeline->dataset)->n_samples;
    const int32_t n_rows = (uint64_t)preview.options->samples < n_samples ? preview.options->samples
                                                                          : (int32_t)n_samples;
    AUG_TRY(aug_worker_new(&preview.worker, pipeline->plan, error));
    preview.windows = augi_windows_new(pipeline->plan);
    AugStatus status = AUG_OK;
    if (!preview.windows)
        status = AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for the order of samples");
    if (status == AUG_OK)
        status = cli_sheet_init(&preview.sheet, n_rows, preview.options->variants + 1, error);
    char *note = cli_caption("seed %" PRIu64 ", %" PRId32 " of %" PRIu64 " samples%s%s",
                             aug_spec_seed(pipeline->spec), n_rows, n_samples,
                             pipeline->spec->batch.views > 1 ? "; the first view of each" : "",
                             pipeline->spec->mix.n > 0 ? "; batch.mix is left out" : "");
    if (status == AUG_OK) {
        preview.sheet.title =
            cli_is_standard(call->arguments[0]) ? "standard input" : file_name(call->arguments[0]);
        preview.sheet.note = note;
        status = fill_sheet(&preview, error);
    }
    cli_sheet_fini(&preview.sheet);
    free(note);
    aug_buffer_fini(&preview.buffer);
    augi_windows_free(preview.windows);
    aug_worker_free(preview.worker);
    return status;
}

/* Texts where they are printed or become a page; all else is drawn. */
static AugStatus show_all(const CmdCall *call, const CliPipeline *pipeline, AugError *error)
{
    const PreviewOptions *options = call->options;
    const CliPreviewTexts texts = {.call = call,
                                   .plan = pipeline->plan,
                                   .output = options->output,
                                   .title = cli_is_standard(call->arguments[0])
                                                ? "standard input"
                                                : file_name(call->arguments[0]),
                                   .n_samples = (uint32_t)options->samples,
                                   .n_variants = (uint32_t)options->variants,
                                   .epoch = (uint32_t)options->epoch};
    if (options->output && !cli_preview_is_page(options->output))
        return draw(call, pipeline, error);
    return cli_preview_texts(&texts, error);
}

static AugStatus check(CmdCall *call, AugError *error)
{
    const PreviewOptions *options = call->options;
    if (!options->output && call->json)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                        "--json says what was written, and nothing is; allowed is an --output");
    if (!options->output)
        return AUG_OK;
    if (!format_of(options->output) && !cli_preview_is_page(options->output))
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, options->output,
                        "the ending does not say which format --output is to have; allowed are "
                        ".png, and .jpg or .jpeg, and .html for texts");
    return cli_output_check(call, options->output, error);
}

static int run(const CmdCall *call)
{
    const PreviewOptions *options = call->options;
    CliPipeline pipeline = {0};
    AugError error = {0};
    int code = cli_pipeline_open(&pipeline, call, call->arguments[0], options->seed, true);
    if (code == 0 && show_all(call, &pipeline, &error) != AUG_OK)
        code = cmd_fail(call, &error);
    cli_pipeline_fini(&pipeline);
    return code;
}

static const CmdExample examples[] = {
    {"spec.yaml -o sheet.png", "Six samples of the specification's data set, five variants each."},
    {"texts.yaml", "Six texts on the terminal, with what became of each in five epochs."},
    {"texts.yaml -o texts.html --samples 30", "The same of thirty texts, as a page."},
    {"spec.yaml -o - | display -", "The same, to a program that shows pictures."},
    {"spec.yaml --dataset train=tar:train.tar --samples 10 --variants 8 -o sheet.jpg",
     "A larger sheet of a data set that the specification only names."},
};

static const CmdArgument arguments[] = {CLI_SPEC_ARGUMENT};

static const CmdRepeat *const repeats[] = {&cli_dataset};

const CmdCommand cli_command_preview = {
    .name = "preview",
    .summary = "Show originals and augmented variants: a contact sheet, or texts",
    .arguments = arguments,
    .n_arguments = AUG_COUNT(arguments),
    .repeats = repeats,
    .n_repeats = AUG_COUNT(repeats),
    .details =
        "The first column holds the originals, each other column what one epoch of the "
        "stream shows, with the operations that ran; batch operations and normalization are "
        "left out. Small pictures are enlarged, large ones reduced. Of texts each sample and "
        "its variants stand one below the other, with what was taken away and what was put "
        "in: in colours on a terminal unless NO_COLOR is set, else between [- -] and {+ +}; "
        "or marked on a page.",
    .json = "print name and size of what was written as JSON",
    .options = AUG_PARAM_TABLE(PreviewOptions, option_rows),
    .examples = examples,
    .n_examples = AUG_COUNT(examples),
    .check = check,
    .run = run,
};
