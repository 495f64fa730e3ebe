import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { defineAlgorithm } from '../src/algorithms/algorithm.ts';
import { instantiateAlgorithm } from '../src/algorithms/instantiate.ts';
import type { RunPlan } from '../src/engine/run-plan.ts';
import type { Completion, GenerateOptions, Prompt, Runner, RunnerWith, Stream } from '../src/runner/runner.ts';
import type { Sample } from '../src/samples/sample.ts';

/** Whether the output is the target, and a third of its length: sums that plain addition would round. */
export const matches = defineAlgorithm({
  name: 'matches',
  summary: 'Whether the output is the target, and how long it is.',
  options: z.strictObject({}),
  needs: () => ['target_output'],
  scores: () => ({
    same: { range: [0, 1], better: 'higher', kind: 'binary', summary: 'equal' },
    length: { range: [0, Number.POSITIVE_INFINITY], better: 'lower', kind: 'real', summary: 'characters' },
  }),
  score: ({ sample, answers }) => {
    const original = answers.get('original');
    if (original?.kind !== 'generate') return { unscored: 'no_output' };
    return {
      scores: { same: original.text === sample.features.target_output ? 1 : 0, length: original.text.length / 3 },
    };
  },
  signature: () => 'matches|v1',
});

export const samples: Sample[] = Array.from({ length: 600 }, (_, index) => ({
  index,
  digest: index.toString(16).padStart(16, '0'),
  features: {
    model_input: `${'long '.repeat(index % 7)}question ${index}`,
    target_output: `answer ${index % 3}`,
    category: `c${index % 4}`,
  },
  record: {},
}));

export type Answer = (prompt: Prompt, position: number) => Completion | undefined;

/** A runner that answers in order, by a function. */
export function runnerOf(answer: Answer): RunnerWith<'generate'> & { asked: number } {
  const runner = {
    version: 2 as const,
    id: 'test:v1',
    asked: 0,
    async *generate(prompts: Stream<Prompt>, { signal }: GenerateOptions) {
      for await (const prompt of prompts) {
        if (signal?.aborted === true) return;
        const completion = answer(prompt, runner.asked);
        runner.asked += 1;
        if (completion !== undefined) yield completion;
      }
    },
  };
  return runner;
}

export const right: Answer = ({ id, text }) => ({
  id,
  ok: true,
  text: `answer ${text.length % 3}`,
  finishReason: 'stop',
  elapsedMs: 5,
});

/** A plan over the made-up samples that needs no file. */
export function planOf(runner: Runner, changes: Partial<RunPlan> = {}): RunPlan {
  return {
    configFile: 'test.yaml',
    configText: '',
    digest: 'abcd1234',
    command: ['assay', 'run', 'test.yaml'],
    dataset: {
      name: 'made-up',
      total: samples.length,
      files: [],
      async *samples() {
        yield* samples;
      },
    },
    models: [{ name: 'one', open: async () => runner, generate: {}, compose: (_, text) => ({ text, messages: [] }) }],
    algorithms: [instantiateAlgorithm('matches', matches, {})],
    openHelper: async () => {
      throw new Error('no helper');
    },
    seed: 7,
    maxFailures: undefined,
    versions: {},
    ...changes,
  };
}

/** A summary without its times, and the checksum over them. */
export async function summaryText(folder: string): Promise<string> {
  const { timing: _, crc32: __, ...rest } = JSON.parse(await readFile(join(folder, 'summary.json'), 'utf8'));
  return JSON.stringify(rest);
}
