import { EventStreamCodec } from '@smithy/core/event-streams';

const codec = new EventStreamCodec(
  (bytes) => Buffer.from(bytes as Uint8Array).toString('utf8'),
  (text) => Buffer.from(text, 'utf8'),
);
const text = (value: string) => ({ type: 'string' as const, value });

/** One PayloadPart frame of InvokeEndpointWithResponseStream. */
export function payloadPart(bytes: Uint8Array): Uint8Array {
  return codec.encode({
    headers: {
      ':message-type': text('event'),
      ':event-type': text('PayloadPart'),
      ':content-type': text('application/octet-stream'),
    },
    body: bytes,
  });
}

/** The frame that ends a stream with an error of the model. */
export function modelStreamError(message: string, errorCode: string): Uint8Array {
  return codec.encode({
    headers: {
      ':message-type': text('exception'),
      ':exception-type': text('ModelStreamError'),
      ':content-type': text('application/json'),
    },
    body: Buffer.from(JSON.stringify({ Message: message, ErrorCode: errorCode })),
  });
}
