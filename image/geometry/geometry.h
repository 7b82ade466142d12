/* Geometry: where each pixel of a picture comes from, built operation by operation, before any
 * pixel is read, and fused while it is built.
 *
 * Glossary
 *   picture  what the next operation sees; it has a height and a width, no pixels yet
 *   stage    one pass over pixels: a VIEW, a WARP or a FIELD. A geometry is a list of stages; each
 * reads the picture that the stage before it makes, the first one reads the stored picture source
 * the picture that a stage reads box      part of the source that the stage uses canvas   what a
 * VIEW makes of its box: the box itself, or the box resized valid    part of the canvas that still
 * counts as picture; what lies outside it is border window   part of the canvas that the VIEW hands
 * on; it may reach beyond valid, after padding orient   element of D4 that is applied to the window
 * last matrix   of a WARP: from its output to its source, in continuous coordinates anchor   of a
 * WARP: the window of its output in which the fixed-point walk over a row starts net      of a
 * FIELD: how far each place of a picture is displaced. A place in the output is taken through the
 * matrix before, moved by the net, and taken through the matrix after
 *
 * What is fused
 *   - crop after anything: narrows the window; nothing is computed that is not kept
 *   - flip, turn, transpose: compose in D4; they cost nothing where the stage writes anyway
 *   - pad: widens the window; pad and crop together are an offset window
 *   - crop, then resize: a resize of the box, equal to Pillow's resize(size, filter, box) as
 *     resample.h says: the crop is a view, and the antialias filter may read beyond it, within the
 *     source
 *   - mirror, then resize: the resize of the box, then the mirror. Equal up to the last bit (2^-22)
 *     of a filter coefficient
 *   - crop, flip, pad, warp: crop bounds the source of the warp, flip joins the matrix, and a
 *     constant border around the crop is that of the warp if they are equal
 *   - warp after warp: matrices are multiplied, if border, fill and filter are equal: pixels that
 *     the canvas between them would have cut off are still there
 *   - crop, flip after warp: join the matrix. Equal up to the last bit (2^-11) of a pixel's weight.
 *     A cut by an explicit crop is respected by later warps
 *   - crop, flip, pad, warp, then field: the field's matrix after; crop, flip after a field: its
 * matrix before
 *   - no change: leaves no trace: a resize to the same size, a turn by 0 degrees, four quarter
 * turns
 *
 * Everything else starts a new stage, which is always right: resize after resize, resize of a
 * padded or warped picture, warp of a resized picture, padding of a warped one, unlike borders.
 *
 * Guarantees. The caller: reads height and width at any time, changes nothing by itself, calls the
 * functions below from one thread. The geometry: height and width are those of the picture after
 * all calls; fused and separate execution give the same bytes except where the list above says
 * otherwise; a failed call leaves the geometry failed with a message, and later calls do nothing.
 */
#ifndef IMG_GEOMETRY_H
#define IMG_GEOMETRY_H

#include <stdbool.h>
#include <stdint.h>

#include "aug/limits.h"
#include "image/geometry/orient.h"
#include "image/pixels/picture.h"
#include "libaug/base/arena.h"
#include "libaug/spec/param.h"

/* What stands where there is no picture. fill is a pixel (see img_fill_pixel) and counts for
 * IMG_BORDER_CONSTANT only. */
typedef struct ImgOutside {
    ImgBorder border;
    uint8_t fill[IMG_MAX_PIXEL_SIZE];
} ImgOutside;

/* What a stage does; see the glossary. */
typedef enum ImgStageKind {
    IMG_STAGE_VIEW,
    IMG_STAGE_WARP,
    IMG_STAGE_FIELD,
} ImgStageKind;

/* The members of a VIEW. */
typedef struct ImgViewPart {
    AugSize canvas;
    ImgWindow valid, window;
    ImgOrient orient;
} ImgViewPart;

/* The members of a WARP.
 *
 * matrix: row by row, for (x, y, 1); the last row is 0, 0, 1 as all warps are affine
 * size:   of the output
 * is_cut: a crop followed
 */
typedef struct ImgWarpPart {
    double matrix[9];
    AugSize size;
    ImgWindow anchor;
    bool is_cut;
} ImgWarpPart;

/* Displacements in pixels, at the nodes of a regular net that is spread over a picture: node (row
 * i, column j) of rows x columns lies at y = i height / (rows - 1), x = j width / (columns - 1).
 * Bilinear between nodes, and outside as at the nearest edge. shifts: x and y of each node, row by
 * row; borrowed. At least 2 rows and columns. */
typedef struct ImgNet {
    AugSize size;
    int32_t rows, columns;
    const float *shifts;
} ImgNet;

