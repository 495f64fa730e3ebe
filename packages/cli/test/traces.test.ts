import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { servedProject } from './answering-server.ts';
import { assay } from './assay.ts';

interface Attribute {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}

interface SentSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly Attribute[];
  readonly status: { readonly code?: number };
}

const valuesOf = (attributes: readonly Attribute[]): Record<string, unknown> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));

/** A collector that speaks OTLP over HTTP in JSON. */
async function startCollector() {
  const spans: SentSpan[] = [];
  const resources: Record<string, unknown>[] = [];
  const bodies: string[] = [];
  const headers: (string | string[] | undefined)[] = [];
  const server = createServer(async (request, response) => {
    const body = await text(request);
    bodies.push(body);
    headers.push(request.headers['x-team']);
    expect([request.url, request.headers['content-type']]).toEqual(['/v1/traces', 'application/json']);
    for (const { resource, scopeSpans } of JSON.parse(body).resourceSpans) {
      resources.push(valuesOf(resource.attributes));
      for (const scope of scopeSpans) spans.push(...scope.spans);
    }
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, spans, resources, bodies, headers };
}

test('a run is a trace: run, model, sample and question, with figures and without texts', async () => {
  const { config, folder, server } = await servedProject(6);
  server.refuses = /Question 4\?/;
  server.delayMs = 30;
  const collector = await startCollector();
  const { code, stderr } = await assay(['run', config], folder, {
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_EXPORTER_OTLP_HEADERS: 'x-team=evals',
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test',
  });
  expect(code, stderr).toBe(0);
  const { spans } = collector;
  expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
  expect(spans.map(({ name }) => name).sort()).toEqual([
    ...Array(6).fill('chat m'),
    'model m',
    'run',
    ...Array(6).fill('sample'),
  ]);
  expect(collector.resources[0]).toMatchObject({ 'service.name': 'assay', 'deployment.environment.name': 'test' });
  expect(collector.headers[0]).toBe('evals');

  const byId = new Map(spans.map((span) => [span.spanId, span]));
  const parentOf = ({ parentSpanId }: SentSpan) => byId.get(parentSpanId ?? '');
  for (const question of spans.filter(({ name }) => name === 'chat m')) {
    const sample = parentOf(question)!;
    expect([sample.name, parentOf(sample)?.name, parentOf(parentOf(sample)!)?.name]).toEqual([
      'sample',
      'model m',
      'run',
    ]);
    expect(BigInt(sample.startTimeUnixNano) <= BigInt(question.startTimeUnixNano)).toBe(true);
    expect(BigInt(sample.endTimeUnixNano) >= BigInt(question.endTimeUnixNano)).toBe(true);
  }
  const samples = spans
    .filter(({ name }) => name === 'sample')
    .map((span) => ({ span, own: valuesOf(span.attributes) }));
  expect(samples.map(({ own }) => Number(own['assay.sample'])).sort()).toEqual([0, 1, 2, 3, 4, 5]);
  const failed = samples.find(({ own }) => Number(own['assay.sample']) === 4)!;
  expect([failed.own['assay.state'], failed.span.status.code]).toEqual(['failed', 2]);
  const good = samples.find(({ own }) => Number(own['assay.sample']) === 1)!;
  expect(good.own).toMatchObject({ 'assay.state': 'scored', 'assay.score.factual_knowledge.factual_knowledge': 1 });
  const tookMs = Number(BigInt(good.span.endTimeUnixNano) - BigInt(good.span.startTimeUnixNano)) / 1e6;
  expect(tookMs).toBeGreaterThanOrEqual(29);
  expect(collector.bodies.join()).not.toMatch(/Question|word1/);
}, 30_000);

test('a collector that is not there costs a note and no result', async () => {
  const { config, folder } = await servedProject(2);
  const { code, stdout, stderr } = await assay(['run', config], folder, {
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1',
    OTEL_EXPORTER_OTLP_TIMEOUT: '500',
  });
  expect(code).toBe(0);
  expect(stdout).toContain('2 scored');
  expect(stderr).toMatch(/traces: (\d+|some) spans could not be sent/);
}, 30_000);
