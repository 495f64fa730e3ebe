import {
  AssayError,
  type HelperBackend,
  type HelperResult,
  openOpenaiEmbedder,
  type ResolvedModel,
  resolveJudge,
  toAssayError,
  type ValidConfig,
} from '@assay/core';
import type { OpenContext } from './open-context.ts';
import { describeJudge } from './open-judge.ts';
import { openRunner } from './open-runner.ts';
import { type SimilarityAsk, similaritiesOf } from './similarities.ts';
import { writtenValues } from './written-values.ts';

/** Where the body of a request for similarities has the second text. */
const OTHER = `\${other}`;

/**
 * An encoder that a block of its own names: a server of OpenAI's API, a provider in code, or any other runner whose answer to a
 * text is its vector as JSON. @throws AssayError CONFIG_INVALID
 */
export async function openEmbedder(config: ValidConfig, block: string, context: OpenContext): Promise<HelperBackend> {
  const model = resolveJudge(config, block);
  const { id, similarities, close } = await encoderOf(model, context);
  const { signal } = context.place;
  return {
    id,
    answer: async (given) => {
      const asks = given.filter((ask) => ask.kind === 'similarity');
      try {
        const values = await similarities(asks, signal);
        return values.map((value): HelperResult => ({ kind: 'similarity', value }));
      } catch (thrown) {
        signal?.throwIfAborted();
        const { code, message } = toAssayError(thrown, 'RUNNER_FAILED');
        return asks.map(() => ({ failed: { code, message } }));
      }
    },
    close: async () => close?.(),
  };
}

/** What pins such an encoder, without asking it. @throws AssayError CONFIG_INVALID */
export async function describeEmbedder(config: ValidConfig, block: string, context: OpenContext): Promise<string> {
  const model = resolveJudge(config, block);
  if (model.runner === 'openai') return (await openOpenaiEmbedder(model, { fetch: context.fetch })).id;
  return `${await describeJudge(model, context)}:vectors`;
}

interface Encoder {
  readonly id: string;
  readonly similarities: (
    asks: readonly SimilarityAsk[],
    signal: AbortSignal | undefined,
  ) => Promise<readonly number[]>;
  readonly close?: () => Promise<void>;
}

async function encoderOf(model: ResolvedModel, context: OpenContext): Promise<Encoder> {
  switch (model.runner) {
    case 'openai': {
      const { id, embed } = await openOpenaiEmbedder(model, { fetch: context.fetch });
      return { id, similarities: (asks, signal) => similaritiesOf(asks, (texts) => embed(texts, signal)) };
    }
    case 'module': {
      const { providerEncoder } = await import('../own/promptfoo-provider.ts');
      const { id, embed, alike } = await providerEncoder(model.module, context.baseDir);
      if (alike !== undefined) return { id, similarities: (asks) => Promise.all(asks.map(({ a, b }) => alike(b, a))) };
      return { id, similarities: (asks) => similaritiesOf(asks, (texts) => Promise.all(texts.map(embed))) };
    }
    case 'http':
    case 'bedrock':
    case 'sagemaker': {
      const runner = await openRunner(model, context);
      const isOfPairs = model.runner === 'http' && JSON.stringify(model.http.body)?.includes(OTHER) === true;
      const { pairs, vectors } = writtenValues(runner);
      return {
        id: `${runner.id}:vectors`,
        similarities: (asks, signal) =>
          isOfPairs ? pairs(asks, signal) : similaritiesOf(asks, (texts) => vectors(texts, signal)),
        close: async () => runner.close?.(),
      };
    }
    default:
      throw new AssayError('CONFIG_INVALID', `an encoder with runner: ${model.runner} is not known`, {
        hint: 'name a local encoder, or give it a block with openai, http, bedrock or sagemaker',
      });
  }
}
