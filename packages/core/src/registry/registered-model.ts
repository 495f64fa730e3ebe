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
  readonly approval: Approval;
  /** Why, in the words of whoever decided. */
  readonly approvalDescription?: string;
  readonly registeredAt: string;
  /** When the approval last changed. */
  readonly lastModifiedAt?: string;
}
