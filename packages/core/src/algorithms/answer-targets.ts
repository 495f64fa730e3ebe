/** Acceptable answers of a sample: the target split at the delimiter, blank ones dropped. */
export function answerTargets(target: string, delimiter: string | null): string[] {
  const parts = delimiter === null || !target.includes(delimiter) ? [target] : target.split(delimiter);
  return parts.filter((part) => part.trim() !== '');
}
