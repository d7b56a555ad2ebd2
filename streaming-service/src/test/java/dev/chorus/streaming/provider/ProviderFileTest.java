package dev.chorus.streaming.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ProviderFileTest {
  private static final String FULL = """
      {"providers": [{"name": "main", "dialect": "openai", "baseUrl": "http://127.0.0.1:9001/v1/", "apiKeyEnv": "MAIN_KEY",
                      "connectTimeoutMs": 2000, "firstTokenTimeoutMs": 10000, "interChunkTimeoutMs": 20000, "totalTimeoutMs": 300000, "maxConcurrent": 200,
                      "prefill": false, "headers": {"X-Team": "chat"}},
                     {"name": "backup", "dialect": "anthropic", "baseUrl": "http://127.0.0.1:9002", "apiKeyEnv": "BACKUP_KEY"},
                     {"name": "aws", "dialect": "bedrock", "region": "eu-central-1", "endpoint": null},
                     {"name": "sim", "dialect": "simulated", "tokensPerSecond": 50}],
       "models": [{"name": "assistant", "firstTokenTimeoutMs": 500, "targets": [{"provider": "main", "model": "gpt-5"}, {"provider": "backup", "model": "claude-sonnet-5"}],
                   "price": {"promptPerMillion": 1.25, "completionPerMillion": 10, "currency": "USD"}},
                  {"name": "*", "targets": [{"provider": "main"}, {"provider": "backup"}]}],
       "retry": {"attempts": 3, "baseDelayMs": 1000, "maxDelayMs": 16000, "honourRetryAfter": true, "attemptBudgetMs": 60000},
       "breaker": {"failures": 5, "windowSeconds": 30, "openSeconds": 15}}""";
  private static final Map<String, String> KEYS = Map.of("MAIN_KEY", "k1", "BACKUP_KEY", "k2");

  private static Catalogue full() {
    return ProviderFile.read(FULL, name -> Optional.ofNullable(KEYS.get(name))).catalogue();
  }

  @Test
  void theFileOfTheManualHasNoMistake() {
    assertThat(ProviderFile.check(FULL, KEYS)).isEmpty();
    assertThat(full().names()).containsExactly("assistant");
  }

  @Test
  void aModelGoesToItsTargetsInOrderWithItsOwnLimits() {
    Route route = full().route("assistant", null);
    assertThat(route.targets()).extracting(Target::name).containsExactly("main/gpt-5", "backup/claude-sonnet-5");
    assertThat(route.targets().getFirst().timeouts()).isEqualTo(new Timeouts(500, 20_000, 300_000));
    assertThat(route.targets().getFirst().provider().baseUrl()).isEqualTo("http://127.0.0.1:9001/v1");
  }

  @Test
  void theStarTakesAnyModelAndPassesItsNameOn() {
    assertThat(full().route("other", null).targets()).extracting(Target::name).containsExactly("main/other", "backup/other");
    assertThat(full().route("assistant", "backup").targets()).extracting(Target::name).containsExactly("backup/claude-sonnet-5");
    assertThat(full().route("assistant", "sim").targets()).extracting(Target::name).containsExactly("sim/assistant");
    assertThatThrownBy(() -> full().route("assistant", "nobody")).hasMessage("bad_request: There is no provider 'nobody'.");
  }

  @Test
  void anUnknownModelIsNamed() {
    Catalogue strict = ProviderFile.read(
        "{\"providers\":[{\"name\":\"s\",\"dialect\":\"simulated\"}],\"models\":[{\"name\":\"m\",\"targets\":[{\"provider\":\"s\"}]}]}",
        name -> Optional.empty()).catalogue();
    assertThatThrownBy(() -> strict.route("x", null)).hasMessage("not_found: There is no model 'x'.");
  }

  @Test
  void everyMistakeIsToldWithItsPlace() {
    List<String> problems = ProviderFile.check(
        """
        {"providers": [{"name": "a", "dialect": "opanai", "baseUrl": "x"}, {"name": "b", "dialect": "openai", "baseUrl": "ftp://x", "apiKeyEnv": "NOT_SET"},
                       {"dialect": "openai", "maxConcurrent": 0}, {"name": "b", "dialect": "simulated", "tokensPerSecond": "fast"}],
         "models": [{"name": "m", "targets": [{"provider": "nobody"}, 5]}, {"name": "n", "targets": []}], "retry": {"attempts": -1, "tries": 3}}""",
        Map.of());
    assertThat(problems).contains("Provider \"a\" has the unknown dialect \"opanai\"; known are openai, anthropic, bedrock and simulated.",
        "Provider \"b\" has an address that is not an http or https URL such as \"https://host/v1\".",
        "Provider \"b\" takes its key from the environment variable NOT_SET, which is not set.", "Provider number 3 has no \"name\".",
        "Provider number 3 has no \"baseUrl\".", "Provider number 3 has a \"maxConcurrent\" that is not a whole number of at least 1.",
        "Provider \"b\" has a name that another provider has.",
        "Provider \"b\" has a \"tokensPerSecond\" that is not a number of at least 0.1.",
        "Target number 1 of model \"m\" names the provider \"nobody\", which is not in \"providers\".",
        "Target number 2 of model \"m\" is not an object.",
        "Model \"n\" has no list \"targets\" with at least one target.",
        "\"retry\" of the provider file has a \"attempts\" that is not a whole number of at least 1.",
        "\"retry\" of the provider file has the unknown key \"tries\"; known are attempts, baseDelayMs, maxDelayMs, honourRetryAfter, attemptBudgetMs.");
  }

  @Test
  void whatIsNotJsonIsToldWithItsLine() {
    assertThat(ProviderFile.check("{\n\"providers\": [}", Map.of())).singleElement().asString().startsWith("The provider file is not JSON:")
        .contains("line 2");
    assertThat(ProviderFile.check("[]", Map.of()))
        .containsExactly("The provider file is not a JSON object with \"providers\" and \"models\".");
    assertThat(ProviderFile.check("{}", Map.of())).hasSize(2);
  }

  @Test
  void withoutAFileThereIsASimulatedAssistant() {
    assertThat(ProviderFile.simulated().names()).containsExactly("assistant");
    assertThat(ProviderFile.simulated().route("anything", null).targets()).extracting(Target::name).containsExactly("sim/anything");
  }

  @Test
  void keysAreNotInWhatIsLogged() {
    assertThat(full().toString()).doesNotContain("k1");
  }

  @Test
  void aModelMayHaveLimitsOfItsOwn() {
    String file = """
        {"providers": [{"name": "main", "dialect": "openai", "baseUrl": "http://127.0.0.1:9001/v1"}],
         "models": [{"name": "slow", "connectTimeoutMs": 7, "maxConcurrent": 3, "recovery": false, "prefill": true, "targets": [{"provider": "main"}, {"provider": "main", "model": "x", "prefill": false}]},
                    {"name": "*", "targets": [{"provider": "main"}]}]}""";
    Catalogue catalogue = ProviderFile.read(file, name -> Optional.empty()).catalogue();
    Route slow = catalogue.route("slow", null);
    assertThat(slow.recovery()).isFalse();
    assertThat(slow.targets()).extracting(Target::prefill).containsExactly(true, false);
    assertThat(slow.targets().getFirst().provider().connectTimeoutMs()).isEqualTo(7);
    assertThat(slow.targets().getFirst().provider().maxConcurrent()).isEqualTo(3);
    assertThat(catalogue.route("slow", "main").targets()).hasSize(2);
    assertThat(catalogue.route("other", null).recovery()).isTrue();
    assertThat(catalogue.route("other", null).targets().getFirst().provider()).isEqualTo(catalogue.providers().get("main"));
  }

  @Test
  void bedrockHasARegionAndAWayToItsModels() {
    String file = "{\"providers\":[{\"name\":\"aws\",\"dialect\":\"bedrock\"MORE}],\"models\":[{\"name\":\"*\",\"targets\":[{\"provider\":\"aws\"}]}]}";
    assertThat(ProviderFile.check(file.replace("MORE", ""), Map.of()))
        .containsExactly("Provider \"aws\" has no \"region\", and AWS_REGION is not set.");
    assertThat(ProviderFile.check(file.replace("MORE", ",\"region\":\"eu-west-1\",\"api\":\"speak\""), Map.of()))
        .containsExactly(
            "Provider \"aws\" has an \"api\" that its dialect does not know; openai knows chat and responses, bedrock knows converse and invoke.");
    ProviderEntry aws = ProviderFile.read(file.replace("MORE", ",\"api\":\"invoke\",\"thinkingTags\":false"),
        name -> Optional.ofNullable(Map.of("AWS_REGION", "eu-west-1", "AWS_BEARER_TOKEN_BEDROCK", "k").get(name))).catalogue().providers()
        .get("aws");
    assertThat(aws.region()).isEqualTo("eu-west-1");
    assertThat(aws.key()).isEqualTo("k");
    assertThat(aws.invokes()).isTrue();
    assertThat(aws.thinkingTags()).isFalse();
  }
}
