// SPDX-License-Identifier: GPL-2.0
/* mmpc lsp: serve an editor on standard input and output. */
#include "commands/command.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "commands/options.h"
#include "server.h"

static const char usage_text[] =
	"usage: mmpc lsp [-I DIR] [-D NAME=VALUE] [-WCODE] [--profile=NAME] [--kernel NAME]\n"
	"\n"
	"Serves an editor that speaks the Language Server Protocol on standard input and output.\n"
	"docs/editors.md says how to set up vim, neovim, VS Code, Emacs, Helix and kate.\n"
	"\n"
	"  -I DIR                  where included files are looked for, too\n"
	"  -D NAME=VALUE           give a define or a param another value\n"
	"  -WCODE, -Wno-CODE       turn a warning on or off\n"
	"  --profile=NAME          default, strict or all\n"
	"  --btf FILE, --kernel NAME   check against what that kernel has\n"
	"  --config FILE           read the defaults there, not in the nearest .mmpc.conf above\n"
	"  --no-config             read no .mmpc.conf\n"
	"  --stdio                 the default; some clients say it\n";

/* The client's pipe gets another number: a policy that names /dev/stdin cannot read from it. */
static int take_stdin(void)
{
	int in = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3), none = open("/dev/null", O_RDONLY);

	if (in >= 0 && none >= 0)
		dup2(none, STDIN_FILENO);
	if (none > 2)
		close(none);
	return in;
}

static int serve(const struct options *o)
{
	int in = take_stdin(), status;

	if (in < 0) {
		fprintf(stderr, "mmpc lsp: standard input: %s\n", strerror(errno));
		return STATUS_USAGE;
	}
	signal(SIGPIPE, SIG_IGN);
	status = server_run(in, stdout, &o->compile);
	close(in);
	return status;
}

int command_lsp(int argc, char **argv)
{
	struct options o;
	int status, kept = 1;

	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-h")) {
			fputs(usage_text, stdout);
			return STATUS_OK;
		}
		if (strcmp(argv[i], "--stdio"))
			argv[kept++] = argv[i];
	}
	status = options_parse_lsp(&o, kept, argv);
	if (status < 0)
		status = serve(&o);
	options_finish(&o);
	return status;
}
