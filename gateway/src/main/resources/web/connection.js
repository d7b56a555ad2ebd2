import {afterClose, backoff} from './closing.js';

const WELCOME_MS = 12000;
const ANSWER_MS = 10000;
const STEADY_MS = 5000;
const OFFLINE_AFTER_ATTEMPTS = 3;

/**
 * One socket to the gateway that comes back by itself.
 *
 * It authenticates with the first frame, so that no token is ever part of an address; it matches answers to requests, notices
 * a silent connection by heartbeats, and reconnects as the close code says. It knows nothing of rooms: whoever uses it joins
 * again on each `connected`.
 */
export class Connection {
  #url;
  #token;
  #on;
  #socket = null;
  #pending = new Map();
  #nextId = 1;
  #attempt = 0;
  #timers = {};
  #heardAt = 0;
  #connectedAt = 0;
  #closing = false;

  /** Server time minus local time in milliseconds, as of the last welcome or heartbeat. */
  skewMs = 0;
  /** The user that the token stands for, known from the welcome on. */
  user = null;
  /** connecting, connected, reconnecting, offline, or refused. */
  phase = 'connecting';

  /** @param on {state({phase, sentence, retryAt, signIn}), frame(envelope)} */
  constructor(url, token, on) {
    this.#url = url;
    this.#token = token;
    this.#on = on;
    this.wake = this.wake.bind(this);
    this.sleep = this.sleep.bind(this);
    addEventListener('online', this.wake);
    addEventListener('offline', this.sleep);
  }

