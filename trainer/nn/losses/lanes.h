/* Sums over the values of two rows, in one fixed order, for losses that compare all rows of a batch. */
#ifndef NN_LANES_H
#define NN_LANES_H

#include <stddef.h>

/* Sums that are taken side by side: enough for the widest vectors. */
#define NN_LANES 8

/* Values of a row, filled up to whole lanes with zeros. */
static inline size_t nn_lanes_padded(size_t n)
{
    return (n + NN_LANES - 1) / NN_LANES * NN_LANES;
}

/* Of the sums of the lanes, one after the other. */
static inline double nn_lanes_sum(double lanes[NN_LANES])
{
    for (size_t k = 1; k < NN_LANES; k++)
        lanes[0] += lanes[k];
    return lanes[0];
}

/* Of the products of n values, whole lanes. */
static inline double nn_lanes_product(const double *a, const double *b, size_t n)
{
    double lanes[NN_LANES] = {0};
    for (size_t i = 0; i < n; i += NN_LANES)
        for (size_t k = 0; k < NN_LANES; k++)
            lanes[k] += a[i + k] * b[i + k];
    return nn_lanes_sum(lanes);
}

/* Of the squares of n differences, whole lanes. */
static inline double nn_lanes_squares(const double *a, const double *b, size_t n)
{
    double lanes[NN_LANES] = {0};
    for (size_t i = 0; i < n; i += NN_LANES)
        for (size_t k = 0; k < NN_LANES; k++) {
            const double difference = a[i + k] - b[i + k];
            lanes[k] += difference * difference;
        }
    return nn_lanes_sum(lanes);
}

#endif
