// SPDX-License-Identifier: GPL-2.0
#include "options.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/lang.h"
#include "base/shown.h"
#include "plan/limits.h"

#define DEFAULT_MAX_FINDINGS 100

enum {
	OPT_FORMAT = OPTION_NO_CONFIG + 1,
	OPT_PROFILE,
	OPT_FAIL_LEVEL,
	OPT_EMIT,
	OPT_BTF,
	OPT_KERNEL,
	OPT_TOGETHER,
	OPT_CHECK,
	OPT_MATCHES,
	OPT_COLOR
};

static const struct option long_options[] = { { "format", required_argument, NULL, OPT_FORMAT },
					      { "profile", required_argument, NULL, OPT_PROFILE },
					      { "fail-level", required_argument, NULL,
						OPT_FAIL_LEVEL },
					      { "emit", required_argument, NULL, OPT_EMIT },
					      { "btf", required_argument, NULL, OPT_BTF },
					      { "kernel", required_argument, NULL, OPT_KERNEL },
					      { "together", no_argument, NULL, OPT_TOGETHER },
					      { "check", no_argument, NULL, OPT_CHECK },
					      { "matches", required_argument, NULL, OPT_MATCHES },
					      { "color", required_argument, NULL, OPT_COLOR },
					      OPTIONS_INPUT_LONG,
					      { "help", no_argument, NULL, 'h' },
					      { 0 } };

static const char usage_text[] =
	"usage: mmpc [compile] FILE.mmp... [-o OUT.bpf.o] [--emit=ast|plan|manifest|c|obj]\n"
	"       mmpc --check FILE.mmp...|-  [--format=text|json|sarif|github]\n"
	"\n"
	"  -I DIR                  where included files are looked for, too\n"
	"  -D NAME=VALUE           give a define or a param another value\n"
	"  -WCODE, -Wno-CODE       turn a warning on or off\n"
	"  -Werror, -Werror=CODE   make all warnings, or one, an error\n"
	"  --config FILE           read the defaults there, not in the nearest .mmpc.conf above\n"
	"  --no-config             read no .mmpc.conf\n"
	"  --profile=NAME          default, strict (for CI) or all\n"
	"  --fail-level=LEVEL      error (default), warning or note: exit 3 from there on\n"
	"  --format=FORMAT         text (default), json, sarif or github, on standard output\n"
	"  --color=WHEN            auto (default), always or never\n"
	"  -fmax-errors=N          show at most N findings, errors first (text: 100; 0: all)\n"
	"  --btf FILE, --kernel NAME   check against what that kernel has (check only)\n"
	"  --matches=N             make room for N cgroups in each glob (default 4096)\n"
	"  --together              check that all files can be loaded side by side (check only)\n";

static int usage_error(const char *what, const char *text)
{
	shown_print(stderr, "mmpc: %s '%s'\n", what, text);
	return STATUS_USAGE;
}

static void change_level(struct options *o, enum diag_code code, enum diag_level level)
{
	struct level_change *change = &o->compile.level_changes[o->compile.level_change_count++];

	*change = (struct level_change){ code, level };
	config_levels(o->compile.levels, change, 1);
}

static int unknown_code(const char *slug)
{
	const char *slugs[DIAG_CODE_COUNT], *nearest;

	for (int i = 0; i < DIAG_CODE_COUNT; i++)
		slugs[i] = diag_slug(i);
	nearest = nearest_word(slug, strlen(slug), slugs, DIAG_CODE_COUNT);
	shown_print(stderr, "mmpc: there is no code '%s'", slug);
	if (nearest)
		fprintf(stderr, "; did you mean '%s'?", nearest);
	fputc('\n', stderr);
	return STATUS_USAGE;
}

/* An error of the language stays one: it cannot be turned down. */
static int set_warning(struct options *o, const char *text)
{
	bool is_off = !strncmp(text, "no-", 3), is_error = !strncmp(text, "error=", 6);
	const char *slug = text + (is_off ? 3 : is_error ? 6 : 0);
	enum diag_code code = diag_find(slug);

	if (!strcmp(text, "error")) {
		change_level(o, DIAG_CODE_COUNT, DIAG_ERROR);
		return -1;
	}
	if (code == DIAG_CODE_COUNT)
		return unknown_code(slug);
	if (diag_default_level(code) == DIAG_ERROR) {
		if (is_off)
			return usage_error("an error cannot be turned off:", slug);
		return -1;
	}
	change_level(o, code, is_off ? DIAG_OFF : is_error ? DIAG_ERROR : DIAG_WARNING);
	return -1;
}

