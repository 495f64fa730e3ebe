/** How a (model, sample) ended. `unscored` carries its reasons per algorithm, beside this state. */
export const SAMPLE_STATES = ['scored', 'unscored', 'truncated', 'refused', 'failed', 'timed_out', 'skipped'] as const;

export type SampleState = (typeof SAMPLE_STATES)[number];
