/*
 * progress-stream.js - one stream of Headway events, kept open for as long as it is wanted.
 *
 * Owns: the EventSource and everything that can go wrong with it: reconnecting, resuming after the last
 * event seen, noticing a connection that is dead without saying so, knowing when a stream is over.
 * Never: touches the page, or remembers what a task looks like.
 *
 *   const stream = new ProgressStream(new URL('events', document.baseURI));
 *   stream.addEventListener('record', ({ detail }) => show(detail.record, detail.subject));
 *   stream.open();   …   stream.close();
 *
 * It tells its listeners (each a CustomEvent):
 *   record       detail { record, subject }  a task's whole record; subject: it is the one this URL is about
 *   removed      detail { task }             no run of that task is left ('' is the unnamed task)
 *   resync                                   forget every task, a full picture follows
 *   statechange  detail { state }            see STATES
 */

export const STATES = Object.freeze({
  closed: 'closed',             // not open()ed, or close()d by its owner
  connecting: 'connecting',     // never heard anything yet
  live: 'live',                 // what was told is what is
  away: 'away',                 // the web server answers, the broker behind it does not
  busy: 'busy',                 // the server has all the streams it can hold; it said when to return
  reconnecting: 'reconnecting', // the connection is gone, the next attempt is on its way
  offline: 'offline',           // the same, and this device has no network
  ended: 'ended',               // ?until=end, and the end has come: nothing more to wait for
});

const ENDS = new Set(['done', 'failed', 'cancelled', 'lost']);

const DEFAULTS = {
  silence: 40_000,    // heartbeats come every 15 s: two were missed, and the third is late
  firstDelay: 1_000,  // the delay doubles from here …
  lastDelay: 30_000,  // … to here
};

export class ProgressStream extends EventTarget {
  #url;
  #withCredentials;
  #times;
  #source = null;
  #state = STATES.closed;
  #cursor = '';       // id of the last event received: where a new EventSource has to go on
  #subject = null;    // name of this stream's own task, once a record of it has told
  #atEnd = false;     // the last word about the subject was an end
  #excused = false;   // the server said that it would hang up now: its reason stands, not "gone"
  #failures = 0;
  #retryTimer = 0;
  #silenceTimer = 0;
  #lastHeard = 0;
  #lastSign = 0;      // the same, or when a connection was last tried
  #listening = null;  // AbortController of the listeners on window

  /**
   * url: absolute; options: withCredentials, as EventSource has it: another origin gets cookies and passwords
   * too; silence, firstDelay, lastDelay in ms, for tests and odd networks.
   */
  constructor(url, { withCredentials = false, ...times } = {}) {
    super();
    this.#url = new URL(url);
    this.#withCredentials = withCredentials;
    this.#times = { ...DEFAULTS, ...times };
  }

