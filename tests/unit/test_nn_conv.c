/* Convolution against the definition, written out as seven loops in double: random shapes, kernels,
 * strides and paddings, forward and all gradients, with every kernel table.
 */
#include <math.h>
#include <stdio.h>

#include "tests/support/nn_harness.h"
#include "tests/support/support.h"
#include "trainer/nn/layers/conv.h"

/* Float sums of up to 500 products below 1. */
#define TOLERANCE 3e-5

/* One convolution; n samples of h x w x c. */
typedef struct Shape {
    int n, h, w, c, out, kh, kw, sh, sw, ph, pw, out_h, out_w;
} Shape;

/* x, w and dy as inputs; the rest is computed. y, dx: NHWC; w, dw: OIHW. */
typedef struct Tensors {
    double *x, *w, *b, *dy, *y, *dx, *dw, *db;
} Tensors;

static double *sequence(uint32_t salt, int n)
{
    double *x = malloc((size_t)n * sizeof(*x));
    for (int i = 0; i < n; i++)
        x[i] = nn_fixture_value(salt, (uint32_t)i);
    return x;
}

static int x_values(const Shape *s)
{
    return s->n * s->h * s->w * s->c;
}

static int y_values(const Shape *s)
{
    return s->n * s->out_h * s->out_w * s->out;
}

static int w_values(const Shape *s)
{
    return s->out * s->c * s->kh * s->kw;
}

/* Adds one product's part to the output and to the gradients. */
static void connect(const Shape *s, Tensors *t, int y, int x, int w)
{
    (void)s;
    t->y[y] += t->x[x] * t->w[w];
    t->dx[x] += t->dy[y] * t->w[w];
    t->dw[w] += t->dy[y] * t->x[x];
}

/* All products of one output value. */
static void connect_output(const Shape *s, Tensors *t, int sample, int oy, int ox, int out)
{
    const int y = ((sample * s->out_h + oy) * s->out_w + ox) * s->out + out;
    t->y[y] = t->b[out];
    t->db[out] += t->dy[y];
    for (int tap = 0; tap < s->kh * s->kw; tap++) {
        const int row = oy * s->sh - s->ph + tap / s->kw, col = ox * s->sw - s->pw + tap % s->kw;
        if (row < 0 || row >= s->h || col < 0 || col >= s->w)
            continue;
        for (int c = 0; c < s->c; c++)
            connect(s, t, y, ((sample * s->h + row) * s->w + col) * s->c + c,
                    (out * s->c + c) * s->kh * s->kw + tap);
    }
}

static Tensors by_definition(const Shape *s)
{
    Tensors t = {.x = sequence(1, x_values(s)),
                 .w = sequence(2, w_values(s)),
                 .b = sequence(3, s->out),
                 .dy = sequence(4, y_values(s)),
                 .y = calloc((size_t)y_values(s), sizeof(double)),
                 .dx = calloc((size_t)x_values(s), sizeof(double)),
                 .dw = calloc((size_t)w_values(s), sizeof(double)),
                 .db = calloc((size_t)s->out, sizeof(double))};
    for (int i = 0; i < s->n * s->out_h * s->out_w * s->out; i++) {
        const int out = i % s->out, pixel = i / s->out;
        const int ox = pixel % s->out_w, oy = pixel / s->out_w % s->out_h;
        connect_output(s, &t, pixel / s->out_w / s->out_h, oy, ox, out);
    }
    return t;
}

static void tensors_free(Tensors *t)
{
    double *all[] = {t->x, t->w, t->b, t->dy, t->y, t->dx, t->dw, t->db};
    for (size_t i = 0; i < AUG_COUNT(all); i++)
        free(all[i]);
}

static NnReal *reals(const double *x, int n)
{
    NnReal *result = malloc((size_t)n * sizeof(*result));
    for (int i = 0; i < n; i++)
        result[i] = (NnReal)x[i];
    return result;
}

static void assert_close(const NnReal *got, const double *expected, int n, const char *what,
                         const char *shape)
{
    double largest = 1;
    for (int i = 0; i < n; i++)
        largest = fmax(largest, fabs(expected[i]));
    for (int i = 0; i < n; i++)
        ck_assert_msg(fabs((double)got[i] - expected[i]) <= TOLERANCE * largest,
                      "%s: %s[%d] is %.9g, by definition %.9g", shape, what, i, (double)got[i],
                      expected[i]);
}

/* Writes, reads back or reads the gradient of tensor number t. */
static void write_tensor(NnNetwork *network, size_t t, const double *values, int n)
{
    NnReal *x = reals(values, n);
    nn_network_write_tensor(network, t, x);
    free(x);
}

static void check_gradient(const NnNetwork *network, size_t t, const double *expected, int n,
                           const char *what, const char *shape)
{
    NnReal *x = malloc((size_t)n * sizeof(*x));
    nn_network_read_gradient(network, t, x);
    assert_close(x, expected, n, what, shape);
    free(x);
}

