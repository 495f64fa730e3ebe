import { once } from 'node:events';
import { AssayError, didYouMean, toAssayError } from 'assay/internal';
import { EXIT } from '../exit-codes.ts';
import { type Evaluate, METRICS } from '../metrics/metric-table.ts';
import { readLines } from '../metrics/read-lines.ts';
import { readPair } from '../metrics/read-pair.ts';
import { beside } from '../print/fit-text.ts';
import { terminalOf } from '../print/terminal.ts';

export async function listMetrics(): Promise<number> {
  const { columns } = terminalOf(process.stdout, process.env, undefined);
  for (const [name, { summary }] of Object.entries(METRICS))
    process.stdout.write(`${beside(name.padEnd(24), summary, columns)}\n`);
  return EXIT.passed;
}

/** JSONL pairs in, one JSON line out for each; a bad line gives its error and its number. Exit code 3 when any was bad. */
export async function evalMetric(name: string): Promise<number> {
  const metric = Object.hasOwn(METRICS, name) ? METRICS[name] : undefined;
  if (metric === undefined) {
    const near = didYouMean(name, Object.keys(METRICS));
    const hint = `${near === undefined ? '' : `Did you mean "${near}"? `}See: assay metrics list.`;
    throw new AssayError('USAGE', `no metric ${JSON.stringify(name)}`, { hint });
  }
  const evaluate = await metric.open();
  let lineNumber = 0;
  let bad = 0;
  for await (const line of readLines(process.stdin)) {
    lineNumber += 1;
    const result = resultOf(line, evaluate);
    if ('error' in result) bad += 1;
    const written = process.stdout.write(`${JSON.stringify({ line: lineNumber, ...result })}\n`);
    if (!written) await once(process.stdout, 'drain');
  }
  if (bad > 0) process.stderr.write(`${bad} of ${lineNumber} lines could not be scored; their output lines say why\n`);
  return bad > 0 ? EXIT.samplesFailed : EXIT.passed;
}

type Result =
  | Readonly<Record<'scores', unknown>>
  | { readonly error: { readonly code: string; readonly message: string } };

function resultOf(line: string, evaluate: Evaluate): Result {
  try {
    const { hypothesis, references } = readPair(line);
    return { scores: evaluate(hypothesis, references) };
  } catch (thrown) {
    const { code, message } = toAssayError(thrown, 'SCORING_FAILED');
    return { error: { code, message } };
  }
}
