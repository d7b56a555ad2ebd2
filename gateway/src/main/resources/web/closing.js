/**
 * What a closed socket means for the client: section 2 of the protocol as a function.
 *
 * @param {number} code the close code
 * @param {string} reason the close reason, JSON such as {"code":"drain","reconnectInMs":2300}, or anything else
 * @returns {{again: boolean, delayMs: number|null, sentence: string, signIn: boolean}} whether to reconnect, after how
 *     long if the server said so, what to tell the person, and whether another token would help
 */
export function afterClose(code, reason) {
  const delayMs = reconnectDelay(reason);
  switch (code) {
    case 4400:
      return stop('This page and the server do not understand each other. Reload the page to get its newest version.');
    case 4401:
      return {...stop('Your sign-in is not valid or has ended. Sign in again with a new token.'), signIn: true};
    case 4403:
      return {...stop('You are not allowed to use this server with this token.'), signIn: true};
    case 4409:
      return stop('This connection was replaced by another one of yours, or ended by an administrator.');
    case 4413:
      return stop('Something too large was sent. Reload the page and send less at once.');
    case 4000:
      return again('The server is being renewed.', delayMs);
    case 4001:
      return again('The connection was silent for too long.', delayMs);
    case 4008:
      return again('The connection was too slow to keep up.', delayMs);
    case 4029:
      return again('Too much at once: the server asked for a pause.', delayMs ?? 2000);
    default:
      return again('The connection broke.', delayMs);
  }
}

/**
 * The wait before attempt number n (0, 1, 2 …): full jitter under 0.5 s doubled up to 30 s, so that many clients do not
 * come back in the same moment.
 */
export function backoff(attempt, random = Math.random) {
  const ceiling = Math.min(30000, 500 * 2 ** Math.min(attempt, 10));
  return Math.round(150 + random() * ceiling);
}

function reconnectDelay(reason) {
  try {
    const ms = JSON.parse(reason).reconnectInMs;
    return Number.isFinite(ms) ? Math.max(0, Math.min(ms, 60000)) : null;
  } catch {
    return null;
  }
}

const again = (sentence, delayMs) => ({again: true, delayMs, sentence, signIn: false});
const stop = sentence => ({again: false, delayMs: null, sentence, signIn: false});
