# The front door of the project. `make help` lists what it opens; the work is done in scripts/.

# What `make demo` hands on, as in `make demo ARGS=--exit`.
ARGS ?=
# Where `make bench` and `make bench-peers` write their figures as JSON; empty: the terminal only.
BENCH_JSON ?=
# Where `make install` puts things: $(DESTDIR)$(PREFIX)/bin and so on.
DESTDIR ?=
PREFIX ?= /usr

export BENCH_JSON DESTDIR PREFIX

.DEFAULT_GOAL := help
.PHONY: help bootstrap build release test check format lint demo bench bench-peers simulate histories \
	nightly mutants tamper models oracles fhir-clients protocols vectors fuzz dictionary clean \
	install deb test-deb

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

bootstrap: ## install what is missing of the Debian packages that the build needs
	@scripts/bootstrap

build: bootstrap ## build for development
	@swift build

release: bootstrap ## build the two programs for use, linked to the Swift runtime statically
	@scripts/release

test: bootstrap ## run every test, then check the golden vectors with an independent reader
	@scripts/test

check: bootstrap ## what to run before pushing: format, warnings, imports, tests, scripts, unit
	@scripts/check

format: ## rewrite the Swift files in the project's format
	@scripts/format

lint: ## check the format of the Swift files and the syntax of the scripts
	@scripts/lint

demo: bootstrap ## three sites on this machine, from enrolment to a resolved conflict
	@scripts/demo $(ARGS)

bench: bootstrap ## measure; BENCH_JSON=FILE keeps the figures
	@scripts/bench

bench-peers: bootstrap ## the same rows with PostgreSQL and Syncthing, as ratios
	@scripts/bench-peers

simulate: bootstrap ## run simulated worlds; SEED=n WORLDS=n SHRINK=1 VERBOSE=1
	@scripts/simulate

histories: bootstrap ## hold the resolver against the reference model; SEED=n HISTORIES=n
	@scripts/histories

nightly: bootstrap ## run simulated worlds for as long as a night allows; NIGHT_SECONDS=n
	@scripts/nightly

protocols: ## generate the Swift code of Protocols/*.proto (needs protoc)
	@scripts/generate-protocols

mutants: bootstrap ## show that each known wrong line is seen by a test or a simulated world
	@scripts/mutants

tamper: bootstrap ## the tamper report: every change of an audit log, and what catches it
	@scripts/tamper

vectors: ## check the golden vectors with the readers that share no code with the product
	@scripts/vectors

oracles: ## hold three merge libraries against the golden vectors of merging (needs PyPI)
	@scripts/oracles

fhir-clients: ## let fhirpy and fhirclient work at a node, two of them racing (needs PyPI)
	@scripts/fhir-clients

models: ## search every state of the small models of the protocol (needs spin)
	@scripts/models

fuzz: bootstrap ## feed the readers of outside bytes with noise
	@scripts/fuzz $(ARGS)

dictionary: bootstrap ## train a compression dictionary on generated patients
	@scripts/train-dictionary

clean: ## remove what the build and the demonstration left
	@rm -rf .build .build-mutants .build-oracles .build-fhir-clients demo-sites

install: ## install programs, unit, manual pages and sample (after `make release`)
	@scripts/install

deb: release ## the Debian package, from `make release` (needs debhelper and lintian)
	@scripts/deb

test-deb: ## install, upgrade, remove and purge that package in a root of its own (needs root)
	@scripts/test-deb
