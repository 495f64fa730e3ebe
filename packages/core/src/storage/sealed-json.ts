import { crc32 } from 'node:zlib';

const SEAL = { sealed: 'crc32' } as const;
const HEAD = '{\n  "sealed": "crc32"';
const TAIL = /,\n {2}"crc32": "([0-9a-f]{8})"\n\}\n$/;

/**
 * A file's JSON text with a checksum over all of it: its first member says that there is one, its last is the CRC-32 of the
 * text before it. The loss of either shows by the other.
 */
export function sealJson(value: object): string {
  const body = JSON.stringify({ ...SEAL, ...value }, null, 2).slice(0, -2);
  return `${body},\n  "crc32": "${crc32(body).toString(16).padStart(8, '0')}"\n}\n`;
}

/**
 * What such a text holds, without the seal. A text that never had one, of an earlier version, is taken as it is.
 * @throws Error in words: no JSON, or another text than was written
 */
export function openSealed(text: string): unknown {
  const json: unknown = JSON.parse(text);
  const members = typeof json === 'object' && json !== null ? json : {};
  if (!('sealed' in members || 'crc32' in members)) return json;
  const tail = TAIL.exec(text);
  const isWhole =
    tail !== null && text.startsWith(HEAD) && crc32(text.slice(0, tail.index)) === Number.parseInt(tail[1]!, 16);
  if (!isWhole) throw new Error('its checksum does not fit');
  const { sealed: _, crc32: __, ...rest } = members as Record<string, unknown>;
  return rest;
}
