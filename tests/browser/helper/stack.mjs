/*
 * stack.mjs - the real programs, as a user would have them: broker, web server, responder.
 *
 * Owns: one temporary folder, one port, and the processes of one test; what it started it stops.
 * Never: knows anything about the page.
 */

import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { createInterface } from 'node:readline';
import { BUILD_DIR } from './env.mjs';
import { writeLighttpdConf } from './lighttpd.mjs';
import { LIGHTTPD_PATH, Program, accepts, childrenOf, freePort, isRunning } from './process.mjs';
import { until } from './wait.mjs';

const folders = new Set();  // what an interrupted run would leave
process.on('exit', () => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

export class Stack {
  #options;
  #broker = null;
  #web = null;
  #responders = new Set();  // pids that lighttpd started: they outlive it when it is killed
  #sockets = new Set();

  /**
   * options: broker    arguments of headwayd (['--demo'])
   *          responder arguments of headway.fcgi
   *          mount     where page and routes are ('' or '/headway')
   *          edit      what an admin does to the web server's conf file, text to text
   */
  static async start(options = {}) {
    const stack = new Stack();
    stack.#options = { broker: [], responder: [], mount: '', ...options };
    stack.dir = await mkdtemp(`${tmpdir()}/headway-browser-`);
    folders.add(stack.dir);
    stack.port = await freePort();
    try {
      await stack.startBroker();
      await stack.startWeb();
    } catch (error) {
      await stack.stop();
      throw error;
    }
    return stack;
  }

  get url() { return `http://127.0.0.1:${this.port}${this.#options.mount}/`; }

  get publishSocket() { return `${this.dir}/publish.sock`; }

  get subscribeSocket() { return `${this.dir}/subscribe.sock`; }

  /* ---- broker ---- */

  async startBroker() {
    const broker = new Program(`${BUILD_DIR}/headwayd`, [
      ...this.#options.broker,
      '--publish-socket', this.publishSocket,
      '--subscribe-socket', this.subscribeSocket,
      '--ready-fd', '3',
    ], { stdio: ['ignore', 'pipe', 'pipe', 'pipe'] });
    let ready = false;
    broker.child.stdio[3].on('data', () => { ready = true; });
    this.#broker = broker;
    await broker.until('says that it is ready', () => ready);
  }

  killBroker() { return this.#broker.kill(); }

  /* ---- web server ---- */

  /** routes: 'responder', or 'none' (404) or 'dead' (503) for a server that is not itself yet. */
  async startWeb(routes = 'responder') {
    const conf = await writeLighttpdConf({
      routes,
      port: this.port,
      dir: this.dir,
      mount: this.#options.mount,
      edit: this.#options.edit,
      arguments: this.#options.responder,
      subscribeSocket: this.subscribeSocket,
    });
    const env = { ...process.env, PATH: LIGHTTPD_PATH };
    this.#web = new Program('lighttpd', ['-D', '-f', conf], { env });
    await this.#web.until(`listens on port ${this.port}`, () => accepts(this.port));
    this.#noteResponders();
  }

  /** Without a warning, and everything that hung on it: a power cut. */
  async killWeb() {
    this.#noteResponders();
    await this.#web.kill();
    await this.#reapResponders();
  }

  async killResponder() {
    this.#noteResponders();
    await this.#reapResponders();
  }

  /** Says nothing any more, and closes nothing: what a page sees of a pulled cable. */
  freezeWeb() { this.#web.signal('SIGSTOP'); }

  thawWeb() { this.#web.signal('SIGCONT'); }

  #noteResponders() {
    if (!this.#web || this.#web.dead) return;
    for (const pid of childrenOf(this.#web.pid)) this.#responders.add(pid);
  }

  async #reapResponders() {
    const mine = [...this.#responders].filter(isRunning);
    this.#responders.clear();
    for (const pid of mine) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch (error) {
        if (error.code !== 'ESRCH') throw error;  // it has ended by itself meanwhile
      }
    }
    await until('the responder is gone', () => !mine.some(isRunning));
  }

  /** What the responder says of itself. */
  async health() {
    return (await fetch(`${this.url}healthz`)).json();
  }

  /* ---- jobs ---- */

  /** Publishes records and returns once the broker has answered for each of them. */
  async publish(...records) {
    const job = await this.job();
    const answers = await job.send(...records);
    job.end();
    return answers;
  }

  /** A connection to the broker that stays open, as a job's does. Kill it with `end()`. */
  async job() {
    const socket = net.connect(this.publishSocket);
    await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    socket.on('error', () => {});  // a broker that is killed on purpose
    this.#sockets.add(socket);
    const waiting = [];
    createInterface({ input: socket }).on('line', (line) => waiting.shift()?.(JSON.parse(line)));
    return {
      send: (...records) => Promise.all(records.map((record) => new Promise((resolve) => {
        waiting.push(resolve);
        socket.write(`${JSON.stringify({ ...record, ack: true })}\n`);
      }))),
      end: () => { this.#sockets.delete(socket); socket.destroy(); },
    };
  }

  /* ---- the end ---- */

  async stop() {
    for (const socket of this.#sockets) socket.destroy();
    this.#noteResponders();
    this.#web?.signal('SIGCONT');  // a frozen process cannot stop
    try {
      await this.#web?.stop();
      await this.#reapResponders();
    } finally {  // a child that is left keeps the whole run from ending
      await this.#broker?.stop();
      await rm(this.dir, { recursive: true, force: true });
      folders.delete(this.dir);
    }
  }

  /** What the programs said: for the report of a test that failed. */
  get log() {
    return [this.#broker, this.#web].filter(Boolean)
      .map((program) => `--- ${program.name}\n${program.output}`).join('\n');
  }
}
