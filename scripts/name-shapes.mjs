// Adds the shapes of all values to slim graphs, as `assay models convert` does: node scripts/name-shapes.mjs FILE…
// models/SmolLM2-135M-Instruct has it done to slim_q4.onnx and slim_f32.onnx, behind build_graphs.py.
import { nameShapes } from '../packages/runner-local/dist/convert/slim/name-shapes.js';

for (const path of process.argv.slice(2)) await nameShapes(path);
