import { AssayError } from '@assay/core/errors';
import { type Expression, either, type Grammar, literal } from './expression.ts';
import { integersBetween } from './integer-range.ts';
import {
  JSON_INTEGER,
  JSON_NUMBER,
  jsonArray,
  jsonObject,
  jsonRecord,
  jsonString,
  type Member,
  quoted,
  quotedCharacters,
} from './json-text.ts';
import { mergeSchemas, type Schema, type SchemaObject, typesOf } from './merge-schemas.ts';
import { regexExpression } from './regex-expression.ts';
import { checkShapes, isSchema } from './schema-shapes.ts';
import { areDisjoint, hasType, isIdle } from './schema-values.ts';

/** Any JSON value, by rules of its own. */
const ANY = 'any value';
const MOST_INTEGER = 10 ** 15 - 1;
const MOST_SCHEMAS = 2000;

/**
 * Texts that meet a JSON Schema: not all of them, but none that does not. Members come in the schema's order, members that
 * it does not name are left out where it names some, and white space is at most one blank.
 * @throws AssayError RUNNER_CONSTRAINT for a keyword that cannot be kept to, and for a schema that no text meets
 */
export function jsonSchemaGrammar(schema: unknown): Grammar {
  return new SchemaReader(schema).grammar();
}

class SchemaReader {
  readonly #document: unknown;
  readonly #rules = new Map<string, Expression>();
  #schemas = 0;

  constructor(document: unknown) {
    this.#document = document;
  }

