package dev.chorus.standalone;

/** Something that the person at the keyboard can put right: one sentence that says what to do, and exit code 2. */
public final class Complaint extends RuntimeException {
  public Complaint(String sentence) {
    super(sentence);
  }
}
