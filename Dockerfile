# The service in two stages. `make docker/steps` runs the first one's COPY and `RUN swift` lines without Docker.

FROM swift:6.3-bookworm AS build
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libpq-dev libhiredis-dev pkg-config \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src

# Dependencies first: this layer stays while only sources change. Package.resolved may be absent.
COPY Package.swift Package.resolved* ./
RUN swift package resolve

# The manifest names tests and floors too, so their folders have to be there.
COPY bench bench
COPY lua lua
COPY migrations migrations
COPY Sources Sources
COPY Tests Tests
COPY web web
RUN swift build -c release --product flashsale --static-swift-stdlib

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates libhiredis0.14 libpq5 libstdc++6 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin flashsale
COPY --from=build /src/.build/release/flashsale /usr/local/bin/flashsale
USER 10001:10001
EXPOSE 8080 8081
STOPSIGNAL SIGTERM

# bash opens the connection itself: nothing to install.
HEALTHCHECK --interval=5s --timeout=3s --start-period=20s --retries=3 CMD ["bash", "-c", \
    "exec 3<>\"/dev/tcp/127.0.0.1/${HTTP_PORT:-8080}\" && printf 'GET /health/live HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n' >&3 && read -r line <&3 && [[ $line == *' 200 '* ]]"]

ENTRYPOINT ["flashsale"]
CMD ["serve", "--migrate"]
