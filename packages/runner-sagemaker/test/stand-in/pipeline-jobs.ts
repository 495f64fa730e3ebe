import { ACCOUNT } from './control-plane.ts';
import { validationException } from './wire-error.ts';

type Json = Readonly<Record<string, unknown>>;

/** What a job is told from: the steps of an execution, when they ran, and with which arguments. */
interface JobsOf {
  readonly id: string;
  readonly steps: readonly { readonly Name: string; readonly Type: string }[];
  readonly records: ReadonlyMap<
    string,
    { readonly startedAt: number | undefined; readonly endedAt: number | undefined }
  >;
  readonly resolved: ReadonlyMap<string, Json>;
}

const jobName = ({ id }: JobsOf, step: string): string => `pipelines-${id}-${step}`.slice(0, 63);

/** A step's Metadata: the job behind it. */
export function jobOf(execution: JobsOf, name: string): Json {
  const type = execution.steps.find((step) => step.Name === name)?.Type;
  const arn = (kind: string): Json => ({
    Arn: `arn:aws:sagemaker:us-east-1:${ACCOUNT}:${kind}/${jobName(execution, name)}`,
  });
  if (type === 'Training') return { TrainingJob: arn('training-job') };
  return type === 'Condition' || type === 'Fail' ? {} : { ProcessingJob: arn('processing-job') };
}

/** DescribeProcessingJob and DescribeTrainingJob, by the name that an execution gave its job. */
export function describeJob(
  executions: Iterable<JobsOf>,
  now: number,
  name: string,
  kind: 'Processing' | 'Training',
): unknown {
  for (const execution of executions) {
    for (const [step, { startedAt = 0, endedAt }] of execution.records) {
      if (jobName(execution, step) !== name) continue;
      const seconds = ((endedAt ?? now) - startedAt) / 1000;
      return {
        ...execution.resolved.get(step),
        [`${kind}JobName`]: name,
        [`${kind}JobStatus`]: endedAt === undefined ? 'InProgress' : 'Completed',
        [`${kind}StartTime`]: startedAt / 1000,
        ...(endedAt === undefined ? {} : { [`${kind}EndTime`]: endedAt / 1000 }),
        ...(kind === 'Training' && endedAt !== undefined ? { BillableTimeInSeconds: Math.ceil(seconds) } : {}),
      };
    }
  }
  throw validationException('Requested resource not found.');
}
