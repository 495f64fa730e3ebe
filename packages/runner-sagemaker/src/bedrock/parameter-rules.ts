import { AssayError, type ResolvedModel } from '@assay/core';
import { WITHOUT_SAMPLING } from './sampling-rule.ts';

type BedrockModel = Extract<ResolvedModel, { runner: 'bedrock' }>;

/** What a family takes; what is undefined is not known, and sent as it is given. */
export interface ParameterRule {
  /** Most tokens of an answer. */
  readonly maxTokens?: number | undefined;
  /** Most stop sequences. */
  readonly stopSequences?: number | undefined;
  /** Greatest top_k; 0 for a family without it. */
  readonly topK?: number | undefined;
  /** What the family calls top_k among the additional fields. @default `top_k` */
  readonly topKField?: 'k' | 'inferenceConfig.topK' | undefined;
  readonly systemPrompt?: boolean | undefined;
  readonly tools?: boolean | undefined;
}

/**
 * By AWS's pages of each family's parameters and of what Converse can do with it; the first that fits counts. Seen in AWS's
 * own build-on-aws/swift-bedrock-library, which quotes those pages: Titan, Claude 3, Llama 3, Mistral, DeepSeek R1, and who
 * takes a system prompt or tools. Left open, since sources differ: answers of Llama 3.1 and later (the page says 2,048, the
 * service has said 8,192), of Nova Premier and 2, of Claude 3.5; stop sequences of Nova, Titan and Llama. Unconfirmed:
 * 4,096 tokens of Claude 2 and Jamba, top_k of Mistral and Cohere.
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters.html
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/conversation-inference-supported-models-features.html
 */
const FAMILIES: readonly (readonly [RegExp, ParameterRule])[] = [
  [/anthropic\.claude-(?:v2|instant)/, { maxTokens: 4096, stopSequences: 8191, topK: 500, tools: false }],
  [/anthropic\.claude-3-(?:opus|sonnet|haiku)/, { maxTokens: 4096, stopSequences: 8191, topK: 500 }],
  // With temperature and top_p went top_k.
  [WITHOUT_SAMPLING, { stopSequences: 8191, topK: 0 }],
  [/anthropic\.claude/, { stopSequences: 8191, topK: 500 }],
  [/amazon\.titan-text-lite/, { maxTokens: 4096, topK: 0, systemPrompt: false, tools: false }],
  [/amazon\.titan-text-express/, { maxTokens: 8192, topK: 0, systemPrompt: false, tools: false }],
  [/amazon\.titan-text-premier/, { maxTokens: 3072, topK: 0, systemPrompt: false, tools: false }],
  [/amazon\.titan/, { topK: 0, systemPrompt: false, tools: false }],
  // 10,000: aws-solutions-library-samples/accelerated-intelligent-document-processing-on-aws#175.
  [/amazon\.nova-(?:micro|lite|pro)-v1/, { maxTokens: 10_000, topK: 128, topKField: 'inferenceConfig.topK' }],
  [/amazon\.nova/, { topK: 128, topKField: 'inferenceConfig.topK' }],
  [/meta\.llama(?:2|3-(?:8b|70b))/, { maxTokens: 2048, topK: 0, tools: false }],
  [/meta\.llama3-2-[13]b/, { topK: 0, tools: false }],
  [/meta\.llama/, { topK: 0 }],
  [/mistral\.mistral-7b/, { maxTokens: 8192, stopSequences: 10, topK: 200, systemPrompt: false, tools: false }],
  [/mistral\.mixtral-8x7b/, { maxTokens: 4096, stopSequences: 10, topK: 200, systemPrompt: false, tools: false }],
  [/mistral\.mistral-(?:large|small)-24/, { maxTokens: 8192, stopSequences: 10, topK: 0 }],
  [/cohere\.command-r/, { topK: 500, topKField: 'k' }],
  [/cohere\.command/, { stopSequences: 4, topK: 500, topKField: 'k', systemPrompt: false, tools: false }],
  [/ai21\.j2/, { systemPrompt: false, tools: false }],
  [/ai21\.jamba-instruct/, { maxTokens: 4096, tools: false }],
  [/ai21\.jamba/, { maxTokens: 4096 }],
  [/deepseek\.r1/, { maxTokens: 32_768, stopSequences: 10, topK: 0, tools: false }],
];

