# Go: made by sh0.
FROM golang:1 AS build
WORKDIR /app
RUN go mod download
COPY . .
RUN go build -o /app/bin/server

FROM debian:12
RUN groupadd --gid 10001 app && useradd --uid 10001 --gid 10001 --create-home app && install -d -o 10001 -g 10001 /app
ENV PORT=8080 \
    HOST=0.0.0.0
WORKDIR /app
COPY --from=build --chown=10001:10001 /app/bin/server /app/bin/server
COPY --from=build /usr/share/zoneinfo /usr/share/zoneinfo
USER 10001:10001
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s CMD ["/bin/bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/$PORT && printf 'GET %s HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' / | cat >&3 && read -r -t 4 _ status _ <&3 && [[ $status == [1-4]?? ]]"]
CMD ["/app/bin/server"]
