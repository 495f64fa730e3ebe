import { join, resolve } from 'node:path';
import {
  ALGORITHMS,
  type AnswerPair,
  AssayError,
  type Comparison,
  comparableScores,
  compareAnswers,
  compareModels,
  loadConfig,
  newRunId,
  pairSamples,
  performRun,
  RUNNER_KINDS,
  type RunnerKind,
  readRun,
  requireValid,
  requireWhole,
  resolveRunners,
  runFolder,
  ScoredRun,
  sampleScores,
  type ValidConfig,
} from 'assay/internal';
import { EXIT } from '../exit-codes.ts';
import { type RunFlags, runSettings } from '../flags/run-flags.ts';
import { onInterrupt } from '../on-interrupt.ts';
import { comparisonTable } from '../print/comparison-table.ts';
import { ProgressLine } from '../print/progress-line.ts';
import { printable, terminalOf } from '../print/terminal.ts';

export interface ParityFlags extends Omit<RunFlags, 'limit' | 'runner'> {
  readonly runners: readonly string[];
  readonly samples: number;
}

/** One model on both runners. */
interface ModelParity {
  readonly model: string;
  readonly samples: readonly AnswerPair[];
  readonly sameAnswers: number;
  readonly comparisons: readonly Comparison[];
}

/** Differing samples that are shown for each model. */
const SHOWN = 5;

/** Runs the same samples on two runners, and compares them pair by pair. A difference is a result, no failure. */
export async function parity(file: string, flags: ParityFlags): Promise<number> {
  const config = requireValid(await loadConfig(file, { algorithms: ALGORITHMS }));
  const [first, second] = twoRunners(flags.runners);
  // Before the first sample: a model that cannot run on the second would waste the work of the first.
  for (const runner of [first, second]) resolveRunners(config, standIn(runner, flags));
  const folder = resolve(flags.output ?? join('.assay', 'parity', newRunId(new Date(), config.digest)));
  const runs = [join(folder, first), join(folder, second)] as const;
  await runOn(config, first, runs[0], flags);
  await runOn(config, second, runs[1], flags);
  const found = await compareRuns(runs[0], runs[1]);
  if (flags.json === true)
    process.stdout.write(`${JSON.stringify({ runners: [first, second], models: found }, null, 2)}\n`);
  else for (const model of found) print(model, first, second);
  process.stderr.write(`runs     ${printable(runs[0])}\n         ${printable(runs[1])}\n`);
  return EXIT.passed;
}

function twoRunners(names: readonly string[]): [RunnerKind, RunnerKind] {
  const known = names.filter((name): name is RunnerKind => (RUNNER_KINDS as readonly string[]).includes(name));
  const [first, second] = known;
  if (first !== undefined && second !== undefined && first !== second && names.length === 2) return [first, second];
  throw new AssayError('USAGE', `--runners takes two different runners, not "${names.join(',')}"`, {
    hint: `Take two of ${RUNNER_KINDS.join(', ')}, such as local,sagemaker.`,
  });
}

const standIn = (runner: RunnerKind, { localModel }: ParityFlags) =>
  runner === 'local' ? { runner, localModel } : { runner, localModel: undefined };

async function runOn(config: ValidConfig, runner: RunnerKind, path: string, flags: ParityFlags): Promise<void> {
  const progress = ProgressLine.onStderr();
  const { signal, dispose } = onInterrupt((text) => progress.note(text));
  // Two runners are asked, neither of them a cache.
  const settings = {
    ...runSettings(flags),
    ...standIn(runner, flags),
    limit: flags.samples,
    cache: false,
    output: path,
  };
  try {
    const begin = (): AbortSignal => {
      progress.note(`on ${runner}`);
      return signal;
    };
    requireWhole(await performRun(config, settings, { notices: progress, hooks: progress.hooks, begin }));
  } finally {
    progress.end();
    dispose();
  }
}

async function compareRuns(first: string, second: string): Promise<ModelParity[]> {
  // Rows are read once by each reader.
  const [a, b] = await Promise.all([readRun(runFolder(first)), readRun(runFolder(second))]);
  const pairs = await compareAnswers(a.rows, b.rows);
  const [again, other] = await Promise.all([readRun(runFolder(first)), readRun(runFolder(second))]);
  const [before, after] = [await new ScoredRun(again).models(), await new ScoredRun(other).models()];
  return a.summary.models.map(({ name }) => {
    const samples = pairs.filter(({ model }) => model === name);
    const [baseline, candidate] = [before.get(name), after.get(name)];
    const scores = sampleScores(comparableScores(a.summary.scores.filter(({ model }) => model === name)));
    const comparisons =
      baseline === undefined || candidate === undefined ? [] : compareModels(pairSamples(baseline, candidate), scores);
    return {
      model: name,
      samples,
      sameAnswers: samples.filter(({ isSameAnswer }) => isSameAnswer).length,
      comparisons,
    };
  });
}

function print({ model, samples, sameAnswers, comparisons }: ModelParity, first: string, second: string): void {
  const terminal = terminalOf(process.stdout, process.env, undefined);
  const scoresDiffer = samples.filter(({ differences }) => Object.values(differences).some((by) => by !== 0));
  process.stdout.write(`${printable(model)}   ${first} → ${second}\n`);
  process.stdout.write(`  ${sameAnswers} of ${samples.length} answers are the same, `);
  process.stdout.write(`${scoresDiffer.length} of ${samples.length} samples differ in a score\n`);
  if (comparisons.length > 0) process.stdout.write(`${comparisonTable(comparisons, terminal)}\n`);
  const most = [...scoresDiffer].sort((a, b) => largest(b) - largest(a) || a.index - b.index).slice(0, SHOWN);
  for (const { index, input, outputs, differences } of most) {
    const changed = Object.entries(differences).filter(([, by]) => by !== 0);
    const figures = changed.map(([name, by]) => `${name} ${by > 0 ? '+' : ''}${by.toFixed(3)}`).join('  ');
    process.stdout.write(`  #${index}  ${figures}  ${shown(input)}\n`);
    process.stdout.write(`      ${first}: ${shown(outputs[0])}\n      ${second}: ${shown(outputs[1])}\n`);
  }
}

const largest = ({ differences }: AnswerPair): number => Math.max(0, ...Object.values(differences).map(Math.abs));
const shown = (text: string | null): string => (text === null ? '(no answer)' : printable(text.slice(0, 100)));
