import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  BUILT_IN_DATASETS,
  entailmentModel,
  findRunIfAny,
  headerVariables,
  hostKind,
  isCodeModule,
  isInside,
  isRemote,
  parseGate,
  projectFolders,
  type ResolvedModel,
  realPath,
  resolveConfigPath,
  resolveJudge,
  runsOfGate,
  type SourcePlace,
  type ValidConfig,
  withoutUrlSecrets,
} from '@assay/core';
import { awsReach } from './aws-reach.ts';
import { isKeyOf } from './key-hosts.ts';
import type { Reach } from './reach.ts';

/** All that a config reaches beyond its models and its own folder, and what of it needs leave. Nothing is opened for it. */
export function configReach(config: ValidConfig, models: readonly ResolvedModel[]): Reach[] {
  const { dataset, prices, cache, output_dir: outputDir, algorithms } = config.config;
  const at = (...path: (string | number)[]): SourcePlace => config.placeOf(path);
  const folders = ownFolders(config.baseDir);
  const file = (path: string, use: string, place: SourcePlace) => fileReach(path, use, place, config.baseDir, folders);
  const found: Reach[] = [];
  for (const location of [dataset.input_data_location].flat()) {
    const place = at('dataset', 'input_data_location');
    if (/^https?:/i.test(location)) found.push(hostReach(new URL(location), 'is where the data comes from', place));
    else if (!isRemote(location) && location !== '-') found.push(file(location, 'is read as data', place));
  }
  for (const labels of [dataset.human_labels ?? []].flat())
    found.push(file(labels, 'is read as human labels', at('dataset', 'human_labels')));
  for (const model of models) {
    found.push(...modelReach(model, at('models', model.index, model.runner), file));
    for (const path of trainingPaths(model, config.baseDir))
      found.push(file(path, `is uploaded to train ${model.name}`, at('models', model.index, 'finetuning')));
  }
  for (const [name, place] of namedRuns(config)) {
    const run = findRunIfAny(name, config.baseDir) ?? findRunIfAny(name);
    // What was run in the working folder is its user's, wherever the config lies.
    if (run !== undefined && !isInside(realPath(run.path), realPath(process.cwd())))
      found.push(file(run.path, 'is read as a run to compare with', place));
  }
  for (const [index, { module, options }] of algorithms.entries()) {
    const place = at('algorithms', index);
    if (isCodeModule(module)) found.push(codeReach(module, 'is an algorithm', place));
    if (options.code === true) found.push(codeReach('the checks of rows', 'are JavaScript or Python', place));
    for (const judge of [options.judge, options.judges].flat(2)) {
      // A cross-encoder is a local model, as those of `models` are.
      const isEncoder = judge !== undefined && entailmentModel(JSON.stringify(judge)) !== undefined;
      if (judge !== undefined && !isEncoder) found.push(...modelReach(judgeOf(config, judge), place, file));
    }
    for (const encoder of [options.encoder ?? [], options.encoders ?? []].flat())
      if (typeof encoder === 'string' && encoder.startsWith('{'))
        found.push(...modelReach(judgeOf(config, encoder), place, file));
    const kept = checklistOf(options.items);
    if (kept !== undefined) found.push(file(kept, 'is read as a checklist', place));
    const run = runAgainst(options.against);
    if (run !== undefined) found.push(file(run, 'is read as the answers to compare with', place));
  }
  if (typeof prices === 'string') found.push(file(prices, 'is read as prices', at('prices')));
  if (cache?.dir !== undefined) found.push(file(cache.dir, 'is where answers are kept', at('cache', 'dir')));
  if (outputDir !== undefined) found.push(file(outputDir, 'is where runs are written', at('output_dir')));
  const isElsewhere = found.some(({ name, isAsked }) => isAsked === true && hostKind(name) !== 'loopback');
  return [...found, ...awsReach(config, models, isElsewhere)];
}

/** Folders whose files are a config's own: its project, and the sets that come with assay. */
export function ownFolders(baseDir: string): string[] {
  return [...projectFolders(baseDir), realPath(BUILT_IN_DATASETS)];
}

/** The file with what a judge goes through. */
function checklistOf(items: unknown): string | undefined {
  const { file } = typeof items === 'object' && items !== null ? (items as { readonly file?: unknown }) : {};
  return typeof file === 'string' ? file : undefined;
}

/** Training data that lie on this machine; other paths are keys of a bucket. */
function trainingPaths({ config, runner }: ResolvedModel, baseDir: string): string[] {
  const { train_data_path: training, validation_data_path: validation } = config.finetuning ?? {};
  const paths = runner === 'sagemaker' ? [training, validation] : [];
  return paths.filter((path): path is string => path !== undefined && existsSync(resolve(baseDir, path)));
}