static void check(const Shape *s, NnKernelChoice kernels)
{
    char text[300];
    snprintf(text, sizeof(text),
             "[conv: {filters: %d, kernel: 1, bias: false}, conv: {filters: %d, kernel: [%d, %d], "
             "stride: [%d, %d], padding: [%d, %d]}, flatten, linear: 2]",
             s->c, s->out, s->kh, s->kw, s->sh, s->sw, s->ph, s->pw);
    Harness harness =
        harness_make(text, (NnShape){s->h, s->w, s->c, false}, (uint32_t)s->n, kernels);
    NnNetwork *network = harness.network;
    ck_assert_int_eq(network->graph.nodes[2].out.height, s->out_h);
    ck_assert_int_eq(network->graph.nodes[2].out.width, s->out_w);
    Tensors t = by_definition(s);
    double *eye = calloc((size_t)(s->c * s->c), sizeof(*eye));
    for (int i = 0; i < s->c; i++)
        eye[i * s->c + i] = 1;
    write_tensor(network, 0, eye, s->c * s->c);
    write_tensor(network, 1, t.w, w_values(s));
    write_tensor(network, 2, t.b, s->out);
    NnReal *x = reals(t.x, x_values(s)), *dy = reals(t.dy, y_values(s));
    NnReal *y = malloc((size_t)y_values(s) * sizeof(*y));
    NnReal *dx = malloc((size_t)x_values(s) * sizeof(*dx));
    const HarnessPass pass = {
        .n = (uint32_t)s->n, .probe = 1, .target = 2, .x = x, .dy = dy, .y = y, .dx = dx};
    harness_run(network, &network->blueprint.train, &pass);
    assert_close(y, t.y, y_values(s), "y", text);
    assert_close(dx, t.dx, x_values(s), "dx", text);
    check_gradient(network, 1, t.dw, w_values(s), "dw", text);
    check_gradient(network, 2, t.db, s->out, "db", text);
    tensors_free(&t);
    harness_free(&harness);
    free(eye);
    free(x);
    free(dy);
    free(y);
    free(dx);
}

/* A number in low..high from the fixture's sequence. */
static int draw(uint32_t *at, int low, int high)
{
    const double unit = (nn_fixture_value(77, (*at)++) + 1) / 2;
    return low + (int)(unit * (high - low + 1));
}

static Shape random_shape(uint32_t *at)
{
    Shape s;
    do {
        s = (Shape){.n = draw(at, 1, 3),
                    .h = draw(at, 1, 9),
                    .w = draw(at, 1, 9),
                    .c = draw(at, 1, 10),
                    .out = draw(at, 1, 20),
                    .kh = draw(at, 1, 5),
                    .kw = draw(at, 1, 5),
                    .sh = draw(at, 1, 4),
                    .sw = draw(at, 1, 4)};
        s.ph = draw(at, 0, s.kh - 1);
        s.pw = draw(at, 0, s.kw - 1);
    } while (s.h + 2 * s.ph < s.kh || s.w + 2 * s.pw < s.kw);
    s.out_h = (s.h + 2 * s.ph - s.kh) / s.sh + 1;
    s.out_w = (s.w + 2 * s.pw - s.kw) / s.sw + 1;
    return s;
}

START_TEST(random_convolutions_are_as_defined)
{
    static const NnKernelChoice choices[] = {NN_KERNELS_AUTO, NN_KERNELS_BASELINE,
                                             NN_KERNELS_REFERENCE};
    uint32_t at = 0;
    for (int i = 0; i < 150; i++) {
        const Shape shape = random_shape(&at);
        check(&shape, choices[_i]);
    }
}
END_TEST

/* Every kernel row is seen by exactly one phase, and every input row belongs to exactly one. */
START_TEST(phases_share_rows_and_taps)
{
    for (size_t kernel = 1; kernel < 8; kernel++)
        for (size_t stride = 1; stride < 6; stride++)
            for (size_t padding = 0; padding < kernel; padding++)
                for (size_t in = 1; in < 9; in++) {
                    const NnConvSide side = {
                        .in = in, .kernel = kernel, .stride = stride, .padding = padding};
                    size_t rows = 0, taps = 0;
                    for (size_t phase = 0; phase < stride; phase++) {
                        const NnConvPhase p = nn_conv_phase(&side, phase);
                        rows += p.n;
                        taps += p.n_taps;
                        ck_assert(p.n_taps == 0 || p.last_tap < kernel);
                        ck_assert(p.n == 0 || p.first + (p.n - 1) * stride < in);
                    }
                    ck_assert_uint_eq(rows, in);
                    ck_assert_uint_eq(taps, kernel);
                }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("nn_conv");
    TCase *tests = tcase_create("conv");
    tcase_set_timeout(tests, 120);
    tcase_add_loop_test(tests, random_convolutions_are_as_defined, 0, 3);
    tcase_add_test(tests, phases_share_rows_and_taps);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
