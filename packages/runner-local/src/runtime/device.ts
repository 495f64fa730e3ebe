import { AssayError } from '@assay/core/errors';

/** Where a graph can be computed; not every build of the runtime has every one. */
export const DEVICES = ['cpu', 'webgpu', 'cuda', 'coreml', 'dml'] as const;
export type Device = (typeof DEVICES)[number];

/** A device, and what a reader of the run should know of the choice. */
export interface DeviceChoice {
  readonly device: Device;
  readonly notes: readonly string[];
}

/**
 * The device that a setting means. `auto` is the CPU on every machine, and says so; a device by its name is opened with
 * the model, which is where its absence shows.
 * @param asked silently the CPU when absent
 * @param present devices of this build of the runtime, as it lists them by default
 * @throws AssayError MODEL_DEVICE for one that this build of the runtime lacks
 */
export async function chooseDevice(asked?: Device | 'auto', present?: readonly Device[]): Promise<DeviceChoice> {
  if (asked === undefined || asked === 'cpu') return { device: 'cpu', notes: [] };
  const offered = present ?? (await offeredDevices());
  if (asked === 'auto') return { device: 'cpu', notes: [autoNote(offered)] };
  if (!offered.includes(asked))
    throw missingDevice(asked, 'this build of the runtime lacks it', `It was built for ${offered.join(', ')}`);
  return {
    device: asked,
    notes: [
      `device ${asked}: its arithmetic is its own, so answers may differ in the last digits from the CPU's, and with the batch`,
    ],
  };
}

/** What this build of the runtime was made with; whether a device opens shows when it is asked. */
export async function offeredDevices(): Promise<Device[]> {
  // Only where a device is named: with `isolate` this thread does without the runtime otherwise.
  const { listSupportedBackends } = await import('onnxruntime-node');
  const names = listSupportedBackends().map(({ name }) => name);
  return DEVICES.filter((device) => names.includes(device));
}

/** @param have where other devices are listed: what the build has, or what this machine has */
export function missingDevice(device: Device, reason: string, have: string, cause?: unknown): AssayError {
  return new AssayError('MODEL_DEVICE', `the device ${device} is not there: ${reason.trim()}`, {
    hint: `${have}; device: auto takes the CPU.`,
    cause,
  });
}

function autoNote(offered: readonly Device[]): string {
  const others = offered.filter((device) => device !== 'cpu');
  const rest = others.length === 0 ? '' : `; to try ${others.join(' or ')}, name it`;
  return `device cpu: auto takes the CPU, which needs nothing installed and answers the same on every run${rest}`;
}
