/*
 * headway.mjs - the words in which the tests speak of the page.
 *
 * Owns: how a test with a stack and a page is set up, and where on the page things are.
 * Never: asserts anything.
 */

import { test } from 'node:test';
import { withPage } from './browser.mjs';
import { Stack } from './stack.mjs';
import { until } from './wait.mjs';

const LIMIT_MS = 90_000;

/** A test with programs of its own and a fresh page. Fails with what the programs said. */
export function pageTest(claim, options, use) {
  test(claim, { timeout: LIMIT_MS }, async () => {
    const stack = await Stack.start(options);
    try {
      await withPage((page) => use({ page, stack }));
    } catch (error) {
      error.message += `\n${stack.log}`;
      throw error;
    } finally {
      await stack.stop();
    }
  });
}

/** Opens the page; `src` is another stream for its element than the whole. */
export async function open(page, stack, src) {
  await page.goto(stack.url);
  if (src) await page.locator('headway-progress').evaluate((element, to) => element.setAttribute('src', to), src);
}

export const status = (page) => page.locator('headway-progress .status').innerText();

export const state = (page) => page.locator('headway-progress').evaluate((element) => element.state);

export const untilState = (page, wanted) =>
  until(`the page is ${wanted}`, async () => await state(page) === wanted);

/** The row of a task by its heading, as a locator. */
export const row = (page, heading) =>
  page.locator('headway-progress .task').filter({ has: page.locator(`.title:text-is(${JSON.stringify(heading)})`) });

export const barValue = (page, heading = 'Progress') =>
  row(page, heading).locator('progress').evaluate((bar) => bar.value);

/** The bar was somewhere, and now is somewhere else: only a live stream can do that. */
export async function untilMoving(page, heading = 'Progress') {
  const before = await until(`there is a bar for ${heading}`, async () => ({ at: await barValue(page, heading) }));
  await until(`the bar of ${heading} moves`, async () => await barValue(page, heading) !== before.at);
}

export const text = (page, heading, part) => row(page, heading).locator(`.${part}`).textContent();

/** The names of all bars in Chromium's own accessibility tree: what it would tell a screen reader. */
export async function spokenBars(page) {
  const session = await page.context().newCDPSession(page);
  const { nodes } = await session.send('Accessibility.getFullAXTree');
  await session.detach();
  return nodes.filter((node) => node.role?.value === 'progressbar').map((node) => node.name.value);
}
