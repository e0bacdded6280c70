# Build with `make docker`, or: docker build -t redis-exporter .
# Both images need Node 20.15 or newer, at the place the official images have it, and a shell; the
# build image needs npm besides. A mirror or a pinned digest is named by --build-arg NODE_IMAGE=…
ARG NODE_IMAGE=node:24-slim
ARG BUILD_IMAGE=${NODE_IMAGE}

FROM ${BUILD_IMAGE} AS build
WORKDIR /build
# The packages come before the sources, so that a changed source does not install them again.
# No package needs its install script here, so none of them gets to run one.
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json ./
COPY src src
# The bundle tells them in --version and in its metrics.
ARG REVISION
ARG CREATED
RUN npm run build

# What V8 compiles of the exporter, so that no start has to: for the very Node that runs it, which
# may be another one than that of the build.
FROM ${NODE_IMAGE} AS compiled
WORKDIR /app
COPY --from=build /build/bin bin
RUN node bin/write-code-cache.js bin/redis-exporter > /dev/null

FROM ${NODE_IMAGE}
# The bundle needs no package, so the base's package managers would only be there to be misused.
RUN cd /usr/local \
  && rm -rf lib/node_modules bin/npm bin/npx bin/corepack bin/yarn bin/yarnpkg /opt/yarn-*
WORKDIR /app
COPY LICENSE ./
COPY --from=compiled /app/bin/redis-exporter /app/bin/redis-exporter.cache /app/bin/package.json \
  /app/bin/THIRD-PARTY-LICENSES.txt bin/

# Each thread of Node would keep memory of its own that it does not give back: a sixth of all that the
# exporter holds. And what a snapshot of a target took, between others, would not be given back when hundreds of
# targets go.
ENV MALLOC_ARENA_MAX=1 MALLOC_MMAP_THRESHOLD_=32768
# A number, not a name: Kubernetes can prove only of a number that it is not root (runAsNonRoot).
# The files belong to root, so the exporter cannot change itself; it writes none, so the root file
# system may be read-only.
USER 65532:65532
EXPOSE 9121

# Node asks for itself, so the image needs no curl. An empty host means every interface, so the
# loopback address will answer. A port given by flag instead of environment is not seen here. By https
# first: who asks a port of TLS otherwise is counted among those that it refuses.
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s --retries=3 CMD [ "node", "-e", \
  "const { REDIS_EXPORTER_WEB_PROBE_ADDRESS: probes, REDIS_EXPORTER_WEB_LISTEN_ADDRESS: all } = process.env; \
   const [address] = (probes || all || ':9121').split(','); \
   const colon = address.lastIndexOf(':'); \
   const host = address.slice(0, colon).replace(/[[\\]]/g, '') || '127.0.0.1'; \
   const port = address.slice(colon + 1); \
   const place = address.startsWith('unix:') ? { socketPath: address.slice(7) } : { host, port }; \
   const ask = (scheme, otherwise) => require('node:' + scheme) \
     .get({ ...place, path: '/healthz', rejectUnauthorized: false }, ({ statusCode }) => \
       process.exit([200, 401].includes(statusCode) ? 0 : 1)).on('error', otherwise); \
   ask('https', () => ask('http', () => process.exit(1)))" ]

# Without a shell between: Node is process 1 itself, and SIGTERM reaches it.
ENTRYPOINT ["node", "/app/bin/redis-exporter"]
CMD []

# What changes with every build stands last, so that everything above can come from the cache.
ARG VERSION=unknown
ARG REVISION=unknown
ARG CREATED=unknown
LABEL org.opencontainers.image.title="redis-exporter" \
  org.opencontainers.image.description="Prometheus exporter for Redis and Valkey" \
  org.opencontainers.image.licenses="MIT" \
  org.opencontainers.image.version="${VERSION}" \
  org.opencontainers.image.revision="${REVISION}" \
  org.opencontainers.image.created="${CREATED}"
