import { pythonRstrip } from '../python/whitespace.ts';
import type { ModelAsk } from './algorithm.ts';

/**
 * A continuation after a whole prompt as lm-evaluation-harness asks for it: white space at the prompt's end goes over to
 * the continuation, since tokenizers put a space before a word, not after one.
 * @see https://github.com/EleutherAI/lm-evaluation-harness/blob/main/lm_eval/api/model.py `_encode_pair`
 */
export function rawContinuation(key: string, prompt: string, continuation: string): ModelAsk {
  const modelInput = pythonRstrip(prompt);
  return {
    key,
    kind: 'logProbability',
    modelInput,
    continuation: prompt.slice(modelInput.length) + continuation,
    raw: true,
    context: 'lm-eval',
  };
}
