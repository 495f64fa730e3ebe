# Two images: `steps` runs what a rendered SageMaker pipeline calls, `serving` serves a local model over HTTP.
# docs/aws.md has the commands that build and push them.
ARG NODE_IMAGE=node:22-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY . .
# Compiled with everything, then installed again with what runs alone.
RUN npm run --silent setup \
  && rm -rf node_modules packages/*/node_modules benchmarks/node_modules \
  && CI=true npx -y pnpm@12.21.0 install --frozen-lockfile --prod \
  && find . -name '*.tsbuildinfo' -not -path './node_modules/*' -delete

FROM ${NODE_IMAGE} AS base
ENV NODE_ENV=production NO_COLOR=1
COPY --from=build /app /app
RUN ln -s /app/packages/cli/dist/main.js /usr/local/bin/assay && chmod +x /app/packages/cli/dist/main.js

# Wants ASSAY_SERVE_TOKEN, unless SageMaker starts it (docker/serve.sh).
FROM base AS serving
EXPOSE 8080
ENTRYPOINT ["/app/docker/serve.sh"]

# The last one is what `docker build` makes without --target. The pipeline's definition names the entry point itself.
FROM base AS steps
WORKDIR /opt/ml
ENTRYPOINT ["assay", "step"]
