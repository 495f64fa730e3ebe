import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { resumeCommand } from '../resume-command.ts';
import type { RunOverview } from '../runs/run-catalogue.ts';

/** How a run is continued. */
export interface ResumeWords {
  /** In a terminal, as the user types it. */
  readonly command: string;
  /** What the page may start; why it may not. */
  readonly start: { readonly args: readonly string[]; readonly folder: string } | { readonly refused: string };
}

/** Flags that the page may use again, by whether a value follows: none lets a config reach further, or names a file. */
const VALUES: ReadonlySet<string> = new Set([
  ...['--limit', '--models', '--algorithms', '--runner', '--seed', '--repeat', '--max-failures', '--max-concurrency'],
  ...['--workers', '--max-cost', '--max-runtime', '--on-inconclusive', '--name', '--tag', '--note'],
]);
const SWITCHES: ReadonlySet<string> = new Set(['--strict', '--no-cache', '--json', '--verbose', '--share']);
/** Of the terminal that the run was started in; the page shows progress itself. */
const DROPPED: ReadonlySet<string> = new Set(['--display']);
const FOLDERS: ReadonlySet<string> = new Set(['--resume', '-o', '--output']);

/**
 * A run is continued by its own command, which its manifest holds, and a manifest may be anybody's: what lets a config run code,
 * read other files, call other hosts or send other keys is only ever typed by the user.
 */
export function resumeWords({ folder, manifest }: Pick<RunOverview, 'folder' | 'manifest'>): ResumeWords {
  const words = manifest.revisions?.at(-1)?.command ?? manifest.command;
  return { command: resumeCommand(words, folder.path), start: startOf(words, folder.path, manifest) };
}

function startOf(
  words: readonly string[],
  run: string,
  { configFile, configFolder }: RunOverview['manifest'],
): ResumeWords['start'] {
  if (words[1] !== 'run') return { refused: 'it was not started by `assay run`' };
  if (configFolder === undefined) return { refused: 'it was made by an earlier version' };
  const config = resolve(run, configFolder, configFile);
  if (!existsSync(config)) return { refused: 'its config is not where it was' };
  const kept = keptFlags(words.slice(2));
  if (typeof kept === 'string') return { refused: `\`${kept}\` is for you to type` };
  return { args: ['run', config, ...kept, '--resume', run, '--display', 'none'], folder: dirname(config) };
}

/** The flags of a command that are used again; the one that is not for the page to use. */
function keptFlags(words: readonly string[]): readonly string[] | string {
  const kept: string[] = [];
  let configs = 0;
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at]!;
    const [flag = ''] = word.split('=', 1);
    const hasValue = word.includes('=');
    if (!word.startsWith('-')) configs += 1;
    else if (DROPPED.has(flag)) at += hasValue ? 0 : 1;
    else if (FOLDERS.has(flag)) at += hasValue || words[at + 1]?.startsWith('-') !== false ? 0 : 1;
    else if (SWITCHES.has(word)) kept.push(word);
    else if (!VALUES.has(flag)) return flag;
    else if (hasValue) kept.push(word);
    else kept.push(`${flag}=${words[++at] ?? ''}`);
  }
  return configs === 1 ? kept : 'more than one config';
}
