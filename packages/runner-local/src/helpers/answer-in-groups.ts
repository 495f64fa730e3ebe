import { type HelperAsk, type HelperResult, toAssayError } from '@assay/core';

/**
 * Answers asks that a model takes in different ways, those of one way together; answers stand in the order of the asks.
 * What a group's answering throws fails that group alone.
 */
export async function answerInGroups(
  asks: readonly HelperAsk[],
  wayOf: (ask: HelperAsk) => string,
  answer: (group: readonly HelperAsk[]) => Promise<readonly HelperResult[]>,
): Promise<HelperResult[]> {
  const groups = new Map<string, number[]>();
  for (const [at, ask] of asks.entries()) {
    const way = wayOf(ask);
    groups.set(way, [...(groups.get(way) ?? []), at]);
  }
  const results: HelperResult[] = [];
  for (const places of groups.values()) {
    const found = await answerOrFail(
      places.map((at) => asks[at]!),
      answer,
    );
    for (const [index, at] of places.entries()) results[at] = found[index]!;
  }
  return results;
}

async function answerOrFail(
  group: readonly HelperAsk[],
  answer: (group: readonly HelperAsk[]) => Promise<readonly HelperResult[]>,
): Promise<readonly HelperResult[]> {
  try {
    return await answer(group);
  } catch (thrown) {
    const { code, message } = toAssayError(thrown, 'RUNNER_FAILED');
    return group.map(() => ({ failed: { code, message } }));
  }
}
