import { createSign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { AssayError, type HttpBlock } from '@assay/core';

type Signature = NonNullable<HttpBlock['signature']>;

/** A signature as requests carry it; a new one before the old one is over. */
export interface Signed {
  readonly signature: string;
  readonly signatureTimestamp: string;
}

/** Of its time, the tenth part in which a signature is made anew. */
const EARLY = 0.1;

/**
 * Signs a text with the time in it by a private key, in base64.
 * @param now milliseconds since 1970 @throws AssayError CONFIG_INVALID where the key cannot be read or does not sign
 */
export function requestSigner(
  { key_file: file, data = TIME, algorithm = 'SHA256', valid_s: validS = 300 }: Signature,
  baseDir: string,
  now: () => number = Date.now,
): () => Signed {
  const key = keyIn(resolve(baseDir, file), file);
  let [last, signedAt]: [Signed | undefined, number] = [undefined, 0];
  return () => {
    const time = now();
    if (last !== undefined && time - signedAt < validS * 1000 * (1 - EARLY)) return last;
    const signatureTimestamp = String(time);
    try {
      const text = data.replaceAll(TIME, signatureTimestamp);
      const signature = createSign(algorithm).update(text).sign(key).toString('base64');
      [last, signedAt] = [{ signature, signatureTimestamp }, time];
      return last;
    } catch (cause) {
      const message = cause instanceof Error ? cause.message : String(cause);
      throw new AssayError('CONFIG_INVALID', `http.signature cannot be made with ${file}: ${message}`, { cause });
    }
  };
}

/** Where the time stands in what is signed. */
const TIME = `\${signatureTimestamp}`;

function keyIn(path: string, file: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new AssayError('CONFIG_INVALID', `cannot read the key ${file} of http.signature`, { cause });
  }
}
