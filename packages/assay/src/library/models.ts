import type { InferenceParameters } from '@assay/core';
import type { OwnModel } from '../own/own-model.ts';

/** A model as an evaluation takes it. */
export interface Model {
  /** Names it in results. */
  readonly name: string;
  /** As under `models` of a config. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Where the program itself answers. */
  readonly own?: OwnModel;
}

/** How a model is asked, whatever runs it. */
export interface AskOptions {
  /** Names it in results. @default its id */
  readonly name?: string;
  /** `max_new_tokens`, `temperature` and the like. */
  readonly parameters?: InferenceParameters;
  /** In place of the evaluation's, such as `Q: $model_input\nA:`. */
  readonly prompt?: string;
  readonly system?: string;
}

type Block = Readonly<Record<string, unknown>>;

function model(id: string, { name, parameters, prompt, system }: AskOptions, config: Block): Model {
  const asked = { inference_parameters: parameters, prompt_template: prompt, system_prompt: system };
  const given = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));
  return { name: name ?? id, config: { name: name ?? id, ...config, evaluation_config: given } };
}

/** What an options object says of how a model is asked, and the rest, which is its block. */
function parted<T extends AskOptions>({ name, parameters, prompt, system, ...block }: T): [AskOptions, Block] {
  const ask = { name, parameters, prompt, system };
  return [Object.fromEntries(Object.entries(ask).filter(([, value]) => value !== undefined)), block];
}

/**
 * A model of one's own: one function is enough.
 * @example
 * const mine = defineModel({ id: 'mine:v3', generate: async ({ text }) => `You said ${text}` });
 */
export function defineModel({ id, generate, concurrency, timeoutMs, close, ...ask }: OwnModel & AskOptions): Model {
  const own: OwnModel = { id, generate, concurrency, timeoutMs, ...(close === undefined ? {} : { close }) };
  return { ...model(id, ask, { runner: 'code', code: { id } }), own };
}

/** Keys of the `local` block of a config, such as `workers` or `dtype`. */
export interface LocalOptions extends AskOptions {
  readonly dtype?: string;
  readonly device?: 'auto' | 'cpu' | 'webgpu' | 'cuda' | 'coreml' | 'dml';
  readonly revision?: string;
  readonly workers?: number;
  readonly threads?: number;
  readonly batch_size?: number;
  readonly memory_limit_mb?: number;
  readonly prefix_memory_mb?: number;
  readonly prefix_disk_mb?: number;
  readonly template_steps?: number;
  readonly template_characters?: number;
}

/**
 * An ONNX model in this process: an embedded one, a Hugging Face id, or a folder. Needs `@assay/runner-local`.
 * @example
 * const small = local('SmolLM2-135M-Instruct', { parameters: { max_new_tokens: 32 } });
 */
export function local(id: string, options: LocalOptions = {}): Model {
  const [ask, block] = parted(options);
  return model(id, ask, { runner: 'local', local: { model: id, ...block } });
}

/** Keys of the `openai` block of a config. */
export interface OpenaiOptions extends AskOptions {
  /** @default that of `vendor` */
  readonly base_url?: string;
  /** Whose server it is, such as `anthropic`: stands for its address and the usual variable of its key. */
  readonly vendor?: string;
  /** Name of the variable that holds the key. */
  readonly api_key_env?: string;
  /** `messages` is Anthropic's own. @default 'chat' */
  readonly api?: 'chat' | 'completions' | 'messages';
  /** At once, or by the provider's batch API, at half the price. @default 'realtime' */
  readonly mode?: 'realtime' | 'batch';
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * A model behind an OpenAI-compatible API.
 * @example
 * const served = openai('llama3.2', { base_url: 'http://127.0.0.1:11434/v1' });
 */
export function openai(id: string, options: OpenaiOptions): Model {
  const [ask, block] = parted(options);
  return model(id, ask, { runner: 'openai', openai: { model: id, ...block } });
}

/** Keys of the `http` block of a config. */
export interface HttpOptions extends AskOptions {
  /** JSON with `$prompt` in it. @default { prompt: '$prompt' } */
  readonly body?: unknown;
  /** JMESPath of the answer's text. @default 'text' */
  readonly output?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly version?: string;
}

/**
 * A server of any shape.
 * @example
 * const app = http('http://127.0.0.1:3000/answer', { body: { question: '$prompt' }, output: 'reply.text' });
 */
export function http(url: string, options: HttpOptions = {}): Model {
  const [ask, block] = parted(options);
  return model(url, ask, { runner: 'http', http: { url, ...block } });
}

/**
 * Answers from a file (docs/datasets.md): to test an evaluation without a model.
 * @example
 * const script = scripted('answers.jsonl', { otherwise: 'I do not know.' });
 */
export function scripted(answers: string, options: AskOptions & { readonly otherwise?: string } = {}): Model {
  const [ask, block] = parted(options);
  return model('scripted', ask, { runner: 'scripted', scripted: { answers, ...block } });
}

/**
 * A SageMaker endpoint, or what to deploy on one: keys of the `sagemaker` block. Needs `@assay/runner-sagemaker`.
 * @example
 * const deployed = sagemaker('my-endpoint', { region: 'eu-central-1' });
 */
export function sagemaker(endpoint: string, options: AskOptions & { readonly region?: string } = {}): Model {
  const [ask, block] = parted(options);
  return model(endpoint, ask, { runner: 'sagemaker', sagemaker: { endpoint_name: endpoint, ...block } });
}

/**
 * A model on Amazon Bedrock: keys of the `bedrock` block. Needs `@assay/runner-sagemaker`.
 * @example
 * const nova = bedrock('amazon.nova-lite-v1:0', { region: 'us-east-1' });
 */
export function bedrock(id: string, options: AskOptions & { readonly region?: string } = {}): Model {
  const [ask, block] = parted(options);
  return model(id, ask, { runner: 'bedrock', bedrock: { model_id: id, ...block } });
}

/**
 * A model whose outputs lie in the data already.
 * @param key its column @default `keys.modelOutput`
 * @example
 * const before = outputs('answer_of_v1', { name: 'v1' });
 */
export function outputs(key?: string, { name = 'outputs' }: { readonly name?: string } = {}): Model {
  const column = key === undefined ? {} : { model_output_key: key };
  return { name, config: { name, runner: 'outputs', ...column } };
}
