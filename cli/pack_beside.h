/* Files that lie beside the samples of an archive and go with them: descriptions, texts, further
 * pictures of any kind, all that no field of the data set holds. */
#ifndef CLI_PACK_BESIDE_H
#define CLI_PACK_BESIDE_H

#include "aug/dataset.h"
#include "libaug/base/grow.h"

struct AugiFile;

/* One of them. ending: offset of its text. */
typedef struct CliPackFile {
    uint64_t sample, ending;
    const struct AugiFile *file;
    uint64_t data, size;
} CliPackFile;

/* All of a data set, by sample, those of one sample in the order of the archive. n_left files, such as
 * one of the name left, lie beside no sample. digest: of names and sizes. has_others: some are no class
 * numbers; has_pictures: some may be taken for pictures. Const once it is made; zero-initialised there are none. */
typedef struct CliPackBeside {
    CliPackFile *files;
    uint64_t n, capacity;
    AugiStrings endings;
    uint64_t n_left;
    char *left;
    char digest[65];
    bool has_others, has_pictures;
} CliPackBeside;

/* Finds them. On failure there are none. */
AUG_MUST_CHECK AugStatus cli_pack_beside_init(CliPackBeside *beside, const AugDataset *dataset,
                                              AugError *error);

/* Accepts a zeroed struct. */
void cli_pack_beside_fini(CliPackBeside *beside);

/* Files of a sample: the first of them and how many follow it; NULL and 0 if it has none. Any thread. */
const CliPackFile *cli_pack_beside_of(const CliPackBeside *beside, uint64_t sample, uint64_t *n);

/* What stands behind the key and the dot in the name of a file; borrowed. Any thread. */
const char *cli_pack_beside_ending(const CliPackBeside *beside, const CliPackFile *file);

/* Reads a file of at most most bytes; the caller frees *bytes. Any thread. */
AUG_MUST_CHECK AugStatus cli_pack_beside_read(const CliPackFile *file, uint64_t most,
                                              const char *where, uint8_t **bytes, AugError *error);

#endif
