#!/bin/sh
# Builds the container image with the builder that this machine has. Called by `make docker`.
#   IMAGE              the image's name, with or without a tag (default: redis-exporter)
#   NODE_IMAGE         the base image (default: the one in the Dockerfile)
#   CONTAINER_BUILDER  docker, podman or buildah, when the choice should not be left to this script
# Arguments go to the builder's build command; its own variables, such as BUILDAH_ISOLATION and
# STORAGE_DRIVER, are left as they are.
set -eu
cd "$(dirname "$0")/.."

# A docker client without a daemon behind it cannot build, so only an answer counts.
can_build() {
  command -v "$1" >/dev/null 2>&1 || return 1
  [ "$1" != docker ] || docker info >/dev/null 2>&1
}

builder=${CONTAINER_BUILDER:-}
if [ -z "$builder" ]; then
  for candidate in docker podman buildah; do
    if can_build "$candidate"; then
      builder=$candidate
      break
    fi
  done
fi
if [ -z "$builder" ]; then
  echo 'build-image: needs docker with a running daemon, podman, or buildah; found none of them' >&2
  echo 'build-image: on Debian: apt-get install buildah netavark' >&2
  exit 1
fi

version=$(sed -n 's/^  "version": "\(.*\)",$/\1/p' package.json)
revision=$(git describe --always --dirty --abbrev=40 --exclude '*' 2>/dev/null || echo unknown)
created=$(date -u +%Y-%m-%dT%H:%M:%SZ)

# A colon after the last slash is a tag; one before it is a registry's port.
image=${IMAGE:-redis-exporter}
case ${image##*/} in
  *:*) set -- "$@" --tag "$image" ;;
  *) set -- "$@" --tag "$image:$version" --tag "$image:latest" ;;
esac
[ -z "${NODE_IMAGE:-}" ] || set -- "$@" --build-arg "NODE_IMAGE=$NODE_IMAGE"

# Podman and buildah write OCI images unless told otherwise, and those cannot hold a HEALTHCHECK.
BUILDAH_FORMAT=docker
export BUILDAH_FORMAT

echo "build-image: $image, version $version, revision $revision, by $builder"
exec "$builder" build \
  --build-arg "VERSION=$version" \
  --build-arg "REVISION=$revision" \
  --build-arg "CREATED=$created" \
  "$@" .
