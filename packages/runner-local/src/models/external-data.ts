import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Graphs, and the files of a model that are text. Exporters give external data any name at all. */
const NO_WEIGHTS = /\.(onnx|json|txt|md|jinja|py|model)$/;

/**
 * Files beside a graph that hold its weights. A graph names them in plain text, so its bytes tell which of its neighbours
 * belong to it.
 * @param graph path of the graph
 */
export function externalDataOf(graph: string): string[] {
  const folder = dirname(graph);
  const beside = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !entry.isDirectory() && !NO_WEIGHTS.test(entry.name))
    .map((entry) => join(folder, entry.name));
  if (beside.length === 0) return [];
  const bytes = readFileSync(graph);
  return beside.filter((file) => bytes.includes(basename(file)));
}
