/* Picture files below a folder: a table of names and of what the files were when it was made. */
#ifndef AUGI_DATASETS_PICTURES_H
#define AUGI_DATASETS_PICTURES_H

#include "libaug/base/grow.h"
#include "libaug/data/dataset.h"
#include "libaug/data/support/file.h"

/* Zero-initialised it is closed and empty. folder is an open descriptor while is_open. field:
 * number of the field that the pictures are; those of field 0 give samples their names. */
typedef struct AugiPictures {
    int folder;
    bool is_open;
    uint32_t field;
    AugiStrings names;
    struct AugiPicture {
        uint64_t name; /* offset in names */
        AugiFileStamp stamp;
    } * items;
    uint64_t n, capacity;
} AugiPictures;

/* Opens the folder; path is the place in messages. Fails as augi_file_failed says, and with
 * AUG_BAD_ARGUMENT where it is not a folder. */
AUG_MUST_CHECK AugStatus augi_pictures_open(AugiPictures *pictures, const char *path,
                                            AugError *error);

/* Adds a file by its name relative to the folder, which must be of a regular file. where: place of
 * the name in messages. */
AUG_MUST_CHECK AugStatus augi_pictures_add(AugiPictures *pictures, const char *name,
                                           const AugLimits *limits, const char *where,
                                           AugError *error);

/* Name of a picture; borrowed from the table. */
const char *augi_pictures_name(const AugiPictures *pictures, uint64_t index);

/* Reads a whole file into the buffer and fills the field of the data set's sample of this index.
 * AUG_CHANGED if its size is not that of the add; or if anything else of its stamp is not, and the
 * sample's content is not known. Any thread. */
AUG_MUST_CHECK AugStatus augi_pictures_read(const AugiPictures *pictures, const AugDataset *dataset,
                                            uint64_t index, AugBuffer *buffer, AugSample *sample,
                                            AugError *error);

/* Bytes of a file, and the names and sizes of all into a hash. */
uint64_t augi_pictures_size(const AugiPictures *pictures, uint64_t index);
void augi_pictures_add_manifest(const AugiPictures *pictures, AugiHash *hash);

/* Closes the folder, frees the table and zeroes the struct. */
void augi_pictures_fini(AugiPictures *pictures);

/* Extensions by which pictures are known: words such as "jpg png", separated by spaces. */
bool augi_picture_extension(const char *extension, const char *extensions);

/* What follows the last dot of the name's base, or "" if there is no dot. Borrowed from name. */
const char *augi_picture_suffix(const char *name);

#endif
