// Safetensors with changed headers beside a config: brought to our layout, or refused by a code.
import { renameSync, writeFileSync } from 'node:fs';
import { converter, headerTarget, seedFile } from '../header.mjs';

const { slimFromSafetensors } = await converter('safetensors/slim-from-safetensors.js');

const from = 'packages/runner-local/fixtures/families/llama';
const bytes = seedFile(`${from}/model.safetensors`);
const config = seedFile(`${from}/config.json`);

export const { make, freeze, revive, check } = headerTarget(
  bytes,
  8 + Number(bytes.readBigUInt64LE()),
  (file, folder) => {
    writeFileSync(`${folder}/config.json`, config);
    renameSync(file, `${folder}/model.safetensors`);
    slimFromSafetensors(folder);
  },
);
