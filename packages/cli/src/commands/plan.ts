import {
  ALGORITHMS,
  composeRun,
  configReach,
  defined,
  loadConfig,
  parseGate,
  planConfig,
  previewRun,
  pricesOf,
  requireValid,
  resolveRunners,
} from 'assay/internal';
import { EXIT } from '../exit-codes.ts';
import { type RunFlags, runSettings } from '../flags/run-flags.ts';
import { onInterrupt } from '../on-interrupt.ts';
import { plannedPipeline } from '../pipeline/planned-pipeline.ts';
import { pipelinePlanText } from '../print/pipeline-plan-text.ts';
import { planText } from '../print/plan-text.ts';
import { printFindings } from '../print/print-findings.ts';
import { ProgressLine } from '../print/progress-line.ts';
import { reachLines } from '../print/reach-lines.ts';
import { tellOfCode } from '../print/tell-of-code.ts';
import { terminalOf } from '../print/terminal.ts';

export interface PlanCommandFlags extends RunFlags {
  /** false for --no-probe. */
  readonly probe?: boolean;
  readonly format?: 'text' | 'json';
}

/** What a run would ask, take, cost and be able to tell. Exit code 2 when a model cannot be opened. */
export async function plan(file: string, flags: PlanCommandFlags): Promise<number> {
  const loaded = await loadConfig(file, { algorithms: ALGORITHMS });
  printFindings(loaded.findings, process.stderr);
  const config = requireValid(loaded);
  process.stderr.write(reachLines(configReach(config, resolveRunners(config, flags))));
  const prices = await pricesOf(config, flags.prices);
  const progress = ProgressLine.onStderr('plain');
  const { signal, dispose } = onInterrupt((text) => progress.note(text));
  const settings = runSettings(flags);
  const composition = composeRun(config, { notices: progress, settings, signal });
  try {
    const planned = await planConfig(config, settings, composition, { onCode: tellOfCode });
    const preview = await previewRun(planned, {
      ...(flags.probe === false ? { probe: 0 } : {}),
      prices,
      gates: (config.config.gates ?? []).flatMap((gate) => parseGate(gate)),
      signal,
      onWarning: (message) => progress.note(message),
    });
    signal.throwIfAborted();
    const pipeline = await plannedPipeline(config, resolveRunners(config, flags), planned.dataset);
    const isJson = flags.format === 'json';
    const terminal = terminalOf(process.stdout, process.env, undefined);
    const made = isJson ? JSON.stringify(defined({ ...preview, pipeline }), null, 2) : planText(preview, terminal);
    process.stdout.write(`${made}\n`);
    if (!isJson && pipeline !== undefined)
      process.stdout.write(`\n${pipelinePlanText(pipeline.sizes, pipeline.endpoints, terminal)}\n`);
    return preview.models.some(({ runner, isSkipped }) => runner === null && !isSkipped) ? EXIT.usage : EXIT.passed;
  } finally {
    await composition.close();
    dispose();
  }
}
