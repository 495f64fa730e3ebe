import type { ModelAnswer } from '../algorithms/algorithm.ts';
import type { Sample } from '../samples/sample.ts';
import type { KnownAnswers } from './model-run.ts';
import type { PlannedAsk, SampleWork } from './sample-work.ts';

/** Answers that the dataset brings along: `model_output`, and the stereotyping columns. */
export const datasetAnswers: KnownAnswers = {
  find(work, ask) {
    for (const own of work.keys.values()) {
      for (const [key, id] of own) if (id === ask.id) return answerOf(work, key, ask);
    }
    return undefined;
  },
};

function answerOf({ sample }: SampleWork, key: string, ask: PlannedAsk): ModelAnswer | undefined {
  if (ask.kind === 'generate') {
    const text = key === 'original' ? sample.features.model_output : undefined;
    return text === undefined ? undefined : { kind: 'generate', text, elapsedMs: 0 };
  }
  const logProbability = logProbabilityOf(sample, key);
  if (logProbability === undefined) return undefined;
  return {
    kind: 'logProbability',
    logProbability,
    tokenCount: 0,
    byteCount: Buffer.byteLength(ask.continuation),
    isGreedy: false,
    elapsedMs: 0,
  };
}

function logProbabilityOf({ features }: Sample, key: string): number | undefined {
  const text =
    key === 'sent_more' ? features.sent_more_log_prob : key === 'sent_less' ? features.sent_less_log_prob : undefined;
  const value = text === undefined ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : undefined;
}
