import type { GenerateOptions, Prompt } from '@assay/core';
import type { ConverseCommandInput, InferenceConfiguration } from '@aws-sdk/client-bedrock-runtime';
import type { SamplingRule } from './sampling-rule.ts';

/** Parameters of the config that Converse has names of its own for. */
const TRANSLATED = new Set(['max_new_tokens', 'temperature', 'top_p', 'stop', 'seed', 'return_full_text']);
const DEFAULT_NEW_TOKENS = 64;

/** A prompt as Converse takes it: system apart, the rest as turns; other parameters as additional fields. */
export function converseRequest(
  prompt: Prompt,
  options: GenerateOptions,
  parameters: Readonly<Record<string, unknown>>,
  rule: SamplingRule = 'both',
): Omit<ConverseCommandInput, 'modelId'> {
  const turns = prompt.messages?.length ? prompt.messages : [{ role: 'user' as const, content: prompt.text }];
  const system = turns.filter(({ role }) => role === 'system').map(({ content }) => ({ text: content }));
  const messages = turns.flatMap(({ role, content }) =>
    role === 'system' ? [] : [{ role, content: [{ text: content }] }],
  );
  const { toolConfig, toolChoice, ...others } = parameters;
  const tools =
    toolConfig === undefined ? undefined : { ...toolConfig, ...(toolChoice === undefined ? {} : { toolChoice }) };
  const extra = Object.fromEntries(Object.entries(others).filter(([name]) => !TRANSLATED.has(name)));
  return {
    messages,
    ...(system.length === 0 ? {} : { system }),
    inferenceConfig: {
      maxTokens: options.maxNewTokens ?? DEFAULT_NEW_TOKENS,
      ...sampling(options, rule),
      ...(options.stop === undefined ? {} : { stopSequences: [...options.stop] }),
    },
    ...(tools === undefined ? {} : { toolConfig: tools as NonNullable<ConverseCommandInput['toolConfig']> }),
    ...(Object.keys(extra).length === 0
      ? {}
      : { additionalModelRequestFields: extra as NonNullable<ConverseCommandInput['additionalModelRequestFields']> }),
  };
}

/** The likeliest tokens unless the config says otherwise; where one parameter excludes the other, the one that is given. */
function sampling(
  { temperature, topP }: GenerateOptions,
  rule: SamplingRule,
): Pick<InferenceConfiguration, 'temperature' | 'topP'> {
  if (rule === 'none') return {};
  if (topP === undefined) return { temperature: temperature ?? 0 };
  if (rule === 'one') return temperature === undefined ? { topP } : { temperature };
  return { temperature: temperature ?? 0, topP };
}
