import type { CacheOnDemand } from '../cache/cache-on-demand.ts';
import type { Journal } from '../journal/journal.ts';
import type { Manifest } from '../results/summary.ts';
import type { BadRowReport } from '../samples/bad-row-report.ts';
import type { HelperDesk } from '../scoring/helper-desk.ts';
import type { LoadAhead } from './load-ahead.ts';
import type { RunHooks } from './run-events.ts';
import type { RunManifest } from './run-manifest.ts';
import type { RunPlan } from './run-plan.ts';

/** What the models of a run share, and what the run wants to know of each. */
export interface RunContext {
  readonly plan: RunPlan;
  readonly journal: Journal;
  readonly onBadRow: (row: BadRowReport) => void;
  readonly hooks: RunHooks;
  readonly signal: AbortSignal;
  readonly cache: CacheOnDemand | undefined;
  readonly helpers: HelperDesk;
  /** What an earlier process wrote down of each model; the runner is empty in a new run. */
  readonly previousModels: ReadonlyMap<string, Omit<Manifest['models'][number], 'name'>>;
  readonly manifest: RunManifest;
  readonly ahead: LoadAhead;
  /** Opens the next model ahead of its turn. */
  readonly onAsked: () => void;
}
