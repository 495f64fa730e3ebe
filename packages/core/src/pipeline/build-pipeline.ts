import type { ResolvedModel } from '../config/resolve-runners.ts';
import type { EvaluationConfig } from '../config/schema/evaluation-config.ts';
import { AssayError } from '../errors/assay-error.ts';
import { groupedSteps } from './group-steps.ts';
import { eulaAccepted, firstOfSameArtefacts, localNotes, trainingValue, transformOf } from './model-settings.ts';
import type {
  CleanupStep,
  DeployStep,
  EvaluateStep,
  FinetuneStep,
  PipelineGraph,
  PipelineStep,
  RegisterStep,
  StepInput,
  StepNeed,
} from './pipeline-graph.ts';
import { StepNames } from './step-name.ts';
import { INDEX_FOLDER, SHARDS_FOLDER } from './steps/shards-here.ts';

/** The group that the AWS sample registers its best model in, where a config of several models names none. */
const SAMPLE_GROUP = 'FMEvaluationBestModel';
const DEFAULT_TRAINING_INSTANCE = 'ml.g5.12xlarge';

export interface BuildPipelineOptions {
  /** Whether steps join into one where `pipeline.mode` asks for it. @default true */
  readonly isGrouped?: boolean;
}

/**
 * The steps of a pipeline for this config and these models, as a graph that any executor can take:
 * preprocess → [finetune] → [deploy] → evaluate per model → merge → select → gate → register, and clean-up after
 * each evaluation however it ended. Pure.
 */
export function buildPipeline(
  config: EvaluationConfig,
  models: readonly ResolvedModel[],
  { isGrouped = true }: BuildPipelineOptions = {},
): PipelineGraph {
  if (config.prompts !== undefined)
    throw new AssayError('CONFIG_INVALID', 'a pipeline cannot try several `prompts`', {
      hint: 'choose one with `assay run`, then write it as `prompt`',
    });
  const graph = new PipelineBuilder(config, models).build();
  return isGrouped ? groupedSteps(graph, config) : graph;
}

const CONFIG: StepInput = { name: 'config', artefact: 'config' };
const DATASET: StepInput = { name: 'dataset', artefact: 'dataset' };
/** What the first step writes: the dataset's columns, pins and rows by shard, and the rows themselves. */
const INDEX: StepInput = { name: INDEX_FOLDER, artefact: `prepared/${INDEX_FOLDER}` };
const SHARDS: StepInput = { name: SHARDS_FOLDER, artefact: `prepared/${SHARDS_FOLDER}`, isSharded: true };
const succeeded = (step: string): StepNeed => ({ step, when: 'succeeded' });

interface Lane {
  readonly model: ResolvedModel;
  readonly finetune: FinetuneStep | undefined;
  readonly deploy: DeployStep | undefined;
  readonly evaluate: EvaluateStep;
}

class PipelineBuilder {
  readonly #config: EvaluationConfig;
  readonly #models: readonly ResolvedModel[];
  readonly #names = new StepNames();
  readonly #steps: PipelineStep[] = [];
  readonly #notes: string[] = [];

  constructor(config: EvaluationConfig, models: readonly ResolvedModel[]) {
    this.#config = config;
    this.#models = models;
  }

