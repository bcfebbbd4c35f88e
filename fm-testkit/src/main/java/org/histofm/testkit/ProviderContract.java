package org.histofm.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.regex.Pattern;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.histofm.ApiVersion;
import org.histofm.HistoFmException;
import org.histofm.plugin.Options;
import org.histofm.plugin.Provider;
import org.histofm.plugin.Providers;
import org.junit.jupiter.api.Test;

/** What every provider promises, whatever it provides. */
abstract class ProviderContract<P extends Provider> {
  /** A setting that no plugin has. */
  static final Options UNKNOWN_OPTION = Options.none().with("no-such-setting", "1");

  private static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9._-]*");

  private final Class<P> point;

  ProviderContract(Class<P> point) {
    this.point = point;
  }

  /** The provider under test, made by its public no-argument constructor. */
  protected abstract P provider();

  /**
   * Capability: the provider is named in {@code META-INF/services/} and so found by {@link
   * Providers}. True until overridden.
   */
  protected boolean isRegistered() {
    return true;
  }

  @Test
  void apiVersion_isCurrent() {
    assertThat(provider().apiVersion())
        .as("apiVersion() returns ApiVersion.CURRENT")
        .isEqualTo(ApiVersion.CURRENT);
  }

  @Test
  void ids_areValidDistinctAndStable() {
    P provider = provider();
    List<String> ids = List.copyOf(provider.ids());
    assertThat(ids).as("ids").isNotEmpty().doesNotHaveDuplicates();
    assertThat(ids).as("ids are valid").allMatch(id -> ID.matcher(id).matches());
    assertThat(provider.ids()).as("ids asked for again").isEqualTo(ids);
    assertThat(provider().ids()).as("ids of another instance").isEqualTo(ids);
  }

  @Test
  void summary_ofEveryId_isOneLine() {
    P provider = provider();
    for (String id : provider.ids()) {
      String summary = provider.summary(id);
      assertThat(summary).as("summary of %s", id).isNotBlank();
      assertThat(summary.lines().count()).as("lines of the summary of %s", id).isEqualTo(1);
    }
  }

  @Test
  void provider_isFoundByItsIds() {
    if (isRegistered()) {
      P provider = provider();
      Providers<P> found = Providers.of(point, provider.getClass().getClassLoader());
      for (String id : provider.ids()) {
        assertThat(found.get(id)).as("provider of %s", id).isInstanceOf(provider.getClass());
      }
    }
  }

  @Test
  void constructor_isPublicAndLight() throws ReflectiveOperationException {
    Class<?> type = provider().getClass();
    assertThat(Modifier.isPublic(type.getModifiers())).as("%s is public", type).isTrue();
    IsolatedLoader loader = new IsolatedLoader(type.getClassLoader());
    Class<?> again = loader.loadClass(type.getName());
    try {
      Object provider = again.getConstructor().newInstance();
      again.getMethod("apiVersion").invoke(provider);
      Object ids = again.getMethod("ids").invoke(provider);
      for (Object id : (List<?>) ids) {
        again.getMethod("summary", String.class).invoke(provider, id);
      }
    } catch (InvocationTargetException e) {
      throw new AssertionError("constructing and listing " + type + " failed", e.getCause());
    }
    assertThat(loader.heavy())
        .as("engines and native libraries that constructing and listing the provider loads")
        .isEmpty();
  }

  /** Runs {@code call}, which is to be refused with {@code expected}, and returns the refusal. */
  static <T extends Throwable> T refusal(String what, Class<T> expected, ThrowingCallable call) {
    Throwable thrown = catchThrowable(call);
    assertThat(thrown).as(what + " is refused").isInstanceOf(expected);
    assertThat(thrown).as("refusal of " + what).message().isNotBlank();
    if (thrown instanceof HistoFmException told) {
      assertThat(told.problem()).as("problem told for " + what).isNotBlank();
      assertThat(told.remedy()).as("remedy told for " + what).isNotBlank();
    }
    return expected.cast(thrown);
  }
}
