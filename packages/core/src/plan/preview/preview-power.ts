import { detectableMcnemarDifference, detectablePairedDifference, neededForMcnemar, neededPairs } from '@assay/metrics';
import type { ScoreSpec } from '../../algorithms/algorithm.ts';
import type { AlgorithmInstance } from '../../algorithms/instantiate.ts';
import type { Gate } from '../../config/parse-gate.ts';
import type { DetectableEffect, GateNeed, PowerPreview } from './run-preview.ts';

const ALPHA = 0.05;
const POWER = 0.8;
/** Before a run nobody knows on how many samples two models differ: related models seldom differ on more. */
const DISCORDANT = 0.3;
/** How far from its limit a model is taken to be, as a share of the score's range. */
const MARGIN = 0.05;

/** What `n` samples can tell of each score, and how many the gates want, by the functions that comparisons use. */
export function previewPower(
  instances: readonly AlgorithmInstance[],
  gates: readonly Gate[],
  n: number,
  clusters: number | null = null,
): PowerPreview {
  const specs = new Map(
    instances.flatMap(({ label, scores }) =>
      Object.entries(scores).map(([score, spec]) => [`${label}.${score}`, spec] as const),
    ),
  );
  const scores = [...specs].map(([score, spec]): DetectableEffect => ({ score, difference: detectable(spec, n) }));
  return {
    alpha: ALPHA,
    power: POWER,
    clusters,
    discordant: DISCORDANT,
    scores,
    gates: gates.map((gate) => need(gate, specs, n)),
  };
}

function widthOf({ range: [from, to] }: ScoreSpec): number {
  return to - from;
}

/** Two scores that differ on a share ψ of the samples, by the whole range at most, have differences of sd √ψ · range. */
function spreadOf(spec: ScoreSpec): number {
  return Math.sqrt(DISCORDANT) * widthOf(spec);
}

function detectable(spec: ScoreSpec, n: number): number | null {
  if (n < 2 || !Number.isFinite(widthOf(spec))) return null;
  if (spec.kind === 'binary') return detectableMcnemarDifference(n, DISCORDANT, { alpha: ALPHA, power: POWER });
  const difference = detectablePairedDifference(n, spreadOf(spec), { alpha: ALPHA, power: POWER });
  return difference <= widthOf(spec) ? difference : null;
}

function need(gate: Gate, specs: ReadonlyMap<string, ScoreSpec>, n: number): GateNeed {
  if (gate.kind === 'state') return unknown(gate, 'a count, which no number of samples makes surer');
  if (gate.kind === 'regression') return regressionNeed(gate, specs, n);
  const spec = specs.get(gate.score);
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
  return known(gate, `to tell a true ${figure(truth)} from the limit ${gate.limit}`, samples, n);
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
    const beyond = gate.maxRegression > 0 ? gate.maxRegression : MARGIN * widthOf(spec);
    const samples = neededFor(spec, beyond);
    if (most === undefined || samples > most.samples) most = { loss: gate.maxRegression + beyond, samples };
  }
  if (most === undefined) return unknown(gate, 'no score with bounds');
  return known(gate, `to find a loss of ${figure(most.loss)} against the baseline`, most.samples, n);
}

/** Samples at which a paired comparison finds the difference. */
export function neededFor(spec: ScoreSpec, difference: number): number {
  const options = { alpha: ALPHA, power: POWER };
  if (spec.kind === 'binary') return neededForMcnemar(DISCORDANT, Math.min(difference, DISCORDANT), options);
  return neededPairs(difference, spreadOf(spec), options);
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
