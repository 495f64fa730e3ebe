import { setTimeout as sleep } from 'node:timers/promises';
import type { TextInput } from '@assay/core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { childProcesses } from '../../test/child-processes.ts';
import { inOrder, textInputs } from '../../test/collect.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { writeTinyEncoder } from '../../test/tiny-transformer.ts';
import { createEncoder, type Encoder } from '../encoders/encoder.ts';
import { ModelThreads } from './model-threads.ts';
import { WindowReader } from './window-reader.ts';

async function tinyEncoder(threads = 1): Promise<Encoder> {
  const folder = temporaryFolder();
  writeTinyEncoder(folder, 4);
  const encoder = await createEncoder({ model: folder, threads, env: { ASSAY_CACHE: temporaryFolder() } });
  onTestFinished(() => encoder.close());
  return encoder;
}

describe('a model in threads', () => {
  it('answers every text exactly once, over many windows and two threads', async () => {
    const encoder = await tinyEncoder(2);
    const answers = await inOrder(encoder.embed(textInputs(Array(3000).fill('good film'))));
    expect(answers.map(({ id }) => id)).toEqual(Array.from({ length: 3000 }, (_, index) => String(index)));
    expect(answers.every(({ ok }) => ok)).toBe(true);
  });

  it('answers a source that waits for each answer before it gives the next text', async () => {
    const encoder = await tinyEncoder();
    let answered = (): void => undefined;
    async function* source(): AsyncGenerator<TextInput> {
      for (const input of textInputs(['good', 'bad', 'film'])) {
        const answer = new Promise<void>((resolve) => {
          answered = resolve;
        });
        yield input;
        await answer;
      }
    }
    const ids: string[] = [];
    for await (const { id } of encoder.embed(source())) {
      ids.push(id);
      answered();
    }
    expect(ids).toEqual(['0', '1', '2']);
  });

  it('pulls no more than a few windows ahead of a slow reader', async () => {
    const encoder = await tinyEncoder();
    let pulled = 0;
    function* source(): Generator<TextInput> {
      for (;;) yield { id: String(pulled++), text: 'film' };
    }
    for await (const { id } of encoder.embed(source())) if (Number(id) >= 2000) break;
    expect(pulled).toBeLessThan(2000 + 6 * 512);
  });

  it('stops with the reason of its signal, also while the source is silent', async () => {
    const encoder = await tinyEncoder();
    const stop = new AbortController();
    async function* source(): AsyncGenerator<TextInput> {
      yield { id: '0', text: 'good' };
      await sleep(60_000, undefined, { ref: false });
    }
    const reading = inOrder(
      (async function* () {
        for await (const answer of encoder.embed(source(), { signal: stop.signal })) {
          stop.abort(new Error('enough'));
          yield answer;
        }
      })(),
    );
    await expect(reading).rejects.toThrow('enough');
    expect((await inOrder(encoder.embed(textInputs(['film']))))[0]!.ok).toBe(true);
  });

  it('passes on what its source throws', async () => {
    const encoder = await tinyEncoder();
    async function* source(): AsyncGenerator<TextInput> {
      yield { id: '0', text: 'good' };
      throw new RangeError('the file ended early');
    }
    await expect(inOrder(encoder.embed(source()))).rejects.toThrow('the file ended early');
  });

  it('fails a text that is no string, alone', async () => {
    const encoder = await tinyEncoder();
    const texts = [...textInputs(['good']), { id: '1', text: undefined as unknown as string }];
    const answers = await inOrder(encoder.embed(texts));
    expect(answers.map(({ ok }) => ok)).toEqual([true, false]);
  });

  it('answers nothing for no texts', async () => {
    expect(await inOrder((await tinyEncoder()).embed([]))).toEqual([]);
  });

  it('fails the texts under way as data when it is closed, and refuses more', async () => {
    const encoder = await tinyEncoder();
    const answers = encoder.embed(textInputs(Array(2000).fill('good film sport')))[Symbol.asyncIterator]();
    expect((await answers.next()).value).toMatchObject({ ok: true });
    await encoder.close();
    const rest = await inOrder({ [Symbol.asyncIterator]: () => answers });
    expect(rest.length).toBeLessThanOrEqual(1999);
    expect(rest.filter(({ ok }) => !ok).every((answer) => !answer.ok && answer.error.code === 'RUNNER_CRASHED')).toBe(
      true,
    );
    await expect(inOrder(encoder.embed(textInputs(['good'])))).rejects.toThrow(/closed/);
  });

  it('leaves no thread behind', async () => {
    const before = process.getActiveResourcesInfo().filter((name) => name === 'MessagePort').length;
    const encoder = await tinyEncoder(2);
    expect(process.getActiveResourcesInfo().filter((name) => name === 'MessagePort').length).toBeGreaterThan(before);
    await encoder.close();
    await encoder.close();
    expect(process.getActiveResourcesInfo().filter((name) => name === 'MessagePort')).toHaveLength(before);
  });
});

