const SEPARATOR = ':';

/** An algorithm's own key within a variant: `butter_finger/0` for its main answer, `butter_finger/0:choice/1` for another. */
export function keyInVariant(variant: string, key: string): string {
  return key === 'original' ? variant : `${variant}${SEPARATOR}${key}`;
}

/** The entries of one variant, under the algorithm's own keys. */
export function answersOfVariant<T>(all: ReadonlyMap<string, T>, variant: string): Map<string, T> {
  const own = new Map<string, T>();
  for (const [key, value] of all) {
    if (key === variant) own.set('original', value);
    else if (key.startsWith(variant + SEPARATOR)) own.set(key.slice(variant.length + SEPARATOR.length), value);
  }
  return own;
}

/** The entries that belong to none of the variants. */
export function answersOfOriginal<T>(all: ReadonlyMap<string, T>, variants: readonly string[]): Map<string, T> {
  const isOfVariant = (key: string) =>
    variants.some((variant) => key === variant || key.startsWith(variant + SEPARATOR));
  return new Map([...all].filter(([key]) => !isOfVariant(key)));
}
