#include "augd/settings.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

#include "libaug/spec/param.h"
#include "protocol/frame.h"

typedef enum Kind {
    KIND_FLAG,
    KIND_TEXTS,
    KIND_COUNT,
    KIND_MEMORY,
} Kind;

/* One option. argument is its word in the help (NULL for a flag); low and high bound a count. */
typedef struct Option {
    const char *name;
    Kind kind;
    size_t offset;
    const char *argument;
    const char *fallback;
    uint32_t low, high;
    const char *help;
} Option;

/* The kind of an option comes from the type of its field, so the two cannot disagree. */
#define KIND_OF(field)              \
    _Generic((field), bool          \
             : KIND_FLAG, AugdTexts \
             : KIND_TEXTS, uint32_t \
             : KIND_COUNT, uint64_t \
             : KIND_MEMORY)

#define OPTION(word, field, ...)                                     \
    {                                                                \
        .name = (word), .kind = KIND_OF(((AugdSettings *)0)->field), \
        .offset = offsetof(AugdSettings, field), __VA_ARGS__         \
    }

static const Option options[] = {
    OPTION("listen", listen, .argument = "ADDRESS",
           .help = "unix:PATH or tcp:HOST:PORT (tcp:[::1]:PORT for IPv6; port 0 takes a free one); "
                   "at least one; may be repeated"),
    OPTION("dataset", dataset, .argument = "NAME=KIND:PATH",
           .help = "a data set to serve, by the name that jobs ask for; ,key=value may follow; at "
                   "least one; may be repeated"),
    OPTION("threads", threads, .argument = "N", .fallback = "0", .low = 0, .high = 1024,
           .help = "worker threads, shared by all streams; 0: one per processor"),
    /* One batch being filled, one finished, one being written, and one more so that a slow reader
     * does not stop the fill of the next. */
    OPTION("depth", depth, .argument = "N", .fallback = "4", .low = 1, .high = AUGP_MAX_WINDOW,
           .help = "batches in existence per stream, the one being sent included"),
    OPTION("max-connections", max_connections, .argument = "N", .fallback = "1024", .low = 1,
           .high = 1000000,
           .help = "connections at once; further ones are refused with TOO_MANY_CONNECTIONS"),
    OPTION("max-memory", max_memory, .argument = "SIZE", .fallback = "50%",
           .help =
               "what the batches of all streams may take: bytes, or a number with KiB, MiB, GiB "
               "or % of the memory; further streams are refused with RESOURCE_EXHAUSTED"),
    OPTION("handshake-ms", handshake_ms, .argument = "MS", .fallback = "5000", .low = 10,
           .high = 30000, .help = "time in which a new connection must greet"),
    OPTION("stall-ms", stall_ms, .argument = "MS", .fallback = "120000", .low = 100,
           .high = 3600000,
           .help = "time after which a client that takes none of the bytes waiting for it is cut "
                   "off"),
    OPTION("drain-ms", drain_ms, .argument = "MS", .fallback = "10000", .low = 100, .high = 600000,
           .help = "time that batches on their way get after SIGTERM or SIGINT; a second signal "
                   "ends it"),
    OPTION("quiet", quiet, .help = "log warnings and errors only"),
    OPTION("verbose", verbose, .help = "log every connection, too"),
    OPTION("help", help, .help = "print this help"),
    OPTION("version", version, .help = "print the version"),
};

static const char *option_name(const void *list, size_t i)
{
    return ((const Option *)list)[i].name;
}

static AugStatus find_option(const Option **out, const char *name, size_t length, AugError *error)
{
    for (size_t i = 0; i < AUG_COUNT(options); i++) {
        if (strlen(options[i].name) == length && memcmp(options[i].name, name, length) == 0) {
            *out = &options[i];
            return AUG_OK;
        }
    }
    char wrong[64];
    snprintf(wrong, sizeof(wrong), "%.*s", (int)(length < 60 ? length : 60), name);
    const char *near = augi_nearest_name(wrong, option_name, options, AUG_COUNT(options));
    if (near)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL, "unknown option --%s; did you mean --%s?",
                        wrong, near);
    return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL, "unknown option --%s; --help lists them all",
                    wrong);
}

/* Decimal digits at the start of text; false if there are none or the number is too large. */
static bool read_number(const char *text, uint64_t *value, const char **rest)
{
    const char *at = text;
    *value = 0;
    for (; *at >= '0' && *at <= '9'; at++) {
        uint64_t digit = (uint64_t)(*at - '0');
        if (*value > (UINT64_MAX - digit) / 10)
            return false;
        *value = *value * 10 + digit;
    }
    *rest = at;
    return at != text;
}

/* Memory that this process may use: the machine's, or less if it runs in a limited group. */
static uint64_t total_memory(void)
{
    uint64_t total = uv_get_total_memory(), limit = uv_get_constrained_memory();
    return limit > 0 && limit < total ? limit : total;
}

