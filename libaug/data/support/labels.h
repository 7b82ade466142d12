/* The labels of a data set as one table, built sample by sample when it is opened.
 *
 * Labels come as numbers, or as text. Text that is all whole numbers means those numbers, however
 * they are written (" 2", "+2", "2.0"); names become classes in the order of their bytes, so that
 * the numbering does not depend on the order of samples or on the locale.
 */
#ifndef AUGI_DATASETS_LABELS_H
#define AUGI_DATASETS_LABELS_H

#include "libaug/data/dataset.h"
#include "libaug/data/support/intern.h"

/* What text labels may be. */
typedef enum AugiLabelType {
    AUGI_LABELS_AUTO,    /* numbers if all are, else names if none is */
    AUGI_LABELS_NUMBERS, /* whole numbers from 0 */
    AUGI_LABELS_NAMES,   /* class names, digits or not */
} AugiLabelType;

/* Names of the above for an AugChoice row. */
extern const char *const augi_label_type_names[];

/* What folders are as classes, for an AugChoice row of kinds whose labels are folders: names, as
 * above, or the numbers that they are called. */
extern const char *const augi_label_folder_names[];
enum { AUGI_FOLDERS_ARE_NAMES, AUGI_FOLDERS_ARE_NUMBERS };

/* The row of such a table. */
#define AUGI_PARAM_FOLDER_LABELS(T)                                                      \
    AUG_PARAM(T, label_type, .choices = augi_label_folder_names, .fallback = "names",    \
              .help = "whether folders are class names, numbered in the order of their " \
                      "bytes, or class numbers")

/* values: of each sample its label plus 1, 0 for none, in width bytes each: as few as the largest
 * needs. While text is collected a label is the number in texts; places[t] is the row where text t
 * was seen first, and classes[t] in the end its class. Zero-initialised it is empty. */
typedef struct AugiLabels {
    void *values;
    uint32_t width;
    uint64_t n, capacity;
    AugiIntern texts;
    uint64_t *places;
    uint64_t place_capacity;
    int32_t *classes;
} AugiLabels;

/* A class as a row says it. place is for messages ("line 17"). */
typedef struct AugiLabelText {
    const char *text;
    size_t size;
    uint64_t place;
} AugiLabelText;

/* Adds the next sample's label as a number from 0, or -1 for none. Numbers and text do not mix. */
AUG_MUST_CHECK AugStatus augi_labels_add(AugiLabels *labels, int32_t value, const AugLimits *limits,
                                         AugError *error);

/* The label of sample i; -1: it has none. */
int32_t augi_labels_get(const AugiLabels *labels, uint64_t i);

/* Brings it nearer to the processor. */
void augi_labels_expect(const AugiLabels *labels, uint64_t i);

/* Adds it as text. */
AUG_MUST_CHECK AugStatus augi_labels_add_text(AugiLabels *labels, AugiLabelText text,
                                              const AugLimits *limits, AugError *error);

/* Takes a class up without making it the label of a sample: that of a box, or one of several. */
AUG_MUST_CHECK AugStatus augi_labels_name(AugiLabels *labels, AugiLabelText text,
                                          const AugLimits *limits, uint32_t *number,
                                          AugError *error);

/* Ends collection of numbers: sets n_classes to classes or, if that is 0, to the highest label + 1;
 * 0 if no sample has a label. */
AUG_MUST_CHECK AugStatus augi_labels_finish(AugiLabels *labels, AugDataset *dataset,
                                            int32_t classes, AugError *error);

/* Ends collection of text: turns it into class numbers and sets n_classes and class_names. Nothing
 * happens if no text was taken up. */
AUG_MUST_CHECK AugStatus augi_labels_finish_text(AugiLabels *labels, AugDataset *dataset,
                                                 AugiLabelType type, int32_t classes,
                                                 AugError *error);

/* The text without the spaces and tabs around it, which are part of no number; size is changed. */
const char *augi_label_trim(const char *text, size_t *size);

/* Reads a class number of digits only, below limits->max_classes. */
bool augi_label_parse(const char *text, size_t size, const AugLimits *limits, int32_t *value);

/* The class number that a folder is called, of digits only. Fails with AUG_CORRUPT, naming it;
 * where: place of the error. */
AUG_MUST_CHECK AugStatus augi_label_of_folder(const char *name, size_t size, const char *where,
                                              const AugLimits *limits, int32_t *value,
                                              AugError *error);

/* Copies names for the n_classes classes of a data set. */
AUG_MUST_CHECK AugStatus augi_class_names_copy(AugDataset *dataset, const char *const *names,
                                               AugError *error);

/* Frees the tables and zeroes the struct. */
void augi_labels_fini(AugiLabels *labels);

#endif
