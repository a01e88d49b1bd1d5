# Every command a person types. `make` alone prints them; what is longer than a line is in scripts/.

SWIFT ?= swift
BUILD_FLAGS ?=
REPEAT ?= 3
FORMATTED = Package.swift Sources Tests fuzz bench lua migrations web
export SWIFT BUILD_FLAGS

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: $(shell awk -F: '/^[a-z\/]+:.*## / { print $$1 }' $(MAKEFILE_LIST))

help: ## print this
	@awk -F ':.*## ' '/^[a-z\/]+:.*## / { printf "make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

bootstrap: ## install what this machine lacks (Debian; needs root or sudo only when something is missing)
	@scripts/bootstrap

build: ## debug build
	$(SWIFT) build $(BUILD_FLAGS)

release: ## optimised build of the service
	$(SWIFT) build -c release --static-swift-stdlib --product flashsale $(BUILD_FLAGS)

run: ## the service with its own PostgreSQL and Redis in .local; prints what to try
	@scripts/run

test: bootstrap ## every check and test, fast to slow; what CI runs
	@scripts/test lint compose build deployment TidyTests CoreTests SimulationTests DriverTests AdapterTests FuzzTests HistoryTests \
		SystemTests http pages faults

test/unit: ## rules and use cases; no servers
	@scripts/test build CoreTests

simulate: ## the core on virtual time while all breaks; SEED=7 tells one run, SEEDS=9000 MODE=liveness runs more
	@SIMULATE_SEED=$(SEED) SIMULATE_SEEDS=$(SEEDS) SIMULATE_MODE=$(MODE) SIMULATE_BUG=$(BUG) \
		scripts/test build SimulationTests.CampaignTests

test/drivers: ## PostgreSQL, Redis and HTTP drivers on real servers
	@scripts/test build DriverTests

test/adapters: ## ports on the fake and the real thing, routes
	@scripts/test build AdapterTests

test/history: ## the history checker and its planted bugs
	@scripts/test build HistoryTests

test/system: ## the built service: rush, crash, drain
	@scripts/test build SystemTests

test/restarts: bootstrap ## instances restarted and killed under load behind nginx and haproxy, ROUNDS=4 times each
	@scripts/test build
	@scripts/restarts $(or $(ROUNDS),4) $(WRITE)

test/deployment: bootstrap ## deployment files against each other, the settings, and the proxies that read them
	@scripts/test build deployment

test/manifests: ## the same files under linters: Kubernetes' schemas, yamllint, hadolint, systemd-analyze
	@scripts/bootstrap manifests
	@scripts/manifests

test/http: bootstrap ## over 500 cases of HTTP, byte for byte, to the built service and through nginx and haproxy
	@scripts/test build http

test/pages: bootstrap ## storefront and live view in headless Chromium, before, during and after a sale
	@scripts/test build pages

screenshots: ## the pictures of docs/images, taken anew
	@scripts/bootstrap pages
	@$(MAKE) --no-print-directory build
	@scripts/with-service LOG_LEVEL=error SALE_SCHEDULE=off AUDIT_SECONDS=10 \
		/usr/bin/python3 -B Tests/Pages --pictures docs/images

test/faults: ## the short fault runs, on the debug build
	@scripts/test build faults

test/api: ## docs/openapi.yaml against the built service: made-up requests and walks along its links, EXAMPLES=20 each
	@scripts/bootstrap api
	@scripts/test build api

test/telemetry: ## traces and metrics of the built service, read by OpenTelemetry's and Prometheus' own decoders
	@scripts/bootstrap telemetry
	@$(MAKE) --no-print-directory build
	@.local/telemetry/bin/python Tests/TelemetryContract

test/tsan: ## rules, drivers and a rush on the service under the thread sanitizer
	@scripts/bootstrap run
	@scripts/tsan $(ONLY)

fuzz: ## libFuzzer with the address sanitizer on every parser, SECONDS=60 each; ONLY='http json' chooses
	@scripts/bootstrap run
	@scripts/fuzz $(or $(SECONDS),60) $(ONLY)

