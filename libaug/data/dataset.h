/* Inside of data sets: the descriptor that each kind fills, and opening from a parsed spec. */
#ifndef AUGI_DATASET_H
#define AUGI_DATASET_H

#include <stdatomic.h>

#include "aug/dataset.h"
#include "libaug/base/hash.h"
#include "libaug/data/support/passed_over.h"
#include "libaug/spec/param.h"

struct AugiFile;

/* Stands for no sample. */
#define AUGI_BESIDE_NOBODY UINT64_MAX

/* A file in an archive that is no field of a sample.
 *
 * sample:     that it lies beside; AUGI_BESIDE_NOBODY: beside none, then ending is NULL
 * ending:     of its name, behind the key and the dot ("json", "seg.png")
 * file, data, size: where its content lies; the file is open as long as the data set is
 */
typedef struct AugiBesideFile {
    uint64_t sample;
    const char *name, *ending;
    const struct AugiFile *file;
    uint64_t data, size;
} AugiBesideFile;

/* Gets one such file, borrowed for the call. A failure ends the visits. */
typedef AugStatus (*AugiBesideVisit)(void *user, const AugiBesideFile *file, AugError *error);

/* A kind. Every params struct begins with AugText path, the file or folder to open, and its table
 * with that row; a kind that needs no file has neither.
 *
 * open:         fills dataset->info (n_samples, n_classes, and the fields but for the class),
 *               dataset->class_names (optional, owned) and dataset->state from the bound params
 *               (which live as long as the data set). On failure it leaves nothing behind but
 *               state, which close then gets
 * close:        frees state; accepts state NULL
 * sample_name:  name by which a sample is told from the others wherever the set lies and however it
 *               is packed, borrowed from the set or the buffer; NULL: "#" and its number
 * read:         fills the fields that open declared, and the name; they are zeroed
 * expect:       brings what read will give for a sample nearer to the processor, without waiting for
 *               it; NULL: nothing
 * label:        see aug_dataset_label. A set with classes gets the field "label" from it, unless
 *               open declared one of kind CLASS or CLASSES or set dataset->is_unlabelled
 * manifest:     adds to the hash what is known without reading samples: their names, stored sizes
 *               and labels, in order, or what determines them. NULL: the labels are all there is
 * stored_size:  see aug_dataset_stored_size; NULL: 0
 * beside:       visits every file beside the samples, in the order of the archive; NULL: samples are all
 *               there is
 * may_be_empty: no samples are allowed; else they are an error
 * other_path:   name of the row beside path whose value is a path, too; NULL: none
 * aka:          what other libraries call it, separated by blanks; NULL: nothing else
 */
typedef struct AugDatasetKind {
    const char *name;
    const char *summary;
    const char *example; /* a --dataset argument */
    AugParamTable params;
    AugStatus (*open)(AugDataset *dataset, const AugLimits *limits, AugError *error);
    void (*close)(AugDataset *dataset);
    const char *(*sample_name)(const AugDataset *dataset, uint64_t index, AugBuffer *buffer);
    AugStatus (*read)(const AugDataset *dataset, uint64_t index, AugBuffer *buffer,
                      AugSample *sample, AugError *error);
    void (*expect)(const AugDataset *dataset, uint64_t index);
    int64_t (*label)(const AugDataset *dataset, uint64_t index);
    void (*manifest)(const AugDataset *dataset, AugiHash *hash);
    uint64_t (*stored_size)(const AugDataset *dataset, uint64_t index);
    AugStatus (*beside)(const AugDataset *dataset, AugiBesideVisit visit, void *user,
                        AugError *error);
    bool may_be_empty;
    const char *other_path;
    const char *aka;
} AugDatasetKind;

/* Digits of the largest 32-bit number and a NUL, rounded up. */
#define AUGI_CLASS_NUMBER_SIZE 12

/* An open data set. Const after opening, but for the reference count and the identity.
 *
 * is_unlabelled: its classes are those of boxes only
 * is_settled:    set by open: the manifest determines every byte of every sample, because they are
 *                computed, or were read then
 * is_nameless:   set by open: the manifest does not tell the set from others, so nothing is
 *                remembered of it beyond the process
 * may_lack_labels: set by open: the label hook may be -1 for some samples and not for others
 * label_field:   number of the field that label fills, or -1
 * has_files:     a field is a picture file
 * passed:        what open passed over
 * part:          the data set through which alone this one is read, and which knows what was read;
 *                NULL: none
 * class_names:   info.n_classes owned strings, or NULL; class_numbers: then the numbers
 */
