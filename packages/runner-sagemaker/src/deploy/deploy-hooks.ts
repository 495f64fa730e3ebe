import type { AssayError, Instances } from '@assay/core';
import type { OwnedKind } from '../ownership/ownership-ledger.ts';

/** What a deployment tells as it goes on, all optional. */
export interface DeployHooks {
  /** Before anything is created: what will be paid for from CreateEndpoint to DeleteEndpoint. An error thrown here refuses it. */
  onPlanned?(event: { readonly endpoint: string; readonly instances: Instances }): void;
  onCreating?(event: { readonly kind: OwnedKind; readonly name: string }): void;
  /** While an endpoint is awaited, at each look. */
  onEndpoint?(event: { readonly endpoint: string; readonly status: string; readonly elapsedMs: number }): void;
  onDeleted?(event: { readonly kind: OwnedKind; readonly name: string }): void;
  /** Kept on request (`cleanup_endpoint: false`): what it costs, and how to be rid of it. */
  onKept?(event: { readonly endpoint: string; readonly hourlyCost: string; readonly command: string }): void;
  /** Could not be deleted; `assay pipeline sweep` will. */
  onLeft?(event: { readonly kind: OwnedKind; readonly name: string; readonly error: AssayError }): void;
}
