# staticbuild: `make` builds build/staticbuild; `make help` lists the rest.
.DEFAULT_GOAL := all

BUILD   ?= build
CC      ?= gcc
CXX     ?= g++
CLANG   ?= clang
PREFIX  ?= /usr/local
PKG_CONFIG ?= pkg-config
VERSION := 0.1.0

# How many jobs the nested makes use when the user did not say: `make -j3 check` says three.
NPROC := $(shell nproc 2>/dev/null || echo 2)
JOBS   = $(if $(filter -j%,$(MAKEFLAGS)),,-j$(NPROC))

empty :=
space := $(empty) $(empty)
comma := ,

# Libraries, one room each (see builder/README.md).
LIBS := libarchive libcurl libcrypto jansson libdeflate capstone
PKG_CFLAGS = $(eval PKG_CFLAGS := $$(shell $$(PKG_CONFIG) --cflags $$(LIBS)))$(PKG_CFLAGS)
PKG_LIBS   = $(eval PKG_LIBS := $$(shell $$(PKG_CONFIG) --libs $$(LIBS)))$(PKG_LIBS)

WARN := -Wall -Wextra -Wshadow -Wvla -Wformat=2 -Wwrite-strings
WARN_C = $(WARN) -Wmissing-prototypes -Wstrict-prototypes
ifdef DEV
WARN += -Werror
endif
CFLAGS   ?= -O2 -g
CXXFLAGS ?= -O2 -g
# LINKED=1: every library is linked in, also those that are loaded when they are needed.
ifdef LINKED
CPPFLAGS += -DSTATICBUILD_LINKED
endif
CPPFLAGS += -Ibuilder -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -DSTATICBUILD_VERSION='"$(VERSION)"' $(SAN_CPPFLAGS)
ALL_CFLAGS   = -std=c11 $(WARN_C) $(CFLAGS) $(SAN)
ALL_CXXFLAGS = -std=c++17 $(WARN) $(CXXFLAGS) $(SAN)
ALL_LDFLAGS  = $(LDFLAGS) $(SAN) -pthread -Wl,--as-needed

