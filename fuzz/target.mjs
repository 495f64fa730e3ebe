/** What a case must not do: throw something that is no coded error, or give another answer than the slow twin. */
export class Violation extends Error {}

const MARKER = Symbol.for('assay.error');
const isCoded = (thrown) => typeof thrown === 'object' && thrown !== null && MARKER in thrown;

/** @returns what the work gave, or `{ code }` of the coded error that it ended with. @throws Violation for any other error */
export async function codedOr(work) {
  try {
    return { value: await work() };
  } catch (thrown) {
    if (isCoded(thrown)) return { code: thrown.code };
    const text = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
    throw new Violation(`no coded error, but: ${text.slice(0, 2000)}`);
  }
}
