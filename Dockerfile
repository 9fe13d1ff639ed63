# One image for every role; docker-compose.yml says which a container plays. Not yet run: see docs/operations.md.
FROM node:24-bookworm-slim AS build
WORKDIR /app
# All of it, as in the image below: the build is marked with its sources, and a start would make it anew if they differed.
COPY . .
RUN npm ci && npm run build

FROM node:24-bookworm-slim
ENV NODE_ENV=production CASEFOLD_HOST=0.0.0.0 CASEFOLD_DATA=/data
WORKDIR /app
COPY . .
RUN npm ci --omit=dev --ignore-scripts && mkdir -p /data/blobs && chown -R node:node /data
COPY --from=build /app/web/build ./web/build
USER node
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=6 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:3000/health').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "cli/main.ts", "up"]
