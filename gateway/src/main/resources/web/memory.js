/**
 * What this tab remembers over a reload: who signed in, and per room the log as shown, its cursor, the answers and what was not
 * yet acknowledged. It is kept in sessionStorage, so it ends with the tab; where storage is full or forbidden the page works on
 * without it.
 */
const SIGN_IN = 'chorus.signin';
const ROOM = 'chorus.room.';

export const readSignIn = () => read(SIGN_IN);
export const writeSignIn = signIn => write(SIGN_IN, signIn);
export const readRoom = room => read(ROOM + room);
export const writeRoom = (room, state) => write(ROOM + room, state);

/** Forgets everything, as signing out should. */
export function forgetAll() {
  try {
    Object.keys(sessionStorage).filter(key => key.startsWith('chorus.')).forEach(key => sessionStorage.removeItem(key));
  } catch {
    // Storage is forbidden here: then nothing was kept either.
  }
}

function read(key) {
  try {
    return JSON.parse(sessionStorage.getItem(key));
  } catch {
    return null;
  }
}

function write(key, value) {
  try {
    sessionStorage.setItem(key, JSON.stringify(value));
  } catch {
    // An old snapshot with a new log around it would be wrong; none at all only costs a read of the history.
    try {
      sessionStorage.removeItem(key);
    } catch {
      // Storage is forbidden here.
    }
  }
}
