/* newswatchctl: the operator's tool. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "ctl/ctl.h"

static const char usage[] =
    "Usage: newswatchctl COMMAND …\n"
    "\n"
    "  parse [--url URL] [--content-type TYPE] [--lines] FILE…\n"
    "        what the daemon would read from these bytes, as a JSON Feed; '-' is stdin\n"
    "  try [-c FILE] [--outlet ID] [--rule ID]… [-e EXPR]… [--misses] [--json] FEED…\n"
    "        run rules over feed files or URLs, without a daemon\n"
    "\n"
    "      --version, --help\n"
    "\n"
    "See newswatchctl(1).\n";

void ctl_usage(void)
{
    fputs(usage, stdout);
}

/* A result that did not get out is none. */
static int written(int status)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return status;
    fprintf(stderr, "newswatchctl: stdout cannot be written: %s\n", strerror(errno));
    return CTL_WRONG;
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        int (*run)(int argc, char **argv);
    } commands[] = {{"parse", ctl_parse}, {"try", ctl_try}};
    if (argc < 2) {
        fputs(usage, stderr);
        return CTL_WRONG;
    }
    if (strcmp(argv[1], "--help") == 0) {
        ctl_usage();
        return written(0);
    }
    if (strcmp(argv[1], "--version") == 0) {
        printf("newswatchctl %s\n", VERSION);
        return written(0);
    }
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        if (strcmp(argv[1], commands[i].name) == 0) {
            char name[64]; /* for getopt's messages */
            snprintf(name, sizeof name, "newswatchctl: %s", commands[i].name);
            argv[1] = name;
            return written(commands[i].run(argc - 1, argv + 1));
        }
    fprintf(stderr, "newswatchctl: there is no command '%s'\nTry 'newswatchctl --help'.\n", argv[1]);
    return CTL_WRONG;
}
