/** Models behind Amazon Bedrock: its Converse API and, for Anthropic's models, its plain invocation; both answer in event-stream frames with checksums. */
package dev.chorus.streaming.bedrock;