  open() {
    clearTimeout(this.#timers.retry);
    this.#say(this.#attempt === 0 ? 'connecting' : this.phase, '');
    const socket = new WebSocket(this.#url, ['chorus.v1']);
    this.#socket = socket;
    socket.onopen = () => socket.send(JSON.stringify({type: 'auth', data: {token: this.#token, device: device()}}));
    socket.onmessage = event => this.#receive(socket, event.data);
    socket.onclose = event => this.#closed(socket, event.code, event.reason);
    this.#timers.welcome = setTimeout(() => this.#giveUp('The server did not answer.'), WELCOME_MS);
  }

  /** Ends the connection for good; the page has no further use for it. */
  close() {
    this.#closing = true;
    removeEventListener('online', this.wake);
    removeEventListener('offline', this.sleep);
    this.#stopTimers();
    this.#failPending();
    this.#socket?.close(1000);
  }

  /** Tries again now instead of waiting for the backoff. */
  wake() {
    if (this.phase === 'reconnecting' || this.phase === 'offline') {
      clearTimeout(this.#timers.retry);
      if (this.#socket === null) this.open();
    }
  }

  /** The browser lost its network: no use in waiting for the heartbeat to notice. */
  sleep() {
    if (this.phase === 'connected') this.#giveUp('The network is gone.');
  }

  /** Sends without wanting an answer; nothing happens when the connection is not there. */
  tell(type, data, room) {
    if (this.phase === 'connected') this.#socket.send(JSON.stringify({type, room, data}));
  }

  /**
   * Sends and calls `done(data)` or `failed({code, message, retryable, retryAfterMs})` exactly once. The call is made while
   * the answer is being read, before any frame behind it: what follows an ack finds the state that the ack made.
   */
  call(type, data, room, done, failed) {
    if (this.phase !== 'connected') {
      failed({code: 'unavailable', message: 'There is no connection right now.', retryable: true});
      return;
    }
    const id = this.#nextId++;
    const timer = setTimeout(() => this.#settle(id, {type: 'error', data:
      {code: 'timeout', message: 'The server did not answer in time.', retryable: true}}), ANSWER_MS);
    this.#pending.set(id, {done, failed, timer});
    this.#socket.send(JSON.stringify({type, id, room, data}));
  }

  /** The same as `call`, as a promise, for where the order of later frames does not matter. */
  request(type, data, room) {
    return new Promise((done, failed) => this.call(type, data, room, done, failed));
  }

  #receive(socket, text) {
    if (socket !== this.#socket || typeof text !== 'string') return;
    this.#heardAt = Date.now();
    for (const line of text.split('\n')) {
      if (line.trim() === '') continue;
      let frame;
      try {
        frame = JSON.parse(line);
      } catch {
        console.warn('chorus: a frame that is not JSON was ignored');
        continue;
      }
      this.#dispatch(frame);
    }
  }

  #dispatch(frame) {
    const data = frame.data ?? {};
    if (frame.type === 'welcome') this.#welcomed(data);
    else if (frame.type === 'heartbeat') this.#noteTime(data.serverAt);
    else if ((frame.type === 'ack' || frame.type === 'error') && frame.id !== undefined) this.#settle(frame.id, frame);
    else if (frame.type === 'error') console.warn('chorus:', data.code, data.message);
    else this.#on.frame({...frame, data});
  }

  #welcomed(data) {
    clearTimeout(this.#timers.welcome);
    this.#noteTime(data.at);
    this.user = data.user;
    this.#connectedAt = Date.now();
    const everyMs = Math.max(2000, Math.min(data.heartbeatMs || 30000, 60000));
    clearInterval(this.#timers.heartbeat);
    this.#timers.heartbeat = setInterval(() => this.#beat(everyMs), everyMs);
    this.#say('connected', '');
  }

  #beat(everyMs) {
    if (Date.now() - this.#heardAt > everyMs + ANSWER_MS) this.#giveUp('The server fell silent.');
    else this.tell('heartbeat', {at: Date.now()});
  }

  #noteTime(serverAt) {
    if (Number.isFinite(serverAt)) this.skewMs = serverAt - Date.now();
  }

  #settle(id, frame) {
    const waiting = this.#pending.get(id);
    if (waiting === undefined) return;
    this.#pending.delete(id);
    clearTimeout(waiting.timer);
    if (frame.type === 'ack') waiting.done(frame.data ?? {});
    else waiting.failed({code: 'internal', message: 'Something went wrong.', retryable: false, ...frame.data});
  }

  #failPending() {
    for (const id of [...this.#pending.keys()]) {
      this.#settle(id, {type: 'error', data:
        {code: 'unavailable', message: 'The connection broke before the answer came.', retryable: true}});
    }
  }

  /** Leaves a socket that may never report its own end, and goes on as if it had broken. */
  #giveUp(sentence) {
    const socket = this.#socket;
    this.#closed(socket, 1006, '', sentence);
    socket?.close();
  }

  #closed(socket, code, reason, sentence) {
    if (socket !== this.#socket || socket === null) return;
    this.#socket = null;
    this.#stopTimers();
    const advice = afterClose(code, reason);
    const steady = this.phase === 'connected' && Date.now() - this.#connectedAt > STEADY_MS;
    this.#attempt = steady ? 1 : this.#attempt + 1;
    this.phase = 'reconnecting';
    this.#failPending();
    if (this.#closing) return;
    if (!advice.again) {
      this.#say('refused', advice.sentence, {signIn: advice.signIn});
      return;
    }
    const delayMs = advice.delayMs ?? backoff(this.#attempt - 1);
    const offline = navigator.onLine === false || this.#attempt > OFFLINE_AFTER_ATTEMPTS;
    this.#timers.retry = setTimeout(() => this.open(), delayMs);
    this.#say(offline ? 'offline' : 'reconnecting', sentence ?? advice.sentence, {retryAt: Date.now() + delayMs});
  }

  #stopTimers() {
    clearTimeout(this.#timers.welcome);
    clearTimeout(this.#timers.retry);
    clearInterval(this.#timers.heartbeat);
  }

  #say(phase, sentence, more = {}) {
    this.phase = phase;
    this.#on.state({phase, sentence, retryAt: null, signIn: false, ...more});
  }
}

const device = () => (matchMedia('(max-width: 640px)').matches ? 'mobile' : 'desktop');
