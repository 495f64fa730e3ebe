import type { AwsConfig, Clock, PriceTable } from '@assay/core';
import type { SageMakerRunnerOptions } from './create-sagemaker-runner.ts';
import type { DeployHooks } from './deploy/deploy-hooks.ts';
import type { ModelSource } from './jumpstart/model-source.ts';

export interface OpenSageMakerRunnerOptions extends SageMakerRunnerOptions {
  readonly runId: string;
  /** File that lists what is created, in the run's folder; see LEDGER_FILE. */
  readonly ledgerFile: string;
  readonly owner: string;
  readonly aws?: AwsConfig | undefined;
  /** Buckets of other accounts that the config may write to. @default any: who calls vouches for the config */
  readonly foreignBuckets?: readonly string[] | undefined;
  /** `--role-arn`, else aws.role_arn, else ASSAY_SAGEMAKER_ROLE; never guessed. */
  readonly roleArn?: string | undefined;
  /** `--accept-eula` */
  readonly acceptEula?: boolean | undefined;
  readonly prices?: PriceTable | undefined;
  readonly deployHooks?: DeployHooks | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Artefacts of a training job, in place of the model's own. */
  readonly modelData?: string | undefined;
  /** Other processes of the run ask the same endpoint: `close()` leaves it up. @default false */
  readonly isShared?: boolean | undefined;
  /** Where JumpStart ids are looked up. @default hub content, then the public manifest */
  readonly modelSources?: readonly ModelSource[] | undefined;
  readonly clock?: Clock | undefined;
}
