import { createHash } from 'node:crypto';
import {
  type ChatMessage,
  type Completion,
  type GenerateOptions,
  type HelperAsk,
  type HelperBackend,
  type HelperResult,
  type Prompt,
  type ResolvedModel,
  type Runner,
  runnerMethod,
} from '@assay/core';
import type { Dtype } from '@assay/runner-local';
import { defined } from '../defined.ts';
import { besideConfig } from './beside-config.ts';
import { canChoose, likeliestLabels } from './likeliest-label.ts';
import { loadNotices } from './load-notices.ts';
import type { OpenContext } from './open-context.ts';
import { openRunner } from './open-runner.ts';
import { localModels } from './optional-package.ts';

/** A verdict is a word: more would only leave room to wander off. */
const VERDICT_TOKENS = 16;

/**
 * A runner as a judge: greedy, a few tokens, one prompt for each question. A local model weighs the given labels, or is held
 * to them, so that its verdict is always one of them.
 */
export function openJudge(model: ResolvedModel, runner: Runner): HelperBackend {
  const options = { maxNewTokens: VERDICT_TOKENS, ...model.generate, temperature: 0 };
  const weighs = model.runner === 'local' && runner.logProbabilities !== undefined;
  return {
    id: runner.id,
    settings: JSON.stringify([options, model.prompt, ...(weighs ? ['weighs or keeps to labels'] : [])]),
    isScripted: runner.isScripted === true,
    answer: async (asks) => {
      const questions = asks.map((ask, at) => {
        const labels = ask.kind === 'judge' && weighs ? ask.labels : undefined;
        const prompt = promptOf(ask, String(at), model);
        if (labels === undefined || canChoose(labels)) return { prompt, labels };
        // Of labels of which one begins another, what the model itself would write says which.
        return { prompt: { ...prompt, constraint: { type: 'choice' as const, choices: labels } }, labels: undefined };
      });
      const weighed = questions.flatMap(({ prompt, labels }) => (labels === undefined ? [] : [{ prompt, labels }]));
      const read = questions.filter(({ labels }) => labels === undefined).map(({ prompt }) => prompt);
      const [verdicts, replies] = [
        weighed.length === 0 ? [] : await likeliestLabels(runner, weighed),
        await repliesTo(runner, read, { ...options, maxNewTokens: Math.max(options.maxNewTokens, longest(read)) }),
      ];
      return questions.map(({ labels }) => (labels === undefined ? replies.shift()! : verdicts.shift()!));
    },
    close: async () => runner.close?.(),
  };
}

/** Bytes of the longest label that a reply may have to hold: a byte may need a token of its own. */
function longest(prompts: readonly Prompt[]): number {
  const labels = prompts.flatMap(({ constraint }) => (constraint?.type === 'choice' ? constraint.choices : []));
  return Math.max(0, ...labels.map((label) => Buffer.byteLength(label)));
}

async function repliesTo(
  runner: Runner,
  prompts: readonly Prompt[],
  options: GenerateOptions,
): Promise<HelperResult[]> {
  const answers = new Map<string, Completion>();
  if (prompts.length > 0) {
    for await (const answer of runnerMethod(runner, 'generate')(prompts, options)) answers.set(answer.id, answer);
  }
  return prompts.map(({ id }) => {
    const answer = answers.get(id);
    if (answer?.ok) return { kind: 'judge', text: answer.text };
    return { failed: answer?.error ?? { code: 'RUNNER_NO_ANSWER', message: 'the judge gave no answer' } };
  });
}

/** The judge's id without loading a model or creating an endpoint. */
export async function describeJudge(model: ResolvedModel, context: OpenContext): Promise<string> {
  switch (model.runner) {
    case 'local': {
      const { prepareOrPull } = await localModels();
      const { model: name, revision, dtype, unpack } = model.local;
      const prepared = await prepareOrPull(besideConfig(name, context.baseDir), {
        revision,
        dtype: dtype as Dtype | undefined,
        causal: defined({ unpack }),
        hooks: loadNotices(context.notices),
        signal: context.place.signal,
      });
      return prepared.id;
    }
    case 'scripted': {
      const runner = await openRunner(model, context);
      await runner.close?.();
      return runner.id;
    }
    default: {
      const { name: _, ...config } = model.config;
      const digest = createHash('sha256').update(JSON.stringify(config)).digest('hex').slice(0, 16);
      return `${model.runner}:${model.name}@config:${digest}`;
    }
  }
}

function promptOf(ask: HelperAsk, id: string, { prompt: { system, chat } }: ResolvedModel): Prompt {
  const text = ask.kind === 'judge' ? ask.prompt : '';
  if (chat === 'never') return { id, text };
  const messages: ChatMessage[] = [
    ...(system === undefined ? [] : [{ role: 'system' as const, content: system }]),
    { role: 'user', content: text },
  ];
  return { id, text, messages };
}
