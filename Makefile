# What a bare Debian 12 with Swift 6.2 or later needs besides, to build and to test.
PACKAGES = libsqlite3-dev libdnnl-dev zlib1g-dev libpng-dev libjpeg62-turbo-dev libssl-dev dataset-fashion-mnist sqlite3
PREFIX ?= /usr/local
RELEASE = swift build -c release --static-swift-stdlib --product gan-runs
SUDO = $(if $(filter 0,$(shell id -u)),,sudo)

.PHONY: build debug test torture lint format demo install packages clean

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
test: build
	swift build --build-tests
	swift test --skip-build

# Long campaigns: a hundred kills, five minutes of concurrent writers.
torture: build
	swift build --build-tests
	GAN_RUNS_TORTURE=1 swift test --skip-build --filter torture

lint:
	swift format lint --strict --recursive --parallel Package.swift Sources Tests migrations

format:
	swift format --in-place --recursive --parallel Package.swift Sources Tests migrations

demo: build
	@sh docs/demo.sh .build/release/gan-runs

install: build
	install -D -m 755 .build/release/gan-runs $(DESTDIR)$(PREFIX)/bin/gan-runs

clean:
	rm -rf .build demo
