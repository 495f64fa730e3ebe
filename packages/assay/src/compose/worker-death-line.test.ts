import { expect, it } from 'vitest';
import { workerDeathLine } from './worker-death-line.ts';

const DEATH = { model: 'm', reason: 'the process was ended by SIGKILL', isRestarted: true, requeued: 12, workers: 2 };

it('says how a worker died, and that its jobs are tried again', () => {
  expect(workerDeathLine(DEATH)).toBe(
    'a worker of m died (the process was ended by SIGKILL); another one is started; 12 of its jobs are tried again',
  );
  expect(workerDeathLine({ ...DEATH, requeued: 0 })).toMatch(/another one is started$/);
});

it('says when a place is given up, and when it was the last', () => {
  expect(workerDeathLine({ ...DEATH, isRestarted: false, workers: 1 })).toContain('1 worker goes on');
  expect(workerDeathLine({ ...DEATH, isRestarted: false, requeued: 0, workers: 0 })).toMatch(/nothing answers/);
});
