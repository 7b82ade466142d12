/* What a user of the client writes first; no server is there, and the error says so. */
#include <augp/client.h>
#include <stdio.h>

int main(void)
{
    static AugpError error;
    AugpClient *client = NULL;
    const AugpStatus status = augp_client_new(&client, "unix:/no/such/socket", NULL, &error);
    printf("%s: %s\n", augp_status_name(status), error.message);
    augp_client_free(client);
    return status == AUGP_CONNECT ? 0 : 1;
}
