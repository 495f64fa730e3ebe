/** A syntax tree of Python 3, without what the interpreter has no use for (types, async, match). */

export interface Place {
  /** Counts from 1. */
  readonly line: number;
}

export interface Parameter {
  readonly name: string;
  readonly kind: 'positional' | 'star' | 'keyword' | 'double-star';
  readonly default?: Expression;
}

export interface Argument {
  readonly value: Expression;
  readonly name?: string;
  readonly spread?: '*' | '**';
}

/** One `for … in … if …` of a comprehension. */
export interface ComprehensionPart {
  readonly target: Expression;
  readonly source: Expression;
  readonly conditions: readonly Expression[];
}

export type FormatPart =
  | string
  | { readonly value: Expression; readonly conversion: string; readonly spec: readonly FormatPart[] };

export type Expression = Place &
  (
    | { readonly kind: 'constant'; readonly value: null | boolean | bigint | number | string }
    | { readonly kind: 'bytes' | 'ellipsis' | 'complex' }
    | { readonly kind: 'name'; readonly name: string }
    | { readonly kind: 'format'; readonly parts: readonly FormatPart[] }
    | { readonly kind: 'list' | 'tuple' | 'set'; readonly entries: readonly Expression[] }
    | { readonly kind: 'star'; readonly value: Expression }
    /** A pair without key is `**value`. */
    | {
        readonly kind: 'dict';
        readonly pairs: readonly { readonly key: Expression | undefined; readonly value: Expression }[];
      }
    | {
        readonly kind: 'comprehension';
        readonly of: 'list' | 'set' | 'dict' | 'generator';
        readonly element: Expression;
        /** Of a dict alone. */
        readonly value?: Expression;
        readonly parts: readonly ComprehensionPart[];
      }
    | { readonly kind: 'unary'; readonly operator: string; readonly operand: Expression }
    | { readonly kind: 'binary'; readonly operator: string; readonly left: Expression; readonly right: Expression }
    | { readonly kind: 'logic'; readonly operator: 'and' | 'or'; readonly left: Expression; readonly right: Expression }
    | {
        readonly kind: 'compare';
        readonly first: Expression;
        readonly rest: readonly { readonly operator: string; readonly operand: Expression }[];
      }
    | {
        readonly kind: 'conditional';
        readonly condition: Expression;
        readonly then: Expression;
        readonly otherwise: Expression;
      }
    | { readonly kind: 'lambda'; readonly parameters: readonly Parameter[]; readonly body: Expression }
    | { readonly kind: 'call'; readonly callee: Expression; readonly args: readonly Argument[] }
    | { readonly kind: 'attribute'; readonly object: Expression; readonly name: string }
    | { readonly kind: 'item'; readonly object: Expression; readonly index: Expression }
    | {
        readonly kind: 'slice';
        readonly from: Expression | undefined;
        readonly to: Expression | undefined;
        readonly step: Expression | undefined;
      }
    | { readonly kind: 'named'; readonly target: string; readonly value: Expression }
    | { readonly kind: 'yield'; readonly value: Expression | undefined; readonly isFrom: boolean }
    | { readonly kind: 'await'; readonly value: Expression }
  );

export interface FunctionDefinition extends Place {
  readonly kind: 'function';
  readonly name: string;
  readonly parameters: readonly Parameter[];
  readonly body: readonly Statement[];
  readonly decorators: readonly Expression[];
  readonly isAsync: boolean;
}

export interface ExceptClause {
  readonly type: Expression | undefined;
  readonly name: string | undefined;
  readonly body: readonly Statement[];
}

export type Statement = Place &
  (
    | { readonly kind: 'expression'; readonly value: Expression }
    | { readonly kind: 'assign'; readonly targets: readonly Expression[]; readonly value: Expression }
    | {
        readonly kind: 'update';
        readonly target: Expression;
        readonly operator: string;
        readonly value: Expression;
      }
    /** An annotation without a value. */
    | { readonly kind: 'annotate' | 'pass' | 'break' | 'continue' }
    | { readonly kind: 'return'; readonly value: Expression | undefined }
    | { readonly kind: 'raise'; readonly value: Expression | undefined }
    | { readonly kind: 'assert'; readonly condition: Expression; readonly message: Expression | undefined }
    | { readonly kind: 'delete'; readonly targets: readonly Expression[] }
    | { readonly kind: 'scope'; readonly isGlobal: boolean; readonly names: readonly string[] }
    | {
        readonly kind: 'if' | 'while';
        readonly condition: Expression;
        readonly body: readonly Statement[];
        readonly otherwise: readonly Statement[];
      }
    | {
        readonly kind: 'for';
        readonly target: Expression;
        readonly source: Expression;
        readonly body: readonly Statement[];
        readonly otherwise: readonly Statement[];
      }
    | {
        readonly kind: 'try';
        readonly body: readonly Statement[];
        readonly clauses: readonly ExceptClause[];
        readonly otherwise: readonly Statement[];
        readonly last: readonly Statement[];
      }
    | {
        readonly kind: 'with';
        readonly items: readonly { readonly value: Expression; readonly target: Expression | undefined }[];
        readonly body: readonly Statement[];
      }
    | {
        readonly kind: 'import';
        /** Empty for `import a`, `import a.b as c`. */
        readonly from: string | undefined;
        readonly names: readonly { readonly name: string; readonly as: string | undefined }[];
      }
    | {
        readonly kind: 'class';
        readonly name: string;
        readonly bases: readonly Argument[];
        readonly body: readonly Statement[];
        readonly decorators: readonly Expression[];
      }
    | FunctionDefinition
  );
