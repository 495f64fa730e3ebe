import { crc32 } from 'node:zlib';
import type { ApiError } from './api-error.ts';

/** Type of a header's value that is a text. */
const TEXT = 7;

/** A piece of a stream that a model sends. */
export function payloadFrame(payload: Uint8Array): Buffer {
  const headers = {
    ':message-type': 'event',
    ':event-type': 'PayloadPart',
    ':content-type': 'application/octet-stream',
  };
  return frame(headers, payload);
}

/** The end of a stream that failed. */
export function exceptionFrame(name: 'ModelStreamError', { message, code }: ApiError): Buffer {
  const headers = { ':message-type': 'exception', ':exception-type': name, ':content-type': 'application/json' };
  return frame(headers, Buffer.from(JSON.stringify({ Message: message, ErrorCode: code })));
}

/**
 * A message of AWS's event streams: lengths with their checksum, headers, payload, checksum of all.
 * @see https://docs.aws.amazon.com/transcribe/latest/dg/streaming-setting-up.html#streaming-event-stream
 */
function frame(headers: Readonly<Record<string, string>>, payload: Uint8Array): Buffer {
  const head = Buffer.concat(Object.entries(headers).map(([name, value]) => header(name, value)));
  const message = Buffer.alloc(12 + head.length + payload.length + 4);
  message.writeUInt32BE(message.length, 0);
  message.writeUInt32BE(head.length, 4);
  message.writeUInt32BE(crc32(message.subarray(0, 8)), 8);
  head.copy(message, 12);
  message.set(payload, 12 + head.length);
  message.writeUInt32BE(crc32(message.subarray(0, -4)), message.length - 4);
  return message;
}

function header(name: string, value: string): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(Buffer.byteLength(value));
  return Buffer.concat([Buffer.of(name.length), Buffer.from(name), Buffer.of(TEXT), length, Buffer.from(value)]);
}
