/*
 * site.mjs - somebody else's site: pages of another origin than Headway's.
 *
 * Owns: one lighttpd with one folder of pages, on a port of its own. Its pages are reached under two names,
 * which are two origins, and two sites to a browser: 127.0.0.1 and localhost.
 * Never: has anything of Headway on it.
 */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { siteConf } from './lighttpd.mjs';
import { LIGHTTPD_PATH, Program, accepts, freePort } from './process.mjs';

export class Site {
  #web;

  /** pages: name -> text. */
  static async start(pages = { 'index.html': '<!doctype html><title>Another site</title><link rel="icon" href="data:,">' }) {
    const site = new Site();
    site.dir = await mkdtemp(`${tmpdir()}/headway-site-`);
    site.port = await freePort();
    for (const [name, text] of Object.entries(pages)) await writeFile(`${site.dir}/${name}`, text);
    await writeFile(`${site.dir}/include.conf`, '');
    const conf = `${site.dir}/lighttpd.conf`;
    await writeFile(conf, await siteConf({
      dir: site.dir, port: site.port, root: site.dir, include: `${site.dir}/include.conf`,
    }));
    site.#web = new Program('lighttpd', ['-D', '-f', conf], { env: { ...process.env, PATH: LIGHTTPD_PATH } });
    await site.#web.until(`listens on port ${site.port}`, () => accepts(site.port));
    return site;
  }

  /** The same site as Headway's, since ports do not count for that, and another origin, since they do. */
  get near() { return `http://127.0.0.1:${this.port}`; }

  /** Another site. */
  get far() { return `http://localhost:${this.port}`; }

  /** A page that is not there yet when the site's port has to be known for it. */
  add(name, text) { return writeFile(`${this.dir}/${name}`, text); }

  async stop() {
    await this.#web?.stop();
    await rm(this.dir, { recursive: true, force: true });
  }
}
