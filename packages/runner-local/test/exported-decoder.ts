import type { ExportedDecoder } from '../src/convert/export/decoder-config.ts';
import type { SlimShape } from '../src/convert/slim/slim-frame.ts';

/** A decoder whose layers see everything. */
export function exportedDecoder(shape: SlimShape): ExportedDecoder {
  return { shape, scoreCap: null, layers: Array.from({ length: shape.layers }, () => ({ rope: 0, window: null })) };
}
