package dev.chorus.model;

/** Carries a {@link Problem} through a failed future. It is a value, not a bug: it has no stack trace. */
public final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Problem problem;

  public Refusal(Problem problem) {
    super(problem.code().word() + ": " + problem.message(), null, false, false);
    this.problem = problem;
  }

  public static Refusal of(ErrorCode code, String message) {
    return new Refusal(Problem.of(code, message));
  }

  public Problem problem() {
    return problem;
  }

  /** What to tell the caller about any failure: a refusal's own problem, or that we failed, without details. */
  public static Problem problemOf(Throwable failure) {
    return failure instanceof Refusal refusal
        ? refusal.problem
        : Problem.of(ErrorCode.INTERNAL, "The server could not do this; it has been logged.");
  }
}
