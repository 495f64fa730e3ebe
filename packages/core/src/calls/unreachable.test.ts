import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { AssayError } from '../errors/assay-error.ts';
import type { Clock } from '../storage/clock.ts';
import { networkError } from './network-error.ts';
import { RetryBudget } from './retry.ts';

function testClock(): Clock {
  let now = 0;
  return {
    now: () => now,
    sleep: async (ms) => {
      now += ms;
    },
  };
}

const refused = () => new AssayError('RUNNER_UNREACHABLE', 'nobody answers');

test('a server that was never reached is given up within seconds, and whoever waits is told', async () => {
  const clock = testClock();
  const waits: number[] = [];
  const budget = new RetryBudget({ clock, onWait: (_, ms) => waits.push(ms) });
  const ask = (): Promise<string> => Promise.reject(refused());
  expect(await budget.run('a', ask)).toMatchObject({ ok: false, error: { code: 'RUNNER_CIRCUIT_OPEN' } });
  expect(clock.now()).toBeLessThan(4_000);
  expect(waits.length).toBeGreaterThan(0);
});

test('one that has answered before gets the usual attempts', async () => {
  const budget = new RetryBudget({ clock: testClock(), maxAttempts: 6 });
  await budget.run('a', async () => 'here');
  const gone = await budget.run('b', () => Promise.reject(refused()));
  expect(gone).toMatchObject({ ok: false, attempts: 6, error: { code: 'RUNNER_UNREACHABLE' } });
});

test('a port without a server is unreachable, a server that hangs up has crashed', async () => {
  const server = createServer((request) => request.socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const codeOf = async (): Promise<string> => {
    const thrown = await fetch(url).catch((error: unknown) => error);
    return networkError(thrown, url, '').code;
  };
  expect(await codeOf()).toBe('RUNNER_CRASHED');
  await new Promise((resolve) => server.close(resolve));
  expect(await codeOf()).toBe('RUNNER_UNREACHABLE');
});
