# Each target is one command that also runs by itself; nothing is hidden here.
#   REFERENCE=/path/to/a/C/mtproto-proxy for dual-run, drill and what uses them. CANDIDATE: another program than ours.
.POSIX:
.PHONY: build test smoke stability dual-run dual-run-report drill drill-report upgrade-drill upgrade-drill-report coverage-report container-build container-check clean

MVN = mvn -B -q
DOCKER = docker
IMAGE = mtproxy-java
OUTPUT = target/acceptance
reference = $${REFERENCE:?set REFERENCE to the path of a C mtproto-proxy}
candidate = $${CANDIDATE:+--candidate "$$CANDIDATE"}

build:
	$(MVN) package -Dmaven.test.skip=true
	bin/make-archive

test:
	tests/run

smoke:
	tests/smoke/run

stability:
	tests/stability/run

dual-run:
	bin/mtproxyctl dual-run --reference "$(reference)" $(candidate) --output $(OUTPUT)/dual-run

drill:
	bin/mtproxyctl drill --reference "$(reference)" $(candidate) --output $(OUTPUT)/drill

# Of ours by ours: needs no C program.
upgrade-drill:
	bin/mtproxyctl drill --upgrade $(candidate) --output $(OUTPUT)/upgrade-drill

# Three runs in a row each; what is written is to be committed.
dual-run-report:
	docs/acceptance/record dual-run "$(reference)" $(candidate)

drill-report:
	docs/acceptance/record drill "$(reference)" $(candidate)

upgrade-drill-report:
	docs/acceptance/record upgrade-drill $(candidate)

# Runs all tests and writes commands, results and counts into docs/functional-coverage.md.
coverage-report:
	tests/run --record

container-build:
	$(DOCKER) build -f packaging/container/Dockerfile -t $(IMAGE) .

# Stability, dual run and drill with the program that is in the image.
container-check:
	DOCKER="$(DOCKER)" IMAGE=$(IMAGE) packaging/container/check "$(reference)"

clean:
	$(MVN) clean