test/monitoring: ## alerts, dashboards and metrics on the real Prometheus, through a sale with faults; minutes
	@scripts/bootstrap monitoring
	@$(MAKE) --no-print-directory build
	@scripts/monitoring test

test/rules: ## what of it needs no service: configuration, each alert both ways, runbook links, dashboards
	@scripts/bootstrap monitoring
	@scripts/monitoring static

test/repeat: ## all tests REPEAT=3 times, to find those that fail sometimes
	@scripts/test --repeat $(REPEAT) build TidyTests CoreTests SimulationTests DriverTests AdapterTests FuzzTests HistoryTests SystemTests

monitoring: ## Prometheus and Alertmanager beside two instances with a small sale; prints the addresses
	@scripts/bootstrap monitoring
	@$(MAKE) --no-print-directory build
	@scripts/monitoring serve

model: ## the purchase protocol, explored to its end by TLC, and its broken variants; NAME=copies chooses
	@scripts/bootstrap model
	@scripts/model $(NAME)

bench: ## throughput, latency and CPU of the release build; ONLY='flow soak' chooses, scripts/bench --help explains
	@scripts/bootstrap bench
	@scripts/bench $(ONLY)

bench/quick: ## the same in a few minutes, to see whether it works
	@scripts/bootstrap bench
	@scripts/bench --quick $(ONLY)

bench/floors: ## what HTTP, Redis, PostgreSQL and the disk cost without the service
	@scripts/bootstrap bench
	@scripts/bench floors

bench/instructions: ## how many instructions a request costs the service, thread by thread, and where
	@scripts/bootstrap bench
	$(SWIFT) build -c release --static-swift-stdlib --product flashsale $(BUILD_FLAGS)
	$(SWIFT) build -c release --static-swift-stdlib --product flashsale-load $(BUILD_FLAGS)
	@scripts/bench-instructions

bench/traces: ## what traces cost, and what shoppers notice of a collector that is dead, silent, busy or refusing
	@scripts/bootstrap bench
	$(SWIFT) build -c release --static-swift-stdlib --product flashsale $(BUILD_FLAGS)
	$(SWIFT) build -c release --static-swift-stdlib --product flashsale-load $(BUILD_FLAGS)
	@scripts/bench-traces

bench/telemetry: ## nanoseconds of a counter, a histogram, a span
	@$(SWIFT) build -c release --static-swift-stdlib --product TelemetryCost $(BUILD_FLAGS)
	@$$($(SWIFT) build -c release --show-bin-path $(BUILD_FLAGS))/TelemetryCost

bench/compare: ## this tree against BASE=<git ref>, measured in turn
	@scripts/bootstrap bench
	@scripts/bench-compare $(BASE)

faults: ## everything around the service breaks, promises are checked; ONLY='redis-emptied …' SEED=7 choose
	@scripts/bootstrap
	@scripts/faults $(if $(SEED),--seed $(SEED)) $(ONLY)

format: ## rewrite all Swift files in the project's format
	$(SWIFT) format --in-place --parallel --recursive --configuration .swift-format $(FORMATTED)

lint: ## format and style of Swift, Lua and shell
	@scripts/lint $(FORMATTED)

tidy: ## the tree's own rules
	@scripts/test build TidyTests

verify: ## every import is a declared dependency
	$(SWIFT) build --build-tests --explicit-target-dependency-import-check error $(BUILD_FLAGS)

db/psql: ## psql on DATABASE_URL, or on the private server of `make run`
	@psql "$${DATABASE_URL:-$$(scripts/postgres start .local/postgres)}"

db/reset: ## delete the data of `make run`, both record and gate
	@scripts/reset

redis/cli: ## redis-cli on REDIS_URL, or on the private server of `make run`
	@redis-cli -u "$${REDIS_URL:-$$(scripts/redis start .local/redis)}"

compose/check: ## is docker-compose.yml valid?
	@ADMIN_TOKEN=x GRAFANA_PASSWORD=x docker-compose --file docker-compose.yml config --quiet && echo "docker-compose.yml is valid"

docker/steps: ## what `docker build` would do, without a container engine
	@scripts/docker-steps

hooks: ## lint staged Swift files before each commit
	git config core.hooksPath .githooks

clean: ## delete build products, not data
	rm -rf .build
