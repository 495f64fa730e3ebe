import { AssayError, isGreedyRequest, type Prompt } from '@assay/core';
import type { PayloadShape } from '../jumpstart/default-payload.ts';
import { compileJmespath, type Jmespath } from './jmespath.ts';
import { ANY_OUTPUT, PAYLOAD_PRESETS, type PayloadName, type PayloadPreset, withParameters } from './payload-preset.ts';
import { fillPrompt, hasPlaceholder, type Json, parseBodyText } from './prompt-placeholder.ts';
import { shapedPreset } from './shaped-preset.ts';

type Parameters = { readonly [key: string]: Json };

export interface PayloadSettings {
  readonly payload?: PayloadName | undefined;
  readonly contentTemplate?: unknown;
  /** Of the model's own document; used where neither a payload nor a template is named. */
  readonly shape?: PayloadShape | undefined;
  readonly inferenceParameters: Readonly<Record<string, unknown>>;
  readonly output?: string | undefined;
  readonly logProbability?: string | undefined;
  /** For messages. */
  readonly model: string;
}

/** The request and the answer of one model, as its config describes them. */
export interface Payload {
  /** JSON text of a generation. */
  request(prompt: Prompt): string;
  /** JSON text of a request for the log-probabilities of a text. */
  scoringRequest(text: string): string;
  /** Whether every request surely asks for the likeliest tokens. */
  readonly isGreedy: boolean;
  readonly output: Jmespath;
  readonly logProbability: Jmespath | undefined;
  /** Everything above as one text, for the runner's id. */
  readonly description: string;
}

/** @throws AssayError CONFIG_INVALID for a template without a placeholder or a path that is no JMESPath */
export function createPayload(settings: PayloadSettings): Payload {
  const { payload, shape, model } = settings;
  const isShaped = payload === undefined && settings.contentTemplate === undefined && shape?.body !== undefined;
  const name = payload ?? (isShaped ? `example ${JSON.stringify(shape)}` : 'custom');
  const preset = isShaped
    ? shapedPreset(shape)
    : payload === undefined || payload === 'custom'
      ? customPreset(settings)
      : presetOf(payload, settings);
  const parameters = settings.inferenceParameters as Parameters;
  const logProbability = settings.logProbability ?? preset.logProbability;
  const isSampled =
    parameters.seed === undefined && typeof parameters.temperature === 'number' && parameters.temperature > 0;
  return {
    request: (prompt) => {
      const seed = preset.takesSeed === true && isSampled && prompt.seed !== undefined ? { seed: prompt.seed } : {};
      return JSON.stringify(preset.body(prompt, { ...parameters, ...seed }));
    },
    scoringRequest: (text) =>
      JSON.stringify(preset.body({ id: '', text }, { ...parameters, ...preset.echoParameters })),
    isGreedy: isGreedyRequest(preset.body({ id: '', text: '' }, parameters)),
    output: compileJmespath(settings.output ?? preset.output, `evaluation_config.output of ${model}`),
    logProbability:
      logProbability === undefined
        ? undefined
        : compileJmespath(logProbability, `evaluation_config.log_probability of ${model}`),
    description: JSON.stringify([
      name,
      settings.contentTemplate ?? null,
      parameters,
      settings.output ?? null,
      ...(settings.logProbability === undefined ? [] : [settings.logProbability]),
    ]),
  };
}

/** A named preset; a content_template beside it takes the place of its body. */
function presetOf(name: Exclude<PayloadName, 'custom'>, settings: PayloadSettings): PayloadPreset {
  const preset = PAYLOAD_PRESETS[name];
  return settings.contentTemplate === undefined ? preset : { ...preset, body: customPreset(settings).body };
}

function customPreset({ contentTemplate, model }: PayloadSettings): PayloadPreset {
  const template = (contentTemplate ?? 'PROMPT_PLACEHOLDER') as Json;
  if (!hasPlaceholder(template)) {
    throw new AssayError('CONFIG_INVALID', `the content_template of ${model} has no place for the prompt`, {
      hint: 'write PROMPT_PLACEHOLDER or $prompt where it belongs',
    });
  }
  const whole = typeof template === 'string' ? parseBodyText(template) : template;
  if (typeof whole !== 'object' || whole === null || Array.isArray(whole)) {
    // The AWS sample's form: the template is what `inputs` holds.
    const body: PayloadPreset['body'] = ({ text }, parameters) =>
      withParameters({ inputs: fillPrompt(template, text) }, parameters);
    return { body, output: ANY_OUTPUT };
  }
  const members = whole as { readonly [key: string]: Json };
  const body: PayloadPreset['body'] = ({ text }, parameters) => {
    const filled = fillPrompt(members, text) as { readonly [key: string]: Json };
    if ('parameters' in members)
      return { ...filled, parameters: { ...parameters, ...(members.parameters as Parameters) } };
    return 'inputs' in members ? withParameters(filled, parameters) : { ...parameters, ...filled };
  };
  return { body, output: ANY_OUTPUT };
}
