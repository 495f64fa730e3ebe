import { AssayError } from '@assay/core';
import type { TransformState } from './transform-job.ts';

const LOG_GROUP = '/aws/sagemaker/TransformJobs';

/** An object without an output: one bad record among its lines is enough for that. */
export function unwritten(part: string, ended: TransformState | undefined): AssayError {
  const { failureReason, status = 'gone' } = ended ?? {};
  const reason = failureReason === undefined ? '' : `: ${failureReason}`;
  return new AssayError('RUNNER_FAILED', `the job ended as ${status} without an output for ${part}${reason}`, {
    hint: `SageMaker writes none for an object of which one line fails. The log is in CloudWatch under ${LOG_GROUP}.`,
  });
}

/** Why a job that wrote nothing ended. */
export function jobFailed({ job, status, failureReason = 'AWS names no reason' }: TransformState): AssayError {
  const isCapacity = /capacity/i.test(failureReason);
  return new AssayError(
    isCapacity ? 'AWS_QUOTA' : 'RUNNER_FAILED',
    `transform job ${job} ended as ${status} without any output: ${failureReason}`,
    {
      hint: isCapacity
        ? 'AWS has no such instance free now: try later with --resume, or another instance type.'
        : `Its log is in CloudWatch under ${LOG_GROUP}. \`--resume\` starts another job.`,
    },
  );
}
