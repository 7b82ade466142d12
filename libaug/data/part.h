/* Parts of a data set: samples for training and samples for evaluation, drawn by name.
 *
 * Each sample draws a number from 0 to 1 by its name and the split's seed, and nothing else: never
 * its index, nor what other samples there are. Those below `eval` are the part eval, the others the
 * part train. So a sample never changes sides when the set grows, is sorted anew, packed into a tar
 * or moved; and so the share of a part is that of as many coins: exact numbers would have to look
 * at other samples, and a new one would push an old one over.
 */
#ifndef AUGI_PART_H
#define AUGI_PART_H

#include "libaug/data/dataset.h"

/* What a sample draws by: its name, or its class and its name. */
enum { AUGI_SPLIT_BY_SAMPLE = 0, AUGI_SPLIT_BY_CLASS = 1 };

/* The parts, as in augi_part_names. */
enum { AUGI_PART_TRAIN = 0, AUGI_PART_EVAL = 1 };
extern const char *const augi_part_names[];

/* How parts are drawn: the value of `split` in a data set's map. */
typedef struct AugiSplit {
    double eval;
    AugChoice by;
    uint64_t seed;
} AugiSplit;

/* Which part: the value of `part`. */
typedef struct AugiPartChoice {
    AugChoice part;
} AugiPartChoice;

/* The rows of both, for parser, help and schema. */
extern const AugParamTable augi_split_table;
extern const AugParamTable augi_part_table;

/* What a map says of parts; has_part: it wants one. */
typedef struct AugiPartWish {
    bool has_part;
    AugiSplit split;
    AugiPartChoice choice;
} AugiPartWish;

/* The value of `split` in a map that is meant for parts; NULL if there is none. A kind may have a
 * parameter split of its own, whose value is a word; then only a map is meant for parts. Borrowed.
 */
const AugiTree *augi_part_split(const AugDatasetKind *kind, const AugiTree *map);

/* That parameter of a kind; NULL if it has none. */
const AugParamDesc *augi_kind_split(const AugDatasetKind *kind);

/* Reads split and part of a map; mistakes go to problems. */
void augi_part_bind(const AugDatasetKind *kind, const AugiTree *map, AugiPartWish *wish,
                    AugProblems *problems);

/* A part of an open data set as a data set. Takes the whole. Costs four bytes of memory for each
 * sample of the part. Fails with AUG_BAD_SPEC if the part has no sample or the set no classes to
 * split by, and with AUG_TOO_LARGE beyond 2^32 samples or max_resident_size. */
AUG_MUST_CHECK AugStatus augi_part_open(AugDataset **out, AugDataset *whole,
                                        const AugiPartWish *wish, AugError *error);

/* The data set that a part is of, and what was wished; NULL for a data set that is no part. */
const AugDataset *augi_part_whole(const AugDataset *dataset);
const AugiPartWish *augi_part_wish(const AugDataset *dataset);

/* Number in the whole of a sample of a part. */
uint64_t augi_part_sample(const AugDataset *part, uint64_t index);

/* Number in the part of a sample of the whole; false if it is not in the part. */
bool augi_part_find(const AugDataset *dataset, uint64_t sample, uint64_t *index);

/* Samples of one class in the whole, and those of them that are in eval. */
typedef struct AugiClassShare {
    uint64_t n, n_eval;
} AugiClassShare;

/* Counts each of the info.n_classes classes of a part's whole into shares; the caller's. */
void augi_part_count(const AugDataset *part, AugiClassShare *shares);

#endif
