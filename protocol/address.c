/* Takes an address apart and says what is wrong with it. */
#include "protocol/address.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_port(const char *text)
{
    size_t length = strlen(text);
    return length >= 1 && length <= 5 && strspn(text, "0123456789") == length &&
           strtoul(text, NULL, 10) <= 65535;
}

static AugpStatus parse_unix(AugpAddress *out, const char *path, const char *text, AugpError *error)
{
    if (!*path)
        return AUGP_FAIL(error, AUGP_BAD_ARGUMENT, 0, text, "the path of the socket is missing");
    if (strlen(path) >= sizeof(out->path))
        return AUGP_FAIL(error, AUGP_BAD_ARGUMENT, 0, text,
                         "the path of a Unix socket has %zu bytes; allowed are %zu", strlen(path),
                         sizeof(out->path) - 1);
    out->is_unix = true;
    memcpy(out->path, path, strlen(path) + 1);
    return AUGP_OK;
}

static AugpStatus parse_tcp(AugpAddress *out, const char *rest, const char *text, AugpError *error)
{
    bool bracketed = rest[0] == '[';
    const char *host = rest + bracketed;
    const char *end = bracketed ? strchr(host, ']') : strrchr(host, ':');
    const char *colon = bracketed && end ? end + 1 : end;
    if (!end || end == host || *colon != ':' || !is_port(colon + 1))
        return AUGP_FAIL(error, AUGP_BAD_ARGUMENT, 0, text,
                         "not an address; allowed is tcp:HOST:PORT or tcp:[IPV6]:PORT with a port "
                         "from 0 to 65535");
    size_t length = (size_t)(end - host);
    if (length >= sizeof(out->host))
        return AUGP_FAIL(error, AUGP_BAD_ARGUMENT, 0, text,
                         "the host's name has %zu bytes; allowed are %zu", length,
                         sizeof(out->host) - 1);
    if (!bracketed && memchr(host, ':', length))
        return AUGP_FAIL(error, AUGP_BAD_ARGUMENT, 0, text,
                         "an IPv6 address stands in brackets: tcp:[%.*s]:%s", (int)length, host,
                         colon + 1);
    memcpy(out->host, host, length);
    memcpy(out->port, colon + 1, strlen(colon + 1) + 1);
    return AUGP_OK;
}

AugpStatus augp_address_parse(AugpAddress *out, const char *text, AugpError *error)
{
    memset(out, 0, sizeof(*out));
    if (strncmp(text, "unix:", 5) == 0)
        return parse_unix(out, text + 5, text, error);
    if (strncmp(text, "tcp:", 4) == 0)
        return parse_tcp(out, text + 4, text, error);
    return AUGP_FAIL(error, AUGP_BAD_ARGUMENT, 0, text,
                     "not an address; allowed are unix:PATH and tcp:HOST:PORT");
}
