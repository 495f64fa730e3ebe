import type { ResolvedModel } from '../config/resolve-runners.ts';

export type OpenaiModel = Extract<ResolvedModel, { runner: 'openai' }>;

export const DEFAULT_NEW_TOKENS = 64;

/** Parameters of the config that have a name of their own in the runner's options. */
const TRANSLATED = new Set([
  'max_new_tokens',
  'temperature',
  'top_p',
  'top_k',
  'min_p',
  'repetition_penalty',
  'presence_penalty',
  'frequency_penalty',
  'stop',
  'seed',
  'return_full_text',
]);

/** What the config says beyond the port's options, passed on as it is. */
export function furtherParameters({ inferenceParameters }: OpenaiModel): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(inferenceParameters).filter(([name]) => !TRANSLATED.has(name)));
}
