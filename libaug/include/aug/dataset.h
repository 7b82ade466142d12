/* Data sets: a numbered list of samples with labels, whatever the files behind it.
 *
 * A data set is opened once and then const: any number of threads read from it. Kinds (idx, cifar,
 * image_folder, tar, csv, ...) are descriptors from libaug/datasets.list.
 */
#ifndef AUG_DATASET_H
#define AUG_DATASET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aug/limits.h"
#include "aug/status.h"
#include "aug/tensor.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Opaque and counted: aug_dataset_ref, aug_dataset_unref. */
typedef struct AugDataset AugDataset;

/* What a field of a sample means. Operations treat fields by kind; what none treats travels on
 * unchanged. */
typedef enum AugFieldKind {
    AUG_FIELD_IMAGE,    /* a picture */
    AUG_FIELD_MASK,     /* a class number for each pixel of the picture: 8 bits, one channel */
    AUG_FIELD_BOXES,    /* F32 rows x0, y0, x1, y1 in pixels of the picture, half-open */
    AUG_FIELD_POINTS,   /* F32 rows x, y in pixels of the picture, continuous */
    AUG_FIELD_POLYGONS, /* as POINTS, one polygon a sample */
    AUG_FIELD_TEXT,     /* text, meant to be UTF-8 */
    AUG_FIELD_CLASS,    /* I64, one class number from 0, -1 if it has none */
    AUG_FIELD_CLASSES,  /* F32 [classes], a share for each class: several classes, or soft labels */
    AUG_FIELD_VALUES,   /* F32, real numbers */
    AUG_FIELD_OTHER,    /* anything else */
    AUG_FIELD_SPANS,    /* I64 rows start, end in bytes of the first text, half-open */
} AugFieldKind;

/* How a field's bytes are to be read. */
typedef enum AugFieldForm {
    AUG_FORM_VALUES,  /* as its tensor says; text as it is */
    AUG_FORM_ENCODED, /* a picture file, its format told by its content */
    AUG_FORM_PIXELS,  /* rows from the top, channels interleaved (HWC) */
    AUG_FORM_PLANES,  /* the same channel after channel (CHW) */
} AugFieldForm;

/* Most fields of one data set. */
#define AUG_MAX_FIELDS 16

/* One field that every sample of a data set has.
 *
 * name:    "image", "mask", "boxes", "text", "label"; lives as long as the data set
 * tensor:  type and shape of one sample's value; 0 in the shape where samples differ. Pictures:
 *          height, width, channels, whatever the form
 * most:    bound of shape[0] where that is 0: rows, or bytes of text; 0: not known
 * follows: name of the field whose rows this one accompanies (the classes of boxes): a row that is
 *          dropped or moved there is dropped or moved here. NULL: none
 */
typedef struct AugFieldDesc {
    const char *name;
    AugFieldKind kind;
    AugFieldForm form;
    AugTensorDesc tensor;
    uint64_t most;
    const char *follows;
} AugFieldDesc;

/* The value of a field. bytes are borrowed from the data set or from the caller's AugBuffer, valid
 * until the next read into that buffer.
 *
 * n_rows:                  rows where the descriptor leaves shape[0] open
 * height, width, channels: of PIXELS and PLANES
 */
typedef struct AugField {
    const void *bytes;
    size_t size;
    uint64_t n_rows;
    int32_t height, width, channels;
} AugField;

/* One sample: a value for each field of the data set, in order.
 *
 * name: the sample's place for messages and file names ("cat/001.jpg", "#17"); borrowed like bytes
 * dataset, index: where aug_dataset_read read it; NULL and 0 for a sample of the caller's own
 */
typedef struct AugSample {
    const char *name;
    AugField *fields;
    const AugDataset *dataset;
    uint64_t index;
} AugSample;

/* What is known without reading samples. */
typedef struct AugDatasetInfo {
    uint64_t n_samples;
    uint32_t n_classes; /* 0: no labels */
    uint32_t n_fields;
    AugFieldDesc fields[AUG_MAX_FIELDS];
} AugDatasetInfo;

/* Number of the first field of a kind; -1 if there is none. Any thread. */
AUG_API int aug_dataset_field(const AugDatasetInfo *info, AugFieldKind kind);

/* Class number of a sample of a data set with this info; -1 if it has none. Any thread. */
AUG_API int64_t aug_sample_class(const AugDatasetInfo *info, const AugSample *sample);

/* Memory that grows to hold one sample; zero-initialise, one per thread.
 *
 * allowance: the engine's own account of it; NULL: there is none
 * bytes:     of the first field that needs memory; more: of the others, by the number of the field
 */
typedef struct AugBuffer {
    struct AugiAllowance *allowance;
    uint8_t *bytes;
    size_t capacity;
    struct {
        uint8_t *bytes;
        size_t capacity;
    } more[AUG_MAX_FIELDS];
    AugField fields[AUG_MAX_FIELDS];
    int64_t label;
    char *name;
    size_t name_capacity;
} AugBuffer;

