import { relative } from 'node:path';
import fastGlob from 'fast-glob';
import type { Finding } from '../../config/finding.ts';
import { importPromptfoo } from './import-promptfoo.ts';

const ENV = { VERTEX_PROJECT_ID: 'project' };
const ENCODER = 'openai:embedding:text-embedding-3-large';

/** A promptfoo config with what an import of it would tell. */
export interface SurveyedConfig {
  readonly file: string;
  readonly findings: readonly Finding[];
}

/**
 * Looks at every promptfoo config below a folder as an import with leave to run code, with a judge, an encoder, prices and a project of Vertex would, one after the
 * other, by path. Files that a config names and that are not there are passed over.
 */
export async function* surveyConfigs(folder: string): AsyncGenerator<SurveyedConfig> {
  const files = await fastGlob('**/*promptfooconfig*.{yaml,yml,json}', { cwd: folder, absolute: true });
  for (const file of files.sort()) {
    const options = { withoutFiles: true, allowCode: true, judge: 'openai:gpt-4.1', encoder: ENCODER, env: ENV };
    const { findings } = await importPromptfoo(file, options);
    yield { file: relative(folder, file), findings };
  }
}
