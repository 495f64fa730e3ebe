import { serviceShapes } from './generated/service-shapes.ts';
import { javaPattern } from './java-pattern.ts';
import type { ServiceShapes, Shape } from './service-shapes.ts';

/** What a service would refuse of a request. */
export interface RequestProblem {
  /** `PrimaryContainer.Environment.NAME` */
  readonly member: string;
  /** `is 300 characters long, where SageMaker takes 256` */
  readonly message: string;
}

export interface ValidateOptions {
  /** Members that the caller does not give, such as a job's name, which Pipelines makes. */
  readonly given?: ReadonlySet<string>;
  /** Instance types that the table does not know are taken for new ones. @default false */
  readonly allowsNewInstanceTypes?: boolean;
}

/**
 * Holds a request against the service's own model: required and unknown members, types, patterns, lengths, ranges, enums.
 * @param service as botocore names it: `sagemaker`, `bedrock-runtime`…
 * @returns undefined for an operation that the table does not have
 */
export function requestProblems(
  service: string,
  operation: string,
  input: unknown,
  options: ValidateOptions = {},
): RequestProblem[] | undefined {
  const found = serviceShapes[service];
  const shape = found?.operations[operation];
  if (found === undefined || shape === undefined) return undefined;
  return new Validation(found, options).problems(shape, input, '');
}

class Validation {
  readonly #service: ServiceShapes;
  readonly #options: ValidateOptions;

  constructor(service: ServiceShapes, options: ValidateOptions) {
    this.#service = service;
    this.#options = options;
  }

  problems(name: string, value: unknown, at: string): RequestProblem[] {
    const shape = this.#service.shapes[name];
    if (shape === undefined) return [];
    switch (shape.t) {
      case 'structure':
        return this.#structure(shape, value, at);
      case 'list':
        return this.#list(shape, value, at);
      case 'map':
        return this.#map(shape, value, at);
      case 'string':
        return this.#text(name, shape, value, at);
      case 'integer':
      case 'long':
      case 'float':
      case 'double':
        return number(shape, value, at);
      case 'boolean':
        return typeof value === 'boolean' ? [] : [wrongType(at, value, 'true or false')];
      default:
        return [];
    }
  }

  #structure(shape: Shape, value: unknown, at: string): RequestProblem[] {
    if (!isObject(value)) return [wrongType(at, value, 'an object')];
    const members = shape.m ?? {};
    const given = Object.entries(value).filter(([, member]) => member !== undefined && member !== null);
    const names = new Set(given.map(([key]) => key));
    const missing = (shape.r ?? []).filter(
      (key) => !names.has(key) && !(at === '' && this.#options.given?.has(key) === true),
    );
    return [
      ...missing.map((key) => ({ member: join(at, key), message: 'is missing' })),
      ...(shape.u === true && given.length !== 1
        ? [{ member: at, message: `holds ${given.length} members, where AWS takes one` }]
        : []),
      ...given.flatMap(([key, member]) => {
        const inner = Object.hasOwn(members, key) ? members[key] : undefined;
        const place = join(at, key);
        return inner === undefined
          ? [{ member: place, message: 'is not known to AWS' }]
          : this.problems(inner, member, place);
      }),
    ];
  }

  #list(shape: Shape, value: unknown, at: string): RequestProblem[] {
    if (!Array.isArray(value)) return [wrongType(at, value, 'a list')];
    return [
      ...sizeProblems(shape, value.length, at, 'entries'),
      ...value.flatMap((each, i) => this.problems(shape.i ?? '', each, `${at}[${i}]`)),
    ];
  }

  #map(shape: Shape, value: unknown, at: string): RequestProblem[] {
    if (!isObject(value)) return [wrongType(at, value, 'an object')];
    const entries = Object.entries(value);
    return [
      ...sizeProblems(shape, entries.length, at, 'entries'),
      ...entries.flatMap(([key, each]) => [
        ...this.problems(shape.k ?? '', key, `${at} (its key "${key.slice(0, 80)}")`),
        ...this.problems(shape.v ?? '', each, join(at, key)),
      ]),
    ];
  }

  #text(name: string, shape: Shape, value: unknown, at: string): RequestProblem[] {
    if (typeof value !== 'string') return [wrongType(at, value, 'text')];
    const size = sizeProblems(shape, [...value].length, at, 'characters');
    if (size.length > 0) return size;
    if (shape.e !== undefined && !shape.e.includes(value)) {
      const isNew = this.#options.allowsNewInstanceTypes === true && name.endsWith('InstanceType');
      return isNew
        ? []
        : [{ member: at, message: `is "${shown(value)}", which is none of ${shape.e.slice(0, 12).join(', ')}` }];
    }
    if (shape.p !== undefined && !javaPattern(shape.p).test(value))
      return [{ member: at, message: `is "${shown(value)}", which does not fit ${shape.p}` }];
    return [];
  }
}

function number(shape: Shape, value: unknown, at: string): RequestProblem[] {
  const isWhole = shape.t === 'integer' || shape.t === 'long';
  if (typeof value !== 'number' || (isWhole && !Number.isInteger(value)))
    return [wrongType(at, value, isWhole ? 'a whole number' : 'a number')];
  if (shape.min !== undefined && value < shape.min)
    return [{ member: at, message: `is ${value}, where AWS takes ${shape.min} and more` }];
  if (shape.max !== undefined && value > shape.max)
    return [{ member: at, message: `is ${value}, where AWS takes at most ${shape.max}` }];
  return [];
}

function sizeProblems(shape: Shape, size: number, at: string, what: string): RequestProblem[] {
  if (shape.max !== undefined && size > shape.max)
    return [{ member: at, message: `has ${size} ${what}, where AWS takes ${shape.max}` }];
  if (shape.min !== undefined && size < shape.min)
    return [{ member: at, message: `has ${size} ${what}, where AWS wants ${shape.min}` }];
  return [];
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const join = (at: string, key: string): string => (at === '' ? key : `${at}.${key}`);

const shown = (value: string): string => (value.length > 80 ? `${value.slice(0, 77)}…` : value);

function wrongType(member: string, value: unknown, wanted: string): RequestProblem {
  const text = JSON.stringify(value) ?? String(value);
  return { member, message: `is ${shown(text)}, where AWS takes ${wanted}` };
}
