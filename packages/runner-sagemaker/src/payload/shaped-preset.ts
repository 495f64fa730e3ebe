import { type PayloadShape, PROMPT_MARK } from '../jumpstart/default-payload.ts';
import { ANY_OUTPUT, type PayloadPreset, turns } from './payload-preset.ts';
import { fillPrompt, type Json } from './prompt-placeholder.ts';

type Members = { readonly [key: string]: Json };

/**
 * A preset out of an example of the model's document: its body with the prompt put in and its parameters kept, as fmeval
 * does; parameters of the config win.
 */
export function shapedPreset({ body, output, logProbability }: PayloadShape): PayloadPreset {
  return {
    body: (prompt, parameters) => {
      if (!isMembers(body)) return fillPrompt(body as Json, prompt.text);
      const isChat = body.messages === PROMPT_MARK;
      const filled = isChat ? { ...body, messages: turns(prompt) } : (fillPrompt(body, prompt.text) as Members);
      return isMembers(filled.parameters)
        ? { ...filled, parameters: { ...filled.parameters, ...parameters } }
        : { ...filled, ...parameters };
    },
    output: output ?? ANY_OUTPUT,
    ...(logProbability === undefined ? {} : { logProbability, echoParameters: ECHO }),
  };
}

const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Asks for the log-probabilities of the prompt, and for as little beside them as can be. */
const ECHO: Members = { details: true, decoder_input_details: true, max_new_tokens: 1 };
