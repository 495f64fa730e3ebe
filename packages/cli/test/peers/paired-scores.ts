import { expect } from 'vitest';
import { assayHere } from '../assay-here.ts';

/** What `assay compare` says of one score of two outputs of one model. */
export interface PairedScore {
  /** Samples that both have. */
  readonly n: number;
  readonly difference: number;
  /** Samples whose score is another, as far as they are shown. */
  readonly changed: number;
}

/** `algorithm.score` → how it pairs, the tool's own output being the baseline. */
export async function pairedScores(
  output: string,
  run: string,
  cwd: string,
  model?: string,
): Promise<Map<string, PairedScore>> {
  const sides = model === undefined ? [] : ['--baseline-model', model, '--candidate-model', model];
  const compared = await assayHere(['compare', output, run, '--json', ...sides], cwd);
  expect([compared.code, compared.code === 0 ? '' : compared.stderr]).toEqual([0, '']);
  const { comparisons, changed } = JSON.parse(compared.stdout) as {
    readonly comparisons: readonly { algorithm: string; score: string; n: number; difference: number }[];
    readonly changed: readonly { score: string; samples: readonly unknown[] }[];
  };
  const moved = new Map(changed.map(({ score, samples }) => [score, samples.length]));
  return new Map(
    comparisons.map(({ algorithm, score, n, difference }) => {
      const name = `${algorithm}.${score}`;
      return [name, { n, difference, changed: moved.get(name) ?? 0 }];
    }),
  );
}
