# One image for every role; docker-compose.yml says which a container plays. Not run yet: see docs/operations.md.
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc vite.config.ts tsconfig.json ./
COPY web ./web
COPY domain ./domain
COPY platform ./platform
COPY commands ./commands
COPY read-api ./read-api
RUN npm ci --omit=optional && npm run build

FROM node:24-bookworm-slim
ENV NODE_ENV=production CASEFOLD_HOST=0.0.0.0 CASEFOLD_DATA=/data
WORKDIR /app
COPY . .
RUN npm ci --omit=dev --ignore-scripts && mkdir -p /data/blobs && chown -R node:node /data /app/web
COPY --from=build --chown=node:node /app/web/build ./web/build
USER node
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=6 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:3000/health').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "cli/main.ts", "up"]
