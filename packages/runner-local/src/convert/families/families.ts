import { arcee } from './arcee.ts';
import { ernie } from './ernie.ts';
import { exaone4 } from './exaone4.ts';
import type { Family } from './family.ts';
import { gemma } from './gemma.ts';
import { gemma2 } from './gemma2.ts';
import { gemma3 } from './gemma3.ts';
import { granite } from './granite.ts';
import { llama } from './llama.ts';
import { mistral } from './mistral.ts';
import { olmo2 } from './olmo2.ts';
import { olmo3 } from './olmo3.ts';
import { phi3 } from './phi3.ts';
import { qwen2 } from './qwen2.ts';
import { qwen3 } from './qwen3.ts';
import { smollm3 } from './smollm3.ts';

/** Every family that can be brought to the slim layout. A new one is a file beside these, and a word here. */
export const FAMILIES: readonly Family[] = [
  ...[llama, mistral, qwen2, qwen3, smollm3, gemma, gemma2, gemma3, phi3, granite, olmo2, olmo3, exaone4, ernie, arcee],
];
