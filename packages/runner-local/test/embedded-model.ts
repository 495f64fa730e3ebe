import { fileURLToPath } from 'node:url';

/** The language model that comes with the repository. */
export const EMBEDDED_MODEL: string = fileURLToPath(new URL('../../../models/SmolLM2-135M-Instruct', import.meta.url));
