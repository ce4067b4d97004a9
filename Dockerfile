# The server, alone on a base without a shell: `docker build --tag vigil .`
ARG RUST_VERSION=1.95

FROM rust:${RUST_VERSION}-slim-bookworm AS build
WORKDIR /source
COPY . .
# The caches live outside of the image, so the program is copied out of them.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/source/target \
    cargo build --locked --release --bin vigil \
    && cp target/release/vigil /vigil \
    && mkdir /data

# Of the same Debian as above, for its libc. Its user is `nonroot`, 65532.
FROM gcr.io/distroless/cc-debian12:nonroot
COPY --from=build /vigil /usr/local/bin/vigil
COPY --from=build --chown=65532:65532 /data /data
# Without a DATABASE_URL, the embedded database lies where the server is started.
WORKDIR /data
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
    CMD ["/usr/local/bin/vigil", "doctor", "--ready"]
ENTRYPOINT ["/usr/local/bin/vigil"]
CMD ["serve"]
