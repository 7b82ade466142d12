/* Segments of text as tests write them down. */
#ifndef TEST_SEGMENTS_H
#define TEST_SEGMENTS_H

#include <stddef.h>
#include <stdint.h>

/* A function of text/unicode/unicode.h that says where the segment that begins at start ends. */
typedef size_t TestSegmentEnd(const uint8_t *text, size_t size, size_t start);

/* Text with "|" between its segments, as a string of printable ASCII in which every other byte is
 * "<xx>". Fails the test if a segment is empty or goes beyond the text. The caller frees it. */
char *test_segments(TestSegmentEnd *end, const void *text, size_t size);

/* Fails unless the text, a string, has the segments that are written down. */
void test_segments_are(TestSegmentEnd *end, const char *text, const char *written);

/* How many segments there are. */
size_t test_count_segments(TestSegmentEnd *end, const void *text, size_t size);

#endif
