import { AssayError } from '@assay/core';

type Deployed = 'endpoint' | 'inference-component';

/** Of what takes too long. */
export function stillIs(kind: Deployed, name: string, status: string, elapsedMs: number): AssayError {
  const minutes = Math.round(elapsedMs / 60_000);
  return new AssayError('AWS_ENDPOINT', `${kind} ${name} is still ${status} after ${minutes} minutes`);
}

/** Of what will not come into service. */
export function deploymentFailed(
  kind: Deployed,
  name: string,
  status: string,
  reason = 'AWS names no reason',
): AssayError {
  const isCapacity = /capacity/i.test(reason);
  return new AssayError(isCapacity ? 'AWS_QUOTA' : 'AWS_ENDPOINT', `${kind} ${name} ended as ${status}: ${reason}`, {
    hint: isCapacity
      ? 'AWS has no such instance free now: try later, another instance type, or another region.'
      : `The container’s log is in CloudWatch under /aws/sagemaker/${kind === 'endpoint' ? 'Endpoints' : 'InferenceComponents'}/.`,
  });
}
