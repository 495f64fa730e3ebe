import { z } from 'zod';
import { storedDataset } from '../results/manifest.ts';
import type { Manifest } from '../results/summary.ts';

/** As SageMaker's ModelApprovalStatus. */
export type Approval = 'PendingManualApproval' | 'Approved' | 'Rejected';

/** One version of a group: what a SageMaker model package says, as a file. */
export interface RegisteredModel {
  readonly format: 1;
  readonly group: string;
  /** From 1. */
  readonly version: number;
  readonly model: string;
  /** The runner's id, with the digest of the weights where there is one. */
  readonly runner: string;
  readonly run: string;
  readonly configDigest: string;
  readonly dataset: Manifest['dataset'];
  readonly decidingScore: string;
  readonly scores: readonly {
    readonly name: string;
    readonly value: number | null;
    readonly interval: readonly [number, number] | null;
    readonly n: number;
    readonly signature: string;
  }[];
  /** What of the run was damaged, and was accepted. */
  readonly acceptedDamage?: string;
  readonly approval: Approval;
  /** Why, in the words of whoever decided. */
  readonly approvalDescription?: string;
  readonly registeredAt: string;
  /** When the approval last changed. */
  readonly lastModifiedAt?: string;
}

/** As it is stored. */
export const registeredModel: z.ZodType<RegisteredModel> = z.looseObject({
  format: z.literal(1),
  group: z.string(),
  version: z.number(),
  model: z.string(),
  runner: z.string(),
  run: z.string(),
  configDigest: z.string(),
  dataset: storedDataset,
  decidingScore: z.string(),
  scores: z.array(
    z.looseObject({
      name: z.string(),
      value: z.number().nullable(),
      interval: z.tuple([z.number(), z.number()]).nullable(),
      n: z.number(),
      signature: z.string(),
    }),
  ),
  acceptedDamage: z.string().exactOptional(),
  approval: z.enum(['PendingManualApproval', 'Approved', 'Rejected']),
  approvalDescription: z.string().exactOptional(),
  registeredAt: z.string(),
  lastModifiedAt: z.string().exactOptional(),
});
