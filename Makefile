# What a bare Debian 12 with Swift 6.2 or later needs besides, to build and to test.
PACKAGES = libsqlite3-dev libdnnl-dev zlib1g-dev libpng-dev libjpeg62-turbo-dev libssl-dev libzstd-dev dataset-fashion-mnist sqlite3
PREFIX ?= /usr/local
RELEASE = swift build -c release --static-swift-stdlib --product gan-runs
SUDO = $(if $(filter 0,$(shell id -u)),,sudo)

.PHONY: build debug test test-slurm test-pages test-csv reference torture fuzz bench bench-checkpoints bench-queries bench-sweeps bench-test lint format demo \
	install packages clean

build: packages
	$(RELEASE)

# Installs only what is missing, and says so.
packages:
	@missing=$$(for p in $(PACKAGES); do \
	  dpkg-query -W -f '$${Status}' $$p 2>/dev/null | grep -q '^install ok installed' || echo $$p; done); \
	if [ -n "$$missing" ]; then \
	  echo "installing with apt-get:" $$missing; \
	  $(SUDO) apt-get update -qq && \
	  DEBIAN_FRONTEND=noninteractive $(SUDO) apt-get install -y -qq --no-install-recommends $$missing >/dev/null; fi

# The tests call the release program as a user would, and the debug one to compare bits.
test: build reference
	swift build --build-tests
	swift test --skip-build

# PyPI's safetensors, which the reader is compared with. Where it can't be had, that is said, and those
# tests are skipped.
reference:
	@test -x .build/python/bin/python || { \
	  python3 -m venv .build/python && .build/python/bin/pip install -q --disable-pip-version-check \
	    safetensors==0.8.0; } || { rm -rf .build/python; \
	  echo "no safetensors of PyPI (Debian: apt install python3-venv): files are not compared" >&2; }

# Runs the release program and its peers side by side: docs/benchmarks.md. All of it takes some 20
# minutes and writes that page; CASE=ring ROUNDS=3 THREADS=1 takes a part, COMPILE=1 adds
# torch.compile, and WRITE=1 writes whatever was measured.
bench: build bench-test
	PYTHONPATH=Benchmarks python3 -m bench $(if $(CASE),--case $(CASE)) \
	  $(if $(ROUNDS),--rounds $(ROUNDS)) $(if $(THREADS),--threads $(THREADS)) \
	  $(if $(COMPILE),--compile) $(if $(WRITE),--write)
	$(if $(CASE),,$(MAKE) bench-checkpoints bench-queries bench-sweeps)

# Checkpoints saved and loaded, beside Python's sqlite3; a few minutes, 5 GB of the temporary folder.
bench-checkpoints:
	swift build -c release --static-swift-stdlib --product checkpoint-bench
	PYTHONPATH=Benchmarks python3 -m bench.checkpoints --write $(if $(ROUNDS),--rounds $(ROUNDS)) \
	  $(if $(PYTHON),--python $(PYTHON))

# Questions to a registry of 1,000 runs; PEERS=1 asks MLflow and trackio too (a quarter of an hour, most of
# it to install and fill MLflow), LARGE=1 registries of 10,000 runs (ten minutes, 4 GB).
bench-queries: build
	swift build -c release --static-swift-stdlib --product registry-bench
	PYTHONPATH=Benchmarks python3 -m bench.queries --write $(if $(LARGE),--large) $(if $(PEERS),--trackers)

# How near the samplers of sweeps come to known minima, and how fast a registry takes trials, beside Optuna; a
# few minutes.
bench-sweeps: build
	swift build -c release --static-swift-stdlib --product sweep-bench
	PYTHONPATH=Benchmarks python3 -m bench.sweeps --write

# The tests of what measures, in seconds.
bench-test:
	@command -v python3 >/dev/null || { \
	  echo "the benchmarks need python3 3.11 or later (Debian: apt install python3-venv)" >&2; exit 1; }
	PYTHONPATH=Benchmarks python3 -m unittest discover --quiet -s Benchmarks/tests

# Pages that compare runs, in headless Chromium at 1280 and 390 pixels (Debian: apt install chromium): fit,
# keyboard, console, network. Their pictures are left in .build/pages, to be looked at.
test-pages: build
	sh Tests/Pages/pages.sh .build/release/gan-runs .build/pages

