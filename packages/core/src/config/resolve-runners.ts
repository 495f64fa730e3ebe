import { AssayError } from '../errors/assay-error.ts';
import type { GenerateOptions } from '../runner/runner.ts';
import { generateOptions } from './generate-options.ts';
import type { ValidConfig } from './load-config.ts';
import { hasSagemakerTarget, runnerOf } from './runner-of.ts';
import { constraintOfForm } from './schema/answer-form.ts';
import type { BedrockBlock, LocalBlock, OpenaiBlock, SagemakerBlock, ScriptedBlock } from './schema/model-blocks.ts';
import type { EvaluationSettings, ModelConfig, RunnerKind } from './schema/model-config.ts';
import type { CodeBlock, ExecBlock, HttpBlock, ModuleBlock } from './schema/own-model-blocks.ts';
import type { ChatMode, FewShotExample } from './schema/prompt-config.ts';
import { VENDOR_SERVERS, type VendorServer } from './vendor-servers.ts';

export interface ResolvedPrompt {
  readonly template: string;
  readonly system?: string;
  readonly fewShot: readonly FewShotExample[];
  readonly chat: ChatMode;
  /** Where the template stands in the config, for errors; undefined for the default one. */
  readonly templatePath: readonly PropertyKey[] | undefined;
}

interface ResolvedBase {
  readonly name: string;
  /** Position in the config's models. */
  readonly index: number;
  readonly config: ModelConfig;
  readonly prompt: ResolvedPrompt;
  readonly generate: GenerateOptions;
  /** As written, for endpoints. */
  readonly inferenceParameters: Readonly<Record<string, unknown>>;
  /** Seeds sampling in place of the run's seed. */
  readonly seed?: number;
}

/** A model with the block that `--runner` or the config picks, its defaults filled in. */
export type ResolvedModel = ResolvedBase &
  (
    | { readonly runner: 'local'; readonly local: LocalBlock & { readonly model: string } }
    | { readonly runner: 'scripted'; readonly scripted: ScriptedBlock }
    | {
        readonly runner: 'openai';
        readonly openai: OpenaiBlock & { readonly model: string; readonly base_url: string };
      }
    | { readonly runner: 'bedrock'; readonly bedrock: BedrockBlock & { readonly model_id: string } }
    | { readonly runner: 'sagemaker'; readonly sagemaker: SagemakerBlock }
    | { readonly runner: 'http'; readonly http: HttpBlock }
    | { readonly runner: 'exec'; readonly exec: ExecBlock }
    | { readonly runner: 'module'; readonly module: ModuleBlock }
    | { readonly runner: 'code'; readonly code: CodeBlock }
    | { readonly runner: 'outputs'; readonly modelOutputKey?: string }
  );

export interface ResolveRunnersOptions {
  /** `--runner`: the same for every model. */
  readonly runner?: RunnerKind | undefined;
  /** `--local-model`: stands in where a model has no local block; implies `runner: 'local'` unless another is named. */
  readonly localModel?: string | undefined;
}

/** Every model with every prompt of the config, a model's own together: it is loaded once for all of them. */
export function resolveModels(loaded: ValidConfig, options: ResolveRunnersOptions = {}): ResolvedModel[] {
  const models = resolveRunners(loaded, options);
  const { prompts } = loaded.config;
  if (prompts === undefined) return models;
  return models.flatMap((model): ResolvedModel[] =>
    model.runner === 'outputs'
      ? [model]
      : prompts.map(({ name, template, system, few_shot: fewShot, chat }, at) => ({
          ...model,
          name: `${model.name} / ${name}`,
          prompt: {
            ...model.prompt,
            ...(template === undefined ? {} : { template, templatePath: ['prompts', at, 'template'] }),
            ...(system === undefined ? {} : { system }),
            ...(fewShot === undefined ? {} : { fewShot }),
            ...(chat === undefined ? {} : { chat }),
          },
        })),
  );
}

/** The address and the key's variable that the vendor's name stands for, unless they are given. */
function withServer(block: OpenaiBlock): OpenaiBlock & { readonly base_url: string } {
  const server: VendorServer | undefined = block.vendor === undefined ? undefined : VENDOR_SERVERS[block.vendor];
  const key = block.api_key_env ?? server?.key;
  return {
    ...block,
    base_url: block.base_url ?? addressOf(server!, block.api),
    ...(key === undefined ? {} : { api_key_env: key }),
  };
}

/** Google's own protocol lies beside its path for OpenAI's clients. */
function addressOf({ url }: VendorServer, api: OpenaiBlock['api']): string {
  return api === 'gemini' ? url.replace(/\/openai$/, '') : url;
}

/** What of a model's settings bears on generation besides its parameters. */
function formOf(settings: EvaluationSettings | undefined): Pick<GenerateOptions, 'overflow' | 'constraint'> {
  const { overflow } = settings ?? {};
  const constraint = constraintOfForm(settings);
  return { ...(overflow === undefined ? {} : { overflow }), ...(constraint === undefined ? {} : { constraint }) };
}

