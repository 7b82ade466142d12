/* Lays out rows, columns, heads and captions from the size of the pictures, then draws them cell by
 * cell. */
#include "cli/sheet.h"

#include <stdlib.h>
#include <string.h>

#include "cli/canvas.h"
#include "cli/font.h"

/* Pictures of at most SMALL_SIDE pixels are shown in cells of SMALL_CELL: five times 28, and room
 * for 23 characters of caption a line. */
#define SMALL_SIDE 64
#define SMALL_CELL 140

#define MARGIN 24
#define GAP 16
#define CAPTION_GAP 6
/* Longer captions are cut. */
#define MAX_CAPTION_LINES 12
#define TITLE_SCALE 3
#define HEAD_SCALE 2
#define TITLE_HEIGHT (CLI_LINE_STEP * TITLE_SCALE + 6)
#define NOTE_HEIGHT (CLI_LINE_STEP + 12)
#define HEAD_HEIGHT (CLI_LINE_STEP * HEAD_SCALE + 4)

static const CliColour ink = {32, 32, 32};
static const CliColour faint = {110, 110, 110};
static const CliColour line = {200, 200, 200};
static const CliColour paper = {244, 244, 244};
static const CliColour warning = {170, 30, 30};

AugStatus cli_sheet_init(CliSheet *sheet, int32_t n_rows, int32_t n_columns, AugError *error)
{
    *sheet = (CliSheet){.n_rows = n_rows, .n_columns = n_columns};
    sheet->cells = calloc((size_t)n_rows * (size_t)n_columns, sizeof(CliSheetCell));
    sheet->heads = calloc((size_t)n_columns, sizeof(char *));
    if (sheet->cells && sheet->heads)
        return AUG_OK;
    cli_sheet_fini(sheet);
    return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for a sheet of %d x %d pictures",
                    n_columns, n_rows);
}

void cli_sheet_fini(CliSheet *sheet)
{
    for (int32_t i = 0; sheet->cells && i < sheet->n_rows * sheet->n_columns; i++) {
        cli_canvas_fini(&sheet->cells[i].picture);
        free(sheet->cells[i].caption);
        free(sheet->cells[i].text);
    }
    for (int32_t i = 0; sheet->heads && i < sheet->n_columns; i++)
        free(sheet->heads[i]);
    free(sheet->cells);
    free(sheet->heads);
    *sheet = (CliSheet){0};
}

void cli_sheet_set_head(CliSheet *sheet, int32_t column, char *text)
{
    free(sheet->heads[column]);
    sheet->heads[column] = text;
}

static int32_t longer_side(const AugImage *picture)
{
    return picture->height > picture->width ? picture->height : picture->width;
}

/* A side of a picture whose longer side shrinks to CLI_SHEET_SIDE; at least one pixel. */
static int32_t reduced(int32_t side, int32_t longer)
{
    if (longer <= CLI_SHEET_SIDE)
        return side;
    const int32_t result = (int32_t)(((int64_t)side * CLI_SHEET_SIDE + longer / 2) / longer);
    return result > 0 ? result : 1;
}

AugStatus cli_sheet_set_picture(CliSheet *sheet, int32_t row, int32_t column,
                                const AugImage *picture, char *caption, AugError *error)
{
    CliSheetCell *cell = &sheet->cells[row * sheet->n_columns + column];
    free(cell->caption);
    cell->caption = caption;
    cli_canvas_fini(&cell->picture);
    const int32_t longer = longer_side(picture);
    const CliRect all = {0, 0, reduced(picture->width, longer), reduced(picture->height, longer)};
    AUG_TRY(cli_canvas_init(&cell->picture, all.height, all.width, error));
    cli_canvas_picture(&cell->picture, all, picture);
    return AUG_OK;
}

void cli_sheet_set_text(CliSheet *sheet, int32_t row, int32_t column, char *text, char *caption)
{
    CliSheetCell *cell = &sheet->cells[row * sheet->n_columns + column];
    free(cell->text);
    free(cell->caption);
    cell->text = text;
    cell->caption = caption;
    cell->is_alert = false;
}

void cli_sheet_set_alert(CliSheet *sheet, int32_t row, int32_t column, char *alert, char *caption)
{
    cli_sheet_set_text(sheet, row, column, alert, caption);
    sheet->cells[row * sheet->n_columns + column].is_alert = true;
}

