import type { CausalModel, StepRow } from '../../layouts/causal-model.ts';
import type { Drift } from '../../layouts/drift.ts';
import { openCausalModel } from '../../layouts/open-causal-model.ts';
import type { ModelSpec } from '../../worker/messages.ts';

/** What both are tried on, as token ids. */
export interface Trial {
  readonly texts: readonly (readonly number[])[];
  readonly prompts: readonly (readonly number[])[];
  /** Tokens that end an answer. */
  readonly eosIds: readonly number[];
}

interface Answers {
  readonly logProbabilities: readonly number[];
  readonly choices: readonly number[];
  readonly newTokens: number;
}

const ROWS = 8;
const MOST_NEW_TOKENS = 48;

/** Runs both models, one after the other, on the same texts. */
export async function measureDrift(exact: ModelSpec, fast: ModelSpec, trial: Trial): Promise<Drift> {
  const [a, b] = [await answersOf(exact, trial), await answersOf(fast, trial)];
  const nats = a.logProbabilities.map((one, at) => Math.abs(one - b.logProbabilities[at]!)).sort((x, y) => x - y);
  return {
    tokens: nats.length,
    meanNats: mean(nats),
    nats99: nats[Math.min(nats.length - 1, Math.floor(nats.length * 0.99))]!,
    sameChoice: a.choices.filter((choice, at) => choice === b.choices[at]).length / nats.length,
    logPerplexity: [-mean(a.logProbabilities), -mean(b.logProbabilities)],
    newTokens: [a.newTokens, b.newTokens],
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

async function answersOf(spec: ModelSpec, { texts, prompts, eosIds }: Trial): Promise<Answers> {
  const model = await openCausalModel(spec);
  try {
    const read = await readTexts(model, texts);
    return { ...read, newTokens: await countNewTokens(model, prompts, eosIds) };
  } finally {
    await model.close();
  }
}

async function readTexts(
  model: CausalModel,
  texts: readonly (readonly number[])[],
): Promise<Omit<Answers, 'newTokens'>> {
  const logProbabilities: number[] = [];
  const choices: number[] = [];
  for (let start = 0; start < texts.length; start += ROWS) {
    const group = texts.slice(start, start + ROWS);
    const rows = group.map(
      (text, slot): StepRow => ({ past: slot, pastLength: 0, tokens: text.slice(0, -1), store: -1 }),
    );
    const wanted = rows.flatMap((row, r) =>
      Array.from(row.tokens, (_, position) => ({ row: r, position, target: group[r]![position + 1]! })),
    );
    const found = await model.step(model.createCache(), rows, wanted, 1);
    logProbabilities.push(...found.targetLogProbabilities);
    choices.push(...found.topIds);
  }
  return { logProbabilities, choices };
}

/** Tokens of greedy answers, at most 48 each. */
async function countNewTokens(
  model: CausalModel,
  prompts: readonly (readonly number[])[],
  eosIds: readonly number[],
): Promise<number> {
  let count = 0;
  for (let start = 0; start < prompts.length; start += 4 * ROWS) {
    const group = prompts.slice(start, start + 4 * ROWS);
    const cache = model.createCache();
    cache.reserve(group.length, Math.max(...group.map(({ length }) => length)) + MOST_NEW_TOKENS);
    let rows = group.map((tokens, slot): StepRow => ({ past: slot, pastLength: 0, tokens, store: slot }));
    for (let step = 0; step < MOST_NEW_TOKENS && rows.length > 0; step++) {
      const ends = rows.map(({ tokens }, row) => ({ row, position: tokens.length - 1, target: 0 }));
      const { topIds } = await model.step(cache, rows, ends, 1);
      count += rows.length;
      rows = rows.flatMap(({ past, pastLength, tokens }, at): StepRow[] => {
        const next = topIds[at]!;
        if (eosIds.includes(next)) return [];
        return [{ past, pastLength: pastLength + tokens.length, tokens: [next], store: past }];
      });
    }
  }
  return count;
}
