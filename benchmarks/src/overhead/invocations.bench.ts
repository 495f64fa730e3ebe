import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { type Prompt, parseConfig, requireValid, resolveRunners } from '@assay/core';
import { createSageMakerRunner, type SageMakerModel } from '@assay/runner-sagemaker';
import { describeMachine, type Machine } from '../machine.ts';
import type { SpeedLine, Tell } from '../speed-line.ts';
import type { EndpointReport } from './slow-endpoint.ts';

const ENDPOINT = fileURLToPath(new URL('slow-endpoint.js', import.meta.url));
const DELAY_MS = 200;
const IN_FLIGHT = 1_000;
const CONFIG = `dataset: { input_data_location: d.jsonl, model_input_key: q, target_output_key: a }
algorithms: [{ algorithm: FactualKnowledge }]
models: [{ name: m, endpoint_name: slow, sagemaker: { payload: tgi } }]
`;

export interface InvocationsBenchmark {
  readonly machine: Machine;
  /** Of the last minute, before the measurement: what else the machine does. */
  readonly load: number;
  readonly inFlight: number;
  readonly callsPerSecond: number;
  /** Of what a client that costs nothing would reach. */
  readonly ratioToPossible: number;
  /** CPU microseconds of a call, user and system, garbage collection included. */
  readonly clientUs: number;
  readonly serverUs: number;
  /** Resident memory in MB: with everything loaded, and at most. */
  readonly startMb: number;
  readonly peakMb: number;
}

/** `pnpm bench invocations [--calls N] [--json]`: 1,000 invocations under way against an endpoint that takes 200 ms. */
export async function benchInvocations(args: readonly string[], tell: Tell): Promise<number> {
  const calls = args.includes('--calls') ? Number(args[args.indexOf('--calls') + 1]) : 40_000;
  const found = await measure(calls);
  for (const line of linesOf(found)) tell(line);
  process.stdout.write(args.includes('--json') ? `${JSON.stringify(found)}\n` : shown(found));
  return 0;
}

async function measure(calls: number): Promise<InvocationsBenchmark> {
  const load = loadavg()[0]!;
  // A process of its own: what the endpoint costs must not count for the client.
  const server = fork(ENDPOINT, [String(DELAY_MS)]);
  const { port } = await said(server);
  const [model] = resolveRunners(requireValid(parseConfig(CONFIG, '/bench.yaml')));
  const runner = await createSageMakerRunner(model as SageMakerModel, {
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    endpoint: `http://127.0.0.1:${port}`,
    concurrency: IN_FLIGHT,
  });
  const startMb = process.memoryUsage.rss() / 1e6;
  let peakMb = startMb;
  const timer = setInterval(() => {
    peakMb = Math.max(peakMb, process.memoryUsage.rss() / 1e6);
  }, 20);
  try {
    // Between the two all thousand are under way.
    const [from, to] = [Math.floor(calls * 0.3), Math.floor(calls * 0.9)];
    const marks: { readonly at: number; readonly cpuUs: number; readonly server: Promise<EndpointReport> }[] = [];
    let answered = 0;
    for await (const answer of runner.generate(prompts(calls), {})) {
      if (!answer.ok) throw new Error(answer.error.message);
      answered += 1;
      if (answered !== from && answered !== to) continue;
      const { user, system } = process.cpuUsage();
      server.send('cpu');
      marks.push({ at: performance.now(), cpuUs: user + system, server: said(server) });
    }
    const [first, last] = [marks[0]!, marks[1]!];
    const [before, after] = [await first.server, await last.server];
    const measured = to - from;
    const callsPerSecond = (1000 * measured) / (last.at - first.at);
    return {
      machine: describeMachine(),
      load,
      inFlight: IN_FLIGHT,
      callsPerSecond,
      ratioToPossible: callsPerSecond / ((1000 * IN_FLIGHT) / DELAY_MS),
      clientUs: (last.cpuUs - first.cpuUs) / measured,
      serverUs: (after.cpuUs! - before.cpuUs!) / measured,
      startMb,
      peakMb,
    };
  } finally {
    clearInterval(timer);
    await runner.close();
    server.disconnect();
  }
}

async function said(server: ChildProcess): Promise<EndpointReport> {
  const [report] = (await once(server, 'message')) as [EndpointReport];
  return report;
}

function* prompts(count: number): Generator<Prompt> {
  for (let i = 0; i < count; i++)
    yield { id: `${i}`, text: `Question number ${i}: what is the answer to everything, and why does it take so long?` };
}

function linesOf({ inFlight, callsPerSecond, ratioToPossible, clientUs, peakMb }: InvocationsBenchmark): SpeedLine[] {
  return [
    {
      what: `SageMaker, ${inFlight} invocations under way`,
      figure: `${Math.round(callsPerSecond).toLocaleString('en')} a second, ${(100 * ratioToPossible).toFixed(0)} % of what is possible, ${clientUs.toFixed(0)} µs CPU each`,
      goal: '95 %',
      reached: ratioToPossible >= 0.95,
    },
    {
      what: `SageMaker, ${inFlight} invocations under way, memory`,
      figure: `${peakMb.toFixed(0)} MB`,
      goal: '300 MB',
      reached: peakMb <= 300,
    },
  ];
}

function shown({ machine, load, inFlight, ratioToPossible, ...found }: InvocationsBenchmark): string {
  const { callsPerSecond, clientUs, serverUs, startMb, peakMb } = found;
  return `${machine.cpu}, ${machine.cores} cores, ${machine.system}; Node ${machine.node}; ${machine.commit}; load ${load.toFixed(1)}
${inFlight} invocations under way, answered in ${DELAY_MS} ms   ${Math.round(callsPerSecond).toLocaleString('en-US')} a second, ${(100 * ratioToPossible).toFixed(0)} % of what is possible (goal 95 %)
CPU of a call                               ${clientUs.toFixed(0)} µs in the client, ${serverUs.toFixed(0)} µs in the endpoint's own process
resident memory of the client               ${startMb.toFixed(0)} MB loaded, ${peakMb.toFixed(0)} MB at most (goal 300)
`;
}
