import { AssayError, type Completion, type Prompt, type Runner, runnerMethod } from '@assay/core';
import { z } from 'zod';
import type { SimilarityAsk } from './similarities.ts';

const vector = z.array(z.number()).min(1);

interface WrittenValues {
  /** The vector of each text, all of one length. @throws AssayError RUNNER_NO_ANSWER; what the runner failed with */
  vectors(texts: readonly string[], signal: AbortSignal | undefined): Promise<(readonly number[])[]>;
  /** The similarity of each pair, of which the second is the prompt's field `other`. */
  pairs(asks: readonly SimilarityAsk[], signal: AbortSignal | undefined): Promise<number[]>;
}

/** What a runner writes of texts as JSON: servers of any shape answer with vectors and similarities as with texts. */
export function writtenValues(runner: Runner): WrittenValues {
  const none = (what: string) => new AssayError('RUNNER_NO_ANSWER', `${runner.id} gives no ${what}`);
  return {
    vectors: async (texts, signal) => {
      const answers = await answersOf(runner, texts.map(plainPrompt), signal);
      const found = answers.map((answer) => vector.safeParse(answer).data);
      if (found.some((each) => each === undefined || each.length !== found[0]!.length))
        throw none('vector for each text');
      return found as number[][];
    },
    pairs: async (asks, signal) => {
      const prompts = asks.map(({ a, b }, i) => ({ ...plainPrompt(a, i), fields: { other: b } }));
      const found = await answersOf(runner, prompts, signal);
      if (!found.every((each) => typeof each === 'number')) throw none('number for each pair of texts');
      return found as number[];
    },
  };
}

const plainPrompt = (text: string, i: number): Prompt => ({ id: String(i), text });

/** In the order of the prompts, as JSON; undefined for what is none. */
async function answersOf(
  runner: Runner,
  prompts: readonly Prompt[],
  signal: AbortSignal | undefined,
): Promise<unknown[]> {
  const answers = new Map<string, Completion>();
  const asked = runnerMethod(runner, 'generate')(prompts, signal === undefined ? {} : { signal });
  for await (const answer of asked) answers.set(answer.id, answer);
  return prompts.map(({ id }) => {
    const answer = answers.get(id);
    if (answer?.ok === false) throw new AssayError(answer.error.code, answer.error.message);
    return answer === undefined ? undefined : parsed(answer.text);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
