import type { ChatMode, FewShotExample } from '../config/schema/prompt-config.ts';
import { AssayError } from '../errors/assay-error.ts';
import type { ChatMessage, Prompt } from '../runner/runner.ts';
import type { Sample } from '../samples/sample.ts';
import { conversationIn } from './conversation-template.ts';
import { type PromptTemplate, sampleLookup } from './prompt-template.ts';

export interface PromptFrame {
  /** Used as it is. */
  readonly system?: string | undefined;
  /** Rendered by the same template, `input` standing for the model input. */
  readonly fewShot?: readonly FewShotExample[] | undefined;
  /**
   * `never` leaves the messages out, so that no chat template is used; `json`: what is rendered is the conversation, and a
   * text that is none is its only turn. @default 'auto'
   */
  readonly chat?: ChatMode | undefined;
  /** Whether the model takes turns that are more than text. @default false */
  readonly takesParts?: boolean | undefined;
  /** Placeholders whose values go with the prompt. */
  readonly fields?: readonly string[] | undefined;
}

export type ComposedPrompt = Pick<Prompt, 'text' | 'messages' | 'fields'>;

/**
 * What to say to the model about one sample, both ways: as a conversation (system, one turn for each example, the
 * question) for models with a chat template, and as plain text for base models:
 * ```
 * <system>⏎⏎<example prompt> <example output>⏎⏎<prompt>
 * ```
 * The space before an example's output is left out where its prompt ends in white space.
 * @param modelInput takes the place of the sample's model_input (a perturbed text, say)
 * @throws AssayError PROMPT_FIELD_MISSING where the row lacks a field that the template names
 */
export function composePrompt(
  template: PromptTemplate,
  sample: Sample,
  modelInput: string | undefined = sample.features.model_input,
  frame: PromptFrame = {},
): ComposedPrompt {
  const lookup = sampleLookup(sample, modelInput);
  const prompt = template.render(lookup);
  const beside =
    frame.fields === undefined || frame.fields.length === 0
      ? {}
      : { fields: Object.fromEntries(frame.fields.map((name) => [name, lookup(name) ?? null])) };
  const shots = (frame.fewShot ?? []).map((example) => ({
    prompt: template.render(exampleLookup(example)),
    output: example.output,
  }));
  const system = frame.system === undefined || frame.system === '' ? [] : [frame.system];
  const text = [...system, ...shots.map(({ prompt, output }) => prompt + gap(prompt) + output), prompt].join('\n\n');
  if (frame.chat === 'never') return { text, ...beside };
  const turns = frame.chat === 'json' ? conversationIn(prompt) : undefined;
  if (turns !== undefined) {
    if (frame.takesParts !== true && turns.some(({ parts }) => parts !== undefined))
      throw new AssayError(
        'PROMPT_TEMPLATE',
        'a turn of the conversation is more than text, which this model is not given',
      );
    return { text: prompt, messages: turns, ...beside };
  }
  const messages: ChatMessage[] = [
    ...system.map((content): ChatMessage => ({ role: 'system', content })),
    ...shots.flatMap(({ prompt, output }): ChatMessage[] => [
      { role: 'user', content: prompt },
      { role: 'assistant', content: output },
    ]),
    { role: 'user', content: prompt },
  ];
  return { text, messages, ...beside };
}

function exampleLookup(example: FewShotExample): (name: string) => string | undefined {
  return (name) => (name === 'feature' || name === 'model_input' ? example.input : example[name]);
}

const gap = (prompt: string): string => (prompt === '' || /\s$/.test(prompt) ? '' : ' ');
