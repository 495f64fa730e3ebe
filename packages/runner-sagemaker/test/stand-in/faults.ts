/** One request as the stand-in saw it. */
export interface Call {
  readonly service:
    | 'sagemaker'
    | 'runtime'
    | 's3'
    | 'bedrock'
    | 'bedrock-control'
    | 'sts'
    | 'cloudwatch'
    | 'iam'
    | 'ecr'
    | 'application-autoscaling'
    | 'servicequotas';
  readonly operation: string;
  /** What it is about: the endpoint, model, bucket/key. */
  readonly target: string;
  /** Counts all calls from 1. */
  readonly number: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** What IAM must allow for it. */
  readonly actions: readonly string[];
}

export type Fault =
  /** The service's own throttling: HTTP 400 with a null message on the control plane and the runtime. */
  | { readonly kind: 'throttle'; readonly retryAfterS?: number }
  | { readonly kind: 'not-ready' }
  | { readonly kind: 'server-error'; readonly status?: number }
  | { readonly kind: 'model-error'; readonly originalStatus: number; readonly message?: string }
  | { readonly kind: 'access-denied' }
  | { readonly kind: 'validation'; readonly message?: string }
  | { readonly kind: 'limit-exceeded' }
  | { readonly kind: 'expired-token' }
  /** The connection breaks before anything is done. */
  | { readonly kind: 'reset' }
  /** Everything is done, and the connection breaks before the answer arrives. */
  | { readonly kind: 'reset-after' }
  /** The caller dies: before anything is done, or with all done and the answer unread. */
  | { readonly kind: 'death'; readonly isDone: boolean; readonly kill: () => void }
  /** Really waits (milliseconds of wall time) before the answer. */
  | { readonly kind: 'slow'; readonly ms: number }
  /** A stream ends in the middle; elsewhere the body is cut. */
  | { readonly kind: 'cut' }
  | { readonly kind: 'stream-error' }
  | { readonly kind: 'wrong-body'; readonly body: string };

interface Rule {
  readonly matches: (call: Call) => boolean;
  readonly fault: Fault;
  left: number;
}

/** Which calls go wrong, and how. The first rule that matches and is not used up wins. */
export class Faults {
  readonly #rules: Rule[] = [];

  /** @param match an operation's name, or a predicate. @param times how often it strikes */
  add(match: string | ((call: Call) => boolean), fault: Fault, times = 1): this {
    const matches = typeof match === 'string' ? (call: Call) => call.operation === match : match;
    this.#rules.push({ matches, fault, left: times });
    return this;
  }

  clear(): void {
    this.#rules.length = 0;
  }

  take(call: Call): Fault | undefined {
    const rule = this.#rules.find(({ matches, left }) => left > 0 && matches(call));
    if (rule === undefined) return undefined;
    rule.left -= 1;
    return rule.fault;
  }
}
