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
variant := $(if $(SANITIZE),-sanitize)$(if $(FAULTS),-faults)$(if $(findstring clang,$(CC)),-clang)
B := build$(if $(variant),/$(patsubst -%,%,$(variant)))

comma := ,
# What pkg-config knows and the two that it does not, each with Debian's package for it.
libraries := libcurl=libcurl4-openssl-dev rdkafka=librdkafka-dev sqlite3=libsqlite3-dev libutf8proc=libutf8proc-dev \
    libpcre2-8=libpcre2-dev libsystemd=libsystemd-dev libmicrohttpd=libmicrohttpd-dev libcrypto=libssl-dev zlib=zlib1g-dev
headers := ev.h=libev-dev libstemmer.h=libstemmer-dev
name = $(firstword $(subst =, ,$1))
debian = $(lastword $(subst =, ,$1))
packages := $(foreach l,$(libraries),$(call name,$l))
cppflags := -Idaemon -D_GNU_SOURCE -DVERSION='"$(VERSION)"' -DSYSCONFDIR='"$(sysconfdir)"' $(if $(FAULTS),-DFAULTS) $(CPPFLAGS)
warnings := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wvla $(if $(findstring clang,$(CC)),,-Wno-format-truncation) $(if $(WERROR),-Werror)
# clang takes NULL + 0 for an overflow; C has allowed it since (N3322), and an empty string view is just that.
sanitize := -fsanitize=address$(comma)undefined -fno-sanitize-recover=all -fno-omit-frame-pointer $(if $(findstring clang,$(CC)),-fno-sanitize=pointer-overflow)
cflags = -std=gnu11 $(warnings) $(if $(SANITIZE),$(sanitize)) $(shell $(PKG_CONFIG) --cflags $(packages)) $(CFLAGS)
ldlibs = $(shell $(PKG_CONFIG) --libs $(packages)) -lev -lstemmer -lm $(LDLIBS)
has_package = $(shell $(PKG_CONFIG) --exists $1 2>/dev/null && echo yes)
has_header = $(shell $(CC) $(CPPFLAGS) $(CFLAGS) -E -include $1 -x c /dev/null >/dev/null 2>&1 && echo yes)
missing = $(strip $(if $(shell command -v $(PKG_CONFIG)),$(if $(call has_package,$(packages)),,$(foreach l,$(libraries),$(if \
    $(call has_package,$(call name,$l)),,$(call debian,$l)))),pkg-config) \
    $(foreach h,$(headers),$(if $(call has_header,$(call name,$h)),,$(call debian,$h))))
