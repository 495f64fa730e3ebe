import { hash } from 'node:crypto';
import type { ModelAsk } from '../algorithms/algorithm.ts';
import type { ComposedPrompt } from '../prompts/compose-prompt.ts';
import type { GenerateOptions, ScoreWindows, TextConstraint, TextContext } from '../runner/runner.ts';

/** Raised when the same parts would mean another answer. */
const FORMAT = 1;

/** Settings of a call that change nothing in its answer. */
const NO_PARTS: ReadonlySet<string> = new Set(['signal', 'onText', 'logProbabilities', 'topLogProbabilities']);

/** One thing that an answer depends on, as text: two answers are the same where all parts are equal. */
export type KeyPart = readonly [name: string, value: string];

/** A question, as far as its answer depends on it. */
export interface KeyedAsk {
  readonly kind: ModelAsk['kind'];
  readonly prompt: ComposedPrompt;
  readonly continuation: string;
  readonly others?: readonly string[];
  readonly windows?: ScoreWindows;
  readonly context?: TextContext;
  readonly constraint?: TextConstraint;
}

/** What draws an answer, where it is sampled: independent repeats have keys of their own. */
export interface Draw {
  readonly repeat: number;
  readonly seed: number;
}

/** Everything an answer depends on, by name. @param draw undefined where the runner surely takes the likeliest tokens */
export function answerKeyParts(
  runner: string,
  ask: KeyedAsk,
  generate: GenerateOptions,
  draw: Draw | undefined,
): KeyPart[] {
  const parts: KeyPart[] = [
    ['format', String(FORMAT)],
    ['runner', runner],
    ['kind', ask.kind],
    ['prompt', ask.prompt.text],
    ['messages', JSON.stringify(ask.prompt.messages ?? null)],
  ];
  if (ask.prompt.fields !== undefined) parts.push(['fields', JSON.stringify(ask.prompt.fields)]);
  if (ask.kind === 'logProbability') {
    parts.push(['continuation', ask.continuation]);
    // What happens to a text beyond the context: its prompt is cut or not, or without one it is read in windows.
    if (ask.prompt.text !== '') return [...parts, ['overflow', generate.overflow ?? 'error']];
    return [...parts, ['windows', ask.windows ?? 'half'], ['context', ask.context ?? 'document']];
  }
  if (ask.kind === 'similarity') return [...parts, ['others', JSON.stringify(ask.others ?? [])]];
  const settings: GenerateOptions =
    ask.constraint === undefined ? generate : { ...generate, constraint: ask.constraint };
  for (const name of Object.keys(settings).sort()) {
    const value = settings[name as keyof GenerateOptions];
    if (!NO_PARTS.has(name) && value !== undefined) parts.push([name, JSON.stringify(value)]);
  }
  if (draw !== undefined) parts.push(['repeat', String(draw.repeat)], ['seed', String(draw.seed)]);
  return parts;
}

/** 32 hexadecimal digits over all parts. */
export function answerKey(parts: readonly KeyPart[]): string {
  return hash('sha256', JSON.stringify(parts), 'hex').slice(0, 32);
}
