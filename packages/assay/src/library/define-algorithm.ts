import { createHash } from 'node:crypto';
import type { Algorithm, FeatureName, ScoreSpec, ScoringInput, Unscored } from '@assay/core';
import { z } from 'zod';
import type { AlgorithmUse, CommonOptions } from './algorithm-use.ts';

/** A sample with its answer, as an algorithm scores it. */
export interface ScoredSample {
  /** What the model was asked, before the prompt template. */
  readonly input: string;
  /** What it answered; empty where it said nothing. */
  readonly output: string;
  readonly target: string | undefined;
  readonly context: string | undefined;
  readonly category: string | undefined;
  /** Position in the data, from 0. */
  readonly index: number;
  /** The row as it was read, with all its columns. */
  readonly row: Readonly<Record<string, unknown>>;
}

type Values<Scores> = { readonly [K in keyof Scores]: number };

export interface AlgorithmDefinition<Schema extends z.ZodType, Scores extends Readonly<Record<string, ScoreSpec>>> {
  readonly name: string;
  readonly summary?: string;
  /** What every row must have; checked before the first is read. @default ['model_input'] */
  readonly needs?: readonly FeatureName[];
  /** A zod schema, which checks and completes the options. @default none */
  readonly options?: Schema;
  /** Its scores by name: `binary()`, `bounded()` or `real()`. */
  readonly scores: Scores;
  /**
   * Every score of one sample, or `unscored(reason)`. What it throws, and a value of another kind or range, leaves this
   * sample unscored and is counted.
   */
  score(sample: ScoredSample, options: z.output<Schema>): NoInfer<Values<Scores>> | Unscored;
  /** Changed when other values come out though the function's text is the same: it calls something that changed. */
  readonly version?: string;
}

/**
 * An algorithm of one's own: a few data and one function.
 * @returns makes a use of it with options
 * @example
 * const brief = defineAlgorithm({
 *   name: 'brief',
 *   needs: ['model_input'],
 *   options: z.strictObject({ words: z.int().default(10) }),
 *   scores: { within: binary('At most so many words.') },
 *   score: ({ output }, { words }) => ({ within: output.split(/\s+/).length <= words ? 1 : 0 }),
 * });
 * const use = brief({ words: 8 });
 */
export function defineAlgorithm<
  const Scores extends Readonly<Record<string, ScoreSpec>>,
  Schema extends z.ZodType = z.ZodObject<Record<never, never>>,
>(definition: AlgorithmDefinition<Schema, Scores>): (options?: z.input<Schema> & CommonOptions) => AlgorithmUse {
  const { name, summary = '', needs = ['model_input'], scores, version = '1' } = definition;
  const options: z.ZodType = definition.options ?? z.strictObject({});
  const digest = createHash('sha256').update(String(definition.score)).digest('hex').slice(0, 16);
  const own: Algorithm = {
    name,
    summary,
    options,
    needs: () => needs,
    scores: () => scores,
    score: (input, given) => {
      const found = definition.score(scoredSample(input), given as z.output<Schema>);
      return isUnscored(found) ? found : { scores: found };
    },
    // Nobody knows what its code looks up.
    rowFields: () => 'all',
    signature: (given) => `${name}|${JSON.stringify(given)}|code:sha256:${digest}|v:${version}`,
  };
  return (given) => ({ name, options: { ...given }, own });
}

function isUnscored(found: object): found is Unscored {
  return 'unscored' in found && typeof found.unscored === 'string';
}

function scoredSample({ sample, answers }: ScoringInput): ScoredSample {
  const { model_input: input = '', target_output: target, context, category } = sample.features;
  const answer = answers.get('original');
  const output = answer?.kind === 'generate' ? answer.text : '';
  return { input, output, target, context, category, index: sample.index, row: sample.record };
}
