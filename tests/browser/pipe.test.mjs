/*
 * pipe.test.mjs - a real file through `headway pipe`, watched by a real page.
 */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { open, pageTest, row, text } from './helper/headway.mjs';
import { BUILD_DIR } from './helper/env.mjs';
import { until } from './helper/wait.mjs';

// 300 MB at 60 MB/s: five seconds, so that a page that shows every round could show a hundred percents.
const COPY = 'head -c 300M /dev/zero | tr "\\0" x > in && headway pipe --name copy < in | pv -qL 60m > copy && cmp in copy';

pageTest('a 300 MB file shows at least twenty percents on its way, and then done', {}, async ({ page, stack }) => {
  await open(page, stack);
  await page.evaluate(() => {
    window.seen = new Set();
    const look = () => {
      const root = document.querySelector('headway-progress').shadowRoot;
      for (const percent of root.querySelectorAll('.percent')) window.seen.add(percent.textContent);
      requestAnimationFrame(look);
    };
    look();
  });
  const job = spawn('sh', ['-c', COPY], {
    cwd: stack.dir,
    env: { ...process.env, PATH: `${BUILD_DIR}:${process.env.PATH}`, HEADWAY_PUBLISH_SOCKET: stack.publishSocket },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const ended = new Promise((resolve) => { job.on('exit', resolve); });
  assert.equal(await ended, 0, 'the copy is identical');
  await until('the page says done', async () =>
    await row(page, 'copy').count() && await text(page, 'copy', 'state') === '✓ Done');
  assert.equal(await text(page, 'copy', 'percent'), '100%');
  const seen = await page.evaluate(() => window.seen.size);
  assert.ok(seen >= 20, `${seen} different percents were shown`);
});
