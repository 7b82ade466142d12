/* One case at work: its tensors and parameters, what it has compared so far, and what it made.
 *
 * A kind of case is a function of the table in file.c. It returns AUG_OK if the case could be run,
 * AUG_UNSUPPORTED if it names something that is not known here, any other status if the case is
 * wrong; the sentence is then in c->error. What it takes from the case's arena, and the networks and
 * JSON values that it makes, end with the case.
 */
#ifndef VECTOR_CASE_H
#define VECTOR_CASE_H

#include <jansson.h>

#include "trainer/model/model_reading.h"
#include "trainer/nn/layer.h"
#include "trainer/vectors/vectors.h"

/* Most values of a tensor, most dimensions, and most networks that a case makes. */
#define VECTOR_MAX_VALUES ((size_t)1 << 24)
#define VECTOR_MAX_DIMS 4
#define VECTOR_MAX_NETWORKS 4

/* A tensor of the case in row-major order. n is 0 where it is absent. dims are as in the file, n_dims
 * of them; shape the same as samples, channels, rows, columns: what has three dimensions is a row of
 * pixels, what has two is a pixel, one is a single sample. */
typedef struct VectorTensor {
    size_t n, n_dims, dims[VECTOR_MAX_DIMS], shape[4];
    double *data;
} VectorTensor;

/* The case.
 *
 * used:     names of inputs and parameters that were asked for
 * memory:   of layers and parameters that were read; its arena is the case's
 * made:     a list that owns the JSON values made on the way; modules: one of what was asked for
 */
typedef struct VectorCase {
    const char *name, *kind, *op;
    const json_t *params, *inputs, *expect;
    double tolerance;
    const VectorSettings *settings;
    TrainModelMemory memory;
    json_t *used, *made, *modules;
    AugiTreeDocument *documents[VECTOR_MAX_NETWORKS * 4];
    size_t n_documents;
    NnNetwork *networks[VECTOR_MAX_NETWORKS];
    size_t n_networks;
    VectorTensorReport *reports;
    size_t n_reports;
    bool holds;
    AugError error;
} VectorCase;

/* --- reading ---------------------------------------------------------------------------------- */

/* Zeroed memory of the case: n things of so many bytes. */
AUG_MUST_CHECK AugStatus vector_take(VectorCase *c, size_t n, size_t size, void *memory);

/* An input, and the same where the case must have it. */
AUG_MUST_CHECK AugStatus vector_input(VectorCase *c, const char *name, VectorTensor *tensor);
AUG_MUST_CHECK AugStatus vector_needed_input(VectorCase *c, const char *name, VectorTensor *tensor);

/* An expected tensor. */
AUG_MUST_CHECK AugStatus vector_expected(VectorCase *c, const char *name, VectorTensor *tensor);

/* Whether there is an input, or an expected tensor. */
bool vector_has_input(const VectorCase *c, const char *name);
bool vector_expects(const VectorCase *c, const char *name);

/* A parameter, NULL where the case has none or null; and as a number (or truth), a text, element i of
 * a list or the lone number. */
const json_t *vector_param(VectorCase *c, const char *name);
double vector_number(VectorCase *c, const char *name, double fallback);
const char *vector_text(VectorCase *c, const char *name, const char *fallback);
AUG_MUST_CHECK AugStatus vector_whole(VectorCase *c, const char *name, size_t i, int64_t low,
                                      int64_t high, int64_t *value);

/* UNSUPPORTED if an input or a parameter has not been asked for. Parameters that are null or false
 * say nothing. */
AUG_MUST_CHECK AugStatus vector_check_used(VectorCase *c);

/* Fails: this word is not known here. */
AugStatus vector_unknown(VectorCase *c, const char *what, const char *word);

/* Keeps a JSON value to the end of the case; NULL if memory is out. */
json_t *vector_keep(VectorCase *c, json_t *json);

/* --- order of values -------------------------------------------------------------------------- */

/* Shape of one sample of a tensor. */
NnShape vector_sample_shape(const VectorTensor *tensor);

