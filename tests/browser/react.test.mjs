/*
 * react.test.mjs - examples/react as its README tells to run it: another origin, a development server.
 */

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { test } from 'node:test';
import { withPage } from './helper/browser.mjs';
import { SRC_DIR } from './helper/env.mjs';
import { Program, accepts, freePort } from './helper/process.mjs';
import { Stack } from './helper/stack.mjs';
import { until } from './helper/wait.mjs';

const EXAMPLE = `${SRC_DIR}/examples/react`;
const VITE = `${EXAMPLE}/node_modules/vite/bin/vite.js`;

const options = {
  timeout: 120_000,
  skip: !existsSync(VITE) && `no node_modules (cd ${EXAMPLE} && npm ci)`,
};

/** Both servers: the stream's with `responder` arguments, and the example's own that reads from it. */
async function withExample(responder, use) {
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const stack = await Stack.start({ broker: ['--demo'], responder: responder(origin) });
  const env = { ...process.env, VITE_PORT: String(port), VITE_EVENTS_URL: `${stack.url}events` };
  const vite = new Program(process.execPath, [VITE], { cwd: EXAMPLE, env });
  try {
    await vite.until(`listens on port ${port}`, () => accepts(port));
    await withPage((page) => use({ page, stack, origin }));
  } catch (error) {
    error.message += `\n${stack.log}\n--- vite\n${vite.output}`;
    throw error;
  } finally {
    await vite.stop();
    await stack.stop();
  }
}

const value = (page) => page.locator('progress').evaluate((bar) => bar.value);

async function untilMoving(page) {
  await until('the bar has a value', () => page.locator('progress[value]').count());
  const before = await value(page);
  await until('the bar moves', async () => await value(page) !== before);
}

test('React shows the moving bar across origins', options, () =>
  withExample((origin) => ['--allow-origin', origin], async ({ page, origin }) => {
    await page.goto(origin);
    await untilMoving(page);
    assert.equal(await page.getByRole('status').textContent(), 'Live');
    assert.deepEqual(page.errors, []);
    // StrictMode mounts twice in development: the first mount's stream must be gone.
    await until('one stream is open', () => page.streams.filter((stream) => stream.open).length === 1);
  }));

test('React comes back by itself after the web server was away', options, () =>
  withExample((origin) => ['--allow-origin', origin], async ({ page, stack, origin }) => {
    await page.goto(origin);
    await untilMoving(page);
    await stack.killWeb();
    await stack.startWeb('none');  // 404, and without CORS: the browser gives up for good
    await until('the page says so', async () =>
      await page.getByRole('status').textContent() === 'Not connected, trying again…');
    await stack.killWeb();
    await stack.startWeb();
    await untilMoving(page);
    assert.equal(await page.getByRole('status').textContent(), 'Live');
  }));

test('React from an origin that is not allowed says that it is not connected', options, () =>
  withExample(() => ['--allow-origin', 'http://allowed.example'], async ({ page, origin }) => {
    await page.goto(origin);
    await until('the browser has refused twice', () => page.streams.filter((stream) => !stream.open).length >= 3);
    assert.equal(await page.getByRole('status').textContent(), 'Not connected, trying again…');
    assert.equal(await page.locator('progress[value]').count(), 0);
    assert.ok(page.errors.some((message) => /CORS/.test(message)), 'because of CORS, and not something else');
  }));

test('React builds into a static site', options, async () => {
  const out = await mkdtemp(`${tmpdir()}/headway-react-`);
  try {
    const build = new Program('npm', ['run', 'build', '--', '--outDir', out, '--emptyOutDir'], { cwd: EXAMPLE });
    await build.exited;
    assert.equal(build.child.exitCode, 0, build.output);
    assert.deepEqual((await readdir(out)).sort(), ['assets', 'index.html']);
  } finally {
    await rm(out, { recursive: true, force: true });
  }
});

for (const folder of ['examples/react', 'tests/browser']) {
  test(`the lock file of ${folder} holds for every platform and any mirror`, async () => {
    const text = await readFile(`${SRC_DIR}/${folder}/package-lock.json`, 'utf8');
    assert.doesNotMatch(text, /"resolved"/);
    // Written where a mirror lacked some platform's binary, a lock file breaks `npm ci` for everyone.
    const { packages } = JSON.parse(text);
    const optional = Object.values(packages).flatMap((each) => Object.keys(each.optionalDependencies ?? {}));
    assert.deepEqual(optional.filter((name) => !packages[`node_modules/${name}`]), []);
  });
}
