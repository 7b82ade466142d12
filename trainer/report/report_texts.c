/* Texts in the report: what training made of some of them, with what went and what came. */
#include <inttypes.h>

#include "aug/sample.h"
#include "aug/spec.h"
#include "trainer/report/report.h"

/* Bytes of a text that are shown. */
#define MAX_SHOWN 600

/* Texts of the sheet as they are made once more: the plan and the data set are those of the training. */
typedef struct Texts {
    TrainHtml *html;
    const TrainRun *run;
    AugDataset *dataset;
    AugWorker *worker;
    AugBuffer buffer;
    uint32_t field, n_epochs;
} Texts;

/* Of the bytes that may still be shown of a text: all were, and it was said that there are more. */
#define CUT SIZE_MAX

/* A piece of a text between tags; left: bytes that may still be shown, or CUT. */
static void put_piece(TrainHtml *html, const char *tag, const char *bytes, size_t size,
                      size_t *left)
{
    const size_t shown = *left == CUT ? 0 : size < *left ? size : *left;
    if (shown > 0) {
        if (tag)
            train_html_put(html, "<%s>", tag);
        train_html_bytes(html, bytes, shown);
        if (tag)
            train_html_put(html, "</%s>", tag);
        *left -= shown;
    }
    if (shown < size && *left != CUT) {
        train_html_put(html, "…");
        *left = CUT;
    }
}

/* The text as training had it in an epoch. */
static void put_epoch(Texts *texts, const AugSample *given, uint32_t epoch)
{
    const AugKey key = {.seed = aug_spec_seed(train_source_spec(texts->run->train)),
                        .sample = given->index,
                        .epoch = epoch};
    const char *old = given->fields[texts->field].bytes;
    AugSample made;
    AugChanges changes;
    size_t left = MAX_SHOWN;
    uint32_t at = 0;
    if (aug_worker_augment(texts->worker, &key, given, &made, NULL) != AUG_OK)
        return;
    aug_worker_changes(texts->worker, given, &made, texts->field, &changes);
    const char *new = made.fields[texts->field].bytes;
    train_html_put(texts->html, "<li><small>%u, %s</small> <bdi>", epoch + 1, changes.outcome);
    for (uint32_t i = 0; i < changes.n; i++) {
        const AugChange *change = &changes.items[i];
        put_piece(texts->html, NULL, old + at, change->start - at, &left);
        put_piece(texts->html, "del", old + change->start, change->end - change->start, &left);
        put_piece(texts->html, "ins", new + change->new_start, change->new_end - change->new_start,
                  &left);
        at = change->end;
    }
    put_piece(texts->html, NULL, old + at, given->fields[texts->field].size - at, &left);
    train_html_put(texts->html, "</bdi></li>");
}

/* A sample that cannot be read is left out. */
static void put_sample(Texts *texts, int64_t index)
{
    AugField fields[AUG_MAX_FIELDS] = {{0}};
    AugSample sample = {.fields = fields};
    size_t left = MAX_SHOWN;
    if (aug_dataset_read(texts->dataset, (uint64_t)index, &texts->buffer, &sample, NULL) != AUG_OK)
        return;
    const AugField *text = &sample.fields[texts->field];
    train_html_put(texts->html, "<li><small>#%" PRId64 "</small> <bdi>", index);
    put_piece(texts->html, NULL, text->bytes, text->size, &left);
    train_html_put(texts->html, "</bdi><ol class=\"texts\">");
    for (uint32_t epoch = 0; epoch < texts->n_epochs; epoch++)
        put_epoch(texts, &sample, epoch);
    train_html_put(texts->html, "</ol></li>\n");
}

static void put_all(Texts *texts)
{
    const TrainSheet *sheet = &texts->run->sheet;
    train_html_put(texts->html, "<h2>Augmentation</h2>\n<div class=\"card\"><ul class=\"texts\">");
    for (size_t i = 0; i < sheet->n; i++)
        put_sample(texts, sheet->rows[i].index);
    train_html_put(texts->html,
                   "</ul><p class=\"note\">Some training texts as they are stored, and below them "
                   "what each of the first epochs made of them.</p></div>\n");
}

void train_report_put_texts(TrainHtml *html, const TrainRun *run)
{
    const uint32_t begun = run->epoch + (run->batch > 0);
    Texts texts = {.html = html,
                   .run = run,
                   .dataset = run->train ? train_source_dataset(run->train) : NULL,
                   .n_epochs = begun < TRAIN_N_SEEN ? begun : TRAIN_N_SEEN};
    if (!texts.dataset || run->sheet.n == 0 || !train_source_info(run->train)->is_texts)
        return;
    const int field = aug_dataset_field(aug_dataset_info(texts.dataset), AUG_FIELD_TEXT);
    if (field < 0 || aug_worker_new(&texts.worker, train_source_plan(run->train), NULL) != AUG_OK)
        return;
    texts.field = (uint32_t)field;
    put_all(&texts);
    aug_worker_free(texts.worker);
    aug_buffer_fini(&texts.buffer);
}