struct AugDataset {
    const AugDatasetKind *kind;
    void *params;
    void *state;
    AugDatasetInfo info;
    bool is_unlabelled, is_settled, is_nameless, may_lack_labels;
    int label_field;
    bool has_files;
    char **class_names;
    char (*class_numbers)[AUGI_CLASS_NUMBER_SIZE];
    AugLimits limits;
    AugiPassedOver passed;
    atomic_uint references;
    const AugDataset *part;
    struct AugiIdentity *identity; /* identity.h */
};

/* All kinds, from libaug/datasets.list, sorted by name. */
extern const AugDatasetKind *const augi_dataset_kinds[];
extern const size_t augi_n_dataset_kinds;

/* Kind by name; NULL if there is none. */
const AugDatasetKind *augi_dataset_kind_find(const char *name);

/* Opens what a spec's "dataset:" map says ({kind: idx, path: ...}). Mistakes in the map go to
 * problems; failures of opening to error (which then also holds the first problem). Relative paths
 * start at the folder of the file that the map stands in; file NULL or "-": at the current one. */
AUG_MUST_CHECK AugStatus augi_dataset_open_tree(AugDataset **out, const AugiTree *map,
                                                const char *file, const AugLimits *limits,
                                                AugProblems *problems, AugError *error);

/* Reads such a map without opening anything: every mistake in it goes to problems. */
void augi_dataset_check_tree(const AugiTree *map, AugProblems *problems);

/* Reads "KIND:PATH[,key=value...]" without opening anything; fails at the first mistake. */
AUG_MUST_CHECK AugStatus augi_dataset_check_location(const char *location, AugError *error);

/* A data set that is not open yet, with zeroed params. limits NULL: the defaults. */
AUG_MUST_CHECK AugStatus augi_dataset_new(AugDataset **out, const AugDatasetKind *kind,
                                          const AugLimits *limits, AugError *error);

/* The first sample without a class in a set where others have one; false if there is none. Does not
 * read samples, so a class that only reading shows does not count. Any thread. */
bool augi_dataset_find_unlabelled(const AugDataset *dataset, uint64_t *index);

/* Calls the kind's open and checks what it made of it against the limits. Params are bound. After a
 * failure the set can be given to aug_dataset_unref. */
AUG_MUST_CHECK AugStatus augi_dataset_start(AugDataset *dataset, AugError *error);

/* The parameter path, or the kind's name where it has none: the place in messages. Borrowed. */
const char *augi_dataset_path(const AugDataset *dataset);

/* The sample_name of a data set of any kind, without reading the sample; an empty string if memory
 * is out. */
const char *augi_dataset_sample_name(const AugDataset *dataset, uint64_t index, AugBuffer *buffer);

/* aug_dataset_read for an index in range, without comparing the sample with what is known of it. */
AUG_MUST_CHECK AugStatus augi_dataset_read_plain(const AugDataset *dataset, uint64_t index,
                                                 AugBuffer *buffer, AugSample *sample,
                                                 AugError *error);

/* Says that a sample is read soon, so that reading waits less. An index out of range does nothing.
 * Any thread. */
void augi_dataset_expect(const AugDataset *dataset, uint64_t index);

/* Fills the field of a sample that the label hook fills, if there is one. */
AUG_MUST_CHECK AugStatus augi_dataset_fill_label(const AugDataset *dataset, uint64_t index,
                                                 AugBuffer *buffer, AugSample *sample,
                                                 AugError *error);

/* Whether a kind opens a file or folder; else its short form is "KIND:key=value,...". */
bool augi_dataset_kind_has_path(const AugDatasetKind *kind);

/* Descriptors of the first field of most sets: a picture file, raw pixels of one size, text; and of
 * a mask that is a picture file. */
AugFieldDesc augi_field_encoded(void);
AugFieldDesc augi_field_mask(void);
AugFieldDesc augi_field_pixels(AugSize size, int32_t channels, bool planar);
AugFieldDesc augi_field_text(void);

/* Adds a field to info while a set is opened. Fails with AUG_TOO_LARGE. */
AUG_MUST_CHECK AugStatus augi_dataset_add_field(AugDataset *dataset, const AugFieldDesc *field,
                                                AugError *error);

/* Grows a buffer to at least size bytes; keeps its content. The second is for fields that need
 * memory beside the first; field is its number. */
AUG_MUST_CHECK AugStatus augi_buffer_reserve(AugBuffer *buffer, size_t size, AugError *error);
AUG_MUST_CHECK AugStatus augi_buffer_reserve_field(AugBuffer *buffer, uint32_t field, size_t size,
                                                   AugError *error);

/* Sets the name kept in a buffer and returns it; an empty string if memory is out. */
const char *augi_buffer_name(AugBuffer *buffer, const char *format, ...) AUG_PRINTF(2, 3);

/* The same for the name of a sample that has only its number: "#17". Cheaper than printf. */
const char *augi_buffer_number_name(AugBuffer *buffer, uint64_t index);

#endif
