/* The command line of nn_vectors, and what it prints of each case. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aug/version.h"
#include "trainer/model/model_file.h"
#include "trainer/print_json.h"
#include "trainer/vectors/command.h"
#include "trainer/vectors/vectors.h"

/* What the call was given. */
typedef struct Options {
    AugChoice kernels;
    int32_t threads;
    double tolerance;
} Options;

static const AugParamDesc rows[] = {
    AUG_PARAM(Options, kernels, .fallback = "auto", .choices = nn_kernel_names,
              .help = "which kernels compute"),
    AUG_PARAM(Options, threads, .fallback = "0", .low = 0, .high = 256,
              .help = "working threads; 0: one for each processor"),
    AUG_PARAM(Options, tolerance, .fallback = "0", .low = 0, .high = 1,
              .help = "least tolerance of all cases, for kernels that round more than floats do"),
};

/* What was printed so far. json: where it goes with --json; else it is text, of all cases or with
 * --quiet of those that do not hold. */
typedef struct Printer {
    const CmdCall *call;
    AugiJsonWriter json;
    size_t counts[VECTOR_UNKNOWN + 1];
} Printer;

/* --- text ------------------------------------------------------------------------------------- */

static void print_tensor(const VectorCaseReport *report, const VectorTensorReport *tensor)
{
    cmd_put_text(stdout, report->name);
    fputc(' ', stdout);
    cmd_put_text(stdout, tensor->name);
    if (tensor->n_got != tensor->n)
        printf(": %zu values, expected %zu: fails\n", tensor->n_got, tensor->n);
    else
        printf(": %.2e of %.2e at value %zu, %.9g, expected %.9g: %s\n", tensor->deviation,
               tensor->allowed, tensor->worst, tensor->got, tensor->expected,
               tensor->holds ? "holds" : "fails");
}

static void print_case(const Printer *printer, const VectorCaseReport *report)
{
    const bool is_named = report->outcome == VECTOR_BROKEN || report->outcome == VECTOR_UNKNOWN;
    for (size_t i = 0; i < report->n_tensors; i++)
        if (!printer->call->quiet || !report->tensors[i].holds)
            print_tensor(report, &report->tensors[i]);
    if (!is_named)
        return;
    cmd_put_text(stdout, report->name);
    printf(": %s: ", vector_outcome_name(report->outcome));
    cmd_put_text(stdout, report->message);
    fputc('\n', stdout);
}

/* --- JSON ------------------------------------------------------------------------------------- */

static void write_tensor(AugiJsonWriter *json, const VectorTensorReport *tensor)
{
    augi_json_object(json);
    augi_json_text_member(json, "name", tensor->name);
    augi_json_unsigned_member(json, "values", tensor->n_got);
    augi_json_unsigned_member(json, "values_expected", tensor->n);
    augi_json_number_member(json, "deviation", tensor->deviation);
    augi_json_number_member(json, "allowed", tensor->allowed);
    augi_json_unsigned_member(json, "worst", tensor->worst);
    augi_json_number_member(json, "got", tensor->got);
    augi_json_number_member(json, "expected", tensor->expected);
    augi_json_key(json, "holds");
    augi_json_bool(json, tensor->holds);
    augi_json_object_end(json);
}

static void write_case(AugiJsonWriter *json, const VectorCaseReport *report)
{
    augi_json_object(json);
    augi_json_text_member(json, "name", report->name);
    augi_json_text_member(json, "kind", report->kind);
    augi_json_text_member(json, "op", report->op);
    augi_json_text_member(json, "outcome", vector_outcome_name(report->outcome));
    augi_json_text_member(json, "message", report->message[0] ? report->message : NULL);
    if (report->modules) {
        char *modules = json_dumps(report->modules, JSON_COMPACT | JSON_REAL_PRECISION(17));
        augi_json_key(json, "modules");
        augi_json_raw(json, modules ? modules : "[]");
        free(modules);
    }
    augi_json_key(json, "tensors");
    augi_json_list(json);
    for (size_t i = 0; i < report->n_tensors; i++)
        write_tensor(json, &report->tensors[i]);
    augi_json_list_end(json);
    augi_json_object_end(json);
}

/* --- running ---------------------------------------------------------------------------------- */

static void hear(void *context, const VectorCaseReport *report)
{
    Printer *printer = context;
    printer->counts[report->outcome]++;
    if (printer->call->json)
        write_case(&printer->json, report);
    else
        print_case(printer, report);
}

static void say_counts(const Printer *printer)
{
    const size_t *counts = printer->counts;
    cmd_say(printer->call, "%zu cases hold, %zu fail, %zu are broken, %zu unknown",
            counts[VECTOR_HOLDS], counts[VECTOR_FAILS], counts[VECTOR_BROKEN],
            counts[VECTOR_UNKNOWN]);
}

