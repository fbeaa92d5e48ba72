// SPDX-License-Identifier: GPL-2.0
#include "options.h"

#include "failure.h"

#include <getopt.h>
#include <string.h>

static const struct option_info {
	const char *name, *argument, *help;
	unsigned bit;
} option_infos[] = {
	{ "format", "FORMAT", "text (default) or json; stats also has openmetrics and prometheus",
	  TAKES_FORMAT },
	{ "cgroup", "NAME=PATH", "take PATH for the policy's cgroup NAME", TAKES_CGROUP },
	{ "process", "NAME=PID", "take PID for the policy's process NAME", TAKES_PROCESS },
	{ "param", "NAME=VALUE", "set a param, in the language's units", TAKES_PARAM },
	{ "mode", "MODE", "enforce or monitor, in place of the policy's own mode", TAKES_MODE },
	{ "replace", NULL, "replace a loaded policy of that name", TAKES_REPLACE },
	{ "name", "NAME", "load under this name", TAKES_NAME },
	{ "explain", "RULE", "why a rule does or does not act", TAKES_EXPLAIN },
	{ "watch", NULL, "again every second", TAKES_WATCH },
	{ "follow", NULL, "wait for more", TAKES_FOLLOW },
	{ "all", NULL, "every policy, and what a killed mmpctl left", TAKES_ALL },
	{ "output", "FILE", "write to FILE, not to standard output", TAKES_OUTPUT },
	{ "for", "DURATION", "how long; without it until interrupted", TAKES_FOR },
	{ "verbose", NULL, "with a refusal, all that the kernel's verifier said", TAKES_VERBOSE },
	{ "from", "FILE", "show what --format=json wrote, in another format", TAKES_FROM },
	{ "root", "DIR", "take DIR for the mount of cgroup2", TAKES_ROOT },
	{ "cpu", "PERCENT", "of a processor; beyond it the tick is stretched (default 1%)",
	  TAKES_CPU },
	{ "eyes", "KIND", "what reads the signals: files, bpf or auto (default: bpf where it can)",
	  TAKES_EYES },
	{ "folder", "DIR", "whose the policies are, where it is not the one they are read from",
	  TAKES_FOLDER },
	{ "dry-run", NULL, "print what would be done, and do nothing", TAKES_DRY_RUN },
	{ "count", "NUMBER", "end after so many looks", TAKES_COUNT },
	{ "interval", "DURATION", "how often to look (default 1s)", TAKES_INTERVAL },
	{ "help", NULL, "this text", ~0u },
};

#define OPTION_COUNT (sizeof(option_infos) / sizeof(option_infos[0]))

bool binding_split(char *text, struct binding *ret)
{
	char *equals = strchr(text, '=');

	if (!equals || equals == text || !equals[1])
		return false;
	*equals = '\0';
	*ret = (struct binding){ .name = text, .value = equals + 1 };
	return true;
}

const char *bindings_find(const struct bindings *b, const char *name)
{
	size_t i;

	/* The last one counts, as with any option. */
	for (i = b->count; i--;)
		if (!strcmp(b->list[i].name, name))
			return b->list[i].value;
	return NULL;
}

static int add_binding(struct bindings *b, const char *option, char *text, struct failure *f)
{
	if (b->count == BINDINGS_MAX)
		return fail(f, STATUS_USAGE, "more than %d --%s", BINDINGS_MAX, option);
	if (!binding_split(text, &b->list[b->count]))
		return fail(f, STATUS_USAGE, "--%s '%s' is not of the form NAME=VALUE", option,
			    text);
	b->count++;
	return 0;
}

static int parse_format(struct options *o, const char *text, struct failure *f)
{
	static const char *const names[] = { [OUTPUT_TEXT] = "text",
					     [OUTPUT_JSON] = "json",
					     [OUTPUT_OPENMETRICS] = "openmetrics",
					     [OUTPUT_PROMETHEUS] = "prometheus" };
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strcmp(names[i], text)) {
			o->format = (enum output_format)i;
			return 0;
		}
	return fail(f, STATUS_USAGE,
		    "there is no format '%s': text or json, for stats also openmetrics and "
		    "prometheus",
		    text);
}

