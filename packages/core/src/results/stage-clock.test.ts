import fc from 'fast-check';
import { expect, test } from 'vitest';
import { STAGES, StageClock } from './stage-clock.ts';

function madeUpClock() {
  const time = { now: 1000, busy: 50 };
  const clock = new StageClock({ now: () => time.now, busy: () => time.busy });
  return { clock, time };
}

test('time passes on the account of the stage where most samples lie, and of the reader where none do', () => {
  const { clock, time } = madeUpClock();
  time.now += 10;
  clock.enter('model', 8);
  time.now += 70;
  clock.enter('disk', 3);
  time.now += 5;
  clock.leave('model', 8);
  time.now += 15;
  clock.leave('disk', 3);
  expect(clock.stop()).toEqual({ loading: 0, reading: 10, model: 75, helpers: 0, disk: 15, scoring: 0, own: 0 });
});

test('what this thread works is scoring as far as it was timed, and else its own', () => {
  const { clock, time } = madeUpClock();
  clock.enter('model');
  const scored = clock.score(() => {
    time.now += 30;
    time.busy += 30;
    return 'scored';
  });
  time.now += 70;
  time.busy += 20;
  expect(scored).toBe('scored');
  expect(clock.stop()).toMatchObject({ model: 50, scoring: 30, own: 20, reading: 0 });
});

test('what this thread does while a model is opened is loading it', async () => {
  const { clock, time } = madeUpClock();
  await clock.load(async () => {
    time.now += 40;
    time.busy += 30;
  });
  clock.enter('model');
  time.now += 60;
  time.busy += 6;
  expect(clock.stop()).toMatchObject({ loading: 40, model: 54, own: 6 });
});

test('a model that is opened late, while samples wait, is loading all the same', async () => {
  const { clock, time } = madeUpClock();
  time.now += 10;
  clock.enter('disk', 2);
  time.now += 20;
  await clock.load(async () => {
    time.now += 15;
    clock.leave('disk', 2);
    time.now += 25;
    time.busy += 30;
  });
  clock.enter('model');
  time.now += 60;
  expect(clock.stop()).toMatchObject({ loading: 40, reading: 10, disk: 20, model: 60, own: 0 });
});

test('the stages add up to the time that passed', () => {
  const step = fc.record({
    stage: fc.constantFrom('model', 'helpers', 'disk', 'scoring'),
    count: fc.integer({ min: 1, max: 9 }),
    ms: fc.integer({ min: 0, max: 100 }),
    busyMs: fc.integer({ min: 0, max: 120 }),
  });
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const { clock, time } = madeUpClock();
      for (const { stage, count, ms, busyMs } of steps) {
        clock.enter(stage as 'model', count);
        time.now += ms;
        time.busy += Math.min(ms, busyMs);
        clock.leave(stage as 'model', Math.floor(count / 2));
      }
      const spent = clock.stop();
      const sum = STAGES.reduce((total, stage) => total + spent[stage], 0);
      expect(sum).toBeCloseTo(time.now - 1000, 6);
    }),
  );
});

test('of stages that hold equally many samples the one nearer to the model leads', () => {
  const { clock, time } = madeUpClock();
  clock.enter('disk', 2);
  clock.enter('scoring', 2);
  time.now += 10;
  clock.enter('helpers', 2);
  time.now += 20;
  clock.enter('model', 2);
  time.now += 40;
  expect(clock.stop()).toMatchObject({ reading: 0, scoring: 10, helpers: 20, model: 40, disk: 0 });
});

test('a stage leads from its first sample on, and the clock stops once', () => {
  const { clock, time } = madeUpClock();
  clock.enter('helpers');
  time.now += 5;
  clock.leave('helpers');
  time.now += 7;
  const spent = clock.stop();
  time.now += 100;
  expect(spent).toMatchObject({ helpers: 5, reading: 7 });
  expect(clock.stop()).toBe(spent);
});

test('more work than time is no more than the time; a thread that scored all of it waited for nothing', () => {
  const { clock, time } = madeUpClock();
  clock.enter('model');
  clock.score(() => {
    time.now += 30;
    time.busy += 80;
  });
  expect(clock.stop()).toMatchObject({ scoring: 30, own: 0, model: 0 });
  expect(new StageClock({ now: () => 5, busy: () => 1 }).stop()).toMatchObject({ own: 0, scoring: 0, reading: 0 });
});

test('work on the disk that scoring did not do is the thread’s own', () => {
  const { clock, time } = madeUpClock();
  clock.enter('disk', 3);
  clock.enter('scoring', 3);
  clock.leave('scoring', 1);
  time.now += 60;
  time.busy += 15;
  expect(clock.stop()).toEqual({ loading: 0, reading: 0, model: 0, helpers: 0, disk: 45, scoring: 0, own: 15 });
});
