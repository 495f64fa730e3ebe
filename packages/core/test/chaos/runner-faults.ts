import { createGenerator } from '@assay/metrics';
import { expect, test, vi } from 'vitest';
import { runEvaluation } from '../../src/engine/run-evaluation.ts';
import type { ErrorData } from '../../src/errors/assay-error.ts';
import type { Completion, Runner } from '../../src/runner/runner.ts';
import { planOf, right, runnerOf, samples, summaryText } from '../made-up-run.ts';
import { type Chaos, expectWhole, few, never, SEED, smallPlan, trials } from './chaos.ts';
import { dyingRunner } from './dying-runner.ts';

/** Models that misbehave, and the clock that they are timed by. */
export function runnerFaults(chaos: Chaos): void {
  test('runners that throw, repeat themselves, answer out of order and say what nobody asked change nothing', async () => {
    const { summary } = await chaos.undisturbed();
    await trials(60, async (number) => {
      const run = chaos.newFolder();
      const luck = createGenerator(SEED + number);
      for (let attempt = 0; ; attempt += 1) {
        try {
          const runner = unruly(chaos, luck, attempt < 4);
          const { failures } = await runEvaluation(smallPlan(runner), run, {}, never);
          if (failures.size === 0) break;
          expect(String(failures.get('one'))).toContain('the model fell over');
        } catch (thrown) {
          // It fell over before anything was on disk.
          expect(String(thrown)).toContain('the model fell over');
        }
      }
      await expectWhole(run, summary, few.length);
    });
  }, 60_000);

  test('questions that are never answered end as failed, those that hang as timed out, and are counted', async () => {
    await trials(10, async (number) => {
      const luck = createGenerator(2 * SEED + number);
      let missing = 0;
      const silent = runnerOf((prompt, position) => {
        if (luck.random() < 0.1) {
          missing += 1;
          chaos.inject('a question without an answer');
          return undefined;
        }
        return right(prompt, position);
      });
      const { summary } = await runEvaluation(smallPlan(silent), chaos.newFolder(), {}, never);
      expect(summary.models[0]!.states).toMatchObject({ failed: missing, scored: few.length - missing });

      let hung = 0;
      const hanging = runnerOf(right);
      hanging.generate = async function* (prompts) {
        for await (const prompt of prompts) {
          if (luck.random() < 0.1) {
            hung += 1;
            chaos.inject('a question that hangs');
          } else yield right(prompt, 0)!;
        }
        await new Promise(() => {});
      };
      const late = await runEvaluation(smallPlan(hanging, { deadlineMs: 300 }), chaos.newFolder(), {}, never);
      expect(late.summary.models[0]!.states).toMatchObject({ timed_out: hung, scored: few.length - hung });
    });
  }, 60_000);

  test('a runner whose worker thread dies in the middle loses no sample, once what failed is asked again', async () => {
    const { summary } = await chaos.undisturbed();
    await trials(12, async (number) => {
      const run = chaos.newFolder();
      const luck = createGenerator(3 * SEED + number);
      for (let attempt = 0; ; attempt += 1) {
        const runner = dyingRunner(() => {
          if (attempt > 2 || luck.random() > 0.05) return false;
          chaos.inject('a worker of a runner that dies');
          return true;
        });
        const plan = smallPlan(runner, attempt === 0 ? {} : { retryFailed: true });
        const result = await runEvaluation(plan, run, {}, never).catch((thrown: unknown) => {
          // It died again and again before anything was on disk.
          expect(thrown).toMatchObject({ code: 'RUNNER_CIRCUIT_OPEN' });
        });
        if (result?.summary.models[0]?.states.scored === few.length) break;
      }
      await expectWhole(run, summary, few.length);
    });
  }, 60_000);

  test('one model that goes down costs another nothing, and a resume ends as an undisturbed run', async () => {
    const busy: ErrorData = { code: 'RUNNER_THROTTLED', message: 'busy', retryable: true };
    const models = (weak: Runner) =>
      [weak, runnerOf(right)].map((runner, at) => ({
        name: `model-${at}`,
        open: async () => runner,
        generate: {},
        compose: (_: unknown, text: string) => ({ text, messages: [] }),
      }));
    const { summary } = await chaos.undisturbed(planOf(runnerOf(right), { models: models(runnerOf(right)) }));
    await trials(12, async () => {
      const run = chaos.newFolder();
      const downAt = 1 + chaos.below(samples.length - 40);
      chaos.inject('a model that goes down');
      const down = runnerOf((prompt, position) =>
        position < downAt ? right(prompt, position) : { id: prompt.id, ok: false, state: 'failed', error: busy },
      );
      const { failures, summary: partial } = await runEvaluation(
        planOf(down, { models: models(down) }),
        run,
        {},
        never,
      );
      expect([...failures.keys()]).toEqual(['model-0']);
      expect(partial.models[0]!.states).toMatchObject({ scored: downAt, failed: 0, skipped: samples.length - downAt });
      await runEvaluation(planOf(down, { models: models(runnerOf(right)) }), run, {}, never);
      expect(await summaryText(run)).toBe(summary);
    });
  }, 60_000);

  test('a clock that jumps by hours changes no score and no state', async () => {
    const { summary } = await chaos.undisturbed();
    let offset = 0;
    const jump = () => {
      chaos.inject('a jump of the clock');
      offset += (chaos.random.random() - 0.5) * 1e8;
    };
    const real = Date.now.bind(Date);
    const clock = vi.spyOn(Date, 'now').mockImplementation(() => real() + offset);
    try {
      const cache = { folder: chaos.place('jumping-cache') };
      await trials(8, async () => {
        const run = chaos.newFolder();
        const hooks = {
          onModelStart: jump,
          onSample: ({ index }: { index: number }) => void (index % 10 === 0 && jump()),
        };
        await runEvaluation(smallPlan(runnerOf(right), { deadlineMs: 20_000, cache }), run, hooks, never);
        await expectWhole(run, summary, few.length);
      });
    } finally {
      clock.mockRestore();
    }
  }, 60_000);
}

function unruly(chaos: Chaos, luck: ReturnType<typeof createGenerator>, mayThrow: boolean): Runner {
  const runner = runnerOf(right);
  const inOrder = runner.generate.bind(runner);
  runner.generate = async function* (prompts, options) {
    const held: Completion[] = [];
    for await (const completion of inOrder(prompts, options)) {
      const fate = luck.random();
      if (fate < 0.08) {
        chaos.inject('an answer given twice');
        yield completion;
      } else if (fate < 0.14) {
        chaos.inject('an answer that nobody asked for');
        yield { ...completion, id: `x${completion.id}` };
      } else if (fate < 0.3) {
        chaos.inject('an answer held back, out of order');
        held.push(completion);
        continue;
      } else if (fate < 0.31 && mayThrow) {
        chaos.inject('a runner that throws');
        throw new Error('the model fell over');
      }
      yield completion;
      if (held.length > 5) yield* held.splice(0).reverse();
    }
    yield* held.reverse();
  };
  return runner;
}
