import { AssayError } from '../errors/assay-error.ts';
import type { Clock } from '../storage/clock.ts';
import { formatAmount } from './hourly-cost.ts';

/** What a run may take. */
export interface Limits {
  /** In the currency of the prices. */
  readonly maxCost?: number | undefined;
  readonly maxRuntimeMs?: number | undefined;
}

/** What a run has taken. */
export interface Taken {
  readonly cost: number;
  readonly currency: string;
  readonly elapsedMs: number;
}

/** The limit that is reached, as an error RUN_LIMIT; undefined within all of them. */
export function limitReached({ maxCost, maxRuntimeMs }: Limits, taken: Taken): AssayError | undefined {
  if (maxCost !== undefined && taken.cost >= maxCost) {
    const { currency } = taken;
    return new AssayError(
      'RUN_LIMIT',
      `the cost so far, ${formatAmount(taken.cost)} ${currency}, has reached the limit of ${formatAmount(maxCost)} ${currency}`,
      { hint: 'What was scored is on disk. A higher --max-cost (or aws.max_cost) allows more.' },
    );
  }
  if (maxRuntimeMs !== undefined && taken.elapsedMs >= maxRuntimeMs) {
    return new AssayError('RUN_LIMIT', `the run has taken its limit of ${Math.round(maxRuntimeMs / 1000)} s`, {
      hint: 'What was scored is on disk. A longer --max-runtime allows more.',
    });
  }
  return undefined;
}

/** Between two looks at the cost, in milliseconds. */
const LOOK_MS = 1_000;

/**
 * Aborts with RUN_LIMIT once a limit is reached. Looks every second, sooner where the time ends sooner.
 * @param costSoFar in the currency of the limits
 */
export function watchLimits(
  limits: Limits,
  costSoFar: () => number,
  { currency, clock }: { readonly currency: string; readonly clock: Clock },
): { readonly signal: AbortSignal; readonly dispose: () => void } {
  const reached = new AbortController();
  const disposed = new AbortController();
  const { maxCost, maxRuntimeMs } = limits;
  const startedAt = clock.now();
  const watch = async (): Promise<void> => {
    for (;;) {
      const elapsedMs = clock.now() - startedAt;
      const error = limitReached(limits, { cost: maxCost === undefined ? 0 : costSoFar(), currency, elapsedMs });
      if (error !== undefined) return reached.abort(error);
      const leftMs = (maxRuntimeMs ?? Number.POSITIVE_INFINITY) - elapsedMs;
      await clock.sleep(
        maxCost === undefined ? Math.min(leftMs, LONGEST_SLEEP_MS) : Math.min(leftMs, LOOK_MS),
        disposed.signal,
      );
    }
  };
  if (maxCost !== undefined || maxRuntimeMs !== undefined) watch().catch(() => {});
  return { signal: reached.signal, dispose: () => disposed.abort(new Error('the run is over')) };
}

/** Node's timers hold no longer. */
const LONGEST_SLEEP_MS = 2 ** 31 - 1;