static void begin_file(Printer *printer, const char *path)
{
    if (!printer->call->json)
        return;
    augi_json_object(&printer->json);
    augi_json_text_member(&printer->json, "file", path);
    augi_json_key(&printer->json, "cases");
    augi_json_list(&printer->json);
}

static void end_file(Printer *printer, const VectorFileReport *report)
{
    if (!printer->call->json)
        return;
    augi_json_list_end(&printer->json);
    augi_json_text_member(&printer->json, "made_with", report->made_with);
    augi_json_unsigned_member(&printer->json, "n_cases", report->n_cases);
    augi_json_text_member(&printer->json, "outcome", vector_outcome_name(report->outcome));
    augi_json_object_end(&printer->json);
}

/* Files that cannot be run are said and the others run all the same. Exit code. */
static int run_files(Printer *printer, const VectorSettings *settings)
{
    /* Broken files are a mistake in a file of the user's. */
    static const int codes[] = {
        [VECTOR_HOLDS] = 0, [VECTOR_FAILS] = 1, [VECTOR_BROKEN] = 2, [VECTOR_UNKNOWN] = 3};
    VectorOutcome worst = VECTOR_HOLDS;
    int code = 0;
    for (size_t i = 0; i < printer->call->n_arguments; i++) {
        VectorFileReport report;
        AugError error = {0};
        begin_file(printer, printer->call->arguments[i]);
        if (vector_run_file(printer->call->arguments[i], settings, &report, &error) != AUG_OK) {
            code = cmd_fail(printer->call, &error);
            report.outcome = VECTOR_BROKEN;
        }
        end_file(printer, &report);
        worst = report.outcome > worst && report.outcome != VECTOR_BROKEN ? report.outcome : worst;
        if (report.outcome == VECTOR_BROKEN && code == 0)
            code = codes[VECTOR_BROKEN];
    }
    return worst == VECTOR_UNKNOWN ? codes[worst] : code ? code : codes[worst];
}

static int run(const CmdCall *call)
{
    const Options *options = call->options;
    Printer printer = {.call = call, .json = {.indent = 1}};
    const VectorSettings settings = {.kernels = (NnKernelChoice)options->kernels.value,
                                     .n_threads = (uint32_t)options->threads,
                                     .tolerance = options->tolerance,
                                     .hear = hear,
                                     .context = &printer};
    if (call->json) {
        augi_json_object(&printer.json);
        augi_json_text_member(&printer.json, "kernels", nn_kernel_names[settings.kernels]);
        augi_json_text_member(&printer.json, "precision",
                              sizeof(NnReal) == sizeof(double) ? "double" : "float");
        augi_json_key(&printer.json, "files");
        augi_json_list(&printer.json);
    }
    int code = run_files(&printer, &settings);
    if (call->json) {
        AugError error = {0};
        augi_json_list_end(&printer.json);
        augi_json_object_end(&printer.json);
        if (train_print_json(&printer.json, &error) != AUG_OK)
            code = cmd_fail(call, &error);
    }
    say_counts(&printer);
    return code;
}

/* --- the program ------------------------------------------------------------------------------ */

static const CmdArgument arguments[] = {
    {.name = "FILE", .repeats = true, .words = CMD_WORDS_FILES}};

static const CmdExample examples[] = {
    {"layers.json norms.json", "Run two files, and print the deviation of each tensor."},
    {"--quiet --kernels reference layers.json", "Only what does not hold, with plain loops."},
};

static const CmdCommand command = {
    .summary = "Run files of test vectors",
    .arguments = arguments,
    .n_arguments = AUG_COUNT(arguments),
    .json = "print files, cases and tensors as JSON",
    .options = AUG_PARAM_TABLE(Options, rows),
    .examples = examples,
    .n_examples = AUG_COUNT(examples),
    .run = run,
};

static const CmdCommand *const commands[] = {&command};

static const CmdTerm exit_codes[] = {
    {"3", "a case names a kind, operation, parameter or tensor that is not known"}};

const CmdProgram vector_program = {
    .name = "nn_vectors",
    .summary = "run test vectors on the modules of the trainer",
    .version = AUG_VERSION " (" AUG_ENGINE ")",
    .details =
        "nn_vectors reads cases that another implementation computed, such as PyTorch in double "
        "precision: layers, losses, optimizers, schedules and more, with inputs and expected "
        "outputs. It calls the trainer's own modules by name, see augtrain(1), and prints for each "
        "case and tensor the largest deviation and whether it holds.\n"
        "A value holds if it deviates by no more than the case's tolerance, 2e-5 where it says "
        "none, times the largest expected value of its tensor, or times 1 if that is smaller.\n"
        "Exit code 1: something deviates; 2: a file or a case is wrong.",
    .commands = commands,
    .n_commands = AUG_COUNT(commands),
    .exit_codes = exit_codes,
    .n_exit_codes = AUG_COUNT(exit_codes),
    .see_also = "augtrain(1)",
};
