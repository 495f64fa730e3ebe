import { expect, test } from 'vitest';
import type { Failed } from '../runner/runner.ts';
import { Circuit } from './circuit.ts';

const ok = { id: 'ok', ok: true } as const;

function failed(id: number, { code = 'RUNNER_THROTTLED', retryable = true } = {}): Failed {
  return { id: `${id}`, ok: false, state: 'failed', error: { code, message: `busy ${id}`, retryable } as never };
}

const open = { code: 'RUNNER_CIRCUIT_OPEN', message: expect.stringContaining('busy') };

test('nineteen failures in a row are held back, the twentieth ends the run', () => {
  const circuit = new Circuit('m');
  for (let i = 1; i <= 19; i += 1) expect(circuit.take(failed(i))).toEqual([]);
  expect(circuit.held).toBe(19);
  expect(circuit.take(failed(20))).toMatchObject({ ...open, message: expect.stringMatching(/^m .*busy 20$/) });
  expect(circuit.held).toBe(20);
});

test('an answer lets what was held back count, in order, and the count begins again', () => {
  const circuit = new Circuit('m');
  const held = Array.from({ length: 19 }, (_, i) => failed(i));
  for (const answer of held) circuit.take(answer);
  expect(circuit.take(ok)).toEqual([...held, ok]);
  expect(circuit.held).toBe(0);
  for (let i = 1; i <= 19; i += 1) expect(circuit.take(failed(i))).toEqual([]);
});

test('a failure that will not pass counts at once, and shows that the model answers', () => {
  const circuit = new Circuit('m');
  circuit.take(failed(1));
  const final = failed(2, { code: 'RUNNER_BAD_REQUEST', retryable: false });
  expect(circuit.take(final)).toEqual([failed(1), final]);
  expect(circuit.held).toBe(0);
});

test('a runner that knows that its model is down is believed at the first failure', () => {
  const circuit = new Circuit('m');
  expect(circuit.take(failed(1, { code: 'RUNNER_CIRCUIT_OPEN', retryable: false }))).toMatchObject(open);
});

test('what is held back can be let go', () => {
  const circuit = new Circuit('m');
  circuit.take(failed(1));
  circuit.take(failed(2));
  expect(circuit.release()).toEqual([failed(1), failed(2)]);
  expect(circuit.release()).toEqual([]);
});

test('the hint is the last error’s own, or says what to do', () => {
  const hints = [undefined, 'Ask Ann.'].map((hint) => {
    const answer = failed(1, { code: 'RUNNER_CIRCUIT_OPEN' });
    const own = { ...answer, error: { ...answer.error, ...(hint === undefined ? {} : { hint }) } } as Failed;
    return (new Circuit('m').take(own) as { readonly hint?: string }).hint;
  });
  expect(hints).toEqual([expect.stringContaining('--resume'), 'Ask Ann.']);
});
