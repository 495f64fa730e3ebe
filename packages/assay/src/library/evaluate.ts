import { ALGORITHMS, configFromData, loadConfig, requireValid, type ValidConfig } from '@assay/core';
import { executeRun } from '../run/execute-run.ts';
import type { OwnParts } from '../run/perform-run.ts';
import type { RunSettings } from '../settings/run-settings.ts';
import { evaluationData } from './evaluation-data.ts';
import type { EvaluateOptions, RunOptions } from './evaluation-options.ts';
import { EvaluationRun } from './evaluation-run.ts';
import { outputs } from './models.ts';

/**
 * Runs an evaluation: data, models and algorithms as objects. It leaves a run folder like every run; a stopped one goes on
 * with `resume: true`. @throws AssayError
 * @example
 * const run = await evaluate({
 *   data: [{ question: 'Capital of Canada?', answer: 'Ottawa' }],
 *   keys: { modelInput: 'question', targetOutput: 'answer' },
 *   models: [defineModel({ id: 'mine:v1', generate: () => 'Ottawa' })],
 *   algorithms: [qaAccuracy()],
 * });
 * console.log(run.score('qa_accuracy.f1_score').value);
 */
export async function evaluate(options: EvaluateOptions): Promise<EvaluationRun> {
  const { config, own } = await evaluationData(options);
  const { name: _, data, keys, models, algorithms, prompt, gates, selection, config: __, ...run } = options;
  return executed(config, { ...run, isOwn: true }, own);
}

/**
 * The same for a config: the path of a file, or what it would hold as an object. Settings win over it. @throws AssayError
 * @example
 * const run = await evaluateConfig('evaluation_config.yaml', { limit: 20 });
 */
export async function evaluateConfig(
  config: string | Readonly<Record<string, unknown>>,
  settings: RunOptions & RunSettings = {},
): Promise<EvaluationRun> {
  const known = { algorithms: ALGORITHMS };
  const loaded =
    typeof config === 'string' ? await loadConfig(config, known) : configFromData(config, process.cwd(), known);
  const isOwn = typeof config !== 'string';
  return executed(requireValid(loaded), { ...settings, ...(isOwn ? { isOwn } : {}) });
}

/**
 * Scores outputs that lie in the data: no model is asked. @throws AssayError
 * @example
 * const run = await scoreOutputs({
 *   data: [{ answer: 'Ottawa', output: 'It is Ottawa.' }],
 *   keys: { targetOutput: 'answer', modelOutput: 'output' },
 *   algorithms: [qaAccuracy()],
 * });
 */
export function scoreOutputs(options: Omit<EvaluateOptions, 'models'>): Promise<EvaluationRun> {
  return evaluate({ ...options, models: [outputs()] });
}

async function executed(
  config: ValidConfig,
  options: RunOptions & RunSettings,
  own: OwnParts = {},
): Promise<EvaluationRun> {
  const { hooks, signal, onNote = () => {}, page = false, ...settings } = options;
  const notices = { note: onNote, transfer: () => {}, addTokens: () => {} };
  signal?.throwIfAborted();
  const run = await executeRun(config, { ...settings, page }, { notices, hooks, begin: () => signal }, own);
  const { folder, failures, choice, gates } = run;
  if (choice.status === 'rejected') throw choice.reason;
  if (gates.status === 'rejected') throw gates.reason;
  return EvaluationRun.open(folder, { failures, gates: gates.value, selection: choice.value });
}
