import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type FoundDocument, readDocument } from '../jumpstart/jumpstart-document.ts';
import { isObject, type JsonObject } from '../jumpstart/parse-document.ts';
import { type GoldenRow, HUB } from './golden-row.ts';

/** Documents of a folder and those below it, by the name of their file. */
export class Documents {
  readonly #files: ReadonlyMap<string, string>;

  constructor(folder: string) {
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.json'));
    this.#files = new Map(files.reverse().map((file) => [basename(file), join(folder, file)]));
  }

  /** The document of a row, edited as the row says. @throws Error where it is not in the folder */
  of(row: GoldenRow): FoundDocument {
    const file = this.#files.get(row.document);
    if (file === undefined) throw new Error(`${row.document} is not in the folder`);
    const text = readFileSync(file, 'utf8');
    const raw = row.edit === undefined ? text : JSON.stringify(edited(JSON.parse(text), row.edit));
    const document = readDocument(raw, row.kind, row.document, row.region);
    const modelId = String(document.model_id ?? document.resource_name_base ?? row.document);
    const version = String(document.version ?? HUB.version);
    const { kind, region } = row;
    if (kind !== 'hub') return { kind, modelId, version, region, document };
    const type = row.hub_content_type ?? 'Model';
    const arn = `arn:aws:sagemaker:${region}:${HUB.account}:hub-content/${HUB.name}/${type}/${modelId}/${version}`;
    return { kind, modelId, version, region, document, hubContent: { arn, isReference: type === 'ModelReference' } };
  }
}

function edited(document: unknown, edit: NonNullable<GoldenRow['edit']>): unknown {
  const edits = Array.isArray(edit) ? edit : Object.entries(edit).map(([key, value]) => ({ path: [key], value }));
  return edits.reduce<unknown>((whole, { path, value }) => withValue(whole, path, value), document);
}

function withValue(part: unknown, [key, ...rest]: readonly (string | number)[], value: unknown): unknown {
  if (key === undefined) return value;
  if (Array.isArray(part)) return part.map((each, i) => (i === Number(key) ? withValue(each, rest, value) : each));
  const members: JsonObject = isObject(part) ? part : {};
  return { ...members, [key]: withValue(members[key], rest, value) };
}
