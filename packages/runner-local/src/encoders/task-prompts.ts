import { readModelJson } from '../models/model-config.ts';

/** What a model wants before a text, by the task that its vector is for. */
export interface TaskPrompts {
  readonly byName: ReadonlyMap<string, string>;
  /** The one that is used where none is named. */
  readonly preferred: string | undefined;
}

/**
 * Reads config_sentence_transformers.json, as sentence-transformers writes it.
 * @see https://sbert.net/examples/sentence_transformer/applications/computing-embeddings/README.html#prompt-templates
 */
export function readTaskPrompts(folder: string): TaskPrompts {
  const { prompts, default_prompt_name: preferred } = readModelJson(folder, 'config_sentence_transformers.json') ?? {};
  const entries = Object.entries(typeof prompts === 'object' && prompts !== null ? prompts : {});
  const byName = new Map(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
  return { byName, preferred: typeof preferred === 'string' && byName.has(preferred) ? preferred : undefined };
}
