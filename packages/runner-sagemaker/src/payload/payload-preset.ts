import type { Prompt } from '@assay/core';
import type { Json } from './prompt-placeholder.ts';

/** How one family of containers is asked, and where its answer stands. */
export interface PayloadPreset {
  readonly body: (prompt: Prompt, parameters: { readonly [key: string]: Json }) => Json;
  /** JMESPath of the generated text. */
  readonly output: string;
  /** JMESPath of the prompt's token log-probabilities, where the container can return them. */
  readonly logProbability?: string;
  /** Parameters that make the container return the log-probabilities of the prompt. */
  readonly echoParameters?: { readonly [key: string]: Json };
  /** The container takes a seed for sampling. */
  readonly takesSeed?: boolean;
}

export type PayloadName = 'jumpstart' | 'jumpstart-dialog' | 'messages' | 'tgi' | 'lmi' | 'bedrock' | 'custom';

const inputs: PayloadPreset['body'] = ({ text }, parameters) => withParameters({ inputs: text }, parameters);

export const turns = ({ text, messages }: Prompt): Json =>
  (messages ?? [{ role: 'user', content: text }]).map(({ role, content }) => ({ role, content }));

export const PAYLOAD_PRESETS: Readonly<Record<Exclude<PayloadName, 'custom'>, PayloadPreset>> = {
  jumpstart: {
    body: inputs,
    output: '[0].generated_text || [0].generation || generated_text || generation',
  },
  'jumpstart-dialog': {
    body: (prompt, parameters) => withParameters({ inputs: [turns(prompt)] }, parameters),
    output: '[0].generation.content',
  },
  messages: {
    body: (prompt, parameters) => ({ messages: turns(prompt), ...parameters }),
    output: 'choices[0].message.content',
    takesSeed: true,
  },
  tgi: {
    body: inputs,
    output: '[0].generated_text || generated_text',
    logProbability: '[0].details.prefill[*].logprob || details.prefill[*].logprob',
    echoParameters: { details: true, decoder_input_details: true, max_new_tokens: 1 },
    takesSeed: true,
  },
  lmi: {
    body: inputs,
    output: 'generated_text || [0].generated_text',
    logProbability: 'details.prefill[*].logprob || [0].details.prefill[*].logprob',
    echoParameters: { details: true, decoder_input_details: true, max_new_tokens: 1 },
    takesSeed: true,
  },
  bedrock: {
    body: ({ text }, parameters) => ({ prompt: text, ...parameters }),
    output:
      'completion || generation || outputs[0].text || results[0].outputText || completions[0].data.text || content[0].text || generations[0].text',
  },
};

/** Where the text stands when the config names neither a payload nor an output. */
export const ANY_OUTPUT =
  '[0].generated_text || [0].generation.content || [0].generation || generated_text || generation || choices[0].message.content || choices[0].text || outputs[0].text || predictions[0]';

export function withParameters(
  body: { readonly [key: string]: Json },
  parameters: { readonly [key: string]: Json },
): Json {
  return Object.keys(parameters).length === 0 ? body : { ...body, parameters };
}
