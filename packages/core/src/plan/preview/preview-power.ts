import { neededPairs } from '@assay/metrics';
import type { ScoreSpec } from '../../algorithms/algorithm.ts';
import type { AlgorithmInstance } from '../../algorithms/instantiate.ts';
import type { Gate } from '../../config/parse-gate.ts';
import { type DifferenceShape, detectableMean, neededPairsOf, POWER } from '../../selection/pair-power.ts';
import { lastLookLevel } from '../../selection/planned-look.ts';
import { labelNeed } from './label-need.ts';
import type { DetectableEffect, GateNeed, PowerPreview } from './run-preview.ts';

const ALPHA = 0.05;
/** Before a run nobody knows on how many samples two models differ: related models rarely differ on more. */
const DISCORDANT = 0.3;
/** How far from its limit a model is taken to be, as a share of the score's range. */
const MARGIN = 0.05;

export interface PreviewPowerOptions {
  /** Clusters that the samples stand in; null where each stands alone. @default null */
  readonly clusters?: number | null;
  /** Samples of equal weight that the weighted ones count like; null where all count alike. @default null */
  readonly effectiveSamples?: number | null;
  /** Models that are compared with one another. @default 2 */
  readonly models?: number;
  /** Whether the run may end early, which its comparisons pay for. @default false */
  readonly mayStop?: boolean;
}

/**
 * What the samples can tell of each primary score once verdicts are adjusted over all of them and all pairs of models, and
 * how many the gates want, by the functions that comparisons use. What scores have in common is not known before a run: the
 * figures are those of scores that have nothing in common, the worst case.
 */
export function previewPower(
  instances: readonly AlgorithmInstance[],
  gates: readonly Gate[],
  samples: number,
  { clusters = null, effectiveSamples = null, models = 2, mayStop = false }: PreviewPowerOptions = {},
): PowerPreview {
  const n = effectiveSamples === null ? samples : Math.floor(effectiveSamples);
  const specs = new Map(
    instances.flatMap(({ label, scores }) =>
      Object.entries(scores).map(([score, spec]) => [`${label}.${score}`, spec] as const),
    ),
  );
  const family = familyOf(instances) * Math.max(1, (models * (models - 1)) / 2);
  const level = mayStop ? lastLookLevel(n, ALPHA / family) : ALPHA / family;
  const isMarked = [...specs.values()].some(({ primary }) => primary === true);
  const scores = [...specs]
    .filter(([, { primary }]) => primary === true || !isMarked)
    .map(([score, spec]) => effectOf(score, spec, n, level));
  return {
    alpha: ALPHA,
    power: POWER,
    family,
    clusters,
    effectiveSamples,
    discordant: DISCORDANT,
    scores,
    gates: gates.map((gate) => need(gate, specs, n, judgedScores(instances))),
  };
}

/** Scores that get a verdict for each pair of models, those over all samples among them. */
function familyOf(instances: readonly AlgorithmInstance[]): number {
  const primary = instances.flatMap(({ scores, aggregates }) =>
    [scores, ...Object.values(aggregates).map((aggregate) => aggregate.scores)]
      .flatMap((specs) => Object.values(specs))
      .filter((spec) => spec.primary === true),
  ).length;
  return primary > 0 ? primary : Math.max(1, instances.flatMap(({ scores }) => Object.keys(scores)).length);
}

function widthOf({ range: [from, to] }: ScoreSpec): number {
  return to - from;
}

/** The greatest difference of one sample. */
function mostOf(spec: ScoreSpec): number {
  return Math.min(widthOf(spec), spec.maxChange ?? Number.POSITIVE_INFINITY);
}

/** Two scores that differ on a share ψ of the samples, by as much as they can: their spread about this mean. */
function shapeOf(spec: ScoreSpec, mean: number): DifferenceShape {
  const most = mostOf(spec);
  const sd = Math.sqrt(Math.max(0, DISCORDANT * most ** 2 - mean ** 2));
  return { mean, sd, most, isFlips: spec.kind === 'binary' && spec.maxChange === undefined };
}

