// Counts how much of other tools' files `assay import` takes, and what stands in the way of the rest.
// Usage: npm run zoo -- FOLDER… [--allow-python] [--save]  (`npm run setup` before)
//   lm_eval/tasks of an installed lm-evaluation-harness, or the folder of promptfoo's examples
// --allow-python counts as an import would that may have an installed lm-evaluation-harness run the tasks' Python.
// A file counts as taken where nothing is told that changes or leaves out a number. With --save the counts go to
// benchmarks/proof/zoo.json, from which the docs have them.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { surveyConfigs, surveyTasks } from '../packages/core/dist/import/index.js';

const allowPython = process.argv.includes('--allow-python');
const folders = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const SAVED = new URL('../benchmarks/proof/zoo.json', import.meta.url);
if (folders.length === 0) {
  console.error('usage: npm run zoo -- FOLDER… [--allow-python] [--save]');
  process.exit(2);
}
for (const folder of folders) {
  const isPromptfoo = readdirSync(folder, { recursive: true }).some((name) => /promptfooconfig.*\.ya?ml$/.test(name));
  const [name, counted] = isPromptfoo
    ? ['promptfoo', await count('configs of promptfoo', surveyConfigs(folder))]
    : [
        allowPython ? 'lm-eval by Python' : 'lm-eval',
        await count('tasks of lm-evaluation-harness', surveyTasks(folder, allowPython)),
      ];
  if (process.argv.includes('--save')) {
    const saved = JSON.parse(readFileSync(SAVED, 'utf8'));
    writeFileSync(SAVED, `${JSON.stringify({ ...saved, [name]: counted }, null, 2)}\n`);
  }
}

async function count(what, surveyed) {
  const counts = { taken: 0, 'with a warning': 0, refused: 0 };
  const reasons = new Map();
  let [groups, files] = [0, 0];
  for await (const { kind, findings } of surveyed) {
    if (kind === 'group') {
      groups += 1;
      continue;
    }
    files += 1;
    const told = findings.filter(({ severity }) => severity !== 'note');
    const isRefused = told.some(({ severity }) => severity === 'error');
    counts[isRefused ? 'refused' : told.length > 0 ? 'with a warning' : 'taken'] += 1;
    for (const reason of new Set(told.map(({ severity, message }) => `${severity}: ${plain(message)}`))) {
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    }
  }
  console.log(`${files} ${what}${groups === 0 ? '' : ` and ${groups} groups`}`);
  for (const [name, number] of Object.entries(counts)) {
    console.log(`${String(number).padStart(7)}  ${name} (${((100 * number) / files).toFixed(1)} %)`);
  }
  console.log('\nwhat stands in the way, and in how many of them');
  const sorted = [...reasons].sort(([, a], [, b]) => b - a);
  for (const [reason, number] of sorted) console.log(`${String(number).padStart(7)}  ${reason}`);
  return { files, taken: counts.taken, reasons: Object.fromEntries(sorted) };
}

/** A message without the names that make it one of a kind. */
function plain(message) {
  const short = message
    .replace(/^the template ".*" fails/, 'a template fails')
    .replace(/!function [\w.]+/, 'a function')
    .replace(/ at line \d+, column \d+:.*$/s, '')
    .replace(
      /^the provider (?:"|file:|https?:|wss?:|\{|[\w.]+(?::(?:image|live|video|realtime|assistant|embedding|agents?|claude-agent-sdk|messages|responses))?).*?(?= is (?:not|code))/,
      (whole) => providerKind(whole),
    )
    .replace(/of the provider .* is not/, 'of a provider is not')
    .replace(/^the (prompt|tests|variable’s file) .*?(?= (?:is|are|of) )/, 'the $1 …');
  return short.slice(0, 110);
}

/** `the provider google:image:imagen-3` is one of the kind `google:image`. */
function providerKind(words) {
  const id = words.slice('the provider '.length);
  const [vendor, kind] = id.split(':');
  if (/^(?:file|https?|wss?)$/.test(vendor)) return `the provider ${vendor}:…`;
  return `the provider ${/^[a-z-]+$/.test(kind ?? '') ? `${vendor}:${kind}` : vendor}`;
}