  grammar(): Grammar {
    this.#rules.set(ANY, anyValue());
    return { root: this.#read(this.#document as Schema, '#'), rules: this.#rules };
  }

  #read(schema: Schema, at: string): Expression {
    if (++this.#schemas > MOST_SCHEMAS) throw refusal(at, `has more than ${MOST_SCHEMAS} parts`);
    if (schema === true) return { kind: 'rule', name: ANY };
    if (schema === false) return either();
    if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) throw refusal(at, 'is no schema');
    refuseUnknown(schema, at);
    if (typeof schema.$ref === 'string') return this.#reference(schema, at);
    if (schema.allOf !== undefined) {
      const { allOf, ...own } = schema;
      const parts = (allOf as Schema[]).map((part) => this.#resolved(part, at));
      return this.#read(
        [own, ...parts].reduce<Schema>((merged, part) => mergeSchemas(merged, part, at), true),
        at,
      );
    }
    for (const keyword of ['anyOf', 'oneOf'] as const) {
      if (schema[keyword] !== undefined) return this.#choices(keyword, schema, at);
    }
    if ('const' in schema) return this.#values([schema.const], schema, at);
    if (schema.enum !== undefined) return this.#values(schema.enum as unknown[], schema, at);
    return either(...typesOf(schema).map((type) => this.#typed(type, schema, at)));
  }

  /** Recursion goes by rules; keywords beside a $ref are merged into what it names. */
  #reference(schema: SchemaObject, at: string): Expression {
    const { $ref: reference, ...own } = schema;
    const beside = Object.keys(own).filter((name) => !ANNOTATIONS.has(name));
    if (beside.length > 0)
      return this.#read(mergeSchemas(own, this.#resolved({ $ref: reference as string }, at), at), at);
    const name = reference as string;
    if (!this.#rules.has(name) || !name.startsWith('#')) {
      this.#rules.set(name, either());
      this.#rules.set(name, this.#read(this.#target(name, at), name));
    }
    return { kind: 'rule', name };
  }

  /** A schema behind its references. */
  #resolved(schema: Schema, at: string): Schema {
    let found = schema;
    for (let i = 0; i < 32; i++) {
      if (typeof found !== 'object' || typeof found.$ref !== 'string') return found;
      const { $ref: reference, ...own } = found;
      found = mergeSchemas(own, this.#target(reference, at), at);
    }
    throw refusal(at, 'has references that lead to one another');
  }

  #target(reference: string, at: string): Schema {
    if (!reference.startsWith('#')) throw refusal(at, `refers to ${reference.slice(0, 80)}: only #/… is followed`);
    let found: unknown = this.#document;
    for (const part of reference.slice(1).split('/').slice(1)) {
      const key = decoded(part).replaceAll('~1', '/').replaceAll('~0', '~');
      const isThere = typeof found === 'object' && found !== null && Object.hasOwn(found, key);
      if (!isThere) throw refusal(at, `refers to ${reference.slice(0, 80)}, which is not there`);
      found = (found as Record<string, unknown>)[key];
    }
    if (!/^#(\/|$)/.test(reference)) throw refusal(at, `refers to ${reference.slice(0, 80)}: only #/… is followed`);
    if (!isSchema(found)) throw refusal(at, `refers to ${reference.slice(0, 80)}, which is no schema`);
    return found as Schema;
  }

  #choices(keyword: 'anyOf' | 'oneOf', schema: SchemaObject, at: string): Expression {
    const { [keyword]: listed, ...own } = schema;
    const parts = (listed as Schema[]).map((part) => mergeSchemas(own, this.#resolved(part, at), at));
    if (keyword === 'oneOf' && !areDisjoint(parts)) {
      throw refusal(at, 'has oneOf whose choices may meet at once: give each a type or a constant of its own');
    }
    return either(...parts.map((part, i) => this.#read(part, `${at}/${keyword}/${i}`)));
  }

  /** Values that are written out; other keywords beside them must hold for each. */
  #values(values: readonly unknown[], schema: SchemaObject, at: string): Expression {
    const beside = Object.keys(schema).filter(
      (name) => !ANNOTATIONS.has(name) && !['const', 'enum', 'type'].includes(name),
    );
    if (beside.length > 0 && !beside.every((name) => isIdle(name, values))) {
      throw refusal(at, `has ${beside[0]} beside listed values`);
    }
    const types = new Set(typesOf(schema));
    const among =
      schema.enum !== undefined && 'const' in schema
        ? new Set((schema.enum as unknown[]).map((each) => JSON.stringify(each)))
        : undefined;
    const kept = values.filter((value) => hasType(value, types) && (among?.has(JSON.stringify(value)) ?? true));
    return either(...kept.map((value) => literal(JSON.stringify(value))));
  }

  #typed(type: string, schema: SchemaObject, at: string): Expression {
    switch (type) {
      case 'null':
        return literal('null');
      case 'boolean':
        return either(literal('true'), literal('false'));
      case 'integer':
      case 'number':
        return numberExpression(type, schema, at);
      case 'string':
        return stringExpression(schema, at);
      case 'array':
        return this.#array(schema, at);
      case 'object':
        return this.#object(schema, at);
      default:
        throw refusal(at, `has the type ${JSON.stringify(type)}`);
    }
  }

  #array(schema: SchemaObject, at: string): Expression {
    const head = (schema.prefixItems ?? (Array.isArray(schema.items) ? schema.items : [])) as Schema[];
    const others = (Array.isArray(schema.items) ? schema.additionalItems : schema.items) as Schema | undefined;
    const [least, most] = bounds(schema, 'minItems', 'maxItems', at);
    const item = others === false ? null : this.#read(others ?? true, `${at}/items`);
    const items = item !== null && Math.max(least, most ?? 0) > 1 ? this.#once(item) : item;
    const fixed = head.map((each, i) => this.#read(each, `${at}/prefixItems/${i}`));
    if (items === null && least > fixed.length) return either();
    return jsonArray(items, least, most, fixed);
  }

  /** A rule of its own for what would be written out again for each of many items. */
  #once(expression: Expression): Expression {
    if (expression.kind === 'rule') return expression;
    const name = `item ${this.#rules.size}`;
    this.#rules.set(name, expression);
    return { kind: 'rule', name };
  }

  #object(schema: SchemaObject, at: string): Expression {
    const properties = (schema.properties ?? {}) as Record<string, Schema>;
    const required = new Set((schema.required ?? []) as string[]);
    const others = (schema.additionalProperties ?? true) as Schema;
    const names = [...new Set([...Object.keys(properties), ...required])];
    const [least, most] = bounds(schema, 'minProperties', 'maxProperties', at);
    if (names.length === 0) {
      if (least > 1) throw refusal(at, 'has minProperties above 1 without names: two members might be one');
      return others === false && least > 0
        ? either()
        : jsonRecord(
            jsonString(),
            this.#read(others, `${at}/additionalProperties`),
            least,
            others === false ? 0 : most,
          );
    }
    const read = (name: string): Member | null => {
      const own = Object.hasOwn(properties, name) ? properties[name]! : others;
      const isRequired = required.has(name);
      // Of a member that cannot be, nothing is written.
      if (own === false && !isRequired) return null;
      return {
        key: literal(JSON.stringify(name)),
        value: this.#read(own, `${at}/properties/${name.slice(0, 40)}`),
        isRequired,
      };
    };
    let members = names.map(read).filter((each) => each !== null);
    // So many that they are met whatever else is left out.
    const wanted = Math.max(least, required.size);
    members = members.map((member, i) =>
      required.size < least && i < wanted ? { ...member, isRequired: true } : member,
    );
    if (members.filter(({ isRequired }) => isRequired).length < least)
      throw refusal(at, 'has minProperties above the members that it names');
    if (most !== null && most < members.length) members = members.filter(({ isRequired }) => isRequired);
    return most !== null && members.length > most ? either() : jsonObject(members);
  }
}