static bool read_memory(const char *text, uint64_t *size)
{
    static const struct {
        const char *name;
        uint64_t factor;
    } units[] = {
        {"", 1},
        {"KiB", UINT64_C(1) << 10},
        {"MiB", UINT64_C(1) << 20},
        {"GiB", UINT64_C(1) << 30},
    };
    const char *rest;
    uint64_t number;
    if (!read_number(text, &number, &rest))
        return false;
    if (strcmp(rest, "%") == 0) {
        *size = total_memory() / 100 * number;
        return number >= 1 && number <= 80;
    }
    for (size_t i = 0; i < AUG_COUNT(units); i++) {
        if (strcmp(rest, units[i].name) == 0) {
            *size = number * units[i].factor;
            return number >= 1 && number <= UINT64_MAX / units[i].factor;
        }
    }
    return false;
}

static AugStatus add_text(AugdTexts *texts, const char *value, AugError *error)
{
    const char **items = realloc(texts->items, (texts->n + 1) * sizeof(*items));
    if (!items)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for the command line");
    texts->items = items;
    texts->items[texts->n++] = value;
    return AUG_OK;
}

static AugStatus set_option(AugdSettings *settings, const Option *option, const char *value,
                            AugError *error)
{
    void *field = (char *)settings + option->offset;
    const char *rest = "";
    uint64_t number = 0;
    switch (option->kind) {
    case KIND_FLAG:
        *(bool *)field = true;
        return AUG_OK;
    case KIND_TEXTS:
        return add_text(field, value, error);
    case KIND_COUNT:
        if (!read_number(value, &number, &rest) || *rest || number < option->low ||
            number > option->high)
            return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                            "--%s is \"%s\"; allowed is a whole number from %" PRIu32
                            " to %" PRIu32,
                            option->name, value, option->low, option->high);
        *(uint32_t *)field = (uint32_t)number;
        return AUG_OK;
    case KIND_MEMORY:
        break;
    }
    if (!read_memory(value, field))
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                        "--%s is \"%s\"; allowed is a number of bytes, with KiB, MiB or GiB, or "
                        "from 1%% to 80%%",
                        option->name, value);
    return AUG_OK;
}

static AugStatus set_fallbacks(AugdSettings *settings, AugError *error)
{
    for (size_t i = 0; i < AUG_COUNT(options); i++) {
        if (options[i].fallback)
            AUG_TRY(set_option(settings, &options[i], options[i].fallback, error));
    }
    return AUG_OK;
}

AugStatus augd_settings_parse(AugdSettings *settings, int argc, char **argv, AugError *error)
{
    memset(settings, 0, sizeof(*settings));
    AUG_TRY(set_fallbacks(settings, error));
    for (int i = 1; i < argc; i++) {
        const char *name = argv[i] + 2;
        if (strncmp(argv[i], "--", 2) != 0 || !*name)
            return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                            "\"%s\" is not an option; --help lists them all", argv[i]);
        const char *equals = strchr(name, '=');
        const Option *option = NULL;
        AUG_TRY(find_option(&option, name, equals ? (size_t)(equals - name) : strlen(name), error));
        const char *value = equals ? equals + 1 : NULL;
        if (!option->argument && value)
            return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL, "--%s takes no value", option->name);
        if (option->argument && !value)
            value = i + 1 < argc ? argv[++i] : NULL;
        if (option->argument && !value)
            return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL, "--%s needs a value: --%s %s",
                            option->name, option->name, option->argument);
        AUG_TRY(set_option(settings, option, value, error));
    }
    if (settings->help || settings->version)
        return AUG_OK;
    if (settings->listen.n == 0)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                        "nothing to listen on; give --listen unix:PATH or --listen tcp:HOST:PORT");
    if (settings->dataset.n == 0)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                        "nothing to serve; give --dataset NAME=KIND:PATH");
    return AUG_OK;
}

void augd_settings_fini(AugdSettings *settings)
{
    free(settings->listen.items);
    free(settings->dataset.items);
    memset(settings, 0, sizeof(*settings));
}

/* A help text, broken at blanks so that no line is longer than the terminal is wide. */
static void print_wrapped(FILE *out, const char *text)
{
    enum { WIDTH = 72 };
    while (*text) {
        size_t length = strlen(text);
        if (length > WIDTH) {
            length = WIDTH;
            while (length > 0 && text[length] != ' ')
                length--;
        }
        fprintf(out, "      %.*s\n", (int)length, text);
        text += length + (text[length] == ' ');
    }
}

void augd_settings_help(FILE *out)
{
    fputs("augd --listen ADDRESS... --dataset NAME=KIND:PATH... [OPTION...]\n\n"
          "Serves augmented batches of the named data sets to training jobs. A job connects,\n"
          "names a data set and brings its own spec; see augd(1).\n\n",
          out);
    for (size_t i = 0; i < AUG_COUNT(options); i++) {
        const Option *option = &options[i];
        fprintf(out, "  --%s%s%s%s%s%s\n", option->name, option->argument ? " " : "",
                option->argument ? option->argument : "", option->fallback ? " (default " : "",
                option->fallback ? option->fallback : "", option->fallback ? ")" : "");
        print_wrapped(out, option->help);
    }
}
