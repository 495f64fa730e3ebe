import type { ModelAnswer, ModelAsk } from '../algorithms/algorithm.ts';
import type { AlgorithmInstance } from '../algorithms/instantiate.ts';
import type { Sample } from '../samples/sample.ts';

/** An algorithm's answers where the dataset brings the model's outputs along; undefined when it lacks one of them. */
export function datasetAnswers(
  sample: Sample,
  { algorithm, options }: AlgorithmInstance,
  seed: number,
): Map<string, ModelAnswer> | undefined {
  const asks = algorithm.modelAsks?.(sample, options, seed);
  if (asks === undefined) return originalAnswer(sample.features.model_output);
  const answers = new Map<string, ModelAnswer>();
  for (const ask of asks) {
    const answer = answerOf(sample, ask);
    if (answer === undefined) return undefined;
    answers.set(ask.key, answer);
  }
  return answers;
}

/** The answer of an algorithm that asks for nothing but the model's output. */
function originalAnswer(text: string | undefined): Map<string, ModelAnswer> | undefined {
  return text === undefined ? undefined : new Map([['original', { kind: 'generate', text, elapsedMs: 0 }]]);
}

function answerOf({ features }: Sample, ask: ModelAsk): ModelAnswer | undefined {
  if (ask.kind === 'generate') {
    const text = ask.key === 'original' ? features.model_output : undefined;
    return text === undefined ? undefined : { kind: 'generate', text, elapsedMs: 0 };
  }
  if (ask.kind === 'similarity') return undefined;
  const text =
    ask.key === 'sent_more'
      ? features.sent_more_log_prob
      : ask.key === 'sent_less'
        ? features.sent_less_log_prob
        : undefined;
  const logProbability = text === undefined || text.trim() === '' ? Number.NaN : Number(text);
  if (!Number.isFinite(logProbability)) return undefined;
  return {
    kind: 'logProbability',
    logProbability,
    tokenCount: 0,
    byteCount: Buffer.byteLength(ask.continuation),
    isGreedy: false,
    elapsedMs: 0,
  };
}
