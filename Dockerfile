# Two images: `steps` runs what a rendered SageMaker pipeline calls, `serving` serves a local model over HTTP.
# docs/aws.md has the commands that build and push them; CI assembles and runs both without Docker (vitest.images.config.ts).
ARG NODE_IMAGE=node:22-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /src
COPY . .
# Packed, and installed as a user installs it. The only install scripts fetch what GPUs need.
RUN npm run --silent setup \
  && node scripts/pack.mjs /packed \
  && npm install --silent --no-audit --no-fund --ignore-scripts --prefix /app /packed/*.tgz \
  && rm -rf /app/node_modules/onnxruntime-node/bin/*/darwin /app/node_modules/onnxruntime-node/bin/*/win32 \
  && cp -r docker /app/docker

FROM ${NODE_IMAGE} AS base
ENV NODE_ENV=production NO_COLOR=1
COPY --from=build /app /app
RUN ln -s /app/node_modules/.bin/assay /usr/local/bin/assay

# Wants ASSAY_SERVE_TOKEN, unless SageMaker starts it (docker/serve.sh).
FROM base AS serving
EXPOSE 8080
ENTRYPOINT ["/app/docker/serve.sh"]

# The last one is what `docker build` makes without --target. The pipeline's definition names the entry point itself.
FROM base AS steps
WORKDIR /opt/ml
ENTRYPOINT ["assay", "step"]