function effectOf(score: string, spec: ScoreSpec, n: number, level: number): DetectableEffect {
  const most = mostOf(spec);
  if (!Number.isFinite(most)) return { score, difference: null };
  const difference = n < 2 ? null : detectableMean(n, DISCORDANT * most, (mean) => shapeOf(spec, mean), level);
  const { margin } = spec;
  if (margin === undefined) return { score, difference };
  const samples = neededPairsOf(shapeOf(spec, Math.min(margin, DISCORDANT * most)), level);
  return { score, difference, margin: { difference: margin, samples: Number.isFinite(samples) ? samples : null } };
}

/** Scores of judges that human labels correct, and the corrected ones by the same name of the judge's. */
function judgedScores(instances: readonly AlgorithmInstance[]): ReadonlyMap<string, string> {
  const found = instances.flatMap(({ label, aggregates }) =>
    Object.values(aggregates).flatMap(({ scores }) =>
      Object.entries(scores).flatMap(([score, { corrects }]) => {
        const judge = `${label}.${corrects}`;
        return corrects === undefined ? [] : [[judge, judge] as const, [`${label}.${score}`, judge] as const];
      }),
    ),
  );
  return new Map(found);
}

function need(
  gate: Gate,
  specs: ReadonlyMap<string, ScoreSpec>,
  n: number,
  judged: ReadonlyMap<string, string>,
): GateNeed {
  if (gate.kind === 'state') return unknown(gate, 'a count, which no number of samples makes surer');
  if (gate.kind === 'regression') return regressionNeed(gate, specs, n);
  const judge = judged.get(gate.score);
  const spec = specs.get(judge ?? gate.score);
  if (spec === undefined) return unknown(gate, `${gate.score} is no score of single samples`);
  if (!Number.isFinite(widthOf(spec)))
    return unknown(gate, `${gate.score} has no bounds, so that its spread is unknown`);
  if (gate.operator === '==') return unknown(gate, 'no number of samples shows that a mean is exactly this');
  const [from, to] = spec.range;
  const margin = MARGIN * widthOf(spec);
  const truth = gate.operator.startsWith('>') ? gate.limit + margin : gate.limit - margin;
  if (truth < from || truth > to) return unknown(gate, 'the limit leaves no room beyond it');
  // A bounded score spreads most where it takes its two ends alone.
  const sd = Math.sqrt((truth - from) * (to - truth));
  const samples = sd === 0 ? 2 : neededPairs(margin, sd, { alpha: ALPHA, power: POWER });
  const found = known(gate, `to tell a true ${figure(truth)} from the limit ${gate.limit}`, samples, n);
  return judge === undefined ? found : { ...found, labels: labelNeed(truth, gate.limit, spec.range, n) };
}

function regressionNeed(
  gate: Extract<Gate, { kind: 'regression' }>,
  specs: ReadonlyMap<string, ScoreSpec>,
  n: number,
): GateNeed {
  const wanted = [...specs].filter(
    ([name, spec]) => (gate.score === undefined || gate.score === name) && Number.isFinite(widthOf(spec)),
  );
  let most: { readonly loss: number; readonly samples: number } | undefined;
  for (const [, spec] of wanted) {
    const allowed = gate.maxRegression ?? spec.margin ?? 0;
    const beyond = allowed > 0 ? allowed : MARGIN * widthOf(spec);
    const samples = neededFor(spec, beyond);
    if (most === undefined || samples > most.samples) most = { loss: allowed + beyond, samples };
  }
  if (most === undefined) return unknown(gate, 'no score with bounds');
  return known(gate, `to find a loss of ${figure(most.loss)} against the baseline`, most.samples, n);
}

/** Samples at which a paired comparison of this score alone finds the difference. */
export function neededFor(spec: ScoreSpec, difference: number): number {
  return neededPairsOf(shapeOf(spec, Math.min(difference, DISCORDANT * mostOf(spec))), ALPHA);
}

function known({ text }: Gate, purpose: string, samples: number, n: number): GateNeed {
  return { gate: text, purpose, samples, isEnough: n >= samples };
}

function unknown({ text }: Gate, purpose: string): GateNeed {
  return { gate: text, purpose, samples: null, isEnough: null };
}

function figure(value: number): string {
  return String(Number(value.toPrecision(3)));
}
