import type { SampleRow } from '../results/summary.ts';

/** The scored samples of one model, by a key that names the same sample in every run. */
export interface ModelScores {
  readonly model: string;
  readonly samples: ReadonlyMap<string, SampleScores>;
}

export interface SampleScores {
  readonly index: number;
  readonly category: string | null;
  readonly input: string;
  /** `algorithm.score` → value. */
  readonly scores: Readonly<Record<string, number>>;
}

/**
 * Gathers rows by model. A sample is named by its content digest, and by how often that content has come before, so that
 * runs align although their datasets were sorted or cut differently.
 */
export async function gatherScores(rows: AsyncIterable<SampleRow>): Promise<Map<string, ModelScores>> {
  const byModel = new Map<string, SampleRow[]>();
  for await (const row of rows) {
    const own = byModel.get(row.model) ?? [];
    if (own.length === 0) byModel.set(row.model, own);
    own.push(row);
  }
  return new Map([...byModel].map(([model, own]) => [model, { model, samples: keyed(own) }]));
}

function keyed(rows: SampleRow[]): Map<string, SampleScores> {
  const samples = new Map<string, SampleScores>();
  const seen = new Map<string, number>();
  // Journals hold samples in completion order: repeats of one content are told apart by their place in the dataset.
  for (const { digest, index, category, input, scores } of rows.sort((a, b) => a.index - b.index)) {
    const repeat = seen.get(digest) ?? 0;
    seen.set(digest, repeat + 1);
    samples.set(`${digest}#${repeat}`, { index, category, input, scores });
  }
  return samples;
}

/** Values of one score on the samples that both sides have it for, in dataset order. */
export interface PairedValues {
  readonly keys: readonly string[];
  readonly baseline: Float64Array;
  readonly candidate: Float64Array;
}

export function pairedValues(
  baseline: ModelScores,
  candidate: ModelScores,
  score: string,
  category: string | null = null,
): PairedValues {
  const keys: string[] = [];
  const before: number[] = [];
  const after: number[] = [];
  for (const [key, sample] of baseline.samples) {
    const other = candidate.samples.get(key);
    const a = sample.scores[score];
    const b = other?.scores[score];
    if (a === undefined || b === undefined || (category !== null && sample.category !== category)) continue;
    keys.push(key);
    before.push(a);
    after.push(b);
  }
  return { keys, baseline: Float64Array.from(before), candidate: Float64Array.from(after) };
}
