import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Figures, measure } from './figures.ts';
import { NEW_TOKENS, PROMPT_WORDS, prompts, questions, sentences, THREADS } from './workload.ts';

// llama.cpp through node-llama-cpp, on the GGUF that the embedded weights were made from.

interface Sequence {
  evaluateWithoutGeneratingNewTokens(tokens: readonly number[]): Promise<void>;
  eraseContextTokenRanges(ranges: readonly { readonly start: number; readonly end: number }[]): Promise<void>;
  clearHistory(): Promise<void>;
}

interface Context {
  getSequence(): Sequence;
}

interface Loaded {
  readonly LlamaCompletion: new (options: {
    readonly contextSequence: Sequence;
  }) => {
    generateCompletionWithMeta(text: string, options: object): Promise<{ metadata: { stopReason: string } }>;
  };
  readonly context: Context;
  tokenize(text: string): readonly number[];
  dispose(): Promise<void>;
}

async function load(
  installed: string,
  sequences: number,
  contextSize: number,
  modelPath = join(installed, 'model.gguf'),
): Promise<Loaded> {
  const entry = createRequire(join(installed, 'package.json')).resolve('node-llama-cpp');
  const { getLlama, LlamaCompletion, LlamaLogLevel } = await import(pathToFileURL(entry).href);
  const llama = await getLlama({ gpu: false, build: 'never', maxThreads: THREADS, logLevel: LlamaLogLevel.error });
  const model = await llama.loadModel({ modelPath });
  const context = await model.createContext({ sequences, contextSize, threads: THREADS });
  return {
    LlamaCompletion,
    context,
    tokenize: (text) => model.tokenize(text),
    dispose: () => llama.dispose(),
  };
}

/** Each sequence takes the next piece of work when it is done with the last. */
async function share<T>(
  { context }: Loaded,
  sequences: number,
  work: readonly T[],
  each: (sequence: Sequence, item: T) => Promise<void>,
): Promise<void> {
  const waiting = [...work];
  const serve = async (): Promise<void> => {
    const sequence = context.getSequence();
    for (let item = waiting.pop(); item !== undefined; item = waiting.pop()) {
      await each(sequence, item);
      await sequence.clearHistory();
    }
  };
  await Promise.all(Array.from({ length: sequences }, serve));
}

export async function generate(
  installed: string,
  count: number,
  batch: number,
  newTokens = NEW_TOKENS,
  gguf?: string,
  words?: number,
): Promise<Figures> {
  const llama = await load(installed, batch, 2 * PROMPT_WORDS + 2 * NEW_TOKENS, gguf);
  const completions = new Map<Sequence, InstanceType<Loaded['LlamaCompletion']>>();
  const figures = await measure(async () => {
    let made = 0;
    await share(llama, batch, prompts(count, words), async (contextSequence, text) => {
      const completion = completions.get(contextSequence) ?? new llama.LlamaCompletion({ contextSequence });
      completions.set(contextSequence, completion);
      let told = 0;
      const onToken = (tokens: readonly number[]): void => {
        told += tokens.length;
      };
      const options = { maxTokens: newTokens, temperature: 0, onToken };
      const { metadata } = await completion.generateCompletionWithMeta(text, options);
      // Tokens that are half a character, as random weights make them, are not told of.
      made += metadata.stopReason === 'maxTokens' ? newTokens : told;
    });
    return made;
  });
  await llama.dispose();
  return figures;
}

/**
 * The pass over each sentence alone, without a logit kept: log-probabilities cost more, so this bounds what it could do.
 */
export async function readSentences(installed: string, count: number, batch: number): Promise<Figures> {
  const llama = await load(installed, batch, 256);
  const texts = await sentences(count);
  const figures = await measure(async () => {
    const work = texts.map((text) => llama.tokenize(text));
    await share(llama, batch, work, (sequence, tokens) => sequence.evaluateWithoutGeneratingNewTokens(tokens));
    return texts.length;
  });
  await llama.dispose();
  return figures;
}

/** The same for choices: each behind its whole prompt, or (`keep`) the prompt read once and the choices behind it. */
export async function readChoices(installed: string, count: number, batch: number, keep: boolean): Promise<Figures> {
  const llama = await load(installed, batch, 640);
  const figures = await measure(async () => {
    const work = questions(count).map(({ prompt, choices }) => ({
      prompt: llama.tokenize(prompt),
      choices: choices.map((choice) => llama.tokenize(choice)),
    }));
    await share(llama, batch, work, async (sequence, { prompt, choices }) => {
      if (keep) await sequence.evaluateWithoutGeneratingNewTokens(prompt);
      for (const choice of choices) {
        await sequence.evaluateWithoutGeneratingNewTokens(keep ? choice : [...prompt, ...choice]);
        const start = keep ? prompt.length : 0;
        await sequence.eraseContextTokenRanges([{ start, end: prompt.length + choice.length }]);
      }
    });
    return count;
  });
  await llama.dispose();
  return figures;
}
