import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { GateConfig } from '../../config/schema/decision-config.ts';
import { AssayError } from '../../errors/assay-error.ts';
import { findRun, readRun } from '../../results/read-run.ts';
import { runFolder, writeJsonFile } from '../../results/run-folder.ts';
import type { Summary } from '../../results/summary.ts';
import { gatherScores } from '../../selection/aligned-scores.ts';
import { checkGates } from '../../selection/check-gates.ts';
import { parseGate } from '../../selection/parse-gate.ts';
import { type Selection, selectModel } from '../../selection/select-model.ts';
import type { StepContext } from './step-context.ts';

export const DECISION_FILE_NAME = 'decision.json';

/** One gate of the config over all models that it is for. */
export interface GateDecision {
  readonly passed: boolean;
  readonly reason: string;
  /** The least and the greatest of its figure over the models, for thresholds that a pipeline compares itself. */
  readonly least?: number;
  readonly greatest?: number;
  /** Whether a limit on the loss against a baseline was kept. */
  readonly regressionPassed?: boolean;
}

/** `decision.json`: which model, and whether every gate passed. */
export interface Decision {
  readonly run: string;
  readonly passed: boolean;
  /** Why not; or that every gate passed. */
  readonly reason: string;
  readonly selection: Selection & { readonly runner: string };
  /** `g0`, `g1`… in the order of the config. */
  readonly gates: Readonly<Record<string, GateDecision>>;
}

/** Chooses the model and evaluates the gates of a merged run. A gate that fails is a result, no error. */
export async function selectStep(context: StepContext): Promise<Decision> {
  const { config } = context.config.loaded;
  const run = await readRun(runFolder(context.folders.input('run')));
  const selection = selectModel(run.summary, await gatherScores(run.rows), config.selection ?? {});
  const runner = run.summary.models.find(({ name }) => name === selection.model)?.runner ?? '';
  const gates: Record<string, GateDecision> = {};
  for (const [i, gate] of (config.gates ?? []).entries()) gates[`g${i}`] = await decideGate(gate, context);
  const failed = Object.values(gates).filter(({ passed }) => !passed);
  const decision: Decision = {
    run: run.manifest.run,
    passed: failed.length === 0,
    reason:
      failed.length === 0
        ? 'every gate passed'
        : failed
            .map(({ reason }) => reason)
            .join('; ')
            .slice(0, 500),
    selection: { ...selection, runner },
    gates,
  };
  await mkdir(context.folders.output, { recursive: true });
  await writeJsonFile(join(context.folders.output, DECISION_FILE_NAME), decision);
  return decision;
}

async function decideGate(gate: GateConfig, { folders, config }: StepContext): Promise<GateDecision> {
  // The rows of a run can be read once: each gate opens it again.
  const run = await readRun(runFolder(folders.input('run')));
  const results = await checkGates(parseGate(gate), run, async (baseline) => {
    if (baseline !== undefined) return readRun(findRun(baseline, config.loaded.baseDir));
    throw new AssayError('CONFIG_INVALID', 'a regression gate needs a baseline run', {
      hint: 'name it: `baseline: RUN`',
    });
  });
  const failed = results.filter(({ passed }) => !passed);
  const passed = failed.length === 0;
  const reason = (passed ? results : failed).map(({ model, reason: why }) => `${model}: ${why}`).join('; ');
  if (typeof gate === 'string') return { passed, reason };
  return {
    passed,
    reason,
    ...(gate.baseline === undefined ? {} : { regressionPassed: passed }),
    ...figuresOf(gate, run.summary),
  };
}

/** A figure that is missing fails any threshold. */
function figuresOf(gate: Exclude<GateConfig, string>, summary: Summary): Pick<GateDecision, 'least' | 'greatest'> {
  if (gate.score === undefined) return {};
  const names = gate.models ?? summary.models.map(({ name }) => name);
  const figures = names.map((name) => {
    const row = summary.scores.find(
      ({ model, algorithm, score, category }) =>
        model === name && `${algorithm}.${score}` === gate.score && category === (gate.category ?? null),
    );
    if (gate.bound === 'lower') return row?.interval?.[0] ?? null;
    return (gate.bound === 'upper' ? row?.interval?.[1] : row?.value) ?? null;
  });
  const known = figures.filter((figure) => figure !== null);
  const isWhole = known.length === figures.length && known.length > 0;
  return {
    least: isWhole ? Math.min(...known) : -Number.MAX_VALUE,
    greatest: isWhole ? Math.max(...known) : Number.MAX_VALUE,
  };
}
