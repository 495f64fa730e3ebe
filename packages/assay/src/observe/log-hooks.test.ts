import type { SampleRecord } from '@assay/core';
import { expect, test } from 'vitest';
import { logHooks } from './log-hooks.ts';
import { redactSecrets } from './redact-secrets.ts';

const record: SampleRecord = {
  kind: 'sample',
  model: 'one',
  sample: 3,
  digest: '00ff',
  state: 'failed',
  outcomes: {},
  input: 'the question',
  outputs: { original: 'the answer sk-12345678' },
  error: { code: 'RUNNER_FAILED', message: '400 for "the question"', retryable: false },
  elapsedMs: 12.34567,
  attempts: 2,
};

function linesOf(texts?: (text: string) => string): Record<string, unknown>[] {
  const lines: string[] = [];
  const now = () => new Date('2026-11-24T03:00:00Z');
  const hooks = logHooks({ write: (line) => void lines.push(line), now, ...(texts === undefined ? {} : { texts }) });
  hooks.onRunStart?.({ run: 'r1', dataset: 'd', total: 9, seed: 7, models: ['one'], isResumed: false });
  hooks.onSample?.({ model: 'one', index: 3, state: 'failed', error: 'x', record });
  hooks.onWarning?.({ code: 'DATASET_SYNTAX', message: 'quotes the row', at: { file: 'a.jsonl', line: 4 } });
  hooks.onRunEnd?.({ error: { code: 'RUN_INTERRUPTED', message: 'stopped', retryable: false } });
  return lines.map((line) => JSON.parse(line));
}

test('a line says what happened to a sample and nothing that it says', () => {
  expect(linesOf()).toEqual([
    {
      time: '2026-11-24T03:00:00.000Z',
      level: 'info',
      event: 'run_started',
      run: 'r1',
      dataset: 'd',
      samples: 9,
      seed: 7,
      models: ['one'],
    },
    {
      time: '2026-11-24T03:00:00.000Z',
      level: 'warn',
      event: 'sample',
      run: 'r1',
      model: 'one',
      sample: 3,
      digest: '00ff',
      state: 'failed',
      attempts: 2,
      latencyMs: 12.346,
      error: 'RUNNER_FAILED',
    },
    {
      time: '2026-11-24T03:00:00.000Z',
      level: 'warn',
      event: 'warning',
      run: 'r1',
      code: 'DATASET_SYNTAX',
      file: 'a.jsonl',
      line: 4,
    },
    {
      time: '2026-11-24T03:00:00.000Z',
      level: 'warn',
      event: 'run_ended',
      run: 'r1',
      error: 'RUN_INTERRUPTED',
    },
  ]);
});

test('texts that are asked for stand there without the secrets of the environment', () => {
  const texts = redactSecrets({ MY_API_KEY: 'sk-12345678', TOKEN: 'short' }, ['the question']);
  expect(linesOf(texts)[1]).toMatchObject({
    input: '[redacted]',
    outputs: { original: 'the answer [redacted]' },
    message: '400 for "[redacted]"',
  });
});
