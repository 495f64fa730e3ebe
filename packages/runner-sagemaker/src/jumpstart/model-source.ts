import type { PayloadShape } from './default-payload.ts';
import type { Hyperparameter, Resources } from './jumpstart-document.ts';
import type { AdditionalSource } from './jumpstart-hosting.ts';

type Tags = readonly { readonly Key: string; readonly Value: string }[];

/** What must be known to deploy a model, wherever it was found. */
export interface ModelArtefacts {
  /** `meta-textgeneration-llama-2-7b@3.0.0`, or what else pins the weights; part of the cache key. */
  readonly pinnedAs: string;
  /** Unknown only for a model package. */
  readonly imageUri?: string;
  /** A package of AWS's Marketplace or of JumpStart in place of image and weights. */
  readonly modelPackageArn?: string;
  /** `s3://…`; absent where the image or the environment brings the model. */
  readonly modelData?: { readonly uri: string; readonly isPrefix: boolean; readonly compression: 'None' | 'Gzip' };
  readonly environment: Readonly<Record<string, string>>;
  readonly defaultInstanceType?: string;
  /** Where the end-user licence stands, for models that have one to accept. */
  readonly eula?: string;
  /** Draft models and the like, each with its licence. */
  readonly additionalSources?: readonly AdditionalSource[];
  /** Reference of a private hub, through which the weights are read. */
  readonly hubContentArn?: string;
  readonly networkIsolation?: boolean;
  /** What the document says of deploying; the config's own wins. */
  readonly startupTimeoutS?: number;
  readonly downloadTimeoutS?: number;
  readonly amiVersion?: string;
  readonly volumeGb?: number;
  /** What a copy of it needs, where several share an instance. */
  readonly resources?: Resources;
  /** By which AWS's console and SDK know the model. */
  readonly tags?: Tags;
  /** How it is asked where the config does not say. */
  readonly payload?: PayloadShape;
  /** To be told: deprecation, vulnerable dependencies, an instance type that nobody tried. */
  readonly notices?: readonly string[];
}

/** What must be known to fine-tune a model. */
export interface TrainingSpec {
  readonly imageUri: string;
  /** `s3://…`, the artefacts that training begins with, as a channel. */
  readonly modelUri?: string;
  /** `s3://…`, an archive of the training script. */
  readonly scriptUri?: string;
  /** Defaults; the config's own win. */
  readonly hyperparameters: Readonly<Record<string, string>>;
  /** What the config's own are held against. */
  readonly hyperparameterSpecs?: readonly Hyperparameter[];
  readonly environment: Readonly<Record<string, string>>;
  /** Where the end-user licence stands, for models that have one to accept. */
  readonly eula?: string;
  /** Reference of a private hub, through which the artefacts are read. */
  readonly hubContentArn?: string;
  readonly region?: string;
  readonly networkIsolation?: boolean;
  readonly encryptsTraffic?: boolean;
  readonly maxRunS?: number;
  readonly leavesUncompressed?: boolean;
  readonly volumeGb?: number;
  readonly metrics?: readonly { readonly Name: string; readonly Regex: string }[];
  readonly tags?: Tags;
  readonly notices?: readonly string[];
}

/** Which model, as a config asks for it. */
export interface ModelRequest {
  readonly modelId: string;
  /** `3.0.0`, `2.*` or `*` */
  readonly version: string;
  readonly instanceType?: string | undefined;
  /** Inference config; see ConfigChoice. */
  readonly config?: string | undefined;
  /** `sha256:…` of the one document to be used. */
  readonly documentDigest?: string | undefined;
}

/** Where JumpStart ids are looked up: the public bucket, a hub, or a table in tests. */
export interface ModelSource {
  readonly name: string;
  /** Undefined when this source does not know the model. */
  find(request: ModelRequest): Promise<ModelArtefacts | undefined>;
  /** The same for training. @default nothing is known */
  findTraining?(request: ModelRequest): Promise<TrainingSpec | undefined>;
}
