/*
 * ends.test.mjs - how a task ends, and how a page knows that there is nothing left to wait for.
 */

import assert from 'node:assert/strict';
import { open, pageTest, row, state, text, untilState } from './helper/headway.mjs';
import { until } from './helper/wait.mjs';

const TEN_MINUTES = '10:00';

pageTest('done, failed and cancelled are told in words, and last', {}, async ({ page, stack }) => {
  await stack.publish(
    { task: 'a', moved: 1, total: 2, state: 'done' },
    { task: 'b', moved: 1, total: 2, state: 'failed', exit: 3 },
    { task: 'c', moved: 1, total: 2, state: 'failed', signal: 'KILL' },
    { task: 'd', moved: 1, total: 2, state: 'cancelled' },
    { task: 'e', moved: 1, total: 2 },
  );
  await open(page, stack);
  await until('all five are shown', async () => await page.locator('headway-progress .task').count() === 5);
  const states = await page.locator('headway-progress .state').allTextContents();
  assert.deepEqual(states, ['✓ Done', '✕ Failed (exit 3)', '✕ Failed (signal KILL)', '⊘ Cancelled', '']);
  assert.equal(await text(page, 'a', 'percent'), '100%');
});

pageTest('a job whose connection breaks is shown as lost', {}, async ({ page, stack }) => {
  await open(page, stack);
  const job = await stack.job();
  await job.send({ task: 'held', moved: 1, total: 2, hold: true });
  await until('it is shown as running', async () =>
    await row(page, 'held').count() && await text(page, 'held', 'state') === '');
  job.end();
  await until('it is shown as lost', async () => await text(page, 'held', 'state') === '? Lost');
});

pageTest('an end is followed by the next run in the same bar', {}, async ({ page, stack }) => {
  await open(page, stack);
  await stack.publish({ task: 'nightly', moved: 9, total: 9, state: 'done' });
  await until('the end is shown', async () =>
    await row(page, 'nightly').count() && await text(page, 'nightly', 'state') === '✓ Done');
  await stack.publish({ task: 'nightly', moved: 1, total: 4 });
  await until('the new run is shown', async () => await text(page, 'nightly', 'percent') === '25%');
  assert.equal(await text(page, 'nightly', 'state'), '');
  assert.equal(await page.locator('headway-progress .task').count(), 1);
});

pageTest('what the broker forgets leaves the page, the unnamed task too', { broker: ['--keep', '1'] },
  async ({ page, stack }) => {
    await open(page, stack);
    const titles = async () => (await page.locator('headway-progress .title').allTextContents()).join();
    await stack.publish({ moved: 1, total: 2 }, { task: 'short', moved: 1, total: 2 }, { task: 'stays', moved: 1 });
    await until('all are shown', async () => await titles() === 'Progress,short,stays');
    await stack.publish({ state: 'done' }, { task: 'short', state: 'done' });
    await until('the ended ones are gone', async () => await titles() === 'stays');
  });

// The clock is the test's own here: ten minutes pass at once, and every timer that waited has fired.
pageTest('a page with until=end stops after the end, for good', {}, async ({ page, stack }) => {
  await page.clock.install();
  await stack.publish({ task: 'once', moved: 1, total: 2 });
  await open(page, stack, 'events/once?until=end');
  await until('the task is shown', () => row(page, 'once').count());
  await stack.publish({ task: 'once', moved: 2, state: 'done' });
  await untilState(page, 'ended');
  await until('the server has said 204', () => page.streams.at(-1).status === 204);
  await until('that stream is closed', () => !page.streams.at(-1).open);
  const count = page.streams.length;
  await page.clock.fastForward(TEN_MINUTES);
  await page.evaluate(() => window.dispatchEvent(new Event('online')));
  await page.evaluate(() => fetch('healthz').then((response) => response.text()));
  assert.equal(page.streams.length, count);
  assert.equal(await state(page), 'ended');
  assert.equal(await text(page, 'once', 'state'), '✓ Done');
});

pageTest('until=end does not mistake a server that is restarting for the end', {}, async ({ page, stack }) => {
  await stack.publish({ task: 'once', moved: 1, total: 2 });
  await open(page, stack, 'events/once?until=end');
  await untilState(page, 'live');
  await stack.killWeb();
  await stack.startWeb('dead');
  await until('the browser was told 503', () => page.streams.at(-1).status === 503);
  await untilState(page, 'reconnecting');
  await stack.killWeb();
  await stack.publish({ task: 'once', moved: 2, total: 2, state: 'done' });
  await stack.startWeb();
  await untilState(page, 'ended');
  assert.equal(await text(page, 'once', 'state'), '✓ Done');
});
