import {Composer} from './composer.js';
import {Connection} from './connection.js';
import {setText} from './dom.js';
import {readRoom, writeRoom} from './memory.js';
import {People} from './people.js';
import {Room} from './room.js';
import {SignIn} from './signin.js';
import {Status} from './status.js';
import {Timeline} from './timeline.js';

const RENDER_MS = 16;
const REMEMBER_MS = 400;

/** The page: one person in one room. Wires the parts together; what they do is theirs. */
class Page {
  #chat = document.getElementById('chat');
  #earlier = document.getElementById('earlier');
  #empty = document.getElementById('empty');
  #timeline = new Timeline();
  #people = new People();
  #status = new Status();
  #signIn = new SignIn(who => this.#start(who));
  #composer = new Composer({write: (content, model) => this.#write(content, model), typing: on => this.#room?.typing(on)});
  #connection = null;
  #room = null;
  #timers = {};
  #names = {key: '', rev: 0};
  #unseen = 0;

  constructor() {
    document.getElementById('sign-out').addEventListener('click', () => this.#leave('', true));
    this.#earlier.addEventListener('click', () => this.#room.earlier());
    addEventListener('pagehide', () => this.#remember());
    document.addEventListener('visibilitychange', () => {
      this.#unseen = 0;
      this.#title();
      if (!document.hidden) this.#connection?.wake();
    });
    setInterval(() => this.#room?.roster.expire(Date.now()) && this.#changed(), 500);
    this.#signIn.begin();
  }

  #start({token, room}) {
    this.#connection?.close();
    this.#timeline.clear();
    const connection = new Connection(socketAddress(), token, {
      state: state => connection === this.#connection && this.#connected(state),
      frame: frame => connection === this.#connection && this.#frame(frame),
    });
    this.#connection = connection;
    this.#room = new Room(room, connection, {state: id => streamState(token, id)}, () => this.#changed());
    const remembered = readRoom(room);
    if (remembered !== null) this.#room.restore(remembered);
    setText(document.getElementById('room'), room);
    this.#title();
    this.#chat.hidden = false;
    this.#composer.draft = remembered?.draft ?? '';
    this.#composer.focus();
    connection.open();
    modelNames(token).then(names => this.#composer.models(names), () => this.#composer.models([]));
    this.#changed();
  }

  #connected(state) {
    const tryNow = {label: 'Try now', run: () => this.#connection.wake()};
    const reload = {label: 'Reload', run: () => location.reload()};
    this.#status.show(state, state.phase === 'refused' ? reload : tryNow);
    if (state.phase === 'connected') this.#room.connected(this.#connection.user);
    else this.#room.disconnected();
    if (state.signIn) this.#leave(state.sentence, false);
    this.#changed();
  }

  #frame(frame) {
    if (frame.type === 'auth:expiring') {
      this.#status.say('Your sign-in ends in a minute. Open a new link to stay.');
      return;
    }
    if (frame.type === 'message:new' && document.hidden && frame.data.sender !== this.#room.user) {
      this.#unseen++;
      this.#title();
    }
    this.#room.on(frame);
  }

  #write(content, model) {
    this.#timeline.toEnd();
    this.#room.outbox.add(content, model);
  }

  #leave(problem, forget) {
    const {name} = this.#room;
    this.#remember();
    this.#connection.close();
    this.#connection = null;
    this.#chat.hidden = true;
    this.#composer.draft = '';
    this.#room = null;
    if (forget) this.#signIn.signOut(name);
    else this.#signIn.ask(problem, name);
  }

  /** Something that can be seen changed: shown, and remembered, soon, however often this is called. */
  #changed() {
    this.#timers.render ??= setTimeout(() => {
      this.#timers.render = null;
      if (this.#room !== null) this.#render(this.#room);
    }, RENDER_MS);
    this.#timers.remember ??= setTimeout(() => {
      this.#timers.remember = null;
      this.#remember();
    }, REMEMBER_MS);
  }

  #render(room) {
    const items = [...room.timeline(), ...room.outbox.list()];
    this.#timeline.render(items, {...this.#about(room), sent: sentLast(items, room.user)});
    this.#composer.enable(room.phase !== 'left' && this.#connection.phase !== 'refused');
    this.#people.render(room.roster, room.user);
    this.#earlier.hidden = !room.log.more || room.phase !== 'live';
    this.#earlier.disabled = room.loadingEarlier;
    this.#empty.hidden = items.length > 0 || room.phase !== 'live' || room.loadingEarlier || room.log.more;
    if (room.phase === 'left') this.#status.say(room.problem, {label: 'Choose another room', run: () => this.#leave(room.problem, false)});
  }

  #about(room) {
    const key = JSON.stringify([room.user, room.phase, room.roster.people().map(({user, name}) => [user, name])]);
    if (key !== this.#names.key) this.#names = {key, rev: this.#names.rev + 1};
    return {rev: this.#names.rev, me: room.user, live: room.phase === 'live', nameOf: user => room.roster.nameOf(user), act: {
      stop: answer => room.answers.stop(answer.streamId),
      askAgain: answer => room.outbox.askAgain(answer.model, room.conversation(answer.anchor + 1)),
      retry: item => room.outbox.retry(item),
      remove: item => room.outbox.remove(item),
    }};
  }

  #remember() {
    if (this.#room !== null && this.#room.log.epoch !== null) writeRoom(this.#room.name, {...this.#room.snapshot(), draft: this.#composer.draft});
  }

  #title() {
    const count = this.#unseen > 0 ? `(${this.#unseen}) ` : '';
    document.title = this.#room === null ? 'Chorus' : `${count}#${this.#room.name} · Chorus`;
  }
}

/** The key of the newest item if it is the user's own message: the one whose fate they wonder about. */
function sentLast(items, user) {
  const last = items.at(-1);
  return last?.kind === 'message' && last.sender === user && last.role === 'user' ? last.key : null;
}

function socketAddress() {
  const address = new URL('api/ws/chat', document.baseURI);
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  address.hash = '';
  return address;
}

async function modelNames(token) {
  const answer = await fetch(new URL('v1/models', document.baseURI), {headers: {Authorization: `Bearer ${token}`}});
  if (!answer.ok) return [];
  const {data} = await answer.json();
  return data.map(model => model.id).filter(name => name !== '*');
}

async function streamState(token, streamId) {
  const answer = await fetch(new URL(`api/streams/${encodeURIComponent(streamId)}`, document.baseURI),
    {headers: {Authorization: `Bearer ${token}`, Accept: 'application/json'}});
  if (answer.status === 404) return null;
  if (!answer.ok) throw new Error(`the state of an answer could not be read: ${answer.status}`);
  return answer.json();
}

new Page();
