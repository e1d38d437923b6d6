# SPDX-License-Identifier: MIT
#
# make            build/protodrill and build/packetdrill (the same program under its old name)
# make run        play an example script, in the way a new user would
# make check      all tests; SANITIZE=address,undefined for a checked build of its own
# make linux      a Linux kernel for -t linux, of Debian's source (scripts/install-deps --linux); HZ=, COVERAGE=1
# make adapters   programs that put other stacks behind the protocol of docs/adapter-protocol.md, as far as these are
#                 installed (scripts/install-deps --adapters)
# make bench      figures: the stack alone; speed, CPU, lateness of the program
# make fuzz       the fuzz targets of fuzz/, in a build of their own; needs CC=clang
# make check-fuzz each of them for FUZZ_SECONDS (30), with what the cases make as seeds; then whatever else is slow and
#                 hostile
# make site       lessons and what the suite has found, as pages for a browser: B/site/index.html
# make coverage   which lines of the reference stack the cases reach, and which they do not
# make mutate     plays all cases with packets changed, lost, twice, in another order: protodrill mutate
# make lint       sizes, cppcheck and clang-tidy over all sources; no finding is the rule
# make install    PREFIX (/usr/local), DESTDIR
#
# V=1 shows the commands; DEV=1 makes warnings errors; B= names another build folder.

PREFIX ?= /usr/local
BINDIR ?= $(PREFIX)/bin
INCLUDEDIR ?= $(PREFIX)/include/protodrill
GODIR ?= $(PREFIX)/share/gocode/src/protodrill
MANDIR ?= $(PREFIX)/share/man
DATADIR ?= $(PREFIX)/share/protodrill
BASHDIR ?= $(PREFIX)/share/bash-completion/completions
ZSHDIR ?= $(PREFIX)/share/zsh/site-functions

comma := ,
B ?= build$(if $(SANITIZE),-$(subst $(comma),-,$(SANITIZE)))
Q := $(if $(V),,@)
SAY := $(if $(V),@true,@printf '  %-7s %s\n')

PKGS := libpcap yaml-0.1 libmnl jansson
# The loader reads every shared object at each start, and libpcap's brings eight more along: it can capture from D-Bus,
# by functions of systemd for servers, which nothing here asks for. What is linked from archives, where there are any,
# costs nothing: from start to verdict it takes two thirds of the time. A libpcap that needs still more stays shared.
archive = $(wildcard $(shell pkg-config --variable=libdir $1 2>/dev/null)/lib$2.a)
PCAP_NEEDS := $(filter-out -L% -pthread -lpcap -ldbus-1 -lsystemd,\
	$(shell pkg-config --static --libs libpcap 2>/dev/null))
PCAP_ARCHIVES := $(if $(PCAP_NEEDS),,$(call archive,libpcap,pcap) $(call archive,dbus-1,dbus-1))
PCAP := $(if $(word 2,$(PCAP_ARCHIVES)),$(PCAP_ARCHIVES) -Wl$(comma)--defsym=sd_listen_fds=0 \
	-Wl$(comma)--defsym=sd_is_socket=0,$(or $(shell pkg-config --libs libpcap 2>/dev/null),-lpcap))
# A build with sanitizers is for one run of the tests, so what it takes to compile counts as well.
CFLAGS ?= $(if $(SANITIZE),-O1 -g1,-O2 -g)
WARNINGS := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wpointer-arith
override CPPFLAGS += -D_GNU_SOURCE -Isrc -I. -I$(B)
override CFLAGS += -std=c17 $(WARNINGS) $(if $(DEV),-Werror)
override CFLAGS += $(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-sanitize-recover=all -fno-omit-frame-pointer)
override CFLAGS += $(shell pkg-config --cflags $(PKGS) 2>/dev/null)
LIBS := $(PCAP) $(or $(call archive,yaml-0.1,yaml),-lyaml) $(or $(call archive,jansson,jansson),-ljansson) \
	$(or $(call archive,nettle,nettle),-lnettle) -lmnl -lpthread -lm