const ANNOTATIONS = new Set(
  '$schema $id $comment $defs $vocabulary definitions title description default examples deprecated readOnly writeOnly format contentEncoding contentMediaType contentSchema'.split(
    ' ',
  ),
);
const KNOWN = new Set(
  '$ref type enum const anyOf oneOf allOf properties required additionalProperties items prefixItems additionalItems minItems maxItems minLength maxLength pattern minimum maximum exclusiveMinimum exclusiveMaximum minProperties maxProperties'.split(
    ' ',
  ),
);

/** A keyword that changes what is valid is never ignored. */
function refuseUnknown(schema: SchemaObject, at: string): void {
  if (schema.$id !== undefined && at !== '#')
    throw refusal(at, 'has an $id inside, which changes what references mean');
  checkShapes(schema, at);
  for (const [name, value] of Object.entries(schema)) {
    if (KNOWN.has(name) || ANNOTATIONS.has(name)) continue;
    if (name === 'uniqueItems' && value === false) continue;
    throw refusal(at, `has the keyword ${JSON.stringify(name.slice(0, 40))}, which is not supported`);
  }
}

function refusal(at: string, what: string): AssayError {
  return new AssayError('RUNNER_CONSTRAINT', `the JSON Schema ${what} (${at.slice(0, 120)})`, {
    hint: 'docs/serve.md lists the keywords that answers can be held to',
  });
}

function bounds(schema: SchemaObject, low: string, high: string, at: string): [number, number | null] {
  const least = (schema[low] ?? 0) as number;
  const most = (schema[high] ?? null) as number | null;
  for (const each of [least, most ?? 0])
    if (typeof each !== 'number' || each < 0 || each > 10_000)
      throw refusal(at, `has ${low} or ${high} out of 0 to 10,000`);
  return [Math.ceil(least), most === null ? null : Math.floor(most)];
}

function stringExpression(schema: SchemaObject, at: string): Expression {
  const [least, most] = bounds(schema, 'minLength', 'maxLength', at);
  if (typeof schema.pattern !== 'string') return most !== null && most < least ? either() : jsonString(least, most);
  if (least > 0 || most !== null)
    throw refusal(at, 'has pattern beside minLength or maxLength: put the length into the pattern');
  return quoted(regexExpression(schema.pattern, true, quotedCharacters));
}

function numberExpression(type: 'integer' | 'number', schema: SchemaObject, at: string): Expression {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema as Record<
    string,
    number | boolean | undefined
  >;
  if ([minimum, maximum, exclusiveMinimum, exclusiveMaximum].every((each) => each === undefined))
    return type === 'integer' ? JSON_INTEGER : JSON_NUMBER;
  for (const each of [exclusiveMinimum, exclusiveMaximum])
    if (typeof each === 'boolean') throw refusal(at, 'has exclusiveMinimum or exclusiveMaximum as a truth value');
  const low = Math.max(
    -MOST_INTEGER,
    Math.ceil((minimum as number) ?? -MOST_INTEGER),
    Math.floor((exclusiveMinimum as number) ?? -MOST_INTEGER - 1) + 1,
  );
  const high = Math.min(
    MOST_INTEGER,
    Math.floor((maximum as number) ?? MOST_INTEGER),
    Math.ceil((exclusiveMaximum as number) ?? MOST_INTEGER + 1) - 1,
  );
  if (low > high && type === 'number') throw refusal(at, 'has bounds of a number without a whole number between them');
  // Within bounds numbers are written whole: a part of what is valid.
  return low > high ? either() : integersBetween(low, high);
}

function anyValue(): Expression {
  const any: Expression = { kind: 'rule', name: ANY };
  const simple = [literal('null'), literal('true'), literal('false'), JSON_NUMBER, jsonString()];
  return either(...simple, jsonArray(any, 0, null), jsonRecord(jsonString(), any, 0, null));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
