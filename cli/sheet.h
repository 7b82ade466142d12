/* A contact sheet: a table of pictures with captions, drawn as one RGB picture. */
#ifndef CLI_SHEET_H
#define CLI_SHEET_H

#include "aug/image.h"
#include "libaug/spec/presenter.h"

/* One place of the table. picture has at most CLI_SHEET_SIDE pixels a side and belongs to the
 * sheet; without pixels, text is shown in its place, as a warning if is_alert. caption stands
 * below. Texts are owned. */
typedef struct CliSheetCell {
    AugImage picture;
    char *caption;
    char *text;
    bool is_alert;
} CliSheetCell;

/* Pictures are kept and drawn with at most this many pixels a side, larger ones reduced. */
#define CLI_SHEET_SIDE AUG_PRESENTED_SIDE

/* cells: n_rows * n_columns, row by row. heads: n_columns owned texts above the columns. title is
 * the large first line, note the small one below it; both borrowed until the sheet is drawn. */
typedef struct CliSheet {
    int32_t n_rows, n_columns;
    CliSheetCell *cells;
    char **heads;
    const char *title;
    const char *note;
} CliSheet;

/* An empty sheet of at least one row and one column. */
AUG_MUST_CHECK AugStatus cli_sheet_init(CliSheet *sheet, int32_t n_rows, int32_t n_columns,
                                        AugError *error);

/* Frees everything that belongs to it; accepts a zeroed sheet. */
void cli_sheet_fini(CliSheet *sheet);

/* Sets the text above a column; takes a heap text, NULL for none. */
void cli_sheet_set_head(CliSheet *sheet, int32_t column, char *text);

/* Puts a copy of a grey or RGB picture into a place; takes the caption, a heap text or NULL. */
AUG_MUST_CHECK AugStatus cli_sheet_set_picture(CliSheet *sheet, int32_t row, int32_t column,
                                               const AugImage *picture, char *caption,
                                               AugError *error);

/* Puts a text in the place of a picture, or says there why there is none; takes both heap texts,
 * NULL for none. */
void cli_sheet_set_text(CliSheet *sheet, int32_t row, int32_t column, char *text, char *caption);
void cli_sheet_set_alert(CliSheet *sheet, int32_t row, int32_t column, char *alert, char *caption);

/* Draws the sheet. Small pictures are enlarged by a whole factor. The caller gives the canvas to
 * cli_canvas_fini. */
AUG_MUST_CHECK AugStatus cli_sheet_draw(const CliSheet *sheet, AugImage *canvas, AugError *error);

#endif
