import type { TextInput } from '@assay/core';

/** Texts with their place in the list as id. */
export function textInputs(texts: readonly string[]): TextInput[] {
  return texts.map((text, index) => ({ id: String(index), text }));
}

/** Answers in the order of the texts asked, whatever the order they came in. */
export async function inOrder<T extends { readonly id: string }>(answers: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const answer of answers) found.push(answer);
  return found.sort((a, b) => Number(a.id) - Number(b.id));
}
