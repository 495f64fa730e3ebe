export const RUN_TAG = 'assay:run-id';
export const EXPIRY_TAG = 'assay:expires-at';
export const OWNER_TAG = 'assay:owner';
/** On what the user asked to keep: no sweep touches it unless it names the run. */
export const KEEP_TAG = 'assay:keep';

export interface Ownership {
  readonly runId: string;
  /** Who to ask about it. */
  readonly owner: string;
  /** Milliseconds since the epoch; undefined for what is kept. */
  readonly expiresAt: number | undefined;
  /** The config's own tags. */
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** Tags of everything that a run creates. */
export function ownedTags({ runId, owner, expiresAt, tags = {} }: Ownership): Tag[] {
  const all: Record<string, string> = {
    ...tags,
    [RUN_TAG]: runId,
    [OWNER_TAG]: owner,
    ...(expiresAt === undefined ? { [KEEP_TAG]: 'true' } : { [EXPIRY_TAG]: new Date(expiresAt).toISOString() }),
  };
  return tagList(all);
}

export const tagList = (tags: Readonly<Record<string, string>>): Tag[] =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value: tagValue(Value) }));

/** Tag values hold letters, digits, spaces and `_.:/=+-@`, at most 256 of them. */
function tagValue(text: string): string {
  return text.replaceAll(/[^\p{L}\p{N}\s_.:/=+\-@]/gu, '-').slice(0, 256);
}
