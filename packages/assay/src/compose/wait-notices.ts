import type { RunnerHooks } from '@assay/core';
import type { Notices } from './notices.ts';

/** Whoever waits is told why at once, and then now and again. */
const QUIET_MS = 5_000;

/** Says what a model's requests wait for. @param now milliseconds */
export function waitNotices(
  notices: Notices,
  model: string,
  now: () => number = () => performance.now(),
): Required<Pick<RunnerHooks, 'onWait'>> {
  let toldAt = Number.NEGATIVE_INFINITY;
  return {
    onWait: ({ reason, waitMs }) => {
      if (now() - toldAt < QUIET_MS) return;
      toldAt = now();
      notices.note(`${model} waits: ${reason}; asking again in ${(waitMs / 1000).toFixed(1)} s`);
    },
  };
}
