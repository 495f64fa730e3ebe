// Follows a page word by word: in an empty folder it writes the files that the page shows and types its commands.
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { freePort, startInBackground } from './background.mjs';
import { commandsOf } from './commands.mjs';
import { difference, withoutFolder, withoutMachine, withoutSlowLines } from './expected-output.mjs';
import { readPage } from './read-page.mjs';

const DEADLINE_MS = 300_000;
/** Of `assay serve`, as pages show it; another one is free here. */
const PORT = 8080;

/**
 * @typedef {object} Followed
 * @property {number} commands
 * @property {readonly string[]} problems commands that ended otherwise, each with its line in the page
 * @property {readonly string[]} differences of what they print from what is shown
 * @property {string} text the page, with what was printed in place of what is shown
 */

/**
 * @param {string} file
 * @param {object} options
 * @param {string} options.root of the repository
 * @param {Record<string, string>} options.env what the commands see; its PATH has `assay`
 * @param {(line: string) => string} [options.translate] what is run for a line that is typed
 * @returns {Promise<Followed>}
 */
export async function followPage(file, { root, env, translate = inClone(root) }) {
  const text = await readFile(file, 'utf8');
  const { blocks, start } = readPage(text);
  const home = await realpath(await mkdtemp(join(tmpdir(), 'assay-docs-')));
  const folder = start === undefined ? join(home, 'project') : join(home, 'assay', start);
  const lines = text.split('\n');
  const port = blocks.some(({ background }) => background !== undefined) ? await freePort() : PORT;
  const own = (shown) => shown.replaceAll(`127.0.0.1:${PORT}`, `127.0.0.1:${port}`);
  const seen = { ...env, HOME: home, ...(port !== PORT && { ASSAY_PORT: `${port}` }) };
  /** Each waits for what a command that runs on prints, and ends it. */
  const running = [];
  const problems = [];
  const differences = [];
  const edits = [];
  let commands = 0;
  try {
    if (start === undefined) await mkdir(folder);
    else await makeClone(root, join(home, 'assay'));
    for (const block of blocks.filter(({ shown }) => shown === undefined)) {
      await putGiven(block.given, root, folder);
      if (block.file !== undefined) await writeReaderFile(join(folder, block.file), own(block.text));
      if (block.language !== 'console') continue;
      for (const [at, command] of commandsOf(block.text).entries()) {
        commands += 1;
        const run = at === 0 && block.runsAs !== undefined ? block.runsAs : own(translate(command.line));
        const line = block.first + command.first;
        const end = ({ code, printed: all }) => {
          const printed = all.replaceAll(`127.0.0.1:${port}`, `127.0.0.1:${PORT}`);
          if (code !== command.exit)
            problems.push(`${line}: \`${command.line}\` ended with ${code}, not ${command.exit}:\n${printed}`);
          const problem = difference(command.output, printed, folder, block.isExact);
          if (problem !== undefined) differences.push(`${line}: \`${command.line}\`: ${problem}`);
          edits.push({ from: line, to: block.first + command.end, with: shownOf(command.output, printed, folder) });
        };
        if (block.background === undefined) end(await typed(run, folder, seen));
        else {
          const started = await startInBackground(run, { cwd: folder, env: seen, until: block.background });
          running.push(async () =>
            end(await started.end((printed) => difference(command.output, printed, folder) === undefined)),
          );
        }
      }
    }
    for (const finish of running.splice(0)) await finish();
  } finally {
    for (const finish of running) await finish();
    await rm(home, { recursive: true, force: true, maxRetries: 3 });
  }
  for (const edit of edits.sort((one, other) => other.from - one.from))
    lines.splice(edit.from, edit.to - edit.from, ...edit.with);
  return { commands, problems, differences, text: lines.join('\n') };
}

/** In a clone what a reader installs is linked, from the packages themselves. */
const inClone = (root) => (line) => {
  // Scripts of the clone itself, from wherever the page stands.
  if (line.startsWith('npm run ')) return `npm --prefix "${root}" run --silent ${line.slice('npm run '.length)}`;
  if (!line.startsWith('npm install ')) return line.replaceAll(/\bnpx assay /g, 'assay ');
  const names = line.split(' ').slice(2);
  const linked = [...new Set(['assay', ...names])].map(
    (name) =>
      `mkdir -p node_modules/${dirname(name)} && ln -s "${root}/packages/${placeOf(name)}" node_modules/${name}`,
  );
  return linked.join(' && ');
};

/** Of a package, below packages/. */
function placeOf(name) {
  if (name === 'assay' || name.startsWith('@assay/')) return name.replace('@assay/', '');
  return `${name.startsWith('@aws-sdk/') ? 'runner-sagemaker' : 'core'}/node_modules/${name}`;
}

/** @param {string | undefined} given `PATH as NAME, …` */
async function putGiven(given, root, folder) {
  for (const each of given?.split(', ') ?? []) {
    const [path, name] = each.split(' as ');
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await cp(join(root, path), join(folder, name), { recursive: true });
  }
}

/** What of a clone the examples need. */
async function makeClone(root, clone) {
  await mkdir(join(clone, '.git'), { recursive: true });
  for (const name of ['datasets', 'examples']) await cp(join(root, name), join(clone, name), { recursive: true });
  await symlink(join(root, 'models'), join(clone, 'models'));
}

async function writeReaderFile(path, text) {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

/** What is printed, on both outputs as they come. */
function typed(line, cwd, env) {
  return new Promise((end) => {
    const script = `exec 2>&1\n${line}`;
    execFile('bash', ['-c', script], { cwd, env, timeout: DEADLINE_MS, maxBuffer: 2 ** 26 }, (error, stdout) =>
      end({ code: error === null ? 0 : (error.code ?? 1), printed: stdout }),
    );
  });
}

/** Output for a page: where it left lines out, it begins and ends with the lines it had, if they are still there. */
function shownOf(before, printed, folder) {
  if (before.trim() === '…') return ['…'];
  if (printed.trim() === '') return [];
  const lines = withoutSlowLines(withoutFolder(printed, folder)).trimEnd().split('\n');
  const had = before.split('\n');
  const gap = had.indexOf('…');
  if (gap < 0) return lines;
  const plain = (line) => withoutMachine(line, folder);
  const resume =
    had[gap + 1] === undefined ? lines.length : lines.findIndex((line) => plain(line) === plain(had[gap + 1]));
  return resume < 0 ? lines : [...lines.slice(0, gap), '…', ...lines.slice(resume)];
}
