/* newswatchctl: the operator's tool. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "ctl/ctl.h"
#include "ctl/talk.h"

static const char usage[] =
    "Usage: newswatchctl COMMAND …\n"
    "The operator's tool of newswatchd.\n"
    "\n"
    "  parse [--url URL] [--content-type TYPE] [--lines] FILE…\n"
    "        what the daemon would read from these bytes, as a JSON Feed; '-' is stdin\n"
    "  try [-c FILE] [--outlet ID] [--rule ID]… [-e EXPR]… [--misses] [--json] FEED…\n"
    "        run rules over feed files or URLs, without a daemon\n"
    "\n"
    "Of the running daemon, found by [-s SOCKET | -c FILE]; --json for programs:\n"
    "  status\n"
    "        how it stands: feeds, rules, broker, outbox, topics\n"
    "  outbox [--refused] [--topic TOPIC] [-n MOST]\n"
    "        what waits to be delivered, and why\n"
    "  outbox retry ID… | --refused\n"
    "        send again what the broker has refused\n"
    "  outbox drop ID… | --refused | --topic TOPIC\n"
    "        delete alerts that will never be delivered\n"
    "  reload\n"
    "        read the configuration again, and say what is wrong with it\n"
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

/* Options may stand before the command: they are moved behind it. Returns its place, or argc. */
static int find_command(int argc, char **argv)
{
    int at = 1;
    for (; at < argc && argv[at][0] == '-' && argv[at][1]; at++) {
        static const char *const with_argument[] = {"-s", "-c", "-n", "--socket", "--config", "--topic"};
        for (size_t i = 0; i < sizeof with_argument / sizeof *with_argument; i++)
            if (strcmp(argv[at], with_argument[i]) == 0) {
                at++;
                break;
            }
    }
    return at < argc ? at : argc;
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        int (*run)(int argc, char **argv);
    } commands[] = {{"parse", ctl_parse}, {"try", ctl_try}, {"status", ctl_status}, {"outbox", ctl_outbox}, {"reload", ctl_reload}};
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
    int at = find_command(argc, argv);
    if (at == argc) {
        fputs("newswatchctl: no command is given\nTry 'newswatchctl --help'.\n", stderr);
        return CTL_WRONG;
    }
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        if (strcmp(argv[at], commands[i].name) == 0) {
            char name[64]; /* for getopt's messages */
            snprintf(name, sizeof name, "newswatchctl: %s", commands[i].name);
            memmove(&argv[2], &argv[1], (size_t)(at - 1) * sizeof *argv);
            argv[1] = name;
            return written(commands[i].run(argc - 1, argv + 1));
        }
    fprintf(stderr, "newswatchctl: there is no command '%s'\nTry 'newswatchctl --help'.\n", argv[at]);
    return CTL_WRONG;
}
