/* The decoder of windows of JPEGs alone, without the library behind it, beside libjpeg's verdict on
 * the same bytes: what every test, fuzz target and search for mutants asks of a file.
 *
 * What is promised of any bytes, and checked here:
 *   - what a careful decode takes, libjpeg reads to the end without a warning
 *   - its pixels are libjpeg's in the window
 *   - every other decode of such a file takes it too, with libjpeg's pixels: any window, careful or
 *     not, grey or RGB, from its marks of any spacing or without, by any kernels
 *   - a window of the picture at a part of its size has the pixels of all of it at that size
 *   - marks are the same for every window
 *   - marks that are damaged change pixels at most
 */
#ifndef TEST_JPEG_CASE_H
#define TEST_JPEG_CASE_H

#include "image/codec/codec.h"
#include "image/codec/jpeg/parts.h"
#include "tests/support/jpeg_oracle.h"

/* What became of files. n: all of them; n_read: whose header was accepted; n_taken: by a careful
 * decode; n_windows: decodes of them that were compared; n_looser: taken by a decode that did not
 * look at all, though a careful one does not take them; n_marks: decodes with damaged marks. */
typedef struct JpegTally {
    uint64_t n, n_read, n_taken, n_windows, n_looser, n_marks;
} JpegTally;

/* Where files are tried. Zero-initialise, then set limits; free with jpeg_case_fini. text says what
 * went wrong first: a test prints it and ends. */
typedef struct JpegCase {
    AugLimits limits;
    ImgPixels pixels, scratch;
    TestOracle oracle;
    JpegTally tally;
    char text[512];
} JpegCase;

/* What a decode gave. window: what was asked for; image and got are valid if taken, until the next
 * decode. */
typedef struct JpegDecoded {
    bool taken;
    AugImage image;
    ImgWindow window, got;
} JpegDecoded;

/* Decodes by the i-th set of kernels, or where that is not here the last before it. False, and text
 * says why, if a promise was broken already: a failure, or a window that is not covered. */
bool jpeg_case_decode(JpegCase *jpeg_case, size_t i_kernels, const ImgDecodeJob *job,
                      JpegDecoded *decoded);

/* Whether all pixels of a decode's window are those of the whole picture, made grey or RGB as needed; text
 * says where not. */
bool jpeg_case_compare(JpegCase *jpeg_case, const JpegDecoded *decoded, const AugImage *whole);

/* Checks everything that is promised of any bytes, with choices drawn from *state: windows, colours,
 * kernels, spacing of marks. n_windows: decodes of a file that was taken, beside the first. False
 * if a promise is broken; text says which. */
bool jpeg_case_try(JpegCase *jpeg_case, const uint8_t *bytes, size_t size, uint64_t *state,
                   int n_windows);

/* Frees what a case holds. */
void jpeg_case_fini(JpegCase *jpeg_case);

#endif
