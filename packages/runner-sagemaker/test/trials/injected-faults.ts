import type { Fault } from '../stand-in/faults.ts';

/** What can happen to a call of AWS. */
export const API_FAULTS: readonly Fault[] = [
  { kind: 'throttle' },
  { kind: 'server-error' },
  { kind: 'server-error', status: 503 },
  { kind: 'reset' },
  { kind: 'reset-after' },
  { kind: 'access-denied' },
  { kind: 'validation' },
  { kind: 'limit-exceeded' },
  { kind: 'expired-token' },
  { kind: 'cut' },
  { kind: 'wrong-body', body: '<html>' },
];
