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
import { hashSeed } from '@assay/metrics';
import type { Dtype } from '@assay/runner-local';
import { defined } from '../defined.ts';
import { besideConfig } from './beside-config.ts';
import { canChoose, firstTokenWeights, likeliestLabels } from './likeliest-label.ts';
import { loadNotices } from './load-notices.ts';
import type { OpenContext } from './open-context.ts';
import { openRunner } from './open-runner.ts';
import { localModels } from './optional-package.ts';

/** A verdict is a word: more would only leave room to wander off. */
const VERDICT_TOKENS = 16;
/** At which a judge's repeats are drawn, where the config names none for it. */
const REPEAT_TEMPERATURE = 1;

/** Likeliest first tokens that a server is asked for: as many as OpenAI's gives. */
const MOST_TOKENS = 20;

type JudgeAsk = Extract<HelperAsk, { kind: 'judge' }>;

/**
 * A runner as a judge: greedy but for repeats, a few tokens, one prompt for each question. A local model weighs the given
 * labels, or is held to them, so that its verdict is always one of them; so does a server whose first token's
 * log-probabilities tell the labels apart.
 */
export function openJudge(model: ResolvedModel, runner: Runner): HelperBackend {
  const listsTokens = model.runner === 'openai';
  const weighs = model.runner === 'local' && runner.logProbabilities !== undefined;
  const temperature = (model.generate.temperature ?? 0) > 0 ? model.generate.temperature! : REPEAT_TEMPERATURE;
  const options = { maxNewTokens: VERDICT_TOKENS, ...model.generate, temperature: 0 };
  return {
    id: runner.id,
    settings: JSON.stringify([options, model.prompt, temperature, ...(weighs ? ['weighs or keeps to labels'] : [])]),
    isScripted: runner.isScripted === true,
    answer: async (given) => {
      const asks = given.filter((ask): ask is JudgeAsk => ask.kind === 'judge');
      const questions = asks.map((ask, at) => ({ ask, prompt: promptOf(ask, String(at), model) }));
      const isWeighed = ({ ask }: { readonly ask: JudgeAsk }) => weighs && canChoose(ask.labels);
      const weighed = questions.filter(isWeighed);
      const results = new Map<string, HelperResult>();
      const verdicts = await likeliestLabels(
        runner,
        weighed.map(({ ask, prompt }) => ({ prompt, labels: ask.labels! })),
      );
      for (const [at, { prompt }] of weighed.entries()) results.set(prompt.id, verdicts[at]!);
      for (const batch of alikeBatches(questions.filter((each) => !isWeighed(each)))) {
        const { tokens, repeat, weigh } = batch[0]!.ask;
        const prompts = batch.map(({ ask, prompt }) => heldPrompt(ask, prompt, weighs));
        const settings = {
          ...options,
          maxNewTokens: Math.max(tokens ?? options.maxNewTokens, longest(prompts)),
          temperature: repeat === undefined ? 0 : temperature,
          ...(weigh === true && listsTokens ? { logProbabilities: true, topLogProbabilities: MOST_TOKENS } : {}),
        };
        const replies = await repliesTo(runner, prompts, settings);
        for (const { ask, prompt } of batch) results.set(prompt.id, judgeResult(replies.get(prompt.id), ask));
      }
      return questions.map(({ prompt }) => results.get(prompt.id) ?? NO_ANSWER);
    },
    close: async () => runner.close?.(),
  };
}

const NO_ANSWER: HelperResult = { failed: { code: 'RUNNER_NO_ANSWER', message: 'the judge gave no answer' } };

interface JudgeQuestion {
  readonly ask: JudgeAsk;
  readonly prompt: Prompt;
}

/** Questions that one call of the runner can take: as many tokens, and drawn or not. */
function alikeBatches(questions: readonly JudgeQuestion[]): JudgeQuestion[][] {
  const batches = new Map<string, JudgeQuestion[]>();
  for (const question of questions) {
    const { tokens = 0, repeat, weigh = false } = question.ask;
    const kind = `${tokens} ${repeat !== undefined} ${weigh}`;
    batches.set(kind, [...(batches.get(kind) ?? []), question]);
  }
  return [...batches.values()];
}

/** Of labels of which one begins another, what the model itself would write says which. */
function heldPrompt({ labels, repeat, prompt: text }: JudgeAsk, prompt: Prompt, weighs: boolean): Prompt {
  return {
    ...prompt,
    ...(weighs && labels !== undefined ? { constraint: { type: 'choice' as const, choices: labels } } : {}),
    ...(repeat === undefined ? {} : { seed: hashSeed('judge', text, repeat) }),
  };
}

/** Bytes of the longest label that a reply may have to hold: a byte may need a token of its own. */
function longest(prompts: readonly Prompt[]): number {
  const labels = prompts.flatMap(({ constraint }) => (constraint?.type === 'choice' ? constraint.choices : []));
  return Math.max(0, ...labels.map((label) => Buffer.byteLength(label)));
}

/** By the prompt's id. */
async function repliesTo(
  runner: Runner,
  prompts: readonly Prompt[],
  options: GenerateOptions,
): Promise<Map<string, Completion>> {
  const answers = new Map<string, Completion>();
  for await (const answer of runnerMethod(runner, 'generate')(prompts, options)) answers.set(answer.id, answer);
  return answers;
}

function judgeResult(answer: Completion | undefined, { labels = [] }: JudgeAsk): HelperResult {
  if (answer === undefined) return NO_ANSWER;
  if (!answer.ok) return { failed: answer.error };
  const weights = firstTokenWeights(answer.tokens?.[0]?.top ?? [], labels);
  return { kind: 'judge', text: answer.text, ...(weights === undefined ? {} : { weights }) };
}

/** The judge's id without loading a model or creating an endpoint. */
export async function describeJudge(model: ResolvedModel, context: OpenContext): Promise<string> {
  switch (model.runner) {
    case 'local': {
      const { idWithPrecision, prepareOrPull } = await localModels();
      const { model: name, revision, dtype, unpack, precision } = model.local;
      const prepared = await prepareOrPull(besideConfig(name, context.baseDir), {
        revision,
        dtype: dtype as Dtype | undefined,
        causal: defined({ unpack }),
        hooks: loadNotices(context.notices),
        signal: context.place.signal,
      });
      return idWithPrecision(prepared.id, precision);
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

function promptOf(
  { prompt: text, messages: given }: JudgeAsk,
  id: string,
  { prompt: { system, chat } }: ResolvedModel,
): Prompt {
  if (given !== undefined) return { id, text, messages: given };
  if (chat === 'never') return { id, text };
  const messages: ChatMessage[] = [
    ...(system === undefined ? [] : [{ role: 'system' as const, content: system }]),
    { role: 'user', content: text },
  ];
  return { id, text, messages };
}
