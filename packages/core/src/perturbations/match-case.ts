/** `word` in the case of `like`: all capitals, a first capital, or as it is. */
export function matchCase(word: string, like: string): string {
  const upper = like.toUpperCase();
  if (like === upper && like !== like.toLowerCase() && like.length > 1) return word.toUpperCase();
  const [first = ''] = like;
  return first !== first.toLowerCase() ? word.charAt(0).toUpperCase() + word.slice(1) : word;
}
