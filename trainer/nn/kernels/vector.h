/* Vectors of the compiler, for the kernel sources only: the same source makes the kernels of every
 * instruction set. Everything here is static, so they never meet at link time.
 */
#ifndef NN_VECTOR_H
#define NN_VECTOR_H

#include <string.h>

#include "trainer/nn/kernels/kernels.h"

#ifdef __SSE2__
#include <immintrin.h>
#endif
#if defined(__AVX512F__)
#define VECTOR_SIZE 64
#elif defined(__AVX2__)
#define VECTOR_SIZE 32
#else
#define VECTOR_SIZE 16
#endif
#ifdef NN_NEON
#include <arm_neon.h>
#endif

/* Values in a vector: 16 floats with AVX-512, 8 with AVX2, 4 without. */
#define LANES (VECTOR_SIZE / sizeof(NnReal))
/* Vectors in a panel. */
#define PANEL_VECTORS (NN_PANEL / LANES)

/* Functions that are compiled for each call with its constants, and loops that become so many copies of
 * their body: both so that sums stay in registers. Under sanitizers, whose checks would be copied along
 * and take minutes to compile, they are ordinary functions and loops. */
#ifdef NN_ROLLED
#define ALWAYS_INLINE static inline
#define UNROLL(n)
#else
#define ALWAYS_INLINE static inline __attribute__((always_inline))
#define UNROLL_PRAGMA(text) _Pragma(#text)
#define UNROLL(n) UNROLL_PRAGMA(GCC unroll n)
#endif

/* A vector of LANES values. */
typedef NnReal Vec __attribute__((vector_size(VECTOR_SIZE)));

/* LANES values from any address. */
ALWAYS_INLINE Vec vec_load(const NnReal *p)
{
    Vec v;
    memcpy(&v, p, sizeof(v));
    return v;
}

/* LANES values to any address. */
ALWAYS_INLINE void vec_store(NnReal *p, Vec v)
{
    memcpy(p, &v, sizeof(v));
}

/* The first n lanes; the others are zero. n is LANES or a rest known only at run time: the compiler
 * removes the branch where it is constant. */
ALWAYS_INLINE Vec vec_load_some(const NnReal *p, size_t n)
{
    if (n == LANES)
        return vec_load(p);
#ifdef __AVX512F__
    return _mm512_maskz_loadu_ps((__mmask16)((1u << n) - 1), p);
#else
    Vec v = {0};
    for (size_t i = 0; i < n; i++)
        v[i] = p[i];
    return v;
#endif
}

/* Stores the first n lanes. */
ALWAYS_INLINE void vec_store_some(NnReal *p, Vec v, size_t n)
{
    if (n == LANES) {
        vec_store(p, v);
        return;
    }
#ifdef __AVX512F__
    _mm512_mask_storeu_ps(p, (__mmask16)((1u << n) - 1), v);
#else
    for (size_t i = 0; i < n; i++)
        p[i] = v[i];
#endif
}

/* Subtracting zero keeps every value, -0 included. */
ALWAYS_INLINE Vec vec_all(NnReal value)
{
#ifdef __AVX512F__
    return _mm512_set1_ps(value);
#else
    return value - (Vec){0};
#endif
}

/* a*b + c, in one rounding where the CPU has it. */
ALWAYS_INLINE Vec vec_fma(Vec a, Vec b, Vec c)
{
#if defined(__AVX512F__)
    return _mm512_fmadd_ps(a, b, c);
#elif defined(__AVX2__)
    return _mm256_fmadd_ps(a, b, c);
#elif defined(NN_NEON)
    return vfmaq_f32(c, a, b);
#else
    return a * b + c;
#endif
}

/* An integer as wide as a value. */
typedef __typeof__(_Generic((NnReal)0, float : (int32_t)0, double : (int64_t)0)) LaneInteger;

/* An integer for each lane; after a comparison all bits are set where it holds. */
typedef LaneInteger VecMask __attribute__((vector_size(VECTOR_SIZE)));

/* A byte for each lane. */
typedef uint8_t VecBytes __attribute__((vector_size(LANES)));

/* a in the lanes where mask is set, b in the others. */
ALWAYS_INLINE Vec vec_select(VecMask mask, Vec a, Vec b)
{
#if defined(__AVX2__) && !defined(__AVX512F__)
    return _mm256_blendv_ps(b, a, (Vec)mask);
#else
    return (Vec)((mask & (VecMask)a) | (~mask & (VecMask)b));
#endif
}

/* v where mask > 0, else 0. */
ALWAYS_INLINE Vec vec_where_positive(Vec mask, Vec v)
{
#ifdef __AVX512F__
    return _mm512_maskz_mov_ps(_mm512_cmp_ps_mask(mask, _mm512_setzero_ps(), _CMP_GT_OQ), v);
#else
    return (Vec)((mask > (Vec){0}) & (VecMask)v);
#endif
}

/* Rectifier. NaN stays NaN, so that a broken value is noticed at the loss. */
ALWAYS_INLINE Vec vec_relu(Vec v)
{
#ifdef __AVX512F__
    return _mm512_maskz_mov_ps(_mm512_cmp_ps_mask(v, _mm512_setzero_ps(), _CMP_NLE_UQ), v);
#else
    return (Vec)(~(v <= (Vec){0}) & (VecMask)v);
#endif
}

#endif
