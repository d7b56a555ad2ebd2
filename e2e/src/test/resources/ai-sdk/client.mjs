// Uses the AI SDK's chat as pages do: what useChat does, without a page. Exits with 0 only if it sees what the SDK's own server would have said.
import assert from 'node:assert/strict';
import { Chat } from '@ai-sdk/react';
import { DefaultChatTransport } from 'ai';

const { BASE_URL, API_KEY, TEXT, GATED_TEXT, GO_ON } = process.env;
const headers = { Authorization: `Bearer ${API_KEY}` };
const transport = (model) => new DefaultChatTransport({ api: `${BASE_URL}/api/chat`, headers, body: { model } });
const text = (message) => message.parts.filter((part) => part.type === 'text').map((part) => part.text).join('');

async function until(what, condition) {
  for (let i = 0; i < 3000; i++) {
    if (condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  assert.fail(`never: ${what}`);
}

// A question, its answer, and a second one that goes on from there.
const usage = [];
const chat = new Chat({ id: 'first', transport: transport('words-12-every-5'), onData: (part) => usage.push(part) });
await chat.sendMessage({ text: 'go' });
assert.equal(chat.error, undefined);
assert.equal(chat.status, 'ready');
assert.equal(chat.lastMessage.role, 'assistant');
assert.equal(text(chat.lastMessage), TEXT);
assert.match(chat.lastMessage.id, /^msg-/);
assert.equal(usage.length, 1);
assert.equal(usage[0].data.totalTokens, 15);
await chat.sendMessage({ text: 'again' });
assert.equal(chat.messages.length, 4);
assert.equal(text(chat.lastMessage), TEXT);
assert.notEqual(chat.messages[1].id, chat.messages[3].id);

// A page is loaded anew while the answer comes: it gets all of it, from its beginning, as the same message.
const before = new Chat({ id: 'resumed', transport: transport('gated-40') });
before.sendMessage({ text: 'go' });
await until('the answer has begun', () => before.lastMessage?.role === 'assistant' && text(before.lastMessage).length > 20);
const after = new Chat({ id: 'resumed', transport: transport('gated-40'), messages: [before.messages[0]] });
const resumed = after.resumeStream();
await until('the answer is there again', () => after.lastMessage?.role === 'assistant' && text(after.lastMessage).length > 20);
await fetch(GO_ON, { method: 'POST' });
await resumed;
assert.equal(after.error, undefined);
assert.equal(text(after.lastMessage), GATED_TEXT);
assert.equal(after.messages.length, 2);
await until('the first reader has it all', () => before.status === 'ready');
assert.equal(after.lastMessage.id, before.lastMessage.id);
assert.equal(text(before.lastMessage), GATED_TEXT);

// Nothing runs: resuming is quiet.
const quiet = new Chat({ id: 'resumed', transport: transport('gated-40') });
await quiet.resumeStream();
assert.equal(quiet.error, undefined);
assert.equal(quiet.messages.length, 0);

// What cannot be answered is an error.
const refused = new Chat({ id: 'refused', transport: transport('status-400') });
await refused.sendMessage({ text: 'go' });
assert.equal(refused.status, 'error');
assert.match(refused.error.message, /refused by the test/);
const stranger = new Chat({
  id: 'stranger',
  transport: new DefaultChatTransport({ api: `${BASE_URL}/api/chat`, headers: { Authorization: 'Bearer wrong' } }),
});
await stranger.sendMessage({ text: 'go' });
assert.equal(stranger.status, 'error');
