import type { Failed, HelperFailure, TextInput } from '@assay/core';

/** Texts numbered by first appearance, so that one said twice is encoded once. */
export class DistinctTexts {
  readonly #ids = new Map<string, string>();

  /** The id under which the answer to this text will come. */
  idOf(text: string): string {
    let id = this.#ids.get(text);
    if (id === undefined) {
      id = String(this.#ids.size);
      this.#ids.set(text, id);
    }
    return id;
  }

  inputs(): TextInput[] {
    return [...this.#ids].map(([text, id]) => ({ id, text }));
  }
}

/** Answers by id, in whatever order they came. */
export async function answersById<T extends { readonly id: string }>(
  answers: AsyncIterable<T>,
): Promise<Map<string, T>> {
  const found = new Map<string, T>();
  for await (const answer of answers) found.set(answer.id, answer);
  return found;
}

/** Why a text has no answer. */
export function failureOf(answer: Failed | { readonly ok: true } | undefined): { readonly failed: HelperFailure } {
  const error = answer !== undefined && !answer.ok ? answer.error : undefined;
  return { failed: error ?? { code: 'RUNNER_NO_ANSWER', message: 'the helper model gave no answer' } };
}
