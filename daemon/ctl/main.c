/* newswatchctl: the operator's tool. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ctl/ctl.h"

static const char usage[] =
    "Usage: newswatchctl COMMAND …\n"
    "\n"
    "  parse [--url URL] [--content-type TYPE] [--lines] FILE…\n"
    "        what the daemon would read from these bytes, as a JSON Feed; '-' is stdin\n"
    "  try [-c FILE] [--outlet ID] [--rule ID]… [-e EXPR]… [--json] FEED…\n"
    "        run rules over feed files or URLs, without a daemon\n"
    "\n"
    "      --version, --help\n"
    "\n"
    "See newswatchctl(1).\n";

void ctl_show(const struct diags *diags)
{
    struct buf text = {0};
    diag_write(diags, &text, isatty(STDERR_FILENO) && !getenv("NO_COLOR"));
    fwrite(buf_cstr(&text), 1, text.n, stderr);
    buf_free(&text);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        int (*run)(int argc, char **argv);
    } commands[] = {{"parse", ctl_parse}, {"try", ctl_try}};
    if (argc < 2) {
        fputs(usage, stderr);
        return 2;
    }
    if (strcmp(argv[1], "--help") == 0) {
        fputs(usage, stdout);
        return 0;
    }
    if (strcmp(argv[1], "--version") == 0) {
        printf("newswatchctl %s\n", VERSION);
        return 0;
    }
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        if (strcmp(argv[1], commands[i].name) == 0)
            return commands[i].run(argc - 1, argv + 1);
    fprintf(stderr, "newswatchctl: there is no command '%s'\nTry 'newswatchctl --help'.\n", argv[1]);
    return 2;
}
