/* What libjpeg says of a JPEG that it reads carefully: byte by byte and to its end, so that its slow
 * path, which reports more than the fast one, sees all of it.
 */
#ifndef TEST_JPEG_ORACLE_H
#define TEST_JPEG_ORACLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "image/pixels/picture.h"

/* Longest message, with its NUL: libjpeg's JMSG_LENGTH_MAX. */
#define TEST_ORACLE_MESSAGE 200

/* One who is asked. Zero-initialise.
 *
 * image:    what was read last: grey, RGB or CMYK by the file's components; borrowed until the next
 *           question
 * message:  what libjpeg failed at or warned of first; empty where it found nothing wrong
 * pixels, capacity: memory of the image
 */
typedef struct TestOracle {
    AugImage image;
    char message[TEST_ORACLE_MESSAGE];
    uint8_t *pixels;
    size_t capacity;
} TestOracle;

/* Whether libjpeg finds nothing wrong. Its header must have been checked: a picture may be of any
 * size that it states. */
bool test_oracle_ask(TestOracle *oracle, const uint8_t *bytes, size_t size);

/* Frees the image. */
void test_oracle_fini(TestOracle *oracle);

#endif
