import { AssayError, type AwsConfig, type InstanceUse, type PipelineGraph } from '@assay/core';
import type { EstimateLine } from '../cost/estimate-pipeline.ts';
import { allSteps } from './check-definition.ts';
import type { PipelineDefinition } from './definition.ts';
import { type QuotaUse, quotaUses } from './quota-use.ts';

/** Steps of a pipeline that AWS allows an account by default. */
const PIPELINE_STEPS = 50;
/** Of types with an accelerator an account has none until it asks: AWS's default is 0. Defaults of others differ. */
const ACCELERATED = /^ml\.(?:g|p|inf|trn)\d/;

/** As Service Quotas names what an instance type may be used for. */
const USES: Readonly<Record<InstanceUse, string>> = {
  endpoint: 'endpoint usage',
  processing: 'processing job usage',
  training: 'training job usage',
  transform: 'transform job usage',
};

/** `ml.g5.2xlarge for endpoint usage` */
export const quotaName = (use: InstanceUse, type: string): string => `${type} for ${USES[use]}`;

/** A quota that a pipeline is above. */
export interface QuotaProblem {
  readonly message: string;
  /** Where the account's own value is written. */
  readonly key: string;
  /** The config says what the account has; otherwise it is AWS's default, and the account may have more. */
  readonly isStated: boolean;
  /** How the pipeline would need less. @default fewer steps at a time, or fewer models */
  readonly instead?: string;
}

/** What the config states, or AWS's default; undefined where neither is known. */
export function knownQuota(
  { use, type }: QuotaUse,
  aws: AwsConfig | undefined,
): { readonly allowed: number; readonly isStated: boolean } | undefined {
  if (type === undefined) {
    const stated = use === 'endpoint' ? undefined : aws?.quotas?.concurrent_jobs?.[use];
    return stated === undefined ? undefined : { allowed: stated, isStated: true };
  }
  const stated = aws?.quotas?.instances?.[type]?.[use];
  if (stated !== undefined) return { allowed: stated, isStated: true };
  return ACCELERATED.test(type) ? { allowed: 0, isStated: false } : undefined;
}

/** What a pipeline needs beyond the quotas that are known without asking AWS. */
export function quotaProblems(
  definition: PipelineDefinition,
  graph: PipelineGraph,
  lines: readonly EstimateLine[],
  aws: AwsConfig | undefined,
  maxParallelSteps?: number | undefined,
): QuotaProblem[] {
  const uses = quotaUses(graph, lines, maxParallelSteps);
  return [...stepProblem(definition, aws), ...uses.flatMap((use) => useProblem(use, aws))];
}

/** Whether a definition has more steps than the account may have. */
export function stepProblem(definition: PipelineDefinition, aws: AwsConfig | undefined): QuotaProblem[] {
  const { length } = allSteps(definition.Steps);
  const stated = aws?.quotas?.pipeline_steps;
  const allowed = stated ?? PIPELINE_STEPS;
  if (length <= allowed) return [];
  const message = `the pipeline has ${length} steps; an account may have ${allowed}`;
  const instead = fewerSteps(definition, allowed);
  return [{ message, key: 'aws.quotas.pipeline_steps', isStated: stated !== undefined, instead }];
}

/** Kinds of steps that a model has of its own, and that the models of a group share. */
const OF_ONE_MODEL: readonly unknown[] = ['deploy', 'evaluate', 'cleanup'];
/** As the config takes it. */
const MOST_PER_JOB = 90;

/** How many models have to share a job, so that no more steps are left than allowed. */
function fewerSteps({ Steps }: PipelineDefinition, allowed: number): string {
  const kinds = allSteps(Steps).map(({ Arguments }) => {
    const { ContainerArguments } = (Arguments.AppSpecification ?? {}) as { readonly ContainerArguments?: unknown[] };
    return ContainerArguments?.[0];
  });
  const models = kinds.filter((kind) => kind === 'evaluate').length;
  const room = allowed - kinds.filter((kind) => !OF_ONE_MODEL.includes(kind)).length;
  const each = Math.ceil(models / room);
  return models > 1 && room >= 1 && each <= MOST_PER_JOB
    ? `write pipeline: { models_per_job: ${each} }`
    : 'split the config';
}

export function useProblem(used: QuotaUse, aws: AwsConfig | undefined): QuotaProblem[] {
  const known = knownQuota(used, aws);
  const { use, type, count, steps } = used;
  if (known === undefined || count <= known.allowed) return [];
  const { allowed, isStated } = known;
  const whose = isStated ? 'the account has' : 'AWS gives an account';
  const at = steps.length > 3 ? `${steps.slice(0, 3).join(', ')} and ${steps.length - 3} more` : steps.join(', ');
  return type === undefined
    ? [
        {
          message: `${at}: ${count} ${use} jobs at a time; ${whose} ${allowed}`,
          key: `aws.quotas.concurrent_jobs.${use}`,
          isStated,
        },
      ]
    : [
        {
          message: `${at}: InstanceType ${type}, ${count} at a time; of “${quotaName(use, type)}” ${whose} ${allowed}`,
          key: `aws.quotas.instances["${type}"].${use}`,
          isStated,
        },
      ];
}

/** What to do about it. */
export const quotaHint = ({
  key,
  instead = 'lower pipeline.max_parallel_steps, split the config',
}: QuotaProblem): string => `ask AWS for more (Service Quotas), ${instead}, or write ${key} if yours is higher`;

/** Tells what is above AWS's defaults. @throws AssayError CONFIG_INVALID for what is above a quota that the config states */
export function requireQuotas(problems: readonly QuotaProblem[], tell: (text: string) => void): void {
  const [stated] = problems.filter(({ isStated }) => isStated);
  if (stated !== undefined) throw new AssayError('CONFIG_INVALID', stated.message, { hint: quotaHint(stated) });
  for (const problem of problems) tell(`${problem.message}: ${quotaHint(problem)}`);
}
