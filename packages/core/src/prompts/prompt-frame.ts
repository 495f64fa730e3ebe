import type { ResolvedModel } from '../config/resolve-runners.ts';
import type { Sample } from '../samples/sample.ts';
import { type ComposedPrompt, composePrompt } from './compose-prompt.ts';
import { fieldsBeside } from './fields-beside.ts';
import type { PromptTemplate } from './prompt-template.ts';

/** Runners that hand a conversation on as it is. */
const TAKE_PARTS: ReadonlySet<string> = new Set(['openai', 'http', 'module', 'code', 'exec']);

/** How a model's prompts are composed, by its template and its other settings. */
export function composerOf(
  model: Pick<ResolvedModel, 'prompt' | 'runner'>,
  template: PromptTemplate,
): (sample: Sample, modelInput: string) => ComposedPrompt {
  const { system, fewShot, chat } = model.prompt;
  const frame = { system, fewShot, chat, takesParts: TAKE_PARTS.has(model.runner), fields: fieldsBeside(model) };
  return (sample, modelInput) => composePrompt(template, sample, modelInput, frame);
}
