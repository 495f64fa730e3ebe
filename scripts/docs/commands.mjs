// The commands of a console block and what they print.

/**
 * @typedef {object} Command
 * @property {string} line what is typed, its continuation lines included
 * @property {number} exit code that it ends with: 0, or what `# exit code 3` behind it says
 * @property {string} output as shown
 * @property {number} first line of the output in the block, from 0
 * @property {number} end line after it
 */

/** @returns {Command[]} */
export function commandsOf(block) {
  const lines = block.split('\n');
  if (lines.at(-1) === '') lines.pop();
  const commands = [];
  for (let at = 0; at < lines.length; ) {
    if (!lines[at].startsWith('$ ')) throw new Error(`“${lines[at]}” is neither a command ($ …) nor below one`);
    let line = lines[at++].slice(2);
    while (line.endsWith('\\') && at < lines.length) line += `\n${lines[at++]}`;
    const first = at;
    while (at < lines.length && !lines[at].startsWith('$ ')) at += 1;
    const exit = Number(/# exit code (\d+)\s*$/.exec(line)?.[1] ?? 0);
    commands.push({ line, exit, output: lines.slice(first, at).join('\n'), first, end: at });
  }
  return commands;
}