describe('a model in a process of its own', () => {
  async function isolated(): Promise<Encoder> {
    const folder = temporaryFolder();
    writeTinyEncoder(folder, 4);
    const encoder = await createEncoder({ model: folder, isolate: true, env: { ASSAY_CACHE: temporaryFolder() } });
    onTestFinished(() => encoder.close());
    return encoder;
  }

  it('answers as in a thread, and leaves no process behind', async () => {
    const texts = textInputs(['good film', 'bad', 'sport film good']);
    const [apart, within] = [await isolated(), await tinyEncoder()];
    expect(await inOrder(apart.embed(texts))).toEqual(await inOrder(within.embed(texts)));
    await apart.close();
    expect(childProcesses('model-worker') ?? []).toEqual([]);
  });

  it('costs what it worked on when it is killed, and is started again', async ({ skip }) => {
    const encoder = await isolated();
    const [pid] = childProcesses('model-worker') ?? [];
    if (pid === undefined) skip('no ps to find the process with');
    const answers = encoder.embed(textInputs(Array(5000).fill('good film')))[Symbol.asyncIterator]();
    expect((await answers.next()).value).toMatchObject({ ok: true });
    process.kill(pid!, 'SIGKILL');
    const rest = await inOrder({ [Symbol.asyncIterator]: () => answers });
    expect(rest).toHaveLength(4999);
    const failed = rest.filter(({ ok }) => !ok);
    expect(failed.length).toBeGreaterThan(0);
    for (const answer of failed) {
      if (!answer.ok)
        expect(answer.error).toMatchObject({ code: 'RUNNER_CRASHED', message: expect.stringContaining('SIGKILL') });
    }
    expect((await inOrder(encoder.embed(textInputs(['good']))))[0]).toMatchObject({ ok: true });
  });

  it('stops at the next batch when nobody waits any more', async () => {
    const encoder = await isolated();
    for await (const answer of encoder.embed(textInputs(Array(3000).fill('good film')))) {
      expect(answer.ok).toBe(true);
      break;
    }
    expect((await inOrder(encoder.embed(textInputs(['bad']))))[0]).toMatchObject({ ok: true });
  });

  it('says why it did not load', async () => {
    const settings = { kind: 'encoder', folder: temporaryFolder(), isolate: true } as const;
    await expect(ModelThreads.start(settings, 1)).rejects.toMatchObject({ code: expect.stringMatching(/^MODEL_/) });
  });
});

describe('a thread that dies', () => {
  const entry = new URL('../../test/crashing-text-worker.mjs', import.meta.url);
  const settings = { kind: 'encoder', folder: '' } as const;

  it('fails what it worked on, and is started again for what comes, a few times', async () => {
    const threads = await ModelThreads.start(settings, 1, entry);
    onTestFinished(() => threads.close());
    const answersTo = async (texts: readonly string[]) =>
      (await inOrder(threads.evaluate(textInputs(texts), { kind: 'vector' }))).map((answer) =>
        answer.ok ? answer.values[0] : answer.error.code,
      );
    expect(await answersTo(['one', 'three'])).toEqual([3, 5]);
    for (let deaths = 0; deaths < 3; deaths++) {
      expect(await answersTo(['one', 'die'])).toEqual(['RUNNER_CRASHED', 'RUNNER_CRASHED']);
      expect(await answersTo(['one'])).toEqual([3]);
    }
    await answersTo(['die']);
    expect(await answersTo(['one'])).toEqual(['RUNNER_CRASHED']);
  });

  it('leaves its work to the others', async () => {
    const threads = await ModelThreads.start(settings, 2, entry);
    onTestFinished(() => threads.close());
    const texts = textInputs(['die', ...Array(2000).fill('one')]);
    const answers = await inOrder(threads.evaluate(texts, { kind: 'vector' }));
    expect(answers.filter(({ ok }) => !ok)).toHaveLength(512);
  });
});

describe('WindowReader', () => {
  it('cuts a list into full windows and a rest', async () => {
    const reader = new WindowReader([1, 2, 3, 4, 5], 2);
    expect([await reader.next(), await reader.next(), await reader.next(), await reader.next()]).toEqual([
      [1, 2],
      [3, 4],
      [5],
      undefined,
    ]);
  });

  it('lets its source go when it is closed', async () => {
    let returned = false;
    async function* source(): AsyncGenerator<number> {
      try {
        for (;;) yield 1;
      } finally {
        returned = true;
      }
    }
    const reader = new WindowReader(source(), 2);
    await reader.next();
    reader.close();
    await sleep(0);
    expect(returned).toBe(true);
    expect(await reader.next()).toBeUndefined();
  });
});
