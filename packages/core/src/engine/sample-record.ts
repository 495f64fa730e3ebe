import type { ModelAnswer, ScoreOutcome } from '../algorithms/algorithm.ts';
import { keptColumns } from '../datasets/kept-columns.ts';
import { DISTURBED_CHARACTERS, type SampleRecord } from '../journal/journal-record.ts';
import type { Failed } from '../runner/runner.ts';
import { KEEP_USUAL, type Keep } from '../samples/keep.ts';
import { type KeptToken, keptTokens, withinSample } from '../samples/kept-tokens.ts';
import type { SampleState } from '../samples/sample-state.ts';
import { shownFeatures } from '../samples/shown-features.ts';
import type { RunnerAnswer } from './runner-call.ts';
import { type AskResult, inAlgorithm, type SampleWork } from './sample-work.ts';

/**
 * A runner's answer as the engine keeps it.
 * @param wantsTokens whether its tokens were asked for
 */
export function toResult(answer: RunnerAnswer, wantsTokens = false): AskResult {
  if (!answer.ok) return { failed: { state: answer.state, error: answer.error }, attempts: answer.attempts ?? 1 };
  const tokens = wantsTokens && 'tokens' in answer ? (answer.tokens ?? []) : [];
  const kept = wantsTokens ? { tokens: keptTokens(tokens) } : {};
  if ('text' in answer) {
    const { text, elapsedMs, promptTokens, newTokens, finishReason: stopReason, form, cost } = answer;
    const counts = {
      ...(promptTokens === undefined ? {} : { promptTokens }),
      ...(newTokens === undefined ? {} : { newTokens }),
      ...(form === undefined ? {} : { form }),
      ...(cost === undefined ? {} : { cost }),
    };
    const generated = { kind: 'generate', text, elapsedMs, ...counts, stopReason, ...kept } as const;
    return { answer: generated, attempts: answer.attempts ?? 1 };
  }
  if ('similarities' in answer) {
    const { similarities: values, elapsedMs } = answer;
    return { answer: { kind: 'similarity', values, elapsedMs }, attempts: 1 };
  }
  const { logProbability, tokenCount, byteCount, isGreedy, elapsedMs } = answer;
  return {
    answer: { kind: 'logProbability', logProbability, tokenCount, byteCount, isGreedy, elapsedMs, ...kept },
    attempts: 1,
  };
}

/** The journal's line of a finished sample. */
export function toSampleRecord(
  model: string,
  work: SampleWork,
  outcomes: Record<string, ScoreOutcome>,
  failure: Pick<Failed, 'state' | 'error'> | undefined,
  keep: Keep = KEEP_USUAL,
): SampleRecord {
  const { sample } = work;
  const { category, cluster, weight, target_output: target, model_input: input } = sample.features;
  const asked = new Map<string, string>();
  const outputs: Record<string, string> = {};
  const logProbabilities: Record<string, number> = {};
  const stopReasons: Record<string, 'stop' | 'length'> = {};
  const tokensOf: (readonly [key: string, tokens: readonly KeptToken[]])[] = [];
  let promptTokens = 0;
  let newTokens = 0;
  let elapsedMs = 0;
  let attempts = 0;
  for (const [label, repeats] of work.keys) {
    for (const [repeat, own] of repeats.entries()) {
      for (const [key, id] of own) {
        const result = work.results.get(id);
        if (result === undefined || !('answer' in result)) continue;
        const short = repeat === 0 ? key : `${key} #${repeat + 1}`;
        // Two algorithms may ask different things under one key.
        const name = (asked.get(short) ?? id) === id ? short : inAlgorithm(label, short);
        asked.set(name, id);
        outputs[name] = shownAnswer(result.answer);
        if (keep.tokens && result.answer.kind !== 'similarity') tokensOf.push([name, result.answer.tokens ?? []]);
        if (result.answer.kind === 'logProbability') logProbabilities[name] = result.answer.logProbability;
        else if (result.answer.kind === 'generate' && result.answer.stopReason !== undefined)
          stopReasons[name] = result.answer.stopReason;
      }
    }
  }
  for (const result of work.results.values()) {
    attempts += result.attempts;
    if ('failed' in result) continue;
    elapsedMs = Math.max(elapsedMs, result.answer.elapsedMs);
    if (result.answer.kind !== 'generate') continue;
    promptTokens += result.answer.promptTokens ?? 0;
    newTokens += result.answer.newTokens ?? 0;
  }
  const anyScored = Object.values(outcomes).some((outcome) => 'scores' in outcome);
  const features = shownFeatures(sample.features);
  const prompt = keep.prompts ? originalPrompt(work) : undefined;
  const tokens = withinSample(tokensOf);
  const columns = keptColumns(sample.record, keep.columns);
  const state: SampleState = failure?.state ?? (anyScored ? 'scored' : 'unscored');
  return {
    kind: 'sample',
    model,
    sample: sample.index,
    digest: sample.digest,
    ...(category === undefined ? {} : { category }),
    ...(cluster === undefined ? {} : { cluster }),
    ...(weight === undefined ? {} : { weight: Number(weight) }),
    state,
    outcomes,
    input: input ?? sample.features.sent_more_input ?? '',
    ...(target === undefined ? {} : { target }),
    ...(prompt === undefined || prompt === input ? {} : { prompt }),
    ...(features === undefined ? {} : { features }),
    ...(columns === undefined ? {} : { columns }),
    ...(work.disturbed.size === 0 || !keep.outputs ? {} : { disturbed: cutTexts(work.disturbed) }),
    ...(keep.outputs ? { outputs } : {}),
    ...(Object.keys(stopReasons).length === 0 ? {} : { stopReasons }),
    ...(Object.keys(logProbabilities).length === 0 ? {} : { logProbabilities }),
    ...(Object.keys(tokens).length === 0 ? {} : { tokens }),
    ...(failure === undefined ? {} : { error: failure.error }),
    promptTokens,
    newTokens,
    elapsedMs,
    attempts,
    ...(work.cacheKeys.size === 0 ? {} : { cache: Object.fromEntries(work.cacheKeys) }),
    ...(work.helperKeys.size === 0 ? {} : { helperCache: Object.fromEntries(work.helperKeys) }),
  };
}

/** What the model was sent for the sample as it is. */
function originalPrompt({ keys, asks }: SampleWork): string | undefined {
  for (const [own] of keys.values()) {
    const id = own?.get('original');
    if (id !== undefined) return asks.get(id)?.prompt.text;
  }
  return undefined;
}

function cutTexts(texts: ReadonlyMap<string, string>): Record<string, string> {
  return Object.fromEntries(
    [...texts].map(([key, text]) => [
      key,
      text.length > DISTURBED_CHARACTERS ? `${text.slice(0, DISTURBED_CHARACTERS)}…` : text,
    ]),
  );
}

function shownAnswer(answer: ModelAnswer): string {
  switch (answer.kind) {
    case 'generate':
      return answer.text;
    case 'logProbability':
      return answer.logProbability.toFixed(4);
    case 'similarity':
      return answer.values.map((value) => value.toFixed(4)).join(' ');
  }
}
