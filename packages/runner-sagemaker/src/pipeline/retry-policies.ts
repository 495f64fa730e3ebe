/** Faults of the service pass within minutes; capacity and limits may take hours. Shapes as the Python SDK emits them. */
export const RETRY_POLICIES: readonly Readonly<Record<string, unknown>>[] = [
  {
    BackoffRate: 2,
    IntervalSeconds: 5,
    MaxAttempts: 3,
    ExceptionType: ['Step.SERVICE_FAULT', 'Step.THROTTLING'],
  },
  {
    BackoffRate: 1.5,
    IntervalSeconds: 60,
    ExpireAfterMin: 120,
    ExceptionType: ['SageMaker.CAPACITY_ERROR', 'SageMaker.RESOURCE_LIMIT'],
  },
  { BackoffRate: 2, IntervalSeconds: 30, MaxAttempts: 2, ExceptionType: ['SageMaker.JOB_INTERNAL_ERROR'] },
];
