import { type Clock, isAssayError } from '@assay/core';
import { isNotFound } from '../aws/aws-error.ts';
import type { ControlCalls } from '../ownership/control-calls.ts';
import { findResource, tagsOf } from '../ownership/owned-resource.ts';
import { RUN_TAG } from '../ownership/owned-tags.ts';
import type { OwnedKind, OwnershipLedger } from '../ownership/ownership-ledger.ts';
import type { DeployHooks } from './deploy-hooks.ts';
import type { Begun } from './teardown.ts';

const OPERATIONS: Readonly<Record<OwnedKind, string>> = {
  model: 'CreateModel',
  'endpoint-config': 'CreateEndpointConfig',
  endpoint: 'CreateEndpoint',
  'inference-component': 'CreateInferenceComponent',
};
/** How long AWS may not show what it has created a moment ago. */
const UNSEEN_MS = 60_000;

export interface CreationContext {
  readonly calls: ControlCalls;
  readonly ledger: OwnershipLedger;
  readonly runId: string;
  readonly clock: Clock;
  readonly hooks: DeployHooks;
  readonly signal: AbortSignal | undefined;
}

/** What a deployment creates: each written to the ledger before its call. */
export class OwnedCreation {
  readonly #context: CreationContext;
  #begun: Begun[] = [];

  constructor(context: CreationContext) {
    this.#context = context;
  }

  /** Ledger first, then the call. @returns false when one of that name is there that is not ours */
  async begin(kind: OwnedKind, name: string, send: (signal: AbortSignal) => Promise<unknown>): Promise<boolean> {
    const { calls, ledger, clock, hooks, signal } = this.#context;
    signal?.throwIfAborted();
    const wasBegun = ledger.isBegun(kind, name);
    const begun = await this.record(kind, name);
    hooks.onCreating?.({ kind, name });
    let isOurs = true;
    let sent = 0;
    const sendCounted = (stop: AbortSignal): Promise<unknown> => {
      sent += 1;
      return send(stop);
    };
    try {
      await calls.call<unknown>(OPERATIONS[kind], name, sendCounted, {
        signal,
        recover: async (thrown) => {
          if (isNotFound(thrown) && clock.now() - begun.at < UNSEEN_MS) return 'again';
          if (!/already exist/i.test((thrown as Error).message)) return undefined;
          // Ours if an earlier attempt got through whose answer was lost.
          isOurs = await this.isOurs(kind, name);
          return isOurs || kind === 'endpoint' ? { value: undefined } : undefined;
        },
      });
    } catch (thrown) {
      // A first call that was refused created nothing; after anything else nobody knows.
      const isRefused = sent === 1 && !wasBegun && isAssayError(thrown) && !thrown.retryable;
      if (!isOurs || isRefused) this.#forget(begun);
      throw thrown;
    }
    if (!isOurs) this.#forget(begun);
    return isOurs;
  }

  /** Notes what is there already, of a process before this one. @throws AssayError RUN_OUTPUT_NOT_WRITABLE */
  async record(kind: OwnedKind, name: string): Promise<Begun> {
    const { calls, runId, ledger, clock } = this.#context;
    const at = clock.now();
    const { region } = calls.connection;
    await ledger.append({ event: 'creating', kind, name, region, runId, at: new Date(at).toISOString() });
    const begun: Begun = { kind, name, at };
    this.#begun.push(begun);
    return begun;
  }

  /** Whether what has this name carries this run's tag; true where there is nothing. @throws AssayError */
  async isOurs(kind: OwnedKind, name: string): Promise<boolean> {
    const { calls, runId } = this.#context;
    const found = await findResource(calls, kind, name);
    return found === undefined || (await tagsOf(calls, found.arn))[RUN_TAG] === runId;
  }

  /** All that was begun, once. */
  take(): readonly Begun[] {
    const begun = this.#begun;
    this.#begun = [];
    return begun;
  }

  #forget(begun: Begun): void {
    this.#begun = this.#begun.filter((other) => other !== begun);
  }
}