static void put_levels(struct options *o, enum diag_profile profile)
{
	struct diags ds;

	diags_profile(&ds, profile);
	memcpy(o->compile.levels, ds.levels, sizeof(o->compile.levels));
}

static int set_profile(struct options *o, const char *name)
{
	enum diag_profile profile = config_profile(name);

	if (profile == PROFILE_COUNT)
		return usage_error("--profile is default, strict or all, not", name);
	o->compile.has_profile = true;
	o->compile.profile = profile;
	put_levels(o, profile);
	return -1;
}

static int set_fail_level(struct options *o, const char *name)
{
	for (int i = DIAG_NOTE; i < DIAG_LEVEL_COUNT; i++)
		if (!strcmp(diag_level_name(i), name)) {
			o->fail_level = i;
			o->is_fail_level_given = true;
			return -1;
		}
	return usage_error("--fail-level is error, warning or note, not", name);
}

static int set_format(struct options *o, const char *name)
{
	o->report.format = report_format_find(name);
	if (o->report.format == REPORT_FORMAT_COUNT)
		return usage_error("--format is text, json, sarif or github, not", name);
	return -1;
}

static int set_emit(struct options *o, const char *name)
{
	static const char *const names[EMIT_COUNT] = {
		[EMIT_AST] = "ast", [EMIT_PLAN] = "plan",  [EMIT_MANIFEST] = "manifest",
		[EMIT_C] = "c",	    [EMIT_OBJECT] = "obj",
	};

	for (int i = 0; i < EMIT_COUNT; i++)
		if (!strcmp(names[i], name)) {
			o->emit = i;
			return -1;
		}
	return usage_error("--emit is ast, plan, manifest, c or obj, not", name);
}

static int set_max(struct options *o, const char *text)
{
	char *end;
	unsigned long n;

	if (strncmp(text, "max-errors=", 11))
		return usage_error("there is no flag", text);
	n = strtoul(text + 11, &end, 10);
	if (*end || end == text + 11 || text[11] == '-' || n > 1000000)
		return usage_error("-fmax-errors takes a number up to 1000000, not", text + 11);
	o->report.max_findings = (unsigned)n;
	o->is_max_given = true;
	return -1;
}

static int set_matches(struct options *o, const char *text)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	if (*end || end == text || *text == '-' || !n || n > PLAN_GLOB_SLOTS_MAX)
		return usage_error("--matches takes a number from 1 to 65536, not", text);
	o->compile.matches = (uint32_t)n;
	return -1;
}

static int set_color(struct options *o, const char *when)
{
	o->is_color_given = strcmp(when, "auto");
	o->report.has_color = !strcmp(when, "always");
	if (!o->report.has_color && o->is_color_given && strcmp(when, "never"))
		return usage_error("--color is auto, always or never, not", when);
	return -1;
}

static int add_definition(struct options *o, char *text)
{
	char *equals = strchr(text, '=');

	if (!equals || equals == text)
		return usage_error("-D takes NAME=VALUE, not", text);
	*equals = '\0';
	o->compile.definitions[o->compile.definition_count++] = (struct definition){ text,
										     equals + 1 };
	return -1;
}

int options_take_input(struct options *o, int option, char *argument)
{
	if (option == 'D')
		return add_definition(o, argument);
	if (option == OPTION_CONFIG && !strcmp(argument, "-"))
		return usage_error("--config takes a file, not", argument);
	if (option == OPTION_CONFIG || option == OPTION_NO_CONFIG) {
		o->compile.wants_config = option == OPTION_CONFIG;
		o->compile.config = argument;
		return -1;
	}
	o->compile.include_dirs[o->include_dir_count++] = argument;
	return -1;
}

