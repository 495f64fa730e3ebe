import { expect, test } from 'vitest';
import { openTraces, tracesAskedFor } from './open-traces.ts';

test('traces are made only where the environment asks for them', () => {
  const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' };
  expect(tracesAskedFor({})).toBe('none');
  expect(tracesAskedFor({ OTEL_EXPORTER_OTLP_ENDPOINT: '' })).toBe('none');
  expect(tracesAskedFor(endpoint)).toBe('otlp');
  expect(tracesAskedFor({ OTEL_TRACES_EXPORTER: 'otlp' })).toBe('otlp');
  expect(tracesAskedFor({ ...endpoint, OTEL_TRACES_EXPORTER: 'none' })).toBe('none');
  expect(tracesAskedFor({ ...endpoint, OTEL_SDK_DISABLED: 'true' })).toBe('none');
  expect(tracesAskedFor({ OTEL_TRACES_EXPORTER: 'zipkin' })).toEqual({ unknown: 'exporter zipkin' });
  expect(tracesAskedFor({ ...endpoint, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' })).toEqual({ unknown: 'protocol grpc' });
});

test('without the packages a note says what to install, and nothing is traced', async () => {
  const notes: string[] = [];
  const missing = () =>
    Promise.reject(Object.assign(new Error('Cannot find package'), { code: 'ERR_MODULE_NOT_FOUND' }));
  const note = (text: string) => void notes.push(text);
  expect(await openTraces({ OTEL_TRACES_EXPORTER: 'otlp' }, note, missing)).toBeUndefined();
  expect(notes).toEqual([expect.stringMatching(/^no traces, .*npm install @opentelemetry\/api @opentelemetry\//)]);
  await openTraces({ OTEL_TRACES_EXPORTER: 'zipkin' }, note);
  expect(notes[1]).toContain('exporter zipkin is not known here');
});
