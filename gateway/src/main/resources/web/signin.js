import {forgetAll, readSignIn, writeSignIn} from './memory.js';

/**
 * Token and room: from the fragment `#token=…&room=…`, else from what this tab used last, else asked for in the form.
 *
 * The token is taken out of the address at once, so that it does not stay in the browser's history or in a copied link.
 */
export class SignIn {
  #screen = document.getElementById('signin');
  #form = this.#screen.querySelector('form');
  #problem = document.getElementById('signin-problem');
  #start;

  /** @param start called with {token, room} whenever there is something to connect with */
  constructor(start) {
    this.#start = start;
    this.#form.addEventListener('submit', event => {
      event.preventDefault();
      this.#use(this.#form.token.value.trim(), this.#form.room.value.trim());
    });
    addEventListener('hashchange', () => {
      if (fragment().get('token')) this.begin();
    });
  }

  begin() {
    const given = fragment();
    const kept = readSignIn();
    const room = given.get('room') || kept?.room || 'lobby';
    const token = given.get('token') || kept?.token;
    if (token) this.#use(token, room);
    else this.ask('', room);
  }

  /** Shows the form, with a sentence about why. */
  ask(problem, room) {
    this.#form.room.value = room ?? '';
    this.#form.token.value = '';
    this.#problem.textContent = problem;
    this.#problem.hidden = problem === '';
    this.#screen.hidden = false;
    (this.#form.room.value ? this.#form.token : this.#form.room).focus();
  }

  signOut(room) {
    forgetAll();
    this.ask('', room);
  }

  #use(token, room) {
    if (!/^[A-Za-z0-9._:@-]{1,128}$/.test(room)) {
      this.ask('A room’s name has 1 to 128 letters, digits, or the signs . _ : @ -', room);
      return;
    }
    const kept = readSignIn();
    if (kept !== null && kept.token !== token) forgetAll();
    writeSignIn({token, room});
    history.replaceState(null, '', '#' + new URLSearchParams({room}));
    this.#screen.hidden = true;
    this.#start({token, room});
  }
}

const fragment = () => new URLSearchParams(location.hash.slice(1));
