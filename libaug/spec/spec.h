/* Inside of a spec: the bound operations and settings. */
#ifndef AUGI_SPEC_H
#define AUGI_SPEC_H

#include "aug/spec.h"
#include "libaug/spec/domain.h"
#include "libaug/spec/op.h"

/* The position of a random key: the operation's in the lower 10 bits, above them the occurrence
 * (how often groups have run the operation for this sample before), bit 15 for batches. */
#define AUGI_OCCURRENCE_SHIFT 10
#define AUGI_MAX_OCCURRENCES 32
/* Most operations of one spec, nested ones and those of policies included: 10 bits, without the
 * last position, which with all other bits set would be AUG_POSITION_ORDER. */
#define AUGI_MAX_OPS 1023
/* Most children of one group. */
#define AUGI_MAX_CHILDREN 64

/* Most views of one sample: multi-crop has ten, and a few more. */
#define AUGI_MAX_VIEWS 16
/* Most passes of mixing over a batch: each needs draws and a turn of every sample. */
#define AUGI_MAX_MIX_PASSES 16
/* Most operations that may run for one sample. As many as a spec can write out without
 * a group, so that a recipe, which reserves memory for each, is bounded by the same figure whatever
 * groups multiply: at about 2 KiB each, 2 MiB for each worker. */
#define AUGI_MAX_RUNS 1024

/* What becomes of samples that do not fill a batch. */
typedef enum AugiTail {
    AUGI_TAIL_SHORT, /* the last batch of an epoch holds what is left */
    AUGI_TAIL_DROP,  /* what is left over is not used in this epoch */
} AugiTail;

/* What becomes of samples that cannot be read. */
typedef enum AugiOnError {
    AUGI_ON_ERROR_FAIL,    /* the stream ends with an error that names the sample */
    AUGI_ON_ERROR_REPLACE, /* another sample, drawn by the key, is made in its place */
} AugiOnError;

/* The scalar keys of the spec itself. */
typedef struct AugiSpecHead {
    int32_t augd;
    uint64_t seed;
} AugiSpecHead;

/* The section "batch", without "mix". */
typedef struct AugiBatchSettings {
    int32_t size;
    AugChoice tail;
    bool shuffle;
    int32_t views;
    AugChoice on_error;
    int32_t group_by_length; /* batches of a window; 0: samples are not grouped */
} AugiBatchSettings;

/* Rows of the spec's own keys. */
extern const AugParamTable augi_spec_head_table;
/* Rows of the section "batch". */
extern const AugParamTable augi_batch_table;

/* The row of "p" as a probability, and as a weight inside a group that chooses by weight. */
extern const AugParamDesc augi_probability_row;
extern const AugParamDesc augi_weight_row;

/* The row of "p" of one operation, with its default. */
AugParamDesc augi_op_p_row(const AugOpDesc *desc, AugChildP meaning);

/* A parsed spec; owns everything it points to. */
struct AugSpec {
    char *name;                 /* for error places */
    char *file;                 /* that it stands in, or NULL; its relative paths start beside it */
    AugiTreeDocument *document; /* NULL if the tree is another's */
    AugiSpecHead head;
    char *dataset_name;          /* or NULL */
    const AugiTree *dataset_map; /* in the tree, or NULL */
    AugOpList pipeline;
    AugOpList mix;
    AugiBatchSettings batch;
    const AugDomain *domain;
    bool domain_is_given; /* by an operation; else it is a guess until the data set is known */
    const AugiTree *output_tree; /* in document, or NULL */
    void *output;                /* bound to domain->output */
    AugLimits limits;
};

/* The word that the section "output" has for one of its choices ("layout": "chw"), default or
 * given; NULL if the spec's domain has no such choice. Static string. */
const char *augi_spec_output_choice(const AugSpec *spec, const char *name);

/* Checks a spec that stands in a tree, such as a part of a larger file; the tree is borrowed until
 * the spec is freed. As aug_spec_parse, but limits are needed. */
AUG_MUST_CHECK AugStatus augi_spec_from_tree(AugSpec **out, const AugiTree *tree, const char *name,
                                             const AugLimits *limits, AugProblems *problems);

/* Tells in which file a spec stands, so that relative paths in it start at that file's folder; "-":
 * at the current one, as without this call. Fails with AUG_NO_MEMORY. */
AUG_MUST_CHECK AugStatus augi_spec_set_file(AugSpec *spec, const char *file, AugError *error);

/* Checks a spec that came as a parsed JSON object (jansson's json_t, which may be freed
 * afterwards). Places of errors are JSON pointers below the name: "/spec/batch/size". As
 * aug_spec_parse. */
AUG_MUST_CHECK AugStatus augi_spec_from_json(AugSpec **out, const struct json_t *json,
                                             const char *name, const AugLimits *limits,
                                             AugProblems *problems);

/* Parses a list of operations. batch: it is the list of those that mix. *n_ops counts operations of
 * the whole spec, policies' own included, and gives each its position. Frees nothing on mistakes;
 * call augi_ops_free. */
void augi_ops_parse(const AugiTree *list, bool batch, size_t *n_ops, AugOpList *out,
                    AugProblems *problems);

/* The canonical form of a spec whose domain and settings the data set decided; aug_spec_canonical.
 */
char *augi_spec_canonical(const AugSpec *spec, const AugDomain *domain, const void *output);

/* Accepts a zeroed or partly filled list. */
void augi_ops_free(AugOpList *list);

/* Writes a list as JSON, defaults included. */
void augi_ops_write(const AugOpList *list, AugiJsonWriter *writer);

/* An operation's place for errors found at compile time: "train.yaml:7:5". */
void augi_op_where(const AugSpec *spec, const AugOp *op, char *where, size_t size);

#endif