/** What is known of a model, with what the config says of it (`bedrock.takes`) above that. */
export function parameterRule({ bedrock: { model_id: modelId, takes = {} } }: BedrockModel): ParameterRule {
  const family = FAMILIES.find(([pattern]) => pattern.test(modelId))?.[1] ?? {};
  return {
    maxTokens: takes.max_tokens ?? family.maxTokens,
    stopSequences: takes.stop_sequences ?? family.stopSequences,
    topK: takes.top_k ?? family.topK,
    topKField: family.topKField,
    systemPrompt: takes.system_prompt ?? family.systemPrompt,
    tools: takes.tools ?? family.tools,
  };
}

/** What Converse takes of any model. @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InferenceConfiguration.html */
const CONVERSE_STOPS = 2500;

/** @throws AssayError CONFIG_INVALID for what Converse itself would refuse on every call, whatever the model takes */
export function checkConverse({ name, inferenceParameters: given }: BedrockModel): void {
  const { stop, temperature } = given as Readonly<Record<string, unknown>>;
  if (typeof temperature === 'number' && temperature > 1)
    throw new AssayError('CONFIG_INVALID', `${name}: Converse takes a temperature of at most 1; it is ${temperature}`, {
      hint: 'lower it, or take bedrock: { api: invoke }',
    });
  if (!Array.isArray(stop) || stop.length <= CONVERSE_STOPS) return;
  throw new AssayError(
    'CONFIG_INVALID',
    `${name}: Converse takes at most ${CONVERSE_STOPS} stop sequences; stop has ${stop.length}`,
    {
      hint: 'take fewer, or bedrock: { api: invoke }',
    },
  );
}

/** @throws AssayError CONFIG_INVALID for what the model would refuse on every call */
export function checkParameters({ name, inferenceParameters: given, config }: BedrockModel, rule: ParameterRule): void {
  const { max_new_tokens: tokens, stop, top_k: topK, toolConfig } = given as Readonly<Record<string, unknown>>;
  const stops = typeof stop === 'string' ? 1 : Array.isArray(stop) ? stop.length : 0;
  const refuse = (message: string, key: string): never => {
    throw new AssayError('CONFIG_INVALID', `${name} ${message}`, {
      hint: `lower it, or write bedrock: { takes: { ${key} } } if the model takes it`,
    });
  };
  if (typeof tokens === 'number' && rule.maxTokens !== undefined && tokens > rule.maxTokens)
    refuse(`answers with at most ${rule.maxTokens} tokens; max_new_tokens is ${tokens}`, `max_tokens: ${tokens}`);
  if (rule.stopSequences !== undefined && stops > rule.stopSequences)
    refuse(`takes at most ${rule.stopSequences} stop sequences; stop has ${stops}`, `stop_sequences: ${stops}`);
  if (typeof topK === 'number' && rule.topK !== undefined && topK > rule.topK)
    refuse(
      rule.topK === 0 ? 'takes no top_k' : `takes a top_k of at most ${rule.topK}; it is ${topK}`,
      `top_k: ${topK}`,
    );
  if (toolConfig !== undefined && rule.tools === false) refuse('takes no tools (toolConfig)', 'tools: true');
  if (config.evaluation_config?.system_prompt !== undefined) requireSystemPrompts(name, rule);
}

/** Parameters under the names that the family has for them. */
export function withFamilyNames(
  { top_k: topK, ...rest }: Readonly<Record<string, unknown>>,
  { topKField }: ParameterRule,
): Readonly<Record<string, unknown>> {
  if (topK === undefined) return rest;
  if (topKField === 'k') return { ...rest, k: topK };
  if (topKField === undefined) return { ...rest, top_k: topK };
  return { ...rest, inferenceConfig: { ...(rest.inferenceConfig as object | undefined), topK } };
}

/** @throws AssayError CONFIG_INVALID where the model takes no system prompt */
export function requireSystemPrompts(name: string, { systemPrompt }: ParameterRule): void {
  if (systemPrompt !== false) return;
  throw new AssayError('CONFIG_INVALID', `${name} takes no system prompt`, {
    hint: 'write it into the prompt, or write bedrock: { takes: { system_prompt: true } } if the model takes one',
  });
}
