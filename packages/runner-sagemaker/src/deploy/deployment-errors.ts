import { AssayError } from '@assay/core';

/** Of an endpoint that takes too long. */
export function stillIs(endpoint: string, status: string, elapsedMs: number): AssayError {
  const minutes = Math.round(elapsedMs / 60_000);
  return new AssayError('AWS_ENDPOINT', `endpoint ${endpoint} is still ${status} after ${minutes} minutes`);
}

/** Of an endpoint that will not come into service. */
export function deploymentFailed(endpoint: string, status: string, reason = 'AWS names no reason'): AssayError {
  const isCapacity = /capacity/i.test(reason);
  return new AssayError(
    isCapacity ? 'AWS_QUOTA' : 'AWS_ENDPOINT',
    `endpoint ${endpoint} ended as ${status}: ${reason}`,
    {
      hint: isCapacity
        ? 'AWS has no such instance free now: try later, another instance type, or another region.'
        : 'The container’s log is in CloudWatch under /aws/sagemaker/Endpoints/.',
    },
  );
}
