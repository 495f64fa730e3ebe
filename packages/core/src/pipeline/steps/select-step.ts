import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseGate } from '../../config/parse-gate.ts';
import type { GateConfig } from '../../config/schema/decision-config.ts';
import { AssayError } from '../../errors/assay-error.ts';
import { findRunIfAny, readRun } from '../../results/read-run.ts';
import type { Summary } from '../../results/summary.ts';
import { checkGates, type OpenBaseline, openOnce } from '../../selection/check-gates.ts';
import { gatesOutcome, type InconclusivePolicy } from '../../selection/gate-policy.ts';
import type { GateStatus } from '../../selection/gate-result.ts';
import { ScoredRun } from '../../selection/scored-run.ts';
import { type Selection, selectModel } from '../../selection/select-model.ts';
import { runFolder } from '../../storage/run-folder.ts';
import { writeJsonFile } from '../../storage/write-file.ts';
import type { StepContext } from './step-context.ts';

export const DECISION_FILE_NAME = 'decision.json';

/** One gate of the config over all models that it is for. */
export interface GateDecision {
  readonly passed: boolean;
  /** The worst of how it ended for the models. */
  readonly status: GateStatus;
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
  const run = new ScoredRun(await readRun(runFolder(context.folders.input('run'))));
  const selection = await selectModel(run, config.selection ?? {});
  const runner = run.summary.models.find(({ name }) => name === selection.model)?.runner ?? '';
  const gates: Record<string, GateDecision> = {};
  const openBaseline = openOnce((name) => findBaseline(name, context));
  // A pipeline runs unattended, as CI does.
  const policy = config.on_inconclusive ?? 'fail';
  for (const [i, gate] of (config.gates ?? []).entries())
    gates[`g${i}`] = await decideGate(gate, run, openBaseline, policy);
  const failed = Object.values(gates).filter(({ passed }) => !passed);
  const isChosen = selection.model !== null;
  const decision: Decision = {
    run: run.manifest.run,
    passed: isChosen && failed.length === 0,
    reason: !isChosen
      ? selection.reason
      : failed.length === 0
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

async function findBaseline(
  name: string | undefined,
  { config, folders }: StepContext,
): Promise<ScoredRun | undefined> {
  const staged = name === undefined ? undefined : config.settings.baselines?.[name];
  if (staged !== undefined) return new ScoredRun(await readRun(runFolder(join(folders.input('config'), staged))));
  if (name !== undefined) {
    const folder = findRunIfAny(name, config.loaded.baseDir);
    return folder === undefined ? undefined : new ScoredRun(await readRun(folder));
  }
  throw new AssayError('CONFIG_INVALID', 'a regression gate needs a baseline run', {
    hint: 'name it: `baseline: RUN`, or `regression against RUN`',
  });
}

async function decideGate(
  gate: GateConfig,
  run: ScoredRun,
  openBaseline: OpenBaseline,
  policy: InconclusivePolicy,
): Promise<GateDecision> {
  const parsed = parseGate(gate);
  const results = await checkGates(parsed, run, openBaseline);
  const failed = results.filter((result) => gatesOutcome([result], policy) !== 'passed');
  const passed = failed.length === 0;
  const status = gatesOutcome(results, 'fail');
  const reason = (passed ? results : failed).map(({ model, reason: why }) => `${model}: ${why}`).join('; ');
  if (typeof gate === 'string') return { passed, status, reason };
  const regression = parsed.find(({ kind }) => kind === 'regression');
  return {
    passed,
    status,
    reason,
    ...(regression === undefined
      ? {}
      : { regressionPassed: failed.every((result) => result.gate !== regression.text) }),
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
