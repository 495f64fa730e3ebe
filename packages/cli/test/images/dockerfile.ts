/** What one line of a Dockerfile does, its variables replaced. */
export type Instruction =
  | { readonly kind: 'workdir'; readonly path: string }
  | {
      readonly kind: 'copy';
      readonly from: string | undefined;
      readonly sources: readonly string[];
      readonly to: string;
    }
  | { readonly kind: 'run'; readonly command: string }
  | { readonly kind: 'env'; readonly values: Readonly<Record<string, string>> }
  | { readonly kind: 'entrypoint'; readonly command: readonly string[] }
  | { readonly kind: 'expose' };

export interface Stage {
  readonly name: string;
  /** An image, or the name of an earlier stage. */
  readonly from: string;
  readonly instructions: readonly Instruction[];
}

/**
 * The stages of a Dockerfile, in order. Only what ours uses is known; anything else throws, so that no step is left out.
 * @see https://docs.docker.com/reference/dockerfile/
 */
export function parseDockerfile(text: string): readonly Stage[] {
  const stages: { name: string; from: string; instructions: Instruction[] }[] = [];
  const args = new Map<string, string>();
  const filled = (value: string): string => value.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => required(args, name));
  for (const line of joinedLines(text)) {
    const [, word = '', rest = ''] = /^(\S+)\s+(.*)$/s.exec(line) ?? [];
    if (word === 'ARG') {
      const [name = '', value = ''] = rest.split('=');
      args.set(name, value);
    } else if (word === 'FROM') {
      const [from = '', as, name] = filled(rest).split(/\s+/);
      if (as !== 'AS' || name === undefined) throw new Error(`a stage without a name: ${line}`);
      stages.push({ name, from, instructions: [] });
    } else stages.at(-1)?.instructions.push(instructionOf(word, word === 'RUN' ? rest : filled(rest)));
  }
  return stages;
}

/** Lines without comments, those that go on joined. */
function joinedLines(text: string): string[] {
  const lines = text.split('\n').filter((line) => !/^\s*(#|$)/.test(line));
  return lines
    .join('\n')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n');
}

function instructionOf(word: string, rest: string): Instruction {
  switch (word) {
    case 'WORKDIR':
      return { kind: 'workdir', path: rest };
    case 'RUN':
      return { kind: 'run', command: rest };
    case 'EXPOSE':
      return { kind: 'expose' };
    case 'ENTRYPOINT':
      return { kind: 'entrypoint', command: JSON.parse(rest) as string[] };
    case 'ENV':
      return { kind: 'env', values: Object.fromEntries(rest.split(/\s+/).map((pair) => pair.split('=', 2))) };
    case 'COPY': {
      const words = rest.split(/\s+/);
      const from = words[0]?.startsWith('--from=') ? words.shift()!.slice('--from='.length) : undefined;
      return { kind: 'copy', from, sources: words.slice(0, -1), to: words.at(-1)! };
    }
    default:
      throw new Error(`this harness does not know the instruction ${word}`);
  }
}

function required(values: ReadonlyMap<string, string>, name: string): string {
  const value = values.get(name);
  if (value === undefined) throw new Error(`the Dockerfile has no ARG ${name}`);
  return value;
}