# Exported CSV as pandas, R and LibreOffice read it, those that are installed.
test-csv: build
	$(or $(PYTHON),python3) Tests/Exchanged/csv_readers.py .build/release/gan-runs

# Scripts of `sweep slurm` on a Slurm of two nodes, started on loopback and ended again; two minutes. Where none can
# run, for want of root or of Debian's packages, that is said, and fails only under CI=true.
test-slurm: build
	@$(MAKE) -s packages PACKAGES="slurm-wlm munge" || true
	bash Tests/Slurm/slurm.sh .build/release/gan-runs

# Long campaigns, hours of them: TESTING.md. CAMPAIGN=KillTests takes those of one suite; STRIDE=10 makes
# every tenth of what a campaign would go through one by one.
torture: build reference
	swift build --build-tests
	GAN_RUNS_TORTURE=$(or $(STRIDE),1) bash -o pipefail -c "swift test --skip-build --filter '$(CAMPAIGN).*[tT]orture' | \
	  grep -v -e 'Test case passing' -e ' started\\.$$' -e '^Test Suite'"

# libFuzzer chooses strangers' bytes for each reader, FUZZ_SECONDS (60) long. What it finds a fault with
# joins the corpus, where `make test` repeats it; what widens the coverage stays under .build-fuzz.
# Of several -sanitize the Swift compiler takes the last alone, so both stand in one.
# No leaks are looked for: Swift's statics hold memory by pointers that LeakSanitizer does not see.
FUZZ_SECONDS ?= 60
FUZZ_BUILD = .build-fuzz
FUZZ_ASAN = detect_leaks=0:malloc_context_size=1:quarantine_size_mb=4
FUZZ_CORPUS = Tests/FuzzTests/Corpus
fuzz: packages
	GAN_RUNS_FUZZ=1 swift build -c release --scratch-path $(FUZZ_BUILD) --sanitize fuzzer \
	  -Xswiftc -sanitize=fuzzer,address -Xcc -fsanitize=address --product fuzz
	@set -e; for target in $(or $(TARGET),safetensors configuration sweep registry); do \
	  echo "fuzzing $$target for $(FUZZ_SECONDS) s"; mkdir -p $(FUZZ_BUILD)/corpus/$$target; \
	  SWIFT_BACKTRACE=enable=no ASAN_OPTIONS=$(FUZZ_ASAN) FUZZ_TARGET=$$target \
	    $(FUZZ_BUILD)/release/fuzz \
	    -max_total_time=$(FUZZ_SECONDS) -timeout=20 -malloc_limit_mb=64 -rss_limit_mb=1024 \
	    -max_len=4096 -print_final_stats=1 -verbosity=0 \
	    $$(test ! -f $(FUZZ_CORPUS)/$$target.dict || echo -dict=$(FUZZ_CORPUS)/$$target.dict) \
	    -artifact_prefix=$(FUZZ_CORPUS)/$$target/ \
	    $(FUZZ_BUILD)/corpus/$$target $(FUZZ_CORPUS)/$$target \
	    $$(test $$target != configuration || echo Sources/Configuration/Presets) \
	    $$(test $$target != sweep || echo Sources/Sweeps/BuiltIn); done

lint:
	swift format lint --strict --recursive --parallel Package.swift Sources Tests migrations Examples

format:
	swift format --in-place --recursive --parallel Package.swift Sources Tests migrations Examples

demo: build
	@sh docs/demo.sh .build/release/gan-runs

install: build
	install -D -m 755 .build/release/gan-runs $(DESTDIR)$(PREFIX)/bin/gan-runs
	@cd $(DESTDIR)$(PREFIX) && mkdir -p share/bash-completion/completions share/zsh/site-functions \
	  share/fish/vendor_completions.d && script="bin/gan-runs --generate-completion-script" && \
	$$script bash >share/bash-completion/completions/gan-runs && \
	$$script zsh >share/zsh/site-functions/_gan-runs && \
	$$script fish >share/fish/vendor_completions.d/gan-runs.fish

clean:
	rm -rf .build .build-fuzz demo Benchmarks/.build Benchmarks/.venv
