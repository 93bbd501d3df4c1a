# newswatchd: plain GNU make. `make help` lists what there is.
VERSION := 0.1.0

# What a packager sets: the GNU names.
prefix ?= /usr/local
exec_prefix ?= $(prefix)
bindir ?= $(exec_prefix)/bin
sbindir ?= $(exec_prefix)/sbin
sysconfdir ?= $(if $(filter /usr,$(prefix)),/etc,$(prefix)/etc)
datarootdir ?= $(prefix)/share
datadir ?= $(datarootdir)
docdir ?= $(datarootdir)/doc/newswatchd
mandir ?= $(datarootdir)/man
systemdsystemunitdir ?= $(prefix)/lib/systemd/system
sysusersdir ?= $(prefix)/lib/sysusers.d
tmpfilesdir ?= $(prefix)/lib/tmpfiles.d
INSTALL ?= install
PKG_CONFIG ?= pkg-config
CFLAGS ?= -O2 -g
WERROR ?=
# V=1 shows the commands.
Q := $(if $(V),,@)

# Each variant builds in a folder of its own, so that none rebuilds another.
variant := $(if $(SANITIZE),-sanitize)$(if $(findstring clang,$(CC)),-clang)
B := build$(if $(variant),/$(patsubst -%,%,$(variant)))

comma := ,
packages := libcurl libxml-2.0 rdkafka sqlite3 libutf8proc libpcre2-8 libsystemd yajl libcrypto zlib
cppflags := -Idaemon -D_GNU_SOURCE -DVERSION='"$(VERSION)"' -DSYSCONFDIR='"$(sysconfdir)"' $(CPPFLAGS)
warnings := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wvla $(if $(findstring clang,$(CC)),,-Wno-format-truncation) $(if $(WERROR),-Werror)
# clang takes NULL + 0 for an overflow; C has allowed it since (N3322), and an empty string view is just that.
sanitize := -fsanitize=address$(comma)undefined -fno-sanitize-recover=all -fno-omit-frame-pointer $(if $(findstring clang,$(CC)),-fno-sanitize=pointer-overflow)
cflags = -std=gnu11 $(warnings) $(if $(SANITIZE),$(sanitize)) $(shell $(PKG_CONFIG) --cflags $(packages)) $(CFLAGS)
ldlibs = $(shell $(PKG_CONFIG) --libs $(packages)) -lev -lstemmer -lm $(LDLIBS)
# Ask pkg-config once, and only when something is compiled.
cflags_once = $(eval cflags_once := $(cflags))$(cflags_once)
ldlibs_once = $(eval ldlibs_once := $(ldlibs))$(ldlibs_once)