SOURCES := $(filter-out %_test.c %_bench.c,$(sort $(wildcard src/*/*.c src/*/*/*.c)))
TEST_SOURCES := $(sort $(wildcard src/*/*_test.c src/*/*/*_test.c))
MAIN := src/cli/main.c
GENERATED := $(B)/grammar/parser.c $(B)/grammar/lexer.c
GENERATED := $(if $(wildcard grammar/parser.y),$(GENERATED))
# In the order in which they are joined.
GRAMMAR := grammar/parser.y grammar/packet.y grammar/call.y

PROFILES := $(sort $(wildcard src/target/builtin/profiles/*.yaml))
PAGE_FILES := $(sort $(wildcard src/report/html/*.css src/report/html/*.js))
EMBEDDED_PROFILES := $(B)/src/target/builtin/embedded_profiles.c
EMBEDDED_PAGE_FILES := $(B)/src/report/html_files.c
EMBEDDED_REQUIREMENTS := $(B)/src/report/embedded_requirements.c
EMBEDDED := $(EMBEDDED_PROFILES) $(EMBEDDED_PAGE_FILES) $(EMBEDDED_REQUIREMENTS)
PRELOAD := $(B)/src/target/linux/preload/host.so
EMBEDDED_PRELOAD := $(B)/src/target/linux/embedded_preload.c

OBJECTS := $(patsubst %.c,$(B)/%.o,$(filter-out $(MAIN),$(SOURCES))) $(GENERATED:.c=.o) $(EMBEDDED:.c=.o) \
	$(EMBEDDED_PRELOAD:.c=.o)
LIBRARY := $(B)/libprotodrill.a
TESTS := $(patsubst %.c,$(B)/%,$(TEST_SOURCES))
BENCHES := $(B)/src/stack/stack_bench $(B)/src/stack/congestion_bench $(B)/src/target/process/process_bench
CMOCKA_PROGRAMS := $(TESTS) $(BENCHES)

# Adapters put other stacks behind the protocol of docs/adapter-protocol.md; this one is ours, and needs nothing else.
REFERENCE := $(B)/adapter/reference/reference

all: $(B)/protodrill $(B)/packetdrill $(REFERENCE)

# What a function of the program may keep on the stack, of which there may be 64 KiB (ulimit -s). The sanitizers put
# room around each variable.
FRAME_BYTES := 8192
$(OBJECTS) $(B)/src/cli/main.o $(REFERENCE).o: override CFLAGS += \
	$(if $(SANITIZE),,-Wframe-larger-than=$(FRAME_BYTES))

# All but main(): programs take from it what they need.
$(LIBRARY): $(OBJECTS)
	$(SAY) AR $@
	$(Q)rm -f $@ && $(AR) rcs $@ $^

$(B)/protodrill: $(B)/src/cli/main.o
$(CMOCKA_PROGRAMS): %: %.o
$(CMOCKA_PROGRAMS): LIBS += -lcmocka
# What stacks in shared objects call.
$(B)/protodrill: override LDFLAGS += $(addprefix -Wl$(comma)--export-dynamic-symbol=,protodrill_output \
	protodrill_output_at protodrill_now protodrill_open protodrill_object protodrill_refuse)
$(B)/protodrill $(CMOCKA_PROGRAMS): $(LIBRARY)
	$(SAY) LINK $@
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(filter %.o,$^) $(LIBRARY) $(LIBS)
	$(if $(filter %/protodrill,$@),$(Q)ln -f $@ $(B)/packetdrill)

$(REFERENCE): $(REFERENCE).o $(LIBRARY)
	$(SAY) LINK $@
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $< $(LIBRARY) $(LIBS)

# Linking makes it, too: of a file that is missing alone make (.SECONDARY) takes what hangs on it for new.
$(B)/packetdrill: $(B)/protodrill
	$(Q)ln -f $< $@

# Generated sources depend on nothing but their grammar; objects that include the header come after it.
# The parts of the grammar in one file. Messages, and debuggers, name the part.
$(B)/grammar/parser.y: $(GRAMMAR)
	$(Q)mkdir -p $(@D) && for part in $^; do echo "#line 1 \"$$part\""; cat $$part; done >$@

$(B)/grammar/%.c $(B)/grammar/%.h: $(B)/grammar/%.y
	$(SAY) BISON $@
	$(Q)bison -Wall -Werror --defines=$(B)/grammar/$*.h -o $(B)/grammar/$*.c $<

$(B)/grammar/%.c $(B)/grammar/%.h: grammar/%.l
	$(SAY) FLEX $@
	$(Q)mkdir -p $(@D) && flex --header-file=$(B)/grammar/$*.h -o $(B)/grammar/$*.c $<

$(OBJECTS) $(B)/src/cli/main.o: | $(GENERATED:.c=.h)
$(GENERATED:.c=.o): override CFLAGS += -Wno-shadow -Wno-missing-prototypes -Wno-unused-function -Wno-sign-compare

$(EMBEDDED_PROFILES): $(PROFILES)
$(EMBEDDED_PROFILES): TABLE := -v structure=embedded_profile -v header=target/builtin/profile.h -v suffix=.yaml \
	-v first=rfc
$(EMBEDDED_PAGE_FILES): $(PAGE_FILES)
$(EMBEDDED_PAGE_FILES): TABLE := -v structure=html_asset -v header=report/html_write.h
$(EMBEDDED_PROFILES) $(EMBEDDED_PAGE_FILES): src/util/embed.awk
	$(SAY) EMBED $@
	$(Q)mkdir -p $(@D) && awk $(TABLE) -f src/util/embed.awk $(filter-out %.awk,$^) > $@

$(EMBEDDED_REQUIREMENTS): src/report/requirements.awk testcases/requirements.yaml
	$(SAY) EMBED $@
	$(Q)mkdir -p $(@D) && awk -f $^ > $@

# A shared object of its own, whose bytes are in the program: without what SANITIZE adds, which would need its library.
$(PRELOAD): $(wildcard src/target/linux/preload/*.[ch])
	$(SAY) LINK $@
	$(Q)mkdir -p $(@D) && $(CC) -D_GNU_SOURCE -std=c17 -Isrc $(WARNINGS) $(if $(DEV),-Werror) -O2 \
		-fPIC -shared -o $@ $(filter %.c,$^)

$(EMBEDDED_PRELOAD): $(PRELOAD)
	$(SAY) EMBED $@
	$(Q){ echo '#include "target/linux/preload.h"'; echo 'const unsigned char embedded_preload[] = {'; \
		od -An -v -tx1 $< | sed 's/ \(..\)/0x\1,/g'; echo '};'; \
		echo 'const size_t embedded_preload_length = sizeof(embedded_preload);'; } > $@

# Sources that are made stand below $(B) under the name that they would have in the tree.
vpath %.c . $(B)
$(B)/%.o: %.c
	$(SAY) CC $@
	$(Q)mkdir -p $(@D) && $(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

tests: $(TESTS)

# The fuzz targets, played to by fuzz/replay/main.c: any compiler builds them, and what was found stays mended.
REPLAYS := $(patsubst fuzz/%.c,$(B)/fuzz/replay/%,$(sort $(wildcard fuzz/*.c)))

$(REPLAYS): $(B)/fuzz/replay/%: $(B)/fuzz/%.o $(B)/fuzz/replay/main.o $(LIBRARY)
	$(SAY) LINK $@
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(filter %.o,$^) $(LIBRARY) $(LIBS)

# The helper for adapters in C, as authors include it: one header and its parts.
HELPER := $(sort $(wildcard adapter/protodrill-*.h))

# Each is built where its stack is installed, and left out with a word where it is not.
LWIP := $(addprefix $(B)/adapter/lwip/,lwip lwip.so)
LWIP_HEADERS := $(wildcard /usr/include/lwip/lwipopts.h)
ADAPTERS := $(REFERENCE) $(if $(LWIP_HEADERS),$(LWIP))

# As a program for adapter check and for others, and as what -t lwip loads.
$(LWIP): adapter/lwip/lwip.c adapter/lwip/sys.c adapter/lwip/sys.h $(HELPER)
	$(SAY) LINK $@
	$(Q)mkdir -p $(@D) && $(CC) -D_GNU_SOURCE -std=gnu11 $(WARNINGS) $(if $(DEV),-Werror) -O2 -g -I. \
		-isystem /usr/include/lwip $(if $(filter %.so,$@),-shared -fPIC) -o $@ $(filter %.c,$^) -llwip

# The examples of docs/adapter.md, as programs and as a shared object; like the code of others, without our include
# path.
EXAMPLES := $(addprefix $(B)/adapter/example/,udp udp.so tcp waits)
ADAPTERS += $(EXAMPLES)

$(B)/adapter/example/udp $(B)/adapter/example/udp.so: adapter/example/udp.c adapter/example/udp_stack.h
$(B)/adapter/example/tcp: adapter/example/tcp.c adapter/example/tcp_stack.h
$(B)/adapter/example/waits: adapter/example/waits.c adapter/example/udp.c adapter/example/udp_stack.h
$(EXAMPLES): $(HELPER) adapter/example/internet.h
	$(SAY) LINK $@
	$(Q)mkdir -p $(@D) && $(CC) -std=c99 $(WARNINGS) $(if $(DEV),-Werror) -O2 -g \
		$(if $(filter %.so,$@),-shared -fPIC) -o $@ $(firstword $(filter %.c,$^))

# That for a stack that calls back has lwIP.
CALLBACKS := $(B)/adapter/example/callbacks
ADAPTERS += $(if $(LWIP_HEADERS),$(CALLBACKS))

$(CALLBACKS): adapter/example/callbacks.c $(HELPER)
	$(SAY) LINK $@
	$(Q)mkdir -p $(@D) && $(CC) -D_GNU_SOURCE -std=c99 $(WARNINGS) $(if $(DEV),-Werror) -O2 -g \
		-isystem /usr/include/lwip -o $@ $< -llwip

# The upper tester of -t remote.
POSIX := $(B)/adapter/posix/posix
ADAPTERS += $(POSIX)

$(POSIX): adapter/posix/posix.c adapter/posix/card.c adapter/posix/counters.c adapter/posix/forget.c \
		$(wildcard adapter/posix/*.h) \
		adapter/socket_calls.h adapter/sockaddr.h $(HELPER)
	$(SAY) LINK $@
	$(Q)mkdir -p $(@D) && $(CC) -D_GNU_SOURCE -std=gnu11 $(WARNINGS) $(if $(DEV),-Werror) -O2 -g -o $@ \
		$(filter %.c,$^) -lpthread

# A plug-in of the original tool, for scripts/check-plug-in.
PLUG_IN := $(B)/adapter/example/plug_in.so
ADAPTERS += $(PLUG_IN)

$(PLUG_IN): adapter/example/plug_in.c adapter/plug_in.h
	$(SAY) LINK $@
	$(Q)mkdir -p $(@D) && $(CC) -D_GNU_SOURCE -std=c17 $(WARNINGS) $(if $(DEV),-Werror) -O2 -g -shared -fPIC \
		-o $@ $< -lpthread

# gVisor's sources are those of Debian's package, which only Debian's Go is sure to compile, without modules or network.
GO ?= /usr/bin/go
GVISOR := $(B)/adapter/gvisor/gvisor
GVISOR_FOLDER := /usr/share/gocode/src/gvisor.dev/gvisor
GVISOR_THERE := $(and $(shell command -v $(GO)),$(wildcard $(GVISOR_FOLDER)))
ADAPTERS += $(if $(GVISOR_THERE),$(GVISOR))

$(GVISOR): $(wildcard adapter/gvisor/*.go adapter/go/protodrill/*)
	$(SAY) GO $@
	$(Q)mkdir -p $(@D) $(B)/go/src && ln -sfn '$(abspath adapter/go/protodrill)' $(B)/go/src/protodrill
	$(Q)GO111MODULE=off GOFLAGS= GOPATH='$(abspath $(B)/go)':/usr/share/gocode $(GO) build -trimpath \
		-o $@ \
		-ldflags "-X main.release=$$(dpkg-query -W -f '$${Version}' golang-gvisor-gvisor-dev)" ./adapter/gvisor

# The example in Go, whose calls wait.
GO_EXAMPLE := $(B)/adapter/go/udp
ADAPTERS += $(if $(shell command -v $(GO)),$(GO_EXAMPLE))

$(GO_EXAMPLE): $(wildcard adapter/go/udp/*.go adapter/go/protodrill/*)
	$(SAY) GO $@
	$(Q)mkdir -p $(@D) $(B)/go/src && ln -sfn '$(abspath adapter/go/protodrill)' $(B)/go/src/protodrill
	$(Q)GO111MODULE=off GOFLAGS= GOPATH='$(abspath $(B)/go)' $(GO) build -trimpath -o $@ ./adapter/go/udp

# The example in Rust, which needs no crates.
RUSTC ?= rustc
RUST_EXAMPLE := $(B)/adapter/rust/udp
# A name alone is not enough: rustup has one also where no compiler was chosen.
RUST_THERE := $(shell $(RUSTC) --version 2>/dev/null)
ADAPTERS += $(if $(RUST_THERE),$(RUST_EXAMPLE))

$(RUST_EXAMPLE): adapter/rust/udp.rs adapter/rust/protodrill.rs
	$(SAY) RUSTC $@
	$(Q)mkdir -p $(@D) && MAKEFLAGS= $(RUSTC) --edition 2021 -O $(if $(DEV),-D warnings) -o $@ $<

LEFT_OUT := echo "adapters: left out, because scripts/install-deps --adapters has not been run:"
adapters: $(ADAPTERS)
	$(Q)$(if $(LWIP_HEADERS),true,$(LEFT_OUT) "lwip (liblwip-dev)")
	$(Q)$(if $(GVISOR_THERE),true,$(LEFT_OUT) "gvisor (golang-go, golang-gvisor-gvisor-dev)")
	$(Q)$(if $(RUST_THERE),true,echo "adapters: left out, because there is no rustc: the example in Rust")

check: all tests adapters $(REPLAYS)
	$(Q)scripts/check $(B) $(TESTS)

# libFuzzer brings main(), and wants to see the branches of everything that is linked to it.
FUZZ_B := build-fuzz
FUZZ_TARGETS := $(patsubst fuzz/%.c,$(B)/fuzz/%,$(sort $(wildcard fuzz/*.c)))
FUZZ_SECONDS ?= 30

$(FUZZ_TARGETS): %: %.o $(LIBRARY)
	$(SAY) LINK $@
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -fsanitize=fuzzer -o $@ $< $(LIBRARY) $(LIBS)

fuzz-targets: $(FUZZ_TARGETS)

fuzz:
	$(Q)$(MAKE) --no-print-directory fuzz-targets B=$(FUZZ_B) SANITIZE=fuzzer-no-link,address,undefined

check-fuzz: all
	$(Q)scripts/check-fuzz $(B) $(FUZZ_B) $(FUZZ_SECONDS)
	$(Q)scripts/check-shortage $(B)
	$(Q)scripts/check-ends $(B)
	$(Q)scripts/check-load $(B)

# What of the reference stack the cases reach: in a build of its own, since counting makes the program slow. Counts are
# written by exit(), so the processes that play have to end by it. Not optimized: a compiler that lets several lines
# share their code would count one of them as reached with the others.
COVERAGE_B := build-coverage
COVERAGE_LEAST ?= 97

coverage:
	$(Q)$(MAKE) --no-print-directory all B=$(COVERAGE_B) CFLAGS="-O0 -g --coverage -D_exit=exit" LDFLAGS=--coverage
	$(Q)scripts/line-coverage $(COVERAGE_B) $(COVERAGE_LEAST)

# Invariants of the reference stack, whatever arrives; in a few minutes.
mutate: all
	$(Q)$(B)/protodrill mutate --profile rfc testcases
	$(Q)$(B)/protodrill mutate --profile linux testcases

lint: $(GENERATED) $(EMBEDDED)
	$(Q)scripts/lint $(B)

run: all
	$(Q)scripts/run-example $(B)/protodrill

deb: all
	$(Q)scripts/build-deb $(B)

static: all
	$(Q)scripts/build-static $(B)

linux:
	$(Q)scripts/make-linux

bench: all adapters $(BENCHES)
	$(Q)$(B)/src/stack/stack_bench
	$(Q)$(B)/src/stack/congestion_bench
	$(Q)$(B)/src/target/process/process_bench $(filter-out %.so,$(ADAPTERS))
	$(Q)scripts/bench $(B)

install: all
	install -d $(DESTDIR)$(BINDIR) $(addprefix $(DESTDIR)$(MANDIR)/,man1 $(if $(wildcard docs/*.5),man5))
	install -m 755 $(B)/protodrill $(DESTDIR)$(BINDIR)/protodrill
	ln -f $(DESTDIR)$(BINDIR)/protodrill $(DESTDIR)$(BINDIR)/packetdrill
	install -m 644 $(wildcard docs/*.1) $(DESTDIR)$(MANDIR)/man1
	$(if $(wildcard docs/*.5),install -m 644 $(wildcard docs/*.5) $(DESTDIR)$(MANDIR)/man5)
	install -d $(DESTDIR)$(BASHDIR) $(DESTDIR)$(ZSHDIR) $(DESTDIR)$(DATADIR)
	install -m 644 docs/protodrill-plan.schema.json docs/protodrill-traits.schema.json $(DESTDIR)$(DATADIR)
	install -d $(addprefix $(DESTDIR)$(DATADIR)/,docs/tcp-by-experiment testcases/lessons)
	install -m 644 $(wildcard docs/tcp-by-experiment/*.md) $(DESTDIR)$(DATADIR)/docs/tcp-by-experiment
	install -m 644 $(wildcard testcases/lessons/*.pkt) $(DESTDIR)$(DATADIR)/testcases/lessons
	install -d $(DESTDIR)$(INCLUDEDIR)
	install -m 644 $(HELPER) adapter/plug_in.h $(DESTDIR)$(INCLUDEDIR)
	install -d $(DESTDIR)$(GODIR) $(DESTDIR)$(DATADIR)/rust
	install -m 644 $(wildcard adapter/go/protodrill/*) $(DESTDIR)$(GODIR)
	install -m 644 adapter/rust/protodrill.rs $(DESTDIR)$(DATADIR)/rust
	install -m 644 scripts/completion/protodrill.bash $(DESTDIR)$(BASHDIR)/protodrill
	install -m 644 scripts/completion/_protodrill $(DESTDIR)$(ZSHDIR)/_protodrill

clean:
	rm -rf $(B)

# Pages that need no network: lessons, requirements, states, defects. B/site/index.html.
site: all
	$(Q)scripts/site $(B) $(B)/site

.PHONY: site all adapters tests check coverage mutate deb fuzz fuzz-targets check-fuzz lint run static linux bench
.PHONY: install clean
.SECONDARY:
.DELETE_ON_ERROR:

-include $(patsubst %.c,$(B)/%.d,$(SOURCES) $(TEST_SOURCES)) $(REFERENCE).d $(FUZZ_TARGETS:=.d) \
	$(B)/fuzz/replay/main.d $(GENERATED:.c=.d) $(EMBEDDED:.c=.d)
