import { z } from 'zod';
import { storedDataset } from '../results/manifest.ts';
import type { Manifest } from '../results/summary.ts';
import { type StoredShape, storedShape } from '../storage/read-json.ts';
import type { Approval } from './approval.ts';
import type { RegistryEvent } from './version-history.ts';

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
  /** SHA-256 over the run's summary without its timing: the same run gives the same again. Absent in older entries, as what follows. */
  readonly runDigest?: string;
  /** SHA-256 over the digests of the dataset's files. */
  readonly dataDigest?: string;
  /** What the model was asked with. */
  readonly prompt?: Readonly<Record<string, unknown>>;
  /** What its answers were generated with. */
  readonly parameters?: Readonly<Record<string, unknown>>;
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
  /** Who decided. */
  readonly approvedBy?: string;
  /** When the approval last changed. */
  readonly lastModifiedAt?: string;
  /** What happened to it, oldest first; kept beside the versions, where nothing is ever changed. */
  readonly history?: readonly RegistryEvent[];
}

/** As it is stored. */
export const registeredModel: StoredShape<RegisteredModel> = storedShape(() =>
  z.looseObject({
    format: z.literal(1),
    group: z.string(),
    version: z.number(),
    model: z.string(),
    runner: z.string(),
    run: z.string(),
    configDigest: z.string(),
    runDigest: z.string().exactOptional(),
    dataDigest: z.string().exactOptional(),
    prompt: z.record(z.string(), z.unknown()).exactOptional(),
    parameters: z.record(z.string(), z.unknown()).exactOptional(),
    dataset: storedDataset(),
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
    approvedBy: z.string().exactOptional(),
    lastModifiedAt: z.string().exactOptional(),
  }),
);
