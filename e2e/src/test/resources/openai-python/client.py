"""Uses the official client as its users do. Exits with 0 only if everything is as OpenAI's own server would answer."""

import asyncio
import os

import openai

BASE_URL, API_KEY, TEXT = (os.environ[name] for name in ("BASE_URL", "API_KEY", "TEXT"))
client = openai.OpenAI(base_url=BASE_URL, api_key=API_KEY, max_retries=0)
messages = [{"role": "user", "content": "go"}]
model = "words-12-every-5"


def refused(error, call):
    try:
        call()
    except error as raised:
        return raised
    raise AssertionError(f"{error.__name__} was expected")


def text_of(chunks):
    return "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)


# Whole, and with the headers.
plain = client.chat.completions.create(model=model, messages=messages)
assert plain.object == "chat.completion"
assert plain.choices[0].message.content == TEXT
assert plain.choices[0].finish_reason == "stop"
assert (plain.usage.prompt_tokens, plain.usage.completion_tokens, plain.usage.total_tokens) == (3, 12, 15)
raw = client.chat.completions.with_raw_response.create(model=model, messages=messages)
assert raw.headers["location"].startswith("/api/streams/")
assert raw.parse().choices[0].message.content == TEXT

# Streamed.
chunks = list(client.chat.completions.create(model=model, messages=messages, stream=True, stream_options={"include_usage": True}))
assert text_of(chunks) == TEXT
assert len({chunk.id for chunk in chunks}) == 1
assert [chunk.choices[0].finish_reason for chunk in chunks if chunk.choices and chunk.choices[0].finish_reason] == ["stop"]
assert chunks[-1].choices == [] and chunks[-1].usage.total_tokens == 15
for chunk in client.chat.completions.create(model=model, messages=messages, stream=True):
    assert len(chunk.choices) == 1, "without include_usage no chunk has empty choices"

# By the client's own events.
with client.chat.completions.stream(model=model, messages=messages) as events:
    deltas = [event.delta for event in events if event.type == "content.delta"]
    assert "".join(deltas) == TEXT
    assert events.get_final_completion().choices[0].message.content == TEXT

# Left in the middle, and asked again: the connection of the first is of no harm to the second.
with client.chat.completions.create(model="words-40-every-50", messages=messages, stream=True) as left:
    next(iter(left))
assert client.chat.completions.create(model=model, messages=messages).choices[0].message.content == TEXT

# The same key finds the same answer; another body does not.
key = {"Idempotency-Key": "once"}
first = client.chat.completions.create(model=model, messages=messages, extra_headers=key)
again = client.chat.completions.create(model=model, messages=messages, extra_headers=key)
assert (first.id, first.choices[0].message.content) == (again.id, again.choices[0].message.content)
other = [{"role": "user", "content": "other"}]
refused(openai.ConflictError, lambda: client.chat.completions.create(model=model, messages=other, extra_headers=key))

# Models.
assert any(one.id == "words-40-every-50" for one in client.models.list())
refused(openai.NotFoundError, lambda: client.models.retrieve("no-such-model"))

# Errors are those of the client.
stranger = openai.OpenAI(base_url=BASE_URL, api_key="wrong", max_retries=0)
refused(openai.AuthenticationError, lambda: stranger.chat.completions.create(model=model, messages=messages))
wrong = refused(openai.BadRequestError, lambda: client.chat.completions.create(model="status-400", messages=messages, stream=True))
assert (wrong.code, wrong.param) == ("code_400", "messages")
refused(openai.UnprocessableEntityError, lambda: client.chat.completions.create(model="status-422", messages=messages))
refused(openai.BadRequestError, lambda: client.chat.completions.create(model=model, messages=[]))


# Many at once.
async def many():
    async with openai.AsyncOpenAI(base_url=BASE_URL, api_key=API_KEY, max_retries=0) as one:
        async def ask():
            return text_of([chunk async for chunk in await one.chat.completions.create(model=model, messages=messages, stream=True)])

        assert await asyncio.gather(*[ask() for _ in range(8)]) == [TEXT] * 8


asyncio.run(many())
