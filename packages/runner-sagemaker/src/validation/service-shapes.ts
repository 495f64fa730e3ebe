/** Constraints of one shape of a service's requests, as botocore's models state them. */
export interface Shape {
  /** `structure`, `list`, `map`, `string`, `integer`, `long`, `float`, `double`, `boolean`, `timestamp`, `blob`, `document` */
  readonly t: string;
  /** Least value, length or number of entries. */
  readonly min?: number;
  readonly max?: number;
  /** Java's regular expression of the whole text. */
  readonly p?: string;
  readonly e?: readonly string[];
  /** Members of a structure, by the name of their shape. */
  readonly m?: Readonly<Record<string, string>>;
  /** Members that travel as headers, by the header's name in lower case. */
  readonly h?: Readonly<Record<string, string>>;
  /** Required members. */
  readonly r?: readonly string[];
  /** Exactly one member is given. */
  readonly u?: true;
  /** Shape of a list's entries. */
  readonly i?: string;
  /** Shapes of a map's keys and values. */
  readonly k?: string;
  readonly v?: string;
}

export interface ServiceShapes {
  /** Shape of each operation's input. */
  readonly operations: Readonly<Record<string, string>>;
  readonly shapes: Readonly<Record<string, Shape>>;
}
