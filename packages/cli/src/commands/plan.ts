import { ALGORITHMS, loadConfig, parseGate, previewRun, requireValid } from '@assay/core';
import { connectionFlags } from '../connection-flags.ts';
import { EXIT } from '../exit-codes.ts';
import { datasetFetcher } from '../fetch-dataset.ts';
import { onInterrupt } from '../on-interrupt.ts';
import { helperOpeners } from '../open-helper.ts';
import { type AwsFlags, openRunner } from '../open-runner.ts';
import { type PlanFlags, planFromFlags } from '../plan-from-flags.ts';
import { pricesOf } from '../prices-of.ts';
import { planText } from '../print/plan-text.ts';
import { printFindings } from '../print/print-findings.ts';
import { ProgressLine } from '../print/progress-line.ts';
import { printable, terminalOf } from '../print/terminal.ts';

export interface PlanCommandFlags extends PlanFlags, AwsFlags {
  /** false for --no-probe. */
  readonly probe?: boolean;
  readonly prices?: string;
  readonly format?: 'text' | 'json';
}

/** What a run would ask, take, cost and be able to tell. Exit code 2 when a model cannot be opened. */
export async function plan(file: string, flags: PlanCommandFlags): Promise<number> {
  const loaded = await loadConfig(file, { algorithms: ALGORITHMS });
  printFindings(loaded.findings, process.stderr);
  const config = requireValid(loaded);
  const { baseDir } = config;
  const prices = await pricesOf(config, flags.prices);
  const progress = new ProgressLine(process.stderr, terminalOf(process.stderr, process.env, 'plain'), false);
  const { signal, dispose } = onInterrupt((text) => progress.note(text));
  const context = { baseDir, progress, aws: config.config.aws, flags, runPath: () => baseDir, signal: () => signal };
  try {
    const planned = await planFromFlags(config, flags, {
      openRunner: (model) => openRunner(model, context),
      ...helperOpeners(config, context),
      fetchRemote: datasetFetcher({ signal, ...connectionFlags(flags), aws: config.config.aws }),
    });
    const preview = await previewRun(planned, {
      ...(flags.probe === false ? { probe: 0 } : {}),
      prices,
      gates: (config.config.gates ?? []).flatMap((gate) => parseGate(gate)),
      signal,
      onWarning: (message) => progress.note(printable(message)),
    });
    const isJson = flags.format === 'json';
    const terminal = terminalOf(process.stdout, process.env, undefined);
    process.stdout.write(isJson ? `${JSON.stringify(preview, null, 2)}\n` : `${planText(preview, terminal)}\n`);
    return preview.models.some(({ runner, isSkipped }) => runner === null && !isSkipped) ? EXIT.usage : EXIT.passed;
  } finally {
    dispose();
  }
}
