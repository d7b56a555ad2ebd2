import {avatar, make, setText} from './dom.js';

const WORDS = {ONLINE: '', AWAY: 'away', BUSY: 'busy'};

/** Who is here, beside the conversation, or behind the button in the header where there is no room for it. */
export class People {
  #panel = document.getElementById('people');
  #toggle = document.getElementById('people-toggle');
  #heading = this.#panel.querySelector('h2');
  #list = document.getElementById('people-list');
  #count = document.getElementById('people-count');
  #typing = document.getElementById('typing');
  #shown = '';

  constructor() {
    this.#toggle.addEventListener('click', () => this.#open(!this.#panel.classList.contains('open')));
    document.addEventListener('keydown', event => event.key === 'Escape' && this.#open(false));
    document.getElementById('scroll').addEventListener('pointerdown', () => this.#open(false));
  }

  render(roster, me) {
    const people = roster.people();
    setText(this.#count, String(roster.online));
    setText(this.#heading, roster.online > 0 ? `Here now · ${roster.online}` : 'Here now');
    this.#panel.classList.toggle('stale', roster.stale);
    setText(this.#typing, typingLine(roster.typing(me)));
    const shown = JSON.stringify([people.map(({user, name, status}) => [user, name, status]), me]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#list.replaceChildren(...people.map(presence => person(presence, me)));
  }

  #open(open) {
    this.#panel.classList.toggle('open', open);
    this.#toggle.setAttribute('aria-expanded', String(open));
  }
}

function person({user, name, status}, me) {
  const about = [user === me ? 'you' : '', WORDS[status] ?? ''].filter(word => word).join(', ');
  const face = avatar(name || user, user);
  face.classList.add(`is-${String(status).toLowerCase()}`);
  return make('li', {dataset: {user}}, face, make('span', {className: 'name'}, name || user),
    about ? make('span', {className: 'about'}, about) : '');
}

function typingLine(names) {
  if (names.length === 0) return '';
  if (names.length === 1) return `${names[0]} is typing…`;
  if (names.length === 2) return `${names[0]} and ${names[1]} are typing…`;
  return names.length === 3 ? `${names[0]}, ${names[1]} and ${names[2]} are typing…` : 'Several people are typing…';
}