/* Values of a tensor as images are stored, row, column, channel; and as they are. */
AUG_MUST_CHECK AugStatus vector_to_pixels(VectorCase *c, const VectorTensor *tensor,
                                          NnReal **values);
AUG_MUST_CHECK AugStatus vector_to_reals(VectorCase *c, const VectorTensor *tensor,
                                         NnReal **values);

/* Room for n values. */
AUG_MUST_CHECK AugStatus vector_reals(VectorCase *c, size_t n, NnReal **values);

/* --- comparing -------------------------------------------------------------------------------- */

/* Compares n values in the case's order with an expected tensor, if the case has it. */
AUG_MUST_CHECK AugStatus vector_compare(VectorCase *c, const char *name, const double *got,
                                        size_t n);
AUG_MUST_CHECK AugStatus vector_compare_reals(VectorCase *c, const char *name, const NnReal *got,
                                              size_t n);

/* The same for n_samples images of a shape, as they are stored. */
AUG_MUST_CHECK AugStatus vector_compare_images(VectorCase *c, const char *name, const NnReal *got,
                                               NnShape shape, size_t n_samples);

/* UNSUPPORTED if an expected tensor has not been compared. */
AUG_MUST_CHECK AugStatus vector_check_compared(VectorCase *c);

/* --- modules and networks --------------------------------------------------------------------- */

/* Whether a table has a row of this name, also by another of its names. */
const AugParamDesc *vector_row(const AugParamTable *table, const char *name);

/* Puts a module and the parameters it is given on record. */
void vector_note(VectorCase *c, const char *list, const char *name, const json_t *params);

/* A module with parameters; they are taken over. Whatever it does not know is UNSUPPORTED. */
AUG_MUST_CHECK AugStatus vector_choice(VectorCase *c, NnModuleKind kind, const char *name,
                                       json_t *params, NnChoice *choice);

/* Layers as a model file has them, in a list that is taken over; they lie in the case's memory. */
AUG_MUST_CHECK AugStatus vector_layers(VectorCase *c, json_t *list, const NnLayerSpec **layers,
                                       size_t *n);

/* The same from the text of a model file. */
AUG_MUST_CHECK AugStatus vector_layers_text(VectorCase *c, const char *text,
                                            const NnLayerSpec **layers, size_t *n);

/* A network of the case. spec has what it is built from but kernels, threads and bounds; without an
 * optimizer it has plain sgd, with decay and l1 for all parameters. */
AUG_MUST_CHECK AugStatus vector_network(VectorCase *c, NnNetworkSpec *spec, NnNetwork **network);

/* Puts a tensor of the case in place of the network's; one that is absent is left out. */
AUG_MUST_CHECK AugStatus vector_write(VectorCase *c, NnNetwork *network, const char *name,
                                      const VectorTensor *tensor);

/* Compares a tensor of the network, or its gradient, if it and the expected one are there. */
AUG_MUST_CHECK AugStatus vector_compare_tensor(VectorCase *c, const char *expected,
                                               const NnNetwork *network, const char *name);
AUG_MUST_CHECK AugStatus vector_compare_gradient(VectorCase *c, const char *expected,
                                                 const NnNetwork *network, const char *name);

/* --- kinds ------------------------------------------------------------------------------------ */

/* The functions of the table of kinds. */
AUG_MUST_CHECK AugStatus vector_run_layer(VectorCase *c);
AUG_MUST_CHECK AugStatus vector_run_dropout(VectorCase *c);
AUG_MUST_CHECK AugStatus vector_run_norm(VectorCase *c);
AUG_MUST_CHECK AugStatus vector_run_loss(VectorCase *c);
AUG_MUST_CHECK AugStatus vector_run_optimizer(VectorCase *c);
AUG_MUST_CHECK AugStatus vector_run_schedule(VectorCase *c);
AUG_MUST_CHECK AugStatus vector_run_init(VectorCase *c);
AUG_MUST_CHECK AugStatus vector_run_metric(VectorCase *c);
AUG_MUST_CHECK AugStatus vector_run_ema(VectorCase *c);
AUG_MUST_CHECK AugStatus vector_run_network(VectorCase *c);

#endif