static int parse_one(struct options *o, int option)
{
	switch (option) {
	case 'I':
	case 'D':
	case OPTION_CONFIG:
	case OPTION_NO_CONFIG:
		return options_take_input(o, option, optarg);
	case 'W':
		return set_warning(o, optarg);
	case 'f':
		return set_max(o, optarg);
	case 'o':
		o->output = optarg;
		return -1;
	case OPT_FORMAT:
		return set_format(o, optarg);
	case OPT_PROFILE:
		return set_profile(o, optarg);
	case OPT_FAIL_LEVEL:
		return set_fail_level(o, optarg);
	case OPT_EMIT:
		return set_emit(o, optarg);
	case OPT_BTF:
		o->compile.btf = optarg;
		return -1;
	case OPT_KERNEL:
		o->compile.kernel = optarg;
		return -1;
	case OPT_TOGETHER:
		o->is_together = true;
		return -1;
	case OPT_COLOR:
		return set_color(o, optarg);
	case OPT_MATCHES:
		return set_matches(o, optarg);
	case OPT_CHECK:
		o->compile.is_check_only = true;
		return -1;
	default: /* 'h' */
		fputs(usage_text, stdout);
		return STATUS_OK;
	}
}

static int check_combination(const struct options *o, const char *command)
{
	if (!o->file_count) {
		shown_print(stderr, "%s: no file given; try '%s --help'\n", command, command);
		return STATUS_USAGE;
	}
	if (o->output && o->file_count > 1)
		return usage_error("with several files there is no place for one", o->output);
	if (o->output && o->compile.is_check_only)
		return usage_error("check writes no", o->output);
	if (!o->compile.is_check_only && (o->compile.btf || o->compile.kernel || o->is_together))
		return usage_error("only check takes", o->compile.btf	   ? "--btf"
						       : o->compile.kernel ? "--kernel"
									   : "--together");
	return -1;
}

/* Check's findings are its result and go to standard output; compile's are not. */
static bool wants_color(bool is_check)
{
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");

	if (term && !strcmp(term, "dumb"))
		return false;
	return isatty(is_check ? STDOUT_FILENO : STDERR_FILENO) && !(no_color && *no_color);
}

/* --profile sets all levels, so it goes first wherever it stands; -W refines it. */
static int parse_pass(struct options *o, int argc, char **argv, bool is_profile_pass)
{
	int option, status;

	optind = 0;
	opterr = 0;
	while ((option = getopt_long(argc, argv, ":" OPTIONS_INPUT "W:f:o:h", long_options,
				     NULL)) >= 0) {
		if (option == ':' || option == '?')
			return options_refused(argv[0], option, argv, long_options);
		if (is_profile_pass != (option == OPT_PROFILE))
			continue;
		status = parse_one(o, option);
		if (status >= 0)
			return status;
	}
	return -1;
}

void options_init(struct options *o, int argc)
{
	size_t room = (size_t)argc + 1;

	*o = (struct options){ .fail_level = DIAG_ERROR };
	o->report.max_findings = DEFAULT_MAX_FINDINGS;
	o->files = calloc(room, sizeof(*o->files));
	o->compile.include_dirs = calloc(room, sizeof(*o->compile.include_dirs));
	o->compile.definitions = calloc(room, sizeof(*o->compile.definitions));
	o->compile.level_changes = calloc(room, sizeof(*o->compile.level_changes));
	o->compile.wants_config = true;
	put_levels(o, PROFILE_DEFAULT);
}

static int parse_flags(struct options *o, int argc, char **argv, bool is_check)
{
	int status;

	options_init(o, argc);
	o->compile.is_check_only = is_check;
	status = parse_pass(o, argc, argv, true);
	if (status < 0)
		status = parse_pass(o, argc, argv, false);
	if (status >= 0)
		return status;
	if (!o->is_max_given && o->report.format != REPORT_TEXT)
		o->report.max_findings = 0;
	if (!o->is_color_given)
		o->report.has_color = wants_color(o->compile.is_check_only);
	while (optind < argc)
		o->files[o->file_count++] = argv[optind++];
	return -1;
}

int options_parse(struct options *o, int argc, char **argv, bool is_check)
{
	int status = parse_flags(o, argc, argv, is_check);

	return status < 0 ? check_combination(o, argv[0]) : status;
}

int options_parse_lsp(struct options *o, int argc, char **argv)
{
	int status = parse_flags(o, argc, argv, true);

	if (status < 0 && o->file_count)
		return usage_error("the editor says which files: lsp takes no", o->files[0]);
	return status;
}

void options_finish(struct options *o)
{
	free(o->files);
	free(o->compile.include_dirs);
	free(o->compile.definitions);
	free(o->compile.level_changes);
	*o = (struct options){ 0 };
}
