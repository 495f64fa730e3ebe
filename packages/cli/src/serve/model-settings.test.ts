import { expect, test } from 'vitest';
import { embeddingModelSettings, mainModelSettings, requireHeeded } from './model-settings.ts';

test('files are chosen for the model itself; the embedding model has its own', () => {
  const flags = {
    revision: 'v2',
    dtype: 'q4',
    device: 'webgpu',
    unpack: true,
    memoryLimit: '2',
    threads: '3',
  } as const;
  expect(mainModelSettings(flags)).toEqual({
    revision: 'v2',
    dtype: 'q4',
    causal: { threads: 3, device: 'webgpu', memoryLimitBytes: 2 ** 21, unpack: true },
    texts: { threads: undefined, sessionThreads: 3, device: 'webgpu', memoryLimitBytes: 2 ** 21 },
  });
  expect(embeddingModelSettings(flags)).toEqual({ texts: { device: 'webgpu' } });
  expect(mainModelSettings({ precision: 'fast' }).causal).toEqual({ precision: 'fast' });
  expect(() => mainModelSettings({ threads: '0' })).toThrow('--threads is "0"');
});

test('a flag that an encoder does not heed is refused', () => {
  const flags = { unpack: true, batchSize: '4', workers: '2' } as const;
  expect(() => requireHeeded(flags, true)).not.toThrow();
  expect(() => requireHeeded({ workers: '2' }, false)).not.toThrow();
  expect(() => requireHeeded({ precision: 'fast' }, false)).toThrow('--precision would change nothing');
  expect(() => requireHeeded(flags, false)).toThrow('--batch-size and --unpack would change nothing');
});