OBJ := $(BUILD)/obj
SRC_C  := $(sort $(filter-out builder/wrapper/main.c,$(wildcard builder/*/*.c builder/*/*/*.c)))
SRC_CC := $(sort $(wildcard builder/*/*.cc builder/*/*/*.cc))
LIB_O  := $(SRC_C:%.c=$(OBJ)/%.o) $(SRC_CC:%.cc=$(OBJ)/%.o)
MAIN_O := $(OBJ)/builder/main.o
PROGRAM := $(BUILD)/staticbuild
# A program of its own, of libc alone, that lies beside it; see builder/wrapper/main.c. It starts with every compile:
# without the loader that takes 0.4 ms less.
WRAPPER := $(BUILD)/staticbuild-wrapper
WRAPPER_O := $(patsubst %.c,$(OBJ)/%.o,$(sort $(wildcard builder/wrapper/*.c)))

UNIT_C := $(sort $(filter-out tests/unit/main.c,$(wildcard tests/unit/*.c)))
UNIT_O := $(UNIT_C:%.c=$(OBJ)/%.o) $(OBJ)/tests/unit/main.o

.PHONY: all help quickstart deps deps-check clean unit check check-all check-built check-asan check-oracle \
	check-old check-python check-emulated check-host check-hosts check-docs check-same check-wheels tables \
	lint format fuzz mutate bench bench-audit bench-footprint install uninstall

#: all            build build/staticbuild
all: $(PROGRAM)

$(PROGRAM): $(MAIN_O) $(BUILD)/libstaticbuild.a | $(WRAPPER)
	@echo '  LINK $@'
	@$(CXX) $(ALL_LDFLAGS) -o $@ $(MAIN_O) $(BUILD)/libstaticbuild.a $(PKG_LIBS)

$(WRAPPER): $(WRAPPER_O)
	@echo '  LINK $@'
	@$(if $(LINKED),,$(CC) -static $(LDFLAGS) $(SAN) -o $@ $(WRAPPER_O) 2>/dev/null ||) $(CC) $(LDFLAGS) $(SAN) -o $@ $(WRAPPER_O)

# What `--version` says besides. COMMIT is a file of `make dist`, where there is no git.
COMMIT = $(eval COMMIT := $$(shell cat COMMIT 2>/dev/null || \
	git describe --always --dirty --abbrev=12 --exclude='*' 2>/dev/null))$(COMMIT)
LIBRARIES = $(foreach l,$(LIBS) tomlplusplus,$(l) $(or $(shell $(PKG_CONFIG) --modversion $(l) 2>/dev/null),?))
$(BUILD)/made_of.h: FORCE
	@mkdir -p $(@D)
	@printf '#define STATICBUILD_MADE_OF "%s%s\\n"\n' '$(if $(COMMIT),commit $(COMMIT)\n)' '$(LIBRARIES)' >$@.new
	@cmp -s $@.new $@ && rm $@.new || mv $@.new $@
FORCE:
$(MAIN_O): CPPFLAGS += -include $(BUILD)/made_of.h
$(MAIN_O): $(BUILD)/made_of.h

$(BUILD)/libstaticbuild.a: $(LIB_O)
	@rm -f $@
	@$(AR) rcs $@ $(LIB_O)

$(OBJ)/%.o: %.c
	@mkdir -p $(@D)
	@echo '  CC   $<'
	@$(CC) $(CPPFLAGS) $(PKG_CFLAGS) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(OBJ)/%.o: %.cc
	@mkdir -p $(@D)
	@echo '  CXX  $<'
	@$(CXX) $(CPPFLAGS) $(PKG_CFLAGS) $(ALL_CXXFLAGS) -MMD -MP -c -o $@ $<

#: help           this list
help:
	@echo 'Targets:'
	@sed -n 's/^#: /  /p' $(firstword $(MAKEFILE_LIST))
	@echo 'Variables: DEV=1 (warnings are errors), BUILD=DIR, CC, CFLAGS, LDFLAGS, PREFIX, DESTDIR.'

# What must be installed, by purpose; tests/deps.sh knows the packages.
#: quickstart     install what is missing, build, and make the pyzmq wheel
quickstart:
	@tests/deps.sh build run
	@$(MAKE) --no-print-directory $(JOBS) all
	$(PROGRAM) recipes/zmq.toml

#: deps           install what the build and the tests need and is not there
deps:
	@tests/deps.sh build run test

#: deps-check     say what is missing, install nothing
deps-check:
	@tests/deps.sh --check build run test lint

# Unit tests: tests/unit/NAME.c defines `Suite *NAME_suite(void)`; the list is made from the file names.
$(BUILD)/tests/suites.inc: $(UNIT_C)
	@mkdir -p $(@D)
	@for f in $(sort $(UNIT_C:tests/unit/%.c=%)); do echo "SUITE($$f)"; done >$@

# Every fuzz target again, with a main that gives it the inputs that are kept: what the suite `fuzzed` runs.
FUZZ_C := $(sort $(wildcard tests/fuzz/fuzz_*.c))
REPLAYS := $(FUZZ_C:tests/fuzz/fuzz_%.c=$(BUILD)/tests/replay/%)
$(BUILD)/tests/fuzz.inc: $(FUZZ_C)
	@mkdir -p $(@D)
	@for f in $(FUZZ_C:tests/fuzz/fuzz_%.c=%); do echo "FUZZ($$f)"; done >$@

$(REPLAYS): $(BUILD)/tests/replay/%: $(OBJ)/tests/fuzz/fuzz_%.o $(OBJ)/tests/fuzz/replay.o $(BUILD)/libstaticbuild.a
	@mkdir -p $(@D)
	@echo '  LINK $@'
	@$(CXX) $(ALL_LDFLAGS) -o $@ $^ $(PKG_LIBS)

$(OBJ)/tests/%.o: ALL_CFLAGS += -Wno-missing-prototypes -Wno-write-strings
$(OBJ)/tests/unit/main.o: CPPFLAGS += -I$(BUILD)/tests
$(OBJ)/tests/unit/main.o: $(BUILD)/tests/suites.inc
$(OBJ)/tests/unit/fuzzed.o: CPPFLAGS += -I$(BUILD)/tests
$(OBJ)/tests/unit/fuzzed.o: $(BUILD)/tests/fuzz.inc

# It looks for the wrapper beside itself, as the program does.
$(BUILD)/tests/staticbuild-wrapper: $(WRAPPER)
	@mkdir -p $(@D)
	@ln -sf ../staticbuild-wrapper $@

$(BUILD)/tests/unit: $(UNIT_O) $(BUILD)/libstaticbuild.a | $(REPLAYS) $(BUILD)/tests/staticbuild-wrapper
	@echo '  LINK $@'
	@$(CXX) $(ALL_LDFLAGS) -o $@ $(UNIT_O) $(BUILD)/libstaticbuild.a $(PKG_LIBS) $$($(PKG_CONFIG) --libs check)

#: unit           run the unit suites; SUITE=name runs one
unit: $(BUILD)/tests/unit
	$(BUILD)/tests/unit $(SUITE)

#: check          install what tests need, build, run the tests (at most 12 minutes)
check:
	@tests/deps.sh build run test
	@$(MAKE) --no-print-directory $(JOBS) check-built

#: check-built    the tests alone; TESTS='unit cli/help' runs some
check-built: $(PROGRAM) $(BUILD)/tests/unit
	@tests/run --build $(BUILD) $(TESTS)

#: check-all      the same, the long tests, and the fuzz targets for a while
check-all:
	@tests/deps.sh build run test
	@$(MAKE) --no-print-directory $(JOBS) $(PROGRAM) $(BUILD)/tests/unit
	@tests/run --build $(BUILD) --long $(TESTS)
	@$(MAKE) --no-print-directory fuzz FUZZ_SECONDS=20
	@$(MAKE) --no-print-directory fuzz FUZZ=metadata FUZZ_SECONDS=300

#: check-asan     unit suites and quick commands under the address and undefined-behaviour sanitizers
ASAN := BUILD=$(BUILD)/asan SAN='-fsanitize=address,undefined -fno-sanitize-recover=all' CFLAGS='-O1 -g' CXXFLAGS='-O1 -g'
check-asan:
	@tests/deps.sh build run test
	@$(MAKE) --no-print-directory $(JOBS) $(ASAN) $(BUILD)/asan/staticbuild $(BUILD)/asan/tests/unit
	@tests/run --build $(BUILD)/asan --sanitized $(TESTS)

#: check-oracle   compare with readelf on every ELF file of this machine, and with ld on its archives
check-oracle:
	@tests/deps.sh build run test
	@$(MAKE) --no-print-directory $(JOBS) all
	@tests/run --build $(BUILD) --folder tests/cli/oracle --timeout 3600

#: check-old      make wheels for Debian 11 and run them there (downloads 15 MB of its packages)
check-old:
	@tests/deps.sh build run
	@$(MAKE) --no-print-directory $(JOBS) all
	@tests/old/run --build $(BUILD)

#: check-python   make CPython with what is in its recipe, and run CPython's own tests with it (half an hour)
check-python:
	@tests/deps.sh build run
	@$(MAKE) --no-print-directory $(JOBS) all
	@tests/python/run --build $(BUILD)

#: check-emulated wheels for other architectures, by cross compilers, tried in qemu (an hour; 200 MB of packages);
#:                ARCHES='armv7l s390x' some; aarch64 is tried on Debian 11 as check-old does, too
check-emulated:
	@tests/deps.sh build run cross emulated
	@$(MAKE) --no-print-directory $(JOBS) all
	@tests/emulated/run --build $(BUILD) $(ARCHES)
	@$(if $(filter-out aarch64,$(ARCHES)),,tests/old/run --build $(BUILD) --emulated)

#: check-host     the newest stable Debian in a root of its own: the program there, and a wheel (at most 8 minutes, else not tried)
check-host:
	@tests/deps.sh hosts
	@timeout --foreground 480 tests/hosts/run --build $(BUILD) --only program,yaml trixie || { [ $$? = 124 ] && \
		echo 'not tried to the end: 8 minutes were over' && echo '0 passed, 0 failed, 1 skipped'; }

#: check-hosts    is the program at home on newer Debians? HOSTS='trixie sid', each in a root of its own (75 minutes)
check-hosts:
	@tests/deps.sh hosts
	@tests/hosts/run --build $(BUILD) $(HOSTS)

#: check-wheels   what the audit says of a hundred published wheels (pip downloads 650 MB of them, once; SANITIZED=yes: under
#:                the sanitizers, and fuzz targets run over them)
WHEEL_TARGETS := $(patsubst %,$(BUILD)/asan/tests/replay/%,zip wheel elf audit)
check-wheels:
	@tests/deps.sh build test
	@$(MAKE) --no-print-directory $(JOBS) $(if $(SANITIZED),$(ASAN) $(BUILD)/asan/staticbuild $(WHEEL_TARGETS),all)
	@tests/wheels/check --build $(BUILD) $(if $(SANITIZED),--sanitized)

#: tables         make the large tables anew from their sources (downloads about 180 MB of packages); commit the diff
tables:
	@tests/deps.sh build test
	@tests/tables/make --build $(BUILD)

#: check-same     build every recipe twice, as two people would, and compare every byte (hours); NAMES='zlib zmq' some
check-same:
	@tests/deps.sh build run test
	@$(MAKE) --no-print-directory $(JOBS) all
	@tests/same/run --build $(BUILD) $(NAMES)

#: check-docs     run every command that the documents print, and compare what it prints
check-docs:
	@tests/deps.sh build run test
	@$(MAKE) --no-print-directory $(JOBS) all
	@tests/docs/run --build $(BUILD) docs/*.md

#: lint           layers, format, warnings as errors with gcc and clang, cppcheck, shell scripts
lint:
	@tests/deps.sh build test lint
	@$(MAKE) --no-print-directory $(JOBS) DEV=1 BUILD=$(BUILD)/lint CFLAGS='-O2' CXXFLAGS='-O2' \
		$(BUILD)/lint/staticbuild $(BUILD)/lint/tests/unit
	@CC='$(CC)' CLANG='$(CLANG)' BUILD='$(BUILD)' tests/lint/run

#: format         clang-format every C file in place
format:
	@git ls-files 'builder/*.[ch]' 'builder/*.cc' 'tests/*.[ch]' | grep -v '^tests/fixtures/' | xargs clang-format -i

# Fuzz targets: tests/fuzz/fuzz_NAME.c, the corpus in tests/fixtures/fuzz/NAME.
FUZZ_SECONDS ?= 60
# What the undefined-behaviour sanitizer finds is a trap, without words, which is faster; `make check-asan` says them
# once the input is kept.
FUZZ_SAN := -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all -fsanitize-trap=undefined

#: fuzz           each fuzz target for FUZZ_SECONDS=60, or FUZZ_RUNS inputs; FUZZ=name runs one
fuzz:
	@tests/deps.sh build lint
	@$(MAKE) --no-print-directory $(JOBS) BUILD=$(BUILD)/fuzz CC='$(CLANG)' CXX='$(CLANG)++' SAN='$(FUZZ_SAN)' \
		CFLAGS='-O2 -g' CXXFLAGS='-O2 -g' fuzz-programs
	@tests/fuzz/run $(BUILD)/fuzz $(FUZZ_SECONDS) '$(FUZZ)' $(FUZZ_RUNS)

.PHONY: fuzz-programs
fuzz-programs: $(FUZZ_C:tests/fuzz/%.c=$(BUILD)/%)
$(FUZZ_C:tests/fuzz/%.c=$(BUILD)/%): $(BUILD)/fuzz_%: $(OBJ)/tests/fuzz/fuzz_%.o $(BUILD)/libstaticbuild.a
	@echo '  LINK $@'
	@$(CXX) $(ALL_LDFLAGS) -fsanitize=fuzzer,address,undefined -o $@ $^ $(PKG_LIBS)

# Objects of its own: with -O2 and without -g, so that two of them can be compared.
MUTATE := BUILD=$(BUILD)/mutate CFLAGS=-O2 CXXFLAGS=-O2
#: mutate         small mistakes put into the rooms of SUITE='plan store', and which of them no test notices
mutate:
	@tests/deps.sh build test
	@$(MAKE) --no-print-directory $(JOBS) $(MUTATE) $(BUILD)/mutate/tests/unit
	@CC='$(CC)' CXX='$(CXX)' PKG_CONFIG='$(PKG_CONFIG)' nice tests/mutate/run --build $(BUILD)/mutate $(or $(SUITE),plan resolve store)

#: bench          the figures of the main job and of the engine (six builds, twenty minutes on two processors)
bench:
	@tests/deps.sh build run test
	@$(MAKE) --no-print-directory $(JOBS) all
	@status=0; tests/bench/run --build $(BUILD) || status=1; tests/bench/engine --build $(BUILD) || status=1; exit $$status

#: bench-audit    the figures of the audit (downloads about 90 MB of packages; WHEELS=yes: of 60 published wheels)
bench-audit:
	@tests/deps.sh build run test
	@$(MAKE) --no-print-directory $(JOBS) all
	@tests/bench/audit --build $(BUILD) $(if $(WHEELS),--wheels)

#: bench-recognise  which libraries are recognised in modules, with a later Debian's archives (downloads 130 MB of packages)
.PHONY: bench-recognise
bench-recognise:
	@tests/deps.sh build test
	@$(MAKE) --no-print-directory $(JOBS) all
	@tests/bench/recognise --build $(BUILD)

#: bench-projects  projects as they are beside their published wheels, one a call: PROJECTS='lz4 brotli'; the table of what is known
.PHONY: bench-projects
bench-projects:
	@$(MAKE) --no-print-directory $(BUILD)/staticbuild $(WRAPPER)
	@tests/bench/projects --build $(BUILD) $(PROJECTS)

#: bench-footprint  what samples cost; pyzmq static against the distribution's, workers (installs python3-zmq)
bench-footprint:
	@tests/deps.sh build run test footprint
	@$(MAKE) --no-print-directory $(JOBS) all
	@tests/bench/footprint --build $(BUILD)

#: bench-others   pyzmq as it is published, by a script and by zig cc, beside ours (pip downloads 100 MB; ten minutes)
.PHONY: bench-others
bench-others:
	@tests/deps.sh build run test
	@$(MAKE) --no-print-directory $(JOBS) all
	@tests/bench/others --build $(BUILD)

#: bench-hardening  what hardening costs: pyzmq and libcrypto, each built twice (half an hour on two processors)
.PHONY: bench-hardening
bench-hardening:
	@tests/deps.sh build run test
	@$(MAKE) --no-print-directory $(JOBS) all
	@tests/bench/hardening $(BUILD)/staticbuild

DATA = $(DESTDIR)$(PREFIX)/share/staticbuild
BASH_COMPLETIONS = $(DESTDIR)$(PREFIX)/share/bash-completion/completions
ZSH_COMPLETIONS  = $(DESTDIR)$(PREFIX)/share/zsh/site-functions
FISH_COMPLETIONS = $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d
MAN1 = $(DESTDIR)$(PREFIX)/share/man/man1
MAN7 = $(DESTDIR)$(PREFIX)/share/man/man7
PAGES = $(filter-out README,$(patsubst docs/%.md,%,$(wildcard docs/*.md))) recipes

#: install        program, recipes, templates, documents, man pages, completions; PREFIX=/usr/local DESTDIR=
install: $(PROGRAM)
	@mkdir -p $(DESTDIR)$(PREFIX)/bin $(DATA) $(MAN1) $(MAN7) $(BASH_COMPLETIONS) $(ZSH_COMPLETIONS) $(FISH_COMPLETIONS)
	install -m 755 $(PROGRAM) $(DESTDIR)$(PREFIX)/bin/staticbuild
	install -m 755 $(WRAPPER) $(DESTDIR)$(PREFIX)/bin/staticbuild-wrapper
	rm -rf $(DATA)/recipes $(DATA)/templates $(DATA)/docs
	cp -R recipes templates docs $(DATA)/
	rm -f $(DATA)/recipes/staticbuild.toml $(DATA)/recipes/test_staticbuild.py
	chmod -R u=rwX,go=rX $(DATA)
	$(PROGRAM) help --man >$(MAN1)/staticbuild.1
	@for page in $(PAGES); do $(PROGRAM) help --man --page $$page >$(MAN7)/staticbuild-$$page.7 || exit; done
	$(PROGRAM) help --completion bash >$(BASH_COMPLETIONS)/staticbuild
	$(PROGRAM) help --completion zsh >$(ZSH_COMPLETIONS)/_staticbuild
	$(PROGRAM) help --completion fish >$(FISH_COMPLETIONS)/staticbuild.fish

# What is packed is the last commit, whatever else lies here; a file says which one that is.
DIST_TO ?= $(BUILD)/dist
DIST = $(DIST_TO)/staticbuild-$(VERSION)
DIST_EPOCH = $(shell git log -1 --format=%ct)
.PHONY: dist dist-wheel

#: dist           a source archive of the last commit, build/dist/staticbuild-VERSION.tar.gz
dist:
	@rm -rf $(DIST) $(DIST).tar.gz
	@mkdir -p $(DIST_TO)
	git archive --prefix=$(notdir $(DIST))/ HEAD | tar -x -C $(DIST_TO)
	git describe --always --abbrev=12 --exclude='*' >$(DIST)/COMMIT
	tar --sort=name --mtime=@$(DIST_EPOCH) --owner=0 --group=0 --numeric-owner -C $(DIST_TO) -c $(notdir $(DIST)) | \
		gzip -n -9 >$(DIST).tar.gz

#: dist-wheel     a wheel of this program for any Python, everything but the C library linked in; TARGET=manylinux_2_17
TARGET ?= manylinux_2_17
dist-wheel: dist
	@tests/deps.sh build run
	@$(MAKE) --no-print-directory $(JOBS) all
	SOURCE_DATE_EPOCH=$(DIST_EPOCH) $(PROGRAM) $(DIST)/recipes/staticbuild.toml --target $(TARGET) -o $(DIST_TO)

# Of the libraries that are there when it is linked, and those three that are loaded when they are needed.
DEB := $(BUILD)/deb
DEB_TO := $(BUILD)
LOADED = $(foreach l,libcurl.so.4 libcapstone.so libarchive.so.13,$(shell dpkg-query -S '*/$(l)*' 2>/dev/null | sed -n 's/:.*//; /-dev$$/!p' | sort -u | head -n 1))
.PHONY: deb

#: deb            a package for this distribution, build/staticbuild_VERSION_ARCH.deb
deb: $(PROGRAM)
	@rm -rf $(DEB)
	@mkdir -p $(DEB)/DEBIAN $(DEB)/debian
	@$(MAKE) --no-print-directory install PREFIX=/usr DESTDIR=$(abspath $(DEB)) >/dev/null
	@gzip -9 -n -f $(DEB)/usr/share/man/man1/staticbuild.1 $(DEB)/usr/share/man/man7/staticbuild-*.7
	@install -D -m 644 LICENSE $(DEB)/usr/share/doc/staticbuild/copyright
	@strip $(DEB)/usr/bin/staticbuild $(DEB)/usr/bin/staticbuild-wrapper
	@printf 'Source: staticbuild\nPackage: staticbuild\n' >$(DEB)/debian/control
	@cd $(DEB) && dpkg-shlibdeps -O --ignore-missing-info usr/bin/staticbuild | \
		sed -n 's/^shlibs:Depends=//p' >DEBIAN/depends
	@printf '%s\n' 'Package: staticbuild' 'Version: $(VERSION)' "Architecture: $$(dpkg --print-architecture)" \
		'Maintainer: The staticbuild authors <staticbuild@localhost>' 'Section: devel' 'Priority: optional' \
		"Depends: $$(cat $(DEB)/DEBIAN/depends), $(subst $(space),$(comma)$(space),$(strip $(LOADED))), gcc, g++, make, pkgconf | pkg-config" \
		'Recommends: bubblewrap, cmake, meson, ninja-build, perl, python3-dev, python3-pip' \
		'Description: builds, proves and audits wheels with static libraries' \
		' Python extensions are linked with their libraries for systems with glibc 2.17' \
		' and later, without a container, and the result is proved by reading the ELF.' >$(DEB)/DEBIAN/control
	@rm -r $(DEB)/debian $(DEB)/DEBIAN/depends
	dpkg-deb --root-owner-group --build $(DEB) $(DEB_TO)

#: uninstall      remove what install put there
uninstall:
	rm -rf $(DATA)
	rm -f $(DESTDIR)$(PREFIX)/bin/staticbuild $(DESTDIR)$(PREFIX)/bin/staticbuild-wrapper $(MAN1)/staticbuild.1 $(MAN7)/staticbuild-*.7 $(BASH_COMPLETIONS)/staticbuild \
		$(ZSH_COMPLETIONS)/_staticbuild $(FISH_COMPLETIONS)/staticbuild.fish

#: clean          remove build/
clean:
	rm -rf $(BUILD)

-include $(LIB_O:.o=.d) $(WRAPPER_O:.o=.d) $(MAIN_O:.o=.d) $(UNIT_O:.o=.d) $(FUZZ_C:%.c=$(OBJ)/%.d) $(OBJ)/tests/fuzz/replay.d
