// Parts of files that a page shows: JSON and YAML parse, and the keys of a config are the schema's.
import { readFileSync } from 'node:fs';
import Ajv from 'ajv/dist/2020.js';
import { parseAllDocuments } from 'yaml';

const schema = JSON.parse(readFileSync(new URL('../../schema/evaluation_config.schema.json', import.meta.url), 'utf8'));
const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });

/** @returns {string[]} what is wrong with a block of YAML or JSON */
export function fragmentProblems({ language, text }) {
  const problems = [];
  if (language === 'jsonl')
    return text
      .trim()
      .split('\n')
      .flatMap((line) => fragmentProblems({ language: 'json', text: line }));
  for (const document of parseAllDocuments(text)) {
    const [error] = document.errors;
    if (error !== undefined) problems.push(error.message.split('\n')[0]);
    else if (language === 'yaml') problems.push(...configProblems(document.toJS()));
  }
  return problems;
}

/** Several configs may stand in one block, each with some of the keys; other files name themselves by `title`. */
function configProblems(value) {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return ['is no part of a config'];
  return Object.entries(value).flatMap(([key, part]) => {
    if (!(key in schema.properties)) return [`a config has no key \`${key}\``];
    const validate = ajv.compile({ ...schema.properties[key], $defs: schema.$defs });
    return validate(part) ? [] : [`${key}: ${ajv.errorsText(validate.errors, { dataVar: '' })}`];
  });
}
