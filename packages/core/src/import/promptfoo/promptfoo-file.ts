import { readFile } from 'node:fs/promises';
import { isRecord } from '../../datasets/row-batch.ts';
import { AssayError } from '../../errors/assay-error.ts';
import { readYaml, type YamlText } from '../read-yaml.ts';

/** Reads a YAML or JSON file. @throws AssayError CONFIG_NOT_FOUND, CONFIG_SYNTAX */
export async function readPromptfooFile(path: string, shownAs: string): Promise<YamlText> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new AssayError('CONFIG_NOT_FOUND', `cannot read ${shownAs}`, { at: { file: shownAs }, cause });
  });
  return readYaml(text, shownAs);
}

/** The same for a file that must hold keys and values. */
export async function readPromptfooConfig(
  path: string,
  shownAs: string,
): Promise<YamlText & { readonly content: Readonly<Record<string, unknown>> }> {
  const file = await readPromptfooFile(path, shownAs);
  if (!isRecord(file.content)) {
    throw new AssayError('CONFIG_SYNTAX', `${shownAs} is no promptfoo config`, { at: { file: shownAs } });
  }
  return { content: file.content, placeOf: file.placeOf };
}
