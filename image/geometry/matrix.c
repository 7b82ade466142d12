/* Products and inverses of 3x3 matrices. */
#include "image/geometry/matrix.h"

#include <stddef.h>
#include <string.h>

void img_matrix_multiply(const double first[9], const double second[9], double product[9])
{
    for (int i = 0; i < 9; i++) {
        const double *row = first + 3 * (ptrdiff_t)(i / 3), *column = second + i % 3;
        product[i] = row[0] * column[0] + row[1] * column[3] + row[2] * column[6];
    }
}

/* By cofactors. */
void img_matrix_invert(const double m[9], double inverse[9])
{
    const double cofactors[9] = {
        m[4] * m[8] - m[5] * m[7], m[2] * m[7] - m[1] * m[8], m[1] * m[5] - m[2] * m[4],
        m[5] * m[6] - m[3] * m[8], m[0] * m[8] - m[2] * m[6], m[2] * m[3] - m[0] * m[5],
        m[3] * m[7] - m[4] * m[6], m[1] * m[6] - m[0] * m[7], m[0] * m[4] - m[1] * m[3],
    };
    const double determinant = m[0] * cofactors[0] + m[1] * cofactors[3] + m[2] * cofactors[6];
    for (int i = 0; i < 9; i++)
        inverse[i] = cofactors[i] / determinant;
}

void img_matrix_complete(const double affine[6], double matrix[9])
{
    memcpy(matrix, affine, 6 * sizeof(*matrix));
    matrix[6] = matrix[7] = 0;
    matrix[8] = 1;
}
