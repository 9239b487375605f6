# Flask (Python 3.13, pip): made by sh0.
FROM python:3.13 AS build
RUN apt-get update && apt-get install --yes --no-install-recommends gcc libpq-dev && rm -rf /var/lib/apt/lists/*
ENV PIP_NO_CACHE_DIR=1 \
    CI=true
COPY --from=uv:1 /usr/bin/uv /usr/bin/uv
RUN pip install uv
WORKDIR /app
RUN pip install -r requirements.txt
COPY . .
RUN rm -rf /root/.cache

FROM python:3.13-slim
RUN groupadd --gid 10001 app && useradd --uid 10001 --gid 10001 --create-home app && install -d -o 10001 -g 10001 /app
RUN apt-get update && apt-get install --yes --no-install-recommends libpq5 && rm -rf /var/lib/apt/lists/*
RUN ldconfig
ENV PORT=8000 \
    HOST=0.0.0.0 \
    PATH=/opt/venv/bin:$PATH \
    GREETING="two words" \
    EMPTY=""
WORKDIR /app
COPY --from=build --chown=10001:10001 /app /app
WORKDIR /app/apps/my web
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s CMD ["/bin/bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/$PORT && printf 'GET %s HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' /up | cat >&3 && read -r -t 4 _ status _ <&3 && [[ $status == [1-4]?? ]]"]
CMD ["/bin/sh", "-c", "exec gunicorn --bind 0.0.0.0:$PORT app:app"]
