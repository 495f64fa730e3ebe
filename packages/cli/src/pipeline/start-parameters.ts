import { AssayError } from 'assay/internal';

/** Values of a pipeline's parameters, each given as `NAME=VALUE`. @throws AssayError USAGE */
export function parameters(texts: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    texts.map((text) => {
      const at = text.indexOf('=');
      if (at < 1) throw new AssayError('USAGE', `--parameter takes NAME=VALUE, not "${text}"`);
      return [text.slice(0, at), text.slice(at + 1)];
    }),
  );
}
