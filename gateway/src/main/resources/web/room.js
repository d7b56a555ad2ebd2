import {Answers} from './answers.js';
import {backoff} from './closing.js';
import {Log} from './log.js';
import {Outbox} from './outbox.js';
import {Roster} from './roster.js';

const PAGE = 50;
const CONVERSATION = {messages: 40, characters: 60000};

/**
 * One room as this tab sees it: joins with its cursor, keeps the log without gaps, and hands the other events to roster and
 * answers. `changed` is called after everything that can be seen.
 */
export class Room {
  /** joining, live, or left (then `problem` says why). */
  phase = 'joining';
  problem = '';
  loadingEarlier = false;
  user = null;
  log = new Log();
  roster = new Roster();
  #connection;
  #changed;
  // live: an entry above the next seq is a gap · asked: a join is under way, its replay will bring what is above ·
  // replay: entries come from the log and may leave out what is not ours to see
  #mode = 'asked';
  #attempt = 0;

  /** @param api {state(streamId) → Promise of the State of a stream or null} */
  constructor(name, connection, api, changed) {
    this.name = name;
    this.#connection = connection;
    this.#changed = changed;
    const call = (type, data, done, failed) => connection.call(type, data, name, done, failed);
    this.answers = new Answers({call, changed, state: api.state, anchor: () => this.log.seq});
    this.outbox = new Outbox({
      call, changed,
      ready: () => this.phase === 'live',
      has: seq => this.log.has(seq),
      conversation: seq => this.conversation(seq),
      started: (item, ack) => this.answers.expect(ack.streamId, {epoch: ack.epoch, model: item.ask, user: this.user}),
    });
  }

  restore(state) {
    this.log.restore(state.log);
    this.answers.restore(state.answers);
    this.outbox.restore(state.outbox);
    this.roster.restore(state.names);
    this.user = state.user;
  }

  snapshot() {
    return {user: this.user, log: this.log.snapshot(), answers: this.answers.snapshot(), outbox: this.outbox.snapshot(),
      names: this.roster.snapshot()};
  }

  /** Joins anew after each welcome; state of another user is not ours to keep. */
  connected(user) {
    if (this.user !== null && this.user !== user) {
      this.log.reset(null, 0);
      this.answers.restore();
      this.outbox.restore();
    }
    this.user = user;
    this.#attempt = 0;
    this.#join();
  }

  disconnected() {
    if (this.phase === 'live') this.phase = 'joining';
    this.roster.doubt();
  }

  /** Takes one event of this room. */
  on(frame) {
    if (frame.room !== undefined && frame.room !== this.name) return;
    if (frame.type === 'room:synced') this.#synced(frame.data.seq);
    else if (frame.type === 'room:skipped') this.log.advance(frame.data.to);
    else if (frame.type === 'room:left') this.#left(frame.data.reason);
    else if (/^message:(new|update|delete)$/.test(frame.type)) this.#entry(frame);
    else if (!this.answers.on(frame)) this.roster.on(frame, Date.now(), this.#connection.skewMs);
    this.#changed();
  }

  typing(active) {
    this.#connection.tell(active ? 'typing:start' : 'typing:stop', {}, this.name);
  }

  /** Reads the page of the history above what is shown. */
  async earlier() {
    if (this.loadingEarlier) return;
    this.loadingEarlier = true;
    this.#changed();
    try {
      const before = this.log.oldest;
      const page = await this.#connection.request('history', before === null ? {limit: PAGE} : {before, limit: PAGE}, this.name);
      page.entries.forEach(entry => this.log.put(entry));
      this.log.more = page.more;
    } catch {
      this.log.more = true; // the button stays, to be pressed again
    }
    this.loadingEarlier = false;
    this.#changed();
  }

  /** What was said up to a seq, for a model: the newest of it, within limits. */
  conversation(upTo) {
    const told = [];
    let characters = 0;
    for (const item of this.timeline().reverse()) {
      const said = spoken(item, upTo);
      if (said === null) continue;
      characters += said.content.length;
      if (told.length === CONVERSATION.messages || characters > CONVERSATION.characters) break;
      told.unshift(said);
    }
    return told;
  }

  /** Messages and answers in the order in which they are shown; a posted answer stands where it was generated. */
  timeline() {
    const answers = this.answers.list();
    const shown = new Set(answers.map(answer => answer.streamId));
    const messages = this.log.messages().filter(message => !shown.has(message.clientId));
    const place = item => (item.kind === 'answer' ? item.anchor + 0.75 : item.seq ?? item.after + 0.5);
    return [...messages, ...answers].sort((a, b) => place(a) - place(b));
  }

  #join() {
    const known = this.log.epoch !== null;
    const after = this.log.seq;
    this.#mode = 'asked';
    const data = known ? {after, epoch: this.log.epoch} : {};
    this.#connection.call('room:join', data, this.name, ack => this.#joined(ack, known), error => this.#refused(error));
  }

  #joined(ack, known) {
    this.phase = 'live';
    this.problem = '';
    this.roster.replace(ack.participants, ack.version);
    if (known && ack.recovered) {
      this.#mode = 'replay';
    } else {
      if (this.log.epoch !== ack.epoch) this.answers.restore();
      this.log.reset(ack.epoch, ack.head);
      this.#mode = 'live';
      this.earlier();
    }
    this.answers.joined(ack.streams);
    this.#changed();
    this.outbox.pump();
  }

  #refused(error) {
    if (error.retryable) {
      this.#attempt++;
      setTimeout(() => this.#connection.phase === 'connected' && this.#join(), error.retryAfterMs ?? backoff(this.#attempt));
    } else {
      this.phase = 'left';
      this.problem = error.message;
    }
    this.#changed();
  }

  #left(reason) {
    this.phase = 'left';
    this.roster.doubt();
    this.problem = {
      removed: 'You were removed from this room.',
      forbidden: 'Your sign-in no longer allows this room.',
    }[reason] ?? 'You left this room.';
  }

  #entry(frame) {
    const {seq, data} = frame;
    const gap = seq != null && seq > this.log.seq + 1;
    if (gap && this.#mode === 'asked') return;
    if (gap && this.#mode === 'live') {
      this.#join();
      return;
    }
    this.log.put(frame);
    if (seq != null) this.log.advance(seq);
    if (frame.type !== 'message:new') return;
    this.roster.wrote(data.sender);
    if (data.sender === this.user && data.clientId) this.outbox.arrived(data.clientId, seq);
    if (data.clientId) this.answers.posted(data.clientId, data);
  }

  #synced(seq) {
    this.log.advance(seq);
    if (this.#mode === 'replay') this.#mode = 'live';
  }
}

function spoken(item, upTo) {
  if (item.kind === 'answer') {
    const content = item.anchor < upTo && item.status === 'COMPLETED' ? item.text : '';
    return content === '' ? null : {role: 'assistant', content};
  }
  if (item.deleted || item.content === '' || (item.seq ?? item.after) >= upTo) return null;
  return {role: item.role === 'assistant' ? 'assistant' : 'user', content: item.content};
}
