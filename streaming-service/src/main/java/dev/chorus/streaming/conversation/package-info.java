/** What a chat-completions request says, apart from the dialect that it is said in: the way into dialects with messages of another form. */
package dev.chorus.streaming.conversation;
