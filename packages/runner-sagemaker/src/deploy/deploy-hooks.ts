import type { AssayError, Instances } from '@assay/core';
import type { CreatedKind } from '../ownership/ownership-ledger.ts';

/** What a deployment tells as it goes on, all optional. */
export interface DeployHooks {
  /** What should be known of a model before it is deployed, such as that it is deprecated. */
  onNotice?(event: { readonly model: string; readonly text: string }): void;
  /** Before anything is created: an endpoint or a job that will be paid for. An error thrown here refuses it. */
  onPlanned?(event: { readonly name: string; readonly instances: Instances }): void;
  /** While a Batch Transform job is awaited, at each look. */
  onJob?(event: { readonly job: string; readonly status: string; readonly elapsedMs: number }): void;
  onCreating?(event: { readonly kind: CreatedKind; readonly name: string }): void;
  /** An endpoint of this run is there already, of a process or step before. */
  onTakenOver?(event: { readonly endpoint: string }): void;
  /** While an endpoint is awaited, at each look. */
  onEndpoint?(event: { readonly endpoint: string; readonly status: string; readonly elapsedMs: number }): void;
  onDeleted?(event: { readonly kind: CreatedKind; readonly name: string }): void;
  /** Kept on request (`cleanup_endpoint: false`): what it costs, and how to be rid of it. */
  onKept?(event: { readonly endpoint: string; readonly hourlyCost: string; readonly command: string }): void;
  /** Could not be deleted; `assay pipeline sweep` will. */
  onLeft?(event: { readonly kind: CreatedKind; readonly name: string; readonly error: AssayError }): void;
}