stages := ctl ops publish store alert conf match feed poll base
objects = $(patsubst daemon/%.c,$(B)/%.o,$(wildcard daemon/$1/*.c))
archive = $(B)/$1.a
archives := $(foreach s,$(filter-out ctl,$(stages)),$(call archive,$s))

unit_sources := $(wildcard tests/unit/*/test_*.c)
unit_tests := $(patsubst tests/%.c,$(B)/tests/%,$(unit_sources))
fuzz_sources := $(wildcard tests/fuzz/fuzz_*.c)
fuzz_tests := $(patsubst tests/%.c,$(B)/tests/%,$(fuzz_sources))

.PHONY: all clean check demo bench units fuzz install uninstall help tidy
.DELETE_ON_ERROR:
.SECONDARY:
all: $(B)/newswatchd $(B)/newswatchctl

$(B)/newswatchd: $(B)/main.o $(B)/watch.o $(B)/setup.o $(archives)
	@echo '  LD $@'
	$Q$(CC) $(cflags_once) $(LDFLAGS) -o $@ $^ $(ldlibs_once)
$(B)/newswatchctl: $(call objects,ctl) $(B)/setup.o $(archives)
	@echo '  LD $@'
	$Q$(CC) $(cflags_once) $(LDFLAGS) -o $@ $^ $(ldlibs_once)

define archive_rule
$(call archive,$1): $(call objects,$1)
	$Qrm -f $$@ && $$(AR) rcs $$@ $$^
endef
$(foreach s,$(filter-out ctl,$(stages)),$(eval $(call archive_rule,$s)))

$(B)/%.o: daemon/%.c Makefile
	@mkdir -p $(@D)
	@echo '  CC $@'
	$Q$(CC) $(cppflags) $(cflags_once) -MMD -MP -c -o $@ $<

# A unit test is linked with its stage and base alone (conf stands on match's language): a stage that reaches for
# another does not link.
unit_archives_conf := conf match
unit_archives = $(foreach s,$(or $(unit_archives_$1),$(filter-out base,$1)) base,$(call archive,$s))
define unit_rule
$(B)/tests/unit/$1/test_%: tests/unit/$1/test_%.c $(call unit_archives,$1) Makefile
	@mkdir -p $$(@D)
	@echo '  LD $$@'
	$Q$$(CC) $$(cppflags) -Itests/unit $$(cflags_once) -MMD -MP -o $$@ $$< $(call unit_archives,$1) $$(ldlibs_once) -lcmocka
endef
$(foreach s,$(filter-out ctl,$(stages)),$(eval $(call unit_rule,$s)))
units: $(unit_tests)

# Fuzz targets: driven by a small mutator of our own in `make check`, by libFuzzer in `make fuzz`.
$(B)/tests/fuzz/fuzz_%: tests/fuzz/fuzz_%.c tests/fuzz/driver.c $(archives) Makefile
	@mkdir -p $(@D)
	@echo '  LD $@'
	$Q$(CC) $(cppflags) $(cflags_once) -MMD -MP -o $@ $< $(if $(LIBFUZZER),-fsanitize=fuzzer,tests/fuzz/driver.c) $(archives) $(ldlibs_once)
fuzz_targets: $(fuzz_tests)

fuzz:
	tests/need fuzz
	$(MAKE) CC=clang SANITIZE=1 LIBFUZZER=1 CFLAGS='-O1 -g -fsanitize=fuzzer-no-link' B=build/fuzz fuzz_targets
	tests/fuzz/run build/fuzz/tests/fuzz $(or $(SECONDS),60)

# Each file of tests/bench is a program.
bench_programs := $(patsubst tests/bench/%.c,$(B)/bench/%,$(wildcard tests/bench/*.c))
$(B)/bench/%: tests/bench/%.c $(archives) Makefile
	@mkdir -p $(@D)
	@echo '  LD $@'
	$Q$(CC) $(cppflags) $(cflags_once) -MMD -MP -o $@ $< $(archives) $(ldlibs_once)
bench_programs: $(bench_programs)

check:
	tests/need check
	tests/check
demo:
	@tests/need demo
	@$(MAKE) --no-print-directory all
	@tests/demo/demo
bench:
	tests/need bench
	$(MAKE) --no-print-directory all bench_programs
	tests/bench/bench

man_pages := $(wildcard daemon/man/*.[158])
install: all
	$(INSTALL) -d $(DESTDIR)$(sbindir) $(DESTDIR)$(bindir) $(DESTDIR)$(sysconfdir)/newswatchd/rules.d $(DESTDIR)$(systemdsystemunitdir) \
	    $(DESTDIR)$(sysusersdir) $(DESTDIR)$(mandir)/man1 $(DESTDIR)$(mandir)/man5 $(DESTDIR)$(mandir)/man8 $(DESTDIR)$(datadir)/newswatchd
	$(INSTALL) -m 755 $(B)/newswatchd $(DESTDIR)$(sbindir)/newswatchd
	$(INSTALL) -m 755 $(B)/newswatchctl $(DESTDIR)$(bindir)/newswatchctl
	# An operator's own configuration is never overwritten.
	test -e $(DESTDIR)$(sysconfdir)/newswatchd/newswatchd.conf || $(INSTALL) -m 640 conf/newswatchd.conf $(DESTDIR)$(sysconfdir)/newswatchd/
	for f in conf/rules.d/*.conf; do test -e $(DESTDIR)$(sysconfdir)/newswatchd/rules.d/$${f##*/} || \
	    $(INSTALL) -m 644 $$f $(DESTDIR)$(sysconfdir)/newswatchd/rules.d/ || exit 1; done
	sed 's|@sbindir@|$(sbindir)|g; s|@sysconfdir@|$(sysconfdir)|g' systemd/newswatchd.service.in > $(B)/newswatchd.service
	$(INSTALL) -m 644 $(B)/newswatchd.service $(DESTDIR)$(systemdsystemunitdir)/
	$(INSTALL) -m 644 systemd/newswatchd.sysusers $(DESTDIR)$(sysusersdir)/newswatchd.conf
	$(INSTALL) -m 644 daemon/alert/alert.schema.json $(DESTDIR)$(datadir)/newswatchd/
	for f in $(man_pages); do $(INSTALL) -m 644 $$f $(DESTDIR)$(mandir)/man$${f##*.}/ || exit 1; done

# The configuration stays: it is the operator's.
uninstall:
	rm -f $(DESTDIR)$(sbindir)/newswatchd $(DESTDIR)$(bindir)/newswatchctl $(DESTDIR)$(systemdsystemunitdir)/newswatchd.service \
	    $(DESTDIR)$(sysusersdir)/newswatchd.conf
	rm -rf $(DESTDIR)$(datadir)/newswatchd
	for f in $(notdir $(man_pages)); do rm -f $(DESTDIR)$(mandir)/man$${f##*.}/$$f; done

clean:
	rm -rf build

help:
	@echo 'make            build newswatchd and newswatchctl in build/   (SANITIZE=1, CC=clang, WERROR=1, V=1)'
	@echo 'make demo       install what is missing, build, watch sample feeds, show the alerts'
	@echo 'make check      install what is missing, build, run all tests'
	@echo 'make bench      the cost of a feed beside a bare loop, in one run'
	@echo 'make fuzz       fuzz what parses, SECONDS=60 for each target'
	@echo 'make install    to prefix=/usr/local, DESTDIR is respected; make uninstall takes it back'
	@echo 'make clean      remove build/'

-include $(wildcard $(B)/*.d $(B)/*/*.d $(B)/tests/*/*.d $(B)/tests/*/*/*.d)
