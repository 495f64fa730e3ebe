import { isUtf8 } from 'node:buffer';
import { AssayError } from '../errors/assay-error.ts';
import { isRecord } from './row-batch.ts';

/**
 * A line of SageMaker's data capture with what the endpoint was asked and answered beside it, decoded: `request` and
 * `response` (JSON where they are JSON, else text; null where one was not captured), `event_id` and `inference_time`.
 * @throws AssayError DATASET_BAD_VALUE for a line that is no capture, or holds bytes that are no text
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-data-capture-endpoint.html
 */
export function dataCaptureRecord(record: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { captureData, eventMetadata } = record;
  if (!isRecord(captureData))
    throw new AssayError(
      'DATASET_BAD_VALUE',
      'the line has no captureData: it is no record of SageMaker’s data capture',
    );
  const metadata = isRecord(eventMetadata) ? eventMetadata : {};
  return {
    ...record,
    request: decoded(captureData.endpointInput, 'endpointInput'),
    response: decoded(captureData.endpointOutput, 'endpointOutput'),
    event_id: metadata.eventId ?? null,
    inference_time: metadata.inferenceTime ?? null,
  };
}

function decoded(side: unknown, name: string): unknown {
  if (!isRecord(side) || side.data === undefined || side.data === null) return null;
  const { data, encoding } = side;
  if (typeof data !== 'string') return data;
  if (encoding !== 'BASE64') return parsed(data);
  const bytes = Buffer.from(data, 'base64');
  if (!isUtf8(bytes)) throw new AssayError('DATASET_BAD_VALUE', `${name} holds bytes that are no text`);
  return parsed(bytes.toString('utf8'));
}

/** JSON, or JSON Lines (whose only line stands for itself), or text. */
function parsed(text: string): unknown {
  const whole = jsonOf(text);
  if (whole !== undefined) return whole;
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const values = lines.map(jsonOf);
  return lines.length > 1 && values.every((value) => value !== undefined) ? values : text;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
