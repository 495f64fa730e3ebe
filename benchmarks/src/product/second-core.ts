import { join } from 'node:path';
import type { Tell } from '../speed-line.ts';
import { type ScoreBench, score } from './score-command.ts';
import { writeScoreRows } from './score-rows.ts';

const GOAL = 1.8;

/**
 * What a second worker brings, and beside it what a second core of this machine brings at all: two processes with a worker each,
 * which share nothing. Runs take turns, so that all meet the same load; each counts by its best.
 */
export async function secondCore(bench: ScoreBench, summaries: number, tell: Tell): Promise<void> {
  const data = join(bench.folder, 'summaries.jsonl');
  writeScoreRows(data, summaries, 'sum');
  const run = (workers: number) => score(bench, data, ['--algorithms', 'qa_accuracy', '--workers', String(workers)]);
  let [one, two, apart] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let turn = 0; turn < bench.runs; turn++) {
    one = Math.min(one, (await run(1)).wallMs);
    two = Math.min(two, (await run(2)).wallMs);
    const both = await Promise.all([run(1), run(1)]);
    apart = Math.min(apart, Math.max(...both.map(({ wallMs }) => wallMs)));
  }
  const shown = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
  const what = `${summaries.toLocaleString('en')} summaries`;
  tell({
    what: `two workers against one, ${what}`,
    figure: `${(one / two).toFixed(2)}× (${shown(one)}, ${shown(two)} wall)`,
    goal: `${GOAL}×`,
    reached: one / two >= GOAL,
  });
  tell({
    what: `two processes at once against one after the other, ${what}`,
    figure: `${((2 * one) / apart).toFixed(2)}× (${shown(one)} each alone, ${shown(apart)} together)`,
    goal: '',
    reached: null,
  });
}
