/** A Hugging Face model id with an optional revision, written `org/name@revision`. */
export interface HubId {
  readonly id: string;
  readonly revision: string;
}

const SEGMENT = /^[\w][\w.-]*$/;

/** @returns undefined when the text cannot be an id on the hub (`name` or `org/name`, then `@revision`) */
export function parseHubId(text: string, revision?: string): HubId | undefined {
  const at = text.indexOf('@');
  const id = at < 0 ? text : text.slice(0, at);
  const parts = id.split('/');
  if (parts.length > 2 || id.includes('..') || !parts.every((part) => SEGMENT.test(part))) return undefined;
  const chosen = revision ?? (at < 0 ? 'main' : text.slice(at + 1));
  if (chosen === '' || chosen.includes('..') || !/^[\w./-]+$/.test(chosen)) return undefined;
  return { id, revision: chosen };
}

export function isCommit(revision: string): boolean {
  return /^[0-9a-f]{40}$/.test(revision);
}
