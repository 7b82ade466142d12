/* The report of a run: one self-contained HTML file without scripts, for screen and paper. */
#ifndef NN_REPORT_H
#define NN_REPORT_H

#include "trainer/html.h"
#include "trainer/run.h"

/* Writes report.html to run->folder. */
AUG_MUST_CHECK AugStatus nn_report_save(const NnRun *run, AugError *error);

/* The report as text of *size bytes; the caller frees it. NULL if memory is out. */
char *nn_report_text(const NnRun *run, size_t *size);

/* The parts, for nn_report_text: the curves of the run; the confusion matrix, what is mistaken for
 * what most often, and the figures of each class; layers, settings and streams as tables. */
void nn_report_put_curves(NnHtml *html, const NnRun *run);
void nn_report_put_classes(NnHtml *html, const NnRun *run);
void nn_report_put_settings(NnHtml *html, const NnRun *run);

/* The style sheet, and what it adds on paper. */
extern const char nn_report_style[];
extern const char nn_report_print_style[];

#endif
