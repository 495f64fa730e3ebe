import { Worker } from 'node:worker_threads';
import type { Completion, Prompt, Runner } from '../../src/runner/runner.ts';
import { runnerOf } from '../made-up-run.ts';

/** Answers as `right` does, and dies when it is told to. */
const WORKER = `
const { parentPort } = require('node:worker_threads');
parentPort.on('message', ({ id, text, dies }) => {
  if (dies) process.exit(1);
  parentPort.postMessage({ id, ok: true, text: 'answer ' + (text.length % 3), finishReason: 'stop', elapsedMs: 5 });
});`;

const crashed = (id: string): Completion => ({
  id,
  ok: false,
  state: 'failed',
  error: { code: 'RUNNER_CRASHED', message: 'the worker died', retryable: true },
});

/**
 * A runner whose model lives in a worker thread, eight questions at a time; what a dead one was asked fails, and a new one
 * takes its place.
 * @param dies whether the next question kills the worker
 */
export function dyingRunner(dies: () => boolean): Runner {
  let worker: Worker | undefined;
  /** Questions that the worker has not answered, and who waits for them. */
  const waiting = new Map<string, (completion: Completion) => void>();
  const start = (): Worker => {
    const started = new Worker(WORKER, { eval: true });
    started.on('message', (completion: Completion) => {
      waiting.get(completion.id)?.(completion);
      waiting.delete(completion.id);
    });
    started.on('exit', () => {
      if (worker === started) worker = undefined;
      for (const [id, resolve] of waiting) resolve(crashed(id));
      waiting.clear();
    });
    return started;
  };
  const answer = (asked: readonly Prompt[]): Promise<Completion[]> => {
    worker ??= start();
    const own = worker;
    return Promise.all(
      asked.map(({ id, text }) => {
        const answered = new Promise<Completion>((resolve) => waiting.set(id, resolve));
        own.postMessage({ id, text, dies: dies() });
        return answered;
      }),
    );
  };
  return {
    ...runnerOf(() => undefined),
    async *generate(prompts) {
      let asked: Prompt[] = [];
      for await (const prompt of prompts) {
        asked.push(prompt);
        if (asked.length < 8) continue;
        yield* await answer(asked);
        asked = [];
      }
      if (asked.length > 0) yield* await answer(asked);
    },
    close: async () => void (await worker?.terminate()),
  };
}
