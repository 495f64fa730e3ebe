import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AssayError } from '@assay/core';

/** Where transformers keeps a chat template today, and where it kept those of processors before. */
const TEMPLATE_FILE = 'chat_template.jinja';
const OLDER_FILE = 'chat_template.json';

/**
 * The chat template of a model folder, which may lie in a file of its own. As in transformers, `chat_template.jinja` goes
 * before the one that tokenizer_config.json holds; `chat_template.json` is read where neither is there.
 * @param configured what tokenizer_config.json holds
 * @returns what the tokenizer should use: a Jinja template, or several by name
 * @throws AssayError MODEL_LOAD for a chat_template.json that is no such file
 * @see https://huggingface.co/docs/transformers/chat_templating
 */
export function readChatTemplate<T>(folder: string, configured: T): T | string {
  const file = join(folder, TEMPLATE_FILE);
  if (existsSync(file)) return readFileSync(file, 'utf8');
  const older = join(folder, OLDER_FILE);
  if (configured || !existsSync(older)) return configured;
  const template = templateIn(older);
  if (typeof template === 'string') return template;
  throw new AssayError('MODEL_LOAD', `${OLDER_FILE} holds no text under "chat_template"`, {
    at: { file: older },
    hint: 'fetch the model again, or remove the file',
  });
}

function templateIn(file: string): unknown {
  try {
    return (JSON.parse(readFileSync(file, 'utf8')) as { readonly chat_template?: unknown } | null)?.chat_template;
  } catch {
    return undefined;
  }
}
