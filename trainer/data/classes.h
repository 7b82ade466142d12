/* Which class of a network a class of a data set is. Data sets number their classes each by itself, so
 * two of them are compared by the names, and a number is a name only where there is no other.
 */
#ifndef TRAIN_CLASSES_H
#define TRAIN_CLASSES_H

#include <stdbool.h>
#include <stdint.h>

#include "aug/status.h"
#include "trainer/data/notes.h"
#include "trainer/nn/nn.h"

/* The names of n classes in the order of their numbers, and whose they are, for messages. A name may
 * be NULL: not known. */
typedef struct TrainClassNames {
    const char *owner;
    const char *const *names;
    uint32_t n;
} TrainClassNames;

/* Whether all names are known, and say more than the numbers do. */
bool train_classes_have_names(const TrainClassNames *classes);

/* What becomes of labels; zero-initialised: they stay.
 *
 * numbers: for each of n_from classes of the data set its number for the network
 * moved:   they are not all the same; labels and shares then have room for the changed ones of a batch
 */
typedef struct TrainClassMap {
    uint32_t n_from, n_to;
    uint32_t *numbers;
    bool moved;
    int64_t *labels;
    float *shares;
} TrainClassMap;

/* How classes are matched.
 *
 * renames: the names of `to` are for people, and may all be others; classes then keep their numbers
 * via:     what becomes of the numbers of `to`; NULL: they are the network's
 */
typedef struct TrainClassRule {
    bool renames;
    const TrainClassMap *via;
} TrainClassRule;

/* Matches the classes of a data set with others by their names. Where one side has only numbers, or a
 * name that is not known, classes keep theirs. What is not as one would expect goes to notes: another
 * order, classes that from lacks, numbers against names. On success the caller ends out with
 * train_class_map_fini. Fails with AUG_BAD_SPEC if from has a class that to lacks. */
AUG_MUST_CHECK AugStatus train_class_map_init(TrainClassMap *out, const TrainClassNames *from,
                                              const TrainClassNames *to, TrainClassRule rule,
                                              TrainNotes *notes, AugError *error);

/* Memory for the labels of up to n_batch samples of a network with n_classes outputs. */
AUG_MUST_CHECK AugStatus train_class_map_reserve(TrainClassMap *map, uint32_t n_batch,
                                                 uint32_t n_classes, AugError *error);

/* The network's number of a class of the data set; a label that is none of its classes stays. */
int64_t train_class_map_number(const TrainClassMap *map, int64_t label);

/* The number behind the largest that the network has for these classes; 0 if they keep theirs. */
uint32_t train_class_map_end(const TrainClassMap *map);

/* Puts the network's numbers in place of the data set's, in memory of the map. A label that is no
 * class of the data set stays. */
void train_class_map_apply(const TrainClassMap *map, NnBatch *batch);

/* Accepts a zeroed struct. */
void train_class_map_fini(TrainClassMap *map);

#endif
