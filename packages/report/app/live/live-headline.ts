import type { SampleState } from '@assay/core';
import type { LiveModel, LivePage } from '../../src/view-pages/live-page.ts';
import { formatCount, plural } from '../../src/wording/format-number.ts';

const FAILURES: readonly SampleState[] = ['failed', 'timed_out'];

export function doneOf(models: readonly LiveModel[]): number {
  return models.reduce((sum, { done }) => sum + done, 0);
}

export function totalOf(models: readonly LiveModel[]): number {
  return models.reduce((sum, { total }) => sum + total, 0);
}

export function failuresOf(models: readonly LiveModel[]): number {
  return models.reduce((sum, { states }) => sum + FAILURES.reduce((own, state) => own + (states[state] ?? 0), 0), 0);
}

/** How far the run is, and whether something goes wrong, in a sentence. */
export function liveHeadline({ models, state, isStopping }: LivePage): string {
  const [done, total, failed] = [doneOf(models), totalOf(models), failuresOf(models)];
  const answers = `${formatCount(done)} of ${plural(total, 'answer')}`;
  const lost = failed === 0 ? 'none failed' : `${formatCount(failed)} failed`;
  if (state === 'finished') return `Finished: ${answers} are in, ${lost}.`;
  if (isStopping) return `Stopping: ${answers} are in, ${lost}.`;
  if (state === 'stopped') return `Stopped: ${answers} are in, ${lost}.`;
  if (done === 0) return 'Under way: no answer is in yet.';
  return `${answers} are in, ${lost}.`;
}
