import { createHash } from 'node:crypto';
import type { ChatMessage, Completion, HelperAsk, HelperBackend, Prompt, ResolvedModel, Runner } from '@assay/core';
import type { Dtype } from '@assay/runner-local';
import { besideConfig, loadHooks, openRunner, type RunnerContext } from './open-runner.ts';

/** A verdict is a word: more would only leave room to wander off. */
const VERDICT_TOKENS = 16;

/** A runner as a judge: greedy, a few tokens, one prompt for each question. */
export function openJudge(model: ResolvedModel, runner: Runner): HelperBackend {
  const options = { maxNewTokens: VERDICT_TOKENS, ...model.generate, temperature: 0 };
  return {
    id: runner.id,
    settings: JSON.stringify([options, model.prompt]),
    isScripted: runner.isScripted === true,
    answer: async (asks) => {
      const prompts = asks.map((ask, at) => promptOf(ask, String(at), model));
      const answers = new Map<string, Completion>();
      for await (const answer of runner.generate(prompts, options)) answers.set(answer.id, answer);
      return asks.map((_, at) => {
        const answer = answers.get(String(at));
        if (answer?.ok) return { kind: 'judge' as const, text: answer.text };
        return { failed: answer?.error ?? { code: 'RUNNER_NO_ANSWER' as const, message: 'the judge gave no answer' } };
      });
    },
    close: () => runner.close(),
  };
}

/** The judge's id without loading a model or creating an endpoint. */
export async function describeJudge(model: ResolvedModel, context: RunnerContext): Promise<string> {
  switch (model.runner) {
    case 'local': {
      const { prepareOrPull } = await import('@assay/runner-local');
      const { model: name, revision, dtype, unpack } = model.local;
      const prepared = await prepareOrPull(besideConfig(name, context.baseDir), {
        revision,
        dtype: dtype as Dtype | undefined,
        causal: unpack === undefined ? {} : { unpack },
        hooks: loadHooks(context.progress),
        signal: context.signal?.(),
      });
      return prepared.id;
    }
    case 'scripted': {
      const runner = await openRunner(model, context);
      await runner.close();
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
