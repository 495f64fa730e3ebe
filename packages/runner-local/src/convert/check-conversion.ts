import type { StepRow, WantedPosition } from '../layouts/causal-model.ts';
import { openCausalModel } from '../layouts/open-causal-model.ts';
import type { ModelSpec } from '../worker/messages.ts';

/** How far a converted model is from what it was made of, over a few prompts of arbitrary tokens. */
export interface ConversionCheck {
  readonly tokens: number;
  /** Nats between the log-probabilities of one token: the largest difference, and the mean of all. */
  readonly largestDifference: number;
  readonly meanDifference: number;
  /** Places where both prefer the same token. */
  readonly sameChoices: number;
}

interface Answers {
  readonly logProbabilities: readonly number[];
  readonly choices: readonly number[];
}

/** Prompts of different lengths, and tokens that follow them once their keys and values are in the cache. */
const PROMPT_LENGTHS = [13, 5, 1];
const FOLLOWING = 2;

/**
 * Runs both models, one after the other, on the same tokens.
 * @param refused what to throw when the converted graph does not run
 */
export async function checkConversion(
  original: ModelSpec,
  converted: ModelSpec,
  refused: (reason: string) => Error = (reason) => new Error(reason),
): Promise<ConversionCheck> {
  const expected = await answersOf(original);
  const found = await answersOf(converted).catch((cause: Error) => {
    throw refused(cause.message);
  });
  const differences = expected.logProbabilities.map((value, at) => {
    const difference = Math.abs(value - found.logProbabilities[at]!);
    return Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
  });
  return {
    tokens: differences.length,
    largestDifference: Math.max(...differences),
    meanDifference: differences.reduce((sum, one) => sum + one, 0) / differences.length,
    sameChoices: expected.choices.filter((choice, at) => choice === found.choices[at]).length,
  };
}

/** Runs a model that there is nothing to compare with. @param refused what to throw when it does not run or counts wrong */
export async function checkNumbers(model: ModelSpec, refused: (reason: string) => Error): Promise<void> {
  const { logProbabilities } = await answersOf(model).catch((cause: Error) => {
    throw refused(cause.message);
  });
  const wrong = logProbabilities.find((value) => !(value <= 0 && Number.isFinite(value)));
  if (wrong !== undefined) throw refused(`a log-probability is ${wrong}`);
}

async function answersOf(spec: ModelSpec): Promise<Answers> {
  const model = await openCausalModel(spec);
  try {
    const cache = model.createCache();
    cache.reserve(PROMPT_LENGTHS.length, Math.max(...PROMPT_LENGTHS) + FOLLOWING);
    const texts = PROMPT_LENGTHS.map((length, row) => someTokens(length + FOLLOWING + 1, row, spec.vocabularySize));
    const logProbabilities: number[] = [];
    const choices: number[] = [];
    // One token at a time after the prompt: fused attention takes no more behind a past where rows are several.
    for (let step = 0; step <= FOLLOWING; step++) {
      const rows = texts.map((tokens, slot): StepRow => {
        const pastLength = step === 0 ? 0 : PROMPT_LENGTHS[slot]! + step - 1;
        return { past: slot, pastLength, tokens: tokens.slice(pastLength, PROMPT_LENGTHS[slot]! + step), store: slot };
      });
      const { targetLogProbabilities, topIds } = await model.step(cache, rows, everyPosition(rows, texts), 1);
      logProbabilities.push(...targetLogProbabilities);
      choices.push(...topIds);
    }
    return { logProbabilities, choices };
  } finally {
    await model.close();
  }
}

function everyPosition(rows: readonly StepRow[], texts: readonly number[][]): WantedPosition[] {
  return rows.flatMap((row, r) =>
    Array.from(row.tokens, (_, position) => ({ row: r, position, target: texts[r]![row.pastLength + position + 1]! })),
  );
}

/** Any tokens will do: what is compared is the arithmetic. */
function someTokens(count: number, row: number, vocabularySize: number): number[] {
  return Array.from({ length: count }, (_, at) => (7 + 31 * at * (row + 1) + 11 * row) % vocabularySize);
}