/* Text needs the room of a large picture. */
static int32_t cell_side(const CliSheet *sheet)
{
    for (int32_t i = 0; i < sheet->n_rows * sheet->n_columns; i++) {
        const CliSheetCell *cell = &sheet->cells[i];
        const bool is_text = !cell->picture.pixels && cell->text && !cell->is_alert;
        if (is_text || longer_side(&cell->picture) > SMALL_SIDE)
            return CLI_SHEET_SIDE;
    }
    return SMALL_CELL;
}

/* Height that the longest caption needs. */
static int32_t caption_height(const CliSheet *sheet, int32_t width)
{
    int32_t most = 0;
    for (int32_t i = 0; i < sheet->n_rows * sheet->n_columns; i++) {
        const char *caption = sheet->cells[i].caption;
        const int32_t n = caption ? cli_canvas_count_lines(width, 1, caption) : 0;
        most = n > most ? n : most;
    }
    return CAPTION_GAP + (most < MAX_CAPTION_LINES ? most : MAX_CAPTION_LINES) * CLI_LINE_STEP;
}

/* At the left, in line with head and caption; in the middle of the height. */
static void draw_picture(AugImage *canvas, CliRect cell, const AugImage *picture)
{
    const int32_t factor = cell.width / longer_side(picture);
    const int32_t scale = factor > 1 ? factor : 1;
    CliRect rect = {cell.x, 0, picture->width * scale, picture->height * scale};
    rect.y = cell.y + (cell.height - rect.height) / 2;
    cli_canvas_frame(canvas, rect, line);
    cli_canvas_picture(canvas, rect, picture);
}

static void draw_cell(AugImage *canvas, CliRect rect, int32_t caption_size,
                      const CliSheetCell *cell)
{
    if (cell->picture.pixels) {
        draw_picture(canvas, rect, &cell->picture);
    } else if (cell->text) {
        const CliRect inner = {rect.x + 8, rect.y + 8, rect.width - 16, rect.height - 16};
        cli_canvas_fill(canvas, rect, paper);
        cli_canvas_paragraph(canvas, inner, 1, cell->is_alert ? warning : ink, cell->text);
    }
    if (cell->caption) {
        const CliRect below = {rect.x, rect.y + rect.height + CAPTION_GAP, rect.width,
                               caption_size - CAPTION_GAP};
        cli_canvas_paragraph(canvas, below, 1, ink, cell->caption);
    }
}

AugStatus cli_sheet_draw(const CliSheet *sheet, AugImage *canvas, AugError *error)
{
    const int32_t side = cell_side(sheet);
    const int32_t caption_size = caption_height(sheet, side);
    const int32_t top = MARGIN + TITLE_HEIGHT + NOTE_HEIGHT;
    const int32_t row_height = side + caption_size + GAP;
    const int32_t width = 2 * MARGIN + sheet->n_columns * (side + GAP) - GAP;
    const int32_t height = top + HEAD_HEIGHT + sheet->n_rows * row_height - GAP + MARGIN;
    AUG_TRY(cli_canvas_init(canvas, height, width, error));
    const CliRect title = {MARGIN, MARGIN, width - 2 * MARGIN, TITLE_HEIGHT};
    cli_canvas_text(canvas, title, TITLE_SCALE, ink, sheet->title ? sheet->title : "");
    const CliRect note = {MARGIN, MARGIN + TITLE_HEIGHT, width - 2 * MARGIN, NOTE_HEIGHT};
    cli_canvas_text(canvas, note, 1, faint, sheet->note ? sheet->note : "");
    for (int32_t column = 0; column < sheet->n_columns; column++) {
        const CliRect head = {MARGIN + column * (side + GAP), top, side, HEAD_HEIGHT};
        if (sheet->heads[column])
            cli_canvas_text(canvas, head, HEAD_SCALE, ink, sheet->heads[column]);
        for (int32_t row = 0; row < sheet->n_rows; row++) {
            const CliRect rect = {head.x, top + HEAD_HEIGHT + row * row_height, side, side};
            draw_cell(canvas, rect, caption_size, &sheet->cells[row * sheet->n_columns + column]);
        }
    }
    return AUG_OK;
}
