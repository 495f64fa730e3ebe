import { isRecord } from '../datasets/row-batch.ts';
import { meetsSchema, parsedJson } from './json-checks.ts';

/** A function that a model was offered. */
interface Offered {
  readonly name: string;
  readonly parameters: unknown;
}

interface Call {
  readonly name: string;
  readonly arguments: unknown;
}

/**
 * Whether an answer is calls of functions that the model was offered, with arguments that meet their schemas, as promptfoo has it:
 * `is-valid-openai-tools-call` for a list of calls, `is-valid-function-call` for one in OpenAI's older form or a list of Gemini's.
 * @param output the answer as a value @param tools the functions as the config offers them, in either vendor's form
 */
export function isValidToolCall(type: string, output: unknown, tools: unknown): boolean {
  const functions = offeredIn(tools);
  if (type === 'is-valid-openai-tools-call') {
    const text = typeof output === 'string' ? output : JSON.stringify(output ?? null);
    if (text.includes('MCP Tool Error')) return false;
    if (text.includes('MCP Tool Result')) return true;
    const calls = isRecord(output) && 'tool_calls' in output ? output.tool_calls : output;
    if (!Array.isArray(calls) || calls.length === 0) return false;
    return calls.every((call: unknown) => isOpenaiCall(isRecord(call) ? call.function : undefined, functions));
  }
  const value = typeof output === 'string' ? parsedJson(output)?.json : output;
  const calls = geminiCalls(value);
  if (calls !== undefined) return calls.every((call) => isGeminiCall(call, functions));
  return isOpenaiCall(isRecord(value) && 'function_call' in value ? value.function_call : value, functions);
}

function isOpenaiCall(call: unknown, functions: readonly Offered[]): boolean {
  if (!isRecord(call) || typeof call.name !== 'string' || typeof call.arguments !== 'string') return false;
  const parameters = functions.find(({ name }) => name === call.name)?.parameters;
  const given = parsedJson(call.arguments);
  return isRecord(parameters) && given !== undefined && meetsSchema(given.json, parameters);
}

function geminiCalls(value: unknown): readonly Call[] | undefined {
  if (isRecord(value) && isRecord(value.toolCall) && Array.isArray(value.toolCall.functionCalls))
    return value.toolCall.functionCalls.map(geminiCall);
  if (!Array.isArray(value)) return undefined;
  return value.flatMap((part: unknown) =>
    isRecord(part) && 'functionCall' in part ? [geminiCall(part.functionCall)] : [],
  );
}

function geminiCall(call: unknown): Call {
  const { name, args } = isRecord(call) ? call : {};
  return { name: String(name), arguments: typeof args === 'string' ? parsedJson(args)?.json : args };
}

function isGeminiCall({ name, arguments: given }: Call, functions: readonly Offered[]): boolean {
  const offered = functions.find((each) => each.name === name);
  if (offered === undefined || !isRecord(given)) return false;
  if (offered.parameters === undefined) return Object.keys(given).length === 0;
  return Object.keys(given).length > 0 && meetsSchema(given, withSmallTypes(offered.parameters));
}

const TYPES: ReadonlySet<string> = new Set(['STRING', 'NUMBER', 'INTEGER', 'BOOLEAN', 'ARRAY', 'OBJECT', 'NULL']);

/** Google writes `STRING` where JSON Schema has `string`. */
function withSmallTypes(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withSmallTypes);
  if (!isRecord(schema)) return schema;
  return Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [
      key,
      key === 'type' && typeof value === 'string' && TYPES.has(value) ? value.toLowerCase() : withSmallTypes(value),
    ]),
  );
}

/** `{ type: function, function: { name, parameters } }`, `{ name, parameters }` or `{ functionDeclarations: [{ name, … }] }`. */
function offeredIn(tools: unknown): Offered[] {
  return [tools ?? []].flat().flatMap((tool: unknown): Offered[] => {
    if (!isRecord(tool)) return [];
    if (Array.isArray(tool.functionDeclarations)) return offeredIn(tool.functionDeclarations);
    if (isRecord(tool.function)) return offeredIn(tool.function);
    return typeof tool.name === 'string' ? [{ name: tool.name, parameters: tool.parameters }] : [];
  });
}
