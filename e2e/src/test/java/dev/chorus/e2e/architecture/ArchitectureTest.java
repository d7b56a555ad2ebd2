package dev.chorus.e2e.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Instant;

/** Who may know whom. */
@AnalyzeClasses(packages = "dev.chorus", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
  private static final String[] COMMON = {"dev.chorus.model..", "dev.chorus.protocol..", "dev.chorus.bus..", "dev.chorus.cluster..",
      "dev.chorus.node..", "dev.chorus.config..",
      "dev.chorus.database.."};
  private static final String GATEWAY = "dev.chorus.gateway..";
  private static final String DELIVERY = "dev.chorus.delivery..";
  private static final String PRESENCE = "dev.chorus.presence..";
  private static final String STREAMING = "dev.chorus.streaming..";

  @ArchTest
  static final ArchRule COMMON_KNOWS_NO_SERVICE = noClasses().that().resideInAnyPackage(COMMON).should().dependOnClassesThat()
      .resideInAnyPackage(GATEWAY, DELIVERY, PRESENCE, STREAMING,
          "dev.chorus.standalone..");

  @ArchTest
  static final ArchRule THE_GATEWAY_KNOWS_NO_OTHER_SERVICE = onlyCommon(GATEWAY, DELIVERY, PRESENCE, STREAMING);

  @ArchTest
  static final ArchRule DELIVERY_KNOWS_NO_OTHER_SERVICE = onlyCommon(DELIVERY, GATEWAY, PRESENCE, STREAMING);

  @ArchTest
  static final ArchRule PRESENCE_KNOWS_NO_OTHER_SERVICE = onlyCommon(PRESENCE, GATEWAY, DELIVERY, STREAMING);

  @ArchTest
  static final ArchRule STREAMING_KNOWS_NO_OTHER_SERVICE = onlyCommon(STREAMING, GATEWAY, DELIVERY, PRESENCE);

  @ArchTest
  static final ArchRule NO_CYCLES = slices().matching("dev.chorus.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule ONLY_THE_BUS_PACKAGE_USES_THE_EVENT_BUS = noClasses().that().resideOutsideOfPackages("dev.chorus.bus..").should()
      .dependOnClassesThat(
          new DescribedPredicate<JavaClass>("are the event bus itself") {
            @Override
            public boolean test(JavaClass type) {
              return type.getPackageName().equals("io.vertx.core.eventbus") && !type.getSimpleName().equals("EventBusOptions");
            }
          });

  @ArchTest
  static final ArchRule PURE_CORES_KNOW_NO_VERTX = noClasses().that()
      .resideInAnyPackage("dev.chorus.gateway.catchup..", "dev.chorus.presence.roster..", "dev.chorus.presence.room..",
          "dev.chorus.presence.typing..", "dev.chorus.presence.cursor..", "dev.chorus.presence.activity..", "dev.chorus.presence.agenda..",
          "dev.chorus.streaming.thinking..", "dev.chorus.model..",
          "dev.chorus.protocol..")
      .should().dependOnClassesThat().resideInAnyPackage("io.vertx..", "com.hazelcast..");

  @ArchTest
  static final ArchRule NOBODY_READS_THE_WALL_CLOCK = noClasses().that().haveSimpleNameNotEndingWith("Main").and()
      .resideOutsideOfPackages("dev.chorus.bench..",
          "dev.chorus.standalone..")
      .should().callMethod(System.class, "currentTimeMillis").orShould().callMethod(Instant.class, "now").orShould()
      .callMethod(Thread.class, "sleep", long.class);

  @ArchTest
  static final ArchRule THE_CLOCK_IS_MADE_WHERE_THINGS_ARE_WIRED = noClasses().that()
      .resideOutsideOfPackages("dev.chorus.node..", "dev.chorus.bench..", "dev.chorus.standalone..")
      .should().callMethod(Clock.class, "systemUTC");

  @ArchTest
  static final ArchRule NO_NAMES_THAT_SAY_NOTHING = noClasses().should().haveSimpleNameEndingWith("Util").orShould()
      .haveSimpleNameEndingWith("Utils").orShould()
      .haveSimpleNameEndingWith("Helper").orShould().haveSimpleNameEndingWith("Manager").orShould().haveSimpleNameEndingWith("Impl")
      .orShould().haveSimpleNameStartingWith("Abstract")
      .orShould().haveSimpleNameStartingWith("Base");

  @ArchTest
  static final ArchRule BUS_MESSAGES_ARE_VALUES = classes().that().implement(dev.chorus.bus.BusMessage.class).and().areNotInterfaces()
      .should().beRecords();

  private static ArchRule onlyCommon(String service, String... others) {
    return noClasses().that().resideInAPackage(service).should().dependOnClassesThat().resideInAnyPackage(others);
  }
}
