import { createHash } from 'node:crypto';

/** 22 hexadecimal digits of SHA-256: a stable identifier. */
export function shortDigest(text: string): string {
  return sha256(text).slice(0, 22);
}

/** SHA-256 of the text's UTF-8 bytes, in hexadecimal. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
