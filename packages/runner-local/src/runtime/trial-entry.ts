import { openCausalModel } from '../layouts/open-causal-model.ts';
import { Source } from '../layouts/source.ts';
import type { ModelSpec } from '../worker/messages.ts';
import type { Device } from './device.ts';

/**
 * `node trial-entry.js SPEC DEVICE`: prints as JSON by how many nats a model's log-probabilities on a device are apart from
 * the CPU's, or why it cannot be told. A process of its own, since a driver that is broken may end it.
 */
const spec = JSON.parse(process.argv[2]!) as ModelSpec;
const device = process.argv[3] as Device;

async function nats(on: Device): Promise<Float32Array> {
  const model = await openCausalModel({ ...spec, session: { device: on } });
  const text = Array.from({ length: 8 }, (_, i) => (5 + i * 11) % spec.vocabularySize);
  const tokens = spec.encoder === undefined ? text : text.slice(0, 1);
  const source = spec.encoder === undefined ? undefined : new Source(text);
  const wanted = tokens.map((_, position) => ({ row: 0, position, target: text[(position + 1) % text.length]! }));
  const rows = [{ past: 0, pastLength: 0, tokens, store: -1, source }];
  const { targetLogProbabilities } = await model.step(model.createCache(), rows, wanted, 1);
  await model.close();
  return targetLogProbabilities;
}

async function trial(): Promise<object> {
  try {
    const found = await nats(device);
    const expected = await nats('cpu');
    return { apart: Math.max(...expected.map((value, i) => Math.abs(value - found[i]!))) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

const told = JSON.stringify(await trial());
// Drivers may keep threads that outlive the session.
process.stdout.write(told, () => process.exit(0));
