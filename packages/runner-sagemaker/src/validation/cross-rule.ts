import type { RequestProblem } from './validate-request.ts';

export type Json = Readonly<Record<string, unknown>>;

/** What one member of a request forbids another: AWS says it in words, the service's model does not. */
export interface CrossRule {
  readonly operations: readonly string[];
  readonly problems: (input: Json) => readonly RequestProblem[];
}

export const object = (value: unknown): Json => (typeof value === 'object' && value !== null ? (value as Json) : {});

export const list = (value: unknown): readonly Json[] => (Array.isArray(value) ? value.map(object) : []);

export const problem = (member: string, message: string, holds: boolean): RequestProblem[] =>
  holds ? [{ member, message }] : [];

export function repeated(member: string, names: readonly unknown[]): RequestProblem[] {
  const twice = names.find((name, i) => name !== undefined && names.indexOf(name) !== i);
  return problem(member, `holds "${String(twice)}" twice`, twice !== undefined);
}