/* Frees the memory; the buffer can be used again. Accepts a zeroed one. */
AUG_API void aug_buffer_fini(AugBuffer *buffer);

/* Memory for the value of the field of this number, at least size bytes, aligned for any type; kept
 * for the next sample. For AugDatasetCallbacks.read. Fails with AUG_NO_MEMORY, and with
 * AUG_BAD_ARGUMENT if the number is not below AUG_MAX_FIELDS. */
AUG_API AUG_MUST_CHECK AugStatus aug_buffer_reserve(AugBuffer *buffer, uint32_t field, size_t size,
                                                    void **bytes, AugError *error);

/* Keeps a copy of a name in the buffer and gives it to the sample. Fails with AUG_NO_MEMORY. */
AUG_API AUG_MUST_CHECK AugStatus aug_buffer_set_name(AugBuffer *buffer, AugSample *sample,
                                                     const char *name, AugError *error);

/* Opens a data set from its short form "KIND:PATH[,key=value...]", as given to --dataset.
 * limits NULL: the defaults. On failure *out is NULL. The result has one reference. */
AUG_API AUG_MUST_CHECK AugStatus aug_dataset_open(AugDataset **out, const char *location,
                                                  const AugLimits *limits, AugError *error);

/* A data set that a program makes of its own data: arrays in memory, a database, a format of its
 * own. Zero-initialise it, then set what is needed. All but user is copied.
 *
 * name:        the place in messages; NULL: "callbacks"
 * fields:      what every sample has, n_fields of them. Sizes may stay open where the descriptor
 *              says so. A class is a field like others
 * n_samples:   0 with read NULL: no samples at all, only fields, for a plan that augments what the
 *              program gives it (AugPlanOptions.any_size, aug/sample.h)
 * n_classes:   class numbers are below it; 0: there are no classes
 * class_names: n_classes names; NULL: there are none but the numbers
 * limits:      NULL: the defaults
 * user:        given to the functions
 * read:        fills the fields of sample, which come zeroed. Bytes may be the program's own, if
 *              they stay as they are until the data set is freed, or stand in memory of the buffer
 *              (aug_buffer_reserve). sample->name comes as "#" and the index; another one is a
 *              string of the same life, or is set with aug_buffer_set_name. n_rows may stay 0 where
 *              it follows from the size. The same index always gives the same sample. On failure
 *              it returns a status and fills the error
 * label:       the class of a sample alone, -1 for none. NULL: it is read from the field of kind
 *              CLASS. Without such a field, samples get the field "label" from it
 * fingerprint: text that tells this data from any other, such as a version or a digest. NULL: sets
 *              of the same fields, numbers, classes and labels have one fingerprint, and nothing is
 *              remembered of this one beyond the process
 * release:     called once, when the data set is freed; may be NULL
 *
 * read and label are called from any number of threads at once, with a buffer for each; release
 * from the thread that gives up the last reference. */
typedef struct AugDatasetCallbacks {
    const char *name;
    const AugFieldDesc *fields;
    uint32_t n_fields;
    uint64_t n_samples;
    uint32_t n_classes;
    const char *const *class_names;
    const AugLimits *limits;
    void *user;
    AugStatus (*read)(void *user, uint64_t index, AugBuffer *buffer, AugSample *sample,
                      AugError *error);
    int64_t (*label)(void *user, uint64_t index);
    const char *fingerprint;
    void (*release)(void *user);
} AugDatasetCallbacks;

/* Makes a data set of callbacks, with one reference. What read returns is checked against the
 * fields each time: a size, number of rows, class or real number that is not allowed makes the
 * reading fail with AUG_CORRUPT, or AUG_TOO_LARGE beyond the limits. Fails with AUG_BAD_ARGUMENT
 * where the fields make no sense; *out is then NULL, and release is not called. */
AUG_API AUG_MUST_CHECK AugStatus aug_dataset_from_callbacks(AugDataset **out,
                                                            const AugDatasetCallbacks *callbacks,
                                                            AugError *error);

/* Another reference, and giving one up; the last closes the files. NULL does nothing. Any thread.
 */
AUG_API AugDataset *aug_dataset_ref(AugDataset *dataset);
AUG_API void aug_dataset_unref(AugDataset *dataset);

/* Any thread. */
AUG_API const AugDatasetInfo *aug_dataset_info(const AugDataset *dataset);

/* Name of a class, 0 <= label < n_classes; its number as text where the data set has no names. The
 * string lives as long as the data set. Any thread. */
AUG_API const char *aug_dataset_class_name(const AugDataset *dataset, uint32_t label);

