/*
 * page.test.mjs - the page as a reader meets it: it loads, it moves, it can be read by everybody.
 */

import assert from 'node:assert/strict';
import { barValue, open, pageTest, row, spokenBars, status, text, untilMoving } from './helper/headway.mjs';
import { until } from './helper/wait.mjs';

const DEMO = { broker: ['--demo'] };

pageTest('the page loads without a complaint under the strictest useful policy', DEMO, async ({ page, stack }) => {
  const response = await page.goto(stack.url);
  assert.match(response.headers()['content-security-policy'], /^default-src 'self';/); // the configuration's own
  await untilMoving(page);
  assert.deepEqual(page.errors, []);
  assert.equal(await page.title(), 'Headway');
  assert.equal(await status(page), 'Live');
});

pageTest('the bar counts every step from 0 to 100, and then begins again', DEMO, async ({ page, stack }) => {
  await open(page, stack);
  const steps = await page.locator('headway-progress').evaluate((element) => new Promise((resolve) => {
    const seen = [];
    element.addEventListener('progress', ({ detail }) => {
      seen.push(detail.record.moved);
      if (seen.length === 103) resolve(seen);  // a whole lap, wherever it was joined
    });
  }));
  assert.deepEqual(steps, steps.map((_, n) => (steps[0] + n) % 101));
});

pageTest('a new lap jumps back: the bar never glides backwards',
  { broker: ['--demo', '--demo-interval', '20'] }, async ({ page, stack }) => {
    await open(page, stack);
    await untilMoving(page);
    // Compared in the very frame in which the smaller value is painted.
    const falls = await page.locator('headway-progress .bar').evaluate((bar) => new Promise((resolve) => {
      let before = bar.value;
      (function look() {
        if (bar.value < before) resolve({ jumps: bar.classList.contains('lap'), at: before });
        before = bar.value;
        requestAnimationFrame(look);
      })();
    }));
    assert.equal(falls.jumps, true);
    await until('the next step glides again', () => page.locator('headway-progress .bar.lap').count()
      .then((count) => count === 0));
  });

pageTest('the page works below a mount as well as at the root', { ...DEMO, mount: '/headway' },
  async ({ page, stack }) => {
    assert.match(stack.url, /\/headway\/$/);
    await open(page, stack);
    await untilMoving(page);
    assert.deepEqual(page.errors, []);
  });

pageTest('a named task stands below the unnamed one, and neither disturbs the other', DEMO,
  async ({ page, stack }) => {
    await open(page, stack);
    await stack.publish({ task: 'backup/db', moved: 512, total: 2048, unit: 'B', title: 'Backup' });
    await until('the backup is shown', async () => await barValue(page, 'Backup') === 25);
    assert.equal(await text(page, 'Backup', 'amount'), '0.50 of 2.00 KiB');
    assert.equal(await text(page, 'Backup', 'name'), 'backup/db');
    await untilMoving(page);
    assert.equal(await barValue(page, 'Backup'), 25);
    assert.deepEqual(await page.locator('headway-progress .title').allTextContents(), ['Progress', 'Backup']);
  });

pageTest('a client that knows only onmessage and one bar never sees a named task', DEMO,
  async ({ page, stack }) => {
    await page.goto(stack.url);
    await page.evaluate(() => {
      window.seen = [];
      new EventSource('events').onmessage = (event) => window.seen.push(JSON.parse(event.data));
    });
    await stack.publish(...[1, 2, 3].map((moved) => ({ task: 'noise', moved, total: 3, state: 'running' })));
    await until('the page itself has heard of the task', () => row(page, 'noise').count());
    const count = await page.evaluate(() => window.seen.length);
    await until('ten more steps have come', () => page.evaluate((n) => window.seen.length > n + 10, count));
    const seen = await page.evaluate(() => window.seen);
    assert.deepEqual(seen.filter((record) => 'task' in record || record.total !== 100), []);
  });

pageTest('a stream of one task shows that task first and those below it after', {}, async ({ page, stack }) => {
  await stack.publish(
    { task: 'site/build', moved: 1, total: 4 },
    { task: 'site', moved: 2, total: 4 },
    { task: 'site/deploy', moved: 3, total: 4 },
    { task: 'other', moved: 4, total: 4 },
  );
  await open(page, stack, 'events/site');
  await until('three bars are shown', async () => await page.locator('headway-progress .task').count() === 3);
  const titles = await page.locator('headway-progress .title').allTextContents();
  assert.deepEqual(titles, ['site', 'site/build', 'site/deploy']);
  assert.equal(await page.locator('headway-progress .task.subject .title').textContent(), 'site');
});

pageTest('a task without a total is shown as moving, not as a number', {}, async ({ page, stack }) => {
  await stack.publish({ task: 'scan', moved: 812, unit: 'files' });
  await open(page, stack);
  await until('the task is shown', () => row(page, 'scan').count());
  assert.equal(await row(page, 'scan').locator('progress:indeterminate').count(), 1);
  assert.equal(await text(page, 'scan', 'percent'), '');
  assert.match(await text(page, 'scan', 'amount'), /^812 files$/);
});

pageTest('a screen reader finds named bars, and is told of ends but not of ticks', DEMO,
  async ({ page, stack }) => {
    await stack.publish({ task: 'import', moved: 1, total: 2 });
    await open(page, stack);
    await until('both bars have their names', async () =>
      (await spokenBars(page)).join() === 'Progress,import');
    const region = page.locator('headway-progress').getByRole('status');
    await until('the connection was announced', async () => await region.textContent() === 'Live');
    await region.evaluate((element) => {
      window.said = [];
      new MutationObserver(() => window.said.push(element.textContent)).observe(element, { childList: true });
    });
    await untilMoving(page);
    await untilMoving(page);
    await stack.publish({ task: 'import', state: 'failed', exit: 3 });
    await until('the end is announced', () => page.evaluate(() => window.said.length > 0));
    assert.deepEqual(await page.evaluate(() => window.said), ['import: Failed (exit 3)']);
  });

pageTest('a thousand tasks stand in order, and each still moves', {}, async ({ page, stack }) => {
  const job = await stack.job();
  const tasks = Array.from({ length: 1000 }, (_, n) => ({ task: `t/${n}`, moved: 0, total: 10 }));
  await job.send(...tasks);
  await open(page, stack);
  const titles = () => page.locator('headway-progress').evaluate((element) =>
    [...element.shadowRoot.querySelectorAll('.title')].map((title) => title.textContent));
  await until('all rows are there', async () => (await titles()).length === 1000);
  assert.deepEqual(await titles(), tasks.map(({ task }) => task));
  await job.send(...tasks.map(({ task }) => ({ task, moved: 7 })));
  const values = () => page.locator('headway-progress').evaluate((element) =>
    [...element.shadowRoot.querySelectorAll('progress')].map((bar) => bar.value));
  await until('all rows have moved', async () => (await values()).every((value) => value === 70));
  job.end();
});

pageTest('nothing is wider than a narrow phone', DEMO, async ({ page, stack }) => {
  await page.setViewportSize({ width: 320, height: 640 });
  await stack.publish({ task: `long/${'x'.repeat(64)}`, title: 'y'.repeat(200), message: 'z'.repeat(500) });
  await open(page, stack);
  await until('both tasks are shown', async () => await page.locator('headway-progress .task').count() === 2);
  const { content, screen } = await page.evaluate(() => ({
    content: document.documentElement.scrollWidth, screen: innerWidth,
  }));
  assert.equal(content, screen);
});
