/* The JSON payloads of control frames, as structs and back. No I/O.
 *
 * Guarantees. Decode accepts any bytes whatever: depth, duplicate keys, UTF-8, types and ranges are
 * checked before a value is used, and the error's place is a JSON pointer ("/window"). Unknown keys
 * are ignored everywhere but in OPEN, where a misspelt one must not silently change the data.
 * Encode gives text of at most AUGP_MAX_CONTROL bytes that decode reads back equal.
 */
#ifndef AUGP_MESSAGE_H
#define AUGP_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "augp.h"

struct json_t;

#ifdef __cplusplus
extern "C" {
#endif

/* Deepest nesting of a payload; a scalar in the top-level object has depth 1. */
#define AUGP_MAX_DEPTH 16

/* Longest name of a program or a data set, with its NUL. */
#define AUGP_NAME_SIZE 256

/* A SHA-256 as 64 hexadecimal digits and a NUL. Empty: not given. */
typedef char AugpDigest[65];

/* X(NAME, name, bit): what a client can do or wants beyond the bare protocol, by name in HELLO.
 *
 * crc:     it wants payload checksums on batches
 * ping:    it answers PING
 * tensors: it understands streams of any tensors, ragged ones too; without it only streams of data,
 *          label and index are served
 * ranks:   it asks for one rank of a world (OPEN's rank and world), and takes batches without
 *          samples
 * list:    it asks what is served (LIST)
 */
#define AUGP_FEATURE_MAP(X)  \
    X(CRC, "crc", 0)         \
    X(PING, "ping", 1)       \
    X(TENSORS, "tensors", 2) \
    X(RANKS, "ranks", 3)     \
    X(LIST, "list", 4)

/* Features as bits of a set. */
typedef enum AugpFeature {
#define AUGP_FEATURE_ENUM(name, text, bit) AUGP_FEATURE_##name = 1 << bit,
    AUGP_FEATURE_MAP(AUGP_FEATURE_ENUM)
#undef AUGP_FEATURE_ENUM
} AugpFeature;

/* What a client says first.
 *
 * proto_low, proto_high: protocol versions it speaks
 * client:   "program/version"
 * features: set of AugpFeature that it has; unknown ones are left out
 * require:  those without which it does not go on. Decode refuses unknown ones by name
 *           (UNKNOWN_FEATURE), and adds the others to features
 */
typedef struct AugpHello {
    uint32_t proto_low, proto_high;
    char client[AUGP_NAME_SIZE];
    uint32_t features, require;
} AugpHello;

/* What the server answers. features: those of HELLO that it knows. max_batch: bytes of the largest
 * batch; max_control: bytes of the largest JSON payload; max_window: batches. */
typedef struct AugpHelloOk {
    uint32_t proto;
    char server[AUGP_NAME_SIZE];
    uint32_t features;
    uint64_t max_batch;
    uint32_t max_control, max_window;
} AugpHelloOk;

/* What stream a client wants.
 *
 * dataset:     name that the server knows; empty if the spec names it
 * spec:        the spec as text (YAML or JSON), spec_size bytes, so that lines and columns are
 *              those of the user's file; or NULL. Owned by the struct after decode
 * spec_object: the spec as a JSON object (jansson's json_t), where it is no text; or NULL. After
 *              decode the struct owns a reference
 * has_seed, seed: replaces the spec's seed
 * epoch, step: position of the first batch
 * epochs:      how many epochs from there (the first may be partial); 0 without end
 * rank, world: which part of every batch is wanted: rank from 0 of world ranks that share it.
 *              Decode gives a world of 1 or more; for encode 0 is 1
 * window:      batches that may be sent before they are acknowledged, 1 to AUGP_MAX_WINDOW
 * expect_*:    refuse the stream if it is not this one
 * names:       batches have the ragged tensor "name" (U8): the names of their samples
 * class_names: batches have the names of the classes in the metadata of their header. Both change
 *              the bytes of batches, and therefore the stream's id
 */
typedef struct AugpOpen {
    char dataset[AUGP_NAME_SIZE];
    char *spec;
    size_t spec_size;
    struct json_t *spec_object;
    bool has_seed;
    uint64_t seed;
    uint32_t epoch;
    uint64_t step;
    uint32_t epochs;
    uint32_t rank, world;
    uint32_t window;
    AugpDigest expect_stream_id;
    AugpDigest expect_fingerprint;
    AugpDigest expect_content;
    bool names, class_names;
} AugpOpen;

#define AUGP_MAX_DIMS 8
#define AUGP_MAX_TENSORS 64

/* One tensor of the stream.
 *
 * dtype:  element type by its safetensors name, "F32"
 * shape:  in a full batch. Of a ragged one without the dimension of samples, and shape[0] is the
 *         most rows that a batch can hold
 * ragged: samples differ in their rows. Batches hold the rows of all samples one after another, and
 *         the tensor NAME.offsets (I64 [samples + 1]), which is not listed: sample i has the rows
 *         offsets[i] to offsets[i + 1] - 1
 * axes:   a letter for each dimension of one sample: "chw", "n4" (rows of four numbers); empty for
 *         a scalar, and where the server does not say
 */
typedef struct AugpTensorInfo {
    char name[64];
    char dtype[8];
    uint32_t n_dims;
    uint64_t shape[AUGP_MAX_DIMS];
    bool ragged;
    char axes[AUGP_MAX_DIMS + 1];
} AugpTensorInfo;

/* What the stream is.
 *
 * stream_id:       names the bytes of the whole stream
 * fingerprint:     names the data as far as it is known without reading it
 * content:         names all its bytes; empty where the server has not read all of it yet
 * engine:          numeric behaviour of the server's engine
 * batch:           samples of a full batch; where ranks share it, of the largest part
 * global_batch:    samples of a full batch of all ranks together; for encode 0 is batch
 * batch_size:      most bytes of a batch's payload
 * steps_per_epoch: batches
 * n_samples, n_classes: of the data set
 * tensors:         all tensors of a batch but the offsets of ragged ones
 * class_names:     names of the n_classes classes, UTF-8, in one block that the struct owns after
 *                  decode (augp_open_ok_fini) and after augp_open_ok_set_class_names; NULL: not
 * said class_names_omitted: there are names, but they do not fit into the message, or are not
 * UTF-8; OPEN's class_names has them sent with every batch
 */
typedef struct AugpOpenOk {
    AugpDigest stream_id;
    AugpDigest fingerprint;
    AugpDigest content;
    char engine[64];
    uint32_t batch, global_batch;
    uint64_t batch_size;
    uint64_t steps_per_epoch;
    uint64_t n_samples;
    uint32_t n_classes;
    uint32_t n_tensors;
    AugpTensorInfo tensors[AUGP_MAX_TENSORS];
    char **class_names;
    bool class_names_omitted;
} AugpOpenOk;

/* Why the other side cannot go on. The number of the code travels in the frame's arg, its name in
 * the payload: encode needs it here, decode leaves 0. message may be cut to what the struct holds.
 * detail is a JSON object as text, or NULL; owned by the struct after decode, and left out by
 * encode if the payload would become too long. */
typedef struct AugpFailure {
    uint32_t code;
    char message[1024];
    bool retry;
    uint32_t retry_after_ms;
    char *detail;
} AugpFailure;

/* An epoch is over; no payload at all says nothing. content: as in AugpOpenOk, where it is known by
 * now. */
typedef struct AugpEndOfEpoch {
    AugpDigest content;
} AugpEndOfEpoch;

/* The server is about to stop. */
typedef struct AugpGoaway {
    char reason[32];
    uint32_t grace_ms;
} AugpGoaway;

/* A client asks what is served. after: from behind this name on; empty: from the first. */
typedef struct AugpList {
    char after[AUGP_NAME_SIZE];
} AugpList;

/* A data set that is served.
 *
 * name:        what OPEN calls it
 * kind:        how its files are read, "image_folder"
 * n_samples, n_classes: as in AugpOpenOk; 0 classes: no labels
 * fingerprint, content: as in AugpOpenOk; empty where it is not known yet
 */
typedef struct AugpListed {
    char name[AUGP_NAME_SIZE];
    char kind[64];
    uint64_t n_samples;
    uint32_t n_classes;
    AugpDigest fingerprint, content;
} AugpListed;

/* Most data sets in one LISTING: with the longest names they fit into AUGP_MAX_CONTROL bytes. */
#define AUGP_MAX_LISTED 64

/* Data sets in the order of their names' bytes.
 *
 * n:     how many are served in all
 * more:  there are some behind the last one here
 * items: n_items of them; owned by the struct after decode
 */
typedef struct AugpListing {
    uint64_t n;
    bool more;
    uint32_t n_items;
    AugpListed *items;
} AugpListing;

/* Name of a feature, "tensors"; static. Any thread. */
AUGP_API const char *augp_feature_name(AugpFeature feature);

/* Copies the names of n classes into the reply and sets n_classes. False if memory is out: the
 * reply then has no names. Any thread. */
AUGP_API AUGP_MUST_CHECK bool augp_open_ok_set_class_names(AugpOpenOk *reply,
                                                           const char *const *names, uint32_t n);

/* Payload text of a message; the caller frees *text with free(). *size leaves out the NUL that
 * follows. Class names that are too long in all or not UTF-8 are left out of OPEN_OK, which then
 * says so. Fails with AUGP_BAD_ARGUMENT (another name that is not UTF-8, a text too long, detail
 * that is not a JSON object) or AUGP_NO_MEMORY; *text is then NULL. Any thread. */
AUGP_API AUGP_MUST_CHECK AugpStatus augp_hello_encode(const AugpHello *hello, char **text,
                                                      size_t *size, AugpError *error);
AUGP_API AUGP_MUST_CHECK AugpStatus augp_hello_ok_encode(const AugpHelloOk *reply, char **text,
                                                         size_t *size, AugpError *error);
AUGP_API AUGP_MUST_CHECK AugpStatus augp_open_encode(const AugpOpen *open, char **text,
                                                     size_t *size, AugpError *error);
AUGP_API AUGP_MUST_CHECK AugpStatus augp_open_ok_encode(const AugpOpenOk *reply, char **text,
                                                        size_t *size, AugpError *error);
AUGP_API AUGP_MUST_CHECK AugpStatus augp_failure_encode(const AugpFailure *failure, char **text,
                                                        size_t *size, AugpError *error);
AUGP_API AUGP_MUST_CHECK AugpStatus augp_end_of_epoch_encode(const AugpEndOfEpoch *end, char **text,
                                                             size_t *size, AugpError *error);
AUGP_API AUGP_MUST_CHECK AugpStatus augp_goaway_encode(const AugpGoaway *goaway, char **text,
                                                       size_t *size, AugpError *error);
AUGP_API AUGP_MUST_CHECK AugpStatus augp_list_encode(const AugpList *list, char **text,
                                                     size_t *size, AugpError *error);
AUGP_API AUGP_MUST_CHECK AugpStatus augp_listing_encode(const AugpListing *listing, char **text,
                                                        size_t *size, AugpError *error);

/* Message of a payload of size bytes. Fails with AUGP_PROTOCOL and the code BAD_MESSAGE (for HELLO
 * also UNKNOWN_FEATURE, for OPEN also BAD_POSITION), or AUGP_NO_MEMORY; *out then owns nothing. Any
 * thread. */
AUGP_API AUGP_MUST_CHECK AugpStatus augp_hello_decode(AugpHello *out, const char *bytes,
                                                      size_t size, AugpError *error);
AUGP_API AUGP_MUST_CHECK AugpStatus augp_hello_ok_decode(AugpHelloOk *out, const char *bytes,
                                                         size_t size, AugpError *error);
AUGP_API AUGP_MUST_CHECK AugpStatus augp_open_decode(AugpOpen *out, const char *bytes, size_t size,
                                                     AugpError *error);
AUGP_API AUGP_MUST_CHECK AugpStatus augp_open_ok_decode(AugpOpenOk *out, const char *bytes,
                                                        size_t size, AugpError *error);
AUGP_API AUGP_MUST_CHECK AugpStatus augp_failure_decode(AugpFailure *out, const char *bytes,
                                                        size_t size, AugpError *error);
AUGP_API AUGP_MUST_CHECK AugpStatus augp_end_of_epoch_decode(AugpEndOfEpoch *out, const char *bytes,
                                                             size_t size, AugpError *error);
AUGP_API AUGP_MUST_CHECK AugpStatus augp_goaway_decode(AugpGoaway *out, const char *bytes,
                                                       size_t size, AugpError *error);
AUGP_API AUGP_MUST_CHECK AugpStatus augp_list_decode(AugpList *out, const char *bytes, size_t size,
                                                     AugpError *error);
AUGP_API AUGP_MUST_CHECK AugpStatus augp_listing_decode(AugpListing *out, const char *bytes,
                                                        size_t size, AugpError *error);

/* Free what a decoded message owns and zero it; accept a zeroed struct. */
AUGP_API void augp_open_fini(AugpOpen *open);
AUGP_API void augp_open_ok_fini(AugpOpenOk *reply);
AUGP_API void augp_failure_fini(AugpFailure *failure);
AUGP_API void augp_listing_fini(AugpListing *listing);

#ifdef __cplusplus
}
#endif
#endif
