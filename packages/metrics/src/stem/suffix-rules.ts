/** Replaces a suffix where the stem before it meets a condition. */
export interface SuffixRule {
  readonly suffix: string;
  readonly replacement: string;
  readonly condition?: (stem: string) => boolean;
}

/** Applies the first rule whose suffix fits; when its condition fails, no further rule is tried. */
export function applySuffixRules(word: string, rules: readonly SuffixRule[]): string {
  for (const { suffix, replacement, condition } of rules) {
    if (!word.endsWith(suffix)) continue;
    const stem = word.slice(0, word.length - suffix.length);
    return condition === undefined || condition(stem) ? stem + replacement : word;
  }
  return word;
}
