import type { SpanExporter } from '@opentelemetry/sdk-trace-base';
import { assayVersion } from '../assay-version.ts';
import type { Observers } from './observers.ts';
import { traceHooks } from './trace-hooks.ts';

const PACKAGES = [
  '@opentelemetry/api',
  '@opentelemetry/resources',
  '@opentelemetry/sdk-trace-base',
  '@opentelemetry/exporter-trace-otlp-http',
] as const;

/** Longest wait for the collector when the run is over, in milliseconds. */
const CLOSE_MS = 5_000;
/** Spans that may wait for the collector; what comes beyond them is dropped. Some 50 MB. */
const MAX_QUEUE = 65_536;

interface OpenTelemetry {
  readonly api: typeof import('@opentelemetry/api');
  readonly resources: typeof import('@opentelemetry/resources');
  readonly sdk: typeof import('@opentelemetry/sdk-trace-base');
  readonly exporter: typeof import('@opentelemetry/exporter-trace-otlp-http');
}

async function loadOpenTelemetry(): Promise<OpenTelemetry> {
  const [api, resources, sdk, exporter] = await Promise.all([
    import('@opentelemetry/api'),
    import('@opentelemetry/resources'),
    import('@opentelemetry/sdk-trace-base'),
    import('@opentelemetry/exporter-trace-otlp-http'),
  ]);
  return { api, resources, sdk, exporter };
}

/** What the environment asks for, by OpenTelemetry's own rules: nothing, OTLP, or something that is not spoken here. */
export function tracesAskedFor(env: NodeJS.ProcessEnv): 'none' | 'otlp' | { readonly unknown: string } {
  const exporter = env.OTEL_TRACES_EXPORTER?.trim();
  const endpoint = env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT || env.OTEL_EXPORTER_OTLP_ENDPOINT;
  if (env.OTEL_SDK_DISABLED?.toLowerCase() === 'true') return 'none';
  if (!exporter && !endpoint) return 'none';
  if (exporter && exporter !== 'otlp') return exporter === 'none' ? 'none' : { unknown: `exporter ${exporter}` };
  const protocol = env.OTEL_EXPORTER_OTLP_TRACES_PROTOCOL || env.OTEL_EXPORTER_OTLP_PROTOCOL;
  return protocol === 'grpc' ? { unknown: 'protocol grpc' } : 'otlp';
}

/**
 * Traces by OTLP over HTTP, where OTEL_EXPORTER_OTLP_ENDPOINT or OTEL_TRACES_EXPORTER ask for them. Headers, timeouts,
 * sampling and resource attributes are the SDK's own environment variables.
 */
export async function openTraces(
  env: NodeJS.ProcessEnv,
  note: (text: string) => void,
  load: () => Promise<OpenTelemetry> = loadOpenTelemetry,
): Promise<Observers | undefined> {
  const asked = tracesAskedFor(env);
  if (asked === 'none') return undefined;
  if (asked !== 'otlp') {
    note(`no traces: ${asked.unknown} is not known here; otlp over http/json is`);
    return undefined;
  }
  const loaded = await load().catch(() => undefined);
  if (loaded === undefined) {
    note(`no traces, though the environment asks for them: npm install ${PACKAGES.join(' ')}`);
    return undefined;
  }
  const { api, resources, sdk, exporter } = loaded;
  const losses = { spans: 0, reason: '' };
  const queue = env.OTEL_BSP_MAX_QUEUE_SIZE === undefined ? { maxQueueSize: MAX_QUEUE } : {};
  const provider = new sdk.BasicTracerProvider({
    resource: resources
      .defaultResource()
      .merge(resources.resourceFromAttributes({ 'service.name': 'assay', 'service.version': assayVersion() }))
      .merge(resources.detectResources({ detectors: [resources.envDetector] })),
    spanProcessors: [new sdk.BatchSpanProcessor(counted(new exporter.OTLPTraceExporter(), losses), queue)],
  });
  return {
    hooks: [traceHooks(api, provider.getTracer('assay', assayVersion()))],
    close: async () => {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<string>((resolve) => {
        timer = setTimeout(() => resolve('the collector is slow'), CLOSE_MS);
      });
      const ended = provider.shutdown().then(
        () => '',
        (thrown: unknown) => String(thrown),
      );
      const reason = (await Promise.race([ended, late])) || losses.reason;
      clearTimeout(timer);
      if (reason === '') return;
      const spans = losses.spans === 0 ? 'some' : losses.spans;
      note(`traces: ${spans} spans could not be sent (${reason})`);
    },
  };
}

/** Counts what the exporter could not send, of which the SDK says nothing by itself. */
function counted(exporter: SpanExporter, losses: { spans: number; reason: string }): SpanExporter {
  return {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        if (result.code !== 0) {
          losses.spans += spans.length;
          losses.reason = result.error?.message ?? 'no reason given';
        }
        done(result);
      }),
    shutdown: () => exporter.shutdown(),
    forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve(),
  };
}
