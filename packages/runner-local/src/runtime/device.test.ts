import { platform } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { EMBEDDED_MODEL } from '../../test/embedded-model.ts';
import { tinySpec } from '../../test/tiny-models.ts';
import { createClassifierRunner } from '../classifiers/classifier-runner.ts';
import { createEncoderRunner } from '../encoders/encoder-runner.ts';
import { createLocalRunner } from '../local-runner.ts';
import { builtEntry } from '../worker/built-entry.ts';
import { chooseDevice, offeredDevices } from './device.ts';
import { openSession } from './open-session.ts';
import { tryDevice } from './try-device.ts';

/** One that no build for this platform has. */
const ABSENT = platform() === 'win32' ? 'coreml' : 'dml';
const GRAPH = join(EMBEDDED_MODEL, 'onnx', 'slim_q4.onnx');

describe('the device of a model', () => {
  it('is the CPU, silently, where none is named', async () => {
    expect(await chooseDevice(undefined, undefined, ['cpu', 'cuda'])).toEqual({ device: 'cpu', notes: [] });
    expect(await chooseDevice('cpu', undefined, ['cpu', 'cuda'])).toEqual({ device: 'cpu', notes: [] });
  });

  it('is for auto the first that a trial finds right, or the CPU with the reasons', async () => {
    const asked: string[] = [];
    const trial = (right: string) => async (device: string) => {
      asked.push(device);
      return device === right ? null : 'no driver';
    };
    const present = ['cpu', 'webgpu', 'cuda'] as const;
    const webgpu = await chooseDevice('auto', trial('webgpu'), present);
    expect(webgpu.device).toBe('webgpu');
    expect(webgpu.notes).toEqual([expect.stringContaining('auto tried it'), expect.stringContaining('last digits')]);
    expect(asked).toEqual(['cuda', 'webgpu']);
    const none = await chooseDevice('auto', trial('coreml'), present);
    expect(none).toEqual({
      device: 'cpu',
      notes: ['device cpu: auto takes the CPU; not taken: cuda (no driver), webgpu (no driver)'],
    });
  });

  it('is tried on the model itself', async () => {
    const spec = tinySpec('gqa.onnx');
    expect(await tryDevice(spec, 'cpu')).toBeNull();
    expect(await tryDevice(spec, ABSENT)).toMatch(/not there|backend/);
    expect(await tryDevice({ ...spec, graph: 'nowhere.onnx' }, 'cpu')).toContain('nowhere.onnx');
  });

  it('is the CPU for auto where nothing is tried, which says so and what else may be named', async () => {
    const { device, notes } = await chooseDevice('auto', undefined, ['cpu', 'webgpu', 'cuda']);
    expect(device).toBe('cpu');
    expect(notes).toEqual([expect.stringMatching(/^device cpu: auto takes the CPU.*webgpu or cuda, name it$/)]);
    expect((await chooseDevice('auto', undefined, ['cpu'])).notes[0]).not.toContain('name it');
  });

  it('is the one named, with a word on what that means for the answers', async () => {
    const { device, notes } = await chooseDevice('cuda', undefined, ['cpu', 'cuda']);
    expect(device).toBe('cuda');
    expect(notes[0]).toContain('last digits');
  });

  it('that the build lacks is MODEL_DEVICE, listing those that it has', async () => {
    await expect(chooseDevice('dml', undefined, ['cpu', 'webgpu'])).rejects.toMatchObject({
      code: 'MODEL_DEVICE',
      message: expect.stringContaining('dml'),
      hint: expect.stringContaining('cpu, webgpu'),
    });
    await expect(createLocalRunner({ model: EMBEDDED_MODEL, device: ABSENT })).rejects.toMatchObject({
      code: 'MODEL_DEVICE',
    });
  });

  it('takes no weights that are unpacked for the CPU', async () => {
    const present = (await offeredDevices()).find((device) => device !== 'cpu');
    if (present === undefined) return;
    await expect(createLocalRunner({ model: EMBEDDED_MODEL, device: present, unpack: true })).rejects.toMatchObject({
      code: 'MODEL_DEVICE',
      message: expect.stringContaining('unpack'),
    });
  });

  it('that does not open is MODEL_DEVICE with the runtime’s words, listing those that do', async () => {
    await expect(openSession(GRAPH, { device: ABSENT })).rejects.toMatchObject({
      code: 'MODEL_DEVICE',
      message: expect.stringMatching(/not there: .*backend/),
      hint: expect.stringContaining('cpu'),
    });
  });
});

describe('a runner', () => {
  it.each([
    [
      'language model',
      () =>
        createLocalRunner({
          model: EMBEDDED_MODEL,
          digest: 'x',
          workers: 1,
          device: 'auto',
          workerUrl: builtEntry('worker/causal-worker.js'),
        }),
    ],
    ['encoder', () => createEncoderRunner({ model: 'all-MiniLM-L6-v2', device: 'auto' })],
    ['classifier', () => createClassifierRunner({ model: 'tox-block-bilstm', device: 'auto' })],
  ])('of a %s notes the choice, and its id keeps silent about the CPU', async (_, open) => {
    const runner = await open();
    onTestFinished(() => runner.close());
    expect(runner.notes).toEqual([expect.stringContaining('device cpu')]);
    expect(runner.id).not.toContain('device');
  });
});

it('threads of a session that do not spin give the same graph', async () => {
  const session = await openSession(GRAPH, { threads: 2, spinning: false });
  expect(session.outputNames).toContain('top_ids');
  await session.release();
});
