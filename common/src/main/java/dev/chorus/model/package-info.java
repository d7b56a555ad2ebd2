/** The nouns that every service speaks of: identifiers, problems, who is calling. */
package dev.chorus.model;
