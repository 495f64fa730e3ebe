import { AssayError } from '@assay/core/errors';
import { env, InferenceSession } from 'onnxruntime-node';
import { type Device, missingDevice, offeredDevices } from './device.ts';

/** How a session computes; plain data. */
export interface SessionSettings {
  /** @default 'cpu' */
  readonly device?: Device | undefined;
  /** Threads within one session. @default 1 */
  readonly threads?: number | undefined;
  /** Whether threads that wait for work keep their core busy: quicker alone, wasteful beside others. @default true */
  readonly spinning?: boolean | undefined;
}

/**
 * One session of one graph. Operators that the device lacks run on the CPU.
 * @throws MODEL_DEVICE, MODEL_UNSUPPORTED, MODEL_MEMORY, MODEL_LOAD, each but the first naming the file
 */
export async function openSession(path: string, settings: SessionSettings = {}): Promise<InferenceSession> {
  const { device = 'cpu' } = settings;
  // What the runtime would print of a device that does not open stands in the error.
  if (device !== 'cpu') env.logLevel = 'fatal';
  try {
    return await InferenceSession.create(path, sessionOptions(settings));
  } catch (cause) {
    const message = (cause as Error).message;
    if (device !== 'cpu' && !(await opens(device))) {
      throw missingDevice(device, message, `On this machine there is ${(await present()).join(', ')}`, cause);
    }
    throw loadError(path, message, cause);
  }
}

function sessionOptions({ device = 'cpu', threads = 1, spinning }: SessionSettings): InferenceSession.SessionOptions {
  return {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    // The runtime itself falls back to the CPU operator by operator; naming it too would let a device go missing unnoticed.
    executionProviders: [device],
    graphOptimizationLevel: 'all',
    logSeverityLevel: 4,
    ...(spinning === undefined ? {} : { extra: { session: { intra_op: { allow_spinning: spinning ? '1' : '0' } } } }),
  };
}

/** The smallest graph there is: one Identity over integers. */
const SMALLEST_GRAPH = Buffer.from(
  'CAhCBAoAEBE6VQoQCgF4EgF5IghJZGVudGl0eRIEdGlueVogCgF4EhsKGQgHEhUKBxIFYmF0Y2gKChIIc2VxdWVuY2ViGQoBeRIUChIIBxIOCgUSA3lfMAoFEgN5XzE=',
  'base64',
);

/** Whether a device takes any graph at all: then it is the model that it refused. */
async function opens(device: Device): Promise<boolean> {
  try {
    const session = await InferenceSession.create(SMALLEST_GRAPH, sessionOptions({ device }));
    await session.release();
    return true;
  } catch {
    return false;
  }
}

async function present(): Promise<Device[]> {
  const found: Device[] = [];
  for (const device of await offeredDevices()) if (await opens(device)) found.push(device);
  return found;
}

function loadError(path: string, message: string, cause: unknown): AssayError {
  if (
    /not a registered (function|op)|No Op registered|NOT_IMPLEMENTED|Could not find an implementation|opset \d+ is under/i.test(
      message,
    )
  ) {
    const hint = 'Export it with a lower opset or without custom operators.';
    return new AssayError('MODEL_UNSUPPORTED', `${path} uses an operator that this runtime lacks: ${message}`, {
      hint,
      at: { file: path },
      cause,
    });
  }
  if (/bad allocation|bad_alloc|failed to allocate/i.test(message)) {
    const hint = 'Use a smaller or more quantised model, or fewer threads.';
    return new AssayError('MODEL_MEMORY', `not enough memory to load ${path}`, { hint, at: { file: path }, cause });
  }
  const hint = 'The file, or external data beside it, is damaged or incomplete: get the model again.';
  return new AssayError('MODEL_LOAD', `${path} cannot be loaded: ${message}`, { hint, at: { file: path }, cause });
}