/** Picks what runs each model. @throws AssayError CONFIG_MISSING_BLOCK where a model lacks the block asked for */
export function resolveRunners(loaded: ValidConfig, options: ResolveRunnersOptions = {}): ResolvedModel[] {
  const asked = options.runner ?? (options.localModel === undefined ? undefined : 'local');
  return loaded.config.models.map((model, index) => {
    const runner = asked ?? runnerOf(model);
    const settings = model.evaluation_config;
    const parameters = settings?.inference_parameters;
    const base: ResolvedBase = {
      name: model.name,
      index,
      config: model,
      prompt: resolvePrompt(loaded, model, index),
      generate: generateOptions(parameters, formOf(settings)),
      inferenceParameters: parameters ?? {},
      ...(parameters?.seed === undefined ? {} : { seed: parameters.seed }),
    };
    const missing = (block: string, hint: string): AssayError =>
      new AssayError(
        'CONFIG_MISSING_BLOCK',
        `models[${index}] ("${model.name}") cannot run as ${runner}: it has no ${block}`,
        {
          hint,
          at: loaded.placeOf([
            'models',
            index,
            ...(asked === undefined && model.runner !== undefined ? ['runner'] : []),
          ]),
        },
      );

    switch (runner) {
      case 'local': {
        const own = model.local?.model ?? model.local?.model_id;
        const shared = model.runner === 'local' || model.local !== undefined ? model.model_id : undefined;
        const id = own ?? shared ?? options.localModel;
        if (id === undefined)
          throw missing('local block', 'add `local: { model: … }` under it, or pass --local-model ID');
        return { ...base, runner, local: { ...model.local, model: id } };
      }
      case 'scripted':
        if (model.scripted === undefined)
          throw missing('scripted block', 'add `scripted: { answers: FILE.jsonl }` under it');
        return { ...base, runner, scripted: model.scripted };
      case 'http':
        if (model.http === undefined) throw missing('http block', 'add `http: { url: … }` under it');
        return { ...base, runner, http: model.http };
      case 'exec':
        if (model.exec === undefined) throw missing('exec block', 'add `exec: { command: [ … ] }` under it');
        return { ...base, runner, exec: model.exec };
      case 'module':
        if (model.module === undefined) throw missing('module block', 'add `module: { file: … }` under it');
        return { ...base, runner, module: model.module };
      case 'code':
        if (model.code === undefined) throw missing('code block', 'only a program can bring it: see `defineModel`');
        return { ...base, runner, code: model.code };
      case 'openai': {
        if (model.openai === undefined) throw missing('openai block', 'add `openai: { base_url: … }` under it');
        const id = model.openai.model ?? model.model_id;
        if (id === undefined) throw missing('model name for its openai block', 'add `model:` to the openai block');
        return { ...base, runner, openai: { ...withServer(model.openai), model: id } };
      }
      case 'bedrock': {
        const id =
          model.bedrock?.model_id ??
          (model.runner === 'bedrock' || model.bedrock !== undefined ? model.model_id : undefined);
        if (id === undefined) throw missing('bedrock block', 'add `bedrock: { model_id: … }` under it');
        return { ...base, runner, bedrock: { ...model.bedrock, model_id: id } };
      }
      case 'sagemaker':
        if (!hasSagemakerTarget(model) && (model.model_id === undefined || runnerOf(model) !== 'sagemaker')) {
          throw missing(
            'sagemaker block, endpoint_name or deployment_config',
            'add `sagemaker: { endpoint_name: … }` under it',
          );
        }
        return { ...base, runner, sagemaker: sagemakerTarget(model) };
      case 'outputs': {
        const key = model.model_output_key ?? loaded.config.dataset.model_output_key;
        return { ...base, runner, ...(key === undefined ? {} : { modelOutputKey: key }) };
      }
      default:
        throw missing('runner', 'add `runner: local` with a model_id, or a block');
    }
  });
}

/** The block, with what the model itself says where the block is silent. */
function sagemakerTarget(model: ModelConfig): SagemakerBlock {
  const { endpoint_name, inference_component, model_id, model_version } = model;
  const isOwnId =
    runnerOf(model) === 'sagemaker' ||
    model.model_provider !== undefined ||
    (model.local?.model ?? model.local?.model_id) !== undefined;
  const own = { endpoint_name, inference_component, ...(isOwnId ? { model_id, model_version } : {}) };
  const given = Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined));
  return { ...given, ...model.sagemaker };
}

function resolvePrompt(loaded: ValidConfig, model: ModelConfig, index: number): ResolvedPrompt {
  const shared = loaded.config.prompt;
  const own = model.evaluation_config;
  const system = own?.system_prompt ?? shared?.system;
  const templatePath =
    own?.prompt_template !== undefined
      ? ['models', index, 'evaluation_config', 'prompt_template']
      : shared?.template !== undefined
        ? ['prompt', 'template']
        : undefined;
  return {
    template: own?.prompt_template ?? shared?.template ?? '$model_input',
    ...(system === undefined ? {} : { system }),
    fewShot: own?.few_shot ?? shared?.few_shot ?? [],
    chat: own?.chat ?? shared?.chat ?? 'auto',
    templatePath,
  };
}
