import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { builtEntry } from '../worker/built-entry.ts';
import type { ModelSpec } from '../worker/messages.ts';
import type { Device } from './device.ts';

/** Nats that a device's log-probabilities may be apart from the CPU's: as far as half precision rounds, no more. */
const TOLERANCE = 0.05;
const TIMEOUT_MS = 120_000;

/**
 * Opens a language model on a device, in a process of its own, and compares a few log-probabilities with the CPU's.
 * @returns why the device is not to be taken, or null
 */
export async function tryDevice(spec: ModelSpec, device: Device): Promise<string | null> {
  let told: { readonly apart?: number | null; readonly error?: string };
  try {
    const entry = fileURLToPath(builtEntry('runtime/trial-entry.js'));
    const { stdout } = await promisify(execFile)(process.execPath, [entry, JSON.stringify(spec), device], {
      timeout: TIMEOUT_MS,
    });
    told = JSON.parse(stdout);
  } catch (thrown) {
    const { signal } = thrown as { signal?: string };
    return signal ? `a trial was ended by ${signal}` : 'a trial failed';
  }
  if (told.error !== undefined) return told.error.split('\n', 1)[0]!.trim().slice(0, 160);
  // What is not a number comes as null.
  if (typeof told.apart !== 'number') return 'its answers are not numbers';
  return told.apart <= TOLERANCE ? null : `its answers are ${told.apart.toFixed(2)} nats apart from the CPU's`;
}
