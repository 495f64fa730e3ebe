// Counts how many task files of lm-evaluation-harness `assay import lm-eval` takes, and what stands in the way of the rest.
// Usage: npm run zoo -- FOLDER  (lm_eval/tasks of an installed lm-evaluation-harness; `npm run setup` before)
// A task counts as taken where nothing is told that changes or leaves out a number.
import { surveyTasks } from '../packages/core/dist/import/index.js';

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  console.error('usage: npm run zoo -- FOLDER');
  process.exit(2);
}
const counts = { taken: 0, 'with a warning': 0, refused: 0 };
const reasons = new Map();
let groups = 0;

for await (const { kind, findings } of surveyTasks(folder)) {
  if (kind === 'group') {
    groups += 1;
    continue;
  }
  const told = findings.filter(({ severity }) => severity !== 'note');
  const isRefused = told.some(({ severity }) => severity === 'error');
  counts[isRefused ? 'refused' : told.length > 0 ? 'with a warning' : 'taken'] += 1;
  for (const reason of new Set(told.map(({ severity, message }) => `${severity}: ${plain(message)}`))) {
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
}

/** A message without the names that make it one of a kind. */
function plain(message) {
  const short = message.replace(/^the template ".*" fails/, 'a template fails').replace(/!function \S+/, 'a function');
  return short.slice(0, 110);
}

const tasks = counts.taken + counts['with a warning'] + counts.refused;
console.log(`${tasks} tasks and ${groups} groups`);
for (const [name, count] of Object.entries(counts)) {
  console.log(`${String(count).padStart(7)}  ${name} (${((100 * count) / tasks).toFixed(1)} %)`);
}
console.log('\nwhat stands in the way, and in how many tasks');
for (const [reason, count] of [...reasons].sort(([, a], [, b]) => b - a).slice(0, 60)) {
  console.log(`${String(count).padStart(7)}  ${reason}`);
}
