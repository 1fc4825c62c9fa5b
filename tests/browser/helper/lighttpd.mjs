/*
 * lighttpd.mjs - the web server's configuration for one test.
 *
 * Owns: putting together the project's own templates (conf/), so that what is tested is what is installed,
 * and around them the strict Content-Security-Policy that the page has to live under.
 * Never: starts anything (stack.mjs does).
 */

import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { BUILD_DIR, SRC_DIR } from './env.mjs';

const run = promisify(execFile);

const SITE = 'lighttpd/site.conf.in';       // a whole server for one port
const HEADWAY = 'lighttpd/headway.conf.in';  // the page and the routes

const POLICY = `
server.modules += ("mod_setenv")
setenv.set-response-header = ("Content-Security-Policy" => "default-src 'self'")
`;

/**
 * Writes the configuration and returns its path. options: port; dir, for all that lighttpd writes;
 * subscribeSocket; arguments of the responder; mount ('' or '/headway'); routes: 'responder', or for a web
 * server that is not itself yet 'none' (404) or 'dead' (503); edit, what an admin does to our file.
 */
export async function writeLighttpdConf(options) {
  const { dir, port, routes = 'responder', edit = (text) => text } = options;
  const include = `${dir}/headway.conf`;
  const site = `${dir}/lighttpd.conf`;
  await writeFile(include, edit(await ROUTES[routes](options)) + POLICY);
  await writeFile(site, await siteConf({ dir, port, root: `${SRC_DIR}/www`, include }));
  return site;
}

/** A whole server for the files in `root`, as text. */
export const siteConf = ({ dir, port, root, include }) =>
  fill(SITE, { PORT: port, WWW: root, LOG: `${dir}/lighttpd.log`, INCLUDE: include });

const ROUTES = {
  responder: ({ dir, mount, subscribeSocket, arguments: args }) => fill(HEADWAY, {
    MOUNT: mount,
    WWW: `${SRC_DIR}/www`,
    RUN: dir,
    RESPONDER: [`${BUILD_DIR}/headway.fcgi`, ...args].join(' '),
    SUBSCRIBE_SOCKET: subscribeSocket,
  }),
  none: () => '',
  dead: ({ dir, mount }) => `
server.modules += ("mod_fastcgi")
fastcgi.server = ("${mount}/events" => (("socket" => "${dir}/nobody.sock", "check-local" => "disable")))
`,
};

async function fill(template, values) {
  const pairs = Object.entries(values).map(([name, value]) => `${name}=${value}`);
  const { stdout } = await run('sh', [`${SRC_DIR}/conf/fill`, `${SRC_DIR}/conf/${template}`, ...pairs]);
  return stdout;
}
