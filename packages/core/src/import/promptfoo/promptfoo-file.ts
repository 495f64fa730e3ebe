import { readFile } from 'node:fs/promises';
import { LineCounter, parseDocument } from 'yaml';
import type { ConfigPath } from '../../config/config-path.ts';
import { SourceMap } from '../../config/source-map.ts';
import { isRecord } from '../../datasets/row-batch.ts';
import { AssayError, type SourcePlace } from '../../errors/assay-error.ts';

export interface PromptfooFile {
  readonly content: unknown;
  placeOf(path: ConfigPath): SourcePlace;
}

/** Reads a YAML or JSON file. @throws AssayError CONFIG_NOT_FOUND, CONFIG_SYNTAX */
export async function readPromptfooFile(path: string, shownAs: string): Promise<PromptfooFile> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new AssayError('CONFIG_NOT_FOUND', `cannot read ${shownAs}`, { at: { file: shownAs }, cause });
  });
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, logLevel: 'silent', merge: true });
  const map = new SourceMap(document, lines, shownAs);
  const [error] = document.errors;
  if (error !== undefined) {
    throw new AssayError('CONFIG_SYNTAX', error.message.split('\n')[0] ?? error.message, {
      at: map.placeOfOffset(error.pos[0]),
    });
  }
  return { content: document.toJS() as unknown, placeOf: (where) => map.placeOf(where) };
}

/** The same for a file that must hold keys and values. */
export async function readPromptfooConfig(
  path: string,
  shownAs: string,
): Promise<PromptfooFile & { readonly content: Readonly<Record<string, unknown>> }> {
  const file = await readPromptfooFile(path, shownAs);
  if (!isRecord(file.content)) {
    throw new AssayError('CONFIG_SYNTAX', `${shownAs} is no promptfoo config`, { at: { file: shownAs } });
  }
  return { content: file.content, placeOf: file.placeOf };
}
