import type { Failed, HelperFailure, TextInput } from '@assay/core';

/** Texts numbered by first appearance, so that one said twice is encoded once. */
export class DistinctTexts {
  readonly #ids = new Map<string, string>();

  readonly #inputs: TextInput[] = [];

  /** The id under which the answer to this text will come. @param pair the text that is read behind it */
  idOf(text: string, pair?: string): string {
    const key = pair === undefined ? text : JSON.stringify([text, pair]);
    let id = this.#ids.get(key);
    if (id === undefined) {
      id = String(this.#ids.size);
      this.#ids.set(key, id);
      this.#inputs.push(pair === undefined ? { id, text } : { id, text, pair });
    }
    return id;
  }

  inputs(): readonly TextInput[] {
    return this.#inputs;
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
