/* Activations: for each its value and its slope at x, and the loops over arrays of them, which the
 * compiler vectorises. Included by the kernel sources only.
 *
 * a and b are the activation's parameters, as the list in kernels.h says.
 */
#ifndef NN_KERNEL_ACTIVATIONS_H
#define NN_KERNEL_ACTIVATIONS_H

#include "trainer/nn/kernels/kernel_math.h"

/* What the functions below have in common: the value at x, or the slope there. */
#define ACTIVATION(name) ALWAYS_INLINE NnReal name(NnReal x, NnReal a, NnReal b)
#define UNUSED_PARAMETERS ((void)a, (void)b)

/* x, below 0 a x. */
ACTIVATION(leaky_relu_value)
{
    (void)b;
    return x > 0 ? x : a * x;
}

/* At 0 it is a, as PyTorch's. */
ACTIVATION(leaky_relu_slope)
{
    (void)b;
    return x > 0 ? 1 : a;
}

/* x, below 0 a (e^x - 1). */
ACTIVATION(elu_value)
{
    (void)b;
    const NnReal below = a * math_expm1(x);
    return x > 0 ? x : below;
}

/* At 0 it is a. */
ACTIVATION(elu_slope)
{
    (void)b;
    const NnReal below = a * math_exp(x);
    return x > 0 ? 1 : below;
}

/* 1/sqrt(2), 1/sqrt(2 pi) and sqrt(2/pi). */
#define ROOT_HALF ((NnReal)0.70710678118654752440)
#define NORMAL_PEAK ((NnReal)0.39894228040143267794)
#define ROOT_TWO_BY_PI ((NnReal)0.79788456080286535588)
#define GELU_CUBIC ((NnReal)0.044715)
#define HALF ((NnReal)0.5)

/* x (1 + erf(x / sqrt 2)) / 2. */
ACTIVATION(gelu_value)
{
    UNUSED_PARAMETERS;
    return x * HALF * (1 + math_erf(x * ROOT_HALF));
}

/* The normal distribution at x, plus x times its density. */
ACTIVATION(gelu_slope)
{
    UNUSED_PARAMETERS;
    return HALF * (1 + math_erf(x * ROOT_HALF)) + x * NORMAL_PEAK * math_exp(-HALF * x * x);
}

/* x (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))) / 2. */
ACTIVATION(gelu_tanh_value)
{
    UNUSED_PARAMETERS;
    return HALF * x * (1 + math_tanh(ROOT_TWO_BY_PI * (x + GELU_CUBIC * x * x * x)));
}

/* With t the tangent, (1 + t) / 2 + x (1 - t^2) / 2 times the slope of what it is of. */
ACTIVATION(gelu_tanh_slope)
{
    UNUSED_PARAMETERS;
    const NnReal t = math_tanh(ROOT_TWO_BY_PI * (x + GELU_CUBIC * x * x * x));
    const NnReal inner = ROOT_TWO_BY_PI * (1 + 3 * GELU_CUBIC * x * x);
    return HALF * (1 + t) + HALF * x * (1 - t * t) * inner;
}

/* x s, where s is the sigmoid of x. */
ACTIVATION(silu_value)
{
    UNUSED_PARAMETERS;
    return x * math_sigmoid(x);
}

/* s (1 + x (1 - s)). */
ACTIVATION(silu_slope)
{
    UNUSED_PARAMETERS;
    const NnReal s = math_sigmoid(x);
    return s * (1 + x * (1 - s));
}

/* tanh x. */
ACTIVATION(tanh_value)
{
    UNUSED_PARAMETERS;
    return math_tanh(x);
}

/* 1 - tanh^2 x. */
ACTIVATION(tanh_slope)
{
    UNUSED_PARAMETERS;
    const NnReal y = math_tanh(x);
    return 1 - y * y;
}

/* 1 / (1 + e^-x). */
ACTIVATION(sigmoid_value)
{
    UNUSED_PARAMETERS;
    return math_sigmoid(x);
}

/* s (1 - s). */
ACTIVATION(sigmoid_slope)
{
    UNUSED_PARAMETERS;
    const NnReal y = math_sigmoid(x);
    return y * (1 - y);
}

/* log(1 + e^ax) is max(ax, 0) + log(1 + e^-|ax|), whose terms cannot overflow. */
ACTIVATION(softplus_value)
{
    const NnReal ax = a * x, size = ax < 0 ? -ax : ax, above = ax < 0 ? 0 : ax;
    const NnReal bent = (above + math_log1p(math_exp(-size))) / a;
    return ax > b ? x : bent;
}

/* The sigmoid of ax. */
ACTIVATION(softplus_slope)
{
    const NnReal ax = a * x, bent = math_sigmoid(ax);
    return ax > b ? 1 : bent;
}

/* x min(max(x + 3, 0), 6) / 6. */
ACTIVATION(hardswish_value)
{
    UNUSED_PARAMETERS;
    const NnReal up = x + 3, low = up < 0 ? 0 : up, gate = low > 6 ? 6 : low;
    return x * gate / 6;
}

/* x/3 + 1/2 in between; 0 at -3 and 1 at 3. */
ACTIVATION(hardswish_slope)
{
    UNUSED_PARAMETERS;
    const NnReal inner = x / 3 + HALF, low = x <= -3 ? 0 : inner;
    return x >= 3 ? 1 : low;
}

#define ACTIVATION_LOOPS(NAME, name)                               \
    static void name##_forward(const NnActivate *job)              \
    {                                                              \
        const NnReal *restrict x = job->x;                         \
        NnReal *restrict y = job->out;                             \
        const NnReal a = job->a, b = job->b;                       \
        for (size_t i = 0; i < job->n; i++)                        \
            y[i] = name##_value(x[i], a, b);                       \
    }                                                              \
    static void name##_backward(const NnActivate *job)             \
    {                                                              \
        const NnReal *restrict x = job->x, *restrict dy = job->dy; \
        NnReal *restrict dx = job->out;                            \
        const NnReal a = job->a, b = job->b;                       \
        for (size_t i = 0; i < job->n; i++)                        \
            dx[i] = dy[i] * name##_slope(x[i], a, b);              \
    }

NN_ACTIVATIONS(ACTIVATION_LOOPS)

#define ACTIVATION_FORWARD(NAME, name) [NN_ACTIVATION_##NAME] = name##_forward,
#define ACTIVATION_BACKWARD(NAME, name) [NN_ACTIVATION_##NAME] = name##_backward,
/* The two members of a kernel table. */
#define KERNEL_TABLE_ACTIVATIONS                                \
    .activation_forward = {NN_ACTIVATIONS(ACTIVATION_FORWARD)}, \
    .activation_backward = {NN_ACTIVATIONS(ACTIVATION_BACKWARD)}

#endif
