/* Columns: name, index, class, probability, for each further class class_2, probability_2, ..., label,
 * error. */
#include "trainer/predict/rows.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "libaug/base/json_writer.h"

const char *const train_rows_forms[] = {
    [TRAIN_ROWS_TSV] = "tsv", [TRAIN_ROWS_CSV] = "csv", [TRAIN_ROWS_JSONL] = "jsonl", NULL};

/* A probability has no more meaning than the seven digits of a float. */
#define PROBABILITY "%.7g"

static char separator(TrainRowsForm form)
{
    return form == TRAIN_ROWS_CSV ? ',' : '\t';
}

/* In TSV what would end a field or a row is written as in C; in CSV it is quoted. */
static void put_field(FILE *to, TrainRowsForm form, const char *text, size_t size)
{
    const bool quoted =
        form == TRAIN_ROWS_CSV && (memchr(text, ',', size) || memchr(text, '"', size) ||
                                   memchr(text, '\n', size) || memchr(text, '\r', size));
    if (quoted)
        fputc('"', to);
    for (size_t i = 0; i < size; i++) {
        const char c = text[i];
        if (form == TRAIN_ROWS_TSV && (c == '\t' || c == '\n' || c == '\r' || c == '\\'))
            fprintf(to, "\\%c", c == '\t' ? 't' : c == '\n' ? 'n' : c == '\r' ? 'r' : '\\');
        else
            fprintf(to, "%s%c", quoted && c == '"' ? "\"" : "", c);
    }
    if (quoted)
        fputc('"', to);
}

static void put_text(FILE *to, TrainRowsForm form, const char *text)
{
    put_field(to, form, text ? text : "", text ? strlen(text) : 0);
}

void train_rows_head(FILE *to, TrainRowsForm form, uint32_t n_guesses)
{
    const char s = separator(form);
    if (form == TRAIN_ROWS_JSONL)
        return;
    fprintf(to, "name%cindex%cclass%cprobability", s, s, s);
    for (uint32_t i = 2; i <= n_guesses; i++)
        fprintf(to, "%cclass_%u%cprobability_%u", s, i, s, i);
    fprintf(to, "%clabel%cerror\n", s, s);
}

static void put_row(FILE *to, TrainRowsForm form, uint32_t n_guesses,
                    const TrainPrediction *prediction)
{
    const char s = separator(form);
    put_field(to, form, prediction->name ? prediction->name : "", prediction->name_size);
    fprintf(to, "%c%" PRId64, s, prediction->index);
    for (uint32_t i = 0; i < n_guesses; i++) {
        fputc(s, to);
        if (i < prediction->n_guesses)
            put_text(to, form, prediction->guesses[i].name);
        fputc(s, to);
        if (i < prediction->n_guesses)
            fprintf(to, PROBABILITY, prediction->guesses[i].probability);
    }
    fputc(s, to);
    put_text(to, form, prediction->label);
    fputc(s, to);
    put_text(to, form, prediction->error);
    fputc('\n', to);
}

static void put_guess(AugiJsonWriter *json, const TrainGuess *guess)
{
    augi_json_object(json);
    augi_json_text_member(json, "class", guess->name);
    augi_json_unsigned_member(json, "number", guess->number);
    augi_json_key(json, "probability");
    augi_json_float(json, (float)guess->probability);
    augi_json_object_end(json);
}

static AugStatus put_object(FILE *to, const TrainPrediction *prediction, AugError *error)
{
    AugiJsonWriter json = {0};
    augi_json_object(&json);
    if (prediction->name) {
        augi_json_key(&json, "name");
        augi_json_text(&json, prediction->name, prediction->name_size);
    }
    augi_json_key(&json, "index");
    augi_json_integer(&json, prediction->index);
    if (!prediction->error) {
        augi_json_key(&json, "classes");
        augi_json_list(&json);
        for (uint32_t i = 0; i < prediction->n_guesses; i++)
            put_guess(&json, &prediction->guesses[i]);
        augi_json_list_end(&json);
    }
    augi_json_text_member(&json, "label", prediction->label);
    augi_json_text_member(&json, "error", prediction->error);
    augi_json_object_end(&json);
    char *line = augi_json_take(&json);
    if (!line)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for a row");
    fprintf(to, "%s\n", line);
    free(line);
    return AUG_OK;
}

AugStatus train_rows_put(FILE *to, TrainRowsForm form, uint32_t n_guesses,
                         const TrainPrediction *prediction, AugError *error)
{
    if (form == TRAIN_ROWS_JSONL)
        return put_object(to, prediction, error);
    put_row(to, form, n_guesses, prediction);
    return AUG_OK;
}
