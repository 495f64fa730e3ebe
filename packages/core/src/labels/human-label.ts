import { hash } from 'node:crypto';
import { z } from 'zod';

const digest = z.string().regex(/^[0-9a-f]{16}$/, 'must be 16 hexadecimal digits');

/** What one person said of one output, as a line of a labels file. A later line of the same person on it takes its place. */
export const humanLabel = z.strictObject({
  /** Digest of the sample, the same in every run over it. */
  sample: digest,
  /** Digest of the output that was judged, whichever model made it. */
  output: digest,
  /** One of the rubric's labels; null takes an earlier one back. */
  label: z.string().min(1).max(1000).nullable(),
  who: z.string().min(1).max(200),
  /** ISO 8601, in UTC. */
  when: z.iso.datetime(),
  /** Digest of the rubric and its labels. */
  rubric: digest,
});

export type HumanLabel = z.output<typeof humanLabel>;

/** 16 hexadecimal digits of SHA-256 over a text: of an output, or of a rubric. */
export function textDigest(text: string): string {
  return hash('sha256', text, 'hex').slice(0, 16);
}
