/* The report of a run: one self-contained HTML file without scripts, for screen and paper. */
#ifndef TRAIN_REPORT_H
#define TRAIN_REPORT_H

#include "trainer/report/html.h"
#include "trainer/run/run.h"

/* Writes report.html to run->folder. */
AUG_MUST_CHECK AugStatus train_report_save(const TrainRun *run, AugError *error);

/* The report as text of *size bytes; the caller frees it. NULL if memory is out. */
char *train_report_text(const TrainRun *run, size_t *size);

/* The parts, for train_report_text: the curves of the run; the confusion matrix, what is mistaken
 * for what most often, and the figures of each class; samples, and among them texts where the data set of the training is in this process; layers, settings
 * and streams as tables. */
void train_report_put_curves(TrainHtml *html, const TrainRun *run);
void train_report_put_classes(TrainHtml *html, const TrainRun *run);
void train_report_put_samples(TrainHtml *html, const TrainRun *run);
void train_report_put_texts(TrainHtml *html, const TrainRun *run);
void train_report_put_settings(TrainHtml *html, const TrainRun *run);

/* The style sheet; the rest of it, for evaluated training samples, pictures and narrow screens; and what
 * it adds on paper. */
extern const char train_report_style[];
extern const char train_report_more_style[];
extern const char train_report_print_style[];

#endif
