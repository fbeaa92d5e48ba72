# SPDX-License-Identifier: GPL-2.0
# mmpc and mmpctl, their tests and documentation. `make help` lists the targets.

CC ?= gcc
CLANG ?= clang
BUILD := build
# Filled by the folders' own Makefile.inc: groups of tests for `make check`, and what they need built.
CHECK_GROUPS := root:1 $(wildcard tests/root/*.t)
CHECK_NEEDS :=
C_FILES := $(shell git ls-files "*.c" "*.h" ":!tests/cases" 2>/dev/null)
prefix ?= /usr/local
VERSION := 0.1.0

CFLAGS ?= -O2 -g
# Warnings are errors in this tree; WERROR= turns that off.
WERROR ?= -Werror
BASE_CFLAGS := -std=gnu11 -Wall -Wextra -Wno-unused-parameter -Wmissing-prototypes \
	-Wstrict-prototypes -Wvla $(WERROR) -ffunction-sections -fdata-sections \
	-D_GNU_SOURCE -DMMP_VERSION='"$(VERSION)"' -MMD -MP
# Each program's sources name their own rooms without the program's folder: "parse/ast.h".
ROOMS := -Icompiler
ALL_CFLAGS = $(BASE_CFLAGS) $(CFLAGS) -I. $(ROOMS) -I$(BUILD)/grammar
$(BUILD)/runtime/%: ROOMS := -Iruntime
$(BUILD)/unit/runtime/% $(BUILD)/fuzz_object $(BUILD)/vm/quote_log $(BUILD)/vm/owner: ROOMS := -Iruntime

# What both programs stand on
SHARED_OBJ := $(patsubst %.c,$(BUILD)/%.o,$(wildcard base/*.c plan/*.c))
MMPC_SRC := $(wildcard compiler/*.c compiler/*/*.c)
MMPC_OBJ := $(MMPC_SRC:%.c=$(BUILD)/%.o) $(patsubst %.S,$(BUILD)/%.o,$(wildcard compiler/*/*.S)) \
	$(SHARED_OBJ)
# Each grammar/NAME.y has its NAME.l.
GRAMMAR_GEN := $(patsubst %.y,$(BUILD)/%,$(wildcard grammar/*.y))
GRAMMAR_OBJ := $(GRAMMAR_GEN:=.tab.o) $(GRAMMAR_GEN:=.lex.o)
MMPCTL_OBJ := $(patsubst %.c,$(BUILD)/%.o,$(wildcard runtime/*.c runtime/*/*.c)) $(SHARED_OBJ)
MMPC_LIBS := -ljansson -lm
# LIBBPF=-l:libbpf.a links it statically: Debian 12 itself has an older one.
LIBBPF := -lbpf
MMPCTL_LIBS := $(LIBBPF) -lelf -lz -ljansson -lncursesw -ltinfo
# Everything of mmpc but its main(), for tests and fuzz targets.
MMPC_PARTS := $(filter-out $(BUILD)/compiler/main.o,$(MMPC_OBJ)) $(GRAMMAR_OBJ)

PROGRAMS := $(if $(wildcard compiler/main.c),$(BUILD)/mmpc) $(if $(wildcard runtime/main.c),$(BUILD)/mmpctl)

# `make V=1` shows the commands.
ifneq ($(V),1)
MAKEFLAGS += --no-print-directory
Q := @
say = @echo "  $(1)	$(2)"
endif

.DELETE_ON_ERROR:
.PHONY: all
all: $(PROGRAMS)

help: ## this list
	@sed -n 's/^\([a-z][a-z-]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | sort | \
		awk -F'|' '{ printf "%-24s %s\n", $$1, $$2 }'

$(BUILD)/mmpc: $(MMPC_OBJ) $(GRAMMAR_OBJ)
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(MMPC_LIBS)

$(BUILD)/mmpctl: $(MMPCTL_OBJ)
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(MMPCTL_LIBS)

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) $(CPPFLAGS) $(ALL_CFLAGS) -c -o $@ $<

