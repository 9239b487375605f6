# Node: made by sh0.
FROM node:22
RUN groupadd --gid 10001 app && useradd --uid 10001 --gid 10001 --create-home app && install -d -o 10001 -g 10001 /app
ENV PORT=3000 \
    HOST=0.0.0.0
WORKDIR /app
COPY --chown=10001:10001 . .
USER 10001:10001
EXPOSE 3000
CMD ["node", "a.js"]
