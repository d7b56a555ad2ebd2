// Uses the official client as its users do. Exits with 0 only if everything is as OpenAI's own server would answer.
import assert from 'node:assert/strict';
import OpenAI from 'openai';

const { BASE_URL, API_KEY, TEXT } = process.env;
const client = new OpenAI({ baseURL: BASE_URL, apiKey: API_KEY, maxRetries: 0 });
const messages = [{ role: 'user', content: 'go' }];
const model = 'words-12-every-5';

const plain = await client.chat.completions.create({ model, messages });
assert.equal(plain.object, 'chat.completion');
assert.equal(plain.choices[0].message.content, TEXT);
assert.equal(plain.choices[0].message.role, 'assistant');
assert.equal(plain.choices[0].finish_reason, 'stop');
assert.deepEqual(plain.usage, { prompt_tokens: 3, completion_tokens: 12, total_tokens: 15 });

let text = '';
let finish = null;
let usage = null;
let ids = new Set();
for await (const chunk of await client.chat.completions.create({ model, messages, stream: true, stream_options: { include_usage: true } })) {
  ids.add(chunk.id);
  text += chunk.choices[0]?.delta?.content ?? '';
  finish = chunk.choices[0]?.finish_reason ?? finish;
  usage = chunk.usage ?? usage;
}
assert.equal(text, TEXT);
assert.equal(finish, 'stop');
assert.equal(usage.total_tokens, 15);
assert.equal(ids.size, 1);

for await (const chunk of await client.chat.completions.create({ model, messages, stream: true })) {
  assert.equal(chunk.choices.length, 1, 'without include_usage no chunk has empty choices');
}

const models = await client.models.list();
assert.ok(models.data.some((m) => m.id === 'words-40-every-50'));
await assert.rejects(client.models.retrieve('no-such-model'), OpenAI.NotFoundError);

await assert.rejects(new OpenAI({ baseURL: BASE_URL, apiKey: 'wrong', maxRetries: 0 }).chat.completions.create({ model, messages }), OpenAI.AuthenticationError);
await assert.rejects(client.chat.completions.create({ model: 'status-400', messages, stream: true }), (error) => {
  assert.ok(error instanceof OpenAI.BadRequestError);
  assert.equal(error.code, 'code_400');
  assert.equal(error.param, 'messages');
  return true;
});
await assert.rejects(client.chat.completions.create({ model: 'status-422', messages }), OpenAI.UnprocessableEntityError);
await assert.rejects(client.chat.completions.create({ model }), OpenAI.BadRequestError);
