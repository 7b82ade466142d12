/* Pictures that the rows of a text file name, by paths relative to the file's folder. */
#ifndef AUGI_DATASETS_ROW_PICTURES_H
#define AUGI_DATASETS_ROW_PICTURES_H

#include "libaug/data/support/pictures.h"
#include "libaug/data/support/row_columns.h"

/* Opens the folder of the file. */
AUG_MUST_CHECK AugStatus augi_row_pictures_open(AugiPictures *pictures, const char *path,
                                                AugError *error);

/* Adds the picture of a row. A path of a hostile list could name any file of the host, so only what
 * lies below the folder is allowed; else AUG_CORRUPT. where: place of the row. */
AUG_MUST_CHECK AugStatus augi_row_pictures_add(AugiPictures *pictures, AugiCell path,
                                               const AugLimits *limits, const char *where,
                                               AugError *error);

#endif
