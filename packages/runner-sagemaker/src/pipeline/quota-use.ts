import type { Instances, InstanceUse, PipelineGraph, PipelineStep } from '@assay/core';
import type { EstimateLine } from '../cost/estimate-pipeline.ts';

/** Instances of one type, or jobs of one kind, that are there at the same time. */
export interface QuotaUse {
  readonly use: InstanceUse;
  /** undefined: jobs of this kind, whatever they run on. */
  readonly type: string | undefined;
  readonly count: number;
  /** That have them. */
  readonly steps: readonly string[];
}

/**
 * The most that a pipeline has under way of each type and kind. Steps that are as far from the first run together;
 * endpoints stay up until all evaluations have ended.
 * @param lines as estimatePipeline gives them for the graph
 * @param maxParallelSteps steps that the pipeline may have under way @default no limit
 */
export function quotaUses(
  { steps }: PipelineGraph,
  lines: readonly EstimateLine[],
  maxParallelSteps: number = Number.POSITIVE_INFINITY,
): QuotaUse[] {
  const levels = levelsOf(steps);
  const together = new Map<string, QuotaUse[]>();
  const add = (level: number | 'up', use: QuotaUse): void => {
    const key = `${level} ${use.use} ${use.type ?? ''}`;
    together.set(key, [...(together.get(key) ?? []), use]);
  };
  for (const { step: label, instances } of lines) {
    if (instances === null) continue;
    // `evaluate-x (transform job)` is of the step evaluate-x.
    const step = label.split(' (')[0]!;
    const { use, type, count } = instances;
    const level = use === 'endpoint' ? 'up' : (levels.get(step) ?? 0);
    add(level, { use, type, count, steps: [step] });
    if (use !== 'endpoint') add(level, { use, type: undefined, count: jobsOf(instances), steps: [step] });
  }
  const most = new Map<string, QuotaUse>();
  for (const all of together.values()) {
    const { use, type } = all[0]!;
    const sum = total(use === 'endpoint' ? all : largest(all, maxParallelSteps));
    const name = `${use} ${type ?? ''}`;
    if (sum.count > (most.get(name)?.count ?? 0)) most.set(name, sum);
  }
  return [...most.values()];
}

/** A step is one job, but for Batch Transform, of which each instance of an evaluation starts its own. */
const jobsOf = ({ use, count }: Instances): number => (use === 'transform' ? count : 1);

const largest = (all: readonly QuotaUse[], most: number): readonly QuotaUse[] =>
  [...all].sort((a, b) => b.count - a.count).slice(0, most);

const total = (all: readonly QuotaUse[]): QuotaUse => ({
  ...all[0]!,
  count: all.reduce((sum, { count }) => sum + count, 0),
  steps: all.flatMap(({ steps }) => steps),
});

/** How many steps a step comes after at least, in the longest chain. */
function levelsOf(steps: readonly PipelineStep[]): ReadonlyMap<string, number> {
  const levels = new Map<string, number>();
  for (const { name, needs } of steps)
    levels.set(name, 1 + Math.max(-1, ...needs.map(({ step }) => levels.get(step) ?? 0)));
  return levels;
}
