import type { Reply } from './reply.ts';

/** What a handler gets beside its body. */
export interface Exchange {
  readonly reply: Reply;
  /** Aborts when the client goes away. */
  readonly signal: AbortSignal;
}
