// Runs commands of promptfoo one after another, as lines on stdin say, and answers each with a line on stdout: what it loads is
// loaded once. Argument: promptfoo's main.js.
import { realpathSync } from 'node:fs';
import { register } from 'node:module';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const main = pathToFileURL(realpathSync(process.argv[2])).href;
// Its command is a function that it keeps to itself.
const exported = `export async function load(url, context, next) {
  const loaded = await next(url, context);
  return url === ${JSON.stringify(main)} ? { ...loaded, source: loaded.source + '\\nexport { main };' } : loaded;
}`;
register(`data:text/javascript,${encodeURIComponent(exported)}`);
const promptfoo = await import(main);
const answer = process.stdout.write.bind(process.stdout);
let said = '';
for (const name of ['stdout', 'stderr'])
  process[name].write = (chunk, ...rest) => {
    said += chunk;
    for (const done of rest) if (typeof done === 'function') done();
    return true;
  };
for await (const line of createInterface({ input: process.stdin })) {
  said = '';
  process.exitCode = undefined;
  process.argv.splice(1, Number.POSITIVE_INFINITY, 'promptfoo', ...JSON.parse(line));
  await promptfoo.main().catch((error) => {
    said += error.stack;
    process.exitCode = error.exitCode ?? 1;
  });
  answer(`${JSON.stringify({ code: process.exitCode ?? 0, said })}\n`);
}
process.exit(0);
