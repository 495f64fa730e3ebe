import { rereadable } from '../results/read-rows.ts';
import type { RunView, SampleRow } from '../results/summary.ts';
import { digestOfText } from './foreign-row.ts';

/** What names a sample in the runs of two tools: the digest of its content, or the text that was asked. */
export type SampleKeys = 'digest' | 'input';

/** Whichever pairs more samples of each run with the first run's; digests where both pair as many. */
export async function pairKeys(runs: readonly RunView[]): Promise<SampleKeys> {
  const [first, ...others] = runs;
  if (first === undefined) return 'digest';
  const own = await keysOf(first);
  let [byDigest, byInput] = [0, 0];
  for (const other of others) {
    const theirs = await keysOf(other);
    byDigest += common(own.digests, theirs.digests);
    byInput += common(own.inputs, theirs.inputs);
  }
  return byInput > byDigest ? 'input' : 'digest';
}

/** The run with digests over the chosen keys. */
export function withKeys(run: RunView, keys: SampleKeys): RunView {
  return keys === 'digest' ? run : { ...run, rows: rereadable(() => byInput(run.rows)) };
}

async function* byInput(rows: AsyncIterable<SampleRow>): AsyncGenerator<SampleRow> {
  for await (const row of rows) yield { ...row, digest: digestOfText(row.input) };
}

async function keysOf({ rows }: RunView): Promise<{ digests: Set<string>; inputs: Set<string> }> {
  const [digests, inputs] = [new Set<string>(), new Set<string>()];
  for await (const { digest, input } of rows) {
    digests.add(digest);
    inputs.add(digestOfText(input));
  }
  return { digests, inputs };
}

function common(own: ReadonlySet<string>, theirs: ReadonlySet<string>): number {
  let count = 0;
  for (const key of theirs) if (own.has(key)) count++;
  return count;
}
