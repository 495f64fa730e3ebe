import { NotInterpreted, raise } from './python-error.ts';
import { Slice } from './sequences.ts';
import { str } from './show.ts';
import { asNumber, Callable, Dict, isTrue, iterate, type Keywords, PythonObject, type Value } from './values.ts';

type Method = (dataset: DatasetObject, args: readonly Value[], keywords: Keywords) => Value;

/**
 * A `datasets.Dataset` as far as tasks use it: rows that can be mapped, filtered and selected.
 * @see https://huggingface.co/docs/datasets/package_reference/main_classes
 */
export class DatasetObject extends PythonObject {
  readonly typeName = 'Dataset';
  readonly rows: readonly Dict[];

  constructor(rows: readonly Dict[]) {
    super();
    this.rows = rows;
  }

  override attribute(name: string): Value | undefined {
    if (name === 'column_names') return columnsOf(this);
    if (name === 'num_rows') return BigInt(this.rows.length);
    const method = METHODS[name];
    return method === undefined ? undefined : new Callable(name, (args, keywords) => method(this, args, keywords));
  }
}

const METHODS: Readonly<Record<string, Method>> = {
  map: ({ rows }, [each], keywords) => {
    refuse(keywords, 'batched', 'input_columns');
    const withIndices = isTrue(keywords.get('with_indices') ?? false);
    const call = callable(each ?? keywords.get('function'));
    const removed = new Set(
      [...(keywords.has('remove_columns') ? listOf(keywords.get('remove_columns')!) : [])].map(str),
    );
    const mapped = rows.map((row, i) => {
      const given = copy(row);
      const made = call.call(withIndices ? [given, BigInt(i)] : [given], new Map());
      if (made === null) return row;
      if (!(made instanceof Dict))
        return raise(
          'TypeError',
          'Provided `function` which is applied to all elements returns a value that is no dict',
        );
      const kept = [...row.pairs()].filter(([key]) => !removed.has(str(key)));
      return new Dict([...kept, ...made.pairs()]);
    });
    return new DatasetObject(mapped);
  },
  filter: ({ rows }, [each], keywords) => {
    refuse(keywords, 'batched', 'input_columns', 'with_indices');
    const call = callable(each ?? keywords.get('function'));
    return new DatasetObject(rows.filter((row) => isTrue(call.call([copy(row)], new Map()))));
  },
  select: ({ rows }, [positions]) =>
    new DatasetObject(
      Array.from(iterate(positions!), (at) => rows[Number(at)] ?? raise('IndexError', 'Index out of range')),
    ),
  remove_columns: ({ rows }, [names]) => {
    const gone = new Set(listOf(names!).map(str));
    return new DatasetObject(rows.map((row) => new Dict([...row.pairs()].filter(([key]) => !gone.has(str(key))))));
  },
  rename_column: ({ rows }, [from, to]) =>
    new DatasetObject(rows.map((row) => renamed(row, new Map([[str(from!), to!]])))),
  rename_columns: ({ rows }, [names]) =>
    new DatasetObject(
      rows.map((row) => renamed(row, new Map([...(names as Dict).pairs()].map(([key, to]) => [str(key), to])))),
    ),
  add_column: ({ rows }, [name, values], keywords) => {
    const column = [...iterate(values ?? keywords.get('column')!)];
    return new DatasetObject(
      rows.map((row, i) => new Dict([...row.pairs(), [name ?? keywords.get('name')!, column[i]!]])),
    );
  },
  to_list: ({ rows }) => rows.map(copy),
  flatten_indices: (dataset) => dataset,
  shuffle: () => {
    throw new NotInterpreted("a dataset's shuffle, which draws by numpy");
  },
  __len__: ({ rows }) => BigInt(rows.length),
  __iter__: ({ rows }) => rows.map(copy),
  __getitem__: ({ rows }, [key]) => {
    if (typeof key === 'string')
      return rows.map((row) => row.get(key) ?? raise('KeyError', `Column ${key} not in the dataset`));
    if (key instanceof Slice) {
      const taken = key.positions(rows.length).map((at) => rows[at]!);
      const names = taken[0] === undefined ? [] : [...taken[0].keys()];
      return new Dict(names.map((name) => [name, taken.map((row) => row.get(name) ?? null)] as const));
    }
    const at = Number(asNumber(key!));
    return copy(rows[at < 0 ? at + rows.length : at] ?? raise('IndexError', 'Invalid key'));
  },
};

const columnsOf = ({ rows: [first] }: DatasetObject): Value[] => (first === undefined ? [] : [...first.keys()]);
const listOf = (value: Value): readonly Value[] => (typeof value === 'string' ? [value] : [...iterate(value)]);

/** What a function does to a row that it is given does not reach the dataset. */
const copy = (row: Dict): Dict => new Dict(Array.from(row.pairs(), ([key, value]) => [key, copied(value)] as const));

function copied(value: Value): Value {
  if (Array.isArray(value)) return value.map(copied);
  return value instanceof Dict ? copy(value) : value;
}

function renamed(row: Dict, names: ReadonlyMap<string, Value>): Dict {
  return new Dict(Array.from(row.pairs(), ([key, value]) => [names.get(str(key)) ?? key, value] as const));
}

function callable(value: Value | undefined): Callable {
  return value instanceof Callable ? value : raise('TypeError', 'a function is wanted');
}

function refuse(keywords: Keywords, ...names: readonly string[]): void {
  for (const name of names) {
    const value = keywords.get(name);
    if (value !== undefined && isTrue(value)) throw new NotInterpreted(`a dataset's map or filter with ${name}`);
  }
}
