package dev.chorus.database;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.sql.SQLException;
import java.util.Set;
import org.flywaydb.core.Flyway;
import org.postgresql.ds.PGSimpleDataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One schema being brought up to date, with patience: services and PostgreSQL may start in any order. Concurrent starts are
 * serialised by Flyway's advisory lock; only the making of the schema itself may collide, and is then tried again.
 */
final class Migration {
  private static final Logger log = LoggerFactory.getLogger(Migration.class);
  private static final long AGAIN_MS = 500;
  private static final int ATTEMPTS = 120;
  /** Duplicate key, schema, table: somebody else made it between our look and our making. */
  private static final Set<String> COLLISIONS = Set.of("23505", "42P06", "42P07");

  private final Vertx vertx;
  private final DatabaseConfig config;
  private final String schema;

  Migration(Vertx vertx, DatabaseConfig config, String schema) {
    this.vertx = vertx;
    this.config = config;
    this.schema = schema;
  }

  Future<Void> run() {
    return attempt(1);
  }

  private Future<Void> attempt(int number) {
    return vertx.<Void>executeBlocking(() -> {
      migrate();
      return null;
    }, false).recover(failure -> {
      if (number >= ATTEMPTS || !worthAnother(failure)) {
        log.atError().addKeyValue("schema", schema).addKeyValue("attempts", number).setCause(failure)
            .log("The schema could not be brought up to date.");
        return Future.failedFuture(new MigrationException(schema, failure));
      }
      if (number == 1)
        log.atWarn().addKeyValue("schema", schema).addKeyValue("database", config.toString()).log("Waiting for PostgreSQL.");
      return vertx.timer(AGAIN_MS).mapEmpty().compose(waited -> attempt(number + 1));
    });
  }

  private void migrate() {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setServerNames(new String[]{config.host()});
    source.setPortNumbers(new int[]{config.port()});
    source.setDatabaseName(config.database());
    source.setUser(config.user());
    source.setPassword(config.password());
    source.setApplicationName("chorus-migration");
    source.setConnectTimeout(Database.CONNECT_TIMEOUT_MS / 1000);
    source.setLoginTimeout(5);
    source.setSslMode(config.tls().name().toLowerCase(java.util.Locale.ROOT).replace('_', '-'));
    config.rootCertificate().ifPresent(source::setSslRootCert);
    Flyway.configure().dataSource(source).schemas(schema).defaultSchema(schema).createSchemas(true).locations("classpath:db/" + schema)
        .failOnMissingLocations(true).load().migrate();
  }

  private static boolean worthAnother(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (!(cause instanceof SQLException sql) || sql.getSQLState() == null)
        continue;
      String state = sql.getSQLState();
      // 08: no connection; 57P01 to 57P03: shutting down, crashed, starting up; 53300: too many clients at this moment.
      if (state.startsWith("08") || state.startsWith("57P0") || state.equals("53300") || COLLISIONS.contains(state))
        return true;
    }
    return false;
  }
}
