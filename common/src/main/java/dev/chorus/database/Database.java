package dev.chorus.database;

import dev.chorus.database.DatabaseConfig.TlsMode;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.SslMode;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import java.util.concurrent.TimeUnit;

/** The ways into PostgreSQL: migrations of one schema, a pool, and options for those who hold a connection of their own. */
public final class Database {
  /** How long a new TCP connection to PostgreSQL may take. */
  public static final int CONNECT_TIMEOUT_MS = 2_000;
  /** How long a caller of a pool waits for a free connection: below what callers on the bus wait for an answer, so that who had no turn hears it. */
  private static final int WAIT_MS = 4_000;
  private static final int IDLE_SECONDS = 60;
  /** A host that is gone without a word acknowledges nothing; the kernel by itself would wait for it for a quarter of an hour, and so would all who wait for a connection. */
  private static final int UNACKNOWLEDGED_MS = 10_000;
  private static final int WAITING_PER_CONNECTION = 64;
  private static final int STATEMENTS = 128;

  private Database() {}

  /**
   * Brings one schema up to date from {@code classpath:db/SCHEMA}, off the event loop. Waits up to a minute for a PostgreSQL that is not
   * up yet; a refused password or a broken migration fails at once. Nodes that start together take turns.
   */
  public static Future<Void> migrate(Vertx vertx, DatabaseConfig config, String schema) {
    return new Migration(vertx, config, schema).run();
  }

  /**
   * A pool whose connections see one schema. At most {@code size} connections and 64 waiting callers for each; who waits longer than four
   * seconds fails. Prepared statements are cached. A broken connection is replaced when the next caller needs one.
   */
  public static Pool pool(Vertx vertx, DatabaseConfig config, String schema, int size) {
    return pool(vertx, connectOptions(config, schema), size, schema);
  }

  /**
   * The same with options of its own for each connection.
   *
   * @param name by which its metrics are told from those of the others
   */
  public static Pool pool(Vertx vertx, PgConnectOptions connection, int size, String name) {
    PoolOptions options = new PoolOptions().setName(name).setMaxSize(size).setMaxWaitQueueSize(size * WAITING_PER_CONNECTION)
        .setConnectionTimeout(WAIT_MS).setConnectionTimeoutUnit(TimeUnit.MILLISECONDS).setIdleTimeout(IDLE_SECONDS)
        .setIdleTimeoutUnit(TimeUnit.SECONDS).setShared(false);
    return PgBuilder.pool().with(options).with(netOptions()).connectingTo(connection).using(vertx).build();
  }

  /** Options for a connection that its holder opens and replaces by itself; see {@link #netOptions()} for the socket's. */
  public static PgConnectOptions connectOptions(DatabaseConfig config, String schema) {
    PgConnectOptions options = new PgConnectOptions().setHost(config.host()).setPort(config.port()).setDatabase(config.database())
        .setUser(config.user()).setPassword(config.password()).setCachePreparedStatements(true).setPreparedStatementCacheMaxSize(STATEMENTS)
        .setReconnectAttempts(0).addProperty("search_path", schema).addProperty("application_name", "chorus-" + schema);
    return tls(options, config);
  }

  /**
   * The same for statements that find everything by its key, whatever PostgreSQL believes of a table's size: one that was planned while its table was empty, or that nobody ever
   * analyses, must not read all of it.
   */
  public static PgConnectOptions byIndex(PgConnectOptions options) {
    return new PgConnectOptions(options).addProperty("jit", "off").addProperty("enable_seqscan", "off")
        .addProperty("enable_hashjoin", "off").addProperty("enable_mergejoin", "off");
  }

  /** Socket options with a bounded connect time, and a bounded time (on Linux) until a host that is gone is noticed, for {@code PgBuilder…with(netOptions())}. */
  public static NetClientOptions netOptions() {
    return new NetClientOptions().setConnectTimeout(CONNECT_TIMEOUT_MS).setTcpNoDelay(true).setTcpKeepAlive(true)
        .setTcpUserTimeout(UNACKNOWLEDGED_MS);
  }

  private static PgConnectOptions tls(PgConnectOptions options, DatabaseConfig config) {
    if (config.tls() == TlsMode.DISABLE)
      return options.setSslMode(SslMode.DISABLE);
    ClientSSLOptions ssl = new ClientSSLOptions();
    config.rootCertificate().ifPresent(path -> ssl.setTrustOptions(new PemTrustOptions().addCertPath(path)));
    return switch (config.tls()) {
      case DISABLE, PREFER -> options.setSslMode(SslMode.PREFER).setSslOptions(ssl.setTrustAll(true).setHostnameVerificationAlgorithm(""));
      case REQUIRE -> options.setSslMode(SslMode.REQUIRE).setSslOptions(ssl.setTrustAll(true).setHostnameVerificationAlgorithm(""));
      case VERIFY_CA -> options.setSslMode(SslMode.VERIFY_CA).setSslOptions(ssl.setHostnameVerificationAlgorithm(""));
      case VERIFY_FULL -> options.setSslMode(SslMode.VERIFY_FULL).setSslOptions(ssl.setHostnameVerificationAlgorithm("HTTPS"));
    };
  }
}
