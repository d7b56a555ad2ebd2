/** The dialect of the OpenAI chat-completions API and its many relatives: server-sent events of JSON chunks. */
package dev.chorus.streaming.openai;
