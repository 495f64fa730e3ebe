import { weightClasses, weightedTotals } from '@assay/metrics';
import { AnswerCache } from '../../cache/answer-cache.ts';
import type { Gate } from '../../config/parse-gate.ts';
import type { PriceTable } from '../../config/schema/run-config.ts';
import type { PlannedStop, RunPlan } from '../../engine/run-plan.ts';
import { previewModel } from './preview-model.ts';
import { previewPower } from './preview-power.ts';
import type { ModelPreview, PowerPreview, RunPreview } from './run-preview.ts';

export interface PreviewOptions {
  /** Samples of each model that are really asked, to learn how long it takes. @default 5 */
  readonly probe?: number;
  /** The user's prices; without them every cost is unknown. */
  readonly prices?: PriceTable | undefined;
  /** Whose need of samples is told. */
  readonly gates?: readonly Gate[];
  readonly signal: AbortSignal;
  readonly onWarning?: (message: string) => void;
}

/** What a run of the plan would ask, take and be able to tell. Models are opened one after the other. */
export async function previewRun(plan: RunPlan, options: PreviewOptions): Promise<RunPreview> {
  const { probe = 5, prices, gates = [], signal, onWarning = () => {} } = options;
  const { samples, badRows, clusters, effectiveSamples } = await countSamples(plan);
  const isKept = plan.cache !== undefined && plan.cache.generations !== false;
  const cache = isKept ? await AnswerCache.open(plan.cache.folder, onWarning) : undefined;
  const models: ModelPreview[] = [];
  try {
    for (const model of plan.models) {
      signal.throwIfAborted();
      models.push(await previewModel(model, { plan, cache, probe, prices, signal }));
    }
  } finally {
    await cache?.close();
  }
  return {
    dataset: plan.dataset.name,
    samples,
    badRows,
    seed: plan.seed,
    algorithms: plan.algorithms.map(({ label }) => label),
    models,
    power: previewPower(plan.algorithms, gates, samples, {
      clusters,
      effectiveSamples,
      models: plan.models.length,
      mayStop: plan.stop !== undefined,
    }),
    ...(plan.stop === undefined
      ? {}
      : { stop: { score: `${plan.stop.algorithm}.${plan.stop.score}`, rule: inWords(plan.stop) } }),
  };
}

async function countSamples(
  plan: RunPlan,
): Promise<Pick<RunPreview, 'samples' | 'badRows'> & Pick<PowerPreview, 'clusters' | 'effectiveSamples'>> {
  let [samples, badRows, alone] = [0, 0, 0];
  const onBadRow = () => {
    badRows += 1;
  };
  const named = new Set<string>();
  const weights: number[] = [];
  for await (const { features } of plan.dataset.samples(onBadRow)) {
    samples += 1;
    if (features.weight !== undefined) weights.push(Number(features.weight));
    if (features.cluster === undefined) alone += 1;
    else named.add(features.cluster);
  }
  const clusters = named.size + alone;
  const isWeighted = weights.some((weight) => weight !== weights[0] || weight === 0);
  return {
    samples,
    badRows,
    clusters: clusters < samples ? clusters : null,
    effectiveSamples: isWeighted ? effective(weights) : null,
  };
}

/** As many samples of equal weight would vary as much. */
function effective(weights: readonly number[]): number {
  if (!weights.some((weight) => weight > 0)) return 0;
  return weightedTotals(weightClasses(new Float64Array(weights.length), weights))!.effectiveSamples;
}

function inWords({ rule }: PlannedStop): string {
  return 'halfWidth' in rule ? `known to ± ${rule.halfWidth}` : `told from ${rule.decidedAgainst}`;
}
