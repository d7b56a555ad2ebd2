/**
 * One generated answer: the text of its stream up to a position, and how it ended.
 *
 * Pure. Chunks are taken in order and once: a repeat is ignored, a hole is reported so that the caller attaches again. Text that
 * a `reset` voided is taken back.
 */
export class Answer {
  kind = 'answer';
  rev = 0;
  epoch = null;
  status = 'STREAMING';
  /** The last number of the stream's log that is in here. */
  position = 0;
  user = null;
  model = '';
  agentId = null;
  at = null;
  notice = '';
  error = '';
  usage = null;
  metrics = null;
  #pieces = [];

  /** @param anchor the room's seq behind which the answer stands */
  constructor(streamId, anchor) {
    this.streamId = streamId;
    this.key = `s:${streamId}`;
    this.anchor = anchor;
  }

  get running() {
    return this.status === 'STREAMING' || this.status === 'PAUSED';
  }

  get text() {
    return this.#join('content');
  }

  get reasoning() {
    return this.#join('reasoning');
  }

  open({epoch, model, user, agentId, at}) {
    Object.assign(this, {epoch: epoch ?? this.epoch, model: model ?? this.model, user: user ?? this.user,
      agentId: agentId ?? this.agentId, at: at ?? this.at});
    this.rev++;
  }

  /** @returns {'taken'|'known'|'hole'|'overlap'} what became of the chunk */
  chunk({from, to, kind, text = ''}) {
    if (to <= this.position) return 'known';
    if (from > this.position + 1) return 'hole';
    if (from <= this.position) return 'overlap';
    const last = this.#pieces.at(-1);
    this.#pieces.push({from, to, kind, text});
    if (last !== undefined && this.#pieces.length > 4000) this.#compact();
    this.position = to;
    this.notice = '';
    this.rev++;
    return 'taken';
  }

  /** @returns {'taken'|'known'|'hole'|'overlap'} as for a chunk; overlap: the text to keep cannot be cut out of what is here */
  note({seq, notice, fromSeq = 0}) {
    if (seq <= this.position) return 'known';
    if (seq > this.position + 1) return 'hole';
    if (notice === 'reset') {
      if (this.#pieces.some(piece => piece.from <= fromSeq && piece.to > fromSeq)) return 'overlap';
      this.#pieces = this.#pieces.filter(piece => piece.to <= fromSeq);
    }
    this.status = notice === 'paused' ? 'PAUSED' : notice === 'resumed' ? 'STREAMING' : this.status;
    this.position = seq;
    this.notice = notice;
    this.rev++;
    return 'taken';
  }

  /** @returns {'taken'|'known'|'hole'} as for a chunk */
  end({seq, status, error, usage, metrics}) {
    if (!this.running) return 'known';
    if (seq > this.position + 1) return 'hole';
    Object.assign(this, {status, error: sentence(error), usage: usage ?? null, metrics: metrics ?? null, notice: ''});
    this.position = Math.max(this.position, seq ?? 0);
    this.rev++;
    return 'taken';
  }

  /** Takes the state that the server tells over HTTP in place of what is here. */
  replace({epoch, status, head, text = '', reasoning = '', model, error, usage}) {
    this.#pieces = [{from: 1, to: head, kind: 'content', text}];
    if (reasoning) this.#pieces.push({from: 1, to: head, kind: 'reasoning', text: reasoning});
    Object.assign(this, {epoch, status, position: head, model: model || this.model, error: sentence(error), usage: usage ?? null,
      notice: ''});
    this.rev++;
  }

  /** Forgets the text, for a replay from the first chunk. */
  rewind(epoch) {
    this.#pieces = [];
    Object.assign(this, {epoch, position: 0, status: 'STREAMING'});
    this.rev++;
  }

  /** Ends an answer of which the server knows nothing any more. */
  lose(error) {
    Object.assign(this, {status: 'FAILED', error, notice: ''});
    this.rev++;
  }

  snapshot() {
    this.#compact();
    const {streamId, anchor, epoch, status, position, user, model, agentId, at, error, usage, metrics} = this;
    const whole = kind => ({from: 1, to: position, kind, text: this.#join(kind)});
    const pieces = this.running ? this.#pieces : ['content', 'reasoning'].map(whole).filter(piece => piece.text !== '');
    return {streamId, anchor, epoch, status, position, user, model, agentId, at, error, usage, metrics, pieces};
  }

  static restore({streamId, anchor, pieces, ...state}) {
    const answer = Object.assign(new Answer(streamId, anchor), state);
    answer.#pieces = pieces;
    return answer;
  }

  #join(kind) {
    return this.#pieces.filter(piece => piece.kind === kind).map(piece => piece.text).join('');
  }

  /** Joins neighbours of one kind far behind the position, which a reset hardly reaches; the newest stay as they came. */
  #compact() {
    const old = this.#pieces.splice(0, Math.max(0, this.#pieces.length - 1000));
    const joined = [];
    for (const piece of old) {
      const last = joined.at(-1);
      if (last?.kind === piece.kind) Object.assign(last, {to: piece.to, text: last.text + piece.text});
      else joined.push({...piece});
    }
    this.#pieces.unshift(...joined);
  }
}

function sentence(error) {
  if (!error) return '';
  return typeof error === 'string' ? error : (error.message ?? error.code ?? 'The provider failed.');
}