/* The members of a FIELD; size: of the output. */
typedef struct ImgFieldPart {
    double before[9], after[9];
    ImgNet net;
    AugSize size;
} ImgFieldPart;

/* One pass; see the glossary. source: size of the whole picture that is read. reduction: the picture
 * in memory is so many times smaller (img_stage_reduced); 0 is 1. */
typedef struct ImgStage {
    ImgStageKind kind;
    AugSize source;
    ImgWindow box;
    ImgFilter filter;
    int32_t reduction;
    ImgOutside outside;
    union {
        ImgViewPart view;
        ImgWarpPart warp;
        ImgFieldPart field;
    };
} ImgStage;

/* Stages that one operation may add at most; a recipe has room for this many for each. */
#define IMG_STAGES_PER_OP 3

/* The geometry under construction. height and width are for reading; the rest belongs to this
 * module.
 *
 * channels, dtype: of the picture, which fill colours are converted to; dtype is uint8 unless it is
 *           set after img_geometry_begin
 * arena:    memory for the shifts of nets
 * is_open:  the last stage may still take in operations; a pixel operation closes it
 */
typedef struct ImgGeometry {
    int32_t height, width;
    int32_t channels;
    AugDtype dtype;
    const AugLimits *limits;
    AugiArena *arena;
    ImgStage *stages;
    uint32_t n_stages, capacity;
    bool is_open;
    bool failed;
    char message[256];
} ImgGeometry;

/* Begins with a stored picture; stages (room for capacity, at least 1) and limits are the caller's
 * and outlive the geometry. */
void img_geometry_begin(ImgGeometry *geometry, AugSize stored, int32_t channels, ImgStage *stages,
                        uint32_t capacity, const AugLimits *limits);

/* Says that the operation cannot be done on this picture; the sample fails with the sentence. */
void img_geometry_fail(ImgGeometry *geometry, const char *format, ...) AUG_PRINTF(2, 3);

/* Keeps height x width pixels from row y, column x; all inside the picture. */
void img_geometry_crop(ImgGeometry *geometry, int32_t y, int32_t x, int32_t height, int32_t width);

/* Resizes, antialiased; height and width at least 1. */
void img_geometry_resize(ImgGeometry *geometry, int32_t height, int32_t width, ImgFilter filter);

/* Crop to a window of the picture (half-open), then resize. */
void img_geometry_resized_crop(ImgGeometry *geometry, ImgWindow crop, AugSize size,
                               ImgFilter filter);

/* Mirrors, turns by quarters, transposes. */
void img_geometry_orient(ImgGeometry *geometry, ImgOrient orient);

/* Pixels to add on each side, none negative. */
typedef struct ImgPadding {
    int32_t top, bottom, left, right;
} ImgPadding;

/* Adds margins filled as outside says. */
void img_geometry_pad(ImgGeometry *geometry, const ImgPadding *padding, const ImgOutside *outside);

/* Warps to a picture of the given size. matrix takes a place in the output to the place in the
 * present picture (continuous coordinates): sx = m[0] x + m[1] y + m[2], sy = m[3] x + m[4] y +
 * m[5]. filter is NEAREST or BILINEAR. */
void img_geometry_warp(ImgGeometry *geometry, const double matrix[6], AugSize size,
                       ImgFilter filter, const ImgOutside *outside);

/* Displaces pixels: the pixel at a place shows what is at the place moved by the net, whose size is
 * that of the picture and whose shifts outlive the geometry's stages. filter is NEAREST or
 * BILINEAR. */
void img_geometry_field(ImgGeometry *geometry, const ImgNet *net, ImgFilter filter,
                        const ImgOutside *outside);

/* Memory for the shifts of a net, 2 rows columns zeroes, which lives as long as the stages; NULL,
 * and the geometry has failed, if memory is out. */
float *img_geometry_shifts(ImgGeometry *geometry, int32_t rows, int32_t columns);

/* A border and its colour from an operation's parameters. */
ImgOutside img_outside_make(const ImgGeometry *geometry, AugChoice border, const AugFill *fill);

/* Choices of a parameter for a border, in the order of ImgBorder. */
extern const char *const img_border_names[];

/* Choices of a parameter for the filter of a resize, in the order of ImgFilter. */
extern const char *const img_filter_names[];

/* Size of the picture that a stage makes. Any thread. */
AugSize img_stage_size(const ImgStage *stage);

/* Whether a stage hands its source on as it is. Any thread. */
bool img_stage_is_identity(const ImgStage *stage);

/* Whether a VIEW resamples its box. Any thread. */
bool img_stage_resizes(const ImgStage *stage);

/* A view of which only a window of the picture it makes is wanted (half-open, inside it). */
ImgViewPart img_view_narrowed(const ImgViewPart *view, ImgWindow made);

#endif
