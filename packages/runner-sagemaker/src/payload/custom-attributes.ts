import { AssayError } from '@assay/core';

/** The longest CustomAttributes header, in ASCII characters. */
const LIMIT = 1024;

/**
 * `key=value;…` of the config's custom_attributes. `accept_eula` stands there only if the config says so itself.
 * @throws AssayError CONFIG_INVALID
 */
export function customAttributes(
  given: Readonly<Record<string, string | number | boolean>> | undefined,
  acceptEula: boolean | undefined,
): string | undefined {
  const all = { ...given, ...(acceptEula === true ? { accept_eula: true } : {}) };
  if (Object.keys(all).length === 0) return undefined;
  const text = Object.entries(all)
    .map(([key, value]) => `${key}=${value}`)
    .join(';');
  if (text.length > LIMIT || !/^[\x20-\x7e]*$/.test(text)) {
    throw new AssayError(
      'CONFIG_INVALID',
      `custom_attributes must be at most ${LIMIT} ASCII characters, got ${text.length}`,
    );
  }
  return text;
}