/* Files and folders that lie where a data set looks for samples and are none, for one reason. A
 * folder counts once, whatever is in it: it was not entered.
 *
 * word:    the reason for programs: "hidden", "system" (Thumbs.db, __MACOSX, @eaDir, ...), "ending"
 *          (of no picture), "part" (of an archive: beside a picture, or without one)
 * reason:  the same for people, about one of them: "the name begins with a dot"
 * n:       how many
 * example: name of the first of them in byte order, named as samples are
 */
typedef struct AugPassedOver {
    const char *word;
    const char *reason;
    uint64_t n;
    const char *example;
} AugPassedOver;

/* What was passed over when the data set was opened: list receives an entry for each reason that
 * occurred, the result is their number. Of a part of a data set it is what the whole passed over.
 * Lives as long as the data set. Any thread. */
AUG_API size_t aug_dataset_passed_over(const AugDataset *dataset, const AugPassedOver **list);

/* Reads the sample at index (0 to n_samples - 1). Any thread, with a buffer of its own. Fails with
 * AUG_IO, AUG_CORRUPT, AUG_CHANGED or AUG_TOO_LARGE; the error's place is the sample's.
 *
 * AUG_CHANGED: the bytes are not those of the sample's first reading, whose digest (XXH3-128) is
 * remembered, also by later processes (see aug_dataset_take_note). Of a sample that was never read
 * before: its file is not in the state (device, inode, size, times) that it was in when the set was
 * opened. A digest finds change, not malice. */
AUG_API AUG_MUST_CHECK AugStatus aug_dataset_read(const AugDataset *dataset, uint64_t index,
                                                  AugBuffer *buffer, AugSample *sample,
                                                  AugError *error);

/* Only the label of a sample, without its content; -1 if it has none. Any thread. */
AUG_API int64_t aug_dataset_label(const AugDataset *dataset, uint64_t index);

/* Bytes of those parts of a sample whose size differs from sample to sample, as they are stored:
 * of its picture files, of the row of its text. Known without reading it; 0 where it is not, or
 * where all samples are of one size. Any thread. */
AUG_API uint64_t aug_dataset_stored_size(const AugDataset *dataset, uint64_t index);

/* SHA-256 over the manifest: fields, names of classes, and the name, stored size and label of each
 * sample, in order; and the content of samples that opening has read already (pixels of idx and
 * cifar, text of rows). Independent of where the files lie: equal on every host that holds the
 * same. Reads no sample. Any thread. hex receives 64 digits and a NUL. */
AUG_API AUG_MUST_CHECK AugStatus aug_dataset_fingerprint(const AugDataset *dataset, char hex[65],
                                                         AugError *error);

/* SHA-256 over the fingerprint and the digests of all samples. hex is empty as long as a sample was
 * never read, by this process or by one whose memory of it lies in the cache. Any thread. */
AUG_API AUG_MUST_CHECK AugStatus aug_dataset_content_id(const AugDataset *dataset, char hex[65],
                                                        AugError *error);

/* Samples whose content is known, by this process or by an earlier one: all of them where the
 * content id is. Any thread. */
AUG_API uint64_t aug_dataset_n_known(const AugDataset *dataset);

/* How to read what is not known yet. Zero-initialised is usable.
 *
 * threads: at most the limits' max_threads; 0: one per processor
 * verify:  samples that are known are read, too, and compared with what is remembered of them
 * renew:   what is remembered is forgotten first, and every sample read; allowed before the first
 *          reading of a sample only
 * go_on:   asked about ten times a second with the number of samples that are done by now; false
 *          ends the reading. NULL: it goes on. Called from the caller's thread
 */
typedef struct AugRecordOptions {
    uint32_t threads;
    bool verify, renew;
    bool (*go_on)(void *user, uint64_t n_done);
    void *user;
} AugRecordOptions;

/* Reads every sample whose content is not known, so that the content id is. options NULL: the
 * defaults. AUG_END if go_on ended it; fails as aug_dataset_read does for the first sample that
 * cannot be read, with AUG_BAD_ARGUMENT for too many threads or a renewal that comes too late, and
 * with AUG_TOO_LARGE if the digests need more memory than max_resident_size allows. */
AUG_API AUG_MUST_CHECK AugStatus aug_dataset_record(const AugDataset *dataset,
                                                    const AugRecordOptions *options,
                                                    AugError *error);

/* Why what was read will not be remembered by later processes, as a sentence for a log: true once,
 * when there is such a reason; what is not written yet is written for it. Digests are kept in a
 * file of their own in $AUGD_CACHE, else $XDG_CACHE_HOME/augd, else ~/.cache/augd. AUGD_CACHE=off
 * keeps none, and needs no sentence. What a first reading leaves for later ones (AugLimits.hints)
 * lies beside it. Else note is empty. Any thread. */
AUG_API bool aug_dataset_take_note(const AugDataset *dataset, char note[512]);

#ifdef __cplusplus
}
#endif
#endif