/** Earlier runs that gates and an early stop look at. */
function namedRuns({ config, placeOf }: ValidConfig): (readonly [string, SourcePlace])[] {
  const baselines = (config.gates ?? []).flatMap((gate, index) =>
    parseGate(gate).flatMap((parsed) => runsOfGate(parsed).map((name) => [name, placeOf(['gates', index])] as const)),
  );
  const history = config.stop_when?.history ?? [];
  return [...baselines, ...history.map((name) => [name, placeOf(['stop_when', 'history'])] as const)];
}

/** The run whose answers a judge compares with. */
function runAgainst(against: unknown): string | undefined {
  const { run } = typeof against === 'object' && against !== null ? (against as { readonly run?: unknown }) : {};
  return typeof run === 'string' ? run : undefined;
}

type FileReach = (path: string, use: string, place: SourcePlace) => Reach;

/** A judge may be a block of its own, which stands in no list of models. */
function judgeOf(config: ValidConfig, judge: unknown): ResolvedModel {
  return resolveJudge(config, typeof judge === 'string' ? judge : JSON.stringify(judge));
}

function modelReach(model: ResolvedModel, place: SourcePlace, file: FileReach): readonly Reach[] {
  switch (model.runner) {
    case 'openai': {
      const { base_url: url, api_key_env: key } = model.openai;
      return serverReach(model.name, new URL(url), key === undefined ? [] : [key], place);
    }
    case 'http': {
      const { url, headers_env: headers = {}, output_code: code, signature, tls = {} } = model.http;
      const { ca_file: ca, cert_file: cert, key_file: key, pfx_file: pfx, passphrase_env: passphrase } = tls;
      const variables = [...Object.values(headers).flatMap(headerVariables), passphrase ?? []].flat();
      const files = [signature?.key_file, ca, cert, key, pfx].flatMap((path) =>
        path === undefined
          ? []
          : [file(path, `is read to sign requests of ${model.name}, or to open their connection`, place)],
      );
      const own =
        code === undefined ? [] : [codeReach('http.output_code', `reads the answers of ${model.name}`, place)];
      return [...serverReach(model.name, new URL(url), variables, place), ...files, ...own];
    }
    case 'scripted':
      return [file(model.scripted.answers, `is read as the answers of ${model.name}`, place)];
    case 'exec':
      return [codeReach(model.exec.command.join(' '), `is the command of ${model.name}`, place)];
    case 'module':
      return [codeReach(model.module.file, `is the module of ${model.name}`, place)];
    default:
      return [];
  }
}

function serverReach(model: string, url: URL, variables: readonly string[], at: SourcePlace): Reach[] {
  return [
    { ...hostReach(url, `answers for ${model}`, at), isAsked: true },
    ...variables.map((name): Reach => {
      const needs = isKeyOf(name, url) ? null : `--allow-env ${name}`;
      return { kind: 'variable', name, use: `goes to ${url.host} as a key of ${model}`, at, needs };
    }),
  ];
}

function hostReach(url: URL, use: string, at: SourcePlace): Reach {
  const name = url.hostname;
  const needs = hostKind(name) === 'private' ? `--allow-host ${name}` : null;
  return { kind: 'host', name, use: `${use} (${withoutUrlSecrets(url.href)})`, at, needs };
}

function fileReach(path: string, use: string, at: SourcePlace, baseDir: string, folders: readonly string[]): Reach {
  const place = path.startsWith('file://') ? fileURLToPath(path) : path;
  const real = realPath(resolveConfigPath(fixedPart(place), baseDir));
  const isOwn = folders.some((folder) => isInside(real, folder));
  const needs = isOwn ? null : `--allow-file ${isGlob(place) ? real : dirname(real)}`;
  return { kind: 'file', name: real === realPath(place) ? real : `${path} (${real})`, use, at, needs };
}

function codeReach(name: string, use: string, at: SourcePlace): Reach {
  return { kind: 'code', name, use, at, needs: '--allow-code' };
}

const GLOB = /[*?{}[\]()!]/;
const isGlob = (path: string): boolean => GLOB.test(path);

/** Of a glob, the folders before its first pattern: behind it nothing leads out again but links and `..`. */
function fixedPart(path: string): string {
  if (!isGlob(path)) return path;
  const parts = path.split('/');
  const first = parts.findIndex((part) => GLOB.test(part));
  const climbs = parts.slice(first).filter((part) => part === '..').length;
  return [...parts.slice(0, first), ...Array.from({ length: climbs }, () => '..')].join('/') || '.';
}
