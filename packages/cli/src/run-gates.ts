import {
  AssayError,
  checkGates,
  findRun,
  type Gate,
  type GateConfig,
  type GateResult,
  isAssayError,
  parseGate,
  type RunFolder,
  type RunView,
  readRun,
} from '@assay/core';

/** Gates that were read, with the baseline runs that they name found. */
export type RunGates = (run: RunView) => Promise<GateResult[]>;

/**
 * Reads gates before any work is done: what is wrong with one shows at once, not after the run.
 * @param baseDir the config's folder; a baseline is looked for there first, then here
 * @throws AssayError CONFIG_INVALID, USAGE, RUN_NOT_FOUND
 */
export function prepareGates(gates: readonly GateConfig[], baseDir: string = process.cwd()): RunGates {
  const parsed = gates.flatMap((gate) => parseGate(gate));
  const baselines = new Map(parsed.filter((gate) => gate.kind === 'regression').map((gate) => folderOf(gate, baseDir)));
  return async (run) =>
    parsed.length === 0 ? [] : checkGates(parsed, run, (baseline) => readRun(baselines.get(baseline!)!));
}

function folderOf({ baseline }: Extract<Gate, { kind: 'regression' }>, baseDir: string): [string, RunFolder] {
  if (baseline !== undefined) return [baseline, findBaseline(baseline, baseDir)];
  throw new AssayError('USAGE', 'a regression gate needs a baseline run', {
    hint: 'Name it in the gate (baseline: RUN), or use `assay compare BASELINE CANDIDATE --fail-on regression`.',
  });
}

function findBaseline(name: string, baseDir: string): RunFolder {
  try {
    return findRun(name, baseDir);
  } catch (thrown) {
    if (!isAssayError(thrown) || thrown.code !== 'RUN_NOT_FOUND') throw thrown;
    return findRun(name);
  }
}