  get state() { return this.#state; }

  /** When the server was last heard, a Date; null before the first event. */
  get lastHeard() { return this.#lastHeard ? new Date(this.#lastHeard) : null; }

  open() {
    if (this.#listening) return;
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    addEventListener('online', () => this.#reopen(), { signal });
    addEventListener('offline', () => this.#lost(), { signal });
    // A page with an open connection is kept out of the back/forward cache; one that let go is not.
    addEventListener('pagehide', () => this.#disconnect(), { signal });
    addEventListener('pageshow', (event) => event.persisted && this.#reopen(), { signal });
    // Timers stand still while a phone sleeps: judge the silence by the clock when it wakes.
    addEventListener('visibilitychange', () => this.#judgeSilence(), { signal });
    this.#setState(STATES.connecting);
    this.#connect();
  }

  close() {
    this.#disconnect();
    this.#listening?.abort();
    this.#listening = null;
    this.#setState(STATES.closed);
  }

  /* ---- the connection ---- */

  #connect() {
    const url = new URL(this.#url);
    // Only a browser's own reconnect sends Last-Event-ID. A new EventSource has to say it in the URL.
    if (this.#cursor) url.searchParams.set('since', this.#cursor);
    const source = new EventSource(url, { withCredentials: this.#withCredentials });
    this.#source = source;

    // Whatever a replaced EventSource still has in the queue is not for us.
    const on = (type, act) => source.addEventListener(type, (event) => {
      if (source === this.#source) act.call(this, event);
    });
    on('message', (event) => this.#onRecord(event, true));
    on('task', (event) => this.#onRecord(event, false));
    on('removed', this.#onRemoved);
    on('resync', this.#onResync);
    on('synced', (event) => this.#heard(event, STATES.live));
    on('heartbeat', (event) => this.#heard(event));
    on('broker', (event) => this.#heard(event, parse(event)?.up === false ? STATES.away : undefined));
    on('busy', this.#onBusy);
    on('error', this.#onError);
    this.#lastSign = Date.now();
    this.#judgeSilence();
  }

  #disconnect() {
    clearTimeout(this.#retryTimer);
    clearTimeout(this.#silenceTimer);
    this.#source?.close();
    this.#source = null;
  }

  #reopen() {
    if (this.#state === STATES.ended && !this.#source) return;  // confirmed by 204
    this.#disconnect();
    this.#lost();
    this.#connect();
  }

  #onError() {
    if (this.#source.readyState !== EventSource.CLOSED) {
      this.#lost();                  // the browser tries again by itself, after the server's `retry:`
      this.#lastSign = Date.now();
      return;
    }
    // The browser gave up for good, and does not say why: 204 looks just like a 503 of a server that is
    // restarting. Only 204 after an end is what ?until=end asked for; anything else is worth another try.
    this.#disconnect();
    this.#lost();
    if (this.#state === STATES.ended) return;
    this.#retryTimer = setTimeout(() => this.#connect(), this.#nextDelay());
  }

  #nextDelay() {
    const { firstDelay, lastDelay } = this.#times;
    const ceiling = Math.min(lastDelay, firstDelay * 2 ** this.#failures++);
    return ceiling * (0.5 + Math.random() / 2);  // jitter: a thousand pages must not return as one
  }

  /** The connection is gone: say which kind of gone. */
  #lost() {
    const excused = this.#excused;
    this.#excused = false;
    if (this.#atEnd && this.#url.searchParams.get('until') === 'end') this.#setState(STATES.ended);
    else if (navigator.onLine === false) this.#setState(STATES.offline);
    else if (!excused) this.#setState(STATES.reconnecting);
  }

  /* ---- silence: a connection can be dead and nobody says so (a sleeping phone, a pulled cable) ---- */

  /** Looks at the clock now, and again when the present silence would have lasted too long. */
  #judgeSilence() {
    clearTimeout(this.#silenceTimer);
    if (!this.#source) return;
    const { silence } = this.#times;
    const left = silence - (Date.now() - this.#lastSign);
    if (left <= 0) this.#reopen();
    else this.#silenceTimer = setTimeout(() => this.#judgeSilence(), Math.min(left, silence));
  }

  /* ---- what the server says ---- */

  #heard(event, state) {
    this.#lastHeard = this.#lastSign = Date.now();
    if (event.lastEventId) this.#cursor = event.lastEventId;
    if (state === STATES.live) this.#failures = 0;  // an open alone proves little: it may end at once
    if (state) this.#setState(state);
  }

  #onBusy(event) {
    this.#heard(event, STATES.busy);
    this.#excused = true;
  }

  #onRecord(event, subject) {
    const record = parse(event);
    // While the broker was away only `synced` says that the picture is whole again.
    this.#heard(event, this.#state === STATES.away ? undefined : STATES.live);
    if (!record) return;
    if (subject) {
      this.#subject = record.task ?? '';
      this.#atEnd = ENDS.has(record.state);
    }
    this.#tell('record', { record, subject });
  }

  #onRemoved(event) {
    this.#heard(event);
    const task = parse(event)?.task ?? '';
    if (task === this.#subject) this.#atEnd = true;  // what is gone will not run on
    this.#tell('removed', { task });
  }

  #onResync(event) {
    this.#heard(event);
    this.#atEnd = false;
    this.#tell('resync');
  }

  #setState(state) {
    if (state === this.#state) return;
    this.#state = state;
    this.#tell('statechange', { state });
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

/** A frame's data, or undefined: a frame that is not JSON comes from something that is not Headway. */
function parse(event) {
  try {
    return JSON.parse(event.data);
  } catch {
    return undefined;
  }
}
