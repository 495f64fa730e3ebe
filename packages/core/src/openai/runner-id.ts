import { furtherParameters, type OpenaiModel } from './openai-model.ts';
import { apiOf } from './protocol-of.ts';

/** What pins the answers: address, model, endpoint, parameters that the port does not know, and whether they came in batches. */
export function runnerId(model: OpenaiModel): string {
  const { base_url: url, model: name, mode, answer } = model.openai;
  const further = furtherParameters(model);
  const extra = Object.keys(further).length === 0 ? '' : `#${JSON.stringify(further)}`;
  const blocks = answer === undefined || answer === 'text' ? '' : `#${answer}`;
  return `openai:${url.replace(/\/+$/, '')}:${name}:${apiOf(model)}${mode === 'batch' ? '#batch' : ''}${blocks}${extra}`;
}