need_libraries = $(if $(missing),$(error Missing: $(missing) (these are Debian's names; `tests/need build` installs all that is needed there)))
# Ask pkg-config once, and only when something is compiled.
cflags_once = $(need_libraries)$(eval cflags_once := $(cflags))$(cflags_once)
ldlibs_once = $(eval ldlibs_once := $(ldlibs))$(ldlibs_once)

stages := ctl ops publish store alert conf match feed poll base
# What makes faults on demand (base/fault.h) is in a build with FAULTS=1 alone.
objects = $(patsubst daemon/%.c,$(B)/%.o,$(filter-out $(if $(FAULTS),,daemon/$1/fault%.c),$(wildcard daemon/$1/*.c)))
archive = $(B)/$1.a
archives := $(foreach s,$(filter-out ctl,$(stages)),$(call archive,$s))

unit_sources := $(wildcard tests/unit/*/test_*.c)
unit_tests := $(patsubst tests/%.c,$(B)/tests/%,$(unit_sources))
fuzz_sources := $(wildcard tests/fuzz/fuzz_*.c)
fuzz_tests := $(patsubst tests/%.c,$(B)/tests/%,$(fuzz_sources))

.PHONY: all clean check demo bench torture units fuzz install uninstall help fuzz_targets bench_programs
.DELETE_ON_ERROR:
.SECONDARY:
all: $(B)/newswatchd $(B)/newswatchctl

$(B)/newswatchd: $(addprefix $(B)/,main.o loading.o watch.o delivery.o lanes.o round.o history.o past.o likeness.o trust.o setup.o place.o report.o report_rows.o headline.o) $(archives)
	@echo '  LD $@'
	$Q$(CC) $(cflags_once) $(LDFLAGS) -o $@ $^ $(ldlibs_once)
$(B)/newswatchctl: $(call objects,ctl) $(B)/setup.o $(B)/place.o $(archives)
	@echo '  LD $@'
	$Q$(CC) $(cflags_once) $(LDFLAGS) -o $@ $^ $(ldlibs_once)

define archive_rule
$(call archive,$1): $(call objects,$1)
	$Qrm -f $$@ && $$(AR) rcs $$@ $$^
endef
$(foreach s,$(filter-out ctl,$(stages)),$(eval $(call archive_rule,$s)))

# A change of what is compiled in, such as another prefix, makes the objects anew.
flags := $(cppflags) $(CFLAGS)
ifneq ($(flags),$(file <$(B)/flags))
.PHONY: $(B)/flags
endif
$(B)/flags: export FLAGS := $(flags)
$(B)/flags:
	@mkdir -p $(@D)
	@printf '%s\n' "$$FLAGS" > $@

$(B)/%.o: daemon/%.c Makefile $(B)/flags
	@mkdir -p $(@D)
	@echo '  CC $@'
	$Q$(CC) $(cppflags) $(cflags_once) -MMD -MP -c -o $@ $<

# What the feed stage is held against, and no part of it: these programs alone are linked with libxml2.
peered := $(addprefix $(B)/,bench/bare bench/bench_parse tests/unit/feed/test_oracle tests/fuzz/fuzz_oracle)
$(peered): peer = $(shell $(PKG_CONFIG) --cflags --libs libxml-2.0)

# A unit test is linked with its stage and base alone (conf stands on match's language): a stage that reaches for
# another does not link. A round is where they meet.
unit_archives_conf := conf match
unit_archives_round := $(filter-out ctl base,$(stages))
unit_objects_round := $(addprefix $(B)/,round.o history.o past.o likeness.o trust.o setup.o)
unit_archives = $(unit_objects_$1) $(foreach s,$(or $(unit_archives_$1),$(filter-out base,$1)) base,$(call archive,$s))
define unit_rule
$(B)/tests/unit/$1/test_%: tests/unit/$1/test_%.c $(call unit_archives,$1) Makefile
	@mkdir -p $$(@D)
	@echo '  LD $$@'
	$Q$$(CC) $$(cppflags) -Itests/unit $$(cflags_once) -MMD -MP -o $$@ $$< $(call unit_archives,$1) $$(ldlibs_once) $$(peer) -lcmocka
endef
$(foreach s,$(filter-out ctl,$(stages)) round,$(eval $(call unit_rule,$s)))

# What integration tests drive that is no program of ours.
$(B)/tests/integration/%_probe: tests/integration/%_probe.c $(call archive,publish) $(call archive,base) Makefile
	@mkdir -p $(@D)
	@echo '  LD $@'
	$Q$(CC) $(cppflags) $(cflags_once) -MMD -MP -o $@ $< $(call archive,publish) $(call archive,base) $(ldlibs_once)
probes := $(patsubst tests/%.c,$(B)/tests/%,$(wildcard tests/integration/*_probe.c))
units: $(unit_tests) $(probes)

# Fuzz targets: driven by a small mutator of our own in `make check`, by libFuzzer in `make fuzz`.
$(B)/tests/fuzz/fuzz_%: tests/fuzz/fuzz_%.c tests/fuzz/driver.c $(archives) Makefile
	@mkdir -p $(@D)
	@echo '  LD $@'
	$Q$(CC) $(cppflags) $(cflags_once) -MMD -MP -o $@ $< $(if $(LIBFUZZER),-fsanitize=fuzzer,tests/fuzz/driver.c) $(archives) $(ldlibs_once) $(peer)
fuzz_targets: $(fuzz_tests)

fuzz:
	tests/need fuzz
	$(MAKE) CC=clang SANITIZE=1 LIBFUZZER=1 CFLAGS='-O1 -g -fsanitize=fuzzer-no-link' B=build/fuzz fuzz_targets
	tests/fuzz/run build/fuzz/tests/fuzz $(or $(SECONDS),60)

# Each file of tests/bench is a program; that with Hyperscan is made by tests/bench/match, where there is one.
hyperscan := $(B)/bench/bench_hyperscan
$(hyperscan): peer = $(shell $(PKG_CONFIG) --cflags --libs libhs)
bench_programs := $(filter-out $(hyperscan),$(patsubst tests/bench/%.c,$(B)/bench/%,$(wildcard tests/bench/*.c)))
$(B)/bench/%: tests/bench/%.c $(archives) Makefile
	@mkdir -p $(@D)
	@echo '  LD $@'
	$Q$(CC) $(cppflags) $(cflags_once) -MMD -MP -o $@ $< $(archives) $(ldlibs_once) $(peer)
bench_programs: $(bench_programs)

check:
	tests/need check
	tests/check
demo:
	@tests/need demo
	@$(MAKE) --no-print-directory all
	@tests/demo/demo
# Kills and outages at random; KILLS and BROKER_KILLS are shared by the SEEDS, each of which takes SECONDS at most.
torture:
	tests/need torture
	$(MAKE) --no-print-directory FAULTS=1 all
	tests/torture/torture --seeds $(or $(SEEDS),1 2 3 4) --kills $(or $(KILLS),1000) --broker-kills $(or $(BROKER_KILLS),100) \
	    --seconds $(or $(SECONDS),1800)
bench:
	tests/need bench
	$(MAKE) --no-print-directory all bench_programs
	tests/bench/parse
	tests/bench/match
	tests/bench/bench
	tests/bench/deliver

man_pages := $(wildcard daemon/man/*.[1578])
examples := newswatchd.conf $(patsubst conf/%,%,$(wildcard conf/rules.d/*.conf conf/outlets.d/*.conf))
documents := $(wildcard README.md CHANGELOG LICENSE)
unit := newswatchd.service
confdir = $(sysconfdir)/newswatchd
fill_in = sed 's|@sbindir@|$(sbindir)|g; s|@sysconfdir@|$(sysconfdir)|g'

install: all
	$(INSTALL) -d $(addprefix $(DESTDIR),$(sbindir) $(bindir) $(systemdsystemunitdir) $(sysusersdir) $(tmpfilesdir) $(datadir)/newswatchd \
	    $(docdir)/examples/rules.d $(docdir)/examples/outlets.d $(mandir)/man1 $(mandir)/man5 $(mandir)/man7 $(mandir)/man8)
	$(INSTALL) -m 755 $(B)/newswatchd $(DESTDIR)$(sbindir)/newswatchd
	$(INSTALL) -m 755 $(B)/newswatchctl $(DESTDIR)$(bindir)/newswatchctl
	$(INSTALL) -m 644 daemon/alert/alert.schema.json $(DESTDIR)$(datadir)/newswatchd/
	$(fill_in) systemd/$(unit).in > $(B)/$(unit)
	$(fill_in) systemd/newswatchd.tmpfiles.in > $(B)/tmpfiles.conf
	$(INSTALL) -m 644 $(B)/$(unit) $(DESTDIR)$(systemdsystemunitdir)/$(unit)
	$(INSTALL) -m 644 $(B)/tmpfiles.conf $(DESTDIR)$(tmpfilesdir)/newswatchd.conf
	$(INSTALL) -m 644 systemd/newswatchd.sysusers $(DESTDIR)$(sysusersdir)/newswatchd.conf
	for f in $(man_pages); do $(INSTALL) -m 644 $$f $(DESTDIR)$(mandir)/man$${f##*.}/ || exit 1; done
	for f in $(documents); do $(INSTALL) -m 644 $$f $(DESTDIR)$(docdir)/ || exit 1; done
	for f in $(examples); do $(INSTALL) -m 644 conf/$$f $(DESTDIR)$(docdir)/examples/$$f || exit 1; done
	@# The configuration is the operator's: it is laid down once, and what was changed or deleted since stays so.
	test -e $(DESTDIR)$(confdir)/newswatchd.conf || { \
	    $(INSTALL) -d $(DESTDIR)$(sysconfdir) && $(INSTALL) -d -m 750 $(DESTDIR)$(confdir) && \
	    $(INSTALL) -d $(DESTDIR)$(confdir)/rules.d $(DESTDIR)$(confdir)/outlets.d && \
	    for f in $(examples); do $(INSTALL) -m 644 conf/$$f $(DESTDIR)$(confdir)/$$f || exit 1; done; }
ifeq ($(DESTDIR),)
	@echo
	@echo 'Installed. To run it as a service, as root, after writing $(confdir)/outlets.d:'
	@echo '    systemd-sysusers $(sysusersdir)/newswatchd.conf && systemd-tmpfiles --create $(tmpfilesdir)/newswatchd.conf'
	@echo '    systemctl daemon-reload && systemctl enable --now newswatchd'
endif

# The configuration and the state stay: they are the operator's.
uninstall:
	rm -f $(DESTDIR)$(sbindir)/newswatchd $(DESTDIR)$(bindir)/newswatchctl $(DESTDIR)$(systemdsystemunitdir)/$(unit) \
	    $(DESTDIR)$(sysusersdir)/newswatchd.conf $(DESTDIR)$(tmpfilesdir)/newswatchd.conf
	rm -rf $(DESTDIR)$(datadir)/newswatchd $(DESTDIR)$(docdir)
	for f in $(notdir $(man_pages)); do rm -f $(DESTDIR)$(mandir)/man$${f##*.}/$$f; done

clean:
	rm -rf build

help:
	@echo 'make            build newswatchd and newswatchctl in build/   (SANITIZE=1, FAULTS=1, CC=clang, WERROR=1, V=1)'
	@echo 'make demo       install what is missing, build, watch sample feeds, show the alerts'
	@echo 'make check      install what is missing, build, run all tests'
	@echo 'make torture    kill newswatchd and the broker, break all between them, judge the alerts: SEEDS="1 2 3 4" KILLS=1000 BROKER_KILLS=100 SECONDS=1800'
	@echo 'make bench      the cost of a feed beside a bare loop, of its reading beside bare libxml2 (NEWSWATCHD_FEEDS=FOLDER of real ones), of rules beside the splitting of words, of delivery beside a bare producer'
	@echo 'make fuzz       fuzz what parses, SECONDS=60 for each target'
	@echo 'make install    to prefix=/usr/local, DESTDIR is respected; make uninstall takes it back'
	@echo 'make clean      remove build/'

-include $(wildcard $(B)/*.d $(B)/*/*.d $(B)/tests/*/*.d $(B)/tests/*/*/*.d)
