import type { GateConfig } from '../config/schema/decision-config.ts';

/** A step's claim on another: `succeeded` waits for its success; `ended` for its end however it ended. */
export interface StepNeed {
  readonly step: string;
  readonly when: 'succeeded' | 'ended';
}

/**
 * Something that steps hand on, by its path below the execution's folder: `shards`, `evaluate/llama2-7b`, `run`.
 * `config` and `dataset` are there before the first step.
 */
export type Artefact = string;

export interface StepInput {
  /** Names the folder that the step finds it in. */
  readonly name: string;
  readonly artefact: Artefact;
  /** Each instance of the step gets its part of the files. */
  readonly isSharded?: boolean;
}

interface StepBase {
  /** Unique; letters, digits, hyphens and underscores, at most 64. */
  readonly name: string;
  readonly description: string;
  readonly needs: readonly StepNeed[];
}

/** A step that runs `assay step …`. */
interface CommandStep extends StepBase {
  /** Arguments after `assay step`. */
  readonly command: readonly string[];
  readonly inputs: readonly StepInput[];
  /** What it writes; null where its effect is elsewhere. */
  readonly output: Artefact | null;
}

/** Reads the dataset, checks and samples it, and writes it as shards. */
export interface PreprocessStep extends CommandStep {
  readonly kind: 'preprocess';
  readonly shards: number;
}

/** A training job of the provider's own image. */
export interface FinetuneStep extends StepBase {
  readonly kind: 'finetune';
  readonly model: string;
  readonly modelIndex: number;
  /** Position of the first model that begins with the same artefacts: its image, script and weights are this one's, too. */
  readonly artefactsOf: number;
  readonly trainDataPath: string;
  readonly validationDataPath: string | null;
  readonly instanceType: string;
  readonly instances: number;
  readonly hyperparameters: Readonly<Record<string, string>>;
  readonly acceptEula: boolean;
}

/** Brings an endpoint up, unless it is there already. */
export interface DeployStep extends CommandStep {
  readonly kind: 'deploy';
  readonly model: string;
  readonly modelIndex: number;
  /** Null where the model's document names it, or there is none. */
  readonly instanceType: string | null;
  readonly instances: number;
  readonly isServerless: boolean;
  /** The step whose artefacts it deploys. */
  readonly finetuneStep: string | null;
}

export interface EvaluateStep extends CommandStep {
  readonly kind: 'evaluate';
  readonly model: string;
  readonly modelIndex: number;
  readonly instances: number;
  /** What a Batch Transform job of it runs on; null for a model that is asked at an endpoint. */
  readonly transform: { readonly instanceType: string | null; readonly instances: number } | null;
  /** The step whose artefacts it would deploy again, were their endpoint gone. */
  readonly finetuneStep: string | null;
}

/** Merges the shards' accumulators and journals into one run folder. */
export interface MergeStep extends CommandStep {
  readonly kind: 'merge';
}

/** Chooses the best model and evaluates the gates: writes `decision.json`. */
export interface SelectStep extends CommandStep {
  readonly kind: 'select';
}

/** Goes on with what it guards only if every gate of the decision passed; otherwise the execution fails. */
export interface GateStep extends StepBase {
  readonly kind: 'gate';
  readonly selectStep: string;
  readonly gates: readonly GateConfig[];
  /** Names of the steps that it guards. */
  readonly guards: readonly string[];
}

/** Registers a model package with score and report attached. */
export interface RegisterStep extends CommandStep {
  readonly kind: 'register';
  /** null is the selected model. */
  readonly model: string | null;
  readonly modelIndex: number | null;
  readonly group: string;
}

/** Deletes what the deploy step created, however the evaluation ended. */
export interface CleanupStep extends CommandStep {
  readonly kind: 'cleanup';
  readonly model: string;
  readonly modelIndex: number;
  readonly deployStep: string;
}

/** Steps that run in one container, each as a process of its own. */
export interface GroupStep extends CommandStep {
  readonly kind: 'group';
  /** In an order in which each comes after those it needs. What they need of steps outside stands in the group's needs. */
  readonly steps: readonly PipelineStep[];
  /** Artefacts of trainings that it deploys: variables of its container, since its processes share one list of arguments. */
  readonly modelData: readonly ModelData[];
}

export interface ModelData {
  readonly variable: string;
  readonly modelIndex: number;
  readonly finetuneStep: string;
}

export type PipelineStep =
  | PreprocessStep
  | FinetuneStep
  | DeployStep
  | EvaluateStep
  | MergeStep
  | SelectStep
  | GateStep
  | RegisterStep
  | CleanupStep
  | GroupStep;

export interface PipelineGraph {
  readonly name: string;
  readonly description: string | null;
  /** In an order in which each comes after those it needs. */
  readonly steps: readonly PipelineStep[];
  /** What the config left open and how it was decided. */
  readonly notes: readonly string[];
}
