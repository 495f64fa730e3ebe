import { wellFormed } from '../text/well-formed.ts';

function heal(_: string, value: unknown): unknown {
  return typeof value === 'string' ? wellFormed(value) : value;
}

/** JSON without lone surrogates, which Python's readers refuse. */
export function wellFormedJson(value: unknown): string {
  return JSON.stringify(value, heal);
}