  build(): PipelineGraph {
    const preprocess = this.#preprocess();
    const lanes = this.#models.map((model) => this.#lane(model, preprocess));
    const merge = this.#merge(lanes);
    const select = this.#select(merge);
    const registers = this.#registers(lanes, merge, select);
    this.#gate(select, registers);
    this.#steps.push(...registers);
    this.#cleanups(lanes);
    const { pipeline } = this.#config;
    return {
      name: pipeline?.name ?? 'assay-evaluation',
      description: pipeline?.description ?? null,
      steps: this.#steps,
      notes: [...this.#notes, ...localNotes(this.#models)],
    };
  }

  #preprocess(): string {
    const shards = this.#config.sharding?.shards ?? 1;
    const name = this.#names.name('preprocess');
    this.#steps.push({
      kind: 'preprocess',
      name,
      description: `Read, check and sample the dataset; write ${shards} ${shards === 1 ? 'shard' : 'shards'}`,
      needs: [],
      command: ['preprocess', '--shards', String(shards)],
      inputs: [CONFIG, DATASET],
      output: 'prepared',
      shards,
    });
    return name;
  }

  #lane(model: ResolvedModel, preprocess: string): Lane {
    const finetune = this.#finetune(model);
    const deploy = this.#deploy(model, preprocess, finetune);
    const name = this.#names.name('evaluate', model.name);
    const { shards = 1, instances = shards } = this.#config.sharding ?? {};
    const evaluate: EvaluateStep = {
      kind: 'evaluate',
      name,
      description: `Ask and score ${model.name}`,
      needs: [succeeded(preprocess), ...(deploy === undefined ? [] : [succeeded(deploy.name)])],
      command: ['evaluate', '--model-index', String(model.index)],
      inputs: [CONFIG, INDEX, SHARDS],
      output: `evaluations/${name}`,
      model: model.name,
      modelIndex: model.index,
      instances: Math.min(shards, instances),
      transform: transformOf(model),
      finetuneStep: finetune?.name ?? null,
    };
    this.#steps.push(evaluate);
    return { model, finetune, deploy, evaluate };
  }

  #finetune(model: ResolvedModel): FinetuneStep | undefined {
    const { finetuning } = model.config;
    if (finetuning === undefined || model.runner !== 'sagemaker') return undefined;
    const { instance_type: instanceType, num_instances: instances, ...hyperparameters } = finetuning.parameters ?? {};
    const step: FinetuneStep = {
      kind: 'finetune',
      name: this.#names.name('finetune', model.name),
      description: `Fine-tune ${model.sagemaker.model_id ?? model.name}`,
      needs: [],
      model: model.name,
      modelIndex: model.index,
      artefactsOf: firstOfSameArtefacts(model, this.#models),
      trainDataPath: finetuning.train_data_path,
      validationDataPath: finetuning.validation_data_path ?? null,
      instanceType: instanceType ?? DEFAULT_TRAINING_INSTANCE,
      instances: instances ?? 1,
      hyperparameters: Object.fromEntries(
        Object.entries(hyperparameters).map(([key, value]) => [key, trainingValue(value)]),
      ),
      acceptEula: eulaAccepted(model),
    };
    this.#steps.push(step);
    return step;
  }

  #deploy(model: ResolvedModel, preprocess: string, finetune: FinetuneStep | undefined): DeployStep | undefined {
    if (model.runner !== 'sagemaker') return undefined;
    const { model_id: id, image_uri: image, sagemaker_model: existing, model_package: pack } = model.sagemaker;
    if ([id, image, existing, pack].every((given) => given === undefined)) return undefined;
    if (model.sagemaker.mode === 'transform') {
      // Batch Transform brings up what it needs; its evaluation step waits for it.
      if (finetune === undefined) return undefined;
      throw new AssayError('CONFIG_INVALID', `${model.name} is fine-tuned, which mode transform cannot follow`, {
        hint: 'take mode: realtime or async for it',
      });
    }
    const name = this.#names.name('deploy', model.name);
    const deployment = model.config.deployment_config;
    const step: DeployStep = {
      kind: 'deploy',
      name,
      description: `Bring an endpoint for ${model.name} up, unless it is there`,
      // After preprocess, though it needs nothing of it: a dataset that is wrong must not cost an endpoint.
      needs: [succeeded(preprocess), ...(finetune === undefined ? [] : [succeeded(finetune.name)])],
      command: ['deploy', '--model-index', String(model.index)],
      inputs: [CONFIG],
      output: `deployments/${name}`,
      model: model.name,
      modelIndex: model.index,
      instanceType: deployment?.instance_type ?? null,
      instances: deployment?.num_instances ?? 1,
      isServerless: deployment?.serverless !== undefined,
      finetuneStep: finetune?.name ?? null,
    };
    this.#steps.push(step);
    return step;
  }

  #merge(lanes: readonly Lane[]): string {
    const name = this.#names.name('merge');
    this.#steps.push({
      kind: 'merge',
      name,
      description: 'Merge the shards of all models into one run',
      needs: lanes.map(({ evaluate }) => succeeded(evaluate.name)),
      command: ['merge'],
      // One common folder: a job takes ten inputs, a pipeline more models than that.
      inputs: [CONFIG, INDEX, { name: 'evaluations', artefact: 'evaluations' }],
      output: 'run',
    });
    return name;
  }

  #select(merge: string): string {
    const name = this.#names.name('select');
    this.#steps.push({
      kind: 'select',
      name,
      description: 'Choose the best model and evaluate the gates',
      needs: [succeeded(merge)],
      command: ['select'],
      inputs: [CONFIG, { name: 'run', artefact: 'run' }],
      output: 'decision',
    });
    return name;
  }

  #registers(lanes: readonly Lane[], merge: string, select: string): RegisterStep[] {
    const registry = this.#config.model_registry;
    const registers: RegisterStep[] = [];
    const inputs: StepInput[] = [
      CONFIG,
      { name: 'run', artefact: 'run' },
      { name: 'decision', artefact: 'decision' },
      // What was deployed, for the package: its clean-up may have deleted it by then.
      ...(lanes.some(({ deploy }) => deploy !== undefined) ? [{ name: 'deployments', artefact: 'deployments' }] : []),
    ];
    for (const { model, evaluate } of lanes) {
      const own = model.config.register_config;
      if (own === undefined) continue;
      registers.push({
        kind: 'register',
        name: this.#names.name('register', model.name),
        description: `Register ${model.name} in ${own.model_package_group_name}`,
        needs: [succeeded(evaluate.name), succeeded(merge), succeeded(select)],
        command: ['register', '--model-index', String(model.index)],
        inputs,
        output: null,
        model: model.name,
        modelIndex: model.index,
        group: own.model_package_group_name,
      });
    }
    const isSample = lanes.length > 1 && lanes.every(({ deploy }) => deploy !== undefined);
    if (registry === undefined && !isSample) return registers;
    if (registry === undefined)
      this.#notes.push(`no model_registry: the selected model joins ${SAMPLE_GROUP}, as in the AWS sample`);
    const group = registry?.model_package_group_name ?? SAMPLE_GROUP;
    registers.push({
      kind: 'register',
      name: this.#names.name('register', 'selected'),
      description: `Register the selected model in ${group}`,
      needs: [succeeded(select)],
      command: ['register'],
      inputs,
      output: null,
      model: null,
      modelIndex: null,
      group,
    });
    return registers;
  }

  #gate(select: string, registers: readonly RegisterStep[]): void {
    const gates = this.#config.gates ?? [];
    if (gates.length === 0) return;
    this.#steps.push({
      kind: 'gate',
      name: this.#names.name('gate'),
      description: 'Go on only if every gate passed',
      needs: [succeeded(select)],
      selectStep: select,
      gates,
      guards: registers.map(({ name }) => name),
    });
  }

  #cleanups(lanes: readonly Lane[]): void {
    for (const { model, deploy, evaluate } of lanes) {
      if (deploy === undefined) continue;
      if (model.config.cleanup_endpoint === false) {
        this.#notes.push(`${model.name} keeps its endpoint (cleanup_endpoint: false)`);
        continue;
      }
      const step: CleanupStep = {
        kind: 'cleanup',
        name: this.#names.name('cleanup', model.name),
        description: `Delete what ${deploy.name} created`,
        // On the evaluation alone: were several such needs alternatives, the end of the deployment would start this.
        needs: [{ step: evaluate.name, when: 'ended' }],
        command: ['cleanup', '--model-index', String(model.index)],
        inputs: [CONFIG],
        output: null,
        model: model.name,
        modelIndex: model.index,
        deployStep: deploy.name,
      };
      this.#steps.push(step);
    }
  }
}
