# An index of what can be done here; the npm scripts do the work.
.DEFAULT_GOAL := help
SHELL := /bin/sh
# tsx would leave its cache in the system's folder for temporary files.
export TSX_DISABLE_CACHE = 1

IMAGE ?= redis-exporter
NODE_IMAGE ?= node:24-slim

.PHONY: help deps run test check bench torture docs fixtures docker clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z\/-]+:.*## / { printf "  make %-20s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

deps: node_modules/.package-lock.json ## install the npm packages from the lock file

node_modules/.package-lock.json: package.json package-lock.json
	npm ci
	@touch $@

bin/redis-exporter: node_modules/.package-lock.json $(shell find src -name '*.ts') package.json ## build the exporter: one file, runs without node_modules
	npm run --silent build

run: bin/redis-exporter ## run the exporter on 127.0.0.1:9121; without REDIS_URL it starts a demonstration Redis
	@node --import tsx test/demo/run.ts

test: deps ## everything: format, lint, types, unit, integration, end to end
	npm test

check: deps ## the fast part, before a push: format, lint, types, unit tests
	npm run check

bench: bin/redis-exporter ## measure side by side with bare node:http and the Go exporter; ONLY=keys takes a part (ONLY=--help lists them)
	npm run --silent bench -- $(ONLY)

torture: bin/redis-exporter ## attack the exporter for 25 minutes: fuzzing, then churn; ONLY=fuzz takes a part, SEED=N repeats a find
	npm run --silent torture -- $(ONLY)

docs: deps ## write the references of the options and the metrics, and the alerts
	npm run --silent docs

fixtures: deps ## record replies from the redis-server of this machine (REDIS_SERVER names another) into test/fixtures
	npm run --silent fixtures

docker: ## build the container image with docker, podman or buildah, whichever is there
	IMAGE=$(IMAGE) NODE_IMAGE=$(NODE_IMAGE) sh kubernetes/build-image.sh

clean: ## remove what the other targets made
	rm -rf bin coverage node_modules *.tgz
