package dev.chorus.presence.lastseen;

import dev.chorus.model.UserId;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The table of visits in PostgreSQL (db/presence). Each call is one statement, and fails with what the client fails with. */
public final class VisitStore {
  /** A time never goes back, whichever node writes last; rows are locked in one order, so that two nodes cannot wait for each other. */
  private static final String SAW = """
      INSERT INTO visits AS v (user_id, last_seen)
      SELECT * FROM unnest($1::text[], $2::bigint[]) AS seen (user_id, last_seen) ORDER BY user_id
      ON CONFLICT (user_id) DO UPDATE SET last_seen = excluded.last_seen WHERE v.last_seen IS NULL OR v.last_seen < excluded.last_seen""";
  private static final String CHOOSE = """
      INSERT INTO visits (user_id, shared, chosen_at) VALUES ($1, $2, clock_timestamp())
      ON CONFLICT (user_id) DO UPDATE SET shared = excluded.shared, chosen_at = excluded.chosen_at""";
  private static final String READ = "SELECT user_id, last_seen, shared FROM visits WHERE user_id = ANY ($1::text[])";
  private static final String CHOSEN = """
      SELECT user_id, last_seen, shared FROM visits
      WHERE chosen_at > clock_timestamp() - make_interval(secs => $1::float8) ORDER BY chosen_at LIMIT 10000""";

  /**
   * What is kept of one user.
   *
   * @param lastSeen in milliseconds since the epoch, or null when never
   * @param shared whether everyone may know it
   */
  public record Visit(Long lastSeen, boolean shared) {
    /** Of a user of whom nothing is kept. */
    public static final Visit NONE = new Visit(null, true);
  }

  private final SqlClient database;

  public VisitStore(SqlClient database) {
    this.database = database;
  }

  Future<Void> saw(List<Ledger.Sighting> sightings) {
    String[] users = sightings.stream().map(sighting -> sighting.user().value()).toArray(String[]::new);
    Long[] times = sightings.stream().map(Ledger.Sighting::at).toArray(Long[]::new);
    return database.preparedQuery(SAW).execute(Tuple.tuple().addArrayOfString(users).addArrayOfLong(times)).mapEmpty();
  }

  Future<Void> choose(UserId user, boolean everyone) {
    return database.preparedQuery(CHOOSE).execute(Tuple.of(user.value(), everyone)).mapEmpty();
  }

  /** Those of the users of whom something is kept. */
  public Future<Map<UserId, Visit>> read(Collection<UserId> users) {
    return database.preparedQuery(READ).execute(Tuple.of((Object) users.stream().map(UserId::value).toArray(String[]::new)))
        .map(VisitStore::visits);
  }

  /** Those who chose within the last seconds, by the database's clock. */
  Future<Map<UserId, Visit>> chosenWithin(double seconds) {
    return database.preparedQuery(CHOSEN).execute(Tuple.of(seconds)).map(VisitStore::visits);
  }

  private static Map<UserId, Visit> visits(Iterable<Row> rows) {
    Map<UserId, Visit> visits = new HashMap<>();
    rows.forEach(row -> visits.put(new UserId(row.getString(0)), new Visit(row.getLong(1), row.getBoolean(2))));
    return visits;
  }
}
