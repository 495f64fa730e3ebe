export interface LabelMention {
  readonly label: string;
  /** From here to before `end`, in UTF-16 units. */
  readonly at: number;
  readonly end: number;
}

/**
 * Where labels stand in a text as whole words or numbers, in the order of the text; the longer of two at one place
 * ("very good" before "good"). Single letters keep their case, so that the article "a" is not the label A.
 */
export function labelMentions(text: string, labels: readonly string[]): LabelMention[] {
  const all = labels.flatMap((label) => placesOf(text, label).map((at) => ({ label, at, end: at + label.length })));
  const isInside = (inner: LabelMention, outer: LabelMention) =>
    outer.at <= inner.at && inner.end <= outer.end && outer.end - outer.at > inner.end - inner.at;
  return all.filter((each) => !all.some((other) => isInside(each, other))).sort((a, b) => a.at - b.at);
}

function placesOf(text: string, label: string): number[] {
  const fold = (given: string) => (/^\p{L}$/u.test(label) ? given : foldCase(given));
  const [haystack, needle] = [fold(text), fold(label)];
  const places: number[] = [];
  for (let at = haystack.indexOf(needle); at !== -1 && needle !== ''; at = haystack.indexOf(needle, at + 1)) {
    if (!isCut(text.slice(0, at), label, text.slice(at + label.length))) places.push(at);
  }
  return places;
}

/** Small letters where that keeps every place in the text. */
function foldCase(text: string): string {
  return text.replaceAll(/\p{Lu}/gu, (letter) => {
    const small = letter.toLowerCase();
    return small.length === letter.length ? small : letter;
  });
}

/** Whether a word or a number goes on beyond the label: "correct" in "incorrect", "1" in "-1", "4" in "4/5". */
function isCut(before: string, label: string, after: string): boolean {
  const startsWord = /^[\p{L}\p{N}]/u.test(label);
  const endsWord = /[\p{L}\p{N}]$/u.test(label);
  if (startsWord && /[\p{L}\p{N}_]$|[\p{L}\p{N}]['’-]$/u.test(before)) return true;
  if (endsWord && /^[\p{L}\p{N}_]|^['’-][\p{L}\p{N}]/u.test(after)) return true;
  if (/^\d/.test(label) && /[-−./]$|\d,$/.test(before)) return true;
  return /\d$/.test(label) && /^(?:[.,/-]\d|\s*%)/.test(after);
}
