import type { GenerateOptions } from '../runner/runner.ts';
import type { InferenceParameters } from './schema/inference-parameters.ts';

const PORT_NAMES = {
  max_new_tokens: 'maxNewTokens',
  temperature: 'temperature',
  top_k: 'topK',
  top_p: 'topP',
  min_p: 'minP',
  repetition_penalty: 'repetitionPenalty',
  presence_penalty: 'presencePenalty',
  frequency_penalty: 'frequencyPenalty',
} as const satisfies Partial<Record<string, keyof GenerateOptions>>;

/** The file's inference parameters by the names of the runner port; what the port does not know is left out. */
export function generateOptions(
  parameters: InferenceParameters | undefined,
  { overflow, constraint }: Pick<GenerateOptions, 'overflow' | 'constraint'> = {},
): GenerateOptions {
  const options: Record<string, unknown> = {};
  for (const [written, name] of Object.entries(PORT_NAMES)) {
    const value = parameters?.[written];
    if (value !== undefined) options[name] = value;
  }
  const stop = parameters?.stop;
  if (stop !== undefined) options.stop = typeof stop === 'string' ? [stop] : stop;
  if (overflow !== undefined) options.overflow = overflow;
  if (constraint !== undefined) options.constraint = constraint;
  return options as GenerateOptions;
}
