import { AssayError } from '@assay/core/errors';

/** Where a graph can be computed; not every build of the runtime has every one. */
export const DEVICES = ['cpu', 'webgpu', 'cuda', 'coreml', 'dml'] as const;
export type Device = (typeof DEVICES)[number];

/** A device, and what a reader of the run should know of the choice. */
export interface DeviceChoice {
  readonly device: Device;
  readonly notes: readonly string[];
}

/** Accelerators in the order in which `auto` tries them. */
const ACCELERATORS = ['cuda', 'coreml', 'dml', 'webgpu'] as const satisfies readonly Device[];

/** Why a device is not to be taken for a model, or null. */
export type DeviceTrial = (device: Device) => Promise<string | null>;

/**
 * The device that a setting means. `auto` is the first accelerator of this build that a trial finds right, else the CPU,
 * and says why; a device by its name is opened with the model, which is where its absence shows.
 * @param asked silently the CPU when absent
 * @param trial without one, `auto` is the CPU
 * @param present devices of this build of the runtime, as it lists them by default
 * @throws AssayError MODEL_DEVICE for one that this build of the runtime lacks
 */
export async function chooseDevice(
  asked?: Device | 'auto',
  trial?: DeviceTrial,
  present?: readonly Device[],
): Promise<DeviceChoice> {
  if (asked === undefined || asked === 'cpu') return { device: 'cpu', notes: [] };
  const offered = present ?? (await offeredDevices());
  if (asked === 'auto') return trial === undefined ? cpuUntried(offered) : tried(offered, trial);
  if (!offered.includes(asked))
    throw missingDevice(asked, 'this build of the runtime lacks it', `It was built for ${offered.join(', ')}`);
  return { device: asked, notes: [ownArithmetic(asked)] };
}

async function tried(offered: readonly Device[], trial: DeviceTrial): Promise<DeviceChoice> {
  const refused: string[] = [];
  for (const device of ACCELERATORS) {
    if (!offered.includes(device)) continue;
    const reason = await trial(device);
    if (reason === null) {
      return { device, notes: [`device ${device}: auto tried it on the model`, ownArithmetic(device)] };
    }
    refused.push(`${device} (${reason})`);
  }
  const why = refused.length === 0 ? 'this build of the runtime has no other' : `not taken: ${refused.join(', ')}`;
  return { device: 'cpu', notes: [`device cpu: auto takes the CPU; ${why}`] };
}

function ownArithmetic(device: Device): string {
  return `device ${device}: its arithmetic is its own, so answers may differ in the last digits from the CPU's, and with the batch`;
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
    hint: `${have}; device: auto takes what works.`,
    cause,
  });
}

function cpuUntried(offered: readonly Device[]): DeviceChoice {
  const others = offered.filter((device) => device !== 'cpu');
  const rest = others.length === 0 ? '' : `; to try ${others.join(' or ')}, name it`;
  const note = `device cpu: auto takes the CPU, which needs nothing installed and answers the same on every run${rest}`;
  return { device: 'cpu', notes: [note] };
}
