import { AssayError, type RunCheck } from '@assay/core';

/** What a model on this machine is. */
export type LocalKind = 'causal' | 'seq2seq' | 'encoder' | 'classifier';

type Asked = RunCheck['asked'] extends ReadonlyMap<infer Kind, unknown> ? Kind : never;

/** A classifier answers prompts with its likeliest label. */
const ANSWERS: Readonly<Record<LocalKind, readonly Asked[]>> = {
  causal: ['generate', 'logProbability'],
  seq2seq: ['generate', 'logProbability'],
  encoder: ['similarity'],
  classifier: ['generate', 'similarity'],
};

const NAMES: Readonly<Record<LocalKind, string>> = {
  causal: 'a language model',
  seq2seq: 'an encoder-decoder',
  encoder: 'an encoder',
  classifier: 'a classifier',
};

const WORDS: Readonly<Record<Asked, string>> = {
  generate: 'generate text',
  logProbability: 'give log-probabilities',
  similarity: 'compare texts',
};

const HINTS: Readonly<Record<Asked, string>> = {
  generate: 'name a language model, or algorithms for encoders: text_similarity, ranking',
  logProbability: 'name a language model',
  similarity: 'name an encoder or a reranker',
};

/** What the algorithms of a config ask of a model that its kind cannot answer. */
export function unanswerable(model: string, kind: LocalKind | undefined, asked: RunCheck['asked']): AssayError[] {
  if (kind === undefined) return [];
  return [...asked].flatMap(([ask, algorithms]) => {
    if (ANSWERS[kind].includes(ask)) return [];
    const needed = `${algorithms.join(', ')} ${algorithms.length === 1 ? 'needs' : 'need'} it`;
    const message = `${model} is ${NAMES[kind]}, which cannot ${WORDS[ask]}: ${needed}`;
    return [new AssayError('RUNNER_CAPABILITY', message, { hint: HINTS[ask] })];
  });
}
