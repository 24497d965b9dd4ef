# staticbuild: `make` builds build/staticbuild; `make help` lists the rest.
.DEFAULT_GOAL := all

BUILD   ?= build
CC      ?= gcc
CXX     ?= g++
PREFIX  ?= /usr/local
PKG_CONFIG ?= pkg-config
VERSION := 0.1.0

# Libraries, one room each (see builder/README.md).
LIBS := libarchive libcurl libcrypto jansson libdeflate
PKG_CFLAGS = $(shell $(PKG_CONFIG) --cflags $(LIBS))
PKG_LIBS   = $(shell $(PKG_CONFIG) --libs $(LIBS))

WARN := -Wall -Wextra -Wshadow -Wvla -Wformat=2 -Wwrite-strings
WARN_C = $(WARN) -Wmissing-prototypes -Wstrict-prototypes
ifdef DEV
WARN += -Werror
endif
CFLAGS   ?= -O2 -g
CXXFLAGS ?= -O2 -g
CPPFLAGS += -Ibuilder -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -DSTATICBUILD_VERSION='"$(VERSION)"' $(SAN_CPPFLAGS)
ALL_CFLAGS   = -std=c11 $(WARN_C) $(CFLAGS) $(SAN)
ALL_CXXFLAGS = -std=c++17 $(WARN) $(CXXFLAGS) $(SAN)
ALL_LDFLAGS  = $(LDFLAGS) $(SAN) -pthread

OBJ := $(BUILD)/obj
SRC_C  := $(filter-out builder/main.c,$(wildcard builder/*/*.c))
SRC_CC := $(wildcard builder/*/*.cc)
LIB_O  := $(SRC_C:%.c=$(OBJ)/%.o) $(SRC_CC:%.cc=$(OBJ)/%.o)
MAIN_O := $(OBJ)/builder/main.o
PROGRAM := $(BUILD)/staticbuild

UNIT_C := $(filter-out tests/unit/main.c,$(wildcard tests/unit/*.c))
UNIT_O := $(UNIT_C:%.c=$(OBJ)/%.o) $(OBJ)/tests/unit/main.o

.PHONY: all help clean unit
all: $(PROGRAM)

$(PROGRAM): $(MAIN_O) $(BUILD)/libstaticbuild.a
	@echo '  LINK $@'
	@$(CXX) $(ALL_LDFLAGS) -o $@ $(MAIN_O) $(BUILD)/libstaticbuild.a $(PKG_LIBS)

$(BUILD)/libstaticbuild.a: $(LIB_O)
	@rm -f $@
	@$(AR) rcs $@ $(LIB_O)

$(OBJ)/%.o: %.c
	@mkdir -p $(@D)
	@echo '  CC   $<'
	@$(CC) $(CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(OBJ)/%.o: %.cc
	@mkdir -p $(@D)
	@echo '  CXX  $<'
	@$(CXX) $(CPPFLAGS) $(ALL_CXXFLAGS) -MMD -MP -c -o $@ $<

# Unit tests: tests/unit/NAME.c defines `Suite *NAME_suite(void)`; the list is made from the file names.
$(BUILD)/tests/suites.inc: $(UNIT_C)
	@mkdir -p $(@D)
	@for f in $(sort $(UNIT_C:tests/unit/%.c=%)); do echo "SUITE($$f)"; done >$@

$(OBJ)/tests/%.o: ALL_CFLAGS += -Wno-missing-prototypes -Wno-write-strings
$(OBJ)/tests/unit/main.o: CPPFLAGS += -I$(BUILD)/tests
$(OBJ)/tests/unit/main.o: $(BUILD)/tests/suites.inc

$(BUILD)/tests/unit: $(UNIT_O) $(BUILD)/libstaticbuild.a
	@echo '  LINK $@'
	@$(CXX) $(ALL_LDFLAGS) -o $@ $(UNIT_O) $(BUILD)/libstaticbuild.a $(PKG_LIBS) $$($(PKG_CONFIG) --libs check)

# Runs the Check suites; SUITE=name runs one.
unit: $(BUILD)/tests/unit
	$(BUILD)/tests/unit $(SUITE)

clean:
	rm -rf $(BUILD)

-include $(LIB_O:.o=.d) $(MAIN_O:.o=.d) $(UNIT_O:.o=.d)
