import {
  AssayError,
  checkGateScores,
  checkGates,
  findRunIfAny,
  type Gate,
  type GateConfig,
  type GateResult,
  isAssayError,
  isDamaged,
  parseGate,
  type RunFolder,
  type RunPlan,
  readRun,
  runsOfGate,
  ScoredRun,
} from '@assay/core';

/** Gates that were read, with the baseline runs that they name found. */
export interface RunGates {
  /** @throws AssayError CONFIG_INVALID for a gate on a score that the run will not have */
  checkPlan(plan: Pick<RunPlan, 'algorithms'>): void;
  /** How each ended. */
  results(run: ScoredRun): Promise<GateResult[]>;
}

/**
 * Reads gates before any work is done: what is wrong with one shows at once, not after the run.
 * @param baseDir the config's folder; a baseline is looked for there first, then here
 * @throws AssayError CONFIG_INVALID, USAGE
 */
export function prepareGates(gates: readonly GateConfig[], baseDir: string = process.cwd()): RunGates {
  const parsed = gates.flatMap((gate) => parseGate(gate));
  const baselines = baselinesOf(gates, baseDir);
  return {
    checkPlan: ({ algorithms }) => checkGateScores(parsed, algorithms),
    results: (run) =>
      checkGates(parsed, run, async (baseline) => {
        const folder = baselines.get(baseline!);
        return folder === undefined ? undefined : new ScoredRun(await readRun(folder));
      }),
  };
}

/**
 * The gates of a finished run's config, as far as they can be checked: one that cannot be, as when its baseline run is gone,
 * is left out, and all where the run is damaged.
 * @param note told which, and why
 */
export async function checkStatedGates(
  gates: readonly GateConfig[],
  run: ScoredRun,
  baseDir: string,
  note: (text: string) => void,
): Promise<GateResult[]> {
  const results: GateResult[] = [];
  if (gates.length > 0 && isDamaged(run.damage)) {
    note('its gates are left out: a damaged run decides nothing');
    return results;
  }
  if (gates.length > 0 && run.manifest.shard !== undefined) {
    note('its gates are left out: it is a shard of a run, and decides nothing');
    return results;
  }
  for (const gate of gates) {
    try {
      results.push(...(await prepareGates([gate], baseDir).results(run)));
    } catch (thrown) {
      if (!isAssayError(thrown)) throw thrown;
      const name = typeof gate === 'string' ? gate : (gate.score ?? gate.state ?? 'regression');
      note(`the gate on ${name} is left out: ${thrown.message}`);
    }
  }
  return results;
}

/**
 * The runs that regression gates compare with or over, by their names in the gates; those that are not there yet are left out.
 * @throws AssayError CONFIG_INVALID, USAGE
 */
export function baselinesOf(gates: readonly GateConfig[], baseDir: string): ReadonlyMap<string, RunFolder> {
  const parsed = gates.flatMap((gate) => parseGate(gate));
  for (const gate of parsed) requireBaseline(gate);
  return new Map(parsed.flatMap(runsOfGate).flatMap((name) => folderOf(name, baseDir)));
}

function requireBaseline(gate: Gate): void {
  if (gate.kind === 'regression' && gate.baseline === undefined)
    throw new AssayError('USAGE', 'a regression gate needs a baseline run', {
      hint: 'Name it in the gate (`not worse than RUN by 0.02`), or use `assay compare BASELINE CANDIDATE --fail-on "regression <= 0.02"`.',
    });
}

function folderOf(name: string, baseDir: string): (readonly [string, RunFolder])[] {
  const folder = findRunIfAny(name, baseDir) ?? findRunIfAny(name);
  return folder === undefined ? [] : [[name, folder]];
}
