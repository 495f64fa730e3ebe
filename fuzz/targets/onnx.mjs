// ONNX graphs with changed bytes: brought to our layout, or refused by a code.
import { converter, headerTarget, seedFile } from '../header.mjs';

const { slimFromExport } = await converter('export/slim-from-export.js');

const bytes = seedFile('packages/runner-local/fixtures/tiny/positions.onnx');
const shape = { layers: 2, heads: 2, keyHeads: 2, headSize: 8, hiddenSize: 16 };
const decoder = {
  shape,
  scoreCap: null,
  layers: Array.from({ length: shape.layers }, () => ({ rope: 0, window: null })),
};

export const { make, freeze, revive, check } = headerTarget(bytes, bytes.length, (file) =>
  slimFromExport(file, decoder),
);
