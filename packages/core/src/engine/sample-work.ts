import { hash } from 'node:crypto';
import type { ModelAnswer, ModelAsk, Unscored } from '../algorithms/algorithm.ts';
import type { AlgorithmInstance } from '../algorithms/instantiate.ts';
import type { ErrorData } from '../errors/assay-error.ts';
import type { ComposedPrompt } from '../prompts/compose-prompt.ts';
import type { Failed, ScoreWindows, TextConstraint, TextContext } from '../runner/runner.ts';
import type { Sample } from '../samples/sample.ts';

export type Compose = (sample: Sample, modelInput: string) => ComposedPrompt;

/** One question to the model, shared by every algorithm that asks the same. */
export interface PlannedAsk {
  /** 16 hexadecimal digits over what the model will see; names the answer in journal and cache. */
  readonly id: string;
  readonly kind: ModelAsk['kind'];
  readonly prompt: ComposedPrompt;
  readonly continuation: string;
  /** Texts that the prompt is held against. */
  readonly others?: readonly string[];
  readonly windows?: ScoreWindows;
  /** Of a text without a prompt: what stands before it. */
  readonly context?: TextContext;
  readonly repeat: number;
  /** The form that the answer keeps to, where it is not the model's. */
  readonly constraint?: TextConstraint;
}

export type AskResult =
  | { readonly answer: ModelAnswer; readonly attempts: number }
  | { readonly failed: Pick<Failed, 'state' | 'error'>; readonly attempts: number };

/** A sample on its way: which answers it needs, for which algorithm, and which have come. */
export interface SampleWork {
  readonly sample: Sample;
  readonly asks: ReadonlyMap<string, PlannedAsk>;
  /** By algorithm label, then by repeat: the algorithm's own key → ask id. */
  readonly keys: ReadonlyMap<string, readonly ReadonlyMap<string, string>[]>;
  /** Disturbed inputs by variant, where they differ from the sample's. */
  readonly disturbed: ReadonlyMap<string, string>;
  readonly results: Map<string, AskResult>;
  /** Cache keys looked up, and whether the answer was there. */
  readonly cacheKeys: Map<string, boolean>;
  /** The same of the questions to helper models. */
  readonly helperKeys: Map<string, boolean>;
  /** Algorithms that ask nothing of this sample, and why. */
  readonly unaskable: ReadonlyMap<string, Unscored>;
}

export function planSample(
  sample: Sample,
  instances: readonly AlgorithmInstance[],
  compose: Compose,
  runSeed: number,
  times: number,
): SampleWork {
  const asks = new Map<string, PlannedAsk>();
  const keys = new Map<string, Map<string, string>[]>();
  const disturbed = new Map<string, string>();
  const unaskable = new Map<string, Unscored>();
  for (const { label, algorithm, options } of instances) {
    const own = Array.from({ length: times }, () => new Map<string, string>());
    keys.set(label, own);
    if (asksNothing(sample, { algorithm, options })) {
      unaskable.set(label, { unscored: 'empty_input' });
      continue;
    }
    try {
      for (const ask of algorithm.modelAsks?.(sample, options, runSeed) ?? askOriginal(sample)) {
        keepDisturbed(disturbed, label, ask, sample);
        for (const [repeat, ids] of own.entries()) {
          const planned = planAsk(sample, ask, compose, repeat, times);
          asks.set(planned.id, planned);
          ids.set(ask.key, planned.id);
        }
      }
    } catch (thrown) {
      const detail = thrown instanceof Error ? thrown.message : String(thrown);
      unaskable.set(label, { unscored: 'asking_failed', detail });
    }
  }
  return { sample, asks, keys, disturbed, results: new Map(), cacheKeys: new Map(), helperKeys: new Map(), unaskable };
}

/** A question without a text is none; other tools ask it all the same. */
function asksNothing(
  { features }: Sample,
  { algorithm, options }: Pick<AlgorithmInstance, 'algorithm' | 'options'>,
): boolean {
  if (features.model_input === undefined || features.model_input.trim() !== '') return false;
  const { compat, inner } = options as { compat?: unknown; inner?: { compat?: unknown } };
  return compat === undefined && inner?.compat === undefined && algorithm.needs(options).includes('model_input');
}

function keepDisturbed(kept: Map<string, string>, label: string, { disturbed }: ModelAsk, sample: Sample): void {
  if (disturbed === undefined || disturbed.text === sample.features.model_input) return;
  const { variant, text } = disturbed;
  kept.set((kept.get(variant) ?? text) === text ? variant : inAlgorithm(label, variant), text);
}

/** Names an answer or a disturbed input whose key another algorithm has for something else. */
export function inAlgorithm(label: string, key: string): string {
  return `${label} ${key}`;
}

function askOriginal(sample: Sample): ModelAsk[] {
  return [{ key: 'original', kind: 'generate', modelInput: sample.features.model_input ?? '' }];
}

function planAsk(sample: Sample, ask: ModelAsk, compose: Compose, ofSample: number, times: number): PlannedAsk {
  const raw = ask.kind === 'similarity' || (ask.kind === 'logProbability' && ask.raw === true);
  const prompt = raw ? { text: ask.modelInput } : compose(sample, ask.modelInput);
  const continuation = ask.kind === 'logProbability' ? ask.continuation : '';
  // What an algorithm repeats by itself is repeated as a whole.
  const repeat = ask.kind === 'generate' ? (ask.repeat ?? 0) * times + ofSample : 0;
  const reading = readingOf(ask, prompt.text);
  const form = ask.kind === 'generate' && ask.constraint !== undefined ? { constraint: ask.constraint } : {};
  const compared = ask.kind === 'similarity' ? { others: ask.others } : {};
  const beside = prompt.fields === undefined ? [] : [prompt.fields];
  const own = [...Object.values(reading), ...Object.values(form), ...Object.values(compared), ...beside];
  const said = [ask.kind, prompt.text, prompt.messages ?? null, continuation, repeat, ...own];
  const id = hash('sha256', JSON.stringify(said), 'hex').slice(0, 16);
  return { id, kind: ask.kind, prompt, continuation, ...compared, ...reading, repeat, ...form };
}

/** How a text is read that has no prompt. */
function readingOf(ask: ModelAsk, prompt: string): Pick<PlannedAsk, 'windows' | 'context'> {
  if (ask.kind !== 'logProbability') return {};
  return {
    ...(ask.windows === undefined ? {} : { windows: ask.windows }),
    ...(prompt === '' ? { context: ask.context ?? 'document' } : {}),
  };
}

/** The answers of one repeat of an algorithm by its own keys, or the failure that cost it one. */
export function answersFor(
  work: SampleWork,
  label: string,
  repeat: number,
): Map<string, ModelAnswer> | { readonly failed: Pick<Failed, 'state' | 'error'> } {
  const answers = new Map<string, ModelAnswer>();
  for (const [key, id] of work.keys.get(label)?.[repeat] ?? []) {
    const result = work.results.get(id);
    if (result === undefined) return { failed: { state: 'failed', error: noAnswer() } };
    if ('failed' in result) return { failed: result.failed };
    const { answer } = result;
    const prompt = work.asks.get(id)?.prompt.text;
    answers.set(key, answer.kind !== 'generate' || prompt === undefined ? answer : { ...answer, prompt });
  }
  return answers;
}

function noAnswer(): ErrorData {
  return { code: 'RUNNER_NO_ANSWER', message: 'the runner ended without answering', retryable: false };
}

/** Whether a question of the sample has failed. */
export function hasFailure({ results }: SampleWork): boolean {
  for (const result of results.values()) if ('failed' in result) return true;
  return false;
}