$(BUILD)/%.o: %.S $(wildcard bpf-templates/*)
	@mkdir -p $(@D)
	$(call say,AS,$<)
	$(Q)$(CC) -I. -c -o $@ $<

# The generated parser is compiled with fewer warnings: its text is not ours.
$(BUILD)/grammar/%.o: $(BUILD)/grammar/%.c
	$(call say,CC,$<)
	$(Q)$(CC) $(ALL_CFLAGS) -Wno-missing-prototypes -Wno-unused-function -Wno-sign-compare -c -o $@ $<

$(BUILD)/grammar/%.tab.c $(BUILD)/grammar/%.tab.h: grammar/%.y
	@mkdir -p $(@D)
	$(call say,BISON,$<)
	$(Q)bison -Wall -Werror --defines=$(BUILD)/grammar/$*.tab.h -o $(BUILD)/grammar/$*.tab.c $<

$(BUILD)/grammar/%.lex.c $(BUILD)/grammar/%.lex.h: grammar/%.l
	@mkdir -p $(@D)
	$(call say,FLEX,$<)
	$(Q)flex -o $(BUILD)/grammar/$*.lex.c --header-file=$(BUILD)/grammar/$*.lex.h $<

.SECONDARY: $(GRAMMAR_GEN:=.tab.c) $(GRAMMAR_GEN:=.lex.c)
$(MMPC_OBJ) $(GRAMMAR_OBJ): | $(GRAMMAR_GEN:=.tab.h) $(GRAMMAR_GEN:=.lex.h)

# Unit tests: one program per tests/unit/*/*.c, cmocka, run by prove. Those of runtime/ are linked with
# mmpctl's parts, the others with mmpc's.
UNIT_TESTS := $(patsubst tests/%.c,$(BUILD)/%,$(wildcard tests/unit/*/*.c))
MMPCTL_PARTS := $(filter-out $(BUILD)/runtime/main.o,$(MMPCTL_OBJ))

$(BUILD)/unit/runtime/%: tests/unit/runtime/%.c $(MMPCTL_PARTS)
	@mkdir -p $(@D)
	$(call say,TEST,$<)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $< $(MMPCTL_PARTS) -lcmocka $(MMPCTL_LIBS)

# Where the two programs must agree: mmpc's parts, and what of mmpctl judges.
JUDGES := $(patsubst %,$(BUILD)/runtime/%.o,failure machine/kernel object/manifest)
$(BUILD)/unit/both/%: tests/unit/both/%.c $(MMPC_PARTS) $(JUDGES)
	@mkdir -p $(@D)
	$(call say,TEST,$<)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $< $(MMPC_PARTS) $(JUDGES) -lcmocka $(MMPC_LIBS) \
		$(MMPCTL_LIBS)

$(BUILD)/unit/%: tests/unit/%.c $(MMPC_PARTS)
	@mkdir -p $(@D)
	$(call say,TEST,$<)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $< $(MMPC_PARTS) -lcmocka $(MMPC_LIBS)

# Shell tests (tests/host/*.t print TAP) and unit tests, no privilege and no kernel needed.
HOST_TESTS = $(UNIT_TESTS) $(filter-out $(UNFIT_TESTS),$(wildcard tests/host/*.t))

check-fast: all $(UNIT_TESTS) ## unit tests and command tests, a minute
	CMOCKA_MESSAGE_OUTPUT=tap MMP_BUILD=$(abspath $(BUILD)) prove --timer -j2 --merge \
		$(HOST_TESTS)

ROOT_TESTS = $(wildcard tests/root/*.t)

check-root: all ## what needs root and BPF, but no kernel with the hooks
	MMP_BUILD=$(abspath $(BUILD)) prove --timer --merge $(ROOT_TESTS)

# A sanitized program takes terabytes of address space, which memory.t bounds.
check-asan: ## check-fast with AddressSanitizer and UBSan, in build/asan
	$(MAKE) BUILD=$(BUILD)/asan CFLAGS="-g -O1 -fsanitize=address,undefined -fno-sanitize-recover" \
		UNFIT_TESTS=tests/host/memory.t check-fast

setup: ## install what building and testing need (Debian 12)
	./setup.sh test

# Everything, from a machine that has nothing but make: the packages first, then a make of its own,
# because what is installed decides what this file finds.
check: setup ## every test, the ones in virtual machines included
	$(MAKE) -j2 all
	$(MAKE) check-all

demo: ## build, and show a policy at work without the hooks and with them; minutes
	./setup.sh demo
	$(MAKE) -j2 all build/vm/workload
	tests/vm/demo

# The units name programs where they lie by default; a prefix of your own is put in its place.
UNITS = $(wildcard runtime/systemd/* packaging/prometheus/*.service packaging/prometheus/*.socket \
	packaging/prometheus/*.timer)
unitdir = $(prefix)/lib/systemd/system
docdir = $(prefix)/share/doc/mmp
zshdir = $(prefix)/share/zsh/site-functions
MAN_PAGES = $(wildcard docs/*.[1-8])

install: all ## into $(prefix), /usr/local unless said otherwise
	install -D -m 755 -t $(DESTDIR)$(prefix)/bin $(BUILD)/mmpc
	install -D -m 755 -t $(DESTDIR)$(prefix)/bin $(BUILD)/mmpctl
	install -d $(DESTDIR)$(unitdir)
	for unit in $(UNITS); do sed 's|/usr/local/|$(prefix)/|g' $$unit \
		>$(DESTDIR)$(unitdir)/$${unit##*/} || exit 1; done
	for page in $(MAN_PAGES); do dir=$(DESTDIR)$(prefix)/share/man/man$${page##*.}; \
		install -d $$dir && sed '/^\.TH/s/"mmpc"/"mmpc $(VERSION)"/' $$page >$$dir/$${page##*/} || \
		exit 1; done
	install -D -m 755 -t $(DESTDIR)$(prefix)/lib/mmp packaging/prometheus/mmp-exporter \
		packaging/prometheus/mmp-textfile
	install -D -m 644 -t $(DESTDIR)$(docdir) packaging/prometheus/alerts.yml \
		packaging/grafana/mmp.json
	install -D -m 644 docs/completion.bash $(DESTDIR)$(prefix)/share/bash-completion/completions/mmpc
	ln -sf mmpc $(DESTDIR)$(prefix)/share/bash-completion/completions/mmpctl
	install -D -m 644 docs/completion.zsh $(DESTDIR)$(zshdir)/_mmpc
	install -D -m 644 docs/completion.fish $(DESTDIR)$(prefix)/share/fish/vendor_completions.d/mmpc.fish
	ln -sf mmpc.fish $(DESTDIR)$(prefix)/share/fish/vendor_completions.d/mmpctl.fish
	install -D -m 644 -t $(DESTDIR)$(docdir)/examples $(wildcard examples/*)
	install -D -m 644 -t $(DESTDIR)$(docdir) docs/diagnostics.md

format: ## lay the sources out as .clang-format says
	clang-format -i $(C_FILES)

clean: ## remove build/
	rm -rf $(BUILD)

-include tests/root/Makefile.inc
-include tests/fuzz/Makefile.inc
-include tests/vm/Makefile.inc
-include tests/bench/Makefile.inc
-include tests/editors/Makefile.inc
-include tests/differential/Makefile.inc
-include tests/files/Makefile.inc
-include docs/Makefile.inc
-include packaging/Makefile.inc
-include tests/packages/Makefile.inc

check-all: all $(UNIT_TESTS) $(CHECK_NEEDS)
	CMOCKA_MESSAGE_OUTPUT=tap MMP_BUILD=$(abspath $(BUILD)) MMP_VM_RETRY=1 tests/check \
		host:2 $(HOST_TESTS) $(CHECK_GROUPS)

-include $(shell find $(BUILD) -path $(BUILD)/deb -prune -o -name '*.d' -type f -print 2>/dev/null)

.PHONY: help check check-all check-fast check-root check-asan setup demo install format clean
