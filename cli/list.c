/* aug list: what a server serves. */
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "aug/version.h"
#include "cli/describe.h"
#include "command/command.h"
#include "protocol/client.h"
#include "stream/errors.h"

/* Digits of a fingerprint in the table: enough to compare by eye. */
#define SHOWN_DIGITS 16

typedef struct ListOptions {
    AugText from;
} ListOptions;

static const AugParamDesc option_rows[] = {
    AUG_PARAM(ListOptions, from, .optional = true, .unit = "address",
              .help = "the server that is asked, unix:PATH or tcp:HOST:PORT; it must be given"),
};

static AugStatus ask(const char *address, AugpListing *listing, AugError *error)
{
    const AugpClientOptions options = {.name = "aug/" AUG_VERSION, .list = true};
    AugpClient *client = NULL;
    AugpError theirs = {0};
    if (augp_client_new(&client, address, &options, &theirs) != AUGP_OK ||
        augp_client_list(client, listing, &theirs) != AUGP_OK)
        (void)stream_fail(&theirs, address, error);
    augp_client_free(client);
    return stream_status_of(&theirs);
}

/* The widest text of a column. */
static int width_of(const AugpListing *listing, const char *title, size_t at)
{
    size_t width = strlen(title);
    for (uint32_t i = 0; i < listing->n_items; i++) {
        const size_t length = strlen((const char *)&listing->items[i] + at);
        width = length > width ? length : width;
    }
    return (int)width;
}

static void print_table(const AugpListing *listing)
{
    const int names = width_of(listing, "NAME", offsetof(AugpListed, name));
    const int kinds = width_of(listing, "KIND", offsetof(AugpListed, kind));
    printf("%-*s  %-*s  %10s  %7s  FINGERPRINT\n", names, "NAME", kinds, "KIND", "SAMPLES",
           "CLASSES");
    for (uint32_t i = 0; i < listing->n_items; i++) {
        const AugpListed *item = &listing->items[i];
        printf("%-*s  %-*s  %10" PRIu64 "  %7" PRIu32 "  %.*s\n", names, item->name, kinds,
               item->kind, item->n_samples, item->n_classes, SHOWN_DIGITS,
               item->fingerprint[0] ? item->fingerprint : "-");
    }
}

static AugStatus print_json(const AugpListing *listing, AugError *error)
{
    AugiJsonWriter writer = {.indent = 2};
    augi_json_list(&writer);
    for (uint32_t i = 0; i < listing->n_items; i++) {
        const AugpListed *item = &listing->items[i];
        augi_json_object(&writer);
        augi_json_text_member(&writer, "name", item->name);
        augi_json_text_member(&writer, "kind", item->kind);
        augi_json_unsigned_member(&writer, "samples", item->n_samples);
        augi_json_unsigned_member(&writer, "classes", item->n_classes);
        augi_json_text_member(&writer, "fingerprint",
                              item->fingerprint[0] ? item->fingerprint : NULL);
        augi_json_text_member(&writer, "content", item->content[0] ? item->content : NULL);
        augi_json_object_end(&writer);
    }
    augi_json_list_end(&writer);
    return cli_describe_print(&writer, error);
}

static AugStatus check(CmdCall *call, AugError *error)
{
    const ListOptions *options = call->options;
    if (options->from)
        return AUG_OK;
    return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                    "no server is named; give --from unix:PATH or --from tcp:HOST:PORT");
}

static int run(const CmdCall *call)
{
    const ListOptions *options = call->options;
    AugpListing listing = {0};
    AugError error = {0};
    AugStatus status = ask(options->from, &listing, &error);
    if (status == AUG_OK && call->json)
        status = print_json(&listing, &error);
    else if (status == AUG_OK)
        print_table(&listing);
    augp_listing_fini(&listing);
    return status == AUG_OK ? 0 : cmd_fail(call, &error);
}

static const CmdExample examples[] = {
    {"--from unix:/run/augd.sock", "Which data sets a server on this machine has, one a line."},
    {"--from tcp:trainhost:4711 --json", "The same for a program."},
};

const CmdCommand cli_command_list = {
    .name = "list",
    .summary = "Data sets that a server serves",
    .details =
        "Names are those that a specification asks for ('dataset: NAME'). Data without "
        "labels have 0 classes. The fingerprint is that of 'aug fingerprint', equal wherever "
        "the same data lie; it is given once a stream of the data was opened there. The "
        "content is given once the server, or one before it, has read all of the data.",
    .options = AUG_PARAM_TABLE(ListOptions, option_rows),
    .examples = examples,
    .n_examples = AUG_COUNT(examples),
    .json = "print JSON, with whole fingerprints and contents",
    .check = check,
    .run = run,
};
