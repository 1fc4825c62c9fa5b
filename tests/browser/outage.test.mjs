/*
 * outage.test.mjs - each part is taken away in turn: the page says so, and is right again by itself.
 */

import assert from 'node:assert/strict';
import { barValue, open, pageTest, row, status, untilMoving, untilState } from './helper/headway.mjs';
import { until } from './helper/wait.mjs';

const DEMO = { broker: ['--demo'] };
const LONGER_THAN_SILENCE = 41_000;

pageTest('the broker dies: the page says so, and is live again when it is back', DEMO, async ({ page, stack }) => {
  await open(page, stack);
  await untilMoving(page);
  await stack.killBroker();
  await untilState(page, 'away');
  await until('the words say so', async () =>
    /^Waiting for the broker – shown as of \d\d:\d\d:\d\d$/.test(await status(page)));
  await stack.startBroker();
  await untilState(page, 'live');
  await untilMoving(page);
});

pageTest('a broker that comes back empty leaves no ghosts on the page', {}, async ({ page, stack }) => {
  await open(page, stack);
  await stack.publish({ task: 'ghost', moved: 1, total: 2 });
  await until('the task is shown', () => row(page, 'ghost').count());
  await stack.killBroker();
  await untilState(page, 'away');
  assert.equal(await row(page, 'ghost').count(), 1, 'what was known stays to be read');
  await stack.startBroker();
  await untilState(page, 'live');
  await until('the ghost is gone', async () => await row(page, 'ghost').count() === 0);
});

pageTest('a page that is opened while the broker is away fills when it comes', DEMO, async ({ page, stack }) => {
  await stack.killBroker();
  await open(page, stack);
  await untilState(page, 'away');
  await stack.startBroker();
  await untilMoving(page);
  await untilState(page, 'live');
});

pageTest('the responder dies: the page is live again by itself', DEMO, async ({ page, stack }) => {
  await open(page, stack);
  await untilMoving(page);
  await stack.killResponder();
  await untilState(page, 'reconnecting');
  await untilState(page, 'live');
  await untilMoving(page);
});

pageTest('the web server dies: the page says reconnecting, and is live again when it is back', DEMO,
  async ({ page, stack }) => {
    await open(page, stack);
    await untilMoving(page);
    await stack.killWeb();
    await untilState(page, 'reconnecting');
    const frozen = await barValue(page);
    assert.match(await status(page), /^Reconnecting… – shown as of /);
    assert.equal(await barValue(page), frozen, 'what cannot be known does not move');
    await stack.startWeb();
    await untilState(page, 'live');
    await untilMoving(page);
  });

for (const [routes, code] of [['none', 404], ['dead', 503]]) {
  pageTest(`an EventSource that ${code} closed for good is replaced by a new one`, DEMO,
    async ({ page, stack }) => {
      await open(page, stack);
      await untilMoving(page);
      await stack.killWeb();
      await stack.startWeb(routes);
      await until(`the browser was told ${code}`, () => page.streams.at(-1).status === code);
      await untilState(page, 'reconnecting');
      await stack.killWeb();
      await stack.startWeb();
      await untilState(page, 'live');
      await untilMoving(page);
      assert.match(page.streams.at(-1).url, /\/events\?since=\d+-\d+$/, 'and goes on where the old one was');
    });
}

pageTest('a connection that is silent for 40 seconds is taken for dead', DEMO, async ({ page, stack }) => {
  await page.clock.install();
  await open(page, stack);
  await untilMoving(page);
  const count = page.streams.length;
  stack.freezeWeb();
  await page.clock.fastForward(LONGER_THAN_SILENCE);
  await untilState(page, 'reconnecting');
  await until('a new stream was asked for', () => page.streams.length > count);
  stack.thawWeb();
  await untilState(page, 'live');
  await untilMoving(page);
});

pageTest('a device without network says offline, and is live again at once with it', DEMO,
  async ({ page, stack }) => {
    await open(page, stack);
    await untilMoving(page);
    await stack.killWeb();
    await page.context().setOffline(true);
    await untilState(page, 'offline');
    await stack.startWeb();
    await page.context().setOffline(false);
    await untilState(page, 'live');
    await untilMoving(page);
  });

pageTest('a server that is full says busy, and lets the page in when there is room',
  { broker: ['--demo'], responder: ['--max-streams', '1'] }, async ({ page, stack }) => {
    await page.goto(stack.url);
    await untilMoving(page);
    await page.evaluate(() => {
      window.first = document.querySelector('headway-progress');
      window.second = document.createElement('headway-progress');
      document.body.append(window.second);
    });
    const second = () => page.evaluate(() => window.second.state);
    await until('the second element says busy', async () => await second() === 'busy');
    await until('its stream was ended', () => page.streams.filter((stream) => stream.open).length === 1);
    assert.equal(await second(), 'busy', 'being hung up on after that is no surprise');
    await page.evaluate(() => window.first.remove());
    await until('the server has room', async () => (await stack.health()).streams === 0);
    // The server said 10 to 30 s. A device that comes online again does not wait for that.
    await page.evaluate(() => window.dispatchEvent(new Event('online')));
    await until('the second element is live', async () => await second() === 'live');
  });

pageTest('a resumed page is told only what changed meanwhile', {}, async ({ page, stack }) => {
  const job = await stack.job();
  await job.send({ task: 'still', moved: 1, total: 2 }, { task: 'moving', moved: 1, total: 2 });
  await open(page, stack);
  await untilState(page, 'live');
  await until('both are shown', async () => await page.locator('headway-progress .task').count() === 2);
  await stack.killWeb();
  await untilState(page, 'reconnecting');
  await job.send({ task: 'moving', moved: 2 });
  await page.locator('headway-progress').evaluate((element) => {
    window.told = [];
    element.addEventListener('progress', ({ detail }) => window.told.push(detail.task));
  });
  await stack.startWeb();
  await untilState(page, 'live');
  assert.deepEqual(await page.evaluate(() => window.told), ['moving']);
  assert.equal(await page.locator('headway-progress .task').count(), 2);
  job.end();
});
