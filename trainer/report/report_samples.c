/* Samples in the report: the worst mistakes, and what augmentation made of some training samples. */
#include <float.h>
#include <inttypes.h>
#include <stdlib.h>

#include "aug/image.h"
#include "trainer/report/report.h"

/* Text of a sample that is shown in bytes. */
#define MAX_TEXT 240

/* Values of the pictures that stand together, channel by channel: black and white of what they are shown
 * in, since the spec that normalized them is not known here. */
typedef struct Range {
    float low[3], high[3];
} Range;

static Range empty_range(void)
{
    return (Range){{FLT_MAX, FLT_MAX, FLT_MAX}, {-FLT_MAX, -FLT_MAX, -FLT_MAX}};
}

static void widen(Range *range, const TrainPicture *picture)
{
    const size_t n = (size_t)picture->height * (size_t)picture->width * (size_t)picture->channels;
    for (size_t i = 0; picture->values && i < n; i++) {
        const size_t c = i % (size_t)picture->channels;
        const float value = picture->values[i];
        range->low[c] = value < range->low[c] ? value : range->low[c];
        range->high[c] = value > range->high[c] ? value : range->high[c];
    }
}

static uint8_t level(float value, float low, float high)
{
    const float share = high > low ? (value - low) / (high - low) : 0;
    return (uint8_t)(share < 0 ? 0 : share > 1 ? 255 : share * 255 + 0.5F);
}

/* As an image element with its bytes in itself; nothing if there is no picture. */
static void put_picture(TrainHtml *html, const TrainPicture *picture, const Range *range,
                        const char *says)
{
    const size_t channels = (size_t)picture->channels;
    const size_t n = (size_t)picture->height * (size_t)picture->width * channels;
    uint8_t *pixels = picture->values ? malloc(n) : NULL, *bytes = NULL;
    size_t size = 0;
    for (size_t i = 0; pixels && i < n; i++)
        pixels[i] = picture->is_bytes ? level(picture->values[i], 0, 255)
                                      : level(picture->values[i], range->low[i % channels],
                                              range->high[i % channels]);
    const AugImage image = {.pixels = pixels,
                            .height = picture->height,
                            .width = picture->width,
                            .channels = picture->channels,
                            .row_size = (size_t)picture->width * channels};
    if (pixels && aug_image_encode_png(&image, &bytes, &size, NULL) == AUG_OK) {
        train_html_put(html, "<img alt=\"");
        train_html_text(html, says);
        train_html_put(html, "\" src=\"data:image/png;base64,");
        train_html_base64(html, bytes, size);
        train_html_put(html, "\">");
    }
    free(bytes);
    free(pixels);
}

/* --- mistakes --------------------------------------------------------------------------------- */

/* Name of a sample and its text, where the data set is in this process; else its number. */
static void put_origin(TrainHtml *html, const TrainSource *source, const TrainMistake *mistake)
{
    AugDataset *dataset = train_source_dataset(source);
    AugBuffer buffer = {0};
    AugField fields[AUG_MAX_FIELDS] = {{0}};
    AugSample sample = {.fields = fields};
    const bool is_read = dataset && aug_dataset_read(dataset, (uint64_t)mistake->index, &buffer,
                                                     &sample, NULL) == AUG_OK;
    if (is_read && sample.name) {
        train_html_put(html, "<small>");
        train_html_text(html, sample.name);
        train_html_put(html, "</small>");
    } else {
        train_html_put(html, "<small>#%" PRId64 "</small>", mistake->index);
    }
    const int text = is_read ? aug_dataset_field(aug_dataset_info(dataset), AUG_FIELD_TEXT) : -1;
    if (text >= 0) {
        const AugField *field = &sample.fields[text];
        train_html_put(html, "<q>");
        train_html_bytes(html, field->bytes, field->size < MAX_TEXT ? field->size : MAX_TEXT);
        if (field->size > MAX_TEXT)
            train_html_put(html, "…");
        train_html_put(html, "</q>");
    }
    aug_buffer_fini(&buffer);
}

/* A class and its share of the prediction. */
static void put_share(TrainHtml *html, const char *tag, const char *name, double share)
{
    train_html_put(html, "<%s>", tag);
    train_html_text(html, name);
    if (share > 0 && share < 0.0001)
        train_html_put(html, "</%s><span>&lt; 0.01 %%</span>", tag);
    else
        train_html_put(html, "</%s><span>%.2f %%</span>", tag, 100 * share);
}

static void put_mistake(TrainHtml *html, const TrainRun *run, const TrainMistake *mistake,
                        const Range *range)
{
    char truth_number[16], given_number[16], says[600];
    const char *truth = train_run_class_name(run, mistake->truth, truth_number);
    const char *given = train_run_class_name(run, mistake->given, given_number);
    snprintf(says, sizeof(says), "%.250s taken for %.250s", truth, given);
    train_html_put(html, "<li>");
    put_picture(html, &mistake->picture, range, says);
    put_share(html, "b", truth, mistake->share_truth);
    put_share(html, "i", given, mistake->share_given);
    put_origin(html, run->eval ? run->eval : run->validation, mistake);
    train_html_put(html, "</li>");
}

static void put_worst(TrainHtml *html, const TrainRun *run)
{
    Range range = empty_range();
    for (size_t i = 0; i < run->worst.n; i++)
        widen(&range, &run->worst.items[i].picture);
    train_html_put(html, "<h2>Worst mistakes</h2>\n<div class=\"card\"><ol class=\"samples\">");
    for (size_t i = 0; i < run->worst.n; i++)
        put_mistake(html, run, &run->worst.items[i], &range);
    train_html_put(html,
                   "</ol><p class=\"note\">Samples of the %s whose true class (bold) got the "
                   "smallest share of the prediction; below it what the network said.</p>"
                   "</div>\n",
                   run->eval ? "test" : "validation");
}

/* --- contact sheet ---------------------------------------------------------------------------- */

static void put_sheet(TrainHtml *html, const TrainSheet *sheet)
{
    Range range = empty_range();
    size_t n_seen = 0;
    for (size_t r = 0; r < sheet->n; r++) {
        const TrainSheetRow *row = &sheet->rows[r];
        widen(&range, &row->plain);
        for (size_t i = 0; i < row->n_seen; i++)
            widen(&range, &row->seen[i]);
        n_seen += row->n_seen;
    }
    if (n_seen == 0)
        return;
    train_html_put(html, "<h2>Augmentation</h2>\n<div class=\"card\"><div class=\"sheet\">");
    for (size_t r = 0; r < sheet->n; r++) {
        const TrainSheetRow *row = &sheet->rows[r];
        char says[64];
        train_html_put(html, "<div><span>");
        snprintf(says, sizeof(says), "sample %" PRId64 " as evaluated", row->index);
        put_picture(html, &row->plain, &range, says);
        train_html_put(html, "</span>");
        for (size_t i = 0; i < row->n_seen; i++) {
            snprintf(says, sizeof(says), "sample %" PRId64 " as trained on, %zu", row->index,
                     i + 1);
            put_picture(html, &row->seen[i], &range, says);
        }
        train_html_put(html, "</div>");
    }
    train_html_put(html,
                   "</div><p class=\"note\">Some training samples: left of the line as an "
                   "evaluation makes them, then as the network was given them, epoch after epoch. "
                   "Values are spread from black to white over all pictures.</p></div>\n");
}

void train_report_put_samples(TrainHtml *html, const TrainRun *run)
{
    if (run->worst.n > 0)
        put_worst(html, run);
    put_sheet(html, &run->sheet);
    train_report_put_texts(html, run);
}
