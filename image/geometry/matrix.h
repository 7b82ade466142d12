/* 3x3 matrices that map places of a picture, row by row, for (x, y, 1). All are affine: the last
 * row is 0, 0, 1. Any thread. */
#ifndef IMG_MATRIX_H
#define IMG_MATRIX_H

/* product: places go through second first, then through first. It overlaps neither. */
void img_matrix_multiply(const double first[9], const double second[9], double product[9]);

/* The inverse; the determinant is not 0. */
void img_matrix_invert(const double m[9], double inverse[9]);

/* An affine matrix of two rows with its third. */
void img_matrix_complete(const double affine[6], double matrix[9]);

/* Maps a place in place. */
static inline void img_matrix_map(const double m[9], double place[2])
{
    const double x = place[0], y = place[1];
    place[0] = m[0] * x + m[1] * y + m[2];
    place[1] = m[3] * x + m[4] * y + m[5];
}

#endif