static void take_flag(struct options *o, enum option_bit bit)
{
	switch (bit) {
	case TAKES_REPLACE:
		o->replace = true;
		break;
	case TAKES_WATCH:
		o->watch = true;
		break;
	case TAKES_FOLLOW:
		o->follow = true;
		break;
	case TAKES_ALL:
		o->all = true;
		break;
	case TAKES_DRY_RUN:
		o->dry_run = true;
		break;
	case TAKES_VERBOSE:
		o->verbose = true;
		break;
	default:
		o->help = true;
	}
}

static int take_mode(struct options *o, const char *value, struct failure *f)
{
	o->mode = value;
	if (strcmp(value, "monitor") != 0 && strcmp(value, "enforce") != 0)
		return fail(f, STATUS_USAGE, "there is no mode '%s': enforce or monitor", value);
	return 0;
}

static int take_value(struct options *o, const struct option_info *info, char *value,
		      struct failure *f)
{
	switch (info->bit) {
	case TAKES_FORMAT:
		return parse_format(o, value, f);
	case TAKES_CGROUP:
		return add_binding(&o->cgroups, info->name, value, f);
	case TAKES_PROCESS:
		return add_binding(&o->processes, info->name, value, f);
	case TAKES_PARAM:
		return add_binding(&o->params, info->name, value, f);
	case TAKES_MODE:
		return take_mode(o, value, f);
	case TAKES_NAME:
		o->name = value;
		break;
	case TAKES_EXPLAIN:
		o->explain = value;
		break;
	case TAKES_OUTPUT:
		o->output = value;
		break;
	case TAKES_FOLDER:
		o->folder = value;
		break;
	case TAKES_FROM:
		o->from = value;
		break;
	case TAKES_FOR:
		o->duration = value;
		break;
	case TAKES_ROOT:
		o->root = value;
		break;
	case TAKES_COUNT:
		o->count = value;
		break;
	case TAKES_INTERVAL:
		o->interval = value;
		break;
	case TAKES_CPU:
		o->most_cpu = value;
		break;
	case TAKES_EYES:
		o->eyes = value;
		break;
	}
	return 0;
}

static int take(struct options *o, const struct option_info *info, char *value, struct failure *f)
{
	if (info->argument)
		return take_value(o, info, value, f);
	take_flag(o, (enum option_bit)info->bit);
	return 0;
}

static void long_options(struct option *list, unsigned takes)
{
	size_t i;

	for (i = 0; i < OPTION_COUNT; i++)
		if (option_infos[i].bit & takes)
			*list++ = (struct option){ .name = option_infos[i].name,
						   .has_arg = option_infos[i].argument ? 1 : 0,
						   .val = (int)i + 1000 };
	*list = (struct option){ 0 };
}

static int bad_option(int opt, const char *word, const char *command, struct failure *f)
{
	if (opt == ':')
		fail(f, STATUS_USAGE, "'%s' needs a value", word);
	else
		fail(f, STATUS_USAGE, "'%s' takes no option '%s'", command, word);
	fail_hint(f, "mmpctl %s --help", command);
	return -1;
}

int options_parse(struct options *o, int argc, char **argv, unsigned takes, struct failure *f)
{
	struct option list[OPTION_COUNT + 1];
	int opt;

	memset(o, 0, sizeof(*o));
	long_options(list, takes);
	opterr = 0;
	optind = 1;
	while ((opt = getopt_long(argc, argv, ":h", list, NULL)) != -1) {
		if (opt == 'h')
			o->help = true;
		else if (opt < 1000)
			return bad_option(opt, argv[optind - 1], argv[0], f);
		else if (take(o, &option_infos[opt - 1000], optarg, f))
			return -1;
	}
	o->operands = argv + optind;
	o->operand_count = (size_t)(argc - optind);
	return 0;
}

void options_help(FILE *file, unsigned takes)
{
	char left[64];
	size_t i;

	for (i = 0; i < OPTION_COUNT; i++) {
		const struct option_info *info = &option_infos[i];

		if (!(info->bit & takes))
			continue;
		snprintf(left, sizeof(left), "--%s%s%s", info->name, info->argument ? " " : "",
			 info->argument ? info->argument : "");
		fprintf(file, "  %-24s %s\n", left, info->help);
	}
}
